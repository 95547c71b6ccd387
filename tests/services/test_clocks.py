"""Clocks of a desk: pauses by the clock's own rule, notices to the firm and that desk only, the end, warnings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from sandbox.cli.demo import story
from sandbox.domain.calendars import local_day
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.desks import ClockEvent, ClockNotice, Desk
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import Audience, TrailEvent
from sandbox.services import clocks, desks
from sandbox.services.unit import get, use_case
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build

REQUEST, SECOND = uuid4(), uuid4()


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


@use_case
def started(desk_id: UUID, days_ago: int, code: str = clocks.DECIDE) -> None:
    """Start the clock of the desk some days ago instead of today."""
    desk = get(Desk, desk_id)
    db.session.query(ClockEvent).filter_by(desk_id=desk_id, clock=code).delete()
    clocks.start(desk, now() - timedelta(days=days_ago), "The application was received.", code)


@use_case
def paused(desk_id: UUID, days_ago: int, code: str = clocks.DECIDE, request: UUID = REQUEST) -> None:
    """A request was sent some days ago."""
    clocks.pause(get(Desk, desk_id), code, now() - timedelta(days=days_ago), "Request 1 was sent.", request)


@use_case
def answered(
    desk_id: UUID, days_ago: int, *, complete: bool, code: str = clocks.DECIDE, request: UUID = REQUEST
) -> None:
    """An answer came some days ago."""
    at = now() - timedelta(days=days_ago)
    clocks.resume(get(Desk, desk_id), code, at, "Request 1 was answered.", request, complete=complete)


def due_on(desk_id: UUID) -> date:
    """The date that lists show."""
    found = db.session.execute(select(Desk.due_on).where(Desk.id == desk_id)).scalar_one()
    assert found is not None
    return found


def counted(model: type) -> int:
    """How many rows there are."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_pause_moves_only_the_asking_desks_date(world: World) -> None:
    other = story.desk_of(world.case_id, OTHER)
    started(world.desk_id, 40)
    started(other, 40)
    before, others = due_on(world.desk_id), due_on(other)
    paused(world.desk_id, 20)
    answered(world.desk_id, 6, complete=False)
    run = clocks.runs(get(Desk, world.desk_id))[clocks.DECIDE]
    assert run.due(now()).is_paused, "part of an answer does not end the pause of this clock"
    answered(world.desk_id, 6, complete=True)
    run = clocks.runs(get(Desk, world.desk_id))[clocks.DECIDE]
    assert not run.due(now()).is_paused
    usage = run.usage(now())
    assert usage.paused == 10, "fourteen days hold ten working days"
    assert usage.used + usage.left == usage.total
    assert due_on(world.desk_id) == run.due(now()).at > before
    assert due_on(other) == others
    assert clocks.runs(get(Desk, other))[clocks.DECIDE].events == ()


def test_the_notice_goes_to_the_firm_and_that_desk_only(world: World) -> None:
    started(world.desk_id, 40)
    letters, events = counted(OutboxMessage), counted(TrailEvent)
    paused(world.desk_id, 0)
    notice = db.session.execute(select(ClockNotice)).scalar_one()
    parties = set(db.session.scalars(select(Audience.party).where(Audience.item_id == notice.id)))
    assert parties == {"firm", f"desk:{SEALED}"}
    assert notice.stands
    assert notice.due_on == due_on(world.desk_id)
    assert counted(TrailEvent) == events + 1
    told = set(db.session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.action == "clock.pause")))
    assert len(told) == counted(OutboxMessage) - letters
    others = {world.cast.staff(OTHER, duty).me for duty in ("intake", "coordinator", "case")}
    assert told and not told & others
    answered(world.desk_id, 0, complete=True)
    db.session.rollback()
    assert sorted(db.session.scalars(select(ClockNotice.stands))) == [False, True]


def test_two_requests_keep_the_clock_standing_until_both_are_answered(world: World) -> None:
    started(world.desk_id, 60)
    paused(world.desk_id, 40)
    paused(world.desk_id, 30, request=SECOND)
    answered(world.desk_id, 20, complete=True)
    run = clocks.runs(get(Desk, world.desk_id))[clocks.DECIDE]
    assert run.due(now()).is_paused
    answered(world.desk_id, 10, complete=True, request=SECOND)
    run = clocks.runs(get(Desk, world.desk_id))[clocks.DECIDE]
    assert not run.due(now()).is_paused
    stood = [local_day(now() - timedelta(days=ago), run.time_zone) for ago in range(11, 41)]
    assert run.usage(now()).paused == sum(run.calendars[0].is_open(day) for day in stood)


def test_a_clock_that_may_stop_once_stops_once_and_for_its_days_only(world: World) -> None:
    """FSMA 2000 s189: one interruption; its catalogue says at most twenty working days."""
    code = "change-in-control"
    started(world.desk_id, 200, code)
    main = due_on(world.desk_id)
    paused(world.desk_id, 190, code)
    run = clocks.runs(get(Desk, world.desk_id))[code]
    assert run.usage(now()).paused == 20, "an answer that never comes stops it for twenty working days"
    assert not run.due(now()).is_paused
    assert db.session.execute(select(ClockNotice.latest_on)).scalar_one() is not None
    answered(world.desk_id, 150, complete=True, code=code)
    before = run.due(now()).at
    paused(world.desk_id, 140, code, SECOND)
    run = clocks.runs(get(Desk, world.desk_id))[code]
    assert run.due(now()).at == before
    assert any("once only" in step for step in run.due(now()).explain())
    assert due_on(world.desk_id) == main, "another clock does not move the date for deciding"


def test_a_clock_without_a_pause_rule_is_never_paused(world: World) -> None:
    started(world.desk_id, 5, "completeness")
    events = counted(ClockEvent)
    paused(world.desk_id, 2, "completeness")
    paused(world.desk_id, 2, "no-such-clock")
    assert counted(ClockEvent) == events
    assert counted(ClockNotice) == 0


def test_clocks_end_when_a_desk_leaves(world: World) -> None:
    other = story.desk_of(world.case_id, OTHER)
    desks.opt_out(world.cast.staff(OTHER, "coordinator"), other, reason="No remit.")
    run = clocks.runs(get(Desk, other))[clocks.DECIDE]
    assert run.stopped == local_day(datetime.now(UTC), run.time_zone)
    assert clocks.running(get(Desk, other)) == ()
    assert clocks.DECIDE in clocks.running(get(Desk, world.desk_id))
    paused(other, 0)
    assert counted(ClockNotice) == 0


# --- warnings --------------------------------------------------------------------------------------------------------


def warned() -> list[dict[str, object]]:
    """What the letters of warning say, the oldest first."""
    db.session.rollback()
    rows = select(OutboxMessage.content).where(OutboxMessage.action == "clock.warn").order_by(OutboxMessage.created_at)
    return list(db.session.scalars(rows))


def test_a_warning_is_given_once_to_those_who_work_on_the_desk_and_its_heads(world: World) -> None:
    started(world.desk_id, 70)  # of 60 working days about 50 are used
    assert clocks.watched() >= 1
    rows = db.session.execute(select(OutboxMessage.person_id).where(OutboxMessage.action == "clock.warn")).all()
    told = {row.person_id for row in rows}
    assert world.staff("case").me in told and world.staff("coordinator").me in told
    assert not told & {world.cast.staff(OTHER, duty).me for duty in ("intake", "coordinator", "case")}
    assert not told & {person.me for person in world.outsiders.values() if person.organisation.value != "authority"}
    before = counted(OutboxMessage)
    assert clocks.watched() == 0, "once for each distance"
    assert counted(OutboxMessage) == before
    (event,) = db.session.scalars(select(TrailEvent).where(TrailEvent.kind == "clock.warn"))
    assert event.audience == [f"desk:{SEALED}"]


def test_the_long_stop_is_spoken_of_30_10_and_1_days_before_even_while_the_clock_stands(world: World) -> None:
    started(world.desk_id, 300)
    paused(world.desk_id, 290)
    run = clocks.runs(get(Desk, world.desk_id))[clocks.DECIDE]
    stop = run.due(now()).long_stop
    assert stop is not None
    said = []
    for ahead in (31, 30, 12, 10, 9, 1, 0):
        clocks.watched(datetime(stop.year, stop.month, stop.day, 12, tzinfo=UTC) - timedelta(days=ahead))
        said.append(len([one for one in warned() if one["long_stop"] and one["ends_on"] == stop.isoformat()]))
    per_letter = said[1]
    assert per_letter > 0
    assert said == [0, per_letter, per_letter, 2 * per_letter, 2 * per_letter, 3 * per_letter, 3 * per_letter]
    assert due_on(world.desk_id) == stop, "nothing moves that day"


def test_a_worker_that_was_away_catches_up_with_one_letter(world: World) -> None:
    started(world.desk_id, 360)
    clocks.watched()
    long_stops = [one for one in warned() if one["long_stop"]]
    assert long_stops and {one["ends_on"] for one in long_stops} == {long_stops[0]["ends_on"]}
    events = db.session.scalars(select(TrailEvent).where(TrailEvent.kind == "clock.warn")).all()
    assert len([event for event in events if event.audience == [f"desk:{SEALED}"]]) == 1


def test_a_clock_that_stands_moves_its_date_every_day(world: World) -> None:
    started(world.desk_id, 20)
    paused(world.desk_id, 10)
    earlier = due_on(world.desk_id)
    clocks.watched(now() + timedelta(days=7))
    assert due_on(world.desk_id) > earlier
    assert get(Desk, world.desk_id).watch_on is not None
