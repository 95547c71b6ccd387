"""Reminders to idle desks: to whoever is next, then to the coordinator, once each, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from sandbox.cli.demo import story
from sandbox.extensions import db
from sandbox.models.desks import DeskReminder
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import TrailEvent
from sandbox.services import desks
from sandbox.services.desks import reminders
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build

MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
DUTIES = ("intake", "case", "specialist", "coordinator", "decision", "issuing", "supervisor", "records", "ethics")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Time that is set by hand."""
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(clock: time_machine.Traveller, maker: Maker) -> World:
    """A case in assessment, every finding recorded at both desks, and one just routed."""
    return build(maker)


def told(world: World) -> list[tuple[str, str, str]]:
    """Which case, authority and duty reminders went to."""
    people = {world.cast.staff(code, duty).me: (code, duty) for code in (SEALED, OTHER) for duty in DUTIES}
    names = {world.case_id: "assessing", world.routed_id: "routed"}
    rows = db.session.execute(
        select(OutboxMessage.case_id, OutboxMessage.person_id).where(OutboxMessage.action == "desk.remind")
    )
    return sorted((names[case_id], *people[person_id]) for case_id, person_id in rows)


def test_nobody_is_reminded_while_a_step_is_fresh(world: World, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=7))  # the fifth working day is not over
    assert reminders.remind_all() == 0
    assert told(world) == []


def test_the_next_actor_is_reminded_once_and_then_the_coordinator(world: World, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(days=9))
    assert reminders.remind_all() == 4
    first = told(world)
    assert ("assessing", SEALED, "case") in first and ("assessing", OTHER, "case") in first
    assert ("routed", SEALED, "intake") in first
    assert not [row for row in first if row[0] == "assessing" and row[2] != "case"]
    assert reminders.remind_all() == 0 and told(world) == first, "running again writes nothing"
    clock.shift(timedelta(days=9))
    assert reminders.remind_all() == 4
    assert ("assessing", SEALED, "coordinator") in told(world)
    assert reminders.remind_all() == 0
    assert db.session.scalar(select(func.count()).select_from(DeskReminder)) == 8


def test_missing_findings_are_no_idleness(world: World, clock: time_machine.Traveller) -> None:
    desks.recuse(world.staff("ethics"), world.desk_id, person_id=world.staff("case").me, reason="A sister joins.")
    clock.shift(timedelta(days=30))
    reminders.remind_all()
    assert not [row for row in told(world) if row[:2] == ("assessing", SEALED)]


def test_a_step_that_was_taken_is_not_reminded_of(world: World, clock: time_machine.Traveller) -> None:
    story.file(world.cast, world.case_id, SEALED, "approve", "It may start.")
    clock.shift(timedelta(days=30))
    reminders.remind_all()
    assert not [row for row in told(world) if row[:2] == ("assessing", SEALED)], "it waits for the others"


def test_a_reminder_is_of_the_own_desk_alone(world: World, clock: time_machine.Traveller) -> None:
    """Whether the other desk is ready shows nowhere outside it."""
    clock.shift(timedelta(days=9))
    reminders.remind(world.desk_id)
    assert {row[1] for row in told(world)} == {SEALED}
    event = db.session.scalars(select(TrailEvent).where(TrailEvent.kind == "desk.remind")).one()
    assert event.audience == [f"desk:{SEALED}"]


def test_who_is_recused_is_not_reminded(world: World, clock: time_machine.Traveller) -> None:
    desks.recuse(world.staff("ethics"), world.desk_id, person_id=world.staff("coordinator").me, reason="Too close.")
    clock.shift(timedelta(days=30))
    reminders.remind_all()
    assert ("assessing", SEALED, "coordinator") not in told(world)
