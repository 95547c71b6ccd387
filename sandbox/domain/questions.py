"""The question set of a programme: what is asked, of whom, under which conditions, and what an application still lacks.

A set is data (`catalogue/questions`), in versions; an application is answered, submitted and read with the version it
has. Rule: a question that does not apply is neither asked nor required nor submitted; what was answered before stays
in the working copy. A question of an overlay is asked where one of its authorities would get the application.
The names that code itself reads are fixed: `domain/sections.py` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from json import loads
from typing import Any

from sandbox.domain.values import DECLARATION, DEPENDENT, flaws_of, given
from sandbox.domain.words import count_words

Answers = Mapping[str, Any]
Sections = Mapping[str, Answers]
DOCUMENT = "document"
TODAY = "today"
NOT_STARTED, IN_PROGRESS, COMPLETE = "not_started", "in_progress", "complete"
# The words of these are those of the programme or of the portal; the others are made of what the question itself says.
PROGRAMME_KINDS = frozenset({
    "activities", "asset_classes", "jurisdictions", "safeguards", "customer_kinds", "limits", "rationale", "entities",
    "legal_form",
})  # fmt: skip
KINDS = PROGRAMME_KINDS | {
    "line", "prose", "choice", "choices", "number", "money", "day", "months", "table", "document", "declaration",
    "yes_no", "country", "email", "lei",
}  # fmt: skip
COLUMN_KINDS = frozenset({"line", "number", "money", "day", "choice", "country"})
FULL = "full"  # evidence that can stand alone; the other kind is partial
ROWS_MOST = 50  # rows of a table that does not say another number


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    code: str
    title: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    code: str
    title: str
    kind: str = "line"
    required: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on an earlier answer: any of the codes, none of them, or this code or yes/no. In files: `is`."""

    path: str
    any: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    is_: bool | str | None = None

    def holds(self, sections: Sections) -> bool:
        """Is it met by these answers?"""
        code, _, name = self.path.partition(".")
        value = (sections.get(code) or {}).get(name)
        codes = {str(one) for one in value} if isinstance(value, list | tuple) else {value}
        if self.any and codes.isdisjoint(self.any):
            return False
        if not codes.isdisjoint(self.none):
            return False
        return self.is_ is None or value == self.is_


@dataclass(frozen=True, slots=True)
class Evidence:
    """The requirement of an authority for which an answer is evidence. `how`: full or partial."""

    authority: str
    requirement: str
    how: str = FULL


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `label` asks, `short` names the answer, `missing` is a part of a sentence after “Missing:”."""

    path: str
    label: str
    kind: str
    source: str
    sure: str
    short: str = ""
    hint: str = ""
    required: bool = False
    missing: str = ""
    words: int | None = None  # most words of a text
    options: tuple[Option, ...] = ()
    unit: str = ""
    least: int | None = None
    most: int | None = None
    currency: str = ""
    columns: tuple[Column, ...] = ()
    rows_most: int = ROWS_MOST
    not_before: str = ""  # days: TODAY or the path of a day; asked when an application is first submitted
    steps: tuple[str, ...] = ()  # columns of numbers that rise in a row, or fall where its `direction` is high
    text: str = ""  # code of the programme's text that a declaration stands for
    when: tuple[Condition, ...] = ()
    authorities: tuple[str, ...] = ()
    evidences: tuple[Evidence, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "short", self.short or self.label)

    @property
    def section(self) -> str:
        """The code of its section."""
        return self.path.partition(".")[0]

    @property
    def name(self) -> str:
        """Its name in the section."""
        return self.path.partition(".")[2]

    @property
    def wanted(self) -> str:
        """What is missing when it is not answered, as a part of a sentence."""
        return self.missing or f"“{self.short}”"

    def flaws(self, sections: Sections) -> Iterator[str]:
        """What the answer still lacks or has too much of, as parts of a sentence after “Missing:”."""
        value = (sections.get(self.section) or {}).get(self.name)
        if not given(self.kind, value) and self.kind not in DEPENDENT:
            if self.required:
                yield self.wanted
            return
        count = count_words(value) if self.words and isinstance(value, str) else 0
        if self.words and count > self.words:
            yield f"“{self.short}” in {self.words} words or fewer (it has {count})"
        yield from flaws_of(self, value, sections, self.kind)


@dataclass(frozen=True, slots=True)
class QuestionSection:
    """A part of the form, with its questions in their order."""

    code: str
    title: str
    intro: str = ""
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that keeps an application from being submitted, and where it is put right."""

    section: str
    text: str
    path: str = ""


def holds(rows: Iterable[Condition], sections: Sections) -> bool:
    """Are all of these conditions met?"""
    return all(row.holds(sections) for row in rows)


@dataclass(frozen=True)
class QuestionSet:
    """The questions of a programme in one version."""

    programme: str
    version: int
    sections: tuple[QuestionSection, ...]
    contradictions: tuple[Mapping[str, Any], ...] = field(default=(), compare=False)

    @cached_property
    def by_path(self) -> dict[str, Question]:
        """All questions, in their order."""
        return {question.path: question for section in self.sections for question in section.questions}

    @cached_property
    def titles(self) -> dict[str, str]:
        """Code of a section → its title, in their order."""
        return {section.code: section.title for section in self.sections}

    @cached_property
    def names(self) -> dict[str, str]:
        """What every answer but the declarations is called outside of its section, by path."""
        return {one.path: f"{self.titles[one.section]}: {one.short}" for one in self if one.kind != DECLARATION}

    def __iter__(self) -> Iterator[Question]:
        return iter(self.by_path.values())

    def question(self, path: str) -> Question:
        """The question of a path. Raises KeyError."""
        return self.by_path[path]

    def section(self, code: str) -> QuestionSection:
        """The section of a code. Raises KeyError."""
        return next((one for one in self.sections if one.code == code), None) or _unknown(code)

    def of_kind(self, *kinds: str) -> tuple[Question, ...]:
        """The questions of these kinds."""
        return tuple(question for question in self if question.kind in kinds)

    def asked_by(self, authorities: Collection[str]) -> QuestionSet:
        """The common part with the overlays of these authorities."""
        if all(not question.authorities for question in self):
            return self
        wanted = set(authorities)
        return self._each(lambda one: one if not one.authorities or wanted.intersection(one.authorities) else None)

    def _each(self, made: Callable[[Question], Question | None]) -> QuestionSet:
        """The set with what is made of every question; None leaves one out."""
        return replace(
            self,
            sections=tuple(
                replace(section, questions=tuple(one for one in map(made, section.questions) if one is not None))
                for section in self.sections
            ),
        )

    def sparing(self, paths: Collection[str]) -> QuestionSet:
        """The set with these questions not required: they fall away, and may still be answered."""
        return self._each(lambda one: replace(one, required=False) if one.path in paths else one) if paths else self

    def submitted(self, sections: Sections) -> dict[str, dict[str, Any]]:
        """The answers to the questions that apply: what is submitted. All sections, in the order of the set."""
        found: dict[str, dict[str, Any]] = {section.code: {} for section in self.sections}
        for question in self:  # a condition names an earlier question: what is found so far is all it can see
            answers = sections.get(question.section) or {}
            if question.name in answers and holds(question.when, found):
                found[question.section][question.name] = answers[question.name]
        return found

    def asked(self, sections: Sections) -> dict[str, tuple[Question, ...]]:
        """The questions that apply, by section; a section in which none applies is left out."""
        known = self.submitted(sections)
        every = {
            section.code: tuple(question for question in section.questions if holds(question.when, known))
            for section in self.sections
        }
        return {code: questions for code, questions in every.items() if questions}

    def applies(self, question: Question, sections: Sections) -> bool:
        """Is the question asked where these answers stand?"""
        return question.path in self.by_path and holds(question.when, self.submitted(sections))

    def with_dependents(self, paths: Iterable[str]) -> frozenset[str]:
        """These paths with those of the questions that hang on them: who may change one may answer what follows."""
        found = set(paths)
        for question in self:
            if any(row.path in found for row in question.when):
                found.add(question.path)
        return frozenset(found)

    def set_aside(self, authorities: Collection[str], sections: Sections) -> tuple[Question, ...]:
        """The questions that are answered but not asked (any more): kept in the working copy, not submitted."""
        asked = {one.path for questions in self.asked_by(authorities).asked(sections).values() for one in questions}
        return tuple(
            question
            for question in self
            if question.path not in asked
            and question.kind != DECLARATION
            and given(question.kind, (sections.get(question.section) or {}).get(question.name))
        )

    def flaws(self, sections: Sections) -> Iterator[tuple[Question, str]]:
        """Every question that applies with what its answer lacks, in the order of the form."""
        known = self.submitted(sections)
        for questions in self.asked(sections).values():
            for question in questions:
                for words in question.flaws(known):
                    yield question, words

    def lacking(self, code: str, sections: Sections) -> Iterator[str]:
        """What a section lacks, as parts of a sentence after “Missing:”. `sections`: the answers of all of them."""
        return (words for question, words in self.flaws(sections) if question.section == code)

    def states(self, sections: Sections) -> dict[str, str]:
        """The state of every section in which a question applies: not_started, in_progress or complete."""
        short = {question.section for question, _ in self.flaws(sections)}
        known = self.submitted(sections)

        def state(code: str, questions: Sequence[Question]) -> str:
            if not any(given(question.kind, known[code].get(question.name)) for question in questions):
                return NOT_STARTED
            return IN_PROGRESS if code in short else COMPLETE

        return {code: state(code, questions) for code, questions in self.asked(sections).items()}

    def section_state(self, code: str, sections: Sections) -> str:
        """The state of one section; complete where no question of it applies."""
        return self.states(sections).get(code, COMPLETE)

    def problems(self, sections: Sections, unshown: Callable[[str], Sequence[str]] = lambda _text: ()) -> list[Problem]:
        """Everything that keeps the application from being submitted, except routing.

        `unshown` names the characters of a text that documents cannot show; they are refused here for the last time.
        """
        found: list[Problem] = []
        missing = list(self.flaws(sections))
        known = self.submitted(sections)
        for code, title in self.titles.items():
            found += [
                Problem(code, f"Missing in “{title}”: {words}.", question.path)
                for question, words in missing
                if question.section == code
            ]
            signs = dict.fromkeys(sign for text in _texts(known[code]) for sign in unshown(text))
            found += [
                Problem(code, f"Remove from “{title}”: {sign}. It cannot be shown in documents.") for sign in signs
            ]
        return found


def _unknown(code: str) -> QuestionSection:
    raise KeyError(code)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list | tuple):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(item)


# --- reading what is stored ------------------------------------------------------------------------------------------


def condition(row: Mapping[str, Any]) -> Condition:
    """A condition from plain values, as a file or a record has it."""
    return Condition(
        row["path"], tuple(row.get("any") or ()), tuple(row.get("none") or ()), row.get("is_", row.get("is"))
    )


def _options(rows: Iterable[Mapping[str, Any]] | None) -> tuple[Option, ...]:
    return tuple(Option(**row) for row in rows or ())


def _question(row: Mapping[str, Any]) -> Question:
    made = {
        "options": _options(row.get("options")),
        "columns": tuple(
            Column(**{**one, "options": _options(one.get("options"))}) for one in row.get("columns") or ()
        ),
        "when": tuple(condition(one) for one in row.get("when") or ()),
        "authorities": tuple(row.get("authorities") or ()),
        "steps": tuple(row.get("steps") or ()),
        "evidences": tuple(Evidence(**one) for one in row.get("evidences") or ()),
    }
    return Question(**{**row, **made})


def read(content: Mapping[str, Any]) -> QuestionSet:
    """The question set of a record of the catalogue: its sections, and its questions in their order."""
    questions = [_question(row) for row in content["questions"]]
    return QuestionSet(
        programme=content["programme"],
        version=content["version"],
        sections=tuple(
            QuestionSection(
                row["code"],
                row["title"],
                row.get("intro") or "",
                tuple(one for one in questions if one.section == row["code"]),
            )
            for row in content["sections"]
        ),
        contradictions=tuple(content.get("contradictions") or ()),
    )


@lru_cache(maxsize=32)
def from_text(text: str) -> QuestionSet:
    """The same from its stored text. A version never changes, so each is read once in a process."""
    return read(loads(text))


__all__ = [
    "COLUMN_KINDS", "COMPLETE", "DOCUMENT", "FULL", "IN_PROGRESS", "KINDS", "NOT_STARTED", "PROGRAMME_KINDS",
    "ROWS_MOST", "TODAY", "Column", "Condition", "Evidence", "Option", "Problem", "Question", "QuestionSection",
    "QuestionSet", "condition", "from_text", "holds", "read",
]  # fmt: skip
