"""What anybody may read before applying: programmes, their authorities (the compendium), and the fit check.

Reference data only: no case, no firm and no person is asked. Every row that comes from the world keeps its source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.catalogue import ClockKind
from sandbox.domain.clocks import ClockRule, rule_from_content
from sandbox.domain.dossier import Place
from sandbox.domain.errors import NotFound
from sandbox.domain.fit import Answers, Fit, fit
from sandbox.domain.routing import rules_from
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import (
    Authority,
    Criterion,
    Instrument,
    Jurisdiction,
    Programme,
    ProgrammeAuthority,
    RuleSet,
)
from sandbox.models.catalogue import ClockRule as ClockRow


@dataclass(frozen=True, slots=True)
class Member:
    """An authority's place in a programme, with the head of its compendium record."""

    code: str
    name: str
    jurisdiction: str
    part: str
    required: bool
    remit: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A programme in a list."""

    id: UUID
    code: str
    name: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ProgrammePage:
    """A programme as anybody reads it."""

    id: UUID
    code: str
    name: str
    content: Mapping[str, Any]
    places: Mapping[str, Place]
    members: tuple[Member, ...]

    def text(self, code: str) -> Mapping[str, Any] | None:
        """A text of the programme."""
        return next((row for row in self.content.get("texts") or () if row["code"] == code), None)


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A period of an authority: what for, how long, from when, and whether law sets it."""

    code: str
    title: str
    starts: str
    rule: ClockRule
    by_law: bool
    source: str
    sure: str


@dataclass(frozen=True, slots=True)
class Compendium:
    """Everything that the catalogue says of an authority. `programmes`: code, name, part, required."""

    code: str
    name: str
    place: Place
    calendar: str
    zone: str
    content: Mapping[str, Any]
    instruments: tuple[Mapping[str, Any], ...]
    criteria: tuple[Mapping[str, Any], ...]
    clocks: tuple[ClockLine, ...]
    programmes: tuple[tuple[str, str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer to a fit check: what was found, with the names of the authorities and the rules' version."""

    found: Fit
    names: Mapping[str, str]
    version: int


def programmes() -> tuple[ProgrammeRow, ...]:
    """All programmes by name."""
    rows = db.session.execute(select(Programme.id, Programme.code, Programme.name, Programme.content))
    return tuple(ProgrammeRow(*row) for row in sorted(rows, key=lambda row: row.name))


def _places(codes: Mapping[str, Any]) -> dict[str, Place]:
    wanted = list(codes.get("jurisdictions") or ())
    found = {
        row.code: Place(row.code, row.name, row.currency)
        for row in db.session.execute(
            select(Jurisdiction.code, Jurisdiction.name, Jurisdiction.currency).where(Jurisdiction.code.in_(wanted))
        )
    }
    return {code: found[code] for code in wanted if code in found}


def countries(codes: Iterable[str]) -> dict[str, str]:
    """The country (ISO 3166) of each of these jurisdictions."""
    wanted = select(Jurisdiction.code, Jurisdiction.country).where(Jurisdiction.code.in_(list(codes)))
    return {row.code: row.country for row in db.session.execute(wanted)}


def programme(code: str) -> ProgrammePage:
    """One programme with its authorities in its order. Raises NotFound."""
    row = db.session.execute(
        select(Programme.id, Programme.code, Programme.name, Programme.content).where(Programme.code == code)
    ).one_or_none()
    if row is None:
        raise NotFound("There is nothing here.")
    members = db.session.execute(
        select(
            Authority.code,
            Authority.name,
            Authority.jurisdiction,
            ProgrammeAuthority.part,
            ProgrammeAuthority.required,
            Authority.content,
        )
        .join(ProgrammeAuthority, ProgrammeAuthority.authority_id == Authority.id)
        .where(ProgrammeAuthority.programme_id == row.id)
        .order_by(ProgrammeAuthority.position),
    )
    return ProgrammePage(
        id=row.id,
        code=row.code,
        name=row.name,
        content=row.content,
        places=_places(row.content),
        members=tuple(
            Member(one.code, one.name, one.jurisdiction, one.part, one.required, one.content["remit"])
            for one in members
        ),
    )


def authority(code: str) -> Compendium:
    """The compendium record of an authority. Raises NotFound."""
    row = db.session.execute(
        select(Authority, Jurisdiction.name, Jurisdiction.currency)
        .join(Jurisdiction, Jurisdiction.code == Authority.jurisdiction)
        .where(Authority.code == code),
    ).one_or_none()
    if row is None:
        raise NotFound("There is nothing here.")
    record: Authority = row.Authority
    instruments = db.session.scalars(select(Instrument).where(Instrument.authority_id == record.id))
    criteria = db.session.scalars(
        select(Criterion)
        .where(Criterion.authority_id == record.id, Criterion.current.is_(True))
        .order_by(Criterion.position)
    )
    clocks = db.session.execute(
        select(ClockRow.code, ClockRow.content).where(ClockRow.authority_id == record.id).order_by(ClockRow.code)
    ).all()
    places = db.session.execute(
        select(Programme.code, Programme.name, ProgrammeAuthority.part, ProgrammeAuthority.required)
        .join(ProgrammeAuthority, ProgrammeAuthority.programme_id == Programme.id)
        .where(ProgrammeAuthority.authority_id == record.id)
        .order_by(Programme.name),
    )
    order = [item["code"] for item in record.content.get("instruments") or ()]
    return Compendium(
        code=record.code,
        name=record.name,
        place=Place(record.jurisdiction, row.name, row.currency),
        calendar=record.calendar,
        zone=record.time_zone,
        content=record.content,
        instruments=tuple(
            {**one.content, "name": one.name, "legal_basis": one.legal_basis}
            for one in sorted(instruments, key=lambda one: order.index(one.code) if one.code in order else len(order))
        ),
        criteria=tuple({**one.content, "title": one.title, "question": one.question} for one in criteria),
        clocks=tuple(_clock(one.code, one.content) for one in clocks),
        programmes=tuple((one.code, one.name, one.part, one.required) for one in places),
    )


def _clock(code: str, content: Mapping[str, Any]) -> ClockLine:
    return ClockLine(
        code=code,
        title=f"{content['process']}: {content['step']}",
        starts=content["starts"],
        rule=rule_from_content(content),
        by_law=content["kind"] == ClockKind.LAW.value,
        source=content["source"],
        sure=content["sure"],
    )


def check(page: ProgrammePage, answers: Answers) -> Checked:
    """Hold answers against the programme by the routing rules that count today. Raises NotFound without any."""
    rules = db.session.scalars(
        select(RuleSet)
        .where(RuleSet.programme_id == page.id, RuleSet.valid_from <= now().date())
        .order_by(RuleSet.version.desc())
        .limit(1),
    ).one_or_none()
    if rules is None:
        raise NotFound("This programme has no routing rules yet.")
    homes = {one.code: one.jurisdiction for one in page.members if one.part == "decides"}
    found = fit(answers, page.content, rules_from(rules.content), homes)
    return Checked(found, {one.code: one.name for one in page.members}, rules.version)


__all__ = [
    "Checked", "ClockLine", "Compendium", "Member", "ProgrammePage", "ProgrammeRow", "authority", "check", "countries",
    "programme", "programmes",
]  # fmt: skip
