"""The live test through the browser's requests: acceptance, start, a report, a breach, and who may see what of it."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from sandbox.domain.actors import Actor, Role
from sandbox.extensions import db
from tests.conftest import Client
from tests.factories import Maker
from tests.journeys import drive
from tests.web.test_decisions_pages import LIMITS, text_of, version

As = Callable[[Actor], Client]


@pytest.fixture
def cast(app: Flask) -> drive.Cast:
    """A firm and the desks of FCA and SEC, with keys."""
    drive.demo_keys()
    return drive.cast(["FCA", "SEC"])


def test_from_acceptance_to_a_closed_breach(
    as_: As, cast: drive.Cast, maker: Maker, statements: Callable[[], object]
) -> None:
    company = cast.company
    case = drive.to_opening(cast, ["UK", "US"], conditions=LIMITS)
    home = f"/cases/{case}/trial"
    firm, contributor, certifier = as_(company.signatory), as_(company.contributor), as_(company.certifier)
    assert "Nothing has been issued to you yet" in text_of(firm.get(home))
    drive.to_issued(case, cast)
    assert "You cannot accept yet" in text_of(firm.get(home))
    assert firm.get(f"{home}/accept").status_code == 409
    drive.notice(case, cast)
    assert "wait for your acceptance" in text_of(firm.get(home))
    assert contributor.get(f"{home}/accept").status_code == 403
    page = firm.get(f"{home}/accept")
    assert "What acceptance means" in text_of(page) and "FCA-1" in page.text
    assert firm.send(f"{home}/accept", {}).status_code == 422
    assert firm.send(f"{home}/accept", {"sure": "y"}).status_code == 302
    assert firm.send(f"{home}/accept", {"sure": "y"}).status_code == 302  # twice

    # Preconditions and start.
    page = firm.get(home)
    assert page.status_code == 200 and "Signed custody agreement" in page.text and "Why this date?" in page.text
    assert firm.send(f"{home}/start", {"jurisdiction": "US"}).status_code == 409
    assert firm.send(f"{home}/start", {"jurisdiction": "UK"}).status_code == 302
    supervisor = as_(cast.desks["SEC"].supervisor)
    discharge = re.search(r"/trial/conditions/[0-9a-f-]{36}/discharge", supervisor.get(home).text)
    assert discharge is not None
    assert "/discharge" not in as_(cast.desks["FCA"].supervisor).get(home).text
    assert as_(cast.desks["FCA"].supervisor).send(f"/cases/{case}{discharge[0]}").status_code in (403, 404)
    assert supervisor.send(f"/cases/{case}{discharge[0]}").status_code == 302
    assert firm.send(f"{home}/start", {"jurisdiction": "US"}).status_code == 302

    # A report: saved is not certified, the authorities see nothing of it.
    report = f"/reports/{drive.first_report(drive.trial_of(case))}"
    page = contributor.get(f"{report}/edit")
    fields = re.findall(r'name="(total-value__[A-Z]+__[A-Z]+)"', page.text)
    assert sorted(fields) == ["total-value__UK__GBP", "total-value__US__USD"]
    data = {"version": version(page.text), "narrative": "Quiet.", fields[0]: "NaN", fields[1]: "1"}
    assert contributor.send(f"{report}/edit", data).status_code == 422
    data |= {"total-value__UK__GBP": "5000000.01", "total-value__US__USD": "8000000"}
    assert contributor.send(f"{report}/edit", data).status_code == 302
    assert contributor.send(f"{report}/edit", data).status_code == 409  # the old version: both texts are kept
    assert supervisor.get(report).status_code == 404
    assert "Saved, not certified" not in supervisor.get(home).text
    assert "Saved, not certified" in firm.get(home).text

    # Certified by somebody else; one value over its limit, one equal to it.
    assert contributor.get(f"{report}/certify").status_code == 403
    page = certifier.get(f"{report}/certify")
    assert "FCA-1" in text_of(page) and "breaks the limit" in text_of(page)
    sent = certifier.send(f"{report}/certify", {"version": version(page.text), "sure": "y"})
    assert sent.status_code == 302, text_of(sent)
    assert certifier.send(f"{report}/certify", {"version": version(page.text), "sure": "y"}).status_code == 302
    breaches = re.findall(r"/breaches/[0-9a-f-]{36}", firm.get(home).text)
    assert len(breaches) == 1
    owner, other = as_(cast.desks["FCA"].supervisor), supervisor
    assert owner.get(breaches[0]).status_code == 200
    assert other.get(breaches[0]).status_code == 404 and "/breaches/" not in other.get(home).text
    assert "8,000,000" in other.get(report).text

    # Answered, judged, closed; the report accepted.
    assert owner.send(f"{breaches[0]}/judge", {"action": "close"}).status_code == 422
    assert contributor.send(f"{breaches[0]}/answer", {"answer": ""}).status_code == 422
    assert contributor.send(f"{breaches[0]}/answer", {"answer": "One client paid in twice."}).status_code == 302
    assert other.send(f"{breaches[0]}/judge", {"action": "cure"}).status_code == 404
    for action in ("cure", "close"):
        page = owner.send(f"{breaches[0]}/judge", {"action": action, "remark": "Seen."})
        assert page.status_code == 302, text_of(page)
    assert owner.send(f"{report}/accept").status_code == 302
    with statements() as seen:  # type: ignore[attr-defined]
        assert firm.get(home).status_code == 200
    assert len(seen) <= 14, seen  # with session and viewer
    for page_of in (firm, owner, as_(cast.desks["FCA"].officer)):
        assert page_of.get("/trials").status_code == 200
    stranger = maker.person(maker.firm(), Role.OWNER)
    db.session.rollback()
    assert as_(stranger).get(home).status_code == 404
    assert as_(stranger).get(report).status_code == 404
    assert as_(stranger).get(breaches[0]).status_code == 404


def test_a_returned_report_is_the_firms_again(as_: As, cast: drive.Cast) -> None:
    company = cast.company
    case = drive.to_opening(cast, ["UK", "US"], conditions=LIMITS)
    drive.to_issued(case, cast)
    drive.notice(case, cast)
    trial = drive.accept(case, company)
    report_id = drive.first_report(trial)
    assert drive.report(report_id, company) == []
    report, supervisor = f"/reports/{report_id}", as_(cast.desks["FCA"].supervisor)
    assert supervisor.send(f"{report}/return", {"reason": ""}).status_code == 422
    assert supervisor.send(f"{report}/return", {"reason": "The volume is missing."}).status_code == 302
    firm = as_(company.contributor)
    assert "The volume is missing." in firm.get(report).text
    page = firm.get(f"{report}/edit")
    data = {"version": version(page.text), "narrative": "With the volume: secret so far.", "total-value__UK__GBP": "7"}
    data["total-value__US__USD"] = ""
    assert firm.send(f"{report}/edit", data).status_code == 302
    seen = supervisor.get(report)
    assert seen.status_code == 200 and "secret so far" not in seen.text and "Returned" in seen.text
    page = as_(company.certifier).get(f"{report}/certify")
    refused = as_(company.certifier).send(f"{report}/certify", {"version": version(page.text), "sure": "y"})
    assert refused.status_code == 422 and "Give the value of" in text_of(refused)
