"""What of a desk's work is set aside, because somebody recused wrote it: the same statements for reads and writes."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Select, select

from sandbox.models.assessments.findings import Finding, ProposedCondition
from sandbox.models.catalogue import Criterion


def findings_aside(desk_id: UUID) -> Select[str]:
    """The titles of the criteria whose findings somebody else has to redo, in their order."""
    return (
        select(Criterion.title)
        .join(Finding, Finding.criterion_id == Criterion.id)
        .where(Finding.desk_id == desk_id, Finding.quarantined_at.is_not(None))
        .order_by(Criterion.position)
    )


def conditions_aside(desk_id: UUID) -> Select[str]:
    """The titles of the conditions that somebody else has to redo, in their order."""
    return (
        select(ProposedCondition.title)
        .where(ProposedCondition.desk_id == desk_id, ProposedCondition.quarantined_at.is_not(None))
        .order_by(ProposedCondition.ordinal)
    )


__all__ = ["conditions_aside", "findings_aside"]
