"""When a programme takes applications, and the places of a cohort.

A rolling programme is always open. One with windows takes an application from the moment a window opens until the
moment it closes, to the second; drafts can be written at any time. A place says nothing of any decision: it only says
in which cohort a firm would test.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

ROLLING, WINDOW = "rolling", "window"


class Standing(StrEnum):
    """How a case stands in a cohort."""

    APPLIED = "applied"
    PLACE = "place"
    RESERVE = "reserve"
    DEFERRED = "deferred"  # moved to a later cohort
    RELEASED = "released"  # gave the place up, or the case ended


IN_COHORT = (Standing.APPLIED, Standing.PLACE, Standing.RESERVE)
TITLES: Mapping[str, str] = {
    Standing.APPLIED: "Applied for a place",
    Standing.PLACE: "Has a place",
    Standing.RESERVE: "On the reserve list",
    Standing.DEFERRED: "Deferred to a later cohort",
    Standing.RELEASED: "Place given up",
}


@dataclass(frozen=True, slots=True)
class Window:
    """A period in which applications are taken. `places`: how many firms can test in its cohort."""

    code: str
    title: str
    opens_at: datetime
    closes_at: datetime
    places: int

    def state(self, moment: datetime) -> str:
        """coming, open or closed. The moment of closing is the first that is too late."""
        if moment < self.opens_at:
            return "coming"
        return "open" if moment < self.closes_at else "closed"


def open_window(windows: Iterable[Window], moment: datetime) -> Window | None:
    """The window that is open; of several the one that closes first."""
    found = sorted((one for one in windows if one.state(moment) == "open"), key=lambda one: one.closes_at)
    return found[0] if found else None


def next_window(windows: Iterable[Window], moment: datetime) -> Window | None:
    """The next window that opens."""
    found = sorted((one for one in windows if one.state(moment) == "coming"), key=lambda one: one.opens_at)
    return found[0] if found else None


# How many days before a window closes a firm is reminded of its draft, the first point first.
REMIND_DAYS = (7, 1)


def point_reached(left: timedelta) -> int | None:
    """The last point that is reached with so much time left; None before the first and once the window has closed."""
    reached = [days for days in REMIND_DAYS if timedelta(0) < left <= timedelta(days=days)]
    return min(reached, default=None)


def free(places: int, taken: int) -> int:
    """Places that nobody has."""
    return max(0, places - taken)


__all__ = [
    "IN_COHORT", "REMIND_DAYS", "ROLLING", "TITLES", "WINDOW", "Standing", "Window", "free", "next_window",
    "open_window", "point_reached",
]  # fmt: skip
