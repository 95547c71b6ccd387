"""Unbound extensions, and how the databases are spoken to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask, current_app
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event

import sandbox.models  # noqa: F401 - fills the metadata
from sandbox.models.append_only import guard
from sandbox.models.base import Base
from sandbox.models.search import SQLITE_WORDS, is_own

db = SQLAlchemy(metadata=Base.metadata)
migrate = Migrate()

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=15000",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
)


def use_sqlite(engine: Engine) -> None:
    """Make SQLite keep its promises: WAL, foreign keys, and writers that queue at BEGIN instead of failing later."""

    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        guard(cursor)
        cursor.execute(SQLITE_WORDS)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        if connection.get_execution_options().get("writing", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:  # by the driver itself, because it runs before every page; it takes no lock, so it cannot fail
            connection.connection.cursor().execute("BEGIN")


def setting(name: str) -> Any:
    """A setting of the running application, for floors that know no Flask."""
    return current_app.config[name]


def init_database(app: Flask) -> None:
    """Bind the database and its migrations to the application."""
    db.init_app(app)
    migrations = Path(__file__).parent / "migrations"
    options = {"render_as_batch": True, "compare_type": True, "include_name": is_own}
    migrate.init_app(app, db, directory=str(migrations), **options)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            use_sqlite(db.engine)


__all__ = ["db", "init_database", "migrate", "setting"]
