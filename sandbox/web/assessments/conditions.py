"""Proposed conditions: the list with the firm's own limits, propose, take over, change, confirm, take back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.changes import labels
from sandbox.domain.conditions import COMPARATORS, WINDOWS
from sandbox.domain.errors import NotFound
from sandbox.domain.sections import plan_limits
from sandbox.queries import assessments as queries
from sandbox.services import assessments
from sandbox.web.access import needs, viewer
from sandbox.web.assessments.blueprint import blueprint
from sandbox.web.assessments.frame import bench_of, desk_of, page, read_version
from sandbox.web.forms import assessments as forms
from sandbox.web.locale import _


def _condition_form(bench: queries.Workbench, row: queries.Proposed | None = None) -> forms.Proposal:
    start: dict[str, Any] = {
        "jurisdictions": [bench.jurisdiction],
        "currency": bench.currencies.get(bench.jurisdiction),
    }
    if row is not None:
        start = {**asdict(row), "jurisdictions": list(row.jurisdictions)}
    form = forms.Proposal(data={**start, "read": str(bench.sight.version_id)})
    form.metrics = bench.metrics
    form.plan = plan_limits(bench.record)
    form.metric.choices = [("", _("Nothing")), *((one.code, one.title) for one in bench.metrics.values())]
    form.comparator.choices = [("", _("Choose")), *COMPARATORS.items()]
    form.window.choices = [("", _("Choose")), *WINDOWS.items()]
    form.currency.choices = [("", _("No currency")), *((one, one) for one in dict.fromkeys(bench.currencies.values()))]
    form.jurisdictions.choices = [(code, code) for code in bench.currencies]
    return form


@blueprint.get("/cases/<uuid:case_id>/assessment/conditions")
@needs(Action.ASSESSMENT_READ)
def conditions(case_id: UUID) -> ResponseReturnValue:
    """The conditions that the desk proposes, and the firm's own limits to take over."""
    bench = bench_of(case_id)
    names = labels(bench.record, bench.vocabulary)
    return page("conditions", bench, form=forms.Drop(), names=names)


@blueprint.route("/cases/<uuid:case_id>/assessment/conditions/new", methods=["GET", "POST"])
@needs(Action.CONDITION_PROPOSE)
def propose(case_id: UUID) -> ResponseReturnValue:
    """Propose a condition."""
    bench = bench_of(case_id)
    form, desk_id = _condition_form(bench), desk_of(bench)
    if form.carried_out(
        lambda: assessments.propose_condition(
            viewer(), desk_id, condition=form.values(), read=read_version(form.read.data)
        ),
    ):
        flash(_("The condition is proposed."), "success")
        return redirect(url_for("assessments.conditions", case_id=case_id))
    return page("condition", bench, form=form, row=None), form.status


@blueprint.post("/cases/<uuid:case_id>/assessment/conditions/from-limit")
@needs(Action.CONDITION_PROPOSE)
def from_limit(case_id: UUID) -> ResponseReturnValue:
    """Take over a limit that the firm proposes."""
    bench = bench_of(case_id)
    form, desk_id = forms.FromLimit(), desk_of(bench)
    limit = next((one for one in bench.limits if str(one.number) == form.number.data), None)
    if limit is None:
        raise NotFound("There is nothing here.")
    if form.validate_on_submit():
        assessments.propose_condition(viewer(), desk_id, condition=_taken_over(limit))
        flash(_("Taken over: {title}.").format(title=limit.title), "success")
    return redirect(url_for("assessments.conditions", case_id=case_id))


def _taken_over(limit: queries.FirmLimit) -> dict[str, Any]:
    amount = f"{limit.currency} {limit.threshold:,f}" if limit.currency else f"{limit.threshold:,f}"
    text = _("The firm keeps “{title}” {comparison} {amount} {window}, as it proposed in its test plan.")
    return {
        "kind": "limit",
        "title": limit.title,
        "text": text.format(
            title=limit.title,
            comparison=COMPARATORS.get(limit.comparator, ""),
            amount=amount,
            window=WINDOWS[limit.window],
        ),
        "origin": "firm",
        "jurisdictions": [limit.jurisdiction],
        "metric": limit.metric,
        "comparator": limit.comparator if limit.comparator in COMPARATORS else "at_most",
        "threshold": limit.threshold,
        "currency": limit.currency,
        "window": limit.window,
    }


@blueprint.route("/cases/<uuid:case_id>/assessment/conditions/<uuid:condition_id>", methods=["GET", "POST"])
@needs(Action.CONDITION_PROPOSE)
def change(case_id: UUID, condition_id: UUID) -> ResponseReturnValue:
    """Change a proposed condition."""
    bench = bench_of(case_id)
    row = queries.proposed(viewer(), case_id, condition_id)
    form = _condition_form(bench, row)
    if form.carried_out(
        lambda: assessments.change_condition(
            viewer(),
            condition_id,
            condition=form.values(),
            version=form.version.data,
            read=read_version(form.read.data),
        ),
    ):
        flash(_("The condition has changed."), "success")
        return redirect(url_for("assessments.conditions", case_id=case_id))
    if form.conflict is not None:
        row = queries.proposed(viewer(), case_id, condition_id)
        form.version.shows(row.version)
    return page("condition", bench, form=form, row=row), form.status


@blueprint.post("/cases/<uuid:case_id>/assessment/conditions/<uuid:condition_id>/drop")
@needs(Action.CONDITION_PROPOSE)
def drop(case_id: UUID, condition_id: UUID) -> ResponseReturnValue:
    """Take a proposed condition back."""
    queries.proposed(viewer(), case_id, condition_id)
    if forms.Drop().validate_on_submit():
        assessments.drop_condition(viewer(), condition_id)
        flash(_("The condition is no longer proposed."), "success")
    return redirect(url_for("assessments.conditions", case_id=case_id))


@blueprint.post("/cases/<uuid:case_id>/assessment/conditions/<uuid:condition_id>/holds")
@needs(Action.CONDITION_PROPOSE)
def condition_holds(case_id: UUID, condition_id: UUID) -> ResponseReturnValue:
    """The condition is still proposed as it stands, though the firm changed its limit."""
    queries.proposed(viewer(), case_id, condition_id)
    form = forms.Holds()
    if form.carried_out(
        lambda: assessments.confirm_condition(
            viewer(), condition_id, version=form.version.data, read=read_version(form.read.data)
        ),
    ):
        flash(_("The condition is confirmed."), "success")
    else:
        flash(_("It has changed meanwhile. Look at it again."), "error")
    return redirect(url_for("assessments.conditions", case_id=case_id))
