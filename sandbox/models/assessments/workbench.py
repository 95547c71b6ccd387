"""What stands beside findings on a desk's workbench: specialists' input, replaced words, reviews, paragraphs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.findings import DRAFT, VALUES
from sandbox.models.base import Base, Code, Created, JsonText, Key, key_of, one_of

REVIEW_OUTCOMES = ("approved", "returned")


class SpecialistInput(Base):
    """What a specialist of the desk says on a criterion. Nobody else writes in it."""

    __tablename__ = "specialist_input"
    __table_args__ = (UniqueConstraint("desk_id", "criterion_id", "author_id"),)

    id: Mapped[Key]
    desk_id: Mapped[UUID] = key_of("desk", index=False)
    criterion_id: Mapped[UUID] = key_of("criterion", index=False)
    author_id: Mapped[UUID] = key_of("person", index=False)
    text: Mapped[str]
    application_version_id: Mapped[UUID] = key_of("application_version", index=False)
    written_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class EarlierFinding(Base):
    """The words of a finding as they stood until somebody else replaced them."""

    __tablename__ = "earlier_finding"
    __table_args__ = (CheckConstraint(one_of("value", (*VALUES, DRAFT)), name="value"),)

    id: Mapped[Key]
    finding_id: Mapped[UUID] = key_of("finding")
    value: Mapped[str] = mapped_column(String(10))
    reasons: Mapped[str]
    author_id: Mapped[UUID] = key_of("person", index=False)
    written_at: Mapped[datetime]
    replaced_at: Mapped[Created]


class AssessmentReview(Base):
    """A second person's review of the desk's assessment. `covers` are the findings and conditions in their versions.

    It counts as long as these are the findings and conditions of the desk.
    """

    __tablename__ = "assessment_review"
    __table_args__ = (CheckConstraint(one_of("outcome", REVIEW_OUTCOMES), name="outcome"),)
    __frozen__ = ("desk_id", "outcome", "remarks", "covers", "reviewed_by", "reviewed_at")

    id: Mapped[Key]
    desk_id: Mapped[UUID] = key_of("desk")
    outcome: Mapped[str] = mapped_column(String(8))
    remarks: Mapped[str]
    covers: Mapped[list[Any]] = mapped_column(JsonText)
    reviewed_by: Mapped[UUID] = key_of("person", index=False)
    reviewed_at: Mapped[datetime]


class Paragraph(Base):
    """A standard paragraph of an authority in one version. `key` is the same for all versions of one paragraph.

    `criterion` is the code of the criterion it is for; without one it serves all. A changed text is a new version; the
    old one is retired and stays, since findings name the version that they used.
    """

    __tablename__ = "paragraph"
    __table_args__ = (UniqueConstraint("key", "number"),)
    __frozen__ = ("authority_id", "key", "number", "title", "text", "criterion", "written_by", "written_at")

    id: Mapped[Key]
    authority_id: Mapped[UUID] = key_of("authority")
    key: Mapped[UUID]
    number: Mapped[int] = mapped_column(default=1)
    title: Mapped[str]
    text: Mapped[str]
    criterion: Mapped[Code | None]
    written_by: Mapped[UUID] = key_of("person", index=False)
    written_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class CaseTrait(Base):
    """What makes cases alike: an activity, a class of asset or a jurisdiction of the last submitted version."""

    __tablename__ = "case_trait"

    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    code: Mapped[Code] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("case.id"), primary_key=True, index=True)
