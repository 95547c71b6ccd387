"""The programme office's pipeline: states and dates of all cases, no substance.

Rule: the office is outside every desk, so it reads one word for a desk until the case's positions open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Date, Integer, Select, and_, bindparam, exists, or_, select, tuple_

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.errors import NotAllowed
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.policy import named
from sandbox.domain.search import terms
from sandbox.domain.turns import OVER
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk
from sandbox.models.people import Firm
from sandbox.models.search import SearchEntry
from sandbox.queries import Page, instant, page_of, place, whole
from sandbox.queries.access import permitted, standing, who
from sandbox.queries.desks.inbox import MOST_FOUND, SIZE
from sandbox.queries.desks.search import matching, spelled
from sandbox.queries.desks.states import DUE_STATES, STATE_WORDS, TONES, shown_state
from sandbox.queries.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Cell:
    """One desk as the office may know it."""

    code: str
    state: str
    words: str
    tone: str
    due_on: date | None
    deciding: bool


@dataclass(frozen=True, slots=True)
class PipelineRow:
    """One case of the programme: who, since when, and where its desks stand."""

    case_id: UUID
    reference: str
    firm: str
    created_at: datetime
    received: date
    opened_at: datetime | None
    withdrawn_at: datetime | None
    desks: tuple[Cell, ...]

    @property
    def _stage(self) -> str:
        over = self.opened_at and all(cell.state in OVER for cell in self.desks if cell.deciding)
        return "withdrawn" if self.withdrawn_at else "over" if over else "opened" if self.opened_at else "assessing"

    @property
    def stage(self) -> str:
        """Where the case stands, in words."""
        return STAGES[self._stage][0]

    @property
    def tone(self) -> str:
        """The tone of the stage."""
        return {"withdrawn": "neutral", "over": "good", "opened": "progress", "assessing": "info"}[self._stage]


@cache
def _desks() -> Prepared:
    return Prepared(
        select(Desk.case_id, Desk.state, Desk.part, Desk.opened_at, Desk.due_on, Authority.code)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(Desk.case_id.in_(bindparam("cases", expanding=True)))
        .order_by(Authority.code)
    )


def _cells(case_ids: list[UUID], opened: dict[UUID, bool]) -> dict[UUID, list[Cell]]:
    found: dict[UUID, list[Cell]] = {}
    for row in _desks().all({"cases": case_ids}):
        state = shown_state(
            row.state,
            mine=False,
            case_opened=opened[row.case_id],
            desk_opened=row.opened_at is not None,
            deciding=row.part == "decides",
        )
        due = row.due_on if state in DUE_STATES else None
        tone = TONES.get(state, "neutral")
        cell = Cell(row.code, state, STATE_WORDS[state], tone, due, row.part == "decides")
        found.setdefault(row.case_id, []).append(cell)
    return found


@dataclass(frozen=True, slots=True)
class OfficeAsked:
    """What the office wants to see of its pipeline. Empty means: any."""

    stage: str = ""
    authority: str = ""
    due_before: date | None = None
    sort: str = "newest"
    find: str = ""

    @property
    def narrow(self) -> bool:
        """Is anything asked beyond the order?"""
        return any((self.stage, self.authority, self.due_before, self.find))


_OPENED = and_(Case.opened_at.is_not(None), Case.withdrawn_at.is_(None))
_OPEN_DESK = and_(Desk.case_id == Case.id, Desk.part == "decides", Desk.state.not_in(sorted(OVER)))
_UNDECIDED = exists().where(_OPEN_DESK).correlate(Case)
# The date of a desk is shown until the office may know that it needs none: only a deciding desk's, once all is open.
_DUE = or_(Case.opened_at.is_(None), Desk.part != "decides", Desk.state.in_(DUE_STATES))
STAGES: dict[str, tuple[str, ColumnElement[bool]]] = {
    "assessing": ("In assessment", and_(Case.opened_at.is_(None), Case.withdrawn_at.is_(None))),
    "opened": ("Positions open", and_(_OPENED, _UNDECIDED)),
    "over": ("Concluded", and_(_OPENED, ~_UNDECIDED)),
    "withdrawn": ("Withdrawn", Case.withdrawn_at.is_not(None)),
}
OFFICE_SORTS = {"newest": "Newest first", "oldest": "Oldest first"}


def _of_desk(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The case has a desk like that. Only what the office can read of every desk may be asked here: the seal."""
    return exists().where(Desk.case_id == Case.id, Authority.id == Desk.authority_id, *conditions).correlate(Case)


NARROW: dict[str, ColumnElement[bool]] = {
    "authority": _of_desk(Authority.code == bindparam("authority")),
    "due_before": _of_desk(
        Desk.due_on <= bindparam("due_before", type_=Date()), Desk.state.not_in(sorted(ENDED_DESK)), _DUE
    ),
}


def _narrowed(statement: Select[Any], stage: str, narrow: tuple[str, ...]) -> Select[Any]:
    if stage:
        statement = statement.where(STAGES[stage][1])
    return statement.where(*(NARROW[name] for name in narrow))


@lru_cache(maxsize=128)
def _statement(somebody: Actor, stage: str, narrow: tuple[str, ...], sort: str, *, find: bool, paged: bool) -> Prepared:
    """Built once for each set of roles and each shape of question."""

    def listed(*columns: Any) -> Select[Any]:
        known = permitted(somebody, Action.CASE_GLANCE)
        return select(*columns).join(Firm, Firm.id == Case.firm_id).where(known)

    columns = (Case.id, Case.reference, Case.created_at, Case.opened_at, Case.withdrawn_at, Firm.legal_name)
    statement = listed(*columns)
    if find:
        hits = matching(_narrowed(listed(Case.id), stage, narrow), Case.id, SearchEntry.item_kind == "case")
        statement = statement.where(Case.id.in_(hits.limit(MOST_FOUND).correlate(None)))
    else:
        statement = _narrowed(statement, stage, narrow)
    down = sort == "newest"
    if paged:
        here = tuple_(Case.created_at, Case.id)
        there = tuple_(bindparam("after", type_=Case.created_at.type), bindparam("after_id", type_=Case.id.type))
        statement = statement.where(here < there if down else here > there)
    order = (Case.created_at.desc(), Case.id.desc()) if down else (Case.created_at, Case.id)
    return Prepared(statement.order_by(*order).limit(bindparam("size", type_=Integer())))


def demand_office(viewer: Actor) -> None:
    """Raises NotAllowed for who is not of the programme office or may not know of cases."""
    if viewer.organisation is not Organisation.PROGRAMME_OFFICE or not named(viewer, Action.CASE_GLANCE):
        raise NotAllowed("Your role does not include this page.")


def pipeline(
    viewer: Actor, asked: OfficeAsked | None = None, *, after: str | None = None, size: int = SIZE
) -> Page[PipelineRow]:
    """One page of the programme's cases, in two statements. Raises NotAllowed for other people.

    Search looks at reference and firm; what a case is about is not the office's to know.
    """
    demand_office(viewer)
    asked = asked or OfficeAsked()
    sought = terms(asked.find)
    if asked.find and not sought:
        return Page(())
    narrow = tuple(name for name in NARROW if getattr(asked, name))
    values: dict[str, Any] = who(viewer) | {name: getattr(asked, name) for name in narrow} | {"size": size + 1}
    values |= spelled(sought) if sought else {}
    start = place(after, instant, UUID)
    if start is not None:
        values |= {"after": start[0], "after_id": start[1]}
    statement = _statement(
        standing(viewer), asked.stage, narrow, asked.sort, find=bool(sought), paged=start is not None
    )
    fetched = statement.all(values)
    cells = _cells([row.id for row in fetched[:size]], {row.id: row.opened_at is not None for row in fetched})
    zone = ZoneInfo(viewer.time_zone)
    rows = [
        PipelineRow(
            case_id=row.id,
            reference=row.reference,
            firm=row.legal_name,
            created_at=row.created_at,
            received=row.created_at.astimezone(zone).date(),
            opened_at=row.opened_at,
            withdrawn_at=row.withdrawn_at,
            desks=tuple(cells.get(row.id, ())),
        )
        for row in fetched
    ]
    return page_of(rows, lambda row: (row.created_at, row.case_id), size)


def whole_pipeline(viewer: Actor, asked: OfficeAsked, size: int = 500) -> Iterator[PipelineRow]:
    """All rows, page by page, for an export."""
    return whole(lambda after: pipeline(viewer, asked, after=after, size=size))


def authorities(viewer: Actor) -> tuple[str, ...]:
    """The codes of the authorities that can have a desk. Raises NotAllowed for other people."""
    demand_office(viewer)
    return tuple(row.code for row in _codes().all({}))


@cache
def _codes() -> Prepared:
    return Prepared(select(Authority.code).order_by(Authority.code))


__all__ = [
    "OFFICE_SORTS",
    "STAGES",
    "OfficeAsked",
    "PipelineRow",
    "authorities",
    "pipeline",
    "whole_pipeline",
]
