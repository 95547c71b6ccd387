"""What changed between two records: paths down to a row of the test plan, documents, and words for people."""

from __future__ import annotations

from typing import Any

from sandbox.domain.changes import changed, differences, field_of, labels
from sandbox.domain.dossier import Place, Vocabulary
from tests.sets import FIRST

WORDS = Vocabulary(
    {"metrics": [{"code": "total-value", "title": "Total value", "kind": "money"}]},
    {"UK": Place("UK", "United Kingdom", "GBP"), "US": Place("US", "United States", "USD")},
    FIRST,
)


def limit(metric: str, threshold: str, place: str) -> dict[str, str]:
    """A limit as the record keeps it."""
    return {"metric": metric, "threshold": threshold, "jurisdiction": place, "currency": "GBP"}


def record(*documents: dict[str, str], **sections: Any) -> dict[str, Any]:
    """A record with these sections and documents."""
    return {"sections": sections, "documents": list(documents)}


OLD = record(
    {"id": "d1", "name": "plan.pdf", "sha256": "a"},
    {"id": "d2", "name": "funds.pdf", "sha256": "b"},
    product={"summary": "Settles bonds."},
    jurisdictions={"rationale": {"UK": "Home.", "US": "Buyers."}},
    test_plan={"limits": [limit("total-value", "10", "UK"), limit("total-value", "20", "US")], "exit_plan": ""},
)
NEW = record(
    {"id": "d1", "name": "plan.pdf", "sha256": "a"},
    {"id": "d3", "name": "funds.pdf", "sha256": "c"},
    product={"summary": "Settles bonds."},
    jurisdictions={"rationale": {"UK": "Home.", "US": "Customers."}},
    test_plan={"limits": [limit("total-value", "10", "UK"), limit("total-value", "25", "US")], "exit_plan": None},
)


def test_the_same_record_has_not_changed_and_empty_is_as_good_as_none() -> None:
    assert changed(OLD, OLD) == frozenset()
    assert changed(record(test_plan={"exit_plan": ""}), record(test_plan={})) == frozenset()
    assert changed(None, None) == frozenset()


def test_only_the_rows_that_changed_are_named_and_the_answer_they_belong_to() -> None:
    assert changed(OLD, NEW) == {
        "test_plan.limits",
        "test_plan.limits.total-value.US",
        "jurisdictions.rationale",
        "jurisdictions.rationale.US",
        "document:d2",
        "document:d3",
    }


def test_answers_without_a_field_of_their_own_count_too() -> None:
    assert changed(record(firm={"entities": []}), record(firm={"entities": [{"name": "A"}]})) == {"firm.entities"}


def test_people_read_words_before_and_after() -> None:
    found = {one.path: one for one in differences(OLD, NEW, WORDS)}
    assert set(found) == changed(OLD, NEW) - {"test_plan.limits", "jurisdictions.rationale"}
    total = found["test_plan.limits.total-value.US"]
    assert "20" in total.before[0] and "25" in total.after[0] and total.kind == "changed"
    assert total.before[0].startswith("United States: Total value")
    assert found["jurisdictions.rationale.US"].after == ("United States: Customers.",)
    assert (found["document:d2"].kind, found["document:d2"].before) == ("removed", ("funds.pdf",))
    assert (found["document:d3"].kind, found["document:d3"].after) == ("added", ("funds.pdf",))


def test_a_limit_that_is_new_or_gone() -> None:
    less = record(test_plan={"limits": [limit("total-value", "10", "UK")]})
    more = record(test_plan={"limits": [limit("total-value", "10", "UK"), limit("total-value", "20", "US")]})
    assert [one.kind for one in differences(less, more, WORDS)] == ["added"]
    assert [one.kind for one in differences(more, less, WORDS)] == ["removed"]


def test_everything_given_can_be_named_and_a_row_belongs_to_its_answer() -> None:
    names = labels(OLD, WORDS)
    assert names["test_plan.limits.total-value.UK"] == "Test plan: Limits, Total value, United Kingdom"
    assert names["document:d1"] == "Document: plan.pdf"
    assert "test_plan.exit_plan" not in names
    assert field_of("test_plan.limits.total-value.UK") == "test_plan.limits"
    assert field_of("document:d1") == "document:d1"
