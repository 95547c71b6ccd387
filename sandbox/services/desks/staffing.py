"""Who works on a desk."""

from __future__ import annotations

from uuid import UUID

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import BadInput
from sandbox.extensions import db
from sandbox.models.desks import DeskAssignment
from sandbox.models.people import Person
from sandbox.services.desks.cases import load, matter_of
from sandbox.services.engine import act
from sandbox.services.unit import add, get, use_case


@use_case
def assign(actor: Actor, desk_id: UUID, *, person_id: UUID) -> None:
    """Put a person of the same authority on the desk. Repeating it changes nothing."""
    desk, case, code = load(desk_id)
    person = get(Person, person_id)
    matter = matter_of(desk, case, {audiences.desk(code)}, detail={"person": person.name})
    act(actor, Action.DESK_ASSIGN, matter)
    if person.organisation_id != desk.authority_id or not person.active:
        raise BadInput({"person_id": "Choose a person of your own authority who is active."})
    if db.session.get(DeskAssignment, (desk.id, person.id)) is None:
        add(DeskAssignment(desk_id=desk.id, person_id=person.id, assigned_by=actor.person_id))


@use_case
def unassign(actor: Actor, desk_id: UUID, *, person_id: UUID) -> None:
    """Take a person off the desk."""
    desk, case, code = load(desk_id)
    person = get(Person, person_id)
    act(
        actor,
        Action.DESK_ASSIGN,
        matter_of(desk, case, {audiences.desk(code)}, detail={"person": person.name, "removed": True}),
    )
    held = db.session.get(DeskAssignment, (desk.id, person.id))
    if held is not None:
        db.session.delete(held)
