"""Who is signed in, and the people of one's own organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import BindParameter, String, bindparam, cast, func, or_, select
from sqlalchemy.sql.selectable import ScalarSelect

from sandbox.domain.actions import Action
from sandbox.domain.actors import ROLE_TITLES, Actor, Role
from sandbox.domain.actors import Organisation as Kind
from sandbox.domain.errors import NotFound
from sandbox.domain.policy import can, demand
from sandbox.extensions import db
from sandbox.models.base import UtcDateTime, now
from sandbox.models.desks import StandIn
from sandbox.models.firms import Engagement
from sandbox.models.people import Organisation, Person, PersonRole, UserSession
from sandbox.queries import PAGE_SIZE, Page, page_of, place, words
from sandbox.queries.prepared import Prepared


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session and the person behind it."""

    session_id: UUID
    actor: Actor
    created_at: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Colleague:
    """One line of the list of people."""

    id: UUID
    name: str
    email: str
    title: str
    active: bool
    roles: tuple[str, ...]
    version: int
    myself: bool


def _roles() -> ScalarSelect[str]:
    """The roles of the person of the outer statement, joined by commas."""
    return (
        select(func.aggregate_strings(PersonRole.role, ","))
        .where(PersonRole.person_id == Person.id)
        .correlate(Person)
        .scalar_subquery()
    )


def _stands_in() -> ScalarSelect[str]:
    """The roles that the person of the outer statement holds for some case only, joined by commas."""
    return (
        select(func.aggregate_strings(StandIn.role, ","))
        .where(StandIn.person_id == Person.id, StandIn.ended_at.is_(None))
        .correlate(Person)
        .scalar_subquery()
    )


def _acts_for() -> ScalarSelect[str]:
    """The firms that engage the person of the outer statement as counsel at `moment`, joined by commas."""
    moment: BindParameter[datetime] = bindparam("moment", type_=UtcDateTime())
    return (
        select(func.aggregate_strings(cast(Engagement.firm_id, String), ","))
        .where(
            Engagement.counsel_id == Person.id,
            Engagement.begins_at <= moment,
            or_(Engagement.ends_at.is_(None), Engagement.ends_at > moment),
        )
        .correlate(Person)
        .scalar_subquery()
    )


@cache
def _viewer() -> Prepared:
    """Built once: it runs on every request of somebody signed in."""
    return Prepared(
        select(
            UserSession.id.label("session_id"),
            UserSession.created_at,
            UserSession.last_seen_at,
            Person.id,
            Person.name,
            Person.email,
            Person.time_zone,
            Person.organisation_id,
            Organisation.kind,
            Organisation.name.label("organisation_name"),
            Organisation.code,
            _roles().label("roles"),
            _stands_in().label("stands_in"),
            _acts_for().label("acts_for"),
        )
        .join(Person, Person.id == UserSession.person_id)
        .join(Organisation, Organisation.id == Person.organisation_id)
        .where(UserSession.token_hash == bindparam("token_hash"), Person.active.is_(True))
    )


def viewer(token_hash: str) -> SignedIn | None:
    """The active person whose session has this token hash, in one statement. Time limits are the caller's."""
    row = _viewer().one_or_none({"token_hash": token_hash, "moment": now()})
    if row is None:
        return None
    actor = Actor(
        person_id=row.id,
        organisation_id=row.organisation_id,
        organisation=Kind(row.kind),
        roles=frozenset(Role(role) for role in (row.roles or "").split(",") if role),
        name=row.name,
        organisation_name=row.organisation_name,
        code=row.code or "",
        time_zone=row.time_zone,
        email=row.email,
        stands_in=frozenset(Role(role) for role in (row.stands_in or "").split(",") if role),
        acts_for=frozenset(UUID(firm) for firm in (row.acts_for or "").split(",") if firm),
    )
    return SignedIn(row.session_id, actor, row.created_at, row.last_seen_at)


def _colleague(row: object, actor: Actor) -> Colleague:
    values = row._asdict()  # type: ignore[attr-defined]
    held = sorted((values.pop("roles") or "").split(","))
    return Colleague(**values, roles=tuple(role for role in held if role), myself=values["id"] == actor.person_id)


_COLUMNS = (Person.id, Person.name, Person.email, Person.title, Person.active, Person.version)


def colleagues(actor: Actor, *, after: str | None = None, find: str = "", size: int = PAGE_SIZE) -> Page[Colleague]:
    """The people of the actor's organisation by name. Raises NotAllowed."""
    demand(actor, Action.PEOPLE_READ)
    statement = select(*_COLUMNS, _roles().label("roles")).where(Person.organisation_id == actor.organisation_id)
    if find:
        pattern = f"%{find.replace('/', '//').replace('%', '/%').replace('_', '/_')}%"
        statement = statement.where(or_(Person.name.ilike(pattern, "/"), Person.email.ilike(pattern, "/")))
    start = place(after, words, UUID)
    if start is not None:
        name, key = start
        statement = statement.where(or_(Person.name > name, (Person.name == name) & (Person.id > key)))
    rows = db.session.execute(statement.order_by(Person.name, Person.id).limit(size + 1)).all()
    return page_of([_colleague(row, actor) for row in rows], lambda row: (row.name, row.id), size)


def colleague(actor: Actor, person_id: UUID) -> Colleague:
    """One person of the actor's organisation. Raises NotAllowed, NotFound."""
    demand(actor, Action.PEOPLE_READ)
    row = db.session.execute(
        select(*_COLUMNS, _roles().label("roles")).where(
            Person.id == person_id,
            Person.organisation_id == actor.organisation_id,
        ),
    ).one_or_none()
    if row is None:
        raise NotFound("There is nothing here.")
    return _colleague(row, actor)


def can_take_over(actor: Actor) -> list[tuple[UUID, str]]:
    """Colleagues who can sign in, by name: those to whom ownership can go. Raises NotAllowed."""
    demand(actor, Action.PEOPLE_HAND_OVER)
    rows = db.session.execute(
        select(Person.id, Person.name)
        .where(
            Person.organisation_id == actor.organisation_id,
            Person.active.is_(True),
            Person.id != actor.person_id,
        )
        .order_by(Person.name, Person.id)
        .limit(500),
    )
    return [(key, name) for key, name in rows]


def may_change_people(actor: Actor) -> bool:
    """True when the page may offer to change people."""
    return can(actor, Action.PEOPLE_CHANGE)


def titles(roles: tuple[str, ...]) -> list[str]:
    """Roles in words."""
    return [ROLE_TITLES[Role(role)] for role in roles]


__all__ = ["Colleague", "SignedIn", "can_take_over", "colleague", "colleagues", "may_change_people", "titles", "viewer"]
