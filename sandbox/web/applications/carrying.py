"""Carry an application to the newest questions, after a page that says what changes."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.queries import applications as queries
from sandbox.services import applications as services
from sandbox.web.access import needs, viewer
from sandbox.web.applications.blueprint import blueprint
from sandbox.web.forms.applications import Carry
from sandbox.web.locale import _


@blueprint.route("/applications/<uuid:application_id>/carry", methods=["GET", "POST"])
@needs(Action.APPLICATION_CARRY)
def carry(application_id: UUID) -> ResponseReturnValue:
    """What changes, and the button. Nobody has to: what was begun can be finished with the questions that it has."""
    found = queries.carrying(viewer(), application_id)
    form = Carry()
    if form.carried_out(lambda: services.carry(viewer(), application_id, version=form.version.data or 0)):
        flash(_("The application has the newest questions now. Nothing that you wrote is lost."), "success")
        return redirect(url_for("applications.overview", application_id=application_id), 303)
    status = form.status
    form.version.data = found.version
    return render_template("pages/applications/carry.html", found=found, head=found.head, form=form), status


__all__ = ["carry"]
