"""Browser tests get a portal with the demonstration and people with browsers. Without Chromium they fail."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import NoChromium, Visitor, chromium, visitor
from tests.browser.portal import Portal, make_demo, serving


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration, made once for all test processes; nobody writes to it."""
    base = tmp_path_factory.getbasetemp()
    return make_demo((base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base) / "browser-demo")


@pytest.fixture(scope="module")
def portal(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A running portal on a copy of the demonstration."""
    with serving(demo, tmp_path_factory.mktemp("portal")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for the tests of a file. Not longer: it keeps an event loop, which others must not meet."""
    try:
        with chromium() as running:
            yield running
    except NoChromium as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def somebody(portal: Portal, browser: Browser) -> Iterator[Callable[..., Visitor]]:
    """Makes visitors: `somebody()` is anonymous, `somebody("case@fca.example")` is signed in."""
    made: list[Visitor] = []

    def make(email: str | None = None, **options: Any) -> Visitor:
        one = visitor(browser, portal.address, **options)
        made.append(one)
        if email:
            one.sign_in(email)
        return one

    yield make
    for one in made:
        one.context.close()
    assert [line for one in made for line in one.complaints] == []
