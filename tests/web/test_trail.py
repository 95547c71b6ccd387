"""The history of a case and the audit page over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

import pytest

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation, Role
from sandbox.services import checkpoints, trail
from sandbox.services.unit import use_case
from tests.conftest import Client
from tests.factories import Made, Maker

TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')  # masked anew for each page


@pytest.fixture
def signatory(maker: Maker) -> Actor:
    return maker.person(maker.firm(), Role.SIGNATORY, name="Ada Example")


@pytest.fixture
def case(maker: Maker, signatory: Actor) -> Made:
    return maker.case(signatory)


@use_case
def happen(actor: Actor, case: Made, action: Action, *parties: str) -> None:
    trail.record(f"case:{case.id}", action, actor, parties, case_id=case.id)


def test_the_firm_reads_its_history(as_: Callable[[Actor], Client], case: Made, signatory: Actor, maker: Maker) -> None:
    officer = maker.staff("FCA", Role.CASE_OFFICER)
    happen(signatory, case, Action.APPLICATION_SUBMIT, "firm", "desk:FCA")
    happen(officer, case, Action.POSITION_FILE, "desk:FCA")
    happen(officer, case, Action.DESK_FIND_COMPLETE, "firm", "desk:FCA")
    page = as_(signatory).get(f"/cases/{case.id}/trail")
    assert page.status_code == 200
    assert "Ada Example" in page.text and "found the application complete" in page.text
    assert "position" not in page.text and officer.name not in page.text


def test_a_sealed_act_changes_no_byte_for_outsiders(
    as_: Callable[[Actor], Client], case: Made, signatory: Actor, maker: Maker
) -> None:
    happen(signatory, case, Action.APPLICATION_SUBMIT, "firm", "desk:FCA", "desk:SEC")
    other = maker.staff("SEC", Role.COORDINATOR)
    maker.declare(case, other)
    auditor = maker.person(maker.organisation(Organisation.AUDIT_BODY), Role.AUDITOR)
    pages = [(as_(actor), path) for actor, path in (
        (signatory, f"/cases/{case.id}/trail"), (other, f"/cases/{case.id}/trail"), (auditor, "/trail"),
    )]  # fmt: skip

    def bodies() -> list[str]:
        return [TOKEN.sub("", browser.get(path).text) for browser, path in pages]

    before = bodies()
    happen(maker.staff("FCA", Role.CASE_OFFICER), case, Action.POSITION_FILE, "desk:FCA")
    assert bodies() == before


def test_strangers_find_nothing(as_: Callable[[Actor], Client], case: Made, maker: Maker) -> None:
    browser = as_(maker.person(maker.firm(), Role.SIGNATORY))
    known, unknown = browser.get(f"/cases/{case.id}/trail"), browser.get(f"/cases/{uuid4()}/trail")
    assert known.status_code == 404 and known.data == unknown.data


def test_the_audit_page(as_: Callable[[Actor], Client], case: Made, signatory: Actor, maker: Maker) -> None:
    happen(signatory, case, Action.APPLICATION_SUBMIT, "firm")
    browser = as_(maker.person(maker.organisation(Organisation.AUDIT_BODY), Role.AUDITOR))
    assert "No checkpoint has been made yet." in browser.get("/trail").text
    checkpoints.make()
    page = browser.get("/trail")
    assert page.status_code == 200 and "Sealed" in page.text and "Whole" in page.text
    assert "submitted the application" not in page.text and "Ada Example" not in page.text


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.AUTHORITY_ADMINISTRATOR])
def test_nobody_else_opens_the_audit_page(as_: Callable[[Actor], Client], maker: Maker, role: Role) -> None:
    assert as_(maker.staff("FCA", role)).get("/trail").status_code == 403
