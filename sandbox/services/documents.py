"""The firm's files: taken only when they are what they say, kept once, removed from the working copy only.

A file is checked and stored outside the transaction; the row and its trail are one. Submitted versions keep what they
named, whatever happens to the working copy.
"""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from uuid import UUID

from sqlalchemy import func, select

from sandbox.adapters.blobs import CHUNK, Blob, BlobDamaged, store_at
from sandbox.adapters.inspection import Inspected, Unacceptable, inspect
from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.changes import documents, of_document
from sandbox.domain.errors import NotNow
from sandbox.domain.requests import FILES
from sandbox.extensions import db, setting
from sandbox.models.applications import Application, ApplicationVersion, DossierDocument
from sandbox.models.base import now
from sandbox.models.decisions import Edition, Signature
from sandbox.models.desks import Case
from sandbox.services import trail
from sandbox.services.applications import editable, unlocked
from sandbox.services.engine import Matter, act, authorise
from sandbox.services.facts import draft_facts
from sandbox.services.unit import add, get, reading, use_case

log = logging.getLogger("sandbox.services.documents")

FILES_MAX = 50
BYTES_MAX = 100 * 1024 * 1024
CLOSED = "The application has been submitted. Its documents can be changed only when an authority asks for it."


@dataclass(frozen=True, slots=True)
class _Received:
    known: Inspected
    blob: Blob


def upload(actor: Actor, application_id: UUID, *, name: str, stream: IO[bytes]) -> UUID:
    """Add a file to the working copy of an application and return its document's id.

    The same content again gives the document that is already there. Raises NotFound, NotAllowed, NotNow, or
    Unacceptable with the reason in words; then nothing was kept.
    """
    _may(actor, Action.DOCUMENT_UPLOAD, application_id)
    try:
        received = _store(name, stream)
    except (OSError, BlobDamaged) as fault:  # a full disk, or a damaged copy of the very same content
        log.error("An uploaded file could not be stored: %s", fault)
        raise Unacceptable("The file could not be stored at the moment. Nothing was kept. Try again later.") from fault
    return _keep(actor, application_id, received)


def _store(name: str, stream: IO[bytes]) -> _Received:
    with tempfile.NamedTemporaryFile(prefix="upload-") as waiting:
        _receive(stream, waiting)
        known = inspect(Path(waiting.name), name, scanned_by=setting("SCANNER"))
        waiting.seek(0)
        return _Received(known, store_at(setting("BLOBS")).put(waiting))


def _receive(stream: IO[bytes], waiting: IO[bytes]) -> None:
    limit, size = int(setting("MAX_UPLOAD")), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            raise Unacceptable(f"The file is larger than {limit // 2**20} MB.")
        waiting.write(chunk)
    waiting.flush()


def _matter(application: Application, document: DossierDocument | None = None) -> Matter:
    """Working copies are the firm's alone: a draft's in the firm's chain, later ones in the case's."""
    case_id = db.session.scalar(select(Case.id).where(Case.application_id == application.id))
    detail = {"application": str(application.id)}
    if document is not None:
        detail |= {"document": str(document.id), "name": document.name, "sha256": document.sha256}
    return Matter(
        case_id=case_id,
        audience=(audiences.FIRM,),
        detail=detail,
        facts=None if case_id else draft_facts(application.firm_id),
        scope=None if case_id else trail.organisation_scope(application.firm_id),
    )


def _addable(application_id: UUID) -> bool:
    """Files can be added: the dossier is open, or an authority has asked for one."""
    return editable(application_id) or FILES in unlocked(application_id)


def _removable(document: DossierDocument) -> bool:
    """As above; but where only a file was asked for, what has been submitted stays."""
    if editable(document.application_id):
        return True
    submitted = db.session.scalar(
        select(ApplicationVersion.record)
        .join(Case, Case.current_version_id == ApplicationVersion.id)
        .where(Case.application_id == document.application_id),
    )
    return _addable(document.application_id) and of_document(document.id) not in documents(submitted)


@reading
def _may(actor: Actor, action: Action, application_id: UUID) -> None:
    """The lock, asked before a file is received, so that strangers cost nothing."""
    authorise(actor, action, _matter(get(Application, application_id)))
    if not _addable(application_id):
        raise NotNow(CLOSED)


@use_case
def _keep(actor: Actor, application_id: UUID, received: _Received) -> UUID:
    application = get(Application, application_id, lock=True)
    authorise(actor, Action.DOCUMENT_UPLOAD, _matter(application))
    if not _addable(application_id):
        raise NotNow(CLOSED)
    working = (DossierDocument.application_id == application_id, DossierDocument.removed_at.is_(None))
    again = db.session.scalar(
        select(DossierDocument.id).where(*working, DossierDocument.sha256 == received.blob.sha256).limit(1),
    )
    if again is not None:
        return again
    count, total = db.session.execute(
        select(func.count(), func.coalesce(func.sum(DossierDocument.size), 0)).where(*working),
    ).one()
    if count >= FILES_MAX:
        raise Unacceptable(f"An application can have {FILES_MAX} documents. Remove one first.")
    if total + received.blob.size > BYTES_MAX:
        raise Unacceptable(f"The documents of an application can have {BYTES_MAX // 2**20} MB together.")
    document = add(
        DossierDocument(
            application_id=application_id,
            name=received.known.name,
            media_type=received.known.media_type,
            size=received.blob.size,
            sha256=received.blob.sha256,
            scanned=received.known.scanned,
            uploaded_by=actor.person_id,
        ),
    )
    act(actor, Action.DOCUMENT_UPLOAD, _matter(application, document))
    return document.id


@use_case
def remove(actor: Actor, document_id: UUID) -> UUID:
    """Take a file out of the working copy; versions that were submitted keep it. Returns the application's id.

    Removing it again changes nothing. Raises NotFound, NotAllowed, NotNow.
    """
    document = get(DossierDocument, document_id)
    application = get(Application, document.application_id, lock=True)
    matter = _matter(application, document)
    authorise(actor, Action.DOCUMENT_REMOVE, matter)
    if document.removed_at is not None:
        return application.id
    if not _removable(document):
        raise NotNow(CLOSED)
    act(actor, Action.DOCUMENT_REMOVE, matter)
    document.removed_at = now()
    return application.id


@reading
def hashes_in_use() -> set[str]:
    """Every hash that some row names: documents, submitted versions, editions and what was signed of them."""
    found: set[str] = set()
    for column in (
        DossierDocument.sha256,
        Edition.sha256,
        Edition.prepared_sha256,
        Signature.shown_sha256,
        Signature.signed_sha256,
    ):
        found |= set(db.session.scalars(select(column).distinct()))
    for record in db.session.scalars(select(ApplicationVersion.record).execution_options(yield_per=100)):
        found |= {str(entry.get("sha256")) for entry in record.get("documents", ())}
    return found


def sweep() -> list[str]:
    """Remove stored files older than a day that nothing names (uploads that never became a row)."""
    return store_at(setting("BLOBS")).sweep(hashes_in_use())


__all__ = ["BYTES_MAX", "FILES_MAX", "editable", "remove", "sweep", "upload"]
