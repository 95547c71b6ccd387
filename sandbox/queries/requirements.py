"""The rows that every page of coverage reads: requirements and links. Reference data: no party is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sandbox.domain.coverage import Link, ends
from sandbox.extensions import db
from sandbox.models.catalogue import RequirementEquivalence, current_requirements, equivalences_on, reliances_on


def requirements_of(codes: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
    """What these authorities require now, in the order of `codes`."""
    found: dict[str, list[Mapping[str, Any]]] = {code: [] for code in codes}
    for code, content in db.session.execute(current_requirements(codes)):
        found[code].append(content)
    return found


def link_of(row: RequirementEquivalence, authority: str, to: str) -> Link:
    """A row of the map as the domain reads it."""
    return Link(
        authority=authority,
        requirement=row.from_requirement,
        to=to,
        other=row.to_requirement,
        relation=row.relation,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        reason=row.reason,
        source=row.source,
        sure=row.sure,
    )


def links_on(day: date, codes: Sequence[str]) -> tuple[Link, ...]:
    """The map between these authorities as it is in force on a day."""
    return tuple(link_of(*row) for row in db.session.execute(equivalences_on(day, codes)))


def reliances(day: date, codes: Sequence[str]) -> tuple[dict[str, list[Mapping[str, Any]]], tuple[Link, ...]]:
    """By which rows one of these authorities rests on another that day, and the requirements at both ends of them."""
    rows = db.session.execute(reliances_on(day, codes)).all()
    sides = [side for row in rows for side in ((row[1], row[3], row[4]), (row[2], row[5], row[6]))]
    return ends(sides), tuple(link_of(*row[:3]) for row in rows)


__all__ = ["link_of", "links_on", "reliances", "requirements_of"]
