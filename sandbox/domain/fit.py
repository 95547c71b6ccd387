"""Would this programme suit a firm? From a few answers: who has a remit and why, what may stop it, what is missing.

It decides nothing and is kept nowhere. The same rules route the application later, so the answer is the one that the
firm will get; the causes of the failure of the first cross-border pilot (GFIN 2019: 44 applications, none tested) are
rows of the programme's record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.domain.catalogue.applying import Weight
from sandbox.domain.entities import BRANCH, COMPANY, ESTABLISHED
from sandbox.domain.routing import Facts, Route, Rule, fallbacks_of, risk_flags, route


@dataclass(frozen=True, slots=True)
class Answers:
    """What a firm says of itself. `presence`: jurisdiction → a word of domain.entities.PRESENCES; `ready`: codes."""

    activities: tuple[str, ...] = ()
    asset_classes: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()
    presence: Mapping[str, str] | None = None
    ready: frozenset[str] = frozenset()

    @property
    def enough(self) -> bool:
        """Something can be said: what the firm does, with what, and where."""
        return bool(self.activities and self.asset_classes and self.jurisdictions)

    def sections(self, countries: Mapping[str, str]) -> dict[str, dict[str, Any]]:
        """The answers as the beginning of an application. `countries`: jurisdiction → country (ISO 3166)."""
        presence = self.presence or {}
        firm: dict[str, Any] = {}
        for code in self.jurisdictions:
            if presence.get(code) == ESTABLISHED and "country" not in firm:
                firm = {"country": countries.get(code, ""), "legal_form": COMPANY}
        if not firm and BRANCH in presence.values():
            firm = {"legal_form": BRANCH}
        return {
            "firm": firm,
            "product": {
                "activities": list(self.activities),
                "asset_classes": list(self.asset_classes),
                "customer_kinds": list(self.customers),
            },
            "jurisdictions": {"jurisdictions": list(self.jurisdictions)},
        }


@dataclass(frozen=True, slots=True)
class Fit:
    """What can be said. `routes`: authority → why it would get the application; `left`: places without an authority."""

    routes: Mapping[str, Route]
    left: tuple[str, ...]
    hurdles: tuple[Mapping[str, Any], ...]
    missing: tuple[Mapping[str, Any], ...]
    ready: tuple[Mapping[str, Any], ...]

    def of_weight(self, weight: Weight) -> list[Mapping[str, Any]]:
        """The hurdles of one weight."""
        return [row for row in self.hurdles if row["weight"] == weight]

    @property
    def verdict(self) -> str:
        """`nobody` (no authority has a remit), `stops`, `missing` or `ready`."""
        if not self.routes:
            return "nobody"
        if self.left or self.of_weight(Weight.STOPS):
            return "stops"
        return "missing" if self.missing else "ready"


def facts_of(answers: Answers, programme: Mapping[str, Any]) -> Facts:
    """What routing reads, as `domain.routing.facts_of` reads it of a dossier."""
    plain = Facts(
        frozenset(answers.activities),
        frozenset(answers.asset_classes),
        answers.jurisdictions,
        dict(answers.presence or {}),
    )
    flags = risk_flags(programme.get("risk_flags") or (), plain, answers.customers)
    return Facts(plain.activities, plain.asset_classes, plain.jurisdictions, plain.presence, flags)


def fit(answers: Answers, programme: Mapping[str, Any], rules: Iterable[Rule], homes: Mapping[str, str]) -> Fit:
    """Hold the answers against the programme. `homes`: the jurisdiction of each authority that decides."""
    facts = facts_of(answers, programme)
    found, left = route(rules, facts, homes=homes, fallbacks=fallbacks_of(programme))
    checks = list(programme.get("readiness") or ())
    return Fit(
        routes=found,
        left=tuple(left),
        hurdles=tuple(row for row in programme.get("hurdles") or () if _meets(row, facts)),
        missing=tuple(row for row in checks if row["code"] not in answers.ready),
        ready=tuple(row for row in checks if row["code"] in answers.ready),
    )


def _meets(row: Mapping[str, Any], facts: Facts) -> bool:
    """The conditions of a hurdle are those of a routing rule."""
    conditions = Rule(
        code=row["code"],
        authority=row.get("authority") or "",
        jurisdiction=row["jurisdiction"],
        why="",
        activities=tuple(row.get("activities") or ()),
        asset_classes=tuple(row.get("asset_classes") or ()),
        entity=tuple(row.get("entity") or ()),
        flags=tuple(row.get("flags") or ()),
    )
    return conditions.failing(facts) is None


__all__ = ["Answers", "Fit", "Weight", "fit"]
