"""Takes requirements and the map between them from the catalogue's files into the database.

Rule: nothing that stood is lost. A changed row is a new version; the one before keeps its number and its moment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.domain.catalogue import Equivalences
from sandbox.domain.catalogue.requirements import RequirementEquivalence as Row
from sandbox.domain.coverage import Link, ends
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Requirement, RequirementEquivalence, reliances_on

SAID = ("relation", "valid_from", "valid_until", "reason", "source", "sure")  # of a row, in the order of Link


def keep_requirements(authority_id: UUID, rows: Sequence[Mapping[str, Any]]) -> None:
    """The requirements of one authority as the file has them now; what is gone from it is no longer current."""
    known = list(db.session.scalars(select(Requirement).where(Requirement.authority_id == authority_id)))
    current = {row.code: row for row in known if row.current}
    for place, content in enumerate(rows):
        code, before = content["code"], current.pop(content["code"], None)
        if before is not None and before.content == content:
            before.position = place
            continue
        if before is not None:
            before.current = False
        number = max((row.number for row in known if row.code == code), default=0) + 1
        db.session.add(
            Requirement(authority_id=authority_id, code=code, number=number, position=place, content=dict(content)),
        )
    for gone in current.values():
        gone.current = False
    db.session.flush()


def keep_equivalences(record: Equivalences, ids: Mapping[str, UUID]) -> None:
    """The rows of one pair of authorities; what the file says otherwise now, or no longer, is marked as replaced."""
    one, other, model = ids[record.authority], ids[record.to], RequirementEquivalence
    standing = {
        (row.from_requirement, row.to_requirement, row.valid_from): row
        for row in db.session.scalars(
            select(model).where(
                model.from_authority_id == one, model.to_authority_id == other, model.replaced_at.is_(None)
            ),
        )
    }
    moment = now()
    for row in record.requirements:
        key = (row.requirement, row.other, row.valid_from)
        before = standing.pop(key, None)
        if before is not None and not changes(before, row):
            continue
        if before is not None:
            before.replaced_at = moment
        number = db.session.scalar(
            select(func.coalesce(func.max(model.number), 0)).where(
                model.from_authority_id == one,
                model.to_authority_id == other,
                model.from_requirement == row.requirement,
                model.to_requirement == row.other,
                model.valid_from == row.valid_from,
            ),
        )
        db.session.add(
            model(
                from_authority_id=one,
                from_requirement=row.requirement,
                to_authority_id=other,
                to_requirement=row.other,
                valid_from=row.valid_from,
                number=(number or 0) + 1,
                loaded_at=moment,
                **said(row),
            ),
        )
    for gone in standing.values():
        gone.replaced_at = moment
    db.session.flush()


def standing(codes: Collection[str]) -> tuple[dict[str, list[Mapping[str, Any]]], list[Link]]:
    """By which rows one of these authorities rests on another today, and the requirements at both ends of them."""
    rows = db.session.execute(reliances_on(now().date(), codes)).all()
    sides = [side for row in rows for side in ((row[1], row[3], row[4]), (row[2], row[5], row[6]))]
    links = [
        Link(one, row.from_requirement, other, row.to_requirement, *(getattr(row, name) for name in SAID))
        for row, one, other, *_ends in rows
    ]
    return ends(sides), links


def said(row: Row) -> dict[str, Any]:
    """What a row says about its pair, by column."""
    return {
        "relation": row.relation.value,
        "valid_until": row.valid_until,
        "reason": row.reason,
        "source": row.source,
        "sure": row.sure.value,
    }


def changes(kept: RequirementEquivalence, row: Row) -> bool:
    """True when the file says something else than the row that is kept."""
    return any(getattr(kept, name) != value for name, value in said(row).items())


__all__ = ["keep_equivalences", "keep_requirements", "standing"]
