"""Requests for information after the firm's reply: accepted, asked again, taken back; and the chasers before it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.domain import audiences
from sandbox.domain.errors import Incomplete, NotNow
from sandbox.extensions import db
from sandbox.models.desks import Desk, Request
from sandbox.services import applications, desks
from sandbox.services.desks import chasing, requests
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build
from tests.services import asking
from tests.services.asking import letters, parties, paused


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment at two desks."""
    return build(maker)


def test_accepting_and_asking_again(world: World) -> None:
    first, second = asking.sent(world), asking.sent(world)
    for key in (first, second):
        asking.reply(world, key)
    asking.answer(world)
    requests.accept(world.staff("coordinator"), first, version=asking.version(first))
    assert asking.state(first) == "accepted"
    with pytest.raises(Incomplete):
        requests.ask_again(
            world.staff("case"), second, reason=" ", questions=asking.questions(second), version=asking.version(second)
        )
    chosen = asking.questions(second)
    again = requests.ask_again(
        world.staff("case"), second, reason="Name the person.", questions=chosen, version=asking.version(second)
    )
    row = db.session.get_one(Request, again)
    assert (row.state, row.number, row.round, row.message) == ("drafted", 2, 2, "Name the person.")
    assert asking.state(second) == "asked_again"
    requests.send(world.staff("coordinator"), again, version=asking.version(again))
    asking.reply(world, again, "Ada Example.")
    asking.answer(world)
    assert asking.state(again) == "answered"


def test_taking_back_lets_the_clock_run_and_closes_the_questions(world: World) -> None:
    key = asking.sent(world)
    (question,) = asking.questions(key)
    with pytest.raises(Incomplete):
        requests.cancel(world.staff("coordinator"), key, reason="")
    requests.cancel(world.staff("coordinator"), key, reason="Answered on the phone.", version=asking.version(key))
    assert paused(world, SEALED) == ["paused", "resumed"]
    assert letters("request.cancel")
    with pytest.raises(NotNow):
        applications.prepare(asking.firm(world, "contributor"), world.case_id, question, text="Too late.")
    draft = asking.drafted(world)
    before = letters("request.cancel")
    requests.cancel(world.staff("coordinator"), draft, reason="")
    assert parties(draft) == {audiences.desk(SEALED)}
    assert letters("request.cancel") == before


def test_a_desk_that_leaves_takes_back_what_it_asked(world: World) -> None:
    key, draft = asking.sent(world), asking.drafted(world)
    desks.opt_out(world.staff("coordinator"), world.desk_id, reason="No capacity.")
    assert (asking.state(key), asking.state(draft)) == ("cancelled", "cancelled")


def test_the_turn_is_the_firms_while_a_request_is_open(world: World) -> None:
    key = asking.sent(world)
    turns = {key: turn for key, turn in db.session.execute(select(Desk.id, Desk.turn))}
    assert turns[world.desk_id] == "firm"
    assert turns[story.desk_of(world.case_id, OTHER)] == "reviewers"
    asking.reply(world, key)
    asking.answer(world)
    assert db.session.execute(select(Desk.turn).where(Desk.id == world.desk_id)).scalar_one() == "reviewers"


def test_chasers_go_out_once_for_each_point(world: World) -> None:
    start = datetime(2026, 11, 23, 12, tzinfo=UTC)
    with time_machine.travel(start) as clock:
        key = asking.sent(world)
        seen = []
        for days in (0, 7, 7, 8, 11, 15, 16):
            clock.move_to(start + timedelta(days=days))
            db.session.rollback()
            seen.append(chasing.chase())
    assert seen == [0, 1, 0, 0, 1, 1, 0]
    assert {one for one in letters("request.chase") if one.endswith("@fca.example")}  # overdue: the desk hears too
    assert not {one for one in letters("request.chase") if one.endswith("@sec.example")}
    assert asking.state(key) == "sent"
    asking.reply(world, key)
    asking.answer(world)
    with time_machine.travel(start + timedelta(days=30)):
        assert chasing.chase() == 0


def test_another_date_needs_a_reason_and_starts_the_chasers_anew(world: World) -> None:
    start = datetime(2026, 11, 23, 12, tzinfo=UTC)
    with time_machine.travel(start) as clock:
        key = asking.sent(world)
        clock.move_to(start + timedelta(days=8))
        assert chasing.chase() == 1
        head, stands = world.staff("coordinator"), asking.version(key)
        for day, reason in ((date(2026, 12, 21), " "), (date(2026, 12, 1), "Too early.")):
            with pytest.raises(Incomplete):
                requests.extend(head, key, due_on=day, reason=reason, version=stands)
        requests.extend(head, key, due_on=date(2026, 12, 21), reason="The firm asked for it.", version=stands)
        assert letters("request.extend")
        clock.move_to(start + timedelta(days=22))
        db.session.rollback()
        assert chasing.chase() == 1
    row = db.session.get_one(Request, key)
    assert (row.due_on, row.clock_due_on, row.warn_on) == (
        date(2026, 12, 21),
        date(2026, 12, 7),
        ["2026-12-14", "2026-12-18"],
    )
