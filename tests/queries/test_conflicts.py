"""Declarations, parties and staff as rows: in how many statements, in which order, and for whom."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from sandbox.domain.actors import Actor, Role
from sandbox.domain.errors import NotAllowed, NotFound
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.desks import CaseParty, ConflictDeclaration, DeskAssignment, StandingInterest
from sandbox.queries import desks as queries
from sandbox.queries import teams
from sandbox.queries.desks.staffing import staff
from tests.factories import Made, Maker

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def firm(maker: Maker) -> Actor:
    """Somebody of a firm."""
    return maker.person(maker.firm(), Role.SIGNATORY)


@pytest.fixture
def ethics(maker: Maker) -> Actor:
    """The ethics officer of the FCA."""
    return maker.staff("FCA", Role.ETHICS_OFFICER)


def filled(maker: Maker, firm: Actor, number: int) -> Made:
    """A case with so many colleagues who declared, parties and assignments."""
    case = maker.case(firm)
    for place in range(number):
        person = maker.staff("FCA", Role.CASE_OFFICER)
        maker.declare(case, person, ("pending", "none", "managed")[place % 3])
        db.session.add(DeskAssignment(desk_id=case.desks["FCA"], person_id=person.me))
        db.session.add(CaseParty(case_id=case.id, kind="controller", name=f"Controller {place}"))
    db.session.commit()
    return case


def sent(statements: Counting, ask: Callable[[], object]) -> int:
    """How many statements a question takes."""
    with statements() as seen:
        ask()
    return len(seen)


@pytest.mark.parametrize("number", [2, 20])
def test_statements_do_not_grow_with_the_case(
    maker: Maker, firm: Actor, ethics: Actor, statements: Counting, number: int
) -> None:
    coordinator, case = maker.staff("FCA", Role.COORDINATOR), filled(maker, firm, number)
    db.session.add(StandingInterest(person_id=coordinator.me, kind="employer", name="Controller"))
    maker.declare(case, coordinator)
    seen = queries.sight(coordinator, case.id)
    assert sent(statements, lambda: queries.of_case(ethics, case.id)) == 4
    assert sent(statements, lambda: queries.parties(coordinator, case.id)) == 3
    assert sent(statements, lambda: queries.declaring(seen)) == 5
    assert sent(statements, lambda: queries.declarations(ethics, show="all")) == 1
    assert sent(statements, lambda: staff(case.desks["FCA"], seen.created_at.date())) == 1


def test_the_list_is_read_page_by_page(maker: Maker, firm: Actor, ethics: Actor) -> None:
    filled(maker, firm, 7)
    first = queries.declarations(ethics, show="all", size=3)
    second = queries.declarations(ethics, show="all", size=3, after=first.after)
    third = queries.declarations(ethics, show="all", size=3, after=second.after)
    ids = [row.id for page in (first, second, third) for row in page.rows]
    assert len(ids) == len(set(ids)) == 7 and third.after is None
    assert {row.outcome for row in queries.declarations(ethics).rows} == {"pending"}
    assert {row.outcome for row in queries.declarations(ethics, show="interests").rows} == {"pending", "managed"}
    name = first.rows[0].person
    assert {row.person for row in queries.declarations(ethics, show="all", find=name.upper()).rows} == {name}
    assert queries.declarations(ethics, show="all", find="%").rows == []


def test_declarations_of_another_authority_are_not_listed(maker: Maker, firm: Actor, ethics: Actor) -> None:
    case = filled(maker, firm, 2)
    stranger = maker.staff("SEC", Role.ETHICS_OFFICER)
    assert queries.declarations(stranger, show="all").rows == []
    assert queries.of_case(stranger, case.id).live == ()
    for nobody in (firm, maker.staff("CFTC", Role.ETHICS_OFFICER), maker.staff("FCA", Role.CASE_OFFICER)):
        with pytest.raises(NotFound):
            queries.of_case(nobody, case.id)
    assert queries.declarations(maker.staff("FCA", Role.CASE_OFFICER), show="all").rows == []


def test_a_coordinator_lists_the_cases_that_are_open_to_them(maker: Maker, firm: Actor) -> None:
    coordinator = maker.staff("FCA", Role.COORDINATOR)
    declared, other, recused = (filled(maker, firm, 3) for _ in range(3))
    maker.declare(declared, coordinator)
    maker.declare(recused, coordinator, "recused")
    listed = {row.case_id for row in queries.declarations(coordinator, show="all").rows}
    assert listed == {declared.id}
    assert other.id not in listed


def test_earlier_declarations_are_kept_apart(maker: Maker, firm: Actor, ethics: Actor) -> None:
    case, person = maker.case(firm), maker.staff("FCA", Role.SUPERVISOR)
    db.session.add(
        ConflictDeclaration(
            case_id=case.id, person_id=person.me, outcome="none", superseded_at=now(), superseded_because="Sold."
        )
    )
    db.session.commit()
    found = queries.of_case(ethics, case.id)
    assert [row.superseded_because for row in found.earlier] == ["Sold."]
    assert person.me in dict(found.silent) and found.live == ()


def test_teams_and_registers_are_not_for_everybody(maker: Maker, firm: Actor, ethics: Actor) -> None:
    for ask in (teams.teams, teams.leaves, queries.interests):
        with pytest.raises(NotAllowed):
            ask(firm)
    with pytest.raises(NotAllowed):
        teams.teams(ethics)
    with pytest.raises(NotAllowed):
        queries.interests(ethics)
    assert teams.leaves(ethics) == ()
    assert dict(teams.subjects())["custody"].startswith("Custody")
