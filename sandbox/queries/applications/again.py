"""What differs between an application and the earlier one that it was copied from.

Rule: the firm and the desks of the new case read the difference of the submitted answers. The earlier case itself, its
reference included, is named only to whoever may know of it; its notes, positions and requests are never read here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.changes import Change, differences
from sandbox.domain.errors import NotFound
from sandbox.domain.values import DECLARATION
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion
from sandbox.models.desks import Case
from sandbox.queries.access import permitted
from sandbox.queries.applications.rows import Head
from sandbox.queries.applications.working import head_of, record_now
from sandbox.queries.desks.sight import Sight, sight
from sandbox.queries.questions import vocabulary_of_content, vocabulary_of_version


@dataclass(frozen=True, slots=True)
class Since:
    """For the firm: the differences, and the case before. `sent`: they were submitted, not only saved."""

    head: Head
    case_id: UUID
    reference: str
    sent: bool
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """For a desk of the new case: the differences; the case before only where the viewer may know of it."""

    sight: Sight
    case_id: UUID | None
    reference: str | None
    changes: tuple[Change, ...]


def since(viewer: Actor, application_id: UUID) -> Since:
    """What the firm has changed since the application before. Raises NotFound where there was none."""
    head = head_of(viewer, application_id)
    row = db.session.execute(
        select(Case.id, Case.reference, ApplicationVersion.record)
        .join(Application, Application.follows_id == Case.application_id)
        .join(ApplicationVersion, ApplicationVersion.id == Case.current_version_id)
        .where(Application.id == application_id),
    ).one_or_none()
    if row is None:
        raise NotFound("There is nothing here.")
    words, now = vocabulary_of_content(head.content, head.questions), head.record
    if now is None:
        now = record_now(head)
    changes = differences(_without_ids(row.record), _without_ids(now), words)
    if head.record is None:  # they are made anew when it is submitted
        declared = {question.path for question in head.questions.of_kind(DECLARATION)}
        changes = tuple(one for one in changes if one.path not in declared)
    return Since(head, row.id, row.reference, head.record is not None, changes)


def earlier(viewer: Actor, case_id: UUID) -> Earlier:
    """What the firm has changed since it last applied, for who may read the new case. Raises NotFound."""
    seen = sight(viewer, case_id, Action.CASE_READ)
    before, after = aliased(ApplicationVersion), aliased(ApplicationVersion)
    row = db.session.execute(
        select(
            Case.id,
            Case.reference,
            permitted(viewer, Action.CASE_GLANCE).label("known"),
            before.record.label("before"),
            after.record.label("after"),
        )
        .join(Application, Application.follows_id == Case.application_id)
        .join(before, before.id == Case.current_version_id)
        .join(after, after.id == seen.version_id)
        .where(Application.id == seen.application_id),
    ).one_or_none()
    if row is None:
        raise NotFound("There is nothing here.")
    changes = differences(_without_ids(row.before), _without_ids(row.after), vocabulary_of_version(seen.version_id))
    return Earlier(seen, row.id if row.known else None, row.reference if row.known else None, changes)


def _without_ids(record: Mapping[str, Any]) -> dict[str, Any]:
    """A copied file is another document with the same content: here the content tells them apart."""
    return {**record, "documents": [{**one, "id": one["sha256"]} for one in record["documents"]]}


__all__ = ["Earlier", "Since", "earlier", "since"]
