"""How much of a clock is used, left and paused on a given day.

Rule: read off the events each time. The day that is asked about counts as used when the authority works on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import takewhile

from sandbox.domain.calendars import ONE_DAY, Calendar, ClockError, why_closed
from sandbox.domain.clocks.counting import Counting, Due, due
from sandbox.domain.clocks.events import Event, read_events
from sandbox.domain.clocks.rules import ClockRule, Unit


@dataclass(frozen=True, slots=True)
class Usage:
    """A clock on one day. All counts are in `unit`; month clocks are shown in calendar days."""

    unit: Unit
    total: int
    used: int
    left: int
    paused: int
    overdue: int
    is_paused: bool
    due: Due


def usage(
    rule: ClockRule,
    start: date,
    calendars: Sequence[Calendar],
    events: Sequence[Event],
    as_of: date,
    *,
    long_stop_from: date | None = None,
) -> Usage:
    """Used, left and paused as of a day (an instant for hours); later events are not looked at. Raises ClockError."""
    if isinstance(as_of, datetime) != isinstance(start, datetime):
        raise ClockError("the day asked about must be of the same kind as the start")
    known = [event for event in events if event.at <= as_of]
    result = due(rule, start, calendars, known, as_of=as_of, long_stop_from=long_stop_from)
    measure = {Unit.HOURS: _hours, Unit.MONTHS: _months}.get(rule.unit, _days)
    total, used, paused = measure(rule, start, calendars, known, as_of, result)
    unit = Unit.CALENDAR_DAYS if rule.unit is Unit.MONTHS else rule.unit
    remaining = _between(as_of, result.at, unit, calendars) + (1 if result.is_paused and unit is not Unit.HOURS else 0)
    left = min(max(total - used, 0), max(remaining, 0))
    overdue = _between(result.at, as_of, unit, calendars)
    return Usage(unit, total, min(used, total), left, paused, overdue, result.is_paused, result)


def _days(
    rule: ClockRule, start: date, calendars: Sequence[Calendar], events: Sequence[Event], as_of: date, result: Due
) -> tuple[int, int, int]:
    """Total, used and paused of a clock in working or calendar days."""
    history = read_events(rule.pause, start, events, hours=False)
    # an open pause covers the day asked about too; the due date counts on from that day
    counting = Counting(rule, tuple(calendars), history, as_of + ONE_DAY)
    if rule.count_start_day:
        counting.at -= ONE_DAY
    past = takewhile(lambda row: row[0] <= as_of, counting.classified(rule.unit is Unit.WORKING_DAYS))
    kinds = [(kind, why, day) for day, kind, why in past]
    used = sum(1 for kind, why, _ in kinds if kind == "count" and not why)
    working = rule.unit is Unit.WORKING_DAYS
    paused = sum(1 for kind, _, day in kinds if kind == "pause" and not (working and why_closed(day, calendars)))
    return counting.length, used, paused


def _months(
    rule: ClockRule, start: date, calendars: Sequence[Calendar], events: Sequence[Event], as_of: date, result: Due
) -> tuple[int, int, int]:
    """Total, used and paused of a clock in months, in calendar days."""
    begin = read_events(rule.pause, start, events, hours=False).start
    plain = due(replace(rule, pause=None, long_stop=None), start, calendars, events)
    total = (plain.at - begin).days
    return total, max((as_of - begin).days - result.paused_units, 0), result.paused_units


def _hours(
    rule: ClockRule, start: date, calendars: Sequence[Calendar], events: Sequence[Event], as_of: date, result: Due
) -> tuple[int, int, int]:
    """Total, used and paused of a clock in whole hours."""
    history = read_events(rule.pause, start, events, hours=True)
    total = Counting(rule, (), history, as_of).length
    elapsed = int((as_of - history.start) / timedelta(hours=1))
    return total, max(elapsed - result.paused_units, 0), result.paused_units


def _between(first: date, last: date, unit: Unit, calendars: Sequence[Calendar]) -> int:
    """Units after `first` up to and with `last`; 0 when it is not later."""
    if last <= first:
        return 0
    if unit is Unit.HOURS:
        return int((last - first) / timedelta(hours=1))
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(1 for day in days if unit is Unit.CALENDAR_DAYS or not why_closed(day, calendars))
