"""What the worker runs: letters, the access log, checkpoints, the nightly check and the sweeper.

Tasks carry ids only and may run twice. The rows of the database are the record: whatever the queue lost is found again
by the next sweep. The queue is a file beside an SQLite database, or tables of their own schema in PostgreSQL, where
several workers on several machines share it.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
from flask import Flask
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.consumer import Consumer

from sandbox.adapters.seals import SealUnavailable
from sandbox.queries import trail as trail_queries
from sandbox.services import access_events, checkpoints, clocks, closing, documents, outbox
from sandbox.services.desks import chasing, reminders

log = logging.getLogger("sandbox.jobs")

NAME = "sandbox"
SCHEMA = "queue"  # of its own, so that migrations never meet the tables of the queue
PULSE_SECONDS = 3.0
LETTERS_AT_ONCE = 100
PROBLEMS_LOGGED = 20


def create_queue(app: Flask) -> Huey:
    """The queue of this application with its tasks: beside SQLite, or inside PostgreSQL."""
    url = str(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.startswith("postgresql"):
        address = url.replace("postgresql+psycopg://", "postgresql://", 1)
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        huey = PostgresHuey(
            NAME,
            results=False,
            connection=lambda: psycopg.connect(address, options=f"-c search_path={SCHEMA}"),
        )
    else:
        huey = SqliteHuey(NAME, results=False, filename=app.config["QUEUE"], timeout=15)
    _tasks(app, huey)
    return huey


def _inside(app: Flask, function: Callable[..., Any]) -> Callable[..., None]:
    """The function with the application around it; the session ends with the task."""

    def run(*arguments: str) -> None:
        with app.app_context():
            function(*arguments)

    run.__name__ = function.__name__.lstrip("_")
    return run


def _tasks(app: Flask, huey: Huey) -> None:
    """Register everything that the worker runs. Times are UTC."""
    deliver = huey.task()(_inside(app, _deliver))

    def sweep_outbox() -> None:
        for message_id in outbox.waiting(LETTERS_AT_ONCE):
            deliver(str(message_id))

    # fmt: off
    for function, when in (
        (sweep_outbox,       crontab(minute="*")),
        (_take_access_log,   crontab(minute="*")),
        (_watch_clocks,      crontab(minute="25")),
        (_make_checkpoint,   crontab(minute="7")),
        (_verify_trail,      crontab(minute="40", hour="2")),
        (_remind_desks,      crontab(minute="10", hour="5")),
        (_chase_replies,     crontab(minute="20", hour="5")),
        (_remind_of_windows, crontab(minute="35")),
        (_sweep_files,       crontab(minute="20", hour="3")),
    ):
        huey.periodic_task(when)(_inside(app, function))
    # fmt: on
    huey.look_for_letters = _inside(app, sweep_outbox)


def _deliver(message_id: str) -> None:
    outbox.deliver_one(UUID(message_id))


def _take_access_log() -> None:
    access_events.take_in()


def _watch_clocks() -> None:
    """Hourly, since the day begins at another hour in each authority's zone."""
    clocks.watched()


def _make_checkpoint() -> None:
    try:
        checkpoints.make()
    except SealUnavailable as fault:
        log.error("No checkpoint was made: %s", fault)


def _verify_trail() -> None:
    """The nightly check: what is wrong is shouted into the log, since nobody watches at night."""
    for number, problem in enumerate(trail_queries.verify(), 1):
        log.critical("The trail is not whole: %s", problem)
        if number >= PROBLEMS_LOGGED:
            break


def _remind_desks() -> None:
    if count := reminders.remind_all():
        log.info("%d desks that could go on were reminded", count)


def _chase_replies() -> None:
    """Remind firms of requests that wait for a reply, early in the day."""
    if chased := chasing.chase():
        log.info("Firms were reminded of %d requests for information", chased)


def _remind_of_windows() -> None:
    """Hourly, since a window closes at any hour."""
    if count := closing.remind_all():
        log.info("Firms were reminded of %d drafts before a window closes", count)


def _sweep_files() -> None:
    removed = documents.sweep()
    if removed:
        log.info("%d stored files that nothing names were removed", len(removed))


class _Pulse(threading.Thread):
    """Looks for letters every few seconds, so that nobody waits for the minute. Stays quiet while the queue is busy."""

    def __init__(self, huey: Huey):
        super().__init__(name="pulse", daemon=True)
        self.huey = huey
        self.stopping = threading.Event()

    def run(self) -> None:
        """Until told to stop. A fault (a locked or restarting database) is logged and tried again."""
        while not self.stopping.wait(PULSE_SECONDS):
            try:
                if not self.huey.pending_count():
                    self.huey.look_for_letters()
            except Exception:  # the pulse must not die of one bad beat
                log.exception("Looking for letters did not work; trying again")


def run_worker(app: Flask, threads: int = 2) -> None:
    """Run the worker until Ctrl-C or SIGTERM; a task that has begun is finished first."""
    huey = create_queue(app)
    consumer = Consumer(
        huey,
        workers=threads,
        periodic=True,
        initial_delay=0.2,
        max_delay=1.0,
        shutdown_timeout=25,
        graceful_signal="TERM",
    )
    # Both ways of asking mean the same: finish what has begun, then leave.
    consumer._signal_actions[signal.SIGINT] = (False, True)
    pulse = _Pulse(huey)
    pulse.start()
    try:
        consumer.run()
    finally:
        pulse.stopping.set()
        pulse.join(timeout=PULSE_SECONDS)


__all__ = ["create_queue", "run_worker"]
