"""A row in every table, whatever the tables are: made from what the database says of itself, so old revisions work too.

Values follow the column's type and length, a CHECK's first allowed word, and the parent's row for a foreign key.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from sandbox.models.search import is_own

ID = UUID("12345678-9012-4456-8901-234567890123")  # of digits alone: it must not become a number
MOMENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
WORD = re.compile(r"'([^']+)'")


def fill(connection: sa.Connection) -> None:
    """Put one row into every empty table."""
    metadata = sa.MetaData()
    metadata.reflect(connection, only=lambda name, _metadata: is_own(name, "table"))
    inspector = sa.inspect(connection)
    made: dict[str, dict[str, Any]] = {}
    for table in metadata.sorted_tables:
        if table.name == "alembic_version":
            continue
        known = connection.execute(sa.select(table)).mappings().first()
        if known is None:
            allowed = _allowed(inspector, table.name)
            row = {column.name: _value(column, allowed, made) for column in table.columns if not column.nullable}
            connection.execute(table.insert().values(row))
            known = connection.execute(sa.select(table)).mappings().one()
        made[table.name] = dict(known)


def everything(connection: sa.Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, as they are stored; the index of words is derived from them."""
    names = [
        one for one in sa.inspect(connection).get_table_names() if one != "alembic_version" and is_own(one, "table")
    ]
    return {
        name: sorted((tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')), key=repr)
        for name in sorted(names)
    }


def _allowed(inspector: sa.Inspector, table: str) -> dict[str, str]:
    """Column → the first word that its CHECK allows; a column's CHECK is named after it."""
    found = {}
    for check in inspector.get_check_constraints(table):
        words = WORD.findall(check["sqltext"])
        if words:
            found[str(check["name"]).removeprefix(f"ck_{table}_")] = words[0]
    return found


def _value(column: sa.Column[Any], allowed: dict[str, str], made: dict[str, dict[str, Any]]) -> Any:
    for key in column.foreign_keys:
        return made[key.column.table.name][key.column.name]
    if column.name in allowed:
        return allowed[column.name]
    kind = column.type
    if isinstance(kind, sa.Uuid):
        return ID
    if isinstance(kind, sa.CHAR) and kind.length == 32:  # an id on SQLite
        return ID.hex
    return _plain(kind)


def _plain(kind: sa.types.TypeEngine[Any]) -> Any:
    values: tuple[tuple[type[sa.types.TypeEngine[Any]], Any], ...] = (
        (sa.DateTime, MOMENT.replace(tzinfo=None) if not getattr(kind, "timezone", False) else MOMENT),
        (sa.Date, date(2026, 11, 2)),
        (sa.Boolean, True),
        (sa.Integer, 1),
    )
    for known, value in values:
        if isinstance(kind, known):
            return value
    length = getattr(kind, "length", None) or 64
    return '{"a":1}' if length > 6 else "x" * min(length, 2)
