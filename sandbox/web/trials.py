"""The live test: acceptance, preconditions and start, reports and their certification, breaches."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.conditions import COMPARATORS, WINDOWS
from sandbox.domain.errors import NotFound, NotNow
from sandbox.queries import applications as dossiers
from sandbox.queries import trials as queries
from sandbox.services.trials import reports, running
from sandbox.web.access import needs, viewer
from sandbox.web.desks.tabs import tabs
from sandbox.web.forms import trials as forms
from sandbox.web.forms.assessments import KIND_WORDS
from sandbox.web.locale import _
from sandbox.web.viewing import opened

blueprint = Blueprint("trials", __name__)

# The firm reads them too: no “we”.
ORIGINS = {
    "firm": _("Proposed by the firm"),
    "imposed": _("Asked for by the authority"),
    "harmonised": _("Agreed between the authorities"),
}
WORDS = {"kinds": KIND_WORDS, "origins": ORIGINS, "comparators": COMPARATORS, "windows": WINDOWS}
MADE = {
    "cure": Action.BREACH_CURE,
    "waive": Action.BREACH_WAIVE,
    "escalate": Action.BREACH_ESCALATE,
    "close": Action.BREACH_CLOSE,
}


def _show(template: str, page: Any, **more: Any) -> str:
    return render_template(
        f"pages/trials/{template}.html",
        page=page,
        seen=page.seen,
        tabs=tabs(page.seen, "trial"),
        words=WORDS,
        Action=Action,
        **{"vocabulary": None, **more},
    )


@blueprint.get("/trials")
@needs(Action.TRIAL_READ)
def index() -> ResponseReturnValue:
    """The trials that the viewer takes part in."""
    page = queries.trials(viewer(), after=request.args.get("after"))
    return render_template("pages/trials/index.html", page=page)


def _case(case_id: UUID, form: Any = None) -> ResponseReturnValue:
    page = queries.case_page(viewer(), case_id)
    opened(Action.TRIAL_READ, case_id, item="trial")
    vocabulary = dossiers.vocabulary_of(page.seen.programme_id)
    form = form or forms.Press()
    if page.trial_id is None:
        return _show("offer", page, form=form, vocabulary=vocabulary), form.status
    return _show("case", page, form=form, vocabulary=vocabulary), form.status


@blueprint.get("/cases/<uuid:case_id>/trial")
@needs(Action.TRIAL_READ)
def case(case_id: UUID) -> ResponseReturnValue:
    """The trial of a case, or what there is to accept."""
    return _case(case_id)


@blueprint.get("/cases/<uuid:case_id>/trial/reports")
@needs(Action.TRIAL_READ)
def all_reports(case_id: UUID) -> ResponseReturnValue:
    """All reports of a trial, newest first."""
    found = queries.all_reports(viewer(), case_id, request.args.get("after"))
    opened(Action.TRIAL_READ, case_id, item="reports")
    return _show("reports", found)


@blueprint.route("/cases/<uuid:case_id>/trial/accept", methods=["GET", "POST"])
@needs(Action.TRIAL_ACCEPT)
def accept(case_id: UUID) -> ResponseReturnValue:
    """The firm accepts: what that means, what is accepted, and one box to tick."""
    page = queries.case_page(viewer(), case_id)
    if page.trial_id is not None and page.offer is None:
        return redirect(url_for("trials.case", case_id=case_id))
    form = forms.Accept()
    if form.carried_out(lambda: running.accept(viewer(), case_id)):
        flash(_("Accepted. The conditions are active now; start the test below where it is ready."), "success")
        return redirect(url_for("trials.case", case_id=case_id))
    if page.offer is None or page.offer.missing:
        raise NotNow(_("There is nothing to accept yet."))
    return _show("accept", page, form=form, vocabulary=dossiers.vocabulary_of(page.seen.programme_id)), form.status


@blueprint.post("/cases/<uuid:case_id>/trial/start")
@needs(Action.TRIAL_START)
def start(case_id: UUID) -> ResponseReturnValue:
    """Start in one jurisdiction, or say everything that stands in the way."""
    page = queries.case_page(viewer(), case_id)
    form, trial_id = forms.Start(), page.trial_id
    if trial_id is None:
        raise NotNow(_("The firm has not accepted yet."))
    if form.carried_out(lambda: running.start(viewer(), trial_id, form.jurisdiction.data or "")):
        flash(_("The test is live."), "success")
        return redirect(url_for("trials.case", case_id=case_id))
    return _case(case_id, form)


@blueprint.post("/cases/<uuid:case_id>/trial/conditions/<uuid:condition_id>/discharge")
@needs(Action.CONDITION_DISCHARGE)
def discharge(case_id: UUID, condition_id: UUID) -> ResponseReturnValue:
    """The owner's supervisor records that a precondition is met."""
    page = queries.case_page(viewer(), case_id)
    if not any(one.id == condition_id for one in page.conditions):
        raise NotFound("There is nothing here.")
    form = forms.Press()
    if form.carried_out(lambda: running.discharge(viewer(), condition_id)):
        flash(_("Recorded: the condition is met."), "success")
        return redirect(url_for("trials.case", case_id=case_id))
    return _case(case_id, form)


# --- reports ---------------------------------------------------------------------------------------------------------


def _report(report_id: UUID) -> queries.ReportPage:
    page = queries.report(viewer(), report_id)
    opened(Action.TRIAL_READ, page.seen.case_id, item=f"report {report_id}")
    return page


@blueprint.get("/reports/<uuid:report_id>")
@needs(Action.TRIAL_READ)
def report(report_id: UUID) -> ResponseReturnValue:
    """A report as it stands."""
    page = _report(report_id)
    return _show("report", page, form=forms.Press(), vocabulary=dossiers.vocabulary_of(page.seen.programme_id))


@blueprint.route("/reports/<uuid:report_id>/edit", methods=["GET", "POST"])
@needs(Action.REPORT_EDIT)
def edit(report_id: UUID) -> ResponseReturnValue:
    """Prepare a report. Saved is not certified."""
    page = _report(report_id)
    if Action.REPORT_EDIT not in page.actions:
        raise NotNow(_("This report cannot be changed now."))
    vocabulary = dossiers.vocabulary_of(page.seen.programme_id)
    start = {one.field: one.value for one in page.asked}
    form = forms.report_form(page.asked, vocabulary)(
        data={**start, "narrative": page.narrative, "version": page.version}
    )
    if form.carried_out(
        lambda: reports.save(
            viewer(),
            report_id,
            version=form.version.data,
            narrative=form.narrative.data,
            values=form.values(),
        ),
    ):
        flash(_("Saved. The report is not certified: nothing has been sent to the authorities."), "success")
        return redirect(url_for("trials.report", report_id=report_id))
    if form.conflict is not None:
        page = _report(report_id)
        form.version.shows(page.version)  # sending again replaces what is shown, knowingly
    return _show("edit", page, form=form, vocabulary=vocabulary), form.status


@blueprint.route("/reports/<uuid:report_id>/certify", methods=["GET", "POST"])
@needs(Action.REPORT_CERTIFY)
def certify(report_id: UUID) -> ResponseReturnValue:
    """Certify what somebody else prepared."""
    page = _report(report_id)
    if page.line.state in {"certified", "accepted"}:
        return redirect(url_for("trials.report", report_id=report_id))  # sent twice
    form = forms.Certify(data={"version": page.version})
    made: list[UUID] = []
    if form.carried_out(lambda: made.extend(reports.certify(viewer(), report_id, version=form.version.data))):
        flash(_("Certified and sent to the authorities."), "success")
        if made:
            flash(_("A value is over its limit. The owner of the limit has been told; answer below."), "warning")
        return redirect(url_for("trials.report", report_id=report_id))
    if form.conflict is not None:
        page = _report(report_id)
        form.version.shows(page.version)
    return _show("certify", page, form=form, vocabulary=dossiers.vocabulary_of(page.seen.programme_id)), form.status


@blueprint.post("/reports/<uuid:report_id>/accept")
@needs(Action.REPORT_ACCEPT)
def accept_report(report_id: UUID) -> ResponseReturnValue:
    """A supervisor accepts a certified report."""
    _report(report_id)
    if forms.Press().validate_on_submit():
        reports.accept(viewer(), report_id)
        flash(_("The report is accepted."), "success")
    return redirect(url_for("trials.report", report_id=report_id))


@blueprint.route("/reports/<uuid:report_id>/return", methods=["GET", "POST"])
@needs(Action.REPORT_RETURN)
def return_report(report_id: UUID) -> ResponseReturnValue:
    """A supervisor gives a certified report back."""
    page = _report(report_id)
    form = forms.Return()
    if form.carried_out(lambda: reports.give_back(viewer(), report_id, reason=form.reason.data)):
        flash(_("The report is returned to the firm."), "success")
        return redirect(url_for("trials.report", report_id=report_id))
    return _show("return", page, form=form), form.status


# --- breaches --------------------------------------------------------------------------------------------------------


@blueprint.route("/breaches/<uuid:breach_id>", methods=["GET"])
@needs(Action.TRIAL_READ)
def breach(breach_id: UUID) -> ResponseReturnValue:
    """A breach: for the firm and for the owner of the limit."""
    return _breach(breach_id, forms.Answer(), _judging(breach_id))


def _judging(breach_id: UUID) -> forms.Judge:
    page = queries.breach(viewer(), breach_id)
    form = forms.Judge()
    form.action.choices = [(name, forms.JUDGEMENTS[name]) for name, act in MADE.items() if act in page.actions]
    return form


def _breach(breach_id: UUID, answering: forms.Answer, judging: forms.Judge) -> ResponseReturnValue:
    page = queries.breach(viewer(), breach_id)
    opened(Action.TRIAL_READ, page.seen.case_id, item=f"breach {breach_id}")
    status = max(answering.status, judging.status)
    vocabulary = dossiers.vocabulary_of(page.seen.programme_id)
    return _show("breach", page, answering=answering, judging=judging, vocabulary=vocabulary), status


@blueprint.post("/breaches/<uuid:breach_id>/answer")
@needs(Action.BREACH_ANSWER)
def answer(breach_id: UUID) -> ResponseReturnValue:
    """The firm answers."""
    queries.breach(viewer(), breach_id)
    form = forms.Answer()
    if form.carried_out(lambda: reports.answer_breach(viewer(), breach_id, answer=form.answer.data)):
        flash(_("Your answer has gone to the owner of the limit."), "success")
        return redirect(url_for("trials.breach", breach_id=breach_id))
    return _breach(breach_id, form, forms.Judge(formdata=None))


@blueprint.post("/breaches/<uuid:breach_id>/judge")
@needs(Action.BREACH_CURE)
def judge(breach_id: UUID) -> ResponseReturnValue:
    """The owner's supervisor decides about it."""
    form = _judging(breach_id)
    if form.carried_out(
        lambda: reports.judge_breach(viewer(), breach_id, action=form.action.data, remark=form.remark.data),
    ):
        flash(_("Recorded. The firm has been written to."), "success")
        return redirect(url_for("trials.breach", breach_id=breach_id))
    return _breach(breach_id, forms.Answer(formdata=None), form)


__all__ = ["blueprint"]
