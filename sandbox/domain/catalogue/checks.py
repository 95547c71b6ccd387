"""What must hold between the records of a catalogue before anything may use it.

Rule: a service standard is never law, every criterion meets a joint criterion, every route leads to an authority of
its own jurisdiction. All problems are named at once, each with its record and key.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sandbox.domain.calendars import ClockError, zone
from sandbox.domain.catalogue.authorities import AuthorityRecord, CalendarRecord, ClockRecord, Jurisdiction
from sandbox.domain.catalogue.programmes import ProgrammeRecord, RoutingRule
from sandbox.domain.catalogue.tables import Catalogue
from sandbox.domain.catalogue.terms import ClockKind, InstrumentAction, Part, Sure
from sandbox.domain.clocks import rule_from_text


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
    for key in ("instruments", "clocks", "criteria"):
        yield from _repeated("authorities", row.code, key, (part.code for part in getattr(row, key)))
    for action in InstrumentAction:
        if not any(action in instrument.actions for instrument in row.instruments):
            yield Problem("authorities", row.code, "instruments", f"none can {action}")
    yield from _procedure(row)
    for clock in row.clocks:
        yield from _clock(row, clock)


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
    for key in ("joint_criteria", "activities", "asset_classes", "metrics", "safeguards", "cadences", "texts"):
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
    programmes = {row.code: row for row in catalogue.programmes}
    authorities = {row.code: row for row in catalogue.authorities}
    seen: Counter[tuple[str, ...]] = Counter()
    for number, row in enumerate(catalogue.routing, start=1):
        programme = programmes.get(row.programme)
        if programme is None:
            yield Problem("routing", row.programme, "programme", f"there is no programme {row.programme!r}")
            continue
        key = f"{row.activity} / {row.asset_class} / {row.jurisdiction} (row {number})"
        for text in _route(row, programme, authorities.get(row.authority)):
            yield Problem("routing", row.programme, key, text)
        seen[(row.programme, row.activity, row.asset_class, row.jurisdiction, row.authority)] += 1
    for path, times in seen.items():
        if times > 1:
            yield Problem("routing", path[0], " / ".join(path[1:]), f"occurs {times} times")


def _route(row: RoutingRule, programme: ProgrammeRecord, authority: AuthorityRecord | None) -> Iterator[str]:
    if row.activity not in {activity.code for activity in programme.activities}:
        yield f"there is no activity {row.activity!r}"
    if (row.asset_class, row.jurisdiction) not in {(a.code, a.jurisdiction) for a in programme.asset_classes}:
        yield f"there is no asset class {row.asset_class!r} under the regime of {row.jurisdiction}"
    if authority is None or row.authority not in {member.code for member in programme.authorities}:
        yield f"{row.authority!r} takes no part in {programme.code}"
    elif authority.jurisdiction != row.jurisdiction:
        yield f"{row.authority} is of {authority.jurisdiction}, not of {row.jurisdiction}"
