"""Countries, calendars and authorities with their instruments, clocks and criteria.

Rule: what differs between authorities stands in these records; no code asks which authority it has before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sandbox.domain.catalogue.applying import Fee
from sandbox.domain.catalogue.requirements import Requirement
from sandbox.domain.catalogue.terms import ClockKind, Fact, InstrumentAction, SourcedText, Sure, Trigger
from sandbox.domain.clocks import ClockRule, LongStop, PauseRule, rule_from_text


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """A country as the portal needs it.

    `country` is its code in ISO 3166-1, as registered offices name it; `currency` is of three letters as in ISO 4217.
    """

    code: str
    name: str
    country: str
    currency: str
    language: str
    time_zone: str
    source: str
    sure: Sure


@dataclass(frozen=True, slots=True)
class CalendarRecord:
    """A calendar of closed days. `known_until` is the last published day; later days are provisional."""

    code: str
    name: str
    time_zone: str
    known_from: date
    known_until: date
    source: str
    sure: Sure
    weekend: tuple[int, ...] = (5, 6)  # Monday is 0
    rules: str = ""  # how days outside the file are computed, as "country:GB:ENG" or "market:XNYS"; "" is not at all


@dataclass(frozen=True, slots=True)
class ClockRecord:
    """A deadline of an authority. `unit` may be any word of `rule_from_text`; `rule` is the computable form."""

    code: str
    process: str
    step: str
    length: int
    unit: str
    starts: str  # the event that starts it, in words
    kind: ClockKind
    source: str
    sure: Sure
    count_start_day: bool = False
    roll_forward: bool = False
    pause: PauseRule | None = None
    long_stop: LongStop | None = None
    warn_at: tuple[int, ...] = ()  # distances before the end: working days, calendar days or hours, as the unit says

    @property
    def rule(self) -> ClockRule:
        """The rule that `clocks.due` computes with. Raises ClockError for an unknown unit or a bad length."""
        return rule_from_text(
            self.length,
            self.unit,
            count_start_day=self.count_start_day,
            roll_forward=self.roll_forward,
            pause=self.pause,
            long_stop=self.long_stop,
            warn_at=self.warn_at,
        )


@dataclass(frozen=True, slots=True)
class ProcedureItem:
    """A step that an instrument's law asks for before decision. `clock` is a clock code of the authority, or ""."""

    code: str
    title: str
    trigger: Trigger
    audience: tuple[str, ...]  # parties in words of the audiences table: "firm", "desk", "public", "other_desks"
    source: str
    sure: Sure
    clock: str = ""


@dataclass(frozen=True, slots=True)
class Instrument:
    """The legal form of one authority's act."""

    code: str
    name: str
    legal_basis: str
    actions: tuple[InstrumentAction, ...]
    source: str
    sure: Sure
    procedure_items: tuple[ProcedureItem, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """What an authority assesses. `joint` is the code of the programme's joint criterion it is compared on."""

    code: str
    title: str
    question: str
    joint: str
    source: str
    sure: Sure
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """What this authority looks for before it can assess. `fields`: the answers that it concerns, `section.field`."""

    code: str
    question: str
    fields: tuple[str, ...]
    source: str
    sure: Sure


@dataclass(frozen=True, slots=True)
class SharingInstrument:
    """A gateway or arrangement under which this authority may share. `with_whom` in words."""

    code: str
    name: str
    with_whom: str
    restriction: str
    source: str
    sure: Sure


@dataclass(frozen=True, slots=True)
class SignOffLevel:
    """One signature in an authority's order of signing (1 signs first)."""

    order: int
    title: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a firm writes to. Demo data: fictional addresses only."""

    name: str
    email: str
    address: str


@dataclass(frozen=True, slots=True)
class AuthorityRecord:
    """A regulator and all that it brings to a case (its "compendium" record)."""

    code: str
    name: str
    jurisdiction: str
    remit: SourcedText
    calendar: str
    time_zone: str
    languages: tuple[str, ...]
    sign_off: tuple[SignOffLevel, ...]
    contact: Contact
    appeal: SourcedText
    representations: SourcedText
    may_refuse_to_review: bool
    instruments: tuple[Instrument, ...]
    clocks: tuple[ClockRecord, ...]
    criteria: tuple[Criterion, ...]
    checklist: tuple[ChecklistItem, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    signatories_required: int = 1
    quality_review: bool = False  # a second person of the desk reviews each assessment before the position is filed
    eligibility: tuple[Fact, ...] = ()
    sharing: tuple[SharingInstrument, ...] = ()
    facts: tuple[Fact, ...] = ()
    fees: tuple[Fee, ...] = ()
