"""The firm withdraws from one authority: the others go on, where the programme lets them."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotFound
from sandbox.queries import desks as queries
from sandbox.services import desks
from sandbox.web.access import needs, viewer
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.forms.desks import Leave
from sandbox.web.locale import _


@blueprint.route("/cases/<uuid:case_id>/leave/<code:authority>", methods=["GET", "POST"])
@needs(Action.DESK_LEAVE)
def leave(case_id: UUID, authority: str) -> ResponseReturnValue:
    """Withdraw from one authority, after a page that says what that means."""
    page = queries.case(viewer(), case_id)
    desk = next((one for one in page.desks if one.code == authority and not one.ended), None)
    if desk is None or not page.sight.may(Action.DESK_LEAVE) or page.sight.withdrawn_at is not None:
        raise NotFound("There is nothing here.")
    form = Leave()
    if form.carried_out(lambda: desks.leave(viewer(), case_id, authority=authority, reason=form.reason.data)):
        flash(_("You have withdrawn from {name}. The others go on.").format(name=desk.name), "success")
        return redirect(url_for("desks.case", case_id=case_id))
    others = [one for one in page.desks if one.code != authority and not one.ended]
    return render_template("pages/desks/leave.html", page=page, desk=desk, others=others, form=form), form.status
