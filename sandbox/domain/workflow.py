"""The mechanism of lifecycles: what is not in the table is impossible."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.domain.actions import Action
from sandbox.domain.errors import Incomplete, NotNow

Need = Callable[[Any], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a lifecycle: `action` leads from any of `sources` to `target`.

    `needs` are pure functions of the matter that name what is missing; `tells` names the parties written to.
    """

    action: Action
    sources: frozenset[str]
    target: str
    needs: tuple[Need, ...] = ()
    tells: tuple[str, ...] = ()


def step(
    action: Action,
    sources: Iterable[str],
    target: str,
    needs: tuple[Need, ...] = (),
    tells: tuple[str, ...] = (),
) -> Step:
    """Write one row of a table."""
    return Step(action, frozenset(sources), target, needs, tells)


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A table of steps over named states; the first state is where a subject begins."""

    name: str
    states: tuple[str, ...]
    steps: tuple[Step, ...]

    def __post_init__(self) -> None:
        for row in self.steps:
            unknown = (row.sources | {row.target}) - set(self.states)
            if unknown:
                raise ValueError(f"{self.name}: {row.action} names unknown states {sorted(unknown)}")

    @property
    def start(self) -> str:
        """The state in which a subject is made."""
        return self.states[0]

    def actions(self) -> tuple[Action, ...]:
        """The actions that appear in the table, in its order, each once."""
        return tuple(dict.fromkeys(row.action for row in self.steps))

    def find(self, action: Action, state: str) -> Step | None:
        """The step of `action` from `state`, or None."""
        return next((row for row in self.steps if row.action is action and state in row.sources), None)

    def step(self, action: Action, state: str, matter: Any = None) -> Step:
        """The step to take.

        Raises NotNow when the table has no such step from `state`, Incomplete with all that is missing.
        """
        found = self.find(action, state)
        if found is None:
            raise NotNow(f"This cannot be done now: the {self.name} is “{state.replace('_', ' ')}”.")
        missing = [reason for need in found.needs for reason in need(matter)]
        if missing:
            raise Incomplete(missing)
        return found
