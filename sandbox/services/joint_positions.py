"""The joint position: recorded by the lead desk once nothing is open, endorsed by each deciding desk.

Rule: it is a new record. The desks' own positions stay as they were filed, and no desk is bound by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.canonical import record_hash
from sandbox.domain.divergences import View
from sandbox.domain.errors import Conflict, Incomplete, NotNow
from sandbox.domain.joint_positions import Row, joint_record
from sandbox.domain.needs import Joint as Needs
from sandbox.domain.needs import nothing_open
from sandbox.extensions import db
from sandbox.models.assessments import (
    Contradiction,
    Disposition,
    Divergence,
    JointEndorsement,
    JointPosition,
    Position,
    ResolutionNote,
)
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.desks import Desk
from sandbox.services import contradictions
from sandbox.services.divergences import condition_views, criterion_views
from sandbox.services.engine import tell
from sandbox.services.joint import Joint, enter
from sandbox.services.unit import add, get, use_case


def standing(case_id: UUID) -> JointPosition | None:
    """The joint position that counts, if one is recorded."""
    return db.session.scalar(
        select(JointPosition).where(JointPosition.case_id == case_id, JointPosition.superseded_at.is_(None)),
    )


def supersede(case_id: UUID) -> None:
    """What was recorded no longer says where the desks stand. It is kept."""
    db.session.execute(
        update(JointPosition)
        .where(JointPosition.case_id == case_id, JointPosition.superseded_at.is_(None))
        .values(superseded_at=now()),
    )


def _positions(joint: Joint) -> dict[str, Position]:
    rows = db.session.execute(
        select(Authority.code, Position)
        .join(Desk, Desk.id == Position.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(Position.case_id == joint.case.id, Position.superseded_at.is_(None), Authority.code.in_(joint.desks))
        .order_by(Authority.code),
    )
    return {code: position for code, position in rows}


def _settled(joint: Joint) -> dict[tuple[str, str], tuple[str, str, tuple[str, ...]]]:
    """(kind, key) of a divergence → what stands, the words that go with it, and the desks that agree to differ."""
    found: dict[tuple[str, str], tuple[str, str, tuple[str, ...]]] = {}
    rows = db.session.execute(
        select(Divergence.kind, Divergence.key, Divergence.disposition, Disposition.choice, Disposition.text,
               Authority.code)
        .join(Disposition, Disposition.divergence_id == Divergence.id)
        .join(Authority, Authority.id == Disposition.authority_id)
        .where(
            Divergence.case_id == joint.case.id,
            Disposition.superseded_at.is_(None),
            Authority.code.in_(joint.desks),
        )
        .order_by(Disposition.chosen_at, Disposition.id),
    )  # fmt: skip
    newest: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
    stands: dict[tuple[str, str], str] = {}
    for kind, key, disposition, choice, text, code in rows:
        newest.setdefault((kind, key), {})[code] = (choice, text)
        stands[kind, key] = disposition or ""
    for place, choices in newest.items():
        chosen = {code: text for code, (choice, text) in choices.items() if choice == stands[place]}
        words = chosen.values() if stands[place] != "agree_to_differ" else (f"{k}: {v}" for k, v in chosen.items())
        differing = tuple(sorted(chosen)) if stands[place] == "agree_to_differ" else ()
        found[place] = (stands[place], "; ".join(dict.fromkeys(words)), differing)
    return found


def _rows(joint: Joint, positions: Mapping[str, Position]) -> list[Row]:
    records = {code: position.record for code, position in positions.items()}
    programme = get(Programme, joint.case.programme_id)
    titles = {row["code"]: row["title"] for row in programme.content["joint_criteria"]}
    settled = _settled(joint)
    by_condition, condition_titles = condition_views(records)
    by_criterion = criterion_views(records)

    def rows(kind: str, views: Mapping[str, Mapping[str, View]], names: Mapping[str, str]) -> list[Row]:
        return [
            Row(
                kind,
                key,
                names.get(key, key),
                tuple(views[key][code] for code in sorted(views[key])),
                *settled.get((kind, key), (None, "", ())),
            )
            for key in (names if kind == "criterion" else sorted(names))
            if key in views
        ]

    return rows("criterion", by_criterion, titles) + rows("condition", by_condition, condition_titles)


def _resolutions(case_id: UUID) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(Contradiction, ResolutionNote)
        .join(ResolutionNote, ResolutionNote.contradiction_id == Contradiction.id)
        .where(Contradiction.case_id == case_id, ResolutionNote.superseded_at.is_(None))
        .order_by(Contradiction.key),
    )
    return [
        {"contradiction": contradictions.title(row), "text": note.text, "sha256": note.sha256} for row, note in rows
    ]


@use_case
def record(actor: Actor, case_id: UUID) -> UUID:
    """Record the joint position as the settled board yields it: the lead desk's act. Returns its id.

    Raises Incomplete with every divergence without disposition and every contradiction without a signed note.
    """
    joint = enter(actor, Action.JOINT_POSITION_RECORD, case_id)
    unsettled = db.session.scalars(
        select(Divergence.title)
        .where(Divergence.case_id == case_id, Divergence.state == "open")
        .order_by(Divergence.title),
    )
    before = standing(case_id)
    positions = _positions(joint)
    newest = select(func.max(JointPosition.number)).where(JointPosition.case_id == case_id)
    number = (db.session.scalar(newest) or 0) + 1
    hashes = {code: position.sha256 for code, position in positions.items()}
    made = joint_record(joint.case.reference, number, hashes, _rows(joint, positions), _resolutions(case_id))
    same = before is not None and {**before.record, "number": number} == made
    needs = Needs(True, tuple(unsettled), contradictions.open_titles(case_id), same)
    missing = list(nothing_open(needs))
    if missing:
        raise Incomplete(missing)
    supersede(case_id)
    row = add(
        JointPosition(
            case_id=case_id, number=number, record=made, sha256=record_hash(made), recorded_by=actor.person_id
        ),
    )
    joint.show(row, "joint_position")
    detail = {"number": number, "sha256": row.sha256}
    joint.record(actor, Action.JOINT_POSITION_RECORD, detail=detail, froze=(row,))
    tell(actor, Action.JOINT_POSITION_RECORD, joint.matter, ("opened",))
    return row.id


@use_case
def endorse(actor: Actor, joint_position_id: UUID, *, shown: str) -> None:
    """Endorse the joint position for one's desk, on the hash that was shown.

    Raises NotNow for one that has been superseded or that this desk has endorsed, Conflict for another hash.
    """
    row = get(JointPosition, joint_position_id)
    joint = enter(actor, Action.JOINT_POSITION_ENDORSE, row.case_id)
    db.session.refresh(row)
    if row.superseded_at is not None:
        raise NotNow("This joint position has been superseded.")
    if shown != row.sha256:
        raise Conflict("This is not the joint position that was shown. Read it again.")
    endorsed = select(JointEndorsement.id).where(
        JointEndorsement.joint_position_id == row.id, JointEndorsement.authority_id == actor.organisation_id
    )
    if db.session.scalar(endorsed) is not None:
        raise NotNow("Your authority has endorsed this joint position.")
    endorsement = add(
        JointEndorsement(
            joint_position_id=row.id,
            authority_id=actor.organisation_id,
            endorsed_by=actor.person_id,
            sha256=row.sha256,
        ),
    )
    detail = {"number": row.number, "sha256": row.sha256}
    joint.record(actor, Action.JOINT_POSITION_ENDORSE, detail=detail, froze=(endorsement,))


__all__ = ["endorse", "record", "standing", "supersede"]
