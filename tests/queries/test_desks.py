"""What staff, firms and the office read of cases: the gate of declarations, the masks, keysets, SQL counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from sandbox.cli.demo import scenes, story
from sandbox.cli.demo.firms import FIRMS
from sandbox.domain.actions import Action
from sandbox.domain.actors import Role
from sandbox.domain.errors import NotAllowed, NotFound
from sandbox.domain.lifecycles import ANSWERED, ASKED, DESK, ENDED_DESK, MASK
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.desks import Case, Desk
from sandbox.queries import cursor
from sandbox.queries import desks as queries
from sandbox.queries.desks.inbox import Asked
from sandbox.queries.desks.states import STATE_WORDS, shown_state
from sandbox.services import desks
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build, open_positions

# Cursors whose moment is outside the years that there are, without a time zone, or no text at all.
NO_MOMENTS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-21", "\ud800")


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def test_every_state_has_words() -> None:
    assert set(STATE_WORDS) == set(DESK.states)


@pytest.mark.parametrize("state", [state for state in DESK.states if state not in ENDED_DESK])
def test_outside_a_desk_one_word_stands_for_every_state_until_the_case_opens(state: str) -> None:
    assert shown_state(state, mine=False, case_opened=False) == MASK
    assert shown_state(state, mine=True, case_opened=False) == state
    assert shown_state(state, mine=False, case_opened=True, to_desk=True) == state
    asked = state in (*ASKED, *ANSWERED)
    assert shown_state(state, mine=False, case_opened=True) == (MASK if asked else state), "nor does the firm ever"


def test_a_desk_that_joined_late_is_masked_until_it_has_filed() -> None:
    assert shown_state("screening", mine=False, case_opened=True, desk_opened=False) == MASK
    assert shown_state("screening", mine=False, case_opened=True, desk_opened=False, deciding=False) == "screening"


class TestInbox:
    def test_who_has_not_declared_sees_parties_state_and_dates_but_no_title(self, world: World) -> None:
        rows = {row.case_id: row for row in queries.inbox(world.staff("records")).rows}
        assert set(rows) == {world.case_id, world.routed_id}
        assert all(row.title is None and not row.declared for row in rows.values())
        assert rows[world.case_id].firm == FIRMS[0].name
        assert rows[world.case_id].due_kind == "programme service standard"

    def test_assigned_staff_read_the_title_and_whose_turn_it_is(self, world: World) -> None:
        row = next(row for row in queries.inbox(world.staff("case")).rows if row.case_id == world.case_id)
        assert (row.title, row.my_turn, row.assigned, row.people) == (FIRMS[0].product, True, True, 5)

    def test_a_recused_persons_case_is_not_there_and_not_counted(self, world: World) -> None:
        person = world.staff("case")
        before = queries.dashboard(person).counts["turn"]
        desks.declare(person, world.case_id, outcome="recused", details="My brother works there.")
        assert [row.case_id for row in queries.inbox(person).rows] == [world.routed_id]
        assert queries.inbox(person, Asked(find=FIRMS[0].name)).rows == []
        assert queries.dashboard(person).counts["turn"] == before - 1
        with pytest.raises(NotFound):
            queries.case(person, world.case_id)

    def test_search_finds_reference_and_firm_but_a_title_only_for_its_readers(self, world: World) -> None:
        word = FIRMS[0].product.split()[-1]
        assert [row.case_id for row in queries.inbox(world.staff("case"), Asked(find=word)).rows] == [world.case_id]
        assert queries.inbox(world.staff("records"), Asked(find=word)).rows == []
        assert len(queries.inbox(world.staff("records"), Asked(find="JS-")).rows) == 2
        assert queries.inbox(world.staff("case"), Asked(find="zzz%_/")).rows == []

    def test_the_filters(self, world: World) -> None:
        names = {world.case_id: "case", world.routed_id: "routed"}
        for duty, show, expected in (
            ("case", "turn", ["case"]),
            ("case", "mine", ["case"]),
            ("case", "declare", []),
            ("intake", "declare", ["routed"]),
            ("intake", "turn", []),
            ("intake", "waiting", ["case"]),
            ("decision", "turn", []),
            ("specialist", "turn", []),
        ):
            found = [names[row.case_id] for row in queries.inbox(world.staff(duty), Asked(show=show)).rows]
            assert found == expected, (duty, show)

    def test_what_is_due_soon(self, world: World) -> None:
        assert queries.inbox(world.staff("case"), Asked(show="due")).rows == []
        db.session.execute(update(Desk).values(due_on=now().date() + timedelta(days=3)))
        db.session.commit()
        assert [row.case_id for row in queries.inbox(world.staff("case"), Asked(show="due")).rows] == [world.case_id]

    def test_only_an_authoritys_staff_have_an_inbox(self, world: World) -> None:
        for email in (FIRMS[0].people[0][0], "secretariat@programme_office.example"):
            with pytest.raises(NotAllowed):
                queries.inbox(world.outsiders[email])

    def test_pages_follow_each_other_without_gap_or_repetition(self, maker: Maker) -> None:
        firm = maker.person(maker.firm(), Role.SIGNATORY)
        made = [maker.case(firm).id for _ in range(8)]
        same = now()
        db.session.execute(update(Desk).values(created_at=same))
        db.session.commit()
        person, after, seen = maker.staff(SEALED, Role.CASE_OFFICER), None, []
        while True:
            page = queries.inbox(person, after=after, size=3)
            seen += [row.case_id for row in page.rows]
            after = page.after
            if after is None:
                break
        assert len(seen) == len(made)
        assert set(seen) == set(made)

    def test_nonsense_as_a_place_is_the_beginning(self, world: World) -> None:
        for after in ("x", "W10", "a" * 5000, *(cursor(key, uuid4()) for key in NO_MOMENTS)):
            assert len(queries.inbox(world.staff("case"), after=after).rows) == 2

    def test_it_takes_one_statement_and_the_dashboard_four(self, world: World, statements: Any) -> None:
        person = world.staff("case")
        with statements() as seen:
            queries.inbox(person)
        assert len(seen) == 1
        with statements() as seen:
            queries.dashboard(person)
        assert len(seen) == 4


class TestCase:
    def test_each_reader_has_their_own_cut(self, world: World) -> None:
        mine = queries.case(world.staff("case"), world.case_id)
        theirs = queries.case(world.other("case"), world.case_id)
        firm = queries.case(world.outsiders["signatory@harbourlight.example"], world.case_id)
        office = queries.case(world.outsiders["secretariat@programme_office.example"], world.case_id)
        assert mine.mine is not None and mine.mine.code == SEALED and mine.mine.why
        assert theirs.mine is not None and theirs.mine.code == OTHER
        assert firm.mine is None and {cell.state for cell in firm.desks} == {MASK}
        assert office.mine is None and not any(cell.why for cell in office.desks)
        assert {letter.code for letter in mine.letters} == {SEALED}
        assert {letter.code for letter in firm.letters} == {SEALED, OTHER}
        assert office.letters == ()
        assert mine.outcome is not None and mine.outcome.title == "Pending"

    def test_before_a_declaration_there_is_nothing_to_read(self, world: World) -> None:
        page = queries.case(world.staff("records"), world.case_id)
        assert page.sight.must_declare
        assert (page.outcome, page.letters, page.version) == (None, (), None)
        assert not any(cell.why for cell in page.desks)
        for read in (queries.dossier, queries.own_desk):
            with pytest.raises(NotFound):
                read(world.staff("records"), world.case_id)

    def test_what_is_not_there_and_what_may_not_be_seen_are_the_same(self, world: World) -> None:
        for case_id in (uuid4(), world.case_id):
            with pytest.raises(NotFound, match=r"There is nothing here\."):
                queries.case(world.outsiders["signatory@tessellate.example"], case_id)

    def test_the_possible_acts_are_those_of_grant_and_state(self, world: World) -> None:
        actions = queries.case(world.staff("case"), world.case_id).actions
        assert Action.POSITION_FILE in actions and Action.FINDING_RECORD in actions
        assert Action.DESK_SCREEN not in actions and Action.DESK_OPT_OUT not in actions
        assert Action.DESK_OPT_OUT in queries.case(world.staff("coordinator"), world.case_id).actions

    def test_states_are_true_after_the_opening(self, world: World) -> None:
        open_positions(world)
        page = queries.case(world.other("case"), world.case_id)
        assert {cell.state for cell in page.desks} == {"deliberating"}
        assert not any(cell.sealed for cell in page.desks)
        assert page.work.open_divergences == page.work.divergences > 0
        firm = queries.case(world.outsiders["signatory@harbourlight.example"], world.case_id)
        assert firm.work.divergences == 0

    def test_the_number_of_statements_does_not_grow_with_the_case(self, world: World, statements: Any) -> None:
        person = world.staff("case")
        with statements() as small:
            queries.case(person, world.case_id)
        open_positions(world)
        story.decide(world.cast, world.case_id, SEALED, send=False)
        with statements() as large:
            queries.case(person, world.case_id)
        assert len(small) == len(large) <= 7

    def test_a_withdrawn_case_offers_nothing(self, world: World) -> None:
        scenes.applications.withdraw(
            world.cast["signatory@harbourlight.example"], story.application_of(world.case_id), reason="Reworking."
        )
        page = queries.case(world.staff("case"), world.case_id)
        assert page.actions == frozenset()
        assert page.outcome is not None and page.outcome.title == "Withdrawn"


class TestPipeline:
    def test_the_office_reads_masked_states_and_dates(self, world: World) -> None:
        rows = queries.pipeline(world.outsiders["secretariat@programme_office.example"]).rows
        assert [row.case_id for row in rows] == [world.routed_id, world.case_id]
        assert {cell.state for row in rows for cell in row.desks} == {MASK}
        assert all(cell.due_on for row in rows for cell in row.desks)

    @pytest.mark.parametrize("key", NO_MOMENTS)
    def test_a_place_that_cannot_be_is_the_beginning(self, world: World, key: str) -> None:
        office = world.outsiders["secretariat@programme_office.example"]
        assert len(queries.pipeline(office, after=cursor(key, uuid4())).rows) == 2

    def test_nobody_else_does(self, world: World) -> None:
        with pytest.raises(NotAllowed):
            queries.pipeline(world.staff("coordinator"))


class TestOwnDesk:
    def test_people_their_declarations_and_the_clock(self, world: World) -> None:
        desk = queries.own_desk(world.staff("intake"), world.case_id)
        people = {one.name: one for one in desk.staff}
        assert people["Case Of Fca"].assigned and people["Case Of Fca"].declared == "none"
        assert people["Records Of Fca"].declared is None
        assert "Ethics Of Fca" not in people
        assert desk.clock is not None and not desk.clock.by_law
        assert desk.clock.due_on == db.session.scalar(select(Desk.due_on).where(Desk.id == world.desk_id))
        assert len(desk.clock.steps) > 1
        assert not desk.may_go_alone

    def test_the_dossier_is_the_last_submitted_version(self, world: World) -> None:
        found = queries.dossier(world.staff("case"), world.case_id)
        assert (found.number, found.record["sections"]["product"]["name"]) == (1, FIRMS[0].product)
        version_id = db.session.scalar(select(Case.current_version_id).where(Case.id == world.case_id))
        assert found.id == version_id
        with pytest.raises(NotFound):
            queries.dossier(world.staff("case"), world.case_id, 2)
