"""What is done on a desk: step out, go ahead alone, answer. Each is form → use case → redirect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotFound, NotNow
from sandbox.queries import desks as queries
from sandbox.services import assessments, desks
from sandbox.web.access import needs, viewer
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.desks.tabs import tabs
from sandbox.web.forms.base import Form
from sandbox.web.forms.desks import Consent, GiveView, GoAlone, OptOut, RefuseConsent
from sandbox.web.locale import _


def own(case_id: UUID) -> UUID:
    """The id of the viewer's own desk on a case. Raises NotFound where they have none that they know of."""
    found = queries.sight(viewer(), case_id).desk_id
    if found is None:
        raise NotFound("There is nothing here.")
    return found


def to_desk(case_id: UUID, message: str) -> ResponseReturnValue:
    """Back to the own desk, with a sentence on what was done."""
    flash(message, "success")
    return redirect(url_for("desks.desk", case_id=case_id))


def step_page(case_id: UUID, action: Action, template: str, form: Form, **more: Any) -> ResponseReturnValue:
    """The page on which the own desk takes a step. Raises NotNow when it cannot be taken now."""
    desk = queries.own_desk(viewer(), case_id)
    if action not in desk.actions:
        raise NotNow(_("This cannot be done now: the desk is “{state}”.").format(state=desk.words))
    shown = render_template(f"pages/desks/{template}.html", desk=desk, form=form, tabs=tabs(desk.sight, "desk"), **more)
    return shown, form.status


def _step(
    case_id: UUID, action: Action, template: str, form: Form, act: Callable[[UUID], Any], done: str
) -> ResponseReturnValue:
    """A step of the own desk: the page that says what follows, then the act, then back to the desk."""
    desk_id = own(case_id)
    if form.carried_out(lambda: act(desk_id)):
        return to_desk(case_id, done)
    return step_page(case_id, action, template, form)


@blueprint.route("/cases/<uuid:case_id>/desk/opt-out", methods=["GET", "POST"])
@needs(Action.DESK_OPT_OUT)
def opt_out(case_id: UUID) -> ResponseReturnValue:
    """Take no further part, after a page that says what follows."""
    form = OptOut()
    done = _("Your authority takes no further part in this case.")

    def act(desk_id: UUID) -> None:
        desks.opt_out(viewer(), desk_id, reason=form.reason.data)

    return _step(case_id, Action.DESK_OPT_OUT, "opt_out", form, act, done)


@blueprint.route("/cases/<uuid:case_id>/desk/go-alone", methods=["GET", "POST"])
@needs(Action.DESK_GO_ALONE)
def go_alone(case_id: UUID) -> ResponseReturnValue:
    """Go ahead alone, offered at the clock's warning point."""
    form = GoAlone()
    done = _("Your authority now decides on its own view. Positions stay sealed.")

    def act(desk_id: UUID) -> None:
        assessments.go_alone(viewer(), desk_id, reason=form.reason.data)

    if not form.is_submitted() and not queries.own_desk(viewer(), case_id).may_go_alone:
        raise NotNow(_("Your desk can go ahead alone from its clock’s warning point on, while positions are sealed."))
    return _step(case_id, Action.DESK_GO_ALONE, "go_alone", form, act, done)


@blueprint.route("/cases/<uuid:case_id>/desk/view", methods=["GET", "POST"])
@needs(Action.DESK_GIVE_VIEW)
def give_view(case_id: UUID) -> ResponseReturnValue:
    """Give the view of an authority that is consulted."""
    form = GiveView()
    done = _("Your view is recorded. The deciding authorities read it once the positions open.")

    def act(desk_id: UUID) -> None:
        desks.give_view(viewer(), desk_id, reasons=form.reasons.data)

    return _step(case_id, Action.DESK_GIVE_VIEW, "give_view", form, act, done)


@blueprint.route("/cases/<uuid:case_id>/desk/consent", methods=["GET", "POST"])
@needs(Action.DESK_CONSENT)
def consent(case_id: UUID) -> ResponseReturnValue:
    """Give the consent that is sought, with conditions where there are some."""
    form = Consent()
    done = _("Your consent is recorded. The deciding authorities read it once the positions open.")

    def act(desk_id: UUID) -> None:
        desks.consent(viewer(), desk_id, reasons=form.reasons.data, conditions=form.conditions.data or "")

    return _step(case_id, Action.DESK_CONSENT, "consent", form, act, done)


@blueprint.route("/cases/<uuid:case_id>/desk/refuse-consent", methods=["GET", "POST"])
@needs(Action.DESK_REFUSE_CONSENT)
def refuse_consent(case_id: UUID) -> ResponseReturnValue:
    """Refuse the consent that is sought."""
    form = RefuseConsent()
    done = _("Your refusal is recorded. The deciding authorities read it once the positions open.")

    def act(desk_id: UUID) -> None:
        desks.refuse_consent(viewer(), desk_id, reasons=form.reasons.data)

    return _step(case_id, Action.DESK_REFUSE_CONSENT, "refuse_consent", form, act, done)


__all__ = ["own", "step_page", "to_desk"]
