"""Empties the test's database, and lays a world's rows back instead of making that world again.

A world is what a function marked `@made_once` leaves in the database: people, cases, desks. Making one takes a second
of use cases, laying its rows back takes milliseconds, and every test gets rows of its own. It is made again whenever it
might differ: after anything else was written, with other arguments, at another (travelled) time, on another day, after
for another catalogue. Documents of a world lie in the instance folder, where nothing is ever taken away.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from itertools import count
from typing import Any, ParamSpec, TypeVar

import psycopg
import time_machine
from sqlalchemy import Engine, event

from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.search import INDEX

P = ParamSpec("P")
R = TypeVar("R")

# Reference data: loaded once a worker. The organisations of its authorities stay too.
KEPT = frozenset(
    {
        "authority", "catalogue_load", "clock_rule", "criterion", "equivalence", "identifier_scheme", "instrument",
        "jurisdiction", "programme", "programme_authority", "question_set", "requirement", "requirement_equivalence",
        "rule_set", "standard",
    }
)  # fmt: skip
ONLY = {"organisation": "id NOT IN (SELECT id FROM authority)"}
READING = frozenset({"BEGIN", "PRAGMA", "RELEASE", "ROLLBACK", "SAVEPOINT", "SELECT", "SHOW"})
Key = tuple[str, ...]  # what was made on an empty database, one after the other


class Rows:
    """The rows of a test database, by a connection of its own that neither triggers nor foreign keys hold up."""

    def __init__(self, engine: Engine) -> None:
        """The database holds the shipped catalogue; what its loading left besides goes."""
        self.key: Key | None = None  # what stands in the database; None: nobody knows
        self._worlds: dict[Key, tuple[str, Any]] = {}
        self._numbers = count()
        self._lite = engine.dialect.name == "sqlite"
        if self._lite:
            self._file = sqlite3.connect(str(engine.url.database), isolation_level=None, check_same_thread=False)
            self._run("PRAGMA synchronous = OFF; PRAGMA busy_timeout = 15000; ATTACH ':memory:' AS worlds")
        else:
            address = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
            self._server = psycopg.connect(address, autocommit=True)
            self._run("SET session_replication_role = replica; CREATE SCHEMA worlds")
        event.listen(engine, "before_cursor_execute", self._heard)
        self._shipped = True
        self.empty()
        self._catalogue = self._copied(catalogue_too=True)

    def close(self) -> None:
        """Let the database go."""
        (self._file if self._lite else self._server).close()

    def _heard(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if self.key is not None and statement.split(maxsplit=1)[0].upper() not in READING:
            self.key = None

    def _run(self, script: str) -> None:
        if self._lite:
            self._file.executescript(script)
        else:
            self._server.execute(script.encode())

    def _filled(self, *, catalogue_too: bool = False) -> dict[str, str]:
        """What holds rows: the name of the table, and what follows FROM to name those rows."""
        asked = {}
        for table in (INDEX, *(one.name for one in db.metadata.sorted_tables)):
            if catalogue_too or table not in KEPT:
                limit = f" WHERE {ONLY[table]}" if table in ONLY and not catalogue_too else ""
                asked[table] = f'"{table}"{limit}'
        question = " UNION ALL ".join(
            f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM {rows})" for one, rows in asked.items()
        )
        found = self._file.execute(question) if self._lite else self._server.execute(question.encode())
        return {name: asked[name] for (name,) in found}

    def empty(self, *, catalogue_too: bool = False) -> None:
        """Delete every row, those of the catalogue only when asked: then no world is laid before it is restored."""
        self._transact([f"DELETE FROM {rows}" for rows in self._filled(catalogue_too=catalogue_too).values()])
        if catalogue_too:
            self._shipped = False
        self.key = () if self._shipped else None

    def restore(self) -> None:
        """Nothing but the shipped catalogue, its rows being those that they were."""
        self.empty(catalogue_too=True)
        self._transact([self._catalogue])
        self._shipped, self.key = True, ()

    def _transact(self, lines: list[str]) -> None:
        if not lines:
            return
        try:
            self._run("; ".join(("BEGIN", *lines, "COMMIT")))
        except (sqlite3.Error, psycopg.Error):
            self._run("ROLLBACK")
            raise

    def _copied(self, *, catalogue_too: bool = False) -> str:
        """Copy what stands in the database now; gives the script that puts it back into empty tables."""
        name, lines, copies = f"worlds.w{next(self._numbers)}", [], []
        for table, rows in self._filled(catalogue_too=catalogue_too).items():
            columns = self._index if table == INDEX else "*"
            copies.append(f"CREATE TABLE {name}_{table} AS SELECT {columns} FROM {rows}")
            there = f'"{table}"' + (f" ({columns})" if table == INDEX else "")
            lines.append(f"INSERT INTO {there} SELECT * FROM {name}_{table}")
        self._transact(copies)
        return "; ".join(lines)

    def keep(self, key: Key, result: object) -> None:
        """Remember what stands in the database now, and what its maker returned."""
        self._worlds[key] = self._copied(), deepcopy(result)
        self.key = key

    @property
    def _index(self) -> str:
        return "rowid, body" if self._lite else "id, body"

    def knows(self, key: Key) -> bool:
        """Whether that world was made before."""
        return key in self._worlds

    def lay(self, key: Key) -> Any:
        """Put the rows of that world there, and return what its maker returned. Raises KeyError for an unknown one."""
        script, result = self._worlds[key]
        self.empty()
        self._transact([script])
        self.key = key
        return deepcopy(result)


_open: dict[str, Rows] = {}


def of(engine: Engine) -> Rows:
    """The rows of the test database that this engine speaks to. Raises KeyError where it is none."""
    return _open[str(engine.url)]


def begin(engine: Engine) -> Rows:
    """Take a database, which holds the shipped catalogue, for the worlds of this worker."""
    rows = _open[str(engine.url)] = Rows(engine)
    return rows


def end(engine: Engine) -> None:
    """Let it go."""
    _open.pop(str(engine.url)).close()


def _moment() -> str | None:
    """What a world's dates depend on: the day, or the travelled time; nothing to go by where that runs on."""
    if not time_machine.escape_hatch.is_travelling():
        return f"{now():%Y-%m-%d}"
    first, second = now(), now()
    return str(first) if first == second else None


def made_once(maker: Callable[P, R]) -> Callable[P, R]:
    """A maker of a world that works only where its world was not made before.

    It may read and write nothing but the database (and add documents), and returns plain values.
    """

    @wraps(maker)
    def make(*args: P.args, **kwargs: P.kwargs) -> R:
        rows, moment = _open.get(str(db.engine.url)), _moment()
        if rows is None or rows.key is None or moment is None:
            return maker(*args, **kwargs)
        key = (*rows.key, f"{maker.__module__}.{maker.__qualname__} {args} {kwargs} {moment}")
        db.session.rollback()
        if rows.knows(key):
            return rows.lay(key)  # type: ignore[no-any-return]
        result = maker(*args, **kwargs)
        db.session.rollback()
        rows.keep(key, result)
        return result

    return make
