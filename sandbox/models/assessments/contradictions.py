"""Conditions of two desks that cannot both be met, and the notes by which the desks resolve them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.lifecycles import CONTRADICTION
from sandbox.models.base import Base, Created, Digest, JsonText, Key, key_of, one_of

ORIGINS_OF_CONTRADICTIONS = ("detected", "marked")


class Contradiction(Base):
    """Two proposed conditions of different desks that exclude each other; `sides` are their words as filed.

    Detected by the portal (limits), or marked by an officer with a reason (words).
    """

    __tablename__ = "contradiction"
    __table_args__ = (
        UniqueConstraint("case_id", "key"),
        CheckConstraint(one_of("state", CONTRADICTION.states), name="state"),
        CheckConstraint(one_of("origin", ORIGINS_OF_CONTRADICTIONS), name="origin"),
    )

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    key: Mapped[str] = mapped_column(String(80))
    sides: Mapped[list[Any]] = mapped_column(JsonText)
    origin: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str]
    marked_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    state: Mapped[str] = mapped_column(String(8), default=CONTRADICTION.start)
    resolved_at: Mapped[datetime | None]
    created_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ResolutionNote(Base):
    """How the desks resolve a contradiction. A change of text is the next note; the one before and its signatures
    are void, and kept."""

    __tablename__ = "resolution_note"
    __table_args__ = (UniqueConstraint("contradiction_id", "number"),)
    __frozen__ = ("contradiction_id", "number", "text", "sha256", "authority_id", "written_by", "written_at")

    id: Mapped[Key]
    contradiction_id: Mapped[UUID] = key_of("contradiction", index=False)
    number: Mapped[int]
    text: Mapped[str]
    sha256: Mapped[Digest]
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    written_by: Mapped[UUID] = key_of("person", index=False)
    written_at: Mapped[Created]
    superseded_at: Mapped[datetime | None]


class ResolutionSignature(Base):
    """One desk's signature under a resolution note: the recorded act of one person on the hash of its text."""

    __tablename__ = "resolution_signature"
    __table_args__ = (UniqueConstraint("note_id", "authority_id"),)
    __frozen__ = ("note_id", "authority_id", "signed_by", "sha256", "signed_at")

    id: Mapped[Key]
    note_id: Mapped[UUID] = key_of("resolution_note", index=False)
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    signed_by: Mapped[UUID] = key_of("person", index=False)
    sha256: Mapped[Digest]
    signed_at: Mapped[Created]
