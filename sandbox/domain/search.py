"""What can be searched, who may find it, and what counts as a word. The same words on every database.

Rule: a hit is an item, and an item is found only by who may open it: the grant of its kind, and its audience.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from sandbox.domain.actions import Action

LONGEST_QUESTION = 200  # characters of a search that are read
MOST_WORDS = 12
LONGEST_TEXT = 200_000  # characters of an item that are indexed
PREFIX_FROM = 3  # letters from which the last word also finds longer words


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of item: what it is called, the action that opens it, and whether it has audience rows of its own.

    Without audience rows are only the facts of the case itself, which everybody reads whom the action is granted.
    """

    words: str
    action: Action
    audience: bool = True


KINDS: dict[str, Kind] = {
    "case": Kind("Reference and firm", Action.CASE_GLANCE, audience=False),
    "title": Kind("Title", Action.DESK_READ, audience=False),
    "version": Kind("Dossier", Action.CASE_READ),
    "letter": Kind("Letter about completeness", Action.CASE_READ),
    "request": Kind("Request for information", Action.REQUEST_READ),
    "finding": Kind("Finding", Action.ASSESSMENT_READ),
    "input": Kind("Specialist’s input", Action.ASSESSMENT_READ),
    "position": Kind("Position", Action.ASSESSMENT_READ),
    "thread": Kind("Correspondence", Action.MESSAGE_READ),
    "divergence": Kind("Discussion of a divergence", Action.DIVERGENCE_READ),
    "joint_meeting": Kind("Joint meeting", Action.DIVERGENCE_READ),
    "answer": Kind("View or consent", Action.ASSESSMENT_READ),
}


def _plain(text: str) -> str:
    """Lower case without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def _split(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() else " " for sign in text).split()


def terms(question: str) -> tuple[str, ...]:
    """The words of a search: letters and digits only, so no sign of it can mean anything to a database."""
    return tuple(dict.fromkeys(_split(_plain(question[:LONGEST_QUESTION]))))[:MOST_WORDS]


def searchable(text: str) -> str:
    """A text as it is indexed: one line, signs that databases split differently apart, plain forms of words added."""
    words = " ".join("".join(_known(sign) for sign in text[:LONGEST_TEXT]).split())
    accented = dict.fromkeys(word for word in _split(words) if not word.isascii())
    return " ".join((words, *(plain for word in accented if (plain := _plain(word)) != word.lower())))


def _known(sign: str) -> str:
    """Letters, digits and ASCII signs stay; other signs, and what cannot be stored, become a gap or their like."""
    if sign.isascii():
        return sign if sign.isprintable() else " "
    return sign if sign.isalnum() else ALIKE.get(sign, " ")


ALIKE = {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "€": "€", "£": "£", "§": "§"}


def excerpt(text: str, words: tuple[str, ...], around: int = 90) -> str:
    """The part of a text around the first of the words, cut at gaps; its beginning when none stands in it."""
    low = text.casefold()
    found = [place for word in words if (place := low.find(word)) >= 0]
    start = max(0, min(found, default=0) - around)
    end = min(len(text), start + 2 * around)
    start = text.find(" ", start) + 1 if start else 0
    last = text.rfind(" ", start, end) if end < len(text) else end
    part = text[start : last if last > start else end]
    return f"{'… ' if start else ''}{part}{' …' if end < len(text) else ''}"


__all__ = ["KINDS", "PREFIX_FROM", "Kind", "excerpt", "searchable", "terms"]
