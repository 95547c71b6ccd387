"""The documents column: the files of a dossier, added, removed and handed over, always as attachments."""

from __future__ import annotations

import logging
from uuid import UUID

from flask import Blueprint, Response, current_app, flash, make_response, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from sandbox.adapters.blobs import BlobDamaged, BlobMissing, store_at
from sandbox.domain.actions import Action
from sandbox.domain.actors import Organisation
from sandbox.queries import documents as queries
from sandbox.services import documents as services
from sandbox.web.access import needs, viewer
from sandbox.web.errors import page
from sandbox.web.forms.documents import Remove, Upload
from sandbox.web.locale import _
from sandbox.web.viewing import opened

blueprint = Blueprint("documents", __name__)
log = logging.getLogger("sandbox.web.documents")

# A file of a firm is never a page of the portal: no scripts, no frames, no origin.
FILE_CSP = "sandbox; default-src 'none'"


@blueprint.get("/applications/<uuid:application_id>/documents")
@needs(Action.DOCUMENT_READ)
def index(application_id: UUID) -> ResponseReturnValue:
    """The files of an application, and the way to add one."""
    dossier = queries.of_application(viewer(), application_id)
    if viewer().organisation is Organisation.AUTHORITY:
        # The names and hashes of a firm's files are content too. A list without files names no case, only its address.
        files = dossier.documents
        case_id = queries.for_download(viewer(), files[0].id).case_id if files else None
        opened(Action.DOCUMENT_READ, case_id, item=f"documents of application {application_id}")
    return render_template("pages/documents/index.html", dossier=dossier, form=Upload())


@blueprint.post("/applications/<uuid:application_id>/documents")
@needs(Action.DOCUMENT_UPLOAD)
def upload(application_id: UUID) -> ResponseReturnValue:
    """Take one file, or say on the page why not."""
    form = Upload()
    before = {document.id for document in queries.of_application(viewer(), application_id).documents}
    made: list[UUID] = []

    def act() -> None:
        file = form.file.data
        made.append(
            services.upload(viewer(), application_id, name=file.filename or "", stream=file.stream),
        )

    if form.carried_out(act):
        again = made[0] in before
        flash(_("This file is already among the documents.") if again else _("The file has been added."), "success")
        return redirect(url_for("documents.index", application_id=application_id))
    dossier = queries.of_application(viewer(), application_id)
    return render_template("pages/documents/index.html", dossier=dossier, form=form), form.status


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
