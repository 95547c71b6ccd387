"""One month: which calendar is closed on which day, and the viewer's dates."""

from __future__ import annotations

from calendar import Calendar as Weeks
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from sandbox.adapters.calendars import calendar
from sandbox.domain.actors import Actor
from sandbox.domain.calendars import FIRST_DAY, LAST_DAY, WEEKEND_NAME, Calendar
from sandbox.extensions import db
from sandbox.models.catalogue import Authority
from sandbox.queries.calendars.dates import Meet, dates


@dataclass(frozen=True, slots=True)
class Cell:
    """One day. `closed`: calendar and the name of the holiday; `weekend`: closed everywhere for the weekend."""

    day: date
    inside: bool
    today: bool
    weekend: bool
    closed: tuple[tuple[str, str], ...]
    dates: tuple[Meet, ...]

    @property
    def both_open(self) -> bool:
        """Are all calendars open?"""
        return not self.weekend and not self.closed


@dataclass(frozen=True, slots=True)
class Month:
    """The weeks of a month, with the days of the months beside it that fill them."""

    first: date
    calendars: tuple[tuple[str, str], ...]
    weeks: tuple[tuple[Cell, ...], ...]
    provisional: bool
    before: date | None
    after: date | None

    @property
    def days(self) -> tuple[Cell, ...]:
        """The days of the month itself."""
        return tuple(cell for week in self.weeks for cell in week if cell.inside)

    @property
    def open_days(self) -> int:
        """On how many days of the month all calendars are open."""
        return sum(cell.both_open for cell in self.days)


def _calendars() -> tuple[Calendar, ...]:
    """The calendars that authorities work by, each once."""
    codes = db.session.scalars(select(Authority.calendar).distinct().order_by(Authority.calendar))
    return tuple(calendar(code) for code in codes)


def _cell(day: date, first: date, today: date, on: tuple[Calendar, ...], meets: dict[date, list[Meet]]) -> Cell:
    reasons = [(one.code, one.why_closed(day)) for one in on]
    weekend = bool(reasons) and all(reason == WEEKEND_NAME for _, reason in reasons)
    closed = () if weekend else tuple((code, reason) for code, reason in reasons if reason)
    return Cell(day, day.month == first.month, day == today, weekend, closed, tuple(meets.get(day, ())))


def month(viewer: Actor, year: int, number: int, today: date) -> Month:
    """The month as this viewer may see it. Raises ValueError for a month that there is not."""
    first = date(year, number, 1)
    if not FIRST_DAY <= first <= LAST_DAY:
        raise ValueError("There is no such month.")
    on = _calendars()
    weeks = Weeks().monthdatescalendar(year, number)
    meets: dict[date, list[Meet]] = {}
    for one in dates(viewer, weeks[0][0], weeks[-1][-1]):
        meets.setdefault(one.day, []).append(one)
    before, after = first - timedelta(days=1), first + timedelta(days=31)
    return Month(
        first=first,
        calendars=tuple((one.code, one.name) for one in on),
        weeks=tuple(tuple(_cell(day, first, today, on, meets) for day in week) for week in weeks),
        provisional=any(one.is_provisional(first) for one in on),
        before=before.replace(day=1) if before >= FIRST_DAY else None,
        after=after.replace(day=1) if after <= LAST_DAY else None,
    )


__all__ = ["Cell", "Month", "month"]
