"""Who could work on a desk: one statement for those who choose (queries) and those who check (services)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased

from sandbox.domain.actors import Role
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.policy import CASE_STAFF
from sandbox.domain.staffing import Candidate
from sandbox.models.desks.cases import Desk
from sandbox.models.desks.conflicts import ConflictDeclaration
from sandbox.models.desks.staffing import DeskAssignment
from sandbox.models.desks.teams import Leave, TeamMember
from sandbox.models.people import Person, PersonRole

DONE = sorted(ENDED_DESK | {"issued"})


def candidates_of(desk_id: UUID, today: date) -> Select[Any]:
    """The active staff of a desk's authority who can work on cases, with what an assignment depends on."""
    other = aliased(Desk)
    load = (
        select(func.count())
        .select_from(DeskAssignment)
        .join(other, other.id == DeskAssignment.desk_id)
        .where(DeskAssignment.person_id == Person.id, other.id != desk_id, other.state.not_in(DONE))
        .correlate(Person)
        .scalar_subquery()
    )
    roles = (
        select(func.aggregate_strings(PersonRole.role, ","))
        .where(PersonRole.person_id == Person.id, PersonRole.role.in_(CASE_STAFF))
        .correlate(Person)
        .scalar_subquery()
    )
    said = and_(
        ConflictDeclaration.person_id == Person.id,
        ConflictDeclaration.case_id == Desk.case_id,
        ConflictDeclaration.superseded_at.is_(None),
    )
    away = and_(Leave.person_id == Person.id, Leave.starts_on <= today, Leave.ends_on >= today)
    return (
        select(
            Person.id,
            Person.name,
            roles.label("roles"),
            load.label("load"),
            Desk.team_id,
            TeamMember.team_id.label("member"),
            DeskAssignment.desk_id.label("assigned"),
            DeskAssignment.reason,
            ConflictDeclaration.outcome,
            Leave.ends_on,
            Leave.deputy_id,
        )
        .select_from(Desk)
        .join(Person, Person.organisation_id == Desk.authority_id)
        .outerjoin(ConflictDeclaration, said)
        .outerjoin(DeskAssignment, and_(DeskAssignment.person_id == Person.id, DeskAssignment.desk_id == Desk.id))
        .outerjoin(TeamMember, and_(TeamMember.person_id == Person.id, TeamMember.team_id == Desk.team_id))
        .outerjoin(Leave, away)
        .where(Desk.id == desk_id, Person.active.is_(True), roles.is_not(None))
        .order_by(Person.name, Person.id)
    )


def as_candidates(rows: Iterable[Any]) -> tuple[Candidate, ...]:
    """The rows of the statement as candidates."""
    found = {row.id: row for row in rows}
    away = {row.deputy_id: row.name for row in found.values() if row.assigned and row.deputy_id}
    return tuple(
        Candidate(
            person_id=row.id,
            name=row.name,
            roles=frozenset(Role(role) for role in row.roles.split(",")),
            load=row.load,
            away_until=row.ends_on,
            declared=row.outcome,
            in_team=None if row.team_id is None else row.member is not None,
            assigned=row.assigned is not None,
            deputises=away.get(row.id, ""),
        )
        for row in found.values()
    )


__all__ = ["as_candidates", "candidates_of"]
