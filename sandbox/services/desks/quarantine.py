"""Work of somebody who turns out to have an interest: set aside, redone by another, disclosed to who decides.

Their words are kept as they were in the quarantine; the findings and conditions wait to be redone. A position that was
not opened is superseded and the desk assesses again. Once positions are open (or the desk went ahead alone) nothing
that others have read changes: the desk is told, and the decision waits until the work is redone.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM
from sandbox.domain.lifecycles import DESK, SEALED_STATES
from sandbox.extensions import db
from sandbox.models.assessments import Finding, Position, ProposedCondition, SpecialistInput
from sandbox.models.assessments.aside import conditions_aside, findings_aside
from sandbox.models.base import now
from sandbox.models.catalogue import Criterion
from sandbox.models.desks import Case, Desk, Quarantine
from sandbox.services import search
from sandbox.services.desks.cases import code_of, matter_of
from sandbox.services.engine import act, advance
from sandbox.services.unit import add


def set_aside(desk: Desk, case: Case, person_id: UUID) -> None:
    """Set aside what the person wrote for this desk. Nothing written: nothing happens."""
    findings = db.session.execute(
        select(Finding, Criterion.title)
        .join(Criterion, Criterion.id == Finding.criterion_id)
        .where(Finding.desk_id == desk.id, Finding.author_id == person_id, Finding.quarantined_at.is_(None))
        .order_by(Criterion.position),
    ).all()
    conditions = db.session.scalars(
        select(ProposedCondition)
        .where(
            ProposedCondition.desk_id == desk.id,
            ProposedCondition.author_id == person_id,
            ProposedCondition.quarantined_at.is_(None),
        )
        .order_by(ProposedCondition.ordinal),
    ).all()
    inputs = db.session.execute(
        select(SpecialistInput, Criterion.title)
        .join(Criterion, Criterion.id == SpecialistInput.criterion_id)
        .where(SpecialistInput.desk_id == desk.id, SpecialistInput.author_id == person_id)
        .order_by(Criterion.position),
    ).all()
    position = db.session.scalar(select(Position).where(Position.desk_id == desk.id, Position.superseded_at.is_(None)))
    filed = position is not None and position.filed_by == person_id
    if not findings and not conditions and not inputs and not filed:
        return
    moment = now()
    for finding, _ in findings:
        finding.quarantined_at = moment
    for condition in conditions:
        condition.quarantined_at = moment
    kept = _content(findings, conditions, inputs, position if filed else None)
    for given, _ in inputs:  # others rely on it no more; the words are kept in the quarantine
        db.session.delete(given)
        search.forget("input", given.id)
    add(
        Quarantine(
            case_id=case.id,
            desk_id=desk.id,
            person_id=person_id,
            after_opening=desk.state not in SEALED_STATES,
            content=kept,
            at=moment,
        ),
    )
    told = {"findings": len(findings), "conditions": len(conditions), "inputs": len(inputs), "position": filed}
    matter = matter_of(desk, case, {audiences.desk(code_of(desk))}, detail=told)
    if desk.state != "assessed":
        act(SYSTEM, Action.ASSESSMENT_QUARANTINE, matter, tells=("desk",))
        return
    advance(DESK, desk, Action.ASSESSMENT_QUARANTINE, SYSTEM, matter)
    if position is not None:
        position.superseded_at = moment


def _content(findings: Any, conditions: Any, inputs: Any, position: Position | None) -> dict[str, Any]:
    return {
        "findings": [
            {"title": title, "value": row.value, "reasons": row.reasons, "indicators": row.indicators}
            for row, title in findings
        ],
        "conditions": [{"title": row.title, "text": row.text} for row in conditions],
        "inputs": [{"title": title, "text": row.text} for row, title in inputs],
        "position": None
        if position is None
        else {"id": str(position.id), "recommendation": position.recommendation, "summary": position.summary},
    }


def to_redo(desk_id: UUID) -> tuple[str, ...]:
    """The titles of findings and conditions of a desk that somebody else has to redo."""
    findings = db.session.scalars(findings_aside(desk_id)).all()
    conditions = db.session.scalars(conditions_aside(desk_id)).all()
    return (*findings, *conditions)


def disclosed(desk_id: UUID) -> list[str]:
    """The ids of the quarantines of a desk, as the record of its decision names them."""
    return [
        str(key)
        for key in db.session.scalars(
            select(Quarantine.id).where(Quarantine.desk_id == desk_id).order_by(Quarantine.at, Quarantine.id),
        )
    ]


__all__ = ["disclosed", "set_aside", "to_redo"]
