"""Requests for information in the browser: drafted, approved, answered, read; and everybody who tries to get in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.desks import Request, RequestReply
from sandbox.services import applications
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build
from tests.services import asking
from tests.services.asking import EXIT
from tests.web.applying import hidden

As = Callable[[Actor], Any]
FIRST = {
    "subject": "The exit plan",
    "message": "Please be exact.",
    "text": "Who returns the assets?",
    "why": "It is open.",
}
WORDS = ("The exit plan", "Please be exact.", "Who returns the assets?")


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment at two desks."""
    return build(maker)


def base(world: World) -> str:
    return f"/cases/{world.case_id}/requests"


def newest() -> UUID:
    db.session.rollback()
    return db.session.execute(select(Request.id).order_by(Request.drafted_at.desc()).limit(1)).scalar_one()


def draft(world: World, as_: As, **more: Any) -> UUID:
    """The case officer drafts a request in the browser."""
    answer = as_(world.staff("case")).send(f"{base(world)}/new", {**FIRST, "unlocks": [EXIT], **more})
    assert answer.status_code == 303, answer.text
    return newest()


def approve(world: World, as_: As, request_id: UUID) -> Any:
    """The coordinator reads and sends it."""
    browser, path = as_(world.staff("coordinator")), f"{base(world)}/{request_id}/send"
    page = browser.get(path).text
    day = re.findall(r'name="due_on"[^>]*value="(\d+)"', page)
    assert len(day) == 3
    return browser.send(path, {"version": hidden(page, "version"), "due_on": day, "sure": "y"})


def test_from_the_draft_to_the_accepted_answer(world: World, as_: As) -> None:
    key = draft(world, as_)
    shown = as_(world.staff("case")).get(f"{base(world)}/{key}").text
    assert "Draft, not sent" in shown and "Approve and send" not in shown
    assert approve(world, as_, key).status_code == 303
    firm = as_(asking.firm(world, "contributor"))
    page = firm.get(base(world)).text
    for words in WORDS:
        assert words in page
    (question,) = asking.questions(key)
    path = f"{base(world)}/questions/{question}/reply"
    saved = firm.send(path, {"version": "0", "text": "Harbour Trust does."})
    assert saved.status_code == 303
    assert "Saved, not sent" in firm.get(base(world)).text
    assert "Harbour Trust does." not in as_(world.staff("case")).get(f"{base(world)}/{key}").text
    change = f"/applications/{story.application_of(world.case_id)}/sections/test_plan"
    form = firm.get(change).text
    assert 'name="exit_plan"' in form and 'name="safeguards_text"' not in form
    sent = {"version": hidden(form, "version"), "opened": hidden(form, "opened"), "exit_plan": "Within ten days."}
    assert firm.send(change, sent).headers["Location"] == base(world)
    signatory = as_(asking.firm(world, "signatory"))
    check = signatory.get(f"{base(world)}/send-replies").text
    assert "Within ten days." in check and "Harbour Trust does." in check
    unsure = signatory.send(f"{base(world)}/send-replies", {"content": hidden(check, "content")})
    assert unsure.status_code == 422
    done = signatory.send(f"{base(world)}/send-replies", {"content": hidden(check, "content"), "confirm": "y"})
    assert done.status_code == 303, done.text
    read = as_(world.staff("case")).get(f"{base(world)}/{key}").text
    assert "Harbour Trust does." in read and "with version 2" in read
    head = as_(world.staff("coordinator"))
    assert "Read the firm" in head.get(f"/cases/{world.case_id}").text
    version = {"version": hidden(head.get(f"{base(world)}/{key}/accept").text, "version")}
    assert head.send(f"{base(world)}/{key}/accept", version).status_code == 303
    assert asking.state(key) == "accepted"
    assert "Accepted" in firm.get(base(world)).text


def test_an_answer_that_nobody_asked_about_is_refused_however_it_is_sent(world: World, as_: As) -> None:
    asking.sent(world)
    firm = as_(asking.firm(world, "contributor"))
    path = f"/applications/{story.application_of(world.case_id)}/sections/test_plan"
    form = firm.get(path).text
    sent = {"version": hidden(form, "version"), "opened": hidden(form, "opened"), "exit_plan": "Asked about."}
    for name, value in (("safeguards_text", "Not asked."), ("amount-UK-customers", "999"), ("safeguards", "halt")):
        refused = firm.send(path, {**sent, name: value})
        assert refused.status_code == 409 and "Only the answers that an authority has asked about" in refused.text
        assert "Asked about." in refused.text, "what was typed stays on the page"
    other = f"/applications/{story.application_of(world.case_id)}/sections/product"
    assert firm.get(other).status_code == 302
    assert firm.send(other, {**sent, "summary": "Else."}).status_code == 409
    plan = applications_record(world)["test_plan"]
    assert "Not asked." not in str(plan) and "Asked about." not in str(plan)
    assert firm.send(path, sent).status_code == 303


def applications_record(world: World) -> Any:
    db.session.rollback()
    return applications.working_record(story.application_of(world.case_id))["sections"]


def test_two_replies_at_once_keep_both_texts(world: World, as_: As) -> None:
    key = asking.sent(world)
    path = f"{base(world)}/questions/{asking.questions(key)[0]}/reply"
    asking.reply(world, key, "The first text.")
    refused = as_(asking.firm(world, "owner")).send(path, {"version": "0", "text": "The second text."})
    assert refused.status_code == 409
    assert "The first text." in refused.text and "The second text." in refused.text
    again = {"version": hidden(refused.text, "version"), "text": "The second text."}
    assert as_(asking.firm(world, "owner")).send(path, again).status_code == 303


def test_what_changed_meanwhile_is_shown_again_before_it_is_sent(world: World, as_: As) -> None:
    key = asking.sent(world)
    asking.reply(world, key)
    signatory = as_(asking.firm(world, "signatory"))
    shown = hidden(signatory.get(f"{base(world)}/send-replies").text, "content")
    asking.reply(world, key, "Changed since.", version=1)
    refused = signatory.send(f"{base(world)}/send-replies", {"content": shown, "confirm": "y"})
    assert refused.status_code == 409 and "Changed since." in refused.text
    assert asking.state(key) == "sent"


def test_the_same_words_for_like_questions(world: World, as_: As) -> None:
    first, second = asking.sent(world), asking.sent(world, OTHER)
    firm = as_(asking.firm(world, "contributor"))
    assert "2 questions about the same" in firm.get(base(world)).text
    path = f"{base(world)}/questions/{asking.questions(first)[0]}/reply"
    firm.send(path, {"version": "0", "text": "Harbour Trust.", "also": "y"})
    db.session.rollback()
    found = db.session.scalars(select(RequestReply.question_id).where(RequestReply.text == "Harbour Trust.")).all()
    assert set(found) == {*asking.questions(first), *asking.questions(second)}


def test_what_was_typed_stays_after_a_refusal(world: World, as_: As) -> None:
    browser = as_(world.staff("case"))
    page = browser.send(f"{base(world)}/new", {**FIRST, "subject": ""})
    assert page.status_code == 422 and "Who returns the assets?" in page.text
    key = asking.drafted(world)
    path = f"{base(world)}/{key}/questions/new"
    stale = browser.send(path, {"version": "1", "text": "Typed in vain?"})
    assert stale.status_code == 409 and "Typed in vain?" in stale.text


def test_others_learn_that_a_request_is_open_and_nothing_else(world: World, as_: As) -> None:
    key = draft(world, as_)
    others = (world.other("case"), world.other("coordinator"), world.outsiders["secretariat@programme_office.example"])
    for person in others:
        assert "request for information is open" not in as_(person).get(f"/cases/{world.case_id}").text
    assert approve(world, as_, key).status_code == 303
    for person in others:
        page = as_(person).get(f"/cases/{world.case_id}").text
        assert "request for information is open" in page
        assert not any(words in page for words in WORDS)
    for person in others[:2]:
        page = as_(person).get(base(world)).text
        assert "request for information is open" in page
        assert not any(words in page for words in WORDS) and str(key) not in page
        assert not any(words in as_(person).get(f"/cases/{world.case_id}/trail").text for words in (*WORDS, str(key)))
        assert "exit" not in as_(person).get("/inbox?find=Who+returns+the+assets").text.split("<main")[1].lower()


def test_who_has_no_business_there_is_sent_away(world: World, as_: As) -> None:
    key = asking.sent(world)
    (question,) = asking.questions(key)
    one = f"{base(world)}/{key}"
    reply = f"{base(world)}/questions/{question}/reply"
    own = (base(world), one, f"{one}/send", f"{one}/cancel", f"{one}/accept", f"{one}/date", reply)
    outside = [
        world.outsiders["signatory@tessellate.example"],
        world.outsiders["secretariat@programme_office.example"],
        world.staff("records"),  # has not declared
        world.staff("admin"),
    ]
    for person in outside:
        for path in own:
            assert as_(person).get(path).status_code in (403, 404), (person.email, path)
    for path in own[1:]:
        assert as_(world.other("coordinator")).get(path).status_code in (403, 404), path
        if path != one:  # which only reads
            assert as_(world.other("case")).send(path, {"version": "1", "reason": "x"}).status_code in (403, 404), path
    firm = as_(asking.firm(world, "signatory"))
    for path in (one, f"{one}/send", f"{one}/accept", f"{base(world)}/new"):
        assert firm.get(path).status_code in (403, 404), path
    # By the address of another case: parent and child belong together.
    elsewhere = f"/cases/{world.routed_id}/requests"
    assert as_(world.staff("case")).get(f"{elsewhere}/{key}").status_code == 404
    stranger = as_(world.outsiders["signatory@tessellate.example"])
    assert stranger.get(f"{elsewhere}/questions/{question}/reply").status_code == 404
    draft_key = asking.drafted(world)
    page = firm.get(base(world)).text
    assert str(draft_key) not in page and firm.get(f"{base(world)}/{draft_key}").status_code in (403, 404)


def test_who_is_recused_has_lost_the_requests_too(world: World, as_: As) -> None:
    key = asking.sent(world)
    browser = as_(world.staff("case"))
    assert browser.get(f"{base(world)}/{key}").status_code == 200
    said = {"outcome": "recused", "kinds": ["family"], "details": "My sister is a director."}
    assert browser.send(f"/cases/{world.case_id}/declaration", said).status_code == 302
    for path in (base(world), f"{base(world)}/{key}"):
        assert browser.get(path).status_code == 404


def test_asking_about_an_inconsistency_takes_one_click(world: World, as_: As) -> None:
    asking.reply(world, asking.sent(world), "Harbour Trust.")
    asking.reply(world, asking.sent(world, OTHER), "Nobody does.")
    asking.answer(world)
    for code, other in ((SEALED, "Nobody does."), (OTHER, "Harbour Trust.")):
        browser = as_(world.cast.staff(code, "case"))
        page = browser.get(base(world)).text
        assert "The firm said different things" in page and other not in page
        found = re.search(r'href="([^"]*\?about=[^"]*)"', page)
        assert found
        form = browser.get(found[1]).text
        assert "differ" in form and re.search(r'value="test_plan.exit_plan"[^>]*checked', form)
