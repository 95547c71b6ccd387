"""Giving up: withdraw what was submitted, delete a draft."""

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
from sandbox.web.forms.applications import Discard, Withdraw
from sandbox.web.locale import _


@blueprint.route("/applications/<uuid:application_id>/withdraw", methods=["GET", "POST"])
@needs(Action.APPLICATION_WITHDRAW)
def withdraw(application_id: UUID) -> ResponseReturnValue:
    """Withdraw a submitted application, after a page that says what that means."""
    found = queries.overview(viewer(), application_id)
    if found.head.state != "submitted":
        raise NotNow(_("Only a submitted application can be withdrawn."))
    form = Withdraw()
    if form.carried_out(lambda: services.withdraw(viewer(), application_id, reason=str(form.reason.data))):
        flash(_("The application is withdrawn. The authorities have been told."), "success")
        return redirect(url_for("applications.overview", application_id=application_id), 303)
    return render_template("pages/applications/withdraw.html", found=found, head=found.head, form=form), form.status


@blueprint.route("/applications/<uuid:application_id>/discard", methods=["GET", "POST"])
@needs(Action.APPLICATION_DISCARD)
def discard(application_id: UUID) -> ResponseReturnValue:
    """Delete a draft, after a page that says what is lost."""
    found = queries.overview(viewer(), application_id)
    if found.head.state != "draft":
        raise NotNow(_("Only a draft can be deleted. A submitted application can be withdrawn."))
    form = Discard()
    if form.carried_out(lambda: services.discard(viewer(), application_id)):
        flash(_("The draft “{title}” is deleted.").format(title=found.head.title), "success")
        return redirect(url_for("applications.index"), 303)
    return render_template("pages/applications/discard.html", found=found, head=found.head, form=form), form.status


__all__ = ["discard", "withdraw"]
