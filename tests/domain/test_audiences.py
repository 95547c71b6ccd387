"""The names of parties: a desk is named by its authority's code."""

from __future__ import annotations

from sandbox.domain.audiences import FIRM, OBSERVERS, OFFICE, PUBLIC, desk, desks


def test_desks_are_parties_of_their_own() -> None:
    assert desk("FCA") == "desk:FCA"
    assert desks(["FCA", "SEC", "FCA"]) == {"desk:FCA", "desk:SEC"}
    assert desks([]) == frozenset()


def test_no_authority_can_be_taken_for_another_party() -> None:
    others = {FIRM, OFFICE, OBSERVERS, PUBLIC}
    assert len(others) == 4
    assert {desk(name) for name in others} & others == set()
