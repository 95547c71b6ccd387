"""The published calendars: equal to an independent table, kept whatever a library says, provisional beyond."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from sandbox.adapters import calendars
from sandbox.adapters.catalogue_files import CATALOGUE, CatalogueError, closed_days, load_calendar_record
from sandbox.domain.calendars import ClockError

TESTS = Path(__file__).parent.parent
THIRD_COUNTRY = TESTS / "catalogue_third_country"
INDEPENDENT = list(csv.DictReader((TESTS / "data/calendars_2025_2028.csv").read_text(encoding="utf-8").splitlines()))
pytestmark = pytest.mark.once


@pytest.mark.parametrize("code", ["GB-ENG", "GB-SCT", "US-FED", "US-NY"])
def test_files_equal_the_independent_table(code: str) -> None:
    expected = {date.fromisoformat(row["date"]): row["name"] for row in INDEPENDENT if row["calendar"] == code}
    ours = closed_days(CATALOGUE / "calendars" / f"{code}.csv")
    assert {day: name for day, name in ours.items() if day.year <= 2028} == expected


@pytest.mark.parametrize("code", ["GB-ENG", "GB-SCT", "US-FED", "US-NY", "XNYS"])
def test_files_equal_what_the_rules_compute(code: str) -> None:
    record = load_calendar_record(CATALOGUE / "calendars" / f"{code}.toml")
    computed: dict[date, str] = {}
    for year in range(record.known_from.year, record.known_until.year + 1):
        computed |= calendars.computed_days(record.rules, year)
    assert closed_days(CATALOGUE / "calendars" / f"{code}.csv") == computed


def test_calendars_reach_three_years_ahead_of_their_making() -> None:
    assert all(calendars.calendar(code).known_until >= date(2029, 11, 30) for code in calendars.codes())


def test_days_beyond_the_file_are_computed_and_provisional() -> None:
    england = calendars.calendar("gb-eng")
    assert england.why_closed(date(2031, 12, 25)) == "Christmas Day"
    assert england.is_provisional(date(2031, 12, 25))
    assert not england.is_provisional(date(2029, 12, 31))


def test_the_file_wins_over_the_library(tmp_path: Path) -> None:
    directory = tmp_path / "calendars"
    directory.mkdir()
    for name in ("GB-SCT.toml", "GB-SCT.csv"):
        shutil.copy(CATALOGUE / "calendars" / name, directory / name.replace("GB-SCT", "GB-TST"))
    for path in directory.iterdir():
        text = path.read_text(encoding="utf-8").replace("GB-SCT", "GB-TST")
        path.write_text(text.replace("GB-TST,2026-01-02,Fri,New Year Holiday\n", ""), encoding="utf-8")
    ours = calendars.calendar("GB-TST", tmp_path)
    assert ours.is_open(date(2026, 1, 2))
    assert not ours.is_open(date(2031, 1, 2))


def test_rebuilding_restores_the_file_and_its_bounds(tmp_path: Path) -> None:
    shutil.copytree(CATALOGUE / "calendars", tmp_path / "calendars")
    file = tmp_path / "calendars" / "GB-ENG.csv"
    before = file.read_bytes()
    file.write_bytes(before.replace(b"GB-ENG,2026-04-03,Fri,Good Friday\n", b""))
    changed = calendars.rebuild(tmp_path)
    assert (changed["GB-ENG"], changed["US-FED"]) == (1, 0)
    assert file.read_bytes() == before
    assert calendars.rebuild(tmp_path, 2025, 2030)["GB-ENG"] == 8
    assert "known_until = 2030-12-31" in (tmp_path / "calendars" / "GB-ENG.toml").read_text(encoding="utf-8")


def test_a_further_country_s_calendar_comes_from_its_files_alone() -> None:
    veridia = calendars.calendar("VD", THIRD_COUNTRY)
    assert veridia.why_closed(date(2026, 6, 21)) == "Long Day"
    assert [veridia.is_open(date(2026, 4, day)) for day in (2, 3, 4, 5)] == [True, False, False, True]
    assert veridia.is_open(date(2031, 6, 22))  # no rules: beyond the file only weekends are known
    assert veridia.is_provisional(date(2031, 6, 22))
    assert "VD" in calendars.codes(THIRD_COUNTRY)


def test_a_directory_can_be_added_for_good(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "_extra_directories", [])
    with pytest.raises(calendars.UnknownCalendar):
        calendars.calendar("VD")
    calendars.add_directory(THIRD_COUNTRY)
    assert calendars.calendar("VD").name == "Republic of Veridia"


@pytest.mark.parametrize("code", ["", "XX", "../GB-ENG", "GB-ENG\0", "GB-ENG.toml", "\u200bGB-ENG"])
def test_an_unknown_code_is_refused_with_the_known_ones(code: str) -> None:
    with pytest.raises(calendars.UnknownCalendar, match="known are GB-ENG"):
        calendars.calendar(code)


@pytest.mark.parametrize("rules", ["country:ZZ", "market:NOPE", "country:GB:MARS", "moon:1"])
def test_unknown_rules_are_refused(rules: str) -> None:
    with pytest.raises(ClockError):
        calendars.computed_days(rules, 2031)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("GB-TST,2026-02-30,Mon,X", "line 2"),
        ("GB-TST,2026-02-27,Mon,X", "wrong weekday"),
        ("GB-ENG,2026-02-27,Fri,X", "another calendar's code"),
        ("GB-TST,2026-02-27,Fri, ", "no name"),
        ("GB-TST,2026-02-27,Fri", "line 2"),
        ("GB-TST,1926-02-27,Sat,X", "2000 to 2100"),
    ],
)
def test_a_wrong_row_is_named_with_its_line(tmp_path: Path, row: str, words: str) -> None:
    file = tmp_path / "GB-TST.csv"
    file.write_text(f"calendar,date,weekday,name\n{row}\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=words):
        closed_days(file)


def test_a_missing_file_or_heading_is_named(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"GB-TST\.csv: cannot be read"):
        closed_days(tmp_path / "GB-TST.csv")
    (tmp_path / "GB-TST.csv").write_text("day\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match="line 1: the heading"):
        closed_days(tmp_path / "GB-TST.csv")
