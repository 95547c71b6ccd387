"""Two acts at the same instant have one order: nothing is written by somebody who had lost the case, or after its end.

The ids of the attacks are those of docs/attacks.md.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.domain.errors import Conflict, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.assessments import Finding
from sandbox.models.trail import TrailEvent
from sandbox.services import applications, assessments, desks, trail
from tests.factories import Maker
from tests.journeys.staging import SEALED, World, build

pytestmark = pytest.mark.slow
REFUSED = (Conflict, NotAllowed, NotFound, NotNow)


def at_once(app: Flask, *acts: Callable[[], object]) -> list[str]:
    """Do the acts in the same moment; gives `done` or the kind of refusal of each, in their order."""
    start, said = threading.Barrier(len(acts)), [""] * len(acts)

    def go(place: int, act: Callable[[], object]) -> None:
        with app.app_context():
            start.wait()
            try:
                act()
                said[place] = "done"
            except REFUSED as refused:
                said[place] = type(refused).__name__
            finally:
                db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=go, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def order(world: World, *kinds: str) -> list[str]:
    """The events of these kinds in the case's trail, first to last."""
    db.session.rollback()
    events = select(TrailEvent.kind).where(
        TrailEvent.scope == trail.case_scope(world.case_id), TrailEvent.kind.in_(kinds)
    )
    return list(db.session.scalars(events.order_by(TrailEvent.sequence)))


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment."""
    return build(maker)


def written(world: World) -> tuple[UUID, str, int]:
    """The first finding: criterion, reasons, version."""
    db.session.rollback()
    row = db.session.scalars(
        select(Finding).where(Finding.desk_id == world.desk_id).order_by(Finding.criterion_id).limit(1)
    ).one()
    return row.criterion_id, row.reasons, row.version


@pytest.mark.parametrize("turn", range(4))
def test_a_finding_saved_while_its_writer_is_recused(app: Flask, world: World, turn: int) -> None:
    """RA-05: saved before the recusal, then set aside with the rest; or refused. Never written after it."""
    officer, head, desk_id = world.staff("case"), world.staff("ethics"), world.desk_id
    criterion, before, version = written(world)
    words = f"In the same moment {turn}"
    said = at_once(
        app,
        lambda: assessments.record_finding(officer, desk_id, criterion, value="met", reasons=words, version=version),
        lambda: desks.recuse(head, desk_id, person_id=officer.me, reason="Too close."),
    )
    assert said[1] == "done"
    assert said[0] in {"done", "NotFound"}
    assert written(world)[1] == (words if said[0] == "done" else before)
    assert order(world, "finding.record", "declaration.recuse")[-1] == "declaration.recuse"
    with pytest.raises(NotFound):
        assessments.record_finding(officer, desk_id, criterion, value="met", reasons="Later", version=version)


def test_a_finding_saved_while_the_firm_withdraws(app: Flask, world: World) -> None:
    """RA-05: nothing of an assessment is dated after the end of its case."""
    officer, firm = world.staff("case"), world.outsiders["signatory@harbourlight.example"]
    application_id, desk_id = story.application_of(world.case_id), story.desk_of(world.case_id, SEALED)
    criterion, before, version = written(world)
    said = at_once(
        app,
        lambda: assessments.record_finding(
            officer, desk_id, criterion, value="met", reasons="At the very end", version=version
        ),
        lambda: applications.withdraw(firm, application_id, reason="We stop here."),
    )
    assert said[1] == "done"
    events = order(world, "finding.record", "application.withdraw")
    assert events[-1] == "application.withdraw"
    assert written(world)[1] == ("At the very end" if said[0] == "done" else before)
    with pytest.raises(REFUSED):
        assessments.record_finding(
            officer, desk_id, criterion, value="met", reasons="Too late", version=written(world)[2]
        )
