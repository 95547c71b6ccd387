"""`flask clock due`: the date on the first line, the reasons with --explain, bad input refused in words."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sandbox.adapters.catalogue_files import load_catalogue
from sandbox.cli.clock import clock

pytestmark = pytest.mark.once
DATA = Path(__file__).parent.parent / "data" / "golden_working_days.csv"
GOLDEN = list(csv.DictReader(DATA.read_text(encoding="utf-8").splitlines()))


@pytest.fixture(scope="module", autouse=True)
def _read_once() -> Iterator[None]:
    """The catalogue is read for the first command only: it cannot change here, and two hundred commands ask for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("sandbox.cli.clock"), "load_catalogue", cache(load_catalogue))
        yield


def run(words: str) -> Result:
    return CliRunner().invoke(clock, ["due", *words.split()])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--authority FCA --from 2026-04-07 --length 60 --unit working_days", "2026-07-02"),
        ("--authority fca --from 2026-04-07 --length 60 --unit working_days --count-start-day", "2026-07-01"),
        ("--authority BoE --from 2026-03-30 --length 20 --unit working_days", "2026-04-29"),
        ("--authority SEC --from 2026-03-30 --length 20 --unit working_days", "2026-04-27"),
        ("--authority CFTC --from 2026-12-21 --length 5 --unit working_days", "2026-12-29"),
        ("--authority FCA --authority SEC --from 2026-11-09 --length 60 --unit working_days", "2027-02-09"),
        ("--calendar GB-ENG --calendar US-FED --from 2026-11-09 --length 60 --unit working_days", "2027-02-09"),
        ("--calendar GB-ENG --from 2026-08-31 --length 6 --unit months", "2027-02-28"),
        ("--from 2026-04-01 --length 120 --unit calendar_days", "2026-07-30"),
        ("--authority SEC --from 2026-03-27T21:30 --length 24 --unit hours", "2026-03-29T01:30:00Z"),
        ("--from 2026-03-27T21:30-04:00 --length 24 --unit hours", "2026-03-29T01:30:00Z"),
        ("--authority FCA --from 2026-07-01 --length 24 --unit hours", "2026-07-01T23:00:00Z"),
    ],
)
def test_the_date_is_printed_and_nothing_else(words: str, expected: str) -> None:
    result = run(words)
    assert (result.exit_code, result.output) == (0, f"{expected}\n")


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: f"{row['start']}+{row['n_working_days']}")
@pytest.mark.slow
def test_every_reference_row_holds_by_authority_and_on_both(row: dict[str, str]) -> None:
    period = f"--from {row['start']} --length {row['n_working_days']} --unit working_days"
    both = "--calendar GB-ENG --calendar US-FED"
    for where, column in (
        ("--authority FCA", "due_UK_ENG"),
        ("--authority BoE", "due_UK_ENG"),
        ("--authority SEC", "due_US_FED"),
        ("--authority CFTC", "due_US_FED"),
        (both, "due_both_open"),
    ):
        result = run(f"{where} {period}")
        assert (result.exit_code, result.output) == (0, f"{row[column]}\n")


def test_explain_names_the_closed_days() -> None:
    result = run("--authority FCA --from 2026-04-07 --length 60 --unit working_days --explain")
    first, *reasons = result.output.splitlines()
    assert first == "2026-07-02"
    assert "Mon 25 May 2026: closed, Spring Bank Holiday (GB-ENG). Not counted." in reasons


def test_explained_hours_are_shown_in_both_zones() -> None:
    result = run("--authority SEC --from 2026-03-27T21:30 --length 24 --unit hours --explain")
    assert "Europe/London: Sun 29 Mar 2026 02:30 BST" in result.output
    assert "America/New_York: Sat 28 Mar 2026 21:30 EDT" in result.output


def test_a_provisional_date_says_so_beside_the_output() -> None:
    result = run("--calendar GB-ENG --from 2029-12-20 --length 20 --unit working_days")
    assert (result.exit_code, result.stdout) == (0, "2030-01-22\n")
    assert "Provisional" in result.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("--authority ECB --from 2026-04-07 --length 60 --unit working_days", "no authority 'ECB'"),
        ("--calendar MARS --from 2026-04-07 --length 60 --unit working_days", "no calendar 'MARS'"),
        ("--from 2026-04-07 --length 60 --unit working_days", "at least one calendar"),
        ("--calendar GB-ENG --from 2026-02-30 --length 6 --unit working_days", "is not a date"),
        ("--calendar GB-ENG --from 20260407 --length 6 --unit working_days", "is not a date"),
        ("--calendar GB-ENG --from 07/04/2026 --length 6 --unit working_days", "is not a date"),
        ("--calendar GB-ENG --from 2026-04-07T10:00 --length 6 --unit working_days", "is not a date"),
        ("--calendar GB-ENG --from 1999-12-31 --length 6 --unit working_days", "outside the years 2000 to 2100"),
        ("--calendar GB-ENG --from 2100-12-30 --length 6 --unit working_days", "outside the years 2000 to 2100"),
        ("--calendar GB-ENG --from 2026-04-07 --length 0 --unit working_days", "length must be"),
        ("--calendar GB-ENG --from 2026-04-07 --length 1e9 --unit working_days", "not a valid integer"),
        ("--calendar GB-ENG --from 2026-04-07 --length inf --unit months", "not a valid integer"),
        (f"--calendar GB-ENG --from 2026-04-07 --length {'9' * 40} --unit hours", "length must be"),
        ("--calendar GB-ENG --from 2026-04-07 --length 6 --unit fortnights", "Invalid value for '--unit'"),
        ("--from 2026-04-07T10:00 --length 6 --unit hours", "exactly one time zone"),
        ("--authority FCA --authority SEC --from 2026-04-07T10:00 --length 6 --unit hours", "exactly one time zone"),
        ("--authority FCA --from 2026-03-29T01:30 --length 6 --unit hours", "skipped or happens twice"),
        ("--authority FCA --from 2026-03-29T25:30 --length 6 --unit hours", "is not a date"),
        ("--authority FCA --from 2026-04-07 --length 6 --unit hours --count-start-day", "no start day"),
    ],
)
def test_bad_input_is_refused_in_words(words: str, message: str) -> None:
    result = run(words)
    assert result.exit_code == 2
    assert message in result.output
    assert "Traceback" not in result.output
