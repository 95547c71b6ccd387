"""The sets of clocks: what each authority's catalogue holds, and the reference table of statutory clocks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sqlalchemy import select

from sandbox.adapters.calendars import calendar, codes
from sandbox.adapters.catalogue_files import load_catalogue
from sandbox.domain.catalogue import ClockKind, LawClock
from sandbox.domain.clocks import ClockRule, Due, Unit, count, rule_from_content
from sandbox.extensions import db
from sandbox.models.catalogue import Authority, Jurisdiction
from sandbox.models.catalogue import ClockRule as ClockRow


@dataclass(frozen=True, slots=True)
class ClockSet:
    """One clock of an authority's catalogue."""

    authority: str
    code: str
    process: str
    step: str
    starts: str
    rule: ClockRule
    by_law: bool
    source: str
    sure: str


@dataclass(frozen=True, slots=True)
class LawRow:
    """A row of the reference table, with the rule that it comes to."""

    row: LawClock
    rule: ClockRule


@dataclass(frozen=True, slots=True)
class Sets:
    """Everything that the portal knows of periods."""

    clocks: tuple[ClockSet, ...]
    law: tuple[LawRow, ...]


@dataclass(frozen=True, slots=True)
class Counting:
    """What can be chosen to count by: authorities with their calendar and zone, then calendars by themselves."""

    choices: tuple[tuple[str, str], ...]


@cache
def _law() -> tuple[LawClock, ...]:
    return load_catalogue().law_clocks


def sets() -> Sets:
    """The clocks of all authorities, in one statement, and the reference table as shipped."""
    rows = db.session.execute(
        select(Authority.code, ClockRow.code.label("clock"), ClockRow.content, ClockRow.kind)
        .join(Authority, Authority.id == ClockRow.authority_id)
        .order_by(Authority.code, ClockRow.code),
    )
    clocks = tuple(
        ClockSet(
            authority=row.code,
            code=row.clock,
            process=row.content["process"],
            step=row.content["step"],
            starts=row.content["starts"],
            rule=rule_from_content(row.content),
            by_law=row.kind == ClockKind.LAW.value,
            source=row.content["source"],
            sure=row.content["sure"],
        )
        for row in rows
    )
    return Sets(clocks, tuple(LawRow(row, row.rule) for row in _law()))


def counting() -> Counting:
    """The authorities and calendars to count by, in one statement."""
    rows = db.session.execute(select(Authority.code, Authority.name, Authority.calendar).order_by(Authority.code)).all()
    authorities = [(row.code, f"{row.name} ({row.calendar}: {calendar(row.calendar).name})") for row in rows]
    return Counting((*authorities, *((code, f"{code}: {calendar(code).name}") for code in codes())))


def zones() -> tuple[str, ...]:
    """The time zones of the jurisdictions, each once: an hour is shown in all of them."""
    return tuple(db.session.scalars(select(Jurisdiction.time_zone).distinct().order_by(Jurisdiction.time_zone)))


def period(where: Iterable[str], start: str, length: int, unit: Unit, *, count_start_day: bool) -> Due:
    """When a period ends by the calendars and zones of these authorities and calendars. Raises ClockError."""
    chosen = list(where)
    rows = {
        row.code: row
        for row in db.session.execute(
            select(Authority.code, Authority.calendar, Authority.time_zone).where(Authority.code.in_(chosen))
        )
    }
    on = tuple(calendar(code) for code in dict.fromkeys(rows[one].calendar if one in rows else one for one in chosen))
    known = [rows[one].time_zone if one in rows else calendar(one).time_zone for one in chosen]
    return count(start, length, unit, on, known, count_start_day=count_start_day)


__all__ = ["ClockSet", "Counting", "LawRow", "Sets", "counting", "period", "sets", "zones"]
