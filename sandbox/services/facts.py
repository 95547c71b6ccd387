"""What the lock must know of a case and this actor, in two statements."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.policy import Bar, CaseFacts
from sandbox.extensions import db
from sandbox.models.assessments import Assessor
from sandbox.models.desks import Case, ConflictDeclaration, Desk, DeskAssignment


def assessed_by(person_id: UUID, desk_id: UUID) -> bool:
    """True when the person ever took part in the desk's assessment: finding, proposed condition or position."""
    return db.session.get(Assessor, (desk_id, person_id)) is not None


def case_facts(actor: Actor, case_id: UUID, *, subject_authority: UUID | None = None) -> CaseFacts:
    """The facts for a case. `subject_authority` is the authority whose desk the act concerns, if any.

    Raises NoResultFound when there is no such case.
    """
    case = db.session.execute(
        select(Case.firm_id, Case.lead_authority_id).where(Case.id == case_id),
    ).one()
    desks = db.session.execute(select(Desk.id, Desk.authority_id, Desk.state).where(Desk.case_id == case_id)).all()
    mine = next((row for row in desks if row.authority_id == actor.organisation_id), None)
    declared = conflicted = assigned = False
    bars: set[Bar] = set()
    if mine is not None and actor.organisation is Organisation.AUTHORITY and actor.person_id is not None:
        outcome = db.session.scalar(
            select(ConflictDeclaration.outcome).where(
                ConflictDeclaration.case_id == case_id,
                ConflictDeclaration.person_id == actor.person_id,
                ConflictDeclaration.superseded_at.is_(None),
            ),
        )
        declared, conflicted = outcome is not None, outcome == "recused"
        assigned = db.session.get(DeskAssignment, (mine.id, actor.person_id)) is not None
        if assessed_by(actor.person_id, mine.id):
            bars.add(Bar.ASSESSED)
    return CaseFacts(
        firm_id=case.firm_id,
        submitted=True,
        desks=frozenset(row.authority_id for row in desks),
        lead=case.lead_authority_id,
        subject_authority=subject_authority,
        declared=declared,
        conflicted=conflicted,
        assigned=assigned,
        bars=frozenset(bars),
    )


def draft_facts(firm_id: UUID) -> CaseFacts:
    """The facts for an application that has no case yet: only its firm."""
    return CaseFacts(firm_id=firm_id)


__all__ = ["assessed_by", "case_facts", "draft_facts"]
