"""The pages about routing, lead, fallback queue and legal entities: what they show, do, and to whom they are closed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from sandbox.domain.actors import Actor, Organisation, Role
from sandbox.extensions import db
from sandbox.models.applications import Section
from sandbox.models.desks import Case
from sandbox.queries import desks as queries
from sandbox.services import catalogue, desks
from tests.factories import Maker
from tests.journeys import drive

As = Callable[[Actor], Any]
RULES = (Path(catalogue.SHIPPED) / "routing" / "uk-us.toml").read_text()
MEMO = "Agreed: one data room. Open: the date of the meeting."
ACTS = ("classification", "lead", "desk/keep", "desk/send-on")


@pytest.fixture
def cast(maker: Maker) -> drive.Cast:
    return drive.cast(("FCA", "BoE", "SEC", "CFTC"))


@pytest.fixture
def case_id(cast: drive.Cast) -> Any:
    """A case of two desks, everybody of the leading one at work."""
    key = drive.submit_application(cast.company, ("UK", "US"))
    for code in ("FCA", "SEC"):
        drive.staff(key, cast.desks[code])
    return key


def test_why_here_shows_what_won_and_what_lost(cast: drive.Cast, case_id: Any, as_: As) -> None:
    fca = cast.desks["FCA"]
    for person in (cast.company.signatory, fca.officer, cast.desks["SEC"].coordinator):
        page = as_(person).get(f"/cases/{case_id}/routing")
        assert page.status_code == 200
        assert "Safeguarding of tokenised securities in the United Kingdom" in page.text
        assert "rules version 1" in page.text and "Rules for this authority that did not apply" in page.text
        assert "None of these activities: Advice" in page.text
        assert "only with all required authorities" in page.text
    assert "Hand over the lead" in as_(fca.coordinator).get(f"/cases/{case_id}/routing").text
    assert "Hand over the lead" not in as_(fca.officer).get(f"/cases/{case_id}/routing").text


def test_the_pages_are_closed_to_everybody_else(cast: drive.Cast, case_id: Any, as_: As, maker: Maker) -> None:
    office = maker.organisation(Organisation.PROGRAMME_OFFICE)
    recused = cast.desks["SEC"].supervisor
    desks.declare(recused, case_id, outcome="recused", details="A cousin.")
    outsiders = {
        "another firm": drive.company("Another Ledger Ltd").signatory,
        "another authority": cast.desks["CFTC"].coordinator,
        "undeclared": maker.staff("FCA", Role.COORDINATOR),
        "recused": recused,
        "secretariat": maker.person(office, Role.SECRETARIAT),
        "programme administrator": maker.person(office, Role.PROGRAMME_ADMINISTRATOR),
        "auditor": maker.person(maker.organisation(Organisation.AUDIT_BODY), Role.AUDITOR),
    }
    for name, person in outsiders.items():
        browser = as_(person)
        assert browser.get(f"/cases/{case_id}/routing").status_code in (403, 404), name
        for act in ACTS:
            assert browser.get(f"/cases/{case_id}/{act}").status_code in (403, 404), (name, act)
            answer = browser.send(
                f"/cases/{case_id}/{act}", {"authority": "SEC", "reason": "x", "memo": "x", "sure": "y"}
            )
            assert answer.status_code in (403, 404), (name, act)
    for person in (cast.desks["SEC"].coordinator, cast.company.signatory, cast.desks["FCA"].officer):
        for act in ("classification", "lead"):
            assert as_(person).get(f"/cases/{case_id}/{act}").status_code in (403, 404)
    assert as_(cast.desks["FCA"].coordinator).get(f"/cases/{case_id}/desk/keep").status_code == 409
    assert db.session.get_one(Case, case_id).lead_authority_id == maker.authority("FCA")


def test_the_lead_is_handed_over_on_its_page(cast: drive.Cast, case_id: Any, as_: As) -> None:
    browser = as_(cast.desks["FCA"].coordinator)
    page = browser.get(f"/cases/{case_id}/lead")
    assert "Positions are still sealed" in page.text and "Securities and Exchange Commission" in page.text
    refused = browser.send(f"/cases/{case_id}/lead", {"memo": MEMO})
    assert refused.status_code == 422 and MEMO in refused.text and "Choose an authority." in refused.text
    form = {"authority": "SEC", "reason": "The FCA lacks staff.", "memo": MEMO, "sure": "y"}
    assert browser.send(f"/cases/{case_id}/lead", form).status_code == 302
    shown = {
        name: as_(person).get(f"/cases/{case_id}/routing").text
        for name, person in (("firm", cast.company.signatory), ("desk", cast.desks["SEC"].officer))
    }
    assert all("The FCA lacks staff." in text for text in shown.values())
    assert MEMO in shown["desk"] and MEMO not in shown["firm"]
    assert browser.get(f"/cases/{case_id}/lead").status_code in (403, 404), "the lead is gone"


def test_a_new_classification_brings_an_authority(cast: drive.Cast, case_id: Any, as_: As) -> None:
    browser = as_(cast.desks["FCA"].coordinator)
    page = browser.get(f"/cases/{case_id}/classification")
    assert re.search(r'value="us-digital-security"[^>]*checked', page.text)
    path = f"/cases/{case_id}/classification"
    unchanged = {
        "activities": ["custody", "transfer"],
        "asset_classes": ["uk-specified-investment", "us-digital-security"],
    }
    refused = browser.send(path, {**unchanged, "reason": "None."})
    assert refused.status_code == 422 and "already" in refused.text
    assert browser.send(path, {**unchanged, "asset_classes": ["gold"], "reason": "x"}).status_code == 422
    changed = {
        **unchanged,
        "asset_classes": [*unchanged["asset_classes"], "us-digital-commodity"],
        "reason": "It is both.",
    }
    answer = browser.send(path, changed, follow_redirects=True)
    assert answer.status_code == 200 and "CFTC joins the case." in answer.text and "It is both." in answer.text
    firm = as_(cast.company.signatory).get(f"/cases/{case_id}/routing").text
    assert "It is both." in firm and "FCA Coordinator" not in firm


def test_the_fallback_queue_on_its_pages(
    empty_database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_: As
) -> None:
    files = tmp_path / "shipped"
    shutil.copytree(catalogue.SHIPPED, files)
    path = files / "programmes" / "uk-us-digital-assets.toml"
    path.write_text(path.read_text() + '\n[[fallbacks]]\njurisdiction = "UK"\nauthority = "BoE"\n')
    monkeypatch.setattr(catalogue, "SHIPPED", files)
    assert catalogue.load()
    cast = drive.cast(("FCA", "BoE"))
    odd = {"activities": ["settlement"], "asset_classes": ["uk-qualifying-cryptoasset"]}
    first, second = (drive.submit_application(cast.company, ("UK",), product=odd) for _ in range(2))
    boe = cast.desks["BoE"]
    for key in (first, second):
        drive.staff(key, boe)
    browser = as_(boe.coordinator)
    assert "This case is in your fallback queue" in browser.get(f"/cases/{first}/routing").text
    assert browser.send(f"/cases/{first}/desk/keep", {}).status_code == 422
    assert browser.send(f"/cases/{first}/desk/keep", {"reason": "Payments."}).status_code == 302
    assert "fallback queue</p>" not in browser.get(f"/cases/{first}/routing").text
    assert "Financial Conduct Authority" in browser.get(f"/cases/{second}/desk/send-on").text
    assert (
        browser.send(f"/cases/{second}/desk/send-on", {"authority": "SEC", "reason": "x", "sure": "y"}).status_code
        == 422
    )
    sent = browser.send(f"/cases/{second}/desk/send-on", {"authority": "FCA", "reason": "Conduct.", "sure": "y"})
    assert sent.status_code == 302
    drive.staff(second, cast.desks["FCA"])
    page = queries.routing(cast.desks["FCA"].coordinator, second)
    assert {desk.code: desk.lead for desk in page.desks} == {"FCA": True, "BoE": False}


# --- the programme's rules -------------------------------------------------------------------------------------------


def test_the_programme_administrator_tries_rules_and_reads_no_case(
    cast: drive.Cast, case_id: Any, as_: As, maker: Maker
) -> None:
    office = maker.organisation(Organisation.PROGRAMME_OFFICE)
    browser = as_(maker.person(office, Role.PROGRAMME_ADMINISTRATOR))
    reference = db.session.get_one(Case, case_id).reference
    page = browser.get("/routing")
    assert page.status_code == 200 and "Version 1" in page.text and "established there" in page.text
    assert reference not in page.text
    kept = [part for part in RULES.split("[[routes]]") if "sec-digital-security-" not in part]
    tried = browser.send("/routing/trial", {"rules": "[[routes]]".join(kept)})
    assert tried.status_code == 200 and "Fewer than 5 cases would go elsewhere, or none" in tried.text
    assert reference not in tried.text
    same = browser.send("/routing/trial", {"rules": RULES.replace("version = 1", "version = 2")})
    shown = [one.text.split('id="result"')[1].split('id="try"')[0] for one in (tried, same)]
    assert "0 to 4" in shown[0] and "SEC" in shown[0]
    assert shown[0].replace("version 1", "version 2") == shown[1], "the same whether one case matches or none"
    hostile = browser.send("/routing/trial", {"rules": "a." * 20000 + "b=1"})
    assert hostile.status_code == 422 and "full stops" in hostile.text
    assert "Example Ledger" not in tried.text and "Same-day settlement" not in tried.text
    wrong = browser.send("/routing/trial", {"rules": 'programme = "uk-us-digital-assets"'})
    assert wrong.status_code == 422 and "is missing" in wrong.text
    assert browser.send("/routing/trial", {"rules": ""}).status_code == 422
    for person in (cast.company.signatory, cast.desks["FCA"].coordinator, maker.person(office, Role.SECRETARIAT)):
        assert as_(person).get("/routing").status_code == 403
        assert as_(person).send("/routing/trial", {"rules": RULES}).status_code == 403


# --- legal entities --------------------------------------------------------------------------------------------------


def test_further_legal_entities_are_added_without_a_script(as_: As) -> None:
    company = drive.company()
    key = drive.submit_application(company, ("UK", "US"))  # for its answers only
    browser = as_(company.contributor)
    started = browser.send(
        "/applications",
        {"programme_id": str(db.session.get_one(Case, key).programme_id), "title": "Split group"},
    )
    application_id = UUID(started.location.rsplit("/", 1)[-1])
    path, second = f"/applications/{application_id}/sections/firm", "Legal entity <span data-number>2</span>"
    assert second not in browser.get(path).text

    def sent(then: str, **more: Any) -> Any:
        db.session.rollback()
        version = db.session.scalars(
            select(Section.version).where(Section.application_id == application_id, Section.code == "firm")
        ).one()
        opened = unescape(browser.get(path).text.split('name="opened"')[1].split('value="')[1].split('"')[0])
        return browser.send(
            path,
            {"asked": ["legal_name", "entities"], "legal_name": "Split plc", "version": version, "opened": opened,
             "then": then, **more},
        )  # fmt: skip

    added = sent("row:entities")
    assert added.status_code == 303 and "row=entities" in added.location
    page = browser.get(added.location)
    assert second in page.text and second.replace("2", "3") not in page.text
    answers = {
        "entities-0-name": "Split Inc", "entities-0-country": "US", "entities-0-legal_form": "branch",
        "entities-0-jurisdictions": ["US"], "entities-1-name": "", "entities-1-country": "",
    }  # fmt: skip
    wrong = sent("list", **answers, **{"entities-0-lei": "NONSENSE"})
    assert wrong.status_code == 422 and "Split Inc" in wrong.text
    saved = sent("list", **answers)
    assert saved.status_code == 303
    db.session.rollback()
    kept = db.session.scalars(
        select(Section.answers).where(Section.application_id == application_id, Section.code == "firm")
    ).one()
    assert kept["entities"] == [
        {"name": "Split Inc", "country": "US", "legal_form": "branch", "identifier": "", "lei": "", "address": "",
         "jurisdictions": ["US"]}
    ]  # fmt: skip
    check = browser.get(f"/applications/{application_id}/check").text
    assert "the registered address of legal entity 2" in check and "Split Inc" in check
    # The choice of a form cannot be taken back on a page; what is empty otherwise is gone.
    gone = {"entities-0-name": "", "entities-0-country": "", "entities-0-legal_form": "branch"}
    assert sent("list", **gone).status_code == 303
    db.session.rollback()
    emptied = select(Section.answers).where(Section.application_id == application_id, Section.code == "firm")
    assert db.session.scalars(emptied).one()["entities"] == []


@pytest.mark.parametrize("blocks", ["99", "-1", "x", "９", ""])
def test_the_number_of_blocks_is_taken_from_nobody(as_: As, blocks: str) -> None:
    company = drive.company()
    browser = as_(company.contributor)
    key = drive.submit_application(company, ("UK",))
    started = browser.send(
        "/applications", {"programme_id": str(db.session.get_one(Case, key).programme_id), "title": "One"}
    )
    page = browser.get(f"{started.location}/sections/firm?row={blocks}")
    assert page.status_code == 200 and page.text.count("<legend") <= 20 and "data-number>6<" not in page.text
