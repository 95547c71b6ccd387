"""Sharing between desks: on what basis, under which terms, and what can be shared. Pure rules, no rows.

Sources: FSMA 2000 s348 and s349 (confidential information goes through a gateway or with consent; a gateway may be used
without asking the firm, so the gateway and the decision whether to tell are recorded); Exchange Act s24(c) and 17 CFR
240.24c-1 (assurances of confidentiality); IOSCO MMoU 2002 (use, onward sharing, confidentiality).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

BASES = {
    "gateway": "A legal gateway or arrangement",
    "consent": "Consent of the firm",
    "obligation": "A law obliges us to send it",
}
ONWARD = {
    "none": "Not to be shared on",
    "allowed": "May be shared on under the same restrictions",
}
DECLARED = "declaration"  # the consents that stand: the application's own, and what the firm said since


@dataclass(frozen=True, slots=True)
class ItemKind:
    """A kind of item that a desk can share.

    `sealed`: part of the assessment, which nobody else reads before the opening. `category`: the one of the firm's
    consents (domain.consents) that covers it; none: only a message in which the firm agreed does.
    """

    words: str
    many: str
    sealed: bool = False
    category: str = ""


ITEM_KINDS: dict[str, ItemKind] = {
    "finding": ItemKind("Finding", "Findings", sealed=True, category="assessments"),
    "condition": ItemKind("Proposed condition", "Proposed conditions", sealed=True, category="assessments"),
    "position": ItemKind("Filed position", "Filed positions", sealed=True, category="assessments"),
    "letter": ItemKind("Letter about completeness", "Letters about completeness", category="dossier"),
    "request": ItemKind("Request to the firm, with replies", "Requests to the firm, with replies", category="answers"),
    "thread": ItemKind("Correspondence or note", "Correspondence and notes"),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which terms something is shared. `instrument`: a code of the authority's own sharing instruments.

    `consent`: `DECLARED`, or the id of a message in which the firm agreed.
    """

    basis: str
    purpose: str
    restriction: str
    instrument: str = ""
    provision: str = ""
    consent: str = ""
    onward: str = "none"
    notify_before_use: bool = False
    retention: str = ""
    tell_firm: bool = False
    tell_reason: str = ""


def problems(terms: Terms, kinds: Iterable[str]) -> dict[str, str]:
    """What is wrong with the terms for items of these kinds: field → what to do. Empty when all is right."""
    return dict(_problems(terms, list(kinds)))


def _problems(terms: Terms, kinds: list[str]) -> Iterator[tuple[str, str]]:
    if not kinds or not set(kinds) <= set(ITEM_KINDS):
        yield "items", "Choose what to share."
    if terms.onward not in ONWARD:
        yield "onward", "Choose whether it may be shared on."
    if not terms.purpose.strip():
        yield "purpose", "Say what the other authority needs it for."
    if not terms.restriction.strip():
        yield "restriction", "Say what the other authority may use it for."
    yield from _basis_problems(terms, kinds)


def _basis_problems(terms: Terms, kinds: list[str]) -> Iterator[tuple[str, str]]:
    if terms.basis not in BASES:
        yield "basis", "Choose on what basis you share."
    if terms.basis == "gateway" and not terms.instrument:
        yield "instrument", "Choose the gateway or arrangement."
    if terms.basis == "obligation" and not terms.provision.strip():
        yield "provision", "Name the provision that obliges you."
    if terms.basis == "consent":
        yield from _consent_problems(terms, kinds)
    elif not terms.tell_firm and not terms.tell_reason.strip():
        yield "tell_reason", "Give the reason for not telling the firm."


def _consent_problems(terms: Terms, kinds: list[str]) -> Iterator[tuple[str, str]]:
    if not terms.consent:
        yield "consent", "Choose where the firm gave its consent."
    if terms.consent == DECLARED and any(not ITEM_KINDS[kind].category for kind in kinds if kind in ITEM_KINDS):
        yield (
            "consent",
            ("The firm’s consents do not cover correspondence and notes. Choose a message in which it agreed."),
        )


def with_whom(instrument: Mapping[str, Any], receiver: str, codes: Iterable[str]) -> str | None:
    """What is wrong with using an instrument towards a receiver; None: nothing that data can tell.

    An arrangement with one named authority serves for that one only.
    """
    partner = instrument["with_whom"]
    if partner != receiver and partner in set(codes):
        return f"This arrangement is with {partner}, not with {receiver}."
    return None


class Carried(Protocol):
    """What goes with an item that is shared on: the terms under which it came."""

    @property
    def restriction(self) -> str: ...
    @property
    def retention(self) -> str: ...
    @property
    def notify_before_use(self) -> bool: ...


def bound_by(added: str, earlier: str, who: str) -> str:
    """Words of the terms of what is shared on: the provider's stand as they are, what `who` adds stands below them.

    Nothing that is added is read as the provider's words, however it begins.
    """
    if not earlier.strip() or not added.strip():
        return added if not earlier.strip() else earlier
    return f"{earlier}\n\nAdded by {who}: {added}"


def shared_on(terms: Terms, came: Carried, who: str) -> Terms:
    """The terms under which `who` shares on what came to it: those of the provider, and what it adds."""
    return replace(
        terms,
        restriction=bound_by(terms.restriction, came.restriction, who),
        retention=bound_by(terms.retention, came.retention, who),
        notify_before_use=terms.notify_before_use or came.notify_before_use,
    )


__all__ = [
    "BASES",
    "DECLARED",
    "ITEM_KINDS",
    "ONWARD",
    "Carried",
    "ItemKind",
    "Terms",
    "bound_by",
    "problems",
    "shared_on",
    "with_whom",
]
