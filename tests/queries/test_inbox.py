"""The inbox as a list: every filter, every order, pages without gap, and whose turn it says it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from sandbox.cli.demo import story
from sandbox.domain.actors import Actor, Role
from sandbox.domain.turns import Turn
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.decisions import Decision
from sandbox.models.desks import Case, Desk, Team
from sandbox.queries import cursor
from sandbox.queries import desks as queries
from sandbox.queries.desks import SORTS, Asked
from tests.factories import Made, Maker
from tests.journeys.staging import OTHER, SEALED, World, build

CODES = ("FCA", "SEC")


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def listed(person: Actor, **asked: Any) -> list[UUID]:
    """The cases in the inbox, in order."""
    return [row.case_id for row in queries.inbox(person, Asked(**asked)).rows]


def cases(maker: Maker, count: int) -> list[Made]:
    """So many cases as bare rows, each received, due and waiting a day after the one before."""
    firm, made = maker.person(maker.firm(), Role.SIGNATORY), []
    for number in range(count):
        case = maker.case(firm, lead=CODES[number % 2])
        moment = now() - timedelta(days=60 - number)
        day = moment.date() + timedelta(days=90)
        db.session.execute(
            update(Desk).where(Desk.case_id == case.id).values(created_at=moment, turn_since=moment, due_on=day),
        )
        made.append(case)
    db.session.commit()
    return made


@pytest.mark.parametrize("sort", sorted(SORTS))
def test_every_order_is_kept_over_pages_without_gap_or_repetition(maker: Maker, sort: str) -> None:
    made = [case.id for case in cases(maker, 7)]
    person = maker.staff(SEALED, Role.CASE_OFFICER)
    after, seen = None, []
    while True:
        page = queries.inbox(person, Asked(sort=sort), after=after, size=2)
        seen += [row.case_id for row in page.rows]
        after = page.after
        if after is None:
            break
    assert seen == (made[::-1] if sort == "newest" else made)


@pytest.mark.parametrize("sort", sorted(SORTS))
def test_a_place_that_cannot_be_is_the_beginning(maker: Maker, sort: str) -> None:
    cases(maker, 2)
    person = maker.staff(SEALED, Role.CASE_OFFICER)
    for key in ("!", "9999-99-99", "0001-01-01T00:00:00+14:00", "\ud800", "a\0b", ""):
        place = cursor(key, "12345678-9012-4456-8901-234567890123")
        assert len(queries.inbox(person, Asked(sort=sort), after=place).rows) == 2


def test_equal_places_are_told_apart_by_the_case(maker: Maker) -> None:
    made = {case.id for case in cases(maker, 6)}
    same = now()
    db.session.execute(update(Desk).values(turn_since=same, due_on=same.date(), created_at=same))
    db.session.commit()
    person = maker.staff(SEALED, Role.CASE_OFFICER)
    for sort in ("due", "waiting", "newest"):
        first = queries.inbox(person, Asked(sort=sort), size=4)
        second = queries.inbox(person, Asked(sort=sort), after=first.after, size=4)
        assert {row.case_id for row in (*first.rows, *second.rows)} == made, sort
        assert len(first.rows) + len(second.rows) == len(made)


def test_orders_by_date_and_waiting_leave_out_what_has_neither(world: World) -> None:
    person = world.staff("intake")
    story.desks.opt_out(world.staff("coordinator"), world.desk_id, reason="No remit after all.")
    assert listed(person, sort="newest") == [world.routed_id, world.case_id]
    assert listed(person, sort="waiting") == listed(person, sort="due") == [world.routed_id]


def test_the_filters_by_state_turn_part_lead_and_date(maker: Maker) -> None:
    first, second, *_rest = cases(maker, 4)
    person = maker.staff(SEALED, Role.CASE_OFFICER)
    desk = db.session.get_one(Desk, first.desks[SEALED])
    desk.state, desk.part, desk.due_on = "screening", "consults", now().date()
    db.session.commit()
    assert listed(person, state="screening") == listed(person, part="consults") == [first.id]
    assert listed(person, turn=Turn.SCREENING.value) == [first.id]
    assert listed(person, due_before=now().date()) == [first.id]
    assert second.id in listed(person, lead="others") and first.id not in listed(person, lead="others")
    assert set(listed(person, lead="ours")) | set(listed(person, lead="others")) == set(listed(person))
    assert listed(person, state="closed") == []


def test_the_filter_by_team(maker: Maker) -> None:
    first, *_rest = cases(maker, 3)
    team = Team(authority_id=maker.authority(SEALED), code="crypto-x", name="Crypto")
    db.session.add(team)
    db.session.flush()
    db.session.get_one(Desk, first.desks[SEALED]).team_id = team.id
    db.session.commit()
    person = maker.staff(SEALED, Role.CASE_OFFICER)
    assert (team.id, "Crypto") in queries.teams(person)
    assert (team.id, "Crypto") not in queries.teams(maker.staff(OTHER, Role.CASE_OFFICER))
    assert listed(person, team=team.id) == [first.id]
    assert listed(maker.staff(OTHER, Role.CASE_OFFICER), team=team.id) == []


def test_a_search_goes_with_filters_and_orders(world: World) -> None:
    person = world.staff("intake")
    assert set(listed(person, find="JS")) == {world.case_id, world.routed_id}
    for sort in SORTS:
        assert set(listed(person, find="JS", sort=sort)) == {world.case_id, world.routed_id}
    assert listed(person, find="JS", state="routed") == [world.routed_id]
    assert listed(person, find="JS", show="declare") == [world.routed_id]
    assert listed(person, find="--") == []


def waiting(world: World) -> Decision:
    """A decision of the sealed desk that waits for signatures, as a row."""
    desk = db.session.get_one(Desk, world.desk_id)
    desk.state = "deliberating"
    decision = Decision(
        case_id=world.case_id,
        desk_id=desk.id,
        number="JS-1/FCA/1",
        drafted_by=world.staff("issuing").person_id,
        application_version_id=db.session.scalar(select(Case.current_version_id).where(Case.id == world.case_id)),
    )
    db.session.add(decision)
    db.session.commit()
    return decision


def turns(world: World) -> dict[str, bool]:
    """Whose turn the inbox says it is, by duty, on the sealed desk's case."""
    found = {}
    for duty in ("intake", "case", "specialist", "coordinator", "decision", "issuing", "supervisor"):
        rows = {row.case_id: row for row in queries.inbox(world.staff(duty)).rows}
        found[duty] = rows[world.case_id].my_turn
        assert found[duty] == (world.case_id in listed(world.staff(duty), show="turn")), duty
        shown = {row.case_id for row in queries.dashboard(world.staff(duty)).turn}
        assert found[duty] == (world.case_id in shown), duty
    return found


def test_a_draft_is_the_turn_of_who_drafts_and_who_sends(world: World) -> None:
    waiting(world)
    assert {duty for duty, mine in turns(world).items() if mine} == {"case", "issuing"}
    assert queries.case(world.staff("case"), world.case_id).mine.turn == "Case officer or issuing administrator"  # type: ignore[union-attr]


def test_findings_are_the_turn_of_case_officers_and_a_filed_position_of_nobody_here(world: World) -> None:
    assert {duty for duty, mine in turns(world).items() if mine} == {"case"}
    story.file(world.cast, world.case_id, SEALED, "approve", "As found.")
    assert not any(turns(world).values())
    assert world.case_id in listed(world.staff("case"), show="waiting")


def test_the_case_page_and_the_inbox_say_the_same(world: World) -> None:
    for duty in ("case", "coordinator"):
        row = next(row for row in queries.inbox(world.staff(duty)).rows if row.case_id == world.case_id)
        cell = queries.case(world.staff(duty), world.case_id).mine
        assert cell is not None
        assert (cell.turn, cell.turn_since) == (row.turn, row.turn_since)


def test_another_desk_is_told_nothing_of_a_turn(world: World) -> None:
    for cell in queries.case(world.other("case"), world.case_id).desks:
        assert cell.mine or (cell.turn, cell.turn_since) == ("", None)


def test_one_statement_whatever_is_asked(world: World, statements: Any) -> None:
    person = world.staff("case")
    for asked in (Asked(), Asked(find="JS"), Asked(show="turn", sort="waiting"), Asked(state="assessing", lead="ours")):
        with statements() as seen:
            queries.inbox(person, asked)
        assert len(seen) == 1, asked
