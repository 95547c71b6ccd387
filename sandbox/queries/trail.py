"""What the history of a case shows, what the audit body sees of the trail, and whether all of it is still whole.

An event is shown to the parties of its audience; people of other organisations appear by their organisation only.
Numbers of the chains are never shown: they would tell of sealed acts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection, Text, and_, exists, func, or_, select, type_coerce

from sandbox.adapters import seals
from sandbox.adapters.blobs import BlobDamaged, BlobMissing, BlobStore, store_at
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.catalogue.terms import Part
from sandbox.domain.errors import NotFound
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.policy import named
from sandbox.domain.sentences import sentence
from sandbox.extensions import db, setting
from sandbox.models.applications import ApplicationVersion, DossierDocument
from sandbox.models.decisions import Edition, Signature
from sandbox.models.desks import Case, Desk
from sandbox.models.people import Organisation as OrganisationRow
from sandbox.models.trail import Audience, TrailBody, TrailCheckpoint, TrailEvent, TrailScope
from sandbox.queries import Page, access, instant, page_of, place, words
from sandbox.queries.integrity import Problem, Stored, snapshot, verify_trail

EVENTS_SHOWN = 50
VIEWS = frozenset(action.value for action in Action if action.value.endswith((".read", ".glance", ".audit")))

# Parts of a body that only name a thing, and what a bare number among them counts (by what the action is about).
ABOUT = ("desk", "name", "report", "decision", "number", "jurisdiction", "item")
COUNTED = {"request": "Request {number}", "contradiction": "note {number}"}
VERSIONS = "version {number}"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a case's history."""

    id: UUID
    at: datetime
    kind: str
    who: str
    text: str
    about: str  # which document, report or decision; never what it says
    view: bool  # somebody only looked


@dataclass(frozen=True, slots=True)
class History:
    """The history of a case as one viewer may see it."""

    case_id: UUID
    reference: str
    events: Page[Event]


def of_case(viewer: Actor, case_id: UUID, after: str | None = None, *, views: bool = False) -> History:
    """The events of a case that the viewer's parties may see, newest first; on demand also who opened what.

    Raises NotFound or NotAllowed unless the viewer may read the trail of this case.
    """
    access.demand_case(viewer, Action.TRAIL_READ, case_id)
    reference = db.session.execute(select(Case.reference).where(Case.id == case_id)).scalar_one()
    mine = sorted(access.parties(viewer, case_id, Action.TRAIL_READ))
    shown = (
        select(Audience.item_id)
        .where(
            Audience.party.in_(mine),
            Audience.case_id == case_id,
            Audience.item_kind == "trail",
            Audience.visible_from.is_not(None),
        )
        .distinct()
    )
    statement = (
        select(TrailEvent.id, TrailEvent.at, TrailEvent.kind, TrailBody.body)
        .outerjoin(TrailBody, TrailBody.event_id == TrailEvent.id)
        .where(TrailEvent.id.in_(shown))
        .order_by(TrailEvent.at.desc(), TrailEvent.id.desc())
        .limit(EVENTS_SHOWN + 1)
    )
    if not views:
        statement = statement.where(TrailEvent.kind.not_in(VIEWS))
    if (start := place(after, instant, UUID)) is not None:
        earlier = and_(TrailEvent.at == start[0], TrailEvent.id < start[1])
        statement = statement.where(or_(TrailEvent.at < start[0], earlier))
    events = [_shown(viewer, row) for row in db.session.execute(statement)]
    return History(case_id, reference, page_of(events, lambda event: (event.at.isoformat(), event.id), EVENTS_SHOWN))


def _shown(viewer: Actor, row: Stored) -> Event:
    event_id, at, kind, body = row
    actor = (body or {}).get("actor", {})
    organisation = str(actor.get("organisation") or "")
    name = str(actor.get("name") or "")
    own = organisation == viewer.organisation_name
    who = f"{name} ({organisation})" if own and name and organisation else organisation or name
    detail = (body or {}).get("detail", {})
    about = ", ".join(_named_as(kind, detail[name]) for name in ABOUT if detail.get(name))
    return Event(event_id, at, kind, who, sentence(kind, who), about, kind in VIEWS)


def _named_as(kind: str, value: object) -> str:
    """A name as it is; a bare number with what it counts."""
    if not isinstance(value, int):
        return str(value)
    return COUNTED.get(kind.partition(".")[0], VERSIONS).format(number=value)


# --- the audit body ---


@dataclass(frozen=True, slots=True)
class Chain:
    """One chain as the audit body sees it. `size` and `last_at` are empty while a case is sealed."""

    scope: str
    title: str
    size: int | None
    last_at: datetime | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """The trail's metadata: never what happened, only that the record is kept and whole."""

    chains: Page[Chain]
    cases: int
    checkpoint_at: datetime | None
    checkpoint_key: str


def audit(viewer: Actor, after: str | None = None) -> Audit:
    """Chains, sizes and the last checkpoint for the audit body. Raises NotFound for everybody else.

    While the positions of a case are sealed to one of its deciding desks (before the opening, and again while a desk
    that joined late has not filed) its chain shows no size and no time, since both would tell of filings.
    """
    if viewer.organisation is not Organisation.AUDIT_BODY or not named(viewer, Action.TRAIL_AUDIT):
        raise NotFound("There is nothing here.")
    statement = (
        select(TrailScope.scope, TrailScope.size, TrailScope.head, TrailEvent.digest, TrailEvent.at)
        .outerjoin(TrailEvent, and_(TrailEvent.scope == TrailScope.scope, TrailEvent.sequence == TrailScope.size))
        .order_by(TrailScope.scope)
        .limit(EVENTS_SHOWN + 1)
    )
    if (start := place(after, words)) is not None:
        statement = statement.where(TrailScope.scope > start[0])
    rows = db.session.execute(statement).all()
    cases, names = _cases(row.scope for row in rows), _organisations(row.scope for row in rows)
    chains = [_chain(row, cases, names) for row in rows]
    last = db.session.execute(
        select(TrailCheckpoint.at, TrailCheckpoint.key).order_by(TrailCheckpoint.at.desc()).limit(1),
    ).one_or_none()
    return Audit(
        chains=page_of(chains, lambda chain: (chain.scope,), EVENTS_SHOWN),
        cases=db.session.scalar(select(func.count()).select_from(Case)) or 0,
        checkpoint_at=last.at if last else None,
        checkpoint_key=last.key if last else "",
    )


def _cases(scopes: Iterable[str]) -> dict[str, Stored]:
    """Reference and whether it is open to all its deciding desks, of the cases among some chains."""
    wanted = [UUID(scope.partition(":")[2]) for scope in scopes if scope.startswith("case:")]
    late = exists().where(
        Desk.case_id == Case.id,
        Desk.part == Part.DECIDES.value,
        Desk.opened_at.is_(None),
        Desk.state.not_in(ENDED_DESK),
    )
    opened = Case.withdrawn_at.is_not(None) | (Case.opened_at.is_not(None) & ~late)
    rows = db.session.execute(select(Case.id, Case.reference, opened).where(Case.id.in_(wanted)))
    return {f"case:{row[0]}": row for row in rows}


def _organisations(scopes: Iterable[str]) -> dict[str, str]:
    """The names of the organisations among some chains."""
    wanted = [UUID(scope.partition(":")[2]) for scope in scopes if scope.startswith("organisation:")]
    rows = db.session.execute(select(OrganisationRow.id, OrganisationRow.name).where(OrganisationRow.id.in_(wanted)))
    return {f"organisation:{row.id}": row.name for row in rows}


def _chain(row: Stored, cases: Mapping[str, Stored], names: Mapping[str, str]) -> Chain:
    scope, size, head, digest, at = row
    kind, _, name = scope.partition(":")
    case = cases.get(scope)
    titles = {"case": f"Case {case[1] if case else name}", "organisation": names.get(scope, f"Organisation {name}")}
    sealed = case is not None and not case[2]
    return Chain(
        scope=scope,
        title=titles.get(kind, kind.replace("-", " ").capitalize()),
        size=None if sealed else size,
        last_at=None if sealed else at,
        whole=size == 0 or head == digest,
    )


def checkpoint(checkpoint_id: UUID) -> tuple[datetime, str]:
    """Moment and root of a checkpoint, for whoever keeps them elsewhere. For commands, which have no viewer."""
    row = db.session.execute(
        select(TrailCheckpoint.at, TrailCheckpoint.root).where(TrailCheckpoint.id == checkpoint_id),
    ).one()
    return row.at, row.root


# --- whether everything is whole ---


def verify(*, files: bool = True) -> Iterator[Problem]:
    """Everything that is wrong, as it is found: chains, frozen rows, checkpoints, and (unless told not to) files."""
    folder = Path(setting("KEYS"))
    yield from verify_trail(lambda key, signature, root: seals.holds(folder, key, signature, root))
    if files:
        yield from verify_files(store_at(setting("BLOBS")))


def verify_files(store: BlobStore) -> Iterator[Problem]:
    """Every file that a row names is there, and its content is what its hash says."""
    with snapshot() as connection:
        signed = select(Signature.signed_sha256).where(Signature.edition_id == Edition.id).correlate(Edition)
        editions = select(Edition.id, Edition.sha256, Edition.prepared_sha256, Edition.sha256.in_(signed))
        for edition_id, sha256, prepared, known in connection.execution_options(yield_per=200).execute(editions):
            if sha256 != prepared and not known:
                yield Problem("edition", str(edition_id), "its bytes are neither what was prepared nor what was signed")
            yield from _file(store, "edition", edition_id, sha256)
        documents = select(DossierDocument.id, DossierDocument.sha256)
        for document_id, sha256 in connection.execution_options(yield_per=200).execute(documents):
            yield from _file(store, "dossier_document", document_id, sha256)
        versions = select(ApplicationVersion.id, type_coerce(ApplicationVersion.record, Text))
        for version_id, record in connection.execution_options(yield_per=50).execute(versions):
            yield from _named(connection, version_id, record)


def _file(store: BlobStore, table: str, row_id: UUID, sha256: str) -> Iterator[Problem]:
    try:
        store.check(sha256)
    except BlobMissing:
        yield Problem(table, str(row_id), f"its file {sha256} is missing")
    except BlobDamaged:
        yield Problem(table, str(row_id), f"its file {sha256} was changed")


def _named(connection: Connection, version_id: UUID, record: str) -> Iterator[Problem]:
    """The documents that a submitted version names still have the content that was submitted."""
    try:
        entries = {str(UUID(entry["id"])): entry["sha256"] for entry in json.loads(record).get("documents", ())}
    except (ValueError, TypeError, KeyError, AttributeError):
        yield Problem("application_version", str(version_id), "its record cannot be read")
        return
    wanted = [UUID(key) for key in entries]
    statement = select(DossierDocument.id, DossierDocument.sha256).where(DossierDocument.id.in_(wanted))
    found = {str(row.id): row.sha256 for row in connection.execute(statement)}
    for key, sha256 in entries.items():
        if found.get(key) != sha256:
            what = "is missing" if key not in found else "is not the file that was submitted"
            yield Problem("dossier_document", key, f"{what} (version {version_id})")


__all__ = ["Audit", "Chain", "Event", "History", "audit", "checkpoint", "of_case", "verify", "verify_files"]
