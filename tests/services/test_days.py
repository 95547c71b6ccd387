"""Days and limits that make no sense keep an application from being submitted; days only the first time."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cli.demo import story
from sandbox.domain.actors import Actor, Role
from sandbox.domain.errors import Incomplete
from tests.factories import Maker
from tests.web.test_coverage import answers, draft


@pytest.fixture
def person(maker: Maker) -> Actor:
    return maker.person(maker.firm("Coverage Tokens Ltd"), Role.SIGNATORY)


EQUAL = {
    "name": "Time", "jurisdiction": "UK", "unit": "minutes", "direction": "low", "target": "5", "warning": "5",
    "hard": "5", "frequency": "daily",
}  # fmt: skip


@pytest.mark.parametrize(
    ("section", "name", "value", "words"),
    [
        ("test_plan", "starts_on", "2020-01-01", "is before today"),
        (
            "test_plan",
            "milestones",
            [{"step": "One", "day": "2020-01-01", "gate": "None"}],
            "“Milestones” is before “Start of the test”",
        ),
        ("monitoring", "kpis", [EQUAL], "as rising numbers in row 1"),
    ],
)
def test_days_and_limits_that_make_no_sense_are_not_submitted(
    person: Actor, section: str, name: str, value: Any, words: str
) -> None:
    values = answers()
    values[section][name] = value
    key = draft(person, values)
    with pytest.raises(Incomplete, match=words):
        story.submit(person, key)
