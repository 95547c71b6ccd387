"""Question sets as data: what is asked, in versions; an application and each of its versions keeps its own.

Applications from before were answered with what is version 1 now. Its text comes with the next `flask catalogue load`.

Revision: 0004, after 0003
"""

from __future__ import annotations

import datetime
import uuid

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

FIRST = datetime.date(2026, 1, 1)
LOADED = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)  # never: its text is not there yet
QUESTION_SET = sa.table(
    "question_set",
    sa.column("id", sa.Uuid()),
    sa.column("programme_id", sa.Uuid()),
    sa.column("version", sa.Integer()),
    sa.column("valid_from", sa.Date()),
    sa.column("content", sa.Text()),
    sa.column("loaded_at", sa.DateTime(timezone=True)),
)
APPLICATION = sa.table(
    "application",
    sa.column("id", sa.Uuid()),
    sa.column("programme_id", sa.Uuid()),
    sa.column("question_set_id", sa.Uuid()),
)
VERSION = sa.table(
    "application_version", sa.column("application_id", sa.Uuid()), sa.column("question_set_id", sa.Uuid())
)
TABLES = ("application", "application_version")


def upgrade() -> None:
    op.create_table(
        "question_set",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_question_set_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_set")),
        sa.UniqueConstraint("programme_id", "version", name=op.f("uq_question_set_programme_id_version")),
    )
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("question_set_id", sa.Uuid(), nullable=True))
    _give_version_1(op.get_bind())
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            table.alter_column("question_set_id", existing_type=sa.Uuid(), nullable=False)
            key = op.f(f"fk_{name}_question_set_id")
            table.create_foreign_key(key, "question_set", ["question_set_id"], ["id"])


def _give_version_1(connection: sa.Connection) -> None:
    for (programme,) in connection.execute(sa.select(APPLICATION.c.programme_id).distinct()).all():
        key = uuid.uuid5(programme, "questions, version 1")  # the same on every way up
        row = {
            "id": key,
            "programme_id": programme,
            "version": 1,
            "valid_from": FIRST,
            "content": "{}",
            "loaded_at": LOADED,
        }
        connection.execute(sa.insert(QUESTION_SET).values(row))
        connection.execute(
            sa.update(APPLICATION).where(APPLICATION.c.programme_id == programme).values(question_set_id=key)
        )
    own = sa.select(APPLICATION.c.question_set_id).where(APPLICATION.c.id == VERSION.c.application_id)
    connection.execute(sa.update(VERSION).values(question_set_id=own.scalar_subquery()))


def downgrade() -> None:
    for name in TABLES:
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"fk_{name}_question_set_id"), type_="foreignkey")
            table.drop_column("question_set_id")
    op.drop_table("question_set")
