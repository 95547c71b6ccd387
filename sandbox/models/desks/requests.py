"""Requests for information: what a desk asks of the firm, the questions, the replies, and where replies differ."""

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
    exists,
    func,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.lifecycles import REQUEST
from sandbox.domain.requests import INCONSISTENT, OPEN
from sandbox.models.base import Base, Created, JsonText, Key, key_of, one_of
from sandbox.models.desks.cases import Case, Desk


class Request(Base):
    """What one desk asks of the firm, in one round. Audience: the desk; once sent, the firm too.

    `authors`: who wrote it, last at `drafted_at`; none of them may approve it. `warn_on`: the days of the chasers;
    `chased`: how many went out. `clock_due_on` is what the authority's clock gave, `due_on` what was set.
    """

    __tablename__ = "request"
    __table_args__ = (
        CheckConstraint(one_of("state", REQUEST.states), name="state"),
        UniqueConstraint("desk_id", "number", "round"),
        Index(None, "case_id", "state"),
        Index(None, "state", "due_on"),
    )
    __frozen__ = ("case_id", "desk_id", "number", "round", "subject", "message", "sent_at", "sent_by")

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case", index=False)
    desk_id: Mapped[UUID] = key_of("desk", index=False)
    number: Mapped[int]
    round: Mapped[int] = mapped_column(default=1)
    follows_id: Mapped[UUID | None] = key_of("request", nullable=True, index=False)
    state: Mapped[str] = mapped_column(String(16), default=REQUEST.start)
    subject: Mapped[str]
    message: Mapped[str] = mapped_column(default="")
    authors: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    drafted_at: Mapped[Created]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    clock_due_on: Mapped[date | None]
    due_on: Mapped[date | None]
    due_reason: Mapped[str] = mapped_column(default="")
    warn_on: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    chased: Mapped[int] = mapped_column(default=0)
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_because: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class RequestQuestion(Base):
    """One question of a request. `unlocks`: the answers (`section.field`) that the firm may change to reply."""

    __tablename__ = "request_question"
    __table_args__ = (UniqueConstraint("request_id", "position"),)
    __frozen__ = ("request_id", "position", "text", "why", "unlocks", "wants_file")

    id: Mapped[Key]
    request_id: Mapped[UUID] = key_of("request", index=False)
    position: Mapped[int]
    text: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    unlocks: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    wants_file: Mapped[bool] = mapped_column(default=False)


class RequestReply(Base):
    """The firm's reply to one question. Until it is sent, only the firm reads it; then it is frozen.

    `documents`: ids of files of the dossier that it points to. `version_id`: the dossier as it stood with the reply.
    `sending`: the hash of what the signatory confirmed, so that sending twice is sending once.
    """

    __tablename__ = "request_reply"
    __frozen__ = ("question_id", "text", "documents", "sent_at", "sent_by", "version_id")

    id: Mapped[Key]
    question_id: Mapped[UUID] = mapped_column(ForeignKey("request_question.id"), unique=True)
    text: Mapped[str] = mapped_column(default="")
    documents: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    saved_at: Mapped[Created]
    saved_by: Mapped[UUID] = key_of("person", index=False)
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    version_id: Mapped[UUID | None] = key_of("application_version", nullable=True, index=False)
    sending: Mapped[str | None] = mapped_column(String(64))
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Inconsistency(Base):
    """The firm told two desks different things about one answer. Audience: those two desks, and nobody else.

    `kind`: `replies` (two replies differ) or `dossier` (the answer was changed after the other desk had its reply).
    """

    __tablename__ = "inconsistency"
    __table_args__ = (
        CheckConstraint(one_of("kind", INCONSISTENT), name="kind"),
        Index(
            "uq_inconsistency_standing",
            "case_id",
            "field",
            "one_desk_id",
            "other_desk_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    __frozen__ = ("case_id", "field", "kind", "one_desk_id", "other_desk_id", "found_at")

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case", index=False)
    field: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(8))
    one_desk_id: Mapped[UUID] = key_of("desk", index=False)
    other_desk_id: Mapped[UUID] = key_of("desk", index=False)
    found_at: Mapped[Created]
    ended_at: Mapped[datetime | None]


def open_questions(*columns: Any) -> Select[Any]:
    """The questions that the firm has to answer now, joined with request and case; one rule for all floors."""
    replied = exists().where(RequestReply.question_id == RequestQuestion.id, RequestReply.sent_at.is_not(None))
    return (
        select(*columns)
        .select_from(RequestQuestion)
        .join(Request, Request.id == RequestQuestion.request_id)
        .join(Case, Case.id == Request.case_id)
        .where(
            Request.state.in_(sorted(OPEN)),
            Case.withdrawn_at.is_(None),
            ~replied.correlate(RequestQuestion),
        )
    )


def asked_since() -> ColumnElement[datetime | None]:
    """Since when a request of a desk is open, or nothing; a column for a statement that reads `Desk`."""
    since = select(func.min(Request.sent_at)).where(Request.desk_id == Desk.id, Request.state.in_(sorted(OPEN)))
    return since.correlate(Desk).scalar_subquery()


__all__ = ["Inconsistency", "Request", "RequestQuestion", "RequestReply", "asked_since", "open_questions"]
