"""What a person's inbox page offers beside the rows: saved views, teams, and whom a reminder would reach."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from uuid import UUID

from sqlalchemy import and_, or_, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.domain.conflicts import RECUSED
from sandbox.domain.policy import DESK_HEADS, named
from sandbox.domain.turns import Turn, holders
from sandbox.extensions import db
from sandbox.models.desks import Case, ConflictDeclaration, Desk, DeskAssignment, DeskReminder, SavedView, Team
from sandbox.models.people import Firm, Person, PersonRole
from sandbox.queries.desks.inbox import today_of
from sandbox.queries.desks.states import whose_turn
from sandbox.queries.desks.ties import ME, MINE, base, granted, held_by, who
from sandbox.queries.prepared import Prepared

MOST_TEAMS = 100
BY_HEAD = 0  # the level of a reminder that a head of desk sent


@dataclass(frozen=True, slots=True)
class View:
    """A saved view of the viewer."""

    id: UUID
    name: str
    query: str
    opens: bool


@dataclass(frozen=True, slots=True)
class Reminder:
    """A desk whose people can be reminded. `people`: whom it would reach, by name; `today`: it was done today."""

    desk_id: UUID
    case_id: UUID
    reference: str
    firm: str
    turn: str
    turn_since: datetime
    due_on: date | None
    people: tuple[str, ...]
    today: bool


def views(viewer: Actor) -> tuple[View, ...]:
    """The viewer's saved views by name."""
    return tuple(View(*row) for row in _views().all({"me": viewer.person_id}))


@cache
def _views() -> Prepared:
    columns = (SavedView.id, SavedView.name, SavedView.query, SavedView.opens)
    return Prepared(select(*columns).where(SavedView.person_id == ME).order_by(SavedView.name))


def teams(viewer: Actor) -> tuple[tuple[UUID, str], ...]:
    """The teams of the viewer's own authority."""
    return tuple(tuple(row) for row in _teams().all({"organisation": viewer.organisation_id}))


@cache
def _teams() -> Prepared:
    rows = select(Team.id, Team.name).where(Team.authority_id == MINE)
    return Prepared(rows.order_by(Team.name).limit(MOST_TEAMS))


def may_remind(viewer: Actor) -> bool:
    """True when the page may offer to remind colleagues."""
    return named(viewer, Action.TURN_REMIND)


def reminders(viewer: Actor, desk_ids: Sequence[UUID]) -> tuple[Reminder, ...]:
    """Those of the desks whose people the viewer may remind and that wait for somebody, in two statements.

    Raises NotAllowed for who is not staff of an authority.
    """
    held, today = held_by(viewer), today_of(viewer)
    reminded = and_(DeskReminder.desk_id == Desk.id, DeskReminder.ready_on == today, DeskReminder.level == BY_HEAD)
    columns = (Desk.id, Desk.case_id, Case.reference, Firm.legal_name, Desk.turn, Desk.turn_since, Desk.due_on)
    rows = db.session.execute(
        base(*columns, DeskReminder.desk_id.label("today"))
        .outerjoin(DeskReminder, reminded)
        .where(Desk.id.in_(desk_ids), granted(held, Action.TURN_REMIND), Case.withdrawn_at.is_(None))
        .order_by(Case.reference),
        who(viewer),
    ).all()
    names = _names(viewer, [row.id for row in rows])
    found = []
    for row in rows:
        roles = holders(Turn(row.turn))
        if roles:
            people = sorted({name for name, role in names.get(row.id, ()) if role in roles})
            found.append(
                Reminder(row.id, row.case_id, row.reference, row.legal_name, whose_turn(row.turn), row.turn_since,
                         row.due_on, tuple(people), row.today is not None),
            )  # fmt: skip
    return tuple(found)


def _names(viewer: Actor, desk_ids: Sequence[UUID]) -> dict[UUID, list[tuple[str, Role]]]:
    """For each desk, who of the authority works on it or heads it and is not recused, with each role."""
    said = and_(
        ConflictDeclaration.case_id == Desk.case_id,
        ConflictDeclaration.person_id == Person.id,
        ConflictDeclaration.superseded_at.is_(None),
    )
    rows = db.session.execute(
        select(Desk.id, Person.name, PersonRole.role)
        .join(Person, Person.organisation_id == Desk.authority_id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .outerjoin(DeskAssignment, and_(DeskAssignment.desk_id == Desk.id, DeskAssignment.person_id == Person.id))
        .outerjoin(ConflictDeclaration, said)
        .where(
            Desk.id.in_(desk_ids),
            Person.active.is_(True),
            Person.id != viewer.person_id,
            or_(ConflictDeclaration.outcome.is_(None), ConflictDeclaration.outcome != RECUSED),
            or_(DeskAssignment.person_id.is_not(None), PersonRole.role.in_(DESK_HEADS)),
        ),
    )
    found: dict[UUID, list[tuple[str, Role]]] = {}
    for row in rows:
        found.setdefault(row.id, []).append((row.name, Role(row.role)))
    return found


__all__ = ["Reminder", "View", "may_remind", "reminders", "teams", "views"]
