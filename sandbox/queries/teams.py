"""Teams of one's authority and who is away. Rule: inside the authority only; no case is named here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import aliased

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.domain.errors import NotFound
from sandbox.domain.policy import demand
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Programme
from sandbox.models.desks import Leave, Team, TeamMember
from sandbox.models.people import Person

SUBJECTS = ("activities", "asset_classes")


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team with its members by name."""

    id: UUID
    code: str
    name: str
    subjects: tuple[str, ...]
    members: tuple[tuple[UUID, str], ...]
    version: int


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """Days on which somebody is away."""

    id: UUID
    person: str
    starts_on: date
    ends_on: date
    deputy: str
    mine: bool


def teams(viewer: Actor) -> tuple[TeamRow, ...]:
    """The teams of the own authority by name, in two statements. Raises NotAllowed."""
    demand(viewer, Action.TEAM_CHANGE)
    rows = db.session.scalars(
        select(Team).where(Team.authority_id == viewer.organisation_id).order_by(Team.name, Team.id),
    ).all()
    members: dict[UUID, list[tuple[UUID, str]]] = {}
    for team_id, person_id, name in db.session.execute(
        select(TeamMember.team_id, Person.id, Person.name)
        .join(Person, Person.id == TeamMember.person_id)
        .where(TeamMember.team_id.in_([row.id for row in rows]))
        .order_by(Person.name, Person.id),
    ):
        members.setdefault(team_id, []).append((person_id, name))
    return tuple(
        TeamRow(row.id, row.code, row.name, tuple(row.subjects), tuple(members.get(row.id, ())), row.version)
        for row in rows
    )


def team(viewer: Actor, team_id: UUID) -> TeamRow:
    """One team of the own authority. Raises NotAllowed, NotFound."""
    found = next((row for row in teams(viewer) if row.id == team_id), None)
    if found is None:
        raise NotFound("There is nothing here.")
    return found


def colleagues(viewer: Actor) -> tuple[tuple[str, str], ...]:
    """The active people of the own organisation as options: id and name."""
    rows = db.session.execute(
        select(Person.id, Person.name)
        .where(Person.organisation_id == viewer.organisation_id, Person.active.is_(True))
        .order_by(Person.name, Person.id),
    )
    return tuple((str(row.id), row.name) for row in rows)


def subjects() -> tuple[tuple[str, str], ...]:
    """What a team can work on: activities and classes of asset of the programmes, code and title."""
    found: dict[str, str] = {}
    for content in db.session.scalars(select(Programme.content).order_by(Programme.code)):
        for kind in SUBJECTS:
            found |= {row["code"]: row["title"] for row in content.get(kind) or ()}
    return tuple(found.items())


def leaves(viewer: Actor) -> tuple[LeaveRow, ...]:
    """Leave that has not ended: one's own, for the administrator everybody's. Raises NotAllowed."""
    demand(viewer, Action.LEAVE_RECORD)
    deputy, today = aliased(Person), now().astimezone(ZoneInfo(viewer.time_zone)).date()
    statement = (
        select(Leave, Person.name, deputy.name.label("deputy"))
        .join(Person, Person.id == Leave.person_id)
        .outerjoin(deputy, deputy.id == Leave.deputy_id)
        .where(Person.organisation_id == viewer.organisation_id, Leave.ends_on >= today)
        .order_by(Leave.starts_on, Person.name, Leave.id)
    )
    if not viewer.has(Role.AUTHORITY_ADMINISTRATOR):
        statement = statement.where(Leave.person_id == viewer.person_id)
    return tuple(
        LeaveRow(row.id, name, row.starts_on, row.ends_on, deputy_name or "", row.person_id == viewer.person_id)
        for row, name, deputy_name in db.session.execute(statement)
    )


__all__ = ["LeaveRow", "TeamRow", "colleagues", "leaves", "subjects", "team", "teams"]
