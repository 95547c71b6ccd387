"""Calendars: working days of the countries, the dates that somebody has to meet, and the sets of statutory clocks."""

from sandbox.queries.calendars.dates import LONGEST, Kind, Meet, dates
from sandbox.queries.calendars.feeds import has_feed, owner
from sandbox.queries.calendars.month import Cell, Month, month
from sandbox.queries.calendars.sets import ClockSet, Counting, LawRow, Sets, counting, period, sets, zones

__all__ = [
    "LONGEST",
    "Cell",
    "ClockSet",
    "Counting",
    "Kind",
    "LawRow",
    "Meet",
    "Month",
    "Sets",
    "counting",
    "dates",
    "has_feed",
    "month",
    "owner",
    "period",
    "sets",
    "zones",
]
