"""Clocks as a desk's list of events tells them: what is counted, when something is to be said, and the law's table."""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.adapters.calendars import calendar
from sandbox.adapters.catalogue_files import CATALOGUE, load_catalogue
from sandbox.domain.clocks import (
    LONG_STOP,
    ClockRule,
    LongStop,
    PauseRule,
    Resume,
    Run,
    Sense,
    Unit,
    replay,
    rule_from_content,
    run_of,
)

pytestmark = pytest.mark.once
ENGLAND = calendar("GB-ENG")
RULE = ClockRule(60, Unit.WORKING_DAYS, pause=PauseRule(), long_stop=LongStop(12, Unit.MONTHS), warn_at=(20, 10, 5))
START = datetime(2026, 4, 7, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """An event as the database has it."""

    kind: str
    at: datetime
    reason: str = ""
    cause: str | None = "rfi"
    cause_id: int | None = None


def run(*rows: Row, rule: ClockRule = RULE) -> Run:
    found = run_of(rule, (ENGLAND,), "Europe/London", (Row("started", START), *rows), START)
    assert found is not None
    return found


def day(month: int, of: int, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, of, hour, tzinfo=UTC)


def test_a_clock_that_was_never_started_is_none() -> None:
    assert run_of(RULE, (ENGLAND,), "Europe/London", ()) is None


def test_days_are_those_of_the_authority() -> None:
    """23:30 UTC on 7 April is 8 April in London, where clocks are on summer time."""
    late = run_of(RULE, (ENGLAND,), "Europe/London", (Row("started", datetime(2026, 4, 7, 23, 30, tzinfo=UTC)),))
    assert late is not None and late.start == date(2026, 4, 8)


def test_of_two_requests_the_clock_stands_until_both_are_answered() -> None:
    found = run(
        Row("paused", day(4, 20), cause_id=1),
        Row("paused", day(4, 22), cause_id=2),
        Row("completed", day(4, 24), cause_id=1),
        Row("completed", day(4, 29), cause_id=2),
    )
    assert found.usage(day(5, 10)).paused == 7, "20 to 24 and 27 to 28 April"
    once = replace(RULE, pause=PauseRule(times=1))
    assert replace(found, rule=once).usage(day(5, 10)).paused == 4, "the second is no second interruption"


def test_an_answer_to_another_request_ends_nothing() -> None:
    found = run(Row("paused", day(4, 20), cause_id=1), Row("completed", day(4, 22), cause_id=9))
    assert found.due(day(4, 30)).is_paused


def test_a_part_of_an_answer_resumes_only_where_the_rule_says_so() -> None:
    rows = (Row("paused", day(4, 20), cause_id=1), Row("replied", day(4, 22), cause_id=1))
    assert run(*rows).due(day(4, 30)).is_paused
    any_reply = replace(RULE, pause=PauseRule(resume=Resume.ANY_REPLY))
    assert not run(*rows, rule=any_reply).due(day(4, 30)).is_paused


def test_what_comes_after_the_end_changes_nothing() -> None:
    ended = run(Row("stopped", day(6, 1)))
    later = run(Row("stopped", day(6, 1)), Row("paused", day(6, 10), cause_id=1))
    assert ended.usage(day(9, 1)) == later.usage(day(12, 1))
    assert ended.points(day(5, 1)) == ()


def test_started_again_it_counts_anew() -> None:
    found = run(Row("stopped", day(5, 1)), Row("started", day(6, 1), "Again."))
    assert found.stopped is None and found.counts_from == date(2026, 6, 1)
    assert (
        found.due(day(6, 2)).at
        == run_of(RULE, (ENGLAND,), "Europe/London", (Row("started", day(6, 1)),)).due(day(6, 2)).at
    )  # type: ignore[union-attr]


def test_the_long_stop_is_spoken_of_while_the_clock_stands() -> None:
    """DOMAIN 11.6, case 11: alerts 30, 10 and 1 days before, and nothing moves the day."""
    standing = run(Row("paused", day(4, 20), cause_id=1))
    for moment in (day(5, 1), day(12, 1), day(4, 1, year=2027)):
        alerts = [(p.distance, p.day) for p in standing.points(moment) if p.kind == LONG_STOP]
        stop = date(2027, 4, 7)
        assert alerts == [(n, stop - timedelta(days=n)) for n in (30, 10, 1)]
    assert standing.due(day(4, 1, year=2027)).at == date(2027, 4, 7), "the clock ends there, whatever has paused it"


def test_the_long_stop_runs_from_the_receipt() -> None:
    found = run_of(RULE, (ENGLAND,), "Europe/London", (Row("started", day(6, 1)),), START)
    assert found is not None and found.due(day(6, 2)).long_stop == date(2027, 4, 7)


@given(
    st.lists(
        st.tuples(st.sampled_from(["paused", "replied", "completed", "resumed", "stopped"]), st.integers(0, 300)),
        max_size=8,
    ),
    st.integers(0, 400),
)
def test_the_steps_lead_to_the_date_whatever_has_happened(events: list[tuple[str, int]], asked: int) -> None:
    rows = [Row(kind, START + timedelta(days=days), cause_id=1) for kind, days in events]
    at = START + timedelta(days=asked)
    found = run(*rows)
    result, used = found.due(at), found.usage(at)
    assert replay(result.steps) == result.at
    assert 0 <= used.used <= used.total and used.left >= 0 and used.paused >= 0


# --- the reference table of statutory clocks -------------------------------------------------------------------------


def test_the_catalogue_holds_every_row_of_the_reference_table() -> None:
    """The copy under tests/data is the table as it was researched, with its source marks."""
    known = Path(__file__).parent.parent / "data" / "clocks.csv"
    wanted, shipped = (
        list(csv.reader(path.read_text(encoding="utf-8").splitlines())) for path in (known, CATALOGUE / "clocks.csv")
    )
    assert shipped[1:] == wanted[1:] and len(wanted) > 20
    assert all(row[-1] for row in shipped)


def test_every_row_of_the_law_comes_to_a_rule() -> None:
    rules = {(row.authority, row.step): row.rule for row in load_catalogue().law_clocks}
    change = rules["FSMA s189-190", "decide"]
    assert change.count_start_day and change.pause == PauseRule(times=1, days=20)
    assert rules["FCA PSRs 2017 reg 9", "decide complete"].long_stop == LongStop(12, Unit.MONTHS, "receipt")
    assert rules["CSA NP 11-203", "non-principal opt in/out"].unit is Unit.WORKING_DAYS
    senses = {rule.sense for rule in rules.values()}
    assert senses == {Sense.EXACT, Sense.BEFORE_END, Sense.AT_LEAST, Sense.AT_MOST, Sense.TYPICAL}


def test_a_catalogue_clock_keeps_its_pause_and_long_stop_as_plain_values() -> None:
    for authority in load_catalogue().authorities:
        for clock in authority.clocks:
            pause, stop = clock.pause, clock.long_stop
            content = {
                "length": clock.length,
                "unit": clock.unit,
                "count_start_day": clock.count_start_day,
                "roll_forward": clock.roll_forward,
                "warn_at": list(clock.warn_at),
                "pause": pause
                and {"on": list(pause.on), "times": pause.times, "days": pause.days, "resume": pause.resume.value},
                "long_stop": stop and {"length": stop.length, "unit": stop.unit.value, "starts": stop.starts},
            }
            assert rule_from_content(content) == clock.rule
