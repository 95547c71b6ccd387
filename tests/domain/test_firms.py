"""Numbers in registers, and what profile and application say differently."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import sandbox
from sandbox.domain.firms import CHECKS, Profile, Scheme, differences

CATALOGUE = Path(sandbox.__file__).parent / "catalogue"
ROWS = list(csv.DictReader((CATALOGUE / "identifiers.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["code"])
def test_every_register_accepts_its_own_example_and_not_what_is_longer(row: dict[str, str]) -> None:
    scheme = Scheme(row["code"], row["title"], row["pattern"], row["check_digits"], row["example"])
    assert scheme.accepts(scheme.normal(row["example"]))
    assert not scheme.accepts("")
    assert not scheme.accepts(row["example"] + "\n")
    assert not scheme.accepts("!" + row["example"])
    assert not row["check_digits"] or row["check_digits"] in CHECKS
    assert row["source"] and row["sure"]


def test_check_digits_are_computed() -> None:
    lei = Scheme("lei", "LEI", "[0-9A-Z]{18}[0-9]{2}", "lei")
    assert lei.accepts(lei.normal("exmp 00demo 0000000108"))
    assert not lei.accepts("EXMP00DEMO0000000180")


PROFILE = Profile("Harbour Ltd", country="GB", controllers=("A plc", "B plc"), entities=({"name": "Harbour Inc"},))


def test_spacing_capitals_and_order_make_no_difference() -> None:
    answers = {"legal_name": "HARBOUR  Ltd", "country": "GB", "controllers": "b plc\nA PLC\n"}
    assert differences(PROFILE, {**answers, "entities": [{"name": "Harbour Inc"}]}) == ()


def test_what_differs_is_named_with_both_texts() -> None:
    found = differences(PROFILE, {"legal_name": "Harbour Ltd", "country": "US", "controllers": "A plc"})
    assert {one.name: (one.profile, one.application) for one in found} == {
        "country": ("GB", "US"),
        "controllers": ("A plc, B plc", "A plc"),
        "entities": ("Harbour Inc", ""),
    }


def test_the_answers_of_a_profile_differ_in_nothing() -> None:
    assert differences(PROFILE, PROFILE.answers()) == ()
