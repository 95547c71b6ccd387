"""What is wrong in a question set is named before anything may be answered with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sandbox.adapters.catalogue_files import load_catalogue
from sandbox.domain.catalogue.asking import set_problems
from sandbox.domain.catalogue.questions import QuestionSetRecord
from sandbox.domain.questions import Column, Condition, Evidence, Option, Question
from sandbox.domain.sections import KNOWN

CATALOGUE = load_catalogue()
PROGRAMME = CATALOGUE.programme("uk-us-digital-assets")
FIRST, *_, NEWEST = CATALOGUE.question_sets("uk-us-digital-assets")


def found(record: QuestionSetRecord) -> list[str]:
    return [f"{key}: {text}" for key, text in set_problems(record, PROGRAMME)]


def with_question(**values: Any) -> QuestionSetRecord:
    """The first version with one more question at its end."""
    usual: dict[str, Any] = {"path": "firm.extra", "label": "Extra", "kind": "line", "source": "test", "sure": "S"}
    return replace(FIRST, questions=(*FIRST.questions, Question(**(usual | values))))


def test_what_is_shipped_is_right() -> None:
    assert found(FIRST) == found(NEWEST) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"path": "firm.Extra"}, "the path must be section.name"),
        ({"path": "nowhere.extra"}, "there is no section 'nowhere'"),
        ({"path": "firm.lei"}, "'firm.lei' occurs 2 times"),
        ({"kind": "poem"}, "there is no kind of question 'poem'"),
        ({"kind": "limits"}, "read by the portal itself under another path"),
        ({"sure": "perhaps"}, "says nothing of how sure it is"),
        ({"kind": "choice"}, "a choice needs them"),
        ({"options": (Option("a", "A"),)}, "options belong to a choice"),
        ({"kind": "choice", "options": (Option("a", "A"), Option("a", "B"))}, "'a' occurs 2 times"),
        ({"kind": "table"}, "a table needs them"),
        ({"kind": "table", "columns": (Column("a", "A", "prose"),)}, "there is no kind of column 'prose'"),
        ({"kind": "day", "words": 5}, "a limit of words belongs to a text"),
        ({"kind": "number", "least": 2, "most": 1}, "least is more than most"),
        ({"unit": "customers"}, "belong to a number"),
        ({"kind": "declaration", "text": "nothing"}, "there is no text 'nothing'"),
        ({"authorities": ("XYZ",)}, "'XYZ' takes no part"),
        ({"evidences": (Evidence("FCA", "plan", "half"),)}, "evidence is full or partial"),
        ({"when": (Condition("firm.later", any=("a",)),)}, "which is no earlier question"),
        ({"when": (Condition("product.activities", any=("juggling",)),)}, "names 'juggling'"),
        ({"when": (Condition("product.activities"),)}, "says nothing"),
        ({"when": (Condition("firm.legal_name", any=("a",)),)}, "can mean nothing"),
        ({"when": (Condition("jurisdictions.goes_on_with_fewer", any=("yes",)),)}, "must say is = true"),
        ({"when": (Condition("product.activities", is_=True),)}, "must say is = true"),
    ],
)
def test_each_mistake_is_named(values: dict[str, Any], said: str) -> None:
    assert any(said in line for line in found(with_question(**values))), found(with_question(**values))


@pytest.mark.parametrize("path", KNOWN)
def test_what_the_portal_itself_reads_is_asked_of_everybody(path: str) -> None:
    def but(change: Any) -> QuestionSetRecord:
        questions = (change(one) if one.path == path else one for one in FIRST.questions)
        return replace(FIRST, questions=tuple(one for one in questions if one is not None))

    assert any(f"asks no '{path}'" in line for line in found(but(lambda _one: None)))
    assert any("asked of everybody" in line for line in found(but(lambda one: replace(one, authorities=("FCA",)))))


def test_an_unknown_programme_and_an_empty_section_are_named() -> None:
    assert [text for _, text in set_problems(FIRST, None)] == ["there is no programme 'uk-us-digital-assets'"]
    empty = replace(FIRST, sections=(*FIRST.sections, replace(FIRST.sections[0], code="empty")), version=0)
    assert {"version: is counted from 1", "sections.empty: has no question"} <= set(found(empty))
