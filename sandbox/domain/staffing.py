"""Who could work on a desk: candidates in order, with reasons in words. Plain functions, no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sandbox.domain.actors import ROLE_TITLES, Role
from sandbox.domain.conflicts import EFFECTIVE, PENDING, RECUSED

# A desk is staffed with these. The heads of desk read it without being assigned.
STAFFED = (Role.CASE_OFFICER, Role.SPECIALIST, Role.DECISION_MAKER, Role.ISSUING_ADMINISTRATOR, Role.SUPERVISOR)
# Roles without which nobody could go on with the case; somebody can hold one for a single case.
STAND_IN_ROLES = (Role.INTAKE_OFFICER, Role.COORDINATOR, Role.ISSUING_ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could be put on a desk. `load`: open desks they work on already."""

    person_id: UUID
    name: str
    roles: frozenset[Role]
    load: int = 0
    away_until: date | None = None
    declared: str | None = None
    in_team: bool | None = None  # None: the desk has no team
    assigned: bool = False
    deputises: str = ""  # for whom on this desk, who is away

    @property
    def free(self) -> bool:
        """Can be put on the desk now."""
        return not self.assigned and self.declared != RECUSED


def order(one: Candidate) -> tuple[bool, bool, bool, bool, int, str, UUID]:
    """The sort key of candidates for one role: the best first."""
    return (
        one.away_until is not None,
        one.declared == PENDING,
        not one.deputises,
        one.in_team is False,
        one.load,
        one.name,
        one.person_id,
    )


def reasons(one: Candidate) -> tuple[str, ...]:
    """Why somebody stands where they stand, in words."""
    found = []
    if one.deputises:
        found.append(f"Deputises for {one.deputises}, who is away")
    if one.in_team is not None:
        found.append("In the team of this desk" if one.in_team else "Not in the team of this desk")
    found.append(f"Works on {one.load} open {'case' if one.load == 1 else 'cases'}")
    if one.away_until is not None:
        found.append(f"Away until {one.away_until.day} {one.away_until:%B %Y}")
    if one.declared in EFFECTIVE:
        found.append("Has declared interests")
    elif one.declared == PENDING:
        found.append("Has an interest that is not settled")
    elif one.declared == RECUSED:
        found.append("Has an interest and takes no part")
    else:
        found.append("Has not declared interests yet")
    return tuple(found)


def suggested(candidates: Iterable[Candidate]) -> dict[Role, UUID]:
    """For each role that nobody on the desk holds yet, or whose holders are away: the person to take."""
    people = list(candidates)
    found: dict[Role, UUID] = {}
    for role in STAFFED:
        holders = [one for one in people if role in one.roles]
        if any(one.assigned and one.away_until is None for one in holders):
            continue
        free = sorted((one for one in holders if one.free), key=order)
        if free:
            found[role] = free[0].person_id
    return found


def better(candidates: Iterable[Candidate], person_id: UUID) -> tuple[str, ...]:
    """The suggestions that are passed over when this person is taken, in words; empty when no reason is needed."""
    people = {one.person_id: one for one in candidates}
    taken = people.get(person_id)
    wanted = suggested(people.values())
    if taken is None or person_id in wanted.values() or taken.deputises:
        return ()
    passed = [(role, people[wanted[role]]) for role in STAFFED if role in wanted and role in taken.roles]
    return tuple(f"{ROLE_TITLES[role]}: {other.name}" for role, other in passed)


__all__ = ["STAFFED", "STAND_IN_ROLES", "Candidate", "better", "order", "reasons", "suggested"]
