"""The whole catalogue of one load, with its tables of standards and statutory clocks.

Rule: one load is one value; nothing in it changes afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from sandbox.domain.catalogue.authorities import AuthorityRecord, CalendarRecord, Jurisdiction
from sandbox.domain.catalogue.programmes import ProgrammeRecord, RoutingRule
from sandbox.domain.catalogue.terms import Sure


@dataclass(frozen=True, slots=True)
class Standard:
    """A row of the international standards table (framework, number, short title, status)."""

    framework: str
    number: str
    short_title: str
    status: str


@dataclass(frozen=True, slots=True)
class LawClock:
    """A row of the reference table of statutory clocks, for reading; authorities' own clocks are ClockRecord."""

    authority: str
    process: str
    step: str
    length: str
    unit: str
    starts: str
    stop_rule: str
    source: str


@dataclass(frozen=True, slots=True)
class IncidentClock:
    """A row of the reference table of incident clocks: one event starts several, each at its own moment."""

    regime: str
    report: str
    length: str
    unit: str
    starts: str
    source: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All reference data of one load, in the order of the files (sorted by name)."""

    jurisdictions: tuple[Jurisdiction, ...]
    calendars: tuple[CalendarRecord, ...]
    authorities: tuple[AuthorityRecord, ...]
    programmes: tuple[ProgrammeRecord, ...]
    routing: tuple[RoutingRule, ...]
    standards: tuple[Standard, ...] = ()
    law_clocks: tuple[LawClock, ...] = ()
    incident_clocks: tuple[IncidentClock, ...] = ()

    def jurisdiction(self, code: str) -> Jurisdiction:
        """The jurisdiction of that code. Raises KeyError."""
        return {row.code: row for row in self.jurisdictions}[code]

    def authority(self, code: str) -> AuthorityRecord:
        """The authority of that code. Raises KeyError."""
        return {row.code: row for row in self.authorities}[code]

    def programme(self, code: str) -> ProgrammeRecord:
        """The programme of that code. Raises KeyError."""
        return {row.code: row for row in self.programmes}[code]

    def routes(self, programme: str) -> tuple[RoutingRule, ...]:
        """The routing rows of one programme."""
        return tuple(row for row in self.routing if row.programme == programme)

    def sources(self) -> Iterator[tuple[str, str, Sure]]:
        """Every (what, source, sure) of the catalogue, at any depth: what the sources page lists."""
        for column in (self.jurisdictions, self.calendars, self.authorities, self.programmes, self.routing):
            for record in column:
                yield from _sources(record, type(record).__name__)


def _sources(record: object, path: str) -> Iterator[tuple[str, str, Sure]]:
    """The source marks inside one record, with the path that leads to each."""
    values = {f.name: getattr(record, f.name) for f in fields(record)}  # type: ignore[arg-type]
    here = f"{path} {values.get('code', values.get('name', ''))}".strip()
    if "source" in values and "sure" in values:
        yield here, values["source"], values["sure"]
    for name, value in values.items():
        for part in value if isinstance(value, tuple) else (value,):
            if hasattr(part, "__dataclass_fields__"):
                yield from _sources(part, f"{here} / {name}")
