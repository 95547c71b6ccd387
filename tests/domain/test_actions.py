"""One name for one act: subject.verb, used by policy, lifecycles, trail and letters alike."""

from __future__ import annotations

import re

import pytest

from sandbox.domain.actions import READS, Action
from sandbox.domain.lifecycles import LIFECYCLES
from sandbox.domain.policy import GRANTS


@pytest.mark.parametrize("action", Action)
def test_a_name_is_subject_and_verb(action: Action) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*", action.value)
    assert action.name == action.value.upper().replace(".", "_")


def test_reads_are_what_changes_nothing() -> None:
    assert {action.value.split(".")[1] for action in READS} == {"read", "glance", "audit"}
    steps = {step.action for lifecycle in LIFECYCLES for step in lifecycle.steps}
    assert steps & READS == set()


def test_every_step_is_granted_to_somebody() -> None:
    steps = {step.action for lifecycle in LIFECYCLES for step in lifecycle.steps}
    assert [action for action in steps if not GRANTS.get(action)] == []


def test_an_action_moves_one_kind_of_thing() -> None:
    """POSITION_FILE moves the desk; nothing else is named after another subject's lifecycle."""
    owners: dict[Action, set[str]] = {}
    for lifecycle in LIFECYCLES:
        for step in lifecycle.steps:
            owners.setdefault(step.action, set()).add(lifecycle.name)
    assert [action for action, names in owners.items() if len(names) > 1] == []
