"""A firm's profile beyond its first legal entity, its outside counsel, and invitations to join an organisation."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.entities import COMPANY, FORMS
from sandbox.domain.firms import CONTROLLER_KINDS
from sandbox.domain.invitations import KINDS
from sandbox.models.base import Base, Created, Digest, JsonText, Key, key_of, one_of


class Invitation(Base):
    """A link by mail that works once: to register a firm, to join an organisation, to act for a firm as counsel.

    Only the link's hash is kept; it is made when the letter leaves, so no letter that waits carries it.
    """

    __tablename__ = "invitation"
    __table_args__ = (CheckConstraint(one_of("kind", KINDS), name="kind"),)

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(16))
    organisation_id: Mapped[UUID | None] = key_of("organisation", nullable=True)  # none: a firm that registers
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(default="")
    content: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    token_hash: Mapped[Digest | None] = mapped_column(String(64), unique=True)
    invited_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    created_at: Mapped[Created]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Engagement(Base):
    """Counsel acts for a firm from `begins_at` until `ends_at` (none: until it is ended)."""

    __tablename__ = "engagement"

    id: Mapped[Key]
    firm_id: Mapped[UUID] = key_of("firm")
    counsel_id: Mapped[UUID] = key_of("person")
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    made_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    made_at: Mapped[Created]
    ended_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class LegalEntity(Base):
    """A further legal entity of a firm; the first one is the firm's own record."""

    __tablename__ = "legal_entity"
    __table_args__ = (CheckConstraint(one_of("legal_form", FORMS), name="legal_form"),)

    id: Mapped[Key]
    firm_id: Mapped[UUID] = key_of("firm")
    name: Mapped[str]
    legal_form: Mapped[str] = mapped_column(String(16), default=COMPANY)
    country: Mapped[str] = mapped_column(String(2))
    address: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(default="")
    lei: Mapped[str] = mapped_column(String(20), default="")
    added_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class FirmIdentifier(Base):
    """A firm's number in a register. `scheme` is the code of a row of `identifier_scheme`."""

    __tablename__ = "firm_identifier"

    id: Mapped[Key]
    firm_id: Mapped[UUID] = key_of("firm")
    scheme: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(64))
    whose: Mapped[str] = mapped_column(default="")  # the legal entity that it is of; empty: the firm
    added_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Controller(Base):
    """Somebody who owns or controls the firm. `share` is in per cent."""

    __tablename__ = "controller"
    __table_args__ = (CheckConstraint(one_of("kind", CONTROLLER_KINDS), name="kind"),)

    id: Mapped[Key]
    firm_id: Mapped[UUID] = key_of("firm")
    name: Mapped[str]
    kind: Mapped[str] = mapped_column(String(16))
    share: Mapped[Decimal | None]
    country: Mapped[str] = mapped_column(String(2), default="")
    added_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Licence(Base):
    """A licence, registration or permission that the firm or one of its entities holds."""

    __tablename__ = "licence"

    id: Mapped[Key]
    firm_id: Mapped[UUID] = key_of("firm")
    authority: Mapped[str]
    number: Mapped[str] = mapped_column(String(64), default="")
    scope: Mapped[str]
    since: Mapped[date | None]
    added_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
