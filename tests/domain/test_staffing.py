"""Who is suggested for a desk, why, and when taking somebody else needs a reason."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from sandbox.domain.actors import Role
from sandbox.domain.staffing import Candidate, better, reasons, suggested

OFFICER = frozenset({Role.CASE_OFFICER})


def somebody(number: int, roles: frozenset[Role] = OFFICER, **more: Any) -> Candidate:
    """A candidate."""
    return Candidate(UUID(int=number), f"Person {number}", roles, **more)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"load": 1}, {"load": 2}),
        ({"load": 9}, {"load": 0, "away_until": date(2027, 1, 4)}),
        ({"load": 9}, {"load": 0, "declared": "pending"}),
        ({"load": 9, "in_team": True}, {"load": 0, "in_team": False}),
        ({"load": 9, "deputises": "Ada"}, {"load": 0}),
        ({"load": 3}, {"load": 3}),  # equal: by name
    ],
)
def test_the_better_one_is_suggested(first: dict[str, Any], second: dict[str, Any]) -> None:
    one, other = somebody(1, **first), somebody(2, **second)
    for people in ([one, other], [other, one]):
        assert suggested(people) == {Role.CASE_OFFICER: one.person_id}
        assert better(people, one.person_id) == ()
        assert better(people, other.person_id) == ("Case officer: Person 1",)


def test_who_is_recused_is_never_suggested() -> None:
    people = [somebody(1, declared="recused"), somebody(2, load=50)]
    assert suggested(people) == {Role.CASE_OFFICER: UUID(int=2)}


def test_a_role_that_is_held_needs_nobody_unless_the_holder_is_away() -> None:
    held = somebody(1, assigned=True)
    assert suggested([held, somebody(2)]) == {}
    assert better([held, somebody(2)], UUID(int=2)) == ()
    away = somebody(1, assigned=True, away_until=date(2027, 1, 4))
    assert suggested([away, somebody(2)]) == {Role.CASE_OFFICER: UUID(int=2)}


def test_a_deputy_is_taken_without_a_reason() -> None:
    away = somebody(1, assigned=True, away_until=date(2027, 1, 4))
    people = [away, somebody(2), somebody(3, load=9, deputises="Person 1")]
    assert suggested(people) == {Role.CASE_OFFICER: UUID(int=3)}
    assert better(people, UUID(int=2)) == ("Case officer: Person 3",)


def test_one_suggestion_of_several_roles_is_enough() -> None:
    both = somebody(1, frozenset({Role.CASE_OFFICER, Role.SPECIALIST}), load=5)
    people = [both, somebody(2, load=1)]
    assert suggested(people) == {Role.CASE_OFFICER: UUID(int=2), Role.SPECIALIST: UUID(int=1)}
    assert better(people, UUID(int=1)) == ()


def test_heads_and_strangers_need_no_reason() -> None:
    people = [somebody(1), somebody(2, frozenset({Role.COORDINATOR}))]
    assert better(people, UUID(int=2)) == () == better(people, UUID(int=99))


def test_reasons_are_words() -> None:
    one = somebody(1, load=1, away_until=date(2027, 1, 4), in_team=False, declared="pending", deputises="Ada Able")
    assert reasons(one) == (
        "Deputises for Ada Able, who is away",
        "Not in the team of this desk",
        "Works on 1 open case",
        "Away until 4 January 2027",
        "Has an interest that is not settled",
    )
    assert reasons(somebody(2, load=2, in_team=True, declared="waived")) == (
        "In the team of this desk",
        "Works on 2 open cases",
        "Has declared interests",
    )
    assert reasons(somebody(3))[-1] == "Has not declared interests yet"
    assert reasons(somebody(4, declared="recused"))[-1] == "Has an interest and takes no part"
