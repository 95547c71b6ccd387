"""Questions whose answer is rows: tables, the limits of the test plan, further legal entities."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sandbox.domain.conditions import WINDOWS
from sandbox.domain.dossier import Place
from sandbox.domain.entities import FORMS
from sandbox.domain.entities import MOST as MOST_ENTITIES
from sandbox.domain.questions import Column
from sandbox.web.forms.base import Amount, Choice, Choices, Day, Exact, Form, Lei, Line, Selection, Whole, Words
from sandbox.web.forms.parts import (
    Part,
    as_day,
    country_field,
    kept,
    money_data,
    money_fields,
    money_value,
    options_of,
)
from sandbox.web.locale import _

LONGEST_CELL = 300  # characters
PATTERN = "__n__"
WINDOW_CHOICES = [(code, _(words)) for code, words in WINDOWS.items()]
HUNDRED, MOST_LIMIT = Decimal(100), Decimal(10) ** 12


class Rows(Part):
    """Rows of fields, as many as were sent or stand. Subclasses say what a row has."""

    spare = 0  # empty rows that the page has when nothing stands
    first = 1  # what the first row is called

    @property
    def most(self) -> int:
        """So many rows can there be."""
        raise NotImplementedError

    def row(self, number: int | str) -> dict[str, Any]:
        """The fields of one row, by the names of the form."""
        raise NotImplementedError

    def row_data(self, number: int, answer: Mapping[str, Any]) -> dict[str, Any]:
        """What the fields of a row show."""
        raise NotImplementedError

    def row_value(self, number: int, form: Form) -> dict[str, Any] | None:
        """The answer of a row; None when nothing was typed in it."""
        raise NotImplementedError

    @property
    def standing(self) -> list[Mapping[str, Any]]:
        """The rows that stand."""
        return list(self.asked.answer or ())

    @property
    def numbers(self) -> list[int]:
        """The numbers of the rows of this page. They may have gaps: rows that were taken away."""
        if self.asked.sent is not None:
            shape = re.compile(rf"{re.escape(self.name)}-([0-9]{{1,4}})-")
            sent = {int(match[1]) for name in self.asked.sent if (match := shape.match(name))} - {self.asked.dropped}
            after = max(sent, default=-1) + 1
            return [*sorted(sent), *range(after, after + self.asked.more)][: self.most]
        count = max(len(self.standing), self.spare) + self.asked.more
        return list(range(min(count, self.most)))

    def blank(self, answer: Sequence[Any]) -> int:
        """The empty rows of this page beyond those that it has anyway once `answer` is saved."""
        return max(len(self.numbers) - max(len(answer), self.spare), 0)

    @property
    def next(self) -> int:
        """The number of the next row."""
        return max(self.numbers, default=-1) + 1

    @property
    def full(self) -> bool:
        """No further row can be added."""
        return len(self.numbers) >= self.most

    def place(self, number: int | str) -> str:
        """What a row is called on the page; nothing for the pattern of a row."""
        return str(self.numbers.index(number) + self.first) if isinstance(number, int) else ""

    def make(self) -> dict[str, Any]:
        """The fields of all rows, and of the pattern that the script makes further ones from."""
        numbers: list[int | str] = [*self.numbers, PATTERN]
        return {name: field for number in numbers for name, field in self.row(number).items()}

    def data(self) -> dict[str, Any]:
        """What all rows show."""
        found: dict[str, Any] = {}
        for number, answer in enumerate(self.standing[: self.most]):
            found |= self.row_data(number, answer)
        return found

    def value(self, form: Form) -> Any:
        """The rows in which something was typed."""
        rows = (self.row_value(number, form) for number in self.numbers)
        return [row for row in rows if row is not None]

    def owns(self, name: str) -> bool:
        """Is it of one of its rows?"""
        return name.startswith(f"{self.name}-")


class Table(Rows):
    """Rows of columns that the question names."""

    spare = 1

    @property
    def most(self) -> int:
        """As the question says."""
        return int(self.question.rows_most or 20)

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of the question."""
        return tuple(self.question.columns)

    def cell(self, number: int | str, column: Column) -> str:
        """The name of a cell in the form."""
        return f"{self.name}-{number}-{column.code}"

    def row(self, number: int | str) -> dict[str, Any]:
        """One field a column; money has a second one for its currency."""
        found: dict[str, Any] = {}
        for column in self.columns:
            name, label = self.cell(number, column), _(column.title)
            if column.kind == "money":
                found |= money_fields(name, label, self.asked)
            else:
                found[name] = CELLS[column.kind](column, label)
        return found

    def row_data(self, number: int, answer: Mapping[str, Any]) -> dict[str, Any]:
        """A cell that no column names any more is left out."""
        found: dict[str, Any] = {}
        for column in self.columns:
            name, value = self.cell(number, column), answer.get(column.code)
            if column.kind == "money":
                found |= money_data(name, value)
            else:
                found[name] = as_day(value) if column.kind == "day" else value
        return found

    def row_value(self, number: int, form: Form) -> dict[str, Any] | None:
        """Its cells; a row is empty when nothing was typed or chosen in any of them."""
        values = {column.code: self._cell_value(number, column, form) for column in self.columns}
        return values if any(value not in (None, "") for value in values.values()) else None

    def _cell_value(self, number: int, column: Column, form: Form) -> Any:
        name = self.cell(number, column)
        return money_value(name, form) if column.kind == "money" else kept(form._fields[name].data)


CELLS: dict[str, Callable[[Column, str], Any]] = {
    "line": lambda _column, label: Line(label, longest=LONGEST_CELL),
    "number": lambda _column, label: Exact(label),
    "day": lambda _column, label: Day(label),
    "choice": lambda column, label: Selection(label, [("", _("Select")), *options_of(column.options)]),
    "country": lambda _column, label: country_field(label),
}


class Entities(Rows):
    """Further legal entities: a block each; the firm itself is the first."""

    most = MOST_ENTITIES - 1
    first = 2  # the firm itself is the first

    def row(self, number: int | str) -> dict[str, Any]:
        """The fields of one entity."""
        made = {
            "name": Line(_("Its name"), hint=_("As in the register of companies.")),
            "country": country_field(_("Where it is registered")),
            "legal_form": Choice(_("What it is"), [(code, _(words)) for code, words in FORMS.items()]),
            "identifier": Line(_("Its number in the register, if it has one"), longest=40),
            "lei": Lei(_("Its Legal Entity Identifier (LEI), if it has one")),
            "address": Words(_("Its address"), longest=500),
            "jurisdictions": Choices(
                _("For which jurisdictions is it the applicant?"),
                [(one.code, one.name) for one in self.asked.words.places.values()],
            ),
        }
        return {f"{self.name}-{number}-{name}": field for name, field in made.items()}

    def row_data(self, number: int, answer: Mapping[str, Any]) -> dict[str, Any]:
        """The entity as it stands."""
        return {f"{self.name}-{number}-{name}": value for name, value in answer.items()}

    def row_value(self, number: int, form: Form) -> dict[str, Any] | None:
        """The entity; its kind alone makes none."""
        prefix = f"{self.name}-{number}-"
        values = {name: kept(form._fields[prefix + name].data) for name in self.columns}
        where = [code for code in self.asked.words.places if code in (values["jurisdictions"] or ())]
        written = any(value for name, value in values.items() if name != "legal_form")
        return values | {"jurisdictions": where} if written else None

    @property
    def columns(self) -> tuple[str, ...]:
        """What is asked of an entity."""
        return ("name", "country", "legal_form", "identifier", "lei", "address", "jurisdictions")


class Cell:
    """One row of the table of limits: a metric in a jurisdiction, with the names of its two fields."""

    def __init__(self, place: Place, metric: Mapping[str, Any]):
        self.place, self.metric = place, metric
        self.amount = f"amount-{place.code}-{metric['code']}"
        self.window = f"window-{place.code}-{metric['code']}"

    @property
    def usual_window(self) -> str:
        """What the metric's unit suggests."""
        return "per_month" if "month" in self.metric["unit"] else "at_any_time"

    def fields(self) -> dict[str, Any]:
        """The two fields. Money and percentages take decimals, counts and days do not; `0` means: none at all."""
        kind, title = self.metric["kind"], self.metric["title"]
        label = _("{metric}, {place}").format(metric=title, place=self.place.name)
        whole = kind in {"count", "days"}
        amount = Whole(label) if whole else Amount(label, most=HUNDRED if kind == "percent" else MOST_LIMIT)
        return {self.amount: amount, self.window: Selection(_("When"), WINDOW_CHOICES, default=self.usual_window)}

    def filled(self, limit: Mapping[str, Any]) -> dict[str, Any]:
        """The fields' values for a saved limit."""
        threshold = Decimal(limit["threshold"])
        whole = self.metric["kind"] in {"count", "days"}
        return {self.amount: int(threshold) if whole else threshold, self.window: limit["window"]}

    def limit(self, form: Form) -> dict[str, Any]:
        """The limit that was typed."""
        return {
            "metric": self.metric["code"],
            "jurisdiction": self.place.code,
            "threshold": format(Decimal(form._fields[self.amount].data), "f"),
            "currency": self.place.currency if self.metric["kind"] == "money" else None,
            "window": form._fields[self.window].data or self.usual_window,
            "comparator": self.metric["comparator"],
        }


class Limits(Part):
    """The table of limits: a part a jurisdiction, a row a metric."""

    def make(self) -> dict[str, Any]:
        """Two fields a row."""
        return {name: field for cell in self.cells for name, field in cell.fields().items()}

    @property
    def cells(self) -> list[Cell]:
        """All rows, in the order of the page."""
        words = self.asked.words
        return [Cell(place, metric) for place in words.places.values() for metric in words.words("metrics").values()]

    def data(self) -> dict[str, Any]:
        """The limits that stand."""
        stands = {(limit["jurisdiction"], limit["metric"]): limit for limit in self.asked.answer or ()}
        found: dict[str, Any] = {}
        for cell in self.cells:
            limit = stands.get((cell.place.code, cell.metric["code"]))
            found |= cell.filled(limit) if limit else {}
        return found

    def value(self, form: Form) -> Any:
        """The rows in which an amount was typed."""
        return [cell.limit(form) for cell in self.cells if form._fields[cell.amount].data is not None]

    def by_place(self, form: Form, chosen: Iterable[str]) -> list[tuple[Place, list[Cell], bool]]:
        """The table, a part a jurisdiction: those that are chosen, and those where something stands."""
        wanted, found = set(chosen), []
        for place in self.asked.words.places.values():
            cells = [cell for cell in self.cells if cell.place.code == place.code]
            fields = [form._fields[cell.amount] for cell in cells]
            if place.code in wanted or any(field.data is not None or field.errors for field in fields):
                found.append((place, cells, place.code in wanted))
        return found


__all__ = ["Cell", "Entities", "Limits", "Rows", "Table"]
