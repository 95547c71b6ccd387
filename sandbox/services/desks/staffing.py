"""Who works on a desk: assignment against a suggestion, stand-ins for one case."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import ROLE_TITLES, Actor, Role, clashing
from sandbox.domain.conflicts import RECUSED
from sandbox.domain.errors import BadInput, NotFound
from sandbox.domain.staffing import STAND_IN_ROLES, better
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import ConflictDeclaration, Desk, DeskAssignment, StandIn
from sandbox.models.desks.candidates import as_candidates, candidates_of
from sandbox.models.people import Organisation, Person, PersonRole
from sandbox.services import clocks
from sandbox.services.desks.cases import load, matter_of
from sandbox.services.engine import act, authorise
from sandbox.services.unit import add, get, use_case

WHY = "Say why you do not take the person suggested ({names})."


def passed_over(desk: Desk, person_id: UUID) -> tuple[str, ...]:
    """The suggestions that are passed over when this person is put on the desk; empty when no reason is needed."""
    today = clocks.local_day(now(), get(Authority, desk.authority_id))
    return better(as_candidates(db.session.execute(candidates_of(desk.id, today))), person_id)


@use_case
def assign(actor: Actor, desk_id: UUID, *, person_id: UUID, reason: str = "") -> None:
    """Put a person of the same authority on the desk. Repeating it changes nothing.

    Who is not the one suggested for any of their roles needs a reason, which stays with the assignment.
    Raises BadInput.
    """
    desk, case, code = load(desk_id)
    person = get(Person, person_id)
    matter = matter_of(desk, case, {audiences.desk(code)}, detail={"person": person.name, "reason": reason})
    act(actor, Action.DESK_ASSIGN, matter)
    if person.organisation_id != desk.authority_id or not person.active:
        raise BadInput({"person_id": "Choose a person of your own authority who is active."})
    if recused(desk, person.id):
        raise BadInput({"person_id": "This person has an interest in the case and takes no part."})
    if db.session.get(DeskAssignment, (desk.id, person.id)) is not None:
        return
    if not reason.strip() and (names := passed_over(desk, person.id)):
        raise BadInput({"reason": WHY.format(names=", ".join(names))})
    add(
        DeskAssignment(desk_id=desk.id, person_id=person.id, assigned_by=actor.person_id, reason=reason.strip() or None)
    )


def recused(desk: Desk, person_id: UUID) -> bool:
    """True when the person must not take part in the desk's case."""
    live = select(ConflictDeclaration.outcome).where(
        ConflictDeclaration.case_id == desk.case_id,
        ConflictDeclaration.person_id == person_id,
        ConflictDeclaration.superseded_at.is_(None),
    )
    return db.session.scalar(live) == RECUSED


@use_case
def unassign(actor: Actor, desk_id: UUID, *, person_id: UUID) -> None:
    """Take a person off the desk. Raises NotFound for somebody who is not on it."""
    desk, case, code = load(desk_id)
    authorise(actor, Action.DESK_ASSIGN, matter_of(desk, case, {audiences.desk(code)}))
    held = db.session.get(DeskAssignment, (desk.id, person_id))
    if held is None:
        raise NotFound("There is nothing here.")
    person = get(Person, person_id)
    act(
        actor,
        Action.DESK_ASSIGN,
        matter_of(desk, case, {audiences.desk(code)}, detail={"person": person.name, "removed": True}),
    )
    db.session.delete(held)


@use_case
def appoint(actor: Actor, desk_id: UUID, *, person_id: UUID, role: str, reason: str) -> None:
    """Give a colleague a role for this case only, in place of somebody who cannot act there.

    The stand-in is put on the desk, and declares interests before anything opens. Raises BadInput for a role that
    cannot be stood in for, that the person has already, or that does not go with their own.
    """
    desk, case, code = load(desk_id)
    person = get(Person, person_id)
    detail = {"person": person.name, "role": role, "reason": reason}
    act(actor, Action.DESK_APPOINT, matter_of(desk, case, {audiences.desk(code)}, detail=detail))
    get(Organisation, desk.authority_id, lock=True)  # whoever changes roles queues there
    problems = {}
    if person.organisation_id != desk.authority_id or not person.active or person.id == actor.person_id:
        problems["person_id"] = "Choose a colleague of your own authority who is active."
    elif recused(desk, person.id):
        problems["person_id"] = "This person has an interest in the case and takes no part."
    if role not in STAND_IN_ROLES:
        problems["role"] = "Choose the role."
    elif "person_id" not in problems:
        problems |= _unfit(desk, person, Role(role))
    if not reason.strip():
        problems["reason"] = "Say whom the person stands in for, and why."
    if problems:
        raise BadInput(problems)
    add(
        StandIn(
            case_id=case.id,
            desk_id=desk.id,
            person_id=person.id,
            role=role,
            reason=reason.strip(),
            appointed_by=actor.me,
        ),
    )
    if db.session.get(DeskAssignment, (desk.id, person.id)) is None:
        add(DeskAssignment(desk_id=desk.id, person_id=person.id, assigned_by=actor.person_id, reason=reason.strip()))


def _unfit(desk: Desk, person: Person, role: Role) -> dict[str, str]:
    standing = select(StandIn.role).where(
        StandIn.desk_id == desk.id, StandIn.person_id == person.id, StandIn.ended_at.is_(None)
    )
    own = db.session.scalars(select(PersonRole.role).where(PersonRole.person_id == person.id)).all()
    held = frozenset(Role(one) for one in (*own, *db.session.scalars(standing)))
    if role in held:
        return {"role": f"{person.name} has this role already."}
    if clash := sorted(ROLE_TITLES[one] for one in clashing(held | {role})):
        return {"role": f"One person cannot hold these roles together: {', '.join(clash)}."}
    return {}


@use_case
def dismiss(actor: Actor, stand_in_id: UUID) -> None:
    """End a stand-in's role. What was done with it stands. Raises NotFound when it has ended already."""
    row = get(StandIn, stand_in_id)
    desk, case, code = load(row.desk_id)
    detail = {"person": get(Person, row.person_id).name, "role": row.role, "ended": True}
    act(actor, Action.DESK_APPOINT, matter_of(desk, case, {audiences.desk(code)}, detail=detail))
    if row.ended_at is not None:
        raise NotFound("There is nothing here.")
    row.ended_at = now()


__all__ = ["appoint", "assign", "dismiss", "passed_over", "recused", "unassign"]
