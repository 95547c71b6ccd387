"""What differs between two versions of an application: any two that were submitted, for the firm and for the desks of
the case; and for the firm alone its working copy against one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.changes import Change, Record, differences
from sandbox.domain.errors import NotFound
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.catalogue import Programme
from sandbox.queries.access import visible
from sandbox.queries.applications.rows import Head
from sandbox.queries.applications.window import FIRM_ONLY
from sandbox.queries.applications.working import head_of, record_now
from sandbox.queries.desks.sight import Sight, sight
from sandbox.queries.questions import of_version, vocabulary_of_content

WORKING = 0  # stands for the working copy where a number of a version is asked for


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions and what differs. `numbers`: all that can be compared, the newest first.

    With fewer than two versions nothing is compared: no `before`, no `after`.
    """

    numbers: tuple[int, ...]
    before: int | None
    after: int | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class ComparedByFirm(Compared):
    """The same for the firm; `after` may be WORKING."""

    head: Head


@dataclass(frozen=True, slots=True)
class ComparedByDesk(Compared):
    """The same for who reads the case."""

    sight: Sight


def _numbers(application_id: UUID, parties: frozenset[str]) -> dict[int, UUID]:
    """The submitted versions that these parties may see, the newest first."""
    model = ApplicationVersion
    rows = db.session.execute(
        select(model.number, model.id)
        .where(model.application_id == application_id, visible(model.id, "version", parties))
        .order_by(model.number.desc())
    )
    return {row.number: row.id for row in rows}


def _record(version_id: UUID) -> Record:
    statement = select(ApplicationVersion.record).where(ApplicationVersion.id == version_id)
    return db.session.execute(statement).scalar_one()


def _chosen(known: list[int], before: int | None, after: int | None) -> tuple[int | None, int | None]:
    """The two that are compared, the older first; as nothing was asked: the newest and the one before it.

    `known`: the newest first. Raises NotFound for one that is not there.
    """
    if {before, after} - {None, *known}:
        raise NotFound("There is nothing here.")
    if len(known) < 2:
        return None, None
    newer = known[0] if after is None else after
    older = before if before is not None else next((one for one in known[known.index(newer) + 1 :]), known[-1])
    return (older, newer) if known.index(older) >= known.index(newer) else (newer, older)


def versions_of_firm(
    viewer: Actor, application_id: UUID, *, before: int | None = None, after: int | None = None
) -> ComparedByFirm:
    """For the firm: two versions, or its working copy (WORKING) where that differs from the last. Raises NotFound."""
    head = head_of(viewer, application_id)
    ids = _numbers(application_id, FIRM_ONLY)
    working = record_now(head)
    known = [WORKING, *ids] if ids and head.state == "submitted" and head.unsent(working) else list(ids)
    older, newer = _chosen(known, before, after)
    if older is None or newer is None:
        return ComparedByFirm(tuple(known), None, None, (), head)
    questions = head.questions if newer == WORKING else of_version(ids[newer])
    now = working if newer == WORKING else _record(ids[newer])
    changes = differences(_record(ids[older]), now, vocabulary_of_content(head.content, questions))
    return ComparedByFirm(tuple(known), older, newer, changes, head)


def versions_of_case(
    viewer: Actor, case_id: UUID, *, before: int | None = None, after: int | None = None
) -> ComparedByDesk:
    """For whoever reads the case: two versions that were submitted. Raises NotFound."""
    seen = sight(viewer, case_id, Action.CASE_READ)
    ids = _numbers(seen.application_id, seen.parties)
    older, newer = _chosen(list(ids), before, after)
    if older is None or newer is None:
        return ComparedByDesk(tuple(ids), None, None, (), seen)
    content = db.session.execute(select(Programme.content).where(Programme.id == seen.programme_id)).scalar_one()
    words = vocabulary_of_content(content, of_version(ids[newer]))
    changes = differences(_record(ids[older]), _record(ids[newer]), words)
    return ComparedByDesk(tuple(ids), older, newer, changes, seen)


__all__ = ["WORKING", "ComparedByDesk", "ComparedByFirm", "versions_of_case", "versions_of_firm"]
