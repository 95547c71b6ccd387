"""axe finds nothing on any page of the demonstration, for anybody, at full width and on a phone; and pages of refusals.

Also: every link answers, no page is wider than a phone, ids are unique, titles are there, the console stays silent.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import Visitor, follow, visitor
from tests.browser.crawl import Walk, judge
from tests.browser.portal import Portal

pytestmark = [pytest.mark.once, pytest.mark.browser, pytest.mark.slow]

# Who walks: one person of every role, and of every firm, because each has a case in another stage.
ROLES = ("owner", "contributor", "certifier", "read.only")
FIRMS = (
    "tessellate", "meridian", "quillanchor", "saltmarsh", "copperfield", "northwind", "fernhollow", "larkspur",
    "ostrichfern", "pemberley", "kingfisher",
)  # fmt: skip
STAFF = (
    "intake", "specialist", "coordinator", "decision", "issuing", "supervisor", "records", "ethics", "admin",
)  # fmt: skip
ALL, SOME, FEW = 1000, 4, 2  # pages of each route
Person = tuple[str, str, int]
# Two walks, so that two processes can walk; each with the pages and the routes that it meets at least.
WALKS: dict[str, tuple[int, int, tuple[Person, ...]]] = {
    "outside": (
        600, 55,
        (
            ("", "public", ALL),
            ("signatory@harbourlight.example", "firm", ALL),
            *((f"{role}@harbourlight.example", "firm", FEW) for role in ROLES),
            *((f"signatory@{firm}.example", "firm", FEW) for firm in FIRMS),
            ("secretariat@office.example", "office", ALL),
            ("programme@office.example", "office", FEW),
            ("auditor@audit.example", "audit", ALL),
        ),
    ),
    "authorities": (
        1200, 70,
        (
            ("case@fca.example", "authority", ALL),
            *((f"{duty}@fca.example", "authority", SOME) for duty in STAFF),
            ("case@sec.example", "authority", FEW),
            ("issuing@cftc.example", "authority", FEW),
            ("case@boe.example", "authority", FEW),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("who", WALKS)
def test_every_page(portal: Portal, browser: Browser, who: str) -> None:
    """What links lead to, for everybody."""
    walk = Walk()
    pages, routes, people = WALKS[who]
    for email, kind, most in people:
        person = visitor(browser, portal.address)
        if email:
            person.let_in(email)
        walk.by(email or "anonymous", person, kind, most)
        person.context.close()
    report = walk.report()
    assert not report, "\n".join(report)
    assert walk.fetched > pages, f"only {walk.fetched} pages were met"
    assert len(walk.parts) > routes, sorted(walk.parts)


REFUSED = (
    ("", "/nothing-here"),
    ("", "/verify?code=AAAAA-AAAAA-AAAAA-AAAAA"),
    ("", "/verify?code="),
    ("signatory@harbourlight.example", "/inbox"),
    ("secretariat@office.example", "/trail"),
)


@pytest.mark.parametrize(("email", "path"), REFUSED)
def test_a_page_that_refuses(somebody: Callable[..., Visitor], email: str, path: str) -> None:
    """A refusal is a page like any other."""
    person = somebody(email or None)
    person.go(path)
    assert judge(person) == []


def test_a_form_that_refuses(somebody: Callable[..., Visitor]) -> None:
    """The list of errors leads to the fields."""
    person = somebody()
    page = person.go("/sign-in")
    follow(page.get_by_role("button", name="Sign in"))
    assert judge(person) == []
    page.get_by_role("alert").get_by_role("link").first.click()
    assert page.evaluate("document.activeElement.id") == "email"


def test_a_section_that_refuses(somebody: Callable[..., Visitor]) -> None:
    """Wrong answers are kept, and each says what is wrong."""
    person = somebody("contributor@ostrichfern.example")
    page = person.go("/applications")
    follow(page.get_by_role("link", name="Fern Portfolio Robot"))
    follow(page.get_by_role("link", name="About the firm"))
    page.get_by_label("Legal Entity Identifier").fill("EXMP00DEMO0000001055")
    page.get_by_label("Contact’s email address").fill("nobody")
    follow(page.get_by_role("button", name="Save and continue"))
    assert page.title().startswith("Error:")
    assert judge(person) == []
    assert page.get_by_label("Contact’s email address").input_value() == "nobody"
