"""What has been issued, for whoever runs the portal: one row a joint notice, or an instrument that stands alone."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select

from sandbox.extensions import db
from sandbox.models.decisions import Edition
from sandbox.models.desks import Case
from sandbox.queries.decisions.reading import standing

ORDER = {"joint_notice": 0, "instrument": 1, "public": 2}


@dataclass(frozen=True, slots=True)
class Listed:
    """One document of a row: its name, kind, how many signatures it carries, and the hash of its bytes."""

    name: str
    kind: str
    signatures: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Row:
    """A joint notice with its instruments, or an instrument alone."""

    case: str
    number: str
    status: str
    code: str
    editions: tuple[Listed, ...]


def issued() -> list[Row]:
    """Every issued joint notice and every instrument of a case without one, by reference of the case."""
    rows = db.session.execute(
        select(Case.reference, Edition)
        .join(Case, Case.id == Edition.case_id)
        .where(Edition.issued_at.is_not(None))
        .order_by(Case.reference, Edition.issued_at, Edition.number),
    ).all()
    by_case: dict[str, list[Edition]] = {}
    for reference, edition in rows:
        by_case.setdefault(reference, []).append(edition)
    return [row for reference, editions in by_case.items() for row in _rows(reference, editions)]


def _rows(reference: str, editions: list[Edition]) -> list[Row]:
    ordered = sorted(editions, key=lambda one: ORDER[one.kind])
    notices = [one for one in ordered if one.kind == "joint_notice"]
    others = [one for one in ordered if one.kind != "joint_notice"]
    if not notices:
        return [_row(reference, one, [one]) for one in others]
    return [_row(reference, one, [one, *_told(one, others)]) for one in notices]


def _told(notice: Edition, others: list[Edition]) -> list[Edition]:
    """The documents that a version of the joint notice lists; an instrument issued later stands in the next one."""
    numbers = {row["number"] for row in notice.record["instruments"]}
    return [one for one in others if one.kind != "instrument" or one.number in numbers]


def _row(reference: str, head: Edition, editions: list[Edition]) -> Row:
    listed = tuple(Listed(one.name, one.kind, len(one.expected), one.sha256) for one in editions)
    return Row(reference, head.number, standing(head.status, head.record), head.code, listed)


def plain_name(name: str) -> str:
    """A name as it is compared: `Instrument of FCA` and `instrument-of-fca` are the same."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def find(case: str, name: str) -> Listed | None:
    """The issued document of that name (or number) in a case; the newest when there were several."""
    rows = db.session.execute(
        select(Edition)
        .join(Case, Case.id == Edition.case_id)
        .where(Case.reference == case.strip().upper(), Edition.issued_at.is_not(None))
        .order_by(Edition.issued_at.desc()),
    ).scalars()
    for one in rows:
        if plain_name(name) in {plain_name(one.name), plain_name(one.number)}:
            return Listed(one.name, one.kind, len(one.expected), one.sha256)
    return None


__all__ = ["Listed", "Row", "find", "issued"]
