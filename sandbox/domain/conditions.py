"""Conditions and limits: obligations as data, and when a reported value is over a limit."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

KINDS = (
    "limit", "safeguard", "disclosure", "reporting", "governance", "capital", "aml", "technology", "exit",
    "notification",
)  # fmt: skip
ORIGINS = ("firm", "imposed", "harmonised")
AT_MOST, AT_LEAST = "at_most", "at_least"
COMPARATORS = {AT_MOST: "at most", AT_LEAST: "at least"}
WINDOWS = {
    "at_any_time": "at any time",
    "per_day": "in any day",
    "per_month": "in any calendar month",
    "whole_trial": "over the whole trial",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """The measurable part of a condition: the value of `metric` in `window` must be at most or at least `threshold`."""

    metric: str
    comparator: str
    threshold: Decimal
    window: str = "at_any_time"
    currency: str | None = None
    jurisdictions: frozenset[str] = frozenset()

    def breached_by(self, value: Decimal) -> bool:
        """True when the value breaks the limit. A value equal to the threshold keeps it."""
        return value > self.threshold if self.comparator == AT_MOST else value < self.threshold

    def comparable(self, other: Limit) -> bool:
        """Two limits can be ordered: same metric, comparator, window and currency, overlapping jurisdictions."""
        same = (self.metric, self.comparator, self.window, self.currency)
        overlap = not self.jurisdictions or not other.jurisdictions or self.jurisdictions & other.jurisdictions
        return same == (other.metric, other.comparator, other.window, other.currency) and bool(overlap)


def stricter(one: Limit, other: Limit) -> Limit:
    """The limit that leaves less room. Raises ValueError when the two cannot be ordered."""
    if not one.comparable(other):
        raise ValueError("These limits cannot be compared: metric, window, currency or jurisdictions differ.")
    pick = min if one.comparator == AT_MOST else max
    return pick(one, other, key=lambda limit: limit.threshold)
