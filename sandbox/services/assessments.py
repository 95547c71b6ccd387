"""Assessment in confidence: findings, proposed conditions, positions, going ahead alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.canonical import record_hash
from sandbox.domain.divergences import FINDINGS
from sandbox.domain.errors import BadInput, NotNow
from sandbox.domain.lifecycles import DESK
from sandbox.domain.needs import Alone, Assessment
from sandbox.extensions import db
from sandbox.models.assessments import RECOMMENDATIONS, Assessor, Finding, Position, ProposedCondition
from sandbox.models.base import now
from sandbox.models.catalogue import Criterion
from sandbox.models.desks import Case, Desk
from sandbox.services import clocks, desks, openings, trail
from sandbox.services.engine import Matter, act, advance, authorise, move, record
from sandbox.services.unit import add, expect, get, use_case

CONDITION_FIELDS = (
    "kind", "title", "text", "origin", "legal_basis", "jurisdictions", "metric", "comparator", "threshold", "currency",
    "window", "due_rule", "precedent_to_start",
)  # fmt: skip


def _own_matter(desk: Desk, case: Case, code: str, **more: Any) -> Matter:
    """What only this desk may know of."""
    return Matter(
        case_id=case.id,
        audience={audiences.desk(code)},
        authority_id=desk.authority_id,
        letter={"reference": case.reference},
        **more,
    )


def _assessing(desk: Desk) -> None:
    if desk.state != "assessing":
        raise NotNow("Findings and conditions can be written while the desk is assessing.")


@use_case
def record_finding(
    actor: Actor,
    desk_id: UUID,
    criterion_id: UUID,
    *,
    value: str,
    reasons: str,
    indicators: Iterable[str] = (),
    version: int | None = None,
) -> UUID:
    """Record one's view of a criterion; saving again replaces the text while the position is not filed.

    `version` is that of the finding the form was opened with (None or 0: there was none). Raises Conflict with the
    standing text when somebody else saved meanwhile.
    """
    desk, case, code = desks.load(desk_id)
    criterion = get(Criterion, criterion_id)
    act(
        actor,
        Action.FINDING_RECORD,
        _own_matter(desk, case, code, detail={"criterion": criterion.code, "value": value}),
    )
    if criterion.authority_id != desk.authority_id or value not in FINDINGS:
        raise BadInput({"value": "Choose a finding for one of your authority's criteria."})
    _assessing(desk)
    _took_part(actor, desk.id)
    finding = db.session.scalar(
        select(Finding).where(Finding.desk_id == desk_id, Finding.criterion_id == criterion_id),
    )
    if finding is None:
        expect_none(version)
        finding = Finding(desk_id=desk_id, criterion_id=criterion_id)
        db.session.add(finding)
    else:
        expect(finding, version or 0, current={"value": finding.value, "reasons": finding.reasons})
    finding.value, finding.reasons, finding.indicators = value, reasons, sorted(indicators)
    finding.application_version_id = case.current_version_id
    finding.author_id, finding.updated_at = actor.me, now()
    db.session.flush()
    return finding.id


def _took_part(actor: Actor, desk_id: UUID) -> None:
    """Note the actor as an assessor of the desk for good."""
    if db.session.get(Assessor, (desk_id, actor.me)) is None:
        db.session.add(Assessor(desk_id=desk_id, person_id=actor.me))


def expect_none(version: int | None) -> None:
    """A form that was opened on a row that is gone must not write a new one unseen."""
    if version:
        raise NotNow("This is not there any more. Open the page again.")


@use_case
def propose_condition(actor: Actor, desk_id: UUID, *, condition: Mapping[str, Any]) -> UUID:
    """Propose a condition with the desk's position. `condition` has the columns of CONDITION_FIELDS."""
    desk, case, code = desks.load(desk_id)
    act(actor, Action.CONDITION_PROPOSE, _own_matter(desk, case, code, detail={"title": condition.get("title")}))
    _assessing(desk)
    _took_part(actor, desk.id)
    last = db.session.scalar(
        select(func.coalesce(func.max(ProposedCondition.ordinal), 0)).where(ProposedCondition.desk_id == desk_id),
    )
    row = add(
        ProposedCondition(
            desk_id=desk_id,
            ordinal=(last or 0) + 1,
            author_id=actor.person_id,
            **{name: condition.get(name) for name in CONDITION_FIELDS if condition.get(name) is not None},
        ),
    )
    return row.id


@use_case
def change_condition(actor: Actor, condition_id: UUID, *, condition: Mapping[str, Any], version: int) -> None:
    """Change a proposed condition before the position is filed."""
    row = get(ProposedCondition, condition_id)
    desk, case, code = desks.load(row.desk_id)
    act(actor, Action.CONDITION_PROPOSE, _own_matter(desk, case, code, detail={"title": condition.get("title")}))
    _assessing(desk)
    _took_part(actor, desk.id)
    expect(row, version, current={"title": row.title, "text": row.text})
    for name in CONDITION_FIELDS:
        if name in condition:
            setattr(row, name, condition[name])


@use_case
def drop_condition(actor: Actor, condition_id: UUID) -> None:
    """Remove a proposed condition before the position is filed."""
    row = get(ProposedCondition, condition_id)
    desk, case, code = desks.load(row.desk_id)
    act(
        actor,
        Action.CONDITION_PROPOSE,
        _own_matter(desk, case, code, detail={"title": row.title, "removed": True}),
    )
    _assessing(desk)
    _took_part(actor, desk.id)
    db.session.delete(row)


def _findings(desk_id: UUID) -> dict[UUID, Finding]:
    return {row.criterion_id: row for row in db.session.scalars(select(Finding).where(Finding.desk_id == desk_id))}


def standing_position(desk_id: UUID) -> Position:
    """The position of a desk that counts. Raises NoResultFound when it has filed none."""
    return db.session.scalars(
        select(Position).where(Position.desk_id == desk_id, Position.superseded_at.is_(None)),
    ).one()


def _criteria(authority_id: UUID) -> list[Criterion]:
    return list(
        db.session.scalars(
            select(Criterion)
            .where(Criterion.authority_id == authority_id, Criterion.current.is_(True))
            .order_by(Criterion.position),
        ),
    )


def condition_record(row: Any) -> dict[str, Any]:
    """A condition as plain values for a frozen record."""
    values = {name: getattr(row, name) for name in CONDITION_FIELDS}
    if isinstance(values["threshold"], Decimal):
        values["threshold"] = format(values["threshold"].normalize(), "f")
    return values


def _position_record(
    desk: Desk,
    criteria: Iterable[Criterion],
    findings: Mapping[UUID, Finding],
    recommendation: str,
    summary: str,
) -> dict[str, Any]:
    conditions = db.session.scalars(
        select(ProposedCondition).where(ProposedCondition.desk_id == desk.id).order_by(ProposedCondition.ordinal),
    )
    return {
        "schema": "position/1",
        "recommendation": recommendation,
        "summary": summary,
        "findings": [
            {
                "criterion": criterion.code,
                "criterion_number": criterion.number,
                "title": criterion.title,
                "joint": criterion.joint,
                "value": findings[criterion.id].value,
                "reasons": findings[criterion.id].reasons,
                "indicators": findings[criterion.id].indicators,
            }
            for criterion in criteria
        ],
        "conditions": [condition_record(row) for row in conditions],
    }


@use_case
def file_position(actor: Actor, desk_id: UUID, *, recommendation: str, summary: str) -> UUID:
    """File the desk's position on the present version: frozen, and sealed until all deciding desks have filed.

    When this was the last one, all positions open in the same transaction. Returns the id of the position.
    """
    desk, case, code = desks.load(desk_id)
    authorise(actor, Action.POSITION_FILE, _own_matter(desk, case, code))
    desks.refuse_if_withdrawn(case)
    if recommendation and recommendation not in RECOMMENDATIONS:
        raise BadInput({"recommendation": "Choose what the desk recommends."})
    findings, criteria = _findings(desk_id), _criteria(desk.authority_id)
    by_title = {criterion.title: findings.get(criterion.id) for criterion in criteria}
    conditions = db.session.scalar(
        select(func.count()).select_from(ProposedCondition).where(ProposedCondition.desk_id == desk_id),
    )
    needs = Assessment(
        criteria=tuple(by_title),
        found=frozenset(title for title, row in by_title.items() if row is not None),
        unreasoned=tuple(title for title, row in by_title.items() if row is not None and not row.reasons.strip()),
        stale=tuple(
            title
            for title, row in by_title.items()
            if row is not None and row.application_version_id != case.current_version_id
        ),
        recommendation=recommendation,
        summary=summary,
        conditions=conditions or 0,
    )
    move(DESK, desk, Action.POSITION_FILE, needs)
    _took_part(actor, desk.id)
    frozen = _position_record(desk, criteria, findings, recommendation, summary)
    position = add(
        Position(
            case_id=case.id,
            desk_id=desk.id,
            application_version_id=case.current_version_id,
            recommendation=recommendation,
            summary=summary,
            record=frozen,
            sha256=record_hash(frozen),
            filed_by=actor.person_id,
            filed_at=now(),
        ),
    )
    trail.show_to(position, "position", (audiences.desk(code),), case_id=case.id)
    others = [one for one in desks.codes(case.id) if one != code]
    trail.show_to(position, "position", audiences.desks(others), case_id=case.id, visible=False)
    filed = {"position": str(position.id), "sha256": position.sha256}
    record(actor, Action.POSITION_FILE, _own_matter(desk, case, code, froze=(position,), detail=filed))
    openings.open_if_complete(case)
    return position.id


@use_case
def go_alone(actor: Actor, desk_id: UUID, *, reason: str) -> None:
    """Go ahead alone at the clock's warning point: decide on the desk's own view, positions stay sealed."""
    desk, case, code = desks.load(desk_id)
    needs = Alone(reason=reason, warning_reached=clocks.warning_reached(desk))
    advance(
        DESK,
        desk,
        Action.DESK_GO_ALONE,
        actor,
        _own_matter(desk, case, code, needs=needs, detail={"reason": reason}),
    )
    desk.alone_reason = reason
