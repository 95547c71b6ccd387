"""The system's Chromium and people who use it: each visitor has a browser profile of their own, signed in or not.

What no page of the portal may do is noted while people use it: a message on the console, an error in a script, a file
that does not come. `Visitor.complaints` lists it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from tests.browser.portal import PASSWORD

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
PATIENCE = 20_000  # milliseconds; a busy machine renders a PDF in a few seconds
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


class NoChromium(Exception):
    """A browser test without a browser fails; it is never skipped."""


def executable() -> str:
    """Where the system's Chromium is. Raises NoChromium with what to do."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise NoChromium("No Chromium here. On Debian: sudo apt-get install -y chromium (`make test` does it)")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without windows, which reaches nothing but what it is sent to."""
    path = executable()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, headless=True, args=list(ARGUMENTS))
        yield browser
        browser.close()


def follow(target: Locator) -> None:
    """Click what leads to another page, and wait until that page is whole: the next words may ask it at once."""
    with target.page.expect_navigation(wait_until="load"):
        target.click()


@dataclass
class Visitor:
    """Somebody with a browser."""

    address: str
    context: BrowserContext
    page: Page
    scripts: bool = True
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        """Open a page of the portal and return it."""
        self.page.goto(path if path.startswith("http") else self.address + path)
        return self.page

    def sign_in(self, email: str, password: str = PASSWORD) -> Page:
        """Sign in as a person would."""
        page = self.go("/sign-in")
        page.get_by_label("Email address").fill(email)
        page.get_by_label("Password", exact=True).fill(password)
        follow(page.get_by_role("button", name="Sign in"))
        page.get_by_role("button", name="Sign out").wait_for(state="attached")
        return page

    def let_in(self, email: str, password: str = PASSWORD) -> None:
        """Sign in by the same form without looking at it; for walks, which look at every page afterwards."""
        form = self.context.request.get(f"{self.address}/sign-in").text()
        token = form.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
        given = {"csrf_token": token, "email": email, "password": password}
        answer = self.context.request.post(f"{self.address}/sign-in", form=given)
        assert answer.ok and "Sign out" in answer.text(), f"{email} is not signed in"

    def _heard(self, message: ConsoleMessage) -> None:
        # A refusal is a page of the portal; that the browser also writes its status to the console is no fault.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def _lost(self, request: Request) -> None:
        # A download ends the navigation that asked for it; a browser whose scripts are off fetches none.
        if "ERR_ABORTED" not in (request.failure or "") and (self.scripts or not request.url.endswith(".js")):
            self.complaints.append(f"{self.page.url}: {request.url} {request.failure}")

    def watch(self) -> None:
        """Begin to note what goes wrong."""
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))
        self.page.on("requestfailed", self._lost)


def visitor(browser: Browser, address: str, **options: Any) -> Visitor:
    """A new person at a browser; options are those of a browser context (`java_script_enabled`, `viewport` …)."""
    settings: dict[str, Any] = {"viewport": WIDE, "locale": "en-GB", "reduced_motion": "reduce", **options}
    context = browser.new_context(**settings)
    context.set_default_timeout(PATIENCE)
    made = Visitor(address, context, context.new_page(), settings.get("java_script_enabled", True))
    made.watch()
    return made
