"""A row in every table, whatever the tables are: made from what the database says of itself, so old revisions work too.

Values follow the column's type and length, a CHECK's first allowed word, and the parent's row for a foreign key.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from sandbox.models.search import is_own

ID = UUID("12345678-9012-4456-8901-234567890123")  # of digits alone: it must not become a number
MOMENT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)
Row = dict[str, Any]
WORD = re.compile(r"'([^']+)'")
DEMANDED = re.compile(r"(\w+) IS NOT NULL")


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
            demanded = _demanded(inspector, table.name)
            wanted = [one for one in table.columns if not one.nullable or one.name in demanded]
            row = {column.name: _value(column, allowed, made) for column in wanted}
            connection.execute(table.insert().values(row))
            known = connection.execute(sa.select(table)).mappings().one()
        made[table.name] = dict(known)


def everything(connection: sa.Connection) -> dict[str, list[Row]]:
    """All rows of all tables, as they are stored; the index of words is derived from them."""
    names = [
        one for one in sa.inspect(connection).get_table_names() if one != "alembic_version" and is_own(one, "table")
    ]
    return {
        name: sorted((dict(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings()), key=repr)
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


def _demanded(inspector: sa.Inspector, table: str) -> set[str]:
    """The columns that may be empty, yet not all of them at once: a CHECK of nothing else says so."""
    texts = (str(check["sqltext"]) for check in inspector.get_check_constraints(table))
    return {name for text in texts if "=" not in text for name in DEMANDED.findall(text)}


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
    value = _plain(kind)
    return value + timedelta(days=1) if column.name.startswith("closes") else value  # what opens closes later


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
