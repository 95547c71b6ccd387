"""Checkpoints: all heads of the trail at one moment, chained and signed, so that a lost tail or scope is noticed.

A checkpoint holds the heads that changed since the one before; its root covers the root before it. Whoever keeps a
printed root elsewhere can tell later whether anything that it covered has been changed.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import select, text

from sandbox.adapters import seals
from sandbox.domain.chain import GENESIS, checkpoint_root
from sandbox.extensions import db, setting
from sandbox.models.base import now
from sandbox.models.trail import TrailCheckpoint, TrailScope
from sandbox.services.unit import add, use_case

ONE_AT_A_TIME = 7_260_101  # the number of the lock that PostgreSQL holds for whoever makes a checkpoint


@use_case
def make() -> UUID:
    """Make a checkpoint now and return its id. Raises seals.SealUnavailable."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ONE_AT_A_TIME})
    known: dict[str, tuple[int, str]] = {}
    previous, at = GENESIS, now()
    rows = db.session.execute(
        select(TrailCheckpoint.at, TrailCheckpoint.root, TrailCheckpoint.heads).order_by(TrailCheckpoint.at),
    )
    for row in rows:
        known |= {head["scope"]: (head["size"], head["head"]) for head in row.heads}
        previous, at = row.root, max(at, row.at + timedelta(microseconds=1))
    heads = [
        {"scope": row.scope, "size": row.size, "head": row.head}
        for row in db.session.execute(
            select(TrailScope.scope, TrailScope.size, TrailScope.head).order_by(TrailScope.scope),
        )
        if known.get(row.scope) != (row.size, row.head)
    ]
    root = checkpoint_root(at, previous, heads)
    key, signature = seals.seal(Path(setting("KEYS")), setting("KEY_PASSPHRASE"), root)
    return add(TrailCheckpoint(at=at, heads=heads, root=root, signature=signature, key=key)).id


__all__ = ["make"]
