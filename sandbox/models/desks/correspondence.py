"""Correspondence: threads with a stated audience, and what is written in them. Nothing written is ever changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.correspondence import KINDS
from sandbox.models.base import Base, Created, JsonText, Key, key_of, one_of


class Thread(Base):
    """An enquiry, a conversation, a meeting note, a file note or a consulted body's view. Its audience never changes.

    `authority_id`: the desk that keeps it, or is asked; empty where the firm began a conversation. An enquiry has no
    case; it can be linked to an application later. `facts`: what its kind adds, such as when a meeting was.
    """

    __tablename__ = "thread"
    __table_args__ = (
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint("(kind = 'enquiry') = (case_id IS NULL)", name="case"),
        Index(None, "case_id", "last_at", "id"),
        Index(None, "firm_id", "kind", "last_at", "id"),
        Index(None, "authority_id", "kind", "last_at", "id"),
    )
    __frozen__ = ("kind", "case_id", "firm_id", "authority_id", "subject", "facts", "started_by", "started_at")

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(12))
    case_id: Mapped[UUID | None] = key_of("case", nullable=True, index=False)
    firm_id: Mapped[UUID] = key_of("firm", index=False)
    authority_id: Mapped[UUID | None] = key_of("authority", nullable=True, index=False)
    subject: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    started_by: Mapped[UUID] = key_of("person", index=False)
    started_at: Mapped[Created]
    last_at: Mapped[Created]
    application_id: Mapped[UUID | None] = key_of("application", nullable=True)


class Post(Base):
    """Something written in a thread. `corrects_id`: the earlier entry that this one corrects, which stays."""

    __tablename__ = "thread_post"
    __table_args__ = (Index(None, "thread_id", "written_at", "id"),)
    __frozen__ = ("thread_id", "corrects_id", "organisation_id", "text", "written_by", "written_at")

    id: Mapped[Key]
    thread_id: Mapped[UUID] = key_of("thread", index=False)
    corrects_id: Mapped[UUID | None] = key_of("thread_post", nullable=True, index=False)
    organisation_id: Mapped[UUID] = key_of("organisation", index=False)
    text: Mapped[str]
    written_by: Mapped[UUID] = key_of("person", index=False)
    written_at: Mapped[Created]


class AgreedAction(Base):
    """What a meeting agreed that somebody does. `party`: who, as the audience names them."""

    __tablename__ = "agreed_action"
    __table_args__ = (UniqueConstraint("thread_id", "ordinal"),)
    __frozen__ = ("thread_id", "ordinal", "text", "party", "due_on")

    id: Mapped[Key]
    thread_id: Mapped[UUID] = key_of("thread", index=False)
    ordinal: Mapped[int]
    text: Mapped[str]
    party: Mapped[str] = mapped_column(String(24))
    due_on: Mapped[date | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)


__all__ = ["AgreedAction", "Post", "Thread"]
