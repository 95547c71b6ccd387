"""The documents column: the files of a dossier, added, described, removed and handed over, always as attachments."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from sandbox.adapters.blobs import BlobDamaged, BlobMissing, store_at
from sandbox.adapters.inspection import KINDS, Unacceptable, clean_name
from sandbox.domain.actions import Action
from sandbox.domain.actors import Organisation
from sandbox.domain.documents import Said
from sandbox.queries import documents as queries
from sandbox.services import documents as services
from sandbox.web.access import needs, viewer
from sandbox.web.errors import page
from sandbox.web.forms.documents import ACCEPT, Describe, Remove, Replace, Upload, as_it_is, with_claims
from sandbox.web.locale import _
from sandbox.web.tables import csv_file
from sandbox.web.viewing import opened

blueprint = Blueprint("documents", __name__)
log = logging.getLogger("sandbox.web.documents")

# A file of a firm is never a page of the portal: no scripts, no frames, no origin.
FILE_CSP = "sandbox; default-src 'none'"
ADDED, KNOWN, REFUSED = "added", "known", "refused"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file. `outcome`: added, known or refused; `text` says it."""

    name: str
    outcome: str
    text: str


def _list(application_id: UUID, item: str) -> queries.Dossier:
    """The files for this viewer. Names and hashes of a firm's files are content too: an authority's look is noted."""
    dossier = queries.of_application(viewer(), application_id)
    if viewer().organisation is Organisation.AUTHORITY:
        opened(Action.DOCUMENT_READ, dossier.case_id, item=f"{item} of application {application_id}")
    return dossier


def _limits() -> dict[str, Any]:
    """What may be uploaded: the table of kinds and the limits of the settings."""
    names = {"file": "MAX_UPLOAD", "files": "MAX_FILES", "together": "MAX_APPLICATION", "firm": "MAX_FIRM"}
    return {"kinds": list(KINDS.values()), "accept": ACCEPT, **{key: current_app.config[n] for key, n in names.items()}}


def _show(dossier: queries.Dossier, form: Any, results: list[Result] | None = None) -> ResponseReturnValue:
    return render_template(
        "pages/documents/index.html", dossier=dossier, form=form, limits=_limits(), results=results or []
    ), form.status


@blueprint.get("/applications/<uuid:application_id>/documents")
@needs(Action.DOCUMENT_READ)
def index(application_id: UUID) -> ResponseReturnValue:
    """The files of an application, and the way to add some; `?for=` names the question that they are to support."""
    dossier = _list(application_id, "documents")
    form = with_claims(Upload, dossier.content, dossier.names)(
        formdata=None, data={"question": request.args.get("for", "")}
    )
    return _show(dossier, form)


@blueprint.post("/applications/<uuid:application_id>/documents")
@needs(Action.DOCUMENT_UPLOAD)
def upload(application_id: UUID) -> ResponseReturnValue:
    """Take files, and say of each what became of it: on a page, or as JSON to the script that sends them singly."""
    dossier = queries.of_application(viewer(), application_id)
    form = with_claims(Upload, dossier.content, dossier.names)()
    results: list[Result] = []

    def take() -> None:
        said = form.said((form.question.data,) if form.question.data else ())
        results.extend(_each(application_id, form.file.data, said, {one.id for one in dossier.documents}))

    sent = form.carried_out(take)
    refused = [result for result in results if result.outcome == REFUSED]
    if request.accept_mimetypes.best == "application/json":
        problems = [line["text"] for line in form.problems]
        return jsonify(results=[asdict(result) for result in results], problems=problems), (
            200 if sent and not refused else 422
        )
    if sent and not refused:
        _say(results)
        return redirect(url_for("documents.index", application_id=application_id))
    several = len(results) > 1
    form.refuse({
        "file" if number == 0 else str(number): f"{result.name}: {result.text}" if several else result.text
        for number, result in enumerate(refused)
    })  # fmt: skip
    return _show(queries.of_application(viewer(), application_id), form, results if several else None)


def _each(application_id: UUID, files: list[FileStorage], said: Said, known: set[UUID]) -> Iterator[Result]:
    """Take file after file; a refused one does not keep the others out."""
    for file in files:
        name = clean_name(file.filename or "")
        try:
            made = services.upload(viewer(), application_id, name=file.filename or "", stream=file.stream, said=said)
        except Unacceptable as refusal:
            yield Result(name, REFUSED, refusal.reason)
            continue
        finally:
            file.close()
        if made in known:
            yield Result(name, KNOWN, _("This file is already among the documents."))
        else:
            known.add(made)
            yield Result(name, ADDED, _("The file has been added."))


def _say(results: list[Result]) -> None:
    if len(results) == 1:
        flash(results[0].text, "success")
        return
    added = sum(result.outcome == ADDED for result in results)
    words = _("{added} of {all} files have been added; the others were there already.")
    flash(words.format(added=added, all=len(results)), "success")


@blueprint.route("/documents/<uuid:document_id>/replace", methods=["GET", "POST"])
@needs(Action.DOCUMENT_UPLOAD)
def replace(document_id: UUID) -> ResponseReturnValue:
    """Add the newer version of a document; the earlier one is kept and shown beside it."""
    dossier, document = _of_working_copy(document_id)
    form = Replace()

    def take() -> None:
        if len(form.file.data) > 1:
            raise Unacceptable(_("Choose one file: the newer version of this document."))
        file = form.file.data[0]
        services.upload(
            viewer(), dossier.application_id, name=file.filename or "", stream=file.stream, replaces=document_id
        )

    if form.carried_out(take):
        flash(_("The newer version has been added. The earlier one is kept."), "success")
        return redirect(url_for("documents.index", application_id=dossier.application_id))
    return render_template(
        "pages/documents/replace.html", dossier=dossier, document=document, form=form, limits=_limits()
    ), form.status


@blueprint.route("/documents/<uuid:document_id>/describe", methods=["GET", "POST"])
@needs(Action.DOCUMENT_DESCRIBE)
def describe(document_id: UUID) -> ResponseReturnValue:
    """Say how a document is to be handled and what it supports."""
    dossier, document = _of_working_copy(document_id)
    form = with_claims(Describe, dossier.content, dossier.names)(
        data=as_it_is(document.handling, document.supports, document.version)
    )
    if form.carried_out(
        lambda: services.describe(
            viewer(), document_id, said=form.said(tuple(form.questions.data or ())), version=form.version.data
        ),
    ):
        flash(_("Saved: {title}.").format(title=document.name), "success")
        return redirect(url_for("documents.index", application_id=dossier.application_id))
    if form.conflict is not None:
        form.version.shows(document.version)  # sending it again replaces what stands now, knowingly
    return render_template("pages/documents/describe.html", dossier=dossier, document=document, form=form), form.status


def _of_working_copy(document_id: UUID) -> tuple[queries.Dossier, queries.Document]:
    """The dossier and the document as they stand now. Raises NotFound also for one that was removed or replaced."""
    found = queries.for_download(viewer(), document_id)
    dossier = queries.of_application(viewer(), found.application_id)
    return dossier, dossier.one(document_id)


@blueprint.route("/documents/<uuid:document_id>/remove", methods=["GET", "POST"])
@needs(Action.DOCUMENT_REMOVE)
def remove(document_id: UUID) -> ResponseReturnValue:
    """Ask first, then take the file out of the working copy."""
    found = queries.for_download(viewer(), document_id)
    form = Remove()
    if form.carried_out(lambda: services.remove(viewer(), document_id)):
        flash(_("The file has been removed from the working copy."), "success")
        return redirect(url_for("documents.index", application_id=found.application_id))
    return render_template("pages/documents/remove.html", found=found, form=form), form.status


@blueprint.get("/applications/<uuid:application_id>/documents/inventory")
@needs(Action.DOCUMENT_READ)
def inventory(application_id: UUID) -> ResponseReturnValue:
    """Every document with its hash and what is said of it, for print."""
    return render_template("pages/documents/inventory.html", dossier=_list(application_id, "inventory"))


HEAD = (
    "Number", "File", "Version", "Replaces", "Type", "Bytes", "SHA-256", "Class", "Confidential treatment", "Note",
    "Supports", "Added (UTC)", "Virus scan", "Remark", "Id",
)  # fmt: skip


@blueprint.get("/applications/<uuid:application_id>/documents/inventory.csv")
@needs(Action.DOCUMENT_READ)
def inventory_file(application_id: UUID) -> ResponseReturnValue:
    """The same as a file for spreadsheets."""
    dossier = _list(application_id, "inventory")
    rows = (
        (
            number, one.name, one.number, one.facts.get("replaces"), one.media_type, one.size, one.sha256,
            one.handling.get("title"),
            "; ".join(one.claims),
            one.handling.get("note"), "; ".join(one.questions), one.uploaded_at, one.scanned, one.remark, str(one.id),
        )
        for number, one in enumerate(dossier.documents, start=1)
    )  # fmt: skip
    return csv_file(f"documents-{dossier.reference or 'draft'}", HEAD, rows)


@blueprint.get("/documents/<uuid:document_id>")
@needs(Action.DOCUMENT_READ)
def file(document_id: UUID) -> ResponseReturnValue:
    """Hand a file over, after its content was compared with its hash and the view was recorded."""
    found = queries.for_download(viewer(), document_id)
    opened(Action.DOCUMENT_READ, found.case_id, item=f"document {document_id}")
    store = store_at(current_app.config["BLOBS"])
    try:
        store.check(found.document.sha256)
        stream = store.open(found.document.sha256)
    except (BlobDamaged, BlobMissing) as fault:
        log.error("Document %s: its file is %s", document_id, type(fault).__name__)
        return page(409, _("This file is not as it was"), _INTEGRITY)
    response = make_response(
        send_file(
            stream,
            mimetype=found.document.media_type,
            as_attachment=True,
            download_name=found.document.name,
            etag=found.document.sha256,
        ),
    )
    return _guarded(response)


_INTEGRITY = _(
    "The stored file is missing or differs from what was uploaded, so it is not handed over. "
    "The people who run the portal have been told. Other files are not concerned.",
)


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = FILE_CSP
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


__all__ = ["blueprint"]
