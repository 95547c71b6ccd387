"""The workbench: drafts, evidence and standards, kept words, inputs, paragraphs, quality review, reliance."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import BadInput, Conflict, Incomplete, NotAllowed, NotFound, NotNow
from sandbox.domain.policy import Bar, can
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.assessments import (
    AssessmentReview,
    Divergence,
    EarlierFinding,
    Finding,
    Paragraph,
    Position,
    SpecialistInput,
)
from sandbox.models.catalogue import Authority, Criterion
from sandbox.models.desks import Case, Desk
from sandbox.queries import assessments as queries
from sandbox.services import assessments, desks, people
from sandbox.services.assessments import Grounds
from sandbox.services.decisions.drafting import signatories
from sandbox.services.facts import case_facts
from tests.factories import Maker
from tests.journeys.colleagues import second_officer
from tests.journeys.staging import OTHER, SEALED, World, build


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def criterion(code: str, authority: str = SEALED) -> UUID:
    """A criterion of an authority."""
    found = select(Criterion.id).join(Authority, Authority.id == Criterion.authority_id)
    return db.session.scalars(found.where(Authority.code == authority, Criterion.code == code)).one()


def finding(world: World, code: str = "readiness", authority: str = SEALED) -> Finding:
    """A desk's finding, fresh."""
    db.session.rollback()
    desk_id = story.desk_of(world.case_id, authority)
    found = select(Finding).where(Finding.desk_id == desk_id, Finding.criterion_id == criterion(code, authority))
    return db.session.scalars(found).one()


def save(world: World, person: Actor | None = None, code: str = "readiness", **given: object) -> None:
    """Save the finding as it would be sent from the page."""
    row = finding(world, code)
    values = {"value": row.value, "reasons": row.reasons, "version": row.version, **given}
    writer = person or world.staff("case")
    assessments.record_finding(writer, world.desk_id, row.criterion_id, **values)  # type: ignore[arg-type]


# --- drafts, evidence, standards -------------------------------------------------------------------------------------


def test_a_draft_is_kept_and_counts_as_nothing(world: World) -> None:
    save(world, value="", reasons="Half a thought")
    assert finding(world).reasons == "Half a thought"
    with pytest.raises(Incomplete, match="Record a finding for “Readiness”"):
        story.file(world.cast, world.case_id, SEALED, "approve", "Fine.")


def test_what_a_finding_rests_on_is_checked_kept_and_frozen_with_the_position(world: World) -> None:
    evidence = [{"path": "test_plan.exit_plan", "note": " within 30 days "}]
    save(world, grounds=Grounds(evidence=evidence, standards=["FSB-CA 2023 5", "FATF 2012 (as amended) R.16"]))
    save(world, reasons="Other words, same grounds.")
    assert finding(world).evidence == [{"path": "test_plan.exit_plan", "page": None, "note": "within 30 days"}]
    wrong = {
        "cite": Grounds(evidence=[{"path": "test_plan.nothing"}]),
        "page": Grounds(evidence=[{"path": "test_plan.exit_plan", "page": 2}]),
        "standards": Grounds(standards=["FSB-CA 2023 99"]),
        "paragraph": Grounds(paragraphs=[uuid4()]),
    }
    for name, grounds in wrong.items():
        with pytest.raises(BadInput) as refused:
            save(world, grounds=grounds)
        assert set(refused.value.problems) == {name}
    story.file(world.cast, world.case_id, SEALED, "approve", "Fine.")
    record = db.session.scalars(select(Position.record).where(Position.desk_id == world.desk_id)).one()
    row = next(one for one in record["findings"] if one["criterion"] == "readiness")
    assert row["evidence"] == finding(world).evidence
    assert [one["title"] for one in row["standards"]] == ["Risk management", "Wire transfers (travel rule)"]
    version = db.session.get_one(ApplicationVersion, db.session.get_one(Case, world.case_id).current_version_id)
    assert record["dossier"] == {"version": 1, "sha256": version.sha256}


def test_words_that_somebody_else_replaces_are_kept_under_their_name(world: World, maker: Maker) -> None:
    words, author = finding(world).reasons, finding(world).author_id
    save(world, reasons="My own second thought.")
    assert db.session.scalars(select(EarlierFinding)).all() == [], "one's own words can be rewritten"
    save(world, second_officer(world, maker), reasons="Another's words.")
    kept = db.session.scalars(select(EarlierFinding)).one()
    assert (kept.reasons, kept.author_id) == ("My own second thought.", author) and words != kept.reasons
    save(world, reasons="Another's words.")
    assert len(db.session.scalars(select(EarlierFinding)).all()) == 1, "nothing was replaced"


@pytest.mark.slow
def test_two_officers_who_save_at_the_same_instant_lose_no_text(app: Flask, world: World, maker: Maker) -> None:
    """One is first; the other gets a conflict with what stands, and what was there before is kept."""
    writers = {"first": world.staff("case"), "second": second_officer(world, maker)}
    for turn in range(5):
        row = finding(world)
        version, key, before, author = row.version, row.criterion_id, row.reasons, row.author_id
        said: dict[str, object] = {}
        start = threading.Barrier(2)

        def go(
            person: str, said: dict[str, object] = said, key: UUID = key,
            version: int = version, start: threading.Barrier = start, turn: int = turn, desk_id: UUID = world.desk_id,
        ) -> None:  # fmt: skip
            with app.app_context():
                start.wait()
                try:
                    assessments.record_finding(
                        writers[person], desk_id, key, value="met", reasons=f"{person} {turn}", version=version
                    )
                    said[person] = "saved"
                except Conflict as conflict:
                    said[person] = conflict.current
                finally:
                    db.session.remove()

        db.session.remove()
        threads = [threading.Thread(target=go, args=(person,)) for person in writers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        first = next(person for person, outcome in said.items() if outcome == "saved")
        second = next(person for person in said if person != first)
        assert finding(world).reasons == f"{first} {turn}"
        assert said[second] == {"value": "met", "reasons": f"{first} {turn}"}, "the other sees what stands"
        if writers[first].person_id != author:
            assert before in db.session.scalars(select(EarlierFinding.reasons)).all()


# --- inputs ----------------------------------------------------------------------------------------------------------


def test_specialists_write_their_own_input_and_nobody_elses(world: World, maker: Maker) -> None:
    key, specialist = criterion("readiness"), world.staff("specialist")
    assessments.write_input(specialist, world.desk_id, key, text="I tried it.")
    for person in (world.staff("case"), world.staff("coordinator")):
        with pytest.raises(NotAllowed):
            assessments.write_input(person, world.desk_id, key, text="Me too.")
    for outsider in (world.other("specialist"), *world.outsiders.values()):
        with pytest.raises((NotFound, NotAllowed)):
            assessments.write_input(outsider, world.desk_id, key, text="Me too.")
    unassigned = maker.staff(SEALED, Role.SPECIALIST)
    with pytest.raises((NotFound, NotAllowed)):
        assessments.write_input(unassigned, world.desk_id, key, text="Me too.")
    with pytest.raises(Conflict):
        assessments.write_input(specialist, world.desk_id, key, text="Again.", version=7)
    with pytest.raises(BadInput):
        assessments.write_input(specialist, world.desk_id, key, text=" ", version=1)
    with pytest.raises(BadInput):
        assessments.write_input(specialist, world.desk_id, criterion("investor-protection", OTHER), text="x")
    assessments.write_input(specialist, world.desk_id, key, text="I tried it twice.", version=1)
    assert [row.text for row in db.session.scalars(select(SpecialistInput))] == ["I tried it twice."]
    assert Bar.ASSESSED in case_facts(specialist, world.case_id).bars
    story.file(world.cast, world.case_id, SEALED, "approve", "Fine.")
    with pytest.raises(NotNow):
        assessments.write_input(specialist, world.desk_id, key, text="Too late.", version=2)


# --- paragraphs ------------------------------------------------------------------------------------------------------


def test_a_changed_paragraph_is_a_new_version_and_findings_keep_theirs(world: World) -> None:
    coordinator = world.staff("coordinator")
    first = assessments.keep_paragraph(coordinator, title="Scale", text="The test is small.")
    save(world, reasons="The test is small.", grounds=Grounds(paragraphs=[first]))
    second = assessments.keep_paragraph(coordinator, title="Scale", text="The test is tiny.", instead_of=first)
    rows = {row.id: row for row in db.session.scalars(select(Paragraph))}
    assert rows[first].key == rows[second].key and rows[second].number == 2
    assert rows[first].retired_at is not None and rows[second].retired_at is None
    assert finding(world).paragraphs == [str(first)]
    with pytest.raises(Conflict):
        assessments.keep_paragraph(coordinator, title="Scale", text="Late.", instead_of=first)
    assessments.retire_paragraph(coordinator, second)
    assert queries.library(coordinator).rows == ()
    with pytest.raises(Conflict):
        assessments.retire_paragraph(coordinator, second)


def test_paragraphs_are_the_authoritys_own(world: World) -> None:
    key = assessments.keep_paragraph(world.staff("coordinator"), title="Scale", text="Small.", criterion="readiness")
    for person in ("case", "specialist", "decision", "admin"):
        with pytest.raises(NotAllowed):
            assessments.keep_paragraph(world.staff(person), title="Mine", text="Words.")
    with pytest.raises(NotFound):
        assessments.keep_paragraph(world.other("coordinator"), title="x", text="y", instead_of=key)
    with pytest.raises(NotFound):
        assessments.retire_paragraph(world.other("coordinator"), key)
    with pytest.raises(NotFound):
        queries.paragraph(world.other("case"), key)
    assert queries.library(world.other("case")).rows == ()
    with pytest.raises(BadInput) as refused:
        assessments.keep_paragraph(world.staff("coordinator"), title=" ", text="", criterion="investor-protection")
    assert set(refused.value.problems) == {"title", "text", "criterion"}
    foreign = world.cast.staff(OTHER, "case")
    row = finding(world, "investor-protection", OTHER)
    with pytest.raises(BadInput):
        assessments.record_finding(
            foreign, story.desk_of(world.case_id, OTHER), row.criterion_id, value="met", reasons="x",
            version=row.version, grounds=Grounds(paragraphs=[key]),
        )  # fmt: skip


# --- quality review --------------------------------------------------------------------------------------------------


@pytest.fixture
def reviewed(world: World) -> Iterator[World]:
    """The authority asks for a review."""
    desk = db.session.get_one(Desk, world.desk_id)
    authority = db.session.get_one(Authority, desk.authority_id)
    authority.quality_review = True
    db.session.commit()
    yield world
    db.session.rollback()
    db.session.get_one(Authority, authority.id).quality_review = False
    db.session.commit()


def file(world: World) -> None:
    """File as the page does."""
    assessments.file_position(world.staff("case"), world.desk_id, recommendation="approve", summary="Fine.")


def test_a_second_person_reviews_before_the_position_is_filed(reviewed: World) -> None:
    with pytest.raises(Incomplete, match="second person"):
        file(reviewed)
    coordinator, desk_id = reviewed.staff("coordinator"), reviewed.desk_id
    with pytest.raises(NotAllowed):
        assessments.review(reviewed.staff("case"), desk_id, outcome="approved")
    for outsider in (reviewed.other("coordinator"), *reviewed.outsiders.values()):
        with pytest.raises((NotFound, NotAllowed)):
            assessments.review(outsider, desk_id, outcome="approved")
    with pytest.raises(BadInput):
        assessments.review(coordinator, desk_id, outcome="returned")
    assessments.review(coordinator, desk_id, outcome="returned", remarks="Say more on readiness.")
    with pytest.raises(Incomplete, match="second person"):
        file(reviewed)
    assessments.review(coordinator, desk_id, outcome="approved")
    save(reviewed, reasons="Changed after the review.")
    with pytest.raises(Incomplete, match="second person"):
        file(reviewed)
    assessments.review(coordinator, desk_id, outcome="approved")
    file(reviewed)


def test_nobody_reviews_where_the_authority_asks_for_none(world: World) -> None:
    with pytest.raises(NotNow, match="asks for no quality review"):
        assessments.review(world.staff("coordinator"), world.desk_id, outcome="approved")
    assert db.session.scalars(select(AssessmentReview)).first() is None


def test_who_reviewed_reviews_again_and_never_signs(reviewed: World) -> None:
    desk_id, case_id = reviewed.desk_id, reviewed.case_id
    assessments.review(reviewed.staff("coordinator"), desk_id, outcome="returned", remarks="Say more.")
    assessments.review(reviewed.staff("coordinator"), desk_id, outcome="approved")
    assert case_facts(reviewed.staff("coordinator"), case_id).bars == {Bar.REVIEWED}
    people.set_roles(reviewed.staff("admin"), reviewed.staff("coordinator").me, roles=["decision_maker"])
    person = reviewed.staff("coordinator")
    desks.assign(reviewed.staff("intake"), desk_id, person_id=person.me, reason="To sign.")
    for action in (Action.DECISION_SIGN, Action.NOTICE_SIGN, Action.DECISION_REJECT):
        assert not can(person, action, case_facts(person, case_id)), action
    assert person.me not in {one.id for one in signatories(desks.load(desk_id)[0])}


def test_a_review_covers_what_its_page_showed(reviewed: World) -> None:
    shown = queries.workbench(reviewed.staff("coordinator"), reviewed.case_id).covers
    save(reviewed, reasons="Changed while it was read.")
    with pytest.raises(Conflict):
        assessments.review(
            reviewed.staff("coordinator"), reviewed.desk_id, outcome="approved", covers=record_hash(shown)
        )
    shown = queries.workbench(reviewed.staff("coordinator"), reviewed.case_id).covers
    assessments.review(reviewed.staff("coordinator"), reviewed.desk_id, outcome="approved", covers=record_hash(shown))
    bench = queries.workbench(reviewed.staff("case"), reviewed.case_id)
    assert bench.review is not None and bench.review.stands and not bench.unreviewed


# --- reliance --------------------------------------------------------------------------------------------------------


def rely(world: World, on: str = SEALED, code: str = "investor-protection") -> None:
    """The other desk relies on the first one, instead of finding for itself."""
    row = finding(world, code, OTHER)
    authority = db.session.scalars(select(Authority.id).where(Authority.code == on)).one()
    assessments.record_finding(
        world.other("case"), story.desk_of(world.case_id, OTHER), row.criterion_id,
        value="relies", reasons="Under the equivalence.", version=row.version, grounds=Grounds(relies_on=authority),
    )  # fmt: skip


def test_a_reliance_needs_a_standing_equivalence(world: World) -> None:
    with pytest.raises(BadInput):
        rely(world, code="public-interest")
    with pytest.raises(BadInput):
        rely(world, on="CFTC")
    with pytest.raises(BadInput):
        save(world, value="relies")
    rely(world)
    assert finding(world, "investor-protection", OTHER).value == "relies"


def test_a_reliance_is_sealed_and_takes_the_others_finding_at_the_opening(world: World) -> None:
    rely(world)
    save(world, code="consumer-benefit", value="partly", reasons="Only for some.")
    story.file(world.cast, world.case_id, OTHER, "approve", "As the other finds.")
    before = queries.comparison(world.staff("case"), world.case_id)
    assert all(OTHER not in row.cells for row in before.rows)
    own = queries.comparison(world.other("case"), world.case_id)
    assert [row.cells[OTHER][0] for row in own.rows if row.cells[OTHER][0] == "relies"] == ["relies"]
    story.file(world.cast, world.case_id, SEALED, "approve", "Found.")
    after = queries.comparison(world.staff("case"), world.case_id)
    text = next(
        one["reasons"] for row in after.rows for value, found in [row.cells.get(OTHER, ("", ()))] for one in found
        if one["criterion"] == "investor-protection"
    )  # fmt: skip
    assert text.startswith("Relies on FCA's finding on “Consumer benefit”: Partly met.")
    frozen = db.session.scalars(
        select(Position.record).where(Position.desk_id == story.desk_of(world.case_id, OTHER))
    ).one()
    row = next(one for one in frozen["findings"] if one["criterion"] == "investor-protection")
    assert row["value"] == "relies" and row["relies_on"] == {"authority": "FCA", "criterion": "consumer-benefit"}


def test_a_reliance_on_a_desk_that_left_is_a_row_to_be_filled(world: World) -> None:
    rely(world)
    story.file(world.cast, world.case_id, OTHER, "approve", "As the other finds.")
    desks.opt_out(world.staff("coordinator"), world.desk_id, reason="No remit.")
    rows = db.session.scalars(select(Divergence).where(Divergence.kind == "criterion")).all()
    assert [view["value"] for row in rows for view in row.views] == ["relies"]
