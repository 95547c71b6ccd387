"""The inbox of an authority's staff: the desks of their own authority, newest first, fifty a page.

Rule: a row says no more than its reader may know. Before a declaration: reference, parties' names, state and dates;
titles and the search in titles are for those who may read the case. A recused person's cases are not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, false, func, literal, or_, select, tuple_
from sqlalchemy.sql import Select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.errors import NotAllowed
from sandbox.domain.policy import GRANTS, CaseFacts, Tie, can, named
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.decisions import Decision
from sandbox.models.desks import Case, ConflictDeclaration, Desk, DeskAssignment
from sandbox.models.people import Firm
from sandbox.queries import Page, instant, page_of, place
from sandbox.queries.desks.states import (
    DUE_STATES,
    OPEN_STATES,
    SIGNING,
    STATE_WORDS,
    TONES,
    TURNS,
    turn_states,
    whose_turn,
)

SIZE = 50
SOON = timedelta(days=28)
FILTERS = {
    "all": "All cases",
    "turn": "My turn",
    "mine": "Assigned to me",
    "due": "Due within four weeks",
    "declare": "I have not declared",
    "waiting": "Waiting for others",
}


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One desk of the viewer's authority. `title` is None where the viewer may not read the case."""

    case_id: UUID
    reference: str
    firm: str
    title: str | None
    state: str
    state_words: str
    tone: str
    turn: str
    my_turn: bool
    due_on: date | None
    due_kind: str | None
    overdue: bool
    created_at: datetime
    declared: bool
    assigned: bool
    people: int


def mine() -> ColumnElement[bool]:
    """The join of a person's live declaration (its person is in the WHERE of the join's caller)."""
    return and_(ConflictDeclaration.case_id == Desk.case_id, ConflictDeclaration.superseded_at.is_(None))


def base(viewer: Actor, *columns: Any) -> Select[Any]:
    """Desks of the viewer's authority in cases that the viewer may glance at, with what ties the viewer to them.

    Raises NotAllowed for anybody who is not staff of an authority.
    """
    if viewer.organisation is not Organisation.AUTHORITY or not named(viewer, Action.CASE_GLANCE):
        raise NotAllowed("Your role does not include this page.")
    return (
        select(*columns)
        .select_from(Desk)
        .join(Case, Case.id == Desk.case_id)
        .join(Firm, Firm.id == Case.firm_id)
        .outerjoin(ConflictDeclaration, and_(mine(), ConflictDeclaration.person_id == viewer.person_id))
        .outerjoin(
            DeskAssignment,
            and_(DeskAssignment.desk_id == Desk.id, DeskAssignment.person_id == viewer.person_id),
        )
        .outerjoin(Decision, Decision.desk_id == Desk.id)
        .where(Desk.authority_id == viewer.organisation_id, func.coalesce(ConflictDeclaration.outcome, "") != "recused")
    )


HAS = {
    Tie.DESK: Desk.id.is_not(None),
    Tie.DECLARED: ConflictDeclaration.id.is_not(None),
    Tie.ASSIGNED: and_(ConflictDeclaration.id.is_not(None), DeskAssignment.person_id.is_not(None)),
}


def granted(viewer: Actor, action: Action) -> ColumnElement[bool]:
    """The action's grants over the rows of `base`."""
    rows = [row.tie for row in GRANTS[action] if not viewer.roles.isdisjoint(row.roles)]
    return or_(false(), *(HAS[tie] for tie in rows if tie in HAS))


def turn(viewer: Actor) -> ColumnElement[bool]:
    """The rows of `base` in which it is the viewer's turn."""
    waits_for_signature = Decision.state == SIGNING
    clauses = []
    for tie, states in turn_states(viewer).items():
        if tie not in HAS:
            continue
        where: ColumnElement[bool] = Desk.state.in_(sorted(states - {SIGNING}))
        if SIGNING in states:
            where = or_(where, and_(waits_for_signature, Desk.state.in_(OPEN_STATES)))
        clauses.append(and_(HAS[tie], where))
    return or_(false(), *clauses)


def to_declare(viewer: Actor) -> ColumnElement[bool]:
    """Open cases that need the viewer's declaration: those assigned to them, and for heads of desk all."""
    heads = not viewer.roles.isdisjoint(_heads())
    needed = Desk.id.is_not(None) if heads else DeskAssignment.person_id.is_not(None)
    can_declare = named(viewer, Action.DESK_DECLARE)
    return and_(needed, ConflictDeclaration.id.is_(None), Desk.state.in_(OPEN_STATES)) if can_declare else false()


def _heads() -> frozenset[Any]:
    return frozenset(role for row in GRANTS[Action.CASE_READ] if row.tie is Tie.DECLARED for role in row.roles)


def due_soon(viewer: Actor, today: date) -> ColumnElement[bool]:
    """Undecided desks whose date is near or past, among those the viewer works on."""
    working = or_(granted(viewer, Action.DESK_READ), DeskAssignment.person_id.is_not(None))
    return and_(Desk.state.in_(DUE_STATES), Desk.due_on <= today + SOON, working)


def waiting(viewer: Actor) -> ColumnElement[bool]:
    """Open desks the viewer works on, where it is somebody else's turn."""
    return and_(granted(viewer, Action.DESK_READ), Desk.state.in_(OPEN_STATES), ~turn(viewer))


def chosen(viewer: Actor, name: str, today: date) -> ColumnElement[bool] | None:
    """The condition of a filter; None for "all" and for names that there are not."""
    conditions = {
        "turn": lambda: turn(viewer),
        "mine": lambda: DeskAssignment.person_id.is_not(None),
        "due": lambda: due_soon(viewer, today),
        "declare": lambda: to_declare(viewer),
        "waiting": lambda: waiting(viewer),
    }
    return conditions[name]() if name in conditions else None


def today_of(viewer: Actor) -> date:
    """The day where the viewer is."""
    return now().astimezone(ZoneInfo(viewer.time_zone)).date()


def pattern(text: str) -> str:
    """Text as a LIKE pattern with `/` as escape."""
    return f"%{text.replace('/', '//').replace('%', '/%').replace('_', '/_')}%"


def found(viewer: Actor, text: str) -> ColumnElement[bool]:
    """Rows whose reference or firm has the text; the title only where the viewer may read the case."""
    like = pattern(text)
    return or_(
        Case.reference.ilike(like, "/"),
        Firm.legal_name.ilike(like, "/"),
        and_(granted(viewer, Action.DESK_READ), Case.title.ilike(like, "/")),
    )


def earlier(moment: Any, key: Any, start: tuple[Any, ...]) -> ColumnElement[bool]:
    """Rows after this place in a list that runs from new to old."""
    return tuple_(moment, key) < tuple_(literal(start[0], moment.type), literal(start[1], key.type))


def columns(viewer: Actor) -> tuple[Any, ...]:
    """What a row is made of."""
    people = select(func.count()).where(DeskAssignment.desk_id == Desk.id).correlate(Desk).scalar_subquery()
    reads = granted(viewer, Action.DESK_READ)
    return (
        Desk.case_id,
        Case.reference,
        Firm.legal_name.label("firm"),
        case((reads, Case.title)).label("title"),
        Case.lead_authority_id,
        Case.firm_id,
        Desk.state,
        Desk.due_on,
        Desk.due_kind,
        Desk.created_at,
        ConflictDeclaration.outcome,
        DeskAssignment.person_id.label("assigned"),
        Decision.state.label("decision"),
        people.label("people"),
    )


def _my_turn(viewer: Actor, row: Any) -> bool:
    facts = CaseFacts(
        firm_id=row.firm_id,
        submitted=True,
        desks=frozenset({viewer.organisation_id} if viewer.organisation_id else ()),
        declared=row.outcome is not None,
        assigned=row.assigned is not None,
    )
    states = {row.state} | ({SIGNING} if row.decision == SIGNING and row.state in OPEN_STATES else set())
    return any(can(viewer, action, facts) for state in states for action in TURNS.get(state, ()))


def rows_of(viewer: Actor, fetched: Sequence[Any], today: date) -> list[InboxRow]:
    """Fetched columns as rows of the list."""
    return [
        InboxRow(
            case_id=row.case_id,
            reference=row.reference,
            firm=row.firm,
            title=row.title,
            state=row.state,
            state_words=STATE_WORDS[row.state],
            tone=TONES.get(row.state, "neutral"),
            turn=whose_turn(row.state, row.decision),
            my_turn=_my_turn(viewer, row),
            due_on=row.due_on if row.state in DUE_STATES else None,
            due_kind=row.due_kind,
            overdue=row.due_on is not None and row.due_on < today and row.state in DUE_STATES,
            created_at=row.created_at,
            declared=row.outcome is not None,
            assigned=row.assigned is not None,
            people=row.people,
        )
        for row in fetched
    ]


def inbox(
    viewer: Actor, *, after: str | None = None, show: str = "all", find: str = "", size: int = SIZE
) -> Page[InboxRow]:
    """One page of the inbox, newest case first, in one statement. Raises NotAllowed for who is not staff."""
    today = today_of(viewer)
    statement = base(viewer, *columns(viewer))
    condition = chosen(viewer, show, today)
    if condition is not None:
        statement = statement.where(condition)
    if find:
        statement = statement.where(found(viewer, find))
    start = place(after, instant, UUID)
    if start is not None:
        statement = statement.where(earlier(Desk.created_at, Desk.case_id, start))
    fetched = db.session.execute(
        statement.order_by(Desk.created_at.desc(), Desk.case_id.desc()).limit(size + 1),
    ).all()
    return page_of(rows_of(viewer, fetched, today), lambda row: (row.created_at, row.case_id), size)


__all__ = ["FILTERS", "InboxRow", "inbox"]
