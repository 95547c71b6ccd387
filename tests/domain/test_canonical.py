"""One spelling for one record."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest

from sandbox.domain.canonical import canonical_json, record_hash

pytestmark = pytest.mark.once


def test_order_of_keys_and_kind_of_sequence_do_not_matter() -> None:
    one = {"b": [1, 2], "a": {"y": None, "x": True}}
    other = {"a": {"x": True, "y": None}, "b": (1, 2)}
    assert canonical_json(one) == canonical_json(other) == b'{"a":{"x":true,"y":null},"b":[1,2]}'
    assert record_hash(one) == record_hash(other)


def test_values_keep_their_meaning() -> None:
    record = {
        "money": Decimal("1000000.00"), "tiny": Decimal("0E-8"), "day": date(2026, 12, 1), "name": "Łódź",
        "moment": datetime(2026, 12, 1, 10, 0, tzinfo=timezone(timedelta(hours=1))), "id": UUID(int=7),
        "codes": frozenset({"US", "UK"}),
    }  # fmt: skip
    assert canonical_json(record).decode() == (
        '{"codes":["UK","US"],"day":"2026-12-01","id":"00000000-0000-0000-0000-000000000007",'
        '"moment":"2026-12-01T09:00:00Z","money":"1000000.00","name":"Łódź","tiny":"0.00000000"}'
    )


def test_the_same_moment_is_written_the_same() -> None:
    there = datetime(2026, 12, 1, 10, tzinfo=timezone(timedelta(hours=1)))
    assert canonical_json(there) == canonical_json(there.astimezone(UTC))


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), Decimal("NaN"), Decimal("-Infinity"), Decimal("sNaN"), datetime(2026, 1, 1), "\ud800"],
)
def test_what_is_not_finite_or_not_certain_is_refused(value: object) -> None:
    with pytest.raises(ValueError):
        canonical_json({"value": value})


@pytest.mark.parametrize("record", [{1: "x"}, {"x": object()}, {"x": b"bytes"}])
def test_what_json_has_no_place_for_is_refused(record: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(record)
