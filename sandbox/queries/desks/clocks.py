"""The clocks of a case: each with its events, what is used and left, and the steps that lead to its date.

Rule: a desk reads its own clocks; the firm reads, for each desk, the date by which it has to answer and the notices
that it was sent. No desk reads another's clock, and the firm does not learn from a clock that a desk has decided.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from sandbox.adapters.calendars import calendar
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.catalogue import ClockKind
from sandbox.domain.clocks import (
    Due,
    Event,
    EventKind,
    Run,
    Unit,
    Usage,
    rule_from_content,
    run_of,
)
from sandbox.domain.clocks.rules import in_units
from sandbox.domain.parts import main_clock
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, ClockRule
from sandbox.models.desks import ClockEvent, ClockNotice, Desk
from sandbox.queries.access import visible
from sandbox.queries.desks.sight import Sight, sight
from sandbox.queries.desks.states import DUE_STATES, shown_state

ALERT_FROM = 30  # days before a long-stop from which pages show it


def near(long_stop_on: date | None, today: date) -> date | None:
    """The day of a long-stop when it is near enough for pages to speak of it, or past."""
    return long_stop_on if long_stop_on is not None and (long_stop_on - today).days <= ALERT_FROM else None


@dataclass(frozen=True, slots=True)
class Happened:
    """One event of a clock's list."""

    kind: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock of the own desk at a moment. `main`: the one by which the desk has to answer."""

    code: str
    content: dict[str, Any]
    kind: str
    main: bool
    run: Run
    due: Due
    usage: Usage
    today: date
    events: tuple[Happened, ...]

    @property
    def step(self) -> str:
        """What has to be done by its end."""
        return str(self.content.get("step", ""))

    @property
    def source(self) -> str:
        """Where the rule stands."""
        return str(self.content.get("source", ""))

    @property
    def by_law(self) -> bool:
        """Set by law; otherwise it is a standard of the programme."""
        return self.kind == ClockKind.LAW.value

    @property
    def due_on(self) -> date:
        """The day of its end."""
        return self.run.as_day(self.due.at)

    @property
    def started_on(self) -> date:
        """The day of its start."""
        return self.run.as_day(self.run.start)

    @property
    def stopped_on(self) -> date | None:
        """The day on which it ended, because what it measures was done."""
        return None if self.run.stopped is None else self.run.as_day(self.run.stopped)

    @property
    def steps(self) -> tuple[str, ...]:
        """Why this date: the steps in words."""
        return self.due.explain()

    @property
    def provisional(self) -> bool:
        """May the date still move?"""
        return self.due.provisional

    @property
    def standing(self) -> bool:
        """Does it stand now?"""
        return self.due.is_paused and self.run.stopped is None

    @property
    def warnings(self) -> tuple[date, ...]:
        """The days of its warning points."""
        return tuple(self.run.as_day(day) for day in self.due.warnings)

    @property
    def warning_reached(self) -> bool:
        """Has the first warning point come?"""
        return self.run.stopped is None and bool(self.warnings) and self.today >= self.warnings[0]

    @property
    def overdue(self) -> bool:
        """Is the last day past?"""
        return self.run.stopped is None and self.today > self.due_on

    @property
    def long_stop_on(self) -> date | None:
        """The day that nothing moves."""
        return None if self.due.long_stop is None else self.run.as_day(self.due.long_stop)

    @property
    def days_to_long_stop(self) -> int | None:
        """Days left to the long-stop, when it is near or past; None otherwise."""
        day = near(self.long_stop_on, self.today) if self.run.stopped is None else None
        return None if day is None else (day - self.today).days

    def measured(self, count: int) -> str:
        """A count of this clock in words, as “12 working days”."""
        return in_units(count, self.usage.unit)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a clock comes to if something happens: for planning; nothing is stored."""

    due: Due
    due_on: date
    usage: Usage
    steps: tuple[str, ...]
    late: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice about a clock, as the firm has it."""

    code: str
    clock_code: str
    clock: str
    stands: bool
    reason: str
    was_due_on: date
    due_on: date
    latest_on: date | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Answering:
    """For the firm: by when one authority has to answer."""

    code: str
    name: str
    due_on: date | None
    by_law: bool
    stands: Notice | None = None  # the last notice about its clock, when that says that the clock stands


@dataclass(frozen=True, slots=True)
class ClocksPage:
    """The clocks of a case as this viewer may know them."""

    sight: Sight
    clocks: tuple[Clock, ...]
    answering: tuple[Answering, ...]
    notices: tuple[Notice, ...]

    def clock(self, code: str) -> Clock | None:
        """The own desk's clock of that code."""
        return next((one for one in self.clocks if one.code == code), None)


def desk_clocks(desk_id: UUID, at: datetime | None = None) -> tuple[Clock, ...]:
    """The clocks of a desk, the main one first, in one statement. The caller has asked whether the viewer may."""
    moment = at or now()
    rows = db.session.execute(
        select(
            ClockEvent.clock,
            ClockEvent.kind,
            ClockEvent.at,
            ClockEvent.reason,
            ClockEvent.cause,
            ClockEvent.cause_id,
            ClockRule.content,
            ClockRule.kind.label("rule_kind"),
            Authority.calendar,
            Authority.time_zone,
            Desk.part,
        )
        .join(Desk, Desk.id == ClockEvent.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .join(ClockRule, and_(ClockRule.authority_id == Authority.id, ClockRule.code == ClockEvent.clock))
        .where(ClockEvent.desk_id == desk_id)
        .order_by(ClockEvent.at, ClockEvent.ordinal),
    ).all()
    by_code: dict[str, list[Any]] = {}
    for row in rows:
        by_code.setdefault(row.clock, []).append(row)
    found = [_clock(events, rows[0].at, moment) for events in by_code.values()]
    return tuple(sorted((one for one in found if one), key=lambda one: (not one.main, one.due_on, one.code)))


def _clock(rows: Sequence[Any], received: datetime, at: datetime) -> Clock | None:
    first = rows[0]
    run = run_of(rule_from_content(first.content), (calendar(first.calendar),), first.time_zone, rows, received)
    if run is None:
        return None
    return Clock(
        code=first.clock,
        content=first.content,
        kind=first.rule_kind,
        main=first.clock == main_clock(first.part),
        run=run,
        due=run.due(at),
        usage=run.usage(at),
        today=run.day(at),
        events=tuple(Happened(row.kind, row.at, row.reason) for row in rows),
    )


def plan(clock: Clock, *, asked: date | None, answered: date | None, decided: date | None) -> Planned | None:
    """What the clock comes to if a request is sent and answered, and the desk decides, on these days.

    None for clocks in hours and for days on which it cannot be computed. Raises ClockError for days out of range.
    """
    if clock.run.rule.unit is Unit.HOURS:
        return None
    events = []
    if asked is not None:
        events.append(Event(EventKind.PAUSED, asked, "a request that is planned", of="planned"))
    if asked is not None and answered is not None:
        events.append(Event(EventKind.COMPLETED, answered, "its answer", of="planned"))
    run = clock.run.with_events(*events)
    day = max(filter(None, (decided, answered, asked, clock.today)))
    result, used = run.due_on(day), run.usage_on(decided or day)
    return Planned(result, run.as_day(result.at), used, result.explain(), decided is not None and decided > result.at)


def _notices(seen: Sight) -> tuple[Notice, ...]:
    rows = db.session.execute(
        select(
            Authority.code,
            ClockNotice.clock,
            ClockRule.content,
            ClockNotice.stands,
            ClockNotice.reason,
            ClockNotice.was_due_on,
            ClockNotice.due_on,
            ClockNotice.latest_on,
            ClockNotice.at,
        )
        .join(Desk, Desk.id == ClockNotice.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .join(ClockRule, and_(ClockRule.authority_id == Authority.id, ClockRule.code == ClockNotice.clock))
        .where(ClockNotice.case_id == seen.case_id, visible(ClockNotice.id, "clock_notice", seen.parties))
        .order_by(ClockNotice.at.desc(), ClockNotice.id),
    )
    return tuple(Notice(row.code, row.clock, row.content["step"], *row[3:]) for row in rows)


def _answering(seen: Sight, notices: Sequence[Notice]) -> tuple[Answering, ...]:
    """By when each authority has to answer; a date stays as long as the firm may not know that a desk is further.

    Whether a clock stands is read from the notices of it, newest first: the viewer knows no more than they say.
    """
    last: dict[tuple[str, str], Notice] = {}
    for one in notices:
        last.setdefault((one.code, one.clock_code), one)
    rows = db.session.execute(
        select(Authority.code, Authority.name, Desk.state, Desk.opened_at, Desk.part, Desk.due_on, Desk.due_kind)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(Desk.case_id == seen.case_id)
        .order_by(Authority.code),
    )
    found = []
    for row in rows:
        state = shown_state(
            row.state,
            mine=False,
            case_opened=seen.opened,
            desk_opened=row.opened_at is not None,
            deciding=row.part == "decides",
        )
        due_on = row.due_on if state in DUE_STATES else None
        told = last.get((row.code, main_clock(row.part)))
        stands = told if told is not None and told.stands and due_on is not None else None
        found.append(Answering(row.code, row.name, due_on, row.due_kind == ClockKind.LAW.value, stands))
    return tuple(found)


def clocks(viewer: Actor, case_id: UUID) -> ClocksPage:
    """The clocks of the case, in three statements. Raises NotFound."""
    seen = sight(viewer, case_id, Action.CLOCK_READ)
    own = viewer.organisation is Organisation.AUTHORITY and seen.desk_id is not None
    notices = _notices(seen)
    return ClocksPage(
        sight=seen,
        clocks=desk_clocks(seen.desk_id) if own and seen.desk_id else (),
        answering=() if own else _answering(seen, notices),
        notices=notices,
    )


__all__ = ["Answering", "Clock", "ClocksPage", "Happened", "Notice", "Planned", "clocks", "desk_clocks", "plan"]
