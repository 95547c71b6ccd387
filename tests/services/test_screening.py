"""Screening by each desk's own list: what it may find, whom its letters reach, who learns of admission."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.domain.actors import Actor
from sandbox.domain.errors import BadInput, Incomplete, NotAllowed, NotFound, NotNow
from sandbox.domain.screening import Missing, missing_from
from sandbox.extensions import db
from sandbox.models.catalogue import Authority
from sandbox.models.desks import CompletenessLetter, Desk, ScreeningCheck
from sandbox.models.trail import Audience, TrailEvent
from sandbox.queries import desks as reading
from sandbox.services import clocks, desks
from sandbox.services.unit import get
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build, open_positions
from tests.sets import NEWEST


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


@pytest.fixture
def head(world: World) -> Actor:
    """The intake officer of a desk that screens the routed case."""
    person = world.staff("intake")
    desks.declare(person, world.routed_id, outcome="none")
    desks.start_screening(person, story.desk_of(world.routed_id, SEALED))
    return person


def letters(desk_id: object, outcome: str) -> list[CompletenessLetter]:
    """The letters of a desk with that outcome."""
    wanted = (CompletenessLetter.desk_id == desk_id, CompletenessLetter.outcome == outcome)
    return list(db.session.scalars(select(CompletenessLetter).where(*wanted)))


def test_every_authority_of_the_catalogue_has_a_list_of_its_own(maker: Maker) -> None:
    lists = {
        row.code: row.content["checklist"] for row in db.session.execute(select(Authority.code, Authority.content))
    }
    assert set(lists) == {"FCA", "BoE", "SEC", "CFTC"}
    for items in lists.values():
        assert len(items) >= 5 and all(item["fields"] and item["source"] and item["sure"] == "B" for item in items)
    assert lists["FCA"] != lists["SEC"]


def test_receipt_is_acknowledged_at_once_to_the_firm_and_by_that_desk(world: World) -> None:
    for code in (SEALED, OTHER):
        desk_id = story.desk_of(world.routed_id, code)
        (letter,) = letters(desk_id, "received")
        assert letter.written_by is None
        assert set(db.session.scalars(select(Audience.party).where(Audience.item_id == letter.id))) == {
            "firm",
            f"desk:{code}",
        }
        assert set(clocks.running(get(Desk, desk_id))) == {"decide", "completeness"}
    told = db.session.scalars(select(TrailEvent.audience).where(TrailEvent.kind == "desk.acknowledge")).all()
    assert told and all(len(parties) == 2 for parties in told)


def test_what_is_marked_missing_goes_into_the_letter_with_its_answers(world: World, head: Actor) -> None:
    desk_id = story.desk_of(world.routed_id, SEALED)
    desks.check(
        head,
        desk_id,
        results={
            "limits": ("met", ""),
            "exit": ("missing", "Say who buys the units back."),
            "uk-link": ("missing", ""),
        },
    )
    with pytest.raises(Incomplete) as refused:
        desks.find_complete(head, desk_id)
    assert "Your list says that this is missing: Say who buys the units back." in refused.value.missing
    desks.find_incomplete(head, desk_id, missing=["The custody contract.", " "])
    (letter,) = letters(desk_id, "incomplete")
    rows = missing_from(letter.missing, NEWEST)
    assert [row.reason for row in rows][1:] == ["Say who buys the units back.", "The custody contract."]
    assert rows[1].fields == ("test_plan.exit_plan",) and rows[2].fields == ()
    assert [place.section for place in rows[0].places] == ["jurisdictions", "jurisdictions"]
    assert "completeness" not in clocks.running(get(Desk, desk_id)), "the desk has said what it found"
    assert "decide" in clocks.running(get(Desk, desk_id))


def test_a_new_version_is_screened_anew_with_its_own_time(world: World, head: Actor) -> None:
    desk_id = story.desk_of(world.routed_id, SEALED)
    desks.find_incomplete(head, desk_id, missing=["The custody contract."])
    assert "completeness" not in clocks.running(get(Desk, desk_id))
    signatory = world.outsiders["signatory@tessellate.example"]
    story.upload(signatory, story.application_of(world.routed_id), "Contract.txt", "The custody contract.")
    story.submit(signatory, story.application_of(world.routed_id))
    assert db.session.get_one(Desk, desk_id).state == "screening"
    assert "completeness" in clocks.running(get(Desk, desk_id))
    answered = {
        letter.outcome: letter.answered_at is not None
        for letter in db.session.scalars(select(CompletenessLetter).where(CompletenessLetter.desk_id == desk_id))
    }
    assert answered == {"received": False, "incomplete": True}


def test_a_list_is_the_desks_own(world: World, head: Actor) -> None:
    desk_id = story.desk_of(world.routed_id, SEALED)
    firm, others = "signatory@tessellate.example", "signatory@harbourlight.example"
    for stranger, refusal in (
        (world.other("intake"), NotFound),
        (world.outsiders[others], NotFound),
        (world.outsiders[firm], NotAllowed),
        (world.staff("decision"), NotAllowed),
    ):
        with pytest.raises(refusal):
            desks.check(stranger, desk_id, results={"limits": ("met", "")})
    with pytest.raises(BadInput):
        desks.check(head, desk_id, results={"no-such-item": ("met", "")})
    with pytest.raises(BadInput):
        desks.check(head, desk_id, results={"limits": ("perhaps", "")})
    with pytest.raises(NotNow):
        desks.check(world.staff("intake"), world.desk_id, results={"limits": ("met", "")})
    assert db.session.scalar(select(ScreeningCheck.item)) is None
    desks.check(head, desk_id, results={"limits": ("met", "")})
    (event,) = db.session.scalars(select(TrailEvent).where(TrailEvent.kind == "desk.check"))
    assert event.audience == [f"desk:{SEALED}"]


def test_by_how_many_desks_a_case_was_admitted_is_read_by_desks_after_the_opening(world: World) -> None:
    firm = world.outsiders["signatory@harbourlight.example"]
    office = world.outsiders["secretariat@programme_office.example"]
    readers = (world.staff("case"), world.other("case"), firm, office)
    assert [reading.case(reader, world.case_id).admitted for reader in readers] == [None] * 4
    open_positions(world)
    assert [reading.case(reader, world.case_id).admitted for reader in readers] == [(2, 2), (2, 2), None, None]


def test_a_reason_without_answers_has_no_places() -> None:
    assert Missing("In words.").places == ()
    assert Missing("Gone.", ("firm.no_longer_asked",)).places == ()
