"""Answers to whatever a question set asks: hand-written where the demonstration has words, plausible ones elsewhere.

A new version of the set needs no change here: every kind of question has an answer, and conditions are followed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from sandbox.adapters.catalogue_files import CATALOGUE, load_question_sets
from sandbox.cli.demo.prose import ROWS, TEXTS
from sandbox.domain.questions import DOCUMENT, Column, Question, QuestionSet, holds, read
from sandbox.domain.values import given
from sandbox.domain.words import count_words
from sandbox.services.catalogue import plain

PROGRAMME = "uk-us-digital-assets"
Sections = dict[str, dict[str, Any]]
SKIPPED = frozenset({"lei", "entities", DOCUMENT})  # answered by hand or not at all
LEFT_OUT = frozenset({"firm.group", "firm.controllers", "declarations.explanations", "relief.precedents"})


@cache
def newest(programme: str = PROGRAMME) -> QuestionSet:
    """The newest questions that are shipped for a programme."""
    found = load_question_sets(CATALOGUE, programme)
    return read(plain(max(found, key=lambda one: one.version)))


def completed(
    questions: QuestionSet, answers: Mapping[str, Mapping[str, Any]], authorities: Collection[str] | None = None
) -> Sections:
    """These answers, and one to every other question that applies. `authorities`: whose overlays (None: all)."""
    asked = questions if authorities is None else questions.asked_by(authorities)
    found: Sections = {code: dict(answers.get(code, {})) for code in asked.titles}
    for question in asked:
        known = found[question.section]
        if question.kind in SKIPPED or question.path in LEFT_OUT or not holds(question.when, found):
            continue
        if question.name not in known or (question.required and not given(question.kind, known[question.name])):
            value = _written(question) or WRITTEN.get(question.path, BY_KIND[question.kind])(question, found)
            if value is not None:
                known[question.name] = value
    return found


def _written(question: Question) -> str | None:
    text = TEXTS.get(question.path) if question.kind in {"line", "prose"} else None
    return text if text is not None and count_words(text) <= (question.words or 10_000) else None


# --- by kind ---------------------------------------------------------------------------------------------------------


def _start(sections: Sections) -> date:
    text = (sections.get("test_plan") or {}).get("starts_on")
    return date.fromisoformat(text) if text else date(2027, 3, 1)


def _prose(question: Question, _sections: Sections) -> str:
    words = (
        f"{question.short.rstrip('?')}: a procedure is written down and has a named owner. It was rehearsed twice "
        "before the application, and the board sees the results each month."
    ).split()
    return " ".join(words[: question.words or len(words)])


def _number(question: Question, _sections: Sections) -> str:
    return str(min(max(question.least or 0, 20), question.most if question.most is not None else 20))


def _cell(question: Question, column: Column, sections: Sections) -> Any:
    match column.kind:
        case "number":
            return "20"
        case "money":
            return {"amount": "1000", "currency": "GBP"}
        case "day":
            return (_start(sections) + timedelta(days=30)).isoformat()
        case "choice":
            return column.options[0].code
        case "country":
            return "GB"
        case _:
            return f"{column.title} of the test"


def _row(question: Question, sections: Sections) -> list[dict[str, Any]]:
    """The rows that are written for it, with what else each must say; one plausible row where none are."""
    written = ROWS.get(question.path)
    if written:
        codes = {column.code for column in question.columns}
        whole = {column.code: _cell(question, column, sections) for column in question.columns if column.required}
        return [{**whole, **{code: value for code, value in row.items() if code in codes}} for row in written]
    row = {column.code: _cell(question, column, sections) for column in question.columns if column.required}
    return [{**row, **{code: str(20 * place) for place, code in enumerate(question.steps, start=1)}}]


BY_KIND: dict[str, Callable[[Question, Sections], Any]] = {
    "line": lambda question, _sections: f"{question.short}: as described",
    "prose": _prose,
    "choice": lambda question, _sections: question.options[0].code,
    "choices": lambda question, _sections: [question.options[0].code],
    "number": _number,
    "money": lambda question, _sections: {
        "amount": "100000",
        "currency": question.currency if len(question.currency) == 3 else "GBP",
    },
    "day": lambda _question, sections: _start(sections).isoformat(),
    "months": lambda _question, _sections: 6,
    "table": _row,
    "declaration": lambda _question, _sections: True,
    "yes_no": lambda _question, _sections: False,
    "country": lambda _question, _sections: "GB",
    "email": lambda _question, _sections: "questions@applicant.example",
    "legal_form": lambda _question, _sections: "company",
    "customer_kinds": lambda _question, _sections: ["professional"],
    # what routing reads is never made up
    **dict.fromkeys(
        ("activities", "asset_classes", "jurisdictions", "rationale", "limits", "safeguards"),
        lambda _question, _sections: None,
    ),
}


# --- by hand ---------------------------------------------------------------------------------------------------------


def _chosen(sections: Sections, section: str, name: str) -> list[Any]:
    return list((sections.get(section) or {}).get(name) or ())


def _most(sections: Sections, place: str) -> str | None:
    limits = _chosen(sections, "test_plan", "limits")
    found = (row["threshold"] for row in limits if (row["metric"], row["jurisdiction"]) == ("customers", place))
    return next(found, None)


def _customers(question: Question, sections: Sections) -> list[dict[str, Any]]:
    """As many as the limits say, in each jurisdiction that the question knows."""
    known = {option.code for option in question.columns[0].options}
    places = [place for place in _chosen(sections, "jurisdictions", "jurisdictions") if place in known]
    rows = [
        {"jurisdiction": place, "kind": "professional", "number": _most(sections, place) or "20"} for place in places
    ]
    return rows or _row(question, sections)


def _classes(question: Question, sections: Sections) -> list[dict[str, Any]]:
    known = {option.code for column in question.columns if column.code == "class" for option in column.options}
    name = (sections.get("product") or {}).get("name") or "The token"
    return [
        {
            "asset": str(name)[:100],
            "class": code,
            "from": _start(sections).isoformat(),
            "reason": "Opinion of outside counsel.",
        }
        for code in _chosen(sections, "product", "asset_classes")
        if code in known
    ] or _row(question, sections)


def _custody(_question: Question, sections: Sections) -> str:
    return "own" if "custody" in _chosen(sections, "product", "activities") else "third_party"


def _text(words: str) -> Callable[[Question, Sections], str]:
    return lambda _question, _sections: words


WRITTEN: dict[str, Callable[[Question, Sections], Any]] = {
    "test_plan.customers_by_place": _customers,
    "test_plan.uk_customers": lambda _question, sections: _most(sections, "UK") or "20",
    "test_plan.us_investors": lambda _question, sections: _most(sections, "US") or "20",
    "product.classification": _classes,
    "product.stage": lambda _question, _sections: "ready",
    "custody.model": _custody,
    "stablecoin.reserves": lambda _question, _sections: [
        {"asset": "government", "share": "80", "holder": "Invented Trust Bank", "country": "GB"},
        {"asset": "bank", "share": "20", "holder": "Invented Clearing Bank", "country": "GB"},
    ],
    "firm.resources": _text(
        "A team of nine, three of them in operations, and own funds for eighteen months of the test. The board has set "
        "aside the costs of an orderly end."
    ),
    "criteria.benefit": _text(
        "Customers get their money and assets the same day, and pay for one intermediary where there were three. The "
        "figures of the test will show by how much."
    ),
    "criteria.harm": _text(
        "The worst case is the loss of a key. Keys are split, limits keep each customer’s loss small, and insurance "
        "covers the total of the limits."
    ),
    "criteria.need": _text(
        "No single authority can test both ends of a transaction. A test in one country would show nothing of the "
        "other."
    ),
    "criteria.success": _text(
        "Nine of ten transactions settle the same day, no customer loses an asset, and every difference is cleared "
        "before the next day begins."
    ),
    "protection.disclosure": _text(
        "This service is being tested under limits for a limited time. No authority has endorsed it. It may end early; "
        "your assets are then returned to you within thirty days."
    ),
    "protection.complaints": _text(
        "A named person answers every complaint within five working days. What is not settled goes to the ombudsman or "
        "to the arbitrator of the customer’s country."
    ),
    "aml.travel_rule": _text(
        "Name, account and address of both sides travel with every transfer over a secure channel. A transfer without "
        "them waits, and is sent back after two days."
    ),
    "monitoring.incidents": _text(
        "Whoever sees an incident tells the duty manager, who can halt the test. Each authority hears of it within the "
        "hours that its own rules set, in the same words."
    ),
    "resilience.recovery": _text(
        "The service runs at two sites. The loss of one was rehearsed in both directions; the longest took eleven "
        "minutes."
    ),
}


__all__ = ["completed", "newest"]
