"""The mechanism: what is not in the table is impossible, and what is missing is said whole."""

from __future__ import annotations

import pytest

from sandbox.domain.actions import Action
from sandbox.domain.errors import Incomplete, NotNow
from sandbox.domain.workflow import Lifecycle, step

TABLE = Lifecycle(
    "kite",
    ("on_the_ground", "in_the_air", "lost"),
    (
        step(
            Action.TRIAL_START,
            ("on_the_ground",),
            "in_the_air",
            needs=(lambda matter: matter["weather"], lambda matter: matter["string"]),
            tells=("firm",),
        ),
        step(Action.REPORT_EDIT, ("in_the_air", "on_the_ground"), "in_the_air"),
    ),
)
READY: dict[str, list[str]] = {"weather": [], "string": []}


def test_a_subject_begins_in_the_first_state() -> None:
    assert TABLE.start == "on_the_ground"


def test_a_step_in_the_table_is_taken() -> None:
    row = TABLE.step(Action.TRIAL_START, "on_the_ground", READY)
    assert (row.target, row.tells) == ("in_the_air", ("firm",))


@pytest.mark.parametrize(
    ("action", "state"),
    [
        (Action.TRIAL_START, "in_the_air"),
        (Action.TRIAL_START, "lost"),
        (Action.REPORT_EDIT, "lost"),
        (Action.REPORT_CERTIFY, "on_the_ground"),
        (Action.TRIAL_START, "no such state"),
    ],
)
def test_a_step_that_is_not_there_is_refused_even_when_nothing_is_missing(action: Action, state: str) -> None:
    assert TABLE.find(action, state) is None
    with pytest.raises(NotNow, match="kite"):
        TABLE.step(action, state, READY)


def test_a_refusal_names_the_state_in_words() -> None:
    with pytest.raises(NotNow, match="“in the air”"):
        TABLE.step(Action.TRIAL_START, "in_the_air", READY)


def test_everything_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(Incomplete) as refusal:
        TABLE.step(Action.TRIAL_START, "on_the_ground", {"weather": ["wind", "light"], "string": ["string"]})
    assert refusal.value.missing == ("wind", "light", "string")
    assert str(refusal.value) == "wind; light; string"


def test_the_wrong_state_is_said_before_what_is_missing() -> None:
    with pytest.raises(NotNow):
        TABLE.step(Action.TRIAL_START, "lost", {"weather": ["wind"], "string": []})


def test_actions_are_listed_once_in_the_order_of_the_table() -> None:
    assert TABLE.actions() == (Action.TRIAL_START, Action.REPORT_EDIT)


@pytest.mark.parametrize(("source", "target"), [("nowhere", "lost"), ("lost", "nowhere")])
def test_a_table_that_names_an_unknown_state_cannot_be_written(source: str, target: str) -> None:
    with pytest.raises(ValueError, match="nowhere"):
        Lifecycle("kite", ("lost",), (step(Action.TRIAL_START, (source,), target),))
