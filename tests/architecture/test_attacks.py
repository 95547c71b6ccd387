"""docs/attacks.md names tests: each of them exists, and no attack stands there without one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "attacks.md").read_text()
ROWS = re.findall(r"^\| (\S+) \|.*\| (.*) \|$", PAGE, re.M)
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_the_test_exists(file: str, name: str) -> None:
    assert re.search(rf"^ *def {name}\(", (ROOT / file).read_text(), re.M)


def test_every_attack_has_one() -> None:
    rows = [(key, tests) for key, tests in ROWS if re.fullmatch(r"[A-Z]{2}-\d\d|–", key)]
    assert len(rows) > 25
    assert [key for key, tests in rows if "`tests/" not in tests] == []
