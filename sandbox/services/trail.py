"""The trail: one chain a scope, written in the transaction of the change."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.chain import GENESIS, body_hash, envelope_digest, frozen_digest
from sandbox.extensions import db
from sandbox.models.base import Base, now
from sandbox.models.trail import Audience, TrailBody, TrailEvent, TrailScope
from sandbox.services.unit import add


def case_scope(case_id: UUID) -> str:
    """The scope of a case's chain."""
    return f"case:{case_id}"


def organisation_scope(organisation_id: UUID | None) -> str:
    """The scope of what concerns an organisation and no case."""
    return f"organisation:{organisation_id}"


SIGN_INS = "sign-ins"
PROGRAMME = "programme"


def frozen_columns(row: Base) -> dict[str, Any]:
    """The columns of a row that may never change, as plain values."""
    return {name: getattr(row, name) for name in row.__frozen__}


def digest_of(row: Base) -> str:
    """The digest that the trail holds of a frozen row."""
    return frozen_digest(row.__tablename__, frozen_columns(row))


def show_to(item: Base, kind: str, parties: Iterable[str], *, case_id: UUID | None, visible: bool = True) -> None:
    """Add parties to an item's audience; not `visible` means sealed until opening."""
    gate = now() if visible else None
    for party in sorted(set(parties)):
        db.session.add(
            Audience(
                item_id=item.id,  # type: ignore[attr-defined]
                party=party,
                item_kind=kind,
                case_id=case_id,
                visible_from=gate,
            ),
        )


def _head(scope: str) -> TrailScope:
    """The head of a scope, made at need and locked until the transaction ends."""
    statement = select(TrailScope).where(TrailScope.scope == scope).with_for_update()
    if (known := db.session.scalar(statement)) is not None:
        return known
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    db.session.execute(insert(TrailScope).values(scope=scope, size=0, head=GENESIS).on_conflict_do_nothing())
    return db.session.execute(statement).scalar_one()


def record(
    scope: str,
    action: Action,
    actor: Actor,
    audience: Iterable[str],
    *,
    case_id: UUID | None = None,
    detail: Mapping[str, Any] | None = None,
    froze: Iterable[Base] = (),
    released: Iterable[Base] = (),
    at: datetime | None = None,
) -> TrailEvent:
    """Append one event. `froze` rows may not change from now on, until an event names them as `released`."""
    db.session.flush()
    head = _head(scope)
    parties = sorted(set(audience))
    body = {
        "actor": {
            "person": str(actor.person_id) if actor.person_id else None,
            "name": actor.name,
            "organisation": actor.organisation_name,
        },
        "detail": dict(detail or {}),
        "froze": [{"table": row.__tablename__, "id": str(row.id), "digest": digest_of(row)} for row in froze],  # type: ignore[attr-defined]
        "released": [{"table": row.__tablename__, "id": str(row.id)} for row in released],  # type: ignore[attr-defined]
    }
    salt = secrets.token_hex(16)
    moment = at or now()
    hashed = body_hash(salt, body)
    sequence = head.size + 1
    digest = envelope_digest(scope, sequence, moment, action.value, parties, hashed, head.head)
    event = add(
        TrailEvent(
            scope=scope,
            sequence=sequence,
            at=moment,
            kind=action.value,
            audience=parties,
            body_hash=hashed,
            previous=head.head,
            digest=digest,
        ),
    )
    db.session.add(TrailBody(event_id=event.id, salt=salt, body=body))
    show_to(event, "trail", parties, case_id=case_id)
    head.size, head.head = sequence, digest
    return event


def sha256(content: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
