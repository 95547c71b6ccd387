"""Who works on the own desk, who could, and who is suggested, with the reasons in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sandbox.domain.actors import ROLE_TITLES
from sandbox.domain.staffing import STAFFED, Candidate, better, reasons, suggested
from sandbox.extensions import db
from sandbox.models.desks.candidates import as_candidates, candidates_of


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the authority who can work on cases. `declared` is the outcome of their declaration, or None.

    `suggested`: the roles for which this person is the one to take. `passed_over`: who would be, where a reason is
    asked for taking this person instead. `reason`: the one that was given.
    """

    id: UUID
    name: str
    roles: tuple[str, ...]
    assigned: bool
    declared: str | None
    suggested: tuple[str, ...]
    passed_over: tuple[str, ...]
    why: tuple[str, ...]
    reason: str


def staff(desk_id: UUID, today: date) -> tuple[Colleague, ...]:
    """The staff of a desk's authority by name, in one statement. The caller has asked who reads."""
    rows = db.session.execute(candidates_of(desk_id, today)).all()
    given = {row.id: row.reason or "" for row in rows}
    people = as_candidates(rows)
    wanted = suggested(people)
    return tuple(
        Colleague(
            id=one.person_id,
            name=one.name,
            roles=_titles(one),
            assigned=one.assigned,
            declared=one.declared,
            suggested=tuple(ROLE_TITLES[role] for role in STAFFED if wanted.get(role) == one.person_id),
            passed_over=better(people, one.person_id) if one.free else (),
            why=reasons(one),
            reason=given[one.person_id],
        )
        for one in people
    )


def _titles(one: Candidate) -> tuple[str, ...]:
    return tuple(ROLE_TITLES[role] for role in sorted(one.roles))


__all__ = ["Colleague", "staff"]
