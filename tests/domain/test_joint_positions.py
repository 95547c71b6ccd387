"""The joint position says what stands on each row, and names the desks wherever they do not hold the same."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sandbox.domain.conditions import Limit
from sandbox.domain.divergences import DISPOSITIONS, View
from sandbox.domain.joint_positions import AGREED, Row, joint_record, joint_row


def limit(code: str, threshold: int, currency: str | None = "GBP") -> View:
    """A desk's limit on the total value."""
    value = f"at most {currency} {threshold:,} at any time"
    return View(
        code, value, "Words.", "Words.", (Limit("total-value", "at_most", Decimal(threshold), currency=currency),)
    )


FINDINGS = (View("FCA", "met", "Sound."), View("SEC", "not_met", "Unsound."))
LIMITS = (limit("FCA", 2_000_000), limit("SEC", 500_000))


@pytest.mark.parametrize(
    ("kind", "views", "disposition", "text", "joint"),
    [
        ("criterion", FINDINGS, "stricter", "", "Not met"),
        ("criterion", FINDINGS, "adopt", "FCA", "FCA: Met"),
        ("criterion", FINDINGS, "both", "", "FCA: Met; SEC: Not met"),
        ("criterion", FINDINGS, "new_text", "Met once the plan is changed.", "Met once the plan is changed."),
        ("criterion", FINDINGS, "agree_to_differ", "FCA: Our law.", ""),
        ("criterion", FINDINGS[:1], None, "", "Met"),
        ("condition", LIMITS, "stricter", "", "at most GBP 500,000 at any time"),
        ("condition", (LIMITS[0], limit("SEC", 9, "USD")), "stricter", "",
         "FCA: at most GBP 2,000,000 at any time; SEC: at most USD 9 at any time"),
        ("condition", LIMITS[:1], "adopt", "SEC", "SEC: no such condition"),
        ("condition", LIMITS[:1], None, "", "at most GBP 2,000,000 at any time"),
    ],
)  # fmt: skip
def test_what_a_row_says(kind: str, views: tuple[View, ...], disposition: str | None, text: str, joint: str) -> None:
    row = joint_row(Row(kind, "key", "Title", views, disposition, text))
    assert row["joint"] == joint
    assert row["disposition"] == (disposition or AGREED)
    assert [view["authority"] for view in row["views"]] == [view.authority for view in views], "no view is lost"
    differ = [view.authority for view in views] if disposition == "agree_to_differ" else []
    assert row["differ"] == differ


def test_every_disposition_has_words() -> None:
    for disposition in DISPOSITIONS:
        assert joint_row(Row("criterion", "k", "T", FINDINGS, disposition, "FCA"))["words"] == DISPOSITIONS[disposition]


def test_the_record_names_where_the_desks_agree_to_differ() -> None:
    rows = [
        Row("criterion", "scope", "Scope", FINDINGS, "agree_to_differ", "FCA: Our law.", ("FCA",)),
        Row("condition", "total-value", "Total value", LIMITS, "stricter"),
    ]
    record = joint_record("JS-2026-0001", 1, {"FCA": "a", "SEC": "b"}, rows, [{"contradiction": "x", "text": "y"}])
    assert record["agree_to_differ"] == ["Scope"]
    assert [row["title"] for row in record["criteria"] + record["conditions"]] == ["Scope", "Total value"]
    assert record["criteria"][0]["differing"] == ["FCA"]
    assert record["positions"] == {"FCA": "a", "SEC": "b"}
