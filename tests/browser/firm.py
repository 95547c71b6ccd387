"""What the people of a firm do, in the words that stand on the pages: apply, submit, accept, report, certify."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.chromium import Visitor, follow

PRODUCT = "Tidewater Repo Venue"
FINGERPRINT = re.compile(r"\b[0-9a-f]{64}\b")
REFERENCE = re.compile(r"\bJS-\d{4}-\d{4,}\b")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a firm holds after submitting."""

    reference: str
    sha256: str


def start(firm: Visitor, product: str = PRODUCT) -> None:
    """Begin an application; its list of tasks is open afterwards."""
    page = firm.go("/home")
    follow(page.get_by_role("link", name="Applications", exact=True).first)
    follow(page.get_by_role("button", name=re.compile("^Start")).first)
    programme = page.get_by_label("UK–US Digital Assets Joint Sandbox")
    if not programme.is_checked():
        programme.check()
    page.get_by_label("Name of the product").fill(product)
    follow(page.get_by_role("button", name="Start", exact=True))
    expect(page.get_by_role("heading", level=1)).to_contain_text(product)
    # What the portal knows of the firm stands in the first section already.
    expect(page.get_by_text(re.compile(r"\b0 of \d+ sections are complete"))).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="About the firm")).to_contain_text("In progress")


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
    page.locator("[name$='classification-0-class']").select_option(value="uk-specified-investment")


def section_jurisdictions(page: Page) -> None:
    """Where, with a rationale each; each opens under its box when scripts run."""
    for place in ("United Kingdom", "United States"):
        page.get_by_label(place, exact=True).check()
        page.get_by_label(f"{place}: why there?").fill(f"Thirty customers in the {place} have signed.")
    page.get_by_role("group", name="If a required authority does not approve").get_by_label("No", exact=True).check()


def section_test_plan(page: Page) -> None:
    """The plan with limits in both currencies."""
    write_day(page, "When is the test to start?", datetime.now(UTC).date())
    page.get_by_label("How many months does the test last?").fill("6")
    page.get_by_label("Who takes part in the test, and how are they chosen?").fill(
        "Sixty professionals, thirty a country."
    )
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
    """All declarations, and why the plain answers of the other sections may differ."""
    page.locator("[name$='explanations-0-rule']").select_option(value="classes-without-row")
    page.locator("[name$='explanations-0-reason']").fill("The table says what is there at the start of the test.")
    for box in page.get_by_role("checkbox").all():
        box.check()


SECTIONS = {
    "About the firm": section_firm,
    "Product and activities": section_product,
    "Jurisdictions": section_jurisdictions,
    "Test plan": section_test_plan,
    "Declarations": section_declarations,
}
OPTIONAL = "(optional)"
DAYS = {"Day": "1", "Month": "3", "Year": "2097"}
# Numbers that have to fit others: as many customers as the limit says, and limits that rise.
FITTING = {"customers_by_place-0-number": "30", "-warning": "2", "-hard": "3"}


def answer_rest(page: Page) -> None:
    """Every question of the page that is asked, must be answered and is not yet, gets a plain answer of its kind."""
    done: set[str] = set()
    while names := [name for name in _asked(page) if name not in done]:  # an answer may be followed by a question
        done.add(names[0])
        question = page.locator(f"#{names[0]}")
        first = question.locator("legend, label").first
        if first.count() and OPTIONAL in first.inner_text():
            continue
        if question.locator("#limits").count() == 0:  # of its table only the rows that are meant are filled
            _answer(question)


def _asked(page: Page) -> list[str]:
    ids: list[str] = page.locator(".portal-question:visible").evaluate_all("all => all.map(one => one.id)")
    return ids


def _answer(question: Locator) -> None:
    for box in question.locator("input[type=text]:visible, input[type=email]:visible, textarea:visible").all():
        if not box.input_value():
            label = box.evaluate("one => one.labels[0].innerText")
            decimal = box.get_attribute("inputmode") == "decimal"
            name = box.get_attribute("name") or ""
            fitting = next((value for end, value in FITTING.items() if name.endswith(end)), "1")
            box.fill(DAYS.get(label) or (fitting if decimal else "In plain words, for the test."))
    for choice in question.locator("select:visible").all():
        if not choice.input_value():
            choice.select_option(index=1)
    radios = question.get_by_role("radio")
    if question.locator("input[type=radio][value=third_party]").count():  # custody is not among the activities
        question.locator("input[type=radio][value=third_party]").check()
    if radios.count() and not question.locator("input[type=radio]:checked").count():
        no = question.get_by_role("radio", name="No", exact=True)
        (no if no.count() else radios.first).check()
    boxes = question.get_by_role("checkbox")
    if boxes.count() and not question.locator("input[type=checkbox]:checked").count():
        boxes.first.check()


def fill(firm: Visitor) -> None:
    """Save half a section, come back to it, and fill all of them in order. Ends on the list of tasks."""
    page = firm.page
    follow(page.get_by_role("link", name="About the firm", exact=True))
    section_firm(page, half=True)
    follow(page.get_by_role("button", name="Save and come back later"))
    expect(page.get_by_text("is saved, not submitted. Still missing there", exact=False).first).to_be_visible()
    firm.page.context.clear_cookies()  # the day is over; somebody else takes the machine
    firm.sign_in("contributor@fernhollow.example")
    follow(page.get_by_role("link", name="Applications", exact=True).first)
    follow(page.get_by_role("link", name=PRODUCT))
    follow(page.get_by_role("link", name="About the firm", exact=True))
    expect(page.get_by_label("Company number")).to_have_value("91234567")
    heading = page.get_by_role("heading", level=1)
    met = []
    while "Check your answers" not in heading.inner_text():
        title = heading.inner_text().splitlines()[-1]
        met.append(title)
        if title in SECTIONS:
            SECTIONS[title](page)
        answer_rest(page)
        more = page.get_by_role("button", name="Save and show the questions that follow")
        if more.is_visible():  # without scripts
            follow(more)
            answer_rest(page)
        _save(page)
        wrong = page.locator(".govuk-error-summary")
        assert wrong.count() == 0, wrong.inner_text()
    assert set(SECTIONS) <= set(met), met
    follow(page.get_by_role("link", name=PRODUCT).first)


def upload(firm: Visitor, file: Path) -> None:
    """Add a document from the list of tasks, and come back."""
    page = firm.page
    follow(page.get_by_role("link", name="Documents").first)
    page.locator("input[type=file]").set_input_files(file)
    if not firm.scripts:  # with them, choosing sends
        follow(page.get_by_role("button", name="Add the files"))
    expect(page.get_by_role("link", name=file.name, exact=True)).to_be_visible()
    follow(page.get_by_role("link", name="Back to the application"))
    expect(page.get_by_text(re.compile(r"\b(\d+) of \1 sections are complete"))).to_be_visible()


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
