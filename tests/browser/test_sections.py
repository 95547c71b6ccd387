"""Writing an application in the browser: saved while one types, lost to nothing, and questions that follow at once."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from sandbox import ROOT
from tests.browser import firm
from tests.browser.chromium import PHONE, Visitor, follow
from tests.browser.crawl import judge
from tests.domain.word_cases import CASES

pytestmark = [pytest.mark.once, pytest.mark.browser]

CONTRIBUTOR = "contributor@fernhollow.example"
SUMMARY = "What does the product do?"
NUMBERS = itertools.count(1)
SAVED = re.compile(r"^Saved \d\d:\d\d [A-Z]+, not submitted\.$")


def state(page: Page):  # type: ignore[no-untyped-def]
    """The line that says whether what stands on the page is saved."""
    return page.locator("#save-state")


def opened(firm_person: Visitor, title: str) -> Page:
    """A new application with one of its sections open."""
    firm.start(firm_person, f"Product {next(NUMBERS)}")  # a firm applies once for a product
    follow(firm_person.page.get_by_role("link", name=title, exact=True))
    return firm_person.page


def test_what_is_typed_is_saved_by_itself(somebody: Callable[..., Visitor]) -> None:
    """Some seconds after the last key, and when a field is left."""
    page = opened(somebody(CONTRIBUTOR), "Product and activities")
    page.get_by_label(SUMMARY).fill("Repos that settle at once.")
    expect(state(page)).to_have_text(SAVED)
    tall = state(page).evaluate("line => line.offsetHeight")
    page.get_by_label("What is new about it?").fill("One order book.")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_label(SUMMARY).focus()
    expect(state(page)).to_have_text(SAVED)
    assert state(page).evaluate("line => line.offsetHeight") == tall, "it covers more of the page with each save"
    page.reload()
    expect(page.get_by_label(SUMMARY)).to_have_value("Repos that settle at once.")
    expect(page.get_by_label("What is new about it?")).to_have_value("One order book.")


def test_the_button_under_a_slow_finger_stays_where_it_is(somebody: Callable[..., Visitor]) -> None:
    """A long message gives way to a short one while the button is pressed; at the foot of the page that moved it."""
    page = opened(somebody(CONTRIBUTOR), "About the firm")
    page.get_by_label("Contact’s email address").fill("nobody")
    page.get_by_label("Legal Entity Identifier").fill("5493001KJTIIGC8Y1R13")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_label("Contact person").focus()
    expect(state(page)).to_contain_text("Contact’s email address")
    page.get_by_label("Contact person").press_sequentially("Ida")
    button = page.get_by_role("button", name="Save and continue")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    button.hover()
    before = button.evaluate("button => button.parentElement.getBoundingClientRect().y")  # it sinks itself when pressed
    page.evaluate("() => { window.fetch = () => new Promise(() => {}) }")  # the answer is still on its way
    page.mouse.down()
    expect(state(page)).to_have_text("Saving…")
    assert button.evaluate("button => button.parentElement.getBoundingClientRect().y") == before
    page.mouse.up()


def test_one_wrong_field_does_not_keep_the_others_from_being_saved(somebody: Callable[..., Visitor]) -> None:
    """The line names it, and its text stays."""
    page = opened(somebody(CONTRIBUTOR), "About the firm")
    page.get_by_label("Legal Entity Identifier").fill("5493001KJTIIGC8Y1R13")
    page.get_by_label("Group that the firm belongs to").fill("Tidewater Group")
    expect(state(page)).to_contain_text("Not saved: Legal Entity Identifier")
    expect(state(page)).to_have_attribute("data-state", "partly")
    expect(page.get_by_label("Legal Entity Identifier")).to_have_value("5493001KJTIIGC8Y1R13")


def test_the_connection_comes_back(somebody: Callable[..., Visitor]) -> None:
    """Nothing is lost while there is none."""
    person = somebody(CONTRIBUTOR)
    page = opened(person, "Product and activities")
    person.context.set_offline(True)
    page.get_by_label(SUMMARY).fill("Typed on a train.")
    expect(state(page)).to_contain_text("there is no connection")
    person.context.set_offline(False)
    expect(state(page)).to_have_text(SAVED)
    person.complaints.clear()  # the browser's own words about the connection
    page.reload()
    expect(page.get_by_label(SUMMARY)).to_have_value("Typed on a train.")


def test_text_that_never_arrived_is_shown_again(somebody: Callable[..., Visitor]) -> None:
    """The page is left with text that could not be saved; it is there when the person comes back, and nobody else's."""
    person = somebody(CONTRIBUTOR)
    page = opened(person, "Product and activities")
    here = page.url

    person.context.set_offline(True)
    page.get_by_label(SUMMARY).fill("Never arrived.")
    expect(state(page)).to_have_attribute("data-state", "offline")
    page.goto("about:blank")
    person.context.set_offline(False)
    person.complaints.clear()  # the browser's own words about the connection
    page.goto(here)
    expect(page.get_by_text("This is what you typed")).to_be_visible()
    expect(page.get_by_label(SUMMARY)).to_have_value("Never arrived.")
    expect(state(page)).to_have_text(SAVED)
    page.goto(here)
    expect(page.get_by_label(SUMMARY)).to_have_value("Never arrived.")
    expect(page.get_by_text("This is what you typed")).to_have_count(0)


def test_the_session_ends_in_the_middle_of_a_form(somebody: Callable[..., Visitor]) -> None:
    """The line says so; after signing in the form is there with the text, and saved."""
    person = somebody(CONTRIBUTOR)
    page = opened(person, "Product and activities")
    here = page.url
    person.context.clear_cookies()
    page.get_by_label(SUMMARY).fill("Typed after the session had ended.")
    expect(state(page)).to_contain_text("you are signed out")
    follow(state(page).get_by_role("link", name="Sign in"))
    page.get_by_label("Email address").fill(CONTRIBUTOR)
    page.get_by_label("Password", exact=True).fill("demonstration only 2026")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label(SUMMARY)).to_have_value("Typed after the session had ended.")
    expect(state(page)).to_have_text(SAVED)
    page.goto(here)
    expect(page.get_by_label(SUMMARY)).to_have_value("Typed after the session had ended.")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_button_after_the_session_has_ended(somebody: Callable[..., Visitor], scripts: bool) -> None:
    """Pressed without a session, it leads over the sign-in back to the form with all that was typed."""
    person = somebody(CONTRIBUTOR, java_script_enabled=scripts)
    page = opened(person, "Product and activities")
    page.get_by_label(SUMMARY).fill("By the button.")
    person.context.clear_cookies()
    follow(page.get_by_role("button", name="Save and continue"))
    expect(page.get_by_text("What you typed is safe.", exact=False)).to_be_visible()
    page.get_by_label("Email address").fill(CONTRIBUTOR)
    page.get_by_label("Password", exact=True).fill("demonstration only 2026")
    page.get_by_role("button", name="Sign in").click()
    if not scripts:
        follow(page.get_by_role("button", name="Show my form again"))
    expect(page.get_by_label(SUMMARY)).to_have_value("By the button.")
    follow(page.get_by_role("button", name="Save and come back later"))
    expect(page.get_by_text("is saved, not submitted", exact=False)).to_be_visible()


def test_signing_out_leaves_nothing_in_the_browser(somebody: Callable[..., Visitor]) -> None:
    """What was kept goes with the person."""
    person = somebody(CONTRIBUTOR)
    page = opened(person, "Product and activities")
    page.route("**/sections/product", lambda route: route.abort("aborted"))
    page.get_by_label(SUMMARY).fill("On a machine of others.")
    expect(state(page)).to_have_attribute("data-state", "offline")
    assert page.evaluate("Object.keys(localStorage).length") == 1
    page.unroute("**/sections/product")
    person.go("/home")
    follow(page.get_by_role("button", name="Sign out"))
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_questions_follow_at_once(somebody: Callable[..., Visitor]) -> None:
    """One appears with its answer, goes with the other, and its rows come and go."""
    person = somebody(CONTRIBUTOR, viewport=PHONE)
    page = opened(person, "What you ask for, and what went before")
    table = page.locator("#question-earlier")
    expect(table).to_be_hidden()
    before = page.get_by_role("group", name="Have you or a company of your group applied")
    before.get_by_label("Yes").check()
    expect(table).to_be_visible()
    add = table.get_by_role("button", name="Add another row")
    add.click()
    expect(table.get_by_label("Authority")).to_have_count(2)
    expect(table.get_by_label("Authority").nth(1)).to_be_focused()
    table.get_by_label("Authority").nth(1).fill("MAS")
    expect(state(page)).to_have_text(SAVED)
    table.get_by_role("button", name="Remove").first.click()
    expect(table.get_by_label("Authority")).to_have_value("MAS")
    assert judge(person) == []
    before.get_by_label("No").check()
    expect(table).to_be_hidden()
    expect(state(page)).to_have_text(SAVED)
    page.reload()
    expect(page.locator("#question-earlier")).to_be_hidden()
    page.get_by_role("group", name="Have you or a company of your group applied").get_by_label("Yes").check()
    expect(page.locator("#question-earlier").get_by_label("Authority")).to_have_value("MAS")  # kept, not submitted


def test_questions_follow_without_scripts(somebody: Callable[..., Visitor]) -> None:
    """A button saves and shows them; rows are added the same way."""
    page = opened(somebody(CONTRIBUTOR, java_script_enabled=False), "What you ask for, and what went before")
    expect(page.locator("#question-earlier")).to_be_hidden()
    page.get_by_role("group", name="Have you or a company of your group applied").get_by_label("Yes").check()
    follow(page.get_by_role("button", name="Save and show the questions that follow"))
    table = page.locator("#question-earlier")
    table.get_by_label("Authority").fill("MAS")
    follow(table.get_by_role("button", name="Add another row"))
    expect(table.get_by_label("Authority")).to_have_count(2)
    expect(table.get_by_label("Authority").first).to_have_value("MAS")


def test_the_browser_counts_words_as_the_portal_does(somebody: Callable[..., Visitor]) -> None:
    """The same table of cases as tests/domain/test_progress.py; and the count lives while one types."""
    page = opened(somebody(CONTRIBUTOR), "Product and activities")
    built = json.loads((ROOT / "static" / "dist" / "manifest.json").read_text())["words.js"]
    counted = page.evaluate(
        "async ([name, texts]) => { const own = document.querySelector('script[src*=portal]').src;"
        " const { countWords } = await import(new URL(name, own)); return texts.map(countWords) }",
        [built, list(CASES)],
    )
    assert dict(zip(CASES, counted, strict=True)) == CASES
    page.get_by_label(SUMMARY).fill("word " * 299)
    expect(page.get_by_text("You have 1 word remaining").first).to_be_visible()
    page.get_by_label(SUMMARY).fill("word " * 302)
    expect(page.get_by_text("You have 2 words too many").first).to_be_visible()
    expect(state(page)).to_have_text(SAVED)  # too long is saved all the same
    follow(page.get_by_role("navigation", name="Breadcrumb").get_by_role("link").last)
    expect(page.get_by_role("listitem").filter(has_text="Product and activities")).to_contain_text("Too\u00a0long")
