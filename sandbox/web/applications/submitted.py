"""What was submitted: the receipt, its file, and each version as it was."""

from __future__ import annotations

from uuid import UUID

from flask import current_app, render_template
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.queries import applications as queries
from sandbox.services.unit import reading
from sandbox.web import viewing
from sandbox.web.access import needs, viewer
from sandbox.web.applications.blueprint import blueprint
from sandbox.web.applications.printing import made

VERSION = "/applications/<uuid:application_id>/{}/<uuid:version_id>"


@blueprint.get(VERSION.format("receipt"))
@needs(Action.APPLICATION_READ)
def receipt(application_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """The proof of a submission, and what happens next."""
    found = queries.submitted_version(viewer(), application_id, version_id)
    viewing.opened(Action.APPLICATION_READ, found.case_id, item=f"receipt {version_id}")
    return render_template("pages/applications/receipt.html", found=found)


@blueprint.get(VERSION.format("receipt") + "/file")
@needs(Action.APPLICATION_READ)
def receipt_file(application_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """The receipt as a PDF. The same version always gives the same bytes; no transaction is open while it is made."""
    actor = viewer()
    found = reading(queries.submitted_version)(actor, application_id, version_id)
    viewing.opened(Action.APPLICATION_READ, found.case_id, item=f"receipt {version_id}")
    record = queries.receipt_record(found, demo=current_app.config["DEMO"])
    name = f"{found.reference}-receipt-{found.number}"
    return made("receipt.html", record, identifier=str(found.version_id), created=found.submitted_at, name=name)


@blueprint.get(VERSION.format("versions"))
@needs(Action.APPLICATION_READ)
def version(application_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """What was submitted, to be read."""
    found = queries.submitted_version(viewer(), application_id, version_id)
    viewing.opened(Action.APPLICATION_READ, found.case_id, item=f"version {version_id}")
    words = queries.vocabulary_of_content(found.content, found.questions)
    return render_template("pages/applications/version.html", found=found, words=words)


__all__ = ["receipt", "receipt_file", "version"]
