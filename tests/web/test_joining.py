"""Coming in from the public site, as a stranger does it: a browser without scripts, and the letters."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

import pytest
from sqlalchemy import func, select

from sandbox.adapters import mail
from sandbox.domain.actors import Organisation, Role
from sandbox.extensions import db
from sandbox.models.firms import Invitation
from sandbox.models.people import Firm, Person, PersonRole
from sandbox.queries import firms as queries
from sandbox.services import people
from sandbox.services.people import counsel, registration
from tests.letters import letters_to, token_for, tokens_for

ANNA = "anna@newfirm.example"
PASSWORD = "eight green umbrellas"
FIRM = {
    "legal_name": "New Firm Ltd",
    "legal_form": "company",
    "country": "GB",
    "address": "1 Invented Street",
    "name": "Anna Able",
    "time_zone": "Europe/London",
    "password": PASSWORD,
    "entitled": "y",
}


@pytest.fixture(autouse=True)
def _no_letters():
    mail.sent.clear()


@pytest.fixture
def owner(maker):
    return maker.person(maker.firm("Harbour Tokens Ltd"), Role.OWNER, name="Olive Owner")


def post(browser, path, data):
    return browser.post(path, data={"csrf_token": browser.token(path), **data})


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


def asked(browser, email, path="/join"):
    return post(browser, path, {"email": email})


def test_a_new_firm_comes_in_from_the_front_page(client):
    assert 'href="/join"' in client.get("/").text
    assert asked(client, ANNA).headers["Location"] == "/join/sent"
    assert "Look into your mail" in client.get("/join/sent").text
    link = f"/join/{token_for(ANNA)}"
    assert count(Person) == 0
    page = client.get(link)
    assert "Your address anna@newfirm.example is confirmed" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    done = post(client, link, FIRM)
    assert done.headers["Location"] == "/firm"
    profile = client.get("/firm").text
    assert "Your firm is registered." in profile and "New Firm Ltd" in profile
    assert client.get("/people").text.count("Nobody is a") == 2  # neither signatory nor certifier yet
    assert client.get(link).status_code == 404


FITTED = "/applications/new?programme=uk-us-digital-assets&activities=custody&jurisdictions=UK&standing-UK=established"


def test_what_was_asked_for_before_registering_waits_behind_the_link(client, app):
    said = client.get("/sign-in", query_string={"next": FITTED}).text
    way = html.unescape(re.search(r'href="(/join\?next=[^"]+)"', said)[1])
    page = client.get(way).text
    assert "waits with the link" in page and f'value="{html.escape(FITTED)}"' in page
    sent = post(client, way, {"email": ANNA, "next": FITTED}).headers["Location"]
    assert FITTED in unquote(client.get(sent).text), "sending it again keeps it"
    later = app.test_client()  # the letter is opened in another browser
    done = post(later, f"/join/{token_for(ANNA)}", FIRM)
    assert done.headers["Location"] == FITTED
    page = later.get(FITTED).text
    assert "Go on here where you began" in page
    db.session.rollback()
    assert db.session.scalars(select(Invitation.content)).all() == [{}], "it is kept no longer"


@pytest.mark.parametrize("evil", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a" * 2001, "/x?a=<"])
def test_nothing_but_a_plain_path_of_the_portal_waits_behind_the_link(client, evil):
    assert post(client, "/join", {"email": ANNA, "next": evil}).headers["Location"] == "/join/sent"
    link = f"/join/{token_for(ANNA)}"
    row = db.session.scalars(select(Invitation)).one()
    assert row.content == {}
    row.content = {"then": evil}  # even if it had got there
    db.session.commit()
    assert post(client, link, FIRM).headers["Location"] == "/firm"


def test_looking_at_a_link_does_not_use_it_up(client, owner):
    people.invite(owner, email=ANNA, name="Anna", roles=["contributor"])
    link = f"/join/{token_for(ANNA)}"
    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    joined = post(client, link, {"name": "Anna Able", "time_zone": "UTC", "password": PASSWORD})
    assert joined.headers["Location"] == "/home"


def test_what_was_typed_is_kept_and_the_password_is_not(client):
    asked(client, ANNA)
    link = f"/join/{token_for(ANNA)}"
    answer = post(client, link, {**FIRM, "lei": "WRONG", "country": "", "password": "too short", "entitled": ""})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert 'value="New Firm Ltd"' in answer.text and 'value="WRONG"' in answer.text
    assert "too short" not in answer.text
    weak = post(client, link, {**FIRM, "password": "password password"})
    assert "easy to guess" in weak.text and count(Firm) == 0


@pytest.mark.parametrize("path", ["/join", "/password"])
def test_every_address_is_answered_alike(app, owner, path):
    answers = []
    for email in (owner.email, "nobody@nowhere.example", "NOBODY@Nowhere.example"):
        answer = asked(app.test_client(), email, path)
        headers = {name: value for name, value in answer.headers if name not in ("X-Request-Id", "Set-Cookie", "Date")}
        answers.append((answer.status_code, headers, answer.data))
    assert answers[0] == answers[1] == answers[2]


def test_too_many_letters_are_refused_in_words(client):
    for _ in range(5):
        assert asked(client, ANNA).status_code == 302
    answer = asked(client, ANNA)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert "too many attempts" in answer.text.lower() and f'value="{ANNA}"' in answer.text
    assert asked(client, "another@newfirm.example").status_code == 302


@pytest.mark.parametrize("token", ["0" * 64, "x", "sent", "0" * 63, "%00", "..", "a" * 65])
def test_a_link_that_was_never_made_leads_nowhere(client, token):
    answer = client.get(f"/join/{token}")
    assert answer.status_code == (200 if token == "sent" else 404)
    assert client.post(f"/join/{token}").status_code in (400, 404, 405)


def test_roles_and_organisation_cannot_be_posted(client, owner, maker):
    other = maker.firm()
    people.invite(owner, email=ANNA, name="Anna", roles=["read_only"])
    more = {"roles": ["owner"], "organisation_id": str(other), "kind": "firm", "email": "evil@x.example"}
    post(client, f"/join/{token_for(ANNA)}", {"name": "A", "time_zone": "UTC", "password": PASSWORD, **more})
    db.session.rollback()
    anna = db.session.execute(select(Person).where(Person.email == ANNA)).scalar_one()
    assert anna.organisation_id == owner.organisation_id
    assert list(db.session.scalars(select(PersonRole.role).where(PersonRole.person_id == anna.id))) == ["read_only"]
    assert count(Firm) == 2


def test_an_owner_cannot_give_roles_of_another_kind_by_form(as_, owner, maker):
    carl = maker.person(owner.organisation_id, Role.CONTRIBUTOR)
    browser = as_(owner)
    for role in ("system", "decision_maker", "counsel", "programme_administrator"):
        answer = browser.send(f"/people/{carl.me}", {"roles": ["owner", role], "version": "1"})
        assert answer.status_code == 422
        new = {"name": "X", "email": "x@y.example", "roles": [role], "time_zone": "UTC"}
        assert browser.send("/people/new", new).status_code == 422
    assert people.actor_of(carl.me).roles == {Role.CONTRIBUTOR}
    for path in ("/people/new", f"/people/{carl.me}", "/people/hand-over", "/people/counsel/new", "/firm/identity"):
        allowed = 200 if path == "/firm/identity" else 403
        assert as_(carl).get(path).status_code == allowed, path


def test_invitations_are_shown_sent_again_and_withdrawn(as_, owner):
    people.invite(owner, email=ANNA, name="Anna <Able>", roles=["contributor"])
    browser = as_(owner)
    page = browser.get("/people").text
    assert "Anna &lt;Able&gt;" in page
    key = db.session.scalar(select(Invitation.id))
    first = token_for(ANNA)
    version = db.session.scalar(select(Invitation.version))
    again = browser.send(f"/people/invitations/{key}/again", {"version": str(version)}, follow_redirects=True)
    assert "A new link is on its way to anna@newfirm.example" in again.text
    assert browser.get(f"/join/{first}").status_code == 404
    path = f"/people/invitations/{key}/withdraw"
    assert "Withdraw the invitation?" in browser.get(path).text
    stale = browser.send(path, {"version": "1"})
    assert stale.status_code == 409
    now_there = re.search(r'name="version"[^>]*value="(\d+)"', browser.get(path).text)[1]
    done = browser.send(path, {"version": now_there}, follow_redirects=True)
    assert "is withdrawn" in done.text and "No invitation waits for an answer." in done.text
    assert browser.get(path).status_code == 404


def test_strangers_cannot_touch_invitations(as_, owner, maker):
    people.invite(owner, email=ANNA, name="Anna", roles=["contributor"])
    key = db.session.scalar(select(Invitation.id))
    for actor in (maker.person(maker.firm(), Role.OWNER), maker.staff("FCA", Role.AUTHORITY_ADMINISTRATOR)):
        browser = as_(actor)
        assert ANNA not in browser.get("/people").text
        for path in (f"/people/invitations/{key}/withdraw", f"/people/invitations/{key}/again"):
            assert browser.send(path, {"version": "1"}).status_code == 404
    assert tokens_for(ANNA)


def test_counsel_comes_in_and_goes_on_two_firms(as_, app, client, owner, maker):
    browser = as_(owner)
    form = {
        "name": "Lara Lawyer", "email": "lara@law.example", "law_firm": "Lawson LLP",
        "begins_on": ["1", "11", "2026"], "ends_on": ["", "", ""],
    }  # fmt: skip
    assert browser.send("/people/counsel/new", form).headers["Location"] == "/people"
    link = f"/join/{token_for('lara@law.example')}"
    page = client.get(link).text
    assert "Act for Harbour Tokens Ltd" in page and 'value="Lawson LLP"' in page
    data = {"name": "Lara Lawyer", "law_firm": "Lawson LLP", "time_zone": "UTC", "password": PASSWORD}
    assert post(client, link, data).headers["Location"] == "/home"
    firms = client.get("/firm").text
    assert "Harbour Tokens Ltd" in firms
    assert client.get(f"/firms/{owner.organisation_id}").status_code == 200
    assert client.get("/firm/identity").status_code == 403
    other = maker.person(maker.firm("Second Tokens Ltd"), Role.OWNER)
    assert as_(other).send("/people/counsel/new", form).status_code == 302
    second = f"/join/{token_for('lara@law.example')}"
    stranger = app.test_client().get(second).text
    assert "Sign in with it to accept" in stranger
    assert client.post(second, data={"csrf_token": client.token(second)}).headers["Location"] == "/firm"
    assert client.get(f"/firms/{other.organisation_id}").status_code == 200
    engagement = re.search(r"/people/counsel/([0-9a-f-]{36})/end", browser.get("/people").text)[1]
    asked_first = browser.get(f"/people/counsel/{engagement}/end").text
    assert "End the engagement?" in asked_first
    version = re.search(r'name="version"[^>]*value="(\d+)"', asked_first)[1]
    assert browser.send(f"/people/counsel/{engagement}/end", {"version": version}).status_code == 302
    assert client.get(f"/firms/{owner.organisation_id}").status_code == 404
    assert client.get(f"/firms/{other.organisation_id}").status_code == 200


def test_an_old_tab_of_counsel_saves_nothing_after_the_end(as_, owner, maker):
    now_utc = db.session.scalar(select(func.max(Person.created_at)))
    counsel.engage(owner, email="lara@law.example", name="Lara", law_firm="Lawson LLP", begins_at=now_utc)
    lara = people.actor_of(
        counsel.join(token_for("lara@law.example"), law_firm="Lawson LLP", name="Lara", password=PASSWORD)
    )
    case = maker.case(owner)
    browser = as_(lara)
    assert browser.get(f"/cases/{case.id}").status_code == 200
    assert "Harbour Tokens Ltd" in browser.get("/applications").text  # counsel sees whose application it is
    for path in ("/home", "/trials", "/calendar"):
        assert browser.get(path).status_code == 200, path
    counsel.end(owner, queries.engagements(owner)[0].id)
    for path in ("/home", "/trials", "/calendar", "/people"):
        page = browser.get(path)
        assert page.status_code == 200 and "Harbour Tokens" not in page.text, path
    for path in (f"/cases/{case.id}", f"/applications/{case.application_id}", f"/firms/{owner.organisation_id}"):
        assert browser.get(path).status_code == 404, path
    saved = browser.send(f"/applications/{case.application_id}/sections/product", {"name": "Evil", "version": "1"})
    assert saved.status_code == 404
    empty = browser.get("/applications")
    assert empty.status_code == 200 and "Harbour Tokens" not in empty.text


def test_leaving_and_handing_over_ask_first(as_, owner, maker):
    carl = maker.person(owner.organisation_id, Role.CONTRIBUTOR, name="Carl")
    browser = as_(owner)
    assert browser.send("/people/leave").status_code == 409  # the last owner
    page = browser.get("/people/hand-over").text
    assert "You cannot take this back" in page
    missing = browser.send("/people/hand-over", {"person": "", "keeps": []})
    assert missing.status_code == 422 and "Choose a colleague" in missing.text
    done = browser.send("/people/hand-over", {"person": str(carl.me), "keeps": ["signatory"]})
    assert done.headers["Location"] == "/people"
    assert browser.get("/people/hand-over").status_code == 403
    assert "Leave Harbour Tokens Ltd?" in browser.get("/people/leave").text
    gone = browser.send("/people/leave", follow_redirects=True)
    assert "Your account is closed" in gone.text
    assert browser.get("/home").status_code == 302


def test_a_forgotten_password(app, client, owner, as_):
    tab = as_(owner)
    asked(client, owner.email, "/password")
    link = f"/join/{token_for(owner.email)}"
    assert post(client, link, {"password": "short"}).status_code == 422
    assert post(client, link, {"password": PASSWORD}).headers["Location"] == "/home"
    assert tab.get("/home").status_code == 302
    assert post(app.test_client(), "/sign-in", {"email": owner.email, "password": PASSWORD}).status_code == 302
    assert app.test_client().get(link).status_code == 404


def test_letters_name_the_portal_and_not_the_host_of_the_request(app, owner):
    browser = app.test_client()
    token = browser.token("/join")
    data = {"csrf_token": token, "email": ANNA}
    browser.post("/join", data=data, headers={"X-Forwarded-Host": "evil.example"})
    letter = str(letters_to(ANNA)[-1].get_content())
    assert "evil.example" not in letter and app.config["BASE_URL"] in letter


def test_a_law_firm_manages_its_own_people(as_, maker):
    lara = maker.person(maker.organisation(Organisation.LAW_FIRM, "Lawson LLP"), Role.COUNSEL, name="Lara")
    browser = as_(lara)
    form = {"name": "Mona", "email": "mona@law.example", "roles": ["counsel"], "time_zone": "UTC"}
    assert browser.send("/people/new", form).headers["Location"] == "/people"
    assert "No firm engages you" in browser.get("/firm").text
    assert registration.FROM_ONE_PLACE > 5
