"""What the queries of the joint pages share: who is there, what was written, and by whom.

Rule: audience {deciding desks that have opened}; to everybody else none of these pages exists.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, or_, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.domain.conflicts import EFFECTIVE
from sandbox.domain.errors import NotFound
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.extensions import db
from sandbox.models.assessments import JointPost
from sandbox.models.catalogue import Authority
from sandbox.models.desks import ConflictDeclaration, Desk, DeskAssignment
from sandbox.models.people import Person, PersonRole
from sandbox.queries import Page, instant, page_of, place
from sandbox.queries.access import visible
from sandbox.queries.desks.sight import Sight, sight

POSTS = 20
SETTLERS = (Role.COORDINATOR, Role.CASE_OFFICER)
MEETERS = (*SETTLERS, Role.DECISION_MAKER)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of a deciding desk who can be named in joint work."""

    id: UUID
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody wrote to the deciding desks."""

    id: UUID
    author: str
    code: str
    at: datetime
    text: str


class NotOpen(NotFound):
    """The joint pages wait for the opening of the viewer's desk. What waits behind them, or whether, is not told."""

    def __init__(self, seen: Sight):
        super().__init__("There is nothing here.")
        self.seen = seen


def enter(viewer: Actor, case_id: UUID) -> Sight:
    """What the viewer may know of a case whose board is open to their desk.

    Raises NotOpen to staff of a deciding desk until then, NotFound to everybody else.
    """
    seen = sight(viewer, case_id, Action.DIVERGENCE_READ)
    if seen.desk_opened_at is None:
        raise NotOpen(seen)
    return seen


def desks_of(seen: Sight) -> dict[str, str]:
    """The deciding desks that have opened and take part (of a withdrawn case: took part): code → name."""
    rows = db.session.execute(
        select(Authority.code, Authority.name)
        .join(Desk, Desk.authority_id == Authority.id)
        .where(
            Desk.case_id == seen.case_id,
            Desk.part == "decides",
            Desk.opened_at.is_not(None),
            Desk.state.not_in(ENDED_DESK if seen.withdrawn_at is None else ()),
        )
        .order_by(Authority.code),
    )
    return {code: name for code, name in rows}


def colleagues(seen: Sight, roles: Iterable[Role]) -> tuple[Colleague, ...]:
    """Coordinators and assigned people in these roles, at the deciding desks that have opened, who have declared."""
    said = exists().where(
        ConflictDeclaration.case_id == seen.case_id,
        ConflictDeclaration.person_id == Person.id,
        ConflictDeclaration.superseded_at.is_(None),
        ConflictDeclaration.outcome.in_(EFFECTIVE),
    )
    held = exists().where(DeskAssignment.desk_id == Desk.id, DeskAssignment.person_id == Person.id)
    rows = db.session.execute(
        select(Person.id, Person.name, Authority.code)
        .join(Authority, Authority.id == Person.organisation_id)
        .join(Desk, and_(Desk.authority_id == Authority.id, Desk.case_id == seen.case_id))
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(
            Person.active.is_(True),
            PersonRole.role.in_([role.value for role in roles]),
            or_(PersonRole.role == Role.COORDINATOR.value, held),
            said,
            Desk.part == "decides",
            Desk.opened_at.is_not(None),
            Desk.state.not_in(ENDED_DESK),
        )
        .distinct()
        .order_by(Authority.code, Person.name, Person.id),
    )
    return tuple(Colleague(*row) for row in rows)


def posts(seen: Sight, subject_id: UUID, after: str | None = None) -> Page[Post]:
    """What was written on a subject, the newest first."""
    statement = (
        select(JointPost.id, Person.name, Authority.code, JointPost.posted_at, JointPost.text)
        .join(Person, Person.id == JointPost.author_id)
        .join(Authority, Authority.id == JointPost.authority_id)
        .where(
            JointPost.subject_id == subject_id,
            JointPost.case_id == seen.case_id,
            visible(JointPost.id, "joint_post", seen.parties),
        )
        .order_by(JointPost.posted_at.desc(), JointPost.id.desc())
        .limit(POSTS + 1)
    )
    if (start := place(after, instant, UUID)) is not None:
        same: Any = and_(JointPost.posted_at == start[0], JointPost.id < start[1])
        statement = statement.where(or_(JointPost.posted_at < start[0], same))
    rows = [Post(*row) for row in db.session.execute(statement)]
    return page_of(rows, lambda one: (one.at.isoformat(), one.id), POSTS)


__all__ = ["MEETERS", "SETTLERS", "Colleague", "NotOpen", "Post", "colleagues", "desks_of", "enter", "posts"]
