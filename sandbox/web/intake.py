"""The intake column: cohorts, the place of a case in one, and the fees that desks received."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Act:
    """One act on a place: its page, its form, what carries it out and what is said afterwards."""

    action: Action
    title: str
    explanation: str
    form: type[Form]
    carry_out: Callable[..., None]
    done: str


GIVE = Act(
    Action.PLACE_GIVE,
    _("Give the case a place"),
    _("The firm and all authorities are told. A place says nothing of any decision."),
    GivePlace,
    services.give_place,
    _("The case has a place."),
)
RESERVE = Act(
    Action.PLACE_RESERVE,
    _("Put the case on the reserve list"),
    _("It stands at the end of the list. When a place is given up, the first of the list can have it."),
    PutOnReserve,
    services.put_on_reserve,
    _("The case is on the reserve list."),
)
DEFER = Act(
    Action.PLACE_DEFER,
    _("Defer the case to a later cohort"),
    _("For a firm that is not ready in time. A place that it has goes with it, so the acceptance is kept."),
    Defer,
    services.defer,
    _("The case moves to the later cohort."),
)
RELEASE = Act(
    Action.PLACE_RELEASE,
    _("Take the place back"),
    _("The case has no place any more. Decisions and desks stay as they are."),
    Release,
    services.release,
    _("The place is free."),
)


def _carry_out(case_id: UUID, act: Act) -> ResponseReturnValue:
    """Form → use case → back to the place. Raises NotFound, NotNow."""
    page = queries.place(viewer(), case_id)
    if not page.sight.may(act.action):
        raise NotFound("There is nothing here.")
    if not page.may(act.action):
        raise NotNow(_("This cannot be done with the place as it stands."))
    form = act.form()
    if "cohort" in form:
        form["cohort"].choices = list(page.later)

    def carry_out() -> None:
        said = {name: form[name].data for name in ("cohort", "reason") if name in form}
        act.carry_out(viewer(), case_id, **said)

    if form.carried_out(carry_out):
        flash(act.done, "success")
        return redirect(url_for("intake.place", case_id=case_id))
    return _step(page, form, act.title, act.explanation)


def _step(page: queries.PlacePage, form: Form, title: str, explanation: str) -> ResponseReturnValue:
    """The page on which something is done about a place or a fee."""
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
    return _carry_out(case_id, GIVE)


@blueprint.route("/cases/<uuid:case_id>/place/reserve", methods=["GET", "POST"])
@needs(Action.PLACE_RESERVE)
def reserve(case_id: UUID) -> ResponseReturnValue:
    """Put the case on the reserve list."""
    return _carry_out(case_id, RESERVE)


@blueprint.route("/cases/<uuid:case_id>/place/defer", methods=["GET", "POST"])
@needs(Action.PLACE_DEFER)
def defer(case_id: UUID) -> ResponseReturnValue:
    """Move the case to a later cohort."""
    return _carry_out(case_id, DEFER)


@blueprint.route("/cases/<uuid:case_id>/place/release", methods=["GET", "POST"])
@needs(Action.PLACE_RELEASE)
def release(case_id: UUID) -> ResponseReturnValue:
    """Take the place back."""
    return _carry_out(case_id, RELEASE)


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
    explanation = _("The firm reads the receipt. The other authorities do not.")
    return _step(page, form, _("Record a fee"), explanation)


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
    return _step(page, form, _("Strike a receipt"), _("It stays readable with the reason."))
