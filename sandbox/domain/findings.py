"""Findings: their values, the evidence they rest on, and when a new version of the dossier makes them stale."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.domain.divergences import FINDINGS, RELIES

DRAFT = ""  # reasons are being written, nothing is found yet
VALUES = tuple(FINDINGS)

Evidence = Mapping[str, Any]  # path (domain.changes), page (of a document), note


def paths(evidence: Iterable[Evidence]) -> frozenset[str]:
    """What some evidence rests on."""
    return frozenset(str(row["path"]) for row in evidence)


def stale(evidence: Iterable[Evidence], changed: frozenset[str]) -> list[str]:
    """What changed under a finding. Without evidence any change counts: nothing shows what the finding rests on."""
    rests_on = paths(evidence)
    return sorted(rests_on & changed if rests_on else changed)


def stale_condition(metric: str | None, jurisdictions: Iterable[str], changed: frozenset[str]) -> list[str]:
    """The limits of the test plan that changed under a proposed condition; nothing for a condition in words."""
    rests_on = {f"test_plan.limits.{metric}.{code}" for code in jurisdictions} if metric else set()
    return sorted(rests_on & changed)


__all__ = ["DRAFT", "RELIES", "VALUES", "Evidence", "paths", "stale", "stale_condition"]
