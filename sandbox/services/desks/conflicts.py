"""Declarations of interests: before anything of a case opens to a person, and again whenever its parties change.

Who has an interest proposes measures, which the coordinator or the ethics officer confirms; only the ethics officer
waives (18 USC 208(b)) or takes somebody off. A recusal takes the case away at once and is not undone by the person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.domain.conflicts import ASKED, KIND_CODES, PENDING, RECUSED, Interest, Match, matches, says_none
from sandbox.domain.errors import BadInput, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.desks import Case, ConflictDeclaration, Desk, DeskAssignment, StandIn, StandingInterest
from sandbox.models.people import Person
from sandbox.services.desks import parties, quarantine
from sandbox.services.desks.cases import code_of, load, matter_of
from sandbox.services.engine import Matter, act, authorise, record, tell
from sandbox.services.unit import add, get, use_case

DECIDING = frozenset({Role.ETHICS_OFFICER, Role.COORDINATOR})
MISSING = {
    "details": "Describe the interest, so that your authority can act on it.",
    "kinds": "Say what kind of interest it is.",
    "measures": "Say how the interest would be managed, for example which part of the work you leave to others.",
    "reason": "You told us about something that looks like a party, or declared an interest before. Say why you have "
    "no interest in this case.",
}


def known_matches(person_id: UUID, case: Case) -> tuple[Match, ...]:
    """What in the person's standing register looks like a party of the case."""
    rows = db.session.scalars(
        select(StandingInterest).where(StandingInterest.person_id == person_id).order_by(StandingInterest.created_at),
    )
    told = [Interest(row.kind, row.name, row.since, row.until) for row in rows]
    return matches(told, parties.names(case), parties.addresses(case)) if told else ()


@use_case
def declare(
    actor: Actor,
    case_id: UUID,
    *,
    outcome: str,
    kinds: Iterable[str] = (),
    details: str = "",
    measures: str = "",
    reason: str = "",
) -> None:
    """Declare interests for one case: none, managed or recused. Who is recused loses the case at once.

    `managed` opens nothing until somebody else confirms the measures. `none` needs a reason against a match with the
    person's register, and after an interest that was declared before; then it waits for somebody else as well: nobody
    clears themselves. Raises BadInput with all that is missing.
    """
    case = get(Case, case_id, lock=True)
    desk = db.session.scalar(
        select(Desk).where(Desk.case_id == case_id, Desk.authority_id == actor.organisation_id),
    )
    if desk is None:
        raise NotFound("There is nothing here.")
    chosen = sorted(set(kinds))
    detail = {"outcome": outcome, "kinds": chosen}
    matter = matter_of(desk, case, {audiences.desk(code_of(desk))}, detail=detail, turn=DECIDING)
    act(actor, Action.DESK_DECLARE, matter)
    found = known_matches(actor.me, case)
    lacking = _lacking(outcome, chosen, details, measures)
    doubtful = outcome == "none" and bool(found or _had_interest(actor.me, case_id))
    if doubtful and not reason.strip():
        lacking.append("reason")
    if outcome not in ASKED:
        raise BadInput({"outcome": "Choose what applies to you."})
    if not KIND_CODES.issuperset(chosen):
        raise BadInput({"kinds": "Select one of the options."})
    if lacking:
        raise BadInput({name: MISSING[name] for name in lacking})
    live = _live(case_id, actor.me)
    takes_back = outcome == "none" and live is not None and live.outcome != "none"
    waits = outcome == "managed" or doubtful
    _replace(
        case_id,
        actor.me,
        outcome=PENDING if waits else outcome,
        kinds=live.kinds if takes_back and live else chosen,
        details=live.details if takes_back and live else details,
        measures=live.measures if takes_back and live else measures or None,
        matches=[match.words for match in found] or None,
        reason=reason or None,
    )
    if outcome == RECUSED:
        _take_away(desk, case, actor.me)
    if waits or outcome == RECUSED:
        tell(actor, Action.DESK_DECLARE, matter, ("turn",))


def _lacking(outcome: str, kinds: list[str], details: str, measures: str) -> list[str]:
    asked = {"managed": (("kinds", kinds), ("details", details.strip()), ("measures", measures.strip()))}
    asked[RECUSED] = (("details", details.strip()),)  # type: ignore[assignment]
    return [name for name, given in asked.get(outcome, ()) if not given]


def _had_interest(person_id: UUID, case_id: UUID) -> bool:
    return (
        db.session.scalar(
            select(ConflictDeclaration.id)
            .where(
                ConflictDeclaration.case_id == case_id,
                ConflictDeclaration.person_id == person_id,
                ConflictDeclaration.outcome != "none",
            )
            .limit(1),
        )
        is not None
    )


def _live(case_id: UUID, person_id: UUID) -> ConflictDeclaration | None:
    return db.session.scalar(
        select(ConflictDeclaration).where(
            ConflictDeclaration.case_id == case_id,
            ConflictDeclaration.person_id == person_id,
            ConflictDeclaration.superseded_at.is_(None),
        ),
    )


def _replace(case_id: UUID, person_id: UUID, because: str = "declared again", **columns: Any) -> None:
    """Supersede the person's live declaration and write the next one."""
    db.session.execute(
        update(ConflictDeclaration)
        .where(
            ConflictDeclaration.case_id == case_id,
            ConflictDeclaration.person_id == person_id,
            ConflictDeclaration.superseded_at.is_(None),
        )
        .values(superseded_at=now(), superseded_because=because),
    )
    add(ConflictDeclaration(case_id=case_id, person_id=person_id, **columns))


def _take_away(desk: Desk, case: Case, person_id: UUID) -> None:
    """A recused person works on the case no more, in no role; what they wrote is set aside."""
    db.session.execute(
        delete(DeskAssignment).where(DeskAssignment.desk_id == desk.id, DeskAssignment.person_id == person_id),
    )
    db.session.execute(
        update(StandIn)
        .where(StandIn.case_id == case.id, StandIn.person_id == person_id, StandIn.ended_at.is_(None))
        .values(ended_at=now()),
    )
    quarantine.set_aside(desk, case, person_id)


# --- what others decide ----------------------------------------------------------------------------------------------


def _other(actor: Actor, desk: Desk, person_id: UUID) -> Person:
    """A colleague whose interests the actor may decide on. Raises NotAllowed for oneself, NotFound for strangers."""
    if person_id == actor.person_id:
        raise NotAllowed("Somebody else decides on your own interests.")
    person = get(Person, person_id)
    if person.organisation_id != desk.authority_id:
        raise NotFound("There is nothing here.")
    return person


Settled = Callable[[ConflictDeclaration], dict[str, Any]]  # what stands from now on; may raise BadInput


def _decide(actor: Actor, action: Action, desk_id: UUID, person_id: UUID, settle: Settled) -> Matter:
    """Confirm or waive what is pending. Raises NotNow when nothing is pending (any more)."""
    desk, case, code = load(desk_id)
    person = _other(actor, desk, person_id)
    own = {audiences.desk(code)}
    authorise(actor, action, matter_of(desk, case, own))
    live = _live(case.id, person_id)
    if live is None or live.outcome != PENDING:
        raise NotNow("There is no interest of this person to decide on any more.")
    kept = {"kinds": live.kinds, "details": live.details, "measures": live.measures, "matches": live.matches}
    columns = {**kept, **settle(live)}
    detail = {"person": person.name, "outcome": columns["outcome"]}
    matter = matter_of(desk, case, own, detail=detail, person_id=person_id)
    record(actor, action, matter)
    _replace(case.id, person_id, "decided", decided_by=actor.person_id, **columns)
    return matter


@use_case
def confirm(actor: Actor, desk_id: UUID, *, person_id: UUID, measures: str) -> None:
    """Confirm, perhaps in other words, how an interest is managed; the case opens to the person.

    Who says that they have none, although it looks like it, needs no measures: confirmed without, there is none.
    Raises BadInput where measures are needed.
    """

    def settle(live: ConflictDeclaration) -> dict[str, Any]:
        if measures.strip():
            return {"outcome": "managed", "measures": measures}
        if says_none(live.kinds):
            return {"outcome": "none", "reason": live.reason}
        raise BadInput({"measures": "Say how the interest is managed."})

    matter = _decide(actor, Action.DECLARATION_CONFIRM, desk_id, person_id, settle)
    tell(actor, Action.DECLARATION_CONFIRM, matter, ("person",))


@use_case
def waive(actor: Actor, desk_id: UUID, *, person_id: UUID, reason: str) -> None:
    """Waive an interest, with a reason on record; the case opens to the person. The ethics officer alone can."""
    if not reason.strip():
        raise BadInput({"reason": "Give the reason for the waiver: it is kept on record."})
    told = {"outcome": "waived", "reason": reason}
    matter = _decide(actor, Action.DECLARATION_WAIVE, desk_id, person_id, lambda _live: told)
    tell(actor, Action.DECLARATION_WAIVE, matter, ("person",))


@use_case
def recuse(actor: Actor, desk_id: UUID, *, person_id: UUID, reason: str) -> None:
    """Take somebody off the case for an interest, whatever they declared; it is done at once."""
    desk, case, code = load(desk_id)
    person = _other(actor, desk, person_id)
    if not reason.strip():
        raise BadInput({"reason": "Give the reason: it is kept on record."})
    act(
        actor,
        Action.DECLARATION_RECUSE,
        matter_of(desk, case, {audiences.desk(code)}, detail={"person": person.name}),
    )
    live = _live(case.id, person_id)
    if live is not None and live.outcome == RECUSED:
        raise NotNow(f"{person.name} is recused already.")
    kept = {"kinds": live.kinds, "details": live.details} if live is not None else {}
    _replace(case.id, person_id, "decided", outcome=RECUSED, reason=reason, decided_by=actor.person_id, **kept)
    _take_away(desk, case, person_id)
