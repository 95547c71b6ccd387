"""The parties of a case by name, with their history, and the changes of ownership that a firm reported."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.parties import PARTY_KINDS
from sandbox.models.base import Base, Created, Key, key_of, one_of


class PartyChange(Base):
    """A change of ownership or control that the firm reported. Audience: the firm and every desk."""

    __tablename__ = "party_change"

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    what: Mapped[str]
    effective_on: Mapped[date]
    reported_by: Mapped[UUID] = key_of("person", index=False)
    reported_at: Mapped[Created]


class CaseParty(Base):
    """One party of a case by name; the ones without `ended_at` count. `change_id`: the report that named it."""

    __tablename__ = "case_party"
    __table_args__ = (CheckConstraint(one_of("kind", PARTY_KINDS), name="kind"),)

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case")
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str]
    change_id: Mapped[UUID | None] = key_of("party_change", nullable=True, index=False)
    named_at: Mapped[Created]
    ended_at: Mapped[datetime | None]
