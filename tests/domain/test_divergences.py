"""Where desks differ, and what settles it: agreeing to differ is each desk's alone, anything else needs all of them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.conditions import Limit
from sandbox.domain.divergences import (
    DISPOSITIONS,
    FINDINGS,
    SEVERITY,
    Difference,
    View,
    differences,
    gap,
    settled,
    strictest,
    widens,
    worst,
)

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
        st.dictionaries(st.sampled_from(CODES), st.sampled_from(["met", "partly", "not_met"]), min_size=1),
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


def limited(code: str, threshold: str, **more: object) -> View:
    limit = Limit("total-value", str(more.get("comparator", "at_most")), Decimal(threshold),
                  str(more.get("window", "at_any_time")), more.get("currency", "GBP"))  # type: ignore[arg-type]  # fmt: skip
    return View(code, f"{limit.comparator} {threshold} {limit.currency} {limit.window}", "Words.", "Words.", (limit,))


@pytest.mark.parametrize(
    ("kind", "given", "size", "words"),
    [
        ("criterion", [View("FCA", "met", ""), View("SEC", "partly", "")], "0.5", "1 step: Met / Partly met"),
        ("criterion", [View("FCA", "not_met", ""), View("SEC", "met", "")], "1", "2 steps: Met / Not met"),
        ("criterion", [View("FCA", "not_met", "")], "0", "0 steps: Not met / Not met"),
        ("condition", [View("FCA", "Report.", "Report.")], "0.8", "Only FCA has it"),
        ("condition", [limited("FCA", "2000000"), limited("SEC", "500000")], "0.75", "1,500,000 GBP apart (4 times)"),
        ("condition", [limited("FCA", "3"), limited("SEC", "0")], "1", "3 GBP apart"),
        ("condition", [limited("FCA", "3"), limited("SEC", "3", currency="USD")], "0.6", "Different currencies"),
        ("condition", [limited("FCA", "3"), limited("SEC", "3", window="per_day")], "0.6",
         "Measured over different times"),
        ("condition", [limited("FCA", "3"), limited("SEC", "3", comparator="at_least")], "1",
         "One sets a ceiling, another a floor"),
        ("condition", [limited("FCA", "3"), limited("SEC", "3")], "0.2", "Same figure, different wording"),
        ("condition", [limited("FCA", "3"), View("SEC", "a; b", "", "", limited("SEC", "1").limits * 2)], "0.6",
         "Different limits"),
        ("condition", [View("FCA", "Tell.", "Tell."), View("SEC", "Say.", "Say.")], "0.2", "Different wording"),
    ],
)  # fmt: skip
def test_how_far_apart(kind: str, given: list[View], size: str, words: str) -> None:
    found = gap(kind, given, ["FCA", "SEC"])
    assert (found.size, found.words) == (Decimal(size), words)


def test_a_gap_counts_only_the_desks_that_still_take_part() -> None:
    three = [View("BoE", "not_met", ""), View("FCA", "met", ""), View("SEC", "partly", "")]
    assert gap("criterion", three, ["FCA", "SEC"]).words == "1 step: Met / Partly met"
    assert gap("criterion", three, ["FCA"]).words == "Only one desk is left"
    both = [View("BoE", "x", ""), View("FCA", "x", "")]
    assert gap("condition", both, ["BoE", "CFTC", "FCA"]).words == "Only BoE and FCA have it"


def test_wording_makes_limits_differ_but_spaces_and_capitals_do_not() -> None:
    one, same = View("FCA", "3", "", "Keep  within."), View("SEC", "3", "", "keep within.")
    other = View("SEC", "3", "", "Keep within, each day.")
    for second, differ in ((same, False), (other, True)):
        rows = {"total-value": {"FCA": one, "SEC": second}}
        assert bool(differences("condition", {}, rows, ["FCA", "SEC"], absent_counts=True)) is differ


@pytest.mark.parametrize(
    ("words", "before", "after", "absent_counts", "wider"),
    [
        ("a view that another has", {"FCA": "met", "SEC": "partly"}, {"BoE": "met"}, False, False),
        ("a view that nobody had", {"FCA": "met", "SEC": "partly"}, {"BoE": "not_met"}, False, True),
        ("no such criterion", {"FCA": "met", "SEC": "partly"}, {}, False, False),
        ("no such condition, as nobody before", {"FCA": "a", "SEC": "b"}, {}, True, True),
        ("no such condition, as the other", {"FCA": "a"}, {}, True, False),
        ("the condition that one has", {"FCA": "a"}, {"BoE": "a"}, True, False),
        ("another condition", {"FCA": "a"}, {"BoE": "b"}, True, True),
    ],
)
def test_what_a_desk_that_files_late_adds(
    words: str, before: dict[str, str], after: dict[str, str], absent_counts: bool, wider: bool
) -> None:
    known = list(views(**before).values())
    found = widens(known, known + list(views(**after).values()), ["FCA", "SEC"], ["BoE"], absent_counts=absent_counts)
    assert found is wider, words


def test_nobody_new_adds_nothing() -> None:
    known = list(views(FCA="met", SEC="partly").values())
    assert not widens(known, known, ["FCA", "SEC"], [], absent_counts=True)


def test_the_strictest_limit_or_none_where_they_cannot_be_ordered() -> None:
    limits = [limited("FCA", "5").limits[0], limited("SEC", "3").limits[0], limited("BoE", "9").limits[0]]
    assert strictest(limits) == limits[1]
    assert strictest([*limits, limited("SEC", "1", currency="USD").limits[0]]) is None
    assert strictest([]) is None
