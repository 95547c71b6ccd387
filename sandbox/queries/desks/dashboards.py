"""What an authority's staff find when they sign in: their turn, what waits, what is due, what they must declare."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, literal, select, text

from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.desks import Desk
from sandbox.models.desks.cases import WAITING
from sandbox.queries.desks.inbox import SHOWS, SOON, InboxRow, columns, rows_of, today_of
from sandbox.queries.desks.ties import Held, base, held_by, who

MOST = 1000
SHOWN = 8
COUNTED = ("turn", "declare", "due", "waiting")
# The lists, what each is sorted by, and what lets the index of that order serve it.
LISTED: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "turn": (Desk.turn_since, (text(WAITING),)),
    "due": (Desk.due_on, ()),
    "declare": (Desk.created_at, ()),
}


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


def _count(held: Held, name: str) -> Any:
    capped = base(literal(1).label("one")).where(SHOWS[name](held)).limit(MOST + 1).subquery()
    return select(func.count()).select_from(capped).scalar_subquery()


@lru_cache(maxsize=64)
def _statements(held: Held) -> tuple[Select[Any], dict[str, Select[Any]]]:
    """The counts, and the lists by name; built once for each set of roles."""
    counts = select(*(_count(held, name).label(name) for name in COUNTED))
    lists = {
        name: base(*columns(held)).where(SHOWS[name](held), *where).order_by(order, Desk.case_id).limit(SHOWN)
        for name, (order, where) in LISTED.items()
    }
    return counts, lists


def dashboard(viewer: Actor) -> Dashboard:
    """The viewer's work, in four statements. Raises NotAllowed for who is not staff of an authority."""
    today = today_of(viewer)
    counts, lists = _statements(held_by(viewer))
    values = who(viewer) | {"soon": today + SOON}
    counted = db.session.execute(counts, values).one()
    found = {name: db.session.execute(one, values).all() for name, one in lists.items()}
    shown = {name: tuple(rows_of(viewer, rows, today)) for name, rows in found.items()}
    return Dashboard(counts=dict(counted._mapping), turn=shown["turn"], due=shown["due"], declare=shown["declare"])


__all__ = ["Dashboard", "dashboard"]
