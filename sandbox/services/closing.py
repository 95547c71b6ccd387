"""Reminders before a window closes: to the owners and signatories of firms with a draft, once at each point.

Rule: each draft and point gives one set of letters, whatever runs how often; where the job did not run in time, one
letter says it for all points passed. Rolling programmes have no windows, so nothing is sent.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Role
from sandbox.domain.calendars import instant_in_words
from sandbox.domain.intake import REMIND_DAYS, WINDOW, point_reached
from sandbox.extensions import db
from sandbox.models.applications import Application
from sandbox.models.base import now
from sandbox.models.catalogue import Programme
from sandbox.models.intake import Cohort, WindowReminder
from sandbox.services.applications.working import matter_of
from sandbox.services.engine import act
from sandbox.services.unit import add, get, reading, use_case

TOLD = frozenset({Role.OWNER, Role.SIGNATORY})


def _due(closes_at: datetime) -> int | None:
    return point_reached(closes_at - now())


@reading
def _waiting() -> list[tuple[UUID, UUID]]:
    """The drafts with each window of their programme that is open and closes within the first point."""
    moment = now()
    rows = db.session.execute(
        select(Application.id, Cohort.id.label("cohort"), Cohort.closes_at, Programme.content)
        .join(Cohort, Cohort.programme_id == Application.programme_id)
        .join(Programme, Programme.id == Application.programme_id)
        .where(Application.state == "draft", Cohort.opens_at <= moment, Cohort.closes_at > moment)
        .order_by(Cohort.closes_at, Application.id)
    )
    return [
        (row.id, row.cohort) for row in rows if row.content.get("intake") == WINDOW and _due(row.closes_at) is not None
    ]


@use_case
def remind(application_id: UUID, cohort_id: UUID) -> bool:
    """Remind the firm of one draft at a point at which it was not reminded yet; True when letters were written."""
    application = get(Application, application_id, lock=True)
    window = get(Cohort, cohort_id)
    days = _due(window.closes_at)
    if application.state != "draft" or days is None:
        return False
    key = (application.id, window.id)
    if any(db.session.get(WindowReminder, (*key, one)) is not None for one in REMIND_DAYS if one <= days):
        return False
    add(WindowReminder(application_id=application.id, cohort_id=window.id, days=days))
    act(
        SYSTEM,
        Action.WINDOW_REMIND,
        matter_of(
            application,
            detail={"application": str(application.id), "window": window.code, "days": days},
            letter={"window": window.title, "closes": instant_in_words(window.closes_at)},
            opens=Action.APPLICATION_READ,
            turn=TOLD,
        ),
        tells=("firm",),
    )
    return True


def remind_all() -> int:
    """Remind of every draft for which a point is reached, each in a transaction of its own; how many."""
    return sum(remind(*one) for one in _waiting())


__all__ = ["remind", "remind_all"]
