"""Refusals: every way in which the portal says no, in words for the user."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID


class Refusal(Exception):
    """An act that was refused. Nothing has changed."""


class NotAllowed(Refusal):
    """The actor lacks the role; existence need not be hidden from them."""


class NotFound(Refusal):
    """There is nothing here that the actor may know of."""


class NotNow(Refusal):
    """The step is not in the table from the present state."""


class Incomplete(Refusal):
    """The step needs more. `missing` says everything that is missing, in the user's words."""

    def __init__(self, missing: Iterable[str]):
        self.missing = tuple(missing)
        super().__init__("; ".join(self.missing))


class Conflict(Refusal):
    """Somebody else changed the same thing. `current` is what stands now, when it can be shown."""

    def __init__(self, message: str = "Somebody else changed this while you had it open.", current: object = None):
        self.current = current
        super().__init__(message)


class BadInput(Refusal):
    """A value that is not acceptable; `problems` maps the field to its message."""

    def __init__(self, problems: dict[str, str]):
        self.problems = problems
        super().__init__("; ".join(problems.values()))


class AlreadyThere(BadInput):
    """The same thing exists; `existing` is its id, which the actor may know."""

    def __init__(self, problems: dict[str, str], existing: UUID):
        self.existing = existing
        super().__init__(problems)
