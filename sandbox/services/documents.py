"""The firm's files: taken only when they are what they say, kept once, never overwritten.

A file is checked and stored outside the transaction; the row and its trail are one. Removing or replacing a file takes
it out of the working copy only: submitted versions keep what they named, and the firm keeps the earlier versions.
"""

from __future__ import annotations

import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.adapters.blobs import CHUNK, Blob, BlobDamaged, store_at
from sandbox.adapters.inspection import Inspected, Unacceptable, inspect
from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.changes import documents, of_document
from sandbox.domain.documents import Said, handling, readable
from sandbox.domain.errors import NotFound, NotNow
from sandbox.domain.requests import FILES
from sandbox.extensions import db, setting
from sandbox.models.applications import Application, ApplicationVersion, DossierDocument
from sandbox.models.base import now
from sandbox.models.catalogue import Programme
from sandbox.models.decisions import Edition, Signature
from sandbox.models.desks import Case
from sandbox.models.people import Firm
from sandbox.services import trail
from sandbox.services.applications import editable, unlocked
from sandbox.services.engine import Matter, act, authorise
from sandbox.services.facts import draft_facts
from sandbox.services.unit import add, expect, get, reading, use_case

log = logging.getLogger("sandbox.services.documents")

CLOSED = "The application has been submitted. Its documents can be changed only when an authority asks for it."
SAME = "This is the very file that is there already. Choose the newer one."


@dataclass(frozen=True, slots=True)
class _Received:
    known: Inspected
    blob: Blob


def upload(
    actor: Actor,
    application_id: UUID,
    *,
    name: str,
    stream: IO[bytes],
    said: Said | None = None,
    replaces: UUID | None = None,
) -> UUID:
    """Add a file to the working copy of an application and return its document's id.

    `said`: class, claims and questions; without it the usual class, or what was said of the document that it
    `replaces`. The same content again gives the document that is already there. Raises NotFound, NotAllowed, NotNow,
    BadInput, or Unacceptable with the reason in words; then nothing was kept.
    """
    _may(actor, Action.DOCUMENT_UPLOAD, application_id)
    try:
        received = _store(name, stream)
    except (OSError, BlobDamaged) as fault:  # a full disk, or a damaged copy of the very same content
        log.error("An uploaded file could not be stored: %s", fault)
        raise Unacceptable("The file could not be stored at the moment. Nothing was kept. Try again later.") from fault
    return _keep(actor, application_id, received, said, replaces)


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
            raise Unacceptable(f"The file is larger than {readable(limit)}.")
        waiting.write(chunk)
    waiting.flush()


def _matter(application: Application, document: DossierDocument | None = None) -> Matter:
    """Working copies are the firm's alone: a draft's in the firm's chain, later ones in the case's."""
    case_id = db.session.scalar(select(Case.id).where(Case.application_id == application.id))
    detail: dict[str, Any] = {"application": str(application.id)}
    if document is not None:
        detail |= {
            "document": str(document.id),
            "name": document.name,
            "sha256": document.sha256,
            "number": document.number,
            "replaces": str(document.replaces_id) if document.replaces_id else None,
            "class": document.handling.get("code", ""),
            "claims": [one["code"] for one in document.handling.get("claims", ())],
        }
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


def _changeable(document: DossierDocument) -> bool:
    """As above; but where only a file was asked for, what has been submitted stays as it is."""
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
def _keep(actor: Actor, application_id: UUID, received: _Received, said: Said | None, replaces: UUID | None) -> UUID:
    application = get(Application, application_id, lock=True)
    authorise(actor, Action.DOCUMENT_UPLOAD, _matter(application))
    if not _addable(application_id):
        raise NotNow(CLOSED)
    working = (DossierDocument.application_id == application_id, DossierDocument.removed_at.is_(None))
    before = _before(application_id, replaces)
    again = db.session.scalar(
        select(DossierDocument.id).where(*working, DossierDocument.sha256 == received.blob.sha256).limit(1),
    )
    if again is not None and replaces is not None:
        raise Unacceptable(SAME)
    if again is not None:
        return again
    _within_quotas(application, received.blob, before)
    document = DossierDocument(
        application_id=application_id,
        replaces_id=replaces,
        number=before.number + 1 if before else 1,
        name=received.known.name,
        media_type=received.known.media_type,
        size=received.blob.size,
        sha256=received.blob.sha256,
        scanned=received.known.scanned,
        remark=received.known.remark or None,
        uploaded_by=actor.person_id,
    )
    if before is not None and said is None:
        document.handling, document.supports = before.handling, before.supports
    else:
        _say(application, document, said or Said())
    if before is not None:
        before.removed_at = now()
    act(actor, Action.DOCUMENT_UPLOAD, _matter(application, add(document)))
    return document.id


def _before(application_id: UUID, replaces: UUID | None) -> DossierDocument | None:
    """The document that is replaced. Raises NotFound for one of another application, NotNow for an earlier one."""
    if replaces is None:
        return None
    before = get(DossierDocument, replaces)
    if before.application_id != application_id:
        raise NotFound("There is nothing here.")
    if before.removed_at is not None:
        raise NotNow("This document has been replaced or removed meanwhile. Look at the list again.")
    return before


def _within_quotas(application: Application, blob: Blob, before: DossierDocument | None) -> None:
    """Raise Unacceptable where the file would be one too many. The application is locked, then the firm.

    An application counts what it has now; a firm counts each content once, whatever became of it, because earlier
    versions and removed files are kept.
    """
    model = DossierDocument
    stays = [model.application_id == application.id, model.removed_at.is_(None)]
    if before is not None:
        stays.append(model.id != before.id)
    count, total = db.session.execute(select(func.count(), func.coalesce(func.sum(model.size), 0)).where(*stays)).one()
    most, together, of_firm = (int(setting(name)) for name in ("MAX_FILES", "MAX_APPLICATION", "MAX_FIRM"))
    if count >= most:
        raise Unacceptable(f"An application can have {most} documents. Remove one first.")
    if total + blob.size > together:
        raise Unacceptable(f"The documents of an application can have {readable(together)} together.")
    get(Firm, application.firm_id, lock=True)
    kept = (
        select(model.sha256, func.max(model.size).label("size"))
        .join(Application, Application.id == model.application_id)
        .where(Application.firm_id == application.firm_id, model.sha256 != blob.sha256)
        .group_by(model.sha256)
        .subquery()
    )
    if (db.session.scalar(select(func.coalesce(func.sum(kept.c.size), 0))) or 0) + blob.size > of_firm:
        raise Unacceptable(
            f"A firm can keep {readable(of_firm)} of documents here, earlier versions and removed ones included. "
            "Ask the programme office for more room.",
        )


def _say(application: Application, document: DossierDocument, said: Said) -> None:
    """Set what the firm says of a document. Raises BadInput."""
    content = get(Programme, application.programme_id).content
    firm = get(Firm, application.firm_id).legal_name
    document.handling = handling(content, said, firm)
    document.supports = sorted(set(said.supports))


@use_case
def describe(actor: Actor, document_id: UUID, *, said: Said, version: int | None = None) -> UUID:
    """Say anew how a document is to be handled and what it supports; its content stays. Returns the application's id.

    `version` is that of the row that the form was opened with. Raises NotFound, NotAllowed, NotNow, BadInput, Conflict.
    """
    document = get(DossierDocument, document_id)
    application = get(Application, document.application_id, lock=True)
    authorise(actor, Action.DOCUMENT_DESCRIBE, _matter(application))
    if document.removed_at is not None or not _changeable(document):
        raise NotNow(CLOSED)
    expect(document, version)
    _say(application, document, said)
    act(actor, Action.DOCUMENT_DESCRIBE, _matter(application, document))
    return application.id


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
    if not _changeable(document):
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


__all__ = ["describe", "editable", "remove", "sweep", "upload"]
