"""The routing rules of the programmes, all versions. Reference data: no case, and no party is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.extensions import db
from sandbox.models.catalogue import Programme, RuleSet
from sandbox.models.desks import DeskRouting


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a programme's rules. `desks`: how many desks were routed by it."""

    number: int
    valid_from: date
    loaded_at: datetime
    rules: tuple[Mapping[str, Any], ...]
    desks: int


@dataclass(frozen=True, slots=True)
class ProgrammeRules:
    """A programme with the versions of its rules, the newest first."""

    id: UUID
    code: str
    name: str
    content: Mapping[str, Any]
    versions: tuple[Version, ...]


def rule_sets() -> tuple[ProgrammeRules, ...]:
    """All programmes with all versions of their rules, in two statements."""
    used = select(func.count()).where(DeskRouting.rule_set_id == RuleSet.id).scalar_subquery()
    rows = db.session.execute(
        select(RuleSet, used.label("desks")).order_by(RuleSet.programme_id, RuleSet.version.desc()),
    ).all()
    found: dict[UUID, list[Version]] = {}
    for row, desks in rows:
        version = Version(row.version, row.valid_from, row.loaded_at, tuple(row.content), desks)
        found.setdefault(row.programme_id, []).append(version)
    programmes = db.session.execute(
        select(Programme.id, Programme.code, Programme.name, Programme.content).order_by(Programme.code),
    )
    return tuple(
        ProgrammeRules(row.id, row.code, row.name, row.content, tuple(found.get(row.id, ()))) for row in programmes
    )


__all__ = ["ProgrammeRules", "Version", "rule_sets"]
