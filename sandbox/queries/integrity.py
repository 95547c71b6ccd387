"""Whether everything that was recorded and frozen is still as it was: the whole trail is walked, row by row.

One pass over all chains in their order; what is kept in memory is one chain's frozen rows and one number a chain.
Values are read raw, so that a row which cannot even be read any more is named like every other damage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Dialect, Table, select, type_coerce
from sqlalchemy.orm import aliased
from sqlalchemy.types import NullType

from sandbox.domain.chain import GENESIS, body_hash, checkpoint_root, envelope_digest, frozen_digest
from sandbox.extensions import db
from sandbox.models.base import Base
from sandbox.models.trail import Audience, TrailBody, TrailCheckpoint, TrailEvent, TrailScope

CHUNK = 400
Stored = Sequence[Any]  # one row as it lies in the database
Seal = Callable[[str, str, str], bool]  # key, signature, root → whether the signature is good


@dataclass(frozen=True, slots=True)
class Problem:
    """The first thing that is wrong with one row."""

    table: str
    id: str
    what: str
    scope: str = ""
    sequence: int | None = None

    def __str__(self) -> str:
        place = f" in {self.scope}" if self.scope else ""
        number = f", number {self.sequence}" if self.sequence is not None else ""
        return f"{self.table} {self.id}{place}{number}: {self.what}"


class Unreadable(Exception):
    """A stored value that the portal cannot have written; the text names its column."""


class Reader:
    """Reads columns as they are stored, and gives each its value or says which one cannot be read."""

    def __init__(self, columns: Iterable[Any], dialect: Dialect):
        self.columns = tuple(columns)
        self.raw = tuple(type_coerce(column, NullType()).label(f"c{i}") for i, column in enumerate(self.columns))
        self._reads = tuple(
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in self.columns
        )

    def values(self, row: Stored, start: int = 0) -> dict[str, Any]:
        """The values of a row by the names of the columns. Raises Unreadable."""
        found = {}
        for place, (column, read) in enumerate(zip(self.columns, self._reads, strict=True), start):
            try:
                found[column.key] = read(row[place]) if read else row[place]
            except (ValueError, TypeError, AttributeError, ArithmeticError) as error:
                raise Unreadable(f"the column “{column.key}” cannot be read") from error
        return found


def tables() -> dict[str, type[Base]]:
    """The tables with columns that may never change, by name."""
    return {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__frozen__}


@contextmanager
def snapshot() -> Iterator[Connection]:
    """One moment of the whole database, on a connection of its own, so that writers go on meanwhile."""
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


@dataclass
class _Walk:
    """What is known while the chains are walked."""

    connection: Connection
    heads: dict[str, tuple[int, str]]
    marks: dict[str, dict[int, tuple[str, str]]]  # scope → size → head and checkpoint
    frozen: dict[tuple[str, str], tuple[str, str, int]] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)


def verify_trail(holds: Seal) -> Iterator[Problem]:
    """Everything that is wrong with the trail and with frozen rows, as it is found."""
    with snapshot() as connection:
        marks: dict[str, dict[int, tuple[str, str]]] = {}
        yield from _checkpoints(connection, holds, marks)
        heads = {
            row.scope: (row.size, row.head)
            for row in connection.execute(select(TrailScope.scope, TrailScope.size, TrailScope.head))
        }
        walk = _Walk(connection, heads, marks)
        yield from _chains(walk)
        yield from _strays(connection)


def _checkpoints(
    connection: Connection,
    holds: Seal,
    marks: dict[str, dict[int, tuple[str, str]]],
) -> Iterator[Problem]:
    table = TrailCheckpoint.__table__
    reader = Reader(
        (table.c.id, table.c.at, table.c.heads, table.c.root, table.c.signature, table.c.key), db.engine.dialect
    )
    previous = GENESIS
    for row in _stream(connection, select(*reader.raw).order_by(table.c.at, table.c.id)):
        name = _name(row[0])
        try:
            point = reader.values(row)
            root = checkpoint_root(point["at"], previous, point["heads"])
        except (Unreadable, TypeError, ValueError) as error:
            yield Problem("trail_checkpoint", name, str(error))
            previous = str(row[3])
            continue
        previous = point["root"]
        if root != point["root"]:
            yield Problem("trail_checkpoint", name, "its root does not cover its heads and the checkpoint before it")
        elif not holds(point["key"], point["signature"], root):
            yield Problem("trail_checkpoint", name, "its signature is not one of this portal's keys over its root")
        else:
            for head in point["heads"]:
                marks.setdefault(head["scope"], {})[head["size"]] = (head["head"], name)


def _stream(connection: Connection, statement: Any) -> Iterator[Stored]:
    yield from connection.execution_options(yield_per=CHUNK).execute(statement)


def _name(value: Any) -> str:
    """The id of a row as people write it."""
    try:
        return str(value if isinstance(value, UUID) else UUID(str(value)))
    except ValueError:
        return str(value)


# --- the chains ---


@dataclass(slots=True)
class _Chain:
    """Where the walk stands in one chain."""

    scope: str
    sequence: int = 0
    digest: str = GENESIS


def _chains(walk: _Walk) -> Iterator[Problem]:
    event, body = TrailEvent.__table__, TrailBody.__table__
    events = Reader(
        (event.c.id, event.c.scope, event.c.sequence, event.c.at, event.c.kind, event.c.audience, event.c.body_hash,
         event.c.previous, event.c.digest),
        db.engine.dialect,
    )  # fmt: skip
    bodies = Reader((body.c.event_id, body.c.salt, body.c.body), db.engine.dialect)
    joined = event.outerjoin(body, body.c.event_id == event.c.id)
    statement = select(*events.raw, *(column.label(f"b{i}") for i, column in enumerate(bodies.raw)))
    statement = statement.select_from(joined).order_by(event.c.scope, event.c.sequence)
    rows = _stream(walk.connection, statement)
    for scope, group in groupby(rows, key=lambda row: str(row[1])):
        chain = _Chain(scope)
        walk.seen.add(scope)
        while chunk := list(islice(group, CHUNK)):
            parties = _parties(walk.connection, [row[0] for row in chunk])
            for row in chunk:
                yield from _event(walk, chain, row, (events, bodies), parties)
        yield from _end(walk, chain)
        yield from _frozen_rows(walk)
    for scope in sorted((walk.heads.keys() | walk.marks.keys()) - walk.seen):
        yield from _end(walk, _Chain(scope))


def _parties(connection: Connection, raw_ids: list[Any]) -> dict[str, set[tuple[str, bool]]]:
    """The audience rows of some events: party, and whether it is as the trail writes it (shown at once)."""
    table = Audience.__table__
    found: dict[str, set[tuple[str, bool]]] = {}
    key = type_coerce(table.c.item_id, NullType())
    statement = select(key, table.c.party, table.c.item_kind, type_coerce(table.c.visible_from, NullType()))
    for item_id, party, kind, visible in connection.execute(statement.where(key.in_(raw_ids))):
        found.setdefault(_name(item_id), set()).add((party, kind == "trail" and visible is not None))
    return found


def _event(
    walk: _Walk,
    chain: _Chain,
    row: Stored,
    readers: tuple[Reader, Reader],
    parties: Mapping[str, set[tuple[str, bool]]],
) -> Iterator[Problem]:
    """Everything that is wrong with one event, its body and its audience."""
    name = _name(row[0])
    try:
        event = readers[0].values(row)
        place = {"scope": chain.scope, "sequence": event["sequence"]}
        yield from (Problem("trail_event", name, what, **place) for what in _envelope(chain, event))
        chain.sequence, chain.digest = event["sequence"], event["digest"]
        yield from _mark(walk, chain)
    except (Unreadable, ValueError, TypeError) as error:
        yield Problem("trail_event", name, str(error), chain.scope, chain.sequence + 1)
        chain.sequence, chain.digest = chain.sequence + 1, str(row[8])
        return
    shown = parties.get(name, set())
    if shown != {(party, True) for party in event["audience"]}:
        yield Problem("audience", name, "its rows are not the audience that the event names", **place)
    yield from _body(walk, event, row, readers, place)


def _envelope(chain: _Chain, event: Mapping[str, Any]) -> Iterator[str]:
    if event["sequence"] != chain.sequence + 1:
        yield f"number {chain.sequence + 1} is missing before it"
    elif event["previous"] != chain.digest:
        yield "it does not follow the event before it"
    digest = envelope_digest(
        event["scope"], event["sequence"], event["at"], event["kind"], event["audience"], event["body_hash"],
        event["previous"],
    )  # fmt: skip
    if digest != event["digest"]:
        yield "its digest is not that of its content"


def _mark(walk: _Walk, chain: _Chain) -> Iterator[Problem]:
    """Compare with the checkpoints that were made when the chain had this length."""
    marked = walk.marks.get(chain.scope, {}).pop(chain.sequence, None)
    if marked and marked[0] != chain.digest:
        what = f"checkpoint {marked[1]} recorded another head here: the chain was written anew"
        yield Problem("trail_event", f"head of {chain.scope}", what, chain.scope, chain.sequence)


def _body(
    walk: _Walk,
    event: Mapping[str, Any],
    row: Stored,
    readers: tuple[Reader, Reader],
    place: Mapping[str, Any],
) -> Iterator[Problem]:
    name, start = _name(row[0]), len(readers[0].columns)
    if row[start] is None:
        yield Problem("trail_body", name, "is missing", **place)
        return
    try:
        found = readers[1].values(row, start)
        right = body_hash(found["salt"], found["body"]) == event["body_hash"]
        if right:
            _remember(walk, found["body"], place)
    except (Unreadable, ValueError, TypeError, KeyError) as error:
        yield Problem("trail_body", name, str(error), **place)
        return
    if not right:
        yield Problem("trail_body", name, "its hash is not the one in the event", **place)


def _remember(walk: _Walk, body: Mapping[str, Any], place: Mapping[str, Any]) -> None:
    for entry in body.get("released", ()):
        walk.frozen.pop((entry["table"], entry["id"]), None)
    for entry in body.get("froze", ()):
        walk.frozen[entry["table"], entry["id"]] = (entry["digest"], place["scope"], place["sequence"])


def _end(walk: _Walk, chain: _Chain) -> Iterator[Problem]:
    """The end of a chain against its head and against the checkpoints."""
    head = walk.heads.get(chain.scope)
    if head is None:
        yield Problem("trail_scope", chain.scope, "is missing", chain.scope)
    elif head[0] != chain.sequence:
        what = f"the chain ends at number {chain.sequence}, but its head says {head[0]}"
        yield Problem("trail_scope", chain.scope, what, chain.scope, chain.sequence + 1)
    elif head[1] != chain.digest:
        yield Problem("trail_scope", chain.scope, "its head is not the digest of the last event", chain.scope, head[0])
    later = sorted(walk.marks.get(chain.scope, {}).items())
    if later:
        size, (_, checkpoint) = later[-1]
        what = f"checkpoint {checkpoint} recorded {size} events, but the chain ends at number {chain.sequence}"
        yield Problem("trail_scope", chain.scope, what, chain.scope, chain.sequence + 1)


# --- frozen rows ---


def _frozen_rows(walk: _Walk) -> Iterator[Problem]:
    """Compare the frozen rows of the chain that has just ended with their last digests."""
    by_table: dict[str, dict[str, tuple[str, str, int]]] = {}
    for (table, key), digest in walk.frozen.items():
        by_table.setdefault(table, {})[key] = digest
    walk.frozen.clear()
    known = tables()
    for name in sorted(by_table):
        if name not in known:
            yield Problem(name, "*", "is not a table with frozen columns")
            continue
        yield from _frozen_of(walk.connection, known[name], by_table[name])


def _frozen_of(
    connection: Connection,
    model: type[Base],
    expected: dict[str, tuple[str, str, int]],
) -> Iterator[Problem]:
    table: Table = model.__table__  # type: ignore[assignment]
    reader = Reader((table.c[column] for column in model.__frozen__), db.engine.dialect)
    keys = iter(sorted(expected))
    while chunk := list(islice(keys, CHUNK)):
        wanted = [UUID(key) for key in chunk]
        statement = select(*reader.raw, type_coerce(table.c.id, NullType()).label("id"))
        found: dict[str, Stored] = {
            _name(row[-1]): row for row in connection.execute(statement.where(table.c.id.in_(wanted)))
        }
        for key in chunk:
            digest, scope, sequence = expected[key]
            what = _frozen_fault(reader, table.name, found.get(key), digest)
            if what:
                yield Problem(table.name, key, what, scope, sequence)


def _frozen_fault(reader: Reader, table: str, row: Stored | None, digest: str) -> str:
    if row is None:
        return "is missing, though it was frozen"
    try:
        same = frozen_digest(table, reader.values(row)) == digest
    except (Unreadable, ValueError, TypeError) as error:
        return str(error)
    return "" if same else "was changed after it was frozen"


def _strays(connection: Connection) -> Iterator[Problem]:
    """Bodies and audience rows without an event: something was put in or left behind beside the portal."""
    event = aliased(TrailEvent)
    bodies = select(type_coerce(TrailBody.event_id, NullType()))
    bodies = bodies.outerjoin(event, event.id == TrailBody.event_id).where(event.id.is_(None))
    for row in _stream(connection, bodies):
        yield Problem("trail_body", _name(row[0]), "has no event")
    shown = select(type_coerce(Audience.item_id, NullType())).where(Audience.item_kind == "trail")
    shown = shown.outerjoin(event, event.id == Audience.item_id).where(event.id.is_(None))
    for row in _stream(connection, shown):
        yield Problem("audience", _name(row[0]), "has no event")


__all__ = ["Problem", "Reader", "Unreadable", "snapshot", "tables", "verify_trail"]
