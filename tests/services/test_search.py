"""The index of search: written with the item, gone with it, the same after it is made again."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import column, func, select, table

from sandbox.cli.demo import scenes, story
from sandbox.cli.demo.firms import FIRMS
from sandbox.domain.search import KINDS
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.desks import Case
from sandbox.models.search import INDEX, SearchEntry
from sandbox.models.trail import Audience
from sandbox.queries.desks import search as searched
from sandbox.services import desks, search
from sandbox.services.questions import vocabulary
from sandbox.services.unit import use_case
from tests.factories import Maker
from tests.journeys.staging import SEALED, World, build


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


@use_case
def in_one(act: object, *args: object) -> None:
    """Do something as one writing transaction."""
    act(*args)  # type: ignore[operator]


def entries() -> set[tuple[str, UUID]]:
    """What is in the index: kind and item."""
    return {(row.item_kind, row.item_id) for row in db.session.scalars(select(SearchEntry))}


def texts() -> int:
    """How many texts the database's own index has."""
    return db.session.scalar(select(func.count()).select_from(table(INDEX, column("body")))) or 0


def test_every_kind_can_be_made_again() -> None:
    assert set(search.SOURCES) == set(KINDS)


def test_the_story_of_a_case_can_be_found(world: World) -> None:
    person = world.staff("case")
    for text, kind in (
        (FIRMS[0].name, "case"),
        (FIRMS[0].product, "title"),
        ("custody outline", "version"),
    ):
        assert kind in {hit.kind for hit in searched(person, text).rows if hit.case_id == world.case_id}, text
    assert "finding" in {kind for kind, _ in entries()}


def test_a_dossier_is_found_by_words_and_not_by_codes(world: World) -> None:
    version = db.session.get_one(ApplicationVersion, db.session.get_one(Case, world.case_id).current_version_id)
    record = version.record
    product = record["sections"]["product"]
    codes = [code for code in (*product["activities"], *product["asset_classes"]) if "-" in code]
    words = vocabulary(version.question_set_id)
    body = search.dossier_text(record, words)
    assert codes and not any(code in body for code in codes)
    assert all(title in body for title in words.titles("activities", product["activities"]))


def test_an_item_written_again_has_its_new_words_only(world: World) -> None:
    person, item = world.staff("case"), uuid4()
    in_one(search.index, "finding", item, world.case_id, "Zebra stripes", ("desk:FCA",))
    assert [hit.item_id for hit in searched(person, "zebra").rows] == [item]
    in_one(search.index, "finding", item, world.case_id, "Giraffe necks", ("desk:FCA",))
    assert searched(person, "zebra").rows == []
    assert [hit.item_id for hit in searched(person, "giraf").rows] == [item]
    in_one(search.forget, "finding", item)
    assert searched(person, "giraffe").rows == []
    in_one(search.forget, "finding", item)


def test_what_is_undone_is_not_in_the_index(world: World) -> None:
    with pytest.raises(ZeroDivisionError):
        in_one(lambda: search.index("finding", uuid4(), world.case_id, "Zebra", ("desk:FCA",)) or 1 // 0)
    assert searched(world.staff("case"), "zebra").rows == []


def test_an_unknown_kind_is_a_fault(world: World) -> None:
    with pytest.raises(KeyError):
        in_one(search.index, "dream", uuid4(), world.case_id, "Zebra")


def test_only_the_last_version_of_a_dossier_is_found(world: World) -> None:
    person = world.staff("intake")
    desks.declare(person, world.routed_id, outcome="none")
    story.screen(world.cast, world.routed_id, SEALED, missing=["The test plan: who can stop it?"])
    application_id = story.application_of(world.routed_id)
    contributor = world.outsiders["signatory@tessellate.example"]
    product = {**scenes.answers(FIRMS[1])["product"], "name": "Aardvark notes"}
    story.fill(contributor, application_id, {"product": product})
    story.submit(contributor, application_id)
    hits = [hit for hit in searched(person, "aardvark").rows if hit.case_id == world.routed_id]
    assert sorted(hit.kind for hit in hits) == ["title", "version"]
    assert len([one for kind, one in entries() if kind == "version"]) == 2


def test_made_again_it_is_the_same(world: World, app: Flask) -> None:
    before, found = entries(), [hit.item_id for hit in searched(world.staff("case"), "the").rows]
    result = app.test_cli_runner().invoke(args=["search", "rebuild"])
    assert result.exit_code == 0, result.output
    assert result.output == f"{len(before):,} items can be found.\n"
    db.session.rollback()
    assert entries() == before
    assert texts() == len(before)
    again = [hit.item_id for hit in searched(world.staff("case"), "the").rows]
    assert sorted(again) == sorted(found)


def test_a_desks_own_item_from_before_gets_its_audience_when_all_is_made_again(world: World) -> None:
    finding = next(item for kind, item in entries() if kind == "finding")
    db.session.execute(Audience.__table__.delete().where(Audience.item_id == finding))
    db.session.commit()
    search.rebuild()
    parties = db.session.scalars(select(Audience.party).where(Audience.item_id == finding)).all()
    assert len(parties) == 1 and parties[0].startswith("desk:")
