"""Which authorities a case goes to: the routing table over activities, asset classes and jurisdictions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the routing table. `*` as activity or asset class matches any."""

    activity: str
    asset_class: str
    jurisdiction: str
    authority: str
    why: str

    def matches(self, activities: Iterable[str], asset_classes: Iterable[str], jurisdictions: Iterable[str]) -> bool:
        """True when the application has an activity, a class and a jurisdiction of this row."""
        return (
            (self.activity == "*" or self.activity in activities)
            and (self.asset_class == "*" or self.asset_class in asset_classes)
            and self.jurisdiction in jurisdictions
        )


def route(
    rules: Iterable[Rule],
    *,
    activities: Iterable[str],
    asset_classes: Iterable[str],
    jurisdictions: Iterable[str],
) -> dict[str, list[str]]:
    """Authority → the reasons why the case comes to it, in the order of the table."""
    chosen = (frozenset(activities), frozenset(asset_classes), frozenset(jurisdictions))
    found: dict[str, list[str]] = {}
    for rule in rules:
        if rule.matches(*chosen):
            reasons = found.setdefault(rule.authority, [])
            if rule.why not in reasons:
                reasons.append(rule.why)
    return found


def unrouted(jurisdictions: Iterable[str], routed: Iterable[str], jurisdiction_of: Mapping[str, str]) -> list[str]:
    """Chosen jurisdictions in which no authority has a remit for this application."""
    reached = {jurisdiction_of[authority] for authority in routed}
    return [code for code in jurisdictions if code not in reached]


def remit_problems(
    jurisdictions: Iterable[str], routed: Iterable[str], jurisdiction_of: Mapping[str, str]
) -> list[str]:
    """Jurisdictions in which nobody has a remit for the chosen activities and assets, in words."""
    return [
        f"No authority in {code} has a remit for the activities and classes of asset you selected. "
        f"Change them, or leave {code} out."
        for code in unrouted(jurisdictions, routed, jurisdiction_of)
    ]
