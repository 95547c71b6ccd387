"""The joint position: a new record from the settled board that names where desks agree to differ, endorsed by each."""

from __future__ import annotations

import hashlib
from uuid import UUID

import pytest
from sqlalchemy import select

from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import Conflict, Incomplete, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.assessments import Divergence, JointEndorsement, JointPosition, Position
from sandbox.models.trail import Audience
from sandbox.queries import assessments as queries
from sandbox.services import contradictions, divergences, joint_positions
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build, open_positions


@pytest.fixture
def world(maker: Maker) -> World:
    """A case whose positions are open and differ on the total value."""
    found = build(maker)
    open_positions(found)
    return found


def settle(world: World, choice: str = "agree_to_differ", text: str = "Each law has its own measure.") -> None:
    """All divergences settled."""
    for key in db.session.scalars(select(Divergence.id).where(Divergence.state == "open")).all():
        for officer in (world.staff("case"), world.other("case")):
            if divergences.settle(officer, key, choice=choice, text=text):
                break


def positions() -> dict[UUID, tuple[str, str, str]]:
    """The desks' own views: their hashes as stored and as computed, and the words of the record."""
    db.session.expire_all()
    return {row.id: (row.sha256, record_hash(row.record), row.summary) for row in db.session.scalars(select(Position))}


def test_it_waits_for_every_divergence_and_every_contradiction(world: World) -> None:
    contradictions.mark(world.staff("case"), world.case_id, one=f"{SEALED}-1", other=f"{OTHER}-1", reason="Twice.")
    with pytest.raises(Incomplete) as refused:
        joint_positions.record(world.staff("case"), world.case_id)
    assert refused.value.missing == (
        "The divergence on “Total value outstanding” has no disposition.",
        f"The contradiction between “Monthly report” ({SEALED}) and “Monthly report” ({OTHER}) has no resolution note "
        "signed by every deciding desk.",
    )
    assert queries.joint_position(world.other("case"), world.case_id).missing == refused.value.missing


def test_the_lead_desk_records_it_and_every_desk_endorses_it(world: World) -> None:
    before = positions()
    settle(world)
    for stranger, refusal in ((world.other("case"), NotAllowed), (world.staff("specialist"), NotAllowed)):
        with pytest.raises(refusal):
            joint_positions.record(stranger, world.case_id)
    with pytest.raises(NotFound):
        joint_positions.record(world.outsiders["signatory@tessellate.example"], world.case_id)
    key = joint_positions.record(world.staff("case"), world.case_id)
    row = db.session.get_one(JointPosition, key)
    assert row.sha256 == record_hash(row.record) and row.number == 1
    assert row.record["agree_to_differ"] == ["Total value outstanding"]
    total = next(one for one in row.record["conditions"] if one["key"] == "total-value")
    assert (total["disposition"], total["joint"], total["differ"]) == ("agree_to_differ", "", [SEALED, OTHER])
    assert total["differing"] == [SEALED] and total["text"] == f"{SEALED}: Each law has its own measure."
    assert {view["authority"] for view in total["views"]} == {SEALED, OTHER}
    report = next(one for one in row.record["conditions"] if one["title"] == "Monthly report")
    assert report["disposition"] == "agreed" and report["differ"] == []
    assert row.record["positions"] == {
        code: sha256
        for code, sha256 in ((SEALED, before[_position(world, SEALED)][0]), (OTHER, before[_position(world, OTHER)][0]))
    }
    assert positions() == before, "the desks' own views stay byte for byte what they were"
    with pytest.raises(Conflict):
        joint_positions.endorse(world.other("coordinator"), key, shown="0" * 64)
    joint_positions.endorse(world.other("coordinator"), key, shown=row.sha256)
    with pytest.raises(NotNow):
        joint_positions.endorse(world.other("case"), key, shown=row.sha256)
    joint_positions.endorse(world.staff("decision"), key, shown=row.sha256)
    page = queries.joint_position(world.other("case"), world.case_id)
    assert [one.code for one in page.standing.endorsements] == [OTHER, SEALED] if page.standing else False
    with pytest.raises(Incomplete):
        joint_positions.record(world.staff("case"), world.case_id)
    assert len(db.session.scalars(select(JointEndorsement)).all()) == 2


def _position(world: World, code: str) -> UUID:
    comparison = queries.comparison(world.staff("case"), world.case_id)
    sha256 = next(one.sha256 for one in comparison.desks if one.code == code)
    return db.session.scalars(select(Position.id).where(Position.sha256 == sha256)).one()


def test_what_was_settled_stands_in_the_record(world: World) -> None:
    settle(world, "new_text", "GBP 500,000 or its worth, in both.")
    key = joint_positions.record(world.staff("case"), world.case_id)
    row = next(
        one for one in db.session.get_one(JointPosition, key).record["conditions"] if one["key"] == "total-value"
    )
    assert (row["joint"], row["differ"]) == ("GBP 500,000 or its worth, in both.", [])


def test_a_next_version_takes_the_place_of_the_one_before(world: World) -> None:
    settle(world)
    first = joint_positions.record(world.staff("case"), world.case_id)
    mark = {"one": f"{SEALED}-1", "other": f"{OTHER}-1", "reason": "Twice the same work."}
    note = contradictions.write(
        world.staff("case"), contradictions.mark(world.staff("case"), world.case_id, **mark), text="One report.", seen=0
    )
    digest = hashlib.sha256(b"One report.").hexdigest()
    contradictions.sign(world.staff("coordinator"), note, shown=digest)
    contradictions.sign(world.other("coordinator"), note, shown=digest)
    second = joint_positions.record(world.staff("case"), world.case_id)
    rows = {row.id: row for row in db.session.scalars(select(JointPosition))}
    assert rows[first].superseded_at is not None and rows[second].superseded_at is None
    assert rows[second].number == 2 and rows[second].record["resolutions"][0]["sha256"] == digest
    with pytest.raises(NotNow):
        joint_positions.endorse(world.other("coordinator"), first, shown=rows[first].sha256)
    parties = set(db.session.scalars(select(Audience.party).where(Audience.item_kind == "joint_position")))
    assert parties == {f"desk:{SEALED}", f"desk:{OTHER}"}
