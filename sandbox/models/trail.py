"""The trail: envelopes in one chain a scope, bodies apart, and who may see what (audience rows)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.models.base import Base, Created, Digest, JsonText, Key


class TrailScope(Base):
    """The head of one chain: a case, an authority, a firm, the programme, sign-ins."""

    __tablename__ = "trail_scope"

    scope: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(default=0)
    head: Mapped[Digest]


class TrailEvent(Base):
    """The envelope of one event. `digest` covers the envelope and the one before it in the scope."""

    __tablename__ = "trail_event"
    __table_args__ = (UniqueConstraint("scope", "sequence"),)

    id: Mapped[Key]
    scope: Mapped[str] = mapped_column(ForeignKey("trail_scope.scope"))
    sequence: Mapped[int]
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(64))
    audience: Mapped[list[Any]] = mapped_column(JsonText)
    body_hash: Mapped[Digest]
    previous: Mapped[Digest]
    digest: Mapped[Digest]


class TrailBody(Base):
    """What happened, apart from the envelope so that disposal keeps the chain whole."""

    __tablename__ = "trail_body"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("trail_event.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    body: Mapped[dict[str, Any]] = mapped_column(JsonText)


class TrailCheckpoint(Base):
    """All heads at one moment, signed, so that a lost tail or a vanished scope is noticed."""

    __tablename__ = "trail_checkpoint"

    id: Mapped[Key]
    at: Mapped[Created]
    heads: Mapped[list[Any]] = mapped_column(JsonText)
    root: Mapped[Digest]
    signature: Mapped[str]
    key: Mapped[str]


class AccessIntake(Base):
    """How far one file of the access log has been taken into the trail, in bytes. Written with the events."""

    __tablename__ = "access_intake"

    file: Mapped[str] = mapped_column(String(120), primary_key=True)
    taken: Mapped[int] = mapped_column(BigInteger, default=0)
    taken_at: Mapped[Created]


class Audience(Base):
    """One party that may see one item. `visible_from` is the time gate: empty while sealed."""

    __tablename__ = "audience"
    __table_args__ = (
        Index(None, "party", "case_id", "item_kind", "item_id"),
        Index(None, "case_id", "visible_from"),
    )

    item_id: Mapped[UUID] = mapped_column(primary_key=True)
    party: Mapped[str] = mapped_column(String(24), primary_key=True)
    item_kind: Mapped[str] = mapped_column(String(24))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("case.id"))
    visible_from: Mapped[datetime | None]
