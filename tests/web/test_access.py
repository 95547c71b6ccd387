"""The door: who gets in, who is sent to sign in, and that hidden and absent look alike."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest

from sandbox.domain.actors import ROLES_OF, Organisation, Role
from sandbox.domain.policy import named
from sandbox.web.access import access_of

NOBODYS = "00000000-0000-4000-8000-000000000000"


def addresses(app, method):
    """Every rule with that method, its parameters filled with what does not exist."""
    for rule in app.url_map.iter_rules():
        if method in rule.methods and rule.endpoint != "static":
            path = re.sub(r"<uuid:\w+>", NOBODYS, rule.rule)
            path = re.sub(r"<int:\w+>", "1", path)
            path = re.sub(r"<code:\w+>", "nothing", path)
            yield re.sub(r"<any\(['\"]?(\w+).*?>", r"\1", path), access_of(app, rule.endpoint)


def everyone(maker):
    for kind, roles in ROLES_OF.items():
        organisation = maker.authority() if kind is Organisation.AUTHORITY else None
        organisation = organisation or (maker.firm() if kind is Organisation.FIRM else maker.organisation(kind))
        for role in sorted(roles):
            yield maker.person(organisation, role)


def test_strangers_are_sent_to_sign_in_from_every_page(app, client):
    for path, access in addresses(app, "GET"):
        answer = client.get(path)
        if access.name == "public":
            assert answer.status_code in (200, 302, 404), path
        else:
            assert answer.status_code == 302, path
            assert answer.headers["Location"].startswith("/sign-in?next=/"), path


@pytest.mark.slow
def test_nothing_is_accepted_without_the_form_token(app, client, as_, maker):
    browsers = [client, as_(maker.person(maker.firm(), *ROLES_OF[Organisation.FIRM]))]
    other = app.test_client()
    foreign = other.token()
    for browser in browsers:
        for path, _access in addresses(app, "POST"):
            for data in ({}, {"csrf_token": ""}, {"csrf_token": foreign}):
                assert browser.post(path, data=data).status_code == 400, path
            assert browser.post(f"{path}?csrf_token={foreign}").status_code == 400, path
            plain = browser.post(path, data='{"a": 1}', content_type="text/plain")
            assert plain.status_code == 400, path


def test_the_door_opens_for_the_roles_that_the_table_names(app, as_, maker):
    for actor in everyone(maker):
        browser = as_(actor)
        for path, access in addresses(app, "GET"):
            if access.action is None:
                continue
            answer = browser.get(path)
            if not named(actor, access.action):
                assert answer.status_code in (403, 404), (path, actor.roles)
            else:
                assert answer.status_code < 500 and answer.status_code != 400, (path, actor.roles)


def test_a_role_that_a_view_does_not_name_gets_403(as_, maker):
    answer = as_(maker.person(maker.firm(), Role.CONTRIBUTOR)).get("/teams")
    assert answer.status_code == 403
    assert "Your role does not include this page" in answer.text


def test_hidden_and_absent_people_look_alike(as_, maker):
    browser = as_(maker.person(maker.firm(), Role.OWNER))
    hidden = maker.person(maker.firm(), Role.OWNER)
    browser.get("/people")  # a first page sets the form token
    pages = [browser.get(f"/people/{key}") for key in (hidden.person_id, uuid4())]
    bodies = {re.sub(r'value="[^"]+"', "", page.text) for page in pages}
    assert [page.status_code for page in pages] == [404, 404]
    assert len(bodies) == 1
    headers = [{name: value for name, value in page.headers if name != "X-Request-Id"} for page in pages]
    assert {name for name in headers[0]} == {name for name in headers[1]}
    assert headers[0]["Cache-Control"] == headers[1]["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/people/1", "/people/../home", "/people/x", "/PEOPLE", "/people/", "//people", "/people;x"]
)
def test_other_spellings_open_nothing(client, as_, maker, path):
    assert as_(maker.person(maker.firm(), Role.OWNER)).get(path).status_code in (308, 404)
    assert client.get(path).status_code in (302, 308, 404)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(client, method):
    assert client.open("/people", method=method).status_code in (400, 405)


def test_a_refused_attempt_leaves_a_line(as_, maker, instance):
    browser = as_(maker.person(maker.firm(), Role.OWNER))
    missing = uuid4()
    browser.get(f"/people/{missing}")
    lines = "".join(path.read_text() for path in (instance / "access").glob("*.jsonl"))
    assert str(missing) in lines
    assert '"access.denied"' in lines
