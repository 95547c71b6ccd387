"""The conditions that a desk proposes. What the firm is said to have proposed must stand in its test plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.changes import changed
from sandbox.domain.conditions import CONDITION_FIELDS, condition_record, origin_of
from sandbox.domain.errors import NotNow
from sandbox.domain.findings import stale_condition
from sandbox.domain.sections import plan_limits
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.assessments import ProposedCondition
from sandbox.models.desks import Case
from sandbox.services import desks
from sandbox.services.assessments.common import assessing, own_matter, took_part, version_read
from sandbox.services.engine import act
from sandbox.services.unit import add, expect, get, use_case

WRITTEN = (*CONDITION_FIELDS, "departs")


def _settle(case: Case, row: ProposedCondition, read: UUID | None) -> None:
    """Put the origin right, and say on which version the condition rests and what changed since."""
    before, present = version_read(case, read), get(ApplicationVersion, case.current_version_id)
    row.origin = origin_of(condition_record(row), plan_limits(present.record))
    row.application_version_id = before.id
    differs = changed(before.record, present.record) if before.id != present.id else frozenset()
    row.stale = stale_condition(row.metric, row.jurisdictions or (), differs)


@use_case
def propose_condition(actor: Actor, desk_id: UUID, *, condition: Mapping[str, Any], read: UUID | None = None) -> UUID:
    """Propose a condition with the desk's position. `condition` has the columns of WRITTEN.

    A measurable one that is stricter than the firm's own limit is imposed, whatever `origin` says.
    """
    desk, case, code = desks.load(desk_id)
    act(actor, Action.CONDITION_PROPOSE, own_matter(desk, case, code, detail={"title": condition.get("title")}))
    assessing(desk)
    took_part(actor, desk.id)
    last = db.session.scalar(
        select(func.coalesce(func.max(ProposedCondition.ordinal), 0)).where(ProposedCondition.desk_id == desk_id),
    )
    row = ProposedCondition(
        desk_id=desk_id,
        ordinal=(last or 0) + 1,
        author_id=actor.person_id,
        **{name: condition.get(name) for name in WRITTEN if condition.get(name) is not None},
    )
    _settle(case, row, read)
    return add(row).id


@use_case
def change_condition(
    actor: Actor, condition_id: UUID, *, condition: Mapping[str, Any], version: int, read: UUID | None = None
) -> None:
    """Change a proposed condition before the position is filed."""
    row = get(ProposedCondition, condition_id)
    desk, case, code = desks.load(row.desk_id)
    act(actor, Action.CONDITION_PROPOSE, own_matter(desk, case, code, detail={"title": condition.get("title")}))
    assessing(desk, redo=row.quarantined_at is not None)
    took_part(actor, desk.id)
    expect(row, version, current={"title": row.title, "text": row.text})
    for name in WRITTEN:
        if name in condition:
            setattr(row, name, condition[name])
    _settle(case, row, read)
    if row.quarantined_at is not None:  # who changes it, or sends it as it stands, answers for it now
        row.author_id, row.quarantined_at = actor.me, None


@use_case
def confirm_condition(actor: Actor, condition_id: UUID, *, version: int, read: UUID) -> None:
    """The condition is still proposed as it stands, though the firm's limit changed. Raises NotNow, Conflict."""
    row = get(ProposedCondition, condition_id)
    desk, case, code = desks.load(row.desk_id)
    db.session.refresh(row)
    detail = {"title": row.title, "confirmed": True}
    act(actor, Action.CONDITION_PROPOSE, own_matter(desk, case, code, detail=detail))
    assessing(desk)
    if row.quarantined_at is not None or not row.stale:
        raise NotNow("This condition does not wait to be confirmed.")
    expect(row, version, current={"title": row.title, "text": row.text})
    took_part(actor, desk.id)
    _settle(case, row, read)


@use_case
def drop_condition(actor: Actor, condition_id: UUID) -> None:
    """Remove a proposed condition before the position is filed."""
    row = get(ProposedCondition, condition_id)
    desk, case, code = desks.load(row.desk_id)
    act(
        actor,
        Action.CONDITION_PROPOSE,
        own_matter(desk, case, code, detail={"title": row.title, "removed": True}),
    )
    assessing(desk, redo=row.quarantined_at is not None)
    took_part(actor, desk.id)
    db.session.delete(row)


__all__ = ["change_condition", "confirm_condition", "drop_condition", "propose_condition"]
