"""The worker: its queue on both databases, its tasks, and how it starts and stops as a process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from huey import PostgresHuey, SqliteHuey
from sqlalchemy import inspect, select

from sandbox import ROOT, jobs
from sandbox.adapters import mail
from sandbox.adapters.access_log import log_at
from sandbox.domain.actors import Actor, Role
from sandbox.extensions import db
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import TrailCheckpoint, TrailEvent
from tests.factories import Maker


@pytest.fixture
def signatory(maker: Maker) -> Actor:
    return maker.person(maker.firm(), Role.SIGNATORY)


@pytest.fixture
def letter(maker: Maker, signatory: Actor) -> UUID:
    row = OutboxMessage(person_id=signatory.person_id, case_id=maker.case(signatory).id, action="desk.find_complete")
    db.session.add(row)
    db.session.commit()
    return row.id


@pytest.fixture
def queue(app: Flask) -> Iterator[jobs.Huey]:
    """The queue of the application, emptied."""
    mail.sent.clear()
    found = jobs.create_queue(app)
    found.flush()
    yield found
    found.flush()
    found.storage.close()
    mail.sent.clear()


def run(queue: jobs.Huey, name: str) -> None:
    """Run one periodic task now, and everything that it puts into the queue."""
    (task,) = (task for task in queue._registry.periodic_tasks if type(task).__name__ == name)
    queue.execute(task)
    while (waiting := queue.dequeue()) is not None:
        queue.execute(waiting)


def test_the_queue_lies_where_the_database_lies(app: Flask, queue: jobs.Huey) -> None:
    postgres = db.engine.dialect.name == "postgresql"
    assert isinstance(queue, PostgresHuey if postgres else SqliteHuey)
    assert not [name for name in inspect(db.engine).get_table_names() if "huey" in name or name == "task"]
    if not postgres:
        assert Path(app.config["QUEUE"]).exists()


def test_letters_leave_by_the_queue_and_a_task_may_run_twice(queue: jobs.Huey, letter: UUID) -> None:
    run(queue, "sweep_outbox")
    assert len(mail.sent) == 1
    run(queue, "sweep_outbox")
    jobs._deliver(str(letter))
    assert len(mail.sent) == 1


def test_what_the_queue_lost_is_found_again(queue: jobs.Huey, letter: UUID) -> None:
    queue.look_for_letters()
    assert queue.pending_count() == 1
    queue.flush()
    run(queue, "sweep_outbox")
    assert len(mail.sent) == 1


def test_every_task_runs(app: Flask, queue: jobs.Huey, signatory: Actor, caplog: pytest.LogCaptureFixture) -> None:
    log_at(app.config["ACCESS_LOG"]).denied(signatory, None, item="/x")
    for name in ("take_access_log", "make_checkpoint", "verify_trail", "sweep_files"):
        run(queue, name)
    db.session.rollback()
    assert "access.denied" in set(db.session.scalars(select(TrailEvent.kind)))
    assert len(db.session.scalars(select(TrailCheckpoint)).all()) == 1
    assert not [record for record in caplog.records if record.levelname in ("CRITICAL", "ERROR")]


def test_the_nightly_check_shouts(queue: jobs.Huey, caplog: pytest.LogCaptureFixture) -> None:
    run(queue, "make_checkpoint")
    db.session.rollback()
    point = db.session.scalars(select(TrailCheckpoint)).one()
    db.session.rollback()
    with db.engine.connect() as connection:
        connection.execute(TrailCheckpoint.__table__.update().values(root="0" * 64))
        connection.commit()
    run(queue, "verify_trail")
    assert [str(point.id) in record.getMessage() for record in caplog.records if record.levelname == "CRITICAL"] == [
        True
    ]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_sends_and_stops_when_asked(app: Flask, letter: UUID, instance: Path, number: int) -> None:
    url = db.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    environment = {
        **os.environ,
        "SANDBOX_INSTANCE": str(instance),
        "SANDBOX_DATABASE_URL": url,
        "SANDBOX_MAIL": "file",
        "SANDBOX_SECRET_KEY": app.config["SECRET_KEY"],
    }
    command = [sys.executable, "-m", "flask", "--app", "app", "worker"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as worker:
        try:
            expected = Path(app.config["MAIL_FOLDER"]) / f"{letter}.eml"
            deadline = time.monotonic() + 30
            while not expected.exists() and time.monotonic() < deadline:
                time.sleep(0.1)
            assert expected.exists()
        finally:
            worker.send_signal(number)
            said = worker.communicate(timeout=30)[1]
    assert worker.returncode == 0
    assert "The worker is running" in said and "The worker has stopped." in said
    db.session.rollback()
    assert db.session.get_one(OutboxMessage, letter).sent_at is not None
