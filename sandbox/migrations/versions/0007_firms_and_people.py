"""Firms and people: invitations, counsel, the firm's profile, registers of numbers; letters to who has no account yet.

An LEI is no longer unique: refusing it would say that another firm has registered.

Revision: 0007, after 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Going back takes the letters to people without an account away, and an LEI from all but one firm that gives it.
ROWS_CHANGE = ("outbox_message",)
SOMEBODY = "person_id IS NOT NULL OR invitation_id IS NOT NULL"
TABLES = (
    "engagement", "legal_entity", "firm_identifier", "controller", "licence", "identifier_scheme", "invitation",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=True),
        sa.Column("invited_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('firm', 'member', 'counsel', 'password')", name=op.f("ck_invitation_kind")),
        sa.ForeignKeyConstraint(["accepted_by"], ["person.id"], name=op.f("fk_invitation_accepted_by")),
        sa.ForeignKeyConstraint(["invited_by"], ["person.id"], name=op.f("fk_invitation_invited_by")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_invitation_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_email"), "invitation", ["email"], unique=False)
    op.create_index(op.f("ix_invitation_organisation_id"), "invitation", ["organisation_id"], unique=False)
    op.create_table(
        "engagement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("counsel_id", sa.Uuid(), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["counsel_id"], ["person.id"], name=op.f("fk_engagement_counsel_id")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_engagement_ended_by")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_engagement_firm_id")),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_engagement_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagement")),
    )
    op.create_index(op.f("ix_engagement_counsel_id"), "engagement", ["counsel_id"], unique=False)
    op.create_index(op.f("ix_engagement_firm_id"), "engagement", ["firm_id"], unique=False)
    op.create_table(
        "legal_entity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("legal_form", sa.String(length=16), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("lei", sa.String(length=20), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("legal_form IN ('company', 'branch')", name=op.f("ck_legal_entity_legal_form")),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_legal_entity_firm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_entity")),
    )
    op.create_index(op.f("ix_legal_entity_firm_id"), "legal_entity", ["firm_id"], unique=False)
    op.create_table(
        "firm_identifier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("scheme", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("whose", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_firm_identifier_firm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_identifier")),
    )
    op.create_index(op.f("ix_firm_identifier_firm_id"), "firm_identifier", ["firm_id"], unique=False)
    op.create_table(
        "controller",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=True),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('parent', 'company', 'person', 'trust', 'state')", name=op.f("ck_controller_kind")
        ),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_controller_firm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_controller")),
    )
    op.create_index(op.f("ix_controller_firm_id"), "controller", ["firm_id"], unique=False)
    op.create_table(
        "licence",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("firm_id", sa.Uuid(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["firm_id"], ["firm.id"], name=op.f("fk_licence_firm_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_licence")),
    )
    op.create_index(op.f("ix_licence_firm_id"), "licence", ["firm_id"], unique=False)
    op.create_table(
        "identifier_scheme",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("pattern", sa.Text(), nullable=False),
        sa.Column("check_digits", sa.String(length=16), nullable=False),
        sa.Column("example", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sure", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_identifier_scheme")),
    )
    with op.batch_alter_table("firm") as table:
        table.drop_constraint(op.f("uq_firm_lei"), type_="unique")
        table.add_column(sa.Column("legal_form", sa.String(length=16), nullable=True))
        table.add_column(sa.Column("group_name", sa.Text(), nullable=True))
    with op.batch_alter_table("outbox_message") as table:
        table.alter_column("person_id", existing_type=sa.Uuid(), nullable=True)
        table.add_column(sa.Column("invitation_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_outbox_message_invitation_id"), "invitation", ["invitation_id"], ["id"])
        table.create_index(op.f("ix_outbox_message_invitation_id"), ["invitation_id"], unique=False)
        table.create_check_constraint(op.f("ck_outbox_message_somebody"), SOMEBODY)


def downgrade() -> None:
    op.execute("DELETE FROM outbox_message WHERE person_id IS NULL")
    op.execute(
        "UPDATE firm SET lei = NULL WHERE EXISTS (SELECT 1 FROM firm AS f WHERE f.lei = firm.lei AND f.id < firm.id)"
    )
    with op.batch_alter_table("outbox_message") as table:
        table.drop_constraint(op.f("ck_outbox_message_somebody"), type_="check")
        table.drop_index(op.f("ix_outbox_message_invitation_id"))
        table.drop_constraint(op.f("fk_outbox_message_invitation_id"), type_="foreignkey")
        table.drop_column("invitation_id")
        table.alter_column("person_id", existing_type=sa.Uuid(), nullable=False)
    with op.batch_alter_table("firm") as table:
        table.drop_column("group_name")
        table.drop_column("legal_form")
        table.create_unique_constraint(op.f("uq_firm_lei"), ["lei"])
    for name in TABLES:
        op.drop_table(name)
