"""Screening: the checklist as ticked, and the letters of receipt and about completeness."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.screening import OUTCOMES, RESULTS
from sandbox.models.base import Base, Created, JsonText, Key, key_of, one_of


class CompletenessLetter(Base):
    """A desk's letter to the firm: receipt, or completeness. Audience: the firm and that desk.

    `missing`: rows of `domain.screening.Missing`. A letter of receipt is written by nobody.
    """

    __tablename__ = "completeness_letter"
    __table_args__ = (CheckConstraint(one_of("outcome", OUTCOMES), name="outcome"),)

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    desk_id: Mapped[UUID] = key_of("desk")
    outcome: Mapped[str] = mapped_column(String(20))
    missing: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    message: Mapped[str] = mapped_column(default="")
    written_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    written_at: Mapped[Created]
    answered_at: Mapped[datetime | None]


class ScreeningCheck(Base):
    """What a desk found on one item of its checklist, on which version. Audience: that desk, by its grants."""

    __tablename__ = "screening_check"
    __table_args__ = (CheckConstraint(one_of("result", RESULTS), name="result"),)

    desk_id: Mapped[UUID] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    result: Mapped[str] = mapped_column(String(8))
    note: Mapped[str] = mapped_column(default="")
    application_version_id: Mapped[UUID] = key_of("application_version", index=False)
    checked_by: Mapped[UUID] = key_of("person", index=False)
    checked_at: Mapped[datetime]
