"""Outside counsel: people of law firms who act for a firm by engagement, from a day to a day.

Rule: an engagement opens to one named counsel what the role counsel may do, at this firm alone; when it ends, nothing
of the firm is open to them at the next request. The firm never learns whether an address had an account before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation, Role
from sandbox.domain.errors import BadInput, NotFound, NotNow
from sandbox.domain.invitations import COUNSEL
from sandbox.domain.policy import demand
from sandbox.extensions import db
from sandbox.models import people
from sandbox.models.base import now
from sandbox.models.firms import Engagement, Invitation
from sandbox.models.people import Person
from sandbox.services import trail
from sandbox.services.engine import Matter, authorise
from sandbox.services.facts import draft_facts
from sandbox.services.letters import letter_to
from sandbox.services.people.accounts import actor_of
from sandbox.services.people.colleagues import heads_of, holder_of, insert_person
from sandbox.services.people.invitations import accepted, limit_letters, make, new_password, waiting
from sandbox.services.people.registration import check_name
from sandbox.services.unit import add, expect, get, use_case


def _matter(firm_id: UUID) -> Matter:
    return Matter(None, (audiences.FIRM,), facts=draft_facts(firm_id))


def _record(actor: Actor, action: Action, firm_id: UUID, **detail: Any) -> None:
    trail.record(trail.organisation_scope(firm_id), action, actor, (), detail=detail)


def _engaged(firm_id: UUID, counsel_id: UUID) -> list[Engagement]:
    """The engagements of the two that have not ended."""
    return list(
        db.session.scalars(
            select(Engagement).where(
                Engagement.firm_id == firm_id,
                Engagement.counsel_id == counsel_id,
                or_(Engagement.ends_at.is_(None), Engagement.ends_at > now()),
            ),
        ),
    )


def engage(
    actor: Actor, *, email: str, name: str, law_firm: str, begins_at: datetime, ends_at: datetime | None = None
) -> UUID:
    """Ask somebody of a law firm to act for the actor's firm; gives the id of the invitation.

    Raises NotAllowed, TooMany, BadInput: the dates, somebody of the own firm, counsel who is engaged already.
    """
    if actor.organisation is not Organisation.FIRM or actor.organisation_id is None:
        raise NotFound("There is nothing here.")
    authorise(actor, Action.COUNSEL_ENGAGE, _matter(actor.organisation_id))
    limit_letters(actor.organisation_id, email)
    return _engage(actor, actor.organisation_id, email, name, law_firm, begins_at, ends_at)


@use_case
def _engage(
    actor: Actor, firm_id: UUID, email: str, name: str, law_firm: str, begins_at: datetime, ends_at: datetime | None
) -> UUID:
    authorise(actor_of(actor.me), Action.COUNSEL_ENGAGE, _matter(firm_id))
    check_name(law_firm, "law_firm")
    if ends_at is not None and ends_at <= max(begins_at, now()):
        raise BadInput({"ends_on": "The engagement must end after it begins, and not in the past."})
    holder = holder_of(email)
    if holder is not None and (holder.organisation_id == firm_id or _engaged(firm_id, holder.id)):
        raise BadInput({"email": "This person is of your firm, or acts for it already."})
    content = {
        "law_firm": law_firm,
        "begins_at": begins_at.isoformat(),
        "ends_at": ends_at.isoformat() if ends_at else None,
    }
    row = make(COUNSEL, email, firm_id, actor.me, name=name, content=content)
    _record(actor, Action.COUNSEL_ENGAGE, firm_id, invitation=str(row.id), **content)
    letter_to(Action.COUNSEL_ENGAGE, invitation=row)
    return row.id


def _start(row: Invitation, counsel: Person) -> Engagement:
    assert row.organisation_id is not None
    for earlier in _engaged(row.organisation_id, counsel.id):
        earlier.ends_at = now()
    content: Mapping[str, Any] = row.content
    return add(
        Engagement(
            firm_id=row.organisation_id,
            counsel_id=counsel.id,
            begins_at=datetime.fromisoformat(content["begins_at"]),
            ends_at=datetime.fromisoformat(content["ends_at"]) if content["ends_at"] else None,
            made_by=row.invited_by,
        ),
    )


def _tell(row: Invitation, actor: Actor, engagement: Engagement) -> None:
    _record(actor, Action.COUNSEL_ACCEPT, engagement.firm_id, engagement=str(engagement.id), person=str(actor.me))
    letter_to(
        Action.COUNSEL_ACCEPT,
        people=heads_of(engagement.firm_id),
        content={"who": actor.name, "law_firm": actor.organisation_name},
    )


def join(token: str, *, law_firm: str, name: str, password: str, title: str = "", time_zone: str = "UTC") -> UUID:
    """Accept as somebody who has no account: makes the law firm and its first person. Gives the person's id.

    Raises NotFound when the link does not work (any more), BadInput, TooMany.
    """
    waiting(token, COUNSEL)
    check_name(law_firm, "law_firm")
    kept = new_password(token, COUNSEL, password)
    return _join(token, law_firm, name, kept, title, time_zone)


@use_case
def _join(token: str, law_firm: str, name: str, kept: str, title: str, time_zone: str) -> UUID:
    row = waiting(token, COUNSEL, lock=True)
    check_name(law_firm, "law_firm")
    organisation = add(people.Organisation(kind=Organisation.LAW_FIRM.value, name=law_firm))
    roles = frozenset({Role.COUNSEL})
    person = insert_person(organisation, row.email, name, roles, kept, title=title, time_zone=time_zone)
    engagement = _start(row, person)
    actor = accepted(row, person)
    demand(actor, Action.COUNSEL_ACCEPT)
    detail = {"what": "law firm made", "name": law_firm, "person": str(person.id)}
    trail.record(trail.organisation_scope(organisation.id), Action.INVITATION_ACCEPT, actor, (), detail=detail)
    _tell(row, actor, engagement)
    return person.id


@use_case
def accept(actor: Actor, token: str) -> None:
    """Accept as counsel who has an account. Raises NotFound for a link that does not work, or is somebody else's."""
    row = waiting(token, COUNSEL, lock=True)
    actor = actor_of(actor.me)
    demand(actor, Action.COUNSEL_ACCEPT)
    if row.email != actor.email:
        raise NotFound("There is nothing here.")
    person = get(Person, actor.me)
    engagement = _start(row, person)
    _tell(row, accepted(row, person), engagement)


@use_case
def end(actor: Actor, engagement_id: UUID, *, version: int | None = None) -> None:
    """End an engagement at once: the firm's owner any of the firm's, counsel the own.

    Raises NotFound, NotAllowed, Conflict, NotNow when it has ended already.
    """
    row = get(Engagement, engagement_id, lock=True)
    actor = actor_of(actor.me)
    authorise(actor, Action.COUNSEL_END, _matter(row.firm_id))
    if actor.organisation is not Organisation.FIRM and row.counsel_id != actor.person_id:
        raise NotFound("There is nothing here.")
    expect(row, version)
    moment = now()
    if row.ends_at is not None and row.ends_at <= moment:
        raise NotNow("This engagement has ended already.")
    row.ends_at, row.ended_by = moment, actor.me
    _record(actor, Action.COUNSEL_END, row.firm_id, engagement=str(row.id))
    firm = get(people.Organisation, row.firm_id).name
    told = [one for one in (row.counsel_id, *heads_of(row.firm_id)) if one != actor.person_id]
    letter_to(Action.COUNSEL_END, people=told, content={"firm": firm, "who": actor.name})


__all__ = ["accept", "end", "engage", "join"]
