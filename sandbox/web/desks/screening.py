"""Screening: the checklist, and its outcome: complete, incomplete, or refused."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotNow
from sandbox.domain.policy import named
from sandbox.domain.screening import RESULTS
from sandbox.queries import desks as queries
from sandbox.services import desks
from sandbox.web.access import needs, viewer
from sandbox.web.desks.acting import own, step_page, to_desk
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.forms.desks import Complete, Incomplete, RefuseToReview, Screen, checklist_form
from sandbox.web.locale import _


@blueprint.post("/cases/<uuid:case_id>/desk/screening")
@needs(Action.DESK_SCREEN)
def screen(case_id: UUID) -> ResponseReturnValue:
    """Begin to look whether the application is complete."""
    form, desk_id = Screen(), own(case_id)
    if form.validate_on_submit():
        desks.start_screening(viewer(), desk_id)
    return to_desk(case_id, _("Screening has started."))


@blueprint.route("/cases/<uuid:case_id>/desk/checklist", methods=["GET", "POST"])
@needs(Action.DESK_CHECK)
def checklist(case_id: UUID) -> ResponseReturnValue:
    """Go through the authority's own list."""
    desk_id, desk = own(case_id), queries.own_desk(viewer(), case_id)
    if desk.screening is None or desk.state != "screening":
        raise NotNow(_("This cannot be done now: the desk is “{state}”.").format(state=desk.words))
    items = desk.screening.items
    form = checklist_form(items)

    def save() -> None:
        desks.check(viewer(), desk_id, results=_results(form, items))

    if form.carried_out(save):
        return to_desk(case_id, _("The checklist is saved."))
    return step_page(case_id, Action.DESK_CHECK, "checklist", form, items=items)


def _results(form: Any, items: Any) -> dict[str, tuple[str, str]]:
    """What was chosen; items that nobody has looked at stay out."""
    chosen = {item.code: (form[f"result_{n}"].data, form[f"note_{n}"].data) for n, item in enumerate(items)}
    return {code: (result, note or "") for code, (result, note) in chosen.items() if result in RESULTS}


@blueprint.route("/cases/<uuid:case_id>/desk/complete", methods=["GET", "POST"])
@needs(Action.DESK_FIND_COMPLETE)
def complete(case_id: UUID) -> ResponseReturnValue:
    """The application is complete for this desk."""
    form, desk_id = Complete(), own(case_id)
    if form.carried_out(lambda: desks.find_complete(viewer(), desk_id, message=form.message.data or "")):
        return to_desk(case_id, _("The application is complete for your authority. The firm gets your letter."))
    return step_page(case_id, Action.DESK_FIND_COMPLETE, "complete", form)


@blueprint.route("/cases/<uuid:case_id>/desk/incomplete", methods=["GET", "POST"])
@needs(Action.DESK_FIND_INCOMPLETE)
def incomplete(case_id: UUID) -> ResponseReturnValue:
    """Something is missing for this desk: what its list says, and more in words."""
    form, desk_id = Incomplete(), own(case_id)
    if form.carried_out(
        lambda: desks.find_incomplete(
            viewer(), desk_id, missing=(form.missing.data or "").splitlines(), message=form.message.data or ""
        )
    ):
        return to_desk(case_id, _("The firm gets your letter and can answer it."))
    may_check = named(viewer(), Action.DESK_CHECK)
    return step_page(case_id, Action.DESK_FIND_INCOMPLETE, "incomplete", form, may_check=may_check)


@blueprint.route("/cases/<uuid:case_id>/desk/refuse-to-review", methods=["GET", "POST"])
@needs(Action.DESK_REFUSE_TO_REVIEW)
def refuse(case_id: UUID) -> ResponseReturnValue:
    """Refuse to review, where the authority's rules allow it."""
    form, desk_id = RefuseToReview(), own(case_id)
    if form.carried_out(lambda: desks.refuse_to_review(viewer(), desk_id, reason=form.reason.data)):
        return to_desk(case_id, _("Your authority does not review this application. The firm gets your letter."))
    return step_page(case_id, Action.DESK_REFUSE_TO_REVIEW, "refuse", form)
