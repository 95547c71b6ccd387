"""What happens to a desk's clocks: started, paused, answered, stopped. The desk keeps the date for lists.

Rule: a clock is paused only as its own rule says, and only for the desk that asks. Whenever its end moves or it stands,
the firm gets a notice with the reason and the new expiry (FSMA 2000 s189(3) demands it for a change in control; here
for every clock). Nobody but the firm and that desk learns of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM
from sandbox.domain.clocks import STARTED, STOPPED, Due, Event, EventKind, Run
from sandbox.domain.parts import CLOCKS
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.catalogue import ClockRule as ClockRow
from sandbox.models.desks import Case, ClockEvent, ClockNotice, Desk
from sandbox.services import trail
from sandbox.services.clocks.runs import DECIDE, clock_of, runs
from sandbox.services.clocks.watch import refresh
from sandbox.services.engine import Matter, act
from sandbox.services.unit import add, get

LONG = timedelta(days=3650)  # longer than any pause: what the date can come to at most
RFI = "rfi"


def receive(desk: Desk, at: datetime) -> None:
    """Start what runs from the receipt of an application for a desk with this part in the case."""
    wanted = CLOCKS[desk.part]
    kept = select(ClockRow.code).where(ClockRow.authority_id == desk.authority_id, ClockRow.code.in_(wanted))
    for code in sorted(db.session.scalars(kept)):
        _note(desk, code, STARTED, at, "The application was received.")
    refresh(desk, now())


def start(desk: Desk, at: datetime, reason: str, code: str = DECIDE) -> None:
    """Start a clock of the desk. Only the clock by which it has to answer sets the desk's due date.

    An authority without such a clock gets none. Started again, a clock counts from that day anew.
    """
    if clock_of(desk.authority_id, code) is not None:
        _note(desk, code, STARTED, at, reason)
        refresh(desk, now())


def _note(desk: Desk, code: str, kind: str, at: datetime, reason: str) -> None:
    db.session.add(
        ClockEvent(desk_id=desk.id, clock=code, kind=kind, at=at, ordinal=_next(desk), reason=reason),
    )


def _next(desk: Desk) -> int:
    """The place of the next event in the list of the desk, whose case is locked."""
    return db.session.scalar(select(func.count()).where(ClockEvent.desk_id == desk.id)) or 0


def pause(desk: Desk, clock_code: str, at: datetime, reason: str, cause_id: UUID, *, cause: str = RFI) -> None:
    """Something was asked of the firm: the clock stands if its rule says so. Call it once for each running clock.

    A clock that is not running, or whose rule knows no pause, stays as it is.
    """
    _happened(desk, clock_code, EventKind.PAUSED, at, reason, cause_id, cause)


def resume(
    desk: Desk, clock_code: str, at: datetime, reason: str, cause_id: UUID, *, complete: bool, cause: str = RFI
) -> None:
    """The firm has answered, in full or in part; whether the clock runs on after a part of the answer its rule says."""
    kind = EventKind.COMPLETED if complete else EventKind.REPLIED
    _happened(desk, clock_code, kind, at, reason, cause_id, cause)


def release(desk: Desk, clock_code: str, at: datetime, reason: str, cause_id: UUID, *, cause: str = RFI) -> None:
    """The desk took back what it had asked: the clock runs on."""
    _happened(desk, clock_code, EventKind.RESUMED, at, reason, cause_id, cause)


def stop(desk: Desk, reason: str, code: str | None = None) -> None:
    """The clock ends (without a code, every clock of the desk): decided, answered, or the desk has left."""
    for each, run in runs(desk).items():
        if run.stopped is None and code in (None, each):
            _note(desk, each, STOPPED, now(), reason)
    refresh(desk, now())


def _happened(desk: Desk, code: str, kind: EventKind, at: datetime, reason: str, cause_id: UUID, cause: str) -> None:
    run = runs(desk).get(code)
    if run is None or run.stopped is not None or run.rule.pause is None:
        return
    row = ClockEvent(desk_id=desk.id, clock=code, kind=kind.value, at=at, ordinal=_next(desk), reason=reason)
    row.cause, row.cause_id = cause, cause_id
    db.session.add(row)
    changed = run.with_events(Event(kind, run.moment(at), reason, cause, of=str(cause_id)))
    before, after = run.due(at), changed.due(at)
    refresh(desk, at)
    if (before.at, before.is_paused) != (after.at, after.is_paused):
        _notify(desk, code, changed, at, reason, before, after)


def _notify(desk: Desk, code: str, run: Run, at: datetime, reason: str, before: Due, after: Due) -> None:
    """Tell the firm and the desk that a clock stands or runs again, and when it ends now."""
    authority, case = get(Authority, desk.authority_id), get(Case, desk.case_id)
    parties = {audiences.FIRM, audiences.desk(authority.code)}
    bounded = run.rule.long_stop is not None or (run.rule.pause is not None and run.rule.pause.days is not None)
    latest = run.as_day(run.due(at + LONG).at) if after.is_paused and bounded else None
    due_on = run.as_day(after.at)
    matter = Matter(
        case_id=case.id,
        audience=parties,
        authority_id=desk.authority_id,
        detail={"desk": authority.code, "clock": code, "reason": reason, "due_on": due_on.isoformat()},
        letter={"reference": case.reference},
    )
    if after.is_paused:
        act(SYSTEM, Action.CLOCK_PAUSE, matter, tells=("firm", "desk"))
    else:
        act(SYSTEM, Action.CLOCK_RESUME, matter, tells=("firm", "desk"))
    notice = add(
        ClockNotice(
            case_id=case.id,
            desk_id=desk.id,
            clock=code,
            stands=after.is_paused,
            reason=reason,
            was_due_on=run.as_day(before.at),
            due_on=due_on,
            latest_on=latest,
            at=at,
        ),
    )
    trail.show_to(notice, "clock_notice", parties, case_id=case.id)


__all__ = ["pause", "receive", "release", "resume", "start", "stop"]
