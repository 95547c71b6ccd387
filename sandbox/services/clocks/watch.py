"""What is to be said of a desk's clocks, and when: warning points, and alerts before a long-stop that nothing stops.

Rule: each warning is given once, to those who work on the desk and its heads. `Desk.watch_on` is the next day on which
there is something to say, so that the job reads no other desk. A clock that stands moves its end every day.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM
from sandbox.domain.clocks import LONG_STOP, Point, Run
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, ClockWarning, Desk
from sandbox.services.clocks.runs import days_of, local_day, runs
from sandbox.services.engine import Matter, act
from sandbox.services.unit import get, reading, use_case

AT_ONCE = 500
Given = tuple[str, str, int, date]  # clock, kind, distance, and the day from which the clock counted


def refresh(desk: Desk, at: datetime) -> None:
    """Compute anew, as seen at a moment, when the desk has to answer and when there is something to say."""
    found = runs(desk)
    days_of(desk, found, at)
    desk.watch_on = _next(found, at, _given(desk))


def _next(found: dict[str, Run], at: datetime, given: set[Given]) -> date | None:
    """The next day on which something is to be said: a point that has not been spoken of, tomorrow for what stands."""
    days = []
    for code, run in found.items():
        days += [run.as_day(point.day) for point in run.points(at) if _key(code, run, point) not in given]
        if run.stopped is None and run.due(at).is_paused:
            days.append(run.day(at) + timedelta(days=1))
    return min(days, default=None)


def _key(code: str, run: Run, point: Point) -> Given:
    return code, point.kind, point.distance, run.as_day(run.counts_from)


def _given(desk: Desk) -> set[Given]:
    """The warnings that this desk has had."""
    rows = select(ClockWarning.clock, ClockWarning.kind, ClockWarning.distance, ClockWarning.started_on)
    return {
        (clock, kind, distance, since)
        for clock, kind, distance, since in db.session.execute(rows.where(ClockWarning.desk_id == desk.id))
    }


def watched(at: datetime | None = None) -> int:
    """Give the warnings of every desk whose day has come. Safe to repeat, and after days without a worker.

    Returns how many letters of warning were caused.
    """
    moment, said, last = at or now(), 0, None
    while waiting := _waiting(moment, last):
        said += sum(_watch(desk_id, moment) for desk_id in waiting)
        last = waiting[-1]
    return said


@reading
def _waiting(at: datetime, last: UUID | None) -> list[UUID]:
    """Some desks after the last one, in the order of their ids. Where an authority is, the day may be ahead of UTC."""
    found = select(Desk.id).where(Desk.watch_on <= at.date() + timedelta(days=1)).order_by(Desk.id).limit(AT_ONCE)
    return list(db.session.scalars(found if last is None else found.where(Desk.id > last)))


@use_case
def _watch(desk_id: UUID, at: datetime) -> int:
    desk = get(Desk, desk_id)
    if desk.watch_on is None or desk.watch_on > local_day(at, get(Authority, desk.authority_id)):
        return 0
    case = get(Case, desk.case_id, lock=True)
    given, said = _given(desk), 0
    for code, run in runs(desk).items():
        reached = [point for point in run.points(at) if run.as_day(point.day) <= run.day(at)]
        fresh = [point for point in reached if _key(code, run, point) not in given]
        for point in fresh:
            clock, kind, distance, since = _key(code, run, point)
            db.session.add(
                ClockWarning(desk_id=desk.id, clock=clock, kind=kind, distance=distance, started_on=since),
            )
        if fresh:
            _warn(desk, case, code, run, _gravest(fresh))
            said += 1
    refresh(desk, at)
    return said


def _gravest(points: list[Point]) -> Point:
    """The point to speak of when several came at once: the long-stop first, then the nearest to the end."""
    return min(points, key=lambda point: (point.kind != LONG_STOP, point.distance))


def _warn(desk: Desk, case: Case, code: str, run: Run, point: Point) -> None:
    own = audiences.desk(get(Authority, desk.authority_id).code)
    end = run.as_day(point.end).isoformat()
    act(
        SYSTEM,
        Action.CLOCK_WARN,
        Matter(
            case_id=case.id,
            audience={own},
            authority_id=desk.authority_id,
            detail={"clock": code, "kind": point.kind, "distance": point.distance, "ends_on": end},
            letter={"reference": case.reference, "long_stop": point.kind == LONG_STOP, "ends_on": end},
        ),
        tells=("desk",),
    )


__all__ = ["refresh", "watched"]
