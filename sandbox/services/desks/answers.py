"""The short path of desks that do not decide: a view where consulted, consent or its refusal where it is sought.

Rule: an answer has reasons and stands on one version. The deciding desks read it once the positions open, so that it
sways nobody's own view; before that they read “assessing”, and the firm reads nothing else at any time.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.catalogue.terms import Part
from sandbox.domain.lifecycles import DESK, ENDED_DESK
from sandbox.domain.needs import Reasoned
from sandbox.domain.parts import CONDITIONALLY, CONSENTS, REFUSES, VIEW
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk, DeskAnswer
from sandbox.services import clocks, search, trail
from sandbox.services.desks.cases import load, matter_of, refuse_if_withdrawn
from sandbox.services.engine import advance, authorise
from sandbox.services.unit import add, use_case


@use_case
def give_view(actor: Actor, desk_id: UUID, *, reasons: str) -> None:
    """A consulted authority says what it thinks. Again: its later view supersedes the earlier one."""
    _answer(actor, desk_id, Action.DESK_GIVE_VIEW, VIEW, reasons)


@use_case
def consent(actor: Actor, desk_id: UUID, *, reasons: str, conditions: str = "") -> None:
    """An authority whose consent is sought gives it, with conditions where it names some."""
    outcome = CONDITIONALLY if conditions.strip() else CONSENTS
    _answer(actor, desk_id, Action.DESK_CONSENT, outcome, reasons, conditions.strip())


@use_case
def refuse_consent(actor: Actor, desk_id: UUID, *, reasons: str) -> None:
    """An authority whose consent is sought refuses it."""
    _answer(actor, desk_id, Action.DESK_REFUSE_CONSENT, REFUSES, reasons)


def _answer(actor: Actor, desk_id: UUID, action: Action, outcome: str, reasons: str, conditions: str = "") -> None:
    desk, case, code = load(desk_id)
    own = audiences.desk(code)
    matter = matter_of(desk, case, {own}, needs=Reasoned(reasons), detail={"outcome": outcome})
    authorise(actor, action, matter)
    refuse_if_withdrawn(case)
    DESK.step(action, desk.state, matter.needs)
    standing = select(DeskAnswer).where(DeskAnswer.desk_id == desk.id, DeskAnswer.superseded_at.is_(None))
    for earlier in db.session.scalars(standing):
        earlier.superseded_at = now()
    db.session.flush()
    answer = add(
        DeskAnswer(
            case_id=case.id,
            desk_id=desk.id,
            outcome=outcome,
            reasons=reasons.strip(),
            conditions=conditions,
            application_version_id=case.current_version_id,
            given_by=actor.me,
        ),
    )
    advance(DESK, desk, action, actor, replace(matter, froze=(answer,)))
    trail.show_to(answer, "answer", {own}, case_id=case.id)
    for party, opened in _deciding(case):
        trail.show_to(answer, "answer", {party}, case_id=case.id, visible=opened)
    search.index("answer", answer.id, case.id, f"{answer.reasons} {answer.conditions}")
    clocks.stop(desk, "The authority has answered.")


def _deciding(case: Case) -> list[tuple[str, bool]]:
    """The deciding desks, each with whether its positions have opened."""
    rows = db.session.execute(
        select(Authority.code, Desk.opened_at)
        .join(Desk, Desk.authority_id == Authority.id)
        .where(Desk.case_id == case.id, Desk.part == Part.DECIDES.value, Desk.state.not_in(ENDED_DESK)),
    )
    return [(audiences.desk(code), opened_at is not None) for code, opened_at in rows]


__all__ = ["consent", "give_view", "refuse_consent"]
