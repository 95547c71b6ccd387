"""Saved views of the inbox."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.models.base import Base, Created, Key, key_of


class SavedView(Base):
    """A name for a question to the inbox, of one person. One of them can be what the inbox opens with."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("person_id", "name"),
        Index(
            "uq_saved_view_default",
            "person_id",
            unique=True,
            sqlite_where=text("opens"),
            postgresql_where=text("opens"),
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[UUID] = key_of("person", index=False)
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(400))
    opens: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Created]
