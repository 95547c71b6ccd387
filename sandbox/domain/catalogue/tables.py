"""The whole catalogue of one load, with its tables of standards and statutory clocks.

Rule: one load is one value; nothing in it changes afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date

from sandbox.domain.catalogue.authorities import AuthorityRecord, CalendarRecord, Jurisdiction
from sandbox.domain.catalogue.programmes import ProgrammeRecord, RuleSet
from sandbox.domain.catalogue.questions import QuestionSetRecord
from sandbox.domain.catalogue.requirements import RequirementEquivalence
from sandbox.domain.catalogue.terms import Relation, Sure
from sandbox.domain.clocks import ClockError, ClockRule, LongStop, PauseRule, Unit, rule_from_text


@dataclass(frozen=True, slots=True)
class Standard:
    """A row of the international standards table (framework, number, short title, status)."""

    framework: str
    number: str
    short_title: str
    status: str


@dataclass(frozen=True, slots=True)
class IdentifierRecord:
    """A register whose numbers firms can give. `check_digits` names how they are computed, empty: there are none."""

    code: str
    title: str
    country: str
    pattern: str
    check_digits: str
    example: str
    hint: str
    source: str
    sure: str


# The words of the table that change how a period is counted.
COUNTED = "day counts as day 1"
PAUSES = {
    "may be interrupted once; max 20 wd (30 in some cases: B)": PauseRule(times=1, days=20),
    "suspend max 20 working days (B)": PauseRule(days=20),
}
LONG_STOPS = {"12-month longstop from receipt": LongStop(12, Unit.MONTHS, "receipt")}


@dataclass(frozen=True, slots=True)
class LawClock:
    """A row of the reference table of statutory clocks; authorities' own clocks are ClockRecord.

    What its words say of pauses and long-stops, PAUSES and LONG_STOPS read; every other word is for people.
    """

    authority: str
    process: str
    step: str
    length: str
    unit: str
    starts: str
    stop_rule: str
    source: str

    @property
    def rule(self) -> ClockRule:
        """The rule that the row comes to. Raises ClockError for an unknown unit or a length that is no number."""
        if not self.length.isdecimal():
            raise ClockError(f"{self.length!r} is not a number")
        return rule_from_text(
            int(self.length),
            self.unit,
            count_start_day=COUNTED in self.starts,
            pause=PAUSES.get(self.stop_rule),
            long_stop=LONG_STOPS.get(self.stop_rule),
        )


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
class Equivalence:
    """How one criterion stands to one of the other authority, from a day on, with the reason and where it rests."""

    criterion: str
    other: str
    relation: Relation
    valid_from: date
    reason: str
    source: str
    sure: Sure
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Equivalences:
    """The criteria of one authority (`authority`), and its requirements, held against those of another (`to`).

    One direction only: where a row stands as equivalent or deferred, `authority` rests on what `to` asks.
    """

    code: str
    authority: str
    to: str
    rows: tuple[Equivalence, ...] = ()
    requirements: tuple[RequirementEquivalence, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All reference data of one load, in the order of the files (sorted by name)."""

    jurisdictions: tuple[Jurisdiction, ...]
    calendars: tuple[CalendarRecord, ...]
    authorities: tuple[AuthorityRecord, ...]
    programmes: tuple[ProgrammeRecord, ...]
    routing: tuple[RuleSet, ...]
    questions: tuple[QuestionSetRecord, ...] = ()
    equivalences: tuple[Equivalences, ...] = ()
    standards: tuple[Standard, ...] = ()
    identifiers: tuple[IdentifierRecord, ...] = ()
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

    def rule_sets(self, programme: str) -> tuple[RuleSet, ...]:
        """The versions of a programme's routing rules, oldest first."""
        return tuple(sorted((row for row in self.routing if row.programme == programme), key=lambda row: row.version))

    def question_sets(self, programme: str) -> tuple[QuestionSetRecord, ...]:
        """The versions of a programme's question set, oldest first."""
        found = (row for row in self.questions if row.programme == programme)
        return tuple(sorted(found, key=lambda row: row.version))

    def sources(self) -> Iterator[tuple[str, str, Sure]]:
        """Every (what, source, sure) of the catalogue, at any depth: what the sources page lists."""
        columns: tuple[tuple[object, ...], ...] = (
            self.jurisdictions, self.calendars, self.authorities, self.programmes, self.routing, self.questions,
            self.equivalences,
        )  # fmt: skip
        for column in columns:
            for record in column:
                yield from _sources(record, type(record).__name__)


def _sources(record: object, path: str) -> Iterator[tuple[str, str, Sure]]:
    """The source marks inside one record, with the path that leads to each."""
    values = {f.name: getattr(record, f.name) for f in fields(record)}  # type: ignore[arg-type]
    here = f"{path} {values.get('code', values.get('path', values.get('name', '')))}".strip()
    if "source" in values and "sure" in values:
        yield here, values["source"], values["sure"]
    for name, value in values.items():
        for part in value if isinstance(value, tuple) else (value,):
            if hasattr(part, "__dataclass_fields__"):
                yield from _sources(part, f"{here} / {name}")
