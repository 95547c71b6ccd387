"""Emptying a demonstration's database: with the tests, the only place that steps over what keeps the trail whole."""

from __future__ import annotations

from sqlalchemy import Engine

from sandbox.models.append_only import unguarded
from sandbox.models.base import Base
from sandbox.models.search import INDEX


def empty(engine: Engine) -> None:
    """Delete every row of every table, in one transaction."""
    with (
        engine.connect().execution_options(writing=True) as connection,
        connection.begin(),
        unguarded(connection),
    ):
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
        connection.exec_driver_sql(f"DELETE FROM {INDEX}")
