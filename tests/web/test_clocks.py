"""The clocks of a case as pages: each reader's own cut, why each date, and planning without writing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select, update

from sandbox.cli.demo import story
from sandbox.domain.actors import Actor
from sandbox.domain.clocks import replay
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.desks import ClockEvent, Desk
from sandbox.models.trail import TrailEvent
from sandbox.queries import desks as reading
from sandbox.services import clocks, desks
from sandbox.services.unit import get, use_case
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build

As = Callable[[Actor], Any]


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


@use_case
def pause(desk_id: Any, reason: str) -> None:
    """A request was sent a while ago."""
    clocks.pause(get(Desk, desk_id), clocks.DECIDE, now(), reason, uuid4())


def test_a_desk_reads_its_own_clocks_and_why(world: World, as_: As) -> None:
    pause(world.desk_id, "Request 1 was sent.")
    page = as_(world.staff("case")).get(f"/cases/{world.case_id}/clocks").text
    assert "Stands still" in page and "Why this date?" in page and "Request 1 was sent." in page
    assert "Long-stop, which nothing moves" in page and "No law sets this period" in page
    other = as_(world.other("case")).get(f"/cases/{world.case_id}/clocks").text
    assert "Request 1 was sent." not in other and "Stands still" not in other


def test_the_steps_on_the_page_lead_to_its_date(world: World) -> None:
    for clock in reading.clocks(world.staff("case"), world.case_id).clocks:
        assert replay(clock.due.steps) == clock.due.at
        assert clock.steps == clock.due.explain()


def test_the_firm_reads_dates_and_notices_and_not_how_far_a_desk_is(world: World, as_: As) -> None:
    pause(world.desk_id, "Request 1 was sent.")
    firm = world.outsiders["signatory@harbourlight.example"]
    page = as_(firm).get(f"/cases/{world.case_id}/clocks").text
    assert "the clock stands still" in page and "Request 1 was sent." in page
    row, other = (page.split(f"{name}</th>")[1].split("</tr>")[0] for name in (
        "Financial Conduct Authority", "Securities and Exchange Commission",
    ))  # fmt: skip
    assert "Stands still" in row and "No date while it waits for your answer" in row
    assert "Stands still" not in other and "not law" in other
    assert "used," not in page and "What has happened to it" not in page
    before = reading.clocks(firm, world.case_id).answering
    db.session.execute(update(Desk).where(Desk.id == world.desk_id).values(state="decided"))
    db.session.commit()
    assert reading.clocks(firm, world.case_id).answering == before, "a desk that went ahead alone has decided in secret"


@pytest.mark.parametrize(
    ("email", "status"),
    [
        ("signatory@tessellate.example", 404),
        ("secretariat@programme_office.example", 403),
        ("auditor@audit_body.example", 403),
    ],
)
def test_others_have_no_such_page(world: World, as_: As, email: str, status: int) -> None:
    assert as_(world.outsiders[email]).get(f"/cases/{world.case_id}/clocks").status_code == status


def test_who_has_not_declared_or_is_recused_has_no_such_page(world: World, as_: As) -> None:
    path = f"/cases/{world.case_id}/clocks"
    assert as_(world.staff("records")).get(path).status_code == 404
    desks.declare(world.staff("case"), world.case_id, outcome="recused", kinds=["family"], details="My sister.")
    assert as_(world.staff("case")).get(path).status_code == 404


def test_a_plan_shows_a_date_and_writes_nothing(world: World, as_: As) -> None:
    browser, path = as_(world.staff("coordinator")), f"/cases/{world.case_id}/clocks"
    traces = [select(func.count()).select_from(model) for model in (ClockEvent, TrailEvent)]
    before = [db.session.scalar(one) for one in traces]
    today = now().date()
    asked, answered, late = (today + timedelta(days=days) for days in (14, 28, 200))
    query = f"clock=decide&asked_on={asked}&answered_on={answered}"
    page = browser.get(f"{path}?{query}").text
    clock = reading.clocks(world.staff("coordinator"), world.case_id).clock("decide")
    assert clock is not None
    planned = reading.plan(clock, asked=asked, answered=answered, decided=None)
    assert planned is not None and planned.due_on > clock.due_on
    assert "If that happens, the clock ends on" in page and "a request that is planned" in page
    assert "would be late" in browser.get(f"{path}?{query}&decided_on={late}").text
    assert "would be in time" in browser.get(f"{path}?{query}&decided_on={answered}").text
    db.session.rollback()
    assert [db.session.scalar(one) for one in traces] == before


@pytest.mark.parametrize(
    "query",
    [
        "clock=decide",
        "clock=nonsense&asked_on=2027-01-05",
        "clock=decide&asked_on=2027-02-30",
        "clock=decide&answered_on=2027-01-05",
        "clock=decide&asked_on=2027-01-05&answered_on=2027-01-04",
    ],
)
def test_a_plan_that_cannot_be_is_refused(world: World, as_: As, query: str) -> None:
    page = as_(world.staff("coordinator")).get(f"/cases/{world.case_id}/clocks?{query}")
    assert page.status_code == 422 and "There is a problem" in page.text


def test_no_other_desk_reads_a_desks_date_before_the_opening(world: World) -> None:
    firm = world.outsiders["signatory@harbourlight.example"]
    office = world.outsiders["secretariat@programme_office.example"]

    def told(reader: Actor, code: str) -> bool:
        return next(cell for cell in reading.case(reader, world.case_id).desks if cell.code == code).due_on is not None

    assert told(world.staff("case"), SEALED) and told(world.other("case"), OTHER)
    assert not told(world.staff("case"), OTHER) and not told(world.other("case"), SEALED)
    assert told(firm, SEALED) and told(office, OTHER)
    story.file(world.cast, world.case_id, SEALED, "approve", "Ready.")
    story.file(world.cast, world.case_id, OTHER, "approve", "Ready.")
    assert told(world.staff("case"), OTHER)
