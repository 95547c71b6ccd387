"""The trail can only be added to: the portal's own connections refuse anything else.

On PostgreSQL triggers of the database do it (revision 0002). On SQLite everybody who holds the file could drop such a
trigger, so it guards what it can: each connection of the portal makes temporary ones. A change made past them is what
`flask trail verify` names. A body may be deleted (disposal keeps the chain whole), never changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

REFUSED = (("trail_event", "UPDATE"), ("trail_event", "DELETE"), ("trail_body", "UPDATE"))
MESSAGE = "the trail can only be added to"


def guard(cursor: Any) -> None:
    """Make the triggers of one SQLite connection, where the tables exist already."""
    known = {name for (name,) in cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table, event in REFUSED:
        if table in known:
            cursor.execute(
                f"CREATE TEMP TRIGGER IF NOT EXISTS {table}_no_{event.lower()} BEFORE {event} ON main.{table} "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END",
            )


@contextmanager
def unguarded(connection: Connection) -> Iterator[None]:
    """Without the triggers inside: only to empty a demonstration or a test's database. Ends with the transaction."""
    tables = sorted({table for table, _ in REFUSED})
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql("SELECT name, sql FROM sqlite_temp_master WHERE type = 'trigger'").all()
        before = [f"DROP TRIGGER temp.{name}" for name, _ in rows]
        after = [sql.replace("CREATE TRIGGER", "CREATE TEMP TRIGGER", 1) for _, sql in rows]
    else:
        before = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
        after = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
    for statement in before:
        connection.exec_driver_sql(statement)
    yield
    for statement in after:
        connection.exec_driver_sql(statement)
