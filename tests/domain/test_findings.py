"""When a finding is stale, what a reliance comes to, and which limits depart from earlier ones."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.conditions import Limit, origin_of, proposed_by_firm
from sandbox.domain.divergences import View, differences, gap
from sandbox.domain.findings import stale, stale_condition
from sandbox.domain.precedents import departures, same_scale
from sandbox.domain.reliance import resolved

PATHS = ["product.summary", "test_plan.limits", "test_plan.limits.total-value.UK", "document:d1"]
some_paths = st.frozensets(st.sampled_from(PATHS))


@given(some_paths, some_paths)
def test_stale_is_what_changed_of_what_it_rests_on(rests_on: frozenset[str], changed: frozenset[str]) -> None:
    found = stale([{"path": path} for path in rests_on], changed)
    assert set(found) == (rests_on & changed if rests_on else changed)
    assert found == sorted(found)


def test_a_condition_rests_on_the_limits_that_it_measures() -> None:
    changed = frozenset({"test_plan.limits", "test_plan.limits.total-value.UK"})
    assert stale_condition("total-value", ["UK", "US"], changed) == ["test_plan.limits.total-value.UK"]
    assert stale_condition("customers", ["UK"], changed) == []
    assert stale_condition(None, ["UK"], changed) == []


# --- origin ----------------------------------------------------------------------------------------------------------

PLAN = [
    {"metric": "total-value", "threshold": "100", "currency": "GBP", "jurisdiction": "UK", "window": "at_any_time",
     "comparator": "at_most"},
    {"metric": "uptime", "threshold": "99", "currency": None, "jurisdiction": "UK", "window": "at_any_time",
     "comparator": "at_least"},
]  # fmt: skip


def condition(metric: str = "total-value", threshold: str = "100", **more: Any) -> dict[str, Any]:
    """A condition that is said to come from the firm."""
    return {
        "origin": "firm", "metric": metric, "threshold": Decimal(threshold), "comparator": "at_most",
        "currency": "GBP", "window": "at_any_time", "jurisdictions": ["UK"], **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "origin"),
    [
        (condition(), "firm"),
        (condition(threshold="101"), "firm"),
        (condition(threshold="99.9999"), "imposed"),
        (condition(currency="USD"), "imposed"),
        (condition(window="per_day"), "imposed"),
        (condition(jurisdictions=["UK", "US"]), "imposed"),
        (condition(jurisdictions=[]), "imposed"),
        (condition(metric="customers", currency=None), "imposed"),
        (condition("uptime", "99", comparator="at_least", currency=None), "firm"),
        (condition("uptime", "98", comparator="at_least", currency=None), "firm"),
        (condition("uptime", "99.5", comparator="at_least", currency=None), "imposed"),
        (condition(metric=None, threshold="0"), "firm"),
        (condition(origin="imposed"), "imposed"),
    ],
)
def test_what_the_firm_is_said_to_have_proposed_must_stand_in_its_plan(asked: dict[str, Any], origin: str) -> None:
    assert origin_of(asked, PLAN) == origin


@given(st.decimals(0, 1000, places=2), st.decimals(0, 1000, places=2))
def test_nothing_stricter_passes_as_the_firms_own(firm: Decimal, ours: Decimal) -> None:
    plan = [{**PLAN[0], "threshold": str(firm)}]
    assert proposed_by_firm(condition(threshold=str(ours)), plan) == (ours >= firm)


# --- reliance --------------------------------------------------------------------------------------------------------


def record(*findings: tuple[str, str, str | None]) -> dict[str, Any]:
    """A position: criterion, value, authority relied on."""
    return {
        "findings": [
            {
                "criterion": criterion, "title": criterion.title(), "joint": criterion, "value": value,
                "reasons": "Why.", "relies_on": {"authority": other, "criterion": "safety"} if other else None,
            }
            for criterion, value, other in findings
        ]
    }  # fmt: skip


def test_a_reliance_takes_the_value_that_it_rests_on() -> None:
    found = resolved({"FCA": record(("readiness", "relies", "SEC")), "SEC": record(("safety", "partly", None))})
    row = found["FCA"]["findings"][0]
    assert row["value"] == "partly"
    assert row["reasons"] == "Relies on SEC's finding on “Safety”: Partly met. Why."
    assert found["SEC"] == record(("safety", "partly", None))


@pytest.mark.parametrize("other", [{}, {"SEC": record()}, {"SEC": record(("safety", "relies", "FCA"))}])
def test_a_reliance_on_nothing_waits_to_be_filled(other: dict[str, Any]) -> None:
    row = resolved({"FCA": record(("readiness", "relies", "SEC")), **other})["FCA"]["findings"][0]
    assert row["value"] == "relies" and "no finding of its own" in row["reasons"]
    views = {"readiness": {"FCA": View("FCA", "relies", row["reasons"])}}
    assert [one.key for one in differences("criterion", {}, views, ["FCA", "SEC"], absent_counts=False)]
    assert "missing" in gap("criterion", [*views["readiness"].values(), View("SEC", "met", "")], ["FCA", "SEC"]).words


# --- earlier decisions -----------------------------------------------------------------------------------------------


def limit(threshold: int, metric: str = "total-value", comparator: str = "at_most") -> Limit:
    """A limit in pounds."""
    return Limit(metric, comparator, Decimal(threshold), "at_any_time", "GBP")


def test_limits_of_the_same_order_are_of_the_same_scale() -> None:
    assert same_scale([limit(100)], [limit(1000)]) and same_scale([limit(1000)], [limit(100)])
    assert not same_scale([limit(100)], [limit(1001)])
    assert same_scale([limit(100)], [limit(5000, "customers")]), "nothing in common speaks against it"


def test_a_departure_is_outside_the_range_of_theirs() -> None:
    theirs = [limit(100), limit(300)]
    assert departures([limit(100), limit(300), limit(200)], theirs) == []
    looser, stricter = departures([limit(301), limit(99)], theirs)
    assert (looser.way, looser.ours, looser.theirs) == ("looser", "GBP 301", "GBP 100 to 300")
    assert stricter.way == "stricter"
    floors = departures([limit(1, "uptime", "at_least")], [limit(2, "uptime", "at_least")])
    assert floors[0].way == "looser"
