"""Deadlines: a rule, a start, calendars and events make a due date with the steps that lead to it.

Rules: a due date is computed from events every time and never stored as a count. Working days are those on which all
named calendars are open; months and calendar days ignore openings and end on a closed day unless the rule rolls
forward; a month clock from the 31st ends on the last day of a shorter month; hours run in UTC; nothing pauses a
long-stop. Replaying the steps yields the date again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from sandbox.domain.calendars import (
    LAST_DAY,
    ONE_DAY,
    WEEKEND_NAME,
    Calendar,
    ClockError,
    DateOutOfRange,
    add_months,
    checked,
    in_words,
    moved,
    next_open,
    why_closed,
)
from sandbox.domain.clocks.events import Event, History, Pause, read_events, spoken
from sandbox.domain.clocks.rules import ClockRule, LongStop, Sense, Unit, in_units


@dataclass(frozen=True, slots=True)
class Step:
    """One move of the counting. `amount` is in `by` (days, months, seconds); `until` is a day or an instant."""

    kind: str  # start, count, closed, pause, months, hours, roll, long_stop, note
    by: str  # "set", "days", "months", "seconds", "at_most"
    amount: int
    until: date  # where this move arrives, or (set, at_most) the day itself
    text: str


@dataclass(frozen=True, slots=True)
class Due:
    """When a clock ends and why. `at` is a date, or an instant in UTC for hours.

    `provisional`: the date may still move, for the reasons in `why_provisional`.
    """

    at: date
    steps: tuple[Step, ...]
    provisional: bool
    why_provisional: tuple[str, ...] = ()
    warnings: tuple[date, ...] = ()
    paused_units: int = 0  # days (working or calendar, as the clock counts) or whole hours
    is_paused: bool = False
    long_stop: date | None = None  # the end that nothing moves, where the rule has one

    def explain(self) -> tuple[str, ...]:
        """The steps in plain sentences, in order."""
        return (*(step.text for step in self.steps), *self.why_provisional)


def due(
    rule: ClockRule,
    start: date,
    calendars: Sequence[Calendar],
    events: Sequence[Event] = (),
    *,
    as_of: date | None = None,
    long_stop_from: date | None = None,
) -> Due:
    """When the clock ends.

    `start` is a date, or for hours an instant with its zone (for "before the end" rules: that end). A pause that is
    still open counts up to `as_of`. `long_stop_from` is the day of the event that starts the long-stop, where that is
    not the start. Raises ClockError, DateOutOfRange.
    """
    hours = rule.unit is Unit.HOURS
    _check_start(rule, start, calendars, hours)
    history = read_events(rule.pause, start, events, hours=hours)
    count = Counting(rule, tuple(calendars), history, as_of)
    at = count.run()
    limit: date | None = None
    if rule.long_stop:
        limit = due(ClockRule(rule.long_stop.length, rule.long_stop.unit), long_stop_from or start, calendars).at
        at = count.stop_at(rule.long_stop, limit)
    count.say_without_effect()
    at = checked(at)
    doubts = (*count.doubts, *_beyond_published(rule, calendars, count.first, at))
    warnings = tuple(sorted(when for n in rule.warn_at if (when := before(at, n, rule, calendars)) > history.start))
    return Due(at, tuple(count.steps), bool(doubts), doubts, warnings, count.paused, count.is_paused, limit)


def replay(steps: Iterable[Step]) -> date:
    """Make the moves of the steps again. Returns the date they lead to. Raises ClockError without a start."""
    at: date | None = None
    for step in steps:
        if step.by == "set":
            at = step.until
        elif at is None:
            raise ClockError("the steps do not begin with a start")
        elif step.by == "at_most":
            at = min(at, step.until)
        elif step.by == "months":
            at = add_months(at, step.amount)[0]
        else:
            at += timedelta(**{step.by: step.amount})
    if at is None:
        raise ClockError("there are no steps")
    return at


def _check_start(rule: ClockRule, start: date, calendars: Sequence[Calendar], hours: bool) -> None:
    """Raises ClockError when the start does not suit the unit, or a working-day clock has no calendar."""
    checked(start)
    if hours and (not isinstance(start, datetime) or start.tzinfo is None):
        raise ClockError("a clock in hours starts at an instant with its zone")
    if not hours and isinstance(start, datetime):
        raise ClockError("a clock in days starts on a date: the day in the authority's time zone")
    if rule.unit is Unit.WORKING_DAYS and not calendars:
        raise ClockError("working days need at least one calendar")


def _beyond_published(rule: ClockRule, calendars: Sequence[Calendar], first: date, last: date) -> tuple[str, ...]:
    """Sentences on calendars that were asked for days which are not published, where openings matter."""
    if not (rule.unit is Unit.WORKING_DAYS or rule.roll_forward):
        return ()
    asked = sorted((first, last)) if rule.unit is Unit.WORKING_DAYS else [last, last]
    return tuple(
        f"Provisional: {calendar.code} is published from {in_words(calendar.known_from)} to "
        f"{in_words(calendar.known_until)}; other days are computed from its rules."
        for calendar in calendars
        if any(calendar.is_provisional(day) for day in asked)
    )


def before(at: date, distance: int, rule: ClockRule, calendars: Sequence[Calendar]) -> date:
    """The moment that far before the end, in the clock's own measure."""
    if isinstance(at, datetime):
        return at - timedelta(hours=distance)
    if rule.unit is not Unit.WORKING_DAYS:
        return at - timedelta(days=distance)
    while distance:
        at = moved(at, -1)
        distance -= not why_closed(at, calendars)
    return at


class Counting:
    """One counting, from its start to its end, that notes every step it makes."""

    def __init__(self, rule: ClockRule, calendars: tuple[Calendar, ...], history: History, as_of: date | None):
        self.rule, self.calendars, self.history = rule, calendars, history
        self.at: date = history.start
        self.first = history.start
        self.steps: list[Step] = []
        self.doubts: list[str] = []
        self.paused = 0
        self.is_paused = False
        self.length = rule.length + sum(event.amount for event in history.extensions)
        self.pauses = [_closed_pause(pause, as_of) for pause in history.pauses]
        self.open_pause = bool(history.pauses) and history.pauses[-1].end is None
        ClockRule(self.length, rule.unit)  # an extension must stay within the same bounds

    def run(self) -> date:
        """Count the whole length."""
        self._start()
        if self.rule.sense is Sense.BEFORE_END:
            self._back()
        elif self.rule.unit is Unit.HOURS:
            self._hours()
        elif self.rule.unit is Unit.MONTHS:
            self._months()
        else:
            self._days()
        self._closed_end()
        self._still_paused()
        return self.at

    def stop_at(self, stop: LongStop, limit: date) -> date:
        """Hold the end against the last day of the long-stop."""
        effect = "the clock ends there, whatever has paused it" if limit < self.at else "it changes nothing here"
        text = f"The long-stop of {in_units(stop.length, stop.unit)} ends {spoken(limit)}: {effect}."
        self.at = min(self.at, limit)
        self.steps.append(Step("long_stop", "at_most", 0, limit, text))
        return self.at

    def say_without_effect(self) -> None:
        """Note the events that changed nothing."""
        for sentence in self.history.without_effect:
            self._note(sentence)

    def _note(self, text: str) -> None:
        self.steps.append(Step("note", "days", 0, self.at, text))

    def _move(self, kind: str, by: str, amount: int, until: date, text: str) -> None:
        self.at = until
        self.steps.append(Step(kind, by, amount, until, text))

    def _start(self) -> None:
        """Where counting begins, and how much is to be counted."""
        before = self.rule.sense is Sense.BEFORE_END
        again = "" if self.history.restart_reason is None else f" again ({self.history.restart_reason})"
        verb = "Counted back from the end" if before else f"Started{again}"
        start = self.at.astimezone(UTC) if isinstance(self.at, datetime) else self.at
        whole = in_units(self.length, self.rule.unit)
        added = "".join(
            f" Includes an extension of {in_units(e.amount, self.rule.unit)} of {spoken(e.at)} ({e.reason})."
            for e in self.history.extensions
        )
        on = "at" if isinstance(start, datetime) else "on"
        self._move("start", "set", 0, start, f"{verb} {on} {spoken(start)}; to count: {whole}.{added}")

    def _days(self) -> None:
        """Count open (or all) days one by one."""
        working = self.rule.unit is Unit.WORKING_DAYS
        if self.rule.count_start_day:
            closed = why_closed(self.at, self.calendars) if working else ""
            rule = "The start day counts as day 1" + (
                f", but {in_words(self.at)} is closed ({closed}): day 1 is the next open day." if closed else "."
            )
            self._move("count_start_day", "days", -1, self.at - ONE_DAY, rule)
        else:
            self._note("The start day does not count: day 1 comes after it.")
        days = list(self.classified(working))
        counted = 0
        for kind, group in groupby(days, key=lambda row: (row[1], "" if row[1] == "count" else row[2])):
            stretch = list(group)
            fresh = sum(1 for row in stretch if row[2] == "")
            self._move(kind[0], "days", len(stretch), stretch[-1][0], self._say(kind[0], stretch, counted, fresh))
            counted += fresh if kind[0] == "count" else 0

    def classified(self, working: bool) -> Iterable[tuple[date, str, str]]:
        """Each day up to the last counted one as (day, "count" | "closed" | "pause", why not counted)."""
        left, day = self.length, self.at
        while left:
            day += ONE_DAY
            if day > LAST_DAY:
                raise DateOutOfRange("the result is outside the years 2000 to 2100")
            closed = why_closed(day, self.calendars) if working else ""
            pause = self._pause_on(day)
            if pause:
                self.paused += not closed
                yield day, "pause", pause.reason or "paused"
            elif closed:
                yield day, "count" if closed == WEEKEND_NAME else "closed", closed
            else:
                left -= 1
                yield day, "count", ""

    def _pause_on(self, day: date) -> Pause | None:
        """The pause that covers this day, if the rule has days left for it."""
        most = self.rule.pause.days if self.rule.pause else None
        if most is not None and self.paused >= most:
            return None
        return next((p for p in self.pauses if p.end is not None and p.start <= day < p.end), None)

    def _say(self, kind: str, stretch: Sequence[tuple[date, str, str]], before: int, fresh: int) -> str:
        """A sentence for one stretch of days."""
        first, last = in_words(stretch[0][0]), in_words(stretch[-1][0])
        span = first if first == last else f"{first} to {last}"
        if kind == "closed":
            return f"{span}: closed, {stretch[0][2]}. Not counted."
        if kind == "pause":
            return f"{span}: paused, {stretch[0][2]}. Not counted."
        if not fresh:
            return f"{span}: weekend. Not counted."
        numbers = f"day {before + 1}" if fresh == 1 else f"days {before + 1} to {before + fresh}"
        weekends = ", weekends not counted" if fresh < len(stretch) else ""
        return f"{span}: {in_units(fresh, self.rule.unit)} ({numbers}{weekends})."

    def _months(self) -> None:
        """The corresponding date, then the paused days on top."""
        start, length = self.at, self.length
        end, exists = add_months(start, length)
        last = "" if exists else " That month is shorter: its last day."
        self._move("months", "months", length, end, f"{in_units(length, Unit.MONTHS)} later: {in_words(end)}.{last}")
        if self.rule.count_start_day and exists:
            self._move("count_start_day", "days", -1, end - ONE_DAY, "The start day counts: it ends the day before.")
        most = self.rule.pause.days if self.rule.pause and self.rule.pause.days is not None else None
        for pause in self.pauses:
            if pause.end is None or pause.start > self.at:
                continue
            days = (pause.end - pause.start).days
            days = days if most is None else min(days, most - self.paused)
            self.paused += days
            why = f"{pause.reason or 'paused'} from {in_words(pause.start)}"
            self._move("pause", "days", days, moved(self.at, days), f"{days} calendar days added: {why}.")
        checked(self.at)

    def _hours(self) -> None:
        """Elapsed time in UTC; pauses are added as they were, to the second."""
        end = _later(self.at, self.length * 3600)
        text = f"{in_units(self.length, Unit.HOURS)} later: {spoken(end)}. Hours run on through nights and closed days."
        self._move("hours", "seconds", self.length * 3600, end, text)
        stood = 0
        for pause in self.pauses:
            if pause.end is None or pause.start > self.at:
                continue
            seconds = _seconds(pause.start, pause.end)
            if self.rule.pause and self.rule.pause.days is not None:
                seconds = min(seconds, self.rule.pause.days * 86_400 - stood)
            stood += seconds
            why = f"{pause.reason or 'paused'} from {spoken(pause.start)}"
            self._move("pause", "seconds", seconds, _later(self.at, seconds), f"{seconds // 60} minutes added: {why}.")
        self.paused = stood // 3600

    def _back(self) -> None:
        """Count back from an end."""
        if self.rule.unit is Unit.HOURS:
            seconds = -self.length * 3600
            text = f"{in_units(self.length, Unit.HOURS)} before."
            self._move("hours", "seconds", seconds, _later(self.at, seconds), text)
            return
        if self.rule.unit is Unit.MONTHS:
            end = add_months(self.at, -self.length)[0]
            self._move("months", "months", -self.length, end, f"{in_units(self.length, Unit.MONTHS)} before.")
            return
        whole = moved(self.at, 1) if self.rule.count_start_day else self.at
        end = (
            whole - timedelta(days=self.length)
            if self.rule.unit is Unit.CALENDAR_DAYS
            else before(whole, self.length, self.rule, self.calendars)
        )
        text = f"{in_units(self.length, self.rule.unit)} before: {in_words(end)}."
        self._move("count", "days", (end - self.at).days, checked(end), text)

    def _closed_end(self) -> None:
        """Months and calendar days may end on a closed day: say so, or roll forward where the rule does."""
        if self.rule.unit not in (Unit.MONTHS, Unit.CALENDAR_DAYS):
            return
        closed = why_closed(self.at, self.calendars)
        if not closed:
            return
        if not self.rule.roll_forward:
            self._note(f"{in_words(self.at)} is closed ({closed}); this clock ends on it all the same.")
            return
        end = next_open(self.at, self.calendars)
        self._move("roll", "days", (end - self.at).days, end, f"Closed ({closed}): rolled forward to {in_words(end)}.")

    def _still_paused(self) -> None:
        """A pause without an end makes the date provisional, unless its allowance is used up."""
        most = self.rule.pause.days if self.rule.pause else None
        used_up = most is not None and self.paused >= (most * 24 if self.rule.unit is Unit.HOURS else most)
        if self.open_pause and not used_up:
            self.is_paused = True
            self.doubts.append("Provisional: the clock stands, and the date moves until it runs again.")


def _closed_pause(pause: Pause, as_of: date | None) -> Pause:
    """An open pause is counted up to the day that is asked about (not at all without one)."""
    return pause if pause.end is not None else replace(pause, end=max(pause.start, as_of or pause.start))


def _seconds(start: date, end: date) -> int:
    """Whole seconds between two instants."""
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        raise ClockError("a clock in hours needs instants")
    return int((end - start).total_seconds())


def _later(at: date, seconds: int) -> date:
    """The instant that many seconds later. Raises DateOutOfRange."""
    try:
        return checked(at + timedelta(seconds=seconds))
    except OverflowError as error:
        raise DateOutOfRange("the result is outside the years 2000 to 2100") from error
