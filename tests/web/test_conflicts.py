"""The pages about interests: declaring, deciding, the own register, stand-ins, parties; and who cannot reach them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from sandbox.cli.demo.firms import FIRMS
from sandbox.domain.actors import Actor, Role
from sandbox.extensions import db
from sandbox.models.desks import CaseParty, ConflictDeclaration, StandIn, StandingInterest
from sandbox.services import desks
from sandbox.services.desks import interests
from tests.factories import Maker
from tests.journeys.staging import SEALED, World, build

As = Callable[[Actor], Any]
MANAGED = {
    "outcome": "managed",
    "kinds": ["adviser"],
    "details": "Sealed details of an interest.",
    "measures": "Sealed measures.",
}
SIGNATORY = "signatory@harbourlight.example"


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def test_the_declaration_shows_the_names_and_nothing_else(world: World, as_: As) -> None:
    page = as_(world.staff("records")).get(f"/cases/{world.case_id}")
    assert page.status_code == 200
    assert FIRMS[0].name in page.text and "18 USC 208" in page.text
    assert FIRMS[0].product not in page.text and "Advis" in page.text
    assert as_(world.staff("records")).get(f"/cases/{world.case_id}/parties").status_code == 200


def test_a_match_is_shown_and_asks_for_a_reason(world: World, as_: As) -> None:
    browser, path = as_(world.staff("records")), f"/cases/{world.case_id}/declaration"
    made = browser.send("/account/interests", {"kind": "employer", "name": "Harbourlight"})
    assert made.status_code == 302
    assert "You told us about “Harbourlight”; it looks like “Harbourlight Markets Ltd”." in browser.get(path).text
    refused = browser.send(path, {"outcome": "none"})
    assert refused.status_code == 422 and "Say why you have no interest" in refused.text
    assert browser.send(path, {"outcome": "none", "reason": "I left in 2009."}).status_code == 302
    waiting = browser.get(f"/cases/{world.case_id}").text
    assert "Your declaration waits for a colleague" in waiting and FIRMS[0].product not in waiting
    ethics, me = as_(world.staff("ethics")), world.staff("records").me
    assert "Confirm that there is none" in ethics.get(f"/cases/{world.case_id}/declarations").text
    agreed = f"/cases/{world.case_id}/declarations/{me}/confirm"
    assert "Leave the box empty to agree" in ethics.get(agreed).text
    assert ethics.send(agreed, {"measures": ""}).status_code == 302
    assert "waits for a colleague" not in browser.get(f"/cases/{world.case_id}").text


def test_an_interest_waits_and_the_ethics_officer_confirms(world: World, as_: As) -> None:
    person, ethics = as_(world.staff("case")), as_(world.staff("ethics"))
    assert person.send(f"/cases/{world.case_id}/declaration", MANAGED).status_code == 302
    waiting = person.get(f"/cases/{world.case_id}").text
    assert "Your interest waits for a decision" in waiting and FIRMS[0].product not in waiting
    for part in ("dossier", "desk", "assessment", "decision", "trail"):
        assert person.get(f"/cases/{world.case_id}/{part}").status_code in (403, 404), part
    listed = ethics.get("/declarations").text
    assert "Sealed details of an interest." in listed and FIRMS[0].product not in listed
    me = world.staff("case").me
    page = f"/cases/{world.case_id}/declarations/{me}/confirm"
    assert "Sealed measures." in ethics.get(page).text
    assert ethics.send(page, {"measures": " "}).status_code == 422
    assert ethics.send(page, {"measures": "Only custody."}).status_code == 302
    assert FIRMS[0].product in person.get(f"/cases/{world.case_id}").text
    assert ethics.get(page).status_code == 409, "decided already"
    assert "Sealed details" not in ethics.get("/declarations").text
    assert "Sealed details" in ethics.get("/declarations?show=interests").text


def test_waiving_and_taking_off_ask_first(world: World, as_: As) -> None:
    ethics, me = as_(world.staff("ethics")), world.staff("specialist").me
    desks.declare(world.staff("specialist"), world.case_id, **MANAGED)
    base = f"/cases/{world.case_id}/declarations/{me}"
    assert ethics.send(f"{base}/waive", {"reason": "Small."}).status_code == 422
    assert ethics.send(f"{base}/waive", {"reason": "Small.", "sure": "y"}).status_code == 302
    assert "Take off this case" in ethics.get(f"{base}/recuse").text
    assert ethics.send(f"{base}/recuse", {"reason": "", "sure": "y"}).status_code == 422
    assert ethics.send(f"{base}/recuse", {"reason": "It grew.", "sure": "y"}).status_code == 302
    db.session.rollback()
    live = select(ConflictDeclaration.outcome).where(
        ConflictDeclaration.person_id == me, ConflictDeclaration.superseded_at.is_(None)
    )
    assert db.session.scalars(live).all() == ["recused"]


def test_the_ethics_officer_sees_reference_and_names_only(world: World, as_: As) -> None:
    ethics = as_(world.staff("ethics"))
    for path in ("", "/declarations", "/parties"):
        page = ethics.get(f"/cases/{world.case_id}{path}")
        assert page.status_code == 200, path
        assert FIRMS[0].product not in page.text
    for part in ("dossier", "desk", "assessment", "positions", "divergences", "decision", "trail"):
        assert ethics.get(f"/cases/{world.case_id}/{part}").status_code in (403, 404), part


def test_nobody_else_reaches_the_declarations(world: World, as_: As) -> None:
    desks.declare(world.staff("case"), world.case_id, **MANAGED)
    me = world.staff("case").me
    paths = [
        f"/cases/{world.case_id}/declarations",
        f"/cases/{world.case_id}/declarations/{me}/confirm",
        f"/cases/{world.case_id}/declarations/{me}/waive",
        f"/cases/{world.case_id}/declarations/{me}/recuse",
        f"/cases/{world.case_id}/stand-ins/new",
    ]
    strangers = [world.staff("intake"), world.staff("records"), world.staff("admin"), world.other("ethics")]
    strangers += [world.other("coordinator"), world.outsiders[SIGNATORY]]
    for stranger in strangers:
        browser = as_(stranger)
        for path in paths:
            if stranger.code == "SEC" and path == paths[0]:
                page = browser.get(path)  # their own desk's declarations, not ours
                assert "Sealed" not in page.text and world.staff("case").name not in page.text
                continue
            if stranger.code == "SEC" and path == paths[4]:
                continue
            assert browser.get(path).status_code in (403, 404), (stranger.email, path)
            assert browser.send(path, {"reason": "x", "measures": "x", "sure": "y"}).status_code in (403, 404, 405)
        assert "Sealed" not in browser.get("/declarations").text
    coordinator = as_(world.staff("coordinator"))
    assert coordinator.get(paths[1]).status_code == 200
    assert [coordinator.get(path).status_code for path in paths[2:]] == [403, 403, 403]
    assert as_(world.staff("case")).get(paths[1]).status_code in (403, 404), "not one's own"


def test_a_stand_in_is_appointed_and_dismissed(world: World, as_: As) -> None:
    ethics, page = as_(world.staff("ethics")), f"/cases/{world.case_id}/stand-ins/new"
    desks.recuse(world.staff("ethics"), world.desk_id, person_id=world.staff("coordinator").me, reason="Too close.")
    person = str(world.staff("records").me)
    assert "Coordinator Of Fca" not in ethics.get(page).text, "who is recused cannot be chosen"
    assert ethics.send(page, {"person_id": person, "role": "coordinator", "reason": ""}).status_code == 422
    wrong = ethics.send(
        page, {"person_id": str(world.staff("case").me), "role": "issuing_administrator", "reason": "x"}
    )
    assert wrong.status_code == 422 and "cannot hold these roles together" in wrong.text
    sent = {"person_id": person, "role": "coordinator", "reason": "The coordinator is recused."}
    assert ethics.send(page, sent).status_code == 302
    desks.declare(world.staff("records"), world.case_id, outcome="none")
    stand_in = as_(world.staff("records"))
    assert stand_in.get(f"/cases/{world.case_id}/desk/opt-out").status_code == 200
    assert stand_in.get(f"/cases/{world.routed_id}/desk/opt-out").status_code in (403, 404, 409)
    db.session.rollback()
    row = db.session.scalars(select(StandIn)).one()
    end = f"/cases/{world.case_id}/stand-ins/{row.id}/end"
    assert as_(world.staff("records")).send(end).status_code in (403, 404)
    assert ethics.send(end.replace(str(row.id), str(world.case_id))).status_code == 404
    assert ethics.send(end).status_code == 302
    assert stand_in.get(f"/cases/{world.case_id}/desk/opt-out").status_code == 403


def test_the_register_is_ones_own(world: World, as_: As) -> None:
    line = interests.add_interest(world.staff("case"), kind="other", name="Sealed family firm")
    browser = as_(world.staff("case"))
    assert "Sealed family firm" in browser.get("/account/interests").text
    for other in (world.staff("intake"), world.other("case")):
        assert "Sealed family firm" not in as_(other).get("/account/interests").text
        assert as_(other).send(f"/account/interests/{line}/remove").status_code == 404
    for stranger in (world.staff("ethics"), world.staff("admin"), world.outsiders[SIGNATORY]):
        assert as_(stranger).get("/account/interests").status_code == 403
    assert browser.send("/account/interests", {"kind": "employer", "name": ""}).status_code == 422
    assert browser.send(f"/account/interests/{line}/remove").status_code == 302
    db.session.rollback()
    assert db.session.scalars(select(StandingInterest)).all() == []


def test_the_firm_reports_and_everybody_declares_again(world: World, as_: As) -> None:
    firm, page = as_(world.outsiders[SIGNATORY]), f"/cases/{world.case_id}/parties/change"
    day = {"effective_on": "2027-01-04", "sure": "y"}
    assert firm.send(page, {**day, "what": "Sold."}).status_code == 422
    sent = {**day, "what": "Kestrel buys us.", "kind_1": "controller", "name_1": "Kestrel Holdings SA"}
    assert firm.send(page, sent).status_code == 302
    assert "Kestrel buys us." in firm.get(f"/cases/{world.case_id}/parties").text
    officer = as_(world.staff("case"))
    again = officer.get(f"/cases/{world.case_id}").text
    assert "You are asked again" in again and "Kestrel Holdings SA" in again and FIRMS[0].product not in again
    assert "Kestrel buys us." not in again
    assert "Kestrel buys us." not in officer.get(f"/cases/{world.case_id}/parties").text
    assert officer.get(f"/cases/{world.case_id}/dossier").status_code in (403, 404)
    assert officer.send(f"/cases/{world.case_id}/declaration", {"outcome": "none"}).status_code == 302
    assert "Kestrel buys us." in officer.get(f"/cases/{world.case_id}/parties").text
    db.session.rollback()
    party = db.session.scalars(select(CaseParty).where(CaseParty.name == "Kestrel Holdings SA")).one()
    gone = {**day, "what": "Kestrel is out.", "ended": [str(party.id)]}
    assert firm.send(page, gone).status_code == 302
    assert "Earlier parties" in as_(world.staff("records")).get(f"/cases/{world.case_id}/parties").text


def test_parties_are_not_for_strangers(world: World, as_: As) -> None:
    path = f"/cases/{world.case_id}/parties"
    for stranger in (world.outsiders["signatory@tessellate.example"], world.staff("admin")):
        assert as_(stranger).get(path).status_code in (403, 404)
        assert as_(stranger).get(f"{path}/change").status_code in (403, 404)
    assert as_(world.outsiders["contributor@harbourlight.example"]).get(f"{path}/change").status_code == 403
    assert as_(world.staff("case")).get(f"{path}/change").status_code == 403


def test_somebody_not_suggested_is_assigned_with_a_reason(world: World, as_: As, maker: Maker) -> None:
    maker.person(maker.authority(SEALED), Role.CASE_OFFICER, name="Aaron Second", email="second@fca.example")
    head, base = as_(world.staff("intake")), f"/cases/{world.routed_id}/desk"
    head.send(f"/cases/{world.routed_id}/declaration", {"outcome": "none"})
    page = head.get(base).text
    assert "Suggested: Case officer" in page and "Works on 1 open case" in page
    busy = str(world.staff("case").me)
    asked = head.send(f"{base}/assign", {"person_id": busy})
    assert asked.status_code == 302 and asked.location.endswith(f"{base}/assign/{busy}")
    assert "Case officer: Aaron Second" in head.get(f"{base}/assign/{busy}").text
    assert head.send(f"{base}/assign/{busy}", {"reason": ""}).status_code == 422
    assert head.send(f"{base}/assign/{busy}", {"reason": "Knows the product."}).status_code == 302
    assert "Knows the product." in head.get(base).text
    assert as_(world.staff("records")).get(f"{base}/assign/{busy}").status_code in (403, 404)
    assert as_(world.other("intake")).get(f"{base}/assign/{busy}").status_code in (403, 404)
