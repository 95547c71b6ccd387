"""The programme office's pipeline: states and dates of all cases, no substance.

Rule: the office is outside every desk, so it reads one word for a desk until the case's positions open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, literal, select, tuple_

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.errors import NotAllowed
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.policy import named
from sandbox.domain.search import terms
from sandbox.extensions import db
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk
from sandbox.models.people import Firm
from sandbox.models.search import SearchEntry
from sandbox.queries import Page, instant, page_of, place, whole
from sandbox.queries.access import permitted
from sandbox.queries.desks.inbox import MOST_FOUND, SIZE
from sandbox.queries.desks.search import matching, spelled
from sandbox.queries.desks.states import STATE_WORDS, TONES, shown_state


@dataclass(frozen=True, slots=True)
class Cell:
    """One desk as the office may know it."""

    code: str
    state: str
    words: str
    tone: str
    due_on: date | None


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
        return "withdrawn" if self.withdrawn_at else "opened" if self.opened_at else "assessing"

    @property
    def stage(self) -> str:
        """Where the case stands, in words."""
        return STAGES[self._stage][0]

    @property
    def tone(self) -> str:
        """The tone of the stage."""
        return {"withdrawn": "neutral", "opened": "progress", "assessing": "info"}[self._stage]


def _cells(case_ids: list[UUID], opened: dict[UUID, bool]) -> dict[UUID, list[Cell]]:
    found: dict[UUID, list[Cell]] = {}
    for row in db.session.execute(
        select(Desk.case_id, Desk.state, Desk.part, Desk.opened_at, Desk.due_on, Authority.code)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(Desk.case_id.in_(case_ids))
        .order_by(Authority.code),
    ):
        state = shown_state(
            row.state,
            mine=False,
            case_opened=opened[row.case_id],
            desk_opened=row.opened_at is not None,
            deciding=row.part == "decides",
        )
        due = None if state in ENDED_DESK else row.due_on
        cell = Cell(row.code, state, STATE_WORDS[state], TONES.get(state, "neutral"), due)
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


STAGES: dict[str, tuple[str, ColumnElement[bool]]] = {
    "assessing": ("In assessment", and_(Case.opened_at.is_(None), Case.withdrawn_at.is_(None))),
    "opened": ("Positions open", and_(Case.opened_at.is_not(None), Case.withdrawn_at.is_(None))),
    "withdrawn": ("Withdrawn", Case.withdrawn_at.is_not(None)),
}
OFFICE_SORTS = {"newest": "Newest first", "oldest": "Oldest first"}


def _of_desk(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The case has a desk like that. Only what the office can read of every desk may be asked here: the seal."""
    return exists().where(Desk.case_id == Case.id, Authority.id == Desk.authority_id, *conditions).correlate(Case)


def _narrowed(statement: Select[Any], asked: OfficeAsked) -> Select[Any]:
    if asked.stage:
        statement = statement.where(STAGES[asked.stage][1])
    if asked.authority:
        statement = statement.where(_of_desk(Authority.code == asked.authority))
    if asked.due_before:
        statement = statement.where(_of_desk(Desk.due_on <= asked.due_before, Desk.state.not_in(ENDED_DESK)))
    return statement


def _listed(viewer: Actor, *columns: Any) -> Select[Any]:
    return select(*columns).join(Firm, Firm.id == Case.firm_id).where(permitted(viewer, Action.CASE_GLANCE))


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
    columns = (Case.id, Case.reference, Case.created_at, Case.opened_at, Case.withdrawn_at, Firm.legal_name)
    statement, values = _listed(viewer, *columns), {}
    if sought:
        hits = matching(_narrowed(_listed(viewer, Case.id), asked), Case.id, SearchEntry.item_kind == "case")
        statement = statement.where(Case.id.in_(hits.limit(MOST_FOUND).correlate(None)))
        values = spelled(sought)
    else:
        statement = _narrowed(statement, asked)
    down = asked.sort == "newest"
    start = place(after, instant, UUID)
    if start is not None:
        here = tuple_(Case.created_at, Case.id)
        there = tuple_(literal(start[0], Case.created_at.type), literal(start[1], Case.id.type))
        statement = statement.where(here < there if down else here > there)
    order = (Case.created_at.desc(), Case.id.desc()) if down else (Case.created_at, Case.id)
    fetched = db.session.execute(statement.order_by(*order).limit(size + 1), values).all()
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
    return tuple(db.session.scalars(select(Authority.code).order_by(Authority.code)))


__all__ = [
    "OFFICE_SORTS",
    "STAGES",
    "OfficeAsked",
    "PipelineRow",
    "authorities",
    "pipeline",
    "whole_pipeline",
]
