"""Takes the access log into the trail: complete lines, in batches, each line exactly once.

How far a file has been taken stands in the database and is written with the events, in one transaction: a worker that
is killed in the middle repeats the batch, and a batch that was committed is not repeated. Views of a case go to the
chain of the case and are shown to the viewer's own party; refused attempts go to the chain of the organisation.
"""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from sandbox.adapters import access_log
from sandbox.adapters.access_log import Line
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.extensions import db, setting
from sandbox.models.base import now
from sandbox.models.desks import Case
from sandbox.models.trail import AccessIntake
from sandbox.services import trail
from sandbox.services.unit import reading, use_case

BATCH = 50  # lines in one transaction: the writers of the portal wait no longer than that


def take_in(limit: int = 10_000) -> int:
    """Take what stands in the access log into the trail; how many lines. Files that are done with are removed."""
    taken = 0
    for path in access_log.files(Path(setting("ACCESS_LOG"))):
        while taken < limit and _has_more(path) and (more := _take_batch(path)):
            taken += more
        _tidy(path)
    return taken


def _has_more(path: Path) -> bool:
    """Asked without a writing transaction, so that an idle log costs nothing."""
    try:
        return path.stat().st_size > _taken(path.name)
    except FileNotFoundError:
        return False


@use_case
def _take_batch(path: Path) -> int:
    progress = _progress(path.name)
    batch = list(islice(access_log.lines(path, progress.taken), BATCH))
    if not batch:
        return 0
    cases = _known_cases(batch)
    for line in batch:
        _take(path.name, line, cases)
    progress.taken, progress.taken_at = batch[-1].end, now()
    return len(batch)


def _progress(name: str) -> AccessIntake:
    """The file's row, made at need and locked: two workers never take the same lines."""
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    db.session.execute(insert(AccessIntake).values(file=name, taken=0, taken_at=now()).on_conflict_do_nothing())
    statement = select(AccessIntake).where(AccessIntake.file == name).with_for_update()
    return db.session.execute(statement.execution_options(populate_existing=True)).scalar_one()


def _known_cases(batch: list[Line]) -> set[UUID]:
    named = {case_id for line in batch if (case_id := _uuid(line.entry, "case"))}
    return set(db.session.scalars(select(Case.id).where(Case.id.in_(named)))) if named else set()


def _uuid(entry: dict[str, Any] | None, name: str) -> UUID | None:
    try:
        return UUID(entry[name]) if entry and entry.get(name) else None
    except (ValueError, TypeError, AttributeError):
        return None


def _take(file: str, line: Line, cases: set[UUID]) -> None:
    """One event. A line that cannot be read is recorded as such: nothing is dropped silently."""
    entry = line.entry or {}
    action = _action(entry)
    case_id = _uuid(entry, "case")
    case_id = case_id if case_id in cases and action is not Action.ACCESS_DENIED else None
    organisation = _uuid(entry, "organisation")
    scope = trail.SIGN_INS
    if case_id is not None:
        scope = trail.case_scope(case_id)
    elif organisation is not None:
        scope = trail.organisation_scope(organisation)
    viewer = Actor(
        person_id=_uuid(entry, "person"),
        organisation_id=organisation,
        organisation=Organisation.NONE,
        roles=frozenset(),
        name=_text(entry, "name", 200),
        organisation_name=_text(entry, "organisation_name", 200),
    )
    party = _text(entry, "party", 24)
    detail = {
        "item": _text(entry, "item", 1000),
        "asked": _text(entry, "action", 64),
        "line": f"{file}:{line.end}",
        "readable": line.entry is not None,
    }
    audience = {party} if party and case_id is not None else set()
    trail.record(scope, action, viewer, audience, case_id=case_id, detail=detail, at=_moment(entry))


def _text(entry: dict[str, Any], name: str, limit: int) -> str:
    """Text that every database can keep, whatever stands in the line: one bad line must not stop the others."""
    return str(entry.get(name, "")).encode("utf-8", "replace").decode().replace("\0", "")[:limit]


def _action(entry: dict[str, Any]) -> Action:
    try:
        return Action(entry.get("kind", ""))
    except ValueError:
        return Action.ACCESS_DENIED


def _moment(entry: dict[str, Any]) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(entry.get("at", "")))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _tidy(path: Path) -> None:
    if access_log.finished(path, _taken(path.name)):
        path.unlink(missing_ok=True)
        _forget(path.name)


@reading
def _taken(name: str) -> int:
    return db.session.scalar(select(AccessIntake.taken).where(AccessIntake.file == name)) or 0


@use_case
def _forget(name: str) -> None:
    db.session.execute(delete(AccessIntake).where(AccessIntake.file == name))


__all__ = ["take_in"]
