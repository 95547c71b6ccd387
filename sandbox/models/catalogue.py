"""Reference data as loaded from the catalogue's files: countries are data, and every fact names its source."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.catalogue.terms import Relation, Vote
from sandbox.models.base import Base, Code, Created, Digest, JsonText, Key, key_of, one_of

PARTS = ("decides", "consents", "consults", "observes")


class CatalogueLoad(Base):
    """One load of the catalogue's files that changed something."""

    __tablename__ = "catalogue_load"

    id: Mapped[Key]
    loaded_at: Mapped[Created]
    digest: Mapped[Digest]


class Jurisdiction(Base):
    """A country as the portal needs it."""

    __tablename__ = "jurisdiction"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str]
    country: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    language: Mapped[str] = mapped_column(String(8))
    time_zone: Mapped[str] = mapped_column(String(64))
    source: Mapped[str]
    sure: Mapped[str] = mapped_column(String(16))


class Authority(Base):
    """A regulator. The id is that of its organisation; `content` holds the whole compendium record."""

    __tablename__ = "authority"

    id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    name: Mapped[str]
    jurisdiction: Mapped[str] = mapped_column(ForeignKey("jurisdiction.code"))
    calendar: Mapped[str] = mapped_column(String(16))
    time_zone: Mapped[str] = mapped_column(String(64))
    signatories_required: Mapped[int] = mapped_column(default=1)
    may_refuse_to_review: Mapped[bool] = mapped_column(default=False)
    quality_review: Mapped[bool] = mapped_column(default=False)
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)


class Instrument(Base):
    """The legal form of an authority's act, with its procedure items in `content`."""

    __tablename__ = "instrument"
    __table_args__ = (UniqueConstraint("authority_id", "code"),)

    id: Mapped[Key]
    authority_id: Mapped[UUID] = key_of("authority")
    code: Mapped[Code]
    name: Mapped[str]
    legal_basis: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)


class Criterion(Base):
    """What an authority assesses, in one version; a changed text is a new version, the old one stays."""

    __tablename__ = "criterion"
    __table_args__ = (UniqueConstraint("authority_id", "code", "number"),)

    id: Mapped[Key]
    authority_id: Mapped[UUID] = key_of("authority")
    code: Mapped[Code]
    number: Mapped[int] = mapped_column(default=1)
    current: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    title: Mapped[str]
    question: Mapped[str]
    joint: Mapped[Code]
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)


class Programme(Base):
    """A joint sandbox arrangement; `content` holds joint criteria, activities, metrics, safeguards and texts."""

    __tablename__ = "programme"

    id: Mapped[Key]
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[str]
    reference_prefix: Mapped[str] = mapped_column(String(8))
    allows_fewer: Mapped[bool] = mapped_column(default=False)
    joint_meeting: Mapped[bool] = mapped_column(default=False)
    vote: Mapped[str] = mapped_column(String(16), default=Vote.NONE.value)
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)


class ProgrammeAuthority(Base):
    """An authority's place in a programme."""

    __tablename__ = "programme_authority"
    __table_args__ = (CheckConstraint(one_of("part", PARTS), name="part"),)

    programme_id: Mapped[UUID] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id"), primary_key=True)
    required: Mapped[bool] = mapped_column(default=True)
    part: Mapped[str] = mapped_column(String(12), default="decides")
    position: Mapped[int] = mapped_column(default=0)


class RuleSet(Base):
    """The ordered routing rules of a programme in one version, in `content`. Never changed, never deleted."""

    __tablename__ = "rule_set"
    __table_args__ = (UniqueConstraint("programme_id", "version"),)

    id: Mapped[Key]
    programme_id: Mapped[UUID] = key_of("programme", index=False)
    version: Mapped[int]
    valid_from: Mapped[date]
    content: Mapped[list[Any]] = mapped_column(JsonText)
    loaded_at: Mapped[Created]


class ClockRule(Base):
    """A deadline rule of an authority; `content` is the rule that the clock engine reads."""

    __tablename__ = "clock_rule"
    __table_args__ = (UniqueConstraint("authority_id", "code"),)

    id: Mapped[Key]
    authority_id: Mapped[UUID] = key_of("authority")
    code: Mapped[Code]
    kind: Mapped[str] = mapped_column(String(32))
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)


class Standard(Base):
    """An international standard or national rule that a finding can cite. `code` is framework and number."""

    __tablename__ = "standard"

    code: Mapped[Code] = mapped_column(primary_key=True)
    framework: Mapped[str]
    number: Mapped[str] = mapped_column(String(16))
    title: Mapped[str]
    status: Mapped[str]
    position: Mapped[int]


class Equivalence(Base):
    """How a criterion of one authority (`from`) stands to a criterion of another (`to`), dated and reasoned."""

    __tablename__ = "equivalence"
    __table_args__ = (
        UniqueConstraint("from_authority_id", "from_criterion", "to_authority_id", "to_criterion", "valid_from"),
        CheckConstraint(one_of("relation", Relation), name="relation"),
    )

    id: Mapped[Key]
    from_authority_id: Mapped[UUID] = key_of("authority", index=False)
    from_criterion: Mapped[Code]
    to_authority_id: Mapped[UUID] = key_of("authority", index=False)
    to_criterion: Mapped[Code]
    relation: Mapped[str] = mapped_column(String(12))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    reason: Mapped[str]
    source: Mapped[str]
    sure: Mapped[str] = mapped_column(String(16))
