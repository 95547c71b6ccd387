"""Each reader sees their own side's events only, and the audit body sees metadata."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation, Role
from sandbox.domain.errors import NotAllowed, NotFound
from sandbox.domain.sentences import SENTENCES, UNKNOWN, sentence
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.desks import Case, Desk
from sandbox.models.trail import TrailCheckpoint
from sandbox.queries import cursor
from sandbox.queries import trail as queries
from sandbox.services import checkpoints, trail
from sandbox.services.unit import use_case
from tests.factories import Made, Maker
from tests.queries.frozen import World, make_world


@pytest.fixture
def world(app: Flask, maker: Maker) -> World:
    return make_world(app.config["BLOBS"], maker)


# --- what readers see ---


def test_every_action_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Action)
    assert all(text.startswith("{who} ") and text.count("{") == 1 for text in SENTENCES.values())
    assert sentence("case.read", "{who} {0}") == "{who} {0} opened the case"
    assert sentence("no.such", "Ada") == UNKNOWN.replace("{who}", "Ada")


def texts(viewer: Actor, case: Made) -> list[str]:
    return [event.text for event in queries.of_case(viewer, case.id).events.rows]


def test_each_side_sees_its_own_events_and_names(world: World, maker: Maker) -> None:
    ours = maker.staff("FCA", Role.COORDINATOR)
    theirs = maker.staff("SEC", Role.COORDINATOR)
    for actor in (ours, theirs):
        maker.declare(world.case, actor)
    firm = world.signatory.organisation_name
    assert texts(world.signatory, world.case) == [f"Ada Example ({firm}) submitted the application"]
    assert texts(theirs, world.case) == []
    seen = texts(ours, world.case)
    assert seen[2] == f"{firm} submitted the application"
    assert "filed the desk's position" in seen[1] and "Robin Person" in seen[1]


@pytest.mark.parametrize("key", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-11-21", "\ud800"])
def test_a_place_that_cannot_be_is_the_beginning(world: World, maker: Maker, key: str) -> None:
    first = queries.of_case(world.signatory, world.case.id)
    assert first.events.rows
    assert queries.of_case(world.signatory, world.case.id, cursor(key, uuid4())) == first
    auditor = maker.person(maker.organisation(Organisation.AUDIT_BODY), Role.AUDITOR)
    if key == "\ud800":
        assert queries.audit(auditor, cursor(key)) == queries.audit(auditor)


def test_who_may_not_read_the_trail_is_told_no_more_than_before(world: World, maker: Maker) -> None:
    stranger = maker.person(maker.firm(), Role.SIGNATORY)
    undeclared = maker.staff("FCA", Role.COORDINATOR)
    recused = maker.staff("FCA", Role.COORDINATOR)
    maker.declare(world.case, recused, "recused")
    for actor in (stranger, recused, maker.staff("CFTC", Role.COORDINATOR)):
        with pytest.raises(NotFound):
            queries.of_case(actor, world.case.id)
    with pytest.raises(NotAllowed):
        queries.of_case(undeclared, world.case.id)
    with pytest.raises(NotFound):
        queries.of_case(world.signatory, uuid4())


def test_a_bare_number_says_what_it_counts_and_a_clock_whose_it_is(world: World) -> None:
    @use_case
    def happen() -> None:
        for action, detail in (
            (Action.REQUEST_SEND, {"request": "x", "number": 2, "round": 1}),
            (Action.CLOCK_PAUSE, {"desk": "FCA", "clock": "decide"}),
            (Action.CONTRADICTION_WRITE, {"name": "A and B", "number": 3}),
            (Action.JOINT_POSITION_RECORD, {"number": 1}),
        ):
            trail.record(world.scope, action, world.signatory, {"firm"}, case_id=world.case.id, detail=detail)

    happen()
    about = {event.kind: event.about for event in queries.of_case(world.signatory, world.case.id).events.rows}
    assert about["request.send"] == "Request 2" and about["clock.pause"] == "FCA"
    assert about["contradiction.write"] == "A and B, note 3" and about["joint_position.record"] == "version 1"


def test_who_opened_what_is_shown_on_demand_and_to_the_own_side_only(world: World, maker: Maker) -> None:
    @use_case
    def look() -> None:
        trail.record(world.scope, Action.CASE_READ, world.signatory, {"firm"}, case_id=world.case.id,
                     detail={"item": "case"})  # fmt: skip

    look()
    coordinator = maker.staff("FCA", Role.COORDINATOR)
    maker.declare(world.case, coordinator)
    assert len(texts(world.signatory, world.case)) == 1
    shown = queries.of_case(world.signatory, world.case.id, views=True).events.rows[0]
    assert (shown.view, shown.about) == (True, "case") and shown.text.endswith("opened the case")
    assert not [event for event in queries.of_case(coordinator, world.case.id, views=True).events.rows if event.view]


def test_long_histories_have_pages(world: World) -> None:
    start = now() - timedelta(days=1)

    @use_case
    def many() -> None:
        for number in range(120):
            trail.record(world.scope, Action.DOCUMENT_UPLOAD, world.signatory, {"firm", "public"},
                         case_id=world.case.id, at=start + timedelta(seconds=number // 3))  # fmt: skip

    many()
    seen: list[UUID] = []
    after: str | None = None
    pages = 0
    while True:
        page = queries.of_case(world.signatory, world.case.id, after).events
        seen += [event.id for event in page.rows]
        pages, after = pages + 1, page.after
        if after is None:
            break
    assert (pages, len(seen), len(set(seen))) == (3, 121, 121)
    assert queries.of_case(world.signatory, world.case.id, "nonsense").events.rows[0].id == seen[0]


def test_the_audit_body_sees_metadata_and_no_sealed_size(world: World, maker: Maker) -> None:
    auditor = maker.person(maker.organisation(Organisation.AUDIT_BODY), Role.AUDITOR)
    checkpoints.make()
    found = queries.audit(auditor)
    (chain,) = (chain for chain in found.chains.rows if chain.scope == world.scope)
    assert (chain.size, chain.last_at, chain.whole) == (None, None, True)
    assert chain.title.startswith("Case JS-2026-")
    assert found.checkpoint_at == db.session.scalars(select(TrailCheckpoint.at)).one()
    desks = list(db.session.scalars(select(Desk).where(Desk.case_id == world.case.id)))
    db.session.get_one(Case, world.case.id).opened_at = now()
    for desk in desks[1:]:
        desk.opened_at = now()
    db.session.commit()
    (chain,) = (chain for chain in queries.audit(auditor).chains.rows if chain.scope == world.scope)
    assert (chain.size, chain.last_at) == (None, None), "one desk has still to file"
    db.session.get_one(Desk, desks[0].id).opened_at = now()
    db.session.commit()
    (chain,) = (chain for chain in queries.audit(auditor).chains.rows if chain.scope == world.scope)
    assert chain.size == 3 and chain.last_at is not None


def test_nobody_else_audits(world: World, maker: Maker) -> None:
    for actor in (world.signatory, maker.staff("FCA", Role.COORDINATOR)):
        with pytest.raises(NotFound):
            queries.audit(actor)
