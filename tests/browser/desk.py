"""What the people of an authority do, in the words of the pages: assign, screen, assess, decide, sign, issue."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Page, expect

from tests.browser.chromium import Visitor, follow
from tests.browser.firm import open_case, write_day


def tab(page: Page, name: str) -> None:
    """Another page of the open case."""
    follow(page.get_by_role("navigation", name="Pages of this case").get_by_role("link", name=name))


def declare(person: Visitor, reference: str) -> None:
    """Open the case for the first time: the portal asks for interests before it shows anything."""
    page = open_case(person, reference)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Declare your interests")
    page.get_by_label("I have no interest in this case").check()
    follow(page.get_by_role("button", name="Record my declaration"))


def see_why(person: Visitor) -> str:
    """The reasons for which the case came to this authority."""
    row = person.page.get_by_role("row").filter(has_text="(yours)")
    row.get_by_text("Why here?").click()
    return row.inner_text()


def assign(head: Visitor, names: list[str]) -> None:
    """Put colleagues on the desk."""
    tab(head.page, "Desk")
    for name in names:
        follow(head.page.get_by_role("button", name=f"Assign {name}"))
        expect(head.page.get_by_role("button", name=f"Take off {name}")).to_be_visible()


def screen(head: Visitor) -> None:
    """Find the application complete."""
    page = head.page
    tab(page, "Desk")
    follow(page.get_by_role("button", name="Start screening"))
    follow(page.get_by_role("button", name="It is complete"))
    follow(page.get_by_role("button", name="Send the letter"))


def assess(officer: Visitor, reference: str, *, weak: str = "") -> None:
    """A finding with reasons on every criterion; `weak`: the one that is met only in part."""
    page = open_case(officer, reference, "Assessment")
    titles = [one.inner_text().strip() for one in page.locator(".govuk-task-list__link").all()]
    for title in titles:
        plain = title.removesuffix(" (open here)")
        follow(page.get_by_role("link", name=re.compile(f"^{re.escape(plain)}")).last)
        page.get_by_label("Partly met" if plain == weak else "Met", exact=True).check()
        page.get_by_label("Reasons", exact=True).fill(f"The dossier shows it for “{plain}”.")
        follow(page.get_by_role("button", name="Save this finding"))
        expect(page.get_by_text("Saved", exact=False).first).to_be_visible()


def propose(officer: Visitor, *, stricter: str = "") -> None:
    """Take over the firm's limits, and ask for a report each month; `stricter`: a lower amount for the total value."""
    page = officer.page
    follow(page.get_by_role("navigation", name="Parts of the assessment").get_by_role("link", name="Conditions"))
    while page.get_by_role("button", name=re.compile("^Take over")).count():
        follow(page.get_by_role("button", name=re.compile("^Take over")).first)
    if stricter:
        follow(page.get_by_role("link", name=re.compile("^Change Total value")))
        page.get_by_label("Threshold").fill(stricter)
        page.get_by_label("What the firm has to do").fill("The firm keeps the total value within this lower limit.")
        page.get_by_label("We ask for it; the firm did not").check()
        follow(page.get_by_role("button", name="Save the condition"))
    follow(page.get_by_role("button", name="Propose a condition"))
    page.get_by_label("Title").fill("Monthly report")
    page.get_by_label("Kind").select_option(label="Reporting")
    page.get_by_label("What the firm has to do").fill("The firm reports volumes, incidents and the use of every limit.")
    page.get_by_label("The firm proposed it").check()
    page.get_by_role("group", name="Where it applies").get_by_role("checkbox").first.check()
    page.get_by_label("When is it due? (optional)").fill("within 10 working days after the end of each month")
    follow(page.get_by_role("button", name="Save the condition"))


def file(officer: Visitor) -> None:
    """File the position: it is frozen and sealed."""
    page = officer.page
    follow(page.get_by_role("navigation", name="Parts of the assessment").get_by_role("link", name="Position"))
    page.get_by_label("Approve with conditions").check()
    page.get_by_label("Summary of the reasons").fill("Ready for a test of limited size; possible harm is contained.")
    page.get_by_label("I file this position", exact=False).check()
    follow(page.get_by_role("button", name="File and seal the position"))


def settle(officer: Visitor, reference: str) -> None:
    """Choose for every difference: agree to differ, which is each desk's own to record."""
    page = open_case(officer, reference, "Divergences")
    while page.get_by_text(re.compile("^Choose for ")).count():
        page.get_by_text(re.compile("^Choose for ")).first.click()
        form = page.locator("details[open]").first
        form.get_by_label("Agree to differ").check()
        form.get_by_label("Joint text, or the reason for differing").fill("Each law has its own measure.")
        follow(form.get_by_role("button", name="Record our choice"))


def draft(officer: Visitor, reference: str) -> None:
    """Draft the decision and give it its dates."""
    page = open_case(officer, reference, "Decision")
    follow(page.get_by_role("button", name="Draft the decision"))
    today = datetime.now(UTC).date()
    write_day(page, "Takes effect on", today - timedelta(days=1))
    write_day(page, "Ends on (optional)", today + timedelta(days=364))
    follow(page.get_by_role("button", name="Save"))


def send(issuer: Visitor, reference: str) -> None:
    """Make the document and send it to signature."""
    page = open_case(issuer, reference, "Decision")
    follow(page.get_by_role("button", name="Send to signature"))
    follow(page.get_by_role("button", name="Make the document and send it"))
    expect(page.get_by_text("Waiting for signature").first).to_be_visible()


def sign_other_bytes(signatory: Visitor) -> None:
    """Post the hash of other bytes than those shown: nothing is signed."""
    page = signatory.page
    follow(page.get_by_role("button", name="Read and sign"))
    page.locator("input[name=shown]").evaluate("(one, other) => { one.value = other }", "0" * 64)
    page.get_by_label("I have read the document").check()
    follow(page.get_by_role("button", name="Sign", exact=True))
    expect(page.get_by_text("Signs next")).to_be_visible()
    expect(page.get_by_text("There is a problem")).to_be_visible()


def sign_open(signatory: Visitor) -> None:
    """Sign what the page shows."""
    page = signatory.page
    follow(page.get_by_role("button", name="Read and sign"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("What you sign")
    shown = page.locator(".portal-sign").inner_text().replace("\n", "")
    assert str(page.locator("input[name=shown]").input_value()) in shown
    page.get_by_label("I have read the document").check()
    follow(page.get_by_role("button", name="Sign", exact=True))
    expect(page.get_by_role("alert")).to_contain_text("igned")


def issue_open(issuer: Visitor) -> None:
    """Check the signed document and issue it."""
    page = issuer.page
    follow(page.get_by_role("button", name="Check and issue"))
    expect(page.get_by_text("The document passes every check")).to_be_visible()
    page.get_by_label("Issue it now").check()
    follow(page.get_by_role("button", name="Issue", exact=True))


CODE = re.compile(r"^[0-9A-Z]{4,5}(-[0-9A-Z]{4,5}){3,4}$")


def part(page: Page, name: str) -> None:
    """Another page of the decision."""
    follow(page.get_by_role("navigation", name="Decision", exact=True).get_by_role("link", name=name))
