"""Edge case 3: contradictory conditions hold up the joint notice until both desks sign, never an instrument."""

from __future__ import annotations

import hashlib
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import Incomplete
from sandbox.extensions import db
from sandbox.models.assessments import Position
from sandbox.models.decisions import Decision, Edition
from sandbox.queries.decisions import notice as pages
from sandbox.services import contradictions, joint_positions
from sandbox.services.decisions import notices
from tests.journeys import drive

pytestmark = [pytest.mark.slow, pytest.mark.pdf]

NOTE = "Customers are told the kind of custodian; both authorities are told its name."
BLOCKED = (
    "The contradiction between “Name the custodian” (FCA) and “Keep the custodian secret” (SEC) has no resolution note "
    "signed by every deciding desk."
)


def views() -> dict[UUID, tuple[str, str]]:
    """The desks' own positions: the hash as stored and as computed again."""
    db.session.expire_all()
    return {row.id: (row.sha256, record_hash(row.record)) for row in db.session.scalars(select(Position))}


def test_disclose_against_keep_secret(app: Flask) -> None:
    drive.demo_keys()
    cast = drive.cast(["FCA", "SEC"])
    fca, sec = cast.desks["FCA"], cast.desks["SEC"]
    asked = {
        "FCA": [drive.duty("Name the custodian", origin="firm")],
        "SEC": [drive.duty("Keep the custodian secret", origin="firm")],
    }
    case = drive.to_opening(cast, ["UK", "US"], conditions=asked)
    before = views()
    assert all(stored == computed for stored, computed in before.values())
    pair = contradictions.mark(sec.officer, case, one="SEC-1", other="FCA-1", reason="One names whom the other hides.")

    # Both instruments issue: one authority's conditions never stop another's act.
    decided = drive.to_issued(case, cast)
    assert set(db.session.scalars(select(Decision.state).where(Decision.id.in_(decided.values())))) == {"issued"}

    # The joint notice does not, and neither page nor use case leaves it out.
    with pytest.raises(Incomplete) as refused:
        notices.prepare(fca.issuer, case)
    assert list(refused.value.missing) == [BLOCKED]
    for reader in (fca.issuer, sec.issuer, fca.officer):
        assert pages.page(reader, case).missing == (BLOCKED,)
    with pytest.raises(Incomplete):
        joint_positions.record(fca.officer, case)

    # One signature is not enough; a changed text needs both again.
    first = contradictions.write(fca.officer, pair, text="Say nothing.", seen=0)
    contradictions.sign(fca.coordinator, first, shown=hashlib.sha256(b"Say nothing.").hexdigest())
    note = contradictions.write(sec.officer, pair, text=NOTE, seen=1)
    digest = hashlib.sha256(NOTE.encode()).hexdigest()
    contradictions.sign(sec.signatories[0], note, shown=digest)
    with pytest.raises(Incomplete):
        notices.prepare(fca.issuer, case)
    assert contradictions.sign(fca.signatories[0], note, shown=digest)

    joint = joint_positions.record(fca.officer, case)
    drive.notice(case, cast)
    assert db.session.scalars(select(Edition.status).where(Edition.kind == "joint_notice")).all() == ["in_force"]
    assert joint is not None
    assert views() == before, "the desks' own views stay byte for byte what they were"
