"""Applying again after a case that came to nothing, and what is different since: for the firm and for the new desks."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotNow
from sandbox.queries import applications as queries
from sandbox.services import applications as services
from sandbox.web.access import needs, viewer
from sandbox.web.applications.blueprint import blueprint
from sandbox.web.desks.tabs import tabs
from sandbox.web.forms.applications import Again
from sandbox.web.locale import _
from sandbox.web.viewing import opened


@blueprint.route("/applications/<uuid:application_id>/again", methods=["GET", "POST"])
@needs(Action.APPLICATION_START_AGAIN)
def start_again(application_id: UUID) -> ResponseReturnValue:
    """Start anew with the same answers, after a page that says what goes along and what does not."""
    found = queries.overview(viewer(), application_id)
    if not found.head.over:
        raise NotNow(_("You can apply again once your application was withdrawn, or every authority has refused it."))
    form = Again()
    made: list[UUID] = []
    if form.carried_out(lambda: made.append(services.start_again(viewer(), application_id))):
        flash(_("A new application is started with your earlier answers. It is saved, not submitted."), "success")
        return redirect(url_for("applications.overview", application_id=made[0]), 303)
    return render_template("pages/applications/again.html", found=found, head=found.head, form=form), form.status


@blueprint.get("/applications/<uuid:application_id>/since")
@needs(Action.APPLICATION_READ)
def since(application_id: UUID) -> ResponseReturnValue:
    """For the firm: what differs from the application before."""
    found = queries.since(viewer(), application_id)
    return render_template("pages/applications/since.html", found=found, head=found.head)


@blueprint.get("/cases/<uuid:case_id>/earlier")
@needs(Action.CASE_READ)
def earlier(case_id: UUID) -> ResponseReturnValue:
    """For the desks: what differs from what the firm submitted before. Nothing else of the old case is here."""
    found = queries.earlier(viewer(), case_id)
    opened(Action.CASE_READ, case_id, item="differences from the earlier application")
    return render_template("pages/desks/earlier.html", found=found, tabs=tabs(found.sight, "dossier"))


__all__ = ["earlier", "since", "start_again"]
