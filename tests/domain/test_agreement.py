"""Answers that do not agree: each kind of rule holds where it should and nowhere else, and a bad rule is named."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.domain.agreement import disagreements, marked, unexplained, wrong_rules

LIMIT = {"path": "test_plan.limits", "column": "threshold", "only": {"metric": "customers", "jurisdiction": "UK"}}


def rule(**values: Any) -> dict[str, Any]:
    return {"code": "one", "title": "One", "message": "They differ.", **values}


def plan(**answers: Any) -> dict[str, dict[str, Any]]:
    return {"test_plan": answers}


def limits(*rows: tuple[str, str, str]) -> list[dict[str, str]]:
    return [{"metric": metric, "jurisdiction": place, "threshold": amount} for metric, place, amount in rows]


def told(rules: list[dict[str, Any]], sections: dict[str, dict[str, Any]]) -> list[str]:
    return [one.message for one in disagreements(rules, sections)]


def test_conditions_alone_make_a_rule() -> None:
    rules = [
        rule(
            when=[{"path": "product.activities", "any": ["custody"]}, {"path": "custody.model", "is": "none"}],
        )
    ]
    both = {"product": {"activities": ["custody", "transfer"]}, "custody": {"model": "none"}}
    found = disagreements(rules, both)
    assert [(one.code, one.paths) for one in found] == [("one", ("product.activities", "custody.model"))]
    assert not disagreements(rules, {**both, "custody": {"model": "own"}})
    assert not disagreements(rules, {**both, "product": {"activities": ["transfer"]}})
    assert not disagreements(rules, {"product": both["product"]}), "what is not answered contradicts nothing"


@pytest.mark.parametrize(
    ("compare", "answer", "holds"),
    [
        ("exceeds", "151", True),
        ("exceeds", "150", False),
        ("exceeds", "150.0", False),
        ("exceeds", "", False),
        ("differs", "150.00", False),
        ("differs", "149", True),
        ("differs", "many", False),
    ],
)
def test_an_amount_is_held_against_a_limit(compare: str, answer: str, holds: bool) -> None:
    rules = [rule(one={"path": "test_plan.uk_customers"}, other=LIMIT, compare=compare)]
    rows = limits(("customers", "UK", "150"), ("customers", "US", "9"), ("total-value", "UK", "7"))
    assert bool(told(rules, plan(uk_customers=answer, limits=rows))) is holds


def test_both_amounts_are_told() -> None:
    rules = [rule(one={"path": "test_plan.uk_customers"}, other=LIMIT, compare="differs")]
    sections = plan(uk_customers="12000", limits=limits(("customers", "UK", "150")))
    assert told(rules, sections) == ["They differ (12,000 and 150)."]


def test_without_the_limit_there_is_nothing_to_hold_against() -> None:
    rules = [rule(one={"path": "test_plan.uk_customers"}, other=LIMIT, compare="differs")]
    assert not told(rules, plan(uk_customers="7", limits=limits(("customers", "US", "5"))))
    assert not told(rules, plan(uk_customers="7"))


def test_rows_of_a_table_are_added_up() -> None:
    rules = [
        rule(
            one={"path": "test_plan.rows", "column": "number", "only": {"place": "UK"}}, other=LIMIT, compare="differs"
        )
    ]
    rows = [{"place": "UK", "number": "100"}, {"place": "UK", "number": "40"}, {"place": "US", "number": "8"}]
    assert not told(rules, plan(rows=rows, limits=limits(("customers", "UK", "140"))))
    assert told(rules, plan(rows=rows, limits=limits(("customers", "UK", "148"))))


def test_a_number_is_held_against_a_value_and_nought_counts() -> None:
    rules = [rule(one={"path": "stablecoin.reserves", "column": "share"}, value=100, compare="differs")]
    assert told(rules, {"stablecoin": {"reserves": [{"share": "40"}, {"share": "50"}]}}) == ["They differ."]
    assert not told(rules, {"stablecoin": {"reserves": [{"share": "40"}, {"share": "60"}]}})
    over = [rule(one={"path": "test_plan.uk_customers"}, value=0, compare="exceeds")]
    assert not told(over, plan(uk_customers="0"))
    assert told(over, plan(uk_customers="1"))


def test_codes_of_a_column_are_among_those_selected() -> None:
    rules = [rule(one={"path": "product.rows", "column": "class"}, other={"path": "product.classes"}, compare="within")]
    rows = [{"class": "a"}, {"class": "b"}]
    assert not told(rules, {"product": {"rows": rows, "classes": ["a", "b", "c"]}})
    assert told(rules, {"product": {"rows": rows, "classes": ["a"]}}) == ["They differ."]
    assert not told(rules, {"product": {"rows": rows}})


def test_what_is_explained_holds_up_nothing() -> None:
    rules = [rule(when=[{"path": "product.activities", "any": ["custody"]}])]
    sections: dict[str, dict[str, Any]] = {"product": {"activities": ["custody"]}}
    found = disagreements(rules, sections)
    assert unexplained(found, sections)

    def saying(reason: str, code: str = "one", before: Any = None, **product: Any) -> dict[str, dict[str, Any]]:
        known = {**sections, "product": {**sections["product"], **product}}
        rows = marked([{"rule": code, "reason": reason}], before, disagreements(rules, known), known)
        return {**known, "declarations": {"explanations": rows}}

    assert unexplained(found, saying(" \u2800 ")), "nothing visible is no reason"
    assert unexplained(found, saying("A keeper holds them.", "another")), "words on one thing do not explain another"
    told = saying("A keeper holds them.")
    assert not unexplained(found, told)
    changed = {**told, "product": {"activities": ["custody", "transfer"]}}
    assert unexplained(disagreements(rules, changed), changed), "it was written for other answers"
    before = told["declarations"]["explanations"]
    again = saying("A keeper holds them.", before=before, activities=["custody", "transfer"])
    assert unexplained(found, again), "saved again with the same words it is not written anew"
    assert not unexplained(found, saying("Two hold them.", before=before, activities=["custody", "transfer"]))


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ({"when": []}, "has no condition"),
        ({"title": ""}, "has no title"),
        ({"when": [{"path": "no.where", "any": ["x"]}]}, "there is no question 'no.where'"),
        ({"one": {"path": "a.b"}, "compare": "less", "value": 1}, "compares by one of"),
        ({"one": {"path": "a.b"}, "compare": "differs"}, "compares by one of"),
    ],
)
def test_a_rule_that_cannot_work_is_named(broken: dict[str, Any], words: str) -> None:
    good = {"when": [{"path": "a.b", "any": ["x"]}]}
    assert not list(wrong_rules([rule(**good)], frozenset({"a.b"})))
    assert [text for _, text in wrong_rules([rule(**{**good, **broken})], frozenset({"a.b"})) if words in text]
    assert ("one", "occurs more than once") in list(wrong_rules([rule(**good), rule(**good)], frozenset({"a.b"})))
