"""Conditions and limits: obligations as data, and when a reported value is over a limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

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
class Terms:
    """What makes a condition, from its proposal to the instrument."""

    kind: str
    title: str
    text: str
    origin: str
    legal_basis: str
    jurisdictions: tuple[str, ...]
    metric: str | None
    comparator: str | None
    threshold: Decimal | None
    currency: str | None
    window: str | None
    due_rule: str | None
    precedent_to_start: bool


CONDITION_FIELDS = tuple(Terms.__dataclass_fields__)


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
        return same == (other.metric, other.comparator, other.window, other.currency) and self.overlaps(other)

    def overlaps(self, other: Limit) -> bool:
        """Both apply in one jurisdiction at least; a limit that names none applies in all."""
        return not self.jurisdictions or not other.jurisdictions or bool(self.jurisdictions & other.jurisdictions)


def stricter(one: Limit, other: Limit) -> Limit:
    """The limit that leaves less room. Raises ValueError when the two cannot be ordered."""
    if not one.comparable(other):
        raise ValueError("These limits cannot be compared: metric, window, currency or jurisdictions differ.")
    pick = min if one.comparator == AT_MOST else max
    return pick(one, other, key=lambda limit: limit.threshold)


def excludes(one: Limit, other: Limit) -> bool:
    """No value keeps both limits: a floor above a ceiling on the same metric, window and currency, in one place."""
    if {one.comparator, other.comparator} != {AT_MOST, AT_LEAST}:
        return False
    ceiling, floor = (one, other) if one.comparator == AT_MOST else (other, one)
    same = (one.metric, one.window, one.currency) == (other.metric, other.window, other.currency)
    return same and one.overlaps(other) and floor.threshold > ceiling.threshold


def key_of_condition(condition: Mapping[str, Any]) -> str:
    """What makes conditions of two desks comparable: the metric of a limit, or the kind and title."""
    return condition["metric"] or f"{condition['kind']}:{condition['title'].strip().lower()}"[:80]


def limit_of(condition: Mapping[str, Any]) -> Limit | None:
    """The measurable part of a condition's record; None for a condition in words."""
    if not condition["metric"]:
        return None
    return Limit(
        condition["metric"],
        condition["comparator"],
        Decimal(str(condition["threshold"])),
        condition["window"] or "",
        condition["currency"],
        frozenset(condition.get("jurisdictions") or ()),
    )


def plain(number: Decimal) -> str:
    """A number with grouped digits and without empty decimals."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_words(condition: Mapping[str, Any]) -> str:
    """A condition in one line: its limit, as `at most GBP 2,000,000 at any time`, or its text."""
    if not condition["metric"]:
        return str(condition["text"])
    amount = f"{condition['currency'] or ''} {plain(Decimal(str(condition['threshold'])))}".strip()
    window = WINDOWS.get(condition["window"] or "", "")
    return f"{COMPARATORS[condition['comparator']]} {amount} {window}".strip()


def proposed_by_firm(condition: Mapping[str, Any], limits: Iterable[Mapping[str, Any]]) -> bool:
    """Does the firm's own test plan ask for no more than this condition allows, everywhere it applies?

    `limits` are those of the plan. True when, in each jurisdiction of the condition, the firm proposes a limit on the
    same metric, currency and window that is as strict or stricter. A stricter condition is one the firm did not ask
    for: it may make representations (FSMA 2000 s387), which no choice of words on a form takes away.
    """
    places = condition.get("jurisdictions") or ()
    return bool(places) and all(_within(condition, [row for row in limits if _same_thing(condition, row, place)])
                                for place in places)  # fmt: skip


def _same_thing(condition: Mapping[str, Any], limit: Mapping[str, Any], place: str) -> bool:
    return (
        limit.get("metric") == condition["metric"]
        and limit.get("jurisdiction") in (place, None, "")
        and (limit.get("currency") or condition.get("currency")) == condition.get("currency")
        and (limit.get("window") or condition.get("window")) == condition.get("window")
        and (limit.get("comparator") or condition["comparator"]) == condition["comparator"]
    )


def _within(condition: Mapping[str, Any], limits: Iterable[Mapping[str, Any]]) -> bool:
    threshold = Decimal(str(condition["threshold"]))
    own = [Decimal(str(row["threshold"])) for row in limits]
    if not own:
        return False
    return threshold >= min(own) if condition["comparator"] == AT_MOST else threshold <= max(own)


def origin_of(condition: Mapping[str, Any], limits: Iterable[Mapping[str, Any]]) -> str:
    """Where a condition comes from: what the firm is said to have proposed must stand in its plan.

    Without a measurable part the officer's word stands, and a desk may always say that it asks for the condition.
    """
    claimed = str(condition.get("origin") or "imposed")
    if claimed == "firm" and condition.get("metric") and not proposed_by_firm(condition, limits):
        return "imposed"
    return claimed


def condition_record(row: Any) -> dict[str, Any]:
    """A condition as plain values for a frozen record."""
    values = {name: getattr(row, name) for name in CONDITION_FIELDS}
    if isinstance(values["threshold"], Decimal):
        values["threshold"] = format(values["threshold"].normalize(), "f")
    return values
