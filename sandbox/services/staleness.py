"""What a new version of the dossier does to assessments: stale is only what rests on what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from sandbox.domain.changes import changed
from sandbox.domain.conditions import origin_of
from sandbox.domain.findings import stale, stale_condition
from sandbox.domain.lifecycles import BEFORE_DECISION, SEALED_STATES
from sandbox.domain.sections import chosen, plan_limits
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.assessments import CaseTrait, Finding, ProposedCondition
from sandbox.models.desks import Case, Desk
from sandbox.services.unit import get


def renew(case: Case) -> None:
    """Compare every finding and condition of the case with its present version, and mark what rests on changes.

    The others carry over untouched. Desks that have opened keep their frozen positions; their marks are for reading.
    A condition that the firm no longer proposes as it did is imposed from now on.
    """
    present = get(ApplicationVersion, case.current_version_id)

    @cache
    def since(version_id: UUID) -> frozenset[str]:
        return changed(get(ApplicationVersion, version_id).record, present.record)

    desks = select(Desk.id).where(Desk.case_id == case.id, Desk.state.in_(BEFORE_DECISION))
    for finding in db.session.scalars(select(Finding).where(Finding.desk_id.in_(desks))):
        marks = stale(finding.evidence, since(finding.application_version_id))
        if finding.stale != marks:
            finding.stale = marks
    sealed = select(Desk.id).where(Desk.case_id == case.id, Desk.state.in_(SEALED_STATES))
    limits = plan_limits(present.record)
    for row in db.session.scalars(select(ProposedCondition).where(ProposedCondition.desk_id.in_(sealed))):
        differs = since(row.application_version_id) if row.application_version_id else frozenset()
        marks = stale_condition(row.metric, row.jurisdictions or (), differs)
        if row.stale != marks:
            row.stale = marks
            row.origin = origin_of(_measured(row), limits)


def _measured(row: ProposedCondition) -> dict[str, Any]:
    names = ("origin", "metric", "comparator", "threshold", "currency", "window", "jurisdictions")
    return {name: getattr(row, name) for name in names}


def keep_traits(case: Case, record: Mapping[str, Any]) -> None:
    """Write down what makes cases alike, from the version that has just been submitted."""
    db.session.execute(delete(CaseTrait).where(CaseTrait.case_id == case.id))
    db.session.add_all(
        CaseTrait(case_id=case.id, kind=kind, code=code) for kind, code in _traits(chosen(record["sections"]))
    )


def _traits(choices: Mapping[str, Iterable[str]]) -> list[tuple[str, str]]:
    return [(kind, code) for kind, codes in choices.items() for code in dict.fromkeys(codes)]


__all__ = ["keep_traits", "renew"]
