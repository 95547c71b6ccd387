"""Calendars of closed days, read from the catalogue's files and, beyond them, computed from the `holidays` package.

Rule: the published days are those of the files, whatever a newer release of `holidays` says; other years are computed
from the calendar's rules and are provisional. A calendar without rules has only its weekends outside its file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path

import holidays

from sandbox.adapters.catalogue_files import CALENDAR_HEADING, CATALOGUE, closed_days, load_calendar_record
from sandbox.domain.calendars import Calendar, ClockError, in_words
from sandbox.domain.catalogue import CalendarRecord

_extra_directories: list[Path] = []


class UnknownCalendar(ClockError):
    """There is no calendar of that code."""


def add_directory(directory: Path) -> None:
    """Also look for calendars in this catalogue directory (a further country, a deployment's own)."""
    if directory not in _extra_directories:
        _extra_directories.append(directory)


def calendar(code: str, *directories: Path) -> Calendar:
    """The calendar of that code, looked for in the portal's catalogue, then in the further directories.

    Raises UnknownCalendar; CatalogueError when its files are wrong.
    """
    return _load(code.strip().upper(), (CATALOGUE, *_extra_directories, *directories))


def codes(*directories: Path) -> tuple[str, ...]:
    """The codes of all calendars there are."""
    places = (CATALOGUE, *_extra_directories, *directories)
    return tuple(sorted({path.stem for place in places for path in (place / "calendars").glob("*.toml")}))


def computed_days(rules: str, year: int) -> dict[date, str]:
    """The closed days of a year by the rules "country:GB:ENG", "country:US" or "market:XNYS"; none for "".

    Raises ClockError for rules that `holidays` does not know.
    """
    kind, _, place = rules.partition(":")
    code, _, subdivision = place.partition(":")
    try:
        if kind == "country":
            found = holidays.country_holidays(code, subdiv=subdivision or None, years=[year])
        elif kind == "market":
            found = holidays.financial_holidays(code, years=[year])
        elif rules:
            raise ClockError(f"{rules!r} is neither a country's nor a market's calendar")
        else:
            return {}
    except NotImplementedError as error:
        raise ClockError(f"{rules!r} is not known: {error}") from error
    return {day: name for day, name in sorted(found.items()) if day.year == year}


def rebuild(directory: Path = CATALOGUE, first_year: int = 2025, last_year: int = 2029) -> dict[str, int]:
    """Write the files of all calendars that have rules anew. Returns code → number of days that changed."""
    changed = {}
    for path in sorted((directory / "calendars").glob("*.toml")):
        record = load_calendar_record(path)
        if not record.rules:
            continue
        file = path.with_suffix(".csv")
        before = closed_days(file) if file.exists() else {}
        after: dict[date, str] = {}
        for year in range(first_year, last_year + 1):
            after |= computed_days(record.rules, year)
        _write(file, record.code, after)
        _publish(path, first_year, last_year)
        changed[record.code] = len(before.items() ^ after.items())
    _load.cache_clear()
    return changed


def _write(file: Path, code: str, closed: Mapping[date, str]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(CALENDAR_HEADING)
        writer.writerows((code, day.isoformat(), in_words(day)[:3], name) for day, name in sorted(closed.items()))


def _publish(path: Path, first_year: int, last_year: int) -> None:
    """Set the bounds of the published days in the calendar's record; comments and order stay."""
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^known_from = .*$", f"known_from = {first_year}-01-01", text)
    text = re.sub(r"(?m)^known_until = .*$", f"known_until = {last_year}-12-31", text)
    path.write_text(text, encoding="utf-8")


@lru_cache(maxsize=64)
def _load(code: str, directories: tuple[Path, ...]) -> Calendar:
    for directory in directories:
        path = directory / "calendars" / f"{code}.toml"
        if re.fullmatch(r"[A-Z0-9-]{2,20}", code) and path.exists():
            return _calendar(load_calendar_record(path), closed_days(path.with_suffix(".csv")))
    known = {path.stem for directory in directories for path in (directory / "calendars").glob("*.toml")}
    raise UnknownCalendar(f"there is no calendar {code!r}; known are {', '.join(sorted(known))}")


def _calendar(record: CalendarRecord, published: Mapping[date, str]) -> Calendar:
    return Calendar(
        code=record.code,
        closed=_ClosedDays(record, published),
        known_until=record.known_until,
        known_from=record.known_from,
        weekend=frozenset(record.weekend),
        time_zone=record.time_zone,
        name=record.name,
    )


class _ClosedDays(Mapping[date, str]):
    """The published days, and those of other years computed when first asked for."""

    def __init__(self, record: CalendarRecord, published: Mapping[date, str]):
        self._record = record
        self._published = dict(published)
        self._years: dict[int, dict[date, str]] = {}

    def __getitem__(self, day: date) -> str:
        if self._record.known_from <= day <= self._record.known_until:
            return self._published[day]
        if day.year not in self._years:
            self._years[day.year] = computed_days(self._record.rules, day.year)
        return self._years[day.year][day]

    def __iter__(self) -> Iterator[date]:
        return iter(self._published)

    def __len__(self) -> int:
        return len(self._published)
