"""What changed between two versions: for the firm, with its working copy, and for the desks of the case."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotFound
from sandbox.queries import applications as queries
from sandbox.web import viewing
from sandbox.web.access import needs, viewer
from sandbox.web.applications.blueprint import blueprint
from sandbox.web.desks.tabs import tabs

MOST_DIGITS = 5


def _number(name: str) -> int | None:
    """A number of the address; None where it is not asked for. Raises NotFound for anything else."""
    typed = request.args.get(name, "")
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS):
        raise NotFound("There is nothing here.")
    return int(typed)


@blueprint.get("/applications/<uuid:application_id>/changes")
@needs(Action.APPLICATION_READ)
def changes(application_id: UUID) -> ResponseReturnValue:
    """For the firm: two versions by question; `from` and `to` are numbers, 0 is the working copy."""
    found = queries.versions_of_firm(viewer(), application_id, before=_number("from"), after=_number("to"))
    return render_template("pages/applications/changes.html", found=found, head=found.head)


@blueprint.get("/cases/<uuid:case_id>/changes")
@needs(Action.CASE_READ)
def case_changes(case_id: UUID) -> ResponseReturnValue:
    """For the desks: two submitted versions by question."""
    found = queries.versions_of_case(viewer(), case_id, before=_number("from"), after=_number("to"))
    viewing.opened(Action.CASE_READ, case_id, item=f"differences of versions {found.before} and {found.after}")
    return render_template("pages/desks/changes.html", found=found, tabs=tabs(found.sight, "dossier"))


__all__ = ["case_changes", "changes"]
