"""Desks that do not decide: a view, a consent or its refusal; sealed until the positions open, never for the firm."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.domain.actors import Actor, Role
from sandbox.domain.catalogue.terms import Part
from sandbox.domain.errors import Incomplete, NotAllowed, NotFound, NotNow
from sandbox.domain.parts import STARTS_AS
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.desks import Desk, DeskAnswer
from sandbox.queries import desks as reading
from sandbox.queries.desks.answers import answers
from sandbox.queries.desks.sight import sight
from sandbox.services import clocks, desks
from sandbox.services.unit import get, use_case
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build, open_positions

THIRD = "BoE"


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment at two desks."""
    return build(maker)


@use_case
def asked(world: World, maker: Maker, part: Part) -> UUID:
    """A third authority has a desk with that part in the case."""
    desk = Desk(
        case_id=world.case_id,
        authority_id=maker.authority(THIRD),
        part=part.value,
        state=STARTS_AS[part],
        required=False,
    )
    db.session.add(desk)
    db.session.flush()
    clocks.receive(desk, now())
    return desk.id


def somebody(maker: Maker, world: World, role: Role) -> Actor:
    """A declared member of the third authority's staff."""
    person = maker.staff(THIRD, role)
    desks.declare(person, world.case_id, outcome="none")
    return person


def state(desk_id: UUID) -> str:
    db.session.rollback()
    return db.session.execute(select(Desk.state).where(Desk.id == desk_id)).scalar_one()


def seen_by(person: Actor, world: World) -> list[tuple[str, str]]:
    return [(one.code, one.reasons) for one in answers(sight(person, world.case_id))]


def test_a_view_is_sealed_until_the_positions_open_and_never_the_firms(world: World, maker: Maker) -> None:
    desk_id = asked(world, maker, Part.CONSULTS)
    coordinator = somebody(maker, world, Role.COORDINATOR)
    assert set(clocks.running(get(Desk, desk_id))) == {"view"}
    with pytest.raises(Incomplete):
        desks.give_view(coordinator, desk_id, reasons=" ")
    desks.give_view(coordinator, desk_id, reasons="No objection to a small test.")
    assert state(desk_id) == "view_given"
    assert clocks.running(get(Desk, desk_id)) == ()
    firm = world.outsiders["signatory@harbourlight.example"]
    office = world.outsiders["secretariat@programme_office.example"]
    view = [(THIRD, "No objection to a small test.")]
    assert seen_by(coordinator, world) == view
    for outsider in (world.staff("case"), world.other("case"), firm, office):
        assert seen_by(outsider, world) == []
        cell = next(cell for cell in reading.case(outsider, world.case_id).desks if cell.code == THIRD)
        assert (cell.state, cell.words) == ("assessing", "Assessing")
    open_positions(world)
    assert seen_by(world.staff("case"), world) == seen_by(world.other("case"), world) == view
    for outsider in (firm, office):
        assert seen_by(outsider, world) == []
        cell = next(cell for cell in reading.case(outsider, world.case_id).desks if cell.code == THIRD)
        assert cell.words == "Assessing", "how a body that was asked has answered is the authorities' own matter"


def test_consent_is_given_with_conditions_or_refused_and_a_later_answer_supersedes(world: World, maker: Maker) -> None:
    desk_id = asked(world, maker, Part.CONSENTS)
    coordinator = somebody(maker, world, Role.COORDINATOR)
    desks.refuse_consent(coordinator, desk_id, reasons="Not yet.")
    assert state(desk_id) == "consent_refused"
    desks.consent(coordinator, desk_id, reasons="The plan is better now.", conditions="A monthly report.")
    assert state(desk_id) == "consented"
    rows = db.session.scalars(select(DeskAnswer).order_by(DeskAnswer.given_at)).all()
    assert [(row.outcome, row.superseded_at is None) for row in rows] == [
        ("refuses_consent", False),
        ("consents_with_conditions", True),
    ]
    open_positions(world)
    assert seen_by(world.staff("case"), world) == [(THIRD, "The plan is better now.")], "superseded ones stay inside"
    assert len(seen_by(coordinator, world)) == 2
    desks.consent(coordinator, desk_id, reasons="Without conditions.")
    assert db.session.scalar(select(DeskAnswer.outcome).where(DeskAnswer.superseded_at.is_(None))) == "consents"


def test_each_part_has_its_own_path_only(world: World, maker: Maker) -> None:
    desk_id = asked(world, maker, Part.CONSULTS)
    coordinator, intake = somebody(maker, world, Role.COORDINATOR), somebody(maker, world, Role.INTAKE_OFFICER)
    with pytest.raises(NotNow):
        desks.consent(coordinator, desk_id, reasons="We consent.")
    with pytest.raises(NotNow):
        desks.start_screening(intake, desk_id)
    with pytest.raises(NotNow):
        desks.give_view(world.staff("coordinator"), world.desk_id, reasons="We decide.")
    with pytest.raises(NotAllowed):
        desks.give_view(intake, desk_id, reasons="Not mine.")
    for stranger in (world.staff("coordinator"), world.outsiders["signatory@harbourlight.example"]):
        with pytest.raises(NotFound if stranger.organisation.value == "authority" else NotAllowed):
            desks.give_view(stranger, desk_id, reasons="Not mine.")
    assert db.session.scalar(select(DeskAnswer.id)) is None


def test_the_opening_waits_for_no_desk_that_does_not_decide(world: World, maker: Maker) -> None:
    desk_id = asked(world, maker, Part.CONSENTS)
    open_positions(world)
    assert reading.case(world.staff("case"), world.case_id).opened
    assert state(desk_id) == "consent_sought"
    coordinator = somebody(maker, world, Role.COORDINATOR)
    desks.consent(coordinator, desk_id, reasons="After the opening.")
    assert seen_by(world.other("case"), world) == [(THIRD, "After the opening.")], "nothing to be swayed any more"
    desks.opt_out(world.cast.staff(OTHER, "coordinator"), story.desk_of(world.case_id, OTHER), reason="No remit.")
    assert state(world.desk_id) == "deliberating" and SEALED
