"""What a desk that does not decide has answered: its view, its consent, or its refusal of consent."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.parts import ANSWERS
from sandbox.models.base import Base, Created, Key, key_of, one_of


class DeskAnswer(Base):
    """A view or a consent, on one version. Audience: that desk, and the deciding desks once the positions open."""

    __tablename__ = "desk_answer"
    __table_args__ = (
        CheckConstraint(one_of("outcome", ANSWERS), name="outcome"),
        Index(
            "uq_desk_answer_live",
            "desk_id",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )
    __frozen__ = ("desk_id", "outcome", "reasons", "conditions", "application_version_id", "given_by")

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    desk_id: Mapped[UUID] = key_of("desk", index=False)
    outcome: Mapped[str] = mapped_column(String(24))
    reasons: Mapped[str]
    conditions: Mapped[str] = mapped_column(default="")
    application_version_id: Mapped[UUID] = key_of("application_version", index=False)
    given_by: Mapped[UUID] = key_of("person", index=False)
    given_at: Mapped[Created]
    superseded_at: Mapped[datetime | None]
