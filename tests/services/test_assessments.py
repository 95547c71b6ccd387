"""Assessment in confidence: conflicts of writers, the frozen position, the one opening, going ahead alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from sandbox.cli.demo import story
from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import BadInput, Conflict, Incomplete, NotAllowed, NotFound, NotNow
from sandbox.domain.policy import Bar
from sandbox.extensions import db
from sandbox.models.assessments import Divergence, Finding, Position
from sandbox.models.catalogue import Authority, Criterion
from sandbox.models.desks import Case, Desk
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import Audience
from sandbox.services import assessments
from sandbox.services.facts import case_facts
from tests.factories import Maker
from tests.journeys.colleagues import second_officer
from tests.journeys.staging import OTHER, SEALED, World, build, open_positions


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def test_findings_are_written_by_case_officers_and_one_at_a_time(world: World, maker: Maker) -> None:
    key, version = db.session.execute(
        select(Finding.criterion_id, Finding.version).where(Finding.desk_id == world.desk_id).limit(1)
    ).one()

    def record(person: str, number: int | None, value: str = "partly", other: bool = False) -> None:
        actor = world.other(person) if other else world.staff(person)
        assessments.record_finding(actor, world.desk_id, key, value=value, reasons="Words.", version=number)

    with pytest.raises(NotFound):
        record("case", version, other=True)
    for duty in ("coordinator", "specialist", "decision", "issuing"):
        with pytest.raises(NotAllowed):
            record(duty, version)
    with pytest.raises(BadInput):
        record("case", version, value="splendid")
    assessments.record_finding(
        second_officer(world, maker), world.desk_id, key, value="partly", reasons="Words.", version=version
    )
    with pytest.raises(Conflict) as conflict:
        record("case", version)
    assert conflict.value.current == {"value": "partly", "reasons": "Words."}


def test_a_position_needs_everything_and_says_so_at_once(world: World) -> None:
    with pytest.raises(Incomplete) as refused:
        assessments.file_position(world.staff("case"), world.desk_id, recommendation="", summary=" ")
    assert refused.value.missing == (
        "Choose what the desk recommends.",
        "Summarise the reasons for the recommendation.",
    )
    with pytest.raises(NotAllowed):
        assessments.file_position(world.staff("specialist"), world.desk_id, recommendation="approve", summary="x")


def test_a_filed_position_is_frozen_sealed_and_told_to_nobody(world: World) -> None:
    before = db.session.scalar(select(func.count()).select_from(OutboxMessage))
    story.file(world.cast, world.case_id, SEALED, "refuse", "Sealed summary.")
    position = db.session.execute(select(Position).where(Position.desk_id == world.desk_id)).scalar_one()
    assert position.sha256 == record_hash(position.record)
    shown = {
        row.party: row.visible_from
        for row in db.session.execute(
            select(Audience.party, Audience.visible_from).where(Audience.item_id == position.id)
        )
    }
    assert set(shown) == {f"desk:{SEALED}", f"desk:{OTHER}"}
    assert shown[f"desk:{SEALED}"] is not None and shown[f"desk:{OTHER}"] is None
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == before
    assert db.session.scalar(select(Case.opened_at).where(Case.id == world.case_id)) is None
    with pytest.raises(NotNow):
        story.file(world.cast, world.case_id, SEALED, "approve", "Again.")
    with pytest.raises(NotNow):
        assessments.propose_condition(world.staff("case"), world.desk_id, condition=story.reporting("UK"))


def test_the_last_position_opens_all_at_the_same_moment(world: World) -> None:
    open_positions(world)
    moments = set(
        db.session.scalars(
            select(Audience.visible_from).where(
                Audience.item_kind == "position",
                Audience.party.in_([f"desk:{SEALED}", f"desk:{OTHER}"]),
                Audience.case_id == world.case_id,
            )
        )
    )
    opened = db.session.scalar(select(Case.opened_at).where(Case.id == world.case_id))
    assert opened in moments and None not in moments
    states = set(db.session.scalars(select(Desk.state).where(Desk.case_id == world.case_id)))
    assert states == {"deliberating"}
    parties = set(
        db.session.scalars(
            select(Audience.party).where(Audience.item_kind == "divergence", Audience.case_id == world.case_id)
        )
    )
    assert parties == {f"desk:{SEALED}", f"desk:{OTHER}"}
    assert db.session.scalars(select(Divergence.key)).all() == ["total-value"]


def test_going_alone_waits_for_the_warning_point_and_opens_nothing(world: World) -> None:
    story.file(world.cast, world.case_id, SEALED, "approve", "On our own view.")
    coordinator = world.staff("coordinator")
    with pytest.raises(Incomplete, match="warning point"):
        assessments.go_alone(coordinator, world.desk_id, reason="The market will not wait.")
    with time_machine.travel(datetime.now(UTC) + timedelta(days=75)):
        assessments.go_alone(coordinator, world.desk_id, reason="The market will not wait.")
    assert db.session.scalar(select(Desk.state).where(Desk.id == world.desk_id)) == "deliberating"
    assert db.session.scalar(select(Case.opened_at).where(Case.id == world.case_id)) is None
    story.file(world.cast, world.case_id, OTHER, "approve", "Now we have filed too.")
    assert db.session.scalar(select(Case.opened_at).where(Case.id == world.case_id)) is not None


def test_who_assessed_stays_an_assessor_when_another_rewrites_the_text(world: World, maker: Maker) -> None:
    """Separation of duties rests on everybody who took part, not on the last author."""
    first, second = second_officer(world, maker), world.staff("case")
    criterion = db.session.scalars(
        select(Criterion.id)
        .join(Authority, Authority.id == Criterion.authority_id)
        .where(Authority.code == SEALED, Criterion.current.is_(True))
        .order_by(Criterion.position)
        .limit(1)
    ).one()
    version = db.session.scalars(
        select(Finding.version).where(Finding.desk_id == world.desk_id, Finding.criterion_id == criterion)
    ).one()
    finding = assessments.record_finding(first, world.desk_id, criterion, value="met", reasons="Seen.", version=version)
    version = db.session.get_one(Finding, finding).version
    assessments.record_finding(second, world.desk_id, criterion, value="met", reasons="Seen.", version=version)
    assert Bar.ASSESSED in case_facts(first, world.case_id).bars
    assert Bar.ASSESSED in case_facts(second, world.case_id).bars
