"""What the firm agrees that an authority may share, by category; withdrawal counts for the future only.

The declaration of the application agrees to some categories for every authority of the case. What the firm says later,
for one authority and one category, takes its place. Statutory gateways do not need it and are not touched by it.
Source: FSMA 2000 s348 (consent of who provided the information). When a consent is withdrawn new shares stop, gateways
stay, and all authorities of the case are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of information. `declared`: the application's declaration agrees to it."""

    title: str
    covers: str
    declared: bool


CATEGORIES: Mapping[str, Category] = {
    "dossier": Category("The application", "Answers, documents and the test plan, as submitted.", declared=True),
    "answers": Category(
        "Answers to requests", "What you answer when an authority asks for information.", declared=True
    ),
    "monitoring": Category("Reports of the trial", "Reports, figures and the use of limits.", declared=True),
    "incidents": Category("Incidents", "What you report when something goes wrong.", declared=False),
    "assessments": Category("Assessments", "Views of an authority on your proposal, before they open.", declared=False),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What the firm said of one category for one authority; the last word counts."""

    authority: str
    category: str
    given: bool


def stands(said: Iterable[Said], *, declared: bool, authority: str, category: str) -> bool:
    """Does the firm agree now? `said` in the order of time; `declared`: the application agrees to sharing."""
    words = [one.given for one in said if (one.authority, one.category) == (authority, category)]
    return words[-1] if words else declared and CATEGORIES[category].declared


__all__ = ["CATEGORIES", "Category", "Said", "stands"]
