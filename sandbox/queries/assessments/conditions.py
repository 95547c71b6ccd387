"""The conditions that a desk proposes, and the firm's own limits beside them. Audience: own desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.conditions import CONDITION_FIELDS, Terms
from sandbox.domain.errors import NotFound
from sandbox.extensions import db
from sandbox.models.assessments import ProposedCondition
from sandbox.queries.desks.sight import Sight, sight


@dataclass(frozen=True, slots=True)
class Proposed(Terms):
    """A condition that the desk proposes."""

    id: UUID
    departs: str | None
    stale: tuple[str, ...]
    quarantined: bool
    version: int


@dataclass(frozen=True, slots=True)
class Metric:
    """What a limit can measure, from the programme."""

    code: str
    title: str
    kind: str
    comparator: str
    unit: str


@dataclass(frozen=True, slots=True)
class FirmLimit:
    """A limit of the firm's test plan, ready to become a proposed condition."""

    number: int
    metric: str
    title: str
    threshold: Decimal
    currency: str | None
    comparator: str
    window: str
    jurisdiction: str
    taken: bool


FIELDS = ("id", *(name for name in CONDITION_FIELDS if name != "jurisdictions"), "departs", "version")


def _proposed(row: Any) -> Proposed:
    return Proposed(
        **{name: getattr(row, name) for name in FIELDS},
        jurisdictions=tuple(row.jurisdictions or ()),
        stale=tuple(row.stale),
        quarantined=row.quarantined_at is not None,
    )


_COLUMNS = (
    *(getattr(ProposedCondition, name) for name in FIELDS),
    ProposedCondition.jurisdictions,
    ProposedCondition.stale,
    ProposedCondition.quarantined_at,
)


def conditions_of(seen: Sight) -> tuple[Proposed, ...]:
    rows = db.session.execute(
        select(*_COLUMNS).where(ProposedCondition.desk_id == seen.desk_id).order_by(ProposedCondition.ordinal),
    )
    return tuple(_proposed(row) for row in rows)


def limits_of(
    record: Mapping[str, Any],
    metrics: Mapping[str, Metric],
    conditions: tuple[Proposed, ...],
    place: tuple[str, str],
) -> tuple[FirmLimit, ...]:
    """The firm's limits for this desk's jurisdiction (`place`: jurisdiction and its currency)."""
    jurisdiction, currency = place
    taken = {condition.metric for condition in conditions}
    found = []
    plan = (record.get("sections") or {}).get("test_plan") or {}
    for number, limit in enumerate(plan.get("limits") or ()):
        metric = metrics.get(str(limit.get("metric")))
        try:
            threshold = Decimal(str(limit.get("threshold")))
        except InvalidOperation:
            continue
        if metric is None or not threshold.is_finite() or limit.get("jurisdiction") not in (jurisdiction, None, ""):
            continue
        money = metric.kind == "money"
        found.append(
            FirmLimit(
                number=number,
                metric=metric.code,
                title=metric.title,
                threshold=threshold,
                currency=(limit.get("currency") or currency) if money else None,
                comparator=limit.get("comparator") or metric.comparator,
                window=limit.get("window") or "at_any_time",
                jurisdiction=jurisdiction,
                taken=metric.code in taken,
            ),
        )
    return tuple(found)


def proposed(viewer: Actor, case_id: UUID, condition_id: UUID) -> Proposed:
    """One condition that the viewer's own desk proposes. Raises NotFound."""
    seen = sight(viewer, case_id, Action.ASSESSMENT_READ)
    row = db.session.execute(
        select(*_COLUMNS).where(ProposedCondition.id == condition_id, ProposedCondition.desk_id == seen.desk_id),
    ).one_or_none()
    if row is None:
        raise NotFound("There is nothing here.")
    return _proposed(row)


__all__ = ["FirmLimit", "Metric", "Proposed", "conditions_of", "limits_of", "proposed"]
