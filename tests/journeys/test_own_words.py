"""What a desk writes for itself stays with it: looked for in all that others can get, letters and files included.

Each text is found by its own desk, so the search can fail. The ids of the attacks are those of docs/attacks.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from sandbox.cli.demo import requests, story, talk
from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.messages import OutboxMessage
from sandbox.services import applications
from sandbox.services.decisions import drafting
from sandbox.web.access import access_of
from tests.factories import Maker
from tests.journeys.everywhere import allowed, pages, rows_of
from tests.journeys.staging import OTHER, SEALED, World, build, open_positions
from tests.pdf_tools.programs import text_of

As = Callable[[Actor], Any]
FIRM = "signatory@harbourlight.example"
# What only the sealed desk may read, whatever happens: kept in notes, in a draft request, in a share's ledger entry.
DESK_ONLY = {
    "file note": "The auditor confirms that client assets were reconciled every day of the last quarter",
    "consulted body": "No concern, if units are shown at fair value",
    "draft request": "Who returns the assets when the custodian fails",
}
# What the deciding desks read once positions are open; never the firm, the office or the public.
DESKS = {
    "finding": "the dossier is clear: the test plan, the limits and the safeguards answer the question",
    "summary": f"{SEALED} approves with conditions.",
}
SEARCHED = frozenset({"/inbox", "/pipeline"})
WORDS = ("auditor", "custodian", "clear")
# Who looks: of the other desk those who see most and those who see least; of every other kind those who see most.
LOOK = (
    FIRM, "coordinator@sec.example", "case@sec.example", "records@sec.example", "admin@sec.example",
    "secretariat@programme_office.example", "programme_administrator@programme_office.example",
    "auditor@audit_body.example",
)  # fmt: skip


def lists(app: Flask, person: Actor) -> Iterable[str]:
    """Every page without a thing in its address, searched too."""
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if not rule.arguments and "GET" in (rule.methods or ()) and access is not None and allowed(app, rule, person):
            yield rule.rule
            yield from (f"{rule.rule}?find={word}" for word in WORDS if rule.rule in SEARCHED)


def everything(app: Flask, person: Actor, browser: Any, rows: Mapping[str, list[str]], folder: Path) -> dict[str, str]:
    """All that a person can get of the portal as plain text, by address; their letters too."""
    found = {}
    cases = [page for rule, page, _nowhere in pages(app, dict(rows)) if "GET" in (rule.methods or ())]
    for path in [*lists(app, person), *cases]:
        answer = browser.get(path)
        if answer.status_code != 200:
            continue
        if answer.mimetype == "application/pdf":
            file = folder / "answer.pdf"
            file.write_bytes(answer.data)
            text = text_of(file)
        else:
            text = unescape(re.sub(r"<[^>]+>", " ", answer.data.decode("utf-8", "replace")))
        found[path] = re.sub(r"\s+", " ", text)
    letters = db.session.scalars(select(OutboxMessage).where(OutboxMessage.person_id == person.person_id))
    found["letters"] = " ".join(str(row.content) for row in letters)
    db.session.rollback()
    return found


def places(found: Mapping[str, str], words: str) -> list[str]:
    """Where a text stands."""
    return [path for path, text in found.items() if words in text]


@pytest.fixture
def world(maker: Maker) -> World:
    """A case with notes, a draft request and a share; both desks assess."""
    made = build(maker)
    firm, writer = made.outsiders[FIRM], made.outsiders["contributor@harbourlight.example"]
    requests.asked(made.cast, made.case_id, writer, firm, SEALED, OTHER)
    talk.correspondence(made.cast, firm, made.case_id, SEALED)
    return made


@pytest.mark.slow
@pytest.mark.pdf
@pytest.mark.parametrize("moment", ["before opening", "withdrawn"])
def test_own_words_are_nowhere_else(app: Flask, world: World, as_: As, tmp_path: Path, moment: str) -> None:
    """AZ-05, AZ-06, AZ-22: page, list, search, export, print, PDF, letter."""
    if moment == "before opening":
        story.file(world.cast, world.case_id, SEALED, "approve_with_conditions", DESKS["summary"])
    else:  # after opening: what was opened to the other desk is nobody else's
        open_positions(world)
        story.settle(world.cast, world.case_id)
        drafting.draft(world.staff("issuing"), world.desk_id)
        applications.withdraw(world.outsiders[FIRM], story.application_of(world.case_id), reason="We stop here.")
    rows = rows_of(world.case_id)
    own = [everything(app, person, as_(person), rows, tmp_path) for person in map(world.staff, ("case", "coordinator"))]
    for name, words in {**DESK_ONLY, **DESKS}.items():
        assert any(places(found, words) for found in own), f"{name} is found by its own desk"
    looked = 0
    for email in LOOK:
        person = world.outsiders[email]
        found = everything(app, person, as_(person), rows, tmp_path)
        hidden, of_the_other_desk = dict(DESK_ONLY), email.endswith(f"@{OTHER.lower()}.example")
        if moment == "before opening" or not of_the_other_desk:
            hidden["summary"] = DESKS["summary"]
        if not of_the_other_desk:  # whose own findings are written in the same words
            hidden["finding"] = DESKS["finding"]
        for name, words in hidden.items():
            assert places(found, words) == [], (moment, email, name)
        looked += len(found)
    assert looked > 150
    stranger = app.test_client()
    public = {page: stranger.get(page).text for page in ("/", "/register", "/register.csv", "/verify")}
    for words in {**DESK_ONLY, **DESKS}.values():
        assert places(public, words) == []
