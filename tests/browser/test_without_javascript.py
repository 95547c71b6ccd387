"""The portal without JavaScript, and by keyboard alone on a phone: slower to look at, complete all the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import desk, firm
from tests.browser.chromium import PHONE, Visitor

pytestmark = [pytest.mark.once, pytest.mark.browser]


def test_apply_and_assess_without_javascript(somebody: Callable[..., Visitor], tmp_path: Path) -> None:
    """A firm's whole way to its receipt, and one desk's assessment."""
    paper = tmp_path / "Outline.txt"
    paper.write_text("Keys are split between three sites.\n")
    contributor = somebody("contributor@fernhollow.example", java_script_enabled=False)
    firm.start(contributor)
    firm.fill(contributor)
    firm.upload(contributor, paper)
    receipt = firm.submit(somebody("signatory@fernhollow.example", java_script_enabled=False))
    head = somebody("intake@fca.example", java_script_enabled=False)
    desk.declare(head, receipt.reference)
    desk.assign(head, ["Bertram Birch"])
    desk.screen(head)
    officer = somebody("case@fca.example", java_script_enabled=False)
    desk.declare(officer, receipt.reference)
    desk.assess(officer, receipt.reference, weak="Readiness")
    desk.propose(officer)
    desk.file(officer)
    expect(officer.page.get_by_text("FCA filed")).to_be_visible()


class Keyboard:
    """Somebody who cannot point: Tab to what is named, then Enter or Space."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, name: str, steps: int = 80) -> None:
        """Tab until the focus is on what carries this name, and can be seen there."""
        wanted = re.compile(name)
        for _ in range(steps):
            self.page.keyboard.press("Tab")
            words = self.page.evaluate(
                "(one => (one.labels?.[0] ?? one).innerText || one.getAttribute('aria-label') || '')"
                "(document.activeElement)"
            )
            if wanted.search(words.strip()):
                assert self.page.evaluate(FOCUS_SHOWS), f"the focus on “{words}” cannot be seen"
                return
        raise AssertionError(f"“{name}” cannot be reached by keyboard on {self.page.url}")

    def open(self, name: str) -> None:
        """Follow a link or press a button."""
        self.reach(name)
        before = self.page.url
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()
        assert self.page.url != before or self.page.title()

    def write(self, name: str, text: str) -> None:
        """Fill a field."""
        self.reach(name)
        self.page.keyboard.type(text)


# Outline, shadow or background: something of the focused element differs from when it has no focus.
FOCUS_SHOWS = """() => {
  const one = document.activeElement
  const look = () => { const box = one.type === 'checkbox' || one.type === 'radio' ? one.nextElementSibling : one
    const style = getComputedStyle(box), before = getComputedStyle(box, '::before')
    return [style.outlineStyle, style.boxShadow, style.backgroundColor, style.borderColor, style.borderWidth,
      before.boxShadow, before.outlineStyle, before.borderWidth].join() }
  const focused = look(); one.blur(); const plain = look(); one.focus()
  return focused !== plain
}"""


def test_sign_in_and_submit_by_keyboard_on_a_phone(somebody: Callable[..., Visitor]) -> None:
    """From the sign-in to the receipt of a draft that lacks nothing, without a mouse, at 360 px."""
    person = somebody(viewport=PHONE, has_touch=True)
    keys = Keyboard(person.go("/sign-in"))
    person.page.keyboard.press("Tab")
    expect(person.page.get_by_role("link", name="Skip to main content")).to_be_focused()
    keys.write("^Email address", "signatory@pemberley.example")
    keys.write("^Password", "demonstration only 2026")
    keys.open("^Sign in$")
    keys.open("^Applications$")
    keys.open("^Pemberley Vault Notes$")
    keys.open("^Check your answers$")
    keys.reach("^I have checked these answers")
    person.page.keyboard.press("Space")
    keys.open("^Submit")
    expect(person.page.get_by_role("heading", level=1)).to_contain_text("submitted")
    expect(person.page.get_by_text(firm.REFERENCE).first).to_be_visible()
