"""The pages of teams and leave: kept by the administrator, leave also by everybody for themselves; no case there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from sandbox.cli.demo.firms import FIRMS
from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.desks import Leave, Team, TeamMember
from tests.factories import Maker
from tests.journeys.staging import World, build

As = Callable[[Actor], Any]


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def test_an_administrator_makes_and_changes_a_team(world: World, as_: As) -> None:
    admin, person = as_(world.staff("admin")), str(world.staff("case").me)
    assert "has no teams yet" in admin.get("/teams").text
    assert admin.send("/teams/new", {"code": "Not good", "name": "Bonds"}).status_code == 422
    made = {"code": "bonds", "name": "Bonds", "members": [person], "subjects": ["custody"]}
    assert admin.send("/teams/new", made).status_code == 302
    assert admin.send("/teams/new", made).status_code == 422
    page = admin.get("/teams").text
    assert "Bonds" in page and world.staff("case").name in page
    db.session.rollback()
    team = db.session.scalars(select(Team)).one()
    path = f"/teams/{team.id}"
    assert admin.send(path, {"name": "Bonds and notes", "version": "1"}).status_code == 302
    assert admin.send(path, {"name": "Too late", "version": "1"}).status_code == 409
    stranger = str(world.other("case").me)
    assert admin.send(path, {"name": "Bonds", "version": "2", "members": [stranger]}).status_code == 422
    db.session.rollback()
    assert db.session.scalars(select(TeamMember)).all() == []


def test_teams_of_others_do_not_exist(world: World, as_: As) -> None:
    as_(world.staff("admin")).send("/teams/new", {"code": "bonds", "name": "Sealed team"})
    db.session.rollback()
    path = f"/teams/{db.session.scalars(select(Team.id)).one()}"
    assert as_(world.other("admin")).get(path).status_code == 404
    assert "Sealed team" not in as_(world.other("admin")).get("/teams").text
    for nobody in (world.staff("coordinator"), world.staff("case"), world.outsiders["owner@harbourlight.example"]):
        assert as_(nobody).get(path).status_code == 403
        assert as_(nobody).get("/teams").status_code == 403


def test_leave_is_recorded_and_removed(world: World, as_: As) -> None:
    person, today = world.staff("case"), datetime.now(UTC).date()
    browser = as_(person)
    sent = {
        "person_id": str(person.me),
        "starts_on": (today + timedelta(days=3)).isoformat(),
        "ends_on": (today + timedelta(days=5)).isoformat(),
        "deputy_id": str(world.staff("specialist").me),
    }
    assert browser.send("/leave", {**sent, "ends_on": today.isoformat()}).status_code == 422
    assert browser.send("/leave", {**sent, "person_id": str(world.staff("intake").me)}).status_code == 422
    assert browser.send("/leave", sent).status_code == 302
    assert world.staff("specialist").name in browser.get("/leave").text
    assert "You have recorded no leave" in as_(world.staff("intake")).get("/leave").text
    admin = as_(world.staff("admin"))
    assert person.name in admin.get("/leave").text
    assert "Nobody is away" in as_(world.other("admin")).get("/leave").text
    db.session.rollback()
    path = f"/leave/{db.session.scalars(select(Leave.id)).one()}/remove"
    assert as_(world.staff("intake")).send(path).status_code == 404
    assert as_(world.other("admin")).send(path).status_code == 404
    assert admin.send(path).status_code == 302
    assert as_(world.outsiders["owner@harbourlight.example"]).get("/leave").status_code == 403


def test_the_administrator_reads_no_case_there(world: World, as_: As) -> None:
    admin = as_(world.staff("admin"))
    for path in ("/teams", "/teams/new", "/leave", "/home"):
        text = admin.get(path).text
        assert FIRMS[0].name not in text and "JS-2026" not in text
