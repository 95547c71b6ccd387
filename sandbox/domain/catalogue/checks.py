"""What must hold between the records of a catalogue before anything may use it.

Rule: a service standard is never law, every criterion meets a joint criterion, every route leads to an authority of
its own jurisdiction. All problems are named at once, each with its record and key.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sandbox.domain.calendars import ClockError, zone
from sandbox.domain.catalogue.applying import Hurdle, WindowRecord
from sandbox.domain.catalogue.asking import set_problems
from sandbox.domain.catalogue.authorities import AuthorityRecord, CalendarRecord, ClockRecord, Jurisdiction
from sandbox.domain.catalogue.evidence import evidence_problems
from sandbox.domain.catalogue.programmes import ProgrammeRecord, RoutingRule, RuleSet
from sandbox.domain.catalogue.requirements import wrong_equivalences, wrong_requirements
from sandbox.domain.catalogue.tables import Catalogue, Equivalences
from sandbox.domain.catalogue.terms import ClockKind, InstrumentAction, Intake, Part, Sure
from sandbox.domain.clocks import rule_from_text
from sandbox.domain.entities import PRESENCES
from sandbox.domain.routing import ANY


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that does not hold: in which kind of record, which one, at which key, and what."""

    kind: str  # jurisdictions, calendars, authorities, programmes, routing
    code: str
    key: str
    text: str


def problems(catalogue: Catalogue) -> Iterator[Problem]:
    """Everything that is wrong between the records, in the order of the catalogue."""
    for kind in ("jurisdictions", "calendars", "authorities", "programmes"):
        yield from _repeated(kind, "", "code", (row.code for row in getattr(catalogue, kind)))
    for jurisdiction in catalogue.jurisdictions:
        yield from _jurisdiction(jurisdiction)
    for calendar in catalogue.calendars:
        yield from _calendar(calendar)
    for authority in catalogue.authorities:
        yield from _authority(authority, catalogue)
    for programme in catalogue.programmes:
        yield from _programme(programme, catalogue)
    yield from _routing(catalogue)
    yield from _questions(catalogue)
    yield from _equivalences(catalogue)
    for code, key, text in evidence_problems(catalogue):
        yield Problem("questions", code, key, text)


def _repeated(kind: str, code: str, key: str, codes: Iterable[str]) -> Iterator[Problem]:
    """Codes that occur more than once."""
    for value, times in Counter(codes).items():
        if times > 1:
            yield Problem(kind, code or value, key, f"{value!r} occurs {times} times")


def _zone(kind: str, code: str, name: str) -> Iterator[Problem]:
    try:
        zone(name)
    except ClockError as error:
        yield Problem(kind, code, "time_zone", str(error))


def _jurisdiction(row: Jurisdiction) -> Iterator[Problem]:
    if not re.fullmatch(r"[A-Z]{2}", row.code):
        yield Problem("jurisdictions", row.code, "code", "must be two capital letters")
    if not re.fullmatch(r"[A-Z]{2}", row.country):
        yield Problem("jurisdictions", row.code, "country", "must be two capital letters, as in GB")
    if not re.fullmatch(r"[A-Z]{3}", row.currency):
        yield Problem("jurisdictions", row.code, "currency", "must be three capital letters, as in GBP")
    if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", row.language):
        yield Problem("jurisdictions", row.code, "language", "must be a language code, as in en-GB")
    yield from _zone("jurisdictions", row.code, row.time_zone)


def _calendar(row: CalendarRecord) -> Iterator[Problem]:
    if row.known_from > row.known_until:
        yield Problem("calendars", row.code, "known_until", "is before known_from")
    if not set(row.weekend) <= set(range(7)):
        yield Problem("calendars", row.code, "weekend", "days are numbered from 0 (Monday) to 6")
    yield from _zone("calendars", row.code, row.time_zone)


def _authority(row: AuthorityRecord, catalogue: Catalogue) -> Iterator[Problem]:
    if row.jurisdiction not in {j.code for j in catalogue.jurisdictions}:
        yield Problem("authorities", row.code, "jurisdiction", f"there is no jurisdiction {row.jurisdiction!r}")
    if row.calendar not in {c.code for c in catalogue.calendars}:
        yield Problem("authorities", row.code, "calendar", f"there is no calendar {row.calendar!r}")
    yield from _zone("authorities", row.code, row.time_zone)
    orders = [level.order for level in row.sign_off]
    if orders != list(range(1, row.signatories_required + 1)):
        needed = f"1 to {row.signatories_required}, one for each signatory that is required"
        yield Problem("authorities", row.code, "sign_off", f"orders must be {needed}")
    for key in ("instruments", "clocks", "criteria", "checklist"):
        yield from _repeated("authorities", row.code, key, (part.code for part in getattr(row, key)))
    for action in InstrumentAction:
        if not any(action in instrument.actions for instrument in row.instruments):
            yield Problem("authorities", row.code, "instruments", f"none can {action}")
    yield from _procedure(row)
    yield from _checklist(row, catalogue)
    for code, text in wrong_requirements(row.requirements, frozenset(one.code for one in row.criteria)):
        yield Problem("authorities", row.code, f"requirements.{code}", text)
    for clock in row.clocks:
        yield from _clock(row, clock)


def _checklist(row: AuthorityRecord, catalogue: Catalogue) -> Iterator[Problem]:
    """A desk screens by answers that some version of the questions of its programmes asks for."""
    mine = {one.code for one in catalogue.programmes if any(member.code == row.code for member in one.authorities)}
    known = {one.path for version in catalogue.questions if version.programme in mine for one in version.questions}
    for item in row.checklist:
        for field in item.fields if mine else ():
            if field not in known:
                yield Problem("authorities", row.code, f"checklist.{item.code}.fields", f"there is no answer {field!r}")


def _questions(catalogue: Catalogue) -> Iterator[Problem]:
    """Every programme asks something, no version twice, and every name in a set leads somewhere."""
    programmes = {row.code: row for row in catalogue.programmes}
    yield from _repeated("questions", "", "version", (row.code for row in catalogue.questions))
    for code in programmes.keys() - {row.programme for row in catalogue.questions}:
        yield Problem("programmes", code, "questions", "there is no question set for this programme")
    for row in catalogue.questions:
        for key, text in set_problems(row, programmes.get(row.programme)):
            yield Problem("questions", row.code, key, text)


def _procedure(row: AuthorityRecord) -> Iterator[Problem]:
    clocks = {clock.code for clock in row.clocks}
    for instrument in row.instruments:
        for item in instrument.procedure_items:
            if item.clock and item.clock not in clocks:
                key = f"instruments.{instrument.code}.procedure_items.{item.code}.clock"
                yield Problem("authorities", row.code, key, f"this authority has no clock {item.clock!r}")


def _clock(row: AuthorityRecord, clock: ClockRecord) -> Iterator[Problem]:
    key = f"clocks.{clock.code}"
    try:
        rule_from_text(
            clock.length,
            clock.unit,
            count_start_day=clock.count_start_day,
            roll_forward=clock.roll_forward,
            pause=clock.pause,
            long_stop=clock.long_stop,
            warn_at=clock.warn_at,
        )
    except ClockError as error:
        yield Problem("authorities", row.code, key, str(error))
    if (clock.kind is ClockKind.SERVICE_STANDARD) != (clock.sure is Sure.PROGRAMME):
        text = 'a programme service standard, and nothing else, is sure = "programme": it is no law'
        yield Problem("authorities", row.code, f"{key}.kind", text)


def _programme(row: ProgrammeRecord, catalogue: Catalogue) -> Iterator[Problem]:
    for key in (
        "joint_criteria",
        "activities",
        "asset_classes",
        "metrics",
        "safeguards",
        "cadences",
        "texts",
        "risk_flags",
        "document_classes",
        "treatment_claims",
        "readiness",
        "windows",
        "hurdles",
    ):
        yield from _repeated("programmes", row.code, key, (part.code for part in getattr(row, key)))
    known = {j.code for j in catalogue.jurisdictions}
    for code in row.jurisdictions:
        if code not in known:
            yield Problem("programmes", row.code, "jurisdictions", f"there is no jurisdiction {code!r}")
    for asset in row.asset_classes:
        if asset.jurisdiction not in row.jurisdictions:
            text = f"{asset.jurisdiction!r} takes no part in the programme"
            yield Problem("programmes", row.code, f"asset_classes.{asset.code}.jurisdiction", text)
    yield from _standard(row)
    yield from _members(row, catalogue)
    yield from _fallbacks(row, catalogue)
    yield from _offers(row)


def _offers(row: ProgrammeRecord) -> Iterator[Problem]:
    """What it tells firms and offers them is made of its own words and authorities."""
    for window in row.windows:
        for text in _window(window):
            yield Problem("programmes", row.code, f"windows.{window.code}", text)
    if (row.intake is Intake.WINDOW) != bool(row.windows):
        yield Problem("programmes", row.code, "windows", "are for an intake in windows, which needs at least one")
    for hurdle in row.hurdles:
        for text in _hurdle(hurdle, row):
            yield Problem("programmes", row.code, f"hurdles.{hurdle.code}", text)
    members = {member.code for member in row.authorities}
    for claim in row.treatment_claims:
        if claim.authority not in members:
            text = f"{claim.authority!r} takes no part in the programme"
            yield Problem("programmes", row.code, f"treatment_claims.{claim.code}.authority", text)


def _standard(row: ProgrammeRecord) -> Iterator[Problem]:
    if row.service_standard.sure is not Sure.PROGRAMME:
        yield Problem("programmes", row.code, "service_standard.sure", 'must be "programme": it is no law')
    units = [("service_standard", row.service_standard.length, row.service_standard.unit)]
    for cadence in row.cadences:
        units.append((f"cadences.{cadence.code}", cadence.every, cadence.unit))
        units.append((f"cadences.{cadence.code}", cadence.due_after, cadence.due_unit))
    for key, length, unit in units:
        try:
            rule_from_text(length, unit)
        except ClockError as error:
            yield Problem("programmes", row.code, key, str(error))


def _members(row: ProgrammeRecord, catalogue: Catalogue) -> Iterator[Problem]:
    """Its authorities exist, belong to its jurisdictions, and their criteria meet its joint ones."""
    yield from _repeated("programmes", row.code, "authorities", (member.code for member in row.authorities))
    if not any(member.part is Part.DECIDES for member in row.authorities):
        yield Problem("programmes", row.code, "authorities", "none of them decides")
    authorities = {authority.code: authority for authority in catalogue.authorities}
    joint = {criterion.code for criterion in row.joint_criteria}
    for member in row.authorities:
        authority = authorities.get(member.code)
        if authority is None:
            yield Problem("programmes", row.code, "authorities", f"there is no authority {member.code!r}")
            continue
        if authority.jurisdiction not in row.jurisdictions:
            yield Problem("programmes", row.code, "authorities", f"{member.code} is of another jurisdiction")
        for criterion in authority.criteria:
            if criterion.joint not in joint:
                text = f"{criterion.joint!r} is no joint criterion of {row.code}"
                yield Problem("authorities", authority.code, f"criteria.{criterion.code}.joint", text)


def _routing(catalogue: Catalogue) -> Iterator[Problem]:
    for path, times in Counter((row.programme, row.version) for row in catalogue.routing).items():
        if times > 1:
            yield Problem("routing", f"{path[0]} version {path[1]}", "version", f"{path[1]} occurs {times} times")
    for rules in catalogue.routing:
        yield from rule_problems(rules, catalogue)


def rule_problems(rules: RuleSet, catalogue: Catalogue) -> Iterator[Problem]:
    """What is wrong in one version of the routing rules: words that the programme or its authorities do not have."""
    programme = next((row for row in catalogue.programmes if row.code == rules.programme), None)
    if programme is None:
        yield Problem("routing", rules.code, "programme", f"there is no programme {rules.programme!r}")
        return
    if rules.version < 1:
        yield Problem("routing", rules.code, "version", "is counted from 1")
    yield from _repeated("routing", rules.code, "routes", (row.code for row in rules.routes))
    authorities = {row.code: row for row in catalogue.authorities}
    for row in rules.routes:
        for text in (*_words(row, programme), *_target(row, programme, authorities.get(row.authority))):
            yield Problem("routing", rules.code, f"routes.{row.code}", text)


def _window(row: WindowRecord) -> Iterator[str]:
    """It opens before it closes, at moments that name their distance from UTC, and has places."""
    try:
        opens, closes = (datetime.fromisoformat(text) for text in (row.opens_at, row.closes_at))
    except ValueError as error:
        yield str(error)
        return
    if opens.tzinfo is None or closes.tzinfo is None:
        yield "a moment needs its distance from UTC, as 2026-11-30T09:00:00+00:00"
    elif opens >= closes:
        yield "closes before it opens"
    if row.places < 1:
        yield "needs at least one place"


def _hurdle(row: Hurdle, programme: ProgrammeRecord) -> Iterator[str]:
    """Its conditions are made of words that exist; the authority that it names takes part."""
    yield from _words(row, programme)
    if row.jurisdiction not in (ANY, *programme.jurisdictions):
        yield f"{row.jurisdiction!r} takes no part in the programme"
    if row.authority and row.authority not in {member.code for member in programme.authorities}:
        yield f"{row.authority!r} takes no part in {programme.code}"


def _words(row: RoutingRule | Hurdle, programme: ProgrammeRecord) -> Iterator[str]:
    """The conditions are made of words that exist."""
    known = {
        "activity": (row.activities, {one.code for one in programme.activities}),
        "risk flag": (row.flags, {one.code for one in programme.risk_flags}),
        "standing of a legal entity": (row.entity, set(PRESENCES)),
    }
    for kind, (asked, words) in known.items():
        for code in asked:
            if code not in words:
                yield f"there is no {kind} {code!r}"
    places = {one.code: one.jurisdiction for one in programme.asset_classes}
    for code in row.asset_classes:
        if row.jurisdiction not in (ANY, places.get(code)) or code not in places:
            yield f"there is no asset class {code!r} under the regime of {row.jurisdiction}"


def _target(row: RoutingRule, programme: ProgrammeRecord, authority: AuthorityRecord | None) -> Iterator[str]:
    """The authority takes part and is of the rule's jurisdiction; one that observes may look on from anywhere."""
    member = next((one for one in programme.authorities if one.code == row.authority), None)
    if authority is None or member is None:
        yield f"{row.authority!r} takes no part in {programme.code}"
    elif row.jurisdiction == ANY:
        if member.part is not Part.OBSERVES:
            yield f"{row.authority} does not only observe, so the rule has to name its jurisdiction"
        if row.entity:
            yield "the standing of a legal entity can be asked in a jurisdiction only"
    elif authority.jurisdiction != row.jurisdiction:
        yield f"{row.authority} is of {authority.jurisdiction}, not of {row.jurisdiction}"


def _fallbacks(row: ProgrammeRecord, catalogue: Catalogue) -> Iterator[Problem]:
    """A fallback queue is that of an authority of the jurisdiction which decides."""
    yield from _repeated("programmes", row.code, "fallbacks", (one.jurisdiction for one in row.fallbacks))
    homes = {one.code: one.jurisdiction for one in catalogue.authorities}
    deciding = {one.code: homes.get(one.code) for one in row.authorities if one.part is Part.DECIDES}
    for one in row.fallbacks:
        if deciding.get(one.authority) != one.jurisdiction:
            text = f"{one.authority} is no authority of {one.jurisdiction} that decides in this programme"
            yield Problem("programmes", row.code, f"fallbacks.{one.jurisdiction}", text)


def _equivalences(catalogue: Catalogue) -> Iterator[Problem]:
    """No pair of authorities has two files, and each of them holds by itself."""
    yield from _repeated("equivalences", "", "code", (table.code for table in catalogue.equivalences))
    for table in catalogue.equivalences:
        yield from equivalence_problems(table, catalogue)


def equivalence_problems(table: Equivalences, catalogue: Catalogue) -> Iterator[Problem]:
    """Both criteria exist, and no pair of them is said twice for the same day; the same of requirements."""
    known = {(row.code, criterion.code) for row in catalogue.authorities for criterion in row.criteria}
    for row in table.rows:
        for authority, criterion in ((table.authority, row.criterion), (table.to, row.other)):
            if (authority, criterion) not in known:
                yield Problem("equivalences", table.code, "rows", f"{authority} has no criterion {criterion!r}")
        if row.valid_until is not None and row.valid_until < row.valid_from:
            yield Problem("equivalences", table.code, f"rows.{row.criterion}.valid_until", "is before valid_from")
    said = (f"{row.criterion} to {row.other} from {row.valid_from}" for row in table.rows)
    yield from _repeated("equivalences", table.code, "rows", said)
    yield from _requirement_pairs(table, catalogue)


def _requirement_pairs(table: Equivalences, catalogue: Catalogue) -> Iterator[Problem]:
    """Both requirements exist, and on each day a pair of them has one relation at most."""
    known = {(row.code, one.code) for row in catalogue.authorities for one in row.requirements}
    for row in table.requirements:
        for authority, code in ((table.authority, row.requirement), (table.to, row.other)):
            if (authority, code) not in known:
                yield Problem("equivalences", table.code, "requirements", f"{authority} has no requirement {code!r}")
    for code, text in wrong_equivalences(table.requirements):
        yield Problem("equivalences", table.code, f"requirements.{code}", text)
