"""Conditions of two desks that cannot both be met. They hold up the joint notice, never an instrument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from sandbox.domain.conditions import excludes, in_words, limit_of


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two conditions, as its desk filed it; `place` counts within the desk's position, from 1."""

    authority: str
    place: int
    title: str
    words: str
    text: str

    @property
    def name(self) -> str:
        """The condition's name within the case, as `FCA-2`."""
        return f"{self.authority}-{self.place}"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two conditions that exclude each other."""

    one: Side
    other: Side

    @property
    def sides(self) -> tuple[Side, ...]:
        """Both sides by name, whichever was named first."""
        return tuple(sorted((self.one, self.other), key=lambda side: side.name))

    @property
    def key(self) -> str:
        """The pair's name within the case."""
        return " ".join(side.name for side in self.sides)

    @property
    def title(self) -> str:
        """Both titles with their desks, as `“A” (FCA) and “B” (SEC)`."""
        return title_of(self.sides)


def title_of(sides: Iterable[Side]) -> str:
    """The titles of conditions with their desks."""
    return " and ".join(f"“{side.title}” ({side.authority})" for side in sides)


def sides(authority: str, conditions: Sequence[Mapping[str, Any]]) -> tuple[Side, ...]:
    """The conditions of one desk's position, as they can be named in a contradiction."""
    return tuple(
        Side(authority, place, row["title"], in_words(row), row["text"]) for place, row in enumerate(conditions, 1)
    )


def contradictions(positions: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Pair]:
    """The limits of different desks that exclude each other. `positions`: authority → its proposed conditions.

    What is written in words only a person can find contradictory.
    """
    measured = [
        (side, limit)
        for code in sorted(positions)
        for side, row in zip(sides(code, positions[code]), positions[code], strict=True)
        if (limit := limit_of(row)) is not None
    ]
    return [
        Pair(one, other)
        for (one, first), (other, second) in combinations(measured, 2)
        if one.authority != other.authority and excludes(first, second)
    ]
