"""The workbench as its desk uses it: cite, insert, save by itself, confirm, review; and who gets no answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.domain.actors import Actor, Organisation
from sandbox.extensions import db
from sandbox.models.assessments import Finding, Position, ProposedCondition, SpecialistInput
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Criterion
from sandbox.models.desks import Case, Desk
from sandbox.services import assessments
from tests.factories import Maker
from tests.journeys.colleagues import second_officer
from tests.journeys.staging import SEALED, World, build

As = Callable[[Actor], Any]


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def finding(world: World) -> Finding:
    """The finding on readiness, fresh."""
    db.session.rollback()
    found = select(Finding).join(Criterion, Criterion.id == Finding.criterion_id)
    return db.session.scalars(found.where(Finding.desk_id == world.desk_id, Criterion.code == "readiness")).one()


def sent(world: World, then: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """The address of the form of the finding on readiness, and what its page would send."""
    row = finding(world)
    path = f"/cases/{world.case_id}/assessment/criteria/{row.criterion_id}"
    read = db.session.get_one(Case, world.case_id).current_version_id
    form = {"then": then, "version": row.version, "read": str(read), "value": row.value, "reasons": row.reasons}
    return path, {**form, **more}


PAGE = "/cases/{id}/assessment?criterion=readiness"


def test_every_answer_and_document_can_be_cited_and_is_linked(world: World, as_: As) -> None:
    officer = as_(world.staff("case"))
    page = officer.get(PAGE.format(id=world.case_id)).text
    assert 'form="finding" name="then" value="pick:test_plan.exit_plan"' in page
    document = re.search(r'value="pick:(document:[0-9a-f-]{36})"', page)
    assert document is not None
    picked = officer.send(*sent(world, f"pick:{document[1]}", reasons="Typed before."))
    assert picked.status_code == 302 and f"cite={document[1]}#evidence" in picked.location
    assert finding(world).reasons == "Typed before.", "going to cite loses nothing"
    page = officer.get(picked.location).text
    assert re.search(rf'value="{document[1]}" selected', page)
    officer.send(*sent(world, "add", path=document[1], page="3", note="Three sites."))
    officer.send(*sent(world, "add", path="test_plan.exit_plan"))
    page = officer.get(PAGE.format(id=world.case_id)).text
    assert f"/documents/{document[1][9:]}#page=3" in page and "Three sites." in page
    assert f"/cases/{world.case_id}/dossier#test_plan.exit_plan" in page
    assert 'id="test_plan.exit_plan"' in officer.get(f"/cases/{world.case_id}/dossier").text
    officer.send(*sent(world, "remove:0"))
    assert [row["path"] for row in finding(world).evidence] == ["test_plan.exit_plan"]
    refused = officer.send(*sent(world, "add", path="test_plan.exit_plan", page="3", reasons="Kept."))
    assert refused.status_code == 422 and "Only documents have pages." in refused.text and "Kept." in refused.text


def test_a_standard_paragraph_is_appended_and_nothing_typed_is_lost(world: World, as_: As) -> None:
    key = assessments.keep_paragraph(world.staff("coordinator"), title="Scale", text="The test is small.")
    officer = as_(world.staff("case"))
    officer.send(*sent(world, "insert", reasons="Typed.", paragraph=str(key), value=""))
    row = finding(world)
    assert (row.reasons, row.paragraphs) == ("Typed.\n\nThe test is small.", [str(key)])
    assert "The test is small." in officer.get(PAGE.format(id=world.case_id)).text


def test_saving_by_itself_answers_in_json_with_the_next_version(world: World, maker: Maker, as_: As) -> None:
    officer = as_(world.staff("case"))
    path, form = sent(world, "autosave", reasons="While typing.")
    saved = officer.send(path, form)
    assert saved.get_json() == {"saved": True, "version": form["version"] + 1}
    colleague = as_(second_officer(world, maker))
    late = colleague.send(path, {**form, "reasons": "Mine."})
    assert (late.status_code, late.get_json()) == (409, {"saved": False})
    assert finding(world).reasons == "While typing."
    shown = colleague.send(path, {**form, "then": "save", "reasons": "Mine."})
    assert shown.status_code == 409 and "While typing." in shown.text and "Mine." in shown.text
    page = officer.get(PAGE.format(id=world.case_id)).text
    assert 'data-autosave="saved"' in page and 'id="saved" role="status"' in page


@pytest.mark.parametrize("read", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_a_form_names_the_version_that_was_read(world: World, as_: As, read: str) -> None:
    path, form = sent(world, "save")
    assert as_(world.staff("case")).send(path, {**form, "read": read}).status_code == 404


UNREAD: list[dict[str, Any]] = [{}, {"read": ""}, {"read": ["one", "two"]}]


@pytest.mark.parametrize("read", UNREAD, ids=str)
def test_nothing_is_recorded_by_a_form_that_does_not_say_what_was_read(
    world: World, as_: As, read: dict[str, Any]
) -> None:
    officer, (path, form) = as_(world.staff("case")), sent(world, "save", reasons="Unread.")
    del form["read"]
    refused = officer.send(path, {**form, **read})
    assert refused.status_code == 422 and "Reload the page" in refused.text
    assert finding(world).reasons != "Unread."
    row = finding(world)
    row.stale = ["test_plan.exit_plan"]
    db.session.commit()
    officer.send(f"{path}/holds", {"version": finding(world).version, **read})
    assert finding(world).stale, "what was not read is not confirmed"
    before = db.session.query(ProposedCondition).count()
    refused = officer.send(f"/cases/{world.case_id}/assessment/conditions/new", {**CLAIM, "origin": "imposed", **read})
    assert refused.status_code == 422 and "Reload the page" in refused.text
    assert db.session.query(ProposedCondition).count() == before


def test_a_stale_finding_shows_what_changed_and_is_confirmed_or_written_anew(world: World, as_: As) -> None:
    row = finding(world)
    row.stale = ["test_plan.exit_plan"]
    db.session.commit()
    officer = as_(world.staff("case"))
    page = officer.get(PAGE.format(id=world.case_id)).text
    assert "What this finding rests on has changed" in page and "Still holds" in page
    path, form = sent(world, "save")
    assert officer.send(f"{path}/holds", {"version": 1, "read": form["read"]}).status_code == 302
    assert finding(world).stale, "an older version of the finding confirms nothing"
    officer.send(f"{path}/holds", {"version": form["version"], "read": form["read"]})
    assert finding(world).stale == []


def test_a_quarantined_finding_is_struck_and_saved_by_another(world: World, as_: As) -> None:
    row = finding(world)
    row.quarantined_at = now()
    db.session.commit()
    officer = as_(world.staff("case"))
    page = officer.get(PAGE.format(id=world.case_id)).text
    assert "Quarantined" in page and f'<s class="portal-prose">{row.reasons}' in page
    assert "Redo “Readiness”" in officer.get(f"/cases/{world.case_id}/position").text
    officer.send(*sent(world, "save", reasons="In my own words."))
    assert finding(world).quarantined_at is None


def test_a_specialist_writes_and_the_officer_reads(world: World, as_: As) -> None:
    path, _form = sent(world, "save")
    specialist = as_(world.staff("specialist"))
    assert specialist.send(f"{path}/input", {"text": "", "version": 0}).status_code == 422
    page = specialist.get(PAGE.format(id=world.case_id)).text
    assert "Save my input" in page and "Save this finding" not in page, "findings are the case officer’s"
    assert specialist.send(f"{path}/input", {"text": "I tried it.", "version": 0}).status_code == 302
    assert "I tried it." in as_(world.staff("case")).get(PAGE.format(id=world.case_id)).text
    assert specialist.send(f"{path}/input", {"text": "Stale form.", "version": 9}).status_code == 409
    assert as_(world.staff("case")).send(f"{path}/input", {"text": "Not mine.", "version": 0}).status_code == 403
    assert [one.text for one in db.session.scalars(select(SpecialistInput))] == ["I tried it."]


CLAIM = {
    "title": "Total", "kind": "limit", "text": "Within it.", "origin": "firm", "jurisdictions": "UK",
    "metric": "total-value", "comparator": "at_most", "currency": "GBP", "window": "at_any_time", "version": 0,
}  # fmt: skip


def test_a_wrong_claim_that_the_firm_proposed_it_is_refused_at_its_field(world: World, as_: As) -> None:
    officer, path = as_(world.staff("case")), f"/cases/{world.case_id}/assessment/conditions/new"
    read = str(db.session.get_one(Case, world.case_id).current_version_id)
    refused = officer.send(path, {**CLAIM, "threshold": "500000", "read": read})
    assert refused.status_code == 422 and "test plan does not go this far" in refused.text and "500000" in refused.text
    assert officer.send(path, {**CLAIM, "threshold": "500000", "origin": "imposed", "read": read}).status_code == 302
    assert officer.send(path, {**CLAIM, "threshold": "2000000", "read": read}).status_code == 302
    rows = db.session.execute(
        select(ProposedCondition.threshold, ProposedCondition.origin).where(ProposedCondition.metric == "total-value")
    ).all()
    assert {(int(threshold), origin) for threshold, origin in rows} == {(500000, "imposed"), (2000000, "firm")}


def test_the_library_is_kept_by_coordinators_and_read_by_reviewers(world: World, as_: As) -> None:
    coordinator, officer = as_(world.staff("coordinator")), as_(world.staff("case"))
    form = {"title": "Scale", "criterion": "", "text": "The test is small."}
    assert coordinator.send("/paragraphs/new", {**form, "text": ""}).status_code == 422
    assert coordinator.send("/paragraphs/new", form).status_code == 302
    page = officer.get("/paragraphs")
    assert "The test is small." in page.text and "Retire" not in page.text
    assert officer.get("/paragraphs/new").status_code == 403
    for outsider in ("signatory@harbourlight.example", "secretariat@programme_office.example"):
        assert as_(world.outsiders[outsider]).get("/paragraphs").status_code == 403
    assert "The test is small." not in as_(world.other("case")).get("/paragraphs").text


def outsiders(world: World) -> list[Actor]:
    """Everybody who must not learn of the desk's work."""
    return [world.other(duty) for duty in ("case", "specialist", "coordinator", "decision")] + [
        world.outsiders[name] for name in ("signatory@harbourlight.example", "secretariat@programme_office.example")
    ]


def test_nobody_outside_the_desk_gets_an_answer(world: World, as_: As) -> None:
    row, read = finding(world), str(db.session.get_one(Case, world.case_id).current_version_id)
    base, key = f"/cases/{world.case_id}", row.criterion_id
    version = row.version
    findings = {
        f"{base}/assessment/criteria/{key}": {"then": "save", "value": "met", "reasons": "x"},
        f"{base}/assessment/criteria/{key}/holds": {},
        f"{base}/assessment/criteria/{key}/input": {"text": "x"},
    }
    of_the_desk = {f"{base}/assessment/review": {"outcome": "approved"}, f"{base}/position/confirm": {}}
    for actor in outsiders(world):
        client = as_(actor)
        # The other desk's people have a desk of their own on the case; these two acts would be about that one.
        mine = findings if actor.organisation is Organisation.AUTHORITY else findings | of_the_desk
        for path, form in mine.items():
            answer = client.send(path, {**form, "version": version, "read": read})
            assert answer.status_code in (403, 404), (actor.email, path)
        for page in (f"{base}/assessment/precedents", f"{base}/assessment"):
            found = client.get(page)
            assert found.status_code in (403, 404) or "FCA staff" not in found.text
    assert finding(world).version == version


def test_no_review_is_taken_where_none_is_asked_for(world: World, as_: As) -> None:
    form = {"covers": "0" * 64, "outcome": "approved", "remarks": ""}
    answer = as_(world.staff("coordinator")).send(f"/cases/{world.case_id}/assessment/review", form)
    assert answer.status_code == 409 and "asks for no quality review" in answer.text


def test_a_review_is_asked_for_made_and_shown(world: World, as_: As) -> None:
    desk = db.session.get_one(Desk, world.desk_id)
    authority = db.session.get_one(Authority, desk.authority_id)
    authority.quality_review = True
    db.session.commit()
    try:
        path, coordinator = f"/cases/{world.case_id}/position", as_(world.staff("coordinator"))
        officer = as_(world.staff("case"))
        assert "Let a second person" in officer.get(path).text and "Record my review" not in officer.get(path).text
        page = coordinator.get(path).text
        covers = re.search(r'name="covers"[^>]*value="([^"]+)"', page)
        assert covers is not None
        form = {"covers": covers[1], "outcome": "returned", "remarks": "Say more."}
        review = f"/cases/{world.case_id}/assessment/review"
        assert officer.send(review, form).status_code == 403
        assert coordinator.send(review, {**form, "remarks": ""}).status_code == 422
        unseen = coordinator.send(review, {"outcome": "approved"})
        assert unseen.status_code == 422 and "Reload the page" in unseen.text
        assert coordinator.send(review, form).status_code == 302
        assert "Say more." in officer.get(path).text
        assert coordinator.send(review, {**form, "outcome": "approved"}).status_code == 302
        assert "Let a second person" not in officer.get(path).text
        officer.send(*sent(world, "save", reasons="Changed since."))
        assert coordinator.send(review, {**form, "outcome": "approved"}).status_code == 409
    finally:
        db.session.rollback()
        db.session.get_one(Authority, authority.id).quality_review = False
        db.session.commit()


def test_a_superseded_position_is_confirmed_by_one_button(world: World, as_: As) -> None:
    story.file(world.cast, world.case_id, SEALED, "approve", "As found.")
    officer, path = as_(world.staff("case")), f"/cases/{world.case_id}/position"
    assert "Confirm the position" not in officer.get(path).text
    db.session.scalars(select(Position)).one().superseded_at = now()
    db.session.get_one(Desk, world.desk_id).state = "assessing"
    db.session.commit()
    assert "Confirm the position on version 1" in officer.get(path).text
    assert as_(world.staff("specialist")).send(f"{path}/confirm").status_code == 403
    assert officer.send(f"{path}/confirm").status_code == 302
    assert officer.send(f"{path}/confirm").status_code == 409
    assert "Filed, frozen and sealed" in officer.get(path).text
