"""The pages of correspondence and of enquiries: write, answer, correct; who reaches which of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.desks import AgreedAction, Case, Post, Thread
from sandbox.services.desks.correspondence import begin
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build
from tests.services.test_correspondence import ask, programme

As = Callable[[Actor], Any]


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


@pytest.fixture
def firm(world: World) -> Actor:
    """A signatory of the firm of the case."""
    return world.outsiders["signatory@harbourlight.example"]


def only(model: Any) -> Any:
    """The one row of a table."""
    db.session.rollback()
    return db.session.scalars(select(model)).one()


def test_a_firm_and_a_desk_write_to_each_other(world: World, firm: Actor, as_: As) -> None:
    path = f"/cases/{world.case_id}/correspondence"
    browser, officer = as_(firm), as_(world.staff("case"))
    assert "There is nothing here yet" in browser.get(path).text
    assert "Record a meeting" not in browser.get(path).text
    refused = browser.send(f"{path}/message", {"desks": [], "subject": "Custody", "text": "Kept words."})
    assert refused.status_code == 422 and "Kept words." in refused.text
    sent = browser.send(f"{path}/message", {"desks": [SEALED], "subject": "Custody", "text": "May we ask?"})
    assert sent.status_code == 302
    thread = only(Thread)
    page = f"{path}/{thread.id}"
    assert "The firm, FCA" in officer.get(page).text and "May we ask?" in officer.get(page).text
    assert officer.send(f"{page}/reply", {"text": ""}).status_code == 422
    assert officer.send(f"{page}/reply", {"text": "You may."}).status_code == 302
    answered = browser.get(page).text
    assert "You may." in answered and "Case Of Fca" not in answered, "people of others are named by their organisation"
    assert "2 entries" in browser.get(path).text
    assert as_(world.other("case")).get(page).status_code == 404
    assert "Custody" not in as_(world.other("case")).get(path).text


def test_a_correction_stands_beside_what_it_corrects(world: World, firm: Actor, as_: As) -> None:
    begin(firm, world.case_id, kind="message", subject="Custody", text="Twelve.", desks=[SEALED])
    thread, post = only(Thread), only(Post)
    page = f"/cases/{world.case_id}/correspondence/{thread.id}"
    browser, officer = as_(firm), as_(world.staff("case"))
    form = browser.get(f"{page}/corrections/{post.id}")
    assert "Twelve." in form.text and f'name="corrects" value="{post.id}"' in form.text
    assert officer.get(f"{page}/corrections/{post.id}").status_code == 404
    assert officer.send(f"{page}/reply", {"text": "Mine.", "corrects": str(post.id)}).status_code == 404
    assert browser.send(f"{page}/reply", {"text": "Mine.", "corrects": "nonsense"}).status_code == 404
    assert browser.send(f"{page}/reply", {"text": "Twenty.", "corrects": str(post.id)}).status_code == 302
    shown = officer.get(page).text
    assert "Twelve." in shown and "Twenty." in shown and "Corrected below" in shown


def test_meetings_notes_and_consulted_bodies(world: World, firm: Actor, as_: As) -> None:
    path = f"/cases/{world.case_id}/correspondence"
    officer = as_(world.staff("case"))
    meeting = {
        "held_on": "2026-11-20", "present": "Ada and Bertram", "with_firm": "y", "subject": "First meeting",
        "text": "We met.", "action_1": "Send the contract.", "party_1": "firm", "due_1": "2026-12-01",
    }  # fmt: skip
    refused = officer.send(f"{path}/meeting", {**meeting, "party_1": ""})
    assert refused.status_code == 422 and "Say what was agreed" in refused.text
    assert officer.send(f"{path}/meeting", meeting).status_code == 302
    page, action = f"{path}/{only(Thread).id}", only(AgreedAction)
    browser = as_(firm)
    assert "Send the contract." in browser.get(page).text and "It is done" in browser.get(page).text
    assert as_(world.other("case")).send(f"{page}/done/{action.id}").status_code == 404
    assert browser.send(f"{page}/done/{action.id}").status_code == 302
    assert "Done " in officer.get(page).text
    assert officer.send(f"{path}/note", {"subject": "For us", "text": "A doubt."}).status_code == 302
    consulted = {
        "body": "National Archive",
        "received_on": "2026-11-19",
        "subject": "Their view",
        "text": "No concern.",
    }
    assert officer.send(f"{path}/consulted", {**consulted, "body": ""}).status_code == 422
    assert officer.send(f"{path}/consulted", consulted).status_code == 302
    assert (
        "For us" in officer.get(f"{path}?kind=note").text and "Their view" not in officer.get(f"{path}?kind=note").text
    )
    assert "nothing of this kind" in officer.get(f"{path}?kind=message").text
    assert "For us" in officer.get(f"{path}?kind=nonsense").text
    seen_by_firm = browser.get(path).text
    assert "First meeting" in seen_by_firm and "For us" not in seen_by_firm and "Their view" not in seen_by_firm


def test_every_role_on_every_page(world: World, firm: Actor, as_: As) -> None:
    """A file note and a message of one desk: nobody outside their audiences reaches them by any address."""
    path = f"/cases/{world.case_id}/correspondence"
    note = begin(world.staff("case"), world.case_id, kind="note", subject="Aardvark", text="Sealed words.")
    message = begin(world.staff("case"), world.case_id, kind="message", subject="Zebra", text="To the firm.")
    post = db.session.scalars(select(Post.id).where(Post.thread_id == note)).one()
    at_firm = {email for email in world.outsiders if email.endswith("@harbourlight.example")}
    for email, person in world.outsiders.items():
        browser = as_(person)
        for address in (f"{path}/{note}", f"{path}/{note}/corrections/{post}"):
            assert browser.get(address).status_code in {403, 404}, f"{email} {address}"
        assert browser.send(f"{path}/{note}/entries", {"text": "x"}).status_code in {403, 404}, email
        assert browser.send(f"{path}/{note}/reply", {"text": "x"}).status_code in {403, 404}, email
        expected = {200} if email in at_firm else {403, 404}
        assert browser.get(f"{path}/{message}").status_code in expected, email
        listed = browser.get(path)
        assert "Aardvark" not in listed.text and ("Zebra" in listed.text) == (email in at_firm), email
        for kind in ("meeting", "note", "consulted"):
            if not email.endswith("@sec.example"):
                assert browser.get(f"{path}/{kind}").status_code in {403, 404}, f"{email} {kind}"
    for duty in ("issuing", "records", "ethics", "admin"):
        assert as_(world.staff(duty)).get(f"{path}/{note}").status_code in {403, 404}, duty
    assert as_(world.staff("decision")).get(f"{path}/{note}").status_code == 200
    assert as_(world.staff("case")).get(f"/cases/{world.routed_id}/correspondence/{note}").status_code in {403, 404}


def test_an_enquiry_from_question_to_case(world: World, firm: Actor, as_: As) -> None:
    browser, head = as_(firm), as_(world.staff("intake"))
    assert "There are no enquiries" in browser.get("/enquiries").text
    choices = [f"{programme()}:{code}" for code in (SEALED, OTHER)]
    assert browser.send("/enquiries/new", {"to": [], "subject": "Coins", "text": "Kept."}).status_code == 422
    assert browser.send("/enquiries/new", {"to": choices, "subject": "Coins", "text": "May we?"}).status_code == 302
    db.session.rollback()
    threads = db.session.scalars(select(Thread)).all()
    mine = next(one for one in threads if one.authority_id == world.staff("intake").organisation_id)
    page = f"/enquiries/{mine.id}"
    assert "Waits for an answer" in head.get("/enquiries").text
    assert head.send(f"{page}/answer", {"text": ""}).status_code == 422
    assert head.send(f"{page}/answer", {"text": "You may."}).status_code == 302
    assert "You may." in browser.get(page).text and "Answered" in browser.get("/enquiries").text
    assert head.send(f"{page}/more", {"text": "x"}).status_code == 403
    application = db.session.scalars(select(Case.application_id).where(Case.id == world.case_id)).one()
    assert browser.send(f"{page}/link", {}).status_code == 422
    assert browser.send(f"{page}/link", {"application_id": str(application)}).status_code == 302
    assert "Coins" in head.get(f"/cases/{world.case_id}/correspondence").text
    assert "The case that followed" in head.get(page).text
    for email in ("intake@sec.example", "signatory@tessellate.example", "auditor@audit_body.example"):
        assert as_(world.outsiders[email]).get(page).status_code in {403, 404}, email
    for duty in ("case", "admin", "decision"):
        assert as_(world.staff(duty)).get(page).status_code == 403


def test_the_lists_take_the_same_statements_whatever_their_length(
    world: World, firm: Actor, as_: As, statements: Any
) -> None:
    path = f"/cases/{world.case_id}/correspondence"
    browser = as_(firm)

    def count(address: str) -> int:
        db.session.rollback()
        with statements() as seen:
            assert browser.get(address).status_code == 200
        return len(seen)

    begin(firm, world.case_id, kind="message", subject="One", text="x", desks=[SEALED])
    ask(firm, SEALED)
    few = count(path), count("/enquiries")
    for _number in range(26):
        begin(firm, world.case_id, kind="message", subject="More", text="x", desks=[SEALED])
    for _number in range(3):
        ask(firm, SEALED, OTHER)
    assert (count(path), count("/enquiries")) == few
    assert "Next page" in browser.get(path).text


def test_no_such_thread(world: World, firm: Actor, as_: As) -> None:
    nobody = UUID("00000000-0000-4000-8000-000000000000")
    assert as_(firm).get(f"/cases/{world.case_id}/correspondence/{nobody}").status_code == 404
    assert as_(firm).get(f"/enquiries/{nobody}").status_code == 404
