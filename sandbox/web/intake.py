"""The intake column: cohorts, the place of a case in one, and the fees that desks received."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotFound, NotNow
from sandbox.domain.intake import TITLES
from sandbox.queries import intake as queries
from sandbox.services import intake as services
from sandbox.web import viewing
from sandbox.web.access import needs, viewer
from sandbox.web.desks.tabs import tabs
from sandbox.web.forms.base import Form
from sandbox.web.forms.intake import Defer, GivePlace, PutOnReserve, RecordFee, Release, StrikeFee
from sandbox.web.locale import _

blueprint = Blueprint("intake", __name__)

STATES = {"coming": _("opens later"), "open": _("open now"), "closed": _("closed")}


@blueprint.get("/cohorts")
@needs(Action.COHORT_READ)
def cohorts() -> ResponseReturnValue:
    """All cohorts with their windows and how many places are taken."""
    return render_template("pages/intake/cohorts.html", cohorts=queries.cohorts(), states=STATES)


@blueprint.get("/cohorts/<uuid:cohort_id>")
@needs(Action.COHORT_READ)
def cohort(cohort_id: UUID) -> ResponseReturnValue:
    """One cohort with the cases that the viewer knows of."""
    found, rows = queries.cohort(viewer(), cohort_id)
    return render_template("pages/intake/cohort.html", cohort=found, rows=rows, states=STATES, titles=TITLES)


def _page(page: queries.PlacePage, status: int = 200) -> ResponseReturnValue:
    shown = render_template(
        "pages/intake/place.html",
        page=page,
        tabs=tabs(page.sight, "place"),
        titles=TITLES,
        states=STATES,
        Action=Action,
    )
    return shown, status


@blueprint.get("/cases/<uuid:case_id>/place")
@needs(Action.CASE_GLANCE)
def place(case_id: UUID) -> ResponseReturnValue:
    """In which cohort the case would test, how that came, and the fees."""
    page = queries.place(viewer(), case_id)
    viewing.opened(Action.CASE_GLANCE, case_id, item="place")
    return _page(page)


def _act(
    case_id: UUID, action: Action, title: str, explanation: str, form: Form, act: Callable[[], Any], done: str
) -> ResponseReturnValue:
    """One act on the place: form → use case → back to the place. Raises NotFound, NotNow."""
    page = queries.place(viewer(), case_id)
    if not page.sight.may(action):
        raise NotFound("There is nothing here.")
    if not page.may(action):
        raise NotNow(_("This cannot be done with the place as it stands."))
    if isinstance(form, Defer):
        form.cohort.choices = list(page.later)
    if form.carried_out(act):
        flash(done, "success")
        return redirect(url_for("intake.place", case_id=case_id))
    shown = render_template(
        "pages/intake/act.html",
        page=page,
        form=form,
        title=title,
        explanation=explanation,
        tabs=tabs(page.sight, "place"),
    )
    return shown, form.status


@blueprint.route("/cases/<uuid:case_id>/place/give", methods=["GET", "POST"])
@needs(Action.PLACE_GIVE)
def give(case_id: UUID) -> ResponseReturnValue:
    """Give the case a place."""
    return _act(
        case_id,
        Action.PLACE_GIVE,
        _("Give the case a place"),
        _("The firm and all authorities are told. A place says nothing of any decision."),
        GivePlace(),
        lambda: services.give_place(viewer(), case_id),
        _("The case has a place."),
    )


@blueprint.route("/cases/<uuid:case_id>/place/reserve", methods=["GET", "POST"])
@needs(Action.PLACE_RESERVE)
def reserve(case_id: UUID) -> ResponseReturnValue:
    """Put the case on the reserve list."""
    return _act(
        case_id,
        Action.PLACE_RESERVE,
        _("Put the case on the reserve list"),
        _("It stands at the end of the list. When a place is given up, the first of the list can have it."),
        PutOnReserve(),
        lambda: services.put_on_reserve(viewer(), case_id),
        _("The case is on the reserve list."),
    )


@blueprint.route("/cases/<uuid:case_id>/place/defer", methods=["GET", "POST"])
@needs(Action.PLACE_DEFER)
def defer(case_id: UUID) -> ResponseReturnValue:
    """Move the case to a later cohort."""
    form = Defer()
    return _act(
        case_id,
        Action.PLACE_DEFER,
        _("Defer the case to a later cohort"),
        _("For a firm that is not ready in time. A place that it has goes with it, so the acceptance is kept."),
        form,
        lambda: services.defer(viewer(), case_id, cohort=form.cohort.data, reason=form.reason.data),
        _("The case moves to the later cohort."),
    )


@blueprint.route("/cases/<uuid:case_id>/place/release", methods=["GET", "POST"])
@needs(Action.PLACE_RELEASE)
def release(case_id: UUID) -> ResponseReturnValue:
    """Take the place back."""
    form = Release()
    return _act(
        case_id,
        Action.PLACE_RELEASE,
        _("Take the place back"),
        _("The case has no place any more. Decisions and desks stay as they are."),
        form,
        lambda: services.release(viewer(), case_id, reason=form.reason.data),
        _("The place is free."),
    )


def _own_fees(page: queries.PlacePage) -> queries.DeskFees:
    found = next((one for one in page.fees if one.mine), None)
    if found is None:
        raise NotFound("There is nothing here.")
    return found


@blueprint.route("/cases/<uuid:case_id>/fees/record", methods=["GET", "POST"])
@needs(Action.FEE_RECORD)
def record_fee(case_id: UUID) -> ResponseReturnValue:
    """Note a fee that the own desk received."""
    page = queries.place(viewer(), case_id)
    fees, form = _own_fees(page), RecordFee()
    form.fee.choices = [(row["code"], f"{row['title']} ({row['currency']} {row['amount']})") for row in fees.charged]
    if form.carried_out(
        lambda: services.record_fee(
            viewer(),
            fees.desk_id,
            fee=form.fee.data,
            amount=form.amount.data,
            received_on=form.received_on.data,
            reference=form.reference.data or "",
        )
    ):
        flash(_("The receipt is recorded. The firm is told."), "success")
        return redirect(url_for("intake.place", case_id=case_id))
    shown = render_template(
        "pages/intake/act.html",
        page=page,
        form=form,
        title=_("Record a fee"),
        explanation=_("The firm reads the receipt. The other authorities do not."),
        tabs=tabs(page.sight, "place"),
    )
    return shown, form.status


@blueprint.route("/cases/<uuid:case_id>/fees/<uuid:receipt_id>/strike", methods=["GET", "POST"])
@needs(Action.FEE_STRIKE)
def strike_fee(case_id: UUID, receipt_id: UUID) -> ResponseReturnValue:
    """Strike a receipt that was entered by mistake."""
    page = queries.place(viewer(), case_id)
    fees, form = _own_fees(page), StrikeFee()
    if not any(one.id == receipt_id and one.struck_because is None for one in fees.receipts):
        raise NotFound("There is nothing here.")
    if form.carried_out(lambda: services.strike_fee(viewer(), receipt_id, reason=form.reason.data)):
        flash(_("The receipt is struck. The firm is told."), "success")
        return redirect(url_for("intake.place", case_id=case_id))
    shown = render_template(
        "pages/intake/act.html",
        page=page,
        form=form,
        title=_("Strike a receipt"),
        explanation=_("It stays readable with the reason."),
        tabs=tabs(page.sight, "place"),
    )
    return shown, form.status
