"""The people of one's own organisation: listed, added, changed, closed; never left without somebody in charge."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import select

from sandbox.domain.actors import ROLES_OF, Organisation, Role
from sandbox.domain.errors import BadInput, Conflict, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.people import Person, PersonRole
from sandbox.models.trail import TrailBody, TrailEvent
from sandbox.queries import cursor
from sandbox.queries import people as queries
from sandbox.services import people as services
from tests.letters import token_for

FORM = {"name": "Nia New", "email": "Nia@Harbour.example", "roles": ["contributor"], "time_zone": "Europe/London"}


@pytest.fixture
def owner(maker):
    return maker.person(maker.firm(), Role.OWNER, name="Olive Owner")


def people_count():
    db.session.rollback()
    return len(db.session.scalars(select(Person.id)).all())


def version_of(person_id):
    db.session.rollback()
    return db.session.scalar(select(Person.version).where(Person.id == person_id))


def test_somebody_new_gets_a_letter_and_nobody_sees_a_password(as_, owner):
    browser = as_(owner)
    answer = browser.send("/people/new", FORM)
    assert answer.headers["Location"] == "/people"
    page = browser.get("/people").text
    assert "An invitation is on its way to nia@harbour.example." in page
    assert "password" not in page.lower()
    assert people_count() == 1
    assert token_for("nia@harbour.example") not in browser.get("/people").text


def test_the_form_says_what_is_missing_and_keeps_what_was_typed(as_, owner):
    answer = as_(owner).send("/people/new", {"name": "Nia <New>", "email": "nia", "roles": ["auditor"]})
    assert answer.status_code == 422
    for words in (
        "Enter an email address like",
        "Select one of the options",
        "There is a problem",
    ):
        assert words in answer.text
    assert 'value="Nia &lt;New&gt;"' in answer.text
    assert 'href="#email"' in answer.text
    assert people_count() == 1


def test_a_colleague_is_not_invited_again(as_, owner):
    answer = as_(owner).send("/people/new", {**FORM, "email": owner.email.upper()})
    assert answer.status_code == 422
    assert "has an account already" in answer.text


def test_who_has_an_account_elsewhere_is_not_told(as_, maker):
    """The answer, the list and the invitation look the same for an address with an account and one without."""
    stranger = maker.person(maker.firm(), Role.OWNER)
    answers = []
    for email in (stranger.email, "nobody@nowhere.example"):
        owner = maker.person(maker.firm("Twin Tokens Ltd"), Role.OWNER, name="Olive Owner")
        page = as_(owner).send("/people/new", {**FORM, "email": email.upper()}, follow_redirects=True)
        plain = page.text.replace(email, "EMAIL").replace(owner.email, "OWNER")
        plain = re.sub(r'[0-9a-f-]{36}|value="[^"]*"|<time.*?</time>', "", plain, flags=re.DOTALL)
        answers.append((page.status_code, plain))
    assert answers[0] == answers[1]
    assert "An invitation is on its way to EMAIL." in answers[0][1]


@pytest.mark.parametrize(
    "more", [{"organisation_id": str(uuid4())}, {"active": "", "version": "9", "id": str(uuid4())}]
)
def test_other_columns_cannot_be_posted(as_, owner, more):
    as_(owner).send("/people/new", {**FORM, **more})
    services.accept(token_for("nia@harbour.example"), name="Nia New", password="eight green umbrellas")
    db.session.rollback()
    new = db.session.execute(select(Person).where(Person.email == "nia@harbour.example")).scalar_one()
    assert (new.organisation_id, new.active, new.version) == (owner.organisation_id, True, 1)


def test_roles_of_another_kind_of_organisation_are_refused(owner):
    for roles in (["case_officer"], ["system"], ["nothing"], []):
        with pytest.raises(BadInput):
            services.invite(owner, email="a@b.example", name="A", roles=roles)


def test_only_those_in_charge_change_people(maker, owner):
    for actor in (
        maker.person(owner.organisation_id, Role.CONTRIBUTOR),
        maker.person(maker.organisation(Organisation.PROGRAMME_OFFICE), Role.PROGRAMME_ADMINISTRATOR),
        maker.person(maker.organisation(Organisation.AUDIT_BODY), Role.AUDITOR),
    ):
        with pytest.raises(NotAllowed):
            services.invite(actor, email="a@b.example", name="A", roles=["contributor"])
        with pytest.raises(NotAllowed):
            services.deactivate(actor, owner.person_id)


def test_nobody_changes_people_of_another_organisation(as_, maker, owner):
    stranger = maker.person(maker.firm(), Role.OWNER)
    administrator = maker.staff("FCA", Role.AUTHORITY_ADMINISTRATOR)
    for actor in (stranger, administrator):
        for act in (services.deactivate, services.reactivate):
            with pytest.raises(NotFound):
                act(actor, owner.person_id)
        with pytest.raises(NotFound):
            services.set_roles(actor, owner.person_id, roles=[sorted(ROLES_OF[actor.organisation])[0]])
        browser = as_(actor)
        assert browser.get(f"/people/{owner.person_id}").status_code == 404
        assert browser.send(f"/people/{owner.person_id}/deactivate", {"version": "1"}).status_code == 404
        assert owner.email not in browser.get("/people").text


def test_the_last_owner_stays(as_, maker, owner):
    for act in (services.deactivate, lambda *who: services.set_roles(*who, roles=["contributor"])):
        with pytest.raises(NotNow):
            act(owner, owner.person_id)
    inactive = maker.person(owner.organisation_id, Role.OWNER)
    services.deactivate(owner, inactive.person_id)
    with pytest.raises(NotNow):
        services.deactivate(owner, owner.person_id)
    answer = as_(owner).send(f"/people/{owner.person_id}/deactivate", {"version": str(version_of(owner.person_id))})
    assert answer.status_code == 409
    assert "Name another one first" in answer.text


def test_two_owners_cannot_remove_each_other_at_once(app, maker, owner):
    second = maker.person(owner.organisation_id, Role.OWNER)

    def remove(pair):
        with app.app_context():
            try:
                services.deactivate(*pair)
            except (NotNow, NotFound):  # the second was removed before its turn came
                return "not now"
            return "done"

    db.session.rollback()
    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(remove, [(owner, second.person_id), (second, owner.person_id)]))
    assert answers == ["done", "not now"]


def test_closing_an_account_asks_first_and_can_be_undone(as_, maker, owner):
    other = maker.person(owner.organisation_id, Role.CONTRIBUTOR, name="Carl Contributor")
    browser = as_(owner)
    asked = browser.get(f"/people/{other.person_id}/deactivate")
    assert "Deactivate Carl Contributor?" in asked.text
    assert version_of(other.person_id) == 1
    done = browser.send(f"/people/{other.person_id}/deactivate", {"version": "1"}, follow_redirects=True)
    assert "can no longer sign in" in done.text
    version = str(version_of(other.person_id))
    back = browser.send(f"/people/{other.person_id}/reactivate", {"version": version}, follow_redirects=True)
    assert "can sign in again" in back.text
    whats = [row["detail"]["what"] for row in db.session.scalars(select(TrailBody.body)) if "what" in row["detail"]]
    assert sorted(whats) == ["deactivated", "reactivated"]
    assert set(db.session.scalars(select(TrailEvent.kind))) == {"people.change"}


def test_who_changes_from_an_old_page_is_told(as_, maker, owner):
    other = maker.person(owner.organisation_id, Role.CONTRIBUTOR)
    services.set_roles(owner, other.person_id, roles=["signatory"], version=1)
    with pytest.raises(Conflict):
        services.set_roles(owner, other.person_id, roles=["certifier"], version=1)
    answer = as_(owner).send(f"/people/{other.person_id}", {"roles": ["certifier"], "version": "1"})
    assert answer.status_code == 409
    assert "Somebody else changed this" in answer.text
    assert re.search(r'value="certifier"\s+checked', answer.text)
    assert list(db.session.scalars(select(PersonRole.role).where(PersonRole.person_id == other.person_id))) == [
        "signatory"
    ]


def test_roles_are_changed_on_the_page(as_, maker, owner):
    other = maker.person(owner.organisation_id, Role.CONTRIBUTOR)
    browser = as_(owner)
    roles = {"roles": ["signatory", "certifier"], "version": "1"}
    assert browser.send(f"/people/{other.person_id}", roles).headers["Location"] == "/people"
    found = queries.colleague(owner, other.person_id)
    assert found.roles == ("certifier", "signatory")


def test_a_long_list_is_read_page_by_page(as_, maker, owner):
    for number in range(60):
        maker.person(owner.organisation_id, Role.READ_ONLY, name=f"Reader {number:02} 100%")
    seen, after = [], None
    for _ in range(3):
        page = queries.colleagues(owner, after=after)
        seen += [row.name for row in page.rows]
        after = page.after
    assert after is None
    assert len(seen) == len(set(seen)) == 61
    assert seen == sorted(seen)
    browser = as_(owner)
    first = browser.get("/people")
    following = re.search(r'href="(/people\?[^"]*after=[^"]+)"', first.text)[1].replace("&amp;", "&")
    assert "Reader 40" in browser.get(following).text
    found = browser.get("/people?find=" + "reader 07 100%25")
    assert "Reader 07" in found.text
    assert "Reader 08" not in found.text
    assert "Nobody here" in browser.get("/people?find=_").text


@pytest.mark.parametrize("after", ["x", "%00", "W10", "é", "x" * 2000, "WyJhIiwiYiJd"])
def test_a_nonsense_place_in_the_list_is_its_beginning(as_, owner, after):
    answer = as_(owner).get(f"/people?after={after}")
    assert answer.status_code == 200
    assert "Olive Owner" in answer.text


@pytest.mark.parametrize("name", ["\ud800", "a\0"])
def test_half_a_character_as_a_place_is_the_beginning(as_, owner, name):
    answer = as_(owner).get(f"/people?after={cursor(name, uuid4())}")
    assert answer.status_code == 200
    assert "Olive Owner" in answer.text


def test_names_cannot_carry_markup(as_, maker, owner):
    maker.person(owner.organisation_id, Role.READ_ONLY, name="<script>alert(1)</script>{{7*7}}")
    page = as_(owner).get("/people").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


def test_ones_own_password(as_, app, maker, owner):
    browser, other = as_(owner), as_(owner)
    wrong = browser.send("/account/password", {"current": "wrong", "password": "a very long new password"})
    assert (wrong.status_code, "not your current password" in wrong.text) == (422, True)
    short = browser.send("/account/password", {"current": maker.password, "password": "x" * 14})
    assert "15 to 128 characters" in short.text
    done = browser.send("/account/password", {"current": maker.password, "password": "eight green umbrellas"})
    assert done.headers["Location"] == "/sign-in"
    assert other.get("/people").status_code == 302
    stranger = app.test_client()
    data = {"csrf_token": stranger.token(), "email": owner.email}
    assert stranger.post("/sign-in", data={**data, "password": maker.password}).status_code == 422
    assert stranger.post("/sign-in", data={**data, "password": "eight green umbrellas"}).status_code == 302


@pytest.mark.parametrize("password", ["password1234567", "aaaaaaaaaaaaaaaaaaaa", "x" * 129, "               ", "short"])
def test_weak_passwords_are_refused(password):
    with pytest.raises(BadInput):
        services.check_password(password)


def test_passwords_may_be_any_text():
    for password in ("eight green umbrellas", "Пять синих кораблей", "🦊🦉🐢🦔🐝🐙🦀🐬🦋🐞🐚🦎🐸🐌🦆"):
        services.check_password(password)


def test_people_from_the_command_line(app, client):
    runner = app.test_cli_runner()
    db.session.rollback()
    made = runner.invoke(args=["people", "add-organisation", "--kind", "audit_body", "--name", "Audit House"])
    assert made.exit_code == 0, made.output
    words = ["people", "add", "--organisation", made.output.strip(), "--email", "ada@audit.example", "--name", "Ada"]
    added = runner.invoke(args=[*words, "--role", "auditor"], input="eight green umbrellas\n" * 2)
    assert added.exit_code == 0, added.output
    refused = runner.invoke(args=[*words, "--role", "owner"], input="eight green umbrellas\n" * 2)
    assert refused.exit_code == 1
