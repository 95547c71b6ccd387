"""The legal entities of an application: who they are, where they are established, and whom each authority writes to.

A group applies with several entities, each serving some of the jurisdictions. The first one stands in the fields of
the firm itself; it serves every jurisdiction that no other entity serves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST = 5  # legal entities of one application, the first one included
COMPANY, BRANCH = "company", "branch"
FORMS: dict[str, str] = {
    COMPANY: "A company or another legal person",
    BRANCH: "A branch of a company that is registered elsewhere",
}
# How an entity stands in a jurisdiction. SI 2023/1398 (Digital Securities Sandbox): who applies is established in the
# United Kingdom by its registered or head office; a branch is not enough.
ESTABLISHED, ABROAD = "established", "abroad"
PRESENCES: dict[str, str] = {
    ESTABLISHED: "established there",
    BRANCH: "there with a branch only",
    ABROAD: "not established there",
}


@dataclass(frozen=True, slots=True)
class LegalEntity:
    """One legal entity. `number` is that of its register; `jurisdictions` are those that it serves."""

    name: str
    country: str
    form: str = COMPANY
    number: str = ""
    lei: str = ""
    address: str = ""
    jurisdictions: tuple[str, ...] = ()

    def presence(self, country: str) -> str:
        """How it stands in a country: established, branch or abroad."""
        if self.form == BRANCH:
            return BRANCH
        return ESTABLISHED if self.country == country else ABROAD


def _entity(answers: Mapping[str, Any], name: str, number: str, jurisdictions: tuple[str, ...]) -> LegalEntity:
    return LegalEntity(
        name=str(answers.get(name) or ""),
        country=str(answers.get("country") or ""),
        form=str(answers.get("legal_form") or COMPANY),
        number=str(answers.get(number) or ""),
        lei=str(answers.get("lei") or ""),
        address=str(answers.get("address") or ""),
        jurisdictions=jurisdictions,
    )


def legal_entities(sections: Mapping[str, Mapping[str, Any]]) -> tuple[LegalEntity, ...]:
    """All legal entities of an application, the first one first."""
    firm, where = sections.get("firm") or {}, sections.get("jurisdictions") or {}
    chosen = tuple(where.get("jurisdictions") or ())
    others = tuple(
        _entity(one, "name", "identifier", tuple(code for code in chosen if code in (one.get("jurisdictions") or ())))
        for one in firm.get("entities") or ()
    )
    served = {code for one in others for code in one.jurisdictions}
    return (_entity(firm, "legal_name", "company_number", tuple(c for c in chosen if c not in served)), *others)


def addressee(sections: Mapping[str, Mapping[str, Any]], jurisdiction: str) -> LegalEntity:
    """The entity that an authority of the jurisdiction writes to: the one that serves it, else the first."""
    everyone = legal_entities(sections)
    return next((one for one in everyone if jurisdiction in one.jurisdictions), everyone[0])


__all__ = [
    "ABROAD", "BRANCH", "COMPANY", "ESTABLISHED", "FORMS", "MOST", "PRESENCES", "LegalEntity", "addressee",
    "legal_entities",
]  # fmt: skip
