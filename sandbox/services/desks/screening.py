"""Screening for completeness, its letters, and the amendments that answer them."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, update

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.lifecycles import DESK, ENDED_DESK
from sandbox.domain.needs import Screening
from sandbox.extensions import db
from sandbox.models.assessments import Position
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, CompletenessLetter, Desk
from sandbox.services import openings, trail
from sandbox.services.desks.cases import code_of, load, matter_of
from sandbox.services.engine import advance
from sandbox.services.unit import add, get, use_case


@use_case
def start_screening(actor: Actor, desk_id: UUID) -> None:
    """Begin to look whether the application is complete for this authority."""
    desk, case, code = load(desk_id)
    advance(DESK, desk, Action.DESK_SCREEN, actor, matter_of(desk, case, {audiences.desk(code)}))


@use_case
def find_complete(actor: Actor, desk_id: UUID, *, message: str = "") -> None:
    """The application is complete for this desk; the firm gets a letter."""
    _screened(actor, desk_id, Action.DESK_FIND_COMPLETE, "complete", Screening(), message)


@use_case
def find_incomplete(actor: Actor, desk_id: UUID, *, missing: Iterable[str], message: str = "") -> None:
    """Something is missing for this desk; the firm gets a letter that lists it and can amend."""
    listed = tuple(line.strip() for line in missing if line.strip())
    _screened(actor, desk_id, Action.DESK_FIND_INCOMPLETE, "incomplete", Screening(missing=listed), message)


@use_case
def refuse_to_review(actor: Actor, desk_id: UUID, *, reason: str) -> None:
    """Refuse to review, where the authority's rules allow it."""
    desk = get(Desk, desk_id)
    allowed = get(Authority, desk.authority_id).may_refuse_to_review
    needs = Screening(may_refuse=allowed, reason=reason)
    _screened(actor, desk_id, Action.DESK_REFUSE_TO_REVIEW, "refused_to_review", needs, reason)


def _screened(actor: Actor, desk_id: UUID, action: Action, outcome: str, needs: Screening, message: str) -> None:
    desk, case, code = load(desk_id)
    parties = {audiences.FIRM, audiences.desk(code)}
    advance(
        DESK,
        desk,
        action,
        actor,
        matter_of(desk, case, parties, needs=needs, detail={"missing": list(needs.missing), "message": message}),
    )
    letter = add(
        CompletenessLetter(
            case_id=case.id,
            desk_id=desk.id,
            outcome=outcome,
            missing=list(needs.missing),
            message=message,
            written_by=actor.person_id,
        ),
    )
    trail.show_to(letter, "letter", parties, case_id=case.id)
    if desk.state in ENDED_DESK:
        openings.open_if_complete(case)


def receive_amendment(case_id: UUID) -> None:
    """Desks that waited for an amendment screen again, and their letters are answered.

    Desks that had filed on the version before look again: their sealed position is superseded, findings are confirmed
    anew. Nobody outside learns of it. A desk that went ahead alone keeps its position.
    """
    case = get(Case, case_id)
    concerned = select(Desk).where(Desk.case_id == case_id, Desk.state.in_(("incomplete", "assessed")))
    for desk in db.session.scalars(concerned).all():
        own = audiences.desk(code_of(desk))
        parties = {own} if desk.state == "assessed" else {audiences.FIRM, own}
        advance(DESK, desk, Action.DESK_RECEIVE_AMENDMENT, SYSTEM, matter_of(desk, case, parties))
        db.session.execute(
            update(Position)
            .where(Position.desk_id == desk.id, Position.superseded_at.is_(None))
            .values(superseded_at=now()),
        )
        db.session.execute(
            update(CompletenessLetter)
            .where(CompletenessLetter.desk_id == desk.id, CompletenessLetter.answered_at.is_(None))
            .values(answered_at=now()),
        )
