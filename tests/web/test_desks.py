"""The desks' pages as people use them: declare, assign, screen, step out; what each role can reach."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.cli.demo.firms import FIRMS
from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.desks import CompletenessLetter, ConflictDeclaration, Desk, DeskAssignment
from tests.factories import Maker
from tests.journeys.staging import SEALED, World, build

As = Callable[[Actor], Any]
STANDARD = "Programme service standard, not law"


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def state(world: World, case_id: Any) -> str:
    """The true state of the sealed desk."""
    db.session.rollback()
    return db.session.execute(select(Desk.state).where(Desk.id == story.desk_of(case_id, SEALED))).scalar_one()


def test_the_inbox_shows_cases_and_never_calls_a_standard_law(world: World, as_: As) -> None:
    page = as_(world.staff("case")).get("/inbox")
    assert page.status_code == 200
    assert FIRMS[0].name in page.text and FIRMS[0].product in page.text
    assert STANDARD in page.text and "Set by law" not in page.text
    assert FIRMS[1].product not in page.text, "the case officer has not declared there"
    assert as_(world.staff("case")).get("/inbox?find=quagga").text.count("No case matches") == 1


def test_before_declaring_the_case_page_is_the_declaration(world: World, as_: As) -> None:
    page = as_(world.staff("records")).get(f"/cases/{world.case_id}")
    assert "Declare your interests" in page.text
    assert FIRMS[0].product not in page.text and "Why here?" not in page.text
    for part in ("dossier", "desk", "assessment", "positions", "trail"):
        assert as_(world.staff("records")).get(f"/cases/{world.case_id}/{part}").status_code in (403, 404)


def test_declaring_opens_the_case_and_a_recusal_takes_it_away(world: World, as_: As) -> None:
    browser = as_(world.staff("intake"))
    path = f"/cases/{world.routed_id}/declaration"
    refused = browser.send(path, {"outcome": "managed", "details": ""})
    assert refused.status_code == 422 and "Describe the interest" in refused.text
    assert browser.send(path, {}).status_code == 422
    assert browser.send(path, {"outcome": "none"}).status_code == 302
    assert FIRMS[1].product in browser.get(f"/cases/{world.routed_id}").text
    gone = browser.send(path, {"outcome": "recused", "kinds": ["family"], "details": "My sister is a director."})
    assert gone.status_code == 302
    assert browser.get(f"/cases/{world.routed_id}").status_code == 404
    assert FIRMS[1].name not in browser.get("/inbox").text
    db.session.rollback()
    rows = db.session.scalars(select(ConflictDeclaration).where(ConflictDeclaration.case_id == world.routed_id)).all()
    assert sorted(row.outcome for row in rows) == ["none", "recused"]


def test_an_intake_officer_assigns_screens_and_writes_to_the_firm(world: World, as_: As) -> None:
    browser, case = as_(world.staff("intake")), f"/cases/{world.routed_id}"
    browser.send(f"{case}/declaration", {"outcome": "none"})
    person = world.staff("case").me
    assert browser.send(f"{case}/desk/assign", {"person_id": str(person)}).status_code == 302
    desk_id = story.desk_of(world.routed_id, SEALED)
    assert db.session.get(DeskAssignment, (desk_id, person)) is not None
    assert browser.send(f"{case}/desk/unassign", {"person_id": str(person)}).status_code == 302
    assert browser.send(f"{case}/desk/assign", {"person_id": "nonsense"}).status_code == 404
    assert browser.get(f"{case}/desk/complete").status_code == 409, "screening has not started"
    assert browser.send(f"{case}/desk/screening").status_code == 302
    assert state(world, world.routed_id) == "screening"
    assert browser.send(f"{case}/desk/incomplete", {"missing": " \n "}).status_code == 422
    assert "What the firm was asked" in browser.get(f"{case}/desk/incomplete").text
    lines = "Test plan: who can halt the test?\n\nThe custody contract."
    assert browser.send(f"{case}/desk/incomplete", {"missing": lines, "message": ""}).status_code == 302
    assert state(world, world.routed_id) == "incomplete"
    asked = (CompletenessLetter.desk_id == desk_id, CompletenessLetter.outcome == "incomplete")
    letter = db.session.execute(select(CompletenessLetter).where(*asked)).scalar_one()
    assert [row["reason"] for row in letter.missing] == ["Test plan: who can halt the test?", "The custody contract."]
    firm = as_(world.outsiders["signatory@tessellate.example"]).get(case)
    assert "The custody contract." in firm.text and "Assessing" in firm.text
    assert "The custody contract." not in as_(world.other("intake")).get(case).text


def test_completeness_leads_to_assessment(world: World, as_: As) -> None:
    browser, case = as_(world.staff("intake")), f"/cases/{world.routed_id}"
    browser.send(f"{case}/declaration", {"outcome": "none"})
    browser.send(f"{case}/desk/screening")
    assert "It is complete" in browser.get(f"{case}/desk").text
    assert browser.send(f"{case}/desk/complete", {"message": ""}).status_code == 302
    assert state(world, world.routed_id) == "assessing"


def test_opting_out_asks_first_and_says_what_follows(world: World, as_: As) -> None:
    browser, path = as_(world.staff("coordinator")), f"/cases/{world.case_id}/desk/opt-out"
    assert "there is no joint outcome" in browser.get(path).text
    assert browser.send(path, {"reason": "No remit."}).status_code == 422
    assert browser.send(path, {"reason": "", "sure": "y"}).status_code == 422
    assert browser.send(path, {"reason": "No remit after all.", "sure": "y"}).status_code == 302
    assert state(world, world.case_id) == "opted_out"
    assert "Opted out" in as_(world.other("case")).get(f"/cases/{world.case_id}").text
    assert as_(world.staff("case")).get(path).status_code == 403


def test_going_alone_is_not_offered_before_the_warning_point(world: World, as_: As) -> None:
    story.file(world.cast, world.case_id, SEALED, "refuse", "Sealed summary.")
    browser, path = as_(world.staff("coordinator")), f"/cases/{world.case_id}/desk/go-alone"
    assert "Go ahead alone" not in browser.get(f"/cases/{world.case_id}/desk").text
    refused = browser.send(path, {"reason": "We are late.", "sure": "y"})
    assert refused.status_code == 422
    assert "warning point" in refused.text
    page = browser.get(path)
    assert page.status_code == 409 and "warning point" in page.text, "not by its address either"
    assert state(world, world.case_id) == "assessed"
    with time_machine.travel(now() + timedelta(days=75)):
        assert as_(world.staff("coordinator")).get(path).status_code == 200


def test_no_two_options_of_the_inbox_read_the_same(world: World, as_: As) -> None:
    text = as_(world.staff("case")).get("/inbox").text
    options = re.findall(r"<option[^>]*>([^<]+)", text.split('id="turn"')[1].split("</select>")[0])
    assert len(options) == len(set(options)) > 5 and "Case officer: screening" in options


def test_a_specialist_reads_who_it_is_that_the_desk_waits_for(world: World, as_: As) -> None:
    page = as_(world.staff("specialist")).get(f"/cases/{world.case_id}").text
    assert "Waiting for: Case officer" in page and "Reviewers" not in page


@pytest.mark.parametrize("part", ["", "/dossier", "/desk", "/declaration"])
def test_another_firm_and_a_made_up_case_get_the_same_page(world: World, as_: As, part: str) -> None:
    browser = as_(world.outsiders["signatory@tessellate.example"])
    hidden = browser.get(f"/cases/{world.case_id}{part}")
    nothing = browser.get(f"/cases/00000000-0000-4000-8000-000000000000{part}")
    assert (hidden.status_code, hidden.data) == (nothing.status_code, nothing.data)


def test_the_desk_page_says_why_this_date(world: World, as_: As) -> None:
    text = as_(world.staff("coordinator")).get(f"/cases/{world.case_id}/desk").text
    assert "Why this date?" in text and "No law sets this period" in text and "working days left" in text


def test_dashboards_by_role(world: World, as_: As) -> None:
    assert FIRMS[0].product in as_(world.staff("case")).get("/home").text
    assert "need your declaration" in as_(world.staff("intake")).get("/home").text
    assert "Newest cases" in as_(world.outsiders["secretariat@programme_office.example"]).get("/home").text
    pipeline = as_(world.outsiders["secretariat@programme_office.example"]).get("/pipeline")
    assert FIRMS[0].product not in pipeline.text and FIRMS[0].name in pipeline.text
    assert as_(world.staff("case")).get("/pipeline").status_code == 403
    assert as_(world.outsiders["signatory@harbourlight.example"]).get("/pipeline").status_code == 403


def test_a_case_page_takes_at_most_eight_statements(world: World, as_: As, statements: Any) -> None:
    browser = as_(world.staff("case"))
    browser.get("/inbox")
    for path, most in (
        (f"/cases/{world.case_id}", 8),
        ("/inbox", 6),
        ("/home", 6),
        (f"/cases/{world.case_id}/desk", 8),
    ):
        with statements() as seen:
            assert browser.get(path).status_code == 200
        assert len(seen) <= most, path
