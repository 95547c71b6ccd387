"""Laws that every deadline keeps, tried on thousands of starts, lengths and event lists."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.adapters.calendars import calendar
from sandbox.domain.clocks import ClockRule, Event, EventKind, LongStop, PauseRule, Resume, Unit, due, replay, usage

pytestmark = pytest.mark.once
ENGLAND, FEDERAL = calendar("GB-ENG"), calendar("US-FED")
BOTH = [ENGLAND, FEDERAL]
days = st.dates(date(2025, 1, 1), date(2028, 12, 31))
lengths = st.integers(1, 90)
day_units = st.sampled_from([Unit.WORKING_DAYS, Unit.CALENDAR_DAYS, Unit.MONTHS])
rules = st.builds(
    ClockRule,
    length=lengths,
    unit=day_units,
    count_start_day=st.booleans(),
    roll_forward=st.booleans(),
    pause=st.none()
    | st.builds(
        PauseRule,
        times=st.none() | st.integers(1, 3),
        days=st.none() | st.integers(1, 30),
        resume=st.sampled_from(Resume),
    ),
    long_stop=st.none() | st.builds(LongStop, length=st.integers(1, 200), unit=day_units),
)
event_lists = st.lists(
    st.builds(
        Event,
        kind=st.sampled_from([EventKind.PAUSED, EventKind.REPLIED, EventKind.COMPLETED, EventKind.RESUMED]),
        at=days,
    ),
    max_size=6,
)
a_hundred = settings(max_examples=100, deadline=None)


@a_hundred
@given(rules, days, event_lists)
def test_replaying_the_steps_yields_the_date(rule: ClockRule, start: date, events: list[Event]) -> None:
    result = due(rule, start, BOTH, events, as_of=date(2028, 12, 31))
    assert replay(result.steps) == result.at
    assert result.steps[-1].until >= result.at  # a long-stop names its own day


@a_hundred
@given(day_units, lengths, st.booleans(), days, st.integers(0, 40))
def test_a_longer_clock_and_a_later_start_never_end_earlier(
    unit: Unit, length: int, counted: bool, start: date, more: int
) -> None:
    plain = due(ClockRule(length, unit, count_start_day=counted), start, [ENGLAND]).at
    longer = due(ClockRule(length + more, unit, count_start_day=counted), start, [ENGLAND]).at
    later = due(ClockRule(length, unit, count_start_day=counted), start + timedelta(days=more), [ENGLAND]).at
    assert plain <= longer
    assert plain <= later


@a_hundred
@given(lengths, st.booleans(), days)
def test_open_on_both_is_never_earlier_than_on_either(length: int, counted: bool, start: date) -> None:
    rule = ClockRule(length, Unit.WORKING_DAYS, count_start_day=counted)
    both = due(rule, start, BOTH).at
    assert both >= max(due(rule, start, [ENGLAND]).at, due(rule, start, [FEDERAL]).at)
    assert ENGLAND.is_open(both)
    assert FEDERAL.is_open(both)


@a_hundred
@given(rules, days, event_lists)
def test_pauses_never_shorten_and_never_pass_the_long_stop(rule: ClockRule, start: date, events: list[Event]) -> None:
    paused = due(rule, start, BOTH, events, as_of=date(2028, 12, 31)).at
    assert paused >= due(rule, start, BOTH).at
    if rule.long_stop:
        assert paused <= due(ClockRule(rule.long_stop.length, rule.long_stop.unit), start, BOTH).at


@a_hundred
@given(rules, days, event_lists)
def test_the_order_in_which_events_are_listed_does_not_matter(
    rule: ClockRule, start: date, events: list[Event]
) -> None:
    distinct = list({event.at: event for event in events}.values())
    there, back = due(rule, start, BOTH, distinct), due(rule, start, BOTH, distinct[::-1])
    assert there == back


@a_hundred
@given(st.integers(1, 60), days, event_lists, st.integers(0, 200))
def test_used_and_left_make_up_the_whole(length: int, start: date, events: list[Event], later: int) -> None:
    rule = ClockRule(length, Unit.WORKING_DAYS, pause=PauseRule())
    on = usage(rule, start, BOTH, events, start + timedelta(days=later))
    assert on.used + on.left == on.total == length
    assert on.overdue == 0 or on.left == 0


@a_hundred
@given(st.integers(1, 2000), st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)))
def test_hours_are_elapsed_time(length: int, start: datetime) -> None:
    instant = start.replace(tzinfo=UTC)
    result = due(ClockRule(length, Unit.HOURS), instant, BOTH)
    assert result.at == instant + timedelta(hours=length) == replay(result.steps)
