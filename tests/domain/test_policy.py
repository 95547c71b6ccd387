"""The lock's rules in words: what no grant may ever give, and which ties the facts of a case yield."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.actions import READS, Action
from sandbox.domain.actors import ROLES_OF, SYSTEM, Actor, Organisation, Role
from sandbox.domain.errors import NotAllowed, NotFound
from sandbox.domain.policy import GRANTS, Bar, CaseFacts, Tie, can, demand, named, ties

FIRM, OTHER_FIRM, DESK, OTHER_DESK, OFFICE = (UUID(int=number) for number in range(1, 6))
WHOLE = CaseFacts(
    firm_id=FIRM,
    submitted=True,
    desks=frozenset({DESK, OTHER_DESK}),
    lead=DESK,
    declared=True,
    assigned=True,
)
WITHOUT_A_CASE = {action for action, rows in GRANTS.items() if any(row.tie is Tie.NONE for row in rows)}


def person(organisation: Organisation, home: UUID, *roles: Role) -> Actor:
    return Actor(UUID(int=99), home, organisation, frozenset(roles))


def staff(*roles: Role, home: UUID = DESK) -> Actor:
    return person(Organisation.AUTHORITY, home, *roles)


EVERY_ROLE = staff(*ROLES_OF[Organisation.AUTHORITY])
ASSESSING = {Action.FINDING_RECORD, Action.CONDITION_PROPOSE, Action.POSITION_FILE}
SIGNING = {Action.DECISION_SIGN, Action.DECISION_REJECT, Action.NOTICE_SIGN, Action.NOTICE_REJECT}
ISSUING = {Action.DECISION_SEND_TO_SIGNATURE, Action.DECISION_ISSUE, Action.NOTICE_PREPARE, Action.NOTICE_ISSUE}
SUBSTANCE = {
    Action.CASE_READ, Action.DESK_READ, Action.ASSESSMENT_READ, Action.DIVERGENCE_READ, Action.DECISION_READ,
    Action.NOTICE_READ, Action.TRIAL_READ, Action.DOCUMENT_READ, Action.TRAIL_READ, Action.APPLICATION_READ,
}  # fmt: skip


def granted(role: Role, *facts: CaseFacts | None) -> set[Action]:
    """Everything that this role can reach, whatever stands in the facts."""
    kind = next(kind for kind, roles in ROLES_OF.items() if role in roles)
    home = {Organisation.FIRM: FIRM, Organisation.AUTHORITY: DESK}.get(kind, OFFICE)
    who = person(kind, home, role)
    return {action for action in Action for known in facts or (None, WHOLE) if can(who, action, known)}


def test_every_role_of_an_organisation_is_a_role_and_nobody_gives_system() -> None:
    given_out = [role for roles in ROLES_OF.values() for role in roles]
    assert sorted(given_out) == sorted(set(Role) - {Role.SYSTEM})
    assert len(given_out) == len(set(given_out)), "a role of two kinds of organisation"


# A reminder is sent by time, and by a head of desk who asks for it; a request ends with its desk, or by its people.
BY_BOTH = {Action.DESK_REMIND, Action.REQUEST_CANCEL}


def test_what_time_does_no_person_does() -> None:
    by_time = {action for action, rows in GRANTS.items() if any(Role.SYSTEM in row.roles for row in rows)}
    assert by_time >= BY_BOTH
    for action in by_time:
        assert can(SYSTEM, action)
    for action in by_time - BY_BOTH:
        assert [row.roles for row in GRANTS[action]] == [frozenset({Role.SYSTEM})]
        assert not can(EVERY_ROLE, action, WHOLE)
    assert all(not can(SYSTEM, action, WHOLE) for action in set(Action) - by_time)


def test_every_action_but_reads_is_granted_once_or_more_and_reads_never_to_time() -> None:
    assert [action for action in Action if not GRANTS.get(action)] == []
    assert all(Role.SYSTEM not in row.roles for action in READS for row in GRANTS[action])


OWN_ACCOUNT = {Action.SESSION_SIGN_IN, Action.SESSION_SIGN_OUT, Action.INVITATION_ACCEPT, Action.PEOPLE_LEAVE}
PREPARING = {  # what counsel does for a firm: nothing of it leaves the firm
    Action.APPLICATION_EDIT,
    Action.APPLICATION_CARRY,
    Action.REQUEST_PREPARE,
    Action.DOCUMENT_UPLOAD,
    Action.DOCUMENT_REMOVE,
    Action.DOCUMENT_DESCRIBE,
    Action.COUNSEL_ACCEPT,
    Action.COUNSEL_END,
}
OWN_LAW_FIRM = {Action.PEOPLE_CHANGE, Action.PEOPLE_INVITE, Action.INVITATION_WITHDRAW}


@pytest.mark.parametrize(
    ("role", "never"),
    [
        (Role.DECISION_MAKER, ASSESSING | ISSUING),
        (Role.ISSUING_ADMINISTRATOR, ASSESSING | SIGNING | {Action.CASE_READ, Action.ASSESSMENT_READ}),
        (Role.CASE_OFFICER, SIGNING | ISSUING),
        (Role.SPECIALIST, SIGNING | ISSUING | {Action.POSITION_FILE}),
        (Role.AUTHORITY_ADMINISTRATOR, SUBSTANCE | {Action.CASE_GLANCE} | ASSESSING | SIGNING | ISSUING),
        (Role.ETHICS_OFFICER, SUBSTANCE | ASSESSING | SIGNING | ISSUING),
        (Role.SECRETARIAT, SUBSTANCE),
        (Role.PROGRAMME_ADMINISTRATOR, SUBSTANCE | {Action.CASE_GLANCE}),
        (Role.AUDITOR, SUBSTANCE | {Action.CASE_GLANCE}),
        (Role.RECORDS_OFFICER, ASSESSING | SIGNING | ISSUING),
        (Role.SUPERVISOR, ASSESSING | SIGNING | ISSUING | {Action.ASSESSMENT_READ}),
        (Role.OWNER, {Action.APPLICATION_SUBMIT, Action.TRIAL_ACCEPT, Action.REPORT_CERTIFY}),
        (Role.CONTRIBUTOR, {Action.APPLICATION_SUBMIT, Action.APPLICATION_WITHDRAW, Action.REPORT_CERTIFY}),
        (
            Role.READ_ONLY,
            set(Action) - READS - OWN_ACCOUNT - {Action.CALENDAR_FEED},
        ),
        (Role.COUNSEL, set(Action) - READS - OWN_ACCOUNT - PREPARING - OWN_LAW_FIRM),
    ],
)
def test_duties_are_apart(role: Role, never: set[Action]) -> None:
    assert granted(role) & never == set()


def test_no_firm_reads_what_is_between_desks_and_no_desk_changes_what_is_the_firms() -> None:
    between = {
        Action.ASSESSMENT_READ,
        Action.DIVERGENCE_READ,
        Action.DECISION_READ,
        Action.NOTICE_READ,
        Action.DESK_READ,
    }
    firms_own = {action for action, rows in GRANTS.items() if {row.tie for row in rows} == {Tie.FIRM}}
    assert Action.APPLICATION_READ in firms_own
    for role in ROLES_OF[Organisation.FIRM]:
        assert granted(role) & between == set()
    for role in ROLES_OF[Organisation.AUTHORITY]:
        assert granted(role) & firms_own == set()


@pytest.mark.parametrize("action", sorted(SIGNING | ISSUING))
def test_who_assessed_the_case_neither_signs_nor_issues(action: Action) -> None:
    assert can(EVERY_ROLE, action, WHOLE)
    assert not can(EVERY_ROLE, action, replace(WHOLE, bars=frozenset({Bar.ASSESSED})))


def test_who_prepared_a_report_does_not_certify_it() -> None:
    certifier = person(Organisation.FIRM, FIRM, Role.CERTIFIER, Role.CONTRIBUTOR)
    assert can(certifier, Action.REPORT_CERTIFY, WHOLE)
    assert not can(certifier, Action.REPORT_CERTIFY, replace(WHOLE, bars=frozenset({Bar.PREPARED})))
    assert can(certifier, Action.REPORT_EDIT, replace(WHOLE, bars=frozenset({Bar.PREPARED})))


FACTS = st.builds(
    CaseFacts,
    firm_id=st.sampled_from([FIRM, OTHER_FIRM]),
    submitted=st.booleans(),
    desks=st.frozensets(st.sampled_from([DESK, OTHER_DESK])),
    lead=st.sampled_from([None, DESK, OTHER_DESK]),
    subject_authority=st.sampled_from([None, DESK, OTHER_DESK]),
    declared=st.booleans(),
    conflicted=st.booleans(),
    assigned=st.booleans(),
    bars=st.frozensets(st.sampled_from(Bar)),
)
PEOPLE = st.sampled_from(
    [
        EVERY_ROLE,
        staff(*ROLES_OF[Organisation.AUTHORITY], home=OTHER_DESK),
        person(Organisation.FIRM, FIRM, *ROLES_OF[Organisation.FIRM]),
        person(Organisation.FIRM, OTHER_FIRM, *ROLES_OF[Organisation.FIRM]),
        person(Organisation.LAW_FIRM, FIRM, Role.COUNSEL),
        person(Organisation.PROGRAMME_OFFICE, OFFICE, *ROLES_OF[Organisation.PROGRAMME_OFFICE]),
        person(Organisation.AUDIT_BODY, OFFICE, Role.AUDITOR),
    ]
)


@given(PEOPLE, FACTS)
def test_the_ties_follow_the_facts(who: Actor, facts: CaseFacts) -> None:
    held = ties(who, facts)
    mine = who.organisation_id
    at_desk = (
        who.organisation is Organisation.AUTHORITY
        and facts.submitted
        and mine in facts.desks
        and not facts.conflicted
        and facts.subject_authority in (None, mine)
    )
    expected = {
        Tie.NONE: True,
        Tie.FIRM: who.organisation is Organisation.FIRM and mine == facts.firm_id,
        Tie.DESK: at_desk,
        Tie.DECLARED: at_desk and facts.declared,
        Tie.ASSIGNED: at_desk and facts.declared and facts.assigned,
        Tie.LEAD: at_desk and facts.declared and facts.assigned and facts.lead == mine,
        Tie.PROGRAMME: who.organisation is Organisation.PROGRAMME_OFFICE and facts.submitted,
        Tie.AUDIT: who.organisation is Organisation.AUDIT_BODY and facts.submitted,
    }
    assert held == {tie for tie, holds in expected.items() if holds}


@given(PEOPLE, FACTS)
def test_a_draft_is_its_firms_alone(who: Actor, facts: CaseFacts) -> None:
    allowed = {action for action in Action if can(who, action, replace(facts, submitted=False))}
    if who.organisation_id != facts.firm_id or who.organisation is not Organisation.FIRM:
        assert allowed <= WITHOUT_A_CASE


@given(FACTS)
def test_who_is_recused_has_nothing_of_the_case(facts: CaseFacts) -> None:
    allowed = {action for action in Action if can(EVERY_ROLE, action, replace(facts, conflicted=True))}
    assert allowed <= WITHOUT_A_CASE


@given(PEOPLE, FACTS, st.sampled_from(Action))
def test_a_bar_only_takes_away(who: Actor, facts: CaseFacts, action: Action) -> None:
    if can(who, action, facts):
        assert can(who, action, replace(facts, bars=frozenset()))


@given(PEOPLE, FACTS, st.sampled_from(Action))
def test_who_passes_the_lock_passes_the_door(who: Actor, facts: CaseFacts, action: Action) -> None:
    if can(who, action, facts):
        assert named(who, action)


@given(PEOPLE, FACTS, st.sampled_from(Action))
def test_a_refusal_tells_only_those_who_know_of_the_case(who: Actor, facts: CaseFacts, action: Action) -> None:
    if can(who, action, facts):
        demand(who, action, facts)
        return
    knows = can(who, Action.CASE_GLANCE, facts) or can(who, Action.APPLICATION_READ, facts)
    with pytest.raises(NotAllowed if knows else NotFound):
        demand(who, action, facts)


def test_the_caller_can_say_whether_the_case_is_known() -> None:
    stranger = staff(Role.CASE_OFFICER, home=OFFICE)
    with pytest.raises(NotAllowed):
        demand(stranger, Action.FINDING_RECORD, WHOLE, glance=True)
    with pytest.raises(NotFound):
        demand(staff(Role.SUPERVISOR), Action.FINDING_RECORD, WHOLE, glance=False)


def test_without_a_case_a_refusal_hides_nothing() -> None:
    with pytest.raises(NotAllowed):
        demand(staff(Role.CASE_OFFICER), Action.PEOPLE_CHANGE)


def test_two_roles_give_no_more_than_each_of_them() -> None:
    for one, other in product(ROLES_OF[Organisation.AUTHORITY], repeat=2):
        both = {action for action in Action if can(staff(one, other), action, WHOLE)}
        assert both == granted(one, WHOLE) | granted(other, WHOLE)
