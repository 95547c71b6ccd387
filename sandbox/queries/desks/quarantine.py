"""Work that was set aside on the own desk, and what is still to redo: disclosed to whoever works on it or signs.

Rule: inside the own desk only; the caller has asked who reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select

from sandbox.extensions import db
from sandbox.models.assessments.aside import conditions_aside, findings_aside
from sandbox.models.desks import Quarantine
from sandbox.models.people import Person


@dataclass(frozen=True, slots=True)
class SetAside:
    """The work of one person that was set aside. `filed`: they had filed the position too."""

    person: str
    at: datetime
    after_opening: bool
    findings: tuple[str, ...]
    conditions: tuple[str, ...]
    inputs: tuple[str, ...]
    filed: bool


@dataclass(frozen=True, slots=True)
class Quarantined:
    """All of it, with the titles that somebody else has still to redo."""

    rows: tuple[SetAside, ...]
    to_redo: tuple[str, ...]


NOTHING = Quarantined((), ())


def count_of(desk: Any) -> ScalarSelect[int]:
    """How often work was set aside on a desk (its id or column), for a statement that is asked anyway."""
    return select(func.count()).select_from(Quarantine).where(Quarantine.desk_id == desk).scalar_subquery()


def quarantined(desk_id: UUID) -> Quarantined:
    """What was set aside on a desk, oldest first, in three statements; asked only where there is something."""
    rows = db.session.execute(
        select(Quarantine, Person.name)
        .join(Person, Person.id == Quarantine.person_id)
        .where(Quarantine.desk_id == desk_id)
        .order_by(Quarantine.at, Quarantine.id),
    ).all()
    findings = db.session.scalars(findings_aside(desk_id)).all()
    conditions = db.session.scalars(conditions_aside(desk_id)).all()
    return Quarantined(
        rows=tuple(
            SetAside(
                person=name,
                at=row.at,
                after_opening=row.after_opening,
                findings=tuple(one["title"] for one in row.content["findings"]),
                conditions=tuple(one["title"] for one in row.content["conditions"]),
                inputs=tuple(one["title"] for one in row.content["inputs"]),
                filed=row.content["position"] is not None,
            )
            for row, name in rows
        ),
        to_redo=(*findings, *conditions),
    )


__all__ = ["NOTHING", "Quarantined", "SetAside", "count_of", "quarantined"]
