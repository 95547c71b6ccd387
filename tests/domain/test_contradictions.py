"""Conditions that cannot both be met: a floor above a ceiling, on one metric, in one place, of two desks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.conditions import Limit, excludes, in_words, key_of_condition, limit_of
from sandbox.domain.contradictions import Pair, contradictions, sides, title_of


def record(comparator: str = "at_most", threshold: str = "100", **more: Any) -> dict[str, Any]:
    """A condition as a position records it."""
    return {
        "kind": "limit", "title": "Customers", "text": "Words.", "metric": "customers", "comparator": comparator,
        "threshold": threshold, "currency": None, "window": "at_any_time", "jurisdictions": ["UK"], **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "change", "excluded"),
    [
        ("a floor above the ceiling", {}, True),
        ("a floor at the ceiling: one value keeps both", {"threshold": "100"}, False),
        ("a floor below the ceiling", {"threshold": "99"}, False),
        ("another metric", {"metric": "uptime"}, False),
        ("another window", {"window": "per_day"}, False),
        ("another currency", {"currency": "USD"}, False),
        ("another country", {"jurisdictions": ["US"]}, False),
        ("one country of two", {"jurisdictions": ["US", "UK"]}, True),
        ("everywhere", {"jurisdictions": []}, True),
        ("two ceilings", {"comparator": "at_most"}, False),
        ("words without a limit", {"metric": None}, False),
    ],
)
def test_what_excludes(words: str, change: dict[str, Any], excluded: bool) -> None:
    found = contradictions(
        {"FCA": [record()], "SEC": [record(**{"comparator": "at_least", "threshold": "101", **change})]}
    )
    assert bool(found) is excluded, words


def test_a_pair_has_one_name_whichever_side_comes_first() -> None:
    one, other = sides("SEC", [record(title="A")])[0], sides("FCA", [record(), record(title="B")])[1]
    assert Pair(one, other).key == Pair(other, one).key == "FCA-2 SEC-1"
    assert Pair(one, other).title == title_of((other, one)) == "“B” (FCA) and “A” (SEC)"


def test_a_desk_does_not_contradict_itself_here() -> None:
    assert contradictions({"FCA": [record(), record("at_least", "500")]}) == []


LIMITS = st.builds(
    Limit,
    st.sampled_from(["customers", "value"]),
    st.sampled_from(["at_most", "at_least"]),
    st.integers(0, 5).map(Decimal),
    st.just("at_any_time"),
    st.sampled_from([None, "GBP"]),
    st.frozensets(st.sampled_from(["UK", "US"])),
)


@given(LIMITS, LIMITS)
def test_limits_exclude_each_other_exactly_when_no_value_keeps_both(one: Limit, other: Limit) -> None:
    possible = any(
        not one.breached_by(Decimal(value)) and not other.breached_by(Decimal(value)) for value in range(-1, 8)
    )
    same = (one.metric, one.currency) == (other.metric, other.currency) and one.overlaps(other)
    assert excludes(one, other) is excludes(other, one) is (same and not possible)


def test_a_condition_in_words() -> None:
    limit = {"metric": "total-value", "comparator": "at_most", "threshold": "2000000.5000", "currency": "GBP"}
    assert in_words({**limit, "window": "at_any_time"}) == "at most GBP 2,000,000.5 at any time"
    assert in_words({"metric": None, "text": "Report each month."}) == "Report each month."
    assert key_of_condition(record()) == "customers"
    assert (
        key_of_condition(record(metric=None, kind="reporting", title=" Monthly Report ")) == "reporting:monthly report"
    )
    assert limit_of(record(metric=None)) is None
    assert limit_of(record()) == Limit("customers", "at_most", Decimal(100), "at_any_time", None, frozenset({"UK"}))
