"""How the answers of an application are read: each in words, by the kind of its question and the programme's words.

The same words stand on the page that checks answers, on the page that compares two people's texts, in the dossier that
a desk reads and in a difference between versions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.domain.canonical import record_hash
from sandbox.domain.conditions import COMPARATORS, WINDOWS
from sandbox.domain.countries import country_name
from sandbox.domain.entities import FORMS
from sandbox.domain.entries import is_day
from sandbox.domain.questions import Column, Question, QuestionSet

CUSTOMER_KINDS = {
    "retail": "Retail customers",
    "professional": "Professional customers and institutions",
}
NO_QUESTIONS = QuestionSet("", 0, ())
AUTHORISED = "The person who submits this application is authorised to do so for the firm."


@dataclass(frozen=True, slots=True)
class Place:
    """A jurisdiction as pages name it."""

    code: str
    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class Part:
    """One section as it is read: its questions with their answers."""

    code: str
    title: str
    entries: tuple[tuple[Question, Any], ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one programme. `content` is its record of the catalogue; `places` are its jurisdictions.

    `questions` are those of the dossier that is read, with the overlays that are asked in it; none where no dossier is.
    """

    content: Mapping[str, Any]
    places: Mapping[str, Place]
    questions: QuestionSet = NO_QUESTIONS

    def words(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """A list of the programme (activities, asset_classes, metrics, safeguards) by code, in its order."""
        return {row["code"]: row for row in self.content.get(kind) or ()}

    def title(self, kind: str, code: str) -> str:
        """What a code means; a code that the programme does not know any more stays as it is."""
        if kind == "jurisdictions":
            return self.place(code).name
        return str(self.words(kind).get(code, {}).get("title") or code)

    def titles(self, kind: str, codes: Iterable[str]) -> list[str]:
        """The same for several codes, in the order of the programme."""
        order = list(self.places if kind == "jurisdictions" else self.words(kind))
        known = sorted(codes, key=lambda code: order.index(code) if code in order else len(order))
        return [self.title(kind, code) for code in known]

    def place(self, code: str) -> Place:
        """The jurisdiction of a code."""
        return self.places.get(code) or Place(code, code, "")

    def statement(self, question: Question) -> str:
        """The text that a declaration stands for, in the programme's words."""
        for row in self.content.get("texts") or ():
            if row["code"] == question.text:
                return str(row["body"])
        return AUTHORISED

    def parts(
        self, sections: Mapping[str, Mapping[str, Any]], documents: Iterable[Mapping[str, Any]] = ()
    ) -> Iterator[Part]:
        """All sections with the questions that are asked where these answers stand, answered or not, in their order.

        For a question that asks for documents: the names of those that support it.
        """
        named: dict[str, list[str]] = {}
        for one in documents:
            for path in one.get("supports") or ():
                named.setdefault(path, []).append(str(one["name"]))
        for code, questions in self.questions.asked(sections).items():
            answers = sections.get(code) or {}
            entries = tuple(
                (one, named.get(one.path) if one.kind == "document" else answers.get(one.name)) for one in questions
            )
            yield Part(code, self.questions.titles[code], entries)

    def all_lines(self, sections: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
        """Every answer of a record in words, in the order of the form."""
        for question in self.questions:
            yield from plain(question, (sections.get(question.section) or {}).get(question.name), self)

    def lines(self, field: Question, value: Any) -> list[str]:
        """An answer as lines of text."""
        return plain(field, value, self)

    def single(self, kind: str, value: Any, asked: Question | None = None) -> str:
        """One value in words."""
        return single(kind, value, asked)

    def cells(self, question: Question, value: Any) -> list[list[tuple[str, str]]]:
        """The rows of a table: pairs of a column's title and the cell in words."""
        return cells_of(question, value)

    @property
    def longest(self) -> int:
        """The longest test that the programme allows, in months."""
        return int(self.content.get("max_duration_months") or 24)

    def entity(self, entity: Mapping[str, Any]) -> str:
        """A further legal entity in a line: name, form, country, identifiers, and whom it serves."""
        facts = [
            FORMS.get(str(entity.get("legal_form")), ""),
            country_name(str(entity.get("country") or "")),
            str(entity.get("identifier") or ""),
            str(entity.get("lei") or ""),
        ]
        served = ", ".join(self.titles("jurisdictions", entity.get("jurisdictions") or ()))
        told = "; ".join(fact for fact in facts if fact)
        return f"{entity.get('name') or '–'} ({told}). For: {served or '–'}"

    def limits_by_place(self, limits: Iterable[Mapping[str, Any]]) -> list[tuple[Place, list[str]]]:
        """The limits of a test plan in words, under their jurisdictions."""
        found: dict[str, list[str]] = {}
        for limit in limits:
            found.setdefault(str(limit.get("jurisdiction")), []).append(self.limit(limit))
        return [(self.place(code), lines) for code, lines in found.items()]

    def limit(self, limit: Mapping[str, Any]) -> str:
        """`Value held for one customer: at most GBP 5,000, at any time`."""
        code = str(limit.get("metric"))
        metric = self.words("metrics").get(code, {})
        amount = quantity(limit.get("threshold"), str(metric.get("kind") or ""), limit.get("currency"))
        comparator = COMPARATORS.get(str(limit.get("comparator")), "")
        window = WINDOWS.get(str(limit.get("window")), "")
        return f"{self.title('metrics', code)}: {comparator} {amount}, {window}".replace("  ", " ").strip(", ")


def quantity(threshold: object, kind: str, currency: str | None = None) -> str:
    """A threshold in words: `GBP 5,000`, `12.5 %`, `3 days`, `200`."""
    try:
        number = Decimal(str(threshold))
    except InvalidOperation:
        return str(threshold)
    if not number.is_finite():
        return str(threshold)
    text = f"{number:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    if kind == "money":
        return f"{currency or ''}\u00a0{text}".strip("\u00a0")
    return text + {"percent": "\u00a0%", "days": "\u00a0days"}.get(kind, "")


NOTHING: tuple[Any, ...] = (None, "", [], {})


def same(one: Any, other: Any) -> bool:
    """True when two answers say the same; an empty one and none are the same, but “no” is an answer."""
    return one == other or (one in NOTHING and other in NOTHING)


def fingerprints(questions: Iterable[Question], answers: Mapping[str, Any]) -> dict[str, str]:
    """A short hash of each answer, so that a form can tell later which of them its reader changed."""
    return {one.name: record_hash(answers.get(one.name) or None)[:8] for one in questions}


def plain(question: Question, value: Any, vocabulary: Vocabulary) -> list[str]:
    """An answer as lines of text, for pages that compare two of them; nothing for no answer."""
    if value in (None, "", [], {}):
        return []
    several = SEVERAL.get(question.kind)
    return several(question, value, vocabulary) if several else [single(question.kind, value, question)]


def _codes(question: Question, value: Any, words: Vocabulary) -> list[str]:
    return words.titles(question.kind, value)


def _limits(_question: Question, value: Any, words: Vocabulary) -> list[str]:
    return [f"{place.name}: {line}" for place, lines in words.limits_by_place(value) for line in lines]


def _rows(question: Question, value: Any, _words: Vocabulary) -> list[str]:
    return ["; ".join(f"{title}: {text}" for title, text in cells) for cells in cells_of(question, value)]


def cells_of(question: Question, value: Iterable[Mapping[str, Any]]) -> list[list[tuple[str, str]]]:
    """The rows of a table as pairs of a column's title and the cell in words, empty cells left out."""
    return [
        [(column.title, single(column.kind, row[column.code], column)) for column in question.columns
         if row.get(column.code) not in (None, "", {})]
        for row in value
    ]  # fmt: skip


# The kinds whose answers are several lines.
SEVERAL: dict[str, Callable[[Question, Any, Vocabulary], list[str]]] = {
    **dict.fromkeys(("activities", "asset_classes", "jurisdictions", "safeguards"), _codes),
    "limits": _limits,
    "rationale": lambda _question, value, words: [f"{words.place(code).name}: {text}" for code, text in value.items()],
    "entities": lambda _question, value, words: [words.entity(one) for one in value],
    "customer_kinds": lambda _question, value, _words: [CUSTOMER_KINDS.get(code, code) for code in value],
    "choices": lambda question, value, _words: [_option(question, code) for code in value],
    "document": lambda _question, value, _words: [str(name) for name in value],
    "table": _rows,
}


def _option(asked: Question | Column | None, code: object) -> str:
    """What a code means among the options of a question or of a column."""
    return next((one.title for one in (asked.options if asked else ()) if one.code == code), str(code))


def _money(value: Any) -> str:
    if isinstance(value, Mapping):
        return quantity(value.get("amount"), "money", value.get("currency"))
    return quantity(value, "money")


def single(kind: str, value: Any, asked: Question | Column | None = None) -> str:
    """One value in words: a country's name, a day as `27 March 2027`, a number with its unit, yes or no."""
    if kind == "day" and is_day(value):
        day = date.fromisoformat(value)
        return f"{day.day} {day:%B %Y}"
    words = SINGLE.get(kind)
    return words(value, asked) if words else str(value)


SINGLE: dict[str, Callable[[Any, Question | Column | None], str]] = {
    "country": lambda value, _asked: country_name(str(value)),
    "months": lambda value, _asked: f"{value} month" if value == 1 else f"{value} months",
    "legal_form": lambda value, _asked: FORMS.get(str(value), str(value)),
    "yes_no": lambda value, _asked: "Yes" if value else "No",
    "declaration": lambda value, _asked: "Yes" if value else "No",
    "choice": lambda value, asked: _option(asked, value),
    "money": lambda value, _asked: _money(value),
    "number": lambda value, asked: f"{quantity(value, '')} {getattr(asked, 'unit', '')}".strip(),
}
