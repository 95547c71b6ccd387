"""Keeps `Desk.turn` and `Desk.turn_since`: derived columns that lists read and sort by.

Whenever a desk, its decision or a request of it has changed its state, the turn is computed again by one statement of
the same transaction, from the one table in `domain.turns`. Nobody else writes these columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, case, event, exists, inspect, select, update
from sqlalchemy.orm import Session

from sandbox.domain.requests import OPEN
from sandbox.domain.turns import RULES, Rule, Turn
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.decisions import Decision
from sandbox.models.desks import Desk, Request

DESK = cast(Table, Desk.__table__)
PENDING = "desks whose turn may have changed"
# Model → the column that names the desk.
WATCHED: dict[type[Any], str] = {Desk: "id", Decision: "desk_id", Request: "desk_id"}
ASKED: ColumnElement[bool] = (
    exists().where(Request.desk_id == DESK.c.id, Request.state.in_(sorted(OPEN))).correlate(DESK)
)


def _fits(rule: Rule) -> ColumnElement[bool]:
    found: list[ColumnElement[bool]] = [DESK.c.state.in_(sorted(rule.states))]
    if rule.decision is not None:
        held = select(Decision.state).where(Decision.desk_id == DESK.c.id).correlate(DESK).scalar_subquery()
        found.append(held == rule.decision)
    if rule.asked:
        found.append(ASKED)
    return and_(*found)


def turn() -> ColumnElement[str]:
    """The turn of a desk, said in SQL by the same rules."""
    return case(*((_fits(rule), rule.turn.value) for rule in RULES), else_=Turn.NOBODY.value)


def _changed(session: Session) -> Iterator[Any]:
    yield from (row for row in session.new if type(row) in WATCHED)  # with a default it has no history yet
    for row in session.dirty:
        if type(row) in WATCHED and inspect(row).attrs.state.history.has_changes():
            yield row


@event.listens_for(db.session, "before_flush")
def _note(session: Session, *_more: Any) -> None:
    """Remember the desks that a flush is about to change."""
    session.info.setdefault(PENDING, []).extend(_changed(session))


@event.listens_for(db.session, "before_commit")
def _keep(session: Session) -> None:
    """Compute the turns again before the transaction ends."""
    session.flush()
    rows = session.info.pop(PENDING, None)
    if not rows:
        return
    changed: set[UUID] = {getattr(row, WATCHED[type(row)]) for row in rows}
    session.execute(
        update(DESK).where(DESK.c.id.in_(sorted(changed)), DESK.c.turn != turn()).values(turn=turn(), turn_since=now()),
    )


@event.listens_for(db.session, "after_soft_rollback")
def _forget(session: Session, *_more: Any) -> None:
    session.info.pop(PENDING, None)


__all__ = ["turn"]
