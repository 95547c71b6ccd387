"""What authorities require an application to show, and how a requirement of one stands to a requirement of another.

Rule: a requirement is a summary in the programme's words with the place of the law; questions name what they evidence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from sandbox.domain.catalogue.terms import Relation, Sure
from sandbox.domain.questions import Condition


@dataclass(frozen=True, slots=True)
class Requirement:
    """What one authority requires. `criterion`: its criterion on which it weighs this, or "" for all of them.

    It applies to an application where every row of `when` holds.
    """

    code: str
    title: str
    text: str
    source: str
    sure: Sure
    criterion: str = ""
    mandatory: bool = True
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class RequirementEquivalence:
    """How a requirement stands to one of the other authority, from a day on, with the reason and where it rests."""

    requirement: str
    other: str
    relation: Relation
    valid_from: date
    reason: str
    source: str
    sure: Sure
    valid_until: date | None = None


def wrong_requirements(rows: Sequence[Requirement], criteria: frozenset[str]) -> Iterator[tuple[str, str]]:
    """What does not hold in the requirements of one authority, as (code, what is wrong)."""
    for code, times in Counter(row.code for row in rows).items():
        if times > 1:
            yield code, f"{code!r} occurs {times} times"
    for row in rows:
        if row.criterion and row.criterion not in criteria:
            yield row.code, f"this authority has no criterion {row.criterion!r}"
        for one in row.when:
            if not (one.any or one.none or one.is_ is not None):
                yield row.code, f"the condition on {one.path!r} names no code"


def wrong_equivalences(rows: Sequence[RequirementEquivalence]) -> Iterator[tuple[str, str]]:
    """What does not hold in the rows of one pair of authorities: on each day a pair has one relation at most."""
    for row in rows:
        if row.valid_until is not None and row.valid_until < row.valid_from:
            yield row.requirement, "valid_until is before valid_from"
    for one, other in combinations(rows, 2):
        if (one.requirement, one.other) == (other.requirement, other.other) and _overlap(one, other):
            yield one.requirement, f"two relations to {one.other!r} stand on the same day"


def _overlap(one: RequirementEquivalence, other: RequirementEquivalence) -> bool:
    first, second = sorted((one, other), key=lambda row: row.valid_from)
    return first.valid_until is None or first.valid_until >= second.valid_from


__all__ = ["Requirement", "RequirementEquivalence", "wrong_equivalences", "wrong_requirements"]
