"""Whose turn it is: the table covers every state, and names only what the grants know."""

from __future__ import annotations

import pytest

from sandbox.domain.actors import Role
from sandbox.domain.lifecycles import ANSWERED, DECISION, DESK, ENDED_DESK
from sandbox.domain.turns import RULES, TURNS, Turn, holders, turn_of

pytestmark = pytest.mark.once


def test_every_turn_has_words_and_every_rule_names_states_that_there_are() -> None:
    assert set(TURNS) == set(Turn)
    assert all(TURNS[turn].words for turn in Turn if turn is not Turn.NOBODY)
    assert all(rule.states <= set(DESK.states) for rule in RULES)
    assert all(rule.decision in {None, *DECISION.states} for rule in RULES)


def test_a_desk_that_is_open_waits_for_somebody_and_one_that_ended_for_nobody() -> None:
    for state in DESK.states:
        over = state in ENDED_DESK or state in ANSWERED or state == "issued"
        for decision in (None, *DECISION.states):
            for asked in (False, True):
                found = turn_of(state, decision, asked=asked)
                assert (found is Turn.NOBODY) == over, (state, decision, asked)


@pytest.mark.parametrize(
    ("state", "decision", "asked", "words"),
    [
        ("routed", None, False, "Intake officer"),
        ("screening", None, False, "Case officer"),
        ("screening", None, True, "The firm"),
        ("incomplete", None, False, "The firm"),
        ("assessing", None, False, "Case officer"),
        ("assessing", None, True, "The firm"),
        ("assessed", None, False, "The other authorities"),
        ("deliberating", None, False, "Case officer"),
        ("deliberating", "drafted", False, "Case officer or issuing administrator"),
        ("deliberating", "drafted", True, "The firm"),
        ("deliberating", "ready_to_sign", True, "Decision maker"),
        ("deliberating", "signed", False, "Issuing administrator"),
        ("procedure", "drafted", False, "Case officer"),
        ("decided", "signed", False, "Issuing administrator"),
        ("issued", "issued", False, ""),
        ("closed", "ready_to_sign", False, ""),
    ],
)
def test_the_first_rule_that_fits_counts(state: str, decision: str | None, asked: bool, words: str) -> None:
    assert TURNS[turn_of(state, decision, asked=asked)].words == words


def test_who_can_have_a_turn_is_what_the_grants_say() -> None:
    assert holders(Turn.SIGNATURE) == {Role.DECISION_MAKER}
    assert holders(Turn.ISSUE) == {Role.ISSUING_ADMINISTRATOR}
    assert holders(Turn.REVIEWERS) == {Role.CASE_OFFICER}
    assert holders(Turn.FIRM) == holders(Turn.OTHERS) == holders(Turn.NOBODY) == frozenset()
