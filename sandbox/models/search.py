"""What full-text search looks through: one row an item, and beside it the database's own index of its text.

The index is `search_text`: an FTS5 table on SQLite, a table with a `tsvector` and a GIN index on PostgreSQL; both are
written as (id, body). Migration 0003 makes it; here it is made for a database without migrations (tests). No trigger
keeps it: SQLite refuses triggers on virtual tables while it distrusts schemas. `services.search` writes both in the
transaction of the change, ids are never used twice, and `flask search rebuild` makes all of it again.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import DDL, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.models.base import Base, key_of


class SearchEntry(Base):
    """An item of a case that can be found. Who may find it is said by the item's audience rows, never here."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("item_id", "item_kind"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = key_of("case")
    item_kind: Mapped[str] = mapped_column(String(24))
    item_id: Mapped[UUID]


INDEX = "search_text"
SIGNS = r"[!-/:-@\[-`{-~]+"  # what stands between words; PostgreSQL would keep some of it in them
SQLITE = (f"CREATE VIRTUAL TABLE {INDEX} USING fts5(body, detail='none', tokenize='unicode61 remove_diacritics 2')",)
# The words of the index, for each connection to SQLite: what a beginning of a word may go on to.
WORDS = "search_words"
SQLITE_WORDS = f"CREATE VIRTUAL TABLE IF NOT EXISTS temp.{WORDS} USING fts5vocab('main', '{INDEX}', 'row')"
POSTGRESQL = (
    f"CREATE TABLE {INDEX} (id INTEGER NOT NULL, body TEXT NOT NULL, "
    f"words TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple', regexp_replace(body, '{SIGNS}', ' ', 'g'))) STORED, "
    f"CONSTRAINT pk_{INDEX} PRIMARY KEY (id), "
    f"CONSTRAINT fk_{INDEX}_id FOREIGN KEY (id) REFERENCES search_entry (id) ON DELETE CASCADE)",
    f"CREATE INDEX ix_{INDEX}_words ON {INDEX} USING gin (words)",
)

for dialect, statements in (("sqlite", SQLITE), ("postgresql", POSTGRESQL)):
    for statement in statements:
        event.listen(SearchEntry.__table__, "after_create", DDL(statement).execute_if(dialect=dialect))
event.listen(SearchEntry.__table__, "before_drop", DDL(f"DROP TABLE {INDEX}"))


def is_own(name: str | None, kind: str, _parents: object = None) -> bool:
    """False for the tables that the index of words is made of: comparing models with a database leaves those out."""
    return not (kind == "table" and (name or "").startswith(INDEX))


__all__ = ["INDEX", "SQLITE_WORDS", "WORDS", "SearchEntry", "is_own"]
