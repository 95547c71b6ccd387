"""Carrying an application to a newer version of its questions: what changed, and which answers go along.

Rule: an answer of the same path and kind stays; one whose kind changed is kept beside it under a name that no question
has, so that nothing that was written is lost; what is not asked any more stays in the working copy, unsubmitted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.domain.questions import Question, QuestionSet
from sandbox.domain.values import DECLARATION, given

Sections = Mapping[str, Mapping[str, Any]]
NEW, GONE, OTHER, CHANGED = "new", "gone", "other", "changed"


@dataclass(frozen=True, slots=True)
class Difference:
    """One question that differs. `what`: new, gone, other (answered in another way), or changed with `points`.

    `points`: what changed of it in words: (name, before, after). `answered`: the firm has answered the older question.
    """

    section: str
    question: Question
    what: str
    points: tuple[tuple[str, str, str], ...] = ()
    answered: bool = False


def differences(old: QuestionSet, new: QuestionSet, sections: Sections) -> tuple[Difference, ...]:
    """All questions that differ between two versions, in the order of the newer one; those that are gone come last."""

    def answered(question: Question) -> bool:
        return given(question.kind, (sections.get(question.section) or {}).get(question.name))

    found = []
    for question in new:
        before = old.by_path.get(question.path)
        title = new.titles[question.section]
        if before is None:
            found.append(Difference(title, question, NEW))
        elif before.kind != question.kind:
            found.append(Difference(title, question, OTHER, answered=answered(before)))
        elif points := tuple(_points(before, question)):
            found.append(Difference(title, question, CHANGED, points, answered(before)))
    found += [
        Difference(old.titles[question.section], question, GONE, answered=answered(question))
        for question in old
        if question.path not in new.by_path
    ]
    return tuple(found)


def _points(before: Question, after: Question) -> Iterator[tuple[str, str, str]]:
    if before.label != after.label:
        yield "Wording", before.label, after.label
    if before.words != after.words:
        yield "Most words", str(before.words or "no limit"), str(after.words or "no limit")
    if before.required != after.required:
        yield "Required", "yes" if before.required else "no", "yes" if after.required else "no"
    if (before.least, before.most) != (after.least, after.most):
        yield "Bounds", _bounds(before), _bounds(after)
    for name, one, other in (
        ("Answers to choose from", before.options, after.options),
        ("Columns", before.columns, after.columns),
    ):
        old, new = ", ".join(row.title for row in one), ", ".join(row.title for row in other)
        if old != new:
            yield name, old, new


def _bounds(question: Question) -> str:
    least, most = ("–" if bound is None else str(bound) for bound in (question.least, question.most))
    return f"{least} to {most}"


def carried(old: QuestionSet, new: QuestionSet, sections: Sections) -> dict[str, dict[str, Any]]:
    """The working copy for the newer version, with every section that it or the older one has."""
    found: dict[str, dict[str, Any]] = {code: {} for code in new.titles}
    for code, answers in sections.items():
        for name, value in answers.items():
            before, after = old.by_path.get(f"{code}.{name}"), new.by_path.get(f"{code}.{name}")
            other = before is not None and after is not None and before.kind != after.kind
            found.setdefault(code, {})[f"{name}.v{old.version}" if other else name] = value
    return found


def without_declarations(questions: QuestionSet, sections: Sections) -> dict[str, dict[str, Any]]:
    """The answers without what the firm declared: that is declared anew."""
    gone = {question.path for question in questions.of_kind(DECLARATION)}
    return {
        code: {name: value for name, value in answers.items() if f"{code}.{name}" not in gone}
        for code, answers in sections.items()
    }


__all__ = ["CHANGED", "GONE", "NEW", "OTHER", "Difference", "carried", "differences", "without_declarations"]
