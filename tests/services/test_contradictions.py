"""Conditions that cannot both be met: found or marked, holding up the joint notice until every desk signed one text."""

from __future__ import annotations

import hashlib
from uuid import UUID

import pytest
from sqlalchemy import func, select

from sandbox.cli.demo import story
from sandbox.domain.errors import BadInput, Conflict, Incomplete, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.assessments import Contradiction, Position, ResolutionNote, ResolutionSignature
from sandbox.models.messages import OutboxMessage
from sandbox.queries import assessments as queries
from sandbox.services import assessments, contradictions
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build

NOTE = "Customers are told of incidents within two days; the name of the custodian stays confidential."


def text(place: str, title: str, words: str) -> dict[str, object]:
    """A condition in words."""
    return {**story.reporting(place), "kind": "disclosure", "title": title, "text": words}


@pytest.fixture
def world(maker: Maker) -> World:
    """Opened positions: one desk asks to disclose, the other to keep secret; and limits that exclude each other."""
    found = build(maker)
    words = {SEALED: ("Disclose", "Tell every customer."), OTHER: ("Keep secret", "Tell nobody.")}
    for code, comparator, threshold in ((SEALED, "at_most", "50"), (OTHER, "at_least", "100")):
        floor = {"comparator": comparator, "jurisdictions": ["UK"]}
        both = [story.limit("UK", "customers", threshold, None, "Customers", **floor), text("UK", *words[code])]
        for condition in both:
            assessments.propose_condition(
                found.cast.staff(code, "case"), story.desk_of(found.case_id, code), condition=condition
            )
        story.file(found.cast, found.case_id, code, "approve_with_conditions", f"{code} approves.")
    return found


def detected() -> UUID:
    """The contradiction that the portal found."""
    return db.session.execute(select(Contradiction.id).where(Contradiction.origin == "detected")).scalar_one()


def marked(world: World) -> UUID:
    """An officer marks the two texts."""
    return contradictions.mark(
        world.staff("case"), world.case_id, one=f"{SEALED}-3", other=f"{OTHER}-3", reason="One tells, one is silent."
    )


def states() -> set[str]:
    """Where the contradictions stand."""
    db.session.rollback()
    return set(db.session.scalars(select(Contradiction.state)))


def test_limits_that_exclude_each_other_are_found_at_the_opening(world: World) -> None:
    row = db.session.scalars(select(Contradiction)).one()
    assert (row.key, row.origin, row.state) == (f"{SEALED}-2 {OTHER}-2", "detected", "open")
    assert [side["words"] for side in row.sides] == ["at most 50 at any time", "at least 100 at any time"]
    page = queries.contradictions(world.other("case"), world.case_id)
    assert page.pairs[0].title == f"“Customers” ({SEALED}) and “Customers” ({OTHER})"


def test_texts_are_marked_by_an_officer_with_a_reason(world: World) -> None:
    for wrong in (
        {"one": f"{SEALED}-9", "other": f"{OTHER}-3", "reason": "Why."},
        {"one": f"{SEALED}-3", "other": f"{OTHER}-3", "reason": " "},
        {"one": f"{SEALED}-3", "other": f"{SEALED}-2", "reason": "Why."},
        {"one": f"{OTHER}-2", "other": f"{SEALED}-2", "reason": "Found already."},
    ):
        with pytest.raises(BadInput):
            contradictions.mark(world.staff("case"), world.case_id, **wrong)
    with pytest.raises(NotAllowed):
        contradictions.mark(
            world.staff("specialist"), world.case_id, one=f"{SEALED}-3", other=f"{OTHER}-3", reason="Why."
        )
    key = marked(world)
    row = db.session.get_one(Contradiction, key)
    assert (row.origin, row.reason, row.marked_by) == ("marked", "One tells, one is silent.", world.staff("case").me)
    told = set(db.session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.action == "contradiction.mark")))
    assert world.other("coordinator").me in told and world.staff("case").me not in told
    assert told.isdisjoint({one.me for one in world.outsiders.values() if one.code != OTHER})


def test_every_desk_signs_the_same_text_and_a_change_voids_the_signatures(world: World) -> None:
    key = detected()
    first = contradictions.write(world.staff("case"), key, text="A first text.", seen=0)
    digest = hashlib.sha256(b"A first text.").hexdigest()
    assert not contradictions.sign(world.staff("coordinator"), first, shown=digest)
    with pytest.raises(NotNow):
        contradictions.sign(world.staff("decision"), first, shown=digest)
    with pytest.raises(Conflict):
        contradictions.sign(world.other("decision"), first, shown="0" * 64)
    with pytest.raises(Conflict):
        contradictions.write(world.other("case"), key, text=NOTE, seen=0)
    second = contradictions.write(world.other("case"), key, text=NOTE, seen=1)
    with pytest.raises(NotNow):
        contradictions.sign(world.other("decision"), first, shown=digest)
    digest = hashlib.sha256(NOTE.encode()).hexdigest()
    assert not contradictions.sign(world.other("decision"), second, shown=digest)
    assert states() == {"open"}, "the signature under the first text does not count"
    assert contradictions.sign(world.staff("decision"), second, shown=digest)
    assert states() == {"resolved"}
    pair = queries.contradictions(world.other("case"), world.case_id).pairs[0]
    assert [(note.number, note.void, len(note.signatures)) for note in pair.notes] == [(2, False, 2), (1, True, 1)]
    third = contradictions.write(world.staff("case"), key, text=f"{NOTE} Each year.", seen=2)
    assert states() == {"open"}
    assert db.session.get_one(ResolutionNote, second).superseded_at is not None
    assert db.session.get_one(ResolutionNote, third).superseded_at is None
    assert db.session.scalar(select(func.count()).select_from(ResolutionSignature)) == 3, "all are kept"


def test_who_may_write_and_who_may_sign(world: World) -> None:
    key = detected()
    with pytest.raises(NotAllowed):
        contradictions.write(world.outsiders["signatory@harbourlight.example"], key, text=NOTE, seen=0)
    with pytest.raises(NotFound):
        contradictions.write(world.outsiders["signatory@tessellate.example"], key, text=NOTE, seen=0)
    with pytest.raises(Incomplete):
        contradictions.write(world.staff("case"), key, text=" ", seen=0)
    note = contradictions.write(world.staff("case"), key, text=NOTE, seen=0)
    with pytest.raises(BadInput):
        contradictions.write(world.other("case"), key, text=NOTE, seen=1)
    digest = hashlib.sha256(NOTE.encode()).hexdigest()
    for duty in ("case", "specialist", "supervisor"):
        with pytest.raises(NotAllowed):
            contradictions.sign(world.staff(duty), note, shown=digest)
    assert db.session.scalar(select(func.count()).select_from(ResolutionSignature)) == 0


def test_nothing_of_it_changes_a_position(world: World) -> None:
    before = {row.id: (row.sha256, row.record) for row in db.session.scalars(select(Position))}
    note = contradictions.write(world.staff("case"), marked(world), text=NOTE, seen=0)
    digest = hashlib.sha256(NOTE.encode()).hexdigest()
    contradictions.sign(world.staff("coordinator"), note, shown=digest)
    contradictions.sign(world.other("coordinator"), note, shown=digest)
    db.session.expire_all()
    assert {row.id: (row.sha256, row.record) for row in db.session.scalars(select(Position))} == before
