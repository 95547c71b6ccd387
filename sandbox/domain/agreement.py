"""Answers of one application that do not agree with each other, by the rules of its question set.

Rule: authorities that ask about the same thing from two sides must not be told two things (GFIN's first test compared
answers by hand). Each is put right or explained before submission; every desk reads the rule and the explanation.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.domain.entries import is_given
from sandbox.domain.questions import condition, holds

EXPLANATIONS = "declarations.explanations"  # where the firm says why both answers stand: a row for each rule
RULE, REASON, STOOD = "rule", "reason", "stood"  # of a row; STOOD: the answers it was written for, kept by the portal

Sections = Mapping[str, Mapping[str, Any]]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Answers that do not agree: the rule's words, and the answers that it concerns as `section.name`."""

    code: str
    title: str
    message: str
    paths: tuple[str, ...]


def answer(sections: Sections, path: str) -> Any:
    """An answer by its path, None where nothing was answered."""
    section, _, name = path.partition(".")
    return (sections.get(section) or {}).get(name)


def _cells(sections: Sections, side: Row) -> list[Any] | None:
    """What a side of a rule names: an answer, or a column of the rows that `only` leaves. None: nothing is answered."""
    value = answer(sections, side["path"])
    if not is_given(value) and value != 0:
        return None
    if "column" not in side:
        return list(value) if isinstance(value, list | tuple) else [value]
    only = side.get("only") or {}
    found = [row.get(side["column"]) for row in value if all(row.get(name) == code for name, code in only.items())]
    return found or None


def _sum(cells: Iterable[Any]) -> Decimal | None:
    try:
        numbers = [Decimal(str(cell)) for cell in cells if cell not in (None, "")]
    except InvalidOperation:
        return None
    return sum(numbers, Decimal(0)) if numbers and all(number.is_finite() for number in numbers) else None


def _amounts(one: list[Any], other: list[Any], differ: Callable[[Decimal, Decimal], bool]) -> str | None:
    first, second = _sum(one), _sum(other)
    if first is None or second is None or not differ(first, second):
        return None
    return f"{first.normalize():,f} and {second.normalize():,f}"


def _within(one: list[Any], other: list[Any]) -> str | None:
    return "" if set(map(str, one)) - set(map(str, other)) else None


# How two sides are held against each other: None where they agree, otherwise what to add to the rule's words.
COMPARE: dict[str, Callable[[list[Any], list[Any]], str | None]] = {
    "differs": lambda one, other: _amounts(one, other, lambda a, b: a != b),
    "exceeds": lambda one, other: _amounts(one, other, lambda a, b: a > b),
    "within": _within,
}


def _compared(rule: Row, sections: Sections) -> str | None:
    """What to add to the words of a rule that holds, None where it does not."""
    if "one" not in rule:
        return ""
    one = _cells(sections, rule["one"])
    other = _cells(sections, rule["other"]) if "other" in rule else [rule["value"]]
    if one is None or other is None:
        return None
    added = COMPARE[rule["compare"]](one, other)
    return "" if added is not None and "other" not in rule else added


def paths(rule: Row) -> tuple[str, ...]:
    """The answers that a rule concerns, each once: what is compared first, then its conditions."""
    named = [rule[side]["path"] for side in ("one", "other") if side in rule]
    named += [row["path"] for row in rule.get("when") or ()]
    return tuple(dict.fromkeys(path for path in named if path != "jurisdictions.jurisdictions" or len(named) == 1))


def disagreements(rules: Iterable[Row], sections: Sections) -> list[Disagreement]:
    """The rules that hold on these answers. `sections`: only answers to questions that are asked."""
    found = []
    for rule in rules:
        if not holds(map(condition, rule.get("when") or ()), sections):
            continue
        added = _compared(rule, sections)
        if added is not None:
            message = f"{rule['message'].rstrip('.')} ({added})." if added else rule["message"]
            found.append(Disagreement(rule["code"], rule["title"], message, paths(rule)))
    return found


def stood(one: Disagreement, sections: Sections) -> str:
    """A mark of the answers that a disagreement concerns, as they are now."""
    kept = json.dumps([answer(sections, path) for path in one.paths], sort_keys=True, default=str)
    return hashlib.sha256(kept.encode()).hexdigest()[:16]


def _rows(value: Any) -> list[Row]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []


def marked(value: Any, before: Any, found: Iterable[Disagreement], sections: Sections) -> Any:
    """Explanations with the answers for which each was written; one that was not rewritten keeps its old mark."""
    marks = {one.code: stood(one, sections) for one in found}
    old = {(row.get(RULE), row.get(REASON)): row[STOOD] for row in _rows(before) if STOOD in row}
    if not isinstance(value, list | tuple):
        return value
    made = []
    for row in _rows(value):
        mark = old.get((row.get(RULE), row.get(REASON))) or marks.get(str(row.get(RULE)))
        plain = {name: cell for name, cell in row.items() if name != STOOD}
        made.append({**plain, STOOD: mark} if mark else plain)
    return made


def explanations(sections: Sections) -> dict[str, str]:
    """What the firm wrote, by the code of the rule."""
    rows = [row for row in _rows(answer(sections, EXPLANATIONS)) if is_given(row.get(REASON))]
    return {str(row.get(RULE)): str(row[REASON]) for row in rows}


def unexplained(found: Sequence[Disagreement], sections: Sections) -> list[Disagreement]:
    """Those that keep an application from being submitted: no explanation names them, or their answers have changed."""
    rows = [row for row in _rows(answer(sections, EXPLANATIONS)) if is_given(row.get(REASON))]
    return [
        one
        for one in found
        if not any(row.get(RULE) == one.code and row.get(STOOD) == stood(one, sections) for row in rows)
    ]


def wrong_rules(rules: Iterable[Row], known: frozenset[str]) -> Iterator[tuple[str, str]]:
    """What does not hold in the rules of a question set, as (code, what is wrong). `known`: the questions’ paths."""
    seen: set[str] = set()
    for rule in rules:
        code = str(rule.get("code") or "?")
        if code in seen:
            yield code, "occurs more than once"
        seen.add(code)
        for name in ("title", "message"):
            if not rule.get(name):
                yield code, f"has no {name}"
        if not (rule.get("when") or "one" in rule):
            yield code, "has no condition"
        if "one" in rule and (rule.get("compare") not in COMPARE or ("other" in rule) == ("value" in rule)):
            yield code, f"compares by one of {', '.join(COMPARE)}, with an answer or a value"
        for path in (row.get("path") for row in (*(rule.get("when") or ()), rule.get("one"), rule.get("other")) if row):
            if path not in known:
                yield code, f"there is no question {path!r}"


__all__ = [
    "EXPLANATIONS", "RULE", "Disagreement", "answer", "disagreements", "explanations", "marked", "paths", "stood",
    "unexplained", "wrong_rules",
]  # fmt: skip
