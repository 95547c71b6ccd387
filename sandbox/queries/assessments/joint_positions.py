"""The joint position with its endorsements, earlier versions, and what still keeps one from being recorded.

Rule: audience {deciding desks that have opened}.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.needs import Joint as Needs
from sandbox.domain.needs import nothing_open
from sandbox.extensions import db
from sandbox.models.assessments import Divergence, JointEndorsement, JointPosition
from sandbox.models.catalogue import Authority
from sandbox.models.people import Person
from sandbox.queries.access import visible
from sandbox.queries.assessments.contradictions import open_titles
from sandbox.queries.assessments.joint import desks_of, enter
from sandbox.queries.desks.sight import Sight


@dataclass(frozen=True, slots=True)
class Endorsed:
    """One desk's endorsement."""

    code: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One recorded joint position."""

    id: UUID
    number: int
    record: dict[str, Any]
    sha256: str
    by: str
    at: datetime
    superseded_at: datetime | None
    endorsements: tuple[Endorsed, ...]

    @property
    def stands(self) -> bool:
        """It has not been superseded."""
        return self.superseded_at is None


@dataclass(frozen=True, slots=True)
class JointPage:
    """The page of the joint position. `versions`: the newest first; `missing`: what stands in the way of recording."""

    sight: Sight
    desks: dict[str, str]
    versions: tuple[Version, ...]
    missing: tuple[str, ...]

    @property
    def standing(self) -> Version | None:
        """The one that counts."""
        return next((one for one in self.versions if one.stands), None)

    @property
    def may_record(self) -> bool:
        """The viewer can record one now, or would once nothing is open."""
        return self.sight.withdrawn_at is None and self.sight.may(Action.JOINT_POSITION_RECORD)

    @property
    def may_endorse(self) -> bool:
        """The viewer's desk has not endorsed what stands, and the viewer can."""
        now = self.standing
        if now is None or self.sight.withdrawn_at is not None or not self.sight.may(Action.JOINT_POSITION_ENDORSE):
            return False
        return all(one.code != self.sight.viewer.code for one in now.endorsements)


def joint_position(viewer: Actor, case_id: UUID) -> JointPage:
    """The page, in eight statements at most. Raises NotFound to whom the board is not open."""
    seen = enter(viewer, case_id)
    rows = db.session.execute(
        select(JointPosition, Person.name)
        .join(Person, Person.id == JointPosition.recorded_by)
        .where(JointPosition.case_id == case_id, visible(JointPosition.id, "joint_position", seen.parties))
        .order_by(JointPosition.number.desc()),
    ).all()
    endorsed: dict[UUID, list[Endorsed]] = {}
    for key, code, name, at in db.session.execute(
        select(JointEndorsement.joint_position_id, Authority.code, Person.name, JointEndorsement.endorsed_at)
        .join(Authority, Authority.id == JointEndorsement.authority_id)
        .join(Person, Person.id == JointEndorsement.endorsed_by)
        .where(JointEndorsement.joint_position_id.in_([row.id for row, _ in rows]))
        .order_by(JointEndorsement.endorsed_at, Authority.code),
    ):
        endorsed.setdefault(key, []).append(Endorsed(code, name, at))
    unsettled = db.session.scalars(
        select(Divergence.title)
        .where(
            Divergence.case_id == case_id,
            Divergence.state == "open",
            visible(Divergence.id, "divergence", seen.parties),
        )
        .order_by(Divergence.title),
    )
    return JointPage(
        sight=seen,
        desks=desks_of(seen),
        versions=tuple(
            Version(
                row.id, row.number, row.record, row.sha256, name, row.recorded_at, row.superseded_at,
                tuple(endorsed.get(row.id, ())),
            )
            for row, name in rows
        ),
        missing=tuple(nothing_open(Needs(True, tuple(unsettled), open_titles(case_id, seen.parties)))),
    )  # fmt: skip


__all__ = ["Endorsed", "JointPage", "Version", "joint_position"]
