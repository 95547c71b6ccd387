"""Invitations: those of one's own organisation, and the one whose link somebody holds."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.actors import Organisation as Kind
from sandbox.domain.errors import NotFound
from sandbox.domain.invitations import COUNSEL, State, state_of
from sandbox.domain.policy import demand
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.firms import Invitation
from sandbox.models.people import Organisation, Person

SHOWN = 100


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """An invitation that nobody has accepted yet, for those who may withdraw it or send it again."""

    id: UUID
    kind: str
    email: str
    name: str
    roles: tuple[str, ...]
    law_firm: str
    invited_by: str
    created_at: datetime
    expires_at: datetime
    state: State
    version: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What the holder of a link is offered. `organisation`: who invites; none when a firm registers.

    `then`: the path that was asked for before a firm registered. A stranger gave it: check it before following it.
    """

    kind: str
    email: str
    name: str
    organisation: str
    organisation_kind: str
    invited_by: str
    roles: tuple[str, ...]
    title: str
    time_zone: str
    law_firm: str
    begins_at: datetime | None
    ends_at: datetime | None
    expires_at: datetime
    has_account: bool
    then: str


def open_ones(viewer: Actor) -> tuple[InvitationRow, ...]:
    """The invitations of one's own organisation that wait for an answer or have expired. Raises NotAllowed."""
    demand(viewer, Action.PEOPLE_INVITE)
    moment = now()
    rows = db.session.execute(
        select(Invitation, Person.name.label("by"))
        .outerjoin(Person, Person.id == Invitation.invited_by)
        .where(
            Invitation.organisation_id == viewer.organisation_id,
            Invitation.accepted_at.is_(None),
            Invitation.withdrawn_at.is_(None),
        )
        .order_by(Invitation.created_at.desc(), Invitation.id)
        .limit(SHOWN),
    )
    return tuple(
        InvitationRow(
            id=row.id,
            kind=row.kind,
            email=row.email,
            name=row.name,
            roles=tuple(row.content.get("roles", ())),
            law_firm=row.content.get("law_firm", ""),
            invited_by=by or "",
            created_at=row.created_at,
            expires_at=row.expires_at,
            state=_state(row, moment),
            version=row.version,
        )
        for row, by in rows
    )


def _state(row: Invitation, moment: datetime) -> State:
    return state_of(accepted_at=row.accepted_at, withdrawn_at=row.withdrawn_at, expires_at=row.expires_at, at=moment)


def one(viewer: Actor, invitation_id: UUID) -> InvitationRow:
    """One open invitation of one's own organisation. Raises NotAllowed, NotFound."""
    found = next((row for row in open_ones(viewer) if row.id == invitation_id), None)
    if found is None:
        raise NotFound("There is nothing here.")
    return found


def offer(token: str) -> Offer | None:
    """What a link offers to whoever holds it: the link is the proof. None when it does not work (any more)."""
    hashed = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
    known = exists().where(Person.email == Invitation.email).correlate(Invitation)
    found = db.session.execute(
        select(Invitation, Organisation, Person.name.label("by"), known.label("known"))
        .outerjoin(Organisation, Organisation.id == Invitation.organisation_id)
        .outerjoin(Person, Person.id == Invitation.invited_by)
        .where(Invitation.token_hash == hashed),
    ).one_or_none()
    if found is None or _state(found.Invitation, now()) is not State.WAITING:
        return None
    row, home, content = found.Invitation, found.Organisation, found.Invitation.content
    begins, ends = content.get("begins_at"), content.get("ends_at")
    return Offer(
        kind=row.kind,
        email=row.email,
        name=row.name,
        organisation=home.name if home else "",
        organisation_kind=Kind.LAW_FIRM.value if row.kind == COUNSEL else home.kind if home else "",
        invited_by=found.by or "",
        roles=tuple(content.get("roles", ())),
        title=content.get("title", ""),
        time_zone=content.get("time_zone", "UTC"),
        law_firm=content.get("law_firm", ""),
        begins_at=datetime.fromisoformat(begins) if begins else None,
        ends_at=datetime.fromisoformat(ends) if ends else None,
        expires_at=row.expires_at,
        has_account=bool(found.known),
        then=content.get("then", ""),
    )


__all__ = ["InvitationRow", "Offer", "offer", "one", "open_ones"]
