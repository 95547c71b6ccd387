"""The decision page of a case: the own desk's decision with all that it still lacks, and what others have issued.

Rule: nothing of another desk's decision is told before its document is issued and the reader belongs to its audience.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.domain.conflicts import EFFECTIVE, RECUSED
from sandbox.domain.policy import Bar
from sandbox.extensions import db
from sandbox.models.assessments import Position
from sandbox.models.catalogue import Authority, Instrument
from sandbox.models.desks import ConflictDeclaration, Desk, DeskAssignment
from sandbox.models.duties import taken
from sandbox.models.people import Person, PersonRole
from sandbox.queries.decisions.own import own_decision
from sandbox.queries.decisions.reading import reader, shelf
from sandbox.queries.decisions.rows import DecisionPage, Hand, InstrumentRow, Other, OwnDecision
from sandbox.queries.desks import Sight
from sandbox.queries.desks.quarantine import NOTHING, count_of, quarantined
from sandbox.queries.desks.states import STATE_WORDS, TONES, shown_state


def page(viewer: Actor, case_id: UUID) -> DecisionPage:
    """The page, in at most ten statements. Raises NotFound for whoever reads no decisions of this case."""
    seen, parties = reader(viewer, case_id)
    documents = shelf(case_id, parties)
    papers = documents.papers
    desks = _desks(seen)
    firm = viewer.firm_side
    mine = next((row for row in desks if row.id == seen.desk_id), None)
    others = tuple(_other(seen, row) for row in desks if row.id != seen.desk_id)
    if firm or mine is None:
        return DecisionPage(seen, True, "", "", None, None, (), 0, (), others, papers, frozenset())
    instruments = _instruments(mine.authority_id)
    hands = _hands(seen, mine.signatories_required)
    aside = quarantined(mine.id) if mine.set_aside else NOTHING
    own = own_decision(parties, mine, instruments, hands, documents, aside.to_redo)
    return DecisionPage(
        seen=seen,
        firm=False,
        desk_state=mine.state,
        jurisdiction=mine.jurisdiction,
        position=mine.position,
        own=own,
        hands=hands,
        hands_needed=mine.signatories_required,
        instruments=tuple(_instrument(row) for row in instruments.values()),
        others=others,
        papers=papers,
        actions=_possible(seen, mine.state, own),
        aside=aside,
    )


def _desks(seen: Sight) -> list[Any]:
    # The position of the own desk only: others' may still be sealed.
    own = select(Position.recommendation).where(
        Position.desk_id == Desk.id, Desk.id == seen.desk_id, Position.superseded_at.is_(None)
    )
    return list(
        db.session.execute(
            select(
                Desk.id,
                Desk.authority_id,
                Desk.state,
                Desk.part,
                Desk.opened_at,
                Authority.code,
                Authority.name,
                Authority.jurisdiction,
                Authority.calendar,
                Authority.signatories_required,
                own.correlate(Desk).scalar_subquery().label("position"),
                count_of(seen.desk_id).label("set_aside"),
            )
            .join(Authority, Authority.id == Desk.authority_id)
            .where(Desk.case_id == seen.case_id)
            .order_by(Authority.code),
        ),
    )


def _other(seen: Sight, row: Any) -> Other:
    state = shown_state(
        row.state,
        mine=False,
        case_opened=seen.opened,
        desk_opened=row.opened_at is not None,
        deciding=row.part == "decides",
    )
    return Other(row.code, row.name, STATE_WORDS[state], TONES.get(state, "neutral"))


def _instruments(authority_id: UUID) -> dict[UUID, Instrument]:
    return {row.id: row for row in db.session.scalars(_of(authority_id))}


def _of(authority_id: UUID) -> Any:
    return select(Instrument).where(Instrument.authority_id == authority_id).order_by(Instrument.name)


def _instrument(row: Instrument) -> InstrumentRow:
    return InstrumentRow(row.id, row.name, row.legal_basis, frozenset(row.content["actions"]))


def _hands(seen: Sight, needed: int) -> tuple[Hand, ...]:
    """The desk's decision makers in order of assignment, as `services.decisions.drafting.signatories` picks them."""
    duties = taken(seen.desk_id, seen.case_id, Person.id)
    said = and_(
        ConflictDeclaration.person_id == Person.id,
        ConflictDeclaration.case_id == seen.case_id,
        ConflictDeclaration.superseded_at.is_(None),
    )
    held = and_(DeskAssignment.person_id == Person.id, DeskAssignment.desk_id == seen.desk_id)
    rows = db.session.execute(
        select(
            Person.name,
            Person.title,
            DeskAssignment.desk_id,
            ConflictDeclaration.outcome,
            *(duties[bar].label(bar.value) for bar in NEVER),
        )
        .join(PersonRole, and_(PersonRole.person_id == Person.id, PersonRole.role == Role.DECISION_MAKER.value))
        .outerjoin(DeskAssignment, held)
        .outerjoin(ConflictDeclaration, said)
        .where(Person.organisation_id == seen.viewer.organisation_id, Person.active.is_(True))
        .order_by(DeskAssignment.assigned_at.nulls_last(), Person.id),
    )
    found, place = [], 0
    for row in rows:
        why = _why_not(row)
        if not why and place == needed:
            why = "Enough others sign before."
        place += not why
        found.append(Hand(row.name, row.title or "Decision maker", None if why else place, why))
    return tuple(found)


# In words, for each of the bars of signing.
NEVER = {
    Bar.ASSESSED: "Assessed this case; who assessed does not sign.",
    Bar.REVIEWED: "Reviewed the assessment of this case; who reviewed it does not sign.",
    Bar.DRAFTED: "Prepared the decision; who prepared it does not sign.",
}


def _why_not(row: Any) -> str:
    if row.outcome == RECUSED:
        return "Has an interest in this case."
    if row.desk_id is None:
        return "Is not assigned to this desk."
    if row.outcome not in EFFECTIVE:
        return "Has not declared interests for this case."
    return next((why for bar, why in NEVER.items() if getattr(row, bar.value)), "")


# fmt: off
_WHEN: dict[Action, tuple[str, ...]] = {
    Action.DECISION_EDIT:              ("drafted",),
    Action.DECISION_SEND_TO_SIGNATURE: ("drafted",),
    Action.PROCEDURE_COMPLETE:         ("drafted",),
    Action.DESK_START_PROCEDURE:       ("drafted",),
    Action.DECISION_SIGN:              ("ready_to_sign",),
    Action.DECISION_REJECT:            ("ready_to_sign",),
    Action.DECISION_ISSUE:             ("signed",),
}
# fmt: on


def _possible(seen: Sight, desk_state: str, own: OwnDecision | None) -> frozenset[Action]:
    if seen.withdrawn_at is not None:
        return frozenset()
    if own is None:
        ready = desk_state in {"deliberating", "procedure"} and seen.may(Action.DECISION_DRAFT)
        return frozenset({Action.DECISION_DRAFT} if ready else ())
    found = {action for action, states in _WHEN.items() if own.state in states and seen.may(action)}
    if desk_state == "procedure" and own.state == "drafted" and seen.may(Action.DESK_REOPEN_DELIBERATION):
        found.add(Action.DESK_REOPEN_DELIBERATION)
    return frozenset(found)


__all__ = ["page"]
