"""What is done on a desk: declare, assign, screen, step out, go ahead alone. Each is form → use case → redirect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.dossier import FIELDS
from sandbox.domain.errors import NotFound, NotNow
from sandbox.domain.sections import SECTIONS
from sandbox.queries import desks as queries
from sandbox.services import assessments, desks
from sandbox.web.access import needs, viewer
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.desks.reading import show_declaration
from sandbox.web.desks.tabs import tabs
from sandbox.web.forms.base import Form
from sandbox.web.forms.desks import Assign, Complete, Declare, GoAlone, Incomplete, OptOut, RefuseToReview, Screen
from sandbox.web.locale import _


def own(case_id: UUID) -> UUID:
    """The id of the viewer's own desk on a case. Raises NotFound where they have none that they know of."""
    found = queries.sight(viewer(), case_id).desk_id
    if found is None:
        raise NotFound("There is nothing here.")
    return found


def _to_desk(case_id: UUID, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("desks.desk", case_id=case_id))


@blueprint.post("/cases/<uuid:case_id>/declaration")
@needs(Action.DESK_DECLARE)
def declare(case_id: UUID) -> ResponseReturnValue:
    """Declare interests; who must not take part loses the case at once."""
    form = Declare()
    own(case_id)
    if not form.carried_out(
        lambda: desks.declare(
            viewer(),
            case_id,
            outcome=form.outcome.data,
            kinds=form.kinds.data if form.outcome.data != "none" else (),
            details=form.details.data if form.outcome.data != "none" else "",
        ),
    ):
        return show_declaration(case_id, form)
    if form.outcome.data == "recused":
        flash(_("Your declaration is recorded. You no longer have access to this case."), "success")
        return redirect(url_for("home.dashboard"))
    flash(_("Your declaration is recorded."), "success")
    return redirect(url_for("desks.case", case_id=case_id))


def _assignment(case_id: UUID, act: Callable[..., None], message: str) -> ResponseReturnValue:
    form, desk_id = Assign(), own(case_id)
    try:
        person_id = UUID(form.person_id.data or "")
    except ValueError:
        raise NotFound("There is nothing here.") from None
    if form.validate_on_submit():
        act(viewer(), desk_id, person_id=person_id)
    return _to_desk(case_id, message)


@blueprint.post("/cases/<uuid:case_id>/desk/assign")
@needs(Action.DESK_ASSIGN)
def assign(case_id: UUID) -> ResponseReturnValue:
    """Put a colleague on the desk."""
    return _assignment(case_id, desks.assign, _("Assigned."))


@blueprint.post("/cases/<uuid:case_id>/desk/unassign")
@needs(Action.DESK_ASSIGN)
def unassign(case_id: UUID) -> ResponseReturnValue:
    """Take a colleague off the desk."""
    return _assignment(case_id, desks.unassign, _("Taken off the case."))


@blueprint.post("/cases/<uuid:case_id>/desk/screening")
@needs(Action.DESK_SCREEN)
def screen(case_id: UUID) -> ResponseReturnValue:
    """Begin to look whether the application is complete."""
    form, desk_id = Screen(), own(case_id)
    if form.validate_on_submit():
        desks.start_screening(viewer(), desk_id)
    return _to_desk(case_id, _("Screening has started."))


def _page(case_id: UUID, action: Action, template: str, form: Form, **more: Any) -> ResponseReturnValue:
    desk = queries.own_desk(viewer(), case_id)
    if action not in desk.actions:
        raise NotNow(_("This cannot be done now: the desk is “{state}”.").format(state=desk.words))
    shown = render_template(f"pages/desks/{template}.html", desk=desk, form=form, tabs=tabs(desk.sight, "desk"), **more)
    return shown, form.status


@blueprint.route("/cases/<uuid:case_id>/desk/complete", methods=["GET", "POST"])
@needs(Action.DESK_FIND_COMPLETE)
def complete(case_id: UUID) -> ResponseReturnValue:
    """The application is complete for this desk."""
    form, desk_id = Complete(), own(case_id)
    if form.carried_out(lambda: desks.find_complete(viewer(), desk_id, message=form.message.data)):
        return _to_desk(case_id, _("The application is complete for your authority. The firm gets your letter."))
    return _page(case_id, Action.DESK_FIND_COMPLETE, "complete", form)


@blueprint.route("/cases/<uuid:case_id>/desk/incomplete", methods=["GET", "POST"])
@needs(Action.DESK_FIND_INCOMPLETE)
def incomplete(case_id: UUID) -> ResponseReturnValue:
    """Something is missing for this desk."""
    form, desk_id = Incomplete(), own(case_id)
    if form.carried_out(
        lambda: desks.find_incomplete(
            viewer(), desk_id, missing=form.missing.data.splitlines(), message=form.message.data
        )
    ):
        return _to_desk(case_id, _("The firm gets your letter and can answer it."))
    return _page(case_id, Action.DESK_FIND_INCOMPLETE, "incomplete", form, sections=SECTIONS, fields=FIELDS)


@blueprint.route("/cases/<uuid:case_id>/desk/refuse-to-review", methods=["GET", "POST"])
@needs(Action.DESK_REFUSE_TO_REVIEW)
def refuse(case_id: UUID) -> ResponseReturnValue:
    """Refuse to review, where the authority's rules allow it."""
    form, desk_id = RefuseToReview(), own(case_id)
    if form.carried_out(lambda: desks.refuse_to_review(viewer(), desk_id, reason=form.reason.data)):
        return _to_desk(case_id, _("Your authority does not review this application. The firm gets your letter."))
    return _page(case_id, Action.DESK_REFUSE_TO_REVIEW, "refuse", form)


@blueprint.route("/cases/<uuid:case_id>/desk/opt-out", methods=["GET", "POST"])
@needs(Action.DESK_OPT_OUT)
def opt_out(case_id: UUID) -> ResponseReturnValue:
    """Take no further part, after a page that says what follows."""
    form, desk_id = OptOut(), own(case_id)
    if form.carried_out(lambda: desks.opt_out(viewer(), desk_id, reason=form.reason.data)):
        return _to_desk(case_id, _("Your authority takes no further part in this case."))
    return _page(case_id, Action.DESK_OPT_OUT, "opt_out", form)


@blueprint.route("/cases/<uuid:case_id>/desk/go-alone", methods=["GET", "POST"])
@needs(Action.DESK_GO_ALONE)
def go_alone(case_id: UUID) -> ResponseReturnValue:
    """Go ahead alone, offered at the clock's warning point."""
    form, desk_id = GoAlone(), own(case_id)
    if form.carried_out(lambda: assessments.go_alone(viewer(), desk_id, reason=form.reason.data)):
        return _to_desk(case_id, _("Your authority now decides on its own view. Positions stay sealed."))
    return _page(case_id, Action.DESK_GO_ALONE, "go_alone", form)


__all__ = ["own"]
