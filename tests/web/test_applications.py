"""The firm's journey through its pages: start, fill, check, submit, receipt; and who is kept out."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import select

from sandbox.adapters.catalogue_files import load_catalogue
from sandbox.cli.demo import story
from sandbox.domain.actors import Role
from sandbox.domain.dossier import Place, Vocabulary
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion, DossierDocument
from sandbox.models.base import now
from sandbox.models.desks import Case
from sandbox.queries import applications as queries
from sandbox.queries import cursor
from sandbox.services import desks
from sandbox.services.catalogue import SHIPPED, plain
from sandbox.web.forms.answers import section_form
from tests.web.applying import QUESTIONS, TYPED, hidden, save, started, submit


@pytest.fixture
def signatory(maker):
    return maker.person(maker.firm(), Role.OWNER, Role.SIGNATORY, name="Maja Wójcik")


@pytest.fixture
def browser(as_, signatory):
    return as_(signatory)


@pytest.fixture
def draft(browser, maker):
    """The address of an application in which every section was filled in the browser."""
    application = started(browser, maker)
    for code in TYPED:
        answer = save(browser, application, code)
        assert answer.status_code == 303, answer.text
    return application


def test_from_an_idea_to_a_receipt(browser, maker, signatory):
    assert "Start an application" in browser.get("/applications").text
    assert "Name of the product" in browser.get("/applications/new").text
    application = started(browser, maker)
    page = browser.get(application).text
    assert "Saved, not submitted" in page
    assert "only your firm and counsel who act for it" in page and "outside your firm" not in page
    assert page.count("Not\u00a0started") == len(TYPED) - 3  # two are begun; of stablecoins nothing is asked
    order = [code for code in TYPED if code != "stablecoin"]
    for code, following in zip(order, [*order[1:], None], strict=True):
        answer = save(browser, application, code, then="next")
        goal = f"{application}/sections/{following}" if following else f"{application}/check"
        assert answer.headers["Location"] == goal
    page = browser.get(application).text
    assert page.count("Completed") == len(order)
    page = browser.get(f"{application}/check").text
    for words in (
        "Łódź &amp; Harbour Tokens Ltd",
        "5493001KJTIIGC8Y1R12",
        "GBP\u00a05,000,000.5",
        "1 March 2097",
        "Why here?",
    ):
        assert words in page
    answer = submit(browser, application)
    assert answer.status_code == 303
    receipt = browser.get(answer.headers["Location"]).text
    version = db.session.scalar(select(ApplicationVersion))
    case = db.session.scalar(select(Case))
    assert case.reference in receipt
    assert version.sha256 in receipt.replace("<wbr>", "")
    assert "UTC" in receipt
    page = browser.get(application).text
    assert "Submitted: version 1" in page
    assert f"/versions/{version.id}" in page
    assert "Units of a fund as tokens." in browser.get(f"{application}/versions/{version.id}").text
    plan = version.record["sections"]["test_plan"]
    assert plan["starts_on"] == "2097-03-01"
    assert plan["limits"][0] == {
        "metric": "total-value",
        "jurisdiction": "UK",
        "threshold": "5000000.50",
        "currency": "GBP",
        "window": "at_any_time",
        "comparator": "at_most",
    }
    assert [one["comparator"] for one in plan["limits"]] == ["at_most", "at_most", "at_least"]


def test_submitting_twice_leads_to_the_same_receipt(browser, draft):
    page = browser.get(f"{draft}/check").text
    data = {"content": hidden(page, "content"), "confirm": "y"}
    first, second = browser.send(f"{draft}/submit", data), browser.send(f"{draft}/submit", data)
    assert first.status_code == second.status_code == 303
    assert first.headers["Location"] == second.headers["Location"]


def test_a_half_done_section_is_saved_and_says_what_is_missing(browser, maker):
    application = started(browser, maker)
    answer = save(browser, application, "firm", address="", contact_email="")
    page = browser.get(answer.headers["Location"]).text
    assert (
        "is saved, not submitted. Still missing there: the registered address; the contact’s email address"
        in page.replace("&#39;", "'").replace("contact's", "contact’s")
    )
    assert "In\u00a0progress" in page
    assert hidden(browser.get(f"{application}/sections/firm").text, "legal_name") == "Łódź & Harbour Tokens Ltd"


def test_an_incomplete_application_shows_everything_that_is_missing_in_one_place(browser, maker):
    application = started(browser, maker)
    answer = browser.get(f"{application}/check")
    assert answer.status_code == 200
    assert "The application cannot be submitted yet" in answer.text
    assert f'href="{application}/sections/declarations"' in answer.text
    assert 'name="confirm"' not in answer.text
    forced = browser.send(f"{application}/submit", {"content": "0" * 64, "confirm": "y"})
    assert forced.status_code == 409  # not what stands now
    assert db.session.scalar(select(ApplicationVersion.id)) is None


def test_without_the_confirmation_nothing_is_submitted(browser, draft):
    answer = submit(browser, draft, confirm="")
    assert answer.status_code == 422
    assert "Confirm that you have checked the answers." in answer.text
    assert db.session.scalar(select(ApplicationVersion.id)) is None


def test_answers_that_change_while_they_are_checked_are_shown_again(browser, draft):
    page = browser.get(f"{draft}/check").text
    save(browser, draft, "product", summary="Changed meanwhile.")
    answer = browser.send(f"{draft}/submit", {"content": hidden(page, "content"), "confirm": "y"})
    assert answer.status_code == 409
    assert "The answers changed while you were reading" in answer.text
    assert "Changed meanwhile." in answer.text
    assert hidden(answer.text, "content") != hidden(page, "content")
    assert db.session.scalar(select(ApplicationVersion.id)) is None


@pytest.mark.parametrize(
    ("code", "changes", "words"),
    [
        ("firm", {"lei": "5493001KJTIIGC8Y1R13"}, "The last two characters of the LEI"),
        ("firm", {"contact_email": "robin"}, "Enter an email address"),
        ("firm", {"country": "XX"}, "Select one of the options."),
        ("firm", {"legal_name": "Harbour \U000f0000"}, "U+F0000"),
        ("firm", {"legal_name": "Ha\u202erbour"}, "U+202E"),
        ("firm", {"legal_name": "x" * 201}, "Use 200 characters or fewer."),
        ("product", {"activities": ["custody", "mining"]}, "Select one of the options."),
        ("product", {"summary": "x" * 20_001}, "Use 20000 characters or fewer."),
        ("test_plan", {"starts_on": ["31", "12", "1999"]}, "Enter a date from 1 January 2000"),
        ("test_plan", {"starts_on": ["31", "2", "2027"]}, "This date does not exist."),
        ("test_plan", {"duration_months": "25"}, "Enter a whole number from 1 to 24."),
        ("test_plan", {"amount-UK-total-value": "NaN"}, "Enter a number like 1250000.50"),
        ("test_plan", {"amount-UK-total-value": "Infinity"}, "Enter a number like 1250000.50"),
        ("test_plan", {"amount-UK-total-value": "1e9"}, "Enter a number like 1250000.50"),
        ("test_plan", {"amount-UK-total-value": "-5"}, "Enter an amount of 0 or more."),
        ("test_plan", {"amount-UK-total-value": "5,000"}, "without commas"),
        ("test_plan", {"amount-US-uptime": "101"}, "Enter an amount of 100 or less."),
        ("test_plan", {"amount-US-customers": "2.5"}, "Enter a whole number"),
        ("test_plan", {"window-UK-total-value": "never"}, "Select one of the options."),
    ],
)
def test_a_wrong_value_is_refused_at_its_field_and_nothing_typed_is_lost(browser, maker, code, changes, words):
    application = started(browser, maker)
    answer = save(browser, application, code, **changes)
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert words in html.unescape(answer.text)
    kept = {"firm": "Maja Wójcik", "product": "Forty professional customers.", "test_plan": "Every token is redeemed."}
    assert kept[code] in answer.text
    value = next(iter(changes.values()))
    for typed in [value] if isinstance(value, str) else value:
        assert "XX" in typed or "never" in typed or "mining" in typed or html.escape(typed) in answer.text


def test_text_that_cannot_be_seen_counts_as_none(browser, maker):
    application = started(browser, maker)
    save(browser, application, "firm", legal_name="\u200b\u3164 ")
    assert "the legal name" in browser.get(application).text


def test_saving_what_somebody_else_saved_first_shows_both_texts(browser, as_, maker, signatory, draft):
    colleague = as_(maker.person(signatory.organisation_id, Role.CONTRIBUTOR, name="Tom Okafor"))
    page = browser.get(f"{draft}/sections/product").text
    mine = {"version": hidden(page, "version"), "opened": hidden(page, "opened"), "then": "list"}
    assert save(colleague, draft, "product", summary="The colleague’s summary.").status_code == 303
    data = {**TYPED["product"], **mine, "customers": "My customers: twelve banks."}
    answer = browser.send(f"{draft}/sections/product", data)
    assert answer.status_code == 409
    for words in (
        "The colleague’s summary.",
        "Units of a fund as tokens.",
        "My customers: twelve banks.",
        "Tom Okafor",
    ):
        assert words in answer.text
    # What this person did not touch is left to the colleague, what they typed is theirs, unless they choose otherwise.
    assert re.search(r'name="keep-summary" value="theirs"[^>]*checked', answer.text)
    assert re.search(r'name="keep-customers" value="mine"[^>]*checked', answer.text)
    choice = {
        **TYPED["product"],
        "customers": "My customers: twelve banks.",
        "version": hidden(answer.text, "version"),
        "opened": hidden(answer.text, "opened"),
        "keep-summary": "theirs",
        "keep-customers": "mine",
        "then": "list",
    }
    assert browser.send(f"{draft}/sections/product", choice).status_code == 303
    page = browser.get(f"{draft}/check").text
    assert "The colleague’s summary." in page
    assert "My customers: twelve banks." in page


def test_what_was_opened_may_be_nonsense(browser, draft):
    old = hidden(browser.get(f"{draft}/sections/product").text, "version")
    assert save(browser, draft, "product", summary="Another summary.").status_code == 303
    for opened in ("[" * 100_000, "[" * 200_001, "{", "[]"):
        data = {**TYPED["product"], "version": old, "opened": opened, "then": "list"}
        answer = browser.send(f"{draft}/sections/product", data)
        assert answer.status_code == 409, opened[:9]
        assert "Another summary." in answer.text


def test_a_day_that_was_not_sent_is_shown_empty_next_to_another_problem(browser, draft):
    page = browser.get(f"{draft}/sections/test_plan").text
    data = {**TYPED["test_plan"], "version": hidden(page, "version"), "opened": hidden(page, "opened")}
    del data["starts_on"]
    answer = browser.send(f"{draft}/sections/test_plan", {**data, "duration_months": "many"})
    assert answer.status_code == 422
    assert answer.text.count('name="starts_on"') == 3


@pytest.mark.parametrize("key", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-21", "\ud800"])
def test_a_place_in_the_list_that_cannot_be_is_its_beginning(browser, maker, key):
    started(browser, maker)
    answer = browser.get(f"/applications?after={cursor(key, uuid4())}")
    assert answer.status_code == 200
    assert "Tokenised fund units" in answer.text


def test_two_who_save_the_same_words_do_not_disturb_each_other(browser, draft):
    page = browser.get(f"{draft}/sections/product").text
    data = {**TYPED["product"], "version": hidden(page, "version"), "opened": hidden(page, "opened"), "then": "list"}
    assert browser.send(f"{draft}/sections/product", data).status_code == 303
    assert browser.send(f"{draft}/sections/product", data).status_code == 303


def test_a_form_kept_open_while_the_application_was_submitted_keeps_its_text(browser, draft):
    page = browser.get(f"{draft}/sections/product").text
    data = {**TYPED["product"], "version": hidden(page, "version"), "opened": hidden(page, "opened"), "then": "list"}
    submit(browser, draft)
    answer = browser.send(f"{draft}/sections/product", {**data, "summary": "Typed too late."})
    assert answer.status_code == 409
    assert "Typed too late." in answer.text
    assert "It can be changed only when an authority asks for it." in answer.text


def test_the_forms_are_made_from_the_programme_alone(app):
    """An invented country has its rationale, its limits and its money without a line of code."""
    folder = Path(__file__).parent.parent / "catalogue_third_country"
    record = next(one for one in load_catalogue(SHIPPED, folder).programmes if one.code == "uk-us-vd")
    places = {code: Place(code, code.title(), "VDX") for code in record.jurisdictions}
    words = Vocabulary(plain(record), places, QUESTIONS)
    head = SimpleNamespace(editable=True, allows_fewer=True)
    for code, expected in (("jurisdictions", "rationale-VD"), ("test_plan", "amount-VD-total-value")):
        section = queries.SavedSection(code, {}, 1, now(), "Robin")
        with app.test_request_context(method="POST", data={"asked": ["limits"]}):
            form = section_form(queries.OpenSection(head, section, words, ("VD",)))
            assert expected in form
            if code == "test_plan":
                form[expected].data = Decimal("1000")
                assert form.saved()["limits"][0]["currency"] == "VDX"
                assert [place.code for place, _cells, _chosen in form.parts["limits"].by_place(form, ["VD"])] == ["VD"]


def test_a_letter_about_something_missing_opens_the_application_again(browser, maker, draft):
    submit(browser, draft)
    case = db.session.scalar(select(Case.id))
    officer = maker.staff("FCA", Role.INTAKE_OFFICER)
    desk = story.desk_of(case, "FCA")
    desks.declare(officer, case, outcome="none")
    desks.start_screening(officer, desk)
    assert browser.get(f"{draft}/sections/firm").status_code == 302
    desks.find_incomplete(officer, desk, missing=["The accounts of the last two years"])
    page = browser.get(draft).text
    assert "The accounts of the last two years" in page
    assert "Waits for you" in page
    assert "FCA: something is missing" in browser.get("/home").text
    assert "Nothing has changed since version 1" in browser.get(f"{draft}/check").text
    assert save(browser, draft, "product", summary="With the accounts.").status_code == 303
    assert "Changes saved, not submitted" in browser.get(draft).text
    answer = submit(browser, draft)
    assert "Version 2" in browser.get(answer.headers["Location"]).text


def test_withdrawing_asks_first_and_wants_a_reason(browser, draft):
    assert browser.get(f"{draft}/withdraw").status_code == 409  # a draft
    submit(browser, draft)
    assert "It cannot be undone." in browser.get(f"{draft}/withdraw").text
    assert browser.send(f"{draft}/withdraw", {"reason": " "}).status_code == 422
    assert browser.send(f"{draft}/withdraw", {"reason": "Delayed."}).status_code == 422, "asked first"
    assert browser.send(f"{draft}/withdraw", {"reason": "The product is delayed.", "sure": "y"}).status_code == 303
    assert "Withdrawn" in browser.get(draft).text


def test_discarding_asks_first(browser, draft):
    assert "Delete this draft?" in browser.get(f"{draft}/discard").text
    assert browser.send(f"{draft}/discard").status_code == 303
    assert browser.get(draft).status_code == 404


def test_who_may_only_read_reads_and_changes_nothing(as_, maker, signatory, draft):
    reader = as_(maker.person(signatory.organisation_id, Role.READ_ONLY))
    assert reader.get(draft).status_code == 200
    assert reader.get(f"{draft}/sections/firm").status_code == 302
    page = reader.get(f"{draft}/check").text
    assert "Only a signatory of your firm can submit" in page
    assert "Maja Wójcik" in page
    assert "/sections/firm" not in page
    for path in ("/applications", f"{draft}/sections/firm", f"{draft}/submit", f"{draft}/withdraw", f"{draft}/discard"):
        assert reader.send(path).status_code == 403


def without_token(page):
    """A page without the token of its form, which says when it was made."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def test_for_strangers_there_is_nothing_here(as_, client, maker, draft, browser):
    submit(browser, draft)
    version = db.session.scalar(select(ApplicationVersion.id))
    stranger = as_(maker.person(maker.firm(), Role.OWNER, Role.SIGNATORY))
    absent = stranger.get(f"/applications/{uuid4()}")
    paths = ["", "/check", "/sections/firm", "/withdraw", "/discard", f"/receipt/{version}", f"/versions/{version}"]
    for path in [*paths, f"/receipt/{version}/file"]:
        answer = stranger.get(draft + path)
        assert answer.status_code == 404
        assert without_token(answer.text) == without_token(absent.text)
    assert stranger.send(f"{draft}/submit", {"content": "0" * 64, "confirm": "y"}).status_code == 404
    assert "Tokenised fund units" not in stranger.get("/applications").text
    assert client.get(draft).headers["Location"].startswith("/sign-in?next=")
    staff = as_(maker.staff("FCA", Role.CASE_OFFICER))
    assert staff.get(draft).status_code == 403  # no page of authorities


@pytest.mark.pdf
def test_the_receipt_as_a_file_is_the_same_every_time(browser, draft):
    key = draft.rpartition("/")[2]
    row = db.session.scalar(select(Application).where(Application.title == "Tokenised fund units"))
    db.session.add(
        DossierDocument(
            application_id=row.id,
            name="Custody – outline.txt",
            media_type="text/plain",
            size=5,
            sha256="ab" * 32,
            uploaded_by=row.created_by,
            uploaded_at=now(),
        )
    )
    db.session.commit()
    receipt = submit(browser, draft).headers["Location"]
    first, second = browser.get(f"{receipt}/file"), browser.get(f"{receipt}/file")
    assert first.status_code == 200
    assert first.mimetype == "application/pdf"
    assert first.data.startswith(b"%PDF-")
    assert first.data == second.data
    assert "receipt-1.pdf" in first.headers["Content-Disposition"]
    assert key in receipt


def test_no_page_of_the_firm_needs_more_than_eight_statements(browser, draft, statements):
    paths = ["/home", "/applications", "/applications/new", draft, f"{draft}/check", f"{draft}/discard"]
    paths += [f"{draft}/sections/{code}" for code in TYPED]
    used = {}
    for path in paths:
        with statements() as seen:
            assert browser.get(path).status_code == 200
        used[path] = len(seen)
    submit(browser, draft)
    version = db.session.scalar(select(ApplicationVersion.id))
    db.session.rollback()
    assert browser.get(f"{draft}/check").headers["Location"].endswith(f"/versions/{version}")
    for path in ("/home", draft, f"{draft}/receipt/{version}", f"{draft}/versions/{version}"):
        with statements() as seen:
            assert browser.get(path).status_code == 200
        used[path + " (submitted)"] = len(seen)
    assert max(used.values()) <= 8, used
