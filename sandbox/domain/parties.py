"""The parties of a case by name: what is shown to somebody who has to declare interests, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PARTY_KINDS: dict[str, str] = {
    "firm": "Applicant",
    "group": "Group",
    "parent": "Parent",
    "controller": "Controller or owner",
    "entity": "Legal entity or affiliate",
    "counsel": "Adviser",
}
# What a firm can report as changed; the applicant itself is the one of the case.
REPORTABLE = ("group", "parent", "controller", "entity", "counsel")
CONTROL = frozenset({"group", "parent", "controller"})  # a change of these is a change of ownership or control


@dataclass(frozen=True, slots=True)
class Party:
    """One party: what it is to the case, and its name."""

    kind: str
    name: str


def lines(text: Any) -> list[str]:
    """The lines of a text that say something."""
    return [line.strip() for line in str(text or "").splitlines() if line.strip()]


def _named(record: Mapping[str, Any]) -> Iterator[Party]:
    firm = (record.get("sections") or {}).get("firm") or {}
    yield from (Party("firm", name) for name in lines(firm.get("legal_name"))[:1])
    yield from (Party("group", name) for name in lines(firm.get("group"))[:1])
    yield from (Party("controller", name) for name in lines(firm.get("controllers")))
    for entity in firm.get("entities") or ():
        yield from (Party("entity", name) for name in lines((entity or {}).get("name"))[:1])


def parties_of(record: Mapping[str, Any]) -> tuple[Party, ...]:
    """The parties that an application's record names, each once, in the order in which they are shown."""
    return tuple(dict.fromkeys(_named(record)))


__all__ = ["CONTROL", "PARTY_KINDS", "REPORTABLE", "Party", "lines", "parties_of"]
