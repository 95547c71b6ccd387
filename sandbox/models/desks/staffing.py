"""Who works on a desk."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.models.base import Base, Created, key_of


class DeskAssignment(Base):
    """A person of the authority who works on the desk."""

    __tablename__ = "desk_assignment"
    __table_args__ = (Index(None, "person_id", "desk_id"),)

    desk_id: Mapped[UUID] = mapped_column(ForeignKey("desk.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    assigned_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    assigned_at: Mapped[Created]
