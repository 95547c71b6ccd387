"""Accounts: the person as an actor, signing in and out, sessions and one's own password."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError

from sandbox.adapters import passwords
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor, Organisation, Role
from sandbox.domain.errors import BadInput, NotFound
from sandbox.domain.policy import demand
from sandbox.extensions import db
from sandbox.models import people
from sandbox.models.base import now
from sandbox.models.people import Person, PersonRole, UserSession
from sandbox.services import throttle, trail
from sandbox.services.facts import acts_for, stand_in_roles
from sandbox.services.letters import letter_to
from sandbox.services.unit import add, get, use_case

WRONG = "The email address or the password is not right."


@dataclass(frozen=True, slots=True)
class Limits:
    """How many failed sign-ins an account may have within the window."""

    attempts: int
    window: timedelta


def normal_email(email: str) -> str:
    """The form in which addresses are kept and compared."""
    return email.strip().lower()


def token_hash(token: str) -> str:
    """What the table keeps of a session's token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def actor_of(person_id: UUID) -> Actor:
    """The person as an actor. Raises NotFound, also for somebody who is not active."""
    person = get(Person, person_id)
    if not person.active:
        raise NotFound("There is nothing here.")
    organisation = get(people.Organisation, person.organisation_id)
    roles = db.session.scalars(select(PersonRole.role).where(PersonRole.person_id == person_id))
    return Actor(
        person_id=person.id,
        organisation_id=organisation.id,
        organisation=Organisation(organisation.kind),
        roles=frozenset(Role(role) for role in roles),
        name=person.name,
        organisation_name=organisation.name,
        code=organisation.code or "",
        time_zone=person.time_zone,
        email=person.email,
        stands_in=stand_in_roles([person.id]).get(person.id, frozenset()),
        acts_for=acts_for([person.id]).get(person.id, frozenset())
        if organisation.kind == Organisation.LAW_FIRM
        else frozenset(),
    )


# --- signing in ------------------------------------------------------------------------------------------------------


def sign_in(email: str, password: str, *, address: str, agent: str, limits: Limits) -> str:
    """Check the password and open a session. Gives the token for the cookie; only its hash is kept.

    Raises TooMany, or BadInput with one and the same message for an unknown account, a wrong password and somebody
    who is no longer active. Three short transactions, because hashing takes long: count, (hash), open or refuse.
    """
    account = throttle.key_of("account", normal_email(email))
    place = throttle.key_of("address", address)
    throttle.take({account: limits.attempts, place: limits.attempts * throttle.ADDRESS_FACTOR}, limits.window)
    known = (Person.email == plain_text(normal_email(email)), Person.active.is_(True))
    row = db.session.execute(select(Person.id, Person.password_hash).where(*known)).one_or_none()
    db.session.rollback()  # no transaction stays open while the password is hashed
    try:
        right = passwords.verify_password(row.password_hash if row else None, password)
        again = passwords.hash_password(password) if right and row and passwords.outdated(row.password_hash) else None
    except passwords.Busy as busy:
        raise throttle.TooMany(5) from busy
    if row is None or not right:
        _refuse(account, address=address)
        raise BadInput({"password": WRONG})
    return _open_session(row.id, address=address, agent=agent, keys=(account, place), again=again)


def plain_text(value: str) -> str:
    """Text that every database takes: without NUL and lone surrogates."""
    return value.encode("utf-8", "replace").decode().replace("\0", "\ufffd")


@use_case
def _open_session(person_id: UUID, *, address: str, agent: str, keys: tuple[str, str], again: str | None) -> str:
    actor = actor_of(person_id)
    demand(actor, Action.SESSION_SIGN_IN)
    throttle.give_back(*keys)
    if again is not None:
        db.session.execute(update(Person).where(Person.id == person_id).values(password_hash=again))
    token = secrets.token_urlsafe(32)
    session = add(
        UserSession(
            token_hash=token_hash(token),
            person_id=person_id,
            address=plain_text(address)[:64],
            agent=plain_text(agent)[:200],
        ),
    )
    detail = {"session": str(session.id), "address": session.address}
    trail.record(trail.SIGN_INS, Action.SESSION_SIGN_IN, actor, (), detail=detail)
    return token


@use_case
def _refuse(account: str, *, address: str) -> None:
    detail = {"account": account, "address": plain_text(address)[:64]}
    trail.record(trail.SIGN_INS, Action.SESSION_REFUSE, SYSTEM, (), detail=detail)


@use_case
def end_session(actor: Actor, session_id: UUID, *, reason: str = "signed out") -> None:
    """End one session of the actor's own. One that has ended already stays so."""
    demand(actor, Action.SESSION_SIGN_OUT)
    ended = db.session.execute(
        delete(UserSession)
        .where(UserSession.id == session_id, UserSession.person_id == actor.person_id)
        .returning(UserSession.id),
    ).all()
    if ended:
        detail = {"session": str(session_id), "reason": reason}
        trail.record(trail.SIGN_INS, Action.SESSION_SIGN_OUT, actor, (), detail=detail)


@use_case
def _touch(session_id: UUID) -> None:
    # An UPDATE only: a session that was ended meanwhile does not come back.
    db.session.execute(update(UserSession).where(UserSession.id == session_id).values(last_seen_at=now()))


def seen(session_id: UUID) -> None:
    """Note that the session is in use. Reading goes on where the database takes no writes just now."""
    try:
        _touch(session_id)
    except OperationalError:
        db.session.rollback()


def end_all(person: Person, reason: str) -> None:
    ended = db.session.scalars(
        delete(UserSession).where(UserSession.person_id == person.id).returning(UserSession.id),
    ).all()
    for session_id in ended:
        detail = {"session": str(session_id), "person": str(person.id), "reason": reason}
        trail.record(trail.SIGN_INS, Action.SESSION_SIGN_OUT, SYSTEM, (), detail=detail)


# --- passwords -------------------------------------------------------------------------------------------------------


def check_password(password: str, *, email: str = "") -> None:
    """Raise BadInput for a password that is too short, too long, or guessable from the account."""
    if not passwords.acceptable(password) or len(password) < passwords.SHORTEST:
        words = f"Use a password of {passwords.SHORTEST} to {passwords.LONGEST} characters."
        raise BadInput({"password": words})
    plain = password.lower()
    if len(set(plain)) < 5 or plain.startswith("password") or (email and email.lower() in plain):
        raise BadInput({"password": "This password is easy to guess. Choose other words."})


def record_change(actor: Actor, person: Person, what: str, **detail: object) -> None:
    """Append what happened to a person to the trail of their organisation."""
    trail.record(
        trail.organisation_scope(person.organisation_id),
        Action.PEOPLE_CHANGE,
        actor,
        (),
        detail={"what": what, "person": str(person.id), **detail},
    )


def change_password(actor: Actor, *, current: str, new: str, limits: Limits) -> None:
    """Change one's own password and end one's own sessions. Raises BadInput, TooMany."""
    assert actor.person_id is not None
    check_password(new, email=actor.email)
    account = throttle.key_of("account", actor.email)
    throttle.take({account: limits.attempts}, limits.window)
    kept = db.session.scalar(select(Person.password_hash).where(Person.id == actor.person_id))
    db.session.rollback()
    if not passwords.verify_password(kept, current):
        raise BadInput({"current": "This is not your current password."})
    _change_password(actor, passwords.hash_password(new), account)


@use_case
def _change_password(actor: Actor, kept: str, account: str) -> None:
    demand(actor, Action.SESSION_SIGN_IN)
    assert actor.person_id is not None
    person = get(Person, actor.person_id)
    person.password_hash = kept
    throttle.give_back(account, account)
    end_all(person, "password changed")
    record_change(actor, person, "password changed")
    letter_to(Action.PEOPLE_CHANGE, people=[person.id], content={"what": "password changed"})


__all__ = [
    "Limits",
    "actor_of",
    "change_password",
    "check_password",
    "end_all",
    "end_session",
    "normal_email",
    "plain_text",
    "record_change",
    "seen",
    "sign_in",
    "token_hash",
]
