"""Declarations of interests, one live row a person and case."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.models.base import Base, Created, JsonText, Key, key_of, one_of

DECLARATIONS = ("none", "managed", "recused", "waived")


class ConflictDeclaration(Base):
    """A person's declaration of interests for one case; the one without `superseded_at` counts."""

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
    declared_at: Mapped[Created]
    superseded_at: Mapped[datetime | None]
