"""The clocks of a desk, read from its events: the rule of the catalogue, the calendar and the zone of its authority."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from sandbox.adapters.calendars import calendar
from sandbox.domain.clocks import Due, Run, due, rule_from_content, run_of
from sandbox.domain.parts import main_clock
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.catalogue import ClockRule as ClockRow
from sandbox.models.desks import ClockEvent, Desk
from sandbox.services.unit import get

DECIDE = "decide"


def local_day(moment: datetime, authority: Authority) -> date:
    """The day of a moment where the authority is."""
    return moment.astimezone(ZoneInfo(authority.time_zone)).date()


def clock_of(authority_id: UUID, code: str) -> ClockRow | None:
    """The authority's clock of that code, if it has one."""
    return db.session.scalar(select(ClockRow).where(ClockRow.authority_id == authority_id, ClockRow.code == code))


def due_from(authority: Authority, clock: ClockRow, start: date) -> Due:
    """When a clock of an authority ends that starts on `start` and is never paused, with the steps."""
    return due(rule_from_content(clock.content), start, (calendar(authority.calendar),))


def runs(desk: Desk) -> dict[str, Run]:
    """The clocks of the desk that were started, by code, also those that have ended."""
    authority = get(Authority, desk.authority_id)
    events: dict[str, list[ClockEvent]] = {}
    for row in db.session.scalars(
        select(ClockEvent).where(ClockEvent.desk_id == desk.id).order_by(ClockEvent.at, ClockEvent.ordinal)
    ):
        events.setdefault(row.clock, []).append(row)
    rules = db.session.execute(
        select(ClockRow.code, ClockRow.content).where(
            ClockRow.authority_id == authority.id, ClockRow.code.in_(sorted(events))
        ),
    )
    if not events:
        return {}
    received = min((rows[0].at for rows in events.values()), default=None)
    on, zone = (calendar(authority.calendar),), authority.time_zone
    found = {row.code: run_of(rule_from_content(row.content), on, zone, events[row.code], received) for row in rules}
    return {code: run for code, run in found.items() if run is not None}


def days_of(desk: Desk, found: Mapping[str, Run], at: datetime) -> None:
    """Keep on the desk, for lists, when it has to answer, as seen at a moment."""
    run = found.get(main_clock(desk.part))
    if run is None:
        return
    result = run.due(at)
    desk.due_on = run.as_day(result.at)
    desk.long_stop_on = None if result.long_stop is None else run.as_day(result.long_stop)
    if desk.due_kind is None:
        clock = clock_of(desk.authority_id, main_clock(desk.part))
        desk.due_kind = clock.kind if clock else None


def running(desk: Desk) -> tuple[str, ...]:
    """The codes of the desk's clocks that were started and have not ended."""
    return tuple(sorted(code for code, run in runs(desk).items() if run.stopped is None))


def warning_reached(desk: Desk) -> bool:
    """True when the first warning point of the desk's clock for deciding has come."""
    run = runs(desk).get(DECIDE)
    if run is None:
        return False
    moment = now()
    warnings = run.due(moment).warnings
    return bool(warnings) and run.moment(moment) >= warnings[0]


__all__ = ["DECIDE", "clock_of", "days_of", "due_from", "local_day", "running", "runs", "warning_reached"]
