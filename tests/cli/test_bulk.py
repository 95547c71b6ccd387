"""Bulk cases: whole chains, the same for the same seed, and references that nobody else has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from sandbox.adapters import passwords
from sandbox.cli.demo import _people as people_of_the_demonstration
from sandbox.cli.demo.bulk import load_cases
from sandbox.cli.demo.bulk_case import STAGES
from sandbox.cli.demo.bulk_rows import prove
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.desks import Case, Desk
from sandbox.models.trail import Audience, TrailEvent
from sandbox.queries.trail import verify
from sandbox.services import desks
from tests.conftest import empty
from tests.factories import Maker


def quiet(_line: str) -> None:
    """Nobody listens."""


@pytest.fixture
def people(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The people of the demonstration, without the work of hashing passwords."""
    monkeypatch.setattr(passwords, "hash_password", lambda _password: "-")
    people_of_the_demonstration()
    yield


def test_the_forms_say_what_the_chain_says() -> None:
    prove()


@pytest.mark.slow
def test_chains_and_frozen_rows_are_whole(people: None) -> None:
    load_cases(80, 1, quiet)
    assert [str(problem) for problem in verify(files=False)] == []
    assert db.session.scalar(select(func.count()).select_from(Case)) == 80
    states = set(db.session.scalars(select(Desk.state)))
    assert {"routed", "assessing", "deliberating", "closed"} <= states
    sealed = select(func.count()).where(Audience.item_kind == "position", Audience.visible_from.is_(None))
    assert db.session.scalar(sealed)


@pytest.mark.slow
def test_every_stage_can_be_asked_for_alone(people: None) -> None:
    for seed, stage in enumerate(STAGES, start=1):
        load_cases(2, seed, quiet, only=stage)
    assert [str(problem) for problem in verify(files=False)] == []


@pytest.mark.slow
def test_the_same_seed_makes_the_same_cases_once(people: None, maker: Maker) -> None:
    def shape() -> list[tuple[object, ...]]:
        rows = db.session.execute(
            select(Case.id, Case.reference, Case.title, ApplicationVersion.sha256)
            .join(ApplicationVersion, ApplicationVersion.id == Case.current_version_id)
            .order_by(Case.id),
        )
        return [tuple(row) for row in rows]

    load_cases(20, 7, quiet)
    first = shape()
    load_cases(20, 7, quiet)
    assert shape() == first
    db.session.remove()
    empty()
    people_of_the_demonstration()
    load_cases(20, 7, quiet)
    assert shape() == first


def test_references_go_on_where_the_counter_stands(people: None, maker: Maker) -> None:
    programme = maker.programme()
    before = desks.next_reference(programme)
    db.session.commit()
    load_cases(60, 3, quiet)
    after = desks.next_reference(programme)
    db.session.rollback()
    given = set(db.session.scalars(select(Case.reference)))
    assert len(given) == 60
    assert not given & {before, after}
    assert db.session.scalar(select(func.count()).select_from(TrailEvent))
