"""Pages that are asked on SQLite only: queries and services beneath them are tested on both databases."""

from __future__ import annotations

import pytest

PAGES = frozenset(
    {
        "test_assessments", "test_calendars", "test_case_page", "test_clocks", "test_conflicts", "test_correspondence",
        "test_desks", "test_joint", "test_requests", "test_routing", "test_screening", "test_sharing",
        "test_statements", "test_teams", "test_workbench",
    },
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them: the second pass of `make test` leaves them out."""
    for item in items:
        if item.path.parent.name == "web" and item.path.stem in PAGES:
            item.add_marker(pytest.mark.pages)
