"""What the answer to a question must be to count, by the kind of the question: one table, asked before submission.

Forms refuse at the field; this is asked again when an application is submitted, so that no way in goes around it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Any, Protocol

from sandbox.domain.countries import COUNTRIES
from sandbox.domain.entries import is_amount, is_day, is_given, is_lei, is_number

DECLARATION = "declaration"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_CURRENCY = re.compile(r"[A-Z]{3}")

# What each further legal entity needs.
ENTITY: dict[str, str] = {
    "name": "the name",
    "country": "the country of the registered office",
    "address": "the registered address",
    "jurisdictions": "the jurisdictions",
}


class Asks(Protocol):
    """What a check reads of a question."""

    @property
    def short(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def wanted(self) -> str: ...
    @property
    def options(self) -> tuple[Any, ...]: ...
    @property
    def columns(self) -> tuple[Any, ...]: ...
    @property
    def rows_most(self) -> int: ...
    @property
    def steps(self) -> tuple[str, ...]: ...
    @property
    def least(self) -> int | None: ...
    @property
    def most(self) -> int | None: ...


Sections = Mapping[str, Mapping[str, Any]]
Check = Callable[[Asks, Any, Sections], Iterator[str]]


def given(kind: str, value: object) -> bool:
    """Was the question answered? A no is an answer to yes or no, an amount to money, and nothing else is one."""
    if kind == "yes_no":
        return isinstance(value, bool)
    if kind == "money":
        return isinstance(value, Mapping) and is_given(value.get("amount"))
    if kind == "rationale":
        return isinstance(value, Mapping) and any(is_given(text) for text in value.values())
    return is_given(value)


def flaws_of(question: Asks, value: Any, sections: Sections, kind: str) -> Iterator[str]:
    """What is wrong with an answer that was given, as parts of a sentence after “Missing:”."""
    check = CHECKS.get(kind)
    if check is not None:
        yield from check(question, value, sections)


def chosen_places(sections: Sections) -> list[str]:
    """The jurisdictions that the firm chose."""
    return list((sections.get("jurisdictions") or {}).get("jurisdictions") or ())


# --- what one value must be ------------------------------------------------------------------------------------------


def _number(least: int | None, most: int | None, value: object) -> bool:
    if not is_number(value):
        return False
    number = Decimal(str(value))
    return (least is None or number >= least) and (most is None or number <= most)


def _money(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and is_amount(value.get("amount"))
        and bool(_CURRENCY.fullmatch(str(value.get("currency") or "")))
    )


def _option(options: tuple[Any, ...], value: object) -> bool:
    return value in {one.code for one in options}


# --- kinds -----------------------------------------------------------------------------------------------------------


def _one_number(question: Asks, value: Any, _sections: Sections) -> Iterator[str]:
    if not _number(question.least, question.most, value):
        bounds = {
            (True, True): "",
            (False, True): f" of {question.least} or more",
            (True, False): f" of {question.most} or less",
            (False, False): f" from {question.least} to {question.most}",
        }
        yield f"a number{bounds[question.least is None, question.most is None]} for “{question.short}”"


def _one_sum(question: Asks, value: Any, _sections: Sections) -> Iterator[str]:
    if not _money(value):
        yield f"an amount with its currency for “{question.short}”"


def _one_day(question: Asks, value: Any, _sections: Sections) -> Iterator[str]:
    if not is_day(value):
        yield f"a real date for “{question.short}”"


def _one_choice(question: Asks, value: Any, _sections: Sections) -> Iterator[str]:
    if not _option(question.options, value):
        yield f"one of the answers to choose from for “{question.short}”"


def _several(question: Asks, value: Any, _sections: Sections) -> Iterator[str]:
    if not isinstance(value, list | tuple) or not all(_option(question.options, one) for one in value):
        yield f"answers to choose from for “{question.short}”"


def _one_lei(question: Asks, value: Any, _sections: Sections) -> Iterator[str]:
    if not is_lei(str(value)):
        yield "an LEI whose check digits are right" + ("" if question.required else ", or none")


def _one_email(question: Asks, value: Any, _sections: Sections) -> Iterator[str]:
    if not _EMAIL.fullmatch(str(value)):
        yield f"an email address for “{question.short}”"


def _one_country(question: Asks, value: Any, _sections: Sections) -> Iterator[str]:
    if value not in COUNTRIES:
        yield f"a country for “{question.short}”"


def _table(question: Asks, value: Any, _sections: Sections) -> Iterator[str]:
    if not isinstance(value, list | tuple) or not all(isinstance(row, Mapping) for row in value):
        yield f"rows for “{question.short}”"
        return
    if len(value) > question.rows_most:
        yield f"{question.rows_most} rows or fewer for “{question.short}” (it has {len(value)})"
    for number, row in enumerate(value, start=1):
        for column in question.columns:
            cell = row.get(column.code)
            if not given(column.kind, cell):
                if column.required:
                    yield f"“{column.title}” in row {number} of “{question.short}”"
            elif not CELLS.get(column.kind, lambda _column, _cell: True)(column, cell):
                yield f"a right “{column.title}” in row {number} of “{question.short}”"
        if not _in_steps(question.steps, row):
            names = ", ".join(f"“{one.title}”" for one in question.columns if one.code in question.steps)
            way = "falling" if row.get("direction") == "high" else "rising"
            yield f"{names} as {way} numbers in row {number} of “{question.short}”"


def _in_steps(steps: tuple[str, ...], row: Mapping[str, Any]) -> bool:
    """Do the numbers rise from column to column (fall where a high value is good)? What is no number is told else."""
    cells = [row.get(code) for code in steps]
    if not all(is_number(cell) for cell in cells):
        return True
    numbers = [Decimal(str(cell)) for cell in cells]
    if row.get("direction") == "high":
        numbers.reverse()
    return all(one < other for one, other in pairwise(numbers))


# What the cell of a column must be.
CELLS: dict[str, Callable[[Any, Any], bool]] = {
    "number": lambda _column, cell: is_number(cell),
    "money": lambda _column, cell: _money(cell),
    "day": lambda _column, cell: is_day(cell),
    "choice": lambda column, cell: _option(column.options, cell),
    "country": lambda _column, cell: cell in COUNTRIES,
}


def _entities(_question: Asks, value: Any, _sections: Sections) -> Iterator[str]:
    served: set[str] = set()
    for number, entity in enumerate(value, start=2):
        for name, words in ENTITY.items():
            if not is_given(entity.get(name)):
                yield f"{words} of legal entity {number}"
        if entity.get("lei") and not is_lei(str(entity["lei"])):
            yield f"an LEI of legal entity {number} whose check digits are right, or none"
        for code in entity.get("jurisdictions") or ():
            if code in served:
                yield f"only one further legal entity for {code}"
            served.add(code)


def _rationale(_question: Asks, value: Any, sections: Sections) -> Iterator[str]:
    for code in chosen_places(sections):
        if not is_given((value or {}).get(code)):
            yield f"the rationale for {code}"


def _limits(question: Asks, value: Any, sections: Sections) -> Iterator[str]:
    rows, chosen = value or (), chosen_places(sections)
    for row in rows:
        if not is_amount(row.get("threshold")):
            yield f"a limit of 0 or more for {row.get('metric', 'each metric')}"
    covered = {row.get("jurisdiction") for row in rows}
    for code in chosen:
        if question.required and code not in covered:
            yield f"at least one limit for {code}"
    for code in sorted({str(code) for code in covered} - set(chosen)):
        yield f"the choice of {code} among the jurisdictions, or no limits for {code}"
    if question.required and not chosen and not rows:
        yield question.wanted


CHECKS: dict[str, Check] = {
    "number": _one_number,
    "money": _one_sum,
    "day": _one_day,
    "choice": _one_choice,
    "choices": _several,
    "lei": _one_lei,
    "email": _one_email,
    "country": _one_country,
    "table": _table,
    "entities": _entities,
    "rationale": _rationale,
    "limits": _limits,
}
# What these lack depends on other answers: they say it themselves, answered or not.
DEPENDENT = frozenset({"rationale", "limits"})

__all__ = ["CHECKS", "DECLARATION", "DEPENDENT", "chosen_places", "flaws_of", "given"]
