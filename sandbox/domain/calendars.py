"""Days on which an authority works, and plain arithmetic of dates.

Rule: a calendar is a set of closed days plus a weekend. It never knows where its days come from; days outside those
that are published are answered too, and make a result provisional. Dates outside 2000 to 2100 are refused.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2100, 12, 31)
ONE_DAY = timedelta(days=1)
WEEKEND = frozenset({5, 6})  # Monday is 0
WEEKEND_NAME = "weekend"
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class ClockError(ValueError):
    """A clock that cannot be computed: what is wrong, in words for the user."""


class DateOutOfRange(ClockError):
    """A date before 2000 or after 2100."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The closed days of one place. `closed` maps a day to the name of its holiday, weekends need not be in it.

    `known_until` (and `known_from`, where given) bound the days that are published; others are provisional.
    """

    code: str
    closed: Mapping[date, str]
    known_until: date
    known_from: date = FIRST_DAY
    weekend: frozenset[int] = WEEKEND
    time_zone: str = "UTC"
    name: str = ""

    def why_closed(self, day: date) -> str:
        """The holiday's name, "weekend", or "" for an open day."""
        holiday = self.closed.get(day, "")
        if holiday:
            return holiday
        return WEEKEND_NAME if day.weekday() in self.weekend else ""

    def is_open(self, day: date) -> bool:
        """Does the place work on that day?"""
        return not self.why_closed(day)

    def is_provisional(self, day: date) -> bool:
        """Is that day outside the published ones?"""
        return not self.known_from <= day <= self.known_until


def why_closed(day: date, calendars: Sequence[Calendar]) -> str:
    """Why at least one of the calendars is closed on that day; "" when all are open ("both-open")."""
    reasons = [(calendar.code, reason) for calendar in calendars if (reason := calendar.why_closed(day))]
    if not reasons:
        return ""
    if all(reason == WEEKEND_NAME for _, reason in reasons):
        return WEEKEND_NAME
    return ", ".join(f"{reason} ({code})" for code, reason in reasons)


def next_open(day: date, calendars: Sequence[Calendar]) -> date:
    """That day, or the first one after it on which all calendars are open. Raises DateOutOfRange."""
    while why_closed(checked(day), calendars):
        day += ONE_DAY
    return day


def checked(day: date) -> date:
    """The day itself. Raises DateOutOfRange outside 2000 to 2100."""
    plain = day.date() if isinstance(day, datetime) else day
    if not FIRST_DAY <= plain <= LAST_DAY:
        raise DateOutOfRange(f"{plain.isoformat()} is outside the years 2000 to 2100")
    return day


def moved(day: date, days: int) -> date:
    """The day that many calendar days later (or earlier). Raises DateOutOfRange."""
    try:
        return checked(day + timedelta(days=days))
    except OverflowError as error:
        raise DateOutOfRange("the result is outside the years 2000 to 2100") from error


def add_months(day: date, months: int) -> tuple[date, bool]:
    """The corresponding date, and whether it exists: 31 Aug + 6 months is the last of February, which does not.

    Raises DateOutOfRange.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise DateOutOfRange("the result is outside the years 2000 to 2100")
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)), day.day <= last


def local_day(instant: datetime, time_zone: str) -> date:
    """The date on which an instant falls in that zone. Raises ClockError for a time without a zone."""
    return in_zone(instant, time_zone).date()


def in_zone(instant: datetime, time_zone: str) -> datetime:
    """The same instant on that zone's wall clock. Raises ClockError."""
    if instant.tzinfo is None:
        raise ClockError("a time needs its zone, as in 2026-03-27T21:30-04:00")
    return instant.astimezone(zone(time_zone))


def zone(name: str) -> ZoneInfo:
    """The time zone of that name. Raises ClockError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ClockError(f"{name!r} is not the name of a time zone") from error


def from_wall_clock(wall: datetime, time_zone: str) -> datetime:
    """The UTC instant of a time read off a wall clock in that zone.

    Raises ClockError for a time that the change of the clocks skips or repeats: it has to come with its offset.
    """
    there = zone(time_zone)
    early = wall.replace(tzinfo=there, fold=0)
    late = wall.replace(tzinfo=there, fold=1)
    if early.utcoffset() != late.utcoffset():
        raise ClockError(f"{wall.isoformat()} is skipped or happens twice in {time_zone}: give it with its offset")
    return early.astimezone(UTC)


def in_words(day: date) -> str:
    """A date for people, the same in every locale of the machine: "Fri 27 Mar 2026"."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def instant_in_words(instant: datetime) -> str:
    """An instant for people with the name of its zone: "Fri 27 Mar 2026 21:30 EDT"."""
    return f"{in_words(instant)} {instant:%H:%M} {instant.tzname()}"
