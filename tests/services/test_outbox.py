"""The outbox: each letter leaves once, waits when it cannot, and never reaches who may no longer know of the case."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from sandbox.adapters import mail
from sandbox.domain.actors import Actor, Role
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.messages import OutboxMessage
from sandbox.models.people import Person
from sandbox.services import outbox
from tests.factories import Made, Maker


@pytest.fixture(autouse=True)
def sent() -> Iterator[list[object]]:
    mail.sent.clear()
    yield mail.sent  # type: ignore[misc]
    mail.sent.clear()


@pytest.fixture
def signatory(maker: Maker) -> Actor:
    return maker.person(maker.firm(), Role.SIGNATORY, name="Ada Example", email="ada@harbour.example")


@pytest.fixture
def case(maker: Maker, signatory: Actor) -> Made:
    return maker.case(signatory)


def write(person: Actor, case_id: UUID | None, action: str = "desk.find_complete") -> UUID:
    row = OutboxMessage(person_id=person.person_id, case_id=case_id, action=action, content={"authority": "FCA"})
    db.session.add(row)
    db.session.commit()
    return row.id


def state(message_id: UUID) -> tuple[bool, int, bool, str]:
    """Sent, attempts, to be tried again, error."""
    db.session.rollback()
    row = db.session.get_one(OutboxMessage, message_id)
    found = (row.sent_at is not None, row.attempts, row.next_attempt_at is not None, row.error or "")
    db.session.rollback()
    return found


def age(message_id: UUID, by: timedelta) -> None:
    row = db.session.get_one(OutboxMessage, message_id)
    assert row.next_attempt_at is not None
    row.next_attempt_at -= by
    db.session.commit()


def test_a_letter_leaves_once(app: Flask, case: Made, signatory: Actor) -> None:
    message_id = write(signatory, case.id)
    assert outbox.waiting() == [message_id]
    assert outbox.deliver_one(message_id)
    assert not outbox.deliver_one(message_id)
    assert outbox.waiting() == [] and state(message_id) == (True, 1, False, "")
    (letter,) = mail.sent
    assert letter["Message-ID"] == f"<{message_id}@sandbox.example>"
    assert [address.addr_spec for address in letter["To"].addresses] == ["ada@harbour.example"]
    text = letter.get_content()
    assert f"{app.config['BASE_URL']}/cases/{case.id}" in text and "Tokenised fund units" in text


def test_staff_read_the_reference_but_not_what_the_case_is_about(maker: Maker, case: Made) -> None:
    outbox.deliver_one(write(maker.staff("FCA", Role.COORDINATOR), case.id, "application.submit"))
    (letter,) = mail.sent
    assert "Tokenised" not in letter.as_string() and "JS-2026-" in letter["Subject"]


def test_nobody_is_written_to_about_a_case_that_they_may_not_know(maker: Maker, case: Made, signatory: Actor) -> None:
    recused, gone, elsewhere = maker.staff("FCA", Role.CASE_OFFICER), signatory, maker.staff("CFTC", Role.CASE_OFFICER)
    maker.declare(case, recused, "recused")
    ids = [write(person, case.id) for person in (recused, gone, elsewhere)]
    db.session.get_one(Person, gone.person_id).active = False
    db.session.commit()
    assert outbox.deliver_all() == (0, 3) and mail.sent == []
    for message_id in ids:
        was_sent, attempts, again, error = state(message_id)
        assert (was_sent, attempts, again) == (False, 1, False) and error.startswith("Not sent: ")
    assert outbox.waiting() == []


def test_failures_wait_longer_and_longer(
    app: Flask, case: Made, signatory: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = write(signatory, case.id)
    monkeypatch.setitem(app.config, "MAIL", "smtp")
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:1")
    for attempt in (1, 2, 3):
        assert outbox.deliver_all() == (0, 1)
        was_sent, attempts, again, error = state(message_id)
        assert (was_sent, attempts, again) == (False, attempt, True) and "refused" in error.lower()
        assert outbox.waiting() == []
        assert outbox.waiting(at=now() + outbox.wait_after(attempt)) == [message_id]
        age(message_id, outbox.wait_after(attempt))
    monkeypatch.setitem(app.config, "MAIL", "memory")
    assert outbox.deliver_all() == (1, 0)
    assert state(message_id) == (True, 4, False, "")


def test_waiting_times() -> None:
    minutes = [outbox.wait_after(attempt).total_seconds() / 60 for attempt in (1, 2, 3, 9, 10, 1000)]
    assert minutes == [1, 2, 4, 256, 360, 360]


def test_a_worker_that_died_after_sending_leaves_the_letter_to_be_sent_again_under_the_same_id(
    case: Made, signatory: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = write(signatory, case.id)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "_stamp", die)
        with pytest.raises(KeyboardInterrupt):
            outbox.deliver_one(message_id)
    assert outbox.waiting() == [] and state(message_id)[:3] == (False, 1, True)
    age(message_id, timedelta(minutes=1))
    assert outbox.deliver_all() == (1, 0)
    assert len({letter["Message-ID"] for letter in mail.sent}) == 1 and len(mail.sent) == 2


def test_two_workers_send_one_letter_once(app: Flask, case: Made, signatory: Actor) -> None:
    message_id = write(signatory, case.id)

    def work() -> None:
        with app.app_context():
            outbox.deliver_one(message_id)

    threads = [threading.Thread(target=work) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(mail.sent) == 1 and state(message_id)[1] == 1


def test_a_letter_that_cannot_be_written_does_not_stop_the_others(case: Made, signatory: Actor) -> None:
    bad, good = write(signatory, case.id, "no.such"), write(signatory, case.id)
    assert outbox.deliver_all() == (1, 1)
    assert state(good)[0] and state(bad) == (False, 1, False, "Not sent: There is no letter for no.such.")


def test_a_letter_that_does_not_exist_is_nothing(app: Flask) -> None:
    assert not outbox.deliver_one(uuid4())


def test_the_command_says_how_it_went(app: Flask, case: Made, signatory: Actor) -> None:
    write(signatory, case.id)
    assert app.test_cli_runner().invoke(args=["outbox", "deliver"]).output == "1 sent, 0 not sent.\n"
