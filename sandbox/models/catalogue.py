"""Reference data as loaded from the catalogue's files: countries are data, and every fact names its source."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, UniqueConstraint, and_, false, or_, select
from sqlalchemy.orm import Mapped, aliased, mapped_column

from sandbox.domain.catalogue.terms import Relation, Vote
from sandbox.domain.coverage import STANDING
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
    charges_fees: Mapped[bool] = mapped_column(default=False, server_default=false())
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


class QuestionSet(Base):
    """The question set of a programme in one version, in `content`. Never changed, never deleted.

    `content` is empty only between the migration that gave earlier applications version 1 and the next load.
    """

    __tablename__ = "question_set"
    __table_args__ = (UniqueConstraint("programme_id", "version"),)

    id: Mapped[Key]
    programme_id: Mapped[UUID] = key_of("programme", index=False)
    version: Mapped[int]
    valid_from: Mapped[date]
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)
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


class IdentifierScheme(Base):
    """A register whose numbers firms can give: the form of its numbers, and the name of the check digits, if any."""

    __tablename__ = "identifier_scheme"

    code: Mapped[Code] = mapped_column(primary_key=True)
    title: Mapped[str]
    country: Mapped[str] = mapped_column(String(2))  # empty: any
    pattern: Mapped[str]
    check_digits: Mapped[str] = mapped_column(String(16))  # empty: none
    example: Mapped[str]
    hint: Mapped[str]
    source: Mapped[str]
    sure: Mapped[str] = mapped_column(String(16))
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


class Requirement(Base):
    """What an authority requires of an application, in one version; a changed text is a new version, the old one stays.

    `content` is the record of the catalogue, with the conditions under which it applies.
    """

    __tablename__ = "requirement"
    __table_args__ = (UniqueConstraint("authority_id", "code", "number"),)

    id: Mapped[Key]
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    code: Mapped[Code]
    number: Mapped[int] = mapped_column(default=1)
    current: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)
    loaded_at: Mapped[Created]


class RequirementEquivalence(Base):
    """How a requirement of one authority (`from`) stands to a requirement of another (`to`), dated and reasoned.

    A changed row is a new version (`number`); the one before stays, with the moment from which it stood no longer.
    """

    __tablename__ = "requirement_equivalence"
    __table_args__ = (
        UniqueConstraint(
            "from_authority_id", "from_requirement", "to_authority_id", "to_requirement", "valid_from", "number",
            name="uq_requirement_equivalence_version",
        ),
        CheckConstraint(one_of("relation", Relation), name="relation"),
    )  # fmt: skip

    id: Mapped[Key]
    from_authority_id: Mapped[UUID] = key_of("authority", index=False)
    from_requirement: Mapped[Code]
    to_authority_id: Mapped[UUID] = key_of("authority", index=False)
    to_requirement: Mapped[Code]
    relation: Mapped[str] = mapped_column(String(12))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    reason: Mapped[str]
    source: Mapped[str]
    sure: Mapped[str] = mapped_column(String(16))
    number: Mapped[int] = mapped_column(default=1)
    loaded_at: Mapped[Created]
    replaced_at: Mapped[datetime | None]


ONE, OTHER = aliased(Authority), aliased(Authority)  # the two sides of a row of the map


def current_requirements(codes: Collection[str]) -> Select[*tuple[str, dict[str, Any]]]:
    """Authority and content of every requirement that these authorities have now, in their order."""
    return (
        select(Authority.code, Requirement.content)
        .join(Authority, Authority.id == Requirement.authority_id)
        .where(Authority.code.in_(sorted(codes)), Requirement.current.is_(True))
        .order_by(Authority.code, Requirement.position)
    )


def all_equivalences() -> Select[*tuple[RequirementEquivalence, str, str]]:
    """Every row of the map, in all versions, with the codes of its authorities."""
    return (
        select(RequirementEquivalence, ONE.code, OTHER.code)
        .join(ONE, ONE.id == RequirementEquivalence.from_authority_id)
        .join(OTHER, OTHER.id == RequirementEquivalence.to_authority_id)
    )


def equivalences_on(day: date, codes: Collection[str]) -> Select[*tuple[RequirementEquivalence, str, str]]:
    """The rows between these authorities that are in force on a day, in a fixed order."""
    model, among = RequirementEquivalence, sorted(codes)
    return (
        all_equivalences()
        .where(
            ONE.code.in_(among),
            OTHER.code.in_(among),
            model.replaced_at.is_(None),
            model.valid_from <= day,
            or_(model.valid_until.is_(None), model.valid_until >= day),
        )
        .order_by(ONE.code, model.from_requirement, OTHER.code, model.to_requirement)
    )


def reliances_on(day: date, codes: Collection[str]) -> Select[*tuple[Any, ...]]:
    """Of these rows, those by which one authority rests on the other, with both requirements as they are now."""
    first, second = aliased(Requirement), aliased(Requirement)
    model = RequirementEquivalence
    return (
        equivalences_on(day, codes)
        .join(first, and_(first.authority_id == ONE.id, first.code == model.from_requirement, first.current.is_(True)))
        .join(
            second,
            and_(second.authority_id == OTHER.id, second.code == model.to_requirement, second.current.is_(True)),
        )
        .where(model.relation.in_(sorted(STANDING)))
        .add_columns(first.position, first.content, second.position, second.content)
    )
