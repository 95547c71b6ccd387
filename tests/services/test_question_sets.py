"""Versions of the questions: what an application begins, is finished, read and carried with; overlays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, select

from sandbox.adapters.catalogue_files import CatalogueError
from sandbox.cli.demo import story
from sandbox.cli.demo.answering import completed
from sandbox.cli.demo.story import full_answers, usual_limits
from sandbox.domain.actors import Actor, Role
from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import Conflict, Incomplete, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion, Section
from sandbox.models.base import now
from sandbox.models.catalogue import CatalogueLoad, QuestionSet
from sandbox.models.desks import Case, Desk
from sandbox.queries import applications as queries
from sandbox.queries.questions import vocabulary_of_version
from sandbox.services import applications as services
from sandbox.services import catalogue
from tests.factories import Maker
from tests.services.test_applications import FIRM, PRODUCT
from tests.sets import FIRST, NEWEST

LIMITS = usual_limits(("UK", "US"))
WHOLE = full_answers(firm=FIRM, product=PRODUCT, jurisdictions=("UK", "US"), limits=LIMITS)


@pytest.fixture
def signatory(maker: Maker) -> Actor:
    return maker.person(maker.firm(), Role.OWNER, Role.SIGNATORY)


@pytest.fixture
def changed_sets(maker: Maker) -> Iterator[None]:
    """The sets are kept from test to test: what a test does to them is undone."""
    before = [(row.id, row.content) for row in db.session.scalars(select(QuestionSet))]
    loads = [(row.id, row.digest) for row in db.session.scalars(select(CatalogueLoad))]
    yield
    db.session.rollback()
    db.session.execute(delete(QuestionSet).where(QuestionSet.id.not_in([key for key, _ in before])))
    for key, content in before:
        db.session.get_one(QuestionSet, key).content = content
    db.session.execute(delete(CatalogueLoad))
    db.session.add_all(CatalogueLoad(id=key, digest=digest) for key, digest in loads)
    db.session.commit()


def begun(maker: Maker, who: Actor, version: int | None = None) -> UUID:
    """A draft; of an earlier version where one is named."""
    key = services.start(who, maker.programme(), title="Tokenised fund units")
    if version is not None:
        draft = db.session.get_one(Application, key)
        draft.question_set_id = maker.questions(version)
        kept = FIRST.titles if version == 1 else NEWEST.titles
        rows = db.session.scalars(select(Section).where(Section.application_id == key))
        for row in rows:
            if row.code not in kept:
                db.session.delete(row)
        db.session.commit()
    return key


def saved(application_id: UUID, code: str) -> dict[str, Any]:
    db.session.rollback()
    return db.session.scalars(
        select(Section.answers).where(Section.application_id == application_id, Section.code == code)
    ).one()


def sent(who: Actor, application_id: UUID) -> ApplicationVersion:
    content = record_hash(services.working_record(application_id))
    db.session.rollback()
    return db.session.get_one(ApplicationVersion, services.submit(who, application_id, content=content))


def test_a_new_application_begins_with_the_newest_questions_that_count_today(
    maker: Maker, signatory: Actor, changed_sets: None
) -> None:
    later = QuestionSet(programme_id=maker.programme(), version=99, valid_from=date(2999, 1, 1), content={})
    db.session.add(later)
    db.session.commit()
    head = queries.overview(signatory, begun(maker, signatory)).head
    assert head.questions.version == head.newest == NEWEST.version
    assert not head.newer


def test_a_draft_of_the_first_version_is_finished_and_read_with_it(maker: Maker, signatory: Actor) -> None:
    """After the second was published: nobody has to answer it."""
    key = begun(maker, signatory, 1)
    found = queries.overview(signatory, key)
    assert found.head.newer and [one.code for one in found.sections] == list(FIRST.titles)
    story.fill(signatory, key, completed(FIRST, {code: WHOLE[code] for code in FIRST.titles}))
    version = sent(signatory, key)
    assert version.record["questions"]["version"] == 1
    assert set(version.record["sections"]) == set(FIRST.titles)
    assert vocabulary_of_version(version.id).questions.version == 1


def test_carrying_keeps_every_answer_and_asks_what_is_new(maker: Maker, signatory: Actor) -> None:
    key = begun(maker, signatory, 1)
    story.fill(signatory, key, {code: WHOLE[code] for code in FIRST.titles})
    before = {code: saved(key, code) for code in FIRST.titles}
    page = queries.carrying(signatory, key)
    assert "custody.model" in [one.question.path for one in page.of("new")] and not page.of("gone")
    services.carry(signatory, key, version=page.version)
    assert {code: saved(key, code) for code in FIRST.titles} == before
    found = queries.overview(signatory, key)
    assert not found.head.newer and {one.code for one in found.sections} > set(FIRST.titles)
    assert "custody" in {one.section for one in queries.check(signatory, key).problems}
    story.fill(signatory, key, WHOLE)
    assert sent(signatory, key).record["questions"]["version"] == NEWEST.version


def test_what_was_submitted_before_stays_as_it_was_asked(maker: Maker, signatory: Actor) -> None:
    key = begun(maker, signatory, 1)
    story.fill(signatory, key, {code: WHOLE[code] for code in FIRST.titles})
    first = sent(signatory, key).id
    case_id = db.session.scalars(select(Case.id).where(Case.application_id == key)).one()
    with pytest.raises(NotNow):
        services.carry(signatory, key, version=NEWEST.version)
    db.session.rollback()
    desk_id = story.desk_of(case_id, "FCA")
    db.session.get_one(Desk, desk_id).state = "incomplete"
    db.session.commit()
    services.carry(signatory, key, version=NEWEST.version)
    story.fill(signatory, key, WHOLE)
    second = sent(signatory, key).id
    assert vocabulary_of_version(first).questions.version == 1
    assert vocabulary_of_version(second).questions.version == NEWEST.version
    receipt = queries.submitted_version(signatory, key, first)
    assert [part.code for part in queries.vocabulary_of_content(receipt.content, receipt.questions).parts(
        receipt.record["sections"]
    )] == list(FIRST.titles)  # fmt: skip


def test_only_who_may_write_carries_and_only_forward(maker: Maker, signatory: Actor) -> None:
    key = begun(maker, signatory, 1)
    reader = maker.person(signatory.organisation_id, Role.READ_ONLY)
    with pytest.raises(NotAllowed):
        services.carry(reader, key, version=NEWEST.version)
    stranger = maker.person(maker.firm(), Role.OWNER, Role.SIGNATORY)
    with pytest.raises(NotFound):
        services.carry(stranger, key, version=NEWEST.version)
    with pytest.raises(Conflict):
        services.carry(signatory, key, version=NEWEST.version - 1)
    services.carry(signatory, key, version=NEWEST.version)
    with pytest.raises(NotNow):
        services.carry(signatory, key, version=NEWEST.version)


def test_an_overlay_is_asked_where_routing_reaches_its_authority(maker: Maker, signatory: Actor) -> None:
    key = begun(maker, signatory)
    story.fill(signatory, key, WHOLE)
    record = services.working_record(key)
    assert set(record["questions"]["authorities"]) == {one.code for one in queries.check(signatory, key).destinations}
    assert "BoE" not in record["questions"]["authorities"]
    assert "contagion" in saved(key, "resilience") and "contagion" not in record["sections"]["resilience"]
    aside = {one.path for one in queries.check(signatory, key).set_aside}
    assert "resilience.contagion" in aside
    places = {**WHOLE["jurisdictions"], "jurisdictions": ["UK"], "rationale": {"UK": "Here."}}
    story.fill(signatory, key, {"jurisdictions": places})
    record = services.working_record(key)
    assert "SEC" not in record["questions"]["authorities"]
    assert record["sections"]["relief"].keys() & {"sec_provisions", "sec_reasons"} == set()
    assert saved(key, "relief")["sec_reasons"] == WHOLE["relief"]["sec_reasons"]


def test_a_text_that_is_too_long_is_saved_and_not_submitted(maker: Maker, signatory: Actor) -> None:
    key = begun(maker, signatory)
    story.fill(signatory, key, WHOLE)
    long = "word " * 400
    story.fill(signatory, key, {"criteria": {**WHOLE["criteria"], "success": long}})
    assert saved(key, "criteria")["success"] == long
    found = [one for one in queries.check(signatory, key).problems if one.path == "criteria.success"]
    assert len(found) == 1 and "200 words or fewer (it has 400)" in found[0].text
    with pytest.raises(Incomplete):
        sent(signatory, key)


def test_a_version_that_was_loaded_never_says_something_else(changed_sets: None) -> None:
    row = db.session.scalars(select(QuestionSet).where(QuestionSet.version == 1)).first()
    assert row is not None
    row.content = {**row.content, "sections": []}
    db.session.commit()
    db.session.execute(delete(CatalogueLoad))
    db.session.commit()
    with pytest.raises(CatalogueError, match="give them the next version"):
        catalogue.load()


def test_the_first_version_gets_its_text_where_the_migration_made_its_row(changed_sets: None) -> None:
    row = db.session.scalars(select(QuestionSet).where(QuestionSet.version == 1)).first()
    assert row is not None
    before, row.content, row.loaded_at = row.content, {}, now()
    db.session.execute(delete(CatalogueLoad))
    db.session.commit()
    assert catalogue.load()
    db.session.expire_all()
    assert row.content == before
