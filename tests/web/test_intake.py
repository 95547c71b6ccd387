"""Pages of cohorts, places, fees and consents, and withdrawing from one authority: asked first, told, nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.domain.actors import Actor, Role
from sandbox.extensions import db
from sandbox.models.desks import Desk
from sandbox.services import desks
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build
from tests.services.test_intake import charging, clock, cohorts  # noqa: F401 - fixtures

As = Callable[[Actor], Any]


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment; where a test asks for cohorts before it, in the first of them."""
    return build(maker)


def firm(world: World) -> Actor:
    return world.outsiders["signatory@harbourlight.example"]


def lead(world: World) -> Actor:
    """The coordinator of the lead desk, assigned to it."""
    person = world.staff("coordinator")
    desks.assign(world.staff("intake"), world.desk_id, person_id=person.me)
    return person


@pytest.mark.usefixtures("cohorts", "clock")
def test_a_place_is_given_deferred_and_read_by_the_firm(maker: Maker, as_: As) -> None:
    world = build(maker)
    place = f"/cases/{world.case_id}/place"
    browser = as_(lead(world))
    page = browser.get(place).text
    assert "Applied for a place" in page and "0 of 1 places are taken" in page
    assert browser.send(f"{place}/give").status_code == 422, "asked first"
    assert browser.send(f"{place}/give", {"sure": "y"}).status_code == 302
    page = browser.get(place).text
    assert "Has a place" in page and "Give a place" not in page
    refused = browser.send(f"{place}/defer", {"cohort": "second", "reason": ""})
    assert refused.status_code == 422 and "Give the reason." in refused.text
    assert browser.send(f"{place}/defer", {"cohort": "second", "reason": "Not ready."}).status_code == 302
    read = as_(firm(world)).get(place).text
    assert "The place was kept from an earlier cohort." in read and "Not ready." in read
    assert "Give a place" not in read and world.staff("coordinator").name not in read
    office = world.outsiders["secretariat@programme_office.example"]
    assert "Second cohort" in as_(office).get("/cohorts").text
    assert browser.send(f"{place}/give", {"sure": "y"}).status_code == 409


def test_a_rolling_programme_shows_no_place(world: World, as_: As) -> None:
    browser = as_(world.staff("coordinator"))
    assert browser.get(f"/cases/{world.case_id}/place").status_code == 404
    assert "Place and fees" not in browser.get(f"/cases/{world.case_id}").text
    assert "applications are taken at any time" in browser.get("/cohorts").text


@pytest.mark.usefixtures("charging")
def test_a_fee_is_recorded_and_struck_for_firm_and_desk_alone(world: World, as_: As) -> None:
    place = f"/cases/{world.case_id}/place"
    browser = as_(world.staff("coordinator"))
    sent = {"fee": "application", "amount": "500", "received_on": "2026-11-02", "reference": "Bank 1"}
    assert browser.send(f"/cases/{world.case_id}/fees/record", {**sent, "amount": "x"}).status_code == 422
    assert browser.send(f"/cases/{world.case_id}/fees/record", sent).status_code == 302
    assert "Bank 1" in as_(firm(world)).get(place).text
    other = as_(world.other("coordinator")).get(place)
    assert "Bank 1" not in other.text
    strike = browser.get(place).text.split("/fees/")[1].split("/strike")[0]
    assert browser.send(f"/cases/{world.case_id}/fees/{strike}/strike", {"reason": "Twice."}).status_code == 302
    assert "Struck" in browser.get(place).text


def test_consents_are_withdrawn_on_a_page_that_says_what_follows(world: World, as_: As) -> None:
    path = f"/cases/{world.case_id}/consents"
    browser = as_(firm(world))
    assert browser.get(path).text.count("Withdraw<span") == 6, "three categories for each of two authorities"
    withdraw = f"{path}/{SEALED}/dossier/withdraw"
    assert "Legal gateways are not affected" in browser.get(withdraw).text
    assert browser.send(withdraw, {"reason": "No more."}).status_code == 422, "asked first"
    assert browser.send(withdraw, {"reason": "No more.", "sure": "y"}).status_code == 302
    for person in (world.staff("case"), world.other("coordinator")):
        page = as_(person).get(path).text
        assert "No more." in page and "Withdraw<span" not in page
    assert as_(world.staff("case")).get(withdraw).status_code == 403
    assert browser.get(f"{path}/CFTC/dossier/withdraw").status_code == 404
    assert browser.send(withdraw, {"sure": "y"}).status_code == 409, "said once"


def test_a_desk_sees_at_once_what_it_may_not_share_by_consent(world: World, as_: As) -> None:
    case = f"/cases/{world.case_id}"
    desk = as_(world.staff("case"))
    for page in (f"{case}/sharing", f"{case}/sharing/new"):
        text = desk.get(page).text
        assert f'href="{case}/consents"' in text and "Assessments: not agreed" in text and "withdrawn on" not in text
    firm_of = as_(firm(world))
    before = firm_of.get(f"{case}/consents").text
    assert "with version 1 of the application" in before and "Withdrawn<" not in before
    sent = {"reason": "No more.", "sure": "y"}
    assert firm_of.send(f"{case}/consents/{SEALED}/dossier/withdraw", sent).status_code == 302
    desk = as_(world.staff("case"))
    for page in (f"{case}/sharing", f"{case}/sharing/new"):
        assert "The application: withdrawn on" in desk.get(page).text
    text = desk.get(f"{case}/consents").text
    assert text.count("Withdrawn\n") + text.count("Withdrawn<") == 1
    assert "withdrawn on" not in as_(world.other("coordinator")).get(f"{case}/sharing").text, "each its own"


def test_the_firm_leaves_one_authority(world: World, as_: As) -> None:
    browser = as_(firm(world))
    overview = f"/applications/{story.application_of(world.case_id)}/withdraw"
    leave = f"/cases/{world.case_id}/leave/{OTHER}"
    assert leave in browser.get(overview).text
    page = browser.get(leave).text
    assert "It is a required authority." in page and "Financial Conduct Authority" in page
    assert browser.send(leave, {"reason": "Not there."}).status_code == 422, "asked first"
    assert browser.send(leave, {"reason": "Not there.", "sure": "y"}).status_code == 302
    assert "The firm withdrew from this authority: Not there." in browser.get(f"/cases/{world.case_id}").text
    db.session.rollback()
    states = dict(db.session.execute(select(Desk.authority_id, Desk.state).where(Desk.case_id == world.case_id)).all())
    assert sorted(states.values()) == ["assessing", "closed"]
    assert browser.get(leave).status_code == 404


def test_nobody_else_gets_there(world: World, maker: Maker, as_: As) -> None:
    stranger = maker.person(maker.firm(), Role.SIGNATORY)
    for path in (f"consents/{SEALED}/dossier/give", f"leave/{SEALED}", "consents", "place"):
        assert as_(stranger).get(f"/cases/{world.case_id}/{path}").status_code == 404
