"""The bytes of a document: as a file for everybody of its audience, in the browser for who signs it."""

from __future__ import annotations

import logging
from uuid import UUID

from flask import Response, current_app, make_response
from flask.typing import ResponseReturnValue

from sandbox.adapters.blobs import BlobMissing, store_at
from sandbox.domain.actions import Action
from sandbox.queries import decisions as queries
from sandbox.services.trail import sha256
from sandbox.web.access import needs, viewer
from sandbox.web.decisions.blueprint import blueprint
from sandbox.web.errors import page
from sandbox.web.locale import _
from sandbox.web.viewing import opened

log = logging.getLogger("sandbox.web.decisions")

# A document is no page of the portal. The browser's own viewer needs its style and the file itself, and nothing else.
FILE_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; plugin-types application/pdf; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
DAMAGED = _(
    "The stored file is missing or differs from what was made and signed, so it is not handed over. "
    "Tell the people who run the portal; they can restore it from the backup. Other documents are not concerned.",
)


def _send(edition_id: UUID, disposition: str) -> ResponseReturnValue:
    found = queries.document(viewer(), edition_id)
    opened(Action.DECISION_READ, found.case_id, item=f"edition {edition_id} {found.sha256}")
    try:
        content = store_at(current_app.config["BLOBS"]).get(found.sha256)
    except BlobMissing:
        content = b""
    if sha256(content) != found.sha256:
        log.error("Edition %s: its file is missing or damaged", edition_id)
        return page(409, _("This document is not as it was"), DAMAGED)
    return _pdf(content, found.file_name, disposition)


def _pdf(content: bytes, name: str, disposition: str) -> Response:
    response = make_response(content)
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'{disposition}; filename="{name}"'
    response.headers["Content-Security-Policy"] = FILE_CSP
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@blueprint.get("/editions/<uuid:edition_id>/file")
@needs(Action.CASE_GLANCE)
def file(edition_id: UUID) -> ResponseReturnValue:
    """A document as a file."""
    return _send(edition_id, "attachment")


@blueprint.get("/editions/<uuid:edition_id>/view")
@needs(Action.DECISION_READ)
def view(edition_id: UUID) -> ResponseReturnValue:
    """A document in the browser's own viewer, for staff who sign, check and issue it."""
    return _send(edition_id, "inline")


__all__ = ["file", "view"]
