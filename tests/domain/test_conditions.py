"""Limits: which of two is stricter, when they can be compared at all, and when a value breaks one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.conditions import AT_LEAST, AT_MOST, COMPARATORS, KINDS, ORIGINS, WINDOWS, Limit, stricter

NUMBERS = st.decimals(min_value=0, max_value=10**12, places=4)
LIMITS = st.builds(
    Limit,
    metric=st.just("total-value"),
    comparator=st.sampled_from([AT_MOST, AT_LEAST]),
    threshold=NUMBERS,
    window=st.sampled_from(sorted(WINDOWS)),
    currency=st.sampled_from([None, "GBP", "USD"]),
    jurisdictions=st.frozensets(st.sampled_from(["UK", "US"])),
)
CAP = Limit("customers", AT_MOST, Decimal(200))
FLOOR = Limit("reserve", AT_LEAST, Decimal("1000000.00"), currency="GBP")


@pytest.mark.parametrize(
    ("limit", "value", "broken"),
    [
        (CAP, "199.9999", False),
        (CAP, "200", False),
        (CAP, "200.0000", False),
        (CAP, "200.0001", True),
        (CAP, "0", False),
        (FLOOR, "999999.99", True),
        (FLOOR, "1000000", False),
        (FLOOR, "1000000.01", False),
    ],
)
def test_a_value_equal_to_the_limit_keeps_it(limit: Limit, value: str, broken: bool) -> None:
    assert limit.breached_by(Decimal(value)) is broken


@given(LIMITS, NUMBERS, NUMBERS)
def test_of_two_limits_the_stricter_is_the_one_that_any_broken_value_breaks(
    one: Limit, threshold: Decimal, value: Decimal
) -> None:
    other = replace(one, threshold=threshold)
    strict = stricter(one, other)
    assert strict in (one, other)
    assert strict.breached_by(value) == (one.breached_by(value) or other.breached_by(value))


@given(LIMITS, NUMBERS)
def test_it_does_not_matter_which_comes_first(one: Limit, threshold: Decimal) -> None:
    other = replace(one, threshold=threshold)
    assert stricter(one, other) == stricter(other, one)
    assert stricter(one, one) == one


@given(LIMITS, LIMITS)
def test_limits_that_cannot_be_compared_have_no_stricter_one(one: Limit, other: Limit) -> None:
    assert one.comparable(other) == other.comparable(one)
    if one.comparable(other):
        assert stricter(one, other) in (one, other)
        return
    with pytest.raises(ValueError, match="cannot be compared"):
        stricter(one, other)


@given(LIMITS)
def test_a_limit_is_comparable_with_itself(limit: Limit) -> None:
    assert limit.comparable(limit)


@pytest.mark.parametrize(
    "change",
    [{"metric": "orders"}, {"comparator": AT_LEAST}, {"window": "per_day"}, {"currency": "USD"}],
    ids=lambda change: next(iter(change)),
)
def test_what_must_agree(change: dict[str, str]) -> None:
    assert not CAP.comparable(replace(CAP, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("here", "there", "comparable"),
    [
        ({"UK"}, {"US"}, False),
        ({"UK"}, {"UK", "US"}, True),
        (set(), {"US"}, True),  # without jurisdictions a limit holds everywhere
        ({"UK"}, set(), True),
        (set(), set(), True),
    ],
)
def test_limits_meet_where_both_hold(here: set[str], there: set[str], comparable: bool) -> None:
    one = replace(CAP, jurisdictions=frozenset(here))
    assert one.comparable(replace(CAP, jurisdictions=frozenset(there))) is comparable


def test_the_words_of_conditions_are_apart() -> None:
    assert set(COMPARATORS) == {AT_MOST, AT_LEAST}
    assert len(set(KINDS)) == len(KINDS) == 10
    assert ORIGINS == ("firm", "imposed", "harmonised")
    assert len(set(WINDOWS.values())) == len(WINDOWS)
