"""Every state × every action of every lifecycle against tests/domain/lifecycles.txt: what it does not list is refused.

`python tests/domain/test_lifecycles.py` writes the page anew; read the difference before you keep it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sandbox.domain import needs
from sandbox.domain.actions import Action
from sandbox.domain.errors import NotNow
from sandbox.domain.lifecycles import (
    APPLICATION,
    BEFORE_DECISION,
    DESK,
    ENDED_DESK,
    LIFECYCLES,
    MASK,
    SEALED_STATES,
)
from sandbox.domain.outcomes import OUT
from sandbox.domain.parts import STARTS_AS
from sandbox.domain.workflow import Lifecycle

GOLDEN = Path(__file__).with_name("lifecycles.txt")
LEGEND = "Every step there is. From a state that stands here without the action, the action is refused.\n"
LINE = re.compile(
    r"  (?P<state>\w+) +(?P<action>[\w.]+) +-> (?P<target>\w+)"
    r"(?: +needs (?P<needs>[\w, ]+?))?(?: +tells (?P<tells>[\w, ]+))?"
)
WORDS_OF_TELLS = {"opened", "firm", "observers", "desk", "desks", "owner", "signatories", "issuers"}


def page() -> str:
    """The page as the code has it."""
    lines = [LEGEND]
    for lifecycle in LIFECYCLES:
        lines += [f"{lifecycle.name}: {' '.join(lifecycle.states)}"]
        for state in lifecycle.states:
            for action in lifecycle.actions():
                row = lifecycle.find(action, state)
                if row is None:
                    continue
                named = ", ".join(need.__name__ for need in row.needs)
                words = f"  {state:22} {action.value:27} -> {row.target:16}"
                words += f" needs {named}" if named else ""
                lines.append((words + (f" tells {', '.join(row.tells)}" if row.tells else "")).rstrip())
        lines.append("")
    return "\n".join(lines)


Row = tuple[str, tuple[str, ...], tuple[str, ...]]


def parsed() -> dict[str, tuple[tuple[str, ...], dict[tuple[str, str], Row]]]:
    """Lifecycle → (states, (state, action) → (target, needs, tells)), from the page as it is written down."""
    found: dict[str, tuple[tuple[str, ...], dict[tuple[str, str], Row]]] = {}
    for block in GOLDEN.read_text().removeprefix(LEGEND).strip().split("\n\n"):
        head, *rows = block.strip("\n").split("\n")
        name, states = head.split(": ")
        steps = {}
        for row in rows:
            match = LINE.fullmatch(row)
            assert match, row
            listed = {
                part: tuple((match[part] or "").split(", ")) if match[part] else () for part in ("needs", "tells")
            }
            steps[match["state"], match["action"]] = (match["target"], listed["needs"], listed["tells"])
        found[name] = (tuple(states.split()), steps)
    return found


def test_the_page_has_every_lifecycle() -> None:
    written = parsed()
    assert set(written) == {lifecycle.name for lifecycle in LIFECYCLES}
    assert all(written[lifecycle.name][0] == lifecycle.states for lifecycle in LIFECYCLES)
    assert GOLDEN.read_text() == page()


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda lifecycle: lifecycle.name)
def test_each_state_and_action_is_as_written(lifecycle: Lifecycle) -> None:
    _, written = parsed()[lifecycle.name]
    for state in lifecycle.states:
        for action in Action:
            expected = written.get((state, action.value))
            if expected is None:
                assert lifecycle.find(action, state) is None, (state, action)
                with pytest.raises(NotNow):
                    lifecycle.step(action, state)
                continue
            row = lifecycle.find(action, state)
            assert row is not None, (state, action)
            assert (row.target, tuple(need.__name__ for need in row.needs), row.tells) == expected


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda lifecycle: lifecycle.name)
def test_a_state_and_an_action_lead_to_one_place_only(lifecycle: Lifecycle) -> None:
    pairs = [(state, row.action) for row in lifecycle.steps for state in row.sources]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda lifecycle: lifecycle.name)
def test_who_is_told_is_somebody_known(lifecycle: Lifecycle) -> None:
    assert {word for row in lifecycle.steps for word in row.tells} <= WORDS_OF_TELLS


def test_from_a_draft_nobody_is_told_anything_but_that_it_was_submitted() -> None:
    from_draft = [row for row in APPLICATION.steps if "draft" in row.sources]
    assert [row.action for row in from_draft] == [Action.APPLICATION_SUBMIT]


def test_nobody_outside_a_desk_is_told_of_a_sealed_act() -> None:
    """From screening to filing, letters go to the firm about completeness, to the desk itself, or to nobody."""
    completeness = {
        Action.DESK_FIND_COMPLETE, Action.DESK_FIND_INCOMPLETE, Action.DESK_REFUSE_TO_REVIEW,
        Action.DESK_RECEIVE_AMENDMENT,
    }  # fmt: skip
    for row in DESK.steps:
        if row.sources & SEALED_STATES and row.target in SEALED_STATES and row.action not in completeness:
            assert set(row.tells) <= {"desk"}, row.action
        if row.sources & SEALED_STATES and row.action not in {Action.DESK_OPT_OUT, Action.DESK_LEAVE}:  # seen by all
            assert "desks" not in row.tells, row.action


def test_the_seal_covers_everything_until_opening() -> None:
    assert set(BEFORE_DECISION[:5]) == SEALED_STATES
    assert MASK in SEALED_STATES
    opening = [row for row in DESK.steps if row.action is Action.DESK_OPEN]
    assert [(row.sources, row.target) for row in opening] == [(frozenset({"assessed"}), "deliberating")]


def test_desks_that_take_no_part_are_the_same_for_the_outcome() -> None:
    assert ENDED_DESK == OUT


def test_nothing_leads_out_of_an_end() -> None:
    for row in DESK.steps:
        assert not row.sources & (ENDED_DESK | {"issued"})
    for lifecycle in LIFECYCLES:
        left = {state for row in lifecycle.steps for state in row.sources}
        assert left <= set(lifecycle.states)


@pytest.mark.parametrize("lifecycle", LIFECYCLES, ids=lambda lifecycle: lifecycle.name)
def test_every_source_can_be_reached(lifecycle: Lifecycle) -> None:
    """A step from a state to which nothing leads would be dead letter."""
    reached = {lifecycle.start, *(STARTS_AS.values() if lifecycle is DESK else ())}
    for _ in lifecycle.states:
        reached |= {row.target for row in lifecycle.steps if row.sources & reached}
    assert {state for row in lifecycle.steps for state in row.sources} <= reached


def test_every_need_is_used_or_asked_for_elsewhere() -> None:
    used = {need for lifecycle in LIFECYCLES for row in lifecycle.steps for need in row.needs}
    own = {
        value
        for value in vars(needs).values()
        if callable(value) and getattr(value, "__module__", "") == needs.__name__ and not isinstance(value, type)
    }
    made = {needs.a_joint_outcome, needs.nothing_open}  # a notice and a joint position are made, not moved
    made |= {needs.redone}  # a part of other needs, and asked for again before each signature
    assert own - used == made


if __name__ == "__main__":
    GOLDEN.write_text(page())
