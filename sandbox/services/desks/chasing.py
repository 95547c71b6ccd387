"""Chasers: the firm is reminded of an open request at its warning points and once when it is overdue.

Rule: each point gives one letter, whatever runs how often; where the job did not run for days, one letter says it for
all points passed. The desk hears of the overdue one too. Letters carry a link and no content.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM
from sandbox.domain.requests import OPEN
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Request
from sandbox.services import clocks
from sandbox.services.desks.cases import load, matter_of
from sandbox.services.engine import act
from sandbox.services.unit import get, reading, use_case


def passed(request: Request, today: date) -> int:
    """How many of the request's points have been reached: its warnings, and the day after it was due."""
    overdue = request.due_on is not None and today > request.due_on
    return sum(date.fromisoformat(day) <= today for day in request.warn_on) + overdue


@reading
def waiting() -> list[UUID]:
    """The open requests of cases that were not withdrawn."""
    asked = select(Request.id).join(Case, Case.id == Request.case_id)
    return list(
        db.session.scalars(
            asked.where(Request.state.in_(sorted(OPEN)), Case.withdrawn_at.is_(None)).order_by(Request.due_on),
        ),
    )


@use_case
def chase_one(request_id: UUID) -> bool:
    """Remind the firm of a request if a further point has been reached. Returns whether a letter went out."""
    request = get(Request, request_id)
    desk, case, code = load(request.desk_id)
    db.session.refresh(request)
    today = clocks.local_day(now(), get(Authority, desk.authority_id))
    reached = passed(request, today)
    if request.state not in OPEN or reached <= request.chased:
        return False
    overdue = request.due_on is not None and today > request.due_on
    parties = {audiences.FIRM, audiences.desk(code)}
    detail = {"request": str(request.id), "number": request.number, "overdue": overdue}
    matter = matter_of(desk, case, parties, detail=detail, opens=Action.REQUEST_READ)
    if overdue:
        act(SYSTEM, Action.REQUEST_CHASE, matter, tells=("firm", "desk"))
    else:
        act(SYSTEM, Action.REQUEST_CHASE, matter, tells=("firm",))
    request.chased = reached
    return True


def chase() -> int:
    """Remind of everything that is due for it. Returns how many requests."""
    return sum(chase_one(request_id) for request_id in waiting())


__all__ = ["chase", "chase_one", "passed"]
