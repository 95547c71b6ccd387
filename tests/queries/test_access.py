"""The window says in SQL exactly what the grants table says: for every role, every tie, every action."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select, update

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import CASE_ROLES, ROLES_OF, Actor, Organisation, Role
from sandbox.domain.errors import NotAllowed, NotFound
from sandbox.domain.policy import DESK_TIES, GRANTS, Bar, CaseFacts, can
from sandbox.extensions import db
from sandbox.models.applications import Application
from sandbox.models.assessments import AssessmentReview, Assessor
from sandbox.models.base import now
from sandbox.models.decisions import DecisionPreparer, Edition, Signature
from sandbox.models.desks import Case, ConflictDeclaration, Desk, DeskAssignment
from sandbox.models.firms import Engagement
from sandbox.models.trail import Audience
from sandbox.queries.access import demand_case, draft_permitted, opens, own_parties, parties, permitted, visible
from sandbox.queries.desks import sight, ties
from sandbox.services.facts import case_facts, draft_facts
from sandbox.services.people import actor_of
from tests.worlds import made_once

# What can be true of somebody of an authority on one case.
HAS_DESK = (False, True)
LEADS = (False, True)
DECLARED = (None, "none", "managed", "waived", "pending", "recused", "superseded")
ASSIGNED = (False, True)
DID = (None, Bar.ASSESSED, Bar.REVIEWED, Bar.DRAFTED, Bar.SIGNED)
OBSERVES = (False, True)


@dataclass(frozen=True)
class Situation:
    """One case and what is true of the person on it."""

    desk: bool
    lead: bool
    declared: str | None
    assigned: bool
    did: Bar | None
    observes: bool = False


SITUATIONS = [
    Situation(*values)
    for values in itertools.product(HAS_DESK, LEADS, DECLARED, ASSIGNED, DID, OBSERVES)
    if values[0] or values == (False, values[1], values[2], False, None, False)
]


@pytest.fixture
@made_once
def world(maker):
    """Every situation as a case of its own, for one person of the FCA; and people of every other kind."""
    firm_person = maker.person(maker.firm(), Role.OWNER)
    member = maker.staff("FCA", Role.CASE_OFFICER)
    cases = {}
    for situation in SITUATIONS:
        desks = ("FCA", "SEC") if situation.desk else ("SEC",)
        made = maker.case(firm_person, desks=desks, lead="FCA" if situation.lead else "SEC")
        cases[made.id] = situation
        _tie(made, member, situation)
    db.session.commit()
    return firm_person, member, cases


def _tie(made, member, situation):
    if situation.declared == "superseded":
        db.session.add(
            ConflictDeclaration(case_id=made.id, person_id=member.person_id, outcome="recused", superseded_at=now())
        )
    elif situation.declared:
        db.session.add(ConflictDeclaration(case_id=made.id, person_id=member.person_id, outcome=situation.declared))
    if situation.assigned:
        db.session.add(DeskAssignment(desk_id=made.desks["FCA"], person_id=member.person_id))
    if situation.observes:
        db.session.execute(update(Desk).where(Desk.id == made.desks["FCA"]).values(part="observes"))
    if situation.did is not None:
        _did(situation.did, made, member)


def _did(bar, made, member):
    desk = {"desk_id": made.desks["FCA"]}
    if bar is Bar.ASSESSED:
        db.session.add(Assessor(**desk, person_id=member.person_id))
    elif bar is Bar.DRAFTED:
        db.session.add(DecisionPreparer(**desk, person_id=member.person_id))
    elif bar is Bar.REVIEWED:
        said = {"outcome": "returned", "remarks": "Again.", "covers": []}
        db.session.add(AssessmentReview(**desk, **said, reviewed_by=member.person_id, reviewed_at=now()))
    else:
        digest = "0" * 64
        hashes = dict.fromkeys(("record_sha256", "prepared_sha256", "sha256"), digest)
        edition = Edition(
            id=uuid4(), case_id=made.id, kind="instrument", name="Instrument", number="1", record={}, expected=[],
            code=uuid4().hex, **hashes,
        )  # fmt: skip
        db.session.add(edition)
        db.session.flush()
        db.session.add(
            Signature(
                edition_id=edition.id, field="s1", authority_id=member.organisation_id, person_id=member.person_id,
                fingerprint=digest, shown_sha256=digest, signed_sha256=digest, signed_at=now(), void_at=now(),
            )
        )  # fmt: skip


def as_role(actor: Actor, *roles: Role) -> Actor:
    return Actor(
        person_id=actor.person_id,
        organisation_id=actor.organisation_id,
        organisation=actor.organisation,
        roles=frozenset(roles),
        code=actor.code,
    )


def facts_of(situation: Situation, firm_id: UUID, authorities: dict[str, UUID]) -> CaseFacts:
    """The facts without SQL, from the situation itself."""
    declared = situation.declared in ("none", "managed", "waived")
    return CaseFacts(
        firm_id=firm_id,
        submitted=True,
        desks=frozenset({authorities["SEC"]} | ({authorities["FCA"]} if situation.desk else set())),
        lead=authorities["FCA"] if situation.lead else authorities["SEC"],
        declared=declared and situation.desk,
        conflicted=situation.declared == "recused" and situation.desk,
        assigned=situation.assigned,
        observes=situation.observes,
        bars=frozenset({situation.did} if situation.did else ()),
    )


def shown(actor: Actor, action: Action) -> set[UUID]:
    return set(db.session.scalars(select(Case.id).where(permitted(actor, action))))


@pytest.mark.slow
def test_authority_staff_see_what_the_table_grants_in_every_situation(world, maker):
    firm_person, member, cases = world
    authorities = maker.authorities()
    facts = {key: facts_of(situation, firm_person.organisation_id, authorities) for key, situation in cases.items()}
    checked = 0
    for role, action in itertools.product(ROLES_OF[Organisation.AUTHORITY], Action):
        actor = as_role(member, role)
        expected = {key for key, fact in facts.items() if can(actor, action, fact)}
        assert shown(actor, action) == expected, (role, action)
        checked += len(facts)
    assert checked > 10_000


@pytest.mark.slow
def test_the_inbox_says_the_same_over_joined_rows(world, maker):
    """`queries.desks.ties` says the grants once more, for lists; where a desk observes it lists nothing."""
    firm_person, member, cases = world
    authorities = maker.authorities()
    facts = {
        key: facts_of(situation, firm_person.organisation_id, authorities)
        for key, situation in cases.items()
        if situation.desk and not situation.observes
    }
    actions = [action for action, rows in GRANTS.items() if all(row.tie in DESK_TIES for row in rows)]
    for role, action in itertools.product(CASE_ROLES, actions):
        held = ties.Held(frozenset({role}), frozenset())
        rows = db.session.scalars(ties.base(Case.id).where(ties.granted(held, action)), ties.who(member))
        expected = {key for key, fact in facts.items() if can(as_role(member, role), action, fact)}
        assert set(rows) & facts.keys() == expected, (role, action)
    assert Action.DECISION_ISSUE in actions and Action.NOTICE_SIGN in actions


def test_the_page_of_a_case_knows_what_its_reader_did(world):
    _firm_person, member, cases = world
    for key, situation in cases.items():
        if situation.desk and situation.declared != "recused":
            assert sight(member, key).facts.bars == case_facts(member, key).bars


def test_the_facts_of_the_lock_are_those_of_the_situations(world, maker):
    """The same comparison through services.facts, which the use cases read."""
    firm_person, member, cases = world
    authorities = maker.authorities()
    for key, situation in cases.items():
        if situation.desk:
            assert case_facts(member, key) == facts_of(situation, firm_person.organisation_id, authorities)


def test_two_roles_open_what_either_opens(world):
    _firm_person, member, _cases = world
    both = as_role(member, Role.COORDINATOR, Role.DECISION_MAKER)
    for action in Action:
        alone = shown(as_role(member, Role.COORDINATOR), action) | shown(as_role(member, Role.DECISION_MAKER), action)
        assert shown(both, action) == alone, action


OTHERS = [
    (kind, role) for kind, roles in ROLES_OF.items() if kind is not Organisation.AUTHORITY for role in sorted(roles)
]


@pytest.mark.parametrize(("kind", "role"), OTHERS, ids=str)
def test_everybody_else_sees_what_the_table_grants(maker, kind, role):
    own, other = maker.person(maker.firm(), Role.OWNER), maker.person(maker.firm(), Role.OWNER)
    mine = own if kind is Organisation.FIRM else maker.person(maker.organisation(kind), role)
    actor = as_role(mine, role)
    cases = [maker.case(own).id, maker.case(other).id]
    for action in Action:
        expected = {key for key in cases if can(actor, action, case_facts(actor, key))}
        assert shown(actor, action) == expected, action


def test_counsel_sees_what_the_table_grants_for_the_firms_that_engage_them_now(maker):
    firms = [maker.person(maker.firm(), Role.OWNER) for _ in range(4)]
    cases = [maker.case(owner).id for owner in firms]
    counsel = maker.person(maker.organisation(Organisation.LAW_FIRM), Role.COUNSEL)
    hour = timedelta(hours=1)
    for owner, begins, ends in (
        (firms[0], now() - hour, None),
        (firms[1], now() - hour, now() - hour / 2),  # has ended
        (firms[2], now() + hour, None),  # has not begun
    ):
        db.session.add(Engagement(firm_id=owner.organisation_id, counsel_id=counsel.me, begins_at=begins, ends_at=ends))
    db.session.commit()
    counsel = actor_of(counsel.me)
    assert counsel.firms == {firms[0].organisation_id}
    for action in Action:
        expected = {key for key in cases if can(counsel, action, case_facts(counsel, key))}
        assert shown(counsel, action) == expected, action
        if not can(counsel, action):
            assert shown(counsel, action) <= {cases[0]}
    assert shown(counsel, Action.CASE_READ) == {cases[0]}


def test_staff_of_another_authority_see_nothing_of_a_desk(world, maker):
    _firm_person, member, cases = world
    outsider = maker.staff("CFTC", *ROLES_OF[Organisation.AUTHORITY])
    by_all = {action for action in Action if can(outsider, action)}  # those that concern no case
    for action in set(Action) - by_all:
        assert shown(outsider, action) == set(), action
    for key in list(cases)[:3]:
        assert not opens(outsider, Action.CASE_GLANCE, key)
    assert shown(member, Action.CASE_GLANCE)


def test_an_act_on_another_desk_is_not_granted(world, maker):
    _firm_person, member, cases = world
    actor = as_role(member, *ROLES_OF[Organisation.AUTHORITY])
    key = next(key for key, situation in cases.items() if situation == Situation(True, True, "none", True, None))
    for authority, granted in ((maker.authority("FCA"), True), (maker.authority("SEC"), False)):
        condition = permitted(actor, Action.FINDING_RECORD, subject_authority=authority)
        assert (key in set(db.session.scalars(select(Case.id).where(condition)))) is granted
        assert can(actor, Action.FINDING_RECORD, case_facts(actor, key, subject_authority=authority)) is granted


@pytest.mark.parametrize(("kind", "role"), [*OTHERS, (Organisation.AUTHORITY, Role.COORDINATOR)], ids=str)
def test_drafts_are_the_firms_own(maker, kind, role):
    firms = [maker.firm(), maker.firm()]
    organisation = maker.authority() if kind is Organisation.AUTHORITY else maker.organisation(kind)
    actor = maker.person(firms[0] if kind is Organisation.FIRM else organisation, role)
    writers = [maker.person(firm, Role.OWNER) for firm in firms]
    drafts = {}
    for writer in writers:
        key = uuid4()
        values = {"id": key, "firm_id": writer.organisation_id, "programme_id": maker.programme(), "title": "Draft"}
        values |= {"question_set_id": maker.questions(), "created_by": writer.person_id}
        db.session.execute(insert(Application).values(**values))
        drafts[key] = writer.organisation_id
    for action in Action:
        found = set(db.session.scalars(select(Application.id).where(draft_permitted(actor, action))))
        assert found == {key for key, firm in drafts.items() if can(actor, action, draft_facts(firm))}, action


def test_the_lock_of_reading_hides_or_refuses(world):
    _firm_person, member, cases = world
    by_situation = {situation: key for key, situation in cases.items()}
    recused = by_situation[Situation(True, False, "recused", True, None)]
    undeclared = by_situation[Situation(True, False, None, True, None)]
    declared = by_situation[Situation(True, False, "none", True, None)]
    demand_case(member, Action.CASE_READ, declared)
    with pytest.raises(NotAllowed):
        demand_case(member, Action.CASE_READ, undeclared)
    for hidden in (recused, by_situation[Situation(False, False, None, False, None)], uuid4()):
        with pytest.raises(NotFound):
            demand_case(member, Action.CASE_READ, hidden)


def test_parties_are_held_only_where_a_grant_opens_the_case(world, maker):
    firm_person, member, cases = world
    by_situation = {situation: key for key, situation in cases.items()}
    declared = by_situation[Situation(True, False, "none", True, None)]
    recused = by_situation[Situation(True, False, "recused", True, None)]
    public = {audiences.PUBLIC}
    assert parties(member, declared) == {"desk:FCA"} | public
    assert parties(member, recused) == public
    assert parties(firm_person, declared) == {"firm"} | public
    assert parties(maker.person(maker.firm(), Role.OWNER), declared) == public
    secretary = maker.person(maker.organisation(Organisation.PROGRAMME_OFFICE), Role.SECRETARIAT)
    assert parties(secretary, declared) == {"office"} | public
    administrator = maker.person(maker.organisation(Organisation.PROGRAMME_OFFICE), Role.PROGRAMME_ADMINISTRATOR)
    assert parties(administrator, declared) == public
    preparer = as_role(member, Role.ISSUING_ADMINISTRATOR)
    assert parties(preparer, declared) == public
    assert parties(preparer, declared, Action.DECISION_READ) == {"desk:FCA"} | public


def test_an_item_is_seen_by_its_audience_once_the_gate_is_open(world, maker):
    _firm_person, member, cases = world
    key = next(iter(cases))
    assert own_parties(member) == {"desk:FCA", "public"}
    rows = [
        ("desk:FCA", "letter", now(), True),
        ("desk:FCA", "letter", None, False),  # sealed
        ("desk:SEC", "letter", now(), False),
        ("public", "letter", now(), True),
        ("desk:FCA", "position", now(), False),  # of another kind
    ]
    for party, kind, gate, seen in rows:
        db.session.query(Audience).delete()
        db.session.add(Audience(item_id=key, party=party, item_kind=kind, case_id=key, visible_from=gate))
        db.session.flush()
        found = db.session.scalars(select(Case.id).where(visible(Case.id, "letter", own_parties(member)))).all()
        assert (found == [key]) is seen, (party, kind, gate)
