"""A firm's profile: who controls it, its numbers in registers, and how profile and application differ.

What a register's numbers look like is a row of the catalogue; check digits are computed where the row names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.domain.entities import COMPANY
from sandbox.domain.entries import is_lei
from sandbox.domain.parties import lines

CONTROLLER_KINDS: dict[str, str] = {
    "parent": "Parent company",
    "company": "Other company or partnership",
    "person": "Natural person",
    "trust": "Trust or foundation",
    "state": "State or public body",
}
WHOLE = Decimal(100)
CHECKS = {"lei": is_lei}  # what a row of the catalogue can name as its check digits


@dataclass(frozen=True, slots=True)
class Scheme:
    """A register whose numbers firms can give."""

    code: str
    title: str
    pattern: str
    check_digits: str = ""
    example: str = ""

    def normal(self, typed: str) -> str:
        """The number without spaces and in capitals, as the register writes it."""
        return re.sub(r"\s+", "", typed).upper()

    def accepts(self, number: str) -> bool:
        """True for a number of the right form whose check digits, if it has any, are right."""
        check = CHECKS.get(self.check_digits)
        return re.fullmatch(self.pattern, number) is not None and (check is None or check(number))


@dataclass(frozen=True, slots=True)
class Profile:
    """What the firm section of an application is prefilled with. Entities have the keys of its answers."""

    legal_name: str
    lei: str = ""
    company_number: str = ""
    country: str = ""
    address: str = ""
    legal_form: str = COMPANY
    group: str = ""
    controllers: tuple[str, ...] = ()
    entities: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, firm: Any, controllers: Iterable[str], entities: Iterable[Any]) -> Profile:
        """The profile from the row of a firm, the names of its controllers and the rows of its legal entities."""
        return cls(
            legal_name=firm.legal_name,
            lei=firm.lei or "",
            company_number=firm.company_number,
            country=firm.country,
            address=firm.address,
            legal_form=firm.legal_form or COMPANY,
            group=firm.group_name or "",
            controllers=tuple(controllers),
            entities=tuple(entity_answers(one) for one in entities),
        )

    def answers(self) -> dict[str, Any]:
        """The answers of the firm section."""
        return {
            **{name: getattr(self, name) for name in PLAIN},
            "controllers": "\n".join(self.controllers),
            "entities": [dict(entity) for entity in self.entities],
        }


def entity_answers(row: Any) -> dict[str, Any]:
    """A further legal entity of the profile as the application's answers have it. Which places it serves is asked."""
    given = {name: getattr(row, name) for name in ("name", "country", "legal_form", "lei", "address")}
    return {**given, "identifier": row.number, "jurisdictions": []}


PLAIN: dict[str, str] = {
    "legal_name": "Legal name",
    "legal_form": "Company or branch",
    "lei": "LEI",
    "company_number": "Company number",
    "country": "Country",
    "address": "Registered address",
    "group": "Group",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the profile and an application say differently."""

    name: str
    title: str
    profile: str
    application: str


def _entity_names(answers: Mapping[str, Any]) -> set[str]:
    return {str((entity or {}).get("name") or "").strip() for entity in answers.get("entities") or ()} - {""}


def _folded(value: Any) -> str:
    return " ".join(str(value or "").split()).casefold()


def differences(profile: Profile, answers: Mapping[str, Any]) -> tuple[Difference, ...]:
    """What a firm section says otherwise than the profile. Spacing and capitals do not count."""
    found = [
        Difference(name, title, str(getattr(profile, name) or ""), str(answers.get(name) or ""))
        for name, title in PLAIN.items()
        if _folded(getattr(profile, name)) != _folded(answers.get(name) or (COMPANY if name == "legal_form" else ""))
    ]
    lists: Iterable[tuple[str, str, set[str], set[str]]] = (
        ("controllers", "Controllers", set(profile.controllers), set(lines(answers.get("controllers")))),
        ("entities", "Further legal entities", {str(one["name"]) for one in profile.entities}, _entity_names(answers)),
    )
    for name, title, mine, theirs in lists:
        if {_folded(one) for one in mine} != {_folded(one) for one in theirs}:
            found.append(Difference(name, title, ", ".join(sorted(mine)), ", ".join(sorted(theirs))))
    return tuple(found)


__all__ = ["CONTROLLER_KINDS", "PLAIN", "WHOLE", "Difference", "Profile", "Scheme", "differences", "entity_answers"]
