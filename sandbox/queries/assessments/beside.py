"""What stands beside one criterion on the workbench: inputs, earlier words, paragraphs, standards, what changed.

Rule: the own desk's only, as the workbench itself. One statement for each of them, whatever their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.conflicts import RECUSED
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.assessments import EarlierFinding, Finding, Paragraph, SpecialistInput
from sandbox.models.catalogue import Standard
from sandbox.models.desks import ConflictDeclaration
from sandbox.models.people import Person
from sandbox.queries.access import visible
from sandbox.queries.assessments.bench import Criterion, Workbench
from sandbox.queries.desks.sight import sight


@dataclass(frozen=True, slots=True)
class Said:
    """What one person said on a criterion. `quarantined`: who wrote it has an interest in the case."""

    by: str
    mine: bool
    text: str
    at: datetime
    value: str = ""
    quarantined: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True)
class Beside:
    """Everything beside one criterion. `record_before` is the dossier that a stale finding rests on."""

    inputs: tuple[Said, ...]
    earlier: tuple[Said, ...]
    paragraphs: tuple[tuple[str, str, str], ...]
    standards: tuple[Any, ...]
    number_before: int | None
    record_before: dict[str, Any] | None

    @property
    def mine(self) -> Said | None:
        """The viewer's own input."""
        return next((one for one in self.inputs if one.mine), None)


def _inputs(bench: Workbench, criterion: Criterion) -> tuple[Said, ...]:
    seen, model = bench.sight, SpecialistInput
    left = and_(
        ConflictDeclaration.case_id == seen.case_id,
        ConflictDeclaration.person_id == model.author_id,
        ConflictDeclaration.superseded_at.is_(None),
        ConflictDeclaration.outcome == RECUSED,
    )
    rows = db.session.execute(
        select(model, Person.name, ConflictDeclaration.id.label("recused"))
        .join(Person, Person.id == model.author_id)
        .outerjoin(ConflictDeclaration, left)
        .where(model.desk_id == seen.desk_id, model.criterion_id == criterion.id)
        .order_by(model.written_at, model.id),
    )
    me = seen.viewer.person_id
    return tuple(
        Said(name, row.author_id == me, row.text, row.written_at, quarantined=recused is not None, version=row.version)
        for row, name, recused in rows
    )


def _earlier(criterion: Criterion) -> tuple[Said, ...]:
    model = EarlierFinding
    rows = db.session.execute(
        select(model.value, model.reasons, model.written_at, Person.name)
        .join(Person, Person.id == model.author_id)
        .where(model.finding_id == criterion.finding_id)
        .order_by(model.replaced_at.desc(), model.id),
    )
    return tuple(Said(row.name, False, row.reasons, row.written_at, value=row.value) for row in rows)


def _paragraphs(bench: Workbench, criterion: Criterion) -> tuple[tuple[str, str, str], ...]:
    """Id, title and text of the paragraphs that can be inserted here; those of this criterion first."""
    model = Paragraph
    rows = db.session.execute(
        select(model.id, model.title, model.text)
        .where(
            model.authority_id == bench.sight.viewer.organisation_id,
            model.retired_at.is_(None),
            or_(model.criterion.is_(None), model.criterion == criterion.code),
        )
        .order_by(model.criterion.is_(None), model.title, model.id),
    )
    return tuple((str(key), title, text) for key, title, text in rows)


def _standards() -> tuple[Any, ...]:
    model = Standard
    return tuple(
        db.session.execute(select(model.code, model.framework, model.number, model.title).order_by(model.position))
    )


def _before(bench: Workbench, criterion: Criterion) -> tuple[int | None, dict[str, Any] | None]:
    model = ApplicationVersion
    row = db.session.execute(
        select(model.number, model.record).where(
            model.id == criterion.version_id, visible(model.id, "version", bench.sight.parties)
        ),
    ).one_or_none()
    return (row.number, row.record) if row is not None else (None, None)


def beside(bench: Workbench, criterion: Criterion) -> Beside:
    """What stands beside a criterion of a workbench that its viewer has opened, in five statements."""
    number, record = _before(bench, criterion)
    return Beside(
        _inputs(bench, criterion),
        _earlier(criterion),
        _paragraphs(bench, criterion),
        _standards(),
        number,
        record if criterion.stale else None,
    )


def version_of(viewer: Actor, case_id: UUID, criterion_id: UUID) -> int:
    """The version of the own desk's finding on a criterion; 0 where there is none. Raises NotFound."""
    seen = sight(viewer, case_id, Action.ASSESSMENT_READ)
    found = select(Finding.version).where(Finding.desk_id == seen.desk_id, Finding.criterion_id == criterion_id)
    return db.session.scalar(found) or 0


__all__ = ["Beside", "Said", "beside", "version_of"]
