"""Cohorts with their windows, the places of cases in them, and fees that were received."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.intake import Standing
from sandbox.models.base import Base, Code, Created, Key, key_of, one_of


class Cohort(Base):
    """A window of a programme and the firms that test together after it. From the catalogue's files."""

    __tablename__ = "cohort"
    __table_args__ = (
        UniqueConstraint("programme_id", "code"),
        CheckConstraint("opens_at < closes_at", name="window"),
        CheckConstraint("places > 0", name="places"),
    )

    id: Mapped[Key]
    programme_id: Mapped[UUID] = key_of("programme", index=False)
    code: Mapped[Code]
    title: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    places: Mapped[int]


class CohortPlace(Base):
    """How a case stands in a cohort; the row without `until` counts. `rank`: the order of the reserve list.

    `kept`: the place was taken over from an earlier cohort, so the acceptance stands.
    """

    __tablename__ = "cohort_place"
    __table_args__ = (
        CheckConstraint(one_of("standing", Standing), name="standing"),
        Index(
            "uq_cohort_place_live",
            "case_id",
            unique=True,
            sqlite_where=text("until IS NULL"),
            postgresql_where=text("until IS NULL"),
        ),
        Index(None, "cohort_id", "standing"),
    )

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case", index=False)
    cohort_id: Mapped[UUID] = key_of("cohort", index=False)
    standing: Mapped[str] = mapped_column(String(12), default=Standing.APPLIED.value)
    rank: Mapped[int | None]
    kept: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(default="")
    since: Mapped[Created]
    until: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)


class WindowReminder(Base):
    """A reminder that was sent: a draft, the window that closes, and how many days before it was due. Once each."""

    __tablename__ = "window_reminder"

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), primary_key=True)
    cohort_id: Mapped[UUID] = mapped_column(ForeignKey("cohort.id"), primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sent_at: Mapped[Created]


class FeeReceipt(Base):
    """A fee that a desk has received. Never changed: one entered by mistake is struck with a reason."""

    __tablename__ = "fee_receipt"
    __table_args__ = (CheckConstraint("amount >= 0", name="amount"),)

    id: Mapped[Key]
    desk_id: Mapped[UUID] = key_of("desk")
    fee: Mapped[Code]
    title: Mapped[str]
    amount: Mapped[Decimal]
    currency: Mapped[str] = mapped_column(String(3))
    received_on: Mapped[date]
    reference: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[UUID] = key_of("person", index=False)
    recorded_at: Mapped[Created]
    struck_at: Mapped[datetime | None]
    struck_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    struck_reason: Mapped[str] = mapped_column(default="")


__all__ = ["Cohort", "CohortPlace", "FeeReceipt", "WindowReminder"]
