"""Putting colleagues on a desk: in one click where they are suggested, with a reason where they are not."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotFound
from sandbox.queries import desks as queries
from sandbox.services import desks
from sandbox.web.access import needs, viewer
from sandbox.web.desks.acting import own
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.forms.conflicts import AssignOther
from sandbox.web.forms.desks import Assign
from sandbox.web.locale import _


def _to_desk(case_id: UUID, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("desks.desk", case_id=case_id, _anchor="people"))


def _asked(form: Assign) -> UUID:
    try:
        return UUID(form.person_id.data or "")
    except ValueError:
        raise NotFound("There is nothing here.") from None


@blueprint.post("/cases/<uuid:case_id>/desk/assign")
@needs(Action.DESK_ASSIGN)
def assign(case_id: UUID) -> ResponseReturnValue:
    """Put a colleague on the desk who is suggested, or leads to the page that asks why."""
    form, desk_id = Assign(), own(case_id)
    person_id = _asked(form)
    if form.carried_out(lambda: desks.assign(viewer(), desk_id, person_id=person_id)):
        return _to_desk(case_id, _("Assigned."))
    return redirect(url_for("desks.assign_other", case_id=case_id, person_id=person_id))


@blueprint.route("/cases/<uuid:case_id>/desk/assign/<uuid:person_id>", methods=["GET", "POST"])
@needs(Action.DESK_ASSIGN)
def assign_other(case_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Put a colleague on the desk who is not the one suggested: this asks why."""
    desk = queries.own_desk(viewer(), case_id)
    person = next((one for one in desk.staff if one.id == person_id), None)
    if person is None or Action.DESK_ASSIGN not in desk.actions or desk.sight.desk_id is None:
        raise NotFound("There is nothing here.")
    form, desk_id = AssignOther(), desk.sight.desk_id
    if form.carried_out(lambda: desks.assign(viewer(), desk_id, person_id=person_id, reason=form.reason.data)):
        return _to_desk(case_id, _("Assigned."))
    return render_template("pages/desks/assign_other.html", desk=desk, person=person, form=form), form.status


@blueprint.post("/cases/<uuid:case_id>/desk/unassign")
@needs(Action.DESK_ASSIGN)
def unassign(case_id: UUID) -> ResponseReturnValue:
    """Take a colleague off the desk."""
    form, desk_id = Assign(), own(case_id)
    person_id = _asked(form)
    if form.validate_on_submit():
        desks.unassign(viewer(), desk_id, person_id=person_id)
    return _to_desk(case_id, _("Taken off the case."))


__all__ = ["assign", "assign_other", "unassign"]
