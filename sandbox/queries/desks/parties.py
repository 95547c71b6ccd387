"""The parties of a case by name, with their history, and the changes that the firm reported.

Rule: names and dates for whoever may have to declare; what the firm wrote about a change for those who read the case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.desks import PartyChange
from sandbox.queries.access import visible
from sandbox.queries.desks.conflicts import PartyRow, party_rows
from sandbox.queries.desks.sight import Sight, sight


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change that the firm reported."""

    id: UUID
    what: str
    effective_on: date
    reported_at: datetime


@dataclass(frozen=True, slots=True)
class Parties:
    """The parties of one case."""

    sight: Sight
    rows: tuple[PartyRow, ...]
    changes: tuple[ChangeRow, ...]

    @property
    def present(self) -> tuple[PartyRow, ...]:
        """Those that count now."""
        return tuple(row for row in self.rows if row.ended_at is None)

    @property
    def earlier(self) -> tuple[PartyRow, ...]:
        """Those that have gone."""
        return tuple(row for row in self.rows if row.ended_at is not None)


def parties(viewer: Actor, case_id: UUID, action: Action = Action.PARTY_READ) -> Parties:
    """The parties of a case, in three statements. Raises NotFound for whoever may not know of it."""
    seen = sight(viewer, case_id, action)
    rows = db.session.execute(
        select(PartyChange.id, PartyChange.what, PartyChange.effective_on, PartyChange.reported_at)
        .where(PartyChange.case_id == case_id, visible(PartyChange.id, "party_change", seen.parties))
        .order_by(PartyChange.reported_at.desc(), PartyChange.id),
    )
    changes = tuple(ChangeRow(row.id, row.what, row.effective_on, row.reported_at) for row in rows)
    return Parties(seen, party_rows(case_id), changes)


__all__ = ["ChangeRow", "Parties", "parties"]
