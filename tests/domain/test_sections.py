"""What an application still lacks, by the first version of the questions: everything at once, each thing once."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.sections import chosen, working_record
from tests.sets import FIRST

LIMIT = {"metric": "customers", "comparator": "at_most", "window": "at_any_time", "currency": None}
WHOLE: dict[str, dict[str, Any]] = {
    "firm": {
        "legal_name": "Harbour Tokens Ltd",
        "country": "GB",
        "address": "1 Quay Street",
        "contact_name": "Robin Reed",
        "contact_email": "robin@harbour.example",
    },
    "product": {
        "name": "Harbour",
        "summary": "A venue.",
        "innovation": "Same-day settlement.",
        "activities": ["custody"],
        "asset_classes": ["security"],
        "customers": "Professional customers.",
    },
    "jurisdictions": {"jurisdictions": ["UK", "US"], "rationale": {"UK": "Customers.", "US": "Customers."}},
    "test_plan": {
        "starts_on": "2027-01-11",
        "duration_months": 6,
        "customers": "By invitation.",
        "safeguards": ["halt"],
        "safeguards_text": "A named person can halt the test.",
        "exit_plan": "Assets go back.",
        "limits": [{**LIMIT, "jurisdiction": code, "threshold": "200"} for code in ("UK", "US")],
    },
    "declarations": {"accurate": True, "authorised": True, "consent_sharing": True, "not_in_default": True},
}
REQUIRED = {
    code: {one.name: one.missing for one in FIRST if one.section == code and one.required} for code in FIRST.titles
}
FIELDS = [(code, name) for code, fields in REQUIRED.items() for name in fields]
SECTIONS = FIRST.titles


def texts(sections: dict[str, dict[str, Any]]) -> list[str]:
    return [problem.text for problem in FIRST.problems(sections)]


def without(*gone: tuple[str, str]) -> dict[str, dict[str, Any]]:
    found = deepcopy(WHOLE)
    for code, name in gone:
        del found[code][name]
    return found


def test_a_whole_application_lacks_nothing() -> None:
    assert texts(WHOLE) == []
    assert FIRST.states(WHOLE) == dict.fromkeys(SECTIONS, "complete")


def test_an_empty_application_lacks_everything_and_says_it_at_once() -> None:
    found = FIRST.problems({})
    assert len(found) == len(FIELDS)
    assert {problem.section for problem in found} == set(SECTIONS)
    assert FIRST.states({}) == dict.fromkeys(SECTIONS, "not_started")


@pytest.mark.parametrize(("code", "name"), FIELDS, ids=lambda part: part)
def test_each_thing_that_is_missing_is_said_once_with_its_section(code: str, name: str) -> None:
    found = FIRST.problems(without((code, name)))
    related = {("jurisdictions", "jurisdictions"), ("test_plan", "limits")}
    assert REQUIRED[code][name] in found[0].text or name == "limits"  # said of each jurisdiction
    assert SECTIONS[code] in found[0].text
    assert found[0].section == code
    assert len(found) == 1 or (code, name) in related
    assert FIRST.section_state(code, without((code, name))) == "in_progress" or (code, name) in related


@given(st.sets(st.sampled_from([one for one in FIELDS if one[1] not in {"jurisdictions", "limits"}])))
def test_what_is_said_is_what_is_missing_in_the_order_of_the_form(gone: set[tuple[str, str]]) -> None:
    said = texts(without(*gone))
    expected = [
        (code, words) for code, fields in REQUIRED.items() for name, words in fields.items() if (code, name) in gone
    ]
    assert len(said) == len(expected)
    assert all(SECTIONS[code] in text and words in text for text, (code, words) in zip(said, expected, strict=True))


@pytest.mark.parametrize("nothing", ["", "  ", "\u200b", None, [], {}, False])
def test_nothing_is_not_an_answer(nothing: Any) -> None:
    code, name = "declarations", "accurate"
    assert list(FIRST.lacking(code, {**WHOLE, code: {**WHOLE[code], name: nothing}})) == [REQUIRED[code][name]]


@pytest.mark.parametrize(
    ("code", "name", "value", "said"),
    [
        ("firm", "lei", "5493001KJTIIGC8Y1R13", "LEI"),
        ("test_plan", "starts_on", "2027-02-30", "a real date for “Start of the test”"),
        ("test_plan", "starts_on", "11/01/2027", "Start of the test"),
        ("jurisdictions", "rationale", {"UK": "Customers."}, "rationale for US"),
        ("jurisdictions", "rationale", {}, "rationale for UK"),
    ],
)
def test_a_value_that_cannot_be_is_missing(code: str, name: str, value: Any, said: str) -> None:
    found = FIRST.problems({**WHOLE, code: {**WHOLE[code], name: value}})
    assert said in found[0].text and found[0].section == code


@pytest.mark.parametrize("threshold", ["", "-1", "NaN", "Infinity", "many", None])
def test_a_limit_is_a_number_of_nought_or_more(threshold: Any) -> None:
    limits = [{**LIMIT, "jurisdiction": "UK", "threshold": threshold}, WHOLE["test_plan"]["limits"][1]]
    found = texts({**WHOLE, "test_plan": {**WHOLE["test_plan"], "limits": limits}})
    assert len(found) == 1 and "customers" in found[0]


def test_a_chosen_jurisdiction_needs_a_limit_and_a_limit_a_chosen_jurisdiction() -> None:
    one_side = {**WHOLE["test_plan"], "limits": WHOLE["test_plan"]["limits"][:1]}
    assert any("at least one limit for US" in text for text in texts({**WHOLE, "test_plan": one_side}))
    narrow = {**WHOLE, "jurisdictions": {"jurisdictions": ["UK"], "rationale": {"UK": "Customers."}}}
    assert len(texts(narrow)) == 1 and "US" in texts(narrow)[0]


def test_signs_that_documents_cannot_show_are_named_once_a_section() -> None:
    strange = {**WHOLE, "firm": {**WHOLE["firm"], "address": "1 \U00013000 Street", "contact_name": "\U00013000"}}

    def unshown(text: str) -> list[str]:
        return ["the sign A1"] if "\U00013000" in text else []

    found = FIRST.problems(strange, unshown)
    assert [(problem.section, "the sign A1" in problem.text) for problem in found] == [("firm", True)]


def test_signs_are_found_wherever_they_stand() -> None:
    limits = [{**WHOLE["test_plan"]["limits"][0], "metric": "¤"}, WHOLE["test_plan"]["limits"][1]]
    deep = {
        **WHOLE,
        "test_plan": {**WHOLE["test_plan"], "limits": limits},
        "jurisdictions": {**WHOLE["jurisdictions"], "rationale": {"UK": "¤", "US": "Customers."}},
    }
    found = FIRST.problems(deep, lambda text: ["a sign"] if "¤" in text else [])
    assert [problem.section for problem in found] == ["jurisdictions", "test_plan"]


def test_routing_reads_activities_classes_and_jurisdictions() -> None:
    assert chosen(WHOLE) == {"activities": ["custody"], "asset_classes": ["security"], "jurisdictions": ["UK", "US"]}
    assert chosen({}) == {"activities": [], "asset_classes": [], "jurisdictions": []}


DOCUMENT = {
    "id": 7, "name": "a.txt", "sha256": "0" * 64, "size": 3, "media_type": "text/plain", "number": 1, "replaces": None,
    "handling": {}, "supports": [], "scanned": "not_scanned", "remark": "", "more": "no",
}  # fmt: skip


def test_the_record_has_every_section_the_version_of_the_questions_and_every_document() -> None:
    record = working_record(FIRST, ["SEC", "FCA"], {"firm": {"country": "GB", "unknown": "x"}}, [DOCUMENT])
    assert list(record["sections"]) == list(SECTIONS)
    assert record["sections"]["product"] == {} and record["sections"]["firm"] == {"country": "GB"}
    assert record["questions"]["version"] == 1 and record["questions"]["authorities"] == ["FCA", "SEC"]
    assert [(one["id"], one["name"]) for one in record["documents"]] == [("7", "a.txt")]
    assert "more" not in record["documents"][0]
