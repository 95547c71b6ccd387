"""The case page: header, desks side by side, the joint outcome, letters, and what the viewer can do next.

Rule: one page for everybody, each sees their cut. Outside a desk nothing tells how far it is until the case opens;
staff who have not declared see reference, parties' names, state and dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, and_, func, literal, or_, select, type_coerce

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.lifecycles import DESK, ENDED_DESK
from sandbox.domain.outcomes import DeskDecision, JointOutcome, combine
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.assessments import Divergence, Finding, Position
from sandbox.models.catalogue import Authority, Criterion
from sandbox.models.decisions import Condition, Decision, JointNotice
from sandbox.models.desks import CompletenessLetter, Desk, DeskAssignment
from sandbox.models.trials import Trial
from sandbox.queries.access import visible
from sandbox.queries.desks.sight import Sight, sight
from sandbox.queries.desks.states import DUE_STATES, STATE_WORDS, TONES, shown_state, whose_turn

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
    due_on: date | None
    due_kind: str | None
    why: tuple[str, ...]
    action: str | None
    number: str | None
    decision: str | None


@dataclass(frozen=True, slots=True)
class Letter:
    """A desk's letter about completeness, to the firm."""

    id: UUID
    code: str
    outcome: str
    missing: tuple[str, ...]
    message: str
    written_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Work:
    """How far the viewer's own desk is; nought for everybody outside."""

    criteria: int = 0
    findings: int = 0
    assigned: int = 0
    filed: bool = False
    open_divergences: int = 0
    divergences: int = 0


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
    trial: bool

    @property
    def mine(self) -> DeskCell | None:
        """The viewer's own desk."""
        return next((cell for cell in self.desks if cell.mine), None)

    @property
    def opened(self) -> bool:
        """The positions have opened."""
        return self.sight.opened_at is not None


def _rows(seen: Sight) -> list[Any]:
    """The desks, with what of their decisions this viewer may see."""
    issued = and_(
        Decision.issued_at.is_not(None), visible(type_coerce(Decision.edition_id, Uuid()), "edition", seen.parties)
    )
    own = literal(seen.may(Action.DECISION_READ)) & (Desk.id == seen.desk_id)
    shown = and_(Decision.desk_id == Desk.id, or_(own, visible(Decision.id, "decision", seen.parties), issued))
    return list(
        db.session.execute(
            select(
                Desk.id,
                Desk.authority_id,
                Desk.state,
                Desk.part,
                Desk.required,
                Desk.routed_because,
                Desk.opened_at,
                Desk.due_on,
                Desk.due_kind,
                Authority.code,
                Authority.name,
                Authority.jurisdiction,
                Decision.id.label("decision_id"),
                Decision.action,
                Decision.number,
                Decision.state.label("decision"),
                Decision.signed_at,
            )
            .join(Authority, Authority.id == Desk.authority_id)
            .outerjoin(Decision, shown)
            .where(Desk.case_id == seen.case_id)
            .order_by(Authority.code),
        ),
    )


def _cell(seen: Sight, row: Any) -> DeskCell:
    mine = row.id == seen.desk_id
    state = shown_state(
        row.state,
        mine=mine,
        case_opened=seen.opened_at is not None,
        desk_opened=row.opened_at is not None,
        deciding=row.part == "decides",
    )
    told = mine or seen.opened_at is not None
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
        sealed=not mine and state not in ENDED_DESK and seen.opened_at is None,
        ended=state in ENDED_DESK,
        turn=whose_turn(state, row.decision if mine else None) if mine else "",
        due_on=row.due_on if state in DUE_STATES else None,
        due_kind=row.due_kind,
        why=tuple(row.routed_because) if seen.reads or seen.may(Action.DESK_READ) else (),
        action=row.action if told and row.signed_at is not None else None,
        number=row.number if told and row.signed_at is not None else None,
        decision=row.decision if mine else None,
    )


def _condition_keys(seen: Sight, decisions: list[UUID]) -> dict[UUID, frozenset[str]]:
    """What makes two decisions' conditions the same: for limits the measure, for others the words."""
    found: dict[UUID, set[str]] = {}
    for row in db.session.execute(
        select(
            Condition.decision_id,
            Condition.metric,
            Condition.comparator,
            Condition.threshold,
            Condition.currency,
            Condition.window,
            Condition.kind,
            Condition.title,
            Condition.text,
        ).where(Condition.case_id == seen.case_id, Condition.decision_id.in_(decisions)),
    ):
        plain = (row.kind, row.title.strip().lower(), row.text)
        measured = (row.metric, row.comparator, row.threshold, row.currency, row.window)
        found.setdefault(row.decision_id, set()).add(repr(measured if row.metric else plain))
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
    """The completeness letters that the viewer's parties may see, newest first."""
    rows = db.session.execute(
        select(
            CompletenessLetter.id,
            CompletenessLetter.outcome,
            CompletenessLetter.missing,
            CompletenessLetter.message,
            CompletenessLetter.written_at,
            CompletenessLetter.answered_at,
            Authority.code,
        )
        .join(Desk, Desk.id == CompletenessLetter.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(CompletenessLetter.case_id == seen.case_id, visible(CompletenessLetter.id, "letter", seen.parties))
        .order_by(CompletenessLetter.written_at.desc(), CompletenessLetter.id),
    )
    return tuple(
        Letter(
            id=row.id,
            code=row.code,
            outcome=row.outcome,
            missing=tuple(row.missing),
            message=row.message,
            written_at=row.written_at,
            answered_at=row.answered_at,
        )
        for row in rows
    )


def _work(seen: Sight) -> tuple[Work, Any]:
    """Numbers of the own desk, with the version, the notice and the trial, in one statement."""
    mine = seen.desk_id
    shown = and_(Divergence.case_id == seen.case_id, visible(Divergence.id, "divergence", seen.parties))
    notice = (
        select(JointNotice.state)
        .where(JointNotice.case_id == seen.case_id, visible(JointNotice.id, "notice", seen.parties))
        .order_by(JointNotice.number.desc())
        .limit(1)
    )
    standing = and_(Position.desk_id == mine, Position.superseded_at.is_(None))
    current = and_(Criterion.authority_id == seen.viewer.organisation_id, Criterion.current.is_(True))
    row = db.session.execute(
        select(
            select(func.count()).select_from(Criterion).where(current).scalar_subquery().label("criteria"),
            select(func.count()).where(Finding.desk_id == mine).scalar_subquery().label("findings"),
            select(func.count()).where(DeskAssignment.desk_id == mine).scalar_subquery().label("assigned"),
            select(func.count()).where(standing).scalar_subquery().label("filed"),
            select(func.count()).where(shown).scalar_subquery().label("divergences"),
            select(func.count()).where(shown, Divergence.state == "open").scalar_subquery().label("open"),
            notice.scalar_subquery().label("notice"),
            select(func.count()).where(Trial.case_id == seen.case_id).scalar_subquery().label("trial"),
            ApplicationVersion.number,
            ApplicationVersion.submitted_at,
        ).where(ApplicationVersion.id == seen.version_id),
    ).one()
    if mine is None or not seen.may(Action.DESK_READ):
        return Work(), row
    work = Work(row.criteria, row.findings, row.assigned, bool(row.filed), row.open, row.divergences)
    return work, row


def possible(seen: Sight) -> frozenset[Action]:
    """What is granted to the viewer and in the table from the state of their own desk."""
    state = seen.desk_state
    if state is None or seen.withdrawn_at is not None:
        return frozenset()
    found = {action for action in DESK.actions() if DESK.find(action, state) is not None and seen.may(action)}
    if state == "assessing":
        found |= {action for action in WRITING if seen.may(action)}
    if state not in ENDED_DESK and seen.may(Action.DESK_ASSIGN):
        found.add(Action.DESK_ASSIGN)
    return frozenset(found)


def case(viewer: Actor, case_id: UUID) -> CasePage:
    """The case as this viewer may see it, in five statements whatever its size. Raises NotFound."""
    seen = sight(viewer, case_id)
    rows = _rows(seen)
    cells = tuple(_cell(seen, row) for row in rows)
    outcome = _outcome(seen, rows, cells)
    work, more = _work(seen)
    written = letters(seen)
    knows = seen.reads or seen.may(Action.DESK_READ) or viewer.organisation is Organisation.PROGRAMME_OFFICE
    return CasePage(
        sight=seen,
        version=more.number if seen.reads else None,
        submitted_at=more.submitted_at,
        desks=cells,
        outcome=outcome if knows else None,
        letters=written,
        work=work,
        actions=possible(seen),
        notice=more.notice,
        trial=bool(more.trial) and seen.may(Action.TRIAL_READ),
    )


__all__ = ["CasePage", "DeskCell", "Letter", "Work", "case", "letters", "possible"]
