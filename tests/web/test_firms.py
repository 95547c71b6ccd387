"""The pages of the firm's profile: added, changed, removed, refused in words, shut to everybody else."""

from __future__ import annotations

import re

import pytest

from sandbox.domain.actors import Role
from sandbox.queries import firms as queries
from sandbox.services.applications import working
from sandbox.services.people import profile
from tests.conftest import Client

ROWS = {
    "controller": {"name": "Holding <plc>", "kind": "parent", "share": "75.50", "country": "GB"},
    "entity": {"name": "Harbour Inc", "legal_form": "branch", "country": "US", "address": "", "number": "", "lei": ""},
    "identifier": {"scheme": "us-nfa", "number": "0123456", "whose": ""},
    "licence": {"authority": "FCA", "scope": "Payments", "since": ["2", "1", "2020"], "number": "7"},
}


@pytest.fixture
def owner(maker):
    return maker.person(maker.firm("Harbour Tokens Ltd"), Role.OWNER, name="Olive Owner")


def version_on(page: str) -> str:
    return re.search(r'name="version"[^>]*value="(\d+)"', page)[1]


def test_an_empty_profile_says_what_belongs_there(as_, owner):
    page = as_(owner).get("/firm").text
    for words in ("No numbers yet", "No further legal entities", "No controllers yet", "No licences yet"):
        assert words in page


@pytest.mark.parametrize("kind", ROWS)
def test_a_row_is_added_changed_and_removed_after_a_question(as_, owner, kind):
    browser: Client = as_(owner)
    added = browser.send(f"/firm/{kind}/new", ROWS[kind])
    assert added.headers["Location"] == f"/firm#{kind}"
    row = queries.page(owner).rows[kind][0]
    path = f"/firm/{kind}/{row.id}"
    page = browser.get(path)
    assert page.status_code == 200
    changed = browser.send(path, {**ROWS[kind], "version": version_on(page.text)})
    assert changed.headers["Location"] == f"/firm#{kind}"
    asked = browser.get(f"{path}/remove").text
    assert len(queries.page(owner).rows[kind]) == 1
    assert browser.send(f"{path}/remove", {"version": version_on(asked)}).status_code == 302
    assert browser.get(path).status_code == 404


def test_names_carry_no_markup(as_, owner):
    profile.save(owner, owner.organisation_id, "controller", {"name": "<script>x</script>", "kind": "person"})
    page = as_(owner).get("/firm").text
    assert "<script>x" not in page and "&lt;script&gt;x" in page


def test_what_is_wrong_is_said_and_what_was_typed_stays(as_, owner):
    browser = as_(owner)
    answer = browser.send("/firm/identifier/new", {"scheme": "gb-frn", "number": "12 34x"})
    assert answer.status_code == 422
    assert "Enter the number as it is in the register, for example 123456." in answer.text
    assert 'value="12 34x"' in answer.text and re.search(r'value="gb-frn"\s+selected', answer.text)
    answer = browser.send("/firm/controller/new", {"name": "A", "kind": "parent", "share": "101"})
    assert answer.status_code == 422 and 'href="#share"' in answer.text
    answer = browser.send("/firm/identity", {"legal_name": "FCA", "legal_form": "company", "country": "GB"})
    assert answer.status_code == 422


def test_an_old_page_is_told(as_, owner):
    browser = as_(owner)
    form = {"legal_name": "Harbour Tokens plc", "legal_form": "company", "country": "GB", "address": "Pier 1"}
    version = version_on(browser.get("/firm/identity").text)
    assert browser.send("/firm/identity", {**form, "version": version}).headers["Location"] == "/firm"
    late = browser.send("/firm/identity", {**form, "legal_name": "Late Ltd", "version": version})
    assert late.status_code == 409 and 'value="Late Ltd"' in late.text
    assert "Harbour Tokens plc" in browser.get("/people").text  # the organisation is called so too


def test_who_may_not_change_the_profile_reads_it_without_buttons(as_, maker, owner):
    profile.save(owner, owner.organisation_id, "controller", {"name": "Holding plc", "kind": "parent"})
    reader = as_(maker.person(owner.organisation_id, Role.READ_ONLY))
    page = reader.get("/firm").text
    assert "Holding plc" in page and "/firm/controller/" not in page
    row = queries.page(owner).rows["controller"][0]
    for path in ("/firm/identity", "/firm/controller/new", f"/firm/controller/{row.id}/remove"):
        assert reader.get(path).status_code == 403


def test_nobody_else_finds_the_profile(as_, maker, owner):
    profile.save(owner, owner.organisation_id, "controller", {"name": "Holding plc", "kind": "parent"})
    row = queries.page(owner).rows["controller"][0]
    stranger = as_(maker.person(maker.firm(), Role.OWNER))
    for path in (f"/firms/{owner.organisation_id}", f"/firm/controller/{row.id}", f"/firm/controller/{row.id}/remove"):
        assert stranger.get(path).status_code == 404, path
        if path.startswith("/firm/"):
            assert stranger.send(path, {**ROWS["controller"], "version": "1"}).status_code == 404
    for code, role in (("FCA", Role.COORDINATOR), ("FCA", Role.AUTHORITY_ADMINISTRATOR)):
        assert as_(maker.staff(code, role)).get("/firm").status_code == 403
    assert stranger.get("/firm/person/new").status_code == 404


def test_the_profile_says_where_a_draft_differs(as_, maker, owner):
    working.start(owner, maker.programme(), title="Bonds <b>")
    browser = as_(owner)
    assert "says something else" not in browser.get("/firm").text
    profile.save(owner, owner.organisation_id, "controller", {"name": "Holding plc", "kind": "parent"})
    page = browser.get("/firm").text
    assert "“Bonds &lt;b&gt;” says something else" in page and "“<bdi>Holding plc</bdi>”" in page


def test_the_profile_costs_the_same_however_much_stands_in_it(as_, maker, owner, statements):
    browser = as_(owner)
    browser.get("/firm")
    with statements() as few:
        browser.get("/firm")
    for number in range(12):
        profile.save(owner, owner.organisation_id, "controller", {"name": f"C {number}", "kind": "parent"})
    with statements() as many:
        browser.get("/firm")
    assert len(few) == len(many) == 8


def test_the_list_of_people_costs_the_same_however_many_there_are(as_, maker, owner, statements):
    browser = as_(owner)
    browser.get("/people")
    with statements() as few:
        browser.get("/people")
    for _ in range(20):
        maker.person(owner.organisation_id, Role.CONTRIBUTOR)
    with statements() as many:
        browser.get("/people")
    assert len(few) == len(many) == 5
