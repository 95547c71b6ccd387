"""How many rows get into the database: plain text values, many at a time, parents before children.

The texts are those that the column types write, so nothing is converted twice: ids without dashes, moments in UTC,
JSON in its one spelling. SQLite takes them by `executemany`, PostgreSQL by COPY.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from sandbox.domain.canonical import canonical_json
from sandbox.domain.chain import body_hash, envelope_digest, frozen_digest
from sandbox.models.applications import ApplicationVersion
from sandbox.models.assessments import Position
from sandbox.models.search import INDEX

DAY = 86_400

# In the order in which rows refer to each other.
COLUMNS: dict[str, str] = {
    "organisation": "id kind name code created_at",
    "firm": "id legal_name lei company_number country address version",
    "person": "id organisation_id email name title password_hash time_zone active created_at version",
    "person_role": "person_id role",
    "application": "id firm_id programme_id question_set_id title state created_by created_at submitted_at version",
    "section": "id application_id code answers updated_at updated_by version",
    "application_version": "id application_id question_set_id number record sha256 submission_key submitted_by "
    "submitted_at",
    "case": "id reference application_id programme_id firm_id title current_version_id lead_authority_id "
    "goes_on_with_fewer withdrawn_at opened_at created_at version",
    "desk": "id case_id authority_id state part required routed_because opened_at due_on due_kind "
    "turn turn_since created_at version",
    "desk_assignment": "desk_id person_id assigned_by assigned_at",
    "conflict_declaration": "id case_id person_id outcome kinds details declared_at",
    "completeness_letter": "id case_id desk_id outcome missing message written_by written_at",
    "clock_event": "id desk_id clock kind at ordinal reason",
    "assessor": "desk_id person_id",
    "finding": "id desk_id criterion_id value reasons indicators application_version_id author_id updated_at version",
    "proposed_condition": "id desk_id ordinal kind title text origin legal_basis jurisdictions metric comparator "
    "threshold currency window due_rule precedent_to_start author_id version",
    "position": "id case_id desk_id application_version_id recommendation summary record sha256 filed_by filed_at",
    "divergence": "id case_id kind key title views state disposition settled_at created_at version",
    "disposition": "id divergence_id authority_id choice text chosen_by chosen_at",
    "decision": "id case_id desk_id number state reasons application_version_id drafted_by created_at version",
    "decision_preparer": "desk_id person_id",
    "trail_scope": "scope size head",
    "trail_event": "id scope sequence at kind audience body_hash previous digest",
    "trail_body": "event_id salt body",
    "audience": "item_id party item_kind case_id visible_from",
    "search_entry": "id case_id item_kind item_id",
    INDEX: "rowid body",
}


class Rows:
    """Rows that wait to be written. `rows["case"].append((…))` takes the values in the order of COLUMNS."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}

    def __getitem__(self, table: str) -> list[tuple[Any, ...]]:
        return self.waiting[table]

    def write(self, connection: Connection) -> int:
        """Write everything that waits, in the connection's transaction. Returns how many rows these were."""
        put = _copy if connection.dialect.name == "postgresql" else _execute
        count = 0
        for table, rows in self.waiting.items():
            if rows:
                put(connection, table, [f'"{name}"' for name in names(connection, table)], rows)
                count += len(rows)
                rows.clear()
        return count


def names(connection: Connection, table: str) -> list[str]:
    """The columns that are written. PostgreSQL calls the key of the index of words `id`."""
    found = COLUMNS[table].split()
    return ["id" if name == "rowid" else name for name in found] if connection.dialect.name == "postgresql" else found


def _execute(connection: Connection, table: str, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" * len(names))
    connection.exec_driver_sql(f'INSERT INTO "{table}" ({", ".join(names)}) VALUES ({marks})', rows)


def _copy(connection: Connection, table: str, names: list[str], rows: list[tuple[Any, ...]]) -> None:
    connection.exec_driver_sql("SET LOCAL TimeZone = 'UTC'")
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table}" ({", ".join(names)}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


class Ids:
    """Ids, the same for the same seed."""

    def __init__(self, rng: Random) -> None:
        self._bits, self._start, self._count = rng.getrandbits, f"{rng.getrandbits(16):04x}", 0

    def __call__(self) -> str:
        """A random UUID as 32 hexadecimal digits, as the tables keep it: for everything that lists look up."""
        return f"{self._bits(128) & ~0xF000C000000000000000 | 0x40008000000000000000:032x}"

    def leaf(self) -> str:
        """One that follows the one before: for rows that are read with their case only, so that indexes grow at
        their end and a load takes a third of the time."""
        self._count += 1
        return f"{self._start}{self._count:08x}40008{self._bits(60):015x}"


def dashed(key: str) -> str:
    """An id as people and records write it."""
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


def bare(key: UUID) -> str:
    """An id as the tables keep it."""
    return key.hex


@lru_cache(maxsize=4096)
def _day(number: int) -> str:
    return datetime.fromtimestamp(number * DAY, UTC).date().isoformat()


def moment(second: int, micro: int) -> str:
    """A moment of the epoch as the tables keep it: UTC, with six places."""
    day, rest = divmod(second, DAY)
    minutes, seconds = divmod(rest, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{_day(day)} {hours:02d}:{minutes:02d}:{seconds:02d}.{micro:06d}"


def in_records(stored: str) -> str:
    """A stored moment as the chain hashes it."""
    return f"{stored[:10]}T{stored[11:]}+00:00"


def plain(value: Any) -> str:
    """A value as the JSON text that the tables keep."""
    return canonical_json(value).decode()


def sha256(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class Form:
    """JSON in its one spelling with gaps: `⟦name⟧` inside a text, or a text `⟦#name⟧` for JSON of any kind."""

    def __init__(self, value: Any) -> None:
        text = plain(value).replace("%", "%%")
        self.text = re.sub(r"⟦(\w+)⟧", r"%(\1)s", re.sub(r'"⟦#(\w+)⟧"', r"%(\1)s", text))

    def fill(self, values: Mapping[str, object]) -> str:
        """The JSON with its gaps filled. The values stand in it as they are: no quotes, no backslashes."""
        return self.text % values


ENVELOPE = Form(
    {
        "scope": "⟦scope⟧",
        "sequence": "⟦#sequence⟧",
        "at": "⟦at⟧",
        "kind": "⟦kind⟧",
        "audience": "⟦#audience⟧",
        "body": "⟦body⟧",
        "previous": "⟦previous⟧",
    },
)
SALTED = Form({"salt": "⟦salt⟧", "body": "⟦#body⟧"})
FROZEN_VERSION = Form(
    {
        "table": "application_version",
        "columns": {
            "application_id": "⟦application⟧",
            "number": 1,
            "record": "⟦#record⟧",
            "sha256": "⟦sha256⟧",
            "submitted_by": "⟦signatory⟧",
            "submitted_at": "⟦at⟧",
        },
    },
)
FROZEN_POSITION = Form(
    {
        "table": "position",
        "columns": {
            "case_id": "⟦case⟧",
            "desk_id": "⟦desk⟧",
            "application_version_id": "⟦version⟧",
            "recommendation": "⟦recommendation⟧",
            "summary": "⟦#summary⟧",
            "record": "⟦#record⟧",
            "sha256": "⟦sha256⟧",
            "filed_by": "⟦officer⟧",
            "filed_at": "⟦at⟧",
        },
    },
)


def prove() -> None:
    """Compare the forms with what the portal computes, by one example each.

    Raises RuntimeError when the spelling of the chain or what is frozen has changed and the forms have not.
    """
    at, some, salt = datetime(2026, 1, 2, 3, 4, 5, 6, UTC), UUID(int=7), "ab" * 16
    body = {"detail": {"words": "é “x”\n%"}, "froze": []}
    as_text = in_records(moment(int(at.timestamp()), 6))
    envelope = {"scope": "s", "sequence": 3, "at": as_text, "kind": "k", "body": "0", "previous": "1"}
    right = [
        sha256(ENVELOPE.fill({**envelope, "audience": plain(["a", "b"])}))
        == envelope_digest("s", 3, at, "k", ["b", "a"], "0", "1"),
        sha256(SALTED.fill({"salt": salt, "body": plain(body)})) == body_hash(salt, body),
    ]
    special = {"number": 1, "record": body, "summary": "x", "recommendation": "refuse", "sha256": "0"}
    special |= {"submitted_at": at, "filed_at": at}
    gaps = dict.fromkeys(("application", "signatory", "case", "desk", "version", "officer"), str(some))
    gaps |= {"at": as_text, "record": plain(body), "summary": '"x"', "recommendation": "refuse", "sha256": "0"}
    for form, model in ((FROZEN_VERSION, ApplicationVersion), (FROZEN_POSITION, Position)):
        columns = {name: special.get(name, some) for name in model.__frozen__}
        right.append(sha256(form.fill(gaps)) == frozen_digest(model.__tablename__, columns))
    if not all(right):
        raise RuntimeError("The chain is computed in another way than these forms know.")
