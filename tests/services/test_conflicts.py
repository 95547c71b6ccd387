"""Declarations of interests: what opens a case, who decides, what a recusal takes away and a change of control asks."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select

from sandbox.cli.demo import story
from sandbox.domain.actions import Action
from sandbox.domain.actors import Role
from sandbox.domain.errors import BadInput, NotAllowed, NotFound, NotNow
from sandbox.domain.policy import can
from sandbox.extensions import db
from sandbox.models.desks import (
    CaseParty,
    ClockEvent,
    ConflictDeclaration,
    Desk,
    DeskAssignment,
    PartyChange,
    StandIn,
    StandingInterest,
)
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import TrailEvent
from sandbox.services import desks
from sandbox.services.desks import interests, parties
from sandbox.services.facts import case_facts
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build

MANAGED = {
    "outcome": "managed",
    "kinds": ["adviser"],
    "details": "I advised a founder in 2023.",
    "measures": "I leave governance to others.",
}
HOLDER = "signatory@harbourlight.example"


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def may(world: World, duty: str, action: Action, code: str = SEALED) -> bool:
    """Does the lock let them?"""
    person = world.cast.staff(code, duty)
    return can(person, action, case_facts(person, world.case_id))


def live(world: World, duty: str) -> str | None:
    """The outcome that counts."""
    return db.session.scalar(
        select(ConflictDeclaration.outcome).where(
            ConflictDeclaration.case_id == world.case_id,
            ConflictDeclaration.person_id == world.staff(duty).me,
            ConflictDeclaration.superseded_at.is_(None),
        ),
    )


# --- declaring -------------------------------------------------------------------------------------------------------


def test_measures_open_the_case_only_when_somebody_else_confirms_them(world: World) -> None:
    desks.declare(world.staff("case"), world.case_id, **MANAGED)
    assert live(world, "case") == "pending"
    assert not may(world, "case", Action.CASE_READ) and may(world, "case", Action.CASE_GLANCE)
    me = world.staff("case").me
    with pytest.raises(NotFound):
        desks.confirm(world.other("ethics"), world.desk_id, person_id=me, measures="None.")
    with pytest.raises(NotAllowed):
        desks.confirm(world.staff("intake"), world.desk_id, person_id=me, measures="None.")
    with pytest.raises(BadInput):
        desks.confirm(world.staff("ethics"), world.desk_id, person_id=me, measures=" ")
    desks.confirm(world.staff("coordinator"), world.desk_id, person_id=me, measures="The specialist does it.")
    assert live(world, "case") == "managed" and may(world, "case", Action.CASE_READ)
    kept = db.session.scalars(select(ConflictDeclaration).where(ConflictDeclaration.person_id == me)).all()
    now = next(row for row in kept if row.outcome == "managed")
    assert (now.details, now.measures) == (MANAGED["details"], "The specialist does it.")
    assert now.decided_by == world.staff("coordinator").me
    with pytest.raises(NotNow):
        desks.confirm(world.staff("ethics"), world.desk_id, person_id=me, measures="Again.")


def test_who_decides_is_told_that_an_interest_waits(world: World) -> None:
    letters = select(OutboxMessage.person_id).where(OutboxMessage.action == "desk.declare")
    desks.declare(world.staff("records"), world.case_id, outcome="none")
    assert db.session.scalars(letters).all() == []
    desks.declare(world.staff("case"), world.case_id, **MANAGED)
    assert set(db.session.scalars(letters)) == {world.staff("ethics").me, world.staff("coordinator").me}
    desks.declare(world.staff("coordinator"), world.case_id, outcome="recused", details="Too close.")
    assert db.session.scalars(letters).all().count(world.staff("ethics").me) == 2, "somebody may have to stand in"


def test_nobody_decides_on_their_own_interest(world: World) -> None:
    desks.declare(world.staff("coordinator"), world.case_id, **MANAGED)
    with pytest.raises(NotAllowed):
        desks.confirm(
            world.staff("coordinator"), world.desk_id, person_id=world.staff("coordinator").me, measures="Mine."
        )
    assert live(world, "coordinator") == "pending"


def test_only_the_ethics_officer_waives_and_says_why(world: World) -> None:
    desks.declare(world.staff("specialist"), world.case_id, **MANAGED)
    me = world.staff("specialist").me
    with pytest.raises(NotAllowed):
        desks.waive(world.staff("coordinator"), world.desk_id, person_id=me, reason="Small.")
    with pytest.raises(BadInput):
        desks.waive(world.staff("ethics"), world.desk_id, person_id=me, reason="")
    desks.waive(world.staff("ethics"), world.desk_id, person_id=me, reason="Not substantial.")
    assert live(world, "specialist") == "waived" and may(world, "specialist", Action.INPUT_WRITE)


@pytest.mark.parametrize("left_out", ["kinds", "details", "measures"])
def test_an_interest_to_manage_is_described(world: World, left_out: str) -> None:
    with pytest.raises(BadInput) as refused:
        desks.declare(world.staff("case"), world.case_id, **{**MANAGED, left_out: ""})
    assert set(refused.value.problems) == {left_out}
    assert live(world, "case") == "none"


def test_kinds_and_outcomes_are_those_of_the_list(world: World) -> None:
    for wrong in ({**MANAGED, "kinds": ["friendship"]}, {"outcome": "waived"}, {"outcome": "pending"}):
        with pytest.raises(BadInput):
            desks.declare(world.staff("case"), world.case_id, **wrong)


# --- the register ----------------------------------------------------------------------------------------------------


def test_what_was_told_before_is_compared_with_the_parties(world: World) -> None:
    person = world.staff("case")
    interests.add_interest(person, kind="employer", name="Harbourlight Markets")
    interests.add_interest(person, kind="domain", name="ada@harbourlight.example")
    interests.add_interest(person, kind="holding", name="Northwind Ledger Inc")
    with pytest.raises(BadInput) as refused:
        desks.declare(person, world.case_id, outcome="none")
    assert set(refused.value.problems) == {"reason"}
    desks.declare(person, world.case_id, outcome="none", reason="I left in 2009 and hold nothing.")
    row = db.session.scalars(
        select(ConflictDeclaration).where(
            ConflictDeclaration.person_id == person.me,
            ConflictDeclaration.case_id == world.case_id,
            ConflictDeclaration.superseded_at.is_(None),
        )
    ).one()
    assert row.matches is not None and len(row.matches) == 2
    assert all("Northwind" not in line for line in row.matches)
    assert row.outcome == "pending" and not may(world, "case", Action.CASE_READ), "a match is not one's own to dismiss"
    with pytest.raises(NotAllowed):
        desks.confirm(person, world.desk_id, person_id=person.me, measures="")
    desks.confirm(world.staff("coordinator"), world.desk_id, person_id=person.me, measures="")
    assert live(world, "case") == "none" and may(world, "case", Action.CASE_READ)
    letter = db.session.scalars(select(OutboxMessage).where(OutboxMessage.action == "declaration.confirm")).one()
    assert letter.person_id == person.me and set(letter.content) <= {"reference", "authority"}
    desks.declare(person, world.routed_id, outcome="none")


def test_after_an_interest_none_needs_a_reason(world: World) -> None:
    desks.declare(world.staff("case"), world.case_id, **MANAGED)
    with pytest.raises(BadInput):
        desks.declare(world.staff("case"), world.case_id, outcome="none")
    desks.declare(world.staff("case"), world.case_id, outcome="none", reason="The firm is another one of that name.")
    assert live(world, "case") == "pending" and not may(world, "case", Action.CASE_READ), "nobody clears themselves"
    letters = select(OutboxMessage.person_id).where(OutboxMessage.action == "desk.declare")
    assert db.session.scalars(letters).all().count(world.staff("ethics").me) == 2
    desks.waive(world.staff("ethics"), world.desk_id, person_id=world.staff("case").me, reason="Another firm.")
    assert may(world, "case", Action.CASE_READ)
    desks.declare(world.staff("case"), world.case_id, outcome="none", reason="I said it was another one.")
    assert live(world, "case") == "pending", "nor ends a decision that binds them"


def test_an_interest_needs_measures_and_is_nobodys_own_to_clear_later(world: World) -> None:
    desks.declare(world.staff("case"), world.case_id, **MANAGED)
    me = world.staff("case").me
    with pytest.raises(BadInput):
        desks.confirm(world.staff("coordinator"), world.desk_id, person_id=me, measures=" ")
    desks.confirm(world.staff("coordinator"), world.desk_id, person_id=me, measures="Only custody.")
    told = db.session.scalars(select(OutboxMessage).where(OutboxMessage.action == "declaration.confirm")).all()
    assert [one.person_id for one in told] == [me], "the person alone is told"
    parties.ask_again(world.case_id, "The firm reported a change of ownership or control.")
    desks.declare(world.staff("case"), world.case_id, outcome="none", reason="I sold it.")
    assert live(world, "case") == "pending" and not may(world, "case", Action.CASE_READ)


def test_the_register_is_ones_own(world: World) -> None:
    line = interests.add_interest(world.staff("case"), kind="other", name="Tessellate Custody")
    with pytest.raises(NotFound):
        interests.remove_interest(world.staff("intake"), line)
    for nobody in (world.outsiders[HOLDER], world.staff("ethics"), world.staff("admin")):
        with pytest.raises(NotAllowed):
            interests.add_interest(nobody, kind="other", name="X")
    for wrong in (
        {"kind": "gift", "name": "A watch"},
        {"kind": "domain", "name": "nonsense"},
        {"kind": "employer", "name": "Ltd."},
        {"kind": "employer", "name": "Acme", "since": date(2024, 2, 1), "until": date(2024, 1, 1)},
    ):
        with pytest.raises(BadInput):
            interests.add_interest(world.staff("case"), **wrong)
    interests.remove_interest(world.staff("case"), line)
    assert db.session.scalar(select(func.count()).select_from(StandingInterest)) == 0
    recorded = db.session.scalars(select(TrailEvent.audience).where(TrailEvent.kind == "interests.edit")).all()
    assert recorded == [[], []]


# --- recusal ---------------------------------------------------------------------------------------------------------


def test_the_ethics_officer_takes_somebody_off(world: World) -> None:
    me = world.staff("supervisor").me
    with pytest.raises(NotAllowed):
        desks.recuse(world.staff("coordinator"), world.desk_id, person_id=me, reason="A sister is a director.")
    with pytest.raises(NotFound):
        desks.recuse(world.staff("ethics"), world.desk_id, person_id=world.other("case").me, reason="Not ours.")
    desks.recuse(world.staff("ethics"), world.desk_id, person_id=me, reason="A sister is a director.")
    assert not may(world, "supervisor", Action.CASE_GLANCE)
    assert db.session.get(DeskAssignment, (world.desk_id, me)) is None
    with pytest.raises(NotNow):
        desks.recuse(world.staff("ethics"), world.desk_id, person_id=me, reason="Again.")
    with pytest.raises(NotFound):
        desks.declare(world.staff("supervisor"), world.case_id, outcome="none", reason="I changed my mind.")
    with pytest.raises(BadInput):
        desks.assign(world.staff("intake"), world.desk_id, person_id=me)


# --- stand-ins -------------------------------------------------------------------------------------------------------


def test_a_recused_head_is_replaced_for_that_case_alone(world: World) -> None:
    desks.declare(world.staff("coordinator"), world.case_id, outcome="recused", details="Too close.")
    stand_in = world.staff("records")
    with pytest.raises(NotAllowed):
        desks.opt_out(stand_in, world.desk_id, reason="Not mine to say.")
    given = {"person_id": stand_in.me, "role": "coordinator", "reason": "The coordinator is recused."}
    for nobody in ("intake", "coordinator", "admin"):
        with pytest.raises((NotAllowed, NotFound)):
            desks.appoint(world.staff(nobody), world.desk_id, **given)
    desks.appoint(world.staff("ethics"), world.desk_id, **given)
    assert db.session.get(DeskAssignment, (world.desk_id, stand_in.me)) is not None
    assert not may(world, "records", Action.DESK_OPT_OUT), "the stand-in declares first"
    desks.declare(world.staff("records"), world.case_id, outcome="none")
    assert may(world, "records", Action.DESK_OPT_OUT)
    person = world.staff("records")
    assert not can(person, Action.DESK_OPT_OUT, case_facts(person, world.routed_id))
    row = db.session.scalars(select(StandIn)).one()
    desks.dismiss(world.staff("ethics"), row.id)
    assert not may(world, "records", Action.DESK_OPT_OUT)
    with pytest.raises(NotFound):
        desks.dismiss(world.staff("ethics"), row.id)


@pytest.mark.parametrize(
    ("duty", "role", "field"),
    [
        ("case", "issuing_administrator", "role"),  # who assesses does not issue
        ("decision", "issuing_administrator", "role"),
        ("admin", "coordinator", "role"),  # administrators read no case
        ("coordinator", "coordinator", "role"),  # has it already
        ("records", "decision_maker", "role"),  # cannot be stood in for
        ("ethics", "coordinator", "person_id"),  # oneself
    ],
)
def test_who_cannot_stand_in(world: World, duty: str, role: str, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        desks.appoint(
            world.staff("ethics"), world.desk_id, person_id=world.staff(duty).me, role=role, reason="Somebody must."
        )
    assert set(refused.value.problems) == {field}


def test_strangers_and_the_recused_do_not_stand_in(world: World) -> None:
    desks.declare(world.staff("records"), world.case_id, outcome="recused", details="Too close.")
    for person in (world.staff("records"), world.other("records")):
        with pytest.raises(BadInput):
            desks.appoint(
                world.staff("ethics"), world.desk_id, person_id=person.me, role="coordinator", reason="Somebody must."
            )


def test_a_stand_in_who_is_recused_stands_in_no_more(world: World) -> None:
    stand_in = world.staff("records")
    desks.appoint(
        world.staff("ethics"), world.desk_id, person_id=stand_in.me, role="intake_officer", reason="Long leave."
    )
    desks.recuse(world.staff("ethics"), world.desk_id, person_id=stand_in.me, reason="Holds tokens.")
    assert db.session.scalars(select(StandIn.ended_at)).one() is not None
    assert world.staff("records").stands_in == frozenset()


# --- parties ---------------------------------------------------------------------------------------------------------


def report(world: World, **more: object) -> UUID:
    """The firm reports a new controller."""
    given = {
        "what": "Kestrel Holdings buys all shares.",
        "effective_on": date(2027, 1, 4),
        "named": [("controller", "Kestrel Holdings SA")],
        **more,
    }
    return desks.report_change(world.outsiders[HOLDER], world.case_id, **given)  # type: ignore[arg-type]


def test_a_change_of_control_closes_the_case_until_everybody_declares_again(world: World) -> None:
    desks.declare(world.staff("specialist"), world.case_id, outcome="recused", details="Too close.")
    letters = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.action == "party.change")
    report(world)
    for code in (SEALED, OTHER):
        for duty in ("intake", "coordinator", "case", "decision"):
            assert not may(world, duty, Action.CASE_READ, code), (code, duty)
            assert may(world, duty, Action.CASE_GLANCE, code)
    assert live(world, "specialist") == "recused", "a recusal stands"
    assert not may(world, "specialist", Action.CASE_GLANCE)
    told = set(
        db.session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.action == "party.change")),
    )
    assert world.staff("case").me in told and world.other("case").me in told
    assert world.staff("specialist").me not in told
    assert db.session.scalar(letters) == len(told), "one letter a person"
    desks.declare(world.staff("case"), world.case_id, outcome="none")
    assert may(world, "case", Action.FINDING_RECORD), "still assigned"
    why = db.session.scalars(
        select(ConflictDeclaration.superseded_because).where(
            ConflictDeclaration.person_id == world.staff("case").me, ConflictDeclaration.superseded_at.is_not(None)
        )
    ).all()
    assert why == ["The firm reported a change of ownership or control."]


def test_the_new_names_are_compared_with_the_register(world: World) -> None:
    interests.add_interest(world.staff("case"), kind="holding", name="Kestrel Holdings")
    report(world)
    with pytest.raises(BadInput) as refused:
        desks.declare(world.staff("case"), world.case_id, outcome="none")
    assert set(refused.value.problems) == {"reason"}


def test_the_period_of_the_law_starts_where_there_is_one(world: World) -> None:
    due = db.session.get_one(Desk, world.desk_id).due_on
    report(world)
    assert db.session.get_one(Desk, world.desk_id).due_on == due, "the date to decide stays"
    started = db.session.scalars(select(ClockEvent.desk_id).where(ClockEvent.clock == "change-in-control")).all()
    assert started == [world.desk_id], "the catalogue has this clock for the FCA alone"


def test_a_new_adviser_starts_no_clock_but_asks_again(world: World) -> None:
    report(world, named=[("counsel", "Wigmore Law LLP")])
    assert not may(world, "case", Action.CASE_READ)
    assert db.session.scalar(select(func.count()).where(ClockEvent.clock == "change-in-control")) == 0


def test_parties_come_and_go_with_their_history(world: World) -> None:
    report(world)
    row = db.session.scalars(select(CaseParty).where(CaseParty.name == "Kestrel Holdings SA")).one()
    report(world, what="Kestrel has sold again.", named=[], ended=[row.id])
    db.session.refresh(row)
    assert row.ended_at is not None and row.change_id is not None
    assert db.session.scalar(select(func.count()).select_from(PartyChange)) == 2


@pytest.mark.parametrize(
    "wrong",
    [{"named": []}, {"named": [("controller", "  ")]}, {"named": [("friend", "Bob")]}, {"what": " "}],
)
def test_a_report_that_says_nothing_is_refused_and_changes_nothing(world: World, wrong: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        report(world, **wrong)
    assert may(world, "case", Action.CASE_READ)
    assert db.session.scalar(select(func.count()).select_from(PartyChange)) == 0


def test_only_the_firms_owner_or_signatory_reports(world: World) -> None:
    given = {"what": "Sold.", "effective_on": date(2027, 1, 4), "named": [("parent", "X plc")]}
    for email in ("contributor@harbourlight.example", "certifier@harbourlight.example"):
        with pytest.raises(NotAllowed):
            desks.report_change(world.outsiders[email], world.case_id, **given)  # type: ignore[arg-type]
    for stranger in (world.outsiders["signatory@tessellate.example"], world.staff("case"), world.staff("ethics")):
        with pytest.raises((NotFound, NotAllowed)):
            desks.report_change(stranger, world.case_id, **given)  # type: ignore[arg-type]


def test_ethics_officer_of_another_case_learns_nothing(world: World, maker: Maker) -> None:
    stranger = maker.staff("CFTC", Role.ETHICS_OFFICER)
    with pytest.raises(NotFound):
        desks.recuse(stranger, world.desk_id, person_id=world.staff("case").me, reason="Curious.")


def test_the_parties_are_those_of_the_application(world: World) -> None:
    names = db.session.scalars(select(CaseParty.name).where(CaseParty.case_id == world.case_id)).all()
    assert "Harbourlight Markets Ltd" in names
    assert story.codes_of(world.case_id) == [SEALED, OTHER]
