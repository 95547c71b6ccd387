"""People: signing in and out, and the people of one's own organisation. An organisation never loses its last owner."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import OperationalError

from sandbox.adapters import passwords
from sandbox.domain.actions import Action
from sandbox.domain.actors import ROLE_TITLES, ROLES_OF, SYSTEM, Actor, Organisation, Role, clashing
from sandbox.domain.errors import BadInput, NotAllowed, NotFound, NotNow
from sandbox.domain.policy import demand
from sandbox.extensions import db
from sandbox.models import people
from sandbox.models.base import now
from sandbox.models.people import Person, PersonRole, UserSession
from sandbox.services import throttle, trail
from sandbox.services.facts import stand_in_roles
from sandbox.services.unit import add, expect, get, use_case

WRONG = "The email address or the password is not right."
HEADS = {
    Organisation.FIRM: Role.OWNER,
    Organisation.AUTHORITY: Role.AUTHORITY_ADMINISTRATOR,
    Organisation.PROGRAMME_OFFICE: Role.PROGRAMME_ADMINISTRATOR,
}


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
    known = (Person.email == _text(normal_email(email)), Person.active.is_(True))
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


def _text(value: str) -> str:
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
            address=_text(address)[:64],
            agent=_text(agent)[:200],
        ),
    )
    detail = {"session": str(session.id), "address": session.address}
    trail.record(trail.SIGN_INS, Action.SESSION_SIGN_IN, actor, (), detail=detail)
    return token


@use_case
def _refuse(account: str, *, address: str) -> None:
    detail = {"account": account, "address": _text(address)[:64]}
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


def _end_all(person: Person, reason: str) -> None:
    ended = db.session.scalars(
        delete(UserSession).where(UserSession.person_id == person.id).returning(UserSession.id),
    ).all()
    for session_id in ended:
        detail = {"session": str(session_id), "person": str(person.id), "reason": reason}
        trail.record(trail.SIGN_INS, Action.SESSION_SIGN_OUT, SYSTEM, (), detail=detail)


# --- people ----------------------------------------------------------------------------------------------------------


def check_password(password: str, *, email: str = "") -> None:
    """Raise BadInput for a password that is too short, too long, or guessable from the account."""
    if not passwords.acceptable(password) or len(password) < passwords.SHORTEST:
        words = f"Use a password of {passwords.SHORTEST} to {passwords.LONGEST} characters."
        raise BadInput({"password": words})
    plain = password.lower()
    if len(set(plain)) < 5 or plain.startswith("password") or (email and email.lower() in plain):
        raise BadInput({"password": "This password is easy to guess. Choose other words."})


def first_password() -> str:
    """A random password for somebody new, easy to read aloud."""
    alphabet = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(alphabet) for _ in range(5)) for _ in range(4))


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


def insert_person(
    organisation: people.Organisation, email: str, name: str, roles: frozenset[Role], kept: str, **more: str
) -> Person:
    """The rows of a new person. `kept` is the password's hash. Raises BadInput for an address that is in use."""
    holder = db.session.scalar(select(Person.organisation_id).where(Person.email == normal_email(email)))
    if holder is not None:
        # Who has an account at another organisation is not for this one to know.
        raise BadInput({"email": IN_USE_HERE if holder == organisation.id else NOT_HERE})
    person = add(
        Person(organisation_id=organisation.id, email=normal_email(email), name=name, password_hash=kept, **more),
    )
    db.session.add_all(PersonRole(person_id=person.id, role=role.value) for role in sorted(roles))
    db.session.flush()
    return person


def add_person(
    actor: Actor, *, email: str, name: str, roles: Iterable[str], title: str = "", time_zone: str = "UTC"
) -> tuple[UUID, str]:
    """Add somebody to the actor's own organisation; gives the id and the first password, which is shown once.

    Raises NotAllowed, or BadInput for an address in use or roles of another kind of organisation.
    """
    demand(actor, Action.PEOPLE_CHANGE)
    password = first_password()
    kept = passwords.hash_password(password)
    return _add_person(actor, email, name, tuple(roles), title, time_zone, kept), password


@use_case
def _add_person(
    actor: Actor, email: str, name: str, roles: tuple[str, ...], title: str, time_zone: str, kept: str
) -> UUID:
    demand(actor, Action.PEOPLE_CHANGE)
    assert actor.organisation_id is not None
    organisation = get(people.Organisation, actor.organisation_id)
    wanted = allowed_roles(actor.organisation, roles)
    person = insert_person(organisation, email, name, wanted, kept, title=title, time_zone=time_zone)
    record_change(actor, person, "added", roles=sorted(roles))
    return person.id


def record_change(actor: Actor, person: Person, what: str, **detail: object) -> None:
    """Append what happened to a person to the trail of their organisation."""
    trail.record(
        trail.organisation_scope(person.organisation_id),
        Action.PEOPLE_CHANGE,
        actor,
        (),
        detail={"what": what, "person": str(person.id), **detail},
    )


def _own(actor: Actor, person_id: UUID, version: int | None) -> Person:
    """Somebody of the actor's own organisation. Raises NotAllowed, NotFound, Conflict."""
    demand(actor, Action.PEOPLE_CHANGE)
    # Everybody who changes people of one organisation queues here, so that two cannot remove the last two owners.
    assert actor.organisation_id is not None
    get(people.Organisation, actor.organisation_id, lock=True)
    person = get(Person, person_id)
    if person.organisation_id != actor.organisation_id:
        raise NotFound("There is nothing here.")
    expect(person, version)
    return person


def _keep_a_head(actor: Actor, person: Person) -> None:
    """Raise NotNow when the organisation would be left without anybody active who can change its people."""
    head = HEADS.get(actor.organisation)
    others = db.session.scalar(
        select(func.count())
        .select_from(Person)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(
            Person.organisation_id == person.organisation_id,
            Person.id != person.id,
            Person.active.is_(True),
            PersonRole.role == head,
        ),
    )
    if not others:
        raise NotNow("This is the last person who can manage the people of your organisation. Name another one first.")


@use_case
def set_roles(actor: Actor, person_id: UUID, *, roles: Iterable[str], version: int | None = None) -> None:
    """Replace the roles of somebody of the own organisation; they count from the next request on.

    Raises NotAllowed, NotFound, Conflict, BadInput (roles), NotNow (the last owner or administrator).
    """
    person = _own(actor, person_id, version)
    if person_id == actor.person_id and actor.organisation is Organisation.AUTHORITY:
        raise NotAllowed("Another administrator has to change your own roles.")
    wanted = allowed_roles(actor.organisation, roles)
    if HEADS.get(actor.organisation) not in wanted:
        _keep_a_head(actor, person)
    db.session.execute(delete(PersonRole).where(PersonRole.person_id == person_id))
    db.session.add_all(PersonRole(person_id=person_id, role=role.value) for role in sorted(wanted))
    person.version += 1
    record_change(actor, person, "roles", roles=sorted(wanted))


@use_case
def deactivate(actor: Actor, person_id: UUID, *, version: int | None = None) -> None:
    """Close the account of somebody of the own organisation and end their sessions at once.

    Raises NotAllowed, NotFound, Conflict, NotNow (the last owner or administrator).
    """
    person = _own(actor, person_id, version)
    if not person.active:
        return
    _keep_a_head(actor, person)
    person.active = False
    _end_all(person, "deactivated")
    record_change(actor, person, "deactivated")


@use_case
def reactivate(actor: Actor, person_id: UUID, *, version: int | None = None) -> None:
    """Open the account again. Raises NotAllowed, NotFound, Conflict."""
    person = _own(actor, person_id, version)
    if not person.active:
        person.active = True
        record_change(actor, person, "reactivated")


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
    _end_all(person, "password changed")
    record_change(actor, person, "password changed")


__all__ = [
    "Limits",
    "add_person",
    "allowed_roles",
    "change_password",
    "check_password",
    "deactivate",
    "end_session",
    "insert_person",
    "reactivate",
    "record_change",
    "seen",
    "set_roles",
    "sign_in",
    "token_hash",
]
