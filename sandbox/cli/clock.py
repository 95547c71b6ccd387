"""`flask clock due`: when a period ends, and why.

Rule: the first line of the output is the date (for hours the instant in UTC) and nothing else, so that scripts can
read it; the reasons follow with --explain. Nothing is stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

import click

from sandbox.adapters.calendars import calendar
from sandbox.adapters.catalogue_files import CatalogueError, load_catalogue
from sandbox.domain.calendars import Calendar, ClockError, from_wall_clock, in_zone, instant_in_words
from sandbox.domain.catalogue import AuthorityRecord, Catalogue
from sandbox.domain.clocks import ClockRule, Due, Unit
from sandbox.domain.clocks import due as due_of

clock = click.Group("clock", help="Deadlines on the calendars of the authorities.")


@clock.command()
@click.option("--authority", "authorities", multiple=True, metavar="CODE", help="Calendar and zone of this authority.")
@click.option("--calendar", "calendars", multiple=True, metavar="CODE", help="Repeat it: days on which all are open.")
@click.option("--from", "start", required=True, metavar="DATE", help="2026-04-07; for hours 2026-03-27T21:30.")
@click.option("--length", required=True, type=int, metavar="N", help="How many units, at least 1.")
@click.option("--unit", required=True, type=click.Choice([unit.value for unit in Unit]), help="What is counted.")
@click.option("--count-start-day", is_flag=True, help="The start day is day 1.")
@click.option("--explain", is_flag=True, help="Also print the steps that lead to the date.")
def due(
    authorities: tuple[str, ...],
    calendars: tuple[str, ...],
    start: str,
    length: int,
    unit: str,
    count_start_day: bool,
    explain: bool,
) -> None:
    """Print when a period of N units from DATE ends."""
    try:
        catalogue = load_catalogue()
        on = _calendars(catalogue, authorities, calendars)
        zones = _zones(catalogue, authorities, on)
        rule = ClockRule(length, Unit(unit), count_start_day=count_start_day)
        result = due_of(rule, _start(start, rule.unit, zones), on)
    except (ClockError, CatalogueError) as error:
        raise click.UsageError(str(error)) from error
    _print(result, catalogue, explain)


def _calendars(catalogue: Catalogue, authorities: Iterable[str], named: Iterable[str]) -> tuple[Calendar, ...]:
    """The calendars asked for, each once. Raises ClockError for an unknown code."""
    chosen = [_authority(catalogue, code).calendar for code in authorities]
    return tuple(calendar(code) for code in dict.fromkeys([*chosen, *(code.upper() for code in named)]))


def _authority(catalogue: Catalogue, code: str) -> AuthorityRecord:
    """The authority of that code in any case of letters. Raises ClockError."""
    for row in catalogue.authorities:
        if row.code.casefold() == code.strip().casefold():
            return row
    known = ", ".join(row.code for row in catalogue.authorities)
    raise ClockError(f"there is no authority {code!r}; known are {known}")


def _zones(catalogue: Catalogue, authorities: Iterable[str], on: Iterable[Calendar]) -> tuple[str, ...]:
    """The zones of the authorities and calendars asked for, each once."""
    zones = [_authority(catalogue, code).time_zone for code in authorities]
    return tuple(dict.fromkeys([*zones, *(row.time_zone for row in on)]))


def _start(text: str, unit: Unit, zones: tuple[str, ...]) -> date:
    """The start as a date, or as an instant for hours. Raises ClockError."""
    shape = r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?)?" if unit is Unit.HOURS else r"\d{4}-\d\d-\d\d"
    if not re.fullmatch(shape, text.strip(), re.ASCII):
        wanted = "a date, or a time as 2026-03-27T21:30-04:00" if unit is Unit.HOURS else "a date as 2026-04-07"
        raise ClockError(f"{text!r} is not {wanted}")
    try:
        if unit is not Unit.HOURS:
            return date.fromisoformat(text.strip())
        when = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise ClockError(f"{text!r} is not a date: {error}") from error
    if when.tzinfo is not None:
        return when.astimezone(UTC)
    if len(zones) != 1:
        raise ClockError("a time without an offset needs exactly one time zone: name one authority or calendar")
    return from_wall_clock(when, zones[0])


def _print(result: Due, catalogue: Catalogue, explain: bool) -> None:
    if isinstance(result.at, datetime):
        click.echo(f"{result.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    else:
        click.echo(result.at.isoformat())
    if not explain:
        for reason in result.why_provisional:
            click.echo(reason, err=True)
        return
    for sentence in result.explain():
        click.echo(sentence)
    if isinstance(result.at, datetime):
        for name in dict.fromkeys(row.time_zone for row in catalogue.jurisdictions):
            click.echo(f"{name}: {instant_in_words(in_zone(result.at, name))}")
