"""Taking back what a desk asked of the firm: by its people, or because the desk has nothing more to ask."""

from __future__ import annotations

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.lifecycles import REQUEST
from sandbox.domain.needs import Reasoned
from sandbox.domain.requests import OPEN
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk, Request
from sandbox.services import clocks
from sandbox.services.engine import Matter, advance
from sandbox.services.unit import get


def take_back(actor: Actor, desk: Desk, case: Case, request: Request, reason: str) -> None:
    """Take a request back, or throw a draft away. The firm hears of it only when it had been sent.

    The clocks that stood for it run on. Raises NotAllowed, NotNow, Incomplete.
    """
    sent = request.state in OPEN
    own = audiences.desk(get(Authority, desk.authority_id).code)
    matter = Matter(
        case_id=case.id,
        audience={own, audiences.FIRM} if sent else {own},
        authority_id=desk.authority_id,
        needs=Reasoned(reason),
        detail={"request": str(request.id), "number": request.number, "round": request.round, "reason": reason},
        letter={"reference": case.reference},
    )
    advance(REQUEST, request, Action.REQUEST_CANCEL, actor, matter)
    request.closed_at, request.closed_because = now(), reason
    if sent:
        release(desk, request, "The authority took its request back.")


def release(desk: Desk, request: Request, reason: str) -> None:
    """Let the clocks run on that stood for a request."""
    for clock in clocks.running(desk):
        clocks.release(desk, clock, now(), reason, request.id)


def close_requests(desk: Desk, reason: str) -> None:
    """Take back everything that a desk asks or drafts: it takes no further part, or has decided."""
    waiting = select(Request).where(Request.desk_id == desk.id, Request.state.in_(sorted({*OPEN, REQUEST.start})))
    for request in db.session.scalars(waiting).all():
        take_back(SYSTEM, desk, get(Case, desk.case_id), request, reason)


__all__ = ["close_requests", "release", "take_back"]
