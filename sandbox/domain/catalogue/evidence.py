"""What must hold between the questions of a programme, what its authorities require, and its rules of contradiction.

Rule: every evidence names a requirement; in the newest version of the questions, where it names evidence at all, each
mandatory requirement has a question whose answer is full evidence for it, and what it depends on is asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sandbox.domain.agreement import EXPLANATIONS, RULE, wrong_rules
from sandbox.domain.catalogue.asking import condition_problems
from sandbox.domain.catalogue.programmes import ProgrammeRecord
from sandbox.domain.catalogue.questions import QuestionSetRecord
from sandbox.domain.catalogue.requirements import Requirement
from sandbox.domain.catalogue.tables import Catalogue
from sandbox.domain.questions import FULL

Known = Mapping[tuple[str, str], Requirement]  # authority, code


def evidence_problems(catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    """What does not hold in the question sets of all programmes, as (question set, key, text)."""
    authorities = {row.code: row for row in catalogue.authorities}
    for programme in catalogue.programmes:
        members = [authorities[part.code] for part in programme.authorities if part.code in authorities]
        known = {(row.code, one.code): one for row in members for one in row.requirements}
        versions = catalogue.question_sets(programme.code)
        for record in versions:
            for key, text in (*_evidences(record, known), *_contradictions(record)):
                yield record.code, key, text
        for key, text in _required(versions[-1], known, programme) if versions else ():
            yield versions[-1].code, key, text


def _evidences(record: QuestionSetRecord, known: Known) -> Iterator[tuple[str, str]]:
    for question in record.questions:
        for one in question.evidences:
            if (one.authority, one.requirement) not in known:
                yield f"questions.{question.path}", f"{one.authority} has no requirement {one.requirement!r}"


def _contradictions(record: QuestionSetRecord) -> Iterator[tuple[str, str]]:
    for code, text in wrong_rules(record.contradictions, frozenset(one.path for one in record.questions)):
        yield f"contradictions.{code}", text
    codes = {str(rule.get("code")) for rule in record.contradictions}
    for question in record.questions:
        for column in question.columns if question.path == EXPLANATIONS else ():
            if column.code == RULE and {option.code for option in column.options} != codes:
                yield f"questions.{EXPLANATIONS}", "offers other rules than the contradictions of the set"


def _required(record: QuestionSetRecord, known: Known, programme: ProgrammeRecord) -> Iterator[tuple[str, str]]:
    asked = {question.path: question for question in record.questions}
    full = {(one.authority, one.requirement) for row in record.questions for one in row.evidences if one.how == FULL}
    for (authority, code), requirement in known.items() if full else ():
        key = f"evidences.{authority}.{code}"
        if requirement.mandatory and (authority, code) not in full:
            yield key, "no question is full evidence for this mandatory requirement"
        for row in requirement.when:
            if row.path not in asked:
                yield key, f"the requirement depends on {row.path!r}, which is not asked"
                continue
            for text in condition_problems(row, asked[row.path], programme):
                yield key, f"the requirement’s condition on {row.path!r} {text}"


__all__ = ["evidence_problems"]
