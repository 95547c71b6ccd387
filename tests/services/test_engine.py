"""Authorise → table → move → record → tell: one event a step, and letters only to people who may know of the case."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import pytest
from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor, Organisation, Role
from sandbox.domain.errors import NotAllowed, NotFound, NotNow
from sandbox.domain.lifecycles import DESK
from sandbox.domain.policy import can
from sandbox.extensions import db
from sandbox.models.desks import Desk
from sandbox.models.messages import OutboxMessage
from sandbox.models.people import Person
from sandbox.models.trail import Audience, TrailBody, TrailEvent
from sandbox.services import desks, engine, recipients
from sandbox.services.engine import Matter, advance
from sandbox.services.facts import case_facts
from sandbox.services.people import actor_of
from sandbox.services.unit import use_case
from tests.factories import Made, Maker
from tests.journeys import drive


def state(desk_id: UUID) -> str:
    db.session.rollback()
    return db.session.get_one(Desk, desk_id).state


def events(scope: str | None = None) -> list[str]:
    db.session.rollback()
    rows = select(TrailEvent.kind).order_by(TrailEvent.scope, TrailEvent.sequence)
    return list(db.session.scalars(rows.where(TrailEvent.scope == scope) if scope else rows))


def letters() -> list[tuple[str, UUID]]:
    db.session.rollback()
    return [(row.action, row.person_id) for row in db.session.scalars(select(OutboxMessage))]


class World:
    """A case at the desks of two authorities, and everybody who could be written to, or must not be."""

    def __init__(self, maker: Maker, state: str = "screening"):
        self.maker, firm_id = maker, maker.firm()
        self.signatory = maker.person(firm_id, Role.SIGNATORY)
        self.reader = maker.person(firm_id, Role.READ_ONLY)
        self.rival = maker.person(maker.firm(), Role.SIGNATORY)
        self.case: Made = maker.case(self.signatory, desks=("FCA", "SEC"), state=state)
        self.head = maker.staff("FCA", Role.COORDINATOR)
        self.officer = maker.staff("FCA", Role.CASE_OFFICER)
        self.decider = maker.staff("FCA", Role.DECISION_MAKER)
        self.issuer = maker.staff("FCA", Role.ISSUING_ADMINISTRATOR)
        self.idle = maker.staff("FCA", Role.CASE_OFFICER)
        self.recused = maker.staff("FCA", Role.CASE_OFFICER, Role.COORDINATOR)
        self.administrator = maker.staff("FCA", Role.AUTHORITY_ADMINISTRATOR)
        self.other_head = maker.staff("SEC", Role.INTAKE_OFFICER)
        self.elsewhere = maker.staff("CFTC", Role.COORDINATOR)
        self.office = maker.person(maker.organisation(Organisation.PROGRAMME_OFFICE), Role.SECRETARIAT)
        for person in (self.officer, self.decider, self.issuer, self.recused):
            maker.assign(self.case, "FCA", person)
        for person in (self.head, self.officer, self.decider, self.issuer, self.other_head):
            maker.declare(self.case, person)
        maker.declare(self.case, self.recused, "recused")
        self.desk_id = self.case.desks["FCA"]

    def told(self, *tells: str, sender: Actor = SYSTEM, of_desk: bool = True) -> set[UUID]:
        """Who would be written to."""
        authority = self.maker.authority("FCA") if of_desk else None
        found = recipients.recipients(tells, self.case.id, authority, sender)
        assert len({one.person_id for one in found}) == len(found), "somebody twice"
        return ids(found)


def ids(people: Iterable[Actor]) -> set[UUID]:
    return {person.me for person in people}


@pytest.fixture
def world(maker: Maker) -> World:
    return World(maker)


def test_a_step_moves_records_once_and_tells(world: World) -> None:
    desks.find_complete(world.head, world.desk_id)
    assert state(world.desk_id) == "assessing"
    assert events() == ["desk.find_complete"]
    event = db.session.scalars(select(TrailEvent)).one()
    assert event.scope == f"case:{world.case.id}" and event.audience == ["desk:FCA", "firm"]
    parties = db.session.execute(
        select(Audience.party, Audience.case_id).where(Audience.item_id == event.id, Audience.item_kind == "trail")
    ).all()
    assert sorted(map(tuple, parties)) == [("desk:FCA", world.case.id), ("firm", world.case.id)]
    body = db.session.scalars(select(TrailBody.body)).one()
    assert body["actor"]["person"] == str(world.head.person_id)
    assert letters() == [("desk.find_complete", key) for _, key in letters()]
    assert {key for _, key in letters()} == ids([world.signatory, world.reader])


def test_the_lock_comes_before_the_table(world: World) -> None:
    """Who may not act does not learn from the answer in which state the desk is."""
    for desk_state in DESK.states:
        db.session.get_one(Desk, world.desk_id).state = desk_state
        db.session.commit()
        with pytest.raises(NotFound):
            desks.find_complete(world.elsewhere, world.desk_id)
        with pytest.raises(NotFound):
            desks.find_complete(world.recused, world.desk_id)
        with pytest.raises(NotAllowed):
            desks.find_complete(world.issuer, world.desk_id)


def test_what_is_not_in_the_table_is_refused_to_those_who_may_act(world: World) -> None:
    for desk_state in set(DESK.states) - {"screening"}:
        db.session.get_one(Desk, world.desk_id).state = desk_state
        db.session.commit()
        with pytest.raises(NotNow):
            desks.find_complete(world.head, world.desk_id)
        assert state(world.desk_id) == desk_state
    assert events() == [] and letters() == []


@pytest.mark.parametrize("place", ["record", "tell"])
def test_a_step_whose_record_or_letters_fail_has_not_happened(
    world: World, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def fail(*_args: object, **_more: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(engine, place, fail)
    with pytest.raises(RuntimeError):
        desks.find_complete(world.head, world.desk_id)
    assert state(world.desk_id) == "screening"
    assert events() == [] and letters() == []


def test_a_case_that_is_not_there_is_not_there(world: World) -> None:
    @use_case
    def step() -> None:
        desk = db.session.get_one(Desk, world.desk_id)
        matter = Matter(UUID(int=1), ("firm",), authority_id=desk.authority_id)
        advance(DESK, desk, Action.DESK_FIND_COMPLETE, world.head, matter)

    with pytest.raises(Exception, match=r"No row|nothing here"):
        step()
    assert state(world.desk_id) == "screening"


def test_the_firm_means_its_people_and_not_another_firms(world: World) -> None:
    assert world.told("firm") == ids([world.signatory, world.reader])
    assert world.told("firm", sender=world.signatory) == ids([world.reader])


def test_a_desk_means_its_heads_and_those_who_work_on_it(world: World) -> None:
    assert world.told("desk") == ids([world.head, world.officer, world.decider, world.issuer])
    assert world.told("owner") == world.told("desk")


def test_all_desks_are_all_desks(world: World) -> None:
    assert world.told("desks") == world.told("desk") | ids([world.other_head])
    assert world.told("desks", of_desk=False) == world.told("desks")


def test_signatories_are_decision_makers_and_issuers_are_administrators(world: World) -> None:
    assert world.told("signatories") == ids([world.decider])
    assert world.told("issuers") == ids([world.issuer])


def test_without_an_authority_its_words_mean_nobody(world: World) -> None:
    assert world.told("desk", "owner", "signatories", "issuers", of_desk=False) == set()
    assert world.told() == set()


def test_who_has_left_is_not_written_to(world: World) -> None:
    for person in (world.reader, world.officer):
        db.session.get_one(Person, person.me).active = False
    db.session.commit()
    assert world.told("firm", "desk") == ids([world.signatory, world.head, world.decider, world.issuer])


@pytest.mark.parametrize(
    "tells", [("firm",), ("desk",), ("desks",), ("owner",), ("signatories",), ("issuers",), ("firm", "desks")]
)
def test_nobody_is_written_to_who_may_not_know_of_the_case(world: World, tells: tuple[str, ...]) -> None:
    for key in world.told(*tells):
        person = actor_of(key)
        assert can(person, Action.CASE_GLANCE, case_facts(person, world.case.id))
    never = (world.rival, world.idle, world.recused, world.administrator, world.elsewhere, world.office)
    assert world.told(*tells) & ids(never) == set()


def test_through_a_whole_assessment_every_act_is_one_event_and_every_letter_goes_to_somebody_who_may(
    maker: Maker,
) -> None:
    """From the submission to the opened positions, through the use cases, with people of every role on both sides."""
    firm = drive.company()
    cast = drive.Cast(firm, {code: drive.desktop(code) for code in ("FCA", "SEC")})
    recused = maker.staff("FCA", Role.COORDINATOR)
    strangers = [maker.staff("CFTC", Role.COORDINATOR), maker.person(maker.firm(), Role.SIGNATORY), recused]
    case_id = drive.submit_application(firm, ("UK", "US"))
    desks.declare(recused, case_id, outcome="recused", details="My brother works there.")
    for desk in cast.desks.values():
        drive.staff(case_id, desk)
        drive.screen(case_id, desk)
        drive.assess(case_id, desk, conditions=[drive.duty("Report every month")])
        drive.file(case_id, desk, "approve_with_conditions")
    happened = events(f"case:{case_id}")
    for kind, times in {
        "application.submit": 1,
        "desk.screen": 2,
        "desk.find_complete": 2,
        "position.file": 2,
        "desk.open": 1,  # one moment for all desks
    }.items():
        assert happened.count(kind) == times, kind
    sent = letters()
    told = {"application.submit", "desk.declare", "desk.find_complete", "desk.open"}  # that somebody has an interest
    assert {action for action, _ in sent} == told
    opened = {"application.submit"}  # the recused coordinator heard of the case before declaring, and never after
    assert {action for action, key in sent if key == recused.me} <= opened
    assert {key for _, key in sent} & ids(strangers[:2]) == set()
    for _, key in sent:
        if key != recused.me:
            person = actor_of(key)
            assert can(person, Action.CASE_GLANCE, case_facts(person, case_id))
