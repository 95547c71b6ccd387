"""Which authorities a case goes to, and why."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.routing import Rule, remit_problems, route, unrouted

WHERE = {"FCA": "UK", "BoE": "UK", "SEC": "US", "CFTC": "US"}
TABLE = (
    Rule("custody", "security", "UK", "FCA", "Custody of securities."),
    Rule("custody", "security", "US", "SEC", "Custody of securities."),
    Rule("trading", "commodity", "US", "CFTC", "Trading in commodities."),
    Rule("*", "stablecoin", "UK", "BoE", "Any use of stablecoins."),
    Rule("custody", "*", "UK", "FCA", "Custody of anything."),
    Rule("custody", "security", "UK", "FCA", "Custody of securities."),
)


def routed(activities: str, classes: str, places: str) -> dict[str, list[str]]:
    return route(TABLE, activities=activities.split(), asset_classes=classes.split(), jurisdictions=places.split())


def test_a_row_needs_activity_class_and_jurisdiction() -> None:
    assert routed("custody", "security", "UK") == {"FCA": ["Custody of securities.", "Custody of anything."]}
    assert routed("custody", "security", "US") == {"SEC": ["Custody of securities."]}
    assert routed("trading", "security", "US") == {}
    assert routed("trading", "commodity", "UK") == {}


def test_a_star_is_any() -> None:
    assert routed("lending", "stablecoin", "UK US") == {"BoE": ["Any use of stablecoins."]}
    assert routed("custody", "commodity", "UK") == {"FCA": ["Custody of anything."]}


def test_reasons_and_authorities_come_once_in_the_order_of_the_table() -> None:
    found = routed("trading custody", "stablecoin commodity security", "US UK")
    assert list(found) == ["FCA", "SEC", "CFTC", "BoE"]
    assert found["FCA"] == ["Custody of securities.", "Custody of anything."]


def test_nothing_chosen_goes_nowhere() -> None:
    assert routed("", "", "") == {}


def test_a_jurisdiction_that_nobody_covers_is_said() -> None:
    found = routed("trading", "commodity", "UK US")
    assert unrouted(["UK", "US"], found, WHERE) == ["UK"]
    (problem,) = remit_problems(["UK", "US"], found, WHERE)
    assert "UK" in problem and "US" not in problem
    assert remit_problems(["US"], found, WHERE) == []
    assert unrouted([], {}, WHERE) == []


WORDS = st.sampled_from(["a", "b", "c"])
RULES = st.lists(
    st.builds(Rule, st.sampled_from("abc*"), st.sampled_from("abc*"), WORDS, st.sampled_from(sorted(WHERE)), WORDS)
)
CHOSEN = st.fixed_dictionaries(
    {"activities": st.sets(WORDS), "asset_classes": st.sets(WORDS), "jurisdictions": st.sets(WORDS)}
)


@given(RULES, CHOSEN)
def test_an_authority_is_reached_exactly_by_its_rows(rules: list[Rule], chosen: dict[str, set[str]]) -> None:
    found = route(rules, **chosen)
    for authority in WHERE:
        reasons = {
            rule.why
            for rule in rules
            if rule.authority == authority
            and (rule.activity in chosen["activities"] or rule.activity == "*")
            and (rule.asset_class in chosen["asset_classes"] or rule.asset_class == "*")
            and rule.jurisdiction in chosen["jurisdictions"]
        }
        assert set(found.get(authority, [])) == reasons
        assert len(found.get(authority, [])) == len(reasons)


@given(RULES, CHOSEN, WORDS)
def test_choosing_more_never_loses_an_authority(rules: list[Rule], chosen: dict[str, set[str]], word: str) -> None:
    more = {name: values | {word} for name, values in chosen.items()}
    assert set(route(rules, **chosen)) <= set(route(rules, **more))
