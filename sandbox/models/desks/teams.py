"""Teams of an authority, who is in them, and leave."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.models.base import Base, Created, JsonText, Key, key_of


class Team(Base):
    """A team of an authority. `subjects`: the codes of the activities and classes of asset that it works on."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("authority_id", "code"),)

    id: Mapped[Key]
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str]
    subjects: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class TeamMember(Base):
    """Somebody in a team."""

    __tablename__ = "team_member"
    __table_args__ = (Index(None, "person_id"),)

    team_id: Mapped[UUID] = mapped_column(ForeignKey("team.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)


class Leave(Base):
    """Days on which somebody is away, first and last included, and who deputises meanwhile."""

    __tablename__ = "leave"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="order"),
        CheckConstraint("deputy_id IS NULL OR deputy_id <> person_id", name="deputy"),
        Index(None, "person_id", "ends_on"),
    )

    id: Mapped[Key]
    person_id: Mapped[UUID] = key_of("person", index=False)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    deputy_id: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    recorded_at: Mapped[Created]
