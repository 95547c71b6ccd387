"""The parties of a case by name, and the firm's report that its owners change."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.parties import PARTY_KINDS, REPORTABLE
from sandbox.queries import desks as queries
from sandbox.services import desks
from sandbox.web.access import needs, viewer
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.desks.tabs import tabs
from sandbox.web.forms.conflicts import PARTIES_NAMED, ChangeOfControl
from sandbox.web.locale import _
from sandbox.web.viewing import opened


@blueprint.get("/cases/<uuid:case_id>/parties")
@needs(Action.PARTY_READ)
def parties(case_id: UUID) -> ResponseReturnValue:
    """Who the parties are and were; for whoever may have to declare interests too."""
    found = queries.parties(viewer(), case_id)
    opened(Action.PARTY_READ, case_id, item="parties")
    return render_template(
        "pages/desks/parties.html",
        found=found,
        kinds=PARTY_KINDS,
        tabs=tabs(found.sight, "parties") if found.sight.reads else [],
        may_report=found.sight.may(Action.PARTY_CHANGE) and found.sight.withdrawn_at is None,
    )


@blueprint.route("/cases/<uuid:case_id>/parties/change", methods=["GET", "POST"])
@needs(Action.PARTY_CHANGE)
def report_change(case_id: UUID) -> ResponseReturnValue:
    """Report a change of ownership or control."""
    found = queries.parties(viewer(), case_id, Action.PARTY_CHANGE)
    form = ChangeOfControl()
    form.ended.choices = [
        (str(row.id), f"{row.name} ({_(PARTY_KINDS[row.kind])})") for row in found.present if row.kind in REPORTABLE
    ]
    if form.carried_out(
        lambda: desks.report_change(
            viewer(),
            case_id,
            what=form.what.data,
            effective_on=form.effective_on.data,
            named=form.named(),
            ended=[UUID(one) for one in form.ended.data or ()],
        ),
    ):
        flash(_("Reported. Every authority of this case has been told."), "success")
        return redirect(url_for("desks.parties", case_id=case_id))
    shown = render_template("pages/desks/report_change.html", found=found, form=form, rows=range(1, PARTIES_NAMED + 1))
    return shown, form.status


__all__ = ["parties", "report_change"]
