"""What pages of the live test are made of, and what states are called. Plain rows, no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sandbox.domain.conditions import AT_MOST, Limit

PLACES = {
    "awaiting_preconditions": ("Waits for preconditions", "warning"),
    "ready": ("Ready to start", "info"),
    "live": ("Live", "good"),
    "paused": ("Paused", "warning"),
    "suspended": ("Suspended", "bad"),
    "ending": ("Ending", "warning"),
    "exited": ("Ended", "neutral"),
    "terminated": ("Terminated", "bad"),
    "lapsed": ("Lapsed", "neutral"),
}
REPORTS = {
    "due": ("Due", "info"),
    "draft": ("Saved, not certified", "progress"),
    "certified": ("Certified", "good"),
    "accepted": ("Accepted", "good"),
    "returned": ("Returned", "warning"),
}
BREACHES = {
    "open": ("Open", "bad"),
    "answered": ("Answered", "warning"),
    "cured": ("Cured", "good"),
    "waived": ("Waived", "info"),
    "escalated": ("Escalated", "bad"),
    "closed": ("Closed", "neutral"),
}
CONDITIONS = {
    "agreed": ("Agreed", "info"),
    "imposed": ("Imposed", "info"),
    "active": ("Active", "progress"),
    "discharged": ("Met", "good"),
    "waived": ("Waived", "neutral"),
    "superseded": ("Superseded", "neutral"),
    "ended": ("Ended", "neutral"),
}
OPEN_REPORTS = frozenset({"due", "draft", "returned"})


@dataclass(frozen=True, slots=True)
class Value:
    """A reported value, with the report it stands in."""

    metric: str
    jurisdiction: str
    currency: str | None
    value: Decimal
    report: str = ""


@dataclass(frozen=True, slots=True)
class Use:
    """How much of a limit was used in one jurisdiction, by the last report that says so."""

    value: Value
    broken: bool
    tone: str


@dataclass(frozen=True, slots=True)
class ConditionLine:
    """A condition of the trial with its owner, and for a limit the last reported values."""

    id: UUID
    number: str
    owner: str
    owner_id: UUID
    kind: str
    title: str
    text: str
    origin: str
    state: str
    jurisdictions: tuple[str, ...]
    metric: str | None
    comparator: str | None
    threshold: Decimal | None
    currency: str | None
    window: str | None
    due_rule: str | None
    precedent_to_start: bool
    uses: tuple[Use, ...] = ()

    @property
    def state_words(self) -> tuple[str, str]:
        """The state in words, and its tone."""
        return CONDITIONS[self.state]

    @property
    def at_most(self) -> bool:
        """The limit is an upper one: its use can be drawn as a bar."""
        return self.comparator == AT_MOST


@dataclass(frozen=True, slots=True)
class Place:
    """The trial in one jurisdiction. `open_preconditions`: titles of what has to be met before it can start."""

    jurisdiction: str
    state: str
    words: str
    tone: str
    started_on: date | None
    ends_on: date | None
    open_preconditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """Something due, on one authority's calendar, with the steps that lead to the date."""

    title: str
    owner: str
    due_on: date
    calendar: str
    steps: tuple[str, ...]
    provisional: bool
    past: bool


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A report as the reader may know it. `late`: its day has passed and it is not certified, or it came after it."""

    id: UUID
    title: str
    period_from: date
    period_to: date
    due_on: date
    state: str
    words: str
    tone: str
    late: bool
    readable: bool
    certified_at: datetime | None
    record: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class BreachLine:
    """A limit that a reported value broke."""

    id: UUID
    case_id: UUID
    report_id: UUID
    report: str
    number: str
    title: str
    owner: str
    owner_id: UUID
    metric: str
    comparator: str
    currency: str | None
    jurisdiction: str
    value: Decimal
    threshold: Decimal
    state: str
    words: str
    tone: str
    answer: str | None
    remark: str | None
    opened_at: datetime


def values_of(record: Mapping[str, Any] | None, title: str = "") -> tuple[Value, ...]:
    """The values of a certified report's record."""
    return tuple(
        Value(row["metric"], row["jurisdiction"], row["currency"], Decimal(row["value"]), title)
        for row in (record or {}).get("values", ())
    )


def uses(condition: Any, last: Iterable[Value]) -> tuple[Use, ...]:
    """How the last values stand to a limit: broken, close to it (from nine tenths), or well within."""
    if condition.metric is None or condition.threshold is None:
        return ()
    limit = Limit(condition.metric, condition.comparator, condition.threshold, currency=condition.currency)
    found = []
    for value in last:
        here = not condition.jurisdictions or value.jurisdiction in condition.jurisdictions
        if here and value.metric == limit.metric and value.currency == limit.currency:
            broken = limit.breached_by(value.value)
            close = condition.comparator == AT_MOST and value.value * 10 >= limit.threshold * 9
            found.append(Use(value, broken, "bad" if broken else "warning" if close else "good"))
    return tuple(found)


def newest(reports: Iterable[ReportLine]) -> tuple[Value, ...]:
    """Of each metric, jurisdiction and currency the value of the latest certified report."""
    found: dict[tuple[str, str, str | None], Value] = {}
    for report in sorted(reports, key=lambda one: one.period_to):
        if report.state in {"certified", "accepted"}:
            for value in values_of(report.record, report.title):
                found[(value.metric, value.jurisdiction, value.currency)] = value
    return tuple(found.values())


__all__ = [
    "OPEN_REPORTS", "BreachLine", "ConditionLine", "MilestoneLine", "Place", "ReportLine", "Use", "Value", "newest",
    "uses", "values_of",
]  # fmt: skip
