"""What happens to a running clock, as a list of events; pauses are read off the list, never counted up.

Rule: a pause lasts from its day (not counted) to the day of the reply that ends it (counted again). How often and
how long a clock may be paused, and by what, its rule says; an event that the rule does not allow changes nothing and
is reported with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sandbox.domain.calendars import ClockError, checked, in_words, instant_in_words


class Resume(StrEnum):
    """What ends a pause."""

    COMPLETE = "complete"  # only a complete answer
    ANY_REPLY = "any_reply"


class EventKind(StrEnum):
    """What can happen to a clock."""

    PAUSED = "paused"
    REPLIED = "replied"  # an answer that is not complete
    COMPLETED = "completed"  # a complete answer
    RESUMED = "resumed"  # ended by the authority, as when it takes the request back
    EXTENDED = "extended"  # by `amount` units of the clock
    RESTARTED = "restarted"  # counted from this day anew


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `at` is a date for clocks in days and months, an instant (with zone) for hours."""

    kind: EventKind
    at: date
    reason: str = ""
    cause: str = "rfi"  # of a pause: what kind of thing asks for it
    amount: int = 0  # of an extension: how many units


@dataclass(frozen=True, slots=True)
class PauseRule:
    """By what a clock may be paused, how many times, how many days in all (in its own unit), and what ends it."""

    on: tuple[str, ...] = ("rfi",)
    times: int | None = None
    days: int | None = None
    resume: Resume = Resume.COMPLETE


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which the clock stands still: from `start` up to, not including, `end`; open when None."""

    start: date
    end: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class History:
    """What the events come to: where counting starts, how much was added, the pauses, and what had no effect."""

    start: date
    restart_reason: str | None
    extensions: tuple[Event, ...]
    pauses: tuple[Pause, ...]
    without_effect: tuple[str, ...]


def spoken(at: date) -> str:
    """A day or an instant in words."""
    return instant_in_words(at) if isinstance(at, datetime) else in_words(at)


def read_events(pause_rule: PauseRule | None, start: date, events: Sequence[Event], *, hours: bool) -> History:
    """Read the list in order of time. Raises ClockError for an event of the wrong kind of time or out of range."""
    ordered = sorted((_checked(event, hours) for event in events), key=lambda event: event.at)
    restarts = [event for event in ordered if event.kind is EventKind.RESTARTED]
    restart_reason = None
    if restarts:
        start, restart_reason = restarts[-1].at, restarts[-1].reason
        ordered = [event for event in ordered if event.at >= start]
    pauses, ignored = _pauses(pause_rule, start, ordered)
    extensions = tuple(event for event in ordered if event.kind is EventKind.EXTENDED)
    return History(start, restart_reason, extensions, pauses, ignored)


def _checked(event: Event, hours: bool) -> Event:
    """The event itself. Raises ClockError."""
    if hours and (not isinstance(event.at, datetime) or event.at.tzinfo is None):
        raise ClockError("events of a clock in hours need an instant with its zone")
    if not hours and isinstance(event.at, datetime):
        raise ClockError("events of a clock in days need a date: the day in the authority's time zone")
    if event.kind is EventKind.EXTENDED and event.amount < 1:
        raise ClockError("an extension is by at least one unit")
    checked(event.at)
    return event


def _pauses(rule: PauseRule | None, start: date, ordered: Sequence[Event]) -> tuple[tuple[Pause, ...], tuple[str, ...]]:
    """The pauses that the rule allows, and sentences on those that it does not."""
    pauses: list[Pause] = []
    ignored: list[str] = []
    for event in ordered:
        running = pauses[-1] if pauses and pauses[-1].end is None else None
        if event.kind is EventKind.PAUSED:
            refusal = _why_no_pause(rule, event, len(pauses), running, start)
            if refusal:
                ignored.append(f"{spoken(event.at)}: {event.reason or 'a pause'} does not stop the clock, {refusal}.")
            else:
                pauses.append(Pause(event.at, None, event.reason))
        elif running and _ends(rule, event):
            pauses[-1] = Pause(running.start, event.at, running.reason)
        elif running and event.kind is EventKind.REPLIED:
            ignored.append(f"{spoken(event.at)}: the reply is not complete, so the clock still stands.")
    return tuple(pauses), tuple(ignored)


def _why_no_pause(rule: PauseRule | None, event: Event, so_far: int, running: Pause | None, start: date) -> str:
    """Why the rule does not let this event pause the clock; "" when it does."""
    if rule is None:
        return "nothing pauses it"
    if event.cause not in rule.on:
        return f"{event.cause} is not among what pauses it"
    if running:
        return "it stands already"
    if event.at < start:
        return "it was not running yet"
    if rule.times is not None and so_far >= rule.times:
        return f"it may be paused {'once' if rule.times == 1 else f'{rule.times} times'} only"
    return ""


def _ends(rule: PauseRule | None, event: Event) -> bool:
    """Does this event end a pause?"""
    if event.kind is EventKind.REPLIED:
        return rule is not None and rule.resume is Resume.ANY_REPLY
    return event.kind in (EventKind.COMPLETED, EventKind.RESUMED)
