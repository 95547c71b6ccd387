"""Screening as pages: the checklist, the letter with links to the answers, the short path of those who are asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.domain.actors import Actor, Role
from sandbox.domain.catalogue.terms import Part
from sandbox.domain.parts import STARTS_AS
from sandbox.extensions import db
from sandbox.models.applications import Application
from sandbox.models.base import now
from sandbox.models.desks import Case, Desk
from sandbox.services import clocks, desks
from sandbox.services.unit import use_case
from tests.factories import Maker
from tests.journeys.staging import SEALED, World, build, open_positions

As = Callable[[Actor], Any]


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


@pytest.fixture
def case(world: World) -> str:
    """The path of a case that the intake officer screens."""
    head = world.staff("intake")
    desks.declare(head, world.routed_id, outcome="none")
    desks.start_screening(head, story.desk_of(world.routed_id, SEALED))
    return f"/cases/{world.routed_id}"


def test_what_is_marked_missing_reaches_the_firm_with_a_link_to_the_answer(world: World, case: str, as_: As) -> None:
    browser = as_(world.staff("intake"))
    assert "Does the exit plan say" in browser.get(f"{case}/desk/checklist").text
    numbers = {f"result_{i}": "met" for i in range(8)} | {"result_7": "missing", "note_7": "Say who buys them back."}
    assert browser.send(f"{case}/desk/checklist", numbers).status_code == 302
    assert "7 met, 1 missing, 0 not looked at" in browser.get(f"{case}/desk").text
    refused = browser.send(f"{case}/desk/complete", {"message": ""})
    assert refused.status_code == 422 and "Say who buys them back." in refused.text
    assert "Say who buys them back." in browser.get(f"{case}/desk/incomplete").text
    assert browser.send(f"{case}/desk/incomplete", {"missing": "The contract.", "message": ""}).status_code == 302
    application = db.session.execute(
        select(Application.id).join(Case, Case.application_id == Application.id).where(Case.id == world.routed_id)
    ).scalar_one()
    firm = as_(world.outsiders["signatory@tessellate.example"])
    link = f'href="/applications/{application}/sections/test_plan"'
    for path in (case, f"/applications/{application}"):
        shown = firm.get(path).text
        assert "Say who buys them back." in shown and "The contract." in shown and link in shown
        assert "application received" in shown or "Received" in shown
    assert firm.get(f"/applications/{application}/sections/test_plan").status_code == 200
    other = as_(world.other("intake")).get(case)
    assert "Say who buys them back." not in other.text


def test_the_checklist_is_for_who_screens_and_while_they_screen(world: World, case: str, as_: As) -> None:
    path = f"{case}/desk/checklist"
    for email in ("signatory@tessellate.example", "secretariat@programme_office.example"):
        assert as_(world.outsiders[email]).get(path).status_code == 403
    assert as_(world.other("intake")).get(path).status_code == 404
    assert as_(world.staff("decision")).get(path).status_code == 403
    assert as_(world.staff("coordinator")).get(path).status_code == 404, "has not declared"
    browser = as_(world.staff("intake"))
    assert browser.send(path, {"result_0": "perhaps"}).status_code == 422
    assert browser.send(f"{case}/desk/complete", {"message": ""}).status_code == 302
    assert browser.get(path).status_code == 409
    assert browser.send(path, {"result_0": "met"}).status_code == 409


@use_case
def asked(world: World, maker: Maker, part: Part) -> None:
    """A third authority has a desk with that part in the case."""
    desk = Desk(
        case_id=world.case_id,
        authority_id=maker.authority("BoE"),
        part=part.value,
        state=STARTS_AS[part],
        required=False,
    )
    db.session.add(desk)
    db.session.flush()
    clocks.receive(desk, now())


@pytest.mark.parametrize(
    ("part", "path", "words"),
    [
        (Part.CONSULTS, "view", "No objection."),
        (Part.CONSENTS, "consent", "We consent."),
        (Part.CONSENTS, "refuse-consent", "We refuse."),
    ],
)
def test_who_is_asked_answers_on_a_short_path(
    world: World, maker: Maker, as_: As, part: Part, path: str, words: str
) -> None:
    asked(world, maker, part)
    person = maker.staff("BoE", Role.COORDINATOR)
    desks.declare(person, world.case_id, outcome="none")
    browser, case = as_(person), f"/cases/{world.case_id}"
    assert "Answer by" in browser.get(f"{case}/desk").text
    assert browser.get(f"{case}/desk/{path}").status_code == 200
    assert browser.send(f"{case}/desk/{path}", {"reasons": " ", "sure": "y"}).status_code == 422
    assert browser.send(f"{case}/desk/{path}", {"reasons": words, "sure": "y"}).status_code == 302
    assert words in browser.get(f"{case}/desk").text
    assert words not in as_(world.staff("case")).get(f"{case}/desk").text
    open_positions(world)
    assert words in as_(world.staff("case")).get(f"{case}/desk").text
    for email in ("signatory@harbourlight.example", "secretariat@programme_office.example"):
        outsider = as_(world.outsiders[email])
        assert not {words, "Consent given", "Consent refused"} & set(re.findall(r"[^<>]+", outsider.get(case).text))
        assert outsider.get(f"{case}/desk/{path}").status_code == 403
    assert as_(world.staff("coordinator")).get(f"{case}/desk/{path}").status_code == 409, "that desk decides"


def test_by_how_many_a_case_was_admitted_stands_on_the_page_after_the_opening_only(world: World, as_: As) -> None:
    path, words = f"/cases/{world.case_id}", "2 of 2 deciding authorities"
    firm = world.outsiders["signatory@harbourlight.example"]
    assert words not in as_(world.staff("case")).get(path).text
    open_positions(world)
    assert words in as_(world.staff("case")).get(path).text
    assert words not in as_(firm).get(path).text
