"""Conflicts of interest: kinds, outcomes, and names that look alike. Plain functions, no database.

Sources: 18 USC 208 and 5 CFR 2635.402 (own and imputed interests, waiver); for authorities of other countries the
authority's own code of conduct. The two years of earlier employment are those of 5 CFR 2635.502(b)(1)(iv) widened to
what the authorities' own codes ask for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

US = "18 USC 208; 5 CFR 2635.402"
OWN_CODE = "the authority’s own code of conduct"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of interest, with the words that help to recognise it and the rule that asks for it."""

    code: str
    label: str
    help: str
    source: str


KINDS: tuple[Kind, ...] = (
    Kind(
        "financial",
        "Financial",
        "Shares, tokens, loans, options or funds that gain or lose with this case; yours, or those of your spouse, a "
        "minor child or a partner, which count as yours. Small holdings of ordinary securities may be exempt; do not "
        "count on it for tokens.",
        f"{US}; {OWN_CODE}",
    ),
    Kind(
        "family",
        "Family and close friends",
        "A relative, partner or close friend who works for one of the parties, owns part of it or advises it.",
        f"{US}; {OWN_CODE}",
    ),
    Kind(
        "employment",
        "Employment",
        "A job, an office or a seat on a board with one of the parties, now or in the past two years; also one that "
        "you were offered, are asking for or have agreed to take.",
        f"{US}; {OWN_CODE}",
    ),
    Kind("adviser", "Adviser", "Advice, paid or not, to one of the parties or to a close competitor.", OWN_CODE),
    Kind(
        "prior",
        "Prior involvement",
        "You took part before in this matter or in an earlier case of the same parties, on whichever side.",
        OWN_CODE,
    ),
    Kind(
        "other",
        "Something else",
        "Whatever else would make a fair-minded person doubt that you are impartial.",
        f"5 CFR 2635.502; {OWN_CODE}",
    ),
)
KIND_CODES = frozenset(kind.code for kind in KINDS)

# A declaration opens the case only with one of these. `pending` waits for the ethics officer or the coordinator.
EFFECTIVE: frozenset[str] = frozenset({"none", "managed", "waived"})
RECUSED = "recused"
PENDING = "pending"
OUTCOMES = ("none", PENDING, "managed", "waived", RECUSED)
ASKED = frozenset({"none", "managed", RECUSED})  # what a person can say; the rest is decided for them


def says_none(kinds: Collection[str]) -> bool:
    """A declaration that waits and names no kind says that there is no interest, although it may look like one."""
    return not kinds


INTEREST_KINDS = ("employer", "domain", "holding", "other")

# fmt: off
_FORMS = frozenset({
    "ab", "ag", "and", "as", "bv", "co", "company", "corp", "corporation", "gmbh", "group", "holding", "holdings",
    "inc", "incorporated", "limited", "llc", "llp", "lp", "ltd", "nv", "of", "oy", "plc", "pte", "pty", "sa", "sarl",
    "sas", "spa", "srl", "the",
})
# fmt: on


def skeleton(name: str) -> frozenset[str]:
    """The words of a name that tell it from others: folded, without legal forms. Empty when nothing is left."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(sign for sign in folded if not unicodedata.combining(sign))
    return frozenset(re.findall(r"[a-z0-9]+", plain)) - _FORMS


def alike(told: str, name: str) -> bool:
    """True when one name's words are all in the other's: “Harbourlight” and “Harbourlight Markets Ltd”."""
    ours, theirs = skeleton(told), skeleton(name)
    return bool(ours and theirs) and (ours <= theirs or theirs <= ours)


def domain_of(address: str) -> str:
    """The domain of an e-mail address, or of what is one already; folded."""
    return address.rpartition("@")[2].strip().strip(".").casefold()


def same_domain(told: str, address: str) -> bool:
    """True when the address lies in the domain that was told, or below it."""
    ours, theirs = domain_of(told), domain_of(address)
    return "." in ours and (theirs == ours or theirs.endswith("." + ours))


@dataclass(frozen=True, slots=True)
class Interest:
    """One line of a person's standing register."""

    kind: str
    name: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """An interest that looks like a party of the case."""

    interest: Interest
    party: str

    @property
    def words(self) -> str:
        """As the person reads it."""
        return f"You told us about “{self.interest.name}”; it looks like “{self.party}”."


def matches(interests: Iterable[Interest], names: Iterable[str], addresses: Iterable[str]) -> tuple[Match, ...]:
    """The interests that look like one of the parties' names, or like the domain of one of their addresses."""
    named, written = tuple(dict.fromkeys(names)), tuple(dict.fromkeys(addresses))
    found = []
    for interest in interests:
        if interest.kind == "domain":
            hits = [domain_of(one) for one in written if same_domain(interest.name, one)]
        else:
            hits = [one for one in named if alike(interest.name, one)]
        found += [Match(interest, party) for party in dict.fromkeys(hits)]
    return tuple(found)


__all__ = [
    "ASKED",
    "EFFECTIVE",
    "INTEREST_KINDS",
    "KINDS",
    "KIND_CODES",
    "OUTCOMES",
    "PENDING",
    "RECUSED",
    "Interest",
    "Kind",
    "Match",
    "alike",
    "domain_of",
    "matches",
    "same_domain",
    "says_none",
    "skeleton",
]
