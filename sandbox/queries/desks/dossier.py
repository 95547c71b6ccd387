"""The firm's dossier as the desks read it: the last submitted version and nothing of the working copy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotFound
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion
from sandbox.models.catalogue import Programme
from sandbox.queries.access import visible
from sandbox.queries.desks.sight import Sight, sight


@dataclass(frozen=True, slots=True)
class Submitted:
    """One submitted version in a list."""

    id: UUID
    number: int
    submitted_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the firm submitted, and the versions before it."""

    sight: Sight
    id: UUID
    number: int
    submitted_at: datetime
    sha256: str
    record: dict[str, Any]
    programme: dict[str, Any]
    versions: tuple[Submitted, ...]
    follows: bool  # the firm has applied with this before


def dossier(viewer: Actor, case_id: UUID, number: int | None = None) -> Dossier:
    """The submitted version of that number (None: the present one), in three statements. Raises NotFound."""
    seen = sight(viewer, case_id, Action.CASE_READ)
    model = ApplicationVersion
    versions = tuple(
        Submitted(row.id, row.number, row.submitted_at, row.sha256)
        for row in db.session.execute(
            select(model.id, model.number, model.submitted_at, model.sha256)
            .where(model.application_id == seen.application_id, visible(model.id, "version", seen.parties))
            .order_by(model.number.desc()),
        )
    )
    wanted = next(
        (row for row in versions if row.number == number or (number is None and row.id == seen.version_id)), None
    )
    if wanted is None:
        raise NotFound("There is nothing here.")
    record, content, follows_id = db.session.execute(
        select(model.record, Programme.content, Application.follows_id)
        .select_from(model)
        .join(Application, Application.id == model.application_id)
        .join(Programme, Programme.id == seen.programme_id)
        .where(model.id == wanted.id),
    ).one()
    return Dossier(
        sight=seen,
        id=wanted.id,
        number=wanted.number,
        submitted_at=wanted.submitted_at,
        sha256=wanted.sha256,
        record=record,
        programme=content,
        versions=versions,
        follows=follows_id is not None,
    )


__all__ = ["Dossier", "Submitted", "dossier"]
