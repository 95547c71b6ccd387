"""The assessments column: the own workbench, proposed conditions, filing the position, positions, divergences."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.conditions import COMPARATORS, WINDOWS
from sandbox.domain.divergences import FINDINGS
from sandbox.domain.errors import NotFound
from sandbox.queries import applications as dossiers
from sandbox.queries import assessments as queries
from sandbox.services import assessments, divergences
from sandbox.web.access import needs, viewer
from sandbox.web.desks.tabs import tabs
from sandbox.web.desks.words import RECOMMENDATIONS
from sandbox.web.forms import assessments as forms
from sandbox.web.locale import _
from sandbox.web.viewing import opened

blueprint = Blueprint("assessments", __name__)

WORDS = {
    "findings": FINDINGS,
    "kinds": forms.KIND_WORDS,
    "origins": forms.ORIGIN_WORDS,
    "comparators": COMPARATORS,
    "windows": WINDOWS,
    "recommendations": RECOMMENDATIONS,
}


def _open(case_id: UUID) -> queries.Workbench:
    """The workbench, and a line that it was opened. Raises NotFound."""
    bench = queries.workbench(viewer(), case_id)
    opened(Action.ASSESSMENT_READ, case_id, item="assessment")
    return bench


def _desk_id(bench: queries.Workbench) -> UUID:
    if bench.sight.desk_id is None:
        raise NotFound("There is nothing here.")
    return bench.sight.desk_id


def _page(template: str, bench: queries.Workbench, **more: Any) -> str:
    return render_template(
        f"pages/assessments/{template}.html",
        bench=bench,
        tabs=tabs(bench.sight, "assessment"),
        steps=_steps(bench, template),
        words=WORDS,
        **more,
    )


def _steps(bench: queries.Workbench, active: str) -> list[dict[str, Any]]:
    """The three pages of an assessment, as a second row of tabs."""
    case_id = bench.sight.case_id
    pages = (
        ("workbench", _("Criteria"), "assessments.workbench", f"{bench.found}/{len(bench.criteria)}"),
        (
            "conditions",
            _("Conditions"),
            "assessments.conditions",
            str(len(bench.conditions)) if bench.conditions else None,
        ),
        ("position", _("Position"), "assessments.position", None),
    )
    return [
        {"text": text, "href": url_for(endpoint, case_id=case_id), "active": name == active, "count": count}
        for name, text, endpoint, count in pages
    ]


# --- findings --------------------------------------------------------------------------------------------------------


def _chosen(bench: queries.Workbench, code: str) -> queries.Criterion:
    """The criterion asked for; otherwise the first without a finding, or the first."""
    if not bench.criteria:
        raise NotFound("There is nothing here.")
    waiting = [one for one in bench.criteria if not one.value or one.stale]
    named = [one for one in bench.criteria if one.code == code]
    return (named or waiting or list(bench.criteria))[0]


def _finding_form(criterion: queries.Criterion) -> forms.Finding:
    form = forms.Finding(
        data={
            "value": criterion.value or None,
            "positive": [one for one in criterion.indicators if one in criterion.positive],
            "negative": [one for one in criterion.indicators if one in criterion.negative],
            "reasons": criterion.reasons,
            "version": criterion.version,
        },
    )
    form.positive.choices = [(one, one) for one in criterion.positive]
    form.negative.choices = [(one, one) for one in criterion.negative]
    return form


def _show_criterion(bench: queries.Workbench, criterion: queries.Criterion, form: forms.Finding) -> ResponseReturnValue:
    page = _page(
        "workbench",
        bench,
        criterion=criterion,
        form=form,
        vocabulary=dossiers.vocabulary_of(bench.sight.programme_id),
    )
    return page, form.status


@blueprint.get("/cases/<uuid:case_id>/assessment")
@needs(Action.ASSESSMENT_READ)
def workbench(case_id: UUID) -> ResponseReturnValue:
    """Dossier and assessment side by side, one criterion at a time."""
    bench = _open(case_id)
    criterion = _chosen(bench, request.args.get("criterion", ""))
    return _show_criterion(bench, criterion, _finding_form(criterion))


@blueprint.post("/cases/<uuid:case_id>/assessment/criteria/<uuid:criterion_id>")
@needs(Action.FINDING_RECORD)
def find(case_id: UUID, criterion_id: UUID) -> ResponseReturnValue:
    """Save one finding. Where a colleague was faster, both texts are shown."""
    bench = queries.workbench(viewer(), case_id)
    criterion = next((one for one in bench.criteria if one.id == criterion_id), None)
    if criterion is None:
        raise NotFound("There is nothing here.")
    form, desk_id = _finding_form(criterion), _desk_id(bench)
    if form.carried_out(
        lambda: assessments.record_finding(
            viewer(),
            desk_id,
            criterion_id,
            value=form.value.data,
            reasons=form.reasons.data,
            indicators=[*form.positive.data, *form.negative.data],
            version=form.version.data,
        ),
    ):
        flash(_("Saved: {title}.").format(title=criterion.title), "success")
        return redirect(url_for("assessments.workbench", case_id=case_id, criterion=_next(bench, criterion)))
    bench = _open(case_id)
    now = next(one for one in bench.criteria if one.id == criterion_id)
    if form.conflict is not None:
        form.version.raw_data = [str(now.version)]  # sending it again replaces what is shown beside it, knowingly
    return _show_criterion(bench, now, form)


def _next(bench: queries.Workbench, saved: queries.Criterion) -> str:
    """After saving: the next criterion that waits, or the same one when all are done."""
    waits = [one.code for one in bench.criteria if one.id != saved.id and (not one.value or one.stale)]
    return waits[0] if waits else saved.code


# --- conditions ------------------------------------------------------------------------------------------------------


def _condition_form(bench: queries.Workbench, row: queries.Proposed | None = None) -> forms.Condition:
    start: dict[str, Any] = {
        "jurisdictions": [bench.jurisdiction],
        "currency": bench.currencies.get(bench.jurisdiction),
    }
    if row is not None:
        start = {**asdict(row), "jurisdictions": list(row.jurisdictions)}
    form = forms.Condition(data=start)
    form.metrics = bench.metrics
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
    return _page("conditions", _open(case_id), form=forms.Drop())


@blueprint.route("/cases/<uuid:case_id>/assessment/conditions/new", methods=["GET", "POST"])
@needs(Action.CONDITION_PROPOSE)
def propose(case_id: UUID) -> ResponseReturnValue:
    """Propose a condition."""
    bench = _open(case_id)
    form, desk_id = _condition_form(bench), _desk_id(bench)
    if form.carried_out(lambda: assessments.propose_condition(viewer(), desk_id, condition=form.values())):
        flash(_("The condition is proposed."), "success")
        return redirect(url_for("assessments.conditions", case_id=case_id))
    return _page("condition", bench, form=form, row=None), form.status


@blueprint.post("/cases/<uuid:case_id>/assessment/conditions/from-limit")
@needs(Action.CONDITION_PROPOSE)
def from_limit(case_id: UUID) -> ResponseReturnValue:
    """Take over a limit that the firm proposes."""
    bench = _open(case_id)
    form, desk_id = forms.FromLimit(), _desk_id(bench)
    limit = next((one for one in bench.limits if str(one.number) == form.number.data), None)
    if limit is None:
        raise NotFound("There is nothing here.")
    if form.validate_on_submit():
        assessments.propose_condition(viewer(), desk_id, condition=_taken_over(bench, limit))
        flash(_("Taken over: {title}.").format(title=limit.title), "success")
    return redirect(url_for("assessments.conditions", case_id=case_id))


def _taken_over(bench: queries.Workbench, limit: queries.FirmLimit) -> dict[str, Any]:
    metric = bench.metrics[limit.metric]
    amount = f"{limit.currency} {limit.threshold:,f}" if limit.currency else f"{limit.threshold:,f}"
    text = _("The firm keeps “{title}” {comparison} {amount} {window}, as it proposed in its test plan.")
    return {
        "kind": "limit",
        "title": limit.title,
        "text": text.format(
            title=limit.title,
            comparison=COMPARATORS.get(metric.comparator, ""),
            amount=amount,
            window=WINDOWS["at_any_time"],
        ),
        "origin": "firm",
        "jurisdictions": [limit.jurisdiction],
        "metric": limit.metric,
        "comparator": metric.comparator if metric.comparator in COMPARATORS else "at_most",
        "threshold": limit.threshold,
        "currency": limit.currency,
        "window": "at_any_time",
    }


@blueprint.route("/cases/<uuid:case_id>/assessment/conditions/<uuid:condition_id>", methods=["GET", "POST"])
@needs(Action.CONDITION_PROPOSE)
def change(case_id: UUID, condition_id: UUID) -> ResponseReturnValue:
    """Change a proposed condition."""
    bench = _open(case_id)
    row = queries.proposed(viewer(), case_id, condition_id)
    form = _condition_form(bench, row)
    if form.carried_out(
        lambda: assessments.change_condition(
            viewer(), condition_id, condition=form.values(), version=form.version.data
        ),
    ):
        flash(_("The condition has changed."), "success")
        return redirect(url_for("assessments.conditions", case_id=case_id))
    if form.conflict is not None:
        row = queries.proposed(viewer(), case_id, condition_id)
        form.version.raw_data = [str(row.version)]
    return _page("condition", bench, form=form, row=row), form.status


@blueprint.post("/cases/<uuid:case_id>/assessment/conditions/<uuid:condition_id>/drop")
@needs(Action.CONDITION_PROPOSE)
def drop(case_id: UUID, condition_id: UUID) -> ResponseReturnValue:
    """Take a proposed condition back."""
    queries.proposed(viewer(), case_id, condition_id)
    if forms.Drop().validate_on_submit():
        assessments.drop_condition(viewer(), condition_id)
        flash(_("The condition is no longer proposed."), "success")
    return redirect(url_for("assessments.conditions", case_id=case_id))


# --- position --------------------------------------------------------------------------------------------------------


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
    form, desk_id = forms.Position(), _desk_id(bench)
    recommendation, summary = form.recommendation.data or "", form.summary.data or ""
    if not form.sure.data:
        form.validate_on_submit()
        form.form_errors.extend(bench.missing(recommendation, summary))
        form.refuse({"sure": _("Tick the box to file the position.")})
        return _position(case_id, form)
    if form.carried_out(
        lambda: assessments.file_position(viewer(), desk_id, recommendation=recommendation, summary=summary),
    ):
        flash(_("The position of your desk is filed and sealed."), "success")
        return redirect(url_for("assessments.positions", case_id=case_id))
    return _position(case_id, form)


def _position(case_id: UUID, form: forms.Position | None) -> ResponseReturnValue:
    bench = _open(case_id)
    shown = form or forms.Position()
    return _page("position", bench, form=shown), shown.status


@blueprint.get("/cases/<uuid:case_id>/positions")
@needs(Action.ASSESSMENT_READ)
def positions(case_id: UUID) -> ResponseReturnValue:
    """The desks' positions side by side, as far as they have opened to the viewer."""
    found = queries.comparison(viewer(), case_id)
    opened(Action.ASSESSMENT_READ, case_id, item="positions")
    return render_template(
        "pages/assessments/positions.html", found=found, tabs=tabs(found.sight, "positions"), words=WORDS
    )


# --- divergences -----------------------------------------------------------------------------------------------------


def _disposition_form(board: queries.Board, row: queries.Difference, *, sent: bool) -> forms.Disposition:
    prefix = row.id.hex[:8]
    more: dict[str, Any] = {} if sent else {"formdata": None}
    mine = row.mine
    start = {}
    if mine is not None:
        start = {"choice": mine.choice, "adopt" if mine.choice == "adopt" else "text": mine.text}
    form = forms.Disposition(prefix=prefix, data=start, **more)
    form.adopt.choices = [("", _("Choose")), *((code, name) for code, name in board.desks.items())]
    return form


def _board(board: queries.Board, used: tuple[UUID, forms.Disposition] | None = None) -> ResponseReturnValue:
    opened(Action.DIVERGENCE_READ, board.sight.case_id, item="divergences")
    prepared = {row.id: _disposition_form(board, row, sent=False) for row in board.rows if not row.settled}
    if used is not None:
        prepared[used[0]] = used[1]
    page = render_template(
        "pages/assessments/divergences.html",
        board=board,
        forms=prepared,
        refused=used[1] if used else None,
        tabs=tabs(board.sight, "divergences"),
        words=WORDS,
    )
    return page, used[1].status if used else 200


@blueprint.get("/cases/<uuid:case_id>/divergences", endpoint="divergences")
@needs(Action.DIVERGENCE_READ)
def board(case_id: UUID) -> ResponseReturnValue:
    """Each difference with the desks' words, and what each desk chose."""
    return _board(queries.board(viewer(), case_id))


@blueprint.post("/cases/<uuid:case_id>/divergences/<uuid:divergence_id>")
@needs(Action.DIVERGENCE_SETTLE)
def settle(case_id: UUID, divergence_id: UUID) -> ResponseReturnValue:
    """Record the choice of one's own desk."""
    board = queries.board(viewer(), case_id)
    row = next((one for one in board.rows if one.id == divergence_id), None)
    if row is None:
        raise NotFound("There is nothing here.")
    form = _disposition_form(board, row, sent=True)
    settled: list[bool] = []
    if form.carried_out(
        lambda: settled.append(
            divergences.settle(viewer(), divergence_id, choice=form.choice.data, text=form.words()),
        ),
    ):
        flash(
            _("Settled.") if settled[0] else _("Recorded. It is settled when every authority has chosen the same."),
            "success",
        )
        return redirect(url_for("assessments.divergences", case_id=case_id, _anchor=f"d-{divergence_id}"))
    return _board(board, (divergence_id, form))


__all__ = ["blueprint"]
