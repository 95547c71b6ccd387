"""Carrying answers to newer questions: what is said to have changed, and that nothing is lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.carrying import carried, differences, without_declarations
from sandbox.domain.questions import Question, QuestionSection, QuestionSet
from tests.sets import FIRST, NEWEST


def ask(path: str, kind: str = "line", **more: Any) -> Question:
    return Question(path, more.pop("label", path), kind, "test", "programme", **more)


def made(version: int, *questions: Question) -> QuestionSet:
    return QuestionSet("p", version, (QuestionSection("s", "Section", questions=questions),))


OLD = made(1, ask("s.same"), ask("s.words", "prose", words=100), ask("s.kind"), ask("s.gone"))
NEW = made(2, ask("s.same"), ask("s.words", "prose", words=50, required=True), ask("s.kind", "yes_no"), ask("s.new"))


def test_the_list_says_what_is_new_changed_asked_in_another_way_or_gone() -> None:
    found = {one.question.path: one for one in differences(OLD, NEW, {"s": {"gone": "words", "kind": "text"}})}
    assert {path: one.what for path, one in found.items()} == {
        "s.words": "changed", "s.kind": "other", "s.new": "new", "s.gone": "gone",
    }  # fmt: skip
    assert found["s.words"].points == (("Most words", "100", "50"), ("Required", "no", "yes"))
    assert found["s.gone"].answered and found["s.kind"].answered and not found["s.words"].answered


def test_answers_of_the_same_path_and_kind_stay() -> None:
    found = carried(OLD, NEW, {"s": {"same": "a", "words": "b", "kind": "c", "gone": "d"}})
    assert found == {"s": {"same": "a", "words": "b", "kind.v1": "c", "gone": "d"}}
    assert NEW.submitted(found) == {"s": {"same": "a", "words": "b"}}


def test_every_question_of_the_first_version_is_asked_in_the_same_way_by_the_newest() -> None:
    what = {one.what for one in differences(FIRST, NEWEST, {})}
    assert not what & {"gone", "other"}


def test_declarations_are_made_anew() -> None:
    assert without_declarations(FIRST, {"declarations": {"accurate": True}, "firm": {"lei": "x"}}) == {
        "declarations": {}, "firm": {"lei": "x"},
    }  # fmt: skip


@given(st.dictionaries(st.sampled_from(["same", "words", "kind", "gone", "other"]), st.text(max_size=5)))
def test_nothing_that_was_written_is_lost(answers: dict[str, str]) -> None:
    found = carried(OLD, NEW, {"s": answers})
    assert sorted(found["s"].values()) == sorted(answers.values())
