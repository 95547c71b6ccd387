"""Reliance: one desk rests on the finding of another authority instead of repeating the work.

It needs a standing equivalence between the two criteria (catalogue), is sealed like every finding, and says nothing
until positions open. Then it takes the value of the finding it names; where there is none, the row waits to be filled.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.domain.catalogue.terms import Relation
from sandbox.domain.divergences import FINDINGS, RELIES

STANDING = frozenset({Relation.EQUIVALENT.value, Relation.DEFERRED_TO.value})  # relations on which a desk can rely

Records = Mapping[str, Mapping[str, Any]]  # authority → the record of its position


def resolved(records: Records) -> dict[str, Mapping[str, Any]]:
    """The opened positions with each reliance put in its place: the value of the finding it rests on.

    A reliance on a desk that has no finding of its own there keeps its value: somebody still has to find.
    """
    own = {(code, row["criterion"]): row for code, record in records.items() for row in record["findings"]}
    return {
        code: {**record, "findings": [_in_place(row, own) for row in record["findings"]]}
        for code, record in records.items()
    }


def _in_place(row: Mapping[str, Any], own: Mapping[tuple[str, str], Mapping[str, Any]]) -> Mapping[str, Any]:
    if row["value"] != RELIES:
        return row
    named = row["relies_on"]
    other = own.get((named["authority"], named["criterion"]))
    if other is None or other["value"] == RELIES:
        words = f"Relies on {named['authority']}, which has no finding of its own there."
        return {**row, "reasons": f"{words} {row['reasons']}".strip()}
    words = f"Relies on {named['authority']}'s finding on “{other['title']}”: {FINDINGS[other['value']]}."
    return {**row, "value": other["value"], "reasons": f"{words} {row['reasons']}".strip()}


__all__ = ["RELIES", "STANDING", "Records", "resolved"]
