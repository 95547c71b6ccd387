"""A role held for one case: lock, window and door say the same about it, and it opens that case alone."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from sandbox.domain.actions import Action
from sandbox.domain.actors import ROLES_OF, Organisation, Role, clashing
from sandbox.domain.policy import can, named
from sandbox.domain.staffing import STAND_IN_ROLES
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.desks import Desk, StandIn
from sandbox.queries import people
from sandbox.queries.desks import sight
from sandbox.services.facts import case_facts, stand_in_roles
from sandbox.services.people import actor_of, token_hash
from tests.queries.test_access import as_role, shown, world

__all__ = ["world"]  # the fixture


@pytest.fixture
def stands_in(world):
    """The person of the world stands in on a case of every second situation, and did so once on the others."""
    firm_person, member, cases = world
    for place, (key, situation) in enumerate(cases.items()):
        if not situation.desk:
            continue
        desk_id = case_desk(key, member)
        for role in STAND_IN_ROLES[: 1 + place % 3]:
            ended = now() if place % 2 else None
            db.session.add(
                StandIn(
                    case_id=key,
                    desk_id=desk_id,
                    person_id=member.person_id,
                    role=role,
                    reason="Recused.",
                    appointed_by=firm_person.person_id,
                    ended_at=ended,
                )
            )
    db.session.commit()
    return actor_of(member.me), cases


def case_desk(case_id, member):
    return db.session.query(Desk.id).filter_by(case_id=case_id, authority_id=member.organisation_id).scalar()


def test_lock_and_window_are_equal_for_every_role_and_action(stands_in):
    member, cases = stands_in
    assert member.stands_in == frozenset(STAND_IN_ROLES)
    facts = {key: case_facts(member, key) for key in cases}
    assert any(fact.stands_in for fact in facts.values()) and not all(fact.stands_in for fact in facts.values())
    opened = 0
    for role, action in itertools.product(ROLES_OF[Organisation.AUTHORITY], Action):
        actor = replace(as_role(member, role), stands_in=member.stands_in)
        expected = {key for key, fact in facts.items() if can(actor, action, fact)}
        assert shown(actor, action) == expected, (role, action)
        opened += len(expected - shown(as_role(member, role), action))
    assert opened > 100, "standing in opens something"


def test_it_opens_nothing_on_other_cases_and_nothing_when_it_has_ended(stands_in):
    member, cases = stands_in
    actor = replace(as_role(member, Role.RECORDS_OFFICER), stands_in=member.stands_in)
    extra = shown(actor, Action.DESK_OPT_OUT)
    for key in extra:
        assert Role.COORDINATOR in case_facts(member, key).stands_in
        assert cases[key].declared in {"none", "managed", "waived"}
    assert extra
    assert shown(as_role(member, Role.RECORDS_OFFICER), Action.DESK_OPT_OUT) == set()


def test_the_case_page_knows_the_same_as_the_lock(stands_in):
    member, cases = stands_in
    for key, situation in list(cases.items())[:40]:
        if situation.desk and situation.declared != "recused":
            assert sight(member, key).facts.stands_in == case_facts(member, key).stands_in


def test_the_door_opens_for_a_stand_in_and_the_session_brings_the_role(stands_in, as_):
    member, _cases = stands_in
    only = as_role(member, Role.RECORDS_OFFICER)
    assert not named(only, Action.DESK_OPT_OUT)
    assert named(replace(only, stands_in=frozenset({Role.COORDINATOR})), Action.DESK_OPT_OUT)
    assert not named(replace(only, stands_in=frozenset({Role.COORDINATOR})), Action.TEAM_CHANGE)
    client = as_(member)
    found = people.viewer(token_hash(client.cookie_session()["_user_id"]))
    assert found is not None and found.actor == actor_of(member.me)
    assert stand_in_roles([member.me]) == {member.me: frozenset(STAND_IN_ROLES)}


def test_roles_that_can_be_stood_in_for_clash_as_they_always_do():
    assert clashing(frozenset({Role.ISSUING_ADMINISTRATOR, Role.CASE_OFFICER}))
    assert Role.DECISION_MAKER not in STAND_IN_ROLES
