"""Requests for information: what is open, which answers a question unlocks, which questions are alike.

Rules: a request unlocks the named answers of the submitted application and nothing else; it stays the asking desk's
own (FSMA 2000 s348: what one regulator receives is not another's), and only that it is open is known to others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sandbox.domain.canonical import record_hash
from sandbox.domain.changes import documents
from sandbox.domain.dossier import same
from sandbox.domain.lifecycles import BEFORE_DECISION
from sandbox.domain.questions import DOCUMENT, QuestionSet
from sandbox.domain.sections import asked_in

OPEN = frozenset({"sent", "part_answered"})
ASKING_IN = tuple(state for state in BEFORE_DECISION if state not in {"routed", "incomplete"})  # states of the desk
INCONSISTENT = ("replies", "dossier")
REPLY_CLOCK = "rfi-reply"
FILES = "documents"  # the path that a question unlocks which asks for a file
ALIKE_FROM = 0.8  # share of the words of two questions that they have in common

Question = TypeVar("Question")
Record = Mapping[str, Any]


def unlockable(questions: QuestionSet) -> dict[str, str]:
    """What a request can unlock, by path, in words.

    Declarations are made with each submission, never changed one by one; for documents a request asks as such.
    """
    return {path: name for path, name in questions.names.items() if questions.question(path).kind != DOCUMENT}


def fields_of(paths: Iterable[str], section: str) -> frozenset[str]:
    """The names of the answers of one section among these paths."""
    return frozenset(field for code, _, field in (path.partition(".") for path in paths) if code == section)


def _words(text: str) -> list[str]:
    return "".join(sign if sign.isalnum() else " " for sign in text.casefold()).split()


def words_of(text: str) -> frozenset[str]:
    """The words of a text for comparison: letters and digits only, lower case, each once."""
    return frozenset(_words(text))


def alike(one: str, other: str) -> bool:
    """True when two questions are written in nearly the same words."""
    left, right = words_of(one), words_of(other)
    return bool(left) and len(left & right) >= ALIKE_FROM * len(left | right)


def says_the_same(one: str, other: str) -> bool:
    """True when two replies have the same words in the same order, whatever their signs, case and spaces."""
    return _words(one) == _words(other)


def groups(
    questions: Sequence[Question], text: Callable[[Question], str], unlocks: Callable[[Question], Iterable[str]]
) -> list[list[Question]]:
    """Like questions together: they unlock the same answer or are written nearly alike. Order is kept."""
    found: list[list[Question]] = []
    for question in questions:
        paths = set(unlocks(question))
        near = [
            group
            for group in found
            if any(paths & set(unlocks(one)) or alike(text(question), text(one)) for one in group)
        ]
        if not near:
            found.append([question])
            continue
        first, *others = near
        first.append(question)
        for group in others:
            first += group
            found.remove(group)
    return [sorted(group, key=questions.index) for group in found]


def merged(submitted: Record, working: Record, paths: Iterable[str], questions: QuestionSet) -> dict[str, Any]:
    """What is submitted when only these answers are open: the last version, with the working copy's at these paths.

    With an answer go those to the questions that hang on it. The questions, and whose overlays are asked, stay those of
    the last version. With `documents` among the paths, files that were added since come with it; none is taken away.
    """
    wanted = questions.with_dependents(paths)
    sections = {}
    for code in {**submitted["sections"], **working["sections"]}:
        before, after = submitted["sections"].get(code) or {}, working["sections"].get(code) or {}
        taken = fields_of(wanted, code)
        sections[code] = {name: value for name, value in before.items() if name not in taken} | {
            name: value for name, value in after.items() if name in taken
        }
    known = documents(submitted)
    added = [row for path, row in documents(working).items() if path not in known] if FILES in wanted else []
    asked = {"questions": submitted["questions"]} if "questions" in submitted else {}
    sections = asked_in(submitted, questions).submitted(sections)
    return {"schema": working["schema"], **asked, "sections": sections, "documents": [*submitted["documents"], *added]}


def content_of(replies: Iterable[tuple[object, str, Sequence[str]]], record: Record) -> str:
    """The hash of what is sent: the replies by question with the documents they point to, and the dossier."""
    said = {str(question): {"text": text, "documents": list(named)} for question, text, named in replies}
    return record_hash({"replies": said, "sections": record["sections"], "documents": record["documents"]})


def locked(before: Mapping[str, Any], after: Mapping[str, Any], names: Iterable[str]) -> list[str]:
    """The answers that differ although they are not among the names that are open."""
    allowed = set(names)
    return sorted(
        name for name in {*before, *after} if name not in allowed and not same(before.get(name), after.get(name))
    )


__all__ = [
    "ASKING_IN", "FILES", "INCONSISTENT", "OPEN", "REPLY_CLOCK", "alike", "content_of", "fields_of",
    "groups", "locked", "merged", "says_the_same", "unlockable",
]  # fmt: skip
