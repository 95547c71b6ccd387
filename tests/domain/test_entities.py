"""The legal entities of an application, and whom an authority writes to."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.domain.entities import LegalEntity, addressee, legal_entities
from tests.sets import FIRST

FIRM = {"legal_name": "Split plc", "country": "GB", "company_number": "7", "lei": "", "address": "1 Quay"}
OTHER = {"name": "Split Inc", "country": "US", "legal_form": "company", "identifier": "9", "address": "1 Avenue"}


def sections(*others: dict[str, Any], places: tuple[str, ...] = ("UK", "US")) -> dict[str, dict[str, Any]]:
    return {"firm": {**FIRM, "entities": list(others)}, "jurisdictions": {"jurisdictions": list(places)}}


def test_one_entity_serves_everything() -> None:
    (only,) = legal_entities(sections())
    assert (only.name, only.number, only.jurisdictions) == ("Split plc", "7", ("UK", "US"))
    assert addressee(sections(), "US") == only
    assert legal_entities({})[0].name == ""


def test_a_further_entity_takes_its_jurisdictions_from_the_first() -> None:
    both = sections({**OTHER, "jurisdictions": ["US", "FR"]})
    assert [(one.name, one.jurisdictions) for one in legal_entities(both)] == [
        ("Split plc", ("UK",)),
        ("Split Inc", ("US",)),
    ]
    assert [addressee(both, place).name for place in ("UK", "US", "FR")] == ["Split plc", "Split Inc", "Split plc"]


@pytest.mark.parametrize(
    ("entity", "country", "stands"),
    [
        (LegalEntity("A", "GB"), "GB", "established"),
        (LegalEntity("A", "US"), "GB", "abroad"),
        (LegalEntity("A", "US", form="branch"), "GB", "branch"),
        (LegalEntity("A", "GB", form="branch"), "GB", "branch"),
        (LegalEntity("A", ""), "GB", "abroad"),
    ],
)
def test_how_an_entity_stands_in_a_country(entity: LegalEntity, country: str, stands: str) -> None:
    assert entity.presence(country) == stands


def test_what_a_further_entity_lacks_is_named_with_its_number() -> None:
    found = set(
        FIRST.lacking("firm", {"firm": {**FIRM, "entities": [{**OTHER, "jurisdictions": ["US"]}, {"lei": "NONSENSE"}]}})
    )
    assert {"the name of legal entity 3", "the jurisdictions of legal entity 3"} <= found
    assert not any("entity 2" in words for words in found)
    assert "an LEI of legal entity 3 whose check digits are right, or none" in found
    twice = {**FIRM, "entities": [{**OTHER, "jurisdictions": ["US"]}, {**OTHER, "jurisdictions": ["US"]}]}
    assert "only one further legal entity for US" in set(FIRST.lacking("firm", {"firm": twice}))
