"""Pauses, extensions, restarts and long-stops: read off the events each time, never counted up."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sandbox.domain.clocks import (
    Calendar,
    ClockError,
    ClockRule,
    Due,
    Event,
    EventKind,
    LongStop,
    PauseRule,
    Resume,
    Unit,
    due,
    replay,
    usage,
)

PLAIN = Calendar("PLAIN", {date(2026, 5, 4): "Spring Day"}, date(2029, 12, 31))
START = date(2026, 4, 6)  # a Monday
pytestmark = pytest.mark.once
ANY = PauseRule(resume=Resume.ANY_REPLY)


def event(kind: EventKind, day: int, month: int = 4, **more: object) -> Event:
    return Event(kind, date(2026, month, day), **more)  # type: ignore[arg-type]


def ends(rule: ClockRule, *events: Event, **more: date) -> Due:
    result = due(rule, START, [PLAIN], events, **more)
    assert replay(result.steps) == result.at
    return result


def test_paused_days_do_not_count_and_the_day_of_the_reply_does() -> None:
    rule = ClockRule(10, Unit.WORKING_DAYS, pause=PauseRule())
    assert ends(rule).at == date(2026, 4, 20)
    paused = ends(rule, event(EventKind.PAUSED, 8, reason="request 1"), event(EventKind.COMPLETED, 13))
    assert paused.at == date(2026, 4, 23)
    assert paused.paused_units == 3  # Wed, Thu, Fri; the weekend is not a paused working day
    assert any("paused, request 1" in sentence for sentence in paused.explain())
    assert not paused.provisional


def test_an_incomplete_reply_resumes_only_where_the_rule_says_any_reply() -> None:
    events = (event(EventKind.PAUSED, 8), event(EventKind.REPLIED, 13), event(EventKind.COMPLETED, 15))
    assert ends(ClockRule(10, Unit.WORKING_DAYS, pause=ANY), *events).at == date(2026, 4, 23)
    complete = ends(ClockRule(10, Unit.WORKING_DAYS, pause=PauseRule()), *events)
    assert complete.at == date(2026, 4, 27)
    assert any("not complete" in sentence for sentence in complete.explain())


def test_one_interruption_only_and_at_most_so_many_days() -> None:
    rule = ClockRule(60, Unit.WORKING_DAYS, count_start_day=True, pause=PauseRule(times=1, days=20))
    first = (event(EventKind.PAUSED, 8), event(EventKind.COMPLETED, 10))
    second = (event(EventKind.PAUSED, 20, reason="request 2"), event(EventKind.COMPLETED, 24))
    once, twice = ends(rule, *first), ends(rule, *first, *second)
    assert once.at == twice.at
    assert any("request 2 does not stop the clock, it may be paused once only" in s for s in twice.explain())
    long = ends(rule, event(EventKind.PAUSED, 8), event(EventKind.COMPLETED, 30, 9))
    assert long.paused_units == 20


def test_a_clock_without_a_pause_rule_is_not_paused() -> None:
    result = ends(ClockRule(10, Unit.WORKING_DAYS), event(EventKind.PAUSED, 8, reason="a request"))
    assert result.at == date(2026, 4, 20)
    assert "nothing pauses it" in result.explain()[-1]


@pytest.mark.parametrize(
    ("paused", "words"),
    [
        (event(EventKind.PAUSED, 8, cause="holiday"), "not among what pauses it"),
        (event(EventKind.PAUSED, 1), "not running yet"),
    ],
)
def test_events_that_the_rule_does_not_allow_change_nothing(paused: Event, words: str) -> None:
    result = ends(ClockRule(10, Unit.WORKING_DAYS, pause=PauseRule()), paused)
    assert result.at == date(2026, 4, 20)
    assert words in result.explain()[-1]


def test_a_second_request_while_paused_changes_nothing() -> None:
    rule = ClockRule(10, Unit.WORKING_DAYS, pause=PauseRule())
    result = ends(rule, event(EventKind.PAUSED, 8), event(EventKind.PAUSED, 9), event(EventKind.COMPLETED, 13))
    assert result.at == date(2026, 4, 23)


def test_an_open_pause_makes_the_date_provisional() -> None:
    rule = ClockRule(10, Unit.WORKING_DAYS, pause=PauseRule())
    result = ends(rule, event(EventKind.PAUSED, 8), as_of=date(2026, 4, 13))
    assert (result.at, result.provisional, result.is_paused) == (date(2026, 4, 23), True, True)


def test_an_open_pause_whose_allowance_is_used_up_is_over() -> None:
    rule = ClockRule(10, Unit.WORKING_DAYS, pause=PauseRule(days=2))
    result = ends(rule, event(EventKind.PAUSED, 8), as_of=date(2026, 4, 20))
    assert (result.at, result.provisional, result.is_paused) == (date(2026, 4, 22), False, False)


def test_nothing_pauses_a_long_stop() -> None:
    rule = ClockRule(6, Unit.MONTHS, pause=PauseRule(), long_stop=LongStop(8, Unit.MONTHS))
    paused = (event(EventKind.PAUSED, 8), event(EventKind.COMPLETED, 8, 10))
    assert ends(rule, *paused).at == date(2026, 12, 6)
    assert ends(rule, *paused, long_stop_from=date(2026, 3, 2)).at == date(2026, 11, 2)
    short = ends(rule, event(EventKind.PAUSED, 8), event(EventKind.COMPLETED, 18))
    assert short.at == date(2026, 10, 16)
    assert any("changes nothing here" in sentence for sentence in short.explain())


def test_months_are_lengthened_by_the_paused_calendar_days_within_the_allowance() -> None:
    rule = ClockRule(6, Unit.MONTHS, pause=PauseRule(days=30))
    paused = (event(EventKind.PAUSED, 8), event(EventKind.COMPLETED, 8, 8))
    assert ends(rule, *paused).at == date(2026, 11, 5)  # 6 October and 30 days


def test_hours_are_lengthened_by_the_time_that_the_clock_stood() -> None:
    start = datetime(2026, 4, 6, 9, tzinfo=UTC)
    rule = ClockRule(24, Unit.HOURS, pause=PauseRule())
    events = (
        Event(EventKind.PAUSED, datetime(2026, 4, 6, 10, tzinfo=UTC)),
        Event(EventKind.COMPLETED, datetime(2026, 4, 6, 12, 30, tzinfo=UTC)),
    )
    result = due(rule, start, [], events)
    assert result.at == datetime(2026, 4, 7, 11, 30, tzinfo=UTC) == replay(result.steps)
    capped = due(
        ClockRule(240, Unit.HOURS, pause=PauseRule(days=1)),
        start,
        [],
        events[:1],
        as_of=datetime.max.replace(year=2026, tzinfo=UTC),
    )
    assert capped.at == datetime(2026, 4, 17, 9, tzinfo=UTC)
    assert not capped.provisional


def test_an_extension_lengthens_and_a_restart_counts_anew() -> None:
    rule = ClockRule(10, Unit.WORKING_DAYS, pause=PauseRule())
    extended = ends(rule, event(EventKind.EXTENDED, 9, amount=5, reason="by agreement"))
    assert extended.at == date(2026, 4, 27)
    assert "by agreement" in extended.explain()[0]
    again = ends(rule, event(EventKind.PAUSED, 7), event(EventKind.RESTARTED, 13, reason="material change"))
    assert again.at == date(2026, 4, 27)
    assert not again.provisional


def test_usage_on_a_day_is_read_off_the_events() -> None:
    rule = ClockRule(10, Unit.WORKING_DAYS, pause=PauseRule())
    events = [event(EventKind.PAUSED, 8), event(EventKind.COMPLETED, 13)]

    def figures(day: int, month: int = 4) -> tuple[int, int, int, int, bool]:
        on = usage(rule, START, [PLAIN], events, date(2026, month, day))
        return on.used, on.left, on.paused, on.overdue, on.is_paused

    assert figures(6) == (0, 10, 0, 0, False)
    assert figures(7) == (1, 9, 0, 0, False)
    assert figures(9) == (1, 9, 2, 0, True)  # what comes later is not known on the 9th
    assert figures(13) == (2, 8, 3, 0, False)
    assert figures(23) == (10, 0, 3, 0, False)
    assert figures(27) == (10, 0, 3, 2, False)


def test_usage_of_months_and_hours() -> None:
    months = usage(ClockRule(6, Unit.MONTHS), START, [PLAIN], [], date(2026, 4, 16))
    assert (months.unit, months.total, months.used, months.left) == (Unit.CALENDAR_DAYS, 183, 10, 173)
    start = datetime(2026, 4, 6, 9, tzinfo=UTC)
    hours = usage(ClockRule(24, Unit.HOURS), start, [], [], datetime(2026, 4, 7, 12, tzinfo=UTC))
    assert (hours.total, hours.used, hours.left, hours.overdue) == (24, 24, 0, 3)
    with pytest.raises(ClockError, match="same kind"):
        usage(ClockRule(24, Unit.HOURS), start, [], [], date(2026, 4, 7))


def test_a_long_stop_shortens_what_is_left() -> None:
    rule = ClockRule(60, Unit.WORKING_DAYS, pause=PauseRule(), long_stop=LongStop(20, Unit.CALENDAR_DAYS))
    on = usage(rule, START, [PLAIN], [], date(2026, 4, 20))
    assert (on.due.at, on.left) == (date(2026, 4, 26), 4)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (Event(EventKind.PAUSED, datetime(2026, 4, 8, tzinfo=UTC)), "need a date"),
        (Event(EventKind.EXTENDED, date(2026, 4, 8)), "at least one unit"),
        (Event(EventKind.PAUSED, date(1990, 1, 1)), "2000 to 2100"),
    ],
)
def test_events_that_make_no_sense_are_refused(bad: Event, words: str) -> None:
    with pytest.raises(ClockError, match=words):
        due(ClockRule(10, Unit.WORKING_DAYS, pause=PauseRule()), START, [PLAIN], [bad])
