"""Which authorities a case goes to: ordered rules over what the firm does, where, through whom, and at what risk.

Every rule that matches sends the case to its authority and says why. A rule that says `stop` ends the list for its
authority: what comes after it loses. The first rule that names a team gives the team. What did not match is kept with
the condition that failed, so that "why here?" can be answered in full.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.domain.entities import addressee
from sandbox.domain.sections import chosen

ANY = "*"
CAUSES: dict[str, str] = {
    "submitted": "The application was submitted",
    "amended": "The firm submitted a new version",
    "reclassified": "The lead desk classified the case anew",
    "sent_on": "A fallback queue sent the case on",
    "kept": "A fallback queue kept the case",
}
FALLBACK = "No rule of the programme matched in {place}: this is its fallback queue."


@dataclass(frozen=True, slots=True)
class Facts:
    """What routing reads of an application. `presence`: how the entity for a jurisdiction stands there."""

    activities: frozenset[str] = frozenset()
    asset_classes: frozenset[str] = frozenset()
    jurisdictions: tuple[str, ...] = ()
    presence: Mapping[str, str] = field(default_factory=dict)
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. An empty condition is always met; `jurisdiction` may be `*`.

    Any of the activities, any of the classes, any of the words of `entity` (domain.entities.PRESENCES) for the entity
    that serves the jurisdiction, and all of the risk flags.
    """

    code: str
    authority: str
    jurisdiction: str
    why: str
    activities: tuple[str, ...] = ()
    asset_classes: tuple[str, ...] = ()
    entity: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    team: str = ""
    stop: bool = False

    def failing(self, facts: Facts) -> Loss | None:
        """The first condition that the application does not meet; None when the rule matches."""
        if self.jurisdiction not in (ANY, *facts.jurisdictions):
            return Loss("jurisdictions", (self.jurisdiction,))
        if self.activities and facts.activities.isdisjoint(self.activities):
            return Loss("activities", self.activities)
        if self.asset_classes and facts.asset_classes.isdisjoint(self.asset_classes):
            return Loss("asset_classes", self.asset_classes)
        if self.entity and facts.presence.get(self.jurisdiction) not in self.entity:
            return Loss("entity", self.entity)
        lacking = tuple(flag for flag in self.flags if flag not in facts.flags)
        return Loss("flags", lacking) if lacking else None


@dataclass(frozen=True, slots=True)
class Loss:
    """Why a rule lost: the condition that was not met with what it asks for, or `stopped` with the earlier rule."""

    kind: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Route:
    """What the rules say of one authority. `fallback`: jurisdictions in which no rule reached anybody."""

    won: tuple[Rule, ...] = ()
    lost: tuple[tuple[Rule, Loss], ...] = ()
    fallback: tuple[str, ...] = ()

    @property
    def reached(self) -> bool:
        """The case goes to this authority."""
        return bool(self.won or self.fallback)

    @property
    def because(self) -> list[str]:
        """The reasons, each once, in the order of the rules."""
        found = [rule.why for rule in self.won] + [FALLBACK.format(place=code) for code in self.fallback]
        return list(dict.fromkeys(found))

    @property
    def team(self) -> str:
        """The team that the first rule with one names; empty: the authority's intake."""
        return next((rule.team for rule in self.won if rule.team), "")


def weigh(rules: Iterable[Rule], facts: Facts) -> dict[str, Route]:
    """Every authority that a rule names, reached or not, with the rules that won and those that lost."""
    won: dict[str, list[Rule]] = {}
    lost: dict[str, list[tuple[Rule, Loss]]] = {}
    stopped: dict[str, str] = {}
    for rule in rules:
        winners, losers = won.setdefault(rule.authority, []), lost.setdefault(rule.authority, [])
        loss = rule.failing(facts)
        if loss is None and rule.authority in stopped:
            loss = Loss("stopped", (stopped[rule.authority],))
        if loss is not None:
            losers.append((rule, loss))
            continue
        winners.append(rule)
        if rule.stop:
            stopped[rule.authority] = rule.code
    return {authority: Route(tuple(won[authority]), tuple(lost[authority])) for authority in won}


def route(
    rules: Iterable[Rule], facts: Facts, *, homes: Mapping[str, str], fallbacks: Mapping[str, str] | None = None
) -> tuple[dict[str, Route], list[str]]:
    """The authorities that the case goes to, in the order of the rules, and the jurisdictions that nobody covers.

    `homes`: the jurisdiction of each authority that decides; a jurisdiction is covered by one of these. `fallbacks`:
    the authority of the programme that looks first at what no rule reaches, by jurisdiction.
    """
    everyone = weigh(rules, facts)
    found = {authority: one for authority, one in everyone.items() if one.won}
    covered = {homes[authority] for authority in found if authority in homes}
    left = []
    for place in facts.jurisdictions:
        authority = (fallbacks or {}).get(place)
        if place in covered:
            continue
        if authority is None:
            left.append(place)
        else:
            lost = everyone.get(authority, Route()).lost
            found[authority] = Route((), lost, (*found.get(authority, Route()).fallback, place))
    return found, left


def remit_problems(places: Iterable[str]) -> list[str]:
    """What to say of jurisdictions in which nobody has a remit for the chosen activities and assets."""
    return [
        f"No authority in {code} has a remit for the activities and classes of asset you selected. "
        f"Change them, or leave {code} out."
        for code in places
    ]


def risk_flags(flags: Iterable[Mapping[str, Any]], facts: Facts, customers: Iterable[str]) -> frozenset[str]:
    """The programme's risk flags that the application raises; all conditions that a flag names have to be met."""
    kinds = frozenset(customers)

    def raised(flag: Mapping[str, Any]) -> bool:
        asked = (("activities", facts.activities), ("asset_classes", facts.asset_classes), ("customers", kinds))
        met = all(not flag.get(name) or not given.isdisjoint(flag[name]) for name, given in asked)
        return met and len(facts.jurisdictions) >= int(flag.get("jurisdictions") or 0)

    return frozenset(str(flag["code"]) for flag in flags if raised(flag))


def facts_of(
    sections: Mapping[str, Mapping[str, Any]], programme: Mapping[str, Any], countries: Mapping[str, str]
) -> Facts:
    """What routing reads of a dossier. `programme` is its record; `countries`: jurisdiction → country (ISO 3166)."""
    picked = chosen(sections)
    places = tuple(picked["jurisdictions"])
    plain = Facts(
        frozenset(picked["activities"]),
        frozenset(picked["asset_classes"]),
        places,
        {code: addressee(sections, code).presence(countries.get(code, "")) for code in places},
    )
    customers = (sections.get("product") or {}).get("customer_kinds") or ()
    raised = risk_flags(programme.get("risk_flags") or (), plain, customers)
    return Facts(plain.activities, plain.asset_classes, places, plain.presence, raised)


def rules_from(content: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The rules of a stored rule set, in their order."""
    return tuple(
        Rule(
            code=row["code"],
            authority=row["authority"],
            jurisdiction=row["jurisdiction"],
            why=row["why"],
            activities=tuple(row["activities"]),
            asset_classes=tuple(row["asset_classes"]),
            entity=tuple(row["entity"]),
            flags=tuple(row["flags"]),
            team=row["team"],
            stop=row["stop"],
        )
        for row in content
    )


def fallbacks_of(programme: Mapping[str, Any]) -> dict[str, str]:
    """Jurisdiction → the authority whose fallback queue takes what no rule reaches, from a programme's record."""
    return {row["jurisdiction"]: row["authority"] for row in programme.get("fallbacks") or ()}
