"""The inbox of an authority's staff: the desks of their own authority, filtered, sorted and searched, fifty a page.

Rule: a row says no more than its reader may know. Before a declaration: reference, parties' names, state and dates;
titles and what search finds in items are for those who may read them. A recused person's cases are not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Integer,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    select,
    text,
    tuple_,
)
from sqlalchemy.sql import Select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.domain.conflicts import EFFECTIVE, PENDING
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.policy import GRANTS, Tie
from sandbox.domain.search import terms
from sandbox.domain.turns import Turn
from sandbox.models.base import now
from sandbox.models.catalogue import PARTS
from sandbox.models.desks import Case, ConflictDeclaration, Desk, DeskAssignment
from sandbox.models.desks.cases import RUNNING, WAITING
from sandbox.models.people import Firm
from sandbox.queries import Page, instant, page_of, place, whole, words
from sandbox.queries.desks.clocks import near
from sandbox.queries.desks.search import found_by, matching, question
from sandbox.queries.desks.states import DUE_STATES, OPEN_STATES, STATE_WORDS, TONES, whose_turn
from sandbox.queries.desks.ties import Held, base, granted, held_by, my_turn, who
from sandbox.queries.prepared import Prepared

SIZE = 50
SOON = timedelta(days=28)
MOST_FOUND = 300  # the newest hits of a search that are filtered and sorted
FILTERS = {
    "all": "All cases",
    "turn": "My turn",
    "mine": "Assigned to me",
    "due": "Due within four weeks",
    "declare": "I have not declared",
    "waiting": "Waiting for others",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to see of the inbox. Empty means: any."""

    show: str = "all"
    sort: str = "newest"
    state: str = ""
    turn: str = ""
    part: str = ""
    lead: str = ""
    team: UUID | None = None
    due_before: date | None = None
    find: str = ""

    @property
    def filtered(self) -> bool:
        """Is any of the further filters set?"""
        return any((self.state, self.turn, self.part, self.lead, self.team, self.due_before))

    @property
    def narrow(self) -> bool:
        """Is anything asked beyond the first filter and the order?"""
        return self.filtered or bool(self.find)


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One desk of the viewer's authority. `title` is None where the viewer may not read the case."""

    desk_id: UUID
    case_id: UUID
    reference: str
    firm: str
    title: str | None
    state: str
    state_words: str
    tone: str
    turn: str
    turn_since: datetime
    since: date
    my_turn: bool
    due_on: date | None
    due_kind: str | None
    overdue: bool
    must_decide: date | None
    created_at: datetime
    declared: bool
    pending: bool
    assigned: bool
    people: int
    part: str
    leads: bool

    @property
    def ended(self) -> bool:
        """Nothing happens at this desk any more: nobody is asked to declare for it."""
        return self.state in ENDED_DESK


# --- filters ---------------------------------------------------------------------------------------------------------


def to_declare(held: Held) -> ColumnElement[bool]:
    """Open cases that need the viewer's declaration: those assigned to them, and for heads of desk all."""
    heads = not held.roles.isdisjoint(_heads())
    needed = Desk.part != "observes" if heads else DeskAssignment.person_id.is_not(None)
    may = granted(held, Action.DESK_DECLARE)
    return and_(needed, may, ConflictDeclaration.id.is_(None), Desk.state.in_(OPEN_STATES))


def _heads() -> frozenset[Role]:
    return frozenset(role for row in GRANTS[Action.CASE_READ] if row.tie is Tie.DECLARED for role in row.roles)


def due_soon(held: Held) -> ColumnElement[bool]:
    """Undecided desks whose date is near or past, among those the viewer works on."""
    working = granted(held, Action.DESK_READ) | DeskAssignment.person_id.is_not(None)
    return and_(Desk.state.in_(DUE_STATES), Desk.due_on <= bindparam("soon", type_=Date()), working)


def waiting(held: Held) -> ColumnElement[bool]:
    """Open desks the viewer works on, where it is somebody else's turn."""
    return and_(granted(held, Action.DESK_READ), Desk.state.in_(OPEN_STATES), ~my_turn(held))


SHOWS: dict[str, Callable[[Held], ColumnElement[bool]]] = {
    "turn": my_turn,
    "mine": lambda _held: DeskAssignment.person_id.is_not(None),
    "due": due_soon,
    "declare": to_declare,
    "waiting": waiting,
}
LEADS: dict[str, ColumnElement[bool]] = {
    "ours": Case.lead_authority_id == Desk.authority_id,
    "others": Case.lead_authority_id != Desk.authority_id,
}
NARROW: dict[str, ColumnElement[bool]] = {
    "state": Desk.state == bindparam("state"),
    "turn": Desk.turn == bindparam("turn"),
    "part": Desk.part == bindparam("part"),
    "team": Desk.team_id == bindparam("team", type_=Uuid()),
    "due_before": and_(Desk.due_on <= bindparam("due_before", type_=Date()), Desk.state.in_(DUE_STATES)),
}
CHOICES: dict[str, frozenset[str]] = {
    "show": frozenset(FILTERS),
    "state": frozenset(STATE_WORDS),
    "turn": frozenset(turn.value for turn in Turn),
    "part": frozenset(PARTS),
    "lead": frozenset(LEADS),
}


# --- order -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Order:
    """An order with an index of its own. `where`: rows that have no place in it are left out."""

    words: str
    column: Any
    read: Callable[[str], Any]
    down: bool = False
    where: ColumnElement[bool] | None = None


def _day(value: str) -> date:
    return date.fromisoformat(words(value))


SORTS: dict[str, Order] = {
    "newest": Order("Newest first", Desk.created_at, instant, down=True),
    "due": Order("Due first", Desk.due_on, _day, where=text(RUNNING)),  # type: ignore[arg-type]
    "waiting": Order("Waiting longest", Desk.turn_since, instant, where=text(WAITING)),  # type: ignore[arg-type]
    "reference": Order("Reference", Case.reference, words),
}


def _ordered(statement: Select[Any], order: Order, *, paged: bool) -> Select[Any]:
    if order.where is not None:
        statement = statement.where(order.where)
    if paged:
        after: BindParameter[Any] = bindparam("after", type_=order.column.type)
        key: BindParameter[Any] = bindparam("after_id", type_=Uuid())
        here, there = tuple_(order.column, Desk.case_id), tuple_(after, key)
        statement = statement.where(here < there if order.down else here > there)
    if order.down:
        return statement.order_by(order.column.desc(), Desk.case_id.desc())
    return statement.order_by(order.column, Desk.case_id)


# --- statements ------------------------------------------------------------------------------------------------------


def columns(held: Held) -> tuple[Any, ...]:
    """What a row is made of."""
    people = select(func.count()).where(DeskAssignment.desk_id == Desk.id).correlate(Desk).scalar_subquery()
    return (
        Desk.id.label("desk_id"),
        Desk.case_id,
        Case.reference,
        Firm.legal_name.label("firm"),
        case((granted(held, Action.DESK_READ), Case.title)).label("title"),
        (Case.lead_authority_id == Desk.authority_id).label("leads"),
        Desk.state,
        Desk.part,
        Desk.turn,
        Desk.turn_since,
        my_turn(held).label("my_turn"),
        Desk.due_on,
        Desk.long_stop_on,
        Desk.due_kind,
        Desk.created_at,
        ConflictDeclaration.outcome,
        DeskAssignment.person_id.label("assigned"),
        people.label("people"),
    )


def _narrowed(statement: Select[Any], held: Held, show: str, lead: str, narrow: Iterable[str]) -> Select[Any]:
    if show in SHOWS:
        statement = statement.where(SHOWS[show](held))
    if lead:
        statement = statement.where(LEADS[lead])
    return statement.where(*(NARROW[name] for name in narrow))


@lru_cache(maxsize=512)
def _statement(
    held: Held, show: str, sort: str, lead: str, narrow: tuple[str, ...], *, find: bool, paged: bool
) -> Prepared:
    """Built once for each set of roles and each shape of question."""
    statement = base(*columns(held), by_case=find or sort == "reference")
    if find:
        hits = _narrowed(base(Desk.case_id), held, show, lead, narrow)
        hits = matching(hits, Desk.case_id, found_by(held)).limit(MOST_FOUND)
        statement = statement.where(Desk.case_id.in_(hits.correlate(None)))
    else:
        statement = _narrowed(statement, held, show, lead, narrow)
    return Prepared(_ordered(statement, SORTS[sort], paged=paged).limit(bindparam("size", type_=Integer())))


def today_of(viewer: Actor) -> date:
    """The day where the viewer is."""
    return now().astimezone(ZoneInfo(viewer.time_zone)).date()


def rows_of(viewer: Actor, fetched: Sequence[Any], today: date) -> list[InboxRow]:
    """Fetched columns as rows of the list, with days where the viewer is."""
    zone = ZoneInfo(viewer.time_zone)
    return [
        InboxRow(
            desk_id=row.desk_id,
            case_id=row.case_id,
            reference=row.reference,
            firm=row.firm,
            title=row.title,
            state=row.state,
            state_words=STATE_WORDS[row.state],
            tone=TONES.get(row.state, "neutral"),
            turn=whose_turn(row.turn),
            turn_since=row.turn_since,
            since=row.turn_since.astimezone(zone).date(),
            my_turn=bool(row.my_turn),
            due_on=row.due_on if row.state in DUE_STATES else None,
            due_kind=row.due_kind,
            must_decide=near(row.long_stop_on, today) if row.state in DUE_STATES else None,
            overdue=row.due_on is not None and row.due_on < today and row.state in DUE_STATES,
            created_at=row.created_at,
            declared=row.outcome in EFFECTIVE,
            pending=row.outcome == PENDING,
            assigned=row.assigned is not None,
            people=row.people,
            part=row.part,
            leads=bool(row.leads),
        )
        for row in fetched
    ]


def inbox(viewer: Actor, asked: Asked | None = None, *, after: str | None = None, size: int = SIZE) -> Page[InboxRow]:
    """One page of the inbox, in one statement. Raises NotAllowed for who is not staff of an authority.

    A search filters and sorts the newest `MOST_FOUND` hits; words that nothing can match give an empty page.
    """
    asked, held, today = asked or Asked(), held_by(viewer), today_of(viewer)
    sought = terms(asked.find)
    if asked.find and not sought:
        return Page(())
    order = SORTS[asked.sort]
    start = place(after, order.read, UUID)
    narrow = tuple(name for name in NARROW if getattr(asked, name))
    values: dict[str, Any] = {name: getattr(asked, name) for name in narrow}
    if start is not None:
        values |= {"after": start[0], "after_id": start[1]}
    statement = _statement(held, asked.show, asked.sort, asked.lead, narrow, find=bool(sought), paged=start is not None)
    values |= who(viewer) | question(viewer, sought) | {"soon": today + SOON, "size": size + 1}
    rows = rows_of(viewer, statement.all(values), today)
    keys = {"newest": "created_at", "due": "due_on", "waiting": "turn_since", "reference": "reference"}
    return page_of(rows, lambda row: (getattr(row, keys[asked.sort]), row.case_id), size)


def whole_inbox(viewer: Actor, asked: Asked, size: int = 500) -> Iterator[InboxRow]:
    """All rows, page by page, for an export."""
    return whole(lambda after: inbox(viewer, asked, after=after, size=size))


__all__ = ["CHOICES", "FILTERS", "SORTS", "Asked", "InboxRow", "inbox", "whole_inbox"]
