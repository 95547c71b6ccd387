"""Whose turn it is, as the database keeps it: always what the table in the domain says."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from sandbox.cli.demo import story
from sandbox.domain.actors import Role
from sandbox.domain.lifecycles import DECISION, DESK
from sandbox.domain.turns import Turn, turn_of
from sandbox.extensions import db
from sandbox.models.decisions import Decision
from sandbox.models.desks import Case, Desk
from sandbox.services.turns import turn
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, build, open_positions


def kept(desk_id: UUID) -> Any:
    """The turn of a desk and since when, as they are stored."""
    return db.session.execute(select(Desk.turn, Desk.turn_since).where(Desk.id == desk_id)).one()


def test_the_database_says_what_the_table_says_for_every_state_and_decision(maker: Maker) -> None:
    firm = maker.person(maker.firm(), Role.SIGNATORY)
    case = maker.case(firm, desks=(SEALED,))
    desk_id = case.desks[SEALED]
    decision = Decision(
        case_id=case.id,
        desk_id=desk_id,
        number="JS-1/FCA/1",
        drafted_by=firm.person_id,
        application_version_id=db.session.scalar(select(Case.current_version_id).where(Case.id == case.id)),
    )
    for held in (None, *DECISION.states):
        if held == "drafted":
            db.session.add(decision)
            db.session.commit()
        for state in DESK.states:
            db.session.execute(update(Desk).values(state=state))
            said = db.session.scalar(select(turn()).where(Desk.__table__.c.id == desk_id))
            known = held if held in (None, "drafted") else "drafted"
            assert said == turn_of(state, known)
        db.session.rollback()


def test_it_follows_the_story_of_a_desk(maker: Maker) -> None:
    world = build(maker)
    desk_id = world.desk_id
    assert kept(desk_id).turn == Turn.REVIEWERS
    before = kept(desk_id).turn_since
    story.file(world.cast, world.case_id, SEALED, "approve", "As found.")
    assert kept(desk_id).turn == Turn.OTHERS
    assert kept(desk_id).turn_since > before
    story.file(world.cast, world.case_id, OTHER, "approve", "As found.")
    opened = kept(desk_id)
    assert opened.turn == Turn.DELIBERATION
    story.settle(world.cast, world.case_id)
    assert kept(desk_id) == opened, "nothing that the turn hangs on has changed"
    story.decide(world.cast, world.case_id, SEALED, send=False)
    assert kept(desk_id).turn == Turn.DRAFT


def test_a_desk_that_leaves_waits_for_nobody(maker: Maker) -> None:
    world = build(maker)
    story.desks.opt_out(world.staff("coordinator"), world.desk_id, reason="No remit after all.")
    assert kept(world.desk_id).turn == Turn.NOBODY


def test_what_is_undone_leaves_no_turn_behind(maker: Maker) -> None:
    world = build(maker)
    before = kept(world.desk_id)
    desk = db.session.get_one(Desk, world.desk_id)
    desk.state = "closed"
    db.session.flush()
    db.session.rollback()
    db.session.commit()
    assert kept(world.desk_id) == before


@pytest.mark.pdf
@pytest.mark.slow
def test_a_decision_waits_for_its_signatory_and_issued_for_nobody(maker: Maker) -> None:
    from sandbox.services.decisions import editions  # noqa: PLC0415 - keys are slow to make

    editions.make_demo_keys()
    world = build(maker)
    open_positions(world)
    story.settle(world.cast, world.case_id)
    decision = story.decide(world.cast, world.case_id, SEALED)
    assert kept(world.desk_id).turn == Turn.SIGNATURE
    story.sign_and_issue(world.cast, decision, SEALED)
    assert kept(world.desk_id).turn == Turn.NOBODY
