"""Letters about completeness."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.models.base import Base, Created, JsonText, Key, key_of, one_of


class CompletenessLetter(Base):
    """A desk's letter to the firm about completeness. Audience: the firm and that desk."""

    __tablename__ = "completeness_letter"
    __table_args__ = (
        CheckConstraint(one_of("outcome", ("complete", "incomplete", "refused_to_review")), name="outcome"),
    )

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    desk_id: Mapped[UUID] = key_of("desk")
    outcome: Mapped[str] = mapped_column(String(20))
    missing: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    message: Mapped[str] = mapped_column(default="")
    written_by: Mapped[UUID] = key_of("person", index=False)
    written_at: Mapped[Created]
    answered_at: Mapped[datetime | None]
