"""What an authority's staff find when they sign in: their turn, what waits, what is due, what they must declare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select

from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.desks import Desk
from sandbox.queries.desks.inbox import (
    InboxRow,
    base,
    chosen,
    columns,
    rows_of,
    today_of,
)

MOST = 1000
SHOWN = 8
COUNTED = ("turn", "declare", "due", "waiting")


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Numbers (capped: a number above `MOST` means "more than") and the first rows of what matters."""

    counts: dict[str, int]
    turn: tuple[InboxRow, ...]
    due: tuple[InboxRow, ...]
    declare: tuple[InboxRow, ...]

    def number(self, name: str) -> str:
        """The count in words."""
        count = self.counts[name]
        return f"More than {MOST:,}" if count > MOST else f"{count:,}"


def _count(viewer: Actor, condition: ColumnElement[bool]) -> Any:
    capped = base(viewer, literal(1).label("one")).where(condition).limit(MOST + 1).subquery()
    return select(func.count()).select_from(capped).scalar_subquery()


def dashboard(viewer: Actor) -> Dashboard:
    """The viewer's work, in four statements. Raises NotAllowed for who is not staff of an authority."""
    today = today_of(viewer)
    conditions = {name: chosen(viewer, name, today) for name in COUNTED}
    known = {name: condition for name, condition in conditions.items() if condition is not None}
    counted = db.session.execute(select(*(_count(viewer, known[name]).label(name) for name in COUNTED))).one()
    shown = {}
    for name, order in (("turn", Desk.due_on), ("due", Desk.due_on), ("declare", Desk.created_at)):
        statement = base(viewer, *columns(viewer)).where(known[name]).order_by(order, Desk.case_id).limit(SHOWN)
        shown[name] = tuple(rows_of(viewer, db.session.execute(statement).all(), today))
    return Dashboard(counts=dict(counted._mapping), turn=shown["turn"], due=shown["due"], declare=shown["declare"])


__all__ = ["Dashboard", "dashboard"]
