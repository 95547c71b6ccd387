"""Same activity, same risk, same regulation, from an issued decision to the next case that is like it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import delete, select

from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.desks import ConflictDeclaration, DeskAssignment
from sandbox.models.trail import Audience
from sandbox.queries import assessments as queries
from sandbox.services import assessments, desks
from tests.journeys import drive

pytestmark = [pytest.mark.slow, pytest.mark.pdf]

Counting = Callable[[], AbstractContextManager[list[str]]]
As = Callable[[Actor], Any]


@pytest.fixture
def cast(app: Flask) -> drive.Cast:
    """A firm and the desks of FCA and SEC, with keys."""
    drive.demo_keys()
    return drive.cast(["FCA", "SEC"])


def found(actor: Actor, case_id: UUID) -> queries.Precedents:
    """What the actor reads as earlier decisions."""
    db.session.rollback()
    return queries.precedents(queries.workbench(actor, case_id))


def test_earlier_decisions_are_shown_to_who_may_open_them_and_departures_are_computed(
    cast: drive.Cast, statements: Counting, as_: As
) -> None:
    fca, sec = cast.desks["FCA"], cast.desks["SEC"]
    asked = {code: [drive.limit("total-value", "1000000", currency="GBP")] for code in cast.desks}
    earlier = drive.to_opening(cast, ["UK", "US"], conditions=asked)
    later = drive.submit_application(cast.company, ["UK", "US"])
    drive.staff(later, fca)
    drive.screen(later, fca)
    assert found(fca.officer, later).rows == (), "nothing is issued yet"
    drive.to_issued(earlier, cast)

    rows = found(fca.officer, later).rows
    assert {row.authority for row in rows} <= {"FCA", "SEC"} and "FCA" in {row.authority for row in rows}
    own = next(row for row in rows if row.authority == "FCA")
    assert own.case_id == earlier and own.shared["activities"] and own.shared["asset_classes"]
    assert [one["threshold"] for one in own.conditions] == [Decimal(1000000)]

    desk_id = drive.desk_of(later, "FCA")
    tighter = drive.limit("total-value", "400000", currency="GBP", departs="The customers are retail.")
    assessments.propose_condition(fca.officer, desk_id, condition=tighter)
    (departure,) = found(fca.officer, later).departures
    assert (departure.way, departure.ours) == ("stricter", "GBP 400,000")
    page = as_(fca.officer).get(f"/cases/{later}/assessment/precedents").text
    assert own.number in page and "stricter: yours GBP 400,000" in page and "The customers are retail." in page

    with statements() as one:
        queries.precedents(queries.workbench(fca.officer, later))
    assert len(one) <= 11, one

    # Each of these loses the earlier decision: nothing that they may not open is shown, not even counted.
    hidden = select(Audience).where(Audience.case_id == earlier, Audience.item_kind == "edition")
    for row in db.session.scalars(hidden.where(Audience.party == "desk:SEC")).all():
        db.session.delete(row)
    db.session.commit()
    drive.staff(later, sec)
    drive.screen(later, sec)
    assert found(sec.officer, later).rows == (), "no edition is shown to this desk"
    earlier_desk = drive.desk_of(earlier, "FCA")
    db.session.execute(
        delete(DeskAssignment).where(
            DeskAssignment.desk_id == earlier_desk, DeskAssignment.person_id == fca.officer.person_id
        )
    )
    db.session.commit()
    assert found(fca.officer, later).rows == (), "not assigned to the earlier case"
    assert found(fca.coordinator, later).rows, "a head of the desk who declared for it"
    db.session.execute(
        delete(ConflictDeclaration).where(
            ConflictDeclaration.case_id == earlier, ConflictDeclaration.person_id == fca.coordinator.person_id
        )
    )
    db.session.commit()
    desks.declare(fca.coordinator, earlier, outcome="recused", kinds=["adviser"], details="I advised the firm.")
    assert found(fca.coordinator, later).rows == (), "recused from the earlier case"
