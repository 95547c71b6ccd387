"""Reminders before a window closes: owners and signatories of firms with a draft, once at each point, nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from sandbox.adapters import mail
from sandbox.domain.actors import Actor, Role
from sandbox.domain.intake import point_reached
from sandbox.extensions import db
from sandbox.models.catalogue import Programme
from sandbox.models.intake import Cohort, WindowReminder
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import TrailEvent
from sandbox.services import applications, closing, outbox
from tests.factories import Maker

CLOSES = datetime(2026, 12, 15, 17, 0, tzinfo=UTC)


@pytest.fixture
def window(app: Flask) -> Iterator[UUID]:
    """The programme takes applications in one window; as before afterwards."""
    row = db.session.scalars(select(Programme).order_by(Programme.code).limit(1)).one()
    before, key = dict(row.content), row.id
    row.content = {**before, "intake": "window"}
    made = Cohort(
        programme_id=key,
        code="first",
        title="First cohort",
        opens_at=CLOSES - timedelta(days=30),
        closes_at=CLOSES,
        places=3,
    )
    db.session.add(made)
    db.session.commit()
    yield made.id
    db.session.rollback()
    db.session.get_one(Programme, key).content = before
    db.session.commit()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Ten days before the window closes."""
    with time_machine.travel(CLOSES - timedelta(days=10), tick=False) as traveller:
        yield traveller


@pytest.fixture
def firm(maker: Maker) -> dict[str, Actor]:
    """People of a firm, each with one role."""
    key = maker.firm()
    roles = {"owner": Role.OWNER, "signatory": Role.SIGNATORY, "writer": Role.CONTRIBUTOR, "reader": Role.READ_ONLY}
    return {name: maker.person(key, role) for name, role in roles.items()}


@pytest.fixture
def draft(maker: Maker, firm: dict[str, Actor], clock: time_machine.Traveller) -> UUID:
    """A draft of the firm."""
    return applications.start(firm["writer"], maker.programme(), title="Tokenised fund units")


def told(firm: dict[str, Actor]) -> list[str]:
    """Whom the letters went to."""
    names = {actor.person_id: name for name, actor in firm.items()}
    rows = db.session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.action == "window.remind"))
    found = sorted(names[key] for key in rows)
    db.session.rollback()
    return found


def test_the_points_are_seven_days_and_one() -> None:
    day, second = timedelta(days=1), timedelta(seconds=1)
    for left, point in (
        (7 * day + second, None), (7 * day, 7), (day + second, 7), (day, 1), (second, 1), (timedelta(0), None),
        (-day, None),
    ):  # fmt: skip
        assert point_reached(left) == point, left


def test_owner_and_signatory_are_reminded_once_at_each_point(
    window: UUID, draft: UUID, firm: dict[str, Actor], clock: time_machine.Traveller
) -> None:
    assert closing.remind_all() == 0
    clock.move_to(CLOSES - timedelta(days=7))
    assert closing.remind_all() == 1
    assert closing.remind_all() == 0
    assert told(firm) == ["owner", "signatory"]
    clock.move_to(CLOSES - timedelta(hours=24))
    assert closing.remind_all() == 1
    clock.shift(timedelta(hours=3))
    assert closing.remind_all() == 0
    assert told(firm) == ["owner", "owner", "signatory", "signatory"]
    rows = db.session.scalars(select(WindowReminder.days).where(WindowReminder.application_id == draft)).all()
    assert sorted(rows) == [1, 7]
    assert db.session.scalars(select(TrailEvent.kind).where(TrailEvent.kind == "window.remind")).all() == [
        "window.remind", "window.remind",
    ]  # fmt: skip
    db.session.rollback()
    mail.sent.clear()
    outbox.deliver_all()
    letters = [one.get_content() for one in mail.sent]
    assert len(letters) == 4
    assert all("First cohort" in text and "15 Dec 2026 17:00 UTC" in text for text in letters)
    assert not any("Tokenised" in text for text in letters)


def test_a_late_job_sends_one_letter_and_none_after_the_close(
    window: UUID, draft: UUID, firm: dict[str, Actor], clock: time_machine.Traveller
) -> None:
    clock.move_to(CLOSES - timedelta(hours=1))
    assert closing.remind_all() == 1
    assert told(firm) == ["owner", "signatory"]
    clock.move_to(CLOSES)
    assert closing.remind_all() == 0
    assert closing.remind(draft, window) is False


def test_nothing_is_sent_for_a_rolling_programme(
    app: Flask, draft: UUID, window: UUID, maker: Maker, firm: dict[str, Actor], clock: time_machine.Traveller
) -> None:
    row = db.session.get_one(Programme, maker.programme())
    row.content = {**row.content, "intake": "rolling"}
    db.session.commit()
    clock.move_to(CLOSES - timedelta(days=1))
    assert closing.remind_all() == 0
    assert told(firm) == []


def test_a_reminded_draft_can_be_discarded(
    window: UUID, draft: UUID, firm: dict[str, Actor], clock: time_machine.Traveller
) -> None:
    clock.move_to(CLOSES - timedelta(days=2))
    closing.remind_all()
    applications.discard(firm["owner"], draft)
    assert closing.remind_all() == 0
