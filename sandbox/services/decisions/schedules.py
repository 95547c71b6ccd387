"""The dates of a test: milestones on each authority's calendar, each able to say why this date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sandbox.adapters.calendars import calendar
from sandbox.domain.clocks import Due, due, rule_from_text
from sandbox.models.catalogue import Authority, Programme

FINAL_REPORT = {"length": 20, "unit": "working_days"}


@dataclass(frozen=True, slots=True)
class Dated:
    """Something due: where, when and by which steps."""

    code: str
    title: str
    authority: str
    due_on: date
    calendar: str
    basis: str
    steps: tuple[str, ...]
    provisional: bool


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period; both ends belong to it."""

    start: date
    end: date


def cadence(programme: Programme) -> Mapping[str, Any]:
    """How often trials of the programme report: monthly where the programme knows it, else its first cadence."""
    known = {row["code"]: row for row in programme.content["cadences"]}
    return known.get("monthly") or next(iter(known.values()))


def months_after(start: date, count: int) -> date:
    """The same day `count` months later; the last day of a shorter month."""
    at = due(rule_from_text(count, "months"), start, ()).at
    return at


def periods(start: date, months: int, rhythm: Mapping[str, Any]) -> list[Period]:
    """The reporting periods of a test of `months` months."""
    end = months_after(start, months) - timedelta(days=1)
    found: list[Period] = []
    first, count = start, 0
    while first <= end and count < 240:
        count += 1
        step = count * int(rhythm["every"])
        after = months_after(start, step) if rhythm["unit"] == "months" else start + timedelta(weeks=step)
        found.append(Period(first, min(after - timedelta(days=1), end)))
        first = after
    return found


def report_due(authority: Authority, period: Period, rhythm: Mapping[str, Any]) -> Due:
    """When the report of a period is due on the authority's calendar."""
    rule = rule_from_text(int(rhythm["due_after"]), rhythm["due_unit"])
    return due(rule, period.end, (calendar(authority.calendar),))


def milestones(programme: Programme, authorities: Iterable[Authority], start: date, months: int) -> list[Dated]:
    """First report, end of the test and final report, on each authority's calendar."""
    rhythm = cadence(programme)
    spans = periods(start, months, rhythm)
    found: list[Dated] = []
    for authority in authorities:
        first = report_due(authority, spans[0], rhythm)
        final = due(rule_from_text(**FINAL_REPORT), spans[-1].end, (calendar(authority.calendar),))  # type: ignore[arg-type]
        basis = f"{rhythm['due_after']} {str(rhythm['due_unit']).replace('_', ' ')} after the period ends"
        found += [
            _dated("first-report", "First report due", authority, first, basis),
            Dated(
                code="end",
                title="Test ends",
                authority=authority.code,
                due_on=spans[-1].end,
                calendar=authority.calendar,
                basis=f"{months} months from the start",
                steps=(f"The test of {months} months starts on {start.isoformat()}.",),
                provisional=False,
            ),
            _dated("final-report", "Final report due", authority, final, "20 working days after the test ends"),
        ]
    return found


def _dated(code: str, title: str, authority: Authority, at: Due, basis: str) -> Dated:
    return Dated(code, title, authority.code, at.at, authority.calendar, basis, at.explain(), at.provisional)
