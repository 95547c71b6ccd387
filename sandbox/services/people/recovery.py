"""A new password by a link: asked for by its owner, or sent by who manages the people. Nobody sets it for another.

Rule: asking for an address without an account does the same and says the same; no letter leaves then.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.errors import NotFound, NotNow
from sandbox.domain.invitations import PASSWORD
from sandbox.domain.policy import demand
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.firms import Invitation
from sandbox.models.people import Person
from sandbox.services import throttle, trail
from sandbox.services.letters import letter_to
from sandbox.services.people.accounts import end_all, normal_email, record_change
from sandbox.services.people.colleagues import holder_of, queue_up
from sandbox.services.people.invitations import accepted, limit_letters, make, new_password, waiting
from sandbox.services.unit import get, use_case

FROM_ONE_PLACE = 30  # addresses that one place may ask for in an hour


def ask(email: str, *, place: str) -> None:
    """Send a link to the holder of an address, if it has one. Raises TooMany; nothing else tells addresses apart."""
    throttle.take({throttle.key_of("recovers", place): FROM_ONE_PLACE}, timedelta(hours=1))
    limit_letters(None, email)
    _ask(email)


@use_case
def _ask(email: str) -> None:
    demand(SYSTEM, Action.PASSWORD_SEND)
    row = make(PASSWORD, email, None, None)
    detail = {"invitation": str(row.id), "account": throttle.key_of("account", normal_email(email))}
    trail.record(trail.SIGN_INS, Action.PASSWORD_SEND, SYSTEM, (), detail=detail)
    letter_to(Action.PASSWORD_SEND, invitation=row)


def send(actor: Actor, person_id: UUID) -> None:
    """Send a link to somebody of the own organisation. Raises NotAllowed, NotFound, TooMany, NotNow."""
    demand(actor, Action.PEOPLE_CHANGE)
    person = get(Person, person_id)
    if person.organisation_id != actor.organisation_id:
        raise NotFound("There is nothing here.")
    limit_letters(actor.organisation_id, person.email)
    _send(actor, person_id)


@use_case
def _send(actor: Actor, person_id: UUID) -> None:
    organisation = queue_up(actor, Action.PEOPLE_CHANGE)
    person = get(Person, person_id)
    if person.organisation_id != organisation.id:
        raise NotFound("There is nothing here.")
    if not person.active:
        raise NotNow("This account is closed. Open it again first.")
    row = make(PASSWORD, person.email, None, actor.me)
    record_change(actor, person, "password link")
    letter_to(Action.PASSWORD_SEND, invitation=row)


def set_password(token: str, password: str) -> None:
    """Set the own password; every session ends and other such links stop working.

    Raises NotFound when the link does not work (any more), BadInput, TooMany.
    """
    _set_password(token, new_password(token, PASSWORD, password))


@use_case
def _set_password(token: str, kept: str) -> None:
    row = waiting(token, PASSWORD, lock=True)
    person = holder_of(row.email)
    if person is None or not person.active:
        raise NotFound("There is nothing here.")
    person.password_hash = kept
    end_all(person, "password changed")
    actor = accepted(row, person)
    others = (Invitation.kind == PASSWORD, Invitation.email == row.email, Invitation.accepted_at.is_(None))
    db.session.execute(update(Invitation).where(*others).values(withdrawn_at=now(), token_hash=None))
    throttle.forget(throttle.key_of("account", person.email))
    record_change(actor, person, "password changed")
    letter_to(Action.PEOPLE_CHANGE, people=[person.id], content={"what": "password changed"})


__all__ = ["ask", "send", "set_password"]
