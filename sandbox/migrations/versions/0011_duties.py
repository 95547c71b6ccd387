"""Who drafted, changed or sent to signature what a desk signs; who drafted a decision so far is among them.

Revision: 0011, after 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "decision_preparer",
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_decision_preparer_desk_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_decision_preparer_person_id")),
        sa.PrimaryKeyConstraint("desk_id", "person_id", name=op.f("pk_decision_preparer")),
    )
    op.execute("INSERT INTO decision_preparer (desk_id, person_id) SELECT desk_id, drafted_by FROM decision")


def downgrade() -> None:
    op.drop_table("decision_preparer")
