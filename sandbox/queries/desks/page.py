"""The case page: header, desks side by side, the joint outcome, letters, and what the viewer can do next.

Rule: one page for everybody, each sees their cut. Outside a desk nothing tells how far it is until the case opens;
staff who have not declared see reference, parties' names, state and dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.lifecycles import DESK, ENDED_DESK
from sandbox.domain.outcomes import DeskDecision, JointOutcome, combine
from sandbox.domain.screening import Missing, missing_from
from sandbox.domain.turns import OVER
from sandbox.queries.desks.reading import condition_rows, desk_rows, letter_rows, numbers
from sandbox.queries.desks.sight import Sight, sight
from sandbox.queries.desks.states import DUE_STATES, STATE_WORDS, TONES, shown_state, whose_turn
from sandbox.queries.questions import of_version

KNOWS = (Action.CASE_READ, Action.DESK_READ, Action.CASE_OBSERVE)  # who of the case reads its joint outcome
WRITING = (Action.FINDING_RECORD, Action.CONDITION_PROPOSE)


@dataclass(frozen=True, slots=True)
class DeskCell:
    """One authority's side of the case, as this viewer may know it. `sealed`: masked, more is not told."""

    code: str
    name: str
    jurisdiction: str
    part: str
    required: bool
    lead: bool
    mine: bool
    state: str
    words: str
    tone: str
    sealed: bool
    ended: bool
    turn: str
    turn_since: datetime | None
    due_on: date | None
    due_kind: str | None
    admitted: bool | None
    why: tuple[str, ...]
    action: str | None
    number: str | None
    decision: str | None
    left_because: str | None = None
    asked_since: datetime | None = None  # a request for information of this authority is open, and no more than that


@dataclass(frozen=True, slots=True)
class Letter:
    """A desk's letter about completeness, to the firm."""

    id: UUID
    code: str
    outcome: str
    missing: tuple[Missing, ...]
    message: str
    written_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Work:
    """How far the viewer's own desk is; nought for everybody outside."""

    criteria: int = 0
    findings: int = 0  # those that stand: written, and on nothing that has changed since
    again: int = 0  # findings that wait to be confirmed or redone
    conditions_again: int = 0
    assigned: int = 0
    filed: bool = False
    before: bool = False  # a position was filed on an earlier version
    open_divergences: int = 0
    divergences: int = 0
    answered: int = 0  # requests for information that the firm has answered and nobody has read yet


@dataclass(frozen=True, slots=True)
class CasePage:
    """A case as one viewer may see it. `actions`: what is granted and possible in the present state."""

    sight: Sight
    version: int | None
    submitted_at: datetime
    desks: tuple[DeskCell, ...]
    outcome: JointOutcome | None
    letters: tuple[Letter, ...]
    work: Work
    actions: frozenset[Action]
    notice: str | None
    notice_edition: UUID | None
    trial: bool

    @property
    def mine(self) -> DeskCell | None:
        """The viewer's own desk."""
        return next((cell for cell in self.desks if cell.mine), None)

    @property
    def admitted(self) -> tuple[int, int] | None:
        """By how many of the deciding desks the application was found complete; None for who may not know."""
        told = [cell.admitted for cell in self.desks if cell.part == "decides" and cell.admitted is not None]
        return (sum(told), len(told)) if told else None

    @property
    def opened(self) -> bool:
        """The positions are open to the viewer."""
        return self.sight.opened

    @property
    def concluded(self) -> bool:
        """Every deciding desk has issued its instrument, or has left."""
        return self.opened and all(cell.state in OVER for cell in self.desks if cell.part == "decides")


def _at_desk(seen: Sight) -> bool:
    """Does the viewer read the case for a desk? Before the opening, no desk learns another's dates."""
    return seen.viewer.organisation is Organisation.AUTHORITY


def _may_count(seen: Sight) -> bool:
    """By how many desks a case was admitted, desks read after their opening; nobody else ever does."""
    return _at_desk(seen) and seen.desk_opened_at is not None and seen.reads


def _cell(seen: Sight, row: Any) -> DeskCell:
    mine = row.id == seen.desk_id
    state = shown_state(
        row.state,
        mine=mine,
        case_opened=seen.opened,
        desk_opened=row.opened_at is not None,
        deciding=row.part == "decides",
        to_desk=_at_desk(seen),
    )
    told = mine or seen.opened
    return DeskCell(
        code=row.code,
        name=row.name,
        jurisdiction=row.jurisdiction,
        part=row.part,
        required=row.required,
        lead=row.authority_id == seen.lead_id,
        mine=mine,
        state=state,
        words=STATE_WORDS[state],
        tone=TONES.get(state, "neutral"),
        sealed=not mine and state not in ENDED_DESK and not seen.opened,
        ended=state in ENDED_DESK,
        turn=whose_turn(row.turn) if mine else "",
        turn_since=row.turn_since if mine else None,
        due_on=row.due_on if state in DUE_STATES and (told or not _at_desk(seen)) else None,
        admitted=row.admitted if _may_count(seen) else None,
        due_kind=row.due_kind,
        why=tuple(row.routed_because) if any(seen.may(one) for one in KNOWS) else (),
        action=row.action if told and row.signed_at is not None else None,
        number=row.number if told and row.signed_at is not None else None,
        decision=row.decision if mine else None,
        left_because=row.left_because if _knows(seen) else None,
        asked_since=row.asked_since if _knows(seen) else None,
    )


def _knows(seen: Sight) -> bool:
    """Who works with the case, or runs its programme; not who has still to declare."""
    return any(seen.may(one) for one in KNOWS) or seen.viewer.organisation is Organisation.PROGRAMME_OFFICE


def _condition_keys(seen: Sight, decisions: list[UUID]) -> dict[UUID, frozenset[str]]:
    """What makes two decisions' conditions the same: for limits the measure, for others the words."""
    found: dict[UUID, set[str]] = {}
    for key, metric, comparator, threshold, currency, window, kind, title, text in condition_rows(seen, decisions):
        same = (metric, comparator, threshold, currency, window) if metric else (kind, title.strip().lower(), text)
        found.setdefault(key, set()).add(repr(same))
    return {key: frozenset(values) for key, values in found.items()}


def _outcome(seen: Sight, rows: list[Any], cells: tuple[DeskCell, ...]) -> JointOutcome:
    """The joint outcome over what this viewer may know: pending to outsiders until the opening."""
    keys = _condition_keys(seen, [row.decision_id for row in rows if row.decision_id is not None])
    return combine(
        (
            DeskDecision(cell.code, cell.required, cell.state, cell.action, keys.get(row.decision_id, frozenset()))
            for row, cell in zip(rows, cells, strict=True)
            if row.part == "decides"
        ),
        withdrawn=seen.withdrawn_at is not None,
        firm_goes_on_with_fewer=seen.goes_on_with_fewer,
        programme_allows_fewer=seen.allows_fewer,
    )


def letters(seen: Sight) -> tuple[Letter, ...]:
    """The letters of receipt and about completeness that the viewer's parties may see, newest first."""
    rows = letter_rows(seen)
    named = any(one["fields"] for row in rows for one in row.missing)  # most letters name no answer
    questions = of_version(seen.version_id) if named and seen.version_id else None
    return tuple(
        Letter(
            id=row.id,
            code=row.code,
            outcome=row.outcome,
            missing=missing_from(row.missing, questions),
            message=row.message,
            written_at=row.written_at,
            answered_at=row.answered_at,
        )
        for row in rows
    )


def _work(seen: Sight) -> tuple[Work, Any]:
    """Numbers of the own desk, with the version, the notice and the trial, in one statement."""
    row = numbers(seen)
    if seen.desk_id is None or not seen.may(Action.DESK_READ):
        return Work(), row
    work = Work(
        criteria=row.criteria,
        findings=row.findings,
        again=row.again,
        conditions_again=row.conditions_again,
        assigned=row.assigned,
        filed=bool(row.filed),
        before=bool(row.before),
        open_divergences=row.open,
        divergences=row.divergences,
        answered=row.answered,
    )
    return work, row


def possible(seen: Sight) -> frozenset[Action]:
    """What is granted to the viewer and in the table from the state of their own desk."""
    state = seen.desk_state
    if state is None or seen.withdrawn_at is not None:
        return frozenset()
    found = {action for action in DESK.actions() if DESK.find(action, state) is not None and seen.may(action)}
    if state == "screening" and seen.may(Action.DESK_CHECK):
        found.add(Action.DESK_CHECK)
    if state == "assessing":
        found |= {action for action in WRITING if seen.may(action)}
    if state not in ENDED_DESK and seen.may(Action.DESK_ASSIGN):
        found.add(Action.DESK_ASSIGN)
    return frozenset(found)


def case(viewer: Actor, case_id: UUID) -> CasePage:
    """The case as this viewer may see it, in five statements whatever its size. Raises NotFound."""
    seen = sight(viewer, case_id)
    rows = desk_rows(seen)
    cells = tuple(_cell(seen, row) for row in rows)
    outcome = _outcome(seen, rows, cells)
    work, more = _work(seen)
    written = letters(seen)
    return CasePage(
        sight=seen,
        version=more.number if seen.reads else None,
        submitted_at=more.submitted_at,
        desks=cells,
        outcome=outcome if _knows(seen) else None,
        letters=written,
        work=work,
        actions=possible(seen),
        notice=None if seen.late else more.notice,
        notice_edition=None if seen.late else more.notice_edition,
        trial=bool(more.trial) and seen.may(Action.TRIAL_READ),
    )


__all__ = ["CasePage", "DeskCell", "Letter", "Work", "case", "letters", "possible"]
