"""What must hold in a question set before any application may be answered with it.

Rule: every name leads somewhere. Codes that the programme, its authorities or an earlier question do not have are
named, and so are the answers that the portal itself reads where a set does not ask for them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from sandbox.domain.catalogue.programmes import ProgrammeRecord
from sandbox.domain.catalogue.questions import QuestionSetRecord
from sandbox.domain.catalogue.terms import Sure
from sandbox.domain.countries import COUNTRIES
from sandbox.domain.dossier import CUSTOMER_KINDS
from sandbox.domain.entities import FORMS
from sandbox.domain.questions import COLUMN_KINDS, KINDS, PROGRAMME_KINDS, TODAY, Condition, Option, Question
from sandbox.domain.sections import KNOWN

_PATH = re.compile(r"[a-z][a-z0-9_]{0,31}\.[a-z][a-z0-9_]{0,47}")
_CODE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,63}")
_TRUTH = ("yes_no", "declaration")


def set_problems(record: QuestionSetRecord, programme: ProgrammeRecord | None) -> Iterator[tuple[str, str]]:
    """What is wrong in one version of a question set: (key, text) each."""
    if programme is None:
        yield "programme", f"there is no programme {record.programme!r}"
        return
    codes = [section.code for section in record.sections]
    yield from _frame(record, codes)
    earlier: dict[str, Question] = {}
    for question in record.questions:
        found = (*_question(question, set(codes), programme), *_conditions(question, earlier, programme))
        for text in (*found, *_order(question, earlier)):
            yield f"questions.{question.path}", text
        earlier[question.path] = question
    yield from _known(earlier)


def _frame(record: QuestionSetRecord, codes: list[str]) -> Iterator[tuple[str, str]]:
    """Version, sections and paths."""
    if record.version < 1:
        yield "version", "is counted from 1"
    yield from _repeated("sections", codes)
    yield from _repeated("questions", (question.path for question in record.questions))
    for code in codes:
        if not any(question.section == code for question in record.questions):
            yield f"sections.{code}", "has no question"


def _known(questions: Mapping[str, Question]) -> Iterator[tuple[str, str]]:
    """What the portal itself reads is asked, in the right way, of everybody."""
    for path, kind in KNOWN.items():
        found = questions.get(path)
        if found is None:
            yield "questions", f"asks no {path!r}, which the portal itself reads"
        elif found.kind != kind:
            yield f"questions.{path}.kind", f"must be {kind!r}, because the portal itself reads it"
        elif found.when or found.authorities:
            yield f"questions.{path}", "is read by the portal itself, so that it has to be asked of everybody"


def _repeated(key: str, codes: Iterable[str]) -> Iterator[tuple[str, str]]:
    for code, times in Counter(codes).items():
        if times > 1:
            yield key, f"{code!r} occurs {times} times"


def _question(question: Question, sections: set[str], programme: ProgrammeRecord) -> Iterator[str]:
    if not _PATH.fullmatch(question.path):
        yield "the path must be section.name, in small letters"
    if question.section not in sections:
        yield f"there is no section {question.section!r}"
    if question.kind not in KINDS:
        yield f"there is no kind of question {question.kind!r}"
    if question.kind in PROGRAMME_KINDS and KNOWN.get(question.path) != question.kind:
        yield f"{question.kind!r} is read by the portal itself under another path"
    if question.sure not in set(Sure):
        yield f"{question.sure!r} says nothing of how sure it is"
    yield from _bounds(question)
    yield from _table(question)
    yield from _references(question, programme)


def _bounds(question: Question) -> Iterator[str]:
    """Options and bounds stand where they can mean something."""
    if bool(question.options) != (question.kind in {"choice", "choices"}):
        yield "options belong to a choice, and a choice needs them"
    yield from _options(question.options)
    if question.words is not None and (question.kind not in {"prose", "line"} or question.words < 1):
        yield "a limit of words belongs to a text, and is 1 or more"
    if question.least is not None and question.most is not None and question.least > question.most:
        yield "least is more than most"
    if (question.least is not None or question.most is not None or question.unit) and question.kind != "number":
        yield "least, most and unit belong to a number"


def _references(question: Question, programme: ProgrammeRecord) -> Iterator[str]:
    """Texts and authorities are those of the programme."""
    if question.text and question.text not in {text.code for text in programme.texts}:
        yield f"there is no text {question.text!r}"
    members = {member.code for member in programme.authorities}
    for code in {*question.authorities, *(row.authority for row in question.evidences)} - members:
        yield f"{code!r} takes no part in the programme"
    for row in question.evidences:
        if row.how not in {"full", "partial"}:
            yield f"evidence is full or partial, not {row.how!r}"


def _options(options: Iterable[Option]) -> Iterator[str]:
    codes = [option.code for option in options]
    for code in codes:
        if not _CODE.fullmatch(code):
            yield f"{code!r} is no code"
    for _key, text in _repeated("options", codes):
        yield text


def _table(question: Question) -> Iterator[str]:
    if bool(question.columns) != (question.kind == "table"):
        yield "columns belong to a table, and a table needs them"
    for _key, text in _repeated("columns", (column.code for column in question.columns)):
        yield text
    if question.rows_most < 1:
        yield "rows_most is 1 or more"
    for column in question.columns:
        if column.kind not in COLUMN_KINDS:
            yield f"there is no kind of column {column.kind!r}"
        if not _CODE.fullmatch(column.code):
            yield f"{column.code!r} is no code"
        if bool(column.options) != (column.kind == "choice"):
            yield f"column {column.code}: options belong to a choice, and a choice needs them"
        yield from _options(column.options)


def _order(question: Question, earlier: Mapping[str, Question]) -> Iterator[str]:
    """What has to follow on what."""
    if set(question.steps) - {column.code for column in question.columns if column.kind == "number"}:
        yield "steps are columns of numbers"
    if question.not_before and "day" not in {question.kind, *(column.kind for column in question.columns)}:
        yield "not_before belongs to days"
    known = {path for path, one in earlier.items() if one.kind == "day"}
    if question.not_before not in {"", TODAY} | known:
        yield f"not_before names {question.not_before!r}, which is neither {TODAY!r} nor an earlier question for a day"


def _conditions(question: Question, earlier: Mapping[str, Question], programme: ProgrammeRecord) -> Iterator[str]:
    for row in question.when:
        asked = earlier.get(row.path)
        if asked is None:
            yield f"its condition names {row.path!r}, which is no earlier question"
            continue
        for text in condition_problems(row, asked, programme):
            yield f"its condition on {row.path!r} {text}"


def condition_problems(row: Condition, asked: Question, programme: ProgrammeRecord) -> Iterator[str]:
    """What is wrong with a condition on a question: codes that it does not have, or nothing that could be met."""
    known = _codes(asked, programme)
    if isinstance(row.is_, bool) != (asked.kind in _TRUTH) or (asked.kind in _TRUTH and (row.any or row.none)):
        yield "must say is = true or is = false, which only a yes or no or a declaration can be"
    elif known is None and asked.kind not in _TRUTH:
        yield f"can mean nothing, because {asked.kind} has no codes"
    elif not (row.any or row.none) and row.is_ is None:
        yield "says nothing"
    if known is not None:
        wanted = {*row.any, *row.none, *([row.is_] if isinstance(row.is_, str) else [])}
        for code in sorted(wanted - known):
            yield f"names {code!r}, which is no answer to it"


def _codes(question: Question, programme: ProgrammeRecord) -> set[str] | None:
    """The codes that can answer a question; None: it has none."""
    match question.kind:
        case "choice" | "choices":
            return {option.code for option in question.options}
        case "activities" | "asset_classes" | "safeguards":
            return {row.code for row in getattr(programme, question.kind)}
        case "jurisdictions":
            return set(programme.jurisdictions)
        case "customer_kinds":
            return set(CUSTOMER_KINDS)
        case "legal_form":
            return set(FORMS)
        case "country":
            return set(COUNTRIES)
        case _:
            return None


__all__ = ["condition_problems", "set_problems"]
