"""Reads the reference data files into the records of `sandbox.domain.catalogue`.

Rule: one file a thing; nothing in a file is guessed or ignored. An unknown key, a missing one, a value of the wrong
kind or a code that leads nowhere is named with its file and key, and all of them at once.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from sandbox.domain.calendars import checked, in_words
from sandbox.domain.catalogue import (
    AuthorityRecord,
    CalendarRecord,
    Catalogue,
    Equivalences,
    IdentifierRecord,
    IncidentClock,
    Jurisdiction,
    LawClock,
    ProgrammeRecord,
    QuestionSetRecord,
    RuleSet,
    Standard,
)
from sandbox.domain.catalogue.checks import Problem, equivalence_problems, rule_problems
from sandbox.domain.catalogue.checks import problems as problems_between

CATALOGUE = Path(__file__).resolve().parent.parent / "catalogue"
CALENDAR_HEADING = ("calendar", "date", "weekday", "name")
_KINDS: dict[str, type] = {
    "jurisdictions": Jurisdiction,
    "calendars": CalendarRecord,
    "authorities": AuthorityRecord,
    "programmes": ProgrammeRecord,
    "routing": RuleSet,
    "questions": QuestionSetRecord,
    "equivalences": Equivalences,
}
_TABLES: dict[str, tuple[str, type]] = {
    "standards.csv": ("standards", Standard),
    "identifiers.csv": ("identifiers", IdentifierRecord),
    "clocks.csv": ("law_clocks", LawClock),
    "incident_clocks.csv": ("incident_clocks", IncidentClock),
}


class CatalogueError(ValueError):
    """Reference data that cannot be used. `problems` has a line each: file, key, what is wrong."""

    def __init__(self, problems: Sequence[str]):
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def load_catalogue(*directories: Path) -> Catalogue:
    """All records of the directories (the portal's own where none is named), checked against each other.

    Later directories add to earlier ones; nothing overrides. Raises CatalogueError.
    """
    reading = _Reading()
    for directory in directories or (CATALOGUE,):
        reading.read(Path(directory))
    if reading.problems:
        raise CatalogueError(reading.problems)
    catalogue = Catalogue(**{name: tuple(rows) for name, rows in reading.columns.items()})
    found = [
        f"{reading.files.get((row.kind, row.code), row.kind)}: {row.key}: {row.text}"
        for row in problems_between(catalogue)
    ]
    if found:
        raise CatalogueError(found)
    return catalogue


def load_calendar_record(path: Path) -> CalendarRecord:
    """One calendar's record by itself (its closed days stand in the CSV file beside it). Raises CatalogueError."""
    reading = _Reading()
    reading.read_file("calendars", path, path.parent.parent)
    if reading.problems:
        raise CatalogueError(reading.problems)
    record: CalendarRecord = reading.columns["calendars"][0]
    return record


def load_question_sets(directory: Path, programme: str) -> tuple[QuestionSetRecord, ...]:
    """The question sets of a programme by themselves, unchecked against other records. Raises CatalogueError."""
    reading = _Reading()
    for path in sorted((directory / "questions").glob("*.toml")):
        reading.read_file("questions", path, directory)
    if reading.problems:
        raise CatalogueError(reading.problems)
    return tuple(row for row in reading.columns["questions"] if row.programme == programme)


def read_rule_set(text: str, catalogue: Catalogue) -> RuleSet:
    """Routing rules from the text of a file that is not (yet) part of the catalogue, checked against its records.

    Raises CatalogueError with everything that is wrong in it.
    """
    rules: RuleSet = _read_text("rules", RuleSet, text)
    _without_problems(rule_problems(rules, catalogue))
    return rules


def read_equivalences(text: str, catalogue: Catalogue) -> Equivalences:
    """The equivalences of a pair of authorities from the text of a file, checked like rules. Raises CatalogueError."""
    table: Equivalences = _read_text("equivalences", Equivalences, text)
    _without_problems(equivalence_problems(table, catalogue))
    return table


TEXT_MAX = 100_000  # characters; the largest file of the catalogue has a fifth of it
DOTS_MAX = 16  # on a line, in words too; the most that a file of the catalogue has are 4


def _bounded(name: str, text: str) -> None:
    """Refuse, before it is read, what costs more to read than to write: the reader is quadratic in dotted keys."""
    if len(text) > TEXT_MAX:
        raise CatalogueError([f"{name}: is longer than {TEXT_MAX:,} characters"])
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > DOTS_MAX:
            raise CatalogueError([f"{name}: line {number}: has more than {DOTS_MAX} full stops"])


def _read_text(name: str, cls: type, text: str) -> Any:
    _bounded(name, text)
    problems: list[str] = []
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits, or brackets without end
        raise CatalogueError([f"{name}: cannot be read: {error}"]) from error
    record = _Builder(name, problems).record(cls, table, "")
    if record is None:
        raise CatalogueError(problems)
    return record


def _without_problems(found: Iterable[Problem]) -> None:
    lines = [f"{row.key}: {row.text}" for row in found]
    if lines:
        raise CatalogueError(lines)


def closed_days(path: Path) -> dict[date, str]:
    """The rows of one file. Raises CatalogueError naming file and line."""
    rows = _rows(path, f"calendars/{path.name}")
    if not rows or tuple(rows[0]) != CALENDAR_HEADING:
        raise CatalogueError([f"calendars/{path.name}: line 1: the heading must be {','.join(CALENDAR_HEADING)}"])
    closed: dict[date, str] = {}
    for number, row in enumerate(rows[1:], start=2):
        where = f"calendars/{path.name}: line {number}"
        try:
            code, day, weekday, name = row
            when = checked(date.fromisoformat(day))
        except ValueError as error:
            raise CatalogueError([f"{where}: {error}"]) from error
        if code != path.stem or weekday != in_words(when)[:3] or not name.strip() or when in closed:
            raise CatalogueError([f"{where}: another calendar's code, a wrong weekday, no name or a repeated day"])
        closed[when] = name
    return closed


def _rows(path: Path, name: str) -> list[list[str]]:
    """The rows of a CSV file with its heading. Raises CatalogueError."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise CatalogueError([f"{name}: cannot be read: {error}"]) from error


class _Reading:
    """One pass over the files, gathering records and problems."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.files: dict[tuple[str, str], str] = {}
        self.columns: dict[str, list[Any]] = {name: [] for name in _KINDS}
        self.columns |= {name: [] for name, _ in _TABLES.values()}

    def read(self, directory: Path) -> None:
        """Read one directory of the layout."""
        if not directory.is_dir():
            self.problems.append(f"{directory}: there is no such directory")
            return
        for kind in _KINDS:
            for path in sorted((directory / kind).glob("*.toml")):
                self.read_file(kind, path, directory)
                if kind == "calendars":
                    self._days(path.with_suffix(".csv"))
        for name, (column, cls) in _TABLES.items():
            if (directory / name).exists():
                self._table(directory / name, column, cls)

    def _days(self, path: Path) -> None:
        """A calendar without its closed days is no calendar."""
        try:
            closed_days(path)
        except CatalogueError as error:
            self.problems.extend(error.problems)

    def _toml(self, path: Path) -> dict[str, Any] | None:
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except (ValueError, RecursionError, OSError) as error:
            self.problems.append(f"{path.name}: cannot be read: {error}")
            return None

    def read_file(self, kind: str, path: Path, directory: Path) -> None:
        """Read one record of that kind from its file."""
        table = self._toml(path)
        if table is None:
            return
        name = str(path.relative_to(directory))
        record = _Builder(name, self.problems).record(_KINDS[kind], table, "")
        if record is not None:
            self.columns[kind].append(record)
            self.files[(kind, record.code)] = name

    def _table(self, path: Path, column: str, cls: type) -> None:
        """A CSV table whose heading is the record's fields, in their order."""
        heading = [field.name for field in fields(cls)]
        try:
            rows = _rows(path, path.name)
        except CatalogueError as error:
            self.problems.extend(error.problems)
            return
        if not rows or rows[0] != heading:
            self.problems.append(f"{path.name}: line 1: the heading must be {','.join(heading)}")
            return
        for number, row in enumerate(rows[1:], start=2):
            if len(row) == len(heading):
                self.columns[column].append(cls(*row))
            else:
                self.problems.append(f"{path.name}: line {number}: has {len(row)} values, not {len(heading)}")


class _Builder:
    """Makes records out of the tables of one file; what is wrong goes to the list of problems."""

    def __init__(self, file: str, problems: list[str]):
        self.file = file
        self.problems = problems

    def record(self, cls: type, table: object, key: str) -> Any:
        """A record of that class, or None when something in the table is wrong."""
        if not isinstance(table, Mapping):
            return self._wrong(key, "must be a table")
        before = len(self.problems)
        hints = get_type_hints(cls)
        known = {field.name.rstrip("_"): field for field in fields(cls)}  # `is_` is the key `is`
        for name in table:
            if name not in known:
                self._wrong(_join(key, name), f"is not a key of this table (known: {', '.join(known)})")
        values = self._fields(known, hints, table, key)
        if len(self.problems) > before:
            return None
        try:
            return cls(**values)
        except ValueError as error:
            return self._wrong(key or "file", str(error))

    def _fields(
        self, known: Mapping[str, Field[Any]], hints: Mapping[str, Any], table: Mapping[str, Any], key: str
    ) -> dict[str, Any]:
        """The values of the fields that the table has; a required one that it lacks is a problem."""
        values = {}
        for name, field in known.items():
            if name in table:
                value = self.value(hints[field.name], table[name], _join(key, name), blank=not _required(field))
                values[field.name] = value
            elif _required(field):
                self._wrong(_join(key, name), "is missing")
        return values

    def value(self, hint: Any, value: object, key: str, *, blank: bool = False) -> Any:
        """A value of the hinted kind. `blank`: may a text be empty?"""
        origin = get_origin(hint)
        if origin in (Union, UnionType):
            return self.value(_fitting(get_args(hint), value), value, key, blank=blank)
        if origin is Mapping:  # a table whose keys are checked by the column that reads it
            return value if isinstance(value, dict) else self._wrong(key, "must be a table")
        if origin is tuple:
            return self._values(get_args(hint)[0], value, key)
        if is_dataclass(hint) and isinstance(hint, type):
            return self.record(hint, value, key)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return self._word(hint, value, key)
        return self._plain(hint, value, key, blank)

    def _values(self, hint: Any, value: object, key: str) -> tuple[Any, ...]:
        if not isinstance(value, list):
            self._wrong(key, "must be a list")
            return ()
        return tuple(self.value(hint, part, f"{key}[{number}]") for number, part in enumerate(value))

    def _word(self, hint: type[Enum], value: object, key: str) -> Any:
        try:
            return hint(value)
        except ValueError:
            return self._wrong(key, f"{value!r} is not one of {', '.join(repr(word.value) for word in hint)}")

    def _plain(self, hint: type, value: object, key: str, blank: bool) -> Any:
        # a bool is an int to Python and an instant is a date; neither is meant here
        fits = isinstance(value, hint) and not (hint is int and isinstance(value, bool))
        if not fits or (hint is date and isinstance(value, datetime)):
            return self._wrong(key, f"must be {_NAMES.get(hint, hint.__name__)}, not {value!r}")
        if isinstance(value, str):
            value = value.strip()
            if not value and not blank:
                return self._wrong(key, "must not be empty")
        return value

    def _wrong(self, key: str, text: str) -> None:
        self.problems.append(f"{self.file}: {key or 'file'}: {text}")


_NAMES = {str: "a text", int: "a whole number", bool: "true or false", date: "a date"}


def _fitting(hints: Sequence[Any], value: object) -> Any:
    """Of the kinds that a value may have, the one that it has, else the first."""
    kinds = [hint for hint in hints if hint is not NoneType]
    return next((kind for kind in kinds if isinstance(kind, type) and type(value) is kind), kinds[0])


def _required(field: Field[Any]) -> bool:
    """Has the field no default?"""
    return field.default is MISSING and field.default_factory is MISSING


def _join(key: str, name: str) -> str:
    return f"{key}.{name}" if key else name
