"""Findings, proposed conditions, positions (frozen), divergences and their dispositions."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.conditions import COMPARATORS, KINDS, ORIGINS, WINDOWS
from sandbox.domain.divergences import DISPOSITIONS, FINDINGS
from sandbox.domain.lifecycles import DIVERGENCE
from sandbox.models.base import Base, Created, Digest, JsonText, Key, key_of, one_of

RECOMMENDATIONS = ("approve", "approve_with_conditions", "refuse", "defer")


class Finding(Base):
    """One reviewer's view of one criterion, with reasons and the indicators seen."""

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("desk_id", "criterion_id"),
        CheckConstraint(one_of("value", FINDINGS), name="value"),
    )

    id: Mapped[Key]
    desk_id: Mapped[UUID] = key_of("desk")
    criterion_id: Mapped[UUID] = key_of("criterion")
    value: Mapped[str] = mapped_column(String(10))
    reasons: Mapped[str] = mapped_column(default="")
    indicators: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    application_version_id: Mapped[UUID] = key_of("application_version", index=False)
    author_id: Mapped[UUID] = key_of("person")
    updated_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Assessor(Base):
    """Somebody who took part in a desk's assessment: it stays so, whoever rewrites the text later."""

    __tablename__ = "assessor"
    __table_args__ = (Index(None, "person_id", "desk_id"),)

    desk_id: Mapped[UUID] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)


class ProposedCondition(Base):
    """A condition that a desk proposes with its position."""

    __tablename__ = "proposed_condition"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("origin", ORIGINS), name="origin"),
        CheckConstraint(f"comparator IS NULL OR {one_of('comparator', COMPARATORS)}", name="comparator"),
        CheckConstraint(f"window IS NULL OR {one_of('window', WINDOWS)}".replace("window", '"window"'), name="window"),
        CheckConstraint("(metric IS NULL) = (threshold IS NULL)", name="measurable"),
    )

    id: Mapped[Key]
    desk_id: Mapped[UUID] = key_of("desk")
    ordinal: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(16))
    title: Mapped[str]
    text: Mapped[str]
    origin: Mapped[str] = mapped_column(String(12), default="imposed")
    legal_basis: Mapped[str] = mapped_column(default="")
    jurisdictions: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    metric: Mapped[str | None] = mapped_column(String(64))
    comparator: Mapped[str | None] = mapped_column(String(10))
    threshold: Mapped[Decimal | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    window: Mapped[str | None] = mapped_column(String(16))
    due_rule: Mapped[str | None]
    precedent_to_start: Mapped[bool] = mapped_column(default=False)
    author_id: Mapped[UUID] = key_of("person", index=False)
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


class Divergence(Base):
    """A row on which desks differ; `views` are the desks' words at opening."""

    __tablename__ = "divergence"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "key"),
        CheckConstraint(one_of("state", DIVERGENCE.states), name="state"),
        CheckConstraint(one_of("kind", ("criterion", "condition")), name="kind"),
    )

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(80))
    title: Mapped[str]
    views: Mapped[list[Any]] = mapped_column(JsonText)
    state: Mapped[str] = mapped_column(String(8), default=DIVERGENCE.start)
    disposition: Mapped[str | None] = mapped_column(String(16))
    settled_at: Mapped[datetime | None]
    created_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Disposition(Base):
    """One desk's choice on a divergence. A row per desk and act: the newest of a desk counts, older ones stay."""

    __tablename__ = "disposition"
    __table_args__ = (CheckConstraint(one_of("choice", DISPOSITIONS), name="choice"),)

    id: Mapped[Key]
    divergence_id: Mapped[UUID] = key_of("divergence")
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    choice: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(default="")
    chosen_by: Mapped[UUID] = key_of("person", index=False)
    chosen_at: Mapped[Created]
