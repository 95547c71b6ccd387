"""Requirements of the authorities in versions, and how a requirement of one stands to a requirement of another.

Revision: 0005, after 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "requirement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("authority_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["authority_id"], ["authority.id"], name=op.f("fk_requirement_authority_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement")),
        sa.UniqueConstraint("authority_id", "code", "number", name=op.f("uq_requirement_authority_id_code_number")),
    )
    op.create_table(
        "requirement_equivalence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_authority_id", sa.Uuid(), nullable=False),
        sa.Column("from_requirement", sa.String(length=64), nullable=False),
        sa.Column("to_authority_id", sa.Uuid(), nullable=False),
        sa.Column("to_requirement", sa.String(length=64), nullable=False),
        sa.Column("relation", sa.String(length=12), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sure", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "relation IN ('equivalent', 'partial', 'none', 'deferred_to')",
            name=op.f("ck_requirement_equivalence_relation"),
        ),
        sa.ForeignKeyConstraint(
            ["from_authority_id"], ["authority.id"], name=op.f("fk_requirement_equivalence_from_authority_id")
        ),
        sa.ForeignKeyConstraint(
            ["to_authority_id"], ["authority.id"], name=op.f("fk_requirement_equivalence_to_authority_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_requirement_equivalence")),
        sa.UniqueConstraint(
            "from_authority_id",
            "from_requirement",
            "to_authority_id",
            "to_requirement",
            "valid_from",
            "number",
            name="uq_requirement_equivalence_version",
        ),
    )


def downgrade() -> None:
    op.drop_table("requirement_equivalence")
    op.drop_table("requirement")
