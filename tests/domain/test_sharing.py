"""The rules of sharing and the audiences of correspondence, without any row."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.domain import correspondence
from sandbox.domain.actions import Action
from sandbox.domain.consents import CATEGORIES
from sandbox.domain.policy import GRANTS
from sandbox.domain.sharing import DECLARED, ITEM_KINDS, Terms, bound_by, problems, shared_on, with_whom

pytestmark = pytest.mark.once

GATEWAY = Terms("gateway", "A purpose.", "A use.", instrument="mou", tell_reason="A reason.")


def test_whole_terms_have_no_problem() -> None:
    assert problems(GATEWAY, ["finding", "letter"]) == {}
    assert problems(replace(GATEWAY, tell_reason="", tell_firm=True), ["finding"]) == {}
    obliged = replace(GATEWAY, basis="obligation", instrument="", provision="s354A")
    assert problems(obliged, ["position"]) == {}


def test_everything_that_is_wrong_is_named_at_once() -> None:
    found = problems(Terms("", "", "", onward="perhaps"), [])
    assert set(found) == {"items", "basis", "onward", "purpose", "restriction", "tell_reason"}


@pytest.mark.parametrize("kind", ITEM_KINDS)
def test_a_standing_consent_covers_what_has_a_category(kind: str) -> None:
    terms = replace(GATEWAY, basis="consent", instrument="", consent=DECLARED, tell_reason="")
    category = ITEM_KINDS[kind].category
    assert ("consent" in problems(terms, [kind])) is not bool(category)
    assert category in {"", *CATEGORIES}
    sealed = ITEM_KINDS[kind].sealed
    assert sealed is (category == "assessments"), "the application's own consent does not share assessments"
    assert not CATEGORIES["assessments"].declared
    assert problems(replace(terms, consent="a message"), [kind]) == {}


def test_an_arrangement_with_one_authority_serves_for_that_one() -> None:
    codes = ["FCA", "SEC", "CFTC"]
    assert with_whom({"with_whom": "SEC"}, "SEC", codes) is None
    assert with_whom({"with_whom": "Other authorities, through a gateway"}, "SEC", codes) is None
    assert "is with CFTC" in (with_whom({"with_whom": "CFTC"}, "SEC", codes) or "")


def test_the_providers_restriction_goes_with_what_is_shared_on() -> None:
    assert bound_by("More.", "First.", "SEC") == "First.\n\nAdded by SEC: More."
    assert bound_by("First or any other.", "First", "SEC").split("\n\n")[0] == "First", "alone, not as a beginning"
    assert bound_by("", "First.", "SEC") == "First."
    assert bound_by("30 days", "", "SEC") == "30 days"
    came = replace(GATEWAY, restriction="First.", retention="30 days", notify_before_use=True)
    passed = shared_on(replace(GATEWAY, restriction="", retention="For ever"), came, "SEC")
    assert (passed.restriction, passed.notify_before_use) == ("First.", True)
    assert passed.retention == "30 days\n\nAdded by SEC: For ever"
    assert shared_on(GATEWAY, came, "SEC").retention == "30 days"


def test_only_the_coordinator_shares_a_sealed_part() -> None:
    assert {role for row in GRANTS[Action.SHARE_RELEASE_SEALED] for role in row.roles} == {"coordinator"}


@pytest.mark.parametrize(
    ("kind", "with_firm", "parties"),
    [
        ("message", False, {"firm", "desk:FCA", "desk:SEC"}),
        ("meeting", True, {"firm", "desk:FCA", "desk:SEC"}),
        ("meeting", False, {"desk:FCA"}),
        ("note", True, {"desk:FCA"}),
        ("consulted", True, {"desk:FCA"}),
    ],
)
def test_without_the_firm_nothing_leaves_the_desk(kind: str, with_firm: bool, parties: set[str]) -> None:
    assert correspondence.audience(kind, "FCA", ["SEC"], with_firm=with_firm) == parties
