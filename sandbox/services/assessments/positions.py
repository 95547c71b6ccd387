"""The desk's position: filed on the present version, confirmed on the next one, or gone ahead with alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.canonical import record_hash
from sandbox.domain.conditions import condition_record
from sandbox.domain.errors import BadInput, NotNow
from sandbox.domain.findings import RELIES
from sandbox.domain.lifecycles import DESK
from sandbox.domain.needs import Alone, Assessment
from sandbox.extensions import db
from sandbox.models.assessments import RECOMMENDATIONS, Finding, Position, ProposedCondition
from sandbox.models.base import now
from sandbox.models.catalogue import Criterion, Standard
from sandbox.models.desks import Case, Desk
from sandbox.services import clocks, desks, openings, search, trail
from sandbox.services.assessments.common import own_matter, took_part
from sandbox.services.assessments.findings import findings_of, reliance
from sandbox.services.assessments.reviews import lacks_review
from sandbox.services.engine import advance, authorise, move, record
from sandbox.services.unit import add, use_case


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


def _conditions(desk_id: UUID) -> list[ProposedCondition]:
    return list(
        db.session.scalars(
            select(ProposedCondition).where(ProposedCondition.desk_id == desk_id).order_by(ProposedCondition.ordinal),
        ),
    )


def _standards(findings: Iterable[Finding]) -> dict[str, dict[str, str]]:
    """The standards that findings cite, as they are frozen with the position."""
    wanted = {code for finding in findings for code in finding.standards}
    rows = db.session.execute(
        select(Standard.code, Standard.framework, Standard.number, Standard.title).where(Standard.code.in_(wanted))
    )
    return {row.code: row._asdict() for row in rows}


def _finding_record(
    criterion: Criterion, finding: Finding, standards: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    return {
        "criterion": criterion.code,
        "criterion_number": criterion.number,
        "title": criterion.title,
        "joint": criterion.joint,
        "value": finding.value,
        "reasons": finding.reasons,
        "indicators": finding.indicators,
        "evidence": finding.evidence,
        "standards": [standards[code] for code in finding.standards if code in standards],
        "paragraphs": finding.paragraphs,
        "relies_on": reliance(criterion, finding),
    }


def _position_record(
    desk: Desk, case: Case, criteria: Iterable[Criterion], findings: Mapping[UUID, Finding], said: tuple[str, str]
) -> dict[str, Any]:
    version, standards = desks.current_version(case), _standards(findings.values())
    recommendation, summary = said
    return {
        "schema": "position/2",
        "dossier": {"version": version.number, "sha256": version.sha256},
        "recommendation": recommendation,
        "summary": summary,
        "findings": [_finding_record(criterion, findings[criterion.id], standards) for criterion in criteria],
        "conditions": [{**condition_record(row), "departs": row.departs or ""} for row in _conditions(desk.id)],
    }


def _needs(desk: Desk, criteria: Iterable[Criterion], findings: Mapping[UUID, Finding], said: tuple[str, str]) -> Any:
    by_title = {criterion.title: (criterion, findings.get(criterion.id)) for criterion in criteria}
    found = {title: (criterion, row) for title, (criterion, row) in by_title.items() if row is not None}
    conditions = _conditions(desk.id)
    return Assessment(
        criteria=tuple(by_title),
        found=frozenset(found),
        unreasoned=tuple(title for title, (_, row) in found.items() if not row.reasons.strip()),
        stale=tuple(title for title, (_, row) in found.items() if row.stale),
        stale_conditions=tuple(row.title for row in conditions if row.stale),
        unfounded=tuple(
            title for title, (one, row) in found.items() if row.value == RELIES and reliance(one, row) is None
        ),
        recommendation=said[0],
        summary=said[1],
        conditions=len(conditions),
        quarantined=desks.to_redo(desk.id),
        unreviewed=lacks_review(desk),
    )


@use_case
def file_position(actor: Actor, desk_id: UUID, *, recommendation: str, summary: str) -> UUID:
    """File the desk's position on the present version: frozen, and sealed until all deciding desks have filed.

    When this was the last one, all positions open in the same transaction. Returns the id of the position.
    """
    desk, case, code = desks.load(desk_id)
    authorise(actor, Action.POSITION_FILE, own_matter(desk, case, code))
    desks.refuse_if_withdrawn(case)
    if recommendation and recommendation not in RECOMMENDATIONS:
        raise BadInput({"recommendation": "Choose what the desk recommends."})
    findings, criteria, said = findings_of(desk), _criteria(desk.authority_id), (recommendation, summary)
    move(DESK, desk, Action.POSITION_FILE, _needs(desk, criteria, findings, said))
    took_part(actor, desk.id)
    frozen = _position_record(desk, case, criteria, findings, said)
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
    search.index("position", position.id, case.id, search.position_text(position))
    filed = {"position": str(position.id), "sha256": position.sha256}
    record(actor, Action.POSITION_FILE, own_matter(desk, case, code, froze=(position,), detail=filed))
    openings.open_if_complete(case)
    return position.id


@use_case
def confirm_position(actor: Actor, desk_id: UUID) -> UUID:
    """File the position that a new version of the dossier superseded once more as it stood, on the present version.

    What it rests on must hold there: no finding and no condition may wait to be confirmed. Returns the new id.
    Raises NotNow when nothing was superseded, Incomplete with everything that is missing.
    """
    desk, case, code = desks.load(desk_id)
    authorise(actor, Action.POSITION_FILE, own_matter(desk, case, code))
    last = db.session.scalars(
        select(Position).where(Position.desk_id == desk_id).order_by(Position.filed_at.desc()).limit(1),
    ).one_or_none()
    if last is None or last.superseded_at is None:
        raise NotNow("There is no position of this desk to confirm.")
    return file_position(actor, desk_id, recommendation=last.recommendation, summary=last.summary)


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
        own_matter(desk, case, code, needs=needs, detail={"reason": reason}),
    )
    desk.alone_reason = reason


__all__ = ["confirm_position", "file_position", "go_alone", "standing_position"]
