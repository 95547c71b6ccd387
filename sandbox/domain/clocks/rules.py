"""What a deadline rule says: a length, a unit, and what may stop or bound it.

Rule: the words of reference tables ("business_days", "calendar_days_before_end", "weeks_typical") are mapped to four
units and a sense here and nowhere else. A rule whose parts contradict each other cannot be made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.domain.calendars import ClockError
from sandbox.domain.clocks.events import PauseRule, Resume

MAX_LENGTH = 900_000  # hours in the hundred years that are accepted; a larger length is a slip of the key


class Unit(StrEnum):
    """What a clock counts."""

    HOURS = "hours"
    CALENDAR_DAYS = "calendar_days"
    WORKING_DAYS = "working_days"
    MONTHS = "months"


class Sense(StrEnum):
    """What a period means: an end to be met, a distance before one, or a measure only."""

    EXACT = "exact"
    BEFORE_END = "before_end"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    TYPICAL = "typical"


_UNITS = {
    "hour": (Unit.HOURS, 1),
    "hours": (Unit.HOURS, 1),
    "day": (Unit.CALENDAR_DAYS, 1),
    "days": (Unit.CALENDAR_DAYS, 1),
    "calendar_day": (Unit.CALENDAR_DAYS, 1),
    "calendar_days": (Unit.CALENDAR_DAYS, 1),
    "working_day": (Unit.WORKING_DAYS, 1),
    "working_days": (Unit.WORKING_DAYS, 1),
    "business_days": (Unit.WORKING_DAYS, 1),
    "week": (Unit.CALENDAR_DAYS, 7),
    "weeks": (Unit.CALENDAR_DAYS, 7),
    "month": (Unit.MONTHS, 1),
    "months": (Unit.MONTHS, 1),
}
_SENSES = {
    "_before_end": Sense.BEFORE_END,
    "_at_least": Sense.AT_LEAST,
    "_min": Sense.AT_LEAST,
    "_max_usual": Sense.AT_MOST,
    "_max": Sense.AT_MOST,
    "_at_most": Sense.AT_MOST,
    "_typical": Sense.TYPICAL,
}


@dataclass(frozen=True, slots=True)
class LongStop:
    """The end that no pause can move. It runs from the clock's start, or from the event that `starts` names."""

    length: int
    unit: Unit
    starts: str = ""


@dataclass(frozen=True, slots=True)
class ClockRule:
    """How a deadline is counted. `warn_at`: distances before the end, in working days, calendar days or hours.

    Raises ClockError when the parts do not fit together.
    """

    length: int
    unit: Unit
    count_start_day: bool = False
    roll_forward: bool = False
    sense: Sense = Sense.EXACT
    pause: PauseRule | None = None
    long_stop: LongStop | None = None
    warn_at: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        for length in (self.length, self.long_stop.length if self.long_stop else 1, *self.warn_at):
            if not 1 <= length <= MAX_LENGTH:
                raise ClockError(f"a length must be from 1 to {MAX_LENGTH}, not {length}")
        if self.sense is Sense.BEFORE_END and (self.roll_forward or self.pause or self.long_stop):
            raise ClockError("a clock before an end neither rolls forward nor pauses")
        if self.unit is Unit.HOURS and (self.roll_forward or self.count_start_day):
            raise ClockError("a clock in hours has no start day to count and ignores openings")
        if self.long_stop and (self.unit is Unit.HOURS) != (self.long_stop.unit is Unit.HOURS):
            raise ClockError("a long-stop is in hours exactly when its clock is")


def rule_from_text(
    length: int,
    unit: str,
    *,
    count_start_day: bool = False,
    roll_forward: bool = False,
    pause: PauseRule | None = None,
    long_stop: LongStop | None = None,
    warn_at: tuple[int, ...] = (),
) -> ClockRule:
    """A rule from the words of a reference table: "business_days", "calendar_days_before_end", "weeks_typical"…

    Raises ClockError for an unknown unit.
    """
    word = unit.strip().lower().replace(" ", "_").replace("-", "_")
    sense = Sense.EXACT
    for ending, meaning in _SENSES.items():
        if word.endswith(ending):
            word, sense = word.removesuffix(ending), meaning
            break
    if word not in _UNITS:
        raise ClockError(f"{unit!r} is not a unit of time; use one of {', '.join(Unit)}")
    kind, factor = _UNITS[word]
    return ClockRule(length * factor, kind, count_start_day, roll_forward, sense, pause, long_stop, warn_at)


def rule_from_content(content: Mapping[str, Any]) -> ClockRule:
    """The rule in the plain values of a catalogue clock, with its pauses, long-stop and warning points."""
    pause, stop = content.get("pause"), content.get("long_stop")
    return rule_from_text(
        content["length"],
        content["unit"],
        count_start_day=content.get("count_start_day", False),
        roll_forward=content.get("roll_forward", False),
        pause=PauseRule(tuple(pause["on"]), pause["times"], pause["days"], Resume(pause["resume"])) if pause else None,
        long_stop=LongStop(stop["length"], Unit(stop["unit"]), stop["starts"]) if stop else None,
        warn_at=tuple(content.get("warn_at") or ()),
    )


def in_units(count: int, unit: Unit) -> str:
    """A number with its unit, for people."""
    word = unit.replace("_", " ")
    return f"{count} {word.removesuffix('s') if count == 1 else word}"
