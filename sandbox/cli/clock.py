"""`flask clock due`: when a period ends, and why.

Rule: the first line of the output is the date (for hours the instant in UTC) and nothing else, so that scripts can
read it; the reasons follow with --explain. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import click

from sandbox.adapters.calendars import calendar
from sandbox.adapters.catalogue_files import CatalogueError, load_catalogue
from sandbox.domain.calendars import Calendar, ClockError, in_zone, instant_in_words
from sandbox.domain.catalogue import AuthorityRecord, Catalogue
from sandbox.domain.clocks import Due, Unit, count

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
        result = count(start, length, Unit(unit), on, zones, count_start_day=count_start_day)
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
