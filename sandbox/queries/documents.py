"""The firm's files as their readers may see them.

The firm sees its working copy and what it ever submitted. A desk's people see the documents of the last submitted
version of a case that they may open, and nothing that was added since.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.errors import NotFound
from sandbox.domain.policy import named
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion, DossierDocument
from sandbox.models.desks import Case, Desk, RequestQuestion, open_questions
from sandbox.queries.access import draft_permitted, permitted


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a dossier. `size` in bytes; `scanned` is `clean` or `not_scanned`."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str
    scanned: str
    uploaded_at: datetime


@dataclass(frozen=True, slots=True)
class Dossier:
    """The files of one application for one viewer, and whether they may be changed now.

    `fixed`: those that stay, because only a further file was asked for.
    """

    application_id: UUID
    documents: tuple[Document, ...]
    editable: bool
    fixed: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Download:
    """One file to be handed over, and the case that it belongs to, if there is one yet."""

    document: Document
    application_id: UUID
    case_id: UUID | None


COLUMNS = (
    DossierDocument.id,
    DossierDocument.name,
    DossierDocument.media_type,
    DossierDocument.size,
    DossierDocument.sha256,
    DossierDocument.scanned,
    DossierDocument.uploaded_at,
)


def of_application(viewer: Actor, application_id: UUID) -> Dossier:
    """The files of an application: the firm's working copy, or what a desk's people may read. Raises NotFound."""
    if viewer.organisation is Organisation.FIRM:
        return _working_copy(viewer, application_id)
    record = db.session.scalar(
        select(ApplicationVersion.record)
        .join(Case, Case.current_version_id == ApplicationVersion.id)
        .where(Case.application_id == application_id, permitted(viewer, Action.DOCUMENT_READ)),
    )
    if record is None:
        raise NotFound("There is nothing here.")
    return Dossier(application_id, tuple(_submitted(record)), editable=False)


def _working_copy(viewer: Actor, application_id: UUID) -> Dossier:
    state = db.session.scalar(
        select(Application.state).where(
            Application.id == application_id,
            draft_permitted(viewer, Action.DOCUMENT_READ),
        ),
    )
    if state is None:
        raise NotFound("There is nothing here.")
    rows = db.session.execute(
        select(*COLUMNS)
        .where(DossierDocument.application_id == application_id, DossierDocument.removed_at.is_(None))
        .order_by(DossierDocument.uploaded_at, DossierDocument.id),
    )
    documents = tuple(Document(*row) for row in rows)
    if not named(viewer, Action.DOCUMENT_UPLOAD):
        return Dossier(application_id, documents, editable=False)
    if _open(application_id, state):
        return Dossier(application_id, documents, editable=True)
    asked = db.session.scalar(
        open_questions(func.count()).where(Case.application_id == application_id, RequestQuestion.wants_file),
    )
    return Dossier(application_id, documents, bool(asked), _in_last_version(application_id))


def _in_last_version(application_id: UUID) -> frozenset[UUID]:
    record = db.session.scalar(
        select(ApplicationVersion.record)
        .join(Case, Case.current_version_id == ApplicationVersion.id)
        .where(Case.application_id == application_id),
    )
    return frozenset(UUID(one["id"]) for one in (record or {}).get("documents", ()))


def _open(application_id: UUID, state: str) -> bool:
    """A draft, or a submitted application while a desk waits for what was incomplete."""
    waiting = exists().where(
        Case.application_id == application_id,
        Desk.case_id == Case.id,
        Desk.state == "incomplete",
        Case.withdrawn_at.is_(None),
    )
    return state == "draft" or (state == "submitted" and bool(db.session.scalar(select(waiting))))


def _submitted(record: dict[str, Any]) -> Iterable[Document]:
    """The documents that a submitted version names, with the names that they were submitted under."""
    entries = {UUID(entry["id"]): entry for entry in record.get("documents", ())}
    if not entries:
        return
    rows = {row.id: row for row in db.session.execute(select(*COLUMNS).where(DossierDocument.id.in_(entries)))}
    for key, entry in entries.items():
        if key in rows:
            row = rows[key]
            yield Document(
                id=key,
                name=entry["name"],
                media_type=entry["media_type"],
                size=entry["size"],
                sha256=entry["sha256"],
                scanned=row.scanned,
                uploaded_at=row.uploaded_at,
            )


def for_download(viewer: Actor, document_id: UUID) -> Download:
    """One file for a viewer who may read it. Raises NotFound, also where it merely may not be known."""
    row = db.session.execute(
        select(*COLUMNS, DossierDocument.application_id, Case.id.label("case_id"))
        .outerjoin(Case, Case.application_id == DossierDocument.application_id)
        .where(DossierDocument.id == document_id),
    ).one_or_none()
    if row is None:
        raise NotFound("There is nothing here.")
    if viewer.organisation is Organisation.FIRM:
        return _of_the_firm(viewer, row)
    known = {document.id: document for document in of_application(viewer, row.application_id).documents}
    if document_id not in known:
        raise NotFound("There is nothing here.")
    return Download(known[document_id], row.application_id, row.case_id)


def _of_the_firm(viewer: Actor, row: Any) -> Download:
    """Also a removed one: the versions that named it stay readable for the firm."""
    mine = db.session.scalar(
        select(Application.id).where(
            Application.id == row.application_id,
            draft_permitted(viewer, Action.DOCUMENT_READ),
        ),
    )
    if mine is None:
        raise NotFound("There is nothing here.")
    return Download(Document(*row[: len(COLUMNS)]), row.application_id, row.case_id)


__all__ = ["Document", "Dossier", "Download", "for_download", "of_application"]
