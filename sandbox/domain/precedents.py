"""Same activity, same risk, same regulation: which earlier decisions are alike, and where a proposal departs from them.

The principle is FSB-CA 2023, recommendation 2. Alike is a case with a common activity, a common class of asset and a
limit of the same order; a departure is a proposed limit outside the range of theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sandbox.domain.conditions import AT_MOST, Limit, plain

FACTOR = 10  # limits up to ten times as high, or a tenth, are of the same order


@dataclass(frozen=True, slots=True)
class Departure:
    """A proposed limit outside the range of earlier ones. `way`: looser or stricter."""

    metric: str
    theirs: str
    ours: str
    way: str


def _kind(limit: Limit) -> tuple[str, str, str, str | None]:
    return limit.metric, limit.comparator, limit.window, limit.currency


def same_scale(ours: Iterable[Limit], theirs: Iterable[Limit]) -> bool:
    """One limit that both have is of the same order; where they have none in common, nothing speaks against it."""
    earlier = {_kind(one): one.threshold for one in theirs}
    pairs = [(one.threshold, earlier[_kind(one)]) for one in ours if _kind(one) in earlier]
    return not pairs or any(min(pair) * FACTOR >= max(pair) for pair in pairs)


def departures(ours: Iterable[Limit], theirs: Iterable[Limit]) -> list[Departure]:
    """Our limits that lie outside the range of the earlier ones on the same metric, window and currency."""
    ranges: dict[tuple[str, str, str, str | None], list[Decimal]] = {}
    for one in theirs:
        ranges.setdefault(_kind(one), []).append(one.threshold)
    found = []
    for one in ours:
        known = ranges.get(_kind(one))
        if known is None or min(known) <= one.threshold <= max(known):
            continue
        higher = one.threshold > max(known)
        way = "looser" if higher == (one.comparator == AT_MOST) else "stricter"
        found.append(Departure(one.metric, _words(known, one.currency), _words([one.threshold], one.currency), way))
    return found


def _words(values: list[Decimal], currency: str | None) -> str:
    low, high = min(values), max(values)
    span = plain(low) if low == high else f"{plain(low)} to {plain(high)}"
    return f"{currency} {span}" if currency else span


__all__ = ["FACTOR", "Departure", "departures", "same_scale"]
