"""Contradictions between conditions, with their resolution notes and who has signed them.

Rule: audience {deciding desks that have opened}.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.contradictions import Side, sides, title_of
from sandbox.extensions import db
from sandbox.models.assessments import Contradiction, Position, ResolutionNote, ResolutionSignature
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Desk
from sandbox.models.people import Person
from sandbox.queries.access import visible
from sandbox.queries.assessments.joint import desks_of, enter
from sandbox.queries.desks.sight import Sight


@dataclass(frozen=True, slots=True)
class Signed:
    """One desk's signature under a note."""

    code: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Note:
    """A resolution note. One that was superseded is void, with its signatures."""

    id: UUID
    number: int
    text: str
    sha256: str
    by: str
    at: datetime
    void: bool
    signatures: tuple[Signed, ...]

    def signed_by(self, code: str) -> bool:
        """This desk has signed it."""
        return any(one.code == code for one in self.signatures)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two conditions that cannot both be met. `notes`: the newest first."""

    id: UUID
    sides: tuple[Side, ...]
    origin: str
    reason: str
    by: str | None
    at: datetime
    resolved: bool
    resolved_at: datetime | None
    notes: tuple[Note, ...]

    @property
    def title(self) -> str:
        """Both conditions with their desks."""
        return title_of(self.sides)

    @property
    def note(self) -> Note | None:
        """The note that counts."""
        return next((one for one in self.notes if not one.void), None)


@dataclass(frozen=True, slots=True)
class Contradictions:
    """The page: what has been found or marked, and the conditions that can be marked."""

    sight: Sight
    desks: dict[str, str]
    pairs: tuple[Pair, ...]
    conditions: tuple[Side, ...]

    def may(self, action: Action) -> bool:
        """The viewer can do this now."""
        return self.sight.withdrawn_at is None and self.sight.may(action)


def pairs(seen: Sight) -> tuple[Pair, ...]:
    """The contradictions that the viewer may read, open ones first, in two statements."""
    shown = visible(Contradiction.id, "contradiction", seen.parties)
    rows = db.session.execute(
        select(Contradiction, Person.name)
        .outerjoin(Person, Person.id == Contradiction.marked_by)
        .where(Contradiction.case_id == seen.case_id, shown)
        .order_by(Contradiction.state, Contradiction.created_at, Contradiction.key),
    ).all()
    notes = _notes([row.id for row, _ in rows]) if rows else {}
    return tuple(
        Pair(
            id=row.id,
            sides=tuple(Side(**side) for side in row.sides),
            origin=row.origin,
            reason=row.reason,
            by=name,
            at=row.created_at,
            resolved=row.state == "resolved",
            resolved_at=row.resolved_at,
            notes=tuple(notes.get(row.id, ())),
        )
        for row, name in rows
    )


def open_titles(case_id: UUID, parties: Iterable[str]) -> tuple[str, ...]:
    """The contradictions of a case that no signed note resolves, as far as these parties may read them."""
    rows = db.session.scalars(
        select(Contradiction.sides)
        .where(
            Contradiction.case_id == case_id,
            Contradiction.state == "open",
            visible(Contradiction.id, "contradiction", parties),
        )
        .order_by(Contradiction.key),
    )
    return tuple(title_of(Side(**side) for side in found) for found in rows)


def _notes(contradictions: list[UUID]) -> dict[UUID, list[Note]]:
    signed: dict[UUID, list[Signed]] = {}
    rows = db.session.execute(
        select(ResolutionSignature.note_id, Authority.code, Person.name, ResolutionSignature.signed_at)
        .join(ResolutionNote, ResolutionNote.id == ResolutionSignature.note_id)
        .join(Authority, Authority.id == ResolutionSignature.authority_id)
        .join(Person, Person.id == ResolutionSignature.signed_by)
        .where(ResolutionNote.contradiction_id.in_(contradictions))
        .order_by(ResolutionSignature.signed_at, Authority.code),
    )
    for note_id, code, name, at in rows:
        signed.setdefault(note_id, []).append(Signed(code, name, at))
    written: Any = db.session.execute(
        select(ResolutionNote, Person.name, Authority.code)
        .join(Person, Person.id == ResolutionNote.written_by)
        .join(Authority, Authority.id == ResolutionNote.authority_id)
        .where(ResolutionNote.contradiction_id.in_(contradictions))
        .order_by(ResolutionNote.number.desc()),
    )
    found: dict[UUID, list[Note]] = {}
    for row, name, code in written:
        by, void = f"{name} ({code})", row.superseded_at is not None
        signatures = tuple(signed.get(row.id, ()))
        note = Note(row.id, row.number, row.text, row.sha256, by, row.written_at, void, signatures)
        found.setdefault(row.contradiction_id, []).append(note)
    return found


def contradictions(viewer: Actor, case_id: UUID) -> Contradictions:
    """The page of contradictions. Raises NotFound to whom the board is not open."""
    seen = enter(viewer, case_id)
    rows = db.session.execute(
        select(Authority.code, Position.record)
        .join(Desk, Desk.id == Position.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(
            Position.case_id == case_id,
            Position.superseded_at.is_(None),
            visible(Position.id, "position", seen.parties),
        )
        .order_by(Authority.code),
    )
    known = tuple(side for code, record in rows for side in sides(code, record["conditions"]))
    return Contradictions(seen, desks_of(seen), pairs(seen), known)


__all__ = ["Contradictions", "Note", "Pair", "Signed", "contradictions", "open_titles", "pairs"]
