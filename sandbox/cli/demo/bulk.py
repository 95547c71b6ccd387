"""Many invented cases by bulk insert, for measuring: whole rows, valid chains, the same for the same seed and day.

The rows are those that the use cases write: sections, a frozen version, desks in every state before a decision, teams,
declarations, letters, clocks, findings, positions, divergences, audience rows and the trail. Left out are the letters
of the outbox and whatever rests on a document that somebody signed. A load that is interrupted leaves whole cases.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random
from time import monotonic

import click
from sqlalchemy import Connection, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from stdnum.iso7064 import mod_97_10

from sandbox.adapters.passwords import hash_password
from sandbox.cli.demo.bulk_case import Applicant, CaseWriter
from sandbox.cli.demo.bulk_rows import DAY, Ids, Rows, moment, prove
from sandbox.cli.demo.bulk_script import Book, prepare
from sandbox.cli.demo.personas import PASSWORD
from sandbox.domain.actors import Organisation, Role
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, ClockRule
from sandbox.models.desks import CaseNumber
from sandbox.models.people import Firm
from sandbox.services import clocks

CASES_A_FIRM = 50
CHUNK = 1_000  # cases that wait in memory
TRANSACTION = 20  # chunks
DAYS = 900  # the oldest case was received so long ago; young ones are more frequent
SEEDS = 10_000
_LOADING = ("cache_size = -400000", "foreign_keys = OFF", "synchronous = NORMAL", "wal_autocheckpoint = 20000")
_FIRST = ("Amber", "Birch", "Cinder", "Dapple", "Ember", "Fallow", "Gilt", "Hazel", "Indigo", "Jade", "Kelp", "Larch",
          "Mallow", "Nettle", "Ochre", "Pebble", "Quartz", "Russet", "Slate", "Thistle", "Umber", "Velvet", "Willow",
          "Yarrow")  # fmt: skip
_SECOND = ("bridge", "cross", "dale", "field", "gate", "haven", "keel", "lock", "mere", "moor", "quay", "ridge",
           "stead", "strand", "thorpe", "vale", "wharf", "wick")  # fmt: skip
_TRADE = ("Custody", "Exchange", "Ledger", "Markets", "Payments", "Settlement", "Tokens", "Transfer")


def load_cases(count: int, seed: int, say: Callable[[str], None], *, only: str | None = None) -> None:
    """Insert `count` further cases and a firm for every fifty of them; `say` gets a line of progress now and then.

    `only` is the stage of all of them (a key of `bulk_case.STAGES`); without it stages are mixed as in life. Needs the
    catalogue and the people of the demonstration. A seed is loaded once: a second time nothing is added. Raises
    ClickException for numbers out of range.
    """
    if count < 1 or not 0 <= seed < SEEDS:
        raise click.ClickException(f"Give at least one case and a seed from 0 to {SEEDS - 1}.")
    if db.session.scalar(select(exists().where(Firm.lei == _lei(seed, 0)))):
        say(f"  The cases of seed {seed} are loaded already.")
        return
    prove()
    book, rules = prepare(), _rules()
    db.session.expunge_all()  # what was read stays as it is when the transaction ends
    db.session.rollback()
    begun, rng = monotonic(), Random(seed)
    until = int(now().timestamp()) // DAY * DAY
    with _connection() as connection, _no_collector():
        writer = CaseWriter(book, Rows(), rng, rules, until, only)
        total = _load(connection, writer, _moments(rng, count, until), seed, say)
    say(f"  {count:,} cases, {total:,} rows in {monotonic() - begun:.0f} s")


def _rules() -> dict[str, ClockRule]:
    """The clock for deciding of each authority that has one."""
    rows = db.session.execute(
        select(Authority.code, ClockRule)
        .join(ClockRule, ClockRule.authority_id == Authority.id)
        .where(ClockRule.code == clocks.DECIDE),
    )
    return {code: rule for code, rule in rows}


def _moments(rng: Random, count: int, until: int) -> list[int]:
    """When the cases were received, in order."""
    return sorted(until - 1 - int(rng.random() ** 2 * DAYS * DAY) for _ in range(count))


@contextmanager
def _connection() -> Iterator[Connection]:
    """A connection that begins as a writer. SQLite gets memory for indexes that grow everywhere at once, and spares
    itself looking up parents that are written with their children.
    """
    with db.engine.connect().execution_options(writing=True) as connection:
        small = connection.dialect.name == "sqlite"
        if small:
            driver = connection.connection.driver_connection
            assert driver is not None
            for pragma in _LOADING:
                driver.execute(f"PRAGMA {pragma}")
        try:
            yield connection
        finally:
            if small:
                connection.invalidate()  # nobody else gets a connection with these settings


@contextmanager
def _no_collector() -> Iterator[None]:
    """Rows are no cycles: looking for them among a hundred thousand tuples costs a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _load(
    connection: Connection, writer: CaseWriter, received: list[int], seed: int, say: Callable[[str], None]
) -> int:
    with connection.begin():
        writer.entries = _last_entry(connection)
        firms = _firms(writer, -(-len(received) // CASES_A_FIRM), seed, received[0])
        numbers = _numbers(connection, writer.book, received)
        total = writer.rows.write(connection)
    chunks = [received[start : start + CHUNK] for start in range(0, len(received), CHUNK)]
    for start in range(0, len(chunks), TRANSACTION):
        with connection.begin():
            for chunk in chunks[start : start + TRANSACTION]:
                for second in chunk:
                    writer.write(writer.rng.choice(firms), _reference(writer.book, numbers, second), second)
                total += writer.rows.write(connection)
            _next_entry(connection, writer.entries)
        say(f"  {min((start + TRANSACTION) * CHUNK, len(received)):,} of {len(received):,} cases")
    return total


def _last_entry(connection: Connection) -> int:
    """The last number that an entry of the search ever had."""
    if connection.dialect.name == "postgresql":
        found = connection.exec_driver_sql("SELECT last_value FROM search_entry_id_seq")
    else:
        found = connection.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'search_entry'")
    return found.scalar_one_or_none() or 0


def _next_entry(connection: Connection, last: int) -> None:
    """Let the database number further entries after these; SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT setval('search_entry_id_seq', %s)", (last,))


def _reference(book: Book, numbers: Counter[int], second: int) -> str:
    year = datetime.fromtimestamp(second, UTC).year
    numbers[year] += 1
    return f"{book.programme.reference_prefix}-{year}-{numbers[year]:04d}"


def _numbers(connection: Connection, book: Book, received: list[int]) -> Counter[int]:
    """Take the references of all cases from the counters; gives the last number used before, by year."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    found: Counter[int] = Counter()
    for year, many in Counter(datetime.fromtimestamp(second, UTC).year for second in received).items():
        last = connection.execute(
            insert(CaseNumber)
            .values(prefix=book.programme.reference_prefix, year=year, last=many)
            .on_conflict_do_update(index_elements=["prefix", "year"], set_={"last": CaseNumber.last + many})
            .returning(CaseNumber.last),
        ).scalar_one()
        found[year] = last - many
    return found


def _lei(seed: int, number: int) -> str:
    base = f"EXMP{seed:04d}BULK{number:06d}"
    return base + mod_97_10.calc_check_digits(base)


def _firms(writer: CaseWriter, count: int, seed: int, first: int) -> list[Applicant]:
    """Invented firms, each with its signatory, who signs in with the password of the demonstration."""
    put, rng, new = writer.rows, writer.rng, Ids(writer.rng)
    at, hashed, found = moment(first - DAY, 0), hash_password(PASSWORD), []
    for number in range(count):
        name = f"{rng.choice(_FIRST)}{rng.choice(_SECOND)} {rng.choice(_TRADE)} {number + 1} Ltd"
        firm = Applicant(
            id=new(),
            name=name,
            lei=_lei(seed, number),
            company=f"{seed:04d}{number:06d}",
            person_id=new(),
            person=f"{rng.choice(_FIRST)} {rng.choice(_SECOND).title()}",
            email=f"signatory@firm-{seed}-{number + 1}.example.org",
        )
        put["organisation"].append((firm.id, Organisation.FIRM.value, name, None, at))
        address = f"{number + 1} Invented Row, Exampletown"
        put["firm"].append((firm.id, name, firm.lei, firm.company, "GB", address, 1))
        put["person"].append(
            (firm.person_id, firm.id, firm.email, firm.person, "", hashed, "Europe/London", 1, at, 1),
        )
        put["person_role"].append((firm.person_id, Role.SIGNATORY.value))
        found.append(firm)
    return found


__all__ = ["load_cases"]
