"""The fields of one question, by its kind: which there are, what they show, and which answer they make together.

A part is made for a page: it has the fields of its question under their names in the form. Nothing is required here:
a section is saved as far as it goes, only the shape of what was typed is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sandbox.domain.countries import COUNTRIES
from sandbox.domain.dossier import CUSTOMER_KINDS, Place, Vocabulary
from sandbox.domain.entities import FORMS
from sandbox.domain.questions import Question
from sandbox.domain.values import DEPENDENT
from sandbox.web.forms.base import Choice, Choices, Day, Email, Exact, Form, Lei, Line, Selection, Tick, Whole, Words
from sandbox.web.locale import _

LONGEST_LINE, LONGEST_PROSE = 200, 20_000  # characters
FEW = 7  # options that stand in sight; more are in a list that opens
MONEY_FURTHER = ("EUR",)
JURISDICTIONS = "jurisdictions"  # the section in which they are chosen
YES_NO = [("yes", _("Yes")), ("no", _("No"))]
OF_THE_PROGRAMME = frozenset({"activities", "asset_classes", "safeguards"})


# What a form has of its own: a question of such a name gets another one there.
TAKEN = frozenset(dir(Form)) | {
    "version", "opened", "whose", "then", "asked", "parts", "section", "wrong", "saved", "shown", "lines", "untouched",
    "touches_more_than", "csrf_token", "row",
}  # fmt: skip


def field_name(question: str) -> str:
    """The name that a question has in forms."""
    return f"{question}_" if question in TAKEN else question


@dataclass(frozen=True, slots=True)
class Asked:
    """What a part is made for: the question, the words of the programme, what stands, and what was sent.

    `sent` are the names in the form that came (None: the page is only opened); `more` are further empty rows, `dropped`
    is the number of a row to leave out.
    """

    question: Question
    words: Vocabulary
    answer: Any = None
    sent: Sequence[str] | None = None
    more: int = 0
    dropped: int | None = None


class Part:
    """One field that carries the name of its question."""

    def __init__(self, asked: Asked):
        self.asked, self.question = asked, asked.question
        self.fields: dict[str, Any] = self.make()

    @property
    def name(self) -> str:
        """The name of its field in the form."""
        return field_name(self.question.name)

    @property
    def label(self) -> str:
        """What is asked."""
        return _label(self.asked)[0]

    def make(self) -> dict[str, Any]:
        """The fields by their names."""
        return {self.name: SINGLE[self.question.kind](self.asked)}

    def data(self) -> dict[str, Any]:
        """What the fields show of the answer that stands."""
        return {self.name: self.asked.answer}

    def value(self, form: Form) -> Any:
        """The answer that was typed."""
        return kept(form._fields[self.name].data)

    def owns(self, name: str) -> bool:
        """Is this name in a form one of this question's?"""
        return name in self.fields


class DayPart(Part):
    """A day, kept as text."""

    def data(self) -> dict[str, Any]:
        """The day itself."""
        return {self.name: as_day(self.asked.answer)}


class YesNo(Part):
    """Yes or no; None while it was not answered."""

    def data(self) -> dict[str, Any]:
        """One of the two options, or neither."""
        answer = self.asked.answer
        return {self.name: None if answer is None or answer == "" else "yes" if answer else "no"}

    def value(self, form: Form) -> Any:
        """True, False or None."""
        return {"yes": True, "no": False}.get(form._fields[self.name].data)


class Declaration(Part):
    """A box to tick."""

    def value(self, form: Form) -> Any:
        """True or False."""
        return bool(form._fields[self.name].data)


class Documents(Part):
    """No field: what proves the answer is said where a document is added."""

    def make(self) -> dict[str, Any]:
        """None."""
        return {}

    def data(self) -> dict[str, Any]:
        """Nothing."""
        return {}

    def value(self, form: Form) -> Any:
        """What stands."""
        return self.asked.answer


class Money(Part):
    """An amount and its currency."""

    def make(self) -> dict[str, Any]:
        """The currency is asked where the question names none."""
        label, hint = _label(self.asked)
        return money_fields(self.name, label, self.asked, fixed=fixed_currency(self.question.currency), hint=hint)

    def data(self) -> dict[str, Any]:
        """Both parts of the answer."""
        return money_data(self.name, self.asked.answer)

    def value(self, form: Form) -> Any:
        """Both parts; None without an amount."""
        return money_value(self.name, form, fixed_currency(self.question.currency))


class Rationale(Part):
    """A text for each jurisdiction."""

    def make(self) -> dict[str, Any]:
        """One field a jurisdiction."""
        return {
            f"{self.name}-{place.code}": Words(
                _("{place}: why there?").format(place=place.name),
                hint=_(self.question.hint),
                longest=LONGEST_PROSE,
            )
            for place in self.asked.words.places.values()
        }

    def places(self, form: Form, chosen: Iterable[str]) -> list[Place]:
        """The jurisdictions that have a field: all where they are chosen on the same page, else the chosen ones."""
        places = self.asked.words.places.values()
        if self.question.section == JURISDICTIONS:
            return list(places)
        written = [code for code in self.asked.words.places if form._fields[f"{self.name}-{code}"].data]
        return [place for place in places if place.code in {*chosen, *written}]

    def data(self) -> dict[str, Any]:
        """The texts."""
        return {f"{self.name}-{code}": words for code, words in (self.asked.answer or {}).items()}

    def value(self, form: Form) -> Any:
        """Texts only where something is written."""
        texts = {code: form._fields[f"{self.name}-{code}"].data for code in self.asked.words.places}
        return {code: words for code, words in texts.items() if words}


# --- what the fields are ---------------------------------------------------------------------------------------------


def kept(value: Any) -> Any:
    """A field's value as it is kept."""
    return value.isoformat() if isinstance(value, date) else "" if value is None else value


def as_day(value: Any) -> date | None:
    """The day of a text in ISO form; None for anything else."""
    try:
        return date.fromisoformat(value) if value else None
    except (TypeError, ValueError):
        return None


def fixed_currency(currency: str | None) -> str | None:
    """The currency that a question prescribes; None where it is asked."""
    return currency if currency and currency != "ask" else None


def money_fields(name: str, label: str, asked: Asked, *, fixed: str | None = None, hint: str = "") -> dict[str, Any]:
    """The amount, and the currency where none is prescribed."""
    amount = {name: Exact(label, hint=hint)}
    if fixed:
        return amount
    own = [place.currency for place in asked.words.places.values()]
    options = [(code, code) for code in dict.fromkeys([*own, *MONEY_FURTHER])]
    return amount | {f"{name}-currency": Selection(_("Currency"), [("", _("Currency")), *options])}


def money_data(name: str, answer: Any) -> dict[str, Any]:
    """What the two fields show."""
    answer = answer or {}
    return {name: answer.get("amount"), f"{name}-currency": answer.get("currency") or ""}


def money_value(name: str, form: Form, fixed: str | None = None) -> dict[str, str] | None:
    """`{"amount": "12.50", "currency": "GBP"}`; None without an amount."""
    amount = form._fields[name].data
    if amount in (None, ""):
        return None
    return {"amount": str(amount), "currency": fixed or str(form._fields[f"{name}-currency"].data or "")}


def _label(asked: Asked) -> tuple[str, str]:
    question = asked.question
    optional = not question.required and question.kind not in DEPENDENT
    return _(question.label) + (_(" (optional)") if optional else ""), _(question.hint)


def options_of(rows: Iterable[Any]) -> list[tuple[str, str]]:
    """Codes and titles."""
    return [(row.code, _(row.title)) for row in rows]


def _one_of(label: str, options: Sequence[tuple[str, str]], hint: str = "") -> Any:
    if len(options) <= FEW:
        return Choice(label, options, hint=hint)
    return Selection(label, [("", _("Select")), *options], hint=hint)


def _plain(kind: Callable[..., Any], **more: Any) -> Callable[[Asked], Any]:
    def made(asked: Asked) -> Any:
        label, hint = _label(asked)
        return kind(label, hint=hint, **more)

    return made


def _choice(asked: Asked) -> Any:
    label, hint = _label(asked)
    return _one_of(label, options_of(asked.question.options), hint)


def _choices(asked: Asked) -> Any:
    label, hint = _label(asked)
    return Choices(label, options_of(asked.question.options), hint=hint)


def _number(asked: Asked) -> Any:
    label, hint = _label(asked)
    return Exact(label, hint=hint, least=_bound(asked.question.least), most=_bound(asked.question.most))


def _bound(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _months(asked: Asked) -> Any:
    longest = asked.words.longest
    hint = _(asked.question.hint) or _("The programme allows up to {months} months.").format(months=longest)
    return Whole(_(asked.question.label), least=1, most=longest, hint=hint)


def _of_programme(asked: Asked) -> Any:
    label, hint = _label(asked)
    rows = asked.words.words(asked.question.kind)
    return Choices(label, [(code, row["title"]) for code, row in rows.items()], hint=hint)


def _places(asked: Asked) -> Any:
    label, hint = _label(asked)
    return Choices(label, [(place.code, place.name) for place in asked.words.places.values()], hint=hint)


def _fixed(options: Mapping[str, str], kind: Callable[..., Any]) -> Callable[[Asked], Any]:
    def made(asked: Asked) -> Any:
        label, hint = _label(asked)
        return kind(label, [(code, _(words)) for code, words in options.items()], hint=hint)

    return made


def country_field(label: str, hint: str = "") -> Any:
    """A list of countries."""
    return Selection(label, [("", _("Select a country")), *COUNTRIES.items()], hint=hint)


SINGLE: dict[str, Callable[[Asked], Any]] = {
    "line": _plain(Line, longest=LONGEST_LINE),
    "prose": _plain(Words, longest=LONGEST_PROSE),
    "email": _plain(Email),
    "lei": _plain(Lei),
    "day": _plain(Day),
    "country": lambda asked: country_field(*_label(asked)),
    "choice": _choice,
    "choices": _choices,
    "number": _number,
    "months": _months,
    "yes_no": _plain(Choice, choices=YES_NO),
    "declaration": lambda asked: Tick(_("I declare this")),
    "activities": _of_programme,
    "asset_classes": _of_programme,
    "safeguards": _of_programme,
    "jurisdictions": _places,
    "customer_kinds": _fixed(CUSTOMER_KINDS, Choices),
    "legal_form": _fixed(FORMS, Choice),
}

__all__ = [
    "LONGEST_PROSE", "SINGLE", "Asked", "DayPart", "Declaration", "Documents", "Money", "Part", "Rationale", "YesNo",
    "as_day", "country_field", "field_name", "kept", "money_data", "money_fields", "money_value", "options_of",
]  # fmt: skip
