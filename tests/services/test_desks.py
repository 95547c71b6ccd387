"""The desks' use cases: who may declare, assign and screen, what they leave behind, and that refusals leave nothing."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from sandbox.cli.demo import story
from sandbox.domain.errors import BadInput, Incomplete, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.desks import CompletenessLetter, ConflictDeclaration, Desk, DeskAssignment
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import Audience, TrailEvent
from sandbox.services import desks
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def traces() -> tuple[int, int]:
    """How many events and letters there are."""
    db.session.rollback()
    return (
        db.session.scalar(select(func.count()).select_from(TrailEvent)) or 0,
        db.session.scalar(select(func.count()).select_from(OutboxMessage)) or 0,
    )


def test_refusals_leave_no_trace(world: World) -> None:
    routed, case_desk = story.desk_of(world.routed_id, SEALED), world.desk_id
    before = traces()
    with pytest.raises(NotFound):
        desks.start_screening(world.outsiders["signatory@tessellate.example"], case_desk)
    with pytest.raises(NotFound):
        desks.start_screening(world.other("intake"), case_desk)
    with pytest.raises(NotAllowed):
        desks.start_screening(world.staff("intake"), routed)
    with pytest.raises(NotAllowed):
        desks.opt_out(world.staff("case"), case_desk, reason="Not mine to say.")
    with pytest.raises(NotNow):
        desks.start_screening(world.staff("intake"), case_desk)
    with pytest.raises(Incomplete):
        desks.opt_out(world.staff("coordinator"), case_desk, reason=" ")
    with pytest.raises(BadInput):
        desks.declare(world.staff("case"), world.case_id, outcome="managed")
    assert traces() == before


def test_a_declaration_replaces_the_last_one_and_keeps_it(world: World) -> None:
    person = world.staff("case")
    said = {"kinds": ["adviser"], "details": "I advised them in 2020.", "measures": "I leave custody to others."}
    desks.declare(person, world.case_id, outcome="managed", **said)
    rows = db.session.execute(
        select(ConflictDeclaration.outcome, ConflictDeclaration.superseded_at).where(
            ConflictDeclaration.case_id == world.case_id, ConflictDeclaration.person_id == person.person_id
        ),
    ).all()
    assert sorted((row.outcome, row.superseded_at is None) for row in rows) == [("none", False), ("pending", True)]
    desks.declare(person, world.case_id, outcome="recused", details="It became too close.")
    with pytest.raises(NotFound):
        desks.declare(person, world.case_id, outcome="none")


def test_only_people_of_the_own_authority_are_assigned_and_once(world: World) -> None:
    head = world.staff("intake")
    with pytest.raises(BadInput):
        desks.assign(head, world.desk_id, person_id=world.other("case").me)
    desks.assign(head, world.desk_id, person_id=world.staff("case").me)
    held = select(func.count()).where(DeskAssignment.desk_id == world.desk_id)
    before = db.session.scalar(held)
    desks.unassign(head, world.desk_id, person_id=world.staff("case").me)
    assert db.session.scalar(held) == (before or 0) - 1


def test_a_completeness_letter_is_for_the_firm_and_that_desk(world: World) -> None:
    letters = db.session.scalars(select(CompletenessLetter).where(CompletenessLetter.desk_id == world.desk_id)).all()
    assert sorted(letter.outcome for letter in letters) == ["complete", "received"]
    for letter in letters:
        parties = set(db.session.scalars(select(Audience.party).where(Audience.item_id == letter.id)))
        assert parties == {"firm", f"desk:{SEALED}"}
    told = db.session.scalars(
        select(OutboxMessage.person_id).where(OutboxMessage.action == "desk.find_complete"),
    ).all()
    assert told
    assert set(told) <= {person.me for person in world.outsiders.values() if person.organisation.value == "firm"}


def test_refusing_to_review_needs_a_rule_and_a_reason(world: World) -> None:
    for code, allowed in ((SEALED, True), (OTHER, False)):
        coordinator, desk_id = world.cast.staff(code, "coordinator"), story.desk_of(world.routed_id, code)
        for duty in ("coordinator", "intake"):
            desks.declare(world.cast.staff(code, duty), world.routed_id, outcome="none")
        desks.start_screening(world.cast.staff(code, "intake"), desk_id)
        with pytest.raises(Incomplete) as refused:
            desks.refuse_to_review(coordinator, desk_id, reason="")
        may_refuse = "The rules of this authority do not allow refusing to review." not in refused.value.missing
        if may_refuse:
            desks.refuse_to_review(coordinator, desk_id, reason="No remit over this asset.")
        state = db.session.execute(select(Desk.state).where(Desk.id == desk_id)).scalar_one()
        assert state == ("refused_to_review" if may_refuse else "screening")
        assert may_refuse or not allowed


def test_a_desk_that_leaves_does_not_hold_up_the_others(world: World) -> None:
    """Nothing another authority does or omits stops a desk's own decision."""
    story.file(world.cast, world.case_id, SEALED, "approve", "It may start.")
    assert db.session.get_one(Desk, world.desk_id).state == "assessed"
    desks.opt_out(world.cast.staff(OTHER, "coordinator"), story.desk_of(world.case_id, OTHER), reason="No remit.")
    assert db.session.get_one(Desk, world.desk_id).state == "deliberating"
