"""The pages of the sharing ledger: share after a check, acknowledge, read, recall; who reaches which of them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pikepdf
import pytest
from sqlalchemy import select

from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.desks import Share, ShareItem
from sandbox.services import desks
from sandbox.services.desks import shared
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build
from tests.services.test_sharing import MOU, changed, finding, give

As = Callable[[Actor], Any]


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def typed(world: World, **more: Any) -> dict[str, Any]:
    """What a coordinator types into the form."""
    return {
        "to": [OTHER],
        "items": [f"finding:{finding(world)}"],
        "basis": "gateway",
        "instrument": "sec-fca-mou",
        "provision": "Article 4",
        "purpose": "To assess custody together.",
        "restriction": "Only for this case.",
        "onward": "none",
        "tell": "no",
        "tell_reason": "It would tell the firm of our view.",
        **more,
    }


def addresses(world: World, share_id: UUID) -> list[str]:
    """Every page about one share."""
    items = db.session.scalars(select(ShareItem.id).where(ShareItem.share_id == share_id)).all()
    one = f"/cases/{world.case_id}/sharing/{share_id}"
    return [one, f"{one}/recall", f"{one}/use", f"{one}/on", *(f"{one}/items/{item}" for item in items)]


def test_sharing_asks_before_it_shares_and_keeps_what_was_typed(world: World, as_: As) -> None:
    browser, path = as_(world.staff("coordinator")), f"/cases/{world.case_id}/sharing"
    assert "we have shared nothing" in browser.get(path).text
    form = browser.get(f"{path}/new")
    assert form.status_code == 200 and "SEC-FCA supervisory" in form.text
    refused = browser.send(f"{path}/new", typed(world, purpose="", restriction="Kept words"))
    assert refused.status_code == 422 and "Kept words" in refused.text
    check = browser.send(f"{path}/new", typed(world))
    assert check.status_code == 200 and "part of a sealed assessment" in check.text
    assert not db.session.scalars(select(Share)).all(), "nothing is shared before it is confirmed"
    assert 'name="instrument" value="sec-fca-mou"' in check.text
    wrong = browser.send(f"{path}/new", typed(world, instrument="fca-cftc-2018", step="share"))
    assert wrong.status_code == 422 and "is with CFTC" in wrong.text
    assert browser.send(f"{path}/new", typed(world, step="share")).status_code == 302
    db.session.rollback()
    share = db.session.scalars(select(Share)).one()
    page = browser.get(f"{path}/{share.id}")
    assert "To assess custody together." in page.text and "Not told" in page.text
    ours, theirs = browser.get(path).text, as_(world.other("coordinator")).get(path).text
    label = db.session.scalars(select(ShareItem.label).where(ShareItem.share_id == share.id)).first()
    assert "Shared by us with SEC" in ours and label and label in ours
    assert "FCA shared with us" in theirs and label not in theirs, "its terms are not acknowledged yet"


def test_a_case_officer_is_offered_no_part_of_the_sealed_assessment(world: World, as_: As) -> None:
    browser, path = as_(world.staff("case")), f"/cases/{world.case_id}/sharing/new"
    page = browser.get(path)
    assert page.status_code == 200 and "finding:" not in page.text and "letter:" in page.text
    assert browser.send(path, typed(world, step="share")).status_code == 422
    assert not db.session.scalars(select(Share)).all()


def test_the_receiver_reads_the_terms_then_the_item_until_it_is_recalled(world: World, as_: As) -> None:
    share_id = give(world)
    page, *_, item = addresses(world, share_id)
    reader, head = as_(world.other("specialist")), as_(world.other("coordinator"))
    terms = reader.get(page)
    assert "Only for this case." in terms.text and "We acknowledge" not in terms.text
    assert reader.get(item).status_code == 404
    assert reader.send(f"{page}/acknowledge").status_code == 403
    assert "We acknowledge these terms" in head.get(page).text
    assert head.send(f"{page}/acknowledge").status_code == 302
    shown = reader.get(item)
    assert shown.status_code == 200 and "Met" in shown.text and "Only for this case." in shown.text
    assert as_(world.staff("coordinator")).send(f"{page}/recall", {"reason": ""}).status_code == 422
    assert as_(world.staff("coordinator")).send(f"{page}/recall", {"reason": "Too early."}).status_code == 302
    assert reader.get(item).status_code == 404
    after = reader.get(page)
    assert "Too early." in after.text and "not open to your desk" in after.text


def test_use_telling_and_sharing_on(world: World, as_: As) -> None:
    share_id = give(world, terms=changed(notify_before_use=True))
    page = addresses(world, share_id)[0]
    ours, theirs = as_(world.staff("coordinator")), as_(world.other("case"))
    assert theirs.send(f"{page}/use", {"use": "A hearing."}).status_code == 409
    theirs.send(f"{page}/acknowledge")
    assert theirs.send(f"{page}/use", {"use": ""}).status_code == 422
    assert theirs.send(f"{page}/use", {"use": "A hearing."}).status_code == 302
    assert "A hearing." in ours.get(page).text
    assert theirs.get(f"{page}/on").status_code == 409, "its terms do not allow it"
    assert theirs.send(f"{page}/tell").status_code == 403
    firm = as_(world.outsiders["read.only@harbourlight.example"])
    assert "not been told" in firm.get(f"/cases/{world.case_id}/shared-about-us").text
    assert ours.send(f"{page}/tell").status_code == 302
    told = firm.get(f"/cases/{world.case_id}/shared-about-us")
    assert "To assess custody together." in told.text and "Finding" in told.text
    assert "Only for this case." not in told.text, "the terms stay between the desks"
    assert ours.send(f"{page}/tell").status_code == 409


def test_every_role_on_every_page(world: World, as_: As) -> None:
    """Only people of the two desks who may read assessments reach anything, and before acknowledging not the items."""
    share_id = give(world, terms=changed(onward="allowed"))
    pages = addresses(world, share_id)
    ledger = f"/cases/{world.case_id}/sharing"
    item = pages[-1]
    readers = {"intake", "coordinator", "case", "specialist", "decision"}
    for email, person in world.outsiders.items():
        browser = as_(person)
        duty, _, place = email.partition("@")
        for page in (*pages, ledger, f"{ledger}/new"):
            status = browser.get(page).status_code
            allowed = place == "sec.example" and duty in readers and page in (ledger, pages[0])
            acting = place == "sec.example" and duty in {"coordinator", "case"} and page.endswith(("/use", "/new"))
            waits = place == "sec.example" and duty in {"coordinator", "case"} and page.endswith("/on")
            expected = {200} if allowed or acting else {409} if waits else {403, 404}
            assert status in expected, f"{email} {page}: {status}"
        if place == "sec.example" and duty in readers:
            assert browser.get(item).status_code == 404
            assert "Reasons" not in browser.get(pages[0]).text
        for act in ("acknowledge", "recall", "use", "tell", "on"):
            if not (place == "sec.example" and duty in {"coordinator", "case"}):
                sent = browser.send(f"{pages[0]}/{act}", {"reason": "x", "use": "x"}).status_code
                assert sent in {403, 404}, f"{email} {act}"
    for duty in ("issuing", "supervisor", "records", "ethics", "admin"):
        for page in (*pages, ledger, f"{ledger}/extract"):
            assert as_(world.staff(duty)).get(page).status_code in {403, 404}, f"{duty} {page}"


def test_ids_of_another_case_or_share_lead_nowhere(world: World, as_: As) -> None:
    first, second = give(world), give(world)
    shared.acknowledge(world.other("case"), first)
    shared.acknowledge(world.other("case"), second)
    item = addresses(world, first)[-1].rsplit("/", 1)[-1]
    browser = as_(world.other("case"))
    assert browser.get(f"/cases/{world.case_id}/sharing/{second}/items/{item}").status_code == 404
    assert browser.get(f"/cases/{world.routed_id}/sharing/{first}").status_code in {403, 404}
    assert browser.send(f"/cases/{world.routed_id}/sharing/{first}/use", {"use": "x"}).status_code in {403, 404}


def test_who_is_recused_loses_what_was_shared(world: World, as_: As) -> None:
    share_id = give(world)
    shared.acknowledge(world.other("case"), share_id)
    page, *_, item = addresses(world, share_id)
    browser = as_(world.other("specialist"))
    assert browser.get(item).status_code == 200
    desks.declare(world.other("specialist"), world.case_id, outcome="recused", details="My brother works there.")
    for address in (page, item, f"/cases/{world.case_id}/sharing", f"/cases/{world.case_id}/sharing/extract"):
        assert browser.get(address).status_code in {403, 404}


def test_the_firm_and_the_office_see_no_ledger(world: World, as_: As) -> None:
    give(world)
    for email in ("signatory@harbourlight.example", "secretariat@programme_office.example"):
        page = as_(world.outsiders[email]).get(f"/cases/{world.case_id}")
        assert page.status_code == 200 and "/sharing" not in page.text
    assert as_(world.staff("case")).get(f"/cases/{world.case_id}/shared-about-us").status_code == 403
    other_firm = as_(world.outsiders["signatory@tessellate.example"])
    assert other_firm.get(f"/cases/{world.case_id}/shared-about-us").status_code == 404


@pytest.mark.slow
def test_the_extract_is_a_document_with_the_record_attached(world: World, as_: As) -> None:
    give(world)
    answer = as_(world.staff("coordinator")).get(f"/cases/{world.case_id}/sharing/extract")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert "record.json" in pdf.attachments
        record = pdf.attachments["record.json"].get_file().read_bytes().decode()
    assert MOU.purpose in record and SEALED in record


def test_long_lists_have_pages_and_take_the_same_statements(world: World, as_: As, statements: Any) -> None:
    browser, path = as_(world.staff("coordinator")), f"/cases/{world.case_id}/sharing"
    give(world)

    def count() -> int:
        db.session.rollback()
        with statements() as seen:
            assert browser.get(path).status_code == 200
        return len(seen)

    few = count()
    for _number in range(26):
        give(world)
    assert count() == few <= 7
    page = browser.get(path)
    assert page.text.count("Shared by us with SEC") == 25 and "Next page" in page.text
