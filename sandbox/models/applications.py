"""The firm's dossier: working sections, and the versions it submitted (frozen)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.documents import FACTS
from sandbox.domain.lifecycles import APPLICATION
from sandbox.models.base import Base, Created, Digest, JsonText, Key, key_of, one_of


class Application(Base):
    """A firm's application to a programme. Its audience is the firm until a version is submitted."""

    __tablename__ = "application"
    __table_args__ = (
        CheckConstraint(one_of("state", APPLICATION.states), name="state"),
        Index(None, "firm_id", "created_at"),
    )

    id: Mapped[Key]
    firm_id: Mapped[UUID] = key_of("firm", index=False)
    programme_id: Mapped[UUID] = key_of("programme")
    question_set_id: Mapped[UUID] = key_of("question_set", index=False)  # it keeps the version that it began with
    follows_id: Mapped[UUID | None] = key_of("application", nullable=True, index=False)  # the one it was copied from
    title: Mapped[str]
    state: Mapped[str] = mapped_column(String(16), default=APPLICATION.start)
    created_by: Mapped[UUID] = key_of("person", index=False)
    created_at: Mapped[Created]
    submitted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Section(Base):
    """The working copy of one section's answers. `version` is posted by its form."""

    __tablename__ = "section"
    __table_args__ = (UniqueConstraint("application_id", "code"),)

    id: Mapped[Key]
    application_id: Mapped[UUID] = key_of("application")
    code: Mapped[str] = mapped_column(String(32))
    answers: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    updated_at: Mapped[Created]
    updated_by: Mapped[UUID] = key_of("person", index=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ApplicationVersion(Base):
    """What was submitted, frozen. `submission_key` makes submitting idempotent."""

    __tablename__ = "application_version"
    __table_args__ = (UniqueConstraint("application_id", "number"),)
    __frozen__ = ("application_id", "number", "record", "sha256", "submitted_by", "submitted_at")

    id: Mapped[Key]
    application_id: Mapped[UUID] = key_of("application")
    question_set_id: Mapped[UUID] = key_of("question_set", index=False)  # what the record says under "questions"
    number: Mapped[int]
    record: Mapped[dict[str, Any]] = mapped_column(JsonText)
    sha256: Mapped[Digest]
    submission_key: Mapped[str] = mapped_column(String(64), unique=True)
    submitted_by: Mapped[UUID] = key_of("person", index=False)
    submitted_at: Mapped[datetime]


class DossierDocument(Base):
    """A file of the dossier. Never overwritten: a removed or replaced one leaves the working copy, versions keep it.

    `number` counts the versions of one document, `replaces_id` is the one before. `handling` and `supports` are what
    the firm says of it (domain/documents.py); `version` is posted by the form that changes them.
    """

    __tablename__ = "dossier_document"

    id: Mapped[Key]
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), index=True)
    replaces_id: Mapped[UUID | None] = key_of("dossier_document", nullable=True, index=False)
    number: Mapped[int] = mapped_column(default=1, server_default="1")
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[Digest]
    scanned: Mapped[str] = mapped_column(String(16), default="not_scanned")
    remark: Mapped[str | None] = mapped_column(String(200))  # of the check of its structure
    handling: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict, server_default="{}")
    supports: Mapped[list[Any]] = mapped_column(JsonText, default=list, server_default="[]")
    uploaded_by: Mapped[UUID] = key_of("person", index=False)
    uploaded_at: Mapped[Created]
    removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1, server_default="1")

    __mapper_args__ = {"version_id_col": version}


# What the record of an application says of its documents (domain/documents.py).
DOCUMENT_FACTS = (
    DossierDocument.id,
    DossierDocument.replaces_id.label("replaces"),
    *(getattr(DossierDocument, name) for name in FACTS if name != "replaces"),
)


class ApplicationComment(Base):
    """What colleagues of the firm say to each other about a section. Its audience is the firm, for good."""

    __tablename__ = "application_comment"
    __table_args__ = (Index(None, "application_id", "written_at"),)

    id: Mapped[Key]
    application_id: Mapped[UUID] = key_of("application", index=False)
    section: Mapped[str] = mapped_column(String(32), default="")  # "" is the application as a whole
    text: Mapped[str]
    written_by: Mapped[UUID] = key_of("person", index=False)
    written_at: Mapped[Created]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
