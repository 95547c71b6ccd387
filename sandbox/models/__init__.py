"""All tables, so that the metadata is complete when any of them is imported."""

from sandbox.models import (
    applications,
    assessments,
    base,
    catalogue,
    decisions,
    desks,
    firms,
    intake,
    messages,
    people,
    search,
    trail,
    trials,
)

__all__ = [
    "applications",
    "assessments",
    "base",
    "catalogue",
    "decisions",
    "desks",
    "firms",
    "intake",
    "messages",
    "people",
    "search",
    "trail",
    "trials",
]
