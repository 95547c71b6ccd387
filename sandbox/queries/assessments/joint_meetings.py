"""Meetings of the deciding desks with each other: what is planned, what was said, agreed and voted.

Rule: audience {deciding desks that have opened}; they exist only where the programme holds joint meetings.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.catalogue.terms import Vote as VoteRule
from sandbox.domain.errors import NotFound
from sandbox.extensions import db
from sandbox.models.assessments import VOTES, JointMeeting, MeetingAction, MeetingVote
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.people import Person
from sandbox.queries import Page
from sandbox.queries.access import visible
from sandbox.queries.assessments.joint import MEETERS, Colleague, Post, colleagues, desks_of, enter, posts
from sandbox.queries.desks.sight import Sight

STATES = {"planned": ("Planned", "info"), "held": ("Held", "good"), "cancelled": ("Cancelled", "neutral")}


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting as it is listed."""

    id: UUID
    starts_at: datetime
    purpose: str
    motion: str
    agenda: tuple[dict[str, Any], ...]
    participants: tuple[dict[str, str], ...]
    state: str
    reason: str
    by: str
    code: str
    version: int
    zones: tuple[str, ...]

    @property
    def words(self) -> str:
        """The state in words."""
        return STATES[self.state][0]

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return STATES[self.state][1]


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreed action."""

    id: UUID
    text: str
    owner: str
    code: str
    due_on: date
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Cast:
    """The vote of one desk that counts."""

    code: str
    choice: str
    words: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Meetings:
    """All meetings of a case. `votes`: the programme asks for a vote of each desk."""

    sight: Sight
    desks: dict[str, str]
    meetings: tuple[Meeting, ...]
    votes: bool
    people: tuple[Colleague, ...]

    def may(self, action: Action) -> bool:
        """The viewer can do this now."""
        return self.sight.withdrawn_at is None and self.sight.may(action)


@dataclass(frozen=True, slots=True)
class Record:
    """One meeting with its notes, actions and votes."""

    sight: Sight
    desks: dict[str, str]
    meeting: Meeting
    actions: tuple[Agreed, ...]
    votes: dict[str, Cast]
    posts: Page[Post]
    people: tuple[Colleague, ...]

    def may(self, action: Action) -> bool:
        """The viewer can do this now."""
        return self.sight.withdrawn_at is None and self.sight.may(action)

    def count(self, choice: str) -> int:
        """How many desks that take part voted so."""
        return sum(1 for code, one in self.votes.items() if one.choice == choice and code in self.desks)


def _meetings(seen: Sight, meeting_id: UUID | None = None) -> tuple[Meeting, ...]:
    statement = (
        select(JointMeeting, Person.name, Authority.code)
        .join(Person, Person.id == JointMeeting.called_by)
        .join(Authority, Authority.id == JointMeeting.authority_id)
        .where(JointMeeting.case_id == seen.case_id, visible(JointMeeting.id, "joint_meeting", seen.parties))
        .order_by(JointMeeting.starts_at.desc(), JointMeeting.id)
    )
    if meeting_id is not None:
        statement = statement.where(JointMeeting.id == meeting_id)
    rows = db.session.execute(statement).all()
    codes = {one["authority"] for row, _, _ in rows for one in row.participants}
    zone_of = {
        code: zone
        for code, zone in db.session.execute(
            select(Authority.code, Authority.time_zone).where(Authority.code.in_(sorted(codes))),
        )
    }
    return tuple(
        Meeting(
            id=row.id,
            starts_at=row.starts_at,
            purpose=row.purpose,
            motion=row.motion,
            agenda=tuple(row.agenda),
            participants=tuple(row.participants),
            state=row.state,
            reason=row.reason,
            by=name,
            code=code,
            version=row.version,
            zones=tuple(sorted({zone_of[one["authority"]] for one in row.participants})),
        )
        for row, name, code in rows
    )


def meetings(viewer: Actor, case_id: UUID) -> Meetings:
    """The meetings of a case, the latest first. Raises NotFound, also where the programme holds none."""
    seen = enter(viewer, case_id)
    if not seen.joint_meeting:
        raise NotFound("There is nothing here.")
    rule = db.session.scalar(select(Programme.vote).where(Programme.id == seen.programme_id))
    return Meetings(seen, desks_of(seen), _meetings(seen), rule != VoteRule.NONE, colleagues(seen, MEETERS))


def meeting(viewer: Actor, case_id: UUID, meeting_id: UUID, after: str | None = None) -> Record:
    """One meeting. Raises NotFound."""
    seen = enter(viewer, case_id)
    found = _meetings(seen, meeting_id)
    if not found:
        raise NotFound("There is nothing here.")
    actions = db.session.execute(
        select(
            MeetingAction.id, MeetingAction.text, Person.name, Authority.code, MeetingAction.due_on,
            MeetingAction.done_at,
        )
        .join(Person, Person.id == MeetingAction.owner_id)
        .join(Authority, Authority.id == Person.organisation_id)
        .where(MeetingAction.meeting_id == meeting_id)
        .order_by(MeetingAction.due_on, MeetingAction.id),
    )  # fmt: skip
    return Record(
        sight=seen,
        desks=desks_of(seen),
        meeting=found[0],
        actions=tuple(Agreed(*row) for row in actions),
        votes=_votes(meeting_id),
        posts=posts(seen, meeting_id, after),
        people=colleagues(seen, MEETERS),
    )


def _votes(meeting_id: UUID) -> dict[str, Cast]:
    newest = (
        select(
            MeetingVote.id,
            func.row_number()
            .over(partition_by=MeetingVote.authority_id, order_by=(MeetingVote.voted_at.desc(), MeetingVote.id))
            .label("place"),
        )
        .where(MeetingVote.meeting_id == meeting_id)
        .subquery()
    )
    rows = db.session.execute(
        select(MeetingVote, Authority.code, Person.name)
        .join(newest, newest.c.id == MeetingVote.id)
        .join(Authority, Authority.id == MeetingVote.authority_id)
        .join(Person, Person.id == MeetingVote.voted_by)
        .where(newest.c.place == 1)
        .order_by(Authority.code),
    )
    return {code: Cast(code, row.choice, VOTES[row.choice], row.reason, name, row.voted_at) for row, code, name in rows}


__all__ = ["Agreed", "Cast", "Meeting", "Meetings", "Record", "meeting", "meetings"]
