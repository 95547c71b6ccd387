"""A desk's clocks: dates are computed from events; the desk keeps the result for lists and refreshes it on events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from sandbox.adapters.calendars import calendar
from sandbox.domain.clocks import ClockRule, Due, due, rule_from_text
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.catalogue import ClockRule as ClockRow
from sandbox.models.desks import ClockEvent, Desk
from sandbox.services.unit import get

DECIDE = "decide"


def rule_of(content: Mapping[str, Any]) -> ClockRule:
    """The rule in a catalogue clock, without pauses (no event of this portal pauses a clock yet)."""
    return rule_from_text(
        content["length"],
        content["unit"],
        count_start_day=content.get("count_start_day", False),
        roll_forward=content.get("roll_forward", False),
        warn_at=tuple(content.get("warn_at") or ()),
    )


def local_day(moment: datetime, authority: Authority) -> date:
    """The day of a moment where the authority is."""
    return moment.astimezone(ZoneInfo(authority.time_zone)).date()


def clock_of(authority_id: UUID, code: str) -> ClockRow | None:
    """The authority's clock of that code, if it has one."""
    return db.session.scalar(select(ClockRow).where(ClockRow.authority_id == authority_id, ClockRow.code == code))


def due_from(authority: Authority, clock: ClockRow, start: date) -> Due:
    """When a clock of an authority ends that starts on `start`, with the steps."""
    return due(rule_of(clock.content), start, (calendar(authority.calendar),))


def start(desk: Desk, at: datetime, reason: str, code: str = DECIDE) -> None:
    """Start a clock of the desk and refresh its due date. An authority without such a clock gets none."""
    authority = get(Authority, desk.authority_id)
    clock = clock_of(authority.id, code)
    if clock is None:
        return
    db.session.add(ClockEvent(desk_id=desk.id, clock=code, kind="started", at=at, reason=reason))
    result = due_from(authority, clock, local_day(at, authority))
    desk.due_on, desk.due_kind = result.at, clock.kind


def warning_reached(desk: Desk) -> bool:
    """True when the first warning point of the desk's clock for deciding has come."""
    authority = get(Authority, desk.authority_id)
    clock = clock_of(authority.id, DECIDE)
    started = db.session.scalar(
        select(ClockEvent.at).where(
            ClockEvent.desk_id == desk.id,
            ClockEvent.clock == DECIDE,
            ClockEvent.kind == "started",
        ),
    )
    if clock is None or started is None:
        return False
    warnings = due_from(authority, clock, local_day(started, authority)).warnings
    return bool(warnings) and local_day(now(), authority) >= warnings[0]
