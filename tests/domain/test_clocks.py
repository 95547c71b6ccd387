"""Deadlines on real calendars: the reference rows, the traps of counting, and what is refused."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.adapters.calendars import calendar
from sandbox.domain.calendars import from_wall_clock, in_zone, why_closed
from sandbox.domain.clocks import (
    Calendar,
    ClockError,
    ClockRule,
    DateOutOfRange,
    LongStop,
    PauseRule,
    Sense,
    Step,
    Unit,
    due,
    replay,
    rule_from_text,
)

DATA = Path(__file__).parent.parent / "data"
GOLDEN = list(csv.DictReader((DATA / "golden_working_days.csv").read_text(encoding="utf-8").splitlines()))
pytestmark = pytest.mark.once
ENGLAND, FEDERAL = calendar("GB-ENG"), calendar("US-FED")


def working_days(length: int, **options: bool) -> ClockRule:
    return ClockRule(length, Unit.WORKING_DAYS, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: f"{row['start']}+{row['n_working_days']}")
def test_reference_rows_hold_on_each_calendar_and_on_both(row: dict[str, str]) -> None:
    start, rule = date.fromisoformat(row["start"]), working_days(int(row["n_working_days"]))
    results = {
        "due_UK_ENG": due(rule, start, [ENGLAND]),
        "due_US_FED": due(rule, start, [FEDERAL]),
        "due_both_open": due(rule, start, [ENGLAND, FEDERAL]),
    }
    assert {name: result.at.isoformat() for name, result in results.items()} == {name: row[name] for name in results}
    assert all(replay(result.steps) == result.at for result in results.values())
    assert not any(result.provisional for result in results.values())


def test_there_are_39_reference_rows() -> None:
    assert len(GOLDEN) == 39


def test_sixty_working_days_differ_by_whether_the_start_day_counts() -> None:
    start = date(2026, 4, 7)
    assert due(working_days(60, count_start_day=True), start, [ENGLAND]).at == date(2026, 7, 1)
    assert due(working_days(60), start, [ENGLAND]).at == date(2026, 7, 2)


@pytest.mark.parametrize(
    ("start", "length", "england", "federal"),
    [
        (date(2026, 3, 30), 20, date(2026, 4, 29), date(2026, 4, 27)),
        (date(2026, 12, 21), 5, date(2026, 12, 30), date(2026, 12, 29)),
        (date(2026, 11, 9), 60, date(2027, 2, 4), date(2027, 2, 8)),
    ],
)
def test_the_two_countries_count_differently(start: date, length: int, england: date, federal: date) -> None:
    assert due(working_days(length), start, [ENGLAND]).at == england
    assert due(working_days(length), start, [FEDERAL]).at == federal


@pytest.mark.parametrize(("year", "expected"), [(2026, (253, 250, 245)), (2027, (253, 249, 243))])
def test_working_days_of_a_year(year: int, expected: tuple[int, int, int]) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]
    counted = tuple(sum(not why_closed(day, on) for day in days) for on in ([ENGLAND], [FEDERAL], [ENGLAND, FEDERAL]))
    assert counted == expected


def test_new_year_2028_is_observed_in_the_year_before() -> None:
    assert FEDERAL.why_closed(date(2027, 12, 31)) == "New Year's Day (observed)"
    assert FEDERAL.why_closed(date(2026, 7, 3)) == "Independence Day (observed)"
    assert ENGLAND.why_closed(date(2026, 12, 28)) == "Boxing Day (observed)"
    assert due(working_days(1), date(2027, 12, 30), [FEDERAL]).at == date(2028, 1, 3)


def test_good_friday_and_veterans_day_depend_on_the_calendar() -> None:
    exchange = calendar("XNYS")
    good_friday, veterans = date(2026, 4, 3), date(2026, 11, 11)
    assert [c.is_open(good_friday) for c in (ENGLAND, FEDERAL, exchange)] == [False, True, False]
    assert [c.is_open(veterans) for c in (ENGLAND, FEDERAL, exchange)] == [True, False, True]
    assert calendar("GB-SCT").why_closed(date(2026, 1, 2)) == "New Year Holiday"


def test_twenty_four_hours_across_the_change_of_the_clocks() -> None:
    start = from_wall_clock(datetime(2026, 3, 27, 21, 30), "America/New_York")
    end = due(ClockRule(24, Unit.HOURS), start, []).at
    assert isinstance(end, datetime)
    assert end == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert in_zone(end, "Europe/London").strftime("%a %d %b %H:%M") == "Sun 29 Mar 02:30"
    assert in_zone(end, "America/New_York").strftime("%a %d %b %H:%M") == "Sat 28 Mar 21:30"


@pytest.mark.parametrize(
    ("day", "hours"), [((2026, 3, 7), 5), ((2026, 3, 20), 4), ((2026, 10, 28), 4), ((2026, 11, 2), 5)]
)
def test_london_and_new_york_are_four_or_five_hours_apart(day: tuple[int, int, int], hours: int) -> None:
    noon = datetime(*day, 12, tzinfo=UTC)
    gap = in_zone(noon, "Europe/London").replace(tzinfo=None) - in_zone(noon, "America/New_York").replace(tzinfo=None)
    assert gap == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("start", "months", "counted", "expected"),
    [
        (date(2026, 8, 31), 6, False, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, False, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, True, date(2027, 2, 28)),
        (date(2026, 3, 1), 6, True, date(2026, 8, 31)),
        (date(2026, 4, 7), 6, True, date(2026, 10, 6)),
        (date(2026, 4, 7), 6, False, date(2026, 10, 7)),
        (date(2026, 12, 31), 2, False, date(2027, 2, 28)),
    ],
)
def test_months_end_on_the_corresponding_or_the_last_day(
    start: date, months: int, counted: bool, expected: date
) -> None:
    result = due(ClockRule(months, Unit.MONTHS, count_start_day=counted), start, [ENGLAND])
    assert result.at == expected == replay(result.steps)


def test_months_and_calendar_days_end_on_a_closed_day_unless_they_roll_forward() -> None:
    assert due(ClockRule(6, Unit.MONTHS), date(2026, 8, 31), [ENGLAND]).at == date(2027, 2, 28)  # a Sunday
    assert due(ClockRule(6, Unit.MONTHS, roll_forward=True), date(2026, 8, 31), [ENGLAND]).at == date(2027, 3, 1)
    christmas = ClockRule(10, Unit.CALENDAR_DAYS, roll_forward=True)
    rolled = due(christmas, date(2026, 12, 15), [ENGLAND])
    assert rolled.at == date(2026, 12, 29) == replay(rolled.steps)
    assert due(ClockRule(10, Unit.CALENDAR_DAYS), date(2026, 12, 15), [ENGLAND]).at == date(2026, 12, 25)


def test_a_counted_start_on_a_closed_day_counts_from_the_next_open_day() -> None:
    good_friday = date(2026, 4, 3)
    assert due(working_days(1, count_start_day=True), good_friday, [ENGLAND]).at == date(2026, 4, 7)
    assert due(working_days(1), good_friday, [ENGLAND]).at == date(2026, 4, 7)
    assert due(working_days(1), date(2026, 4, 2), [ENGLAND]).at == date(2026, 4, 7)


def test_counted_calendar_days_include_the_start() -> None:
    assert due(ClockRule(14, Unit.CALENDAR_DAYS, count_start_day=True), date(2026, 4, 1), []).at == date(2026, 4, 14)
    assert due(ClockRule(14, Unit.CALENDAR_DAYS), date(2026, 4, 1), []).at == date(2026, 4, 15)


@pytest.mark.parametrize(
    ("unit", "length", "expected"),
    [
        ("business_days", 5, ClockRule(5, Unit.WORKING_DAYS)),
        ("calendar_days_before_end", 30, ClockRule(30, Unit.CALENDAR_DAYS, sense=Sense.BEFORE_END)),
        ("calendar_days_min", 14, ClockRule(14, Unit.CALENDAR_DAYS, sense=Sense.AT_LEAST)),
        ("weeks_typical", 10, ClockRule(70, Unit.CALENDAR_DAYS, sense=Sense.TYPICAL)),
        ("months_max_usual", 6, ClockRule(6, Unit.MONTHS, sense=Sense.AT_MOST)),
        ("month", 1, ClockRule(1, Unit.MONTHS)),
        ("Working days", 3, ClockRule(3, Unit.WORKING_DAYS)),
        ("days", 30, ClockRule(30, Unit.CALENDAR_DAYS)),
    ],
)
def test_words_of_the_tables_are_mapped_to_units(unit: str, length: int, expected: ClockRule) -> None:
    assert rule_from_text(length, unit) == expected


@pytest.mark.parametrize(
    ("unit", "length", "end", "expected"),
    [
        ("calendar_days_before_end", 30, date(2026, 12, 31), date(2026, 12, 1)),
        ("working_days_before_end", 5, date(2026, 12, 30), date(2026, 12, 21)),
        ("months_before_end", 1, date(2026, 3, 31), date(2026, 2, 28)),
    ],
)
def test_before_the_end_counts_backwards(unit: str, length: int, end: date, expected: date) -> None:
    result = due(rule_from_text(length, unit), end, [ENGLAND])
    assert result.at == expected == replay(result.steps)


def test_hours_before_an_end() -> None:
    end = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert due(rule_from_text(24, "hours_before_end"), end, []).at == datetime(2026, 3, 28, 1, 30, tzinfo=UTC)


def test_a_date_beyond_the_published_days_is_provisional_and_says_why() -> None:
    result = due(working_days(20), date(2029, 12, 20), [ENGLAND])
    assert result.provisional
    assert "GB-ENG is published" in result.why_provisional[0]
    assert not due(ClockRule(20, Unit.CALENDAR_DAYS), date(2029, 12, 20), [ENGLAND]).provisional


def test_every_step_is_a_sentence_and_names_the_holidays() -> None:
    sentences = due(working_days(60), date(2026, 4, 7), [ENGLAND]).explain()
    assert all(sentence.endswith(".") for sentence in sentences)
    assert any("May Day (GB-ENG)" in sentence for sentence in sentences)
    assert any("Spring Bank Holiday" in sentence for sentence in sentences)


def test_warning_points_lie_before_the_end_in_the_clock_s_own_measure() -> None:
    result = due(ClockRule(60, Unit.WORKING_DAYS, warn_at=(10, 5, 90)), date(2026, 4, 7), [ENGLAND])
    assert result.warnings == (date(2026, 6, 18), date(2026, 6, 25))  # 90 days before would be before the start
    hours = due(ClockRule(24, Unit.HOURS, warn_at=(6,)), datetime(2026, 3, 28, 1, 30, tzinfo=UTC), [])
    assert hours.warnings == (datetime(2026, 3, 28, 19, 30, tzinfo=UTC),)


@pytest.mark.parametrize("length", [0, -1, 10**9])
def test_a_length_out_of_bounds_is_refused(length: int) -> None:
    with pytest.raises(ClockError, match="length must be"):
        ClockRule(length, Unit.WORKING_DAYS)


@pytest.mark.parametrize("unit", ["", "fortnights", "hours (ceiling)", "working", "inf"])
def test_an_unknown_unit_is_refused(unit: str) -> None:
    with pytest.raises(ClockError, match="not a unit"):
        rule_from_text(1, unit)


@pytest.mark.parametrize("start", [date(1999, 12, 31), date(2101, 1, 1), date(1, 1, 1), date.max])
def test_a_start_outside_2000_to_2100_is_refused(start: date) -> None:
    for unit in (Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS):
        with pytest.raises(DateOutOfRange):
            due(ClockRule(1, unit), start, [ENGLAND])


@pytest.mark.parametrize("unit", [Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS])
def test_a_result_after_2100_is_refused(unit: Unit) -> None:
    with pytest.raises(DateOutOfRange):
        due(ClockRule(900_000, unit), date(2026, 1, 1), [ENGLAND])


def test_a_result_before_2000_or_in_hours_after_2100_is_refused() -> None:
    with pytest.raises(DateOutOfRange):
        due(rule_from_text(12, "months_before_end"), date(2000, 6, 1), [])
    with pytest.raises(DateOutOfRange):
        due(ClockRule(900_000, Unit.HOURS), datetime(2026, 1, 1, tzinfo=UTC), [])
    with pytest.raises(DateOutOfRange):
        due(rule_from_text(12_000, "calendar_days_before_end"), date(2026, 6, 1), [])


def test_kinds_of_time_are_not_mixed() -> None:
    with pytest.raises(ClockError, match="starts on a date"):
        due(working_days(1), datetime(2026, 1, 1, tzinfo=UTC), [ENGLAND])
    with pytest.raises(ClockError, match="instant with its zone"):
        due(ClockRule(1, Unit.HOURS), datetime(2026, 1, 1), [])
    with pytest.raises(ClockError, match="instant with its zone"):
        due(ClockRule(1, Unit.HOURS), date(2026, 1, 1), [])
    with pytest.raises(ClockError, match="at least one calendar"):
        due(working_days(1), date(2026, 1, 1), [])


def test_rules_that_contradict_themselves_are_refused() -> None:
    with pytest.raises(ClockError, match="neither rolls forward nor pauses"):
        ClockRule(1, Unit.CALENDAR_DAYS, sense=Sense.BEFORE_END, roll_forward=True)
    with pytest.raises(ClockError, match="neither rolls forward nor pauses"):
        ClockRule(1, Unit.CALENDAR_DAYS, sense=Sense.BEFORE_END, pause=PauseRule())
    with pytest.raises(ClockError, match="no start day"):
        ClockRule(1, Unit.HOURS, count_start_day=True)
    with pytest.raises(ClockError, match="long-stop is in hours"):
        ClockRule(1, Unit.MONTHS, long_stop=LongStop(5, Unit.HOURS))


def test_steps_without_a_start_replay_to_nothing() -> None:
    with pytest.raises(ClockError, match="no steps"):
        replay([])
    with pytest.raises(ClockError, match="begin with a start"):
        replay([Step("count", "days", 1, date(2026, 1, 1), "")])


@pytest.mark.parametrize("wall", [datetime(2026, 3, 29, 1, 30), datetime(2026, 10, 25, 1, 30)])
def test_a_wall_clock_time_that_is_skipped_or_repeated_needs_its_offset(wall: datetime) -> None:
    with pytest.raises(ClockError, match="skipped or happens twice"):
        from_wall_clock(wall, "Europe/London")


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ClockError, match="not the name of a time zone"):
        from_wall_clock(datetime(2026, 3, 1), "Europe/Nowhere")


def test_another_weekend_is_a_property_of_the_calendar() -> None:
    friday_saturday = Calendar("VD", {}, date(2029, 12, 31), weekend=frozenset({4, 5}))
    assert due(working_days(1), date(2026, 4, 2), [friday_saturday]).at == date(2026, 4, 5)
    assert due(working_days(1), date(2026, 4, 2), [friday_saturday, ENGLAND]).at == date(2026, 4, 7)
