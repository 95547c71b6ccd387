"""Who has no business with a case finds nothing of it: every role of every stranger, every page and every form.

Hidden and absent look alike: the same status and the same words as for ids that never existed. A form that is sent
leaves every table as it was. The ids of the attacks are those of docs/attacks.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Uuid, select

from sandbox.cli.demo import requests, story, talk
from sandbox.cli.demo.firms import FIRMS
from sandbox.domain.actors import ROLES_OF, Actor, Organisation, Role
from sandbox.extensions import db
from sandbox.models.applications import Application
from sandbox.models.base import Base
from sandbox.models.desks import Case
from sandbox.services.decisions import drafting
from sandbox.web.access import access_of
from tests.factories import Maker
from tests.journeys.everywhere import allowed, pages, plain, rows_of
from tests.journeys.staging import DUTIES, OTHER, SEALED, World, build, open_positions

As = Callable[[Actor], Any]
# Sessions, attempts and the record of refused attempts may change; nothing else.
MAY_CHANGE = frozenset(
    {"user_session", "sign_in_attempt", "access_intake", "trail_scope", "trail_event", "trail_body", "audience"}
)
SIGNATORY = "signatory@harbourlight.example"
NEIGHBOUR = next(email for email, _name, role in FIRMS[1].people if role == "signatory")
VARIANTS = (
    "?download=1",
    "?format=json",
    ".json",
    ".pdf",
    "/",
    "//",
    ";x",
    "%2e%2e",
    "/%2e%2e/",
    "?case_id=1&case_id=2",
)


def anybody(world: World, email: str) -> Actor:
    """Somebody of the world by email."""
    return world.outsiders[email]


@pytest.fixture
def world(maker: Maker) -> World:
    """A case with something behind every page: requests, messages, notes, shares, open positions, a draft decision."""
    made = build(maker)
    firm = anybody(made, SIGNATORY)
    writer = anybody(made, "contributor@harbourlight.example")
    requests.asked(made.cast, made.case_id, writer, firm, SEALED, OTHER)
    talk.correspondence(made.cast, firm, made.case_id, SEALED)
    talk.shares(made.cast, made.case_id, SEALED, OTHER)
    open_positions(made)
    story.settle(made.cast, made.case_id)
    drafting.draft(made.staff("issuing"), made.desk_id)
    return made


@pytest.fixture
def rows(world: World) -> dict[str, list[str]]:
    """The ids of everything that belongs to the case."""
    found = rows_of(world.case_id)
    expected = {
        "request",
        "request_question",
        "share",
        "correspondence",
        "finding",
        "position",
        "divergence",
        "decision",
    }
    assert expected - found.keys() <= {"correspondence"}, sorted(found)
    return found


def strangers(world: World, maker: Maker) -> Iterable[Actor]:
    """Another firm in every role, an authority without a desk in every role, the administrators of both desks."""
    other = (
        db.session.execute(select(Application.firm_id).where(Application.title == FIRMS[1].product)).scalars().first()
    )
    assert other is not None
    for role in sorted(ROLES_OF[Organisation.FIRM]):
        yield maker.person(other, role)
    for role in sorted(DUTIES.values()):
        yield maker.person(maker.authority("CFTC"), role)
    for code in (SEALED, OTHER):
        yield maker.person(maker.authority(code), Role.AUTHORITY_ADMINISTRATOR)


def guarded(app: Flask, rows: dict[str, list[str]], person: Actor, method: str) -> Iterable[tuple[Any, str, str]]:
    """The addresses behind the door that this person's roles may ask for; public pages are for anybody."""
    for rule, page, nowhere in pages(app, rows):
        access = access_of(app, rule.endpoint)
        behind = access is not None and access.name != "public"
        if behind and method in (rule.methods or ()) and allowed(app, rule, person):
            yield rule, page, nowhere


def state() -> dict[str, str]:
    """A hash of the rows of each table that no refused form may change."""
    found = {}
    for table in Base.metadata.sorted_tables:
        if table.name not in MAY_CHANGE:
            rows = db.session.execute(select(table)).all()
            found[table.name] = hashlib.sha256(repr(sorted(map(repr, rows))).encode()).hexdigest()
    db.session.rollback()
    return found


@pytest.mark.slow
def test_no_page_of_a_case_is_there_for_a_stranger(
    app: Flask, world: World, rows: dict[str, list[str]], maker: Maker, as_: As
) -> None:
    """AZ-02, AZ-05, AZ-06, AZ-12: ids of the case, its desks, requests, documents, findings, decisions."""
    asked = 0
    for person in strangers(world, maker):
        browser = as_(person)
        for _rule, page, nowhere in guarded(app, rows, person, "GET"):
            mine, absent = browser.get(page), browser.get(nowhere)
            assert mine.status_code == absent.status_code, (person.roles, page)
            assert plain(mine.text) == plain(absent.text), (person.roles, page)
            asked += mine.status_code == 404
    assert asked > 300


@pytest.mark.slow
def test_no_form_of_a_case_is_taken_from_a_stranger(
    app: Flask, world: World, rows: dict[str, list[str]], maker: Maker, as_: As
) -> None:
    """AZ-02, AZ-18, BL-12: nor are the names of columns in the form of any use."""
    columns = {column.name for table in Base.metadata.sorted_tables for column in table.c}
    more = dict.fromkeys(sorted(columns - {"id"}), "1") | {"party": "public", "visibility": "public"}
    people = list(strangers(world, maker))
    before, sent = state(), 0
    for person in people:
        browser = as_(person)
        token = browser.token("/account/password")
        for _rule, page, nowhere in guarded(app, rows, person, "POST"):
            answers = [browser.post(one, data={**more, "csrf_token": token}) for one in (page, nowhere)]
            assert [one.status_code for one in answers] == [404, 404], (person.roles, page)
            sent += 1
    assert sent > 300
    assert state() == before


@pytest.mark.slow
def test_who_may_only_read_changes_nothing(app: Flask, world: World, rows: dict[str, list[str]], as_: As) -> None:
    """AZ-04: the firm's own reader sends every form of the case."""
    reader = anybody(world, "read.only@harbourlight.example")
    browser = as_(reader)
    token = browser.token("/account/password")
    before, refused = state(), 0
    for rule, page, _nowhere in pages(app, rows):
        access = access_of(app, rule.endpoint)
        if "POST" in (rule.methods or ()) and access is not None and access.name != "public":
            assert browser.post(page, data={"csrf_token": token}).status_code in (403, 404), page
            refused += 1
    assert refused > 60
    assert state() == before


@pytest.mark.slow
def test_a_thing_of_another_case_is_not_found_in_the_own_one(
    app: Flask, world: World, rows: dict[str, list[str]], as_: As
) -> None:
    """AZ-03: the parent is the person's own, the child somebody else's."""
    firm = anybody(world, NEIGHBOUR)
    own = world.routed_id
    assert db.session.get_one(Application, db.session.get_one(Case, own).application_id).firm_id == firm.organisation_id
    mine = {name: ids for name, ids in rows_of(own).items() if name in {"case", "application"}}
    mixed = {**rows, **mine}
    browser = as_(firm)
    token = browser.token("/account/password")
    before, asked = state(), 0
    for method in ("GET", "POST"):
        for rule, page, _nowhere in guarded(app, mixed, firm, method):
            ids = [name for name in rule.arguments if name.endswith("_id")]
            children = [name for name in ids if name not in {"case_id", "application_id"}]
            if len(ids) < 2 or not children:
                continue
            sent = browser.get(page) if method == "GET" else browser.post(page, data={"csrf_token": token})
            assert sent.status_code == 404, (method, page)
            asked += 1
    assert asked > 5
    assert state() == before


@pytest.mark.slow
def test_another_spelling_of_the_address_opens_nothing(
    app: Flask, world: World, rows: dict[str, list[str]], as_: As
) -> None:
    """AZ-21: methods, ranges, suffixes, slashes, case."""
    stranger = anybody(world, NEIGHBOUR)
    browser = as_(stranger)
    asked = 0
    for _rule, page, _nowhere in guarded(app, rows, stranger, "GET"):
        if browser.get(page).status_code != 404:
            continue  # a page of the person's own that knows no case
        for variant in VARIANTS:
            assert browser.get(page + variant).status_code in (308, 400, 404), page + variant
        for method in ("HEAD", "OPTIONS"):
            answer = browser.open(page, method=method)
            assert answer.status_code == 404 or (method == "OPTIONS" and not answer.data), (method, page)
        for headers in ({"Range": "bytes=0-9"}, {"If-None-Match": "*"}, {"X-Original-URL": "/home"}):
            assert browser.get(page, headers=headers).status_code == 404, (headers, page)
        assert browser.get(page.upper()).status_code == 404
        asked += 1
    assert asked > 15


def test_ids_cannot_be_guessed(world: World) -> None:
    """AZ-12: every id is 122 random bits; none is a number that counts, none tells the time or the machine."""
    seen = 0
    for table in Base.metadata.sorted_tables:
        if "id" in table.c and isinstance(table.c.id.type, Uuid) and table.name not in MAY_CHANGE:
            for one in db.session.scalars(select(table.c.id).limit(20)):
                assert isinstance(one, UUID)
                assert one.version == 4, (table.name, one)
                seen += 1
    assert seen > 100
