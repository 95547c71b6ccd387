"""What starts, pauses, resumes and stops the clocks of a desk."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.models.base import Base, Key, key_of, one_of


class ClockEvent(Base):
    """Something that starts, pauses, resumes or stops a clock of a desk. Dates are computed from these, never kept."""

    __tablename__ = "clock_event"
    __table_args__ = (CheckConstraint(one_of("kind", ("started", "paused", "resumed", "stopped")), name="kind"),)

    id: Mapped[Key]
    desk_id: Mapped[UUID] = key_of("desk")
    clock: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
