"""Who works on a desk, who stands in for whom, and who was reminded of what."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.staffing import STAND_IN_ROLES
from sandbox.models.base import Base, Created, Key, key_of, one_of


class DeskAssignment(Base):
    """A person of the authority who works on the desk. `reason`: why this person and not the one suggested."""

    __tablename__ = "desk_assignment"
    __table_args__ = (Index(None, "person_id", "desk_id"),)

    desk_id: Mapped[UUID] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    assigned_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    assigned_at: Mapped[Created]
    reason: Mapped[str | None]


class StandIn(Base):
    """A role that a person holds for one case only, in place of somebody who cannot act there."""

    __tablename__ = "stand_in"
    __table_args__ = (
        CheckConstraint(one_of("role", STAND_IN_ROLES), name="role"),
        Index(
            "uq_stand_in_live",
            "case_id",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "person_id", "case_id"),
    )

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case", index=False)
    desk_id: Mapped[UUID] = key_of("desk")
    person_id: Mapped[UUID] = key_of("person", index=False)
    role: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str]
    appointed_by: Mapped[UUID] = key_of("person", index=False)
    appointed_at: Mapped[Created]
    ended_at: Mapped[datetime | None]


class DeskReminder(Base):
    """A reminder that was written: once for each step that a desk is ready for, and level (1: actor, 2: head)."""

    __tablename__ = "desk_reminder"

    desk_id: Mapped[UUID] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(24), primary_key=True)
    ready_on: Mapped[date] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    written_at: Mapped[Created]
