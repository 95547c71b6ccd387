"""The live test: jurisdictions, milestones, reports with their values, breaches."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.lifecycles import BREACH, REPORT, TRIAL
from sandbox.models.base import Base, Created, Digest, JsonText, Key, key_of, one_of


class Trial(Base):
    """The test of a case, from the firm's acceptance. Its overall state is derived from its jurisdictions."""

    __tablename__ = "trial"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), unique=True)
    plan_sha256: Mapped[Digest]
    starts_on: Mapped[date]
    accepted_by: Mapped[UUID] = key_of("person", index=False)
    accepted_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class TrialJurisdiction(Base):
    """The trial in one jurisdiction."""

    __tablename__ = "trial_jurisdiction"
    __table_args__ = (
        UniqueConstraint("trial_id", "jurisdiction"),
        CheckConstraint(one_of("state", TRIAL.states), name="state"),
    )

    id: Mapped[Key]
    trial_id: Mapped[UUID] = key_of("trial")
    jurisdiction: Mapped[str] = mapped_column(ForeignKey("jurisdiction.code"))
    state: Mapped[str] = mapped_column(String(24), default=TRIAL.start)
    started_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Milestone(Base):
    """Something due in a trial, on one authority's calendar; `steps` say why this date."""

    __tablename__ = "milestone"
    __table_args__ = (Index(None, "trial_id", "due_on"),)

    id: Mapped[Key]
    trial_id: Mapped[UUID] = key_of("trial", index=False)
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    code: Mapped[str] = mapped_column(String(64))
    title: Mapped[str]
    due_on: Mapped[date]
    calendar: Mapped[str] = mapped_column(String(16))
    steps: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    provisional: Mapped[bool] = mapped_column(default=False)
    done_at: Mapped[datetime | None]


class Report(Base):
    """A periodic report of the firm. Certified ones are frozen through `record`."""

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint(one_of("state", REPORT.states), name="state"),
        Index(None, "trial_id", "due_on"),
    )
    __frozen__ = ("trial_id", "period_from", "period_to", "record", "sha256", "certified_by", "certified_at")

    id: Mapped[Key]
    trial_id: Mapped[UUID] = key_of("trial", index=False)
    title: Mapped[str]
    period_from: Mapped[date]
    period_to: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(12), default=REPORT.start)
    narrative: Mapped[str] = mapped_column(default="")
    prepared_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    certified_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    certified_at: Mapped[datetime | None]
    returned_because: Mapped[str | None]
    record: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    sha256: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ReportPreparer(Base):
    """Somebody who wrote on a report: none of them may certify it."""

    __tablename__ = "report_preparer"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("report.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)


class ReportValue(Base):
    """The value of one metric in one jurisdiction and currency for a report's period."""

    __tablename__ = "report_value"
    __table_args__ = (UniqueConstraint("report_id", "metric", "jurisdiction", "currency"),)

    id: Mapped[Key]
    report_id: Mapped[UUID] = key_of("report", index=False)
    metric: Mapped[str] = mapped_column(String(64))
    jurisdiction: Mapped[str] = mapped_column(ForeignKey("jurisdiction.code"))
    value: Mapped[Decimal]
    currency: Mapped[str | None] = mapped_column(String(3))


class Breach(Base):
    """A limit that a reported value broke; it belongs to the condition's owner."""

    __tablename__ = "breach"
    __table_args__ = (
        UniqueConstraint("condition_id", "report_id", "jurisdiction"),
        CheckConstraint(one_of("state", BREACH.states), name="state"),
    )

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    condition_id: Mapped[UUID] = key_of("condition", index=False)
    report_id: Mapped[UUID] = key_of("report")
    authority_id: Mapped[UUID] = key_of("authority")
    jurisdiction: Mapped[str] = mapped_column(ForeignKey("jurisdiction.code"))
    value: Mapped[Decimal]
    threshold: Mapped[Decimal]
    state: Mapped[str] = mapped_column(String(12), default=BREACH.start)
    answer: Mapped[str | None]
    remark: Mapped[str | None]
    opened_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
