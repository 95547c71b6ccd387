"""What the people of a firm do, in the words that stand on the pages: apply, submit, accept, report, certify."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.chromium import Visitor, follow

PRODUCT = "Tidewater Repo Venue"
FINGERPRINT = re.compile(r"\b[0-9a-f]{64}\b")
REFERENCE = re.compile(r"\bJS-\d{4}-\d{4,}\b")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a firm holds after submitting."""

    reference: str
    sha256: str


def start(firm: Visitor) -> None:
    """Begin an application; its list of tasks is open afterwards."""
    page = firm.go("/home")
    follow(page.get_by_role("link", name="Applications", exact=True).first)
    follow(page.get_by_role("button", name=re.compile("^Start")).first)
    programme = page.get_by_label("UK–US Digital Assets Joint Sandbox")
    if not programme.is_checked():
        programme.check()
    page.get_by_label("Name of the product").fill(PRODUCT)
    follow(page.get_by_role("button", name="Start", exact=True))
    expect(page.get_by_role("heading", level=1)).to_contain_text(PRODUCT)
    # What the portal knows of the firm stands in the first section already.
    expect(page.get_by_text("1 of 5 sections are complete.")).to_be_visible()


def write_day(page: Page, question: str, day: date) -> None:
    """Day, month and year of a date question."""
    group = page.get_by_role("group", name=question)
    for label, value in (("Day", day.day), ("Month", day.month), ("Year", day.year)):
        group.get_by_label(label).fill(str(value))


def _save(page: Page) -> None:
    follow(page.get_by_role("button", name="Save and continue"))


def section_firm(page: Page, *, half: bool = False) -> None:
    """Who applies; half of it on request."""
    page.get_by_label("Legal name").fill("Tidewater Repo Ltd")
    page.get_by_label("Company number").fill("91234567")
    page.get_by_label("Registered address").fill("")
    if not half:
        page.get_by_label("Country of the registered office").select_option(label="United Kingdom")
        page.get_by_label("Registered address").fill("7 Invented Quay\nExampletown EX7 7EX")
        page.get_by_label("Contact person").fill("Fern Farrow")
        page.get_by_label("Contact’s email address").fill("owner@fernhollow.example")


def section_product(page: Page) -> None:
    """What is tested."""
    page.get_by_label("What does the product do?").fill("Repos in tokenised gilts and treasuries that settle at once.")
    page.get_by_label("What is new about it?").fill("One order book, two legal homes, one set of limits.")
    page.get_by_label("Operation of a trading platform").check()
    page.get_by_label("Specified investment", exact=False).first.check()
    page.get_by_label("Digital security", exact=False).first.check()
    page.get_by_label("Who are the customers?").fill("Sixty professional customers, no retail customers.")


def section_jurisdictions(page: Page) -> None:
    """Where, with a rationale each; each opens under its box when scripts run."""
    for place in ("United Kingdom", "United States"):
        page.get_by_label(place, exact=True).check()
        page.get_by_label(f"{place}: why there?").fill(f"Thirty customers in the {place} have signed.")
    page.get_by_label("No, only with all required authorities").check()


def section_test_plan(page: Page) -> None:
    """The plan with limits in both currencies."""
    write_day(page, "When is the test to start?", datetime.now(UTC).date())
    page.get_by_label("How many months does the test last?").fill("6")
    page.get_by_label("Who takes part in the test, and how many?").fill("Sixty professionals, thirty a country.")
    for label, amount in (
        ("Customers in the test, United Kingdom, amount", "30"),
        ("Total value outstanding, United Kingdom, amount in GBP", "2000000"),
        ("Customers in the test, United States, amount", "30"),
        ("Total value outstanding, United States, amount in USD", "2500000"),
    ):
        page.get_by_label(label, exact=True).fill(amount)
    page.get_by_role("group", name="Safeguards").get_by_role("checkbox").first.check()
    page.get_by_label("How are customers protected?").fill("Assets are held apart; a named person can halt the test.")
    page.get_by_label("How does the test end?").fill("Open repos run off within seven days; assets go back.")


def section_declarations(page: Page) -> None:
    """The four declarations."""
    for box in page.get_by_role("checkbox").all():
        box.check()


SECTIONS = {
    "About the firm": section_firm,
    "Product and activities": section_product,
    "Jurisdictions": section_jurisdictions,
    "Test plan": section_test_plan,
    "Declarations": section_declarations,
}


def fill(firm: Visitor) -> None:
    """Save half a section, come back to it, and fill all five in order. Ends on the page with all answers."""
    page = firm.page
    follow(page.get_by_role("link", name="About the firm"))
    section_firm(page, half=True)
    follow(page.get_by_role("button", name="Save and come back later"))
    expect(page.get_by_text("is saved, not submitted. Still missing there", exact=False).first).to_be_visible()
    firm.page.context.clear_cookies()  # the day is over; somebody else takes the machine
    firm.sign_in("contributor@fernhollow.example")
    follow(page.get_by_role("link", name="Applications", exact=True).first)
    follow(page.get_by_role("link", name=PRODUCT))
    follow(page.get_by_role("link", name="About the firm"))
    expect(page.get_by_label("Company number")).to_have_value("91234567")
    for title, write in SECTIONS.items():
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        write(page)
        _save(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Check your answers")
    follow(page.get_by_role("link", name=PRODUCT).first)


def upload(firm: Visitor, file: Path) -> None:
    """Add a document from the list of tasks, and come back."""
    page = firm.page
    follow(page.get_by_role("link", name="Documents").first)
    page.get_by_label("Choose a file").set_input_files(file)
    follow(page.get_by_role("button", name="Add the file"))
    expect(page.get_by_role("link", name=file.name, exact=True)).to_be_visible()
    follow(page.get_by_role("link", name="Back to the application"))
    expect(page.get_by_text("5 of 5 sections are complete.")).to_be_visible()


def submit(firm: Visitor) -> Receipt:
    """A signatory checks and submits."""
    page = firm.go("/applications")
    follow(page.get_by_role("link", name=PRODUCT))
    follow(page.get_by_role("button", name="Check your answers"))
    for words in ("Tidewater Repo Ltd", "91234567", "Open repos run off within seven days"):
        expect(page.get_by_text(words, exact=False).first).to_be_visible()
    page.get_by_label("I have checked these answers").check()
    follow(page.get_by_role("button", name=re.compile("^Submit")))
    expect(page.get_by_role("heading", level=1)).to_contain_text("submitted")
    text = page.get_by_role("main").inner_text()
    reference, sha256 = REFERENCE.search(text), FINGERPRINT.search(text.replace("\n", ""))
    assert reference, text
    assert sha256, text
    return Receipt(reference.group(), sha256.group())


def open_case(visitor: Visitor, reference: str, page_name: str | None = None) -> Page:
    """A case by its reference, from the person's own list, and one of its pages."""
    page = visitor.go("/home")
    follow(page.get_by_role("navigation").get_by_role("link", name=re.compile("^(Inbox|Applications)$")))
    if page.url.endswith("/applications"):
        follow(page.get_by_role("link", name=PRODUCT))
    follow(page.get_by_role("link", name=reference, exact=True))
    if page_name:
        follow(page.get_by_role("navigation", name="Pages of this case").get_by_role("link", name=page_name))
    return page


def accept_and_start(firm: Visitor) -> None:
    """Accept what was issued, and start in both countries."""
    page = firm.page
    follow(page.get_by_role("button", name="Read and accept"))
    page.get_by_label("The firm accepts the instruments", exact=False).check()
    follow(page.get_by_role("button", name="Accept for the firm"))
    page.on("dialog", lambda dialog: dialog.accept())
    for place in ("United Kingdom", "United States"):
        follow(page.get_by_role("button", name=f"Start the test: {place}"))
        expect(page.get_by_role("button", name=f"Start the test: {place}")).to_have_count(0)


def prepare_report(firm: Visitor, values: Mapping[str, str]) -> None:
    """Write the report that is due first; `values` by the beginning of the field's label, 1 otherwise."""
    page = firm.page
    follow(page.get_by_role("link", name=re.compile("report 1$")))
    follow(page.get_by_role("button", name="Prepare the report"))
    for box in page.get_by_role("textbox").all():
        label = box.evaluate("one => one.labels[0].innerText")
        if label.startswith("What happened"):
            box.fill("Trading began. One reconciliation was repeated by hand.")
        else:
            box.fill(next((value for start, value in values.items() if label.startswith(start)), "1"))
    follow(page.get_by_role("button", name="Save"))
    expect(page.get_by_text("Saved, not certified", exact=False).first).to_be_visible()


def certify(firm: Visitor) -> None:
    """Somebody else certifies it."""
    page = firm.page
    follow(page.get_by_role("link", name=re.compile("report 1$")))
    follow(page.get_by_role("button", name="Check and certify"))
    expect(page.get_by_text("this value breaks the limit", exact=False)).to_be_visible()
    page.get_by_label("I have checked the values", exact=False).check()
    follow(page.get_by_role("button", name="Certify and send"))
    expect(page.get_by_role("heading", name="Breaches")).to_be_visible()
