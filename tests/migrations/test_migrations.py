"""One head that equals the models, and every revision goes up, down and up with rows in every table."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

from sandbox.extensions import db
from sandbox.models.base import Base
from sandbox.models.search import is_own
from tests.migrations.rows import Row, everything, fill

pytestmark = pytest.mark.slow
FOLDER = Path(__file__).parents[2] / "sandbox" / "migrations"


def revisions() -> list[str]:
    """The numbers of all revisions, oldest first."""
    return sorted(path.name[:4] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def test_there_is_one_head_and_it_is_the_pinned_one(migrations: Config) -> None:
    script = ScriptDirectory.from_config(migrations)
    assert script.get_heads() == [(FOLDER / "HEAD").read_text().strip()]
    assert [revision.revision for revision in script.walk_revisions()][::-1] == revisions()


def test_the_head_has_what_the_models_have(migrations: Config) -> None:
    command.upgrade(migrations, "head")
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "include_name": is_own}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_the_head_is_built_like_the_models_to_the_last_constraint(migrations: Config) -> None:
    """What alembic does not compare: CHECKs, names of constraints, the WHERE of partial indexes."""
    command.upgrade(migrations, "head")
    with db.engine.connect() as connection:
        migrated = structure(connection)
    command.downgrade(migrations, "base")
    db.create_all()
    with db.engine.connect() as connection:
        assert structure(connection) == migrated
    assert len(migrated) > 150


def structure(connection: sa.Connection) -> set[str]:
    """Every table's columns, constraints and indexes in the database's own words."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT tbl_name, sql FROM sqlite_master WHERE type IN ('table', 'index')")
        return {
            f"{table}: {part.strip()}"
            for table, sql in rows
            if sql and table != "alembic_version"
            for part in re.sub(r"[ \t\"]+", " ", sql).replace("\n)", "").split(", \n")
        }
    queries = (
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default "
        "FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    )
    return {
        " ".join(map(str, row))
        for query in queries
        for row in connection.exec_driver_sql(query)
        if row[0] != "alembic_version"
    }


def test_every_constraint_has_a_name(fresh: Flask) -> None:
    """A constraint without a name vanishes when SQLite rebuilds its table."""
    unnamed = [
        f"{table.name}: {constraint}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None and isinstance(constraint, sa.CheckConstraint)
    ]
    assert unnamed == []
    db.create_all()
    inspector = sa.inspect(db.engine)
    for table in inspector.get_table_names():
        found: list[Any] = [*inspector.get_check_constraints(table), *inspector.get_unique_constraints(table)]
        found += inspector.get_foreign_keys(table)
        assert [one for one in found if not one["name"]] == []


def test_each_revision_goes_up_down_and_up_with_rows(migrations: Config) -> None:
    before = "base"
    for revision in revisions():
        command.upgrade(migrations, revision)
        with db.engine.begin() as connection:
            fill(connection)
            full = everything(connection)
        assert all(full.values()), "a table is empty"
        command.downgrade(migrations, before)
        with db.engine.connect() as connection:
            stayed = everything(connection)
        assert stayed == {name: cut(full[name], stayed[name]) for name in stayed}
        command.upgrade(migrations, revision)
        with db.engine.begin() as connection:
            again = everything(connection)
            assert again.keys() == full.keys()
            assert all(again[name] == full[name] for name in stayed)
            fill(connection)
            assert everything(connection) == full
        before = revision


def cut(rows: list[Row], like: list[Row]) -> list[Row]:
    """The rows with the columns that the others have: what a revision added to a table goes with it."""
    return [{name: row[name] for name in like[0]} for row in rows]


def test_downgraded_to_nothing_nothing_is_left(migrations: Config) -> None:
    command.upgrade(migrations, "head")
    with db.engine.begin() as connection:
        fill(connection)
    command.downgrade(migrations, "base")
    with db.engine.connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version"]
        if connection.dialect.name == "postgresql":
            functions = "SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            assert connection.exec_driver_sql(functions).scalar_one() == 0


@pytest.fixture
def guarded(migrations: Config) -> Config:
    """A database at the head with a row in every table, spoken to by new connections."""
    command.upgrade(migrations, "head")
    with db.engine.begin() as connection:
        fill(connection)
    db.engine.dispose()
    return migrations


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail_event SET kind = 'other'",
        "DELETE FROM trail_event",
        "UPDATE trail_body SET body = '{}'",
    ],
)
def test_the_trail_can_only_be_added_to(guarded: Config, statement: str) -> None:
    with db.engine.connect() as connection:
        full = everything(connection)
    with db.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="only be added to"):
        connection.exec_driver_sql(statement)
    with db.engine.connect() as connection:
        assert everything(connection) == full


def test_replacing_a_trail_event_is_a_change_too(guarded: Config) -> None:
    statement = "INSERT OR REPLACE INTO trail_event SELECT * FROM trail_event"
    if db.engine.dialect.name == "postgresql":
        statement = "INSERT INTO trail_event SELECT * FROM trail_event ON CONFLICT (id) DO UPDATE SET kind = 'other'"
    with db.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="only be added to"):
        connection.exec_driver_sql(statement)


def test_a_body_may_be_disposed_of(guarded: Config) -> None:
    with db.engine.begin() as connection:
        assert connection.exec_driver_sql("DELETE FROM trail_body").rowcount == 1


def test_a_demonstration_can_be_emptied_and_is_guarded_as_before(fresh: Flask, guarded: Config) -> None:
    result = fresh.test_cli_runner().invoke(args=["demo", "reset", "--yes"])
    assert result.exit_code == 0, result.output
    with db.engine.begin() as connection:
        assert not any(everything(connection).values())
        fill(connection)
    with db.engine.connect() as connection, pytest.raises(sa.exc.DBAPIError, match="only be added to"):
        connection.exec_driver_sql("DELETE FROM trail_event")


def test_what_is_done_to_the_file_itself_is_not_refused_but_noticed(guarded: Config) -> None:
    if db.engine.dialect.name != "sqlite":
        return  # there the guard is the database's own
    with sqlite3.connect(str(db.engine.url.database)) as other:
        assert other.execute("UPDATE trail_event SET kind = 'other'").rowcount == 1
