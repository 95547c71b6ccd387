"""One clock of one desk as its event list tells it: from the rows of the list to the date, the counts and the steps.

Rule: days are those of the authority's own time zone; clocks in hours keep the instants. What comes after the end of
the clock (its decision) changes nothing. A long-stop runs from the day on which the application was received.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from sandbox.domain.calendars import Calendar, local_day
from sandbox.domain.clocks.counting import Due, before, due
from sandbox.domain.clocks.events import Event, EventKind
from sandbox.domain.clocks.rules import ClockRule, Unit
from sandbox.domain.clocks.usage import Usage, usage

STARTED, STOPPED = "started", "stopped"
WARNING, LONG_STOP = "warning", "long_stop"
WARNINGS = (WARNING, LONG_STOP)
LONG_STOP_ALERTS = (30, 10, 1)  # calendar days before the long-stop, whatever has paused the clock
RECORDED = (STARTED, EventKind.PAUSED, EventKind.REPLIED, EventKind.COMPLETED, EventKind.RESUMED, STOPPED)


class Recorded(Protocol):
    """A row of a desk's list of events."""

    @property
    def kind(self) -> str:
        """One of RECORDED."""

    @property
    def at(self) -> datetime:
        """When it happened."""

    @property
    def reason(self) -> str:
        """Why, in words."""

    @property
    def cause(self) -> str | None:
        """What kind of thing asked for a pause, for events about one."""

    @property
    def cause_id(self) -> object:
        """Which one it was, or None."""


@dataclass(frozen=True, slots=True)
class Point:
    """A day on which something is to be said: `distance` before the end of the clock, or before its long-stop."""

    kind: str
    distance: int
    day: date
    end: date


@dataclass(frozen=True, slots=True)
class Run:
    """A clock that was started. `received`: the day (or instant) from which its long-stop runs."""

    rule: ClockRule
    calendars: tuple[Calendar, ...]
    time_zone: str
    start: date
    events: tuple[Event, ...]
    stopped: date | None
    received: date

    def moment(self, at: datetime) -> date:
        """An instant as this clock counts: the day where the authority is, or the instant itself for hours."""
        return at if self.rule.unit is Unit.HOURS else local_day(at, self.time_zone)

    def as_day(self, at: date) -> date:
        """A day of this clock, or the day of an instant of it, where the authority is."""
        return local_day(at, self.time_zone) if isinstance(at, datetime) else at

    def day(self, at: datetime) -> date:
        """The day of a moment where the authority is."""
        return local_day(at, self.time_zone)

    def due(self, at: datetime) -> Due:
        """When the clock ends, as seen at a moment: a pause that is still open counts up to it."""
        return self.due_on(self.moment(at))

    def due_on(self, day: date) -> Due:
        """The same, as seen on a day (an instant for hours)."""
        as_of = self._within(day)
        return due(self.rule, self.start, self.calendars, self.events, as_of=as_of, long_stop_from=self.received)

    def usage(self, at: datetime) -> Usage:
        """What is used, left and paused at a moment; of a clock that has ended, at its end."""
        return self.usage_on(self.moment(at))

    def usage_on(self, day: date) -> Usage:
        """The same, on a day (an instant for hours)."""
        day = max(self._within(day), self.start)
        return usage(self.rule, self.start, self.calendars, self.events, day, long_stop_from=self.received)

    @property
    def counts_from(self) -> date:
        """The day from which it counts: its start, or the last time it was started anew."""
        return max((event.at for event in self.events if event.kind is EventKind.RESTARTED), default=self.start)

    def points(self, at: datetime) -> tuple[Point, ...]:
        """The warning points of the clock and the alerts before its long-stop, in order; none once it has ended."""
        if self.stopped is not None:
            return ()
        found = self.due(at)
        points = [
            Point(WARNING, n, before(found.at, n, self.rule, self.calendars), found.at) for n in self.rule.warn_at
        ]
        if found.long_stop is not None:
            stop = found.long_stop
            points += [Point(LONG_STOP, n, stop - timedelta(days=n), stop) for n in LONG_STOP_ALERTS]
        return tuple(sorted((point for point in points if point.day > self.counts_from), key=lambda point: point.day))

    def with_events(self, *more: Event) -> Run:
        """The same clock if these happened too."""
        return replace(self, events=(*self.events, *more))

    def _within(self, day: date) -> date:
        return day if self.stopped is None else min(day, self.stopped)


def run_of(
    rule: ClockRule,
    calendars: Sequence[Calendar],
    time_zone: str,
    rows: Iterable[Recorded],
    received: datetime | None = None,
) -> Run | None:
    """The clock of a list of events, None when it was never started. `received`: when the application came.

    A clock that is started again counts from that day anew.
    """
    hours = rule.unit is Unit.HOURS
    start: date | None = None
    stopped: date | None = None
    events: list[Event] = []
    for row in sorted(rows, key=lambda row: row.at):
        at: date = row.at if hours else local_day(row.at, time_zone)
        if row.kind == STARTED and start is None:
            start = at
        elif row.kind == STARTED:
            stopped = None
            events.append(Event(EventKind.RESTARTED, at, row.reason))
        elif row.kind == STOPPED:
            stopped = stopped or at
        elif start is not None and stopped is None:
            of = "" if row.cause_id is None else str(row.cause_id)
            events.append(Event(EventKind(row.kind), at, row.reason, row.cause or "", of=of))
    if start is None:
        return None
    first: date = start if received is None else received if hours else local_day(received, time_zone)
    return Run(rule, tuple(calendars), time_zone, start, tuple(events), stopped, min(first, start))


__all__ = [
    "LONG_STOP",
    "LONG_STOP_ALERTS",
    "RECORDED",
    "STARTED",
    "STOPPED",
    "WARNING",
    "WARNINGS",
    "Point",
    "Recorded",
    "Run",
    "run_of",
]
