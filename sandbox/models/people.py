"""Organisations, people, their roles, sessions and attempts to sign in."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.actors import Organisation as Kind
from sandbox.domain.actors import Role
from sandbox.models.base import Base, Created, Digest, JsonText, Key, key_of, one_of


class Organisation(Base):
    """A firm, an authority, the programme office, an audit body. `code` is set for authorities."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint(one_of("kind", [kind for kind in Kind if kind is not Kind.NONE]), name="kind"),
        UniqueConstraint("code"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str]
    code: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[Created]


class Firm(Base):
    """What identifies a firm's first legal entity; models.firms has the rest. The id is that of its organisation."""

    __tablename__ = "firm"

    id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    legal_name: Mapped[str]
    lei: Mapped[str | None] = mapped_column(String(20))  # not unique: that would say who else has registered
    company_number: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    address: Mapped[str] = mapped_column(default="")
    legal_form: Mapped[str | None] = mapped_column(String(16))
    group_name: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class Person(Base):
    """Somebody who signs in. Belongs to exactly one organisation."""

    __tablename__ = "person"

    id: Mapped[Key]
    organisation_id: Mapped[UUID] = key_of("organisation")
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str]
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class PersonRole(Base):
    """One role of one person."""

    __tablename__ = "person_role"
    __table_args__ = (CheckConstraint(one_of("role", [role for role in Role if role is not Role.SYSTEM]), name="role"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)


class UserSession(Base):
    """A signed-in session. The cookie holds the token, the table only its hash."""

    __tablename__ = "user_session"

    id: Mapped[Key]
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    person_id: Mapped[UUID] = key_of("person")
    content: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    created_at: Mapped[Created]
    last_seen_at: Mapped[Created]
    address: Mapped[str] = mapped_column(String(64), default="")
    agent: Mapped[str] = mapped_column(String(200), default="")


class SignInAttempt(Base):
    """A failed attempt; `key` is a hash of the account or of the address, so that no name is kept."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[Key]
    key: Mapped[Digest]
    at: Mapped[datetime]


class CalendarFeed(Base):
    """The secret address under which somebody's calendar program reads their dates; only its hash is kept."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    token_hash: Mapped[Digest] = mapped_column(unique=True)
    created_at: Mapped[Created]
