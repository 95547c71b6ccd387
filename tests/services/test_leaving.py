"""The firm withdraws from one authority: its desk closes, the others go on, and what follows for the outcome."""

from __future__ import annotations

import pytest

from sandbox.cli.demo import story
from sandbox.domain.actors import Actor
from sandbox.domain.errors import Incomplete, NotAllowed, NotFound, NotNow
from sandbox.domain.outcomes import Outcome
from sandbox.extensions import db
from sandbox.models.desks import Case, Desk, Request
from sandbox.queries import desks as queries
from sandbox.services import clocks, desks
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build
from tests.services.asking import sent


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment at two desks."""
    return build(maker)


def firm(world: World) -> Actor:
    return world.outsiders["signatory@harbourlight.example"]


def desk(world: World, code: str) -> Desk:
    db.session.rollback()
    return db.session.get_one(Desk, story.desk_of(world.case_id, code))


def test_one_desk_closes_and_the_other_goes_on(world: World) -> None:
    request_id = sent(world)
    desks.leave(firm(world), world.case_id, authority=SEALED, reason="Not in the United Kingdom after all.")
    assert desk(world, SEALED).state == "closed"
    assert desk(world, SEALED).left_because == (
        "The firm withdrew from this authority: Not in the United Kingdom after all."
    )
    assert clocks.running(desk(world, SEALED)) == ()
    assert db.session.get_one(Request, request_id).state == "cancelled"
    assert desk(world, OTHER).state == "assessing"
    with pytest.raises((NotNow, Incomplete)):
        story.file(world.cast, world.case_id, SEALED, "approve", "Too late.")
    story.file(world.cast, world.case_id, OTHER, "approve", "We go on.")
    db.session.rollback()
    assert db.session.get_one(Case, world.case_id).opened_at is not None, "nobody else is waited for"


def test_without_a_required_authority_there_is_no_joint_outcome(world: World) -> None:
    desks.leave(firm(world), world.case_id, authority=SEALED, reason="Not there.")
    found = queries.case(firm(world), world.case_id)
    assert found.outcome is not None
    assert found.outcome.outcome is Outcome.COLLAPSED
    assert SEALED in found.outcome.reason


def test_the_last_authority_is_not_left_but_the_application_withdrawn(world: World) -> None:
    desks.leave(firm(world), world.case_id, authority=SEALED, reason="Not there.")
    with pytest.raises(NotNow, match="Withdraw the whole application"):
        desks.leave(firm(world), world.case_id, authority=OTHER, reason="Nor there.")


def test_who_may_and_what_is_needed(world: World) -> None:
    for email in ("contributor@harbourlight.example", "owner@harbourlight.example"):
        with pytest.raises(NotAllowed):
            desks.leave(world.outsiders[email], world.case_id, authority=SEALED, reason="Why not.")
    with pytest.raises((NotFound, NotAllowed)):
        desks.leave(world.staff("coordinator"), world.case_id, authority=SEALED, reason="Why not.")
    with pytest.raises(Incomplete):
        desks.leave(firm(world), world.case_id, authority=SEALED, reason="  ")
    with pytest.raises(NotFound):
        desks.leave(firm(world), world.case_id, authority="CFTC", reason="Why not.")
    assert desk(world, SEALED).state == "assessing"
