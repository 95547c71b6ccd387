"""A period that somebody asks about in words: from the page and from the command line, by the same rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

from sandbox.domain.calendars import Calendar, ClockError, from_wall_clock
from sandbox.domain.clocks.counting import Due, due
from sandbox.domain.clocks.rules import ClockRule, Unit

DAY = r"\d{4}-\d\d-\d\d"
MOMENT = DAY + r"([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?"


def start_from(text: str, unit: Unit, zones: Iterable[str]) -> date:
    """The start as a date, or as an instant for hours. Raises ClockError with what to write instead."""
    typed = text.strip()
    if not re.fullmatch(MOMENT if unit is Unit.HOURS else DAY, typed, re.ASCII):
        wanted = "a date, or a time as 2026-03-27T21:30-04:00" if unit is Unit.HOURS else "a date as 2026-04-07"
        raise ClockError(f"{text!r} is not {wanted}")
    try:
        if unit is not Unit.HOURS:
            return date.fromisoformat(typed)
        when = datetime.fromisoformat(typed)
    except ValueError as error:
        raise ClockError(f"{text!r} is not a date: {error}") from error
    if when.tzinfo is not None:
        return when.astimezone(UTC)
    known = tuple(dict.fromkeys(zones))
    if len(known) != 1:
        raise ClockError("a time without an offset needs exactly one time zone: name one authority or calendar")
    return from_wall_clock(when, known[0])


def count(
    text: str,
    length: int,
    unit: Unit,
    calendars: Sequence[Calendar],
    zones: Iterable[str],
    *,
    count_start_day: bool = False,
) -> Due:
    """When a period of that length ends. `zones`: for a time without an offset. Raises ClockError."""
    rule = ClockRule(length, unit, count_start_day=count_start_day)
    return due(rule, start_from(text, unit, zones), calendars)


__all__ = ["count", "start_from"]
