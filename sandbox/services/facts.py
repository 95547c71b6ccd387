"""What the lock must know of a case and this actor, in a few statements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, or_, select

from sandbox.domain.actors import Actor, Organisation, Role
from sandbox.domain.conflicts import EFFECTIVE, RECUSED
from sandbox.domain.policy import OBSERVES, Bar, CaseFacts
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.desks import Case, ConflictDeclaration, Desk, DeskAssignment, StandIn
from sandbox.models.duties import taken
from sandbox.models.firms import Engagement


@cache
def _duties() -> Select[*tuple[Any, ...]]:
    """Built once: every use case on a case asks it."""
    parts = taken(bindparam("desk", type_=Uuid()), bindparam("case", type_=Uuid()), bindparam("me", type_=Uuid()))
    return select(*(done.label(bar.value) for bar, done in parts.items()))


def bars_of(person_id: UUID, desk_id: UUID, case_id: UUID) -> frozenset[Bar]:
    """What the person ever did on the desk that keeps other duties from them."""
    row = db.session.execute(_duties(), {"desk": desk_id, "case": case_id, "me": person_id}).one()
    return frozenset(Bar(name) for name, done in row._mapping.items() if done)


def roles_for(person_id: UUID, case_id: UUID) -> frozenset[Role]:
    """The roles that somebody holds for this case only."""
    held = select(StandIn.role).where(
        StandIn.case_id == case_id, StandIn.person_id == person_id, StandIn.ended_at.is_(None)
    )
    return frozenset(Role(role) for role in db.session.scalars(held))


def stand_in_roles(people: Iterable[UUID]) -> dict[UUID, frozenset[Role]]:
    """Person → the roles that they hold for some case only."""
    found: dict[UUID, set[Role]] = {}
    held = select(StandIn.person_id, StandIn.role).where(StandIn.person_id.in_(people), StandIn.ended_at.is_(None))
    for person_id, role in db.session.execute(held):
        found.setdefault(person_id, set()).add(Role(role))
    return {person_id: frozenset(roles) for person_id, roles in found.items()}


def engaged_now(moment: datetime) -> ColumnElement[bool]:
    """A condition on `Engagement`: it has begun and has not ended."""
    return and_(Engagement.begins_at <= moment, or_(Engagement.ends_at.is_(None), Engagement.ends_at > moment))


def acts_for(people: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Person → the firms that engage them as counsel at this moment."""
    found: dict[UUID, set[UUID]] = {}
    live = select(Engagement.counsel_id, Engagement.firm_id).where(
        Engagement.counsel_id.in_(people), engaged_now(now())
    )
    for person_id, firm_id in db.session.execute(live):
        found.setdefault(person_id, set()).add(firm_id)
    return {person_id: frozenset(firms) for person_id, firms in found.items()}


def case_facts(actor: Actor, case_id: UUID, *, subject_authority: UUID | None = None) -> CaseFacts:
    """The facts for a case. `subject_authority` is the authority whose desk the act concerns, if any.

    Raises NoResultFound when there is no such case.
    """
    case = db.session.execute(
        select(Case.firm_id, Case.lead_authority_id).where(Case.id == case_id),
    ).one()
    desks = db.session.execute(select(Desk.id, Desk.authority_id, Desk.part).where(Desk.case_id == case_id)).all()
    mine = next((row for row in desks if row.authority_id == actor.organisation_id), None)
    declared = conflicted = assigned = False
    bars: frozenset[Bar] = frozenset()
    stands_in: frozenset[Role] = frozenset()
    if mine is not None and actor.organisation is Organisation.AUTHORITY and actor.person_id is not None:
        outcome = db.session.scalar(
            select(ConflictDeclaration.outcome).where(
                ConflictDeclaration.case_id == case_id,
                ConflictDeclaration.person_id == actor.person_id,
                ConflictDeclaration.superseded_at.is_(None),
            ),
        )
        declared, conflicted = outcome in EFFECTIVE, outcome == RECUSED
        assigned = db.session.get(DeskAssignment, (mine.id, actor.person_id)) is not None
        bars = bars_of(actor.person_id, mine.id, case_id)
        if actor.stands_in:
            stands_in = roles_for(actor.person_id, case_id)
    return CaseFacts(
        firm_id=case.firm_id,
        submitted=True,
        desks=frozenset(row.authority_id for row in desks),
        lead=case.lead_authority_id,
        subject_authority=subject_authority,
        declared=declared,
        conflicted=conflicted,
        assigned=assigned,
        observes=mine is not None and mine.part == OBSERVES,
        bars=bars,
        stands_in=stands_in,
    )


def draft_facts(firm_id: UUID) -> CaseFacts:
    """The facts for an application that has no case yet: only its firm."""
    return CaseFacts(firm_id=firm_id)


__all__ = [
    "acts_for", "bars_of", "case_facts", "draft_facts", "engaged_now", "roles_for", "stand_in_roles",
]  # fmt: skip
