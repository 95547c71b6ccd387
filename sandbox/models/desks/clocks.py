"""What starts, pauses, resumes and stops the clocks of a desk."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.clocks import RECORDED, WARNINGS
from sandbox.models.base import Base, Created, Key, key_of, one_of


class ClockEvent(Base):
    """Something that starts, pauses, resumes or stops a clock of a desk. Dates are computed from these, never kept.

    `cause` and `cause_id` say what a pause, a reply or an answer is about (a request for information). `ordinal` keeps
    the order of what happened at the same instant.
    """

    __tablename__ = "clock_event"
    __table_args__ = (CheckConstraint(one_of("kind", RECORDED), name="kind"),)

    id: Mapped[Key]
    desk_id: Mapped[UUID] = key_of("desk")
    clock: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    ordinal: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    cause: Mapped[str | None] = mapped_column(String(32))
    cause_id: Mapped[UUID | None]


class ClockNotice(Base):
    """A desk's notice that a clock stands or runs again, with the expiry. Audience: the firm and that desk.

    `latest_on`: the last day it can come to while it stands, where the rule bounds it.
    """

    __tablename__ = "clock_notice"

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    desk_id: Mapped[UUID] = key_of("desk")
    clock: Mapped[str] = mapped_column(String(64))
    stands: Mapped[bool]
    reason: Mapped[str]
    was_due_on: Mapped[date]
    due_on: Mapped[date]
    latest_on: Mapped[date | None]
    at: Mapped[datetime]


class ClockWarning(Base):
    """A warning that was given: once for each distance before the end of a clock, or before its long-stop."""

    __tablename__ = "clock_warning"
    __table_args__ = (CheckConstraint(one_of("kind", WARNINGS), name="kind"),)

    desk_id: Mapped[UUID] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    clock: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    distance: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    started_on: Mapped[date] = mapped_column(primary_key=True)
    given_at: Mapped[Created]
