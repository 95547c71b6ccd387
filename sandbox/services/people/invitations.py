"""Invitations to join an organisation: a link by mail that works once, expires, can be withdrawn and sent again.

Who accepts sets the own password, so nobody ever knows another's. Inviting an address that has an account elsewhere
looks the same to who invites; its holder gets a letter that says so, without a link that opens anything.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.adapters import passwords
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.errors import BadInput, NotFound, NotNow
from sandbox.domain.invitations import COUNSEL, KINDS, MEMBER, PASSWORD, State, state_of
from sandbox.domain.policy import demand
from sandbox.extensions import db
from sandbox.models import people
from sandbox.models.base import now
from sandbox.models.firms import Invitation
from sandbox.models.people import Person
from sandbox.services import throttle, trail
from sandbox.services.letters import letter_to
from sandbox.services.people.accounts import actor_of, check_password, normal_email, token_hash
from sandbox.services.people.colleagues import (
    IN_USE_HERE,
    allowed_roles,
    heads_of,
    holder_of,
    insert_person,
    queue_up,
)
from sandbox.services.unit import add, expect, get, use_case

WINDOW = timedelta(hours=1)
OF_ONE_ORGANISATION = 60  # letters an hour
TO_ONE_ADDRESS = 5  # letters an hour to one address, whoever asks for them
GONE = "This link does not work any more. Ask for a new invitation."


@dataclass(frozen=True, slots=True)
class Ready:
    """An invitation as its letter needs it. `token` is empty where the letter opens nothing."""

    name: str
    email: str
    token: str
    content: Mapping[str, Any]


def limit_letters(organisation_id: UUID | None, email: str) -> None:
    """Count a letter that somebody asks for. Raises TooMany; says the same for known and unknown addresses."""
    keys = {throttle.key_of("letters to", normal_email(email)): TO_ONE_ADDRESS}
    if organisation_id is not None:
        keys[throttle.key_of("letters of", str(organisation_id))] = OF_ONE_ORGANISATION
    throttle.take(keys, WINDOW)


def state(row: Invitation, moment: datetime | None = None) -> State:
    """Where the invitation stands."""
    return state_of(
        accepted_at=row.accepted_at,
        withdrawn_at=row.withdrawn_at,
        expires_at=row.expires_at,
        at=moment or now(),
    )


def make(kind: str, email: str, organisation_id: UUID | None, by: UUID | None, **more: Any) -> Invitation:
    """The row of a new invitation; earlier ones of the same kind to the same address end."""
    for earlier in db.session.scalars(
        select(Invitation).where(
            Invitation.kind == kind,
            Invitation.email == normal_email(email),
            Invitation.organisation_id.is_not_distinct_from(organisation_id),
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        ),
    ):
        earlier.withdrawn_at, earlier.token_hash = now(), None
    return add(
        Invitation(
            kind=kind,
            email=normal_email(email),
            organisation_id=organisation_id,
            invited_by=by,
            expires_at=now() + KINDS[kind],
            **more,
        ),
    )


# --- inviting --------------------------------------------------------------------------------------------------------


def invite(
    actor: Actor, *, email: str, name: str, roles: Iterable[str], title: str = "", time_zone: str = "UTC"
) -> UUID:
    """Invite somebody to the actor's own organisation; gives the id of the invitation.

    Raises NotAllowed, TooMany, BadInput for roles of another kind of organisation or a colleague who is there already.
    """
    demand(actor, Action.PEOPLE_INVITE)
    limit_letters(actor.organisation_id, email)
    return _invite(actor, email, name, tuple(roles), title, time_zone)


@use_case
def _invite(actor: Actor, email: str, name: str, roles: tuple[str, ...], title: str, time_zone: str) -> UUID:
    organisation = queue_up(actor, Action.PEOPLE_INVITE)
    wanted = sorted(allowed_roles(actor.organisation, roles))
    holder = holder_of(email)
    if holder is not None and holder.organisation_id == organisation.id:
        raise BadInput({"email": IN_USE_HERE})
    content = {"roles": wanted, "title": title, "time_zone": time_zone}
    row = make(MEMBER, email, organisation.id, actor.me, name=name, content=content)
    _record(actor, Action.PEOPLE_INVITE, row, roles=wanted)
    letter_to(Action.PEOPLE_INVITE, invitation=row)
    return row.id


def _record(actor: Actor, action: Action, row: Invitation, **detail: Any) -> None:
    scope = trail.organisation_scope(row.organisation_id or actor.organisation_id)
    trail.record(scope, action, actor, (), detail={"invitation": str(row.id), "kind": row.kind, **detail})


def _own(actor: Actor, action: Action, invitation_id: UUID, version: int | None) -> Invitation:
    organisation = queue_up(actor, action)
    row = get(Invitation, invitation_id, lock=True)
    if row.organisation_id != organisation.id:
        raise NotFound("There is nothing here.")
    expect(row, version)
    if row.accepted_at is not None or row.withdrawn_at is not None:
        raise NotNow("This invitation has been accepted or withdrawn already.")
    return row


def send_again(actor: Actor, invitation_id: UUID, *, version: int | None = None) -> None:
    """Send the letter anew with a new link; the old link stops working at once.

    Raises NotAllowed, NotFound, Conflict, TooMany, NotNow when it was accepted or withdrawn.
    """
    demand(actor, Action.PEOPLE_INVITE)
    row = get(Invitation, invitation_id)
    if row.organisation_id != actor.organisation_id:
        raise NotFound("There is nothing here.")
    limit_letters(actor.organisation_id, row.email)
    _send_again(actor, invitation_id, version)


@use_case
def _send_again(actor: Actor, invitation_id: UUID, version: int | None) -> None:
    row = _own(actor, Action.PEOPLE_INVITE, invitation_id, version)
    row.token_hash, row.expires_at, row.invited_by = None, now() + KINDS[row.kind], actor.me
    _record(actor, Action.PEOPLE_INVITE, row, again=True)
    letter_to(Action.COUNSEL_ENGAGE if row.kind == COUNSEL else Action.PEOPLE_INVITE, invitation=row)


@use_case
def withdraw(actor: Actor, invitation_id: UUID, *, version: int | None = None) -> None:
    """Take an invitation back; its link stops working at once, and who was invited is told.

    Raises NotAllowed, NotFound, Conflict, NotNow when it was accepted or withdrawn.
    """
    row = _own(actor, Action.INVITATION_WITHDRAW, invitation_id, version)
    row.withdrawn_at, row.token_hash = now(), None
    _record(actor, Action.INVITATION_WITHDRAW, row)
    letter_to(Action.INVITATION_WITHDRAW, invitation=row)


# --- the letter ------------------------------------------------------------------------------------------------------


def ready(invitation_id: UUID, action: str) -> Ready | None:
    """What the letter needs at the moment when it leaves, with a new link; None: there is nothing to send any more.

    Called in the transaction that takes the letter. The link itself is nowhere but in the letter.
    """
    row = get(Invitation, invitation_id, lock=True)
    said = _said(row)
    if action == Action.INVITATION_WITHDRAW:
        return Ready(row.name or row.email, row.email, "", said)
    if state(row) is not State.WAITING:
        return None
    holder = holder_of(row.email)
    if row.kind == PASSWORD:
        return _to_holder(row, holder)
    lawyer = holder is not None and row.kind == COUNSEL and _is_counsel(holder)
    if holder is not None and not lawyer:
        return Ready(holder.name, row.email, "", {**said, "known": "elsewhere"})
    token = secrets.token_hex(32)
    row.token_hash = token_hash(token)
    return Ready(row.name or row.email, row.email, token, {**said, "known": "counsel" if lawyer else ""})


def _to_holder(row: Invitation, holder: Person | None) -> Ready | None:
    """A new password is for who has an account; to anybody else nothing is sent."""
    if holder is None or not holder.active:
        return None
    token = secrets.token_hex(32)
    row.token_hash = token_hash(token)
    return Ready(holder.name, row.email, token, _said(row))


def _said(row: Invitation) -> dict[str, Any]:
    home = db.session.get(people.Organisation, row.organisation_id) if row.organisation_id else None
    by = db.session.get(Person, row.invited_by) if row.invited_by else None
    until = f"{row.expires_at.day} {row.expires_at:%B %Y at %H:%M} UTC"
    return {"organisation": home.name if home else "", "who": by.name if by else "", "until": until}


def _is_counsel(person: Person) -> bool:
    return person.active and get(people.Organisation, person.organisation_id).kind == Organisation.LAW_FIRM


# --- accepting -------------------------------------------------------------------------------------------------------


def waiting(token: str, *kinds: str, lock: bool = False) -> Invitation:
    """The invitation of a link that still works. Raises NotFound, whatever the reason."""
    statement = select(Invitation).where(Invitation.token_hash == token_hash(token), Invitation.kind.in_(kinds))
    row = db.session.scalar(statement.with_for_update() if lock else statement)
    if row is None or state(row) is not State.WAITING:
        raise NotFound(GONE)
    return row


def new_password(token: str, kind: str, password: str) -> str:
    """The hash of a password that is good enough for whom the invitation is for. Raises NotFound, BadInput, TooMany.

    No transaction stays open while the password is hashed.
    """
    email = waiting(token, kind).email
    db.session.rollback()
    check_password(password, email=email)
    try:
        return passwords.hash_password(password)
    except passwords.Busy as busy:
        raise throttle.TooMany(5) from busy


def accepted(row: Invitation, person: Person) -> Actor:
    """Use the invitation up; gives the new person as an actor."""
    row.accepted_at, row.accepted_by, row.token_hash = now(), person.id, None
    db.session.flush()
    return actor_of(person.id)


def accept(token: str, *, name: str, password: str, title: str = "", time_zone: str = "UTC") -> UUID:
    """Join the organisation with a password of one's own; gives the id of the new person.

    Raises NotFound when the link does not work (any more), BadInput, TooMany.
    """
    kept = new_password(token, MEMBER, password)
    return _accept(token, name, kept, title, time_zone)


@use_case
def _accept(token: str, name: str, kept: str, title: str, time_zone: str) -> UUID:
    row = waiting(token, MEMBER, lock=True)
    assert row.organisation_id is not None
    organisation = get(people.Organisation, row.organisation_id)
    wanted = allowed_roles(Organisation(organisation.kind), row.content["roles"])
    person = insert_person(organisation, row.email, name, wanted, kept, title=title, time_zone=time_zone)
    actor = accepted(row, person)
    demand(actor, Action.INVITATION_ACCEPT)
    _record(actor, Action.INVITATION_ACCEPT, row, person=str(person.id), roles=sorted(wanted))
    letter_to(Action.INVITATION_ACCEPT, people=_told(row), content={"who": name})
    return person.id


def _told(row: Invitation) -> list[UUID]:
    """Who invited, while they are there; otherwise those who manage the people of the organisation."""
    assert row.organisation_id is not None
    by = db.session.get(Person, row.invited_by) if row.invited_by else None
    return [by.id] if by is not None and by.active else heads_of(row.organisation_id)


__all__ = [
    "Ready",
    "accept",
    "accepted",
    "invite",
    "limit_letters",
    "make",
    "new_password",
    "ready",
    "send_again",
    "state",
    "waiting",
    "withdraw",
]
