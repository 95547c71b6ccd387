"""Which authorities a case goes to, why, and why the other rules lost."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.entities import ESTABLISHED
from sandbox.domain.routing import Facts, Rule, facts_of, remit_problems, risk_flags, route, rules_from, weigh

HOMES = {"FCA": "UK", "BoE": "UK", "SEC": "US", "CFTC": "US"}


def rule(code: str, authority: str, place: str, activities: str = "", classes: str = "", **more: Any) -> Rule:
    return Rule(code, authority, place, f"{code}.", tuple(activities.split()), tuple(classes.split()), **more)


TABLE = (
    rule("custody-uk", "FCA", "UK", "custody", "security", team="custody"),
    rule("custody-us", "SEC", "US", "custody", "security"),
    rule("commodities", "CFTC", "US", "trading", "commodity"),
    rule("stablecoins", "BoE", "UK", "", "stablecoin"),
    rule("settlement", "BoE", "UK", "settlement", "", entity=(ESTABLISHED,)),
    rule("retail", "FCA", "UK", "", "", flags=("retail", "cross-border"), team="consumers", stop=True),
    rule("any-custody", "FCA", "UK", "custody", ""),
)


def facts(activities: str, classes: str, places: str, **more: Any) -> Facts:
    return Facts(frozenset(activities.split()), frozenset(classes.split()), tuple(places.split()), **more)


def because(activities: str, classes: str, places: str, **more: Any) -> dict[str, list[str]]:
    found, _left = route(TABLE, facts(activities, classes, places, **more), homes=HOMES)
    return {authority: one.because for authority, one in found.items()}


def lost(authority: str, known: Facts) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {one.code: (loss.kind, loss.about) for one, loss in weigh(TABLE, known)[authority].lost}


def test_a_rule_needs_activity_class_and_jurisdiction() -> None:
    assert because("custody", "security", "UK") == {"FCA": ["custody-uk.", "any-custody."]}
    assert because("custody", "security", "US") == {"SEC": ["custody-us."]}
    assert because("trading", "security", "US") == {}
    assert because("trading", "commodity", "UK") == {}
    assert because("", "", "") == {}


def test_an_empty_condition_is_met_by_anything() -> None:
    assert because("lending", "stablecoin", "UK US") == {"BoE": ["stablecoins."]}
    assert because("custody", "commodity", "UK") == {"FCA": ["any-custody."]}


def test_authorities_come_in_the_order_of_the_rules() -> None:
    assert list(because("trading custody", "stablecoin commodity security", "US UK")) == ["FCA", "SEC", "CFTC", "BoE"]


def test_a_rule_can_ask_how_the_legal_entity_stands_there() -> None:
    branch = facts("settlement", "security", "UK", presence={"UK": "branch"})
    assert lost("BoE", branch)["settlement"] == ("entity", (ESTABLISHED,))
    assert because("settlement", "security", "UK", presence={"UK": ESTABLISHED}) == {"BoE": ["settlement."]}
    assert because("settlement", "security", "UK", presence={"US": ESTABLISHED}) == {}


def test_all_risk_flags_of_a_rule_are_needed_and_a_stop_ends_the_list() -> None:
    half = facts("custody", "security", "UK", flags=frozenset({"retail"}))
    assert lost("FCA", half)["retail"] == ("flags", ("cross-border",))
    both = facts("custody", "security", "UK", flags=frozenset({"retail", "cross-border"}))
    found = weigh(TABLE, both)["FCA"]
    assert [one.code for one in found.won] == ["custody-uk", "retail"]
    assert lost("FCA", both) == {"any-custody": ("stopped", ("retail",))}


def test_the_first_rule_with_a_team_gives_the_team() -> None:
    flags = frozenset({"retail", "cross-border"})
    assert weigh(TABLE, facts("custody", "security", "UK", flags=flags))["FCA"].team == "custody"
    assert weigh(TABLE, facts("lending", "security", "UK", flags=flags))["FCA"].team == "consumers"
    assert weigh(TABLE, facts("custody", "commodity", "UK"))["FCA"].team == ""


def test_every_losing_rule_names_the_condition_that_failed() -> None:
    known = facts("custody", "stablecoin", "UK")
    assert lost("FCA", known) == {
        "custody-uk": ("asset_classes", ("security",)),
        "retail": ("flags", ("retail", "cross-border")),
    }
    assert lost("SEC", known) == {"custody-us": ("jurisdictions", ("US",))}
    assert lost("CFTC", facts("custody", "commodity", "US")) == {"commodities": ("activities", ("trading",))}


def test_a_jurisdiction_that_nobody_covers_is_said_or_goes_to_its_fallback_queue() -> None:
    known = facts("trading", "commodity", "UK US")
    found, left = route(TABLE, known, homes=HOMES)
    assert (list(found), left) == (["CFTC"], ["UK"])
    (problem,) = remit_problems(left)
    assert "UK" in problem and "US" not in problem
    found, left = route(TABLE, known, homes=HOMES, fallbacks={"UK": "FCA"})
    assert left == [] and found["FCA"].fallback == ("UK",) and found["FCA"].won == ()
    assert "fallback queue" in found["FCA"].because[0] and len(found["FCA"].lost) == 3


def test_an_authority_that_does_not_decide_covers_nothing() -> None:
    observing = (*TABLE, rule("observers", "ESRB", "*"))
    found, left = route(observing, facts("juggling", "", "UK"), homes=HOMES)
    assert (list(found), left) == (["ESRB"], ["UK"])


def test_risk_flags_need_all_that_they_name() -> None:
    flags = [
        {"code": "issues", "activities": ["issuance"]},
        {"code": "across", "activities": ["custody", "transfer"], "jurisdictions": 2},
        {"code": "retail", "customers": ["retail"]},
    ]
    assert risk_flags(flags, facts("custody", "security", "UK US"), ["professional"]) == {"across"}
    assert risk_flags(flags, facts("custody issuance", "security", "UK"), ["retail"]) == {"issues", "retail"}


def test_facts_are_read_from_the_dossier() -> None:
    sections = {
        "firm": {
            "legal_name": "Harbour Ltd",
            "country": "GB",
            "entities": [{"name": "Harbour Inc", "country": "US", "legal_form": "branch", "jurisdictions": ["US"]}],
        },
        "product": {"activities": ["custody"], "asset_classes": ["security"], "customer_kinds": ["retail"]},
        "jurisdictions": {"jurisdictions": ["UK", "US"]},
    }
    programme = {"risk_flags": [{"code": "retail", "customers": ["retail"]}]}
    found = facts_of(sections, programme, {"UK": "GB", "US": "US"})
    assert found.presence == {"UK": "established", "US": "branch"}
    assert (found.jurisdictions, found.flags) == (("UK", "US"), {"retail"})


WORDS = st.sampled_from(["a", "b", "c"])
LISTS = st.lists(WORDS, max_size=2, unique=True).map(tuple)
RULES = st.lists(
    st.builds(
        lambda number, authority, place, activities, classes, stop: Rule(
            f"{number}", authority, place, f"{number}.", activities, classes, stop=stop
        ),
        st.integers(), st.sampled_from(sorted(HOMES)), WORDS, LISTS, LISTS, st.booleans(),
    ),
    unique_by=lambda one: one.code,
)  # fmt: skip
FACTS = st.builds(Facts, st.frozensets(WORDS), st.frozensets(WORDS), st.lists(WORDS, unique=True).map(tuple))


@given(RULES, FACTS)
def test_every_rule_either_won_or_lost_for_its_authority(rules: list[Rule], known: Facts) -> None:
    found = weigh(rules, known)
    for authority in {one.authority for one in rules}:
        own = [one for one in rules if one.authority == authority]
        one = found[authority]
        assert sorted([*one.won, *(row for row, _ in one.lost)], key=repr) == sorted(own, key=repr)
        matching = [row for row in own if row.failing(known) is None]
        stop = next((place for place, row in enumerate(matching) if row.stop), len(matching))
        assert list(one.won) == matching[: stop + 1]


def test_rules_come_back_from_what_is_stored() -> None:
    stored = [
        {"code": "x", "authority": "FCA", "jurisdiction": "UK", "why": "Why.", "activities": ["a"], "asset_classes": [],
         "entity": [], "flags": ["f"], "team": "t", "stop": True, "source": "s", "sure": "S"}
    ]  # fmt: skip
    assert rules_from(stored) == (Rule("x", "FCA", "UK", "Why.", ("a",), flags=("f",), team="t", stop=True),)
