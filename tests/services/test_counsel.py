"""Counsel act for the firms that engage them, from the day it begins until the moment it ends, and for no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from sandbox.adapters import mail
from sandbox.domain.actions import Action
from sandbox.domain.actors import Organisation, Role
from sandbox.domain.errors import BadInput, NotAllowed, NotFound, NotNow
from sandbox.domain.parties import Party
from sandbox.domain.policy import CaseFacts, can
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.firms import Engagement
from sandbox.models.messages import OutboxMessage
from sandbox.queries import firms as queries
from sandbox.queries.access import opens
from sandbox.services import people
from sandbox.services.applications import working
from sandbox.services.people import counsel, profile
from sandbox.services.recipients import recipients
from tests.letters import letters_to, text_of, token_for, tokens_for

PASSWORD = "eight green umbrellas"
LARA = "lara@law.example"


@pytest.fixture(autouse=True)
def _no_letters():
    mail.sent.clear()


@pytest.fixture
def owner(maker):
    return maker.person(maker.firm("Harbour Tokens Ltd"), Role.OWNER, name="Olive Owner")


def engage(owner, email=LARA, begins=timedelta(0), ends=None, law_firm="Lawson LLP"):
    begins_at = now() + begins
    return counsel.engage(
        owner,
        email=email,
        name="Lara Lawyer",
        law_firm=law_firm,
        begins_at=begins_at,
        ends_at=begins_at + ends if ends else None,
    )


def lawyer_of(owner, **more):
    engage(owner, **more)
    key = counsel.join(token_for(LARA), law_firm="Lawson LLP", name="Lara Lawyer", password=PASSWORD)
    return people.actor_of(key)


def engagement_of(owner):
    db.session.rollback()
    return queries.engagements(owner)[0]


def test_counsel_joins_with_a_law_firm_of_their_own(owner):
    lara = lawyer_of(owner)
    assert (lara.organisation, lara.organisation_name) == (Organisation.LAW_FIRM, "Lawson LLP")
    assert (lara.roles, lara.firms) == ({Role.COUNSEL}, {owner.organisation_id})
    assert "Lara Lawyer of Lawson LLP has accepted" in text_of(letters_to(owner.email)[-1])
    assert engagement_of(owner).state == "active"


def test_counsel_sees_the_firm_that_engages_them_and_no_other(maker, owner):
    other = maker.person(maker.firm(), Role.OWNER)
    mine, theirs = maker.case(owner), maker.case(other)
    lara = lawyer_of(owner)
    assert opens(lara, Action.CASE_READ, mine.id)
    assert not opens(lara, Action.CASE_GLANCE, theirs.id)
    assert queries.page(lara, owner.organisation_id).profile.legal_name == "Harbour Tokens Ltd"
    for firm_id in (other.organisation_id, lara.organisation_id, None):
        with pytest.raises(NotFound):
            queries.page(lara, firm_id)


def test_counsel_prepares_and_sends_nothing(maker, owner):
    draft = working.start(owner, maker.programme(), title="Draft of the firm")
    lara = lawyer_of(owner)
    with pytest.raises(NotAllowed):
        working.discard(lara, draft)
    with pytest.raises(NotAllowed):
        working.start(lara, maker.programme(), title="Of counsel")
    facts = CaseFacts(firm_id=owner.organisation_id, submitted=True)
    for action in (Action.APPLICATION_SUBMIT, Action.APPLICATION_WITHDRAW, Action.REPORT_CERTIFY, Action.FIRM_EDIT):
        assert not can(lara, action, facts)
    assert can(lara, Action.APPLICATION_EDIT, facts)


def test_everything_closes_at_the_moment_when_the_firm_ends_it(maker, owner):
    case = maker.case(owner)
    lara = lawyer_of(owner)
    counsel.end(owner, engagement_of(owner).id)
    assert people.actor_of(lara.me).firms == frozenset()
    assert not opens(people.actor_of(lara.me), Action.CASE_GLANCE, case.id)
    assert "has ended the engagement" in text_of(letters_to(LARA)[-1])
    with pytest.raises(NotNow):
        counsel.end(owner, engagement_of(owner).id)


def test_it_closes_by_itself_on_its_last_day_and_opens_on_its_first(maker, owner):
    case = maker.case(owner)
    lara = lawyer_of(owner, begins=timedelta(days=2), ends=timedelta(days=3))
    for days, sees in ((0, False), (1.99, False), (2.01, True), (4.99, True), (5.01, False)):
        with time_machine.travel(now() + timedelta(days=days)):
            assert opens(people.actor_of(lara.me), Action.CASE_READ, case.id) is sees, days


def test_counsel_ends_the_own_engagement_and_nobody_elses(maker, owner):
    lara = lawyer_of(owner)
    first = engagement_of(owner)
    engage(owner, email="mark@law.example", law_firm="Marks LLP")
    key = counsel.join(token_for("mark@law.example"), law_firm="Marks LLP", name="Mark", password=PASSWORD)
    with pytest.raises(NotFound):
        counsel.end(people.actor_of(key), first.id)
    with pytest.raises(NotAllowed):
        counsel.end(maker.person(owner.organisation_id, Role.SIGNATORY), first.id)
    with pytest.raises(NotFound):
        counsel.end(maker.person(maker.firm(), Role.OWNER), first.id)
    counsel.end(lara, first.id)
    assert people.actor_of(lara.me).firms == frozenset()
    assert people.actor_of(key).firms == {owner.organisation_id}


def test_counsel_with_an_account_accepts_a_further_firm_signed_in(maker, owner):
    lara = lawyer_of(owner)
    other = maker.person(maker.firm("Second Tokens Ltd"), Role.OWNER)
    engage(other)
    token = token_for(LARA)
    assert "sign in and accept" in text_of(letters_to(LARA)[-1])
    with pytest.raises(BadInput):
        counsel.join(token, law_firm="Another LLP", name="Lara", password=PASSWORD)
    thief = maker.person(maker.organisation(Organisation.LAW_FIRM), Role.COUNSEL)
    with pytest.raises(NotFound):
        counsel.accept(thief, token)
    counsel.accept(lara, token)
    assert people.actor_of(lara.me).firms == {owner.organisation_id, other.organisation_id}
    with pytest.raises(NotFound):
        counsel.accept(lara, token)


def test_an_account_that_is_no_counsels_gets_no_link(maker, owner):
    officer = maker.staff("FCA", Role.CASE_OFFICER)
    engage(owner, email=officer.email)
    assert tokens_for(officer.email) == []
    assert "not one of a law firm" in text_of(letters_to(officer.email)[-1])


@pytest.mark.parametrize("name", ["Financial Conduct Authority", "financial  conduct authority", "FCA", "sec"])
def test_nobody_takes_the_name_of_an_authority(owner, name):
    with pytest.raises(BadInput):
        engage(owner, law_firm=name)
    engage(owner)
    with pytest.raises(BadInput):
        counsel.join(token_for(LARA), law_firm=name, name="Lara", password=PASSWORD)


def test_only_the_owner_engages_and_dates_must_make_sense(maker, owner):
    for role in (Role.CONTRIBUTOR, Role.SIGNATORY, Role.CERTIFIER, Role.READ_ONLY):
        with pytest.raises(NotAllowed):
            engage(maker.person(owner.organisation_id, role))
    lara = lawyer_of(owner)
    with pytest.raises(NotFound):
        engage(lara, email="x@law.example")
    with pytest.raises(BadInput):
        engage(owner, email="x@law.example", begins=-timedelta(days=9), ends=timedelta(days=1))
    with pytest.raises(BadInput):
        engage(owner)  # acts for the firm already


def test_counsel_is_written_to_about_cases_while_engaged(maker, owner):
    case = maker.case(owner)
    system = maker.staff("FCA", Role.COORDINATOR)
    lara = lawyer_of(owner)
    told = {one.me for one in recipients(("firm",), case.id, None, system)}
    assert told == {owner.me, lara.me}
    counsel.end(owner, engagement_of(owner).id)
    assert {one.me for one in recipients(("firm",), case.id, None, system)} == {owner.me}


def test_a_letter_that_waits_is_withheld_when_the_engagement_has_ended(maker, owner):
    case = maker.case(owner)
    lara = lawyer_of(owner)
    before = len(letters_to(LARA))
    db.session.add(OutboxMessage(person_id=lara.me, case_id=case.id, action="application.submit"))
    db.session.commit()
    counsel.end(owner, engagement_of(owner).id)
    after = letters_to(LARA)[before:]
    assert [one["Subject"] for one in after] == ["An engagement of counsel has ended"]


def test_the_law_firm_is_a_party_while_it_acts(owner):
    lawyer_of(owner)
    assert profile.parties(owner.organisation_id) == (Party("counsel", "Lawson LLP"),)
    counsel.end(owner, engagement_of(owner).id)
    assert profile.parties(owner.organisation_id) == ()


def test_a_law_firms_person_who_is_removed_acts_for_nobody(maker, owner):
    lara = lawyer_of(owner)
    people.invite(lara, email="mona@law.example", name="Mona", roles=["counsel"])
    mona = people.actor_of(people.accept(token_for("mona@law.example"), name="Mona", password=PASSWORD))
    assert mona.firms == frozenset()  # of the same law firm, yet engaged by nobody
    people.deactivate(mona, lara.me)
    ends = db.session.scalar(select(Engagement.ends_at))
    assert ends is not None and ends <= now()
    people.reactivate(mona, lara.me)
    assert people.actor_of(lara.me).firms == frozenset()
    people.deactivate(mona, lara.me)
    with pytest.raises(NotNow):  # the last one stays
        people.leave(mona)


def test_nobody_of_a_law_firm_gets_a_role_of_a_firm(owner):
    lara = lawyer_of(owner)
    for roles in (["owner"], ["signatory"], ["counsel", "owner"]):
        with pytest.raises(BadInput):
            people.set_roles(lara, lara.me, roles=roles)
        with pytest.raises(BadInput):
            people.invite(lara, email="x@law.example", name="x", roles=roles)
