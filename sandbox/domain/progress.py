"""How far an application has come: the state of each section of its question set, and what each still lacks.

A text that is longer than its question allows is kept as it is; its section is *too long* until it is shortened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.domain.documents import with_documents
from sandbox.domain.questions import IN_PROGRESS, Question, QuestionSet
from sandbox.domain.words import count_words

TOO_LONG = "too_long"
Sections = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing, as a part of a sentence after “Missing:”, and the question it is about."""

    path: str
    text: str

    @property
    def name(self) -> str:
        """The name of the question in its section."""
        return self.path.partition(".")[2]


@dataclass(frozen=True, slots=True)
class Progress:
    """One section: not_started, in_progress, too_long or complete, with all that it lacks."""

    code: str
    title: str
    state: str
    lacking: tuple[Lack, ...]
    questions: int


def too_long(question: Question, value: object) -> bool:
    """Has the answer more words than its question allows? Of several texts: has any?"""
    if not question.words:
        return False
    texts = value.values() if isinstance(value, Mapping) else [value]
    return any(isinstance(text, str) and count_words(text) > question.words for text in texts)


def progress(
    questions: QuestionSet, sections: Sections, documents: Iterable[Mapping[str, Any]] = ()
) -> tuple[Progress, ...]:
    """Every section in which something is asked, in the order of the set. `documents`: those of the working copy."""
    sections = with_documents(sections, [one.path for one in questions.of_kind("document")], documents)
    asked, states = questions.asked(sections), questions.states(sections)
    lacks: dict[str, list[Lack]] = {code: [] for code in asked}
    for question, text in questions.flaws(sections):
        lacks[question.section].append(Lack(question.path, text))

    def state(code: str) -> str:
        answers = sections.get(code) or {}
        long = states[code] == IN_PROGRESS and any(too_long(one, answers.get(one.name)) for one in asked[code])
        return TOO_LONG if long else states[code]

    return tuple(
        Progress(code, questions.titles[code], state(code), tuple(lacks[code]), len(asked[code])) for code in asked
    )


def without_questions(questions: QuestionSet, sections: Sections) -> tuple[str, ...]:
    """The titles of sections in which no question applies."""
    asked = questions.asked(sections)
    return tuple(title for code, title in questions.titles.items() if code not in asked)


__all__ = ["TOO_LONG", "Lack", "Progress", "progress", "too_long", "without_questions"]
