"""How the trail's chain is computed, so that anybody can check it (hash chain, salted bodies)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sandbox.domain.canonical import canonical_json

GENESIS = "0" * 64


def _digest(value: Any) -> str:
    return hashlib.sha256(canonical_json(value)).hexdigest()


def body_hash(salt: str, body: Mapping[str, Any]) -> str:
    """The salted hash of an event's body: without the salt a short body cannot be guessed from its hash."""
    return _digest({"salt": salt, "body": body})


def envelope_digest(
    scope: str,
    sequence: int,
    at: datetime,
    kind: str,
    audience: Iterable[str],
    body: str,
    previous: str,
) -> str:
    """The digest of an envelope, which covers the digest before it."""
    return _digest(
        {
            "scope": scope,
            "sequence": sequence,
            "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
            "kind": kind,
            "audience": sorted(audience),
            "body": body,
            "previous": previous,
        },
    )


def checkpoint_root(at: datetime, previous: str, heads: Iterable[Mapping[str, Any]]) -> str:
    """The root of a checkpoint: the heads that changed since the checkpoint before, whose root it covers."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return _digest({"at": moment, "previous": previous, "heads": [dict(head) for head in heads]})


def frozen_digest(table: str, columns: Mapping[str, Any]) -> str:
    """The digest of the columns of a row that may never change."""
    return _digest({"table": table, "columns": {name: _plain(value) for name, value in columns.items()}})


def _plain(value: Any) -> Any:
    """A value as the same JSON on every database."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, Decimal):  # the same number has the same text before and after storage
        return format(value.quantize(Decimal("0.0001")), "f")
    if value is None or isinstance(value, str | int | bool | list | dict):
        return value
    return str(value)
