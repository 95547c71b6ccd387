"""Decisions, conditions, joint notices, editions (the issued PDFs), signatures and certificates."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    and_,
    exists,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.lifecycles import CONDITION, DECISION, ENDED_DESK, NOTICE
from sandbox.models.applications import Application
from sandbox.models.assessments import RECOMMENDATIONS
from sandbox.models.base import Base, Created, Digest, JsonText, Key, key_of, one_of
from sandbox.models.conditions import TermsColumns, terms_checks
from sandbox.models.desks import Case, Desk

PROCEDURE_OUTCOMES = ("done", "agreed_by_firm", "period_ended")


class Decision(Base):
    """One authority's act on a case."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(one_of("state", DECISION.states), name="state"),
        CheckConstraint(f"action IS NULL OR {one_of('action', RECOMMENDATIONS)}", name="action"),
        CheckConstraint(
            "state = 'drafted' OR (action IS NOT NULL AND instrument_id IS NOT NULL AND edition_id IS NOT NULL)",
            name="whole",
        ),
        UniqueConstraint("desk_id"),
    )
    __frozen__ = (
        "case_id", "desk_id", "number", "state", "action", "instrument_id", "reasons", "effective_on", "expires_on",
        "edition_id", "application_version_id", "signed_at", "issued_at",
    )  # fmt: skip

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    desk_id: Mapped[UUID] = key_of("desk", index=False)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    state: Mapped[str] = mapped_column(String(16), default=DECISION.start)
    action: Mapped[str | None] = mapped_column(String(24))
    instrument_id: Mapped[UUID | None] = key_of("instrument", nullable=True, index=False)
    reasons: Mapped[str] = mapped_column(default="")
    effective_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    application_version_id: Mapped[UUID] = key_of("application_version", index=False)
    edition_id: Mapped[UUID | None] = key_of("edition", nullable=True, index=False)
    rejected_because: Mapped[str | None]
    drafted_by: Mapped[UUID] = key_of("person", index=False)
    created_at: Mapped[Created]
    signed_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class DecisionPreparer(Base):
    """Somebody who drafted, changed or sent to signature what a desk signs: it stays so, whatever they become."""

    __tablename__ = "decision_preparer"

    desk_id: Mapped[UUID] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)


class Condition(TermsColumns, Base):
    """A condition of a decision; its owner is the authority that decided."""

    __tablename__ = "condition"
    __table_args__ = (
        *terms_checks(),
        CheckConstraint(one_of("state", CONDITION.states), name="state"),
    )
    __frozen__ = (
        "decision_id", "number", "kind", "title", "text", "origin", "legal_basis", "jurisdictions", "metric",
        "comparator", "threshold", "currency", "window", "due_rule", "precedent_to_start",
    )  # fmt: skip

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    decision_id: Mapped[UUID] = key_of("decision")
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    number: Mapped[str] = mapped_column(String(24))
    ordinal: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(12), default=CONDITION.start)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ProcedureItem(Base):
    """A step that the instrument's law asks for before this decision, and how it ended."""

    __tablename__ = "procedure_item"
    __table_args__ = (
        UniqueConstraint("decision_id", "code"),
        CheckConstraint(f"outcome IS NULL OR {one_of('outcome', PROCEDURE_OUTCOMES)}", name="outcome"),
        CheckConstraint("(outcome IS NULL) = (done_at IS NULL)", name="done"),
    )

    id: Mapped[Key]
    decision_id: Mapped[UUID] = key_of("decision", index=False)
    code: Mapped[str] = mapped_column(String(64))
    title: Mapped[str]
    started_on: Mapped[date]
    due_on: Mapped[date | None]
    outcome: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)


class JointNotice(Base):
    """One version of a case's joint notice. At most one is in work and one is issued; void and superseded ones stay."""

    __tablename__ = "joint_notice"
    __table_args__ = (
        CheckConstraint(one_of("state", NOTICE.states), name="state"),
        UniqueConstraint("case_id", "number"),
        Index(
            "uq_joint_notice_in_work",
            "case_id",
            unique=True,
            sqlite_where=text("state IN ('ready_to_sign', 'signed')"),
            postgresql_where=text("state IN ('ready_to_sign', 'signed')"),
        ),
        Index(
            "uq_joint_notice_issued",
            "case_id",
            unique=True,
            sqlite_where=text("state = 'issued'"),
            postgresql_where=text("state = 'issued'"),
        ),
    )
    __frozen__ = ("case_id", "number", "state", "outcome", "edition_id", "signed_at", "issued_at")

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(16), default=NOTICE.start)
    outcome: Mapped[str] = mapped_column(String(40))
    edition_id: Mapped[UUID] = key_of("edition", index=False)
    rejected_because: Mapped[str | None]
    created_at: Mapped[Created]
    signed_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Edition(Base):
    """One PDF: what it says (record), the bytes as they stand, and the signatures expected in order."""

    __tablename__ = "edition"
    __table_args__ = (CheckConstraint(one_of("kind", ("instrument", "joint_notice", "public")), name="kind"),)
    __frozen__ = (
        "case_id", "kind", "number", "record", "record_sha256", "prepared_sha256", "sha256", "code", "expected",
        "issued_at",
    )  # fmt: skip

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(120))
    number: Mapped[str] = mapped_column(String(40), index=True)
    record: Mapped[dict[str, Any]] = mapped_column(JsonText)
    record_sha256: Mapped[Digest]
    prepared_sha256: Mapped[Digest]
    sha256: Mapped[Digest] = mapped_column(index=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)
    expected: Mapped[list[Any]] = mapped_column(JsonText)
    status: Mapped[str] = mapped_column(String(16), default="prepared")
    superseded_by_id: Mapped[UUID | None] = key_of("edition", nullable=True, index=False)
    created_at: Mapped[Created]
    issued_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Signature(Base):
    """One act of one signatory. Void ones are kept."""

    __tablename__ = "signature"
    __table_args__ = (
        Index(
            "uq_signature_field",
            "edition_id",
            "field",
            unique=True,
            sqlite_where=text("void_at IS NULL"),
            postgresql_where=text("void_at IS NULL"),
        ),
    )
    __frozen__ = ("edition_id", "field", "authority_id", "person_id", "fingerprint", "shown_sha256", "signed_sha256")

    id: Mapped[Key]
    edition_id: Mapped[UUID] = key_of("edition")
    field: Mapped[str] = mapped_column(String(40))
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    person_id: Mapped[UUID] = key_of("person", index=False)
    fingerprint: Mapped[Digest]
    shown_sha256: Mapped[Digest]
    signed_sha256: Mapped[Digest]
    signed_at: Mapped[datetime]
    void_at: Mapped[datetime | None]


class SigningCertificate(Base):
    """A certificate registered for an authority; a signature must be made with the one registered at its time."""

    __tablename__ = "signing_certificate"

    id: Mapped[Key]
    authority_id: Mapped[UUID] = key_of("authority")
    fingerprint: Mapped[Digest] = mapped_column(unique=True)
    subject: Mapped[str]
    pem: Mapped[str]
    not_before: Mapped[datetime]
    not_after: Mapped[datetime]
    demo: Mapped[bool] = mapped_column(default=True)
    registered_at: Mapped[Created]
    retired_at: Mapped[datetime | None]


def came_to_nothing() -> ColumnElement[bool]:
    """A condition on `Case`: withdrawn, or every deciding desk is done and none of them approved."""
    over = sorted({"issued", *ENDED_DESK})
    at_work = exists().where(Desk.case_id == Case.id, Desk.part == "decides", Desk.state.not_in(over))
    approved = exists().where(Decision.case_id == Case.id, Decision.action.like("approve%"))
    return or_(Case.withdrawn_at.is_not(None), and_(~at_work.correlate(Case), ~approved.correlate(Case)))


def live_applications(firm_id: UUID, programme_id: UUID) -> Select[UUID, str, str]:
    """The applications of a firm to a programme that go on: drafts, and cases that did not come to nothing."""
    return (
        select(Application.id, Application.title, Application.state)
        .outerjoin(Case, Case.application_id == Application.id)
        .where(
            Application.firm_id == firm_id,
            Application.programme_id == programme_id,
            Application.state.in_(("draft", "submitted")),
            or_(Case.id.is_(None), ~came_to_nothing()),
        )
        .order_by(Application.created_at, Application.id)
    )
