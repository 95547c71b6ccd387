"""A world of its own that is killed: `python -m tests.services.killing FOLDER` prints what stood after each kill.

For each act a fork does it and kills itself (SIGKILL, nothing is cleaned up) before one of its SQL statements, at its
commit, right after it, or after a short time. The process that stays looks at the database and does the act again.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import event, select

from sandbox import create_app
from sandbox.domain.canonical import record_hash
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.catalogue import Programme
from sandbox.models.decisions import Decision
from sandbox.models.desks import Case
from sandbox.queries.trail import verify
from sandbox.services import applications, catalogue
from sandbox.services.decisions import editions, issuing
from tests.journeys import drive
from tests.migrations.rows import everything

Act = Callable[[], object]


def die() -> None:
    """As `kill -9` does it."""
    os.kill(os.getpid(), signal.SIGKILL)


def before_statement(number: int) -> None:
    """This process will die before its statement of that number within a writing transaction (1 is the first)."""
    left = [number]

    @event.listens_for(db.engine, "before_cursor_execute")
    def _count(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if connection.get_execution_options().get("writing") and not statement.startswith("BEGIN"):
            left[0] -= 1
            if left[0] == 0:
                die()


def at_commit() -> None:
    """This process will die when it is about to commit a writing transaction."""

    @event.listens_for(db.engine, "commit")
    def _commit(connection: Any) -> None:
        if connection.get_execution_options().get("writing"):
            die()


def forked(act: Act, how: Callable[[], object], *, after: float | None = None, then_die: bool = False) -> bool:
    """Let a fork do the act; returns whether it ended by itself, alive."""
    db.session.remove()
    db.engine.dispose()  # no connection may be shared
    child = os.fork()
    if child == 0:
        try:
            how()
            act()
            if then_die:
                die()
        except BaseException:
            os._exit(3)
        os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0:
        raise RuntimeError("the act was refused or failed in the fork")
    return os.WIFEXITED(status)


def stored() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    db.session.remove()
    with db.engine.connect() as connection:
        return everything(connection)


def faults(path: Path) -> list[str]:
    """What is broken in the database file, in its references, in the trail or in the stored documents."""
    with sqlite3.connect(path) as connection:
        found = [row[0] for row in connection.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"reference of {row[0]}" for row in connection.execute("PRAGMA foreign_key_check")]
    return found + [str(problem) for problem in verify()]


def rounds(act: Act, again: Act, path: Path, points: Iterator[int]) -> dict[str, Any]:
    """Kill the act wherever it can be killed, then do it. Says what was not as it should be."""
    wrong: list[str] = []
    before, killed = stored(), 0

    def look(where: str) -> bool:
        """Whether nothing happened; anything between nothing and all of it is wrong."""
        wrong.extend(f"{where}: {fault}" for fault in faults(path))
        return stored() == before

    for number in points:
        if forked(act, lambda: before_statement(number)):  # noqa: B023 - called at once
            wrong.append(f"there is no statement {number}")
            break
        killed += 1
        if not look(f"statement {number}"):
            wrong.append(f"killed before statement {number}, half of it stayed")
            break
    forked(act, at_commit)
    if not look("at commit"):
        wrong.append("killed before the commit, it stayed")
    forked(act, lambda: None, then_die=True)
    if look("after the commit"):
        wrong.append("killed after the commit, it is gone")
    after = stored()
    again()
    wrong.extend(f"repeated: {fault}" for fault in faults(path))
    if stored() != after:
        wrong.append("repeated, it happened twice")
    return {"killed": killed + 2, "wrong": wrong}


def statements(act: Act) -> int:
    """How many statements the act has in its writing transactions: counted in a fork that never commits."""
    reader, writer = os.pipe()

    def count() -> None:
        seen = [0]

        @event.listens_for(db.engine, "before_cursor_execute")
        def _count(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if connection.get_execution_options().get("writing") and not statement.startswith("BEGIN"):
                seen[0] += 1

        @event.listens_for(db.engine, "commit")
        def _commit(_connection: Any) -> None:
            os.write(writer, str(seen[0]).encode())
            die()

    forked(act, count)
    os.close(writer)
    return int(os.read(reader, 20))


def drafted(firm: drive.Company) -> UUID:
    """An application that lacks nothing."""
    programme_id = db.session.scalars(select(Programme.id)).one()
    application_id = applications.start(firm.signatory, programme_id, title="Same-day settlement")
    for code, values in drive.answers(("UK", "US")).items():
        applications.save_section(firm.contributor, application_id, code, answers=values, version=1)
    return application_id


def submitting(path: Path, firm: drive.Company) -> dict[str, Any]:
    """Submitting, killed at random moments and before each of its statements."""
    application_id = drafted(firm)
    content = record_hash(applications.working_record(application_id))

    def act() -> None:
        applications.submit(firm.signatory, application_id, content=content)

    wrong: list[str] = []
    before = stored()
    for milliseconds in random.Random(4).sample(range(1, 25), 6):
        forked(act, lambda: None, after=milliseconds / 1000)
        wrong += faults(path)
        if stored() != before:  # it was faster than the kill: the next application
            return submitting(path, firm)
    found = rounds(act, act, path, iter(range(1, statements(act) + 1)))
    found["wrong"] += wrong
    db.session.remove()
    submitted = select(Case.reference).where(Case.application_id == application_id)
    found["references"] = list(db.session.scalars(submitted))
    versions = select(ApplicationVersion.number).where(ApplicationVersion.application_id == application_id)
    found["versions"] = list(db.session.scalars(versions))
    return found


def issuing_(path: Path, cast: drive.Cast) -> dict[str, Any]:
    """Issuing a signed instrument, killed before some of its statements. A second issue is refused, not repeated."""
    case_id = drive.to_opening(cast, ("UK",))
    decision_id = drive.decide(case_id, cast.desks["FCA"])
    issuer = cast.desks["FCA"].issuer

    def act() -> None:
        issuing.issue(issuer, decision_id)

    def again() -> None:
        state = db.session.get_one(Decision, decision_id).state
        db.session.remove()
        if state != "issued":
            act()

    count = statements(act)
    found = rounds(act, again, path, iter(sorted({1, count // 4, count // 2, 3 * count // 4, count})))
    db.session.remove()
    found["state"] = db.session.get_one(Decision, decision_id).state
    return found


def main() -> None:
    """Make the world, kill it, say what stood."""
    folder = Path(sys.argv[1])
    path = folder / "killed.db"
    os.environ["SANDBOX_INSTANCE"] = str(folder)
    app = create_app({"DATABASE_URL": f"sqlite:///{path}", "TESTING": True, "MAIL": "memory"})
    with app.app_context():
        db.create_all()
        catalogue.load()
        editions.make_demo_keys()
        cast = drive.Cast(drive.company(), {"FCA": drive.desktop("FCA")})
        # What a fork then does, this process has done before: or each of them compiles every statement anew.
        drive.submit_application(cast.company, ("UK", "US"), product={"name": "Settlement of another bond"})
        results = {"submit": submitting(path, cast.company), "issue": issuing_(path, cast)}
    sys.stdout.write(json.dumps(results))


if __name__ == "__main__":
    main()
