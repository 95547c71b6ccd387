"""The shipped questions and requirements fit together, and each fault between them would be named."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from sandbox.adapters.catalogue_files import load_catalogue
from sandbox.domain.catalogue import Catalogue
from sandbox.domain.catalogue.evidence import evidence_problems
from sandbox.domain.catalogue.questions import QuestionSetRecord
from sandbox.domain.catalogue.terms import Sure
from sandbox.domain.questions import Evidence

PROGRAMME = "uk-us-digital-assets"


@cache
def shipped() -> Catalogue:
    return load_catalogue()


def newest() -> QuestionSetRecord:
    return shipped().question_sets(PROGRAMME)[-1]


def changed(record: QuestionSetRecord) -> list[str]:
    others = tuple(one for one in shipped().questions if one.code != record.code)
    found = evidence_problems(replace(shipped(), questions=(*others, record)))
    return [f"{key}: {text}" for _, key, text in found]


def test_every_mandatory_requirement_has_a_question() -> None:
    assert changed(newest()) == []
    assert {row.code: len(row.requirements) > 15 for row in shipped().authorities} == dict.fromkeys(
        ("BoE", "CFTC", "FCA", "SEC"), True
    )


def test_a_requirement_that_no_question_evidences_any_more_is_named() -> None:
    left = tuple(one for one in newest().questions if one.path != "criteria.benefit")
    found = changed(replace(newest(), questions=left))
    for code in ("FCA.consumer-benefit", "SEC.public-interest", "CFTC.public-interest"):
        assert f"evidences.{code}: no question is full evidence for this mandatory requirement" in found


def test_evidence_for_nothing_is_named() -> None:
    first, *others = newest().questions
    wrong = replace(first, evidences=(*first.evidences, Evidence("SEC", "no-such")))
    found = changed(replace(newest(), questions=(wrong, *others)))
    assert found == [f"questions.{first.path}: SEC has no requirement 'no-such'"]


def test_a_condition_on_what_is_not_asked_is_named() -> None:
    left = tuple(one for one in newest().questions if not one.path.startswith("custody."))
    found = changed(replace(newest(), questions=left, contradictions=()))
    text = "the requirement depends on 'custody.model', which is not asked"
    assert f"evidences.FCA.safeguarding: {text}" in found


def test_a_rule_of_contradiction_about_an_unknown_answer_is_named() -> None:
    left = tuple(one for one in newest().questions if one.path != "test_plan.us_investors")
    found = changed(replace(newest(), questions=left))
    assert "contradictions.us-investors-over-limit: there is no question 'test_plan.us_investors'" in found


def test_every_question_of_version_1_is_asked_in_version_2_with_the_same_kind() -> None:
    first, second = shipped().question_sets(PROGRAMME)
    after = {question.path: question.kind for question in second.questions}
    assert {question.path: question.kind for question in first.questions}.items() <= after.items()


def test_what_the_issue_asks_for_is_there() -> None:
    record = newest()
    assert 10 <= len(record.sections) <= 13
    required = sum(question.required and not question.authorities for question in record.questions)
    assert 50 <= required <= 75
    overlays = {code for question in record.questions for code in question.authorities}
    assert overlays == {"FCA", "BoE", "SEC", "CFTC"}
    assert all(
        question.hint or question.kind not in {"prose", "table", "number"}
        for question in record.questions
        if question.path not in {"firm.address", "stablecoin.reserve_report", "custody.custodians"}
    )
    assert all(
        question.words
        for question in record.questions
        if question.kind == "prose" and question.path not in {"firm.address", "firm.controllers"}
    )


def test_one_question_stands_for_what_several_authorities_ask() -> None:
    shared = [one.path for one in newest().questions if len({row.authority for row in one.evidences}) > 1]
    assert len(shared) > 40
    labels = [question.label for question in newest().questions]
    assert len(labels) == len(set(labels)), "nothing is asked twice"


def test_the_classes_in_the_table_are_those_of_the_programme() -> None:
    table = next(one for one in newest().questions if one.path == "product.classification")
    column = next(one for one in table.columns if one.code == "class")
    classes = {one.code for one in shipped().programme(PROGRAMME).asset_classes}
    assert {option.code for option in column.options} == classes


@pytest.mark.parametrize("table", shipped().equivalences, ids=lambda table: table.code)
def test_no_recognition_is_invented(table: object) -> None:
    """What the programme made up says so; what is a fact recognises nothing in full."""
    for row in table.requirements:  # type: ignore[attr-defined]
        if row.sure is Sure.PROGRAMME:
            assert row.reason.startswith("Demonstration:"), row
        else:
            assert row.relation.value in {"none", "partial"}, row
