"""Where desks differ, and what settles it: agreeing to differ is each desk's alone, anything else needs all of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.divergences import DISPOSITIONS, FINDINGS, SEVERITY, Difference, View, differences, settled, worst

CODES = ["BoE", "CFTC", "FCA", "SEC"]


def views(**values: str) -> dict[str, View]:
    return {code: View(code, value, f"{code} says {value}") for code, value in values.items()}


def test_desks_that_say_the_same_do_not_differ() -> None:
    rows = {"scope": views(FCA="met", SEC="met")}
    assert differences("criterion", {}, rows, ["FCA", "SEC"], absent_counts=True) == []


def test_a_difference_says_who_sees_what_in_the_order_of_the_codes() -> None:
    rows = {"scope": views(SEC="not_met", FCA="met")}
    (found,) = differences("criterion", {"scope": "Scope"}, rows, ["SEC", "FCA"], absent_counts=False)
    assert found == Difference("criterion", "scope", "Scope", (rows["scope"]["FCA"], rows["scope"]["SEC"]))


def test_a_row_without_title_is_named_by_its_key() -> None:
    (found,) = differences("condition", {}, {"orders": views(FCA="1")}, ["FCA", "SEC"], absent_counts=True)
    assert found.title == "orders"


@pytest.mark.parametrize(("absent_counts", "differ"), [(True, True), (False, False)])
def test_a_condition_that_one_desk_lacks_differs_a_criterion_does_not(absent_counts: bool, differ: bool) -> None:
    rows = {"row": views(FCA="met")}
    assert bool(differences("any", {}, rows, ["FCA", "SEC"], absent_counts=absent_counts)) is differ


def test_only_the_value_counts_not_the_words() -> None:
    rows = {"scope": {"FCA": View("FCA", "met", "one reason"), "SEC": View("SEC", "met", "another")}}
    assert differences("criterion", {}, rows, ["FCA", "SEC"], absent_counts=True) == []


@given(
    st.dictionaries(
        st.sampled_from(["a", "b", "c"]),
        st.dictionaries(st.sampled_from(CODES), st.sampled_from(sorted(FINDINGS)), min_size=1),
    ),
    st.booleans(),
)
def test_each_row_once_in_order_and_exactly_those_that_differ(
    table: dict[str, dict[str, str]], absent_counts: bool
) -> None:
    rows = {key: views(**row) for key, row in table.items()}
    found = differences("criterion", {}, rows, CODES, absent_counts=absent_counts)
    expected = [
        key for key in sorted(table) if len(set(table[key].values())) > 1 or (absent_counts and len(table[key]) < 4)
    ]
    assert [one.key for one in found] == expected
    assert all([view.authority for view in one.views] == sorted(table[one.key]) for one in found)


@pytest.mark.parametrize(
    ("findings", "expected"),
    [
        (["met"], "met"),
        (["met", "partly"], "partly"),
        (["not_met", "met", "partly"], "not_met"),
        (["partly", "partly"], "partly"),
    ],
)
def test_the_worst_of_several_findings_counts(findings: list[str], expected: str) -> None:
    assert worst(findings) == expected
    assert set(SEVERITY) == set(FINDINGS)


CHOICES = st.dictionaries(
    st.sampled_from(CODES), st.tuples(st.sampled_from(sorted(DISPOSITIONS)), st.sampled_from(["", "text"]))
)


@given(CHOICES, st.frozensets(st.sampled_from(CODES), min_size=1))
def test_what_settles(choices: dict[str, tuple[str, str]], deciding: frozenset[str]) -> None:
    counted = [choices[code] for code in sorted(deciding) if code in choices]
    if any(choice == "agree_to_differ" for choice, _ in counted):
        assert settled(choices, deciding) == "agree_to_differ"
    elif len(counted) == len(deciding) and len(set(counted)) == 1:
        assert settled(choices, deciding) == counted[0][0]
    else:
        assert settled(choices, deciding) is None


@pytest.mark.parametrize(
    ("words", "choices", "expected"),
    [
        ("nobody has chosen", {}, None),
        ("one of two", {"FCA": ("stricter", "")}, None),
        ("both the same", {"FCA": ("stricter", ""), "SEC": ("stricter", "")}, "stricter"),
        ("both the same choice, another text", {"FCA": ("new_text", "a"), "SEC": ("new_text", "b")}, None),
        ("different choices", {"FCA": ("stricter", ""), "SEC": ("both", "")}, None),
        ("one agrees to differ", {"FCA": ("agree_to_differ", "why")}, "agree_to_differ"),
        ("one agrees to differ, the other wants more", {"FCA": ("agree_to_differ", "why"), "SEC": ("stricter", "")},
         "agree_to_differ"),
        ("a desk that takes no part has chosen too",
         {"BoE": ("both", ""), "FCA": ("stricter", ""), "SEC": ("stricter", "")}, "stricter"),
        ("a desk that takes no part would differ", {"BoE": ("agree_to_differ", "why"), "FCA": ("stricter", "")}, None),
    ],
)  # fmt: skip
def test_examples(words: str, choices: dict[str, tuple[str, str]], expected: str | None) -> None:
    assert settled(choices, ["FCA", "SEC"]) == expected


def test_no_desks_settle_nothing() -> None:
    assert settled({"FCA": ("stricter", "")}, []) is None
