"""Clocks from end to end: an incident in the night of the change of clocks, a long-stop, and a desk that leaves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import select

from sandbox import jobs
from sandbox.cli.demo import story
from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.desks import Case, Desk
from sandbox.models.messages import OutboxMessage
from sandbox.queries import desks as reading
from sandbox.services import clocks
from sandbox.services.decisions import editions
from sandbox.services.unit import get, use_case
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, build

As = Callable[[Actor], Any]
pytestmark = pytest.mark.slow
NIGHT = datetime(2026, 3, 28, 1, 30, tzinfo=UTC)  # Friday 27 March, 21:30 in New York; London's clocks change on Sunday


@use_case
def start(desk_id: Any, at: datetime, code: str) -> None:
    """Something started a clock of a desk."""
    clocks.start(get(Desk, desk_id), at, "An incident reached the threshold.", code)


@use_case
def ask(desk_id: Any, at: datetime) -> None:
    """The desk asked the firm for something that the firm never answers."""
    clocks.pause(get(Desk, desk_id), clocks.DECIDE, at, "Request 1 was sent.", uuid4())


def test_an_incident_in_the_night_before_the_change_of_clocks(maker: Maker, as_: As) -> None:
    """DOMAIN 11.6, case 8: hours run in UTC and are shown in both zones; working days are those of the authority."""
    world = build(maker)
    for code in ("incident-initial", "incident-final"):
        start(world.desk_id, NIGHT, code)
    page = as_(world.staff("case")).get(f"/cases/{world.case_id}/clocks").text
    assert "Europe/London: Sun 29 Mar 2026 02:30 BST" in page
    assert "America/New_York: Sat 28 Mar 2026 21:30 EDT" in page
    final = reading.clocks(world.staff("case"), world.case_id).clock("incident-final")
    assert final is not None
    # From Saturday 28 March in London, over Good Friday, Easter Monday and the early May bank holiday.
    assert (final.started_on, final.due_on) == (date(2026, 3, 28), date(2026, 5, 13))
    named = " ".join(final.steps)
    assert all(holiday in named for holiday in ("Good Friday", "Easter Monday", "May Day"))
    other = as_(world.other("case")).get(f"/cases/{world.case_id}/clocks").text
    assert "incident" not in other.lower()


def test_a_long_stop_that_is_reached_while_the_clock_stands(maker: Maker, as_: As) -> None:
    """DOMAIN 11.6, case 11: letters 30, 10 and 1 days before; the desk must decide or refuse, whatever is asked."""
    received = datetime(2027, 1, 15, 10, tzinfo=UTC)
    with time_machine.travel(received, tick=False):
        world = build(maker)
        ask(world.desk_id, received + timedelta(days=3))
    stop = date(2028, 1, 15)
    heads = {world.staff("coordinator").me, world.staff("intake").me}
    told: list[int] = []
    for ahead in (40, 30, 20, 10, 2, 1):
        morning = datetime(2028, 1, 15, 9, tzinfo=UTC) - timedelta(days=ahead)
        with time_machine.travel(morning, tick=False):
            jobs._watch_clocks()
            jobs._watch_clocks()
            rows = db.session.execute(
                select(OutboxMessage.person_id, OutboxMessage.content).where(
                    OutboxMessage.action == "clock.warn", OutboxMessage.case_id == world.case_id
                )
            ).all()
            told.append(
                sum(
                    1
                    for row in rows
                    if row.person_id in heads
                    and row.content["long_stop"]
                    and row.content["ends_on"] == stop.isoformat()
                )
            )
            page = as_(world.staff("coordinator")).get(f"/cases/{world.case_id}/clocks").text
            assert ("You must decide or refuse by 15 January 2028" in page) == (ahead <= 30)
            assert "Stands still" in page
            assert ("Long-stop 15 January 2028" in as_(world.staff("coordinator")).get("/inbox").text) == (ahead <= 30)
            db.session.rollback()
    assert told == [0, 2, 2, 4, 4, 6]
    with time_machine.travel(datetime(2028, 1, 15, 12, tzinfo=UTC), tick=False):
        clock = reading.clocks(world.staff("coordinator"), world.case_id).clock(clocks.DECIDE)
        assert clock is not None and clock.due_on == stop and clock.standing and not clock.overdue
        assert db.session.get_one(Desk, world.desk_id).due_on == stop
        assert stop.strftime("%-d %B %Y") not in as_(world.other("case")).get(f"/cases/{world.case_id}").text


def test_a_desk_that_opts_out_closes_its_track_and_the_other_goes_on(maker: Maker, as_: As) -> None:
    """DOMAIN 11.6, case 4: its track is closed with reasons, the other decides, and nothing waits for it."""
    world = build(maker)
    story.file(world.cast, world.case_id, SEALED, "approve", "It may start.")
    path = f"/cases/{world.case_id}"
    sent = as_(world.other("coordinator")).send(f"{path}/desk/opt-out", {"reason": "Outside our remit.", "sure": "y"})
    assert sent.status_code == 302
    db.session.rollback()
    other = story.desk_of(world.case_id, OTHER)
    assert db.session.get_one(Desk, other).state == "opted_out"
    assert clocks.running(get(Desk, other)) == ()
    assert db.session.get_one(Case, world.case_id).opened_at is not None, "the opening does not wait for it"
    assert db.session.get_one(Desk, world.desk_id).state == "deliberating"
    assert clocks.DECIDE in clocks.running(get(Desk, world.desk_id))
    firm = as_(world.outsiders["signatory@harbourlight.example"])
    for reader in (firm, as_(world.staff("case"))):
        assert "Opted out" in reader.get(path).text
        assert "Outside our remit." in reader.get(path).text, "with its reasons"
    editions.make_demo_keys()
    decision = story.decide(world.cast, world.case_id, SEALED)
    story.sign_and_issue(world.cast, decision, SEALED)
    db.session.rollback()
    assert db.session.get_one(Desk, world.desk_id).state == "issued", "the other authority's own decision stands alone"
