"""Cases and desks: the matter around one application, and each authority's side of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.lifecycles import BEFORE_DECISION, DESK
from sandbox.domain.turns import Turn
from sandbox.models.base import Base, Created, JsonText, Key, key_of, one_of
from sandbox.models.catalogue import PARTS


def partial(name: str, where: str, *columns: str) -> Index:
    """An index over some rows of the table `desk` only."""
    condition = text(where.replace("desk.", ""))
    return Index(name, *columns, sqlite_where=condition, postgresql_where=condition)


# Which desks have a place in lists by date and by waiting time; said in SQL, so that partial indexes serve them.
RUNNING = f"desk.due_on IS NOT NULL AND desk.{one_of('state', BEFORE_DECISION)}"
WAITING = f"desk.turn <> '{Turn.NOBODY}'"


class Case(Base):
    """The whole matter around one application."""

    __tablename__ = "case"
    __table_args__ = (
        Index(None, "created_at", "id"),
        Index(None, "firm_id", "created_at", "id"),
        Index(None, "programme_id", "created_at", "id"),
    )

    id: Mapped[Key]
    reference: Mapped[str] = mapped_column(String(24), unique=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id"), unique=True)
    programme_id: Mapped[UUID] = key_of("programme", index=False)
    firm_id: Mapped[UUID] = key_of("firm", index=False)
    title: Mapped[str]
    current_version_id: Mapped[UUID] = key_of("application_version", index=False)
    lead_authority_id: Mapped[UUID] = key_of("authority", index=False)
    goes_on_with_fewer: Mapped[bool] = mapped_column(default=False)
    withdrawn_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    created_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class CaseNumber(Base):
    """The last number given in a programme and year; references are never used twice."""

    __tablename__ = "case_number"

    prefix: Mapped[str] = mapped_column(String(8), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(default=0)


class Desk(Base):
    """One authority's side of a case. `routed_because` answers "why here?"."""

    __tablename__ = "desk"
    __table_args__ = (
        UniqueConstraint("case_id", "authority_id"),
        CheckConstraint(one_of("state", DESK.states), name="state"),
        CheckConstraint(one_of("part", PARTS), name="part"),
        CheckConstraint(one_of("turn", Turn), name="turn"),
        Index(None, "authority_id", "created_at", "case_id"),
        Index(None, "authority_id", "state", "due_on"),
        Index(None, "watch_on"),
        Index(None, "authority_id", "turn", "turn_since", "case_id"),
        partial("ix_desk_running", RUNNING, "authority_id", "due_on", "case_id"),
        partial("ix_desk_waiting", WAITING, "authority_id", "turn_since", "case_id"),
    )

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case", index=False)
    authority_id: Mapped[UUID] = key_of("authority", index=False)
    state: Mapped[str] = mapped_column(String(20), default=DESK.start)
    part: Mapped[str] = mapped_column(String(12), default="decides")
    required: Mapped[bool] = mapped_column(default=True)
    routed_because: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    opened_at: Mapped[datetime | None]
    alone_reason: Mapped[str | None]
    left_because: Mapped[str | None]  # why it opted out: for the firm, all desks and the office
    team_id: Mapped[UUID | None] = key_of("team", nullable=True, index=False)
    turn: Mapped[str] = mapped_column(String(16), default=Turn.INTAKE.value)  # derived: services.turns keeps it
    turn_since: Mapped[Created]
    due_on: Mapped[date | None]
    due_kind: Mapped[str | None] = mapped_column(String(32))
    long_stop_on: Mapped[date | None]  # derived, as due_on: the day that nothing moves
    watch_on: Mapped[date | None]  # derived: the next day on which something is to be said of its clocks
    created_at: Mapped[Created]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
