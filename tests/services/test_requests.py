"""Requests for information: four eyes, due dates, whose clock stands, replies, versions, and who may do none of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import func, select

from sandbox.cli.demo import story
from sandbox.domain import audiences
from sandbox.domain.errors import BadInput, Conflict, Incomplete, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.desks import Request, RequestReply
from sandbox.models.people import Person
from sandbox.queries.trail import verify
from sandbox.services import applications, documents
from sandbox.services.desks import requests
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build
from tests.services import asking
from tests.services.asking import EXIT, QUESTION, letters, parties, paused

TWO = (
    {**QUESTION, "unlocks": [EXIT]},
    {"text": "Send the contract with the custodian.", "why": "Custody rules.", "wants_file": True},
)


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment at two desks."""
    return build(maker)


# --- drafting and sending --------------------------------------------------------------------------------------------


def test_a_draft_is_the_desks_own_and_nobody_is_written_to(world: World) -> None:
    key = asking.drafted(world)
    assert parties(key) == {audiences.desk(SEALED)}
    assert not letters("request.send")
    assert paused(world, SEALED) == []


def test_who_wrote_a_request_cannot_send_it(world: World) -> None:
    key = asking.drafted(world)
    with pytest.raises(Incomplete) as refused:
        requests.send(world.staff("case"), key, version=asking.version(key))
    assert "approve" in refused.value.missing[0]
    assert asking.state(key) == "drafted"


def test_nobody_else_can_draft_or_send(world: World) -> None:
    desk_id, key = world.desk_id, asking.drafted(world)
    stands = asking.version(key)
    for stranger in (world.other("case"), world.other("coordinator"), asking.firm(world, "signatory")):
        with pytest.raises((NotFound, NotAllowed)):
            requests.draft(stranger, desk_id, subject="Mine")
        with pytest.raises((NotFound, NotAllowed)):
            requests.send(stranger, key, version=stands)
        with pytest.raises((NotFound, NotAllowed)):
            requests.cancel(stranger, key, reason="No.")
    with pytest.raises(NotAllowed):
        requests.draft(world.staff("decision"), desk_id, subject="Not my role")


def test_a_question_unlocks_only_answers_that_there_are(world: World) -> None:
    key = asking.drafted(world)
    for path in ("test_plan.secret", "declarations.consent_sharing", "exit_plan", "document:1"):
        with pytest.raises(BadInput):
            requests.add_question(world.staff("case"), key, text="Why?", unlocks=[path])


def test_sending_tells_the_firm_and_stops_only_the_own_clock(world: World) -> None:
    key = asking.sent(world)
    assert parties(key) == {audiences.FIRM, audiences.desk(SEALED)}
    firm_id = asking.firm(world, "signatory").organisation_id
    at_firm = set(db.session.scalars(select(Person.email).where(Person.organisation_id == firm_id)))
    assert letters("request.send") == at_firm
    assert paused(world, SEALED) == ["paused"]
    assert paused(world, OTHER) == []
    assert list(verify()) == []


def test_a_sent_request_cannot_be_changed(world: World) -> None:
    key = asking.sent(world)
    stands, (question,) = asking.version(key), asking.questions(key)
    with pytest.raises(NotNow):
        requests.change(world.staff("case"), key, subject="Else", message="", version=stands)
    with pytest.raises(NotNow):
        requests.add_question(world.staff("case"), key, text="More?")
    with pytest.raises(NotNow):
        requests.drop_question(world.staff("case"), question, version=stands)
    with pytest.raises(NotNow):
        requests.send(world.staff("coordinator"), key, version=stands)


def test_what_was_changed_after_reading_is_not_sent(world: World) -> None:
    key = asking.drafted(world)
    read = asking.version(key)
    requests.add_question(world.staff("specialist"), key, text="And who pays?")
    with pytest.raises(Conflict):
        requests.send(world.staff("coordinator"), key, version=read)


def test_the_due_date_is_the_clocks_unless_a_reason_is_given(world: World) -> None:
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC)):
        key = asking.drafted(world)
        head, stands = world.staff("coordinator"), asking.version(key)
        with pytest.raises(Incomplete, match="Say why"):
            requests.send(head, key, version=stands, due_on=date(2026, 11, 30))
        with pytest.raises(Incomplete, match="not over"):
            requests.send(head, key, version=stands, due_on=date(2026, 11, 23), due_reason="Now.")
        requests.send(head, key, version=stands)
        other = asking.drafted(world)
        requests.send(head, other, version=asking.version(other), due_on=date(2026, 12, 1), due_reason="A hearing.")
    first, second = db.session.get_one(Request, key), db.session.get_one(Request, other)
    assert (first.due_on, first.warn_on) == (date(2026, 12, 7), ["2026-11-30", "2026-12-04"])
    assert (second.clock_due_on, second.due_on) == (date(2026, 12, 7), date(2026, 12, 1))
    assert second.warn_on == ["2026-11-24", "2026-11-28"]


def test_a_desk_asks_only_between_screening_and_its_decision(world: World) -> None:
    story.staff_desk(world.cast, world.routed_id, SEALED)
    with pytest.raises(NotNow):
        requests.draft(world.staff("case"), story.desk_of(world.routed_id, SEALED), subject="Too early")


# --- replies ---------------------------------------------------------------------------------------------------------


def test_a_reply_is_the_firms_own_until_a_signatory_sends_it(world: World) -> None:
    key = asking.sent(world, SEALED, *TWO)
    asking.reply(world, key)
    assert asking.state(key) == "sent"
    content = asking.content(world)
    with pytest.raises(NotAllowed):
        applications.answer(asking.firm(world, "contributor"), world.case_id, content=content)
    applications.answer(asking.firm(world, "signatory"), world.case_id, content=content)
    assert asking.state(key) == "part_answered"
    assert letters("request.answer_part") and all(
        one.endswith("@fca.example") for one in letters("request.answer_part")
    )
    asking.reply(world, key, "See the file.", which=1)
    asking.answer(world)
    assert asking.state(key) == "answered"
    assert paused(world, SEALED) == ["paused", "replied", "completed"]
    assert asking.current(world).number == 1
    assert list(verify()) == []


def test_sent_twice_is_sent_once(world: World) -> None:
    key = asking.sent(world)
    asking.reply(world, key)
    content, signatory = asking.content(world), asking.firm(world, "signatory")
    applications.answer(signatory, world.case_id, content=content)
    applications.answer(signatory, world.case_id, content=content)
    assert db.session.scalar(select(func.count()).select_from(RequestReply)) == 1
    assert paused(world, SEALED) == ["paused", "completed"]


def test_what_was_not_shown_is_not_sent(world: World) -> None:
    key = asking.sent(world)
    asking.reply(world, key)
    content = asking.content(world)
    asking.reply(world, key, "Somebody else wrote this since.", version=1)
    with pytest.raises(Conflict):
        applications.answer(asking.firm(world, "signatory"), world.case_id, content=content)


def test_two_people_who_reply_at_once_both_keep_their_text(world: World) -> None:
    key = asking.sent(world)
    asking.reply(world, key, "The first text.")
    with pytest.raises(Conflict) as refused:
        asking.reply(world, key, "The second text.")
    assert refused.value.current == "The first text."


def test_only_open_questions_of_the_own_case_are_answered(world: World) -> None:
    key = asking.drafted(world)
    (question,) = asking.questions(key)
    db.session.rollback()
    contributor = asking.firm(world, "contributor")
    with pytest.raises(NotFound):  # a draft of the desk does not exist for the firm
        applications.prepare(contributor, world.case_id, question, text="Guessed.")
    requests.send(world.staff("coordinator"), key, version=asking.version(key))
    stranger = world.outsiders["signatory@tessellate.example"]
    with pytest.raises(NotFound):
        applications.prepare(stranger, world.case_id, question, text="Not mine.")
    with pytest.raises(NotFound):  # parent and child belong together
        applications.prepare(stranger, world.routed_id, question, text="By my own case.")
    for actor in (world.staff("case"), world.other("case")):
        with pytest.raises((NotFound, NotAllowed)):
            applications.prepare(actor, world.case_id, question, text="As the firm.")
    asking.reply(world, key)
    asking.answer(world)
    with pytest.raises(NotNow):
        applications.prepare(contributor, world.case_id, question, text="Again.", version=2)


def test_the_same_reply_for_like_questions_stays_a_row_of_each_desk(world: World) -> None:
    first, second = asking.sent(world), asking.sent(world, OTHER)
    asking.reply(world, first, "Harbour Trust.", also=asking.questions(second))
    rows = db.session.execute(select(RequestReply.question_id, RequestReply.text)).all()
    assert {row.question_id for row in rows} == {*asking.questions(first), *asking.questions(second)}
    assert {row.text for row in rows} == {"Harbour Trust."}


# --- changed answers -------------------------------------------------------------------------------------------------


def test_a_changed_answer_makes_a_new_version_for_all_desks(world: World) -> None:
    key = asking.sent(world)
    asking.change(world, exit_plan="Assets go back within ten days.")
    asking.reply(world, key, "We have made the plan exact.")
    asking.answer(world)
    version = asking.current(world)
    assert version.number == 2
    assert version.record["sections"]["test_plan"]["exit_plan"] == "Assets go back within ten days."
    assert {audiences.desk(SEALED), audiences.desk(OTHER), audiences.FIRM} <= parties(version.id)
    assert {"case@sec.example", "case@fca.example"} <= letters("application.amend")
    reply = db.session.scalars(select(RequestReply)).one()
    assert reply.version_id == version.id
    assert list(verify()) == []


def test_only_the_named_answers_can_be_changed(world: World) -> None:
    with pytest.raises(NotNow):
        asking.change(world, exit_plan="Nobody asked.")
    asking.sent(world)
    with pytest.raises(NotNow):
        asking.change(world, customers="Everybody.")
    with pytest.raises(NotNow):
        asking.change(world, exit_plan="Asked.", customers="Not asked.")
    with pytest.raises(NotNow):
        asking.change(world, "product", summary="Another product.")
    asking.change(world, exit_plan="Asked.")


def test_nothing_but_what_the_answered_questions_unlock_is_submitted(world: World) -> None:
    first = asking.sent(world)
    asking.sent(world, OTHER, {"text": "How many customers?", "unlocks": ["test_plan.customers"]})
    asking.change(world, exit_plan="New plan.", customers="Not replied yet.")
    asking.reply(world, first)
    asking.answer(world)
    plan = asking.current(world).record["sections"]["test_plan"]
    assert plan["exit_plan"] == "New plan."
    assert plan["customers"] != "Not replied yet."


def test_an_application_cannot_be_submitted_past_the_reply(world: World) -> None:
    asking.sent(world)
    asking.change(world, exit_plan="New plan.")
    application_id = story.application_of(world.case_id)
    content = applications.working_record(application_id)
    db.session.rollback()
    with pytest.raises(Incomplete):
        applications.submit(asking.firm(world, "signatory"), application_id, content=story.record_hash(content))
    assert asking.current(world).number == 1


def test_an_answer_that_leaves_the_dossier_incomplete_is_refused(world: World) -> None:
    key = asking.sent(world)
    asking.change(world, exit_plan="")
    asking.reply(world, key)
    with pytest.raises(Incomplete):
        asking.answer(world)
    assert asking.state(key) == "sent"


def test_files_can_be_added_where_one_is_asked_for_and_none_taken_away(world: World) -> None:
    contributor, application_id = asking.firm(world, "contributor"), story.application_of(world.case_id)
    with pytest.raises(NotNow):
        story.upload(contributor, application_id, "contract.txt", "The contract.")
    key = asking.sent(world, SEALED, TWO[1])
    story.upload(contributor, application_id, "contract.txt", "The contract.")
    before = asking.current(world).record["documents"]
    db.session.rollback()
    with pytest.raises(NotNow):
        documents.remove(contributor, UUID(before[0]["id"]))
    asking.reply(world, key, "It is with the documents.")
    asking.answer(world)
    assert [one["name"] for one in asking.current(world).record["documents"]] == [before[0]["name"], "contract.txt"]
