"""Meetings of the deciding desks with each other, where the programme holds them: agenda, notes, actions, votes.

Rule: a meeting decides nothing and a vote binds nobody; each desk records its own vote. Meetings with the firm are
another subject.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.catalogue.terms import Vote
from sandbox.domain.errors import BadInput, NotFound, NotNow
from sandbox.domain.lifecycles import JOINT_MEETING
from sandbox.domain.needs import Reasoned
from sandbox.extensions import db
from sandbox.models.assessments import VOTES, Contradiction, Divergence, JointMeeting, MeetingAction, MeetingVote
from sandbox.models.base import now
from sandbox.models.catalogue import Programme
from sandbox.services import contradictions, search
from sandbox.services.divergences import post
from sandbox.services.engine import advance, tell
from sandbox.services.joint import Joint, enter, of_the_desks
from sandbox.services.unit import add, expect, get, use_case

NOT_HELD = "This can be recorded once the meeting has been held."


def agenda_of(case_id: UUID) -> list[dict[str, Any]]:
    """What is open between the desks: contradictions first, then divergences by title."""
    pairs = db.session.scalars(
        select(Contradiction)
        .where(Contradiction.case_id == case_id, Contradiction.state == "open")
        .order_by(Contradiction.key),
    )
    rows = db.session.execute(
        select(Divergence.id, Divergence.title)
        .where(Divergence.case_id == case_id, Divergence.state == "open")
        .order_by(Divergence.title),
    )
    found = [{"kind": "contradiction", "id": str(row.id), "text": contradictions.title(row)} for row in pairs]
    return found + [{"kind": "divergence", "id": str(row.id), "text": row.title} for row in rows]


def _people(joint: Joint, chosen: Iterable[UUID], field: str = "participants") -> list[dict[str, str]]:
    """Those who take part, who must be able to read the board. Raises BadInput."""
    found = []
    for person_id in dict.fromkeys(chosen):
        person = of_the_desks(joint, person_id, Action.DIVERGENCE_READ)
        if person is None:
            raise BadInput({field: "Choose people of the deciding desks who work on this case."})
        found.append({"person": str(person_id), "name": person.name, "authority": person.code})
    if not found:
        raise BadInput({field: "Choose who takes part."})
    return found


def _programme(joint: Joint) -> Programme:
    return get(Programme, joint.case.programme_id)


@use_case
def call(
    actor: Actor,
    case_id: UUID,
    *,
    starts_at: datetime,
    purpose: str,
    participants: Iterable[UUID],
    motion: str = "",
    items: Iterable[str] = (),
) -> UUID:
    """Call a meeting of the deciding desks; its agenda is what is open between them now, and further items.

    One that took place without being called can be entered afterwards; nobody is told then.
    Raises NotFound where the programme holds no joint meetings, BadInput for a motion where it asks for no votes.
    """
    joint = enter(actor, Action.JOINT_MEETING_CALL, case_id)
    programme = _programme(joint)
    if not programme.joint_meeting:
        raise NotFound("There is nothing here.")
    problems = {} if purpose.strip() else {"purpose": "Say what the meeting is for."}
    if motion.strip() and programme.vote == Vote.NONE:
        problems["motion"] = "This programme asks for no votes."
    if problems:
        raise BadInput(problems)
    more = [{"kind": "item", "id": "", "text": line.strip()} for line in items if line.strip()]
    meeting = add(
        JointMeeting(
            case_id=case_id,
            starts_at=starts_at,
            purpose=purpose,
            motion=motion.strip(),
            agenda=agenda_of(case_id) + more,
            participants=_people(joint, participants),
            authority_id=actor.organisation_id,
            called_by=actor.person_id,
        ),
    )
    joint.show(meeting, "joint_meeting")
    search.index("joint_meeting", meeting.id, case_id, purpose)
    detail = {"meeting": str(meeting.id), "starts_at": starts_at.isoformat()}
    joint.record(actor, Action.JOINT_MEETING_CALL, detail=detail)
    if starts_at > now():
        tell(actor, Action.JOINT_MEETING_CALL, joint.matter, ("opened",))
    return meeting.id


def _entered(actor: Actor, action: Action, meeting_id: UUID) -> tuple[JointMeeting, Joint]:
    meeting = get(JointMeeting, meeting_id)
    joint = enter(actor, action, meeting.case_id)
    db.session.refresh(meeting)
    return meeting, joint


@use_case
def hold(actor: Actor, meeting_id: UUID, *, present: Iterable[UUID], version: int | None = None) -> None:
    """Record that the meeting was held, and who was present. Raises NotNow before it began."""
    meeting, joint = _entered(actor, Action.JOINT_MEETING_HOLD, meeting_id)
    expect(meeting, version)
    if meeting.starts_at > now():
        raise NotNow("The meeting has not begun yet.")
    attended = _people(joint, present, "present")
    detail = {"meeting": str(meeting.id), "present": [one["name"] for one in attended]}
    advance(JOINT_MEETING, meeting, Action.JOINT_MEETING_HOLD, actor, joint.about(detail=detail))
    meeting.participants = attended


@use_case
def cancel(actor: Actor, meeting_id: UUID, *, reason: str) -> None:
    """Cancel a meeting that has not been held; the others are told."""
    meeting, joint = _entered(actor, Action.JOINT_MEETING_CANCEL, meeting_id)
    matter = joint.about(needs=Reasoned(reason), detail={"meeting": str(meeting.id), "reason": reason})
    advance(JOINT_MEETING, meeting, Action.JOINT_MEETING_CANCEL, actor, matter)
    meeting.reason = reason


@use_case
def note(actor: Actor, meeting_id: UUID, *, text: str) -> UUID:
    """Write a note of the meeting: before it as preparation, after it as what was said. It stays as written."""
    meeting, joint = _entered(actor, Action.JOINT_MEETING_NOTE, meeting_id)
    return post(actor, joint, Action.JOINT_MEETING_NOTE, ("meeting", meeting.id, meeting.purpose), text)


@use_case
def agree(actor: Actor, meeting_id: UUID, *, text: str, owner_id: UUID, due_on: date) -> UUID:
    """Record what the meeting agreed that somebody does, and by when. Returns the id of the action."""
    meeting, joint = _entered(actor, Action.JOINT_MEETING_AGREE, meeting_id)
    if meeting.state != "held":
        raise NotNow(NOT_HELD)
    owner = of_the_desks(joint, owner_id, Action.DIVERGENCE_READ)
    problems = {} if text.strip() else {"text": "Write what was agreed."}
    if owner is None:
        problems["owner"] = "Choose somebody of a deciding desk."
    if problems:
        raise BadInput(problems)
    row = add(MeetingAction(meeting_id=meeting.id, text=text, owner_id=owner_id, due_on=due_on))
    detail = {"meeting": str(meeting.id), "action": text, "owner": owner.name if owner else "", "due_on": str(due_on)}
    joint.record(actor, Action.JOINT_MEETING_AGREE, detail=detail)
    return row.id


@use_case
def finish(actor: Actor, action_id: UUID) -> None:
    """Record that an agreed action is done."""
    row = get(MeetingAction, action_id)
    meeting, joint = _entered(actor, Action.JOINT_MEETING_FINISH, row.meeting_id)
    db.session.refresh(row)
    if row.done_at is not None:
        raise NotNow("This action is done already.")
    row.done_at = now()
    detail = {"meeting": str(meeting.id), "action": row.text}
    joint.record(actor, Action.JOINT_MEETING_FINISH, detail=detail)


@use_case
def vote(actor: Actor, meeting_id: UUID, *, choice: str, reason: str) -> None:
    """Record the vote of one's own desk on the motion; voting again replaces it, and both stay on record.

    Raises NotNow where nothing is put to the vote or the meeting has not been held.
    """
    meeting, joint = _entered(actor, Action.JOINT_MEETING_VOTE, meeting_id)
    if not meeting.motion:
        raise NotNow("Nothing is put to the vote at this meeting.")
    if meeting.state != "held":
        raise NotNow(NOT_HELD)
    problems = {} if choice in VOTES else {"choice": "Choose how your authority votes."}
    if not reason.strip():
        problems["reason"] = "Give the reason."
    if problems:
        raise BadInput(problems)
    row = add(
        MeetingVote(
            meeting_id=meeting.id,
            authority_id=actor.organisation_id,
            choice=choice,
            reason=reason,
            voted_by=actor.person_id,
        ),
    )
    joint.record(actor, Action.JOINT_MEETING_VOTE, detail={"meeting": str(meeting.id), "vote": choice}, froze=(row,))


__all__ = ["agenda_of", "agree", "call", "cancel", "finish", "hold", "note", "vote"]
