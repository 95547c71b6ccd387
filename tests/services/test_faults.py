"""kill -9 in the middle of submitting and of issuing: no half state, the trail is whole, and the user can repeat."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.once, pytest.mark.slow, pytest.mark.pdf]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What stood after each kill; a process of its own, because it forks."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.services.killing", str(tmp_path_factory.mktemp("killed"))],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    found: dict[str, Any] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize("act", ["submit", "issue"])
def test_a_killed_act_leaves_nothing_or_all_of_it(results: dict[str, Any], act: str) -> None:
    assert results[act]["wrong"] == []


def test_submitting_was_killed_everywhere_and_then_done_once(results: dict[str, Any]) -> None:
    assert results["submit"]["killed"] > 30
    assert len(results["submit"]["references"]) == 1
    assert results["submit"]["versions"] == [1]


def test_issuing_was_killed_and_then_done_once(results: dict[str, Any]) -> None:
    assert results["issue"]["killed"] >= 6
    assert results["issue"]["state"] == "issued"
