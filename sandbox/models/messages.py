"""Letters waiting to leave: written in the transaction of the change, sent by the worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.models.base import Base, Created, JsonText, Key, key_of


class OutboxMessage(Base):
    """One letter: to a person, or to whom an invitation is for. `action` names the template, `content` what it says."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint("person_id IS NOT NULL OR invitation_id IS NOT NULL", name="somebody"),
        Index(
            "ix_outbox_message_waiting",
            "created_at",
            sqlite_where=text("sent_at IS NULL"),
            postgresql_where=text("sent_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[UUID | None] = key_of("person", nullable=True)
    invitation_id: Mapped[UUID | None] = key_of("invitation", nullable=True)
    case_id: Mapped[UUID | None] = key_of("case", nullable=True)
    action: Mapped[str] = mapped_column(String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    created_at: Mapped[Created]
    attempts: Mapped[int] = mapped_column(default=0)
    next_attempt_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None]
