"""The trail's format stands still: the same event has the same digest for ever, and any change of it another."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sandbox.domain.chain import GENESIS, body_hash, checkpoint_root, envelope_digest, frozen_digest

AT = datetime(2026, 11, 2, 9, 30, 0, 250, tzinfo=UTC)
BODY = {"actor": {"person": None, "name": "Åsa Öst"}, "detail": {"reference": "JS-2026-0001"}, "froze": []}
ENVELOPE: dict[str, Any] = {
    "scope": "case:1",
    "sequence": 1,
    "at": AT,
    "kind": "application.submit",
    "audience": ["firm", "desk:FCA"],
    "body": body_hash("salt", BODY),
    "previous": GENESIS,
}
ROW = {
    "text": "Grüße",
    "count": 3,
    "threshold": Decimal("200"),
    "at": AT,
    "on": date(2026, 11, 2),
    "id": UUID(int=7),
    "record": {"b": 1, "a": [1, 2]},
    "empty": None,
    "yes": True,
}
HEADS = [{"scope": "case:1", "size": 3, "head": "ab" * 32}]


def test_the_format_has_not_changed() -> None:
    """These digests are what older trails hold. If one changes, no kept trail verifies any more."""
    assert GENESIS == "0" * 64
    assert body_hash("salt", BODY) == "a1983da674023e9f4295e98ad39a8468b2252135a0e5da2db7cd18c31212eab8"
    assert envelope_digest(**ENVELOPE) == "4fd914dd60059931e9c2be5ac411daa87becf6ff878b48ec8bb7fa0cfddbd8c5"
    assert checkpoint_root(AT, GENESIS, HEADS) == "86d3372ed4a38819048502e2957f66b26acdea497fb1777e8722319d10fc45ae"
    assert frozen_digest("thing", ROW) == "846232b151e0400c59069bb45abe3659cbf0c39e29a4a68f46b9dab413211b72"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("scope", "case:2"),
        ("sequence", 2),
        ("at", AT + timedelta(microseconds=1)),
        ("kind", "application.amend"),
        ("audience", ["firm"]),
        ("audience", ["firm", "desk:FCA", "public"]),
        ("body", "0" * 64),
        ("previous", "1" * 64),
    ],
)
def test_any_change_of_the_envelope_changes_its_digest(field: str, value: Any) -> None:
    assert envelope_digest(**{**ENVELOPE, field: value}) != envelope_digest(**ENVELOPE)


def test_the_order_of_the_audience_and_the_zone_of_the_moment_do_not() -> None:
    elsewhere = AT.astimezone(timezone(timedelta(hours=5, minutes=30)))
    same = {**ENVELOPE, "audience": ["desk:FCA", "firm"], "at": elsewhere}
    assert envelope_digest(**same) == envelope_digest(**ENVELOPE)


@pytest.mark.parametrize("name", ROW)
def test_any_change_of_a_frozen_column_changes_its_digest(name: str) -> None:
    changed: dict[str, Any] = {
        "text": "Grüsse", "count": 4, "threshold": Decimal("200.0001"), "at": AT + timedelta(microseconds=1),
        "on": date(2026, 11, 3), "id": UUID(int=8), "record": {"b": 1, "a": [2, 1]}, "empty": "", "yes": False,
    }  # fmt: skip
    assert frozen_digest("thing", {**ROW, name: changed[name]}) != frozen_digest("thing", ROW)
    assert frozen_digest("thing", {key: value for key, value in ROW.items() if key != name}) != frozen_digest(
        "thing", ROW
    )


def test_the_table_counts_and_the_order_of_columns_does_not() -> None:
    assert frozen_digest("other", ROW) != frozen_digest("thing", ROW)
    assert frozen_digest("thing", dict(reversed(ROW.items()))) == frozen_digest("thing", ROW)


def test_a_number_is_the_same_before_and_after_storage() -> None:
    stored = Decimal(2_000_000).scaleb(-4)
    assert frozen_digest("thing", {"n": Decimal("200")}) == frozen_digest("thing", {"n": stored})
    assert frozen_digest("thing", {"n": Decimal("2E+2")}) == frozen_digest("thing", {"n": stored})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=5), part, max_size=3),
    max_leaves=8,
)
BODIES = st.dictionaries(st.text(max_size=5), JSON, max_size=3)


@given(BODIES, BODIES)
@settings(max_examples=40)
def test_two_bodies_have_the_same_hash_only_when_they_are_the_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assume(repr(one) != repr(other))  # True and 1 are different words
    if one != other:
        assert body_hash("salt", one) != body_hash("salt", other)


@given(BODIES, st.text(), st.text())
def test_without_the_salt_a_body_cannot_be_recognised(body: dict[str, Any], one: str, other: str) -> None:
    assert (body_hash(one, body) == body_hash(other, body)) == (one == other)


@pytest.mark.parametrize(
    "heads",
    [
        [],
        [{**HEADS[0], "size": 4}],
        [{**HEADS[0], "head": "cd" * 32}],
        [{**HEADS[0], "scope": "case:2"}],
        [*HEADS, *HEADS],
    ],
)
def test_any_change_of_a_head_changes_the_root(heads: list[dict[str, Any]]) -> None:
    assert checkpoint_root(AT, GENESIS, heads) != checkpoint_root(AT, GENESIS, HEADS)


def test_a_root_covers_the_one_before_it_and_its_moment() -> None:
    assert checkpoint_root(AT, "1" * 64, HEADS) != checkpoint_root(AT, GENESIS, HEADS)
    assert checkpoint_root(AT + timedelta(seconds=1), GENESIS, HEADS) != checkpoint_root(AT, GENESIS, HEADS)


def test_the_chain_by_hand() -> None:
    """The published rule, without the portal's code: anybody can check a trail with this."""

    def digest(value: Any) -> str:
        text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    by_hand = {**ENVELOPE, "at": "2026-11-02T09:30:00.000250+00:00", "audience": ["desk:FCA", "firm"]}
    by_hand["body"] = digest({"salt": "salt", "body": BODY})
    assert envelope_digest(**ENVELOPE) == digest(by_hand)
