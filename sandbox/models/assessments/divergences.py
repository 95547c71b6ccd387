"""Divergences, what each desk chose on them, and what desks say to each other about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.divergences import DISPOSITIONS
from sandbox.domain.lifecycles import DIVERGENCE
from sandbox.models.base import Base, Created, JsonText, Key, key_of, one_of

SUBJECTS = ("divergence", "meeting")


class Divergence(Base):
    """A row on which desks differ; `views` are the desks' words at opening, and of desks that filed later."""

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
    owner_id: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    due_on: Mapped[date | None]
    created_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Disposition(Base):
    """One desk's choice on a divergence. A row per desk and act: the newest of a desk counts, older ones stay.

    `superseded_at`: what the desks had settled before a further view reopened the row; kept, and counted no more.
    """

    __tablename__ = "disposition"
    __table_args__ = (CheckConstraint(one_of("choice", DISPOSITIONS), name="choice"),)

    id: Mapped[Key]
    divergence_id: Mapped[UUID] = key_of("divergence")
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    choice: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(default="")
    chosen_by: Mapped[UUID] = key_of("person", index=False)
    chosen_at: Mapped[Created]
    superseded_at: Mapped[datetime | None]


class JointPost(Base):
    """What somebody of a deciding desk wrote to the other deciding desks: on a divergence, or as a meeting's note."""

    __tablename__ = "joint_post"
    __table_args__ = (
        CheckConstraint(one_of("subject_kind", SUBJECTS), name="subject_kind"),
        Index(None, "subject_id", "posted_at", "id"),
    )
    __frozen__ = ("case_id", "subject_kind", "subject_id", "authority_id", "author_id", "text", "posted_at")

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    subject_kind: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[UUID]
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    author_id: Mapped[UUID] = key_of("person", index=False)
    text: Mapped[str]
    posted_at: Mapped[Created]
