"""One spelling for one record: the bytes that are hashed, printed and attached are always the same for the same facts.

Keys are sorted, text is UTF-8, there is no white space, money stays a decimal string, and a value that is not a number
(NaN, Infinity) is refused: a signed record must mean the same to every reader.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID


def canonical_json(record: Any) -> bytes:
    """The canonical JSON of a record.

    Decimals become strings with their places kept, dates ISO 8601, moments UTC with a `Z`, ids their text.
    Raises ValueError for a value that is not finite, a moment without a zone, or text that is not Unicode; TypeError
    for a key that is not text or a value of a kind that JSON has no place for.
    """
    return json.dumps(
        _plain(record), sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
    ).encode("utf-8")


def record_hash(record: Any) -> str:
    """SHA-256 of the canonical JSON, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(record)).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return [_plain(item) for item in sorted(value)]
    return _scalar(value)


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"The name of a field must be text, not {type(key).__name__}.")
    return key


def _scalar(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _finite(value, value.is_finite()) and format(value, "f")
    if isinstance(value, float):
        return _finite(value, math.isfinite(value)) and value
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"A record cannot hold a {type(value).__name__}.")


def _finite(value: object, finite: bool) -> bool:
    if not finite:
        raise ValueError(f"A record cannot hold {value}: only finite numbers.")
    return True
