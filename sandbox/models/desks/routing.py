"""Why each desk is on a case, what the authorities say of its classification, and who led it when."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.routing import CAUSES
from sandbox.models.base import Base, Created, JsonText, Key, key_of, one_of


class DeskRouting(Base):
    """What one version of the rules said of a desk; the newest row of a desk counts.

    `won` are codes of rules, `lost` triples of a rule's code, the kind of condition that failed and what it asked
    for, `fallback` the jurisdictions in which no rule reached anybody. Where all three routes are empty, no rule
    reaches the authority any more.
    """

    __tablename__ = "desk_routing"
    __table_args__ = (CheckConstraint(one_of("cause", CAUSES), name="cause"),)

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case", index=False)
    desk_id: Mapped[UUID] = key_of("desk")
    rule_set_id: Mapped[UUID] = key_of("rule_set", index=False)
    application_version_id: Mapped[UUID] = key_of("application_version", index=False)
    cause: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(default="")
    won: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    lost: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    fallback: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    team: Mapped[str] = mapped_column(String(32), default="")
    at: Mapped[Created]


class Reclassification(Base):
    """How the lead desk classifies the case where that differs from the firm's answers. Audience: firm and desks."""

    __tablename__ = "reclassification"

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    activities: Mapped[list[Any]] = mapped_column(JsonText)
    asset_classes: Mapped[list[Any]] = mapped_column(JsonText)
    reason: Mapped[str]
    written_by: Mapped[UUID] = key_of("person", index=False)
    written_at: Mapped[Created]
    superseded_at: Mapped[datetime | None]


class LeadAssignment(Base):
    """Which authority led a case from when until when; the one without `until` leads. `memo`: for desks only."""

    __tablename__ = "lead_assignment"
    __table_args__ = (
        Index(
            "uq_lead_assignment_live",
            "case_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index(None, "case_id", "since"),
    )

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case", index=False)
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    since: Mapped[Created]
    until: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    memo: Mapped[str] = mapped_column(default="")
    handed_over_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
