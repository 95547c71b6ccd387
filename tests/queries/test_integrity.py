"""One changed byte anywhere in the record is found, and its row is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select

from sandbox.adapters.blobs import store_at
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.decisions import Decision, Edition
from sandbox.models.trail import TrailEvent
from sandbox.queries import integrity
from sandbox.queries import trail as queries
from sandbox.services import checkpoints, trail
from sandbox.services.unit import use_case
from tests.factories import Maker
from tests.queries.frozen import World, make_world


@pytest.fixture
def world(app: Flask, maker: Maker) -> World:
    return make_world(app.config["BLOBS"], maker)


Change = Callable[..., None]


@pytest.fixture
def change(app: Flask) -> Iterator[Change]:
    """Runs SQL beside the portal, as somebody with the file or the server would: no foreign keys, no triggers."""
    db.session.remove()
    url = db.engine.url
    if url.get_backend_name() == "sqlite":
        connection: Any = sqlite3.connect(url.database or "", isolation_level=None)
        mark, key = "?", lambda value: value.hex if isinstance(value, UUID) else value
    else:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = psycopg.connect(address, autocommit=True)
        connection.execute("SET session_replication_role = replica")
        mark, key = "%s", lambda value: value

    def run(sql: str, *values: Any) -> None:
        done = connection.execute(sql.replace("?", mark), [key(value) for value in values])
        assert done.rowcount == 1, f"{sql} changed {done.rowcount} rows"

    yield run
    connection.close()


def problems() -> list[integrity.Problem]:
    db.session.rollback()
    return list(queries.verify())


def event_id(scope: str, sequence: int) -> UUID:
    found = db.session.scalars(
        select(TrailEvent.id).where(TrailEvent.scope == scope, TrailEvent.sequence == sequence)
    ).one()
    db.session.rollback()
    return found


def test_a_whole_trail_is_whole(app: Flask, world: World) -> None:
    checkpoints.make()
    assert problems() == []
    done = app.test_cli_runner().invoke(args=["trail", "verify"])
    assert (done.exit_code, done.output) == (0, "The trail is whole.\n")


@pytest.mark.parametrize(
    ("sql", "table", "sequence"),
    [
        ("UPDATE trail_event SET kind = 'position.filf' WHERE id = ?", "trail_event", 2),
        ("UPDATE trail_event SET body_hash = 'x' || substr(body_hash, 2) WHERE id = ?", "trail_event", 2),
        ("UPDATE trail_event SET digest = 'x' || substr(digest, 2) WHERE id = ?", "trail_event", 2),
        ("UPDATE trail_event SET previous = 'x' || substr(previous, 2) WHERE id = ?", "trail_event", 2),
        ("UPDATE trail_event SET audience = '[\"firm\"]' WHERE id = ?", "trail_event", 2),
        ("UPDATE trail_event SET audience = '[\"firm\"' WHERE id = ?", "trail_event", 2),
        ("UPDATE trail_event SET sequence = 9 WHERE id = ?", "trail_event", 3),
        ("UPDATE trail_event SET scope = 'case:elsewhere' WHERE id = ?", "trail_event", 2),
        ("UPDATE trail_body SET body = replace(body, 'actor', 'actoR') WHERE event_id = ?", "trail_body", 2),
        ("UPDATE trail_body SET body = substr(body, 2) WHERE event_id = ?", "trail_body", 2),
        ("UPDATE trail_body SET salt = substr(salt, 2) || 'x' WHERE event_id = ?", "trail_body", 2),
        ("DELETE FROM trail_body WHERE event_id = ?", "trail_body", 2),
        ("UPDATE audience SET party = 'firm' WHERE item_id = ?", "audience", 2),
        ("UPDATE audience SET visible_from = NULL WHERE item_id = ?", "audience", 2),
        ("DELETE FROM audience WHERE item_id = ?", "audience", 2),
        ("DELETE FROM trail_event WHERE id = ?", "trail_event", 3),
    ],
)
def test_one_changed_byte_of_an_event_is_named(
    world: World, change: Change, sql: str, table: str, sequence: int
) -> None:
    second, third = event_id(world.scope, 2), event_id(world.scope, 3)
    named = {2: second, 3: third}[sequence]
    change(sql, second)
    found = problems()
    assert str(named) in [problem.id for problem in found if problem.table == table]
    near = {str(second), str(third)}  # a gap is named at the event after it
    assert found[0].table in {table, "trail_event"} and found[0].id in near


def test_a_changed_moment_is_named(app: Flask, world: World, change: Change) -> None:
    second = event_id(world.scope, 2)
    change("UPDATE trail_event SET at = ? WHERE id = ?", _stored(datetime(2026, 1, 1, tzinfo=UTC)), second)
    assert (problems()[0].table, problems()[0].id) == ("trail_event", str(second))
    if db.engine.dialect.name == "sqlite":
        change("UPDATE trail_event SET at = 'not a time' WHERE id = ?", second)
        assert (problems()[0].table, problems()[0].id) == ("trail_event", str(second))


def _stored(moment: datetime) -> Any:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f") if db.engine.dialect.name == "sqlite" else moment


def test_a_tail_that_is_gone_is_noticed_by_the_head(world: World, change: Change) -> None:
    last = event_id(world.scope, 3)
    change("DELETE FROM trail_body WHERE event_id = ?", last)
    change("DELETE FROM audience WHERE item_id = ?", last)
    change("DELETE FROM trail_event WHERE id = ?", last)
    (found,) = problems()
    assert (found.table, found.scope, found.sequence) == ("trail_scope", world.scope, 3)


def _cut_tail(world: World, change: Change) -> None:
    """A tail cut without a trace in the chain: the head is set back too."""
    last = event_id(world.scope, 3)
    head = db.session.get_one(TrailEvent, event_id(world.scope, 2)).digest
    db.session.rollback()
    change("DELETE FROM trail_body WHERE event_id = ?", last)
    change("DELETE FROM audience WHERE item_id = ?", last)
    change("DELETE FROM trail_event WHERE id = ?", last)
    change("UPDATE trail_scope SET size = 2, head = ? WHERE scope = ?", head, world.scope)


def test_a_tail_that_was_cut_skilfully_is_noticed_by_the_checkpoint(world: World, change: Change) -> None:
    checkpoints.make()
    _cut_tail(world, change)
    (found,) = problems()
    assert (found.table, found.scope, found.sequence) == ("trail_scope", world.scope, 3)
    assert "checkpoint" in found.what


def test_a_chain_that_was_written_anew_is_noticed_by_the_checkpoint(world: World, change: Change) -> None:
    checkpoints.make()
    _cut_tail(world, change)
    _again(world)
    (found,) = problems()
    assert (found.table, found.sequence) == ("trail_event", 3) and "written anew" in found.what


@use_case
def _again(world: World) -> None:
    trail.record(world.scope, Action.CASE_READ, SYSTEM, {"firm"}, case_id=world.case.id)


@pytest.mark.parametrize("checkpoint", [True, False])
def test_a_chain_that_vanished_is_noticed(world: World, change: Change, checkpoint: bool) -> None:
    if checkpoint:
        checkpoints.make()
    for sequence in (1, 2, 3):
        key = event_id(world.scope, sequence)
        change("DELETE FROM trail_body WHERE event_id = ?", key)
        change("DELETE FROM trail_event WHERE id = ?", key)
    change("DELETE FROM trail_scope WHERE scope = ?", world.scope)
    found = problems()
    assert found and (not checkpoint or ("trail_scope", world.scope) == (found[0].table, found[0].id))


def test_a_head_that_is_gone_or_changed_is_noticed(world: World, change: Change) -> None:
    change("UPDATE trail_scope SET head = 'x' || substr(head, 2) WHERE scope = ?", world.scope)
    assert [(problem.table, problem.id) for problem in problems()] == [("trail_scope", world.scope)]
    change("DELETE FROM trail_scope WHERE scope = ?", world.scope)
    assert [(problem.table, problem.id) for problem in problems()] == [("trail_scope", world.scope)]


FROZEN = [
    ("application_version", "record = replace(record, '1.5', '1.6')"),
    ("application_version", "record = substr(record, 2)"),
    ("application_version", "sha256 = 'x' || substr(sha256, 2)"),
    ("application_version", "number = 3"),
    ("position", "summary = replace(summary, 'Ready', 'Reads')"),
    ("position", "recommendation = 'refuse'"),
    ("position", "record = replace(record, '\"b\"', '\"c\"')"),
    ("decision", "reasons = reasons || ' '"),
    ("decision", "action = 'refuse'"),
    ("decision", "effective_on = '2031-01-01'"),
    ("condition", "threshold = threshold + 1"),
    ("condition", "text = 'At least.'"),
    ("edition", "record = replace(record, 'ü', 'u')"),
    ("edition", "code = 'another'"),
]


@pytest.mark.parametrize(("table", "assignment"), FROZEN)
def test_one_changed_byte_of_a_frozen_row_is_named(
    app: Flask, world: World, change: Change, table: str, assignment: str
) -> None:
    change(f'UPDATE "{table}" SET {assignment} WHERE id = ?', world.ids[table])
    found = problems()[0]
    assert (found.table, found.id, found.scope) == (table, str(world.ids[table]), world.scope)
    done = app.test_cli_runner().invoke(args=["trail", "verify"])
    assert done.exit_code == 1 and done.output.startswith(f"{table} {world.ids[table]} in {world.scope}")
    assert len(done.output.splitlines()) == 1


@pytest.mark.parametrize("table", ["application_version", "position", "decision", "condition"])
def test_a_frozen_row_that_is_gone_is_named(world: World, change: Change, table: str) -> None:
    change(f'DELETE FROM "{table}" WHERE id = ?', world.ids[table])
    found = problems()[0]
    assert (found.table, found.id) == (table, str(world.ids[table])) and "missing" in found.what


def test_a_row_that_was_released_may_change_until_it_is_frozen_again(world: World) -> None:
    @use_case
    def edit(*, freeze: bool) -> None:
        decision = db.session.get_one(Decision, world.ids["decision"])
        decision.reasons += " And more."
        trail.record(world.scope, Action.DECISION_REJECT, SYSTEM, (), released=[decision])
        if freeze:
            trail.record(world.scope, Action.DECISION_SEND_TO_SIGNATURE, SYSTEM, (), froze=[decision])

    edit(freeze=False)
    assert problems() == []
    edit(freeze=True)
    assert problems() == []
    db.session.get_one(Decision, world.ids["decision"]).reasons = "Otherwise."
    db.session.commit()
    assert [problem.table for problem in problems()] == ["decision"]


def test_files_that_changed_or_are_missing_are_named(app: Flask, world: World, change: Change) -> None:
    edition = db.session.get_one(Edition, world.ids["edition"])
    path = Path(app.config["BLOBS"]) / edition.sha256[:2] / edition.sha256
    db.session.rollback()
    content = path.read_bytes()
    path.write_bytes(content[:-1] + b"x")
    assert [(problem.table, problem.id) for problem in problems()] == [("edition", str(world.ids["edition"]))]
    assert list(queries.verify(files=False)) == []
    path.unlink()
    assert "missing" in problems()[0].what
    path.write_bytes(content)
    change("UPDATE edition SET sha256 = ? WHERE id = ?", "3" * 64, world.ids["edition"])
    assert any("neither what was prepared nor what was signed" in problem.what for problem in problems())


def test_a_swapped_document_is_named(app: Flask, world: World, change: Change) -> None:
    other = store_at(app.config["BLOBS"]).put(b"another plan")
    change("UPDATE dossier_document SET sha256 = ? WHERE id = ?", other.sha256, world.ids["dossier_document"])
    (found,) = problems()
    assert (found.table, found.id) == ("dossier_document", str(world.ids["dossier_document"]))
    assert "not the file that was submitted" in found.what


def test_bodies_and_audiences_without_an_event_are_named(world: World, change: Change) -> None:
    change("INSERT INTO trail_body (event_id, salt, body) VALUES (?, 'x', '{}')", uuid4())
    change(
        "INSERT INTO audience (item_id, party, item_kind, visible_from) VALUES (?, 'firm', 'trail', ?)",
        uuid4(), _stored(now()),
    )  # fmt: skip
    assert [problem.what for problem in problems()] == ["has no event", "has no event"]
