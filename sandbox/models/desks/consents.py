"""What the firm said of sharing, one row an act: never changed, the last one counts."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.consents import CATEGORIES
from sandbox.models.base import Base, Created, Key, key_of, one_of


class SharingConsent(Base):
    """The firm agrees, or no longer agrees, that an authority shares a category. The words are those that it read."""

    __tablename__ = "sharing_consent"
    __table_args__ = (
        CheckConstraint(one_of("category", CATEGORIES), name="category"),
        Index(None, "case_id", "said_at"),
    )
    __frozen__ = ("case_id", "authority_id", "category", "given", "text", "words", "reason", "said_by", "said_at")

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case", index=False)
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    category: Mapped[str] = mapped_column(String(12))
    given: Mapped[bool]
    text: Mapped[str]
    words: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    said_by: Mapped[UUID] = key_of("person", index=False)
    said_at: Mapped[Created]
