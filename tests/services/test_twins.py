"""One application for each product: of the same firm, in the same programme, as long as the other one goes on."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from sandbox.cli.demo import scenes, story
from sandbox.cli.demo.firms import FIRMS
from sandbox.cli.demo.story import Cast
from sandbox.domain.actors import Actor, Role
from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import AlreadyThere, Incomplete
from sandbox.domain.products import product_key
from sandbox.extensions import db
from sandbox.models.applications import Application
from sandbox.models.desks import Case
from sandbox.queries import applications as queries
from sandbox.services import applications as services
from tests.factories import Maker
from tests.journeys.staging import people


@pytest.fixture
def owner(maker: Maker) -> Actor:
    """Somebody who starts and submits."""
    return maker.person(maker.firm(), Role.OWNER, Role.SIGNATORY)


@pytest.mark.parametrize("name", ["Tokenised Fund Units", " tokenised  fund-units ", "ＴＯＫＥＮＩＳＥＤ fund units."])
def test_the_same_product_is_not_started_twice(maker: Maker, owner: Actor, name: str) -> None:
    first = services.start(owner, maker.programme(), title="Tokenised fund units")
    with pytest.raises(AlreadyThere) as refused:
        services.start(owner, maker.programme(), title=name)
    assert refused.value.existing == first
    assert [one.id for one in queries.live(owner, maker.programme())] == [first]


def test_another_product_another_firm_and_a_discarded_draft_are_free(maker: Maker, owner: Actor) -> None:
    first = services.start(owner, maker.programme(), title="Tokenised fund units")
    services.start(owner, maker.programme(), title="Tokenised fund units 2")
    services.start(maker.person(maker.firm(), Role.OWNER), maker.programme(), title="Tokenised fund units")
    services.discard(owner, first)
    services.start(owner, maker.programme(), title="Tokenised fund units")


def test_two_people_who_start_at_once_get_one(app: Flask, maker: Maker, owner: Actor) -> None:
    programme, said = maker.programme(), []
    both = threading.Barrier(2)

    def run() -> None:
        with app.app_context():
            both.wait()
            try:
                services.start(owner, programme, title="Tokenised fund units")
            except AlreadyThere as refused:
                said.append(refused.existing)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(said) == 1
    db.session.rollback()
    assert db.session.scalars(select(Application.id)).all() == said


def submitted(maker: Maker) -> tuple[Cast, UUID, Actor]:
    """A case of a firm of the demonstration, and its signatory."""
    people(maker)
    cast = Cast()
    case_id = scenes.submitted(cast, FIRMS[0])
    case = db.session.get_one(Case, case_id)
    firm_id, key = case.firm_id, case.application_id
    db.session.rollback()
    return cast, key, maker.person(firm_id, Role.OWNER, Role.SIGNATORY)


def test_a_second_submission_for_a_product_is_refused_until_the_first_is_withdrawn(maker: Maker) -> None:
    _cast, first, who = submitted(maker)
    sections = {one.code: dict(one.answers) for one in queries.overview(who, first).sections}
    title = db.session.get_one(Application, first).title
    db.session.rollback()
    second = services.start(who, maker.programme(), title="Renamed later")
    story.fill(who, second, sections)
    found = queries.check(who, second)
    assert found.twin == first and found.head.title == title
    db.session.rollback()
    content = record_hash(services.working_record(second))
    db.session.rollback()
    with pytest.raises(Incomplete, match="already"):
        services.submit(who, second, content=content)
    services.withdraw(who, first, reason="Another way.")
    assert queries.check(who, second).twin is None
    db.session.rollback()
    services.submit(who, second, content=content)
    assert db.session.scalar(select(func.count()).select_from(Case)) == 2
    with pytest.raises(AlreadyThere) as refused:  # and not again from the withdrawn one
        services.start_again(who, first)
    assert refused.value.existing == second


def test_what_makes_two_names_one() -> None:
    assert product_key("A—B  c") == product_key("a b C") != product_key("a bc")
    assert product_key("☂") == "☂" != product_key("")
