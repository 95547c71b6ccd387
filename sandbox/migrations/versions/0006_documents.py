"""Documents: versions, class and claims, the questions that they support.

Revision: 0006, after 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = "fk_dossier_document_replaces_id"


def upgrade() -> None:
    with op.batch_alter_table("dossier_document") as table:
        table.add_column(sa.Column("replaces_id", sa.Uuid(), nullable=True))
        table.add_column(sa.Column("number", sa.Integer(), server_default="1", nullable=False))
        table.add_column(sa.Column("remark", sa.String(length=200), nullable=True))
        table.add_column(sa.Column("handling", sa.Text(), server_default="{}", nullable=False))
        table.add_column(sa.Column("supports", sa.Text(), server_default="[]", nullable=False))
        table.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        table.create_foreign_key(op.f(KEY), "dossier_document", ["replaces_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("dossier_document") as table:
        table.drop_constraint(op.f(KEY), type_="foreignkey")
        for name in ("version", "supports", "handling", "remark", "number", "replaces_id"):
            table.drop_column(name)
