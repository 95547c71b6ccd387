"""Positions side by side by joint criterion, once they have opened; before that, the own one beside sealed columns.

Rule: a position is read through its audience, in SQL; a desk without a visible position is a sealed column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.divergences import FINDINGS, worst
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.reliance import resolved
from sandbox.extensions import db
from sandbox.models.assessments import Position
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.desks import Desk
from sandbox.queries.access import visible
from sandbox.queries.desks.sight import Sight, sight


@dataclass(frozen=True, slots=True)
class Filed:
    """A deciding desk's column: its position, or a sealed column (`record` is None)."""

    code: str
    name: str
    mine: bool
    recommendation: str | None
    summary: str
    sha256: str
    filed_at: datetime | None
    record: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Row:
    """One joint criterion: for each desk, the most severe finding and the findings behind it."""

    key: str
    title: str
    question: str
    cells: dict[str, tuple[str, tuple[Mapping[str, Any], ...]]]

    @property
    def differs(self) -> bool:
        """The desks that looked at it came to different findings."""
        return len({value for value, _ in self.cells.values()}) > 1

    def words(self, code: str) -> str:
        """The desk's finding in words; empty when it has none."""
        return FINDINGS[self.cells[code][0]] if code in self.cells else ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All deciding desks' positions as this viewer may read them."""

    sight: Sight
    desks: tuple[Filed, ...]
    rows: tuple[Row, ...]

    @property
    def opened(self) -> bool:
        """The positions have opened to the viewer's desk."""
        return self.sight.desk_opened_at is not None


def comparison(viewer: Actor, case_id: UUID) -> Comparison:
    """The positions that the viewer may read, in three statements. Raises NotFound."""
    seen = sight(viewer, case_id, Action.ASSESSMENT_READ)
    stands = Position.superseded_at.is_(None)
    shown = and_(Position.desk_id == Desk.id, stands, visible(Position.id, "position", seen.parties))
    fetched = db.session.execute(
        select(
            Desk.id,
            Desk.state,
            Authority.code,
            Authority.name,
            Position.id.label("position_id"),
            Position.recommendation,
            Position.summary,
            Position.sha256,
            Position.filed_at,
            Position.record,
        )
        .join(Authority, Authority.id == Desk.authority_id)
        .outerjoin(Position, shown)
        .where(Desk.case_id == case_id, Desk.part == "decides")
        .order_by(Authority.code),
    ).all()
    filed = tuple(
        Filed(
            code=row.code,
            name=row.name,
            mine=row.id == seen.desk_id,
            recommendation=row.recommendation,
            summary=row.summary or "",
            sha256=row.sha256 or "",
            filed_at=row.filed_at,
            record=row.record,
        )
        for row in fetched
        if row.position_id is not None or row.state not in ENDED_DESK
    )
    content = db.session.scalars(select(Programme.content).where(Programme.id == seen.programme_id)).one()
    records: dict[str, Mapping[str, Any]] = {one.code: one.record for one in filed if one.record is not None}
    # What a desk relies on is read once positions are open; before that the reliance stands as it was filed.
    return Comparison(seen, filed, _rows(content, resolved(records) if seen.desk_opened_at else records))


def _rows(content: Mapping[str, Any], records: Mapping[str, Mapping[str, Any]]) -> tuple[Row, ...]:
    rows = []
    for joint in content["joint_criteria"]:
        cells = {}
        for code, record in records.items():
            found = tuple(row for row in record["findings"] if row["joint"] == joint["code"])
            if found:
                cells[code] = (worst(row["value"] for row in found), found)
        if cells:
            rows.append(Row(joint["code"], joint["title"], joint["question"], cells))
    return tuple(rows)


__all__ = ["Comparison", "Filed", "Row", "comparison"]
