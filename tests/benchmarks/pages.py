"""Pages against the bare page: alternately, in the same process of the server, at one and at four connections."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sandbox.cli.demo.personas import PASSWORD
from tests.benchmarks.client import Crowd, Load, Session, Visit, ask, sign_in
from tests.benchmarks.data import Base
from tests.benchmarks.figures import Row
from tests.benchmarks.server import serving

HELLO = Visit("/hello/")
CONNECTIONS = (1, 4)
ROUNDS = 3
OFFICER = "case@fca.example"
OFFICE = "secretariat@office.example"
SAVER = "contributor@tessellate.example"


@dataclass(frozen=True, slots=True)
class Page:
    """A page to measure: its row's name, who looks, and what each connection asks for."""

    name: str
    email: str
    visits: tuple[Visit, ...]


def portal_pages(base: Base) -> tuple[Page, ...]:
    """The pages whose cost does not hang on how many cases there are."""
    case, drafts = base.case, base.drafts
    return (
        Page("task-list", SAVER, (Visit(f"/applications/{drafts[0]}"),)),
        Page("save-section", SAVER, tuple(Visit(f"/applications/{draft}/sections/product") for draft in drafts)),
        Page("trial", OFFICER, (Visit(f"/cases/{case.case_id}/trial"),)),
        Page("download", OFFICER, (Visit(f"/editions/{case.edition_id}/file"),)),
    )


def list_pages(base: Base) -> tuple[Page, ...]:
    """The pages that must not grow with the number of cases. One firm has the rare word, every dossier the common."""
    return (
        Page("inbox", OFFICER, (Visit("/inbox"),)),
        Page("inbox-waiting", OFFICER, (Visit("/inbox?show=turn&sort=waiting"),)),
        Page("pipeline", OFFICE, (Visit("/pipeline"),)),
        Page("search-rare", OFFICER, (Visit("/search?q=harbourlight"),)),
        Page("search-common", OFFICER, (Visit("/search?q=customers"),)),
        Page("inbox-find", OFFICER, (Visit("/inbox?show=all&find=customers"),)),
        Page("case", OFFICER, (Visit(f"/cases/{base.case.case_id}"),)),
    )


def measured(base: Base, pages: tuple[Page, ...], cases: int, seconds: float) -> Iterator[Row]:
    """The rows of these pages on this instance."""
    with serving(base.folder) as port:
        for page in pages:
            yield from _page(port, page, cases, seconds)


def _page(port: int, page: Page, cases: int, seconds: float) -> Iterator[Row]:
    session = sign_in(port, page.email, PASSWORD)
    visits = [_with_form(port, session, visit) for visit in page.visits] if page.name == "save-section" else []
    for connections in CONNECTIONS:
        crowd = Crowd(port, session.cookie, connections)
        hello, load = Load(), Load()
        try:
            for _ in range(ROUNDS):
                hello.add(crowd.load([HELLO], seconds))
                load.add(crowd.load(visits or list(page.visits), seconds))
        finally:
            crowd.leave()
        yield row(page.name, cases, connections, load, hello)
        visits = [_with_form(port, session, visit) for visit in page.visits] if visits else []


def row(name: str, cases: int, connections: int, load: Load, hello: Load) -> Row:
    """What was seen, as a row. More than one number of statements is an error of the page, so the largest counts."""
    return Row(
        name,
        size=cases,
        connections=connections,
        requests_per_s=load.per_second,
        times_hello=load.per_second / hello.per_second,
        p50_ms=load.median,
        p95_ms=load.quantile(0.95),
        sql=max(load.sql) if load.sql else None,
        bytes=load.bytes,
    )


def hello_row(port: int, session: Session, seconds: float) -> Iterator[Row]:
    """The unit itself."""
    for connections in CONNECTIONS:
        crowd = Crowd(port, session.cookie, connections)
        load = crowd.load([HELLO], seconds)
        crowd.leave()
        yield row("hello", 0, connections, load, load)


_FIELD = re.compile(r'<(?:input|textarea|select)[^>]*\bname="([^"]+)"[^>]*>', re.S)


def _with_form(port: int, session: Session, visit: Visit) -> Visit:
    """The form of the page as a browser would send it back unchanged."""
    _, text = ask(port, visit.path, session.cookie)
    form: dict[str, object] = {}
    for found in re.finditer(r"<input\b[^>]*>", text):
        _input(found[0], form)
    for found in re.finditer(r'<textarea\b[^>]*\bname="([^"]+)"[^>]*>(.*?)</textarea>', text, re.S):
        form[found[1]] = found[2].lstrip("\r\n")
    for found in re.finditer(r'<select\b[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', text, re.S):
        chosen = re.search(r'<option\b[^>]*\bvalue="([^"]*)"[^>]*\bselected', found[2])
        form[found[1]] = chosen[1] if chosen else ""
    if "version" not in form:
        raise RuntimeError(f"{visit.path} has no form with a version.")
    return Visit(visit.path, {**form, "version": int(str(form["version"]))}, expect=303)


def _input(tag: str, form: dict[str, object]) -> None:
    facts = dict(re.findall(r'\b([\w-]+)="([^"]*)"', tag))
    kind, name = facts.get("type", "text"), facts.get("name")
    if not name or kind in ("submit", "button", "file"):
        return
    if kind in ("checkbox", "radio"):
        if re.search(r"\bchecked\b", tag):
            held = form.setdefault(name, [])
            assert isinstance(held, list)
            held.append(facts.get("value", "y"))
        return
    form[name] = facts.get("value", "")


def weights(base: Base) -> Iterator[Row]:
    """What travels: the HTML of a list page, the first load with everything, a later page."""
    with serving(base.folder) as port:
        session = sign_in(port, OFFICER, PASSWORD)
        _, text = ask(port, "/inbox", session.cookie)
        yield Row("weight", bytes=len(text.encode()), note="list page")
        links = re.findall(r'(?:href|src)="(/static/[^"]+\.(?:css|js|woff2))"', text)
        wire = _wire(port, "/inbox", session.cookie)
        rest = sum(_wire(port, link, session.cookie) for link in dict.fromkeys(links))
        fonts = [] if any(link.endswith(".woff2") for link in links) else _fonts(port, links)
        yield Row("weight", bytes=wire + rest + sum(fonts), note="first load")
        yield Row("weight", bytes=_wire(port, "/home", session.cookie), note="later page")


def _wire(port: int, path: str, cookie: str) -> int:
    """The bytes of an answer as a browser gets it, which says that it reads gzip and brotli."""
    from http.client import HTTPConnection  # noqa: PLC0415 - the only raw use

    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie, "Accept-Encoding": "gzip, br"})
    size = len(connection.getresponse().read())
    connection.close()
    return size


def _fonts(port: int, links: list[str]) -> list[int]:
    """The first font that the style sheet names."""
    for link in links:
        if link.endswith(".css"):
            _, sheet = ask(port, link)
            if found := re.search(r"url\([\"']?([^)\"']+\.woff2)", sheet):
                path = found[1] if found[1].startswith("/") else link.rsplit("/", 1)[0] + "/" + found[1]
                return [_wire(port, path, "")]
    return []
