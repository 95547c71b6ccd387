"""Makes the pictures of the README and of docs/pictures from a fresh demonstration: `make screenshots`."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

from playwright.sync_api import Browser, Page

from sandbox import ROOT
from tests.browser.chromium import PHONE, WIDE, chromium, follow, visitor
from tests.browser.portal import Portal, make_demo, serving

PICTURES = ROOT / "docs" / "pictures"
MOST = 2 * 1024 * 1024  # bytes of all pictures together
TALL = {"width": WIDE["width"], "height": 1240}


def go(page: Page, path: str) -> None:
    """A page of the portal by its path: on a phone the menu is folded."""
    page.goto(urljoin(page.url, path))


def tab(page: Page, name: str) -> None:
    """Another page of the open case."""
    follow(page.get_by_role("navigation", name="Pages of this case").get_by_role("link", name=name))


def case(page: Page, firm: str, name: str) -> None:
    """A page of the case of this firm, from the inbox."""
    go(page, "/inbox")
    follow(page.get_by_role("row").filter(has_text=firm).get_by_role("link").first)
    tab(page, name)


def sign(page: Page) -> None:
    """What a decision maker signs."""
    case(page, "Quill & Anchor", "Decision")
    follow(page.get_by_role("button", name="Read and sign"))


def divergences(page: Page) -> None:
    """Differences that wait for a disposition."""
    case(page, "Meridian", "Divergences")


def positions(page: Page) -> None:
    """Positions side by side."""
    case(page, "Meridian", "Positions")


def workbench(page: Page) -> None:
    """The dossier beside one criterion."""
    case(page, "Larkspur", "Assessment")


def inbox(page: Page) -> None:
    """The cases of an authority."""
    go(page, "/inbox")


def tasks(page: Page) -> None:
    """A half-filled application."""
    go(page, "/applications")
    follow(page.get_by_role("link", name="Fern Portfolio Robot"))


def trial(page: Page) -> None:
    """A running test with a breach."""
    go(page, "/trials")
    follow(page.get_by_role("link", name="JS-").first)


def verify(page: Page) -> None:
    """What anybody reads about an issued document."""
    go(page, "/applications")
    follow(page.get_by_role("link", name="Harbourlight Bond Venue"))
    follow(page.get_by_role("link", name="JS-").first)
    tab(page, "Decision")
    address = page.locator("a[href^='/verify/']").first.get_attribute("href")
    follow(page.get_by_role("button", name="Sign out"))
    go(page, str(address))


# file → who, what to open, how large
SHOTS: dict[str, tuple[str, Callable[[Page], None], dict[str, int]]] = {
    "sign": ("decision@fca.example", sign, TALL),
    "divergences": ("case@fca.example", divergences, TALL),
    "positions": ("case@fca.example", positions, TALL),
    "workbench": ("case@fca.example", workbench, TALL),
    "inbox": ("case@fca.example", inbox, WIDE),
    "tasks": ("contributor@ostrichfern.example", tasks, WIDE),
    "trial": ("signatory@harbourlight.example", trial, TALL),
    "verify": ("signatory@harbourlight.example", verify, WIDE),
    "tasks-phone": ("contributor@ostrichfern.example", tasks, PHONE),
    "trial-phone": ("supervisor@fca.example", trial, PHONE),
}


def take(browser: Browser, portal: Portal) -> None:
    """One picture after the other."""
    for name, (email, find, size) in SHOTS.items():
        person = visitor(browser, portal.address, viewport=size)
        find(person.sign_in(email))
        person.page.screenshot(path=PICTURES / f"{name}.png")
        person.context.close()


def notice(portal: Portal, folder: Path) -> None:
    """The first page of a joint notice, as paper. Raises CalledProcessError."""
    paper = folder / "notice.pdf"
    portal.flask(
        "decisions", "export", "JS-2026-0001", "--edition", "Joint notice", "--out", str(paper)
    ).check_returncode()
    target = str(PICTURES / "notice")
    subprocess.run(["pdftoppm", "-png", "-singlefile", "-r", "96", "-f", "1", str(paper), target], check=True)


def main() -> None:
    """All pictures, or an error when they are too heavy for a repository."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        demo = make_demo(folder / "demo")
        with serving(demo, folder / "served") as portal, chromium() as browser:
            take(browser, portal)
            notice(portal, folder)
    total = sum(one.stat().st_size for one in PICTURES.glob("*.png"))
    if total > MOST:
        raise SystemExit(f"The pictures have {total:,} bytes together; {MOST:,} are allowed.")


if __name__ == "__main__":
    main()
