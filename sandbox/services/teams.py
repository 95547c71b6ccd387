"""Teams of an authority and leave: kept by its administrator, leave also by everybody for themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.domain.errors import BadInput, NotAllowed, NotFound
from sandbox.domain.policy import demand
from sandbox.extensions import db
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Leave, Team, TeamMember
from sandbox.models.people import Person
from sandbox.services import trail
from sandbox.services.unit import add, expect, get, use_case

CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_LEAVE = 400  # days; a slip of the year is noticed


def _record(actor: Actor, action: Action, **detail: object) -> None:
    trail.record(trail.organisation_scope(actor.organisation_id), action, actor, (), detail=detail)


def _colleagues(actor: Actor, people: Iterable[UUID]) -> list[UUID]:
    """These people, each once, all of the actor's own organisation. Raises BadInput."""
    wanted = list(dict.fromkeys(people))
    known = set(
        db.session.scalars(
            select(Person.id).where(Person.id.in_(wanted), Person.organisation_id == actor.organisation_id)
        )
    )
    if known != set(wanted):
        raise BadInput({"members": "Choose people of your own authority."})
    return wanted


@use_case
def set_team(
    actor: Actor,
    *,
    code: str,
    name: str,
    subjects: Iterable[str] = (),
    members: Iterable[UUID] = (),
    team_id: UUID | None = None,
    version: int | None = None,
) -> UUID:
    """Make a team, or change the one named. `code` is what routing rules name; it never changes once made.

    Raises NotAllowed, NotFound, Conflict, BadInput (a code in use or badly formed, people of another authority).
    """
    demand(actor, Action.TEAM_CHANGE)
    assert actor.organisation_id is not None
    authority = get(Authority, actor.organisation_id, lock=True)
    wanted = _colleagues(actor, members)
    if not name.strip():
        raise BadInput({"name": "Enter the name of the team."})
    if team_id is None:
        _free_code(authority.id, code)
        team = add(Team(authority_id=authority.id, code=code, name=name.strip(), subjects=sorted(set(subjects))))
    else:
        team = own_team(actor, team_id)
        expect(team, version)
        team.name, team.subjects = name.strip(), sorted(set(subjects))
        team.version += 1  # also when only the members change
    db.session.execute(delete(TeamMember).where(TeamMember.team_id == team.id))
    db.session.add_all(TeamMember(team_id=team.id, person_id=person_id) for person_id in wanted)
    _record(actor, Action.TEAM_CHANGE, team=team.code, members=[str(one) for one in wanted])
    return team.id


def _free_code(authority_id: UUID, code: str) -> None:
    if not CODE.fullmatch(code) or len(code) > 32:
        raise BadInput({"code": "Use small letters, digits and hyphens, as in digital-assets."})
    if db.session.scalar(select(Team.id).where(Team.authority_id == authority_id, Team.code == code)) is not None:
        raise BadInput({"code": "There is a team with this code already."})


def own_team(actor: Actor, team_id: UUID) -> Team:
    """A team of the actor's own authority. Raises NotFound."""
    team = get(Team, team_id)
    if team.authority_id != actor.organisation_id:
        raise NotFound("There is nothing here.")
    return team


def team_for(authority_id: UUID, code: str | None) -> UUID | None:
    """The team that a routing rule names; None where the authority has no such team (yet)."""
    if code is None:
        return None
    return db.session.scalar(select(Team.id).where(Team.authority_id == authority_id, Team.code == code))


@use_case
def record_leave(
    actor: Actor, *, person_id: UUID, starts_on: date, ends_on: date, deputy_id: UUID | None = None
) -> UUID:
    """Record days on which somebody is away: one's own, or as the administrator anybody's of the authority.

    Meanwhile letters also go to the deputy, as far as the deputy may know of the case. Raises NotAllowed, BadInput.
    """
    demand(actor, Action.LEAVE_RECORD)
    if person_id != actor.person_id and not actor.has(Role.AUTHORITY_ADMINISTRATOR):
        raise NotAllowed("You can record your own leave. For others, ask your administrator.")
    _colleagues(actor, [person_id])
    get(Person, person_id, lock=True)
    problems = {}
    if ends_on < starts_on:
        problems["ends_on"] = "The last day must not be before the first."
    elif (ends_on - starts_on).days > LONGEST_LEAVE:
        problems["ends_on"] = "This is more than a year. Check the dates."
    elif _overlaps(person_id, starts_on, ends_on):
        problems["starts_on"] = "There is leave on some of these days already. Remove it first."
    if deputy_id is not None and (deputy_id == person_id or not _active(actor, deputy_id)):
        problems["deputy_id"] = "Choose another person of your authority who is active."
    if problems:
        raise BadInput(problems)
    row = add(Leave(person_id=person_id, starts_on=starts_on, ends_on=ends_on, deputy_id=deputy_id))
    _record(actor, Action.LEAVE_RECORD, person=str(person_id), starts=starts_on.isoformat(), ends=ends_on.isoformat())
    return row.id


def _overlaps(person_id: UUID, starts_on: date, ends_on: date) -> bool:
    found = select(Leave.id).where(Leave.person_id == person_id, Leave.starts_on <= ends_on, Leave.ends_on >= starts_on)
    return db.session.scalar(found.limit(1)) is not None


def _active(actor: Actor, person_id: UUID) -> bool:
    person = db.session.get(Person, person_id)
    return person is not None and person.active and person.organisation_id == actor.organisation_id


@use_case
def remove_leave(actor: Actor, leave_id: UUID) -> None:
    """Remove leave: one's own, or as the administrator anybody's. Raises NotFound, NotAllowed."""
    demand(actor, Action.LEAVE_RECORD)
    row = get(Leave, leave_id)
    if get(Person, row.person_id).organisation_id != actor.organisation_id:
        raise NotFound("There is nothing here.")
    if row.person_id != actor.person_id and not actor.has(Role.AUTHORITY_ADMINISTRATOR):
        raise NotFound("There is nothing here.")
    db.session.delete(row)
    _record(actor, Action.LEAVE_RECORD, person=str(row.person_id), removed=True)


__all__ = ["own_team", "record_leave", "remove_leave", "set_team", "team_for"]
