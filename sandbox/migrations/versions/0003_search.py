"""Full-text search: the index of words beside `search_entry`.

SQLite gets an FTS5 table, PostgreSQL a table with a tsvector and a GIN index. It comes empty: `flask search rebuild`
fills it from the cases that are there.

Revision: 0003, after 0002
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQLITE = ("CREATE VIRTUAL TABLE search_text USING fts5(body, detail='none', tokenize='unicode61 remove_diacritics 2')",)
POSTGRESQL = (
    r"CREATE TABLE search_text (id INTEGER NOT NULL, body TEXT NOT NULL, words TSVECTOR GENERATED ALWAYS AS (to_tsvector('simple', regexp_replace(body, '[!-/:-@\[-`{-~]+', ' ', 'g'))) STORED, CONSTRAINT pk_search_text PRIMARY KEY (id), CONSTRAINT fk_search_text_id FOREIGN KEY (id) REFERENCES search_entry (id) ON DELETE CASCADE)",
    "CREATE INDEX ix_search_text_words ON search_text USING gin (words)",
)


def upgrade() -> None:
    for statement in POSTGRESQL if op.get_context().dialect.name == "postgresql" else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE search_text")
