"""The programme office's pipeline: states and dates of all cases, no substance.

Rule: the office is outside every desk, so it reads one word for a desk until the case's positions open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.errors import NotAllowed
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.policy import named
from sandbox.extensions import db
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk
from sandbox.models.people import Firm
from sandbox.queries import Page, instant, page_of, place
from sandbox.queries.access import permitted
from sandbox.queries.desks.inbox import SIZE, earlier, pattern
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
    opened_at: datetime | None
    withdrawn_at: datetime | None
    desks: tuple[Cell, ...]


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


def pipeline(viewer: Actor, *, after: str | None = None, find: str = "", size: int = SIZE) -> Page[PipelineRow]:
    """One page of the programme's cases, newest first, in two statements. Raises NotAllowed for other people."""
    if viewer.organisation is not Organisation.PROGRAMME_OFFICE or not named(viewer, Action.CASE_GLANCE):
        raise NotAllowed("Your role does not include this page.")
    statement = (
        select(Case.id, Case.reference, Case.created_at, Case.opened_at, Case.withdrawn_at, Firm.legal_name)
        .join(Firm, Firm.id == Case.firm_id)
        .where(permitted(viewer, Action.CASE_GLANCE))
    )
    if find:
        like = pattern(find)
        statement = statement.where(or_(Case.reference.ilike(like, "/"), Firm.legal_name.ilike(like, "/")))
    start = place(after, instant, UUID)
    if start is not None:
        statement = statement.where(earlier(Case.created_at, Case.id, start))
    fetched = db.session.execute(statement.order_by(Case.created_at.desc(), Case.id.desc()).limit(size + 1)).all()
    cells = _cells([row.id for row in fetched[:size]], {row.id: row.opened_at is not None for row in fetched})
    rows = [
        PipelineRow(
            case_id=row.id,
            reference=row.reference,
            firm=row.legal_name,
            created_at=row.created_at,
            opened_at=row.opened_at,
            withdrawn_at=row.withdrawn_at,
            desks=tuple(cells.get(row.id, ())),
        )
        for row in fetched
    ]
    return page_of(rows, lambda row: (row.created_at, row.case_id), size)


__all__ = ["PipelineRow", "pipeline"]
