"""Statements of the busiest pages: spelled once for the database in use, then only run.

Asking a statement how it is written costs several times what the database needs for the answer. A `Prepared` keeps the
text, the values that never change, and how each column is read; a run only sends the values of the question. Build one
where a statement would be built once anyway (`@cache`), for a set of roles or parties and the shape of the question;
whose question it is, is always among the values.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Dialect, Select
from sqlalchemy.types import TypeEngine

from sandbox.extensions import db

Reader = Callable[[Any], Any]


def _writer(kind: TypeEngine[Any], dialect: Dialect) -> Reader | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


@dataclass(slots=True)
class _Spelled:
    """The text for lists of these lengths; names in the order of the text, and the values that never change."""

    text: str
    positions: Sequence[str] | None
    fixed: Mapping[str, Any]
    asked: tuple[tuple[str, Reader | None], ...]
    lists: tuple[tuple[str, Sequence[str], Reader | None], ...]
    readers: tuple[tuple[int, Reader], ...] | None = None  # known once the database has told its own types

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        sent = dict(self.fixed)
        for name, write in self.asked:
            value = values[name]
            sent[name] = value if write is None else write(value)
        for name, parts, write in self.lists:
            for part, value in zip(parts, values[name], strict=True):
                sent[part] = value if write is None else write(value)
        return sent if self.positions is None else tuple([sent[name] for name in self.positions])


class Prepared:
    """A SELECT of columns, ready to be run with the values that its parameters name. Safe from any thread."""

    def __init__(self, statement: Select[*tuple[Any, ...]]):
        self._statement = statement
        names = [str(told["name"]) for told in statement.column_descriptions]
        self._row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
        self._spelled: dict[tuple[str, tuple[int, ...]], _Spelled] = {}

    def all(self, values: Mapping[str, Any]) -> list[Any]:
        """The rows, with the columns as attributes. Raises KeyError for a value that was not given."""
        connection = db.session.connection()
        lengths = tuple([len(value) for value in values.values() if isinstance(value, list)])
        key = (connection.dialect.name, lengths)
        spelled = self._spelled.get(key)
        if spelled is None:
            spelled = self._spelled[key] = self._spell(connection, values)
        result = connection.exec_driver_sql(spelled.text, spelled.parameters(values))
        if spelled.readers is None:
            spelled.readers = self._readers(connection.dialect, cast(Any, result.cursor).description)
        return self._read(result.all(), spelled.readers)

    def one_or_none(self, values: Mapping[str, Any]) -> Any:
        """The only row, or None. Raises ValueError when there are several."""
        rows = self.all(values)
        if len(rows) > 1:
            raise ValueError("There are several rows.")
        return rows[0] if rows else None

    def _read(self, rows: Sequence[Any], readers: Sequence[tuple[int, Reader]]) -> list[Any]:
        found, make = [], self._row._make
        for row in rows:
            cells = list(row)
            for place, read in readers:
                cells[place] = read(cells[place])
            found.append(make(cells))
        return found

    def _spell(self, connection: Connection, values: Mapping[str, Any]) -> _Spelled:
        dialect = connection.dialect
        compiled = self._statement.compile(dialect=dialect)
        state = compiled.construct_expanded_state(dict(values))
        kinds = {name: bound.type for name, bound in compiled.binds.items()}
        expanded = state.parameter_expansion
        fixed: dict[str, Any] = {}
        for name, value in state.parameters.items():
            source = next((whole for whole, parts in expanded.items() if name in parts), name)
            if source not in values:
                write = _writer(kinds[source], dialect)
                fixed[name] = value if write is None else write(value)
        return _Spelled(
            state.statement,
            state.positiontup,
            fixed,
            tuple(
                (name, _writer(kinds[name], dialect)) for name in state.parameters if name in values and name in kinds
            ),
            tuple((name, parts, _writer(kinds[name], dialect)) for name, parts in expanded.items() if name in values),
        )

    def _readers(self, dialect: Dialect, description: Sequence[Any]) -> tuple[tuple[int, Reader], ...]:
        found = []
        for place, (column, told) in enumerate(zip(self._statement.selected_columns, description, strict=True)):
            read = column.type.dialect_impl(dialect).result_processor(dialect, told[1])
            if read is not None:
                found.append((place, read))
        return tuple(found)


__all__ = ["Prepared"]
