"""What the portal itself reads of an application, under fixed names, and the one record that is checked and submitted.

Everything else of a question set is data that no code knows. A set has to ask what is in KNOWN, of everybody, under
these paths and with these kinds; `domain/catalogue/asking.py` checks it when a set is loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sandbox.domain.agreement import EXPLANATIONS, disagreements, explanations, unexplained
from sandbox.domain.documents import entry, with_documents
from sandbox.domain.entries import is_day
from sandbox.domain.questions import DOCUMENT, TODAY, Problem, QuestionSet

Answers = Mapping[str, Any]
SCHEMA = "dossier/1"
FIRM, PRODUCT, PLACES, PLAN = "firm", "product", "jurisdictions", "test_plan"
CONSENT = "declarations.consent_sharing"  # consent to share the application between the authorities
KNOWN: dict[str, str] = {
    "firm.legal_name": "line",
    "firm.lei": "lei",
    "firm.company_number": "line",
    "firm.country": "country",
    "firm.legal_form": "legal_form",
    "firm.address": "prose",
    "firm.contact_name": "line",
    "firm.contact_email": "email",
    "firm.group": "line",
    "firm.controllers": "prose",
    "firm.entities": "entities",
    "product.name": "line",
    "product.summary": "prose",
    "product.activities": "activities",
    "product.asset_classes": "asset_classes",
    "product.customer_kinds": "customer_kinds",
    "product.customers": "prose",
    "jurisdictions.jurisdictions": "jurisdictions",
    "jurisdictions.rationale": "rationale",
    "jurisdictions.goes_on_with_fewer": "yes_no",
    "test_plan.starts_on": "day",
    "test_plan.duration_months": "months",
    "test_plan.limits": "limits",
    "test_plan.safeguards": "safeguards",
    CONSENT: "declaration",
}


def answer(sections: Mapping[str, Answers], path: str) -> Any:
    """The answer at a path, None where there is none."""
    code, _, name = path.partition(".")
    return (sections.get(code) or {}).get(name)


def plan_limits(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The limits of the test plan of a record, as the firm proposes them."""
    return list(answer(record.get("sections") or {}, "test_plan.limits") or ())


def chosen(sections: Mapping[str, Answers]) -> dict[str, list[str]]:
    """What routing reads: the activities, the classes of asset and the jurisdictions."""
    return {
        "activities": list(answer(sections, "product.activities") or ()),
        "asset_classes": list(answer(sections, "product.asset_classes") or ()),
        "jurisdictions": list(answer(sections, "jurisdictions.jurisdictions") or ()),
    }


def agreed_to_sharing(record: Mapping[str, Any]) -> bool:
    """Does the firm agree that the authorities share the application?"""
    return bool(answer(record.get("sections") or {}, CONSENT))


def working_record(
    questions: QuestionSet,
    authorities: Collection[str],
    sections: Mapping[str, Answers],
    documents: Iterable[Mapping[str, Any]],
    spared: Collection[str] = (),
) -> dict[str, Any]:
    """What would be submitted now: the answers to the questions that apply, and the documents as they came.

    `authorities`: whose overlays are asked; `spared`: questions that fall away (domain/coverage.py). The page that is
    checked and the act that submits hash the same record, so nothing is sent that was not shown.
    """
    asked = questions.asked_by(authorities)
    return {
        "schema": SCHEMA,
        "questions": {"version": questions.version, "authorities": sorted(authorities), "spared": sorted(spared)},
        "sections": asked.submitted(sections),
        "documents": [entry(one) for one in documents],
    }


def saved_record(sections: Mapping[str, Answers], documents: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The working copy as it stands, whether its questions apply or not."""
    return {"schema": SCHEMA, "sections": dict(sections), "documents": [entry(one) for one in documents]}


def submission_problems(
    questions: QuestionSet,
    record: Mapping[str, Any],
    unshown: Callable[[str], Sequence[str]] = lambda _text: (),
    *,
    agreeing: bool = True,
    first_on: date | None = None,
) -> list[Problem]:
    """Everything that keeps a record from being submitted, except routing. `unshown`: what documents cannot show.

    `agreeing` False: answers may contradict each other, because the firm can only change what a request opened; the
    desks read of it. `first_on`: the day, where nothing was submitted before; later, a day may have passed.
    """
    asked = asked_in(record, questions)
    paths = [question.path for question in asked.of_kind(DOCUMENT)]
    sections = with_documents(record["sections"], paths, record["documents"])
    return [
        *asked.problems(sections, unshown),
        *(_too_early(asked, sections, first_on) if first_on else ()),
        *(_contradictions(asked, sections) if agreeing else ()),
    ]


def _too_early(asked: QuestionSet, sections: Mapping[str, Answers], today: date) -> list[Problem]:
    """Days that lie before the day that the question says they may not."""
    known = asked.submitted(sections)
    found = []
    for question in asked:
        if not question.not_before:
            continue
        past = question.not_before == TODAY
        bound = today.isoformat() if past else answer(known, question.not_before)
        value = answer(known, question.path)
        columns = [column.code for column in question.columns if column.kind == "day"]
        rows = value if isinstance(value, list | tuple) else ()
        days = [row.get(code) for row in rows for code in columns] if columns else [value]
        if is_day(bound) and any(is_day(day) and str(day) < str(bound) for day in days):
            than = "today" if past else f"“{asked.question(question.not_before).short}”"
            words = f"Put right in “{asked.titles[question.section]}”: a day of “{question.short}” is before {than}."
            found.append(Problem(question.section, words, question.path))
    return found


def _contradictions(asked: QuestionSet, sections: Mapping[str, Answers]) -> list[Problem]:
    """Answers that do not agree, where the set asks for an explanation and none is given for what stands now."""
    if EXPLANATIONS not in asked.by_path:
        return []
    told = explanations(sections)
    where, words = EXPLANATIONS.partition(".")[0], asked.question(EXPLANATIONS).short
    return [
        Problem(
            where,
            f"Put right, or explain under “{words}”: {one.message}"
            + (
                " It was explained, but the answers have changed: write the explanation anew."
                if one.code in told
                else ""
            ),
            EXPLANATIONS,
        )
        for one in unexplained(disagreements(asked.contradictions, sections), sections)
    ]


def asked_in(record: Mapping[str, Any] | None, questions: QuestionSet) -> QuestionSet:
    """The questions as they were asked for a record: the common part and its overlays; what fell away is optional."""
    told = (record or {}).get("questions") or {}
    return questions.asked_by(told.get("authorities") or ()).sparing(told.get("spared") or ())


__all__ = [
    "CONSENT", "FIRM", "KNOWN", "PLACES", "PLAN", "PRODUCT", "agreed_to_sharing", "answer", "asked_in", "chosen",
    "plan_limits", "saved_record", "submission_problems", "working_record",
]  # fmt: skip
