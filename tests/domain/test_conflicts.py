"""Names that look alike, and what an interest can be."""

from __future__ import annotations

import pytest

from sandbox.domain.conflicts import (
    EFFECTIVE,
    KIND_CODES,
    KINDS,
    OUTCOMES,
    PENDING,
    RECUSED,
    Interest,
    alike,
    matches,
    same_domain,
    skeleton,
)
from sandbox.domain.parties import PARTY_KINDS, REPORTABLE, Party, parties_of


@pytest.mark.parametrize(
    ("told", "name", "same"),
    [
        ("Harbourlight", "Harbourlight Markets Ltd", True),
        ("Harbourlight Markets Limited", "HARBOURLIGHT MARKETS LTD", True),
        ("Crédit Lumière SA", "Credit Lumiere", True),
        ("Northwind", "Southwind Ltd", False),
        ("Market", "Harbourlight Markets Ltd", False),  # whole words only
        ("Ltd", "Any Ltd", False),  # nothing but a legal form
        ("The Group", "Any Group", False),
        ("", "", False),
        ("Kestrel Holdings", "Kestrel Group plc", True),
    ],
)
def test_names_are_alike_by_their_words(told: str, name: str, same: bool) -> None:
    assert alike(told, name) is same
    assert alike(name, told) is same


def test_what_is_left_of_a_name() -> None:
    assert skeleton("The Quill & Anchor Company, Inc.") == frozenset({"quill", "anchor"})
    assert skeleton("株式会社") == frozenset(), "other scripts are not compared: nothing is said to be alike"


@pytest.mark.parametrize(
    ("told", "address", "same"),
    [
        ("acme.example", "ada@acme.example", True),
        ("ada@acme.example", "bob@ACME.example", True),
        ("acme.example", "ada@mail.acme.example", True),
        ("acme.example", "ada@notacme.example", False),
        ("example", "ada@acme.example", False),  # a whole top-level domain says nothing
        ("", "ada@acme.example", False),
    ],
)
def test_domains(told: str, address: str, same: bool) -> None:
    assert same_domain(told, address) is same


def test_matches_name_the_interest_and_the_party_once() -> None:
    told = (
        Interest("employer", "Harbourlight"),
        Interest("domain", "harbourlight.example"),
        Interest("other", "Nobody"),
    )
    names = ("Harbourlight Markets Ltd", "Harbourlight Markets Ltd", "Kestrel SA")
    found = matches(told, names, ("a@harbourlight.example", "b@harbourlight.example"))
    assert [(match.interest.kind, match.party) for match in found] == [
        ("employer", "Harbourlight Markets Ltd"),
        ("domain", "harbourlight.example"),
    ]
    assert found[0].words == "You told us about “Harbourlight”; it looks like “Harbourlight Markets Ltd”."
    assert matches((), names, ()) == ()


def test_every_kind_has_its_help_and_its_source() -> None:
    assert {"financial", "family", "employment", "adviser", "prior", "other"} == KIND_CODES
    assert all(kind.help.endswith(".") and kind.source for kind in KINDS)
    assert any("18 USC 208" in kind.source for kind in KINDS)


def test_what_opens_a_case() -> None:
    assert {"none", "managed", "waived"} == EFFECTIVE
    assert set(OUTCOMES) - EFFECTIVE == {PENDING, RECUSED}


def test_parties_of_a_record() -> None:
    record = {
        "sections": {
            "firm": {
                "legal_name": "Acme Ltd",
                "group": "Acme Group",
                "controllers": "Ada Able\n\n Bob Bold \nAda Able",
                "entities": [{"name": "Acme US Inc"}, {"name": ""}, None],
            }
        }
    }
    assert parties_of(record) == (
        Party("firm", "Acme Ltd"),
        Party("group", "Acme Group"),
        Party("controller", "Ada Able"),
        Party("controller", "Bob Bold"),
        Party("entity", "Acme US Inc"),
    )
    assert parties_of({}) == parties_of({"sections": {"firm": None}}) == ()
    assert set(REPORTABLE) < set(PARTY_KINDS)
