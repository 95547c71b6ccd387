"""Reminders to a desk that could go on and does not: once for each step and level, whatever runs how often.

The letters say nothing of the case but its reference, go to the desk's own people alone, and depend on what that desk
knows itself; so nothing can be learnt from them elsewhere.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from sandbox.adapters.calendars import calendar
from sandbox.domain import audiences, idleness
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM
from sandbox.domain.findings import DRAFT
from sandbox.domain.turns import Turn
from sandbox.extensions import db, setting
from sandbox.models.assessments import Divergence, Finding
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Criterion
from sandbox.models.desks import Desk, DeskReminder
from sandbox.services import clocks
from sandbox.services.desks.cases import load, matter_of
from sandbox.services.desks.quarantine import to_redo
from sandbox.services.engine import act
from sandbox.services.unit import add, get, reading, use_case

BATCH = 500


def ready_since(desk: Desk) -> datetime | None:
    """Since when the next step of the desk has all it needs; None while something is missing or others act."""
    if Turn(desk.turn) not in idleness.STEPS:
        return None
    if desk.turn == Turn.REVIEWERS:
        return _assessed_since(desk)
    if desk.turn == Turn.DELIBERATION and desk.opened_at is not None:
        return _settled_since(desk)
    return desk.turn_since


def _assessed_since(desk: Desk) -> datetime | None:
    current = select(func.count()).where(Criterion.authority_id == desk.authority_id, Criterion.current.is_(True))
    found, last = db.session.execute(
        select(func.count(), func.max(Finding.updated_at))
        .join(Criterion, Criterion.id == Finding.criterion_id)
        .where(Finding.desk_id == desk.id, Finding.value != DRAFT, Criterion.current.is_(True)),
    ).one()
    wanted = db.session.scalar(current) or 0
    return max(last, desk.turn_since) if wanted and found == wanted and not to_redo(desk.id) else None


def _settled_since(desk: Desk) -> datetime | None:
    left, last = db.session.execute(
        select(func.count().filter(Divergence.state == "open"), func.max(Divergence.settled_at)).where(
            Divergence.case_id == desk.case_id
        ),
    ).one()
    return None if left else max(last or desk.turn_since, desk.turn_since)


@reading
def _waiting(after: UUID | None, before: datetime) -> list[UUID]:
    statement = select(Desk.id).where(Desk.turn.in_([turn.value for turn in idleness.STEPS]), Desk.turn_since < before)
    if after is not None:
        statement = statement.where(Desk.id > after)
    return list(db.session.scalars(statement.order_by(Desk.id).limit(BATCH)))


def remind_all() -> int:
    """Remind every desk that has been idle for too long, each in a transaction of its own; how many were reminded."""
    before, after, count = now() - timedelta(days=int(setting("IDLE_WORKING_DAYS"))), None, 0
    while batch := _waiting(after, before):
        count += sum(remind(desk_id) for desk_id in batch)
        after = batch[-1]
    return count


@use_case
def remind(desk_id: UUID) -> bool:
    """Remind one desk if it is idle and was not reminded of this step at this level; True when letters were written."""
    desk, case, code = load(desk_id)
    since = ready_since(desk)
    if since is None:
        return False
    authority = get(Authority, desk.authority_id)
    ready_on, today = clocks.local_day(since, authority), clocks.local_day(now(), authority)
    turn = Turn(desk.turn)
    level = idleness.level(ready_on, today, calendar(authority.calendar), int(setting("IDLE_WORKING_DAYS")))
    if level == 0 or db.session.get(DeskReminder, (desk.id, turn.value, ready_on, level)) is not None:
        return False
    add(DeskReminder(desk_id=desk.id, step=turn.value, ready_on=ready_on, level=level))
    matter = matter_of(
        desk,
        case,
        {audiences.desk(code)},
        detail={"step": turn.value, "ready_on": ready_on.isoformat(), "level": level},
        turn=idleness.roles_for(turn, level),
    )
    act(SYSTEM, Action.DESK_REMIND, matter, tells=("turn",))
    return True


__all__ = ["ready_since", "remind", "remind_all"]
