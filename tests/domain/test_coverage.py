"""Coverage: what an answer is evidence for, what is a gap, and what falls away because another authority asks it."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest

from sandbox.domain.coverage import Link, State, coverage, fallen, spared_paths
from sandbox.domain.questions import QuestionSet, read

DAY = date(2026, 11, 21)


def question(name: str, *evidences: tuple[str, str, str], **more: Any) -> dict[str, Any]:
    rows = [{"authority": authority, "requirement": code, "how": how} for authority, code, how in evidences]
    return {
        "path": f"plan.{name}", "label": name, "kind": "line", "source": "s", "sure": "S", "required": True,
        "evidences": rows, **more,
    }  # fmt: skip


def questions(*rows: dict[str, Any]) -> QuestionSet:
    return read(
        {"programme": "p", "version": 2, "sections": [{"code": "plan", "title": "Plan"}], "questions": list(rows)}
    )


def requirement(code: str, **more: Any) -> dict[str, Any]:
    return {"code": code, "title": code, "text": "t", "source": "s", "sure": "S", **more}


def link(authority: str, code: str, to: str, other: str, relation: str = "equivalent", **more: Any) -> Link:
    values = {"valid_from": date(2026, 1, 1), "valid_until": None, "reason": "r", "source": "s", "sure": "programme"}
    return Link(authority, code, to, other, relation, **{**values, **more})


def states(*args: Any) -> dict[tuple[str, str], State]:
    return {(row.authority, row.code): row.state for row in coverage(*args).rows}


def test_one_answer_is_evidence_for_both_authorities() -> None:
    asked = questions(question("benefit", ("FCA", "benefit", "full"), ("SEC", "interest", "full")))
    needed = {"FCA": [requirement("benefit")], "SEC": [requirement("interest")]}
    before, after = {}, {"plan": {"benefit": "Cheaper."}}
    assert set(states(asked, needed, [], before).values()) == {State.MISSING}
    assert set(states(asked, needed, [], after).values()) == {State.EVIDENCED}


def test_partial_evidence_never_covers_alone_and_a_required_part_is_missed() -> None:
    asked = questions(
        question("who", ("FCA", "applicant", "full")),
        question("where", ("FCA", "applicant", "partial")),
        question("form", ("FCA", "applicant", "partial"), required=False),
    )
    needed = {"FCA": [requirement("applicant")]}
    assert states(asked, needed, [], {"plan": {"where": "Leeds"}})["FCA", "applicant"] is State.PARTLY
    assert states(asked, needed, [], {"plan": {"who": "Firm"}})["FCA", "applicant"] is State.PARTLY
    done = {"plan": {"who": "Firm", "where": "Leeds"}}
    assert states(asked, needed, [], done)["FCA", "applicant"] is State.EVIDENCED, "what is optional holds up nothing"


def test_an_answer_with_a_flaw_is_no_evidence() -> None:
    asked = questions(question("text", ("FCA", "a", "full"), kind="prose", words=2))
    needed = {"FCA": [requirement("a")]}
    assert states(asked, needed, [], {"plan": {"text": "two words"}})["FCA", "a"] is State.EVIDENCED
    assert states(asked, needed, [], {"plan": {"text": "now three words"}})["FCA", "a"] is State.MISSING


def test_what_the_conditions_leave_out_does_not_apply() -> None:
    asked = questions(
        question("model", kind="choice", options=[{"code": "own", "title": "o"}, {"code": "none", "title": "n"}])
    )
    when = [{"path": "plan.model", "any": ["own"]}]
    needed = {"FCA": [requirement("custody", when=when), requirement("extra", mandatory=False)]}
    found = coverage(asked, needed, [], {"plan": {"model": "none"}})
    assert [row.state for row in found.rows] == [State.NOT_APPLICABLE, State.MISSING]
    assert not found.gaps, "neither what does not apply nor what is optional is a gap"
    assert [row.code for row in coverage(asked, needed, [], {"plan": {"model": "own"}}).gaps] == ["custody"]


def test_every_mandatory_requirement_is_covered_or_a_gap_or_said_not_to_be_asked() -> None:
    asked = questions(question("a", ("FCA", "a", "full")))
    needed = {"FCA": [requirement("a"), requirement("nobody-asks")]}
    found = coverage(asked, needed, [], {"plan": {"a": "x"}})
    assert [(row.code, row.gap) for row in found.rows] == [("a", False), ("nobody-asks", True)]


@pytest.mark.parametrize(
    ("relation", "falls"), [("equivalent", True), ("deferred_to", True), ("partial", False), ("none", False)]
)
def test_only_equivalence_and_deference_spare_a_requirement(relation: str, falls: bool) -> None:
    asked = questions(
        question("common", ("FCA", "a", "full")),
        question("overlay", ("SEC", "b", "full"), authorities=["SEC"]),
    )
    needed = {"FCA": [requirement("a")], "SEC": [requirement("b")]}
    found = coverage(asked, needed, [link("SEC", "b", "FCA", "a", relation)], {})
    assert (found.of("SEC")[0].state is State.FALLS_AWAY) is falls
    assert [one.path for one, _ in found.spared] == (["plan.overlay"] if falls else [])


def test_it_stays_where_the_other_authority_is_not_concerned_or_does_not_ask() -> None:
    asked = questions(question("overlay", ("SEC", "b", "full"), authorities=["SEC"]))
    rest = [link("SEC", "b", "FCA", "a")]
    assert states(asked, {"SEC": [requirement("b")]}, rest, {})["SEC", "b"] is State.MISSING
    never = [requirement("a", when=[{"path": "plan.x", "any": ["y"]}])]
    assert states(asked, {"FCA": never, "SEC": [requirement("b")]}, rest, {})["SEC", "b"] is State.MISSING


def test_of_two_that_are_equivalent_to_each_other_one_is_still_asked() -> None:
    needed = {"FCA": [requirement("a")], "SEC": [requirement("b")]}
    pairs = {("FCA", "a"), ("SEC", "b")}
    gone = fallen(needed, pairs, [link("FCA", "a", "SEC", "b"), link("SEC", "b", "FCA", "a")])
    assert list(gone) == [("FCA", "a")]


def test_nothing_rests_on_what_has_fallen_away_in_any_order() -> None:
    ring = [link("A", "x", "B", "x"), link("B", "x", "C", "x"), link("C", "x", "A", "x")]
    for order in permutations("ABC"):
        needed = {code: [requirement("x")] for code in order}
        gone = fallen(needed, {(code, "x") for code in order}, ring)
        assert gone
        assert len(gone) < 3
        assert all((rest.to, rest.other) not in gone for rest in gone.values()), order


def test_a_common_question_stays_and_so_does_an_overlay_that_somebody_else_needs() -> None:
    asked = questions(
        question("common", ("SEC", "b", "full")),
        question("both", ("SEC", "b", "full"), ("CFTC", "c", "full"), authorities=["SEC", "CFTC"]),
        question("base", ("FCA", "a", "full")),
    )
    needed = {"FCA": [requirement("a")], "SEC": [requirement("b")], "CFTC": [requirement("c")]}
    assert not coverage(asked, needed, [link("SEC", "b", "FCA", "a")], {}).spared
    two = [link("SEC", "b", "FCA", "a"), link("CFTC", "c", "FCA", "a")]
    assert [one.path for one, _ in coverage(asked, needed, two, {}).spared] == ["plan.both"]


def test_evidence_for_an_authority_that_is_not_concerned_holds_up_nothing() -> None:
    rows = ("SEC", "b", "full"), ("CFTC", "c", "full")
    asked = questions(question("both", *rows, authorities=["SEC", "CFTC"]), question("base", ("FCA", "a", "full")))
    rest = [link("SEC", "b", "FCA", "a")]
    two = {"FCA": [requirement("a")], "SEC": [requirement("b")]}
    assert [one.path for one, _ in coverage(asked, two, rest, {}).spared] == ["plan.both"]
    assert spared_paths(asked, {"FCA", "SEC"}, two, rest, {}) == {"plan.both"}
    assert not spared_paths(asked, {"FCA", "SEC", "CFTC"}, two, rest, {})


def test_what_is_spared_is_no_longer_required_and_may_still_be_answered() -> None:
    asked = questions(question("a"), question("b"))
    spared = asked.sparing({"plan.a"})
    assert [words for _, words in spared.flaws({})] == ["“b”"]
    assert spared.submitted({"plan": {"a": "kept"}}) == {"plan": {"a": "kept"}}
    assert asked.sparing(()) is asked


@pytest.mark.parametrize(
    ("until", "day", "stands"),
    [
        (None, date(2025, 12, 31), False),
        (None, date(2026, 1, 1), True),
        (None, date(2099, 1, 1), True),
        (date(2026, 9, 30), date(2026, 9, 30), True),
        (date(2026, 9, 30), date(2026, 10, 1), False),
    ],
)
def test_the_days_on_which_a_relation_stands(until: date | None, day: date, stands: bool) -> None:
    assert link("A", "x", "B", "x", valid_until=until).on(day) is stands
