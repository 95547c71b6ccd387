"""Screening for completeness: what a checklist item came to, and what a letter says is missing.

Rule: each desk screens by its own list for itself. That an application was admitted by k of n desks is derived, and a
desk reads it only after its positions have opened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.domain.dossier import FIELDS
from sandbox.domain.sections import SECTIONS

MET, MISSING = "met", "missing"
RESULTS = (MET, MISSING)
RECEIVED, COMPLETE, INCOMPLETE, REFUSED = "received", "complete", "incomplete", "refused_to_review"
OUTCOMES = (RECEIVED, COMPLETE, INCOMPLETE, REFUSED)


LABELS = {f"{section}.{field.name}": field.label for section, fields in FIELDS.items() for field in fields}


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer stands: the code and title of its section, and what the answer is called."""

    section: str
    title: str
    label: str


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing: why, and the answers that it concerns, as `test_plan.exit_plan` (none: in words)."""

    reason: str
    fields: tuple[str, ...] = ()

    @property
    def places(self) -> tuple[Place, ...]:
        """Where those answers stand; answers that the application no longer asks for are left out."""
        known = [field for field in self.fields if field in LABELS]
        return tuple(Place(code := field.partition(".")[0], SECTIONS[code], LABELS[field]) for field in known)

    def row(self) -> dict[str, Any]:
        """As plain values, for a letter."""
        return {"reason": self.reason, "fields": list(self.fields)}


def missing_from(rows: Iterable[Mapping[str, Any]]) -> tuple[Missing, ...]:
    """The rows of a letter."""
    return tuple(Missing(row["reason"], tuple(row["fields"])) for row in rows)


__all__ = [
    "COMPLETE",
    "INCOMPLETE",
    "LABELS",
    "MET",
    "MISSING",
    "OUTCOMES",
    "RECEIVED",
    "REFUSED",
    "RESULTS",
    "Missing",
    "Place",
    "missing_from",
]
