"""The form of a section: quiet saving, questions that follow, rows, and text that outlives the session."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from sandbox.domain.actors import Role
from sandbox.extensions import db
from sandbox.models.applications import Section
from sandbox.models.base import now
from sandbox.models.trail import TrailEvent
from tests.web.applying import TYPED, hidden, save, sent, started

JSON = {"Accept": "application/json"}


@pytest.fixture
def person(maker):
    return maker.person(maker.firm(), Role.OWNER, Role.SIGNATORY, name="Maja Wójcik")


@pytest.fixture
def browser(as_, person):
    return as_(person)


@pytest.fixture
def draft(browser, maker):
    return started(browser, maker)


def answers(code):
    db.session.rollback()
    return db.session.scalar(select(Section).where(Section.code == code)).answers


def page_of(browser, draft, code):
    return browser.get(f"{draft}/sections/{code}").text


def quietly(browser, draft, code, **changes):
    data = {**sent(page_of(browser, draft, code), code, "autosave"), **changes}
    return browser.send(f"{draft}/sections/{code}", data, headers=JSON)


def edits():
    return db.session.scalar(select(func.count()).where(TrailEvent.kind == "application.edit"))


# --- quietly ---------------------------------------------------------------------------------------------------------


def test_a_quiet_save_answers_with_the_version_to_go_on_with(browser, draft):
    found = quietly(browser, draft, "product", summary="First words.").json
    assert found["saved"]
    assert re.fullmatch(r"Saved \d\d:\d\d [A-Z]+, not submitted\.", found["said"])
    assert str(found["version"]) == hidden(page_of(browser, draft, "product"), "version")
    assert answers("product")["summary"] == "First words."
    # The script goes on with the version that came back, without reading the page again.
    data = {**sent(page_of(browser, draft, "product"), "product", "autosave"), "version": str(found["version"])}
    data["opened"], data["summary"] = found["opened"], "Second words."
    assert browser.send(f"{draft}/sections/product", data, headers=JSON).json["saved"]
    assert answers("product")["summary"] == "Second words."


def test_what_cannot_be_read_stays_and_the_rest_is_saved(browser, draft):
    before = answers("firm").get("lei")
    found = quietly(browser, draft, "firm", lei="5493001KJTIIGC8Y1R13", group="Harbour Group").json
    assert found["saved"]
    assert found["refused"] == ["lei"]
    assert "Not saved: Legal Entity Identifier (LEI) (optional): The last two characters of the LEI" in found["said"]
    assert answers("firm")["group"] == "Harbour Group"
    assert answers("firm").get("lei") == before


def test_a_colleague_who_was_faster_is_named_and_nothing_is_overwritten(browser, as_, maker, person, draft):
    colleague = as_(maker.person(person.organisation_id, Role.CONTRIBUTOR, name="Tom Okafor"))
    page = page_of(browser, draft, "product")
    save(colleague, draft, "product", summary="The colleague’s.")
    data = {**sent(page, "product", "autosave"), "summary": "Mine."}
    answer = browser.send(f"{draft}/sections/product", data, headers=JSON)
    assert answer.status_code == 409
    assert "Tom Okafor saved this section meanwhile" in answer.json["said"]
    assert answers("product")["summary"] == "The colleague’s."


def test_the_trail_has_one_event_for_ten_minutes_of_quiet_saves(browser, as_, maker, person, draft):
    start = now().replace(minute=2, second=0)
    with time_machine.travel(start + timedelta(days=1), tick=False):
        browser = as_(person)
        save(browser, draft, "product")
        events = edits()
        for number in range(5):
            assert quietly(browser, draft, "product", summary=f"Words, take {number}.").json["saved"]
        assert edits() == events
        save(browser, draft, "product", summary="By the button.")
        assert edits() == events + 1
    with time_machine.travel(start + timedelta(days=1, minutes=9), tick=False):
        assert quietly(browser, draft, "product", summary="Later.").json["saved"]
        assert edits() == events + 2
        colleague = as_(maker.person(person.organisation_id, Role.CONTRIBUTOR))
        assert quietly(colleague, draft, "product", summary="Somebody else’s.").json["saved"]
        assert edits() == events + 3
        # The same words again are no change: nothing is written at all.
        version = hidden(page_of(browser, draft, "product"), "version")
        assert quietly(browser, draft, "product", summary="Somebody else’s.").json["saved"]
        assert hidden(page_of(browser, draft, "product"), "version") == version


# --- questions that follow -------------------------------------------------------------------------------------------


def test_a_question_follows_from_an_answer_of_the_same_section(browser, draft):
    page = page_of(browser, draft, "relief")
    block = re.search(r'<div class="portal-question" id="question-earlier"[^>]*>', page)[0]
    assert " hidden" in block
    assert json.loads(html.unescape(re.search(r'data-when="([^"]*)"', block)[1])) == [
        {"name": "earlier_any", "any": ["yes", "y"]}
    ]
    assert "Save and show the questions that follow" in page
    own = {name: hidden(page, name) for name in ("version", "opened", "whose")}
    answer = browser.send(f"{draft}/sections/relief", {**own, "earlier_any": "yes", "then": "here"})
    assert answer.headers["Location"] == f"{draft}/sections/relief"
    block = re.search(r'<div class="portal-question" id="question-earlier"[^>]*>', page_of(browser, draft, "relief"))[0]
    assert " hidden" not in block


def test_what_is_not_asked_keeps_its_answer_and_is_not_missing(browser, draft):
    row = {f"earlier-0-{name}": "x" for name in ("authority", "subject")}
    more = {
        **row,
        "earlier-0-filed": ["1", "2", "2026"],
        "earlier-0-outcome": "refused",
        "asked": ["earlier_any", "earlier"],
    }
    assert save(browser, draft, "relief", earlier_any="yes", **more).status_code == 303
    assert answers("relief")["earlier"] == [
        {"authority": "x", "subject": "x", "filed": "2026-02-01", "outcome": "refused"}
    ]
    page = page_of(browser, draft, "relief")
    own = {name: hidden(page, name) for name in ("version", "opened", "whose")}
    data = {**own, "asked": ["earlier_any"], "earlier_any": "no", "then": "list"}
    assert browser.send(f"{draft}/sections/relief", data).status_code == 303
    assert answers("relief")["earlier"]
    page = browser.get(f"{draft}/check").text
    assert "Kept, not submitted" in page
    assert "2026-02-01" not in page


def test_what_is_wrong_in_a_question_that_is_not_asked_stops_nobody(browser, draft):
    wrong = {"earlier-0-authority": "x", "earlier-0-filed": ["31", "2", "2026"], "asked": ["earlier_any", "earlier"]}
    assert save(browser, draft, "relief", earlier_any="yes", **wrong).status_code == 422
    assert save(browser, draft, "relief", earlier_any="no", **wrong).status_code == 303
    assert answers("relief")["earlier_any"] is False
    assert not answers("relief").get("earlier")


def test_a_question_of_another_section_is_not_on_the_page_before_its_answer(browser, draft):
    assert 'id="question-travel_rule"' not in page_of(browser, draft, "aml")
    save(browser, draft, "product", activities=["custody"])
    assert 'id="question-travel_rule"' in page_of(browser, draft, "aml")


def test_text_typed_while_a_colleague_removes_its_question_is_kept(browser, draft):
    save(browser, draft, "product", activities=["custody"])
    page = page_of(browser, draft, "aml")
    save(browser, draft, "product", activities=["trading-platform"])
    data = {**sent(page, "aml"), "travel_rule": "We send the data with each transfer."}
    assert browser.send(f"{draft}/sections/aml", data).status_code == 303
    assert answers("aml")["travel_rule"] == "We send the data with each transfer."


# --- rows ------------------------------------------------------------------------------------------------------------


def test_rows_come_and_go_without_scripts(browser, draft):
    first = {
        "third_parties-0-name": "Cloud Ltd",
        "third_parties-0-service": "Hosting",
        "third_parties-0-without": "Stop",
    }
    answer = save(browser, draft, "resilience", then="row:third_parties", **first)
    assert answer.headers["Location"] == f"{draft}/sections/resilience?row=third_parties#third_parties"
    page = browser.get(answer.headers["Location"]).text
    assert 'name="third_parties-1-name"' in page.split("<template>")[0]
    second = {**first, "third_parties-1-name": "Chain Inc", "third_parties-1-service": "Node"}
    save(browser, draft, "resilience", **second)
    assert [row["name"] for row in answers("resilience")["third_parties"]] == ["Cloud Ltd", "Chain Inc"]
    save(browser, draft, "resilience", then="drop:third_parties:0", **second)
    assert [row["name"] for row in answers("resilience")["third_parties"]] == ["Chain Inc"]


def test_a_row_is_added_to_rows_that_are_still_empty(browser, draft):
    untouched = page_of(browser, draft, "resilience")
    assert '<span class="portal-with-script">What you write is saved while you write it.</span>' in untouched
    blank = {f"third_parties-0-{name}": "" for name in ("name", "service", "without")}
    for number in (1, 2):
        answer = save(browser, draft, "resilience", then="row:third_parties", **blank)
        page = browser.get(answer.headers["Location"]).text.split("<template>")[0]
        assert f'name="third_parties-{number}-name"' in page
        assert f'name="third_parties-{number + 1}-name"' not in page
        blank |= {f"third_parties-{number}-{name}": "" for name in ("name", "service", "without")}
    assert 'name="third_parties-20-name"' not in browser.get(f"{draft}/sections/resilience?row=third_parties.999").text


def test_a_wrong_cell_is_named_by_its_row_and_keeps_its_text(browser, draft):
    answer = save(browser, draft, "product", **{"classification-0-from": ["31", "2", "2027"]})
    assert answer.status_code == 422
    said = html.unescape(answer.text)
    assert "Classification of each asset, 1, From: This date does not exist." in said
    assert 'href="#classification-0-from-day"' in answer.text


def test_no_more_rows_than_the_question_allows(browser, draft):
    rows = {f"travel_thresholds-{number}-jurisdiction": "UK" for number in range(9)}
    save(browser, draft, "product")
    save(browser, draft, "aml", **rows)
    assert len(answers("aml")["travel_thresholds"]) <= 4


# --- the session ends ------------------------------------------------------------------------------------------------


def typed_again(page):
    """What the page of a form shows again, by name."""
    found = {}
    for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page):
        found.setdefault(name, []).append(html.unescape(value))
    return found


def test_what_was_typed_outlives_the_session_for_its_person(browser, as_, maker, person, draft):
    data = {**sent(page_of(browser, draft, "product"), "product"), "summary": "Typed for an hour."}
    with time_machine.travel(now() + timedelta(hours=3)):
        answer = browser.send(f"{draft}/sections/product", data)
        assert answer.status_code == 401
        assert "What you typed is safe" in answer.text
        assert "Typed for an hour." not in answer.text  # sealed: whoever else looks at this page reads nothing
        form = {"email": person.email, "password": maker.password, "kept": hidden(answer.text, "kept")}
        answer = browser.post("/sign-in", data={**form, "csrf_token": hidden(answer.text, "csrf_token")})
        assert answer.status_code == 200
        again = typed_again(answer.text)
        assert again["summary"] == ["Typed for an hour."]
        answer = browser.post(f"{draft}/sections/product", data=again)
        assert answer.status_code == 200
        assert "It is not saved yet." in answer.text
        assert "Typed for an hour." in answer.text
        assert answers("product").get("summary") is None


def test_nobody_else_is_shown_what_was_typed(browser, maker, person, draft):
    other = maker.person(person.organisation_id, Role.CONTRIBUTOR, email="other@harbour.example")
    data = {**sent(page_of(browser, draft, "product"), "product"), "summary": "Typed for an hour."}
    with time_machine.travel(now() + timedelta(hours=3)):
        page = browser.send(f"{draft}/sections/product", data).text
        form = {"email": other.email, "password": maker.password, "kept": hidden(page, "kept")}
        answer = browser.post("/sign-in", data={**form, "csrf_token": hidden(page, "csrf_token")})
        assert answer.status_code == 302
        assert "typed by somebody else" in browser.get(answer.headers["Location"]).text


def test_a_form_of_a_session_that_was_replaced_is_shown_again_with_its_text(browser, draft):
    data = {**sent(page_of(browser, draft, "product"), "product"), "summary": "From another tab."}
    answer = browser.post(f"{draft}/sections/product", data={**data, "csrf_token": "of-an-older-session"})
    assert answer.status_code == 400
    again = typed_again(answer.text)
    assert again["summary"] == ["From another tab."]
    assert browser.post(f"{draft}/sections/product", data={**again, "then": "list"}).status_code == 303
    assert answers("product")["summary"] == "From another tab."


@pytest.mark.parametrize("mark", ["", "nonsense", "ImFiYyI.x"])
def test_a_form_without_its_mark_is_not_kept(client, browser, draft, mark):
    data = {**TYPED["product"], "whose": mark}
    answer = client.post(f"{draft}/sections/product", data={**data, "csrf_token": client.token()})
    assert answer.status_code == 401
    assert 'name="kept"' not in answer.text
