"""What desks read of assessments: their own before the opening, all of them after it; the firm never."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.domain.errors import NotFound
from sandbox.extensions import db
from sandbox.models.assessments import Divergence
from sandbox.queries import assessments as queries
from sandbox.services import divergences
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build, open_positions

TODAY = date(2026, 11, 21)


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def test_the_workbench_is_the_own_desks_and_nobody_elses(world: World) -> None:
    bench = queries.workbench(world.staff("case"), world.case_id)
    assert (bench.code, bench.jurisdiction, bench.state) == (SEALED, "UK", "assessing")
    assert bench.currencies == {"UK": "GBP", "US": "USD"}
    assert bench.found == len(bench.criteria) == 5
    assert bench.writable and bench.may_file and not bench.missing()
    assert {limit.metric for limit in bench.limits} == {"customers", "total-value"}
    assert {limit.currency for limit in bench.limits} == {None, "GBP"}
    theirs = queries.workbench(world.other("case"), world.case_id)
    assert {one.id for one in theirs.criteria}.isdisjoint(one.id for one in bench.criteria)
    with pytest.raises(NotFound):
        queries.proposed(world.other("case"), world.case_id, bench.conditions[0].id)
    for person in (world.staff("records"), world.staff("issuing"), world.outsiders["signatory@harbourlight.example"]):
        with pytest.raises(NotFound):
            queries.workbench(person, world.case_id)


def test_heads_read_the_assessment_but_do_not_write_it(world: World) -> None:
    bench = queries.workbench(world.staff("coordinator"), world.case_id)
    assert bench.found and not bench.writable and not bench.may_file


def test_everything_missing_is_named_at_once(world: World) -> None:
    whole = queries.workbench(world.staff("case"), world.case_id)
    assert whole.missing("approve", "") == ["Summarise the reasons for the recommendation."]
    assert whole.missing("", "Words.") == ["Choose what the desk recommends."]


def test_a_sealed_column_stays_sealed_until_all_have_filed(world: World) -> None:
    story.file(world.cast, world.case_id, SEALED, "refuse", "Sealed summary.")
    mine = {desk.code: desk for desk in queries.comparison(world.staff("case"), world.case_id).desks}
    assert mine[SEALED].recommendation == "refuse"
    theirs = queries.comparison(world.other("case"), world.case_id)
    assert {desk.code: desk.record for desk in theirs.desks} == {SEALED: None, OTHER: None}
    assert not theirs.opened and theirs.rows == ()
    with pytest.raises(NotFound):
        queries.comparison(world.outsiders["signatory@harbourlight.example"], world.case_id)


def test_positions_open_to_the_desks_and_never_to_the_firm(world: World) -> None:
    open_positions(world)
    for person in (world.staff("case"), world.other("decision")):
        found = queries.comparison(person, world.case_id)
        assert found.opened
        assert {desk.code for desk in found.desks if desk.record} == {SEALED, OTHER}
        shared = next(row for row in found.rows if row.key == "consumer-protection")
        assert set(shared.cells) == {SEALED, OTHER} and not shared.differs
        assert shared.words(SEALED) == "Met"
    for email in ("signatory@harbourlight.example", "secretariat@programme_office.example"):
        with pytest.raises(NotFound):
            queries.board(world.outsiders[email], world.case_id, TODAY)


def test_the_board_shows_views_gap_and_choices(world: World, statements: Any) -> None:
    open_positions(world)
    person = world.staff("case")
    with statements() as seen:
        board = queries.board(person, world.case_id, TODAY)
    assert len(seen) == 5
    row = next(row for row in board.rows if row.key == "total-value")
    assert row.gap == "Different currencies"
    assert row.views[SEALED] is not None and row.views[OTHER] is not None
    assert row.views[SEALED][0] == "at most GBP 2,000,000 at any time"
    assert row.waits_for == (SEALED, OTHER) and not row.settled
    divergences.settle(world.staff("case"), row.id, choice="both")
    after = next(one for one in queries.board(world.other("case"), world.case_id, TODAY).rows if one.id == row.id)
    assert [(one.code, one.choice) for one in after.choices] == [(SEALED, "both")]
    assert after.mine is None and after.waits_for == (OTHER,)
    assert divergences.settle(world.other("case"), row.id, choice="both")
    after = next(one for one in queries.board(world.other("case"), world.case_id, TODAY).rows if one.id == row.id)
    assert after.settled and after.disposition == "both"
    assert db.session.scalar(select(Divergence.state).where(Divergence.id == row.id)) == "settled"
