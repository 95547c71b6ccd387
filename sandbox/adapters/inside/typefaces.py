"""The own typeface of documents, cut once to the weights they use: unpacking a variable web font takes longer than a
page. Runs in the warm process, before any child is made; what was cut is kept in the user's cache folder."""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import fontTools  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fontTools.varLib import instancer  # type: ignore[import-untyped]


def cut(paths: Mapping[str, str], weights: tuple[int, ...]) -> dict[str, bytes]:
    """`NAME-WEIGHT` → a plain TrueType font, for every file and weight. The same file always gives the same bytes."""
    faces: dict[str, bytes] = {}
    for name, path in paths.items():
        packed = Path(path).read_bytes()
        faces |= {f"{name}-{weight}": face for weight, face in _weights(packed, weights).items()}
    return faces


def _weights(packed: bytes, weights: tuple[int, ...]) -> dict[int, bytes]:
    """All weights of one font, from the cache where it has them."""
    key = hashlib.sha256(packed + fontTools.version.encode()).hexdigest()[:24]
    places = {weight: _cache() / f"{key}-{weight}.ttf" for weight in weights}
    with suppress(OSError):
        return {weight: place.read_bytes() for weight, place in places.items()}
    unpacked = _plain(packed)
    faces = {weight: _plain(unpacked, weight) for weight in weights}
    with suppress(OSError):  # a machine without a cache folder only starts slower
        _cache().mkdir(mode=0o700, parents=True, exist_ok=True)
        for weight, place in places.items():
            half = place.with_suffix(f".{os.getpid()}.part")
            half.write_bytes(faces[weight])
            half.replace(place)
    return faces


def _plain(data: bytes, weight: int | None = None) -> bytes:
    """The font without packing; at one weight where one is given."""
    with TTFont(io.BytesIO(data), recalcTimestamp=False) as font:
        if weight is not None and "fvar" in font:
            instancer.instantiateVariableFont(font, {"wght": weight}, inplace=True)
        font.flavor = None
        result = io.BytesIO()
        font.save(result)
        return result.getvalue()


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "joint-sandbox-portal" / "typefaces"
