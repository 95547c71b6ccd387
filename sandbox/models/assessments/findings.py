"""Findings, proposed conditions, and positions (frozen when filed)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.findings import DRAFT, RELIES, VALUES
from sandbox.models.base import Base, Created, Digest, JsonText, Key, key_of, one_of
from sandbox.models.conditions import TermsColumns, terms_checks

RECOMMENDATIONS = ("approve", "approve_with_conditions", "refuse", "defer")


class Finding(Base):
    """One reviewer's view of one criterion, with reasons, the indicators seen, and what it rests on.

    `value` is empty while it is a draft. `evidence` are rows of path (domain.changes), page and note. `paragraphs` are
    the standard paragraphs used. `stale` are the paths that changed under it since `application_version_id`.
    """

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("desk_id", "criterion_id"),
        CheckConstraint(one_of("value", (*VALUES, DRAFT)), name="value"),
        CheckConstraint(f"(value = '{RELIES}') = (relies_on_id IS NOT NULL)", name="reliance"),
    )

    id: Mapped[Key]
    desk_id: Mapped[UUID] = key_of("desk")
    criterion_id: Mapped[UUID] = key_of("criterion")
    value: Mapped[str] = mapped_column(String(10))
    reasons: Mapped[str] = mapped_column(default="")
    indicators: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    evidence: Mapped[list[Any]] = mapped_column(JsonText, default=list, server_default="[]")
    standards: Mapped[list[Any]] = mapped_column(JsonText, default=list, server_default="[]")
    paragraphs: Mapped[list[Any]] = mapped_column(JsonText, default=list, server_default="[]")
    relies_on_id: Mapped[UUID | None] = key_of("authority", nullable=True, index=False)
    application_version_id: Mapped[UUID] = key_of("application_version", index=False)
    stale: Mapped[list[Any]] = mapped_column(JsonText, default=list, server_default="[]")
    author_id: Mapped[UUID] = key_of("person")
    updated_at: Mapped[Created]
    confirmed_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)  # on a later version, as it stood
    confirmed_at: Mapped[datetime | None]
    quarantined_at: Mapped[datetime | None]  # its author is recused: somebody else redoes it
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Assessor(Base):
    """Somebody who took part in a desk's assessment: it stays so, whoever rewrites the text later."""

    __tablename__ = "assessor"
    __table_args__ = (Index(None, "person_id", "desk_id"),)

    desk_id: Mapped[UUID] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)


class ProposedCondition(TermsColumns, Base):
    """A condition that a desk proposes with its position."""

    __tablename__ = "proposed_condition"
    __table_args__ = terms_checks()

    id: Mapped[Key]
    desk_id: Mapped[UUID] = key_of("desk")
    ordinal: Mapped[int] = mapped_column(default=0)
    departs: Mapped[str | None]  # why it departs from earlier decisions
    application_version_id: Mapped[UUID | None] = key_of("application_version", nullable=True, index=False)
    stale: Mapped[list[Any]] = mapped_column(JsonText, default=list, server_default="[]")
    author_id: Mapped[UUID] = key_of("person", index=False)
    quarantined_at: Mapped[datetime | None]  # its author is recused: somebody else confirms, changes or drops it
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Position(Base):
    """A desk's recommendation with findings and proposed conditions, frozen when filed.

    A new version of the application supersedes it: the desk looks again and files the next one.
    """

    __tablename__ = "position"
    __table_args__ = (
        CheckConstraint(one_of("recommendation", RECOMMENDATIONS), name="recommendation"),
        Index(
            "uq_position_standing",
            "desk_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )
    __frozen__ = (
        "case_id", "desk_id", "application_version_id", "recommendation", "summary", "record", "sha256", "filed_by",
        "filed_at",
    )  # fmt: skip

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    desk_id: Mapped[UUID] = mapped_column(ForeignKey("desk.id"))
    application_version_id: Mapped[UUID] = key_of("application_version", index=False)
    recommendation: Mapped[str] = mapped_column(String(24))
    summary: Mapped[str]
    record: Mapped[dict[str, Any]] = mapped_column(JsonText)
    sha256: Mapped[Digest]
    filed_by: Mapped[UUID] = key_of("person")
    filed_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
