"""When a desk is idle: working days of its own calendar, two levels, the right people."""

from __future__ import annotations

from datetime import date

import pytest

from sandbox.adapters.calendars import calendar
from sandbox.domain.actions import Action
from sandbox.domain.actors import Role
from sandbox.domain.idleness import ACTOR, HEAD, STEPS, level, open_days, roles_for
from sandbox.domain.turns import Turn


@pytest.mark.parametrize(
    ("since", "today", "passed"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), 0),
        (date(2026, 11, 23), date(2026, 11, 24), 0),  # today is not over
        (date(2026, 11, 23), date(2026, 11, 30), 4),
        (date(2026, 12, 23), date(2026, 12, 30), 2),  # Christmas and the day after it, moved to the Monday
        (date(2026, 11, 28), date(2026, 11, 30), 0),
    ],
)
def test_working_days_that_have_passed(since: date, today: date, passed: int) -> None:
    assert open_days(since, today, calendar("GB-ENG"), 100) == passed


def test_counting_stops() -> None:
    assert open_days(date(2026, 1, 1), date(2028, 1, 1), calendar("GB-ENG"), 10) == 11


@pytest.mark.parametrize(("day", "expected"), [(30, 0), (1, 0), (2, ACTOR), (8, ACTOR), (9, HEAD), (31, HEAD)])
def test_the_levels_of_five_days(day: int, expected: int) -> None:
    today = date(2026, 11 if day == 30 else 12, day)
    assert level(date(2026, 11, 23), today, calendar("GB-ENG"), 5) == expected


def test_the_countries_count_apart() -> None:
    """Thanksgiving: the American desk has had one working day less."""
    days = [open_days(date(2026, 11, 23), date(2026, 12, 1), calendar(code), 100) for code in ("GB-ENG", "US-FED")]
    assert days == [5, 4]


def test_who_is_written_to() -> None:
    assert roles_for(Turn.SIGNATURE, ACTOR) == {Role.DECISION_MAKER}
    assert roles_for(Turn.REVIEWERS, ACTOR) == {Role.CASE_OFFICER}
    assert all(roles_for(turn, HEAD) == {Role.COORDINATOR} for turn in STEPS)
    assert all(roles_for(turn, ACTOR) for turn in STEPS)
    assert Role.SYSTEM not in {role for turn in STEPS for role in roles_for(turn, ACTOR)}


def test_the_step_is_the_one_that_ends_the_turn() -> None:
    assert STEPS[Turn.REVIEWERS] is Action.POSITION_FILE
    assert STEPS[Turn.DELIBERATION] is Action.DECISION_DRAFT
    assert {Turn.FIRM, Turn.OTHERS, Turn.NOBODY}.isdisjoint(STEPS)
