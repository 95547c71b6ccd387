"""The people of one's own organisation: roles, removal, leaving, handing over. It never loses its last owner."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, select, update

from sandbox.domain.actions import Action
from sandbox.domain.actors import ROLE_TITLES, ROLES_OF, Actor, Organisation, Role, clashing
from sandbox.domain.errors import BadInput, NotAllowed, NotFound, NotNow
from sandbox.domain.policy import demand
from sandbox.extensions import db
from sandbox.models import people
from sandbox.models.base import now
from sandbox.models.firms import Engagement, Invitation
from sandbox.models.people import Person, PersonRole
from sandbox.services import trail
from sandbox.services.facts import stand_in_roles
from sandbox.services.letters import letter_to
from sandbox.services.people.accounts import actor_of, end_all, normal_email, record_change
from sandbox.services.unit import add, expect, get, use_case

# Who manages the people of an organisation; it never has none of them. A law firm's counsel are equals.
HEADS = {
    Organisation.FIRM: Role.OWNER,
    Organisation.LAW_FIRM: Role.COUNSEL,
    Organisation.AUTHORITY: Role.AUTHORITY_ADMINISTRATOR,
    Organisation.PROGRAMME_OFFICE: Role.PROGRAMME_ADMINISTRATOR,
}
IN_USE_HERE = "Somebody with this email address has an account already."
NOT_HERE = "This address cannot be added here. Ask the person, or the programme office."


def allowed_roles(organisation: Organisation, roles: Iterable[str]) -> frozenset[Role]:
    """The roles by name. Raises BadInput for roles of another kind of organisation, or that do not go together."""
    try:
        wanted = frozenset(Role(role) for role in roles)
    except ValueError:
        wanted = frozenset()
    if not wanted or not wanted <= ROLES_OF.get(organisation, frozenset()):
        raise BadInput({"roles": "Select at least one of the roles of your organisation."})
    if clash := sorted(ROLE_TITLES[role] for role in clashing(wanted)):
        raise BadInput({"roles": f"One person cannot hold these roles together: {', '.join(clash)}. Choose fewer."})
    return wanted


def holder_of(email: str) -> Person | None:
    """The person with this address, active or not."""
    return db.session.scalar(select(Person).where(Person.email == normal_email(email)))


def insert_person(
    organisation: people.Organisation, email: str, name: str, roles: frozenset[Role], kept: str, **more: str
) -> Person:
    """The rows of a new person. `kept` is the password's hash. Raises BadInput for an address that is in use."""
    holder = holder_of(email)
    if holder is not None:
        # Who has an account at another organisation is not for this one to know.
        raise BadInput({"email": IN_USE_HERE if holder.organisation_id == organisation.id else NOT_HERE})
    person = add(
        Person(organisation_id=organisation.id, email=normal_email(email), name=name, password_hash=kept, **more),
    )
    db.session.add_all(PersonRole(person_id=person.id, role=role.value) for role in sorted(roles))
    db.session.flush()
    return person


def heads_of(organisation_id: UUID) -> list[UUID]:
    """The active people who manage the people of an organisation."""
    kind = Organisation(get(people.Organisation, organisation_id).kind)
    return list(
        db.session.scalars(
            select(Person.id)
            .join(PersonRole, PersonRole.person_id == Person.id)
            .where(
                Person.organisation_id == organisation_id,
                Person.active.is_(True),
                PersonRole.role == HEADS.get(kind),
            )
            .order_by(Person.email),
        ),
    )


def queue_up(actor: Actor, action: Action) -> people.Organisation:
    """The actor's own organisation, locked; the actor must still be what the request began with.

    Everybody who changes people of one organisation queues here, so that two cannot remove the last two owners, and
    somebody who was removed a moment ago removes nobody. Raises NotAllowed, NotFound.
    """
    demand(actor, action)
    assert actor.organisation_id is not None
    organisation = get(people.Organisation, actor.organisation_id, lock=True)
    db.session.expire_all()
    demand(actor_of(actor.me), action)
    return organisation


def _own(actor: Actor, action: Action, person_id: UUID, version: int | None) -> Person:
    """Somebody of the actor's own organisation. Raises NotAllowed, NotFound, Conflict."""
    organisation = queue_up(actor, action)
    person = get(Person, person_id)
    if person.organisation_id != organisation.id:
        raise NotFound("There is nothing here.")
    expect(person, version)
    return person


def _keep_a_head(person: Person) -> None:
    """Raise NotNow when the organisation would be left without anybody active who can change its people."""
    if not set(heads_of(person.organisation_id)) - {person.id}:
        raise NotNow("This is the last person who can manage the people of your organisation. Name another one first.")


def _replace_roles(person: Person, roles: frozenset[Role]) -> None:
    db.session.execute(delete(PersonRole).where(PersonRole.person_id == person.id))
    db.session.add_all(PersonRole(person_id=person.id, role=role.value) for role in sorted(roles))
    person.version += 1


@use_case
def set_roles(actor: Actor, person_id: UUID, *, roles: Iterable[str], version: int | None = None) -> None:
    """Replace the roles of somebody of the own organisation; they count from the next request on.

    Raises NotAllowed, NotFound, Conflict, BadInput (roles), NotNow (the last owner or administrator).
    """
    person = _own(actor, Action.PEOPLE_CHANGE, person_id, version)
    if person_id == actor.person_id and actor.organisation is Organisation.AUTHORITY:
        raise NotAllowed("Another administrator has to change your own roles.")
    wanted = allowed_roles(actor.organisation, roles)
    _refuse_beside_stand_ins(person, wanted)
    if HEADS.get(actor.organisation) not in wanted:
        _keep_a_head(person)
        _void_invitations(person)
    _replace_roles(person, wanted)
    record_change(actor, person, "roles", roles=sorted(wanted))
    if person_id != actor.person_id:
        letter_to(Action.PEOPLE_CHANGE, people=[person_id], content={"what": "roles"})


def _refuse_beside_stand_ins(person: Person, wanted: frozenset[Role]) -> None:
    """A role held for one case counts like any other. Raises BadInput for roles that do not go with one."""
    held = stand_in_roles([person.id]).get(person.id, frozenset())
    if clash := sorted(ROLE_TITLES[role] for role in clashing(wanted | held) & held):
        text = "{name} stands in on a case as: {roles}. One person cannot hold that with these roles."
        raise BadInput({"roles": text.format(name=person.name, roles=", ".join(clash))})


def _close(person: Person, reason: str) -> None:
    """Close an account: sessions end, engagements end, and what the person invited and nobody accepted is void."""
    person.active = False
    end_all(person, reason)
    moment = now()
    live = (Engagement.counsel_id == person.id, (Engagement.ends_at.is_(None)) | (Engagement.ends_at > moment))
    for engagement in db.session.scalars(select(Engagement).where(*live)):
        engagement.ends_at = moment
    _void_invitations(person)


def _void_invitations(person: Person) -> None:
    """What somebody invited who may not invite any more, and nobody has accepted, opens nothing."""
    open_ones = (Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
    db.session.execute(
        update(Invitation)
        .where(Invitation.invited_by == person.id, *open_ones)
        .values(withdrawn_at=now(), token_hash=None, version=Invitation.version + 1),
    )


@use_case
def deactivate(actor: Actor, person_id: UUID, *, version: int | None = None) -> None:
    """Close the account of somebody of the own organisation and end their sessions at once.

    Raises NotAllowed, NotFound, Conflict, NotNow (the last owner or administrator).
    """
    person = _own(actor, Action.PEOPLE_CHANGE, person_id, version)
    if not person.active:
        return
    _keep_a_head(person)
    _close(person, "deactivated")
    record_change(actor, person, "deactivated")
    letter_to(Action.PEOPLE_CHANGE, people=[person_id], content={"what": "deactivated"})


@use_case
def reactivate(actor: Actor, person_id: UUID, *, version: int | None = None) -> None:
    """Open the account again. Raises NotAllowed, NotFound, Conflict."""
    person = _own(actor, Action.PEOPLE_CHANGE, person_id, version)
    if not person.active:
        person.active = True
        record_change(actor, person, "reactivated")
        letter_to(Action.PEOPLE_CHANGE, people=[person_id], content={"what": "reactivated"})


@use_case
def leave(actor: Actor) -> None:
    """Leave one's own organisation: the own account closes, what was done stays on record.

    Raises NotAllowed, NotNow (the last owner).
    """
    organisation = queue_up(actor, Action.PEOPLE_LEAVE)
    person = get(Person, actor.me)
    _keep_a_head(person)
    _close(person, "left")
    scope = trail.organisation_scope(organisation.id)
    trail.record(scope, Action.PEOPLE_LEAVE, actor, (), detail={"person": str(person.id)})
    letter_to(Action.PEOPLE_LEAVE, people=heads_of(organisation.id), content={"who": person.name})


@use_case
def hand_over(actor: Actor, person_id: UUID, *, keeps: Iterable[str], version: int | None = None) -> None:
    """Make a colleague the owner and give up one's own ownership in one step; `keeps`: the roles that one keeps.

    Raises NotAllowed, NotFound, Conflict, BadInput (the roles, or a colleague who cannot sign in).
    """
    person = _own(actor, Action.PEOPLE_HAND_OVER, person_id, version)
    if person.id == actor.person_id or not person.active:
        raise BadInput({"person": "Choose a colleague who can sign in."})
    kept = allowed_roles(actor.organisation, keeps)
    if Role.OWNER in kept:
        raise BadInput({"keeps": "Choose what you will do after you have handed over the ownership."})
    held = frozenset(Role(role) for role in _roles_of(person.id)) - {Role.READ_ONLY}
    _replace_roles(person, held | {Role.OWNER})
    _replace_roles(get(Person, actor.me), kept)
    trail.record(
        trail.organisation_scope(person.organisation_id),
        Action.PEOPLE_HAND_OVER,
        actor,
        (),
        detail={"to": str(person.id), "keeps": sorted(kept)},
    )
    letter_to(Action.PEOPLE_HAND_OVER, people=[person.id], content={"who": actor.name})


def _roles_of(person_id: UUID) -> list[str]:
    return list(db.session.scalars(select(PersonRole.role).where(PersonRole.person_id == person_id)))


__all__ = [
    "HEADS",
    "allowed_roles",
    "deactivate",
    "hand_over",
    "heads_of",
    "holder_of",
    "insert_person",
    "leave",
    "queue_up",
    "reactivate",
    "set_roles",
]
