"""The trail can only be added to: PostgreSQL refuses changes of its envelopes and bodies.

A body may be deleted (disposal keeps the chain whole), never changed. On SQLite the portal's connections guard
themselves (sandbox/models/append_only.py), and this revision has nothing to do.

Revision: 0002, after 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

REFUSED = (("trail_event", "UPDATE"), ("trail_event", "DELETE"), ("trail_body", "UPDATE"))
MESSAGE = "the trail can only be added to"


def upgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    op.execute(
        "CREATE FUNCTION trail_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table, event in REFUSED:
        op.execute(
            f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION trail_append_only()"
        )


def downgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    for table, event in REFUSED:
        op.execute(f"DROP TRIGGER {table}_no_{event.lower()} ON {table}")
    op.execute("DROP FUNCTION trail_append_only()")
