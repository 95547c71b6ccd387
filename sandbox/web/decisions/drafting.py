"""Drafting the own desk's decision: text, conditions, procedure items, sending to signature."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.conditions import COMPARATORS, WINDOWS
from sandbox.domain.dossier import Vocabulary
from sandbox.domain.errors import Incomplete, NotFound
from sandbox.queries import applications as dossiers
from sandbox.queries import decisions as queries
from sandbox.queries.decisions import ConditionRow
from sandbox.services.decisions import drafting, issuing, procedures
from sandbox.web.access import needs, viewer
from sandbox.web.decisions.blueprint import blueprint, open_page, own_decision, show
from sandbox.web.forms import decisions as forms
from sandbox.web.forms.assessments import Condition
from sandbox.web.locale import _


def _back(case_id: UUID, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("decisions.case", case_id=case_id, _anchor=anchor))


@blueprint.get("/cases/<uuid:case_id>/decision")
@needs(Action.CASE_GLANCE)
def case(case_id: UUID) -> ResponseReturnValue:
    """The decisions of a case: the own desk's whole, what others issued; for the firm what was issued to it."""
    page = open_page(case_id)
    return show("firm" if page.firm else "case", page, form=forms.Press())


@blueprint.post("/cases/<uuid:case_id>/decision/draft")
@needs(Action.DECISION_DRAFT)
def draft(case_id: UUID) -> ResponseReturnValue:
    """Begin the decision from the filed position."""
    page = queries.case_page(viewer(), case_id)
    form, desk_id = forms.Press(), page.seen.desk_id
    if desk_id is None:
        raise NotFound("There is nothing here.")
    if form.carried_out(lambda: drafting.draft(viewer(), desk_id)):
        flash(_("The decision is drafted from your desk’s position. Check every part of it."), "success")
        return redirect(url_for("decisions.edit", case_id=case_id))
    return _back(case_id)


def _instruments(page: queries.DecisionPage) -> list[tuple[str, str]]:
    """The instruments, those first that can carry the decision as it stands, each with what it can carry."""
    titles = {"approve": _("for an approval"), "refuse": _("for a refusal"), "defer": _("for a deferral")}
    wanted = (own_decision(page).action or "approve").removesuffix("_with_conditions")
    rows = sorted(page.instruments, key=lambda row: (wanted not in row.actions, row.name))
    named = [(str(row.id), f"{row.name} ({', '.join(titles[one] for one in sorted(row.actions))})") for row in rows]
    return [("", _("Choose an instrument")), *named]


@blueprint.route("/cases/<uuid:case_id>/decision/edit", methods=["GET", "POST"])
@needs(Action.DECISION_EDIT)
def edit(case_id: UUID) -> ResponseReturnValue:
    """Change the text of the decision; where a colleague was faster, both texts are shown."""
    page = open_page(case_id)
    own = own_decision(page)
    names = ("action", "reasons", "effective_on", "expires_on", "version")
    form = forms.Decide(data={name: getattr(own, name) for name in names} | {"instrument_id": str(own.instrument_id)})
    form.instrument_id.choices = _instruments(page)
    if form.carried_out(
        lambda: drafting.edit(
            viewer(),
            own.id,
            version=form.version.data,
            action=form.action.data,
            instrument_id=UUID(form.instrument_id.data),
            reasons=form.reasons.data,
            effective_on=form.effective_on.data,
            expires_on=form.expires_on.data,
        ),
    ):
        flash(_("Saved. Nothing is signed or issued yet."), "success")
        return _back(case_id)
    if form.conflict is not None:
        page = open_page(case_id)
        form.version.shows(own_decision(page).version)  # sending again replaces what is shown, knowingly
    return show("edit", page, form=form), form.status


# --- conditions ------------------------------------------------------------------------------------------------------


def _condition_form(page: queries.DecisionPage, words: Vocabulary, row: ConditionRow | None) -> Condition:
    start: dict[str, Any] = {
        "jurisdictions": [page.jurisdiction],
        "currency": words.place(page.jurisdiction).currency,
        "origin": "imposed",
    }
    if row is not None:
        start = {name: getattr(row, name) for name in Condition()._fields if hasattr(row, name)}
        start["jurisdictions"] = list(row.jurisdictions)
    form = Condition(data=start)
    metrics = words.words("metrics")
    form.metrics = {code: _Metric(one["kind"]) for code, one in metrics.items()}
    form.metric.choices = [("", _("Nothing")), *((code, str(one["title"])) for code, one in metrics.items())]
    form.comparator.choices = [("", _("Choose")), *COMPARATORS.items()]
    form.window.choices = [("", _("Choose")), *WINDOWS.items()]
    currencies = dict.fromkeys(place.currency for place in words.places.values())
    form.currency.choices = [("", _("No currency")), *((one, one) for one in currencies)]
    form.jurisdictions.choices = [(code, place.name) for code, place in words.places.items()]
    return form


class _Metric:
    """What the form asks of a metric."""

    def __init__(self, kind: str):
        self.kind = kind


def _condition(case_id: UUID, condition_id: UUID | None) -> ResponseReturnValue:
    page = open_page(case_id)
    own = own_decision(page)
    row = next((one for one in own.conditions if one.id == condition_id), None)
    if condition_id is not None and row is None:
        raise NotFound("There is nothing here.")
    form = _condition_form(page, dossiers.vocabulary_of(page.seen.programme_id), row)
    if form.carried_out(
        lambda: drafting.set_condition(
            viewer(),
            own.id,
            condition=form.values(),
            condition_id=condition_id,
            version=form.version.data if condition_id else None,
        ),
    ):
        flash(_("The condition is saved."), "success")
        return _back(case_id, "conditions")
    if form.conflict is not None:
        page = open_page(case_id)
        row = next((one for one in own_decision(page).conditions if one.id == condition_id), row)
        form.version.shows(row.version if row else 0)
    return show("condition", page, form=form, row=row), form.status


@blueprint.route("/cases/<uuid:case_id>/decision/conditions/new", methods=["GET", "POST"])
@needs(Action.DECISION_EDIT)
def add_condition(case_id: UUID) -> ResponseReturnValue:
    """Add a condition to the drafted decision."""
    return _condition(case_id, None)


@blueprint.route("/cases/<uuid:case_id>/decision/conditions/<uuid:condition_id>", methods=["GET", "POST"])
@needs(Action.DECISION_EDIT)
def condition(case_id: UUID, condition_id: UUID) -> ResponseReturnValue:
    """Change a condition of the drafted decision."""
    return _condition(case_id, condition_id)


@blueprint.post("/cases/<uuid:case_id>/decision/conditions/<uuid:condition_id>/drop")
@needs(Action.DECISION_EDIT)
def drop_condition(case_id: UUID, condition_id: UUID) -> ResponseReturnValue:
    """Take a condition out of the drafted decision."""
    page = queries.case_page(viewer(), case_id)
    row = next((one for one in own_decision(page).conditions if one.id == condition_id), None)
    if row is None:
        raise NotFound("There is nothing here.")
    if forms.Press().validate_on_submit():
        drafting.drop_condition(viewer(), condition_id)
        flash(_("Taken out: {title}.").format(title=row.title), "success")
    return _back(case_id, "conditions")


# --- procedure items -------------------------------------------------------------------------------------------------


@blueprint.post("/cases/<uuid:case_id>/decision/procedure")
@needs(Action.DESK_START_PROCEDURE)
def start_procedure(case_id: UUID) -> ResponseReturnValue:
    """Begin the items that the decision triggers."""
    own = own_decision(queries.case_page(viewer(), case_id))
    if forms.Press().validate_on_submit():
        procedures.start(viewer(), own.id)
        flash(_("The procedure has begun. Record below how each item ends."), "success")
    return _back(case_id, "procedure")


@blueprint.post("/cases/<uuid:case_id>/decision/reopen")
@needs(Action.DESK_REOPEN_DELIBERATION)
def reopen(case_id: UUID) -> ResponseReturnValue:
    """Representations reopen the deliberation."""
    own = own_decision(queries.case_page(viewer(), case_id))
    if forms.Press().validate_on_submit():
        procedures.reopen(viewer(), own.id)
        flash(_("The deliberation is open again. The items stay on record."), "success")
    return _back(case_id, "procedure")


@blueprint.route("/cases/<uuid:case_id>/decision/procedure/<uuid:item_id>", methods=["GET", "POST"])
@needs(Action.PROCEDURE_COMPLETE)
def complete(case_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """Record how an item ended."""
    page = open_page(case_id)
    item = next((one for one in own_decision(page).items if one.id == item_id), None)
    if item is None:
        raise NotFound("There is nothing here.")
    form = forms.Complete()
    if form.carried_out(
        lambda: procedures.complete(viewer(), item_id, outcome=form.outcome.data, note=form.note.data),
    ):
        flash(_("Recorded: {title}.").format(title=item.title), "success")
        return _back(case_id, "procedure")
    return show("complete", page, form=form, item=item), form.status


# --- to signature ----------------------------------------------------------------------------------------------------


@blueprint.get("/cases/<uuid:case_id>/decision/preview")
@needs(Action.DECISION_READ)
def preview(case_id: UUID) -> ResponseReturnValue:
    """What the instrument will say, word for word."""
    page = open_page(case_id)
    try:
        record = issuing.preview(viewer(), own_decision(page).id)
    except Incomplete as incomplete:
        flash(str(incomplete), "warning")
        return _back(case_id)
    return show("preview", page, record=record)


@blueprint.route("/cases/<uuid:case_id>/decision/send", methods=["GET", "POST"])
@needs(Action.DECISION_SEND_TO_SIGNATURE)
def send(case_id: UUID) -> ResponseReturnValue:
    """Make the document and send it to its signatories, or say everything that is missing."""
    page = open_page(case_id)
    own = own_decision(page)
    form = forms.Send(data={"version": own.version})
    if form.carried_out(lambda: issuing.send_to_signature(viewer(), own.id, version=form.version.data)):
        flash(_("The document is made and has gone to its signatories."), "success")
        return _back(case_id)
    ready = own.action and own.instrument_id
    record = issuing.preview(viewer(), own.id) if ready and own.state == "drafted" else None
    return show("send", page, form=form, record=record), form.status


__all__ = ["case"]
