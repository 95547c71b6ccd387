"""Invitations: a link that works once, for a time, for whom it was sent; and no password but one's own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from sandbox.adapters import mail
from sandbox.domain.actors import Organisation, Role
from sandbox.domain.errors import BadInput, NotAllowed, NotFound, NotNow, Refusal
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.firms import Invitation
from sandbox.models.messages import OutboxMessage
from sandbox.models.people import Person, UserSession
from sandbox.models.trail import TrailBody, TrailEvent
from sandbox.queries import invitations as queries
from sandbox.services import people, throttle
from sandbox.services.people import invitations, recovery
from tests.letters import letters_to, text_of, token_for, tokens_for

PASSWORD = "eight green umbrellas"
NIA = "nia@harbour.example"


@pytest.fixture(autouse=True)
def _no_letters():
    mail.sent.clear()


@pytest.fixture
def owner(maker):
    return maker.person(maker.firm("Harbour Tokens Ltd"), Role.OWNER, name="Olive Owner")


def invite(actor, email=NIA, roles=("contributor",), **more):
    return people.invite(actor, email=email, name="Nia New", roles=roles, **more)


def persons():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Person))


def test_who_accepts_sets_the_own_password_and_gets_the_roles_of_the_invitation(owner):
    invite(owner, roles=("contributor", "signatory"), title="Analyst", time_zone="Europe/London")
    token = token_for(NIA)
    key = people.accept(token, name="Nia N. New", password=PASSWORD, time_zone="Europe/London")
    nia = people.actor_of(key)
    assert (nia.organisation_id, nia.roles) == (owner.organisation_id, {Role.CONTRIBUTOR, Role.SIGNATORY})
    assert people.sign_in(NIA, PASSWORD, address="", agent="", limits=people.Limits(5, timedelta(minutes=5)))
    assert "Nia N. New has accepted" in text_of(letters_to(owner.email)[-1])
    assert list(db.session.scalars(select(TrailEvent.kind).order_by(TrailEvent.at)))[:2] == [
        "people.invite",
        "invitation.accept",
    ]


def test_the_link_is_nowhere_but_in_the_letter(owner):
    invite(owner)
    db.session.rollback()
    assert db.session.scalar(select(Invitation.token_hash)) is None  # made when the letter leaves
    token = token_for(NIA)
    kept = [*db.session.scalars(select(TrailBody.body)), *db.session.scalars(select(OutboxMessage.content))]
    assert token not in str(kept)
    hashed = db.session.scalar(select(Invitation.token_hash))
    assert hashed and token not in hashed
    with pytest.raises(NotFound):
        people.accept(hashed, name="Thief", password=PASSWORD)


def test_a_link_works_once(owner):
    invite(owner)
    token = token_for(NIA)
    people.accept(token, name="Nia", password=PASSWORD)
    assert queries.offer(token) is None
    with pytest.raises(NotFound):
        people.accept(token, name="Nia again", password=PASSWORD)
    assert persons() == 2


def test_accepted_twice_at_once_it_makes_one_account(app, owner):
    invite(owner)
    token = token_for(NIA)

    def accept(name):
        with app.app_context():
            try:
                return people.accept(token, name=name, password=PASSWORD) is not None
            except Refusal:
                return False

    db.session.rollback()
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accept, ["One", "Two"])) == [False, True]
    assert persons() == 2


def test_a_link_expires_to_the_second(owner):
    invite(owner)
    token = token_for(NIA)
    expires = db.session.scalar(select(Invitation.expires_at))
    with time_machine.travel(expires, tick=False):
        assert queries.offer(token) is None
        with pytest.raises(NotFound):
            people.accept(token, name="Nia", password=PASSWORD)
    with time_machine.travel(expires - timedelta(seconds=1), tick=False):
        assert queries.offer(token) is not None


def test_a_withdrawn_link_is_dead_and_who_was_invited_is_told(owner):
    key = invite(owner)
    token = token_for(NIA)
    people.withdraw(owner, key)
    assert queries.offer(token) is None
    with pytest.raises(NotFound):
        people.accept(token, name="Nia", password=PASSWORD)
    assert "has withdrawn the invitation" in text_of(letters_to(NIA)[-1])
    with pytest.raises(NotNow):
        people.send_again(owner, key)


def test_withdrawn_before_the_letter_left_nothing_is_sent_that_opens_anything(owner):
    people.withdraw(owner, invite(owner))
    assert tokens_for(NIA) == []


def test_sent_again_only_the_newest_link_works(owner):
    key = invite(owner)
    first = token_for(NIA)
    people.send_again(owner, key)
    assert queries.offer(first) is None  # at once, before the new letter leaves
    second = token_for(NIA)
    assert second != first
    assert people.accept(second, name="Nia", password=PASSWORD)


def test_inviting_anew_takes_the_earlier_invitation_back(owner):
    invite(owner, roles=("owner",))
    first = token_for(NIA)
    invite(owner, roles=("read_only",))
    assert queries.offer(first) is None
    key = people.accept(token_for(NIA), name="Nia", password=PASSWORD)
    assert people.actor_of(key).roles == {Role.READ_ONLY}


def test_an_address_that_has_an_account_elsewhere_gets_a_letter_without_a_link(maker, owner):
    stranger = maker.person(maker.firm(), Role.CONTRIBUTOR)
    invite(owner, email=stranger.email)
    assert tokens_for(stranger.email) == []
    assert "already belongs to an account" in text_of(letters_to(stranger.email)[-1])
    assert [row.email for row in queries.open_ones(owner)] == [stranger.email]  # as for any other address


def test_roles_cannot_be_changed_by_who_accepts(owner):
    invite(owner, roles=("read_only",))
    with pytest.raises(TypeError):
        people.accept(token_for(NIA), name="Nia", password=PASSWORD, roles=["owner"])  # type: ignore[call-arg]


@pytest.mark.parametrize("roles", [["case_officer"], ["counsel"], ["system"], [], ["owner", "auditor"]])
def test_nobody_invites_into_roles_that_the_organisation_does_not_have(owner, roles):
    with pytest.raises(BadInput):
        invite(owner, roles=roles)


def test_only_those_in_charge_invite_withdraw_and_send_again(maker, owner):
    key = invite(owner)
    for role in (Role.CONTRIBUTOR, Role.SIGNATORY, Role.CERTIFIER, Role.READ_ONLY):
        actor = maker.person(owner.organisation_id, role)
        for act in (lambda who=actor: invite(who, email="x@y.example"), lambda who=actor: people.withdraw(who, key)):
            with pytest.raises(NotAllowed):
                act()
        with pytest.raises(NotAllowed):
            queries.open_ones(actor)
    for stranger in (
        maker.person(maker.firm(), Role.OWNER),
        maker.staff("FCA", Role.AUTHORITY_ADMINISTRATOR),
        maker.person(maker.organisation(Organisation.LAW_FIRM), Role.COUNSEL),
    ):
        assert queries.open_ones(stranger) == ()
        for act in (people.withdraw, people.send_again):
            with pytest.raises(NotFound):
                act(stranger, key)


def test_somebody_who_was_removed_a_moment_ago_invites_nobody(maker, owner):
    second = maker.person(owner.organisation_id, Role.OWNER)
    people.deactivate(owner, second.me)
    with pytest.raises(NotFound):
        invite(second)


def test_what_somebody_invited_ends_with_their_removal(maker, owner):
    second = maker.person(owner.organisation_id, Role.OWNER)
    invite(second, roles=("owner",))
    token = token_for(NIA)
    people.deactivate(owner, second.me)
    with pytest.raises(NotFound):
        people.accept(token, name="Nia", password=PASSWORD)


def test_who_is_no_owner_any_more_leaves_no_back_door(maker, owner):
    second = maker.person(owner.organisation_id, Role.OWNER)
    invite(second, roles=("owner",))
    token = token_for(NIA)
    people.set_roles(owner, second.me, roles=["contributor"])
    with pytest.raises(NotFound):
        people.accept(token, name="Nia", password=PASSWORD)


def test_weak_passwords_are_refused_and_the_link_still_works(owner):
    invite(owner)
    token = token_for(NIA)
    for weak in ("short", "password1234567", NIA + " and more"):
        with pytest.raises(BadInput):
            people.accept(token, name="Nia", password=weak)
    assert people.accept(token, name="Nia", password=PASSWORD)


def test_letters_to_one_address_are_limited_whoever_asks(maker, owner):
    others = [maker.person(maker.firm(), Role.OWNER) for _ in range(invitations.TO_ONE_ADDRESS)]
    for other in others:
        invite(other)
    with pytest.raises(throttle.TooMany):
        invite(owner)
    assert invite(owner, email="another@harbour.example")


def test_staff_of_an_authority_are_invited_too(maker):
    administrator = maker.staff("FCA", Role.AUTHORITY_ADMINISTRATOR)
    invite(administrator, email="new@fca.example", roles=("case_officer",))
    key = people.accept(token_for("new@fca.example"), name="New", password=PASSWORD)
    assert people.actor_of(key).roles == {Role.CASE_OFFICER}


# --- forgotten passwords ---------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_set_by_a_link_and_every_session_ends(maker, owner):
    db.session.add(UserSession(token_hash="a" * 64, person_id=owner.me))
    db.session.commit()
    recovery.ask(owner.email.upper(), place="192.0.2.1")
    first = token_for(owner.email)
    recovery.ask(owner.email, place="192.0.2.1")
    token = token_for(owner.email)
    for dead in (first, "0" * 64):
        with pytest.raises(NotFound):
            recovery.set_password(dead, PASSWORD)
    recovery.set_password(token, PASSWORD)
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 0
    assert people.sign_in(owner.email, PASSWORD, address="", agent="", limits=people.Limits(5, timedelta(minutes=5)))
    assert "The password of your account has changed" in text_of(letters_to(owner.email)[-1])
    with pytest.raises(NotFound):
        recovery.set_password(token, PASSWORD)


def test_asking_for_an_address_without_an_account_does_the_same_and_sends_nothing(maker, owner):
    closed = maker.person(owner.organisation_id, Role.READ_ONLY)
    people.deactivate(owner, closed.me)
    for email in ("nobody@nowhere.example", closed.email):
        recovery.ask(email, place="192.0.2.1")
        assert tokens_for(email) == []
    assert db.session.scalar(select(func.count()).select_from(Invitation)) == 2


def test_an_administrator_sends_a_link_to_the_own_people_only(maker):
    administrator, officer = maker.staff("FCA", Role.AUTHORITY_ADMINISTRATOR), maker.staff("FCA", Role.CASE_OFFICER)
    recovery.send(administrator, officer.me)
    recovery.set_password(token_for(officer.email), PASSWORD)
    for stranger in (maker.staff("SEC", Role.AUTHORITY_ADMINISTRATOR), maker.person(maker.firm(), Role.OWNER)):
        with pytest.raises(NotFound):
            recovery.send(stranger, officer.me)
    with pytest.raises(NotAllowed):
        recovery.send(officer, administrator.me)


def test_a_link_of_one_kind_opens_nothing_of_another(owner):
    invite(owner)
    recovery.ask(owner.email, place="192.0.2.1")
    with pytest.raises(NotFound):
        recovery.set_password(token_for(NIA), PASSWORD)
    with pytest.raises(NotFound):
        people.accept(token_for(owner.email), name="x", password=PASSWORD)
    with pytest.raises(NotFound):
        people.counsel.join(token_for(NIA), law_firm="Law", name="x", password=PASSWORD)
    assert now() < db.session.scalar(select(func.max(Invitation.expires_at)))
