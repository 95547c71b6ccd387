"""What deciding desks do together, as pages: the board, discussions, contradictions, the joint position, meetings."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.assessments import (
    Contradiction,
    Divergence,
    JointEndorsement,
    JointMeeting,
    JointPosition,
    JointPost,
    MeetingAction,
    MeetingVote,
    ResolutionNote,
)
from sandbox.models.desks import Desk
from sandbox.models.trail import Audience
from sandbox.services import applications, contradictions, desks, divergences, joint_meetings
from sandbox.web.forms.joint import Call
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build, open_positions

As = Callable[[Actor], Any]


@pytest.fixture
def world(maker: Maker) -> World:
    """A case whose positions are open and differ on the total value."""
    found = build(maker)
    open_positions(found)
    return found


def key() -> UUID:
    """The divergence."""
    db.session.rollback()
    return db.session.scalars(select(Divergence.id)).one()


def marked(world: World) -> UUID:
    """Two conditions marked as contradictory."""
    return contradictions.mark(
        world.staff("case"), world.case_id, one=f"{SEALED}-1", other=f"{OTHER}-1", reason="Twice the same report."
    )


def called(world: World, motion: str = "") -> UUID:
    """A meeting in two days."""
    return joint_meetings.call(
        world.staff("case"), world.case_id, starts_at=datetime.now(UTC) + timedelta(days=2), purpose="The total value",
        participants=[world.staff("case").me, world.other("case").me], motion=motion,
    )  # fmt: skip


# --- the board -------------------------------------------------------------------------------------------------------


def test_the_board_shows_gap_owner_date_and_progress(world: World, as_: As) -> None:
    officer, path = as_(world.staff("case")), f"/cases/{world.case_id}/divergences"
    page = officer.get(path).text
    assert "Different currencies" in page and "0 of 1 settled" in page and "1 open" in page
    assert "Nobody takes it forward yet" in page and "Discussion (0), owner and date" in page
    one = f"{path}/{key()}"
    form = officer.get(one).text
    version = re.search(r'name="plan-version"[^>]*value="(\d+)"', form)
    assert version and "Coordinator Of Sec" in form and "Specialist" not in form
    values = {"plan-owner": str(world.other("coordinator").me), "plan-due": "2026-01-02", "plan-version": version[1]}
    assert officer.send(f"{one}/plan", values).status_code == 302
    page = officer.get(path).text
    assert "Taken forward by Coordinator Of Sec (SEC)" in page and "Overdue" in page
    late = officer.send(f"{one}/plan", values)
    assert late.status_code == 409 and "Somebody saved this meanwhile" in late.text
    for wrong in ({"plan-owner": str(uuid4())}, {"plan-due": "2026-02-30"}, {"plan-due": "9999-12-31"}):
        assert officer.send(f"{one}/plan", {**values, **wrong}).status_code == 422
    assert as_(world.staff("decision")).send(f"{one}/plan", values).status_code == 403


def test_the_board_is_filtered(world: World, as_: As) -> None:
    path, title = f"/cases/{world.case_id}/divergences", "Total value outstanding"
    divergences.plan(world.staff("case"), key(), owner_id=world.staff("case").me, due_on=None)
    for shown, there in (("open", True), ("mine", True), ("overdue", False), ("nonsense", True)):
        assert (f">{title}</h2>" in as_(world.staff("case")).get(f"{path}?show={shown}").text) is there, shown
    assert f">{title}</h2>" not in as_(world.other("case")).get(f"{path}?show=mine").text
    divergences.settle(world.staff("case"), key(), choice="agree_to_differ", text="Our law.")
    page = as_(world.staff("case")).get(f"{path}?show=open").text
    assert f">{title}</h2>" not in page and "All settled" in page and "1 of 1 settled" in page


def test_a_discussion_is_read_by_the_deciding_desks_with_author_authority_and_time(world: World, as_: As) -> None:
    path = f"/cases/{world.case_id}/divergences/{key()}"
    assert as_(world.staff("specialist")).send(f"{path}/posts", {"say-text": "<b>Why</b> USD?"}).status_code == 302
    page = as_(world.other("decision")).get(path).text
    assert "&lt;b&gt;Why&lt;/b&gt; USD?" in page and "Specialist Of Fca" in page and f"({SEALED})" in page
    assert as_(world.other("case")).send(f"{path}/posts", {"say-text": " \u200b "}).status_code == 422
    for number in range(21):
        divergences.discuss(world.staff("case"), key(), text=f"Line {number} of many")
    first = as_(world.other("case")).get(path).text
    assert "Line 20 of many" in first and "Why&lt;/b&gt; USD?" not in first
    after = re.search(r'href="([^"]*after=[^"]*)"', first)
    assert after and "USD?" in as_(world.other("case")).get(after[1].replace("&amp;", "&")).text


def test_hidden_fields_change_neither_author_nor_audience(world: World, as_: As) -> None:
    """AZ-08, BL-12: names of columns in a form are ignored."""
    path, stranger = f"/cases/{world.case_id}/divergences/{key()}", world.other("case")
    forged = {
        "authority_id": str(stranger.organisation_id), "author_id": str(stranger.me), "case_id": str(world.routed_id),
        "subject_id": str(uuid4()), "party": "public", "visible_from": "2020-01-01", "posted_at": "2020-01-01",
        "state": "settled", "disposition": "both", "version": "99",
    }  # fmt: skip
    officer = as_(world.staff("case"))
    sent = {**forged, **{f"say-{name}": value for name, value in forged.items()}, "say-text": "My words."}
    assert officer.send(f"{path}/posts", sent).status_code == 302
    db.session.rollback()
    post = db.session.scalars(select(JointPost)).one()
    assert (post.authority_id, post.author_id) == (world.staff("case").organisation_id, world.staff("case").me)
    assert (post.case_id, post.subject_id) == (world.case_id, key())
    parties = set(db.session.scalars(select(Audience.party).where(Audience.item_id == post.id)))
    assert parties == {f"desk:{SEALED}", f"desk:{OTHER}"}
    assert db.session.get_one(Divergence, key()).state == "open"


# --- contradictions --------------------------------------------------------------------------------------------------


def test_a_contradiction_is_marked_and_resolved_by_both_desks(world: World, as_: As) -> None:
    officer, other, path = as_(world.staff("case")), as_(world.other("coordinator")), f"/cases/{world.case_id}"
    assert officer.send(f"{path}/contradictions", {"mark-one": f"{SEALED}-1"}).status_code == 422
    right = {"mark-one": f"{SEALED}-1", "mark-other": f"{OTHER}-1", "mark-reason": "Twice the same report."}
    assert officer.send(f"{path}/contradictions", {**right, "mark-other": f"{SEALED}-2"}).status_code == 422
    assert officer.send(f"{path}/contradictions", right).status_code == 302
    assert "Twice the same report." in other.get(f"{path}/divergences").text
    db.session.rollback()
    one = db.session.scalars(select(Contradiction.id)).one()
    prefix, write = f"n{one.hex[:8]}", f"{path}/contradictions/{one}/note"
    assert officer.send(write, {f"{prefix}-text": "One report for both.", f"{prefix}-seen": "0"}).status_code == 302
    late = other.send(write, {f"{prefix}-text": "Other words.", f"{prefix}-seen": "0"})
    assert late.status_code == 409 and "Other words." in late.text and f'name="{prefix}-seen" value="1"' in late.text
    for unseen in ({}, {f"{prefix}-seen": ""}, {f"{prefix}-seen": ["1", "1"]}):
        refused = other.send(write, {f"{prefix}-text": "Written unseen.", **unseen})
        assert refused.status_code == 422 and "Reload the page" in refused.text
    db.session.rollback()
    note = db.session.scalars(select(ResolutionNote)).one()
    sign, place = f"{path}/resolution-notes/{note.id}/sign", f"s{one.hex[:8]}"
    signed = {f"{place}-shown": note.sha256, f"{place}-sure": "y"}
    assert other.send(sign, {f"{place}-shown": note.sha256}).status_code == 422
    assert other.send(sign, {f"{place}-sure": "y"}).status_code == 422
    assert other.send(sign, {**signed, f"{place}-shown": "0" * 64}).status_code == 409
    assert other.send(sign, signed).status_code == 302
    assert as_(world.staff("case")).send(sign, signed).status_code == 403
    assert as_(world.staff("decision")).send(sign, signed).status_code == 302
    page = other.get(f"{path}/contradictions").text
    assert "Resolved" in page and "signed by Decision Of Fca" in page
    assert "Twice the same report." not in other.get(f"{path}/divergences").text


# --- the joint position ----------------------------------------------------------------------------------------------


def test_the_joint_position_is_recorded_by_the_lead_and_endorsed(world: World, as_: As) -> None:
    officer, path = as_(world.staff("case")), f"/cases/{world.case_id}/joint-position"
    page = officer.get(path).text
    assert "has no disposition" in page and "Record the joint position" not in page
    assert officer.send(path).status_code == 422
    divergences.settle(world.staff("case"), key(), choice="agree_to_differ", text="Our law.")
    assert "Record the joint position" in officer.get(path).text
    assert "Record the joint position" not in as_(world.other("case")).get(path).text
    assert as_(world.other("case")).send(path).status_code == 403
    assert officer.send(path).status_code == 302
    db.session.rollback()
    row = db.session.scalars(select(JointPosition)).one()
    page = as_(world.other("decision")).get(path).text
    assert f"Agree to differ: {SEALED}, {OTHER}" in page and row.sha256[:8] in page
    endorse = f"{path}/{row.id}/endorse"
    other = as_(world.other("decision"))
    assert other.send(endorse, {"shown": row.sha256}).status_code == 422
    assert other.send(endorse, {"sure": "y"}).status_code == 422
    assert other.send(endorse, {"shown": "0" * 64, "sure": "y"}).status_code == 409
    assert other.send(endorse, {"shown": row.sha256, "sure": "y"}).status_code == 302
    assert "endorsed by Decision Of Sec" in officer.get(path).text
    assert len(db.session.scalars(select(JointEndorsement)).all()) == 1


# --- meetings --------------------------------------------------------------------------------------------------------


def test_a_meeting_is_called_held_and_voted_on(world: World, as_: As) -> None:
    officer, path = as_(world.staff("coordinator")), f"/cases/{world.case_id}/joint-meetings"
    people = [str(world.staff("case").me), str(world.other("case").me)]
    soon = (datetime.now(UTC) + timedelta(days=3)).date()
    right = {"purpose": "The total value", "day": soon.isoformat(), "time": "14:30", "participants": people,
             "motion": "One limit for both?", "items": "Dates\n"}  # fmt: skip
    for wrong in (
        {"time": "25:00"},
        {"time": ""},
        {"day": "1999-01-01"},
        {"participants": str(uuid4())},
        {"purpose": ""},
    ):
        assert officer.send(f"{path}/new", {**right, **wrong}).status_code == 422, wrong
    assert "Case Of Sec (SEC)" in officer.get(f"{path}/new").text
    assert officer.send(f"{path}/new", right).status_code == 302
    db.session.rollback()
    meeting = db.session.scalars(select(JointMeeting)).one()
    one = f"{path}/{meeting.id}"
    page = as_(world.other("case")).get(one).text
    assert "Total value outstanding" in page and "Dates" in page and "One limit for both?" in page
    assert officer.send(f"{one}/hold", {"hold-present": people, "hold-version": meeting.version}).status_code == 409
    with time_machine.travel(meeting.starts_at + timedelta(hours=1)):
        officer = as_(world.staff("coordinator"))
        assert officer.send(f"{one}/hold", {"hold-version": meeting.version}).status_code == 422
        assert officer.send(f"{one}/hold", {"hold-present": people, "hold-version": meeting.version}).status_code == 302
        assert officer.send(f"{one}/notes", {"note-text": "Both desks spoke."}).status_code == 302
        agreed = {"agree-text": "Ask the firm.", "agree-owner": people[1], "agree-due": soon.isoformat()}
        assert officer.send(f"{one}/actions", {**agreed, "agree-owner": ""}).status_code == 422
        assert officer.send(f"{one}/actions", agreed).status_code == 302
        assert officer.send(f"{one}/votes", {"vote-choice": "for"}).status_code == 422
        assert officer.send(f"{one}/votes", {"vote-choice": "for", "vote-reason": "Clear."}).status_code == 302
        assert as_(world.other("case")).send(f"{one}/votes", {"vote-choice": "for"}).status_code == 403
        page = as_(world.other("coordinator")).get(one).text
        assert "Both desks spoke." in page and "Ask the firm." in page and "For 1, against 0, abstaining 0" in page
        db.session.rollback()
        action = db.session.scalars(select(MeetingAction.id)).one()
        assert as_(world.other("case")).send(f"{one}/actions/{action}/done").status_code == 302
        assert as_(world.other("case")).send(f"{one}/actions/{uuid4()}/done").status_code == 404
        assert "Held" in officer.get(path).text
    assert len(db.session.scalars(select(MeetingVote)).all()) == 1


def test_a_time_that_does_not_exist_is_no_moment() -> None:
    form = Call.__new__(Call)
    form.zone = "Europe/London"
    form.day, form.time = _Value(datetime(2027, 3, 28).date()), _Value(datetime(2027, 3, 28, 1, 30).time())
    assert form.moment() is None
    form.time = _Value(datetime(2027, 3, 28, 2, 30).time())
    assert form.moment() == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


class _Value:
    def __init__(self, data: object):
        self.data = data


# --- trying to get in ------------------------------------------------------------------------------------------------


def pages(world: World) -> list[str]:
    """Every page of what the desks share, with everything in it."""
    one, meeting = marked(world), called(world)
    contradictions.write(world.staff("case"), one, text="CANARY-NOTE", seen=0)
    divergences.discuss(world.staff("case"), key(), text="CANARY-POST")
    joint_meetings.note(world.staff("case"), meeting, text="CANARY-MEETING")
    root = f"/cases/{world.case_id}"
    return [
        f"{root}/divergences", f"{root}/divergences/{key()}", f"{root}/contradictions", f"{root}/joint-position",
        f"{root}/joint-meetings", f"{root}/joint-meetings/new", f"{root}/joint-meetings/{meeting}",
    ]  # fmt: skip


def test_nobody_outside_the_deciding_desks_gets_in(world: World, maker: Maker, as_: As) -> None:
    shared = pages(world)
    desks.declare(world.other("case"), world.case_id, outcome="recused", details="A cousin.")
    roles = world.staff("case").roles
    strangers = {
        "the firm": (world.outsiders["signatory@harbourlight.example"], {403}),
        "another firm": (world.outsiders["signatory@tessellate.example"], {403}),
        "the office": (world.outsiders["secretariat@programme_office.example"], {403}),
        "the auditor": (world.outsiders["auditor@audit_body.example"], {403}),
        "an administrator": (world.outsiders["admin@sec.example"], {403}),
        "a supervisor": (world.other("supervisor"), {403}),
        "somebody recused": (world.other("case"), {404}),
        "somebody who has not declared": (maker.staff(OTHER, *roles), {404}),
        "an authority without a desk": (maker.staff("CFTC", *roles), {404}),
    }
    for name, (person, refusals) in strangers.items():
        client = as_(person)
        for path in shared:
            answer = client.get(path)
            assert answer.status_code in refusals, (name, path, answer.status_code)
            assert "CANARY" not in answer.text
        for path in (f"{shared[1]}/posts", f"{shared[1]}/plan", f"{shared[6]}/notes", shared[2], shared[3]):
            assert client.send(path, {"say-text": "In.", "note-text": "In."}).status_code in {403, 404}, (name, path)


def test_before_the_opening_every_joint_page_says_the_same_whatever_the_others_have_filed(
    maker: Maker, as_: As
) -> None:
    world = build(maker)
    client, root = as_(world.other("case")), f"/cases/{world.case_id}"
    lists = ("divergences", "contradictions", "joint-position", "joint-meetings")
    before = [(client.get(f"{root}/{one}").status_code, main_of(client.get(f"{root}/{one}").text)) for one in lists]
    story.file(world.cast, world.case_id, SEALED, "refuse", "Sealed summary.")
    assert before == [(200, main_of(client.get(f"{root}/{one}").text)) for one in lists]
    assert len({text for _status, text in before}) == 1 and "once your desk has filed" in before[0][1]


def main_of(page: str) -> str:
    """What a page says, without its head."""
    return page.split("<main")[1].split("</main>")[0]


def test_a_desk_that_joined_late_finds_nothing(world: World, maker: Maker, as_: As) -> None:
    shared = pages(world)
    db.session.add(Desk(case_id=world.case_id, authority_id=maker.authority("BoE"), state="assessing"))
    db.session.commit()
    late = maker.staff("BoE", *world.staff("coordinator").roles)
    desks.declare(late, world.case_id, outcome="none")
    client = as_(late)
    root = f"/cases/{world.case_id}"
    lists = [f"{root}/divergences", f"{root}/contradictions", f"{root}/joint-position", f"{root}/joint-meetings"]
    for path in lists:
        page = client.get(path)
        assert page.status_code == 200 and "once your desk has filed its own" in page.text, path
        assert "Total value outstanding" not in page.text and f'href="{shared[0]}"' not in page.text, path
        assert "CANARY" not in page.text, path
    for path in set(shared) - set(lists):
        assert client.get(path).status_code == 404, path
    for path in (f"{shared[1]}/posts", f"{shared[1]}/plan", shared[1], f"{shared[6]}/notes", f"{shared[6]}/cancel"):
        assert client.send(path, {}).status_code == 404, path
    history = client.get(f"/cases/{world.case_id}/trail").text
    assert "divergence" not in history.lower() and "joint meeting" not in history.lower()


def test_things_of_another_case_are_not_there(world: World, as_: As) -> None:
    one, meeting = marked(world), called(world)
    note = contradictions.write(world.staff("case"), one, text="Words.", seen=0)
    joint = uuid4()
    officer, elsewhere = as_(world.staff("case")), f"/cases/{world.routed_id}"
    for path in (
        f"divergences/{key()}", f"divergences/{key()}/posts", f"divergences/{key()}/plan", f"contradictions/{one}/note",
        f"resolution-notes/{note}/sign", f"joint-meetings/{meeting}/notes", f"joint-position/{joint}/endorse",
    ):  # fmt: skip
        assert officer.send(f"{elsewhere}/{path}", {"say-text": "In."}).status_code in {403, 404}, path
    assert db.session.get_one(Divergence, key()).state == "open"


def test_after_withdrawal_the_board_is_read_only(world: World, as_: As) -> None:
    applications.withdraw(
        world.outsiders["signatory@harbourlight.example"], story.application_of(world.case_id), reason="We stop."
    )
    officer, path = as_(world.staff("case")), f"/cases/{world.case_id}/divergences"
    page = officer.get(path)
    assert page.status_code == 200 and "Record our choice" not in page.text
    assert officer.send(f"{path}/{key()}/posts", {"say-text": "Late words."}).status_code == 409
