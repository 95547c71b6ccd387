"""The equivalence map as anybody reads it: criteria and requirements of one authority beside those of another.

Reference data only: no case, no firm and no person is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import aliased

from sandbox.domain.catalogue.terms import Relation
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import (
    ONE,
    OTHER,
    Authority,
    Criterion,
    Equivalence,
    Requirement,
    RequirementEquivalence,
)


@dataclass(frozen=True, slots=True)
class Pick:
    """What a reader asks for. `on` None: today; `history`: all versions of all rows, whatever day they are for."""

    authority: str = ""
    to: str = ""
    relation: str = ""
    on: date | None = None
    history: bool = False


@dataclass(frozen=True, slots=True)
class MapRow:
    """One relation. `kind`: requirement or criterion; `id` is None for a criterion, which desks rely on instead."""

    id: UUID | None
    kind: str
    authority: str
    code: str
    title: str
    to: str
    other: str
    other_title: str
    relation: str
    valid_from: date
    valid_until: date | None
    reason: str
    source: str
    sure: str
    number: int
    loaded_at: datetime | None
    replaced_at: datetime | None

    def on(self, day: date) -> bool:
        """Is it in force on that day, by the present version of the map?"""
        return (
            self.replaced_at is None
            and self.valid_from <= day
            and (self.valid_until is None or day <= self.valid_until)
        )


@dataclass(frozen=True, slots=True)
class MapPage:
    """The map: what was picked, by pair of authorities, and the authorities to choose from."""

    pick: Pick
    day: date
    authorities: tuple[tuple[str, str], ...]
    pairs: tuple[tuple[tuple[str, str], tuple[MapRow, ...]], ...]

    @property
    def count(self) -> int:
        """How many rows are shown."""
        return sum(len(rows) for _, rows in self.pairs)

    def name(self, code: str) -> str:
        """The name of an authority."""
        return dict(self.authorities).get(code, code)


def _requirements() -> Select[*tuple[RequirementEquivalence, str, str, Requirement, Requirement]]:
    model, one, other = RequirementEquivalence, aliased(Requirement), aliased(Requirement)
    return (
        select(model, ONE.code, OTHER.code, one, other)
        .join(ONE, ONE.id == model.from_authority_id)
        .join(OTHER, OTHER.id == model.to_authority_id)
        .outerjoin(
            one,
            and_(one.authority_id == ONE.id, one.code == model.from_requirement, one.current.is_(True)),
        )
        .outerjoin(
            other,
            and_(other.authority_id == OTHER.id, other.code == model.to_requirement, other.current.is_(True)),
        )
        .order_by(one.position, model.from_requirement, model.valid_from, model.number)
    )


def _requirement_rows() -> list[MapRow]:
    return [
        MapRow(
            id=row.id,
            kind="requirement",
            authority=authority,
            code=row.from_requirement,
            title=one.content["title"] if one else row.from_requirement,
            to=to,
            other=row.to_requirement,
            other_title=other.content["title"] if other else row.to_requirement,
            relation=row.relation,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            reason=row.reason,
            source=row.source,
            sure=row.sure,
            number=row.number,
            loaded_at=row.loaded_at,
            replaced_at=row.replaced_at,
        )
        for row, authority, to, one, other in db.session.execute(_requirements())
    ]


def _criterion_rows() -> list[MapRow]:
    model, one, other = Equivalence, aliased(Criterion), aliased(Criterion)
    first = and_(one.authority_id == ONE.id, one.code == model.from_criterion, one.current.is_(True))
    second = and_(other.authority_id == OTHER.id, other.code == model.to_criterion, other.current.is_(True))
    rows = db.session.execute(
        select(model, ONE.code, OTHER.code, one.title, other.title)
        .join(ONE, ONE.id == model.from_authority_id)
        .join(OTHER, OTHER.id == model.to_authority_id)
        .outerjoin(one, first)
        .outerjoin(other, second)
        .order_by(model.from_criterion, model.valid_from),
    )
    return [
        MapRow(
            id=None,
            kind="criterion",
            authority=authority,
            code=row.from_criterion,
            title=title or row.from_criterion,
            to=to,
            other=row.to_criterion,
            other_title=other_title or row.to_criterion,
            relation=row.relation,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            reason=row.reason,
            source=row.source,
            sure=row.sure,
            number=1,
            loaded_at=None,
            replaced_at=None,
        )
        for row, authority, to, title, other_title in rows
    ]


def equivalences(pick: Pick) -> MapPage:
    """The rows that were picked, by pair of authorities, in three statements."""
    day = pick.on or now().date()
    names = tuple(
        (row.code, row.name)
        for row in db.session.execute(select(Authority.code, Authority.name).order_by(Authority.code))
    )
    found: dict[tuple[str, str], list[MapRow]] = {}
    for row in (*_requirement_rows(), *_criterion_rows()):
        if (
            (not pick.authority or row.authority == pick.authority)
            and (not pick.to or row.to == pick.to)
            and (not pick.relation or row.relation == pick.relation)
            and (pick.history or row.on(day))
        ):
            found.setdefault((row.authority, row.to), []).append(row)
    return MapPage(pick, day, names, tuple((pair, tuple(found[pair])) for pair in sorted(found)))


RELATIONS = tuple(relation.value for relation in Relation)

__all__ = ["RELATIONS", "MapPage", "MapRow", "Pick", "equivalences"]
