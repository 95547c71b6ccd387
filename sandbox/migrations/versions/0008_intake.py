"""Intake: cohorts with their windows, places of cases, fees that were received.

Revision: 0008, after 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("authority") as table:
        table.add_column(sa.Column("charges_fees", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "cohort",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_cohort_window")),
        sa.CheckConstraint("places > 0", name=op.f("ck_cohort_places")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_cohort_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("programme_id", "code", name=op.f("uq_cohort_programme_id_code")),
    )
    op.create_table(
        "cohort_place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "standing IN ('applied', 'place', 'reserve', 'deferred', 'released')", name=op.f("ck_cohort_place_standing")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_cohort_place_case_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_cohort_place_cohort_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_cohort_place_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort_place")),
    )
    op.create_index(op.f("ix_cohort_place_cohort_id_standing"), "cohort_place", ["cohort_id", "standing"])
    op.create_index(
        "uq_cohort_place_live",
        "cohort_place",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("until IS NULL"),
        postgresql_where=sa.text("until IS NULL"),
    )
    op.create_table(
        "fee_receipt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("desk_id", sa.Uuid(), nullable=False),
        sa.Column("fee", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("struck_by", sa.Uuid(), nullable=True),
        sa.Column("struck_reason", sa.Text(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_fee_receipt_amount")),
        sa.ForeignKeyConstraint(["desk_id"], ["desk.id"], name=op.f("fk_fee_receipt_desk_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_fee_receipt_recorded_by")),
        sa.ForeignKeyConstraint(["struck_by"], ["person.id"], name=op.f("fk_fee_receipt_struck_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fee_receipt")),
    )
    op.create_index(op.f("ix_fee_receipt_desk_id"), "fee_receipt", ["desk_id"])


def downgrade() -> None:
    for name in ("fee_receipt", "cohort_place", "cohort"):
        op.drop_table(name)
    with op.batch_alter_table("authority") as table:
        table.drop_column("charges_fees")
