"""How a migration is run: one transaction, all or nothing, and no row lost on the way.

SQLite changes a table by copying it and dropping the old one; with foreign keys on, that would delete the rows which
refer to it. So foreign keys are off while it runs (they can be switched only outside a transaction), the whole change
is one writing transaction, and it is undone when a reference is broken or a table that stays has lost or gained rows.
A revision that moves rows on purpose names their tables in `ROWS_CHANGE`.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app

from sandbox.migrations.plain import render_item
from sandbox.models.base import Base
from sandbox.models.search import is_own

ONE_AT_A_TIME = 7_260_100  # the number of the lock that PostgreSQL holds for whoever migrates


def row_counts(connection: sa.Connection) -> dict[str, int]:
    """How many rows each table has; the index of words is no table of rows."""
    names = sa.inspect(connection).get_table_names()
    return {
        name: connection.execute(sa.select(sa.func.count()).select_from(sa.table(name))).scalar_one()
        for name in names
        if name != "alembic_version" and is_own(name, "table")
    }


def demand_whole(connection: sa.Connection, before: dict[str, int], moved: set[str]) -> None:
    """Raise RuntimeError when rows of a table that stays came or went, or a row refers to one that is not there."""
    after = row_counts(connection)
    stay = sorted((before.keys() & after.keys()) - moved)
    changed = [f"{name} ({before[name]} → {after[name]})" for name in stay if before[name] != after[name]]
    if changed:
        raise RuntimeError(f"The migration changes the number of rows of {', '.join(changed)}. Nothing was changed.")
    if connection.dialect.name == "sqlite":
        broken = sorted({row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")})
        if broken:
            raise RuntimeError(f"The migration breaks references of {', '.join(broken)}. Nothing was changed.")


def migrate(connection: sa.Connection) -> None:
    """Run the migrations in one transaction."""
    moved: set[str] = set()

    def note(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:
        moved.update(*(getattr(script.module, "ROWS_CHANGE", ()) for script in step.up_revisions))

    with connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:number)"), {"number": ONE_AT_A_TIME})
        before = row_counts(connection)
        options = {**current_app.extensions["migrate"].configure_args, "render_item": render_item}
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            on_version_apply=note,
            transactional_ddl=True,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()
        demand_whole(connection, before, moved)


def online() -> None:
    """Run the migrations on the application's database."""
    engine: sa.Engine = current_app.extensions["migrate"].db.engine
    with engine.connect().execution_options(writing=True) as connection:
        if engine.dialect.name != "sqlite":
            migrate(connection)
            return
        driver = connection.connection.cursor()
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            migrate(connection)
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
            driver.close()


def offline() -> None:
    """Write the SQL instead of running it (`flask db upgrade --sql`)."""
    engine: sa.Engine = current_app.extensions["migrate"].db.engine
    context.configure(dialect_name=engine.dialect.name, target_metadata=Base.metadata, literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    offline()
else:
    online()
