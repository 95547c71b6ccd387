"""What the lock must know of a case and this actor, in a few statements."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actors import Actor, Organisation, Role
from sandbox.domain.conflicts import EFFECTIVE, RECUSED
from sandbox.domain.policy import OBSERVES, Bar, CaseFacts
from sandbox.extensions import db
from sandbox.models.assessments import Assessor
from sandbox.models.desks import Case, ConflictDeclaration, Desk, DeskAssignment, StandIn


def assessed_by(person_id: UUID, desk_id: UUID) -> bool:
    """True when the person ever took part in the desk's assessment: finding, proposed condition or position."""
    return db.session.get(Assessor, (desk_id, person_id)) is not None


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
    bars: set[Bar] = set()
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
        if assessed_by(actor.person_id, mine.id):
            bars.add(Bar.ASSESSED)
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
        bars=frozenset(bars),
        stands_in=stands_in,
    )


def draft_facts(firm_id: UUID) -> CaseFacts:
    """The facts for an application that has no case yet: only its firm."""
    return CaseFacts(firm_id=firm_id)


__all__ = ["assessed_by", "case_facts", "draft_facts", "roles_for", "stand_in_roles"]
