"""Comments between colleagues of a firm, and the reminders that were sent before a window closes.

Revision: 0010, after 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "application_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_comment_application_id")
        ),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_application_comment_settled_by")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_application_comment_written_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_comment")),
    )
    op.create_index(
        op.f("ix_application_comment_application_id_written_at"),
        "application_comment",
        ["application_id", "written_at"],
    )
    op.create_table(
        "window_reminder",
        sa.Column("application_id", sa.Uuid(), nullable=False),
        sa.Column("cohort_id", sa.Uuid(), nullable=False),
        sa.Column("days", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_window_reminder_application_id")),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_window_reminder_cohort_id")),
        sa.PrimaryKeyConstraint("application_id", "cohort_id", "days", name=op.f("pk_window_reminder")),
    )


def downgrade() -> None:
    op.drop_table("window_reminder")
    op.drop_table("application_comment")
