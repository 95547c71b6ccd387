"""Declarations of interests, one live row a person and case; standing interests; work set aside."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.conflicts import INTEREST_KINDS, OUTCOMES
from sandbox.models.base import Base, Created, JsonText, Key, key_of, one_of

DECLARATIONS = OUTCOMES


class ConflictDeclaration(Base):
    """A person's declaration of interests for one case; the one without `superseded_at` counts.

    What somebody else decided on it (measures confirmed, waiver, recusal) is a new row with `decided_by`.
    """

    __tablename__ = "conflict_declaration"
    __table_args__ = (
        CheckConstraint(one_of("outcome", DECLARATIONS), name="outcome"),
        Index(
            "uq_conflict_declaration_live",
            "case_id",
            "person_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index(None, "person_id", "case_id"),
    )

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case", index=False)
    person_id: Mapped[UUID] = key_of("person", index=False)
    outcome: Mapped[str] = mapped_column(String(10))
    kinds: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    details: Mapped[str] = mapped_column(default="")
    measures: Mapped[str | None]
    matches: Mapped[list[Any] | None] = mapped_column(JsonText)
    reason: Mapped[str | None]
    decided_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    declared_at: Mapped[Created]
    superseded_at: Mapped[datetime | None]
    superseded_because: Mapped[str | None]


class StandingInterest(Base):
    """A line of a person's own register of interests; the person alone reads and writes it."""

    __tablename__ = "standing_interest"
    __table_args__ = (CheckConstraint(one_of("kind", INTEREST_KINDS), name="kind"),)

    id: Mapped[Key]
    person_id: Mapped[UUID] = key_of("person")
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str]
    since: Mapped[date | None]
    until: Mapped[date | None]
    created_at: Mapped[Created]


class Quarantine(Base):
    """Work of a recused person that was set aside. `content` keeps their words; the rows themselves are redone."""

    __tablename__ = "quarantine"

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case", index=False)
    desk_id: Mapped[UUID] = key_of("desk")
    person_id: Mapped[UUID] = key_of("person", index=False)
    after_opening: Mapped[bool]
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)
    at: Mapped[Created]
