"""A world that is laid back is the world that was made; what else was written makes it anew; a test begins empty."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from sandbox.domain.actors import Role
from sandbox.extensions import db
from sandbox.models.desks import Case
from sandbox.models.people import Person
from tests import conftest, worlds
from tests.factories import Maker
from tests.journeys.staging import build, open_positions
from tests.migrations.rows import everything


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables of the portal; the shelf where worlds are kept is none of them."""
    db.session.remove()
    with db.engine.connect() as connection:
        return everything(connection)


def words() -> list[Any]:
    """What the index of words finds."""
    db.session.remove()
    with db.engine.connect() as connection:
        return sorted(connection.exec_driver_sql("SELECT body FROM search_text").scalars())


def test_what_is_laid_back_is_what_was_made(maker: Maker) -> None:
    first = build(maker)
    made, spoken = rows(), words()
    conftest.empty()
    assert not rows()["case"] and not rows()["trail_event"] and not words() and rows()["authority"]
    again = build(maker)
    assert rows() == made and words() == spoken and spoken
    assert (again.case_id, again.outsiders) == (first.case_id, first.outsiders)
    open_positions(again)
    opened = rows()
    conftest.empty()
    open_positions(build(maker))
    assert rows() == opened != made


def test_nothing_of_a_test_reaches_the_next_user_of_its_world(maker: Maker) -> None:
    world = build(maker)
    made = rows()
    world.outsiders.clear()
    maker.person(maker.firm(), Role.OWNER)
    open_positions(world)
    conftest.empty()
    assert build(maker).outsiders
    assert rows() == made


def test_rows_written_before_are_there_still(maker: Maker) -> None:
    build(maker)
    conftest.empty()
    somebody = maker.person(maker.firm(), Role.OWNER)
    world = build(maker)
    assert db.session.get(Person, somebody.person_id) and db.session.get(Case, world.case_id)


def test_another_time_is_another_world(maker: Maker) -> None:
    keys = []
    for moment in ("2026-11-23T10:00:00Z", "2026-11-24T10:00:00Z"):
        conftest.empty()
        with time_machine.travel(moment, tick=False):
            keys.append(build(maker).case_id)
    assert keys[0] != keys[1]


def test_the_shipped_catalogue_comes_back_as_it_was(app: Any) -> None:
    before = rows()
    found = worlds.of(db.engine)
    conftest.empty(catalogue_too=True)
    assert not any(rows().values()) and found.key is None
    found.restore()
    assert rows() == before and found.key == ()


@pytest.mark.parametrize("turn", range(2))
def test_a_test_begins_with_the_catalogue_alone(maker: Maker, turn: int) -> None:
    assert list(db.session.scalars(select(Person.id))) == [] and worlds.of(db.engine).key == ()
    build(maker)
