"""The question set: conditions, overlays, what is lacking, what is submitted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as generated
from hypothesis import strategies as st

from sandbox.domain.dossier import Vocabulary
from sandbox.domain.questions import (
    COMPLETE,
    IN_PROGRESS,
    NOT_STARTED,
    Column,
    Condition,
    Option,
    Question,
    QuestionSection,
    QuestionSet,
    condition,
    holds,
)
from sandbox.domain.values import given
from sandbox.domain.words import count_words


def ask(path: str, kind: str = "line", **more: Any) -> Question:
    """A question of which only that much matters."""
    return Question(path, path.partition(".")[2].capitalize(), kind, "test", "programme", **more)


TWO = (Option("a", "First"), Option("b", "Second"))
SET = QuestionSet(
    "p",
    1,
    (
        QuestionSection(
            "one",
            "Section one",
            questions=(
                ask("one.name", required=True, missing="the name"),
                ask("one.pick", "choice", options=TWO),
                ask("one.why", "prose", required=True, words=3, when=(Condition("one.pick", any=("a",)),)),
                ask("one.more", "yes_no", required=True, when=(Condition("one.why", is_=None, none=("never",)),)),
            ),
        ),
        QuestionSection(
            "two",
            "Section two",
            questions=(
                ask("two.deep", required=True, when=(Condition("one.pick", any=("b",)),)),
                ask("two.deeper", required=True, when=(Condition("two.deep", is_="go on"),)),
            ),
        ),
        QuestionSection("three", "Section three", questions=(ask("three.fca", required=True, authorities=("FCA",)),)),
    ),
)


def test_a_condition_is_met_by_any_by_none_and_by_yes_or_no() -> None:
    sections = {"s": {"list": ["x", "y"], "code": "x", "yes": True, "no": False}}
    assert holds([condition({"path": "s.list", "any": ["y", "z"]})], sections)
    assert not holds([condition({"path": "s.list", "none": ["y"]})], sections)
    assert holds([condition({"path": "s.code", "is": "x"}), condition({"path": "s.yes", "is": True})], sections)
    assert holds([condition({"path": "s.no", "is": False})], sections)
    assert not holds([condition({"path": "s.missing", "is": False})], sections)
    assert holds([condition({"path": "s.missing", "none": ["y"]})], sections)
    assert not holds([condition({"path": "s.missing", "any": ["y"]})], sections)


def test_what_does_not_apply_is_not_asked_not_required_and_not_submitted() -> None:
    sections = {"one": {"name": "N", "pick": "b", "why": "kept", "more": True}, "two": {"deep": "go on"}}
    assert SET.submitted(sections)["one"] == {"name": "N", "pick": "b", "more": True}
    assert [one.path for one in SET.set_aside({"FCA"}, sections)] == ["one.why"]
    assert list(SET.asked_by(()).lacking("one", sections)) == []
    assert list(SET.lacking("two", sections)) == ["“Deeper”"]


def test_a_condition_on_a_question_that_does_not_apply_is_not_met() -> None:
    """What was answered before counts for nothing while it is not asked."""
    sections = {"one": {"name": "N", "pick": "a", "why": "x", "more": False}, "two": {"deep": "go on", "deeper": "y"}}
    assert SET.submitted(sections)["two"] == {}
    assert "two" not in SET.asked(sections)
    assert "two" not in SET.states(sections)


def test_an_overlay_is_asked_for_its_authority_only() -> None:
    assert "three" in SET.asked_by(["FCA", "SEC"]).asked({})
    assert "three" not in SET.asked_by(["SEC"]).asked({})
    answered = {"three": {"fca": "words"}}
    assert SET.asked_by(["SEC"]).submitted(answered)["three"] == {}
    assert [one.path for one in SET.set_aside(["SEC"], answered)] == ["three.fca"]


def test_a_text_that_is_too_long_is_a_problem_at_its_question() -> None:
    sections = {"one": {"name": "N", "pick": "a", "why": "one two three four", "more": False}}
    found = SET.asked_by(()).problems(sections)
    assert [(one.path, one.text) for one in found] == [
        ("one.why", "Missing in “Section one”: “Why” in 3 words or fewer (it has 4).")
    ]


def test_states_follow_what_is_asked() -> None:
    asked = SET.asked_by(())
    assert asked.states({}) == {"one": NOT_STARTED}
    assert asked.states({"one": {"name": "N"}}) == {"one": IN_PROGRESS}
    assert asked.states({"one": {"name": "N", "more": False}}) == {"one": COMPLETE}


def test_who_may_change_an_answer_may_answer_what_hangs_on_it() -> None:
    assert SET.with_dependents(["one.pick"]) >= {"one.pick", "one.why", "two.deep", "two.deeper"}
    assert SET.with_dependents(["one.name"]) == {"one.name"}


@pytest.mark.parametrize(
    ("kind", "more", "right", "wrong"),
    [
        ("number", {"least": 1, "most": 9}, ["1", "9", "4.5", 3], ["0", "10", "many", "NaN"]),
        ("money", {}, [{"amount": "1.50", "currency": "GBP"}], [{"amount": "-1", "currency": "GBP"}, {"amount": "1"}]),
        ("day", {}, ["2027-03-01"], ["2027-02-30", "1990-01-01", "soon"]),
        ("choice", {"options": TWO}, ["a"], ["c"]),
        ("choices", {"options": TWO}, [["a", "b"]], [["a", "c"]]),
        ("email", {}, ["a@b.example"], ["nobody"]),
        ("country", {}, ["GB"], ["ZZ"]),
        ("yes_no", {}, [True, False], []),
        ("lei", {}, ["5493001KJTIIGC8Y1R12"], ["5493001KJTIIGC8Y1R13"]),
    ],
)
def test_an_answer_has_to_be_of_its_kind(kind: str, more: dict[str, Any], right: list[Any], wrong: list[Any]) -> None:
    question = ask("s.q", kind, required=True, **more)
    for value in right:
        assert list(question.flaws({"s": {"q": value}})) == [], value
    for value in (*wrong, None, "", [], {}):
        assert list(question.flaws({"s": {"q": value}})), value


def test_a_table_names_the_cell_that_lacks_something() -> None:
    columns = (Column("who", "Name", required=True), Column("share", "Share", "number"))
    question = ask("s.t", "table", columns=columns, rows_most=2)
    rows = [{"who": "A", "share": "x"}, {"who": ""}, {"who": "C"}]
    assert list(question.flaws({"s": {"t": rows}})) == [
        "2 rows or fewer for “T” (it has 3)", "a right “Share” in row 1 of “T”", "“Name” in row 2 of “T”",
    ]  # fmt: skip


def test_answers_read_as_words_not_codes() -> None:
    words = Vocabulary({}, {}, SET)
    columns = (Column("who", "Name"), Column("how", "How", "choice", options=TWO))
    assert words.lines(ask("s.c", "choice", options=TWO), "b") == ["Second"]
    assert words.lines(ask("s.c", "choices", options=TWO), ["b", "a"]) == ["Second", "First"]
    assert words.lines(ask("s.n", "number", unit="customers"), "1200") == ["1,200 customers"]
    assert words.lines(ask("s.m", "money"), {"amount": "5000", "currency": "GBP"}) == ["GBP\u00a05,000"]
    assert words.lines(ask("s.t", "table", columns=columns), [{"who": "A", "how": "b"}]) == ["Name: A; How: Second"]
    assert words.lines(ask("s.y", "yes_no"), False) == ["No"]


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "name": st.text(max_size=3), "pick": st.sampled_from(["a", "b", "c", ""]), "why": st.text(max_size=12),
        "more": st.booleans(),
    },
)  # fmt: skip
DEEP = st.fixed_dictionaries({}, optional={"deep": st.sampled_from(["go on", "stop"]), "deeper": st.text(max_size=3)})


@generated(ANSWERS, DEEP)
def test_submitting_is_the_same_twice_and_keeps_only_what_is_asked(one: dict[str, Any], two: dict[str, Any]) -> None:
    sections = {"one": one, "two": two}
    sent = SET.submitted(sections)
    assert SET.submitted(sent) == sent
    asked = {question.path for questions in SET.asked(sections).values() for question in questions}
    assert {f"{code}.{name}" for code, answers in sent.items() for name in answers} <= asked
    aside = {question.path for question in SET.set_aside(["FCA"], sections)}
    assert not aside & asked
    answered = {
        question.path
        for question in SET
        if given(question.kind, (sections.get(question.section) or {}).get(question.name))
    }
    assert answered <= asked | aside
    assert list(SET.flaws(sections)) == list(SET.flaws(sent))


@generated(st.text())
def test_words_are_runs_between_gaps(text: str) -> None:
    assert count_words(text) == count_words(f" {text}\n")
    assert count_words(f"{text} {text}") == 2 * count_words(text)
