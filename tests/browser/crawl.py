"""Walks through every page that a person can reach by links, and looks at what is new to the eye.

Rule: the pages that links lead to are fetched for each person and read as text (status, title, ids). A page is opened
in the browser when its route is new for that kind of person, or when it is built of parts that no page of its route had
so far. So that every page of the demonstration is judged, and none twice.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from sandbox import ROOT
from tests.browser.chromium import PHONE, WIDE, Visitor

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
ENDLESS = {"/calendar": 18}  # a month leads to the next and the one before, for ever: as many pages are walked
MARKS = {"type", "role", "checked", "open"}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=/verify/)[^/]+")
# Rules that ask for the style sheets' text are experimental and not among the tags, so those are not fetched again.
JUDGE = """async tags => {
  const found = await axe.run(document,
    {runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'], preload: {assets: ['media']}})
  return found.violations.map(one => `${one.id}: ${one.help}: ` +
    one.nodes.map(node => node.html.slice(0, 160)).join(' | '))
}"""
WIDER = """() => {
  const root = document.documentElement
  if (root.scrollWidth <= root.clientWidth) return []
  const guilty = [...document.querySelectorAll('body *')].filter(one =>
    one.getBoundingClientRect().right > root.clientWidth + 1 && !one.closest('.portal-scroll'))
  return [`${root.scrollWidth} px wide: ` + guilty.slice(0, 4).map(one => one.outerHTML.slice(0, 160)).join(' | ')]
}"""


class Outline(HTMLParser):
    """What a page is made of: links, ids, title, and the kinds of its parts."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.parts: set[str] = set()
        self.title = ""
        self._reading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if "id" in given:
            self.ids.append(given["id"])
        marks = sorted(name for name in given if name.startswith("aria-") or name in MARKS)
        self.parts.add(f"{tag}.{given.get('class', '')}[{','.join(marks)}]")
        self._reading = tag == "title"

    def handle_data(self, data: str) -> None:
        """The words of the title."""
        if self._reading:
            self.title += data

    def handle_endtag(self, tag: str) -> None:
        """After the title its words end."""
        self._reading = False

    @property
    def doubled(self) -> list[str]:
        """Ids that stand twice."""
        return sorted({one for one in self.ids if self.ids.count(one) > 1})


def outline(html: str) -> Outline:
    """Read a page."""
    made = Outline()
    made.feed(html)
    return made


def pattern(path: str) -> str:
    """The route of an address, near enough: without ids and queries."""
    return KEY.sub("*", urlsplit(path).path)


def judge(visitor: Visitor, *, phone: bool = True) -> list[str]:
    """What is wrong with the open page at full width, and on a phone (`phone`: by axe too, not only its width)."""
    page = visitor.page
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE)
    found = list(page.evaluate(JUDGE, TAGS))
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found += page.evaluate(WIDER)
    if phone:
        found += [f"(360 px) {line}" for line in page.evaluate(JUDGE, TAGS) if line not in found]
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    return found


@dataclass
class Walk:
    """One walk through the portal by several people, one after the other."""

    parts: dict[str, set[str]] = field(default_factory=dict)
    routes: dict[str, set[str]] = field(default_factory=dict)
    problems: dict[str, list[str]] = field(default_factory=dict)
    opened: list[tuple[str, str]] = field(default_factory=list)  # who, path
    fetched: int = 0

    def by(self, who: str, visitor: Visitor, kind: str, most: int) -> None:
        """What this person can reach from the start: of each route `most` pages. `kind`: firm, authority, …"""
        visitor.context.add_init_script(AXE)  # the browser keeps it compiled
        waiting, known, met = ["/"], {"/"}, Counter[str]()
        while waiting:
            path = waiting.pop(0)
            route = pattern(path)
            met[route] += 1
            page = self._fetch(who, visitor, path) if met[route] <= min(most, ENDLESS.get(route, most)) else None
            if page is None:
                continue
            self._look(who, visitor, path, kind, page)
            for link in self._links(visitor.address, path, page):
                if link not in known:
                    known.add(link)
                    waiting.append(link)

    def _look(self, who: str, visitor: Visitor, path: str, kind: str, page: Outline) -> None:
        """Open a page that shows something new."""
        route, routes = pattern(path), self.routes.setdefault(kind, set())
        seen = self.parts.setdefault(route, set())
        if route not in routes or page.parts - seen:
            routes.add(route)
            self._open(who, visitor, path, phone=not seen)
            seen |= page.parts

    def _links(self, address: str, path: str, page: Outline) -> list[str]:
        found = []
        for link in page.links:
            whole = urlsplit(urljoin(address + path, link))
            if f"{whole.scheme}://{whole.netloc}" == address:
                found.append(whole.path + (f"?{whole.query}" if whole.query else ""))
        return found

    def _fetch(self, who: str, visitor: Visitor, path: str) -> Outline | None:
        answer = visitor.context.request.get(visitor.address + path)
        self.fetched += 1
        if answer.status != 200:
            self._note(who, path, [f"status {answer.status}"])
            return None
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return None
        page = outline(answer.text())
        wrong = [f"id “{one}” stands twice" for one in page.doubled]
        if not page.title.strip() or page.title.strip().startswith("–"):
            wrong.append("no title")
        self._note(who, path, wrong)
        return page

    def _open(self, who: str, visitor: Visitor, path: str, *, phone: bool) -> None:
        visitor.go(path)
        self.opened.append((who, path))
        self._note(who, path, judge(visitor, phone=phone) + visitor.complaints)
        visitor.complaints.clear()

    def _note(self, who: str, path: str, wrong: list[Any]) -> None:
        for line in wrong:
            self.problems.setdefault(f"{pattern(path)}: {line}", []).append(f"{who} {path}")

    def report(self) -> list[str]:
        """The problems, each with the first place where it was met."""
        return [f"{line}\n    ({len(places)}×, first: {places[0]})" for line, places in self.problems.items()]
