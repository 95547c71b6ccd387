"""The desk's position: file, review, confirm on a new version; and the desks' positions side by side."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.canonical import record_hash
from sandbox.queries import assessments as queries
from sandbox.services import assessments
from sandbox.web.access import needs, viewer
from sandbox.web.assessments.blueprint import WORDS, blueprint
from sandbox.web.assessments.frame import bench_of, desk_of, page
from sandbox.web.desks.tabs import tabs
from sandbox.web.forms import assessments as forms
from sandbox.web.locale import _
from sandbox.web.viewing import opened


@blueprint.get("/cases/<uuid:case_id>/position")
@needs(Action.ASSESSMENT_READ)
def position(case_id: UUID) -> ResponseReturnValue:
    """The position of the own desk: what is missing, or what was filed."""
    return _position(case_id, None)


@blueprint.post("/cases/<uuid:case_id>/position/file")
@needs(Action.POSITION_FILE)
def file(case_id: UUID) -> ResponseReturnValue:
    """File the position: frozen, and sealed until every deciding desk has filed."""
    bench = queries.workbench(viewer(), case_id)
    form, desk_id = forms.Position(), desk_of(bench)
    recommendation, summary = form.recommendation.data or "", form.summary.data or ""
    if not form.sure.data:
        form.validate_on_submit()
        form.form_errors.extend(bench.missing(recommendation, summary))
        form.refuse({"sure": _("Tick the box to file the position.")})
        return _position(case_id, form)
    if form.carried_out(
        lambda: assessments.file_position(viewer(), desk_id, recommendation=recommendation, summary=summary),
    ):
        flash(_("The position of your desk is filed, sealed until every deciding authority has filed."), "success")
        return redirect(url_for("assessments.positions", case_id=case_id))
    return _position(case_id, form)


@blueprint.post("/cases/<uuid:case_id>/position/confirm")
@needs(Action.POSITION_FILE)
def confirm_position(case_id: UUID) -> ResponseReturnValue:
    """File the position of the version before once more as it stood: nothing that it rests on has changed."""
    bench = queries.workbench(viewer(), case_id)
    form, desk_id = forms.Drop(), desk_of(bench)
    if form.carried_out(lambda: assessments.confirm_position(viewer(), desk_id)):
        flash(_("The position of your desk is confirmed on the present version, and sealed."), "success")
        return redirect(url_for("assessments.positions", case_id=case_id))
    shown = forms.Position(formdata=None)
    shown.form_errors.extend(form.form_errors)
    reviewing = forms.Review(formdata=None, data=_covered(bench))
    return page("position", bench_of(case_id), form=shown, review=reviewing), 422


@blueprint.post("/cases/<uuid:case_id>/assessment/review")
@needs(Action.ASSESSMENT_REVIEW)
def review(case_id: UUID) -> ResponseReturnValue:
    """A second person of the desk approves the assessment, or sends it back with remarks."""
    bench = queries.workbench(viewer(), case_id)
    form, desk_id = forms.Review(), desk_of(bench)
    if form.carried_out(
        lambda: assessments.review(
            viewer(),
            desk_id,
            outcome=form.outcome.data,
            remarks=form.remarks.data,
            covers=form.covers.data,
        ),
    ):
        flash(_("Your review is recorded."), "success")
        return redirect(url_for("assessments.position", case_id=case_id))
    return page("position", bench_of(case_id), form=forms.Position(formdata=None), review=form), form.status


def _covered(bench: queries.Workbench) -> dict[str, str]:
    return {"covers": record_hash(bench.covers)}


def _position(case_id: UUID, form: forms.Position | None) -> ResponseReturnValue:
    bench = bench_of(case_id)
    shown = form or forms.Position()
    return page("position", bench, form=shown, review=forms.Review(formdata=None, data=_covered(bench))), shown.status


@blueprint.get("/cases/<uuid:case_id>/positions")
@needs(Action.ASSESSMENT_READ)
def positions(case_id: UUID) -> ResponseReturnValue:
    """The desks' positions side by side, as far as they have opened to the viewer."""
    found = queries.comparison(viewer(), case_id)
    opened(Action.ASSESSMENT_READ, case_id, item="positions")
    return render_template(
        "pages/assessments/positions.html", found=found, tabs=tabs(found.sight, "positions"), words=WORDS
    )
