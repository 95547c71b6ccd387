"""Meetings of the deciding desks: the board gives the agenda, each desk votes for itself, the count decides nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select, update

from sandbox.domain.errors import BadInput, Conflict, Incomplete, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.assessments import Divergence, JointMeeting, JointPost, MeetingAction, MeetingVote
from sandbox.models.catalogue import Programme
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import Audience
from sandbox.queries import assessments as queries
from sandbox.queries.assessments.joint import POSTS
from sandbox.services import contradictions, joint_meetings
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build, open_positions

SOON, AFTER = timedelta(days=2), timedelta(days=3)


@pytest.fixture
def world(maker: Maker) -> World:
    """A case whose positions are open and differ."""
    found = build(maker)
    open_positions(found)
    return found


def call(world: World, *, motion: str = "", people: tuple[str, ...] = ("case",)) -> UUID:
    """A meeting in two days of people of both desks."""
    chosen = [who.me for duty in people for who in (world.staff(duty), world.other(duty))]
    return joint_meetings.call(
        world.staff("coordinator"), world.case_id, starts_at=datetime.now(UTC) + SOON, purpose="Total value",
        participants=chosen, motion=motion, items=["Dates of the decisions", "  "],
    )  # fmt: skip


def held(world: World, **more: str) -> UUID:
    """A meeting that was held."""
    key = call(world, **more)
    with time_machine.travel(datetime.now(UTC) + AFTER):
        joint_meetings.hold(world.other("case"), key, present=[world.staff("case").me, world.other("case").me])
    return key


def test_the_agenda_is_what_is_open_between_the_desks(world: World) -> None:
    contradictions.mark(world.staff("case"), world.case_id, one=f"{SEALED}-1", other=f"{OTHER}-1", reason="Twice.")
    meeting = db.session.get_one(JointMeeting, call(world))
    assert [(item["kind"], item["text"]) for item in meeting.agenda] == [
        ("contradiction", f"“Monthly report” ({SEALED}) and “Monthly report” ({OTHER})"),
        ("divergence", "Total value outstanding"),
        ("item", "Dates of the decisions"),
    ]
    told = set(db.session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.action == "joint_meeting.call")))
    assert world.other("case").me in told
    assert told.isdisjoint(one.me for one in world.outsiders.values() if one.code != OTHER)
    parties = set(db.session.scalars(select(Audience.party).where(Audience.item_id == meeting.id)))
    assert parties == {f"desk:{SEALED}", f"desk:{OTHER}"}


def test_a_meeting_that_is_not_right_is_not_called(world: World) -> None:
    right = {"starts_at": datetime.now(UTC) + SOON, "purpose": "Why", "participants": [world.other("case").me]}
    firm, idle = world.outsiders["signatory@harbourlight.example"], world.outsiders["ethics@sec.example"]
    for wrong in (
        {"purpose": " "},
        {"participants": []},
        {"participants": [firm.me]},
        {"participants": [idle.me]},
    ):
        with pytest.raises(BadInput):
            joint_meetings.call(world.staff("case"), world.case_id, **{**right, **wrong})
    for who, refusal in (
        (world.staff("decision"), NotAllowed),
        (world.outsiders["signatory@tessellate.example"], NotFound),
    ):
        with pytest.raises(refusal):
            joint_meetings.call(who, world.case_id, **right)
    assert db.session.scalars(select(JointMeeting)).all() == []


def test_where_the_programme_holds_none_there_is_none(world: World) -> None:
    db.session.execute(update(Programme).values(joint_meeting=False))
    db.session.commit()
    try:
        with pytest.raises(NotFound):
            call(world)
        with pytest.raises(NotFound):
            queries.meetings(world.staff("case"), world.case_id)
        db.session.execute(update(Programme).values(joint_meeting=True, vote="none"))
        db.session.commit()
        with pytest.raises(BadInput):
            call(world, motion="Shall we?")
        assert not queries.meetings(world.staff("case"), world.case_id).votes
    finally:
        db.session.execute(update(Programme).values(joint_meeting=True, vote="one per desk"))
        db.session.commit()


def test_it_is_held_after_it_began_or_cancelled_with_a_reason(world: World) -> None:
    key = call(world)
    with pytest.raises(NotNow):
        joint_meetings.hold(world.staff("case"), key, present=[world.staff("case").me])
    with pytest.raises(Incomplete):
        joint_meetings.cancel(world.staff("case"), key, reason=" ")
    with time_machine.travel(datetime.now(UTC) + AFTER):
        with pytest.raises(Conflict):
            joint_meetings.hold(world.staff("case"), key, present=[world.staff("case").me], version=9)
        joint_meetings.hold(world.staff("case"), key, present=[world.staff("case").me])
        with pytest.raises(NotNow):
            joint_meetings.cancel(world.staff("case"), key, reason="Too late.")
    assert [one["authority"] for one in db.session.get_one(JointMeeting, key).participants] == [SEALED]
    other = call(world)
    joint_meetings.cancel(world.other("case"), other, reason="A holiday.")
    record = queries.meeting(world.staff("case"), world.case_id, other)
    assert (record.meeting.words, record.meeting.reason) == ("Cancelled", "A holiday.")


def test_notes_stay_as_they_were_written(world: World) -> None:
    key = call(world)
    for number in range(POSTS + 1):
        joint_meetings.note(world.other("specialist"), key, text=f"Note {number}")
    page = queries.meeting(world.staff("case"), world.case_id, key).posts
    assert page.rows[0].text == f"Note {POSTS}" and page.rows[0].code == OTHER
    rest = queries.meeting(world.staff("case"), world.case_id, key, page.after).posts
    assert [one.text for one in rest.rows] == ["Note 0"] and rest.after is None
    with pytest.raises(BadInput):
        joint_meetings.note(world.staff("case"), key, text=" ")
    assert "text" in JointPost.__frozen__


def test_agreed_actions_have_an_owner_and_a_day_and_are_done_once(world: World) -> None:
    planned = call(world)
    values = {"text": "Ask the firm.", "owner_id": world.other("case").me, "due_on": (datetime.now(UTC) + AFTER).date()}
    with pytest.raises(NotNow):
        joint_meetings.agree(world.staff("case"), planned, **values)
    key = held(world)
    with pytest.raises(BadInput):
        firm = world.outsiders["signatory@harbourlight.example"].me
        joint_meetings.agree(world.staff("case"), key, **{**values, "owner_id": firm})
    row = joint_meetings.agree(world.staff("case"), key, **values)
    joint_meetings.finish(world.other("case"), row)
    with pytest.raises(NotNow):
        joint_meetings.finish(world.staff("case"), row)
    assert db.session.get_one(MeetingAction, row).done_at is not None


def test_each_desk_votes_for_itself_and_the_count_decides_nothing(world: World) -> None:
    with pytest.raises(NotNow):
        joint_meetings.vote(world.staff("coordinator"), held(world), choice="for", reason="No motion.")
    key = held(world, motion="One limit for both?")
    for choice, reason in (("for", " "), ("perhaps", "Why.")):
        with pytest.raises(BadInput):
            joint_meetings.vote(world.staff("coordinator"), key, choice=choice, reason=reason)
    with pytest.raises(NotAllowed):
        joint_meetings.vote(world.staff("case"), key, choice="for", reason="Not mine to cast.")
    joint_meetings.vote(world.staff("coordinator"), key, choice="against", reason="Our law.")
    joint_meetings.vote(world.staff("decision"), key, choice="for", reason="On reflection.")
    joint_meetings.vote(world.other("coordinator"), key, choice="abstain", reason="No view.")
    record = queries.meeting(world.staff("case"), world.case_id, key)
    assert {code: one.choice for code, one in record.votes.items()} == {SEALED: "for", OTHER: "abstain"}
    assert [record.count(choice) for choice in ("for", "against", "abstain")] == [1, 0, 1]
    assert len(db.session.scalars(select(MeetingVote)).all()) == 3, "every vote is kept"
    assert set(db.session.scalars(select(Divergence.state))) == {"open"}, "a vote settles nothing"
