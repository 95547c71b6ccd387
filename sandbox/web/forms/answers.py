"""The form of one section of an application, made from its questions: which are on the page, and what was answered.

A section is saved as far as it goes: nothing is required here, only the shape of what was typed is checked. Only
questions that were on the page that was sent change; the answers to all others stay as they are, whatever else comes.
"""

from __future__ import annotations

import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from sandbox.domain.dossier import fingerprints
from sandbox.domain.questions import Condition, Question, holds
from sandbox.queries.applications import OpenSection
from sandbox.web.forms.base import Form, Seen, Version
from sandbox.web.forms.parts import Asked, DayPart, Declaration, Documents, Money, Part, Rationale, YesNo, field_name
from sandbox.web.forms.rows import Entities, Limits, Rows, Table

LONGEST_OPENED = 200_000  # characters; many times the fingerprints of the largest section
ON_WITH_FEWER = "jurisdictions.goes_on_with_fewer"  # only where the programme allows it
ASKED = "asked"  # the questions that are on the page that was sent
PARTS_OF = {"amount": "limits", "window": "limits"}  # fields that do not begin with the name of their question
MADE: dict[str, type[Part]] = {
    "day": DayPart,
    "yes_no": YesNo,
    "declaration": Declaration,
    "document": Documents,
    "money": Money,
    "rationale": Rationale,
    "table": Table,
    "entities": Entities,
    "limits": Limits,
}
Rule = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """One question on the page. `applies`: it is asked now; `when`: what that hangs on in this section."""

    part: Part
    applies: bool
    when: tuple[Rule, ...]

    @property
    def question(self) -> Question:
        """The question itself."""
        return self.part.question


class SectionForm(Form):
    """What all sections share. `opened` says what stood in each field when the page was made."""

    version = Version()
    opened = Seen()
    parts: Mapping[str, Part] = {}
    section: OpenSection
    ignored: frozenset[str] = frozenset()  # what cannot be read and is not asked either: its answer stays as it is

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the shape of what is asked; what was typed in a question that is hidden again stops nobody."""
        super().validate(extra_validators)
        wrong = self.wrong
        if wrong:
            self.ignored = frozenset(one.question.name for one in self.shown() if not one.applies) & wrong
        for name in self.ignored:
            for field in self.parts[name].fields:
                self._fields[field].errors = []
        return not self.errors

    @property
    def asked(self) -> set[str]:
        """The names of the questions that were on the page that was sent."""
        named = set(request.form.getlist(ASKED))
        return {
            name for name, part in self.parts.items() if name in named or any(part.owns(sent) for sent in request.form)
        }

    @property
    def wrong(self) -> set[str]:
        """The names of the questions whose answer cannot be read."""
        return {name for name, part in self.parts.items() if any(self._fields[field].errors for field in part.fields)}

    def saved(self, *, without: Container[str] = ()) -> dict[str, Any]:
        """The answers as they are kept: those of the page, and what stands for all others."""
        found = dict(self.section.section.answers)
        for name in self.asked:
            if name not in without and name not in self.ignored:
                found[name] = self.parts[name].value(self)
        return {name: value for name, value in found.items() if value is not None}

    def touches_more_than(self, names: Container[str]) -> bool:
        """True when something was sent for a question that is not among these."""
        return any(question.name not in names and _was_sent(question) for question in asked_of(self.section))

    def untouched(self) -> set[str]:
        """The questions that still are as they were when the page was opened."""
        sent = self.opened.data or "{}"
        try:
            before = json.loads(sent) if len(sent) <= LONGEST_OPENED else {}
        except (ValueError, RecursionError):
            before = {}
        now = fingerprints(asked_of(self.section), self.saved())
        return {name for name, mark in now.items() if isinstance(before, dict) and before.get(name) == mark}

    def shown(self) -> list[Shown]:
        """The questions of the page in their order; what applies follows from what was typed, where it was sent."""
        code = self.section.section.code
        answers = self.saved(without=self.wrong) if self.is_submitted() else self.section.section.answers
        sections = {**self.section.sections, code: answers}
        found = []
        for part in self.parts.values():
            rows = [row for row in part.question.when if _here(row, code)]
            applies = self.section.vocabulary.questions.applies(part.question, sections)
            found.append(Shown(part, applies, tuple(rule for row in rows for rule in _rules(row))))
        return found

    @property
    def lines(self) -> list[dict[str, str]]:
        """All that is wrong, for the head of the page: the question, what to do, and a link to the field."""
        found = [{"text": str(problem)} for problem in self.form_errors]
        for part in self.parts.values():
            for name in part.fields:
                field = self._fields[name]
                if field.errors:
                    found.append({"text": f"{_named(part, name, field)} {field.errors[0]}", "href": f"#{field.id}"})
        own = [name for name in ("version", "opened") if self._fields[name].errors]
        return found + [{"text": str(self._fields[name].errors[0])} for name in own]


def _named(part: Part, name: str, field: Any) -> str:
    """Of a cell its row and column, of a plain field its question."""
    label = str(field.label.text)
    if isinstance(part, Rows):
        number = part.numbers.index(int(name.removeprefix(f"{part.name}-").partition("-")[0])) + 1
        label = f"{part.question.short}, {number}, {label}"
    return label if label.endswith("?") else f"{label}:"


def asked_of(opened: OpenSection) -> tuple[Question, ...]:
    """All questions of the section, whether they apply or not."""
    questions: tuple[Question, ...] = opened.vocabulary.questions.section(opened.section.code).questions
    return questions


def _here(row: Condition, code: str) -> bool:
    return row.path.partition(".")[0] == code


def _rules(row: Condition) -> list[Rule]:
    """A condition as the script asks it: by the values of fields."""
    name = field_name(row.path.partition(".")[2])
    rules: list[Rule] = []
    if row.any:
        rules.append({"name": name, "any": list(row.any)})
    if row.none:
        rules.append({"name": name, "none": list(row.none)})
    if row.is_ is not None:
        values = {True: ["yes", "y"], False: ["no"]}.get(row.is_) if isinstance(row.is_, bool) else [row.is_]
        rules.append({"name": name, "any": values})
    return rules


def _was_sent(question: Question) -> bool:
    """It was on the page that was sent, whatever is asked or open by now: what was typed in it is not dropped."""
    if request.method != "POST":
        return False
    names = {name.partition("-")[0] for name in request.form}
    names |= {PARTS_OF.get(name, name) for name in names}
    return question.name in request.form.getlist(ASKED) or field_name(question.name) in names


def _on_page(opened: OpenSection) -> list[Question]:
    """The questions that are asked now, would be after another answer here, or were when the page was made."""
    code = opened.section.code
    known = opened.vocabulary.questions.submitted(opened.sections)
    found = []
    for question in asked_of(opened):
        if question.path == ON_WITH_FEWER and not opened.head.allows_fewer:
            continue
        elsewhere = [row for row in question.when if not _here(row, code)]
        open_now = opened.unlocked is None or question.name in opened.unlocked
        if _was_sent(question) or (open_now and holds(elsewhere, known)):
            found.append(question)
    return found


def filled(questions: Sequence[Question], answers: Mapping[str, Any]) -> str:
    """What stands, as short marks, so that the form can tell later which answers its reader changed."""
    return json.dumps(fingerprints(questions, answers))


def section_form(opened: OpenSection, *, more: str = "", dropped: str = "") -> SectionForm:
    """The form of a section with what is saved, or what was sent.

    `more`: the table that gets one more row, or several, `earlier.2`; `dropped`: the table and the number of the row
    that goes, `earlier:2`.
    """
    table, _colon, row = dropped.partition(":")
    growing, _dot, by = more.partition(".")
    further = int(by) if by.isdecimal() and len(by) < 4 else 1
    sent = list(request.form) if request.method == "POST" else None
    answers = opened.section.answers
    parts: dict[str, Part] = {}
    fields: dict[str, Any] = {}
    data: dict[str, Any] = {"opened": filled(asked_of(opened), answers)}
    for question in _on_page(opened):
        gone = int(row) if table == question.name and row.isdecimal() and len(row) < 5 else None
        answer = answers.get(question.name)
        asked = Asked(question, opened.vocabulary, answer, sent, further if growing == question.name else 0, gone)
        part = MADE.get(question.kind, Part)(asked)
        parts[question.name] = part
        fields |= part.fields
        data |= part.data()
    made = type("AnsweredForm", (SectionForm,), {**fields, "parts": parts, "section": opened})
    form: SectionForm = made(data=data)
    if not form.is_submitted():
        form.version.data = opened.section.version
    return form


__all__ = ["SectionForm", "Shown", "asked_of", "filled", "section_form"]
