"""Screening for completeness: what a checklist item came to, and what a letter says is missing.

Rule: each desk screens by its own list for itself. That an application was admitted by k of n desks is derived, and a
desk reads it only after its positions have opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.domain.questions import QuestionSet

MET, MISSING = "met", "missing"
RESULTS = (MET, MISSING)
RECEIVED, COMPLETE, INCOMPLETE, REFUSED = "received", "complete", "incomplete", "refused_to_review"
OUTCOMES = (RECEIVED, COMPLETE, INCOMPLETE, REFUSED)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer stands: the code and title of its section, and what the answer is called."""

    section: str
    title: str
    label: str


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing: why, and the answers that it concerns, as `test_plan.exit_plan` (none: in words).

    `places`: where those answers stand; what the application does not ask for is left out.
    """

    reason: str
    fields: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()

    def row(self) -> dict[str, Any]:
        """As plain values, for a letter."""
        return {"reason": self.reason, "fields": list(self.fields)}


def missing(reason: str, fields: Iterable[str], questions: QuestionSet | None = None) -> Missing:
    """One thing that is missing, with where its answers stand in these questions."""
    known = questions.by_path if questions else {}
    titles = questions.titles if questions else {}
    found = [known[field] for field in fields if field in known]
    places = tuple(Place(one.section, titles[one.section], one.short) for one in found)
    return Missing(reason, tuple(fields), places)


def missing_from(rows: Iterable[Mapping[str, Any]], questions: QuestionSet | None = None) -> tuple[Missing, ...]:
    """The rows of a letter."""
    return tuple(missing(row["reason"], row["fields"], questions) for row in rows)


__all__ = [
    "COMPLETE",
    "INCOMPLETE",
    "MET",
    "MISSING",
    "OUTCOMES",
    "RECEIVED",
    "REFUSED",
    "RESULTS",
    "Missing",
    "Place",
    "missing",
    "missing_from",
]
