"""Interests in a case: what is shown to declare, and what the ethics officer and the coordinator decide on.

Rule: before a declaration only reference, names, state and dates; the ethics officer reads no more than that, ever.
Declarations are read inside the own authority alone; a person's register of interests only by that person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from sandbox.domain.actions import Action
from sandbox.domain.actors import ROLE_TITLES, Actor, Role
from sandbox.domain.conflicts import KINDS, PENDING, Interest, Match, matches
from sandbox.domain.errors import NotFound
from sandbox.domain.policy import CASE_STAFF, demand
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.desks import Case, CaseParty, ConflictDeclaration, StandIn, StandingInterest
from sandbox.models.people import Firm, Person, PersonRole
from sandbox.queries import PAGE_SIZE, Page, instant, page_of, place
from sandbox.queries.access import permitted
from sandbox.queries.desks.sight import Sight, sight

KIND_WORDS = {kind.code: kind.label for kind in KINDS}
OUTCOME_WORDS = {
    "none": ("No interest", "good"),
    PENDING: ("Interest declared, not settled", "warning"),
    "managed": ("Managed", "info"),
    "waived": ("Waived", "info"),
    "recused": ("Recused", "bad"),
}


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party by name, since when it is named, until when it was, and whether the firm reported it apart."""

    id: UUID
    kind: str
    name: str
    named_at: datetime
    ended_at: datetime | None
    reported: bool


@dataclass(frozen=True, slots=True)
class Declaring:
    """What is shown to somebody who declares. `because`: why they are asked again; `why`: `none` needs a reason."""

    parties: tuple[PartyRow, ...]
    found: tuple[Match, ...]
    why: bool
    said: str | None
    measures: str
    kinds: tuple[str, ...]
    because: str


def party_rows(case_id: UUID) -> tuple[PartyRow, ...]:
    """All parties of a case, present and earlier ones, the oldest first. The caller has asked who reads."""
    rows = db.session.execute(
        select(
            CaseParty.id,
            CaseParty.kind,
            CaseParty.name,
            CaseParty.named_at,
            CaseParty.ended_at,
            CaseParty.change_id,
        )
        .where(CaseParty.case_id == case_id)
        .order_by(CaseParty.named_at, CaseParty.id),
    )
    return tuple(
        PartyRow(row.id, row.kind, row.name, row.named_at, row.ended_at, row.change_id is not None) for row in rows
    )


def interests(viewer: Actor) -> tuple[tuple[UUID, Interest], ...]:
    """The viewer's own register, with the ids of its lines. Raises NotAllowed."""
    demand(viewer, Action.INTERESTS_EDIT)
    rows = db.session.execute(
        select(
            StandingInterest.id,
            StandingInterest.kind,
            StandingInterest.name,
            StandingInterest.since,
            StandingInterest.until,
        )
        .where(StandingInterest.person_id == viewer.person_id)
        .order_by(StandingInterest.created_at, StandingInterest.id),
    )
    return tuple((row.id, Interest(row.kind, row.name, row.since, row.until)) for row in rows)


def _addresses(seen: Sight) -> list[str]:
    people = db.session.scalars(select(Person.email).where(Person.organisation_id == seen.facts.firm_id)).all()
    record = db.session.scalar(select(ApplicationVersion.record).where(ApplicationVersion.id == seen.version_id)) or {}
    contact = ((record.get("sections") or {}).get("firm") or {}).get("contact_email")
    return [*people, *([contact] if contact else [])]


def declaring(seen: Sight) -> Declaring:
    """What the viewer is shown to declare, in at most five statements. `seen` proves that they may know of the case."""
    parties = party_rows(seen.case_id)
    may = seen.may(Action.DESK_DECLARE)
    told = [interest for _, interest in interests(seen.viewer)] if may else []
    live = [seen.firm, *(row.name for row in parties if row.ended_at is None)]
    mine = and_(ConflictDeclaration.case_id == seen.case_id, ConflictDeclaration.person_id == seen.viewer.person_id)
    had = select(func.count()).where(mine, ConflictDeclaration.outcome != "none").scalar_subquery()
    last = db.session.execute(
        select(
            ConflictDeclaration.measures,
            ConflictDeclaration.kinds,
            ConflictDeclaration.superseded_at,
            ConflictDeclaration.superseded_because,
            had.label("had"),
        )
        .where(mine)
        .order_by(ConflictDeclaration.superseded_at.is_not(None), ConflictDeclaration.superseded_at.desc())
        .limit(1),
    ).one_or_none()
    found = matches(told, live, _addresses(seen)) if told else ()
    return Declaring(
        parties=parties,
        found=found,
        why=bool(found) or bool(last and last.had),
        said=seen.said,
        measures=(last.measures or "") if last is not None and last.superseded_at is None else "",
        kinds=tuple(last.kinds) if last is not None and last.superseded_at is None else (),
        because=(last.superseded_because or "") if last is not None and last.superseded_at is not None else "",
    )


@dataclass(frozen=True, slots=True)
class DeclarationRow:
    """One declaration as the own authority reads it."""

    id: UUID
    case_id: UUID
    reference: str
    firm: str
    person_id: UUID
    person: str
    outcome: str
    words: str
    tone: str
    kinds: tuple[str, ...]
    details: str
    measures: str
    matches: tuple[str, ...]
    reason: str
    decided_by: str
    declared_at: datetime
    superseded_at: datetime | None
    superseded_because: str


def _declarations(viewer: Actor) -> Any:
    judge = aliased(Person)
    return (
        select(
            ConflictDeclaration,
            Case.reference,
            Firm.legal_name,
            Person.name,
            judge.name.label("judge"),
        )
        .join(Case, Case.id == ConflictDeclaration.case_id)
        .join(Firm, Firm.id == Case.firm_id)
        .join(Person, Person.id == ConflictDeclaration.person_id)
        .outerjoin(judge, judge.id == ConflictDeclaration.decided_by)
        .where(Person.organisation_id == viewer.organisation_id, permitted(viewer, Action.DECLARATION_READ))
    )


def _row(found: Any) -> DeclarationRow:
    said = found.ConflictDeclaration
    words, tone = OUTCOME_WORDS[said.outcome]
    return DeclarationRow(
        id=said.id,
        case_id=said.case_id,
        reference=found.reference,
        firm=found.legal_name,
        person_id=said.person_id,
        person=found.name,
        outcome=said.outcome,
        words=words,
        tone=tone,
        kinds=tuple(KIND_WORDS.get(kind, kind) for kind in said.kinds),
        details=said.details,
        measures=said.measures or "",
        matches=tuple(said.matches or ()),
        reason=said.reason or "",
        decided_by=found.judge or "",
        declared_at=said.declared_at,
        superseded_at=said.superseded_at,
        superseded_because=said.superseded_because or "",
    )


SHOWN = {
    "pending": ConflictDeclaration.outcome == PENDING,
    "interests": ConflictDeclaration.outcome != "none",
    "all": ConflictDeclaration.id.is_not(None),
}


def declarations(
    viewer: Actor, *, show: str = "pending", find: str = "", after: str | None = None, size: int = PAGE_SIZE
) -> Page[DeclarationRow]:
    """The live declarations of the own authority, newest first, in one statement.

    `find`: a part of the reference, or of the name of the firm or the person.
    """
    statement = _declarations(viewer).where(ConflictDeclaration.superseded_at.is_(None), SHOWN[show])
    if find:
        like = f"%{find.replace('/', '//').replace('%', '/%').replace('_', '/_')}%"
        named = (Case.reference, Firm.legal_name, Person.name)
        statement = statement.where(or_(*(column.ilike(like, "/") for column in named)))
    start = place(after, instant, UUID)
    if start is not None:
        moment, key = ConflictDeclaration.declared_at, ConflictDeclaration.id
        statement = statement.where(
            tuple_(moment, key) < tuple_(literal(start[0], moment.type), literal(start[1], key.type))
        )
    rows = db.session.execute(
        statement.order_by(ConflictDeclaration.declared_at.desc(), ConflictDeclaration.id.desc()).limit(size + 1),
    ).all()
    return page_of([_row(row) for row in rows], lambda row: (row.declared_at, row.id), size)


@dataclass(frozen=True, slots=True)
class StandInRow:
    """Somebody who holds a role for this case."""

    id: UUID
    person: str
    role: str
    reason: str
    appointed_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Interested:
    """The interests of one's colleagues in one case: declarations, present and earlier, and stand-ins."""

    sight: Sight
    desk_id: UUID
    live: tuple[DeclarationRow, ...]
    earlier: tuple[DeclarationRow, ...]
    silent: tuple[tuple[UUID, str], ...]
    stand_ins: tuple[StandInRow, ...]
    roles: dict[UUID, tuple[str, ...]]


def of_case(viewer: Actor, case_id: UUID) -> Interested:
    """The own authority's declarations in a case, in four statements. Raises NotFound for everybody else."""
    seen = sight(viewer, case_id, Action.DECLARATION_READ)
    if seen.desk_id is None:
        raise NotFound("There is nothing here.")
    rows = [
        _row(row)
        for row in db.session.execute(
            _declarations(viewer)
            .where(ConflictDeclaration.case_id == case_id)
            .order_by(Person.name, ConflictDeclaration.declared_at.desc(), ConflictDeclaration.id),
        )
    ]
    live = tuple(row for row in rows if row.superseded_at is None)
    staff = db.session.execute(
        select(Person.id, Person.name, func.aggregate_strings(PersonRole.role, ",").label("roles"))
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(
            Person.organisation_id == viewer.organisation_id,
            Person.active.is_(True),
            PersonRole.role.in_(CASE_STAFF),
        )
        .group_by(Person.id, Person.name)
        .order_by(Person.name, Person.id),
    ).all()
    declared = {row.person_id for row in live}
    return Interested(
        sight=seen,
        desk_id=seen.desk_id,
        live=live,
        earlier=tuple(row for row in rows if row.superseded_at is not None),
        silent=tuple((row.id, row.name) for row in staff if row.id not in declared),
        stand_ins=_stand_ins(seen),
        roles={row.id: tuple(ROLE_TITLES[Role(role)] for role in sorted(row.roles.split(","))) for row in staff},
    )


def _stand_ins(seen: Sight) -> tuple[StandInRow, ...]:
    rows = db.session.execute(
        select(StandIn, Person.name)
        .join(Person, Person.id == StandIn.person_id)
        .where(StandIn.desk_id == seen.desk_id)
        .order_by(StandIn.appointed_at, StandIn.id),
    )
    return tuple(
        StandInRow(row.id, name, ROLE_TITLES[Role(row.role)], row.reason, row.appointed_at, row.ended_at)
        for row, name in rows
    )


def colleague(viewer: Actor, case_id: UUID, person_id: UUID) -> tuple[Interested, str, DeclarationRow | None]:
    """One colleague in a case: the page's data, the name, the live declaration. Raises NotFound."""
    found = of_case(viewer, case_id)
    said = next((row for row in found.live if row.person_id == person_id), None)
    name = said.person if said is not None else dict(found.silent).get(person_id)
    if name is None:
        raise NotFound("There is nothing here.")
    return found, name, said


__all__ = [
    "DeclarationRow",
    "Declaring",
    "Interested",
    "PartyRow",
    "StandInRow",
    "colleague",
    "declarations",
    "declaring",
    "interests",
    "of_case",
    "party_rows",
]
