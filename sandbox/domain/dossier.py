"""How the answers of an application are called and read: one table of fields, and the programme's words for codes.

The same table names a field on its form, on the page that checks answers, on the page that compares two people's
texts, and in the dossier that a desk reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.domain.canonical import record_hash
from sandbox.domain.conditions import COMPARATORS, WINDOWS
from sandbox.domain.countries import country_name
from sandbox.domain.entities import FORMS
from sandbox.domain.entries import is_day
from sandbox.domain.sections import SECTIONS


@dataclass(frozen=True, slots=True)
class Field:
    """One answer. `kind`: line, prose, country, day, months, yes_no, statement, rationale, limits, or the list of the
    programme's words that its codes come from (activities, asset_classes, jurisdictions, safeguards); of their own are
    legal_form, customer_kinds and entities."""

    name: str
    label: str
    kind: str = "line"


FIELDS: dict[str, tuple[Field, ...]] = {
    "firm": (
        Field("legal_name", "Legal name"),
        Field("lei", "Legal Entity Identifier (LEI)"),
        Field("company_number", "Company number"),
        Field("country", "Country of the registered office", "country"),
        Field("legal_form", "Legal form", "legal_form"),
        Field("address", "Registered address", "prose"),
        Field("contact_name", "Contact person"),
        Field("contact_email", "Contact’s email address"),
        Field("group", "Group that the firm belongs to"),
        Field("controllers", "Who controls the firm", "prose"),
        Field("entities", "Further legal entities", "entities"),
    ),
    "product": (
        Field("name", "Name of the product"),
        Field("summary", "What the product does", "prose"),
        Field("innovation", "What is new about it", "prose"),
        Field("activities", "Activities", "activities"),
        Field("asset_classes", "Classes of asset", "asset_classes"),
        Field("customer_kinds", "Kinds of customer", "customer_kinds"),
        Field("customers", "Who the customers are", "prose"),
    ),
    "jurisdictions": (
        Field("jurisdictions", "Where you want to test", "jurisdictions"),
        Field("rationale", "Why there", "rationale"),
        Field("goes_on_with_fewer", "Go on if a required authority does not approve", "yes_no"),
    ),
    "test_plan": (
        Field("starts_on", "Start of the test", "day"),
        Field("duration_months", "Length of the test", "months"),
        Field("customers", "Customers in the test", "prose"),
        Field("limits", "Limits", "limits"),
        Field("safeguards", "Safeguards", "safeguards"),
        Field("safeguards_text", "How customers are protected", "prose"),
        Field("exit_plan", "Exit plan", "prose"),
    ),
    "declarations": (
        Field("accurate", "The answers are true", "statement"),
        Field("authorised", "You may submit for the firm", "statement"),
        Field("consent_sharing", "Sharing between the authorities", "statement"),
        Field("not_in_default", "The firm’s standing", "statement"),
    ),
}
CUSTOMER_KINDS = {
    "retail": "Retail customers",
    "professional": "Professional customers and institutions",
}
DECLARATIONS = {
    "accurate": "declaration-true",
    "consent_sharing": "consent-sharing",
    "not_in_default": "declaration-not-in-default",
}
AUTHORISED = "The person who submits this application is authorised to do so for the firm."


@dataclass(frozen=True, slots=True)
class Place:
    """A jurisdiction as pages name it."""

    code: str
    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class Part:
    """One section as it is read: its fields with their values."""

    code: str
    title: str
    entries: tuple[tuple[Field, Any], ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one programme. `content` is its record of the catalogue; `places` are its jurisdictions."""

    content: Mapping[str, Any]
    places: Mapping[str, Place]

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

    def statement(self, name: str) -> str:
        """The text that a declaration stands for, in the programme's words."""
        for row in self.content.get("texts") or ():
            if row["code"] == DECLARATIONS.get(name):
                return str(row["body"])
        return AUTHORISED

    def parts(self, sections: Mapping[str, Mapping[str, Any]]) -> Iterator[Part]:
        """All sections with all their fields, given or not, in the order of the form."""
        for code, title in SECTIONS.items():
            answers = sections.get(code) or {}
            yield Part(code, title, tuple((field, answers.get(field.name)) for field in FIELDS[code]))

    def lines(self, field: Field, value: Any) -> list[str]:
        """An answer as lines of text."""
        return plain(field, value, self)

    def single(self, kind: str, value: Any) -> str:
        """One value in words."""
        return single(kind, value)

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


def same(one: Any, other: Any) -> bool:
    """True when two answers say the same; an empty one and none are the same."""
    return (one or None) == (other or None)


def fingerprints(code: str, answers: Mapping[str, Any]) -> dict[str, str]:
    """A short hash of each answer, so that a form can tell later which of them its reader changed."""
    return {field.name: record_hash(answers.get(field.name) or None)[:8] for field in FIELDS[code]}


def plain(field: Field, value: Any, vocabulary: Vocabulary) -> list[str]:
    """An answer as lines of text, for pages that compare two of them; nothing for no answer."""
    if value in (None, "", [], {}):
        return []
    if field.kind == "limits":
        return [f"{place.name}: {line}" for place, lines in vocabulary.limits_by_place(value) for line in lines]
    if field.kind == "rationale":
        return [f"{vocabulary.place(code).name}: {text}" for code, text in value.items()]
    if field.kind == "entities":
        return [vocabulary.entity(one) for one in value]
    if field.kind == "customer_kinds":
        return [CUSTOMER_KINDS.get(code, code) for code in value]
    if field.kind in {"activities", "asset_classes", "jurisdictions", "safeguards"}:
        return vocabulary.titles(field.kind, value)
    return [single(field.kind, value)]


def single(kind: str, value: Any) -> str:
    """One value in words: a country's name, a day as `27 March 2027`, a number of months, yes or no."""
    if kind == "day" and is_day(value):
        day = date.fromisoformat(value)
        return f"{day.day} {day:%B %Y}"
    if kind == "country":
        return country_name(str(value))
    if kind == "months":
        return f"{value} month" if value == 1 else f"{value} months"
    if kind == "legal_form":
        return FORMS.get(str(value), str(value))
    if kind in {"yes_no", "statement"}:
        return "Yes" if value else "No"
    return str(value)
