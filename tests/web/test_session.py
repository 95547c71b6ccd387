"""Signing in, staying, and being signed out."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import urljoin

import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import func, select

from sandbox.domain.actors import Role
from sandbox.domain.errors import BadInput
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.people import Person, SignInAttempt, UserSession
from sandbox.models.trail import TrailBody, TrailEvent
from sandbox.services import people as services
from sandbox.services.throttle import TooMany
from sandbox.web.session import same_site

WRONG = "The email address or the password is not right."


@pytest.fixture
def owner(maker):
    return maker.person(maker.firm(), Role.OWNER, email="olive@harbour.example")


def sign_in(client, email, password, **more):
    return client.post("/sign-in", data={"csrf_token": client.token(), "email": email, "password": password, **more})


def kinds():
    return list(db.session.scalars(select(TrailEvent.kind).order_by(TrailEvent.sequence)))


def test_signing_in_leads_to_the_page_that_was_asked_for(client, owner, maker):
    assert client.get("/people").headers["Location"] == "/sign-in?next=/people"
    answer = sign_in(client, " Olive@Harbour.example ", maker.password, next="/people")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/people")
    assert client.get("/people").status_code == 200
    assert client.get("/sign-in").headers["Location"] == "/home"
    assert kinds() == ["session.sign_in"]


def test_only_the_hash_of_the_token_is_kept(client, owner, maker):
    sign_in(client, owner.email, maker.password)
    token = client.cookie_session()["_user_id"]
    assert len(token) >= 43
    kept = db.session.scalar(select(UserSession.token_hash))
    assert kept == services.token_hash(token) != token


@pytest.mark.parametrize("password", ["wrong", "x" * 128, "x" * 5000, "with\0nul", " seven blue lighthouses wait"])
def test_unknown_accounts_and_wrong_passwords_look_alike(client, owner, password):
    pages = [sign_in(client, email, password) for email in (owner.email, "nobody@harbour.example")]
    assert [page.status_code for page in pages] == [422, 422]
    for page in pages:
        assert WRONG in page.text
        assert password not in page.text
    known, unknown = (page.text.replace(owner.email, "").replace("nobody@harbour.example", "") for page in pages)
    assert _without_token(known) == _without_token(unknown)
    assert kinds() == ["session.refuse", "session.refuse"]


def _without_token(page):
    return "".join(part.split('"', 1)[-1] for part in page.split('name="csrf_token" value="'))


def test_the_trail_of_a_refusal_names_nobody(client, owner):
    sign_in(client, owner.email, "wrong")
    body = json.dumps(db.session.scalar(select(TrailBody.body)))
    assert owner.email not in body
    assert "wrong" not in body


def test_too_many_attempts_stop_one_account_and_no_other(client, owner, maker):
    other = maker.person(owner.organisation_id, Role.CONTRIBUTOR)
    for _ in range(5):
        assert sign_in(client, owner.email, "wrong").status_code == 422
    refused = sign_in(client, owner.email, maker.password)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 300
    assert sign_in(client, other.email, maker.password).status_code == 302
    with time_machine.travel(now() + timedelta(seconds=301)):
        assert sign_in(client, owner.email, maker.password).status_code == 302


def test_many_attempts_at_once_cannot_slip_through(app, owner):
    limits = services.Limits(attempts=5, window=timedelta(minutes=5))

    def attempt(_number):
        with app.app_context():
            try:
                services.sign_in(owner.email, "wrong", address="192.0.2.1", agent="", limits=limits)
            except TooMany:
                return "too many"
            except BadInput:
                return "wrong"

    db.session.rollback()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(attempt, range(16)))
    assert (answers.count("wrong"), answers.count("too many")) == (5, 11)


def test_one_address_may_not_try_many_accounts(client, owner):
    for number in range(50):
        assert sign_in(client, f"nobody{number}@harbour.example", "x" * 129).status_code == 422
    assert sign_in(client, "nobody@harbour.example", "x" * 129).status_code == 429


def test_a_right_password_takes_its_attempts_back(client, owner, maker):
    sign_in(client, owner.email, "wrong")
    sign_in(client, owner.email, maker.password)
    assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == 1  # the address keeps the wrong one


def test_signing_out_ends_a_copied_cookie_too(client, owner, maker, app):
    sign_in(client, owner.email, maker.password)
    copy = app.test_client()
    copied = client.get_cookie("session").value
    copy.set_cookie("session", copied)
    assert copy.get("/people").status_code == 200
    assert client.get("/sign-out").status_code == 405
    assert client.send("/sign-out").status_code == 302
    copy.set_cookie("session", copied)
    assert copy.get("/people").status_code == 302
    assert client.get("/people").status_code == 302
    assert kinds()[-1] == "session.sign_out"


def test_signing_in_again_makes_a_new_token_and_ends_the_old(client, owner, maker):
    sign_in(client, owner.email, maker.password)
    first = client.cookie_session()["_user_id"]
    client.post(
        "/sign-in",
        data={"csrf_token": client.token("/home"), "email": owner.email, "password": maker.password},
    )
    assert client.cookie_session()["_user_id"] != first
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1


def test_a_session_ends_when_it_is_not_used(as_, owner):
    browser = as_(owner)
    start = now()
    with time_machine.travel(start + timedelta(minutes=59)):
        assert browser.get("/people").status_code == 200
    with time_machine.travel(start + timedelta(minutes=118)):
        assert browser.get("/people").status_code == 200
    with time_machine.travel(start + timedelta(minutes=179)):
        assert browser.get("/people").status_code == 302
        assert "signed out because" in browser.get("/sign-in").text
    assert browser.get("/people").status_code == 302  # a clock set back does not revive it
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 0


def test_a_session_ends_after_its_longest_time(as_, owner):
    browser = as_(owner)
    start = now()
    for minutes in range(50, 720, 50):
        with time_machine.travel(start + timedelta(minutes=minutes)):
            assert browser.get("/people").status_code == 200
    with time_machine.travel(start + timedelta(hours=12, minutes=1)):
        assert browser.get("/people").status_code == 302


def test_last_seen_is_written_at_most_once_a_minute(as_, owner):
    browser = as_(owner)
    start = db.session.scalar(select(UserSession.last_seen_at))
    for seconds, moved in ((30, False), (61, True), (90, True)):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=False):
            browser.get("/people")
        db.session.rollback()
        assert (db.session.scalar(select(UserSession.last_seen_at)) > start) is moved
    assert db.session.scalar(select(UserSession.last_seen_at)) == start + timedelta(seconds=61)


def test_a_form_sent_after_the_session_ended_is_not_lost(as_, owner, maker):
    browser = as_(owner)
    token = browser.token("/people/new")
    typed = {"csrf_token": token, "name": "New Person", "email": "new@harbour.example", "roles": "contributor"}
    with time_machine.travel(now() + timedelta(hours=2)):
        late = browser.post("/people/new", data={**typed, "time_zone": "UTC"})
        assert late.status_code == 401
        assert "Nothing" in late.text or "nothing was changed" in late.text
        sign_in(browser, owner.email, maker.password)
        again = browser.post("/people/new", data={**typed, "time_zone": "UTC"})
        assert again.headers["Location"] == "/people"
        assert "new@harbour.example" in browser.get("/people").text


def test_somebody_else_does_not_inherit_the_form_token(as_, owner, maker):
    other = maker.person(owner.organisation_id, Role.OWNER)
    browser = as_(owner)
    token = browser.token("/people/new")
    with time_machine.travel(now() + timedelta(hours=2)):
        browser.get("/people")
        sign_in(browser, other.email, maker.password)
        assert browser.post("/people/new", data={"csrf_token": token}).status_code == 400


def test_deactivation_ends_every_session_at_once(as_, owner, maker):
    other = maker.person(owner.organisation_id, Role.CONTRIBUTOR)
    browsers = [as_(other), as_(other)]
    assert all(browser.get("/home").status_code == 200 for browser in browsers)
    token = browsers[0].token("/account/password")
    services.deactivate(owner, other.person_id)
    assert all(browser.get("/home").status_code == 302 for browser in browsers)
    assert browsers[0].post("/account/password", data={"csrf_token": token}).status_code == 401
    assert kinds().count("session.sign_out") == 2


def test_changed_roles_count_from_the_next_request(as_, owner, maker):
    other = maker.person(owner.organisation_id, Role.OWNER)
    browser = as_(other)
    assert browser.get("/people/new").status_code == 200
    services.set_roles(owner, other.person_id, roles=["contributor"])
    assert browser.get("/people/new").status_code == 403


def test_strangers_have_no_row(client):
    client.get("/sign-in")
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 0


def test_one_statement_loads_the_viewer(as_, owner, statements):
    browser = as_(owner)
    browser.get("/account/password")
    with statements() as seen:
        browser.get("/account/password")
    assert len(seen) == 1, seen


def test_an_old_hash_is_renewed(client, owner, maker):
    hasher = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1)
    db.session.get(Person, owner.person_id).password_hash = hasher.hash(maker.password)
    db.session.commit()
    assert sign_in(client, owner.email, maker.password).status_code == 302
    db.session.rollback()
    assert db.session.scalar(select(Person.password_hash)).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


EVIL = [
    "//evil.com", "/\\evil.com", "\\\\evil.com", "///evil.com", "https:evil.com", "https:/evil.com", "/\t/evil.com",
    "\t//evil.com", "http://host@evil.com", "https://host\\@evil.com", "javascript:alert(1)", "data:text/html,x",
    "/a\r\nSet-Cookie: x=y", ".evil.com", "/a//evil.com", "/..//evil.com", "/%2f/evil.com", "/a?next=//evil.com",
    "", "x" * 2000,
]  # fmt: skip


@pytest.mark.parametrize("target", EVIL)
def test_the_way_back_never_leaves_the_portal(client, owner, maker, target):
    assert same_site(target) is None
    answer = sign_in(client, owner.email, maker.password, next=target)
    assert answer.headers["Location"] == "/home"
    assert urljoin("http://portal.example/", answer.headers["Location"]).startswith("http://portal.example/")


@pytest.mark.parametrize(
    "target", ["/", "/people", "/cases/5f3f3c9e-1111-4222-8333-444455556666/desks?after=abc_-&x=1"]
)
def test_the_way_back_to_a_page_of_the_portal(target):
    assert same_site(target) == target
