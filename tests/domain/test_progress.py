"""Words are counted by one rule, and the state of a section follows from its answers."""

from __future__ import annotations

import pytest

from sandbox.domain.progress import progress, too_long, without_questions
from sandbox.domain.questions import QuestionSet, read
from sandbox.domain.words import count_words
from tests.domain.word_cases import CASES


@pytest.fixture(scope="module")
def small() -> QuestionSet:
    """Two sections; one question hangs on an answer, a whole section on another."""
    plain = {"source": "test", "sure": "programme"}
    return read({
        "programme": "test",
        "version": 1,
        "sections": [{"code": "aml", "title": "Laundering"}, {"code": "coin", "title": "Coins"}],
        "questions": [
            {**plain, "path": "aml.any", "label": "Any?", "kind": "yes_no", "required": True, "missing": "if any"},
            {**plain, "path": "aml.how", "label": "How?", "kind": "prose", "required": True, "words": 3,
             "when": [{"path": "aml.any", "is": True}]},
            {**plain, "path": "coin.name", "label": "Name", "kind": "line", "required": True,
             "when": [{"path": "aml.how", "any": ["coins"]}]},
        ],
    })  # fmt: skip


@pytest.mark.parametrize(("text", "count"), CASES.items())
def test_words_are_counted_by_one_rule(text, count):
    assert count_words(text) == count


@pytest.mark.parametrize(
    ("answers", "state", "paths"),
    [
        ({}, "not_started", ["aml.any"]),
        ({"any": False}, "complete", []),
        ({"any": True}, "in_progress", ["aml.how"]),
        ({"any": True, "how": "one two three"}, "complete", []),
        ({"any": True, "how": "one two three four"}, "too_long", ["aml.how"]),
        ({"any": False, "how": "one two three four"}, "complete", []),  # not asked any more
    ],
)
def test_the_state_of_a_section_follows_from_its_answers(small, answers, state, paths):
    (found,) = progress(small, {"aml": answers})
    assert (found.code, found.state) == ("aml", state)
    assert [one.path for one in found.lacking] == paths


def test_a_section_without_questions_is_named_and_not_counted(small):
    assert without_questions(small, {"aml": {"any": False}}) == ("Coins",)
    shown = {"aml": {"any": True, "how": "coins"}}
    assert without_questions(small, shown) == ()
    assert [one.code for one in progress(small, shown)] == ["aml", "coin"]


def test_of_several_texts_each_is_counted(small):
    question = small.question("aml.how")
    assert too_long(question, {"UK": "one two three four", "US": ""})
    assert not too_long(question, {"UK": "one two three", "US": "four five six"})
