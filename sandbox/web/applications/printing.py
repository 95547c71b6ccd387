"""The dossier as a PDF: the working copy, marked as a draft on every page, and each submitted version with its hash.

No transaction is open while a document is made. A submitted version gives the same bytes to everybody who may read it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import current_app, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from sandbox.adapters.pdf import RenderFailed, UnsupportedCharacter, render_document
from sandbox.domain.actions import Action
from sandbox.domain.dossier import Vocabulary
from sandbox.queries import applications as queries
from sandbox.queries import desks
from sandbox.services.unit import reading
from sandbox.web import viewing
from sandbox.web.access import needs, viewer
from sandbox.web.applications.blueprint import blueprint
from sandbox.web.errors import page as refusal_page
from sandbox.web.locale import _


def made(
    template: str, record: Mapping[str, Any], *, identifier: str, created: datetime, name: str
) -> ResponseReturnValue:
    """The answer that carries a document; a page that says so when it cannot be made. `name`: of the file, bare."""
    try:
        content = render_document(template, record, identifier=identifier, created=created)
    except UnsupportedCharacter as refused:
        words = _("{problem} Take it out of the answer; the page “Check your answers” says where it is.")
        return refusal_page(422, _("The document cannot be made"), words.format(problem=refused))
    except RenderFailed:
        current_app.logger.exception("A document could not be made: %s", name)
        words = _("The document could not be made just now. Your application is safe. Try again in a minute.")
        return refusal_page(503, _("The document is not ready"), words)
    file = re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-") + ".pdf"
    return send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name=file)


@blueprint.get("/applications/<uuid:application_id>/file")
@needs(Action.APPLICATION_READ)
def working_file(application_id: UUID) -> ResponseReturnValue:
    """The working copy of the firm as a PDF that says on every page that it was not submitted."""
    found = reading(queries.check)(viewer(), application_id)
    head = found.head
    if head.version_id is not None and not found.unsent:  # nothing in it is a draft
        return redirect(url_for("applications.version_file", application_id=application_id, version_id=head.version_id))
    moment = datetime.now(UTC)
    record = queries.working_document(found, as_of=moment, demo=current_app.config["DEMO"])
    name = f"Draft-not-submitted-{head.title[:60]}"
    return made("dossier.html", record, identifier=f"{application_id}", created=moment, name=name)


@blueprint.get("/applications/<uuid:application_id>/versions/<uuid:version_id>/file")
@needs(Action.APPLICATION_READ)
def version_file(application_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """A submitted version as a PDF, for the firm."""

    def read() -> tuple[queries.Receipt, Vocabulary]:
        found = queries.submitted_version(viewer(), application_id, version_id)
        return found, queries.vocabulary_of_content(found.content, found.questions)

    found, words = reading(read)()
    viewing.opened(Action.APPLICATION_READ, found.case_id, item=f"file of version {version_id}")
    record = queries.version_document(found, words, demo=current_app.config["DEMO"])
    return _version(record, version_id, found.submitted_at)


@blueprint.get("/cases/<uuid:case_id>/dossier/file")
@needs(Action.CASE_READ)
def case_file(case_id: UUID) -> ResponseReturnValue:
    """The same for whoever reads the dossier of a case: the present version, or the one asked for."""
    asked = request.args.get("version", "")
    number = int(asked) if asked.isdecimal() and len(asked) < 6 else None

    def read() -> tuple[desks.Dossier, Vocabulary]:
        found = desks.dossier(viewer(), case_id, number)
        return found, queries.vocabulary_of_version(found.id)

    found, words = reading(read)()
    viewing.opened(Action.CASE_READ, case_id, item=f"file of dossier version {found.number}")
    record = queries.dossier_record(
        found.record,
        words,
        title=str(found.record["sections"]["product"]["name"]),
        programme=found.sight.programme,
        reference=found.sight.reference,
        submitted=(found.number, found.sha256, found.submitted_at),
        as_of=found.submitted_at,
        demo=current_app.config["DEMO"],
    )
    return _version(record, found.id, found.submitted_at)


def _version(record: Mapping[str, Any], version_id: UUID, submitted_at: datetime) -> ResponseReturnValue:
    name = f"{record['case']['reference']}-application-{record['version']}"
    return made("dossier.html", record, identifier=str(version_id), created=submitted_at, name=name)


__all__ = ["case_file", "made", "version_file", "working_file"]
