"""Work of somebody who turns out to have an interest: set aside, redone by another, told to the own desk alone."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from sandbox.cli.demo import scenes, story
from sandbox.domain.actors import Role
from sandbox.domain.errors import Incomplete, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.assessments import Finding, Position, ProposedCondition, SpecialistInput
from sandbox.models.catalogue import Criterion
from sandbox.models.desks import Desk, Quarantine
from sandbox.models.messages import OutboxMessage
from sandbox.models.search import SearchEntry
from sandbox.models.trail import Audience, TrailEvent
from sandbox.services import assessments, desks
from sandbox.services.decisions import drafting, issuing
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build, open_positions

WHY = {"outcome": "recused", "details": "My sister joins the firm."}


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment, and a second case officer for the sealed desk."""
    made = build(maker)
    maker.person(maker.authority(SEALED), Role.CASE_OFFICER, name="Second Officer", email="second@fca.example")
    return made


def second(world: World) -> None:
    """Put the second officer on the desk."""
    person = world.cast["second@fca.example"]
    desks.assign(world.staff("intake"), world.desk_id, person_id=person.me, reason="The first one is recused.")
    desks.declare(person, world.case_id, outcome="none")


def redo(world: World, *, conditions: bool = True) -> None:
    """The second officer records every finding that was set aside, and confirms the conditions."""
    officer = world.cast["second@fca.example"]
    rows = db.session.scalars(select(Finding).where(Finding.quarantined_at.is_not(None))).all()
    for row in rows:
        assessments.record_finding(
            officer,
            world.desk_id,
            row.criterion_id,
            value="partly",
            reasons="Seen by myself.",
            version=row.version,
        )
    if not conditions:
        return
    for condition in db.session.scalars(
        select(ProposedCondition).where(ProposedCondition.quarantined_at.is_not(None))
    ).all():
        assessments.change_condition(officer, condition.id, condition={}, version=condition.version)


def state(world: World) -> str:
    """That of the desk."""
    return db.session.execute(select(Desk.state).where(Desk.id == world.desk_id)).scalar_one()


def test_before_filing_findings_wait_for_another(world: World) -> None:
    count = db.session.scalar(select(func.count()).where(Finding.desk_id == world.desk_id))
    words = db.session.scalars(select(Finding.reasons).where(Finding.desk_id == world.desk_id)).all()
    desks.declare(world.staff("case"), world.case_id, **WHY)
    row = db.session.scalars(select(Quarantine)).one()
    assert row.person_id == world.staff("case").me and not row.after_opening
    assert sorted(one["reasons"] for one in row.content["findings"]) == sorted(words), "their words are kept"
    assert len(row.content["findings"]) == count and row.content["position"] is None
    second(world)
    with pytest.raises(Incomplete) as refused:
        assessments.file_position(
            world.cast["second@fca.example"], world.desk_id, recommendation="approve", summary="It may start."
        )
    assert sum("Redo" in line for line in refused.value.missing) == (count or 0) + len(row.content["conditions"])
    redo(world)
    assert desks.to_redo(world.desk_id) == ()
    assessments.file_position(
        world.cast["second@fca.example"], world.desk_id, recommendation="approve", summary="It may start."
    )
    assert state(world) == "assessed"


def test_others_findings_stay(world: World) -> None:
    second(world)
    person = world.cast["second@fca.example"]
    criterion = db.session.execute(
        select(Finding.criterion_id, Finding.version).where(Finding.desk_id == world.desk_id).limit(1)
    ).one()
    assessments.record_finding(
        person, world.desk_id, criterion.criterion_id, value="not_met", reasons="No.", version=criterion.version
    )
    desks.declare(person, world.case_id, **WHY)
    title = db.session.execute(select(Criterion.title).where(Criterion.id == criterion.criterion_id)).scalar_one()
    assert desks.to_redo(world.desk_id) == (title,)


def test_who_wrote_nothing_leaves_no_quarantine(world: World) -> None:
    letters = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.action == "assessment.quarantine")
    desks.declare(world.staff("supervisor"), world.case_id, **WHY)
    assert db.session.scalar(select(func.count()).select_from(Quarantine)) == 0
    assert db.session.scalar(letters) == 0


def test_a_sealed_position_is_taken_back_and_nobody_outside_learns_of_it(world: World) -> None:
    story.file(world.cast, world.case_id, SEALED, "approve", "It may start.")
    before = set(db.session.scalars(select(Audience.item_id).where(Audience.visible_from.is_not(None))))
    desks.recuse(world.staff("ethics"), world.desk_id, person_id=world.staff("case").me, reason="A sister joins.")
    assert state(world) == "assessing"
    position = db.session.scalars(select(Position).where(Position.desk_id == world.desk_id)).one()
    assert position.superseded_at is not None
    assert db.session.scalars(select(Quarantine)).one().content["position"]["id"] == str(position.id)
    new = select(Audience.party).where(Audience.visible_from.is_not(None), Audience.item_id.not_in(before))
    assert set(db.session.scalars(new)) == {f"desk:{SEALED}"}
    told = db.session.scalars(
        select(OutboxMessage.person_id).where(OutboxMessage.action == "assessment.quarantine")
    ).all()
    assert world.staff("decision").me in told and world.staff("coordinator").me in told
    assert world.staff("case").me not in told
    assert not set(told) & {person.me for person in world.outsiders.values()}
    story.file(world.cast, world.case_id, OTHER, "approve", "Fine.")
    assert db.session.get_one(Desk, world.desk_id).opened_at is None, "the other waits; nothing opens"


def test_a_position_filed_by_the_recused_on_others_findings_is_taken_back_too(world: World) -> None:
    desks.declare(world.staff("case"), world.case_id, **WHY)
    second(world)
    redo(world)
    assessments.file_position(
        world.cast["second@fca.example"], world.desk_id, recommendation="approve", summary="It may start."
    )
    other = world.staff("specialist").me  # as if the specialist had written it all
    for model in (Finding, ProposedCondition):
        db.session.execute(update(model).where(model.desk_id == world.desk_id).values(author_id=other))
    db.session.commit()
    desks.recuse(
        world.staff("ethics"), world.desk_id, person_id=world.cast["second@fca.example"].me, reason="Holds tokens."
    )
    assert state(world) == "assessing" and desks.to_redo(world.desk_id) == ()


def test_after_opening_the_position_stays_and_the_decision_waits(world: World) -> None:
    open_positions(world)
    story.settle(world.cast, world.case_id)
    frozen = db.session.execute(
        select(Position.sha256, Position.superseded_at).where(Position.desk_id == world.desk_id)
    ).one()
    desks.declare(world.staff("case"), world.case_id, **WHY)
    assert state(world) == "deliberating"
    assert db.session.scalars(select(Quarantine)).one().after_opening
    assert (
        db.session.execute(
            select(Position.sha256, Position.superseded_at).where(Position.desk_id == world.desk_id)
        ).one()
        == frozen
    ), "what others have read stays as it is"
    decision_id = drafting.draft(world.staff("issuing"), world.desk_id)
    row = drafting.load(decision_id)[0]
    drafting.edit(
        world.staff("issuing"),
        decision_id,
        version=row.version,
        action=row.action or "",
        instrument_id=row.instrument_id,
        reasons="Reasons.",
        effective_on=scenes.story.now().date(),
        expires_on=None,
    )
    version = drafting.load(decision_id)[0].version
    with pytest.raises(Incomplete) as refused:
        issuing.send_to_signature(world.staff("issuing"), decision_id, version=version)
    assert any("who wrote it has an interest" in line for line in refused.value.missing)
    second(world)
    others = db.session.execute(
        select(Finding.criterion_id, Finding.version).where(Finding.desk_id == world.desk_id).limit(1)
    ).one()
    redo(world)
    assert desks.to_redo(world.desk_id) == ()
    with pytest.raises(NotNow):  # redone once: frozen again
        assessments.record_finding(
            world.cast["second@fca.example"],
            world.desk_id,
            others.criterion_id,
            value="met",
            reasons="Again.",
            version=others.version + 1,
        )
    with pytest.raises(NotNow, match="certificate"):  # nothing is missing but the authority's key
        issuing.send_to_signature(world.staff("issuing"), decision_id, version=version)


def test_the_recused_person_cannot_redo_it(world: World) -> None:
    desks.declare(world.staff("case"), world.case_id, **WHY)
    row = db.session.scalars(select(Finding).where(Finding.quarantined_at.is_not(None))).first()
    assert row is not None
    with pytest.raises(NotFound):
        assessments.record_finding(
            world.staff("case"), world.desk_id, row.criterion_id, value="met", reasons="Mine.", version=row.version
        )


def test_a_condition_that_was_set_aside_can_be_dropped(world: World) -> None:
    desks.declare(world.staff("case"), world.case_id, **WHY)
    second(world)
    for condition in db.session.scalars(select(ProposedCondition.id).where(ProposedCondition.desk_id == world.desk_id)):
        assessments.drop_condition(world.cast["second@fca.example"], condition)
    redo(world, conditions=False)
    assert desks.to_redo(world.desk_id) == ()


def test_what_a_specialist_said_is_taken_out_and_kept(world: World) -> None:
    criterion = db.session.scalars(select(Finding.criterion_id).where(Finding.desk_id == world.desk_id).limit(1)).one()
    assessments.write_input(world.staff("specialist"), world.desk_id, criterion, text="Sound, in my view.")
    desks.declare(world.staff("specialist"), world.case_id, **WHY)
    assert db.session.scalar(select(func.count()).select_from(SpecialistInput)) == 0
    assert [one["text"] for one in db.session.scalars(select(Quarantine)).one().content["inputs"]] == [
        "Sound, in my view."
    ]
    assert db.session.scalar(select(func.count()).where(SearchEntry.item_kind == "input")) == 0
    assert desks.to_redo(world.desk_id) == (), "others' findings stand"


def test_the_trail_says_how_much_and_to_the_desk_alone(world: World) -> None:
    desks.declare(world.staff("case"), world.case_id, **WHY)
    event = db.session.scalars(select(TrailEvent).where(TrailEvent.kind == "assessment.quarantine")).one()
    assert event.audience == [f"desk:{SEALED}"]
