"""The fit check: the same rules as routing, hurdles by the same conditions, and what is missing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sandbox.adapters.catalogue_files import load_catalogue
from sandbox.domain.fit import Answers, Fit, Weight, facts_of, fit
from sandbox.domain.routing import facts_of as facts_of_dossier
from sandbox.domain.routing import rules_from
from sandbox.services.catalogue import plain

CATALOGUE = load_catalogue()
PROGRAMME = plain(CATALOGUE.programme("uk-us-digital-assets"))
RULES = rules_from(plain(CATALOGUE.rule_sets("uk-us-digital-assets")[-1])["routes"])
HOMES = {"FCA": "UK", "BoE": "UK", "SEC": "US", "CFTC": "US"}
COUNTRIES = {"UK": "GB", "US": "US"}
ALL = frozenset(row["code"] for row in PROGRAMME["readiness"])
CUSTODY = Answers(
    activities=("custody",),
    asset_classes=("uk-qualifying-cryptoasset", "us-digital-security"),
    jurisdictions=("UK", "US"),
    customers=("professional",),
    presence={"UK": "established", "US": "abroad"},
    ready=ALL,
)


def checked(answers: Answers) -> Fit:
    return fit(answers, PROGRAMME, RULES, HOMES)


def test_a_ready_firm_is_told_who_and_why() -> None:
    found = checked(CUSTODY)
    assert set(found.routes) == {"FCA", "SEC"}
    assert all(route.because for route in found.routes.values())
    assert found.verdict == "ready"
    assert found.missing == ()


@pytest.mark.parametrize("code", sorted(ALL))
def test_each_cause_of_failure_is_a_check(code: str) -> None:
    found = checked(replace(CUSTODY, ready=ALL - {code}))
    assert [row["code"] for row in found.missing] == [code]
    assert found.verdict == "missing"


@pytest.mark.parametrize("standing", ["branch", "abroad"])
def test_a_branch_cannot_settle_securities_in_the_united_kingdom(standing: str) -> None:
    asked = replace(
        CUSTODY,
        activities=("settlement",),
        asset_classes=("uk-specified-investment", "us-digital-security"),
        presence={"UK": standing, "US": "established"},
    )
    found = checked(asked)
    assert [row["code"] for row in found.of_weight(Weight.STOPS)] == ["uk-settlement-branch"]
    assert found.verdict == "stops"
    assert not checked(replace(asked, presence={"UK": "established", "US": "abroad"})).of_weight(Weight.STOPS)


def test_an_activity_out_of_scope_and_nobody_at_all() -> None:
    asked = replace(
        CUSTODY, activities=("stablecoin-issuance",), asset_classes=("us-stablecoin",), jurisdictions=("US",)
    )
    found = checked(asked)
    assert found.left == ("US",)
    assert found.verdict == "nobody"
    assert "us-stablecoin-issuer" in {row["code"] for row in found.of_weight(Weight.STOPS)}


def test_it_reads_the_same_facts_as_routing_later() -> None:
    """What is carried into an application gives the same facts, so the answer is the one that the firm will get."""
    for standing in ("established", "branch", "abroad"):
        asked = replace(CUSTODY, jurisdictions=("UK",), presence={"UK": standing}, customers=("retail",))
        carried = asked.sections(COUNTRIES)
        assert facts_of_dossier(carried, PROGRAMME, COUNTRIES) == facts_of(asked, PROGRAMME), standing
