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
    of: str = ""  # which request this is about; an end without it ends whatever pause there is


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
    """The pauses that the rule allows, and sentences on those that it does not.

    A request that is sent while the clock stands already takes over when the first one is answered, if the rule
    allows one more pause.
    """
    pauses: list[Pause] = []
    ignored: list[str] = []
    asked: list[Event] = []  # what is not answered yet; the first of them is what the clock stands for
    for event in ordered:
        stands = bool(pauses) and pauses[-1].end is None
        if event.kind is EventKind.PAUSED:
            refusal = _why_no_pause(rule, event, len(pauses), stands, start)
            if refusal:
                ignored.append(f"{spoken(event.at)}: {event.reason or 'a pause'} does not stop the clock, {refusal}.")
            if stands or not refusal:
                asked.append(event)
            if not refusal:
                pauses.append(Pause(event.at, None, event.reason))
            continue
        answered = [request for request in asked if event.of in ("", request.of)]
        if answered and _ends(rule, event):
            first = asked[0]
            asked = [request for request in asked if request not in answered]
            if stands and first in answered:
                pauses[-1] = Pause(pauses[-1].start, event.at, pauses[-1].reason)
                asked = _next(rule, asked, event.at, pauses)
        elif answered and event.kind is EventKind.REPLIED:
            ignored.append(f"{spoken(event.at)}: the reply is not complete, so the clock still stands.")
    return tuple(pauses), tuple(ignored)


def _next(rule: PauseRule | None, asked: list[Event], at: date, pauses: list[Pause]) -> list[Event]:
    """The first request that is still open stops the clock again, if the rule allows it. Returns those that count."""
    if asked and not _why_no_pause(rule, asked[0], len(pauses), False, asked[0].at):
        pauses.append(Pause(at, None, asked[0].reason))
        return asked
    return []


def _why_no_pause(rule: PauseRule | None, event: Event, so_far: int, stands: bool, start: date) -> str:
    """Why the rule does not let this event pause the clock; "" when it does."""
    if rule is None:
        return "nothing pauses it"
    if event.cause not in rule.on:
        return f"{event.cause} is not among what pauses it"
    if stands:
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
