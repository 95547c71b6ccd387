"""The workbench: dossier and assessment side by side, one criterion at a time.

One form holds the finding and what it rests on. Each of its buttons saves what was typed: as the finding, or as a draft
from which it goes on (a place to cite, a standard paragraph). So nothing typed is lost, with or without scripts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.changes import Change, differences, field_of, labels
from sandbox.domain.divergences import FINDINGS
from sandbox.domain.errors import NotFound
from sandbox.domain.findings import RELIES
from sandbox.queries import assessments as queries
from sandbox.services import assessments
from sandbox.web.access import needs, viewer
from sandbox.web.assessments.blueprint import blueprint
from sandbox.web.assessments.frame import bench_of, desk_of, page, read_version
from sandbox.web.forms import assessments as forms
from sandbox.web.locale import _

SAVE, AUTOSAVE, INSERT, ADD, PICK, REMOVE = "save", "autosave", "insert", "add", "pick:", "remove:"


def _chosen(bench: queries.Workbench, code: str) -> queries.Criterion:
    """The criterion asked for; otherwise the first without a finding, or the first."""
    if not bench.criteria:
        raise NotFound("There is nothing here.")
    waiting = [one for one in bench.criteria if not one.value or one.stale or one.quarantined]
    named = [one for one in bench.criteria if one.code == code]
    return (named or waiting or list(bench.criteria))[0]


def _of_id(bench: queries.Workbench, criterion_id: UUID) -> queries.Criterion:
    found = next((one for one in bench.criteria if one.id == criterion_id), None)
    if found is None:
        raise NotFound("There is nothing here.")
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """One criterion on the workbench, with what stands beside it."""

    bench: queries.Workbench
    one: queries.Criterion
    beside: queries.Beside


def _place(bench: queries.Workbench, one: queries.Criterion) -> Place:
    return Place(bench, one, queries.beside(bench, one))


def _form(at: Place, cite: str = "", **more: Any) -> forms.Finding:
    one = at.one
    form = forms.Finding(
        data={
            "value": one.value or None,
            "positive": [row for row in one.indicators if row in one.positive],
            "negative": [row for row in one.indicators if row in one.negative],
            "reasons": one.reasons,
            "standards": list(one.standards),
            "relies_on": str(one.relies_on or ""),
            "path": cite,
            "version": one.version,
            "read": str(at.bench.sight.version_id),
        },
        **more,
    )
    form.positive.choices = [(row, row) for row in one.positive]
    form.negative.choices = [(row, row) for row in one.negative]
    form.value.choices = [(value, text) for value, text in FINDINGS.items() if value != RELIES or one.partners]
    form.relies_on.choices = [("", _("Nobody")), *((str(row.id), row.name) for row in one.partners)]
    form.standards.choices = [(row.code, f"{row.framework} {row.number}: {row.title}") for row in at.beside.standards]
    paragraphs = ((key, title) for key, title, _text in at.beside.paragraphs)
    form.paragraph.choices = [("", _("Choose a paragraph")), *paragraphs]
    form.path.choices = [
        ("", _("Choose an answer or a document")),
        *labels(at.bench.record, at.bench.vocabulary).items(),
    ]
    return form


def _show(at: Place, form: forms.Finding, said: forms.Input | None = None) -> ResponseReturnValue:
    changes: tuple[Change, ...] = ()
    if at.beside.record_before is not None:
        whole = differences(at.beside.record_before, at.bench.record, at.bench.vocabulary)
        changes = tuple(row for row in whole if {row.path, field_of(row.path)} & set(at.one.stale))
    shown = page(
        "workbench",
        at.bench,
        criterion=at.one,
        beside=at.beside,
        vocabulary=at.bench.vocabulary,
        form=form,
        said=said or forms.Input(formdata=None, obj=at.beside.mine),
        changes=changes,
        names={choice.value: choice.label for choice in form.path.choices},
    )
    return shown, (said or form).status


@blueprint.get("/cases/<uuid:case_id>/assessment")
@needs(Action.ASSESSMENT_READ)
def workbench(case_id: UUID) -> ResponseReturnValue:
    """Dossier and assessment side by side, one criterion at a time."""
    bench = bench_of(case_id)
    at = _place(bench, _chosen(bench, request.args.get("criterion", "")))
    return _show(at, _form(at, request.args.get("cite", "")))


def _grounds(form: forms.Finding, one: queries.Criterion, then: str) -> assessments.Grounds:
    """What the finding rests on after this button."""
    evidence = list(one.evidence)
    if then.startswith(REMOVE):
        gone = then.removeprefix(REMOVE)
        evidence = [row for place, row in enumerate(evidence) if str(place) != gone]
    elif then in {SAVE, ADD} and form.path.data:
        evidence.append({"path": form.path.data, "page": form.page.data, "note": form.note.data})
    paragraphs = list(one.paragraphs)
    if then == INSERT and form.paragraph.data and form.paragraph.data not in paragraphs:
        paragraphs.append(form.paragraph.data)
    relies = form.relies_on.data if form.value.data == RELIES else ""
    return assessments.Grounds(
        evidence=evidence,
        standards=form.standards.data or (),
        paragraphs=[UUID(key) for key in paragraphs],
        relies_on=UUID(relies) if relies else None,
    )


def _reasons(form: forms.Finding, beside: queries.Beside, then: str) -> str:
    """The reasons as typed; with the paragraph that is inserted, at their end."""
    typed = form.reasons.data or ""
    if then != INSERT:
        return typed
    chosen = next((text for key, _title, text in beside.paragraphs if key == form.paragraph.data), "")
    return "\n\n".join(part for part in (typed.rstrip(), chosen) if part)


@blueprint.post("/cases/<uuid:case_id>/assessment/criteria/<uuid:criterion_id>")
@needs(Action.FINDING_RECORD)
def find(case_id: UUID, criterion_id: UUID) -> ResponseReturnValue:
    """Save one finding, or a draft of it. Where a colleague was faster, both texts are shown."""
    bench = queries.workbench(viewer(), case_id)
    at = _place(bench, _of_id(bench, criterion_id))
    form, desk_id, then = _form(at), desk_of(bench), request.form.get("then", SAVE)
    if then != SAVE:
        form.as_draft()
    if form.carried_out(
        lambda: assessments.record_finding(
            viewer(),
            desk_id,
            criterion_id,
            value=form.value.data or "",
            reasons=_reasons(form, at.beside, then),
            indicators=[*form.positive.data, *form.negative.data],
            grounds=_grounds(form, at.one, then),
            version=form.version.data,
            read=read_version(form.read.data),
        ),
    ):
        return _saved(case_id, bench, at.one, then)
    if then == AUTOSAVE:
        return jsonify(saved=False), form.status
    bench = bench_of(case_id)
    present = _of_id(bench, criterion_id)
    if form.conflict is not None:
        form.version.shows(present.version)  # sending it again replaces what is shown beside it, knowingly
    return _show(_place(bench, present), form)


def _saved(case_id: UUID, bench: queries.Workbench, one: queries.Criterion, then: str) -> ResponseReturnValue:
    """Where saving leads: on to the next criterion, or back to the place where the draft goes on."""
    if then == AUTOSAVE:
        return jsonify(saved=True, version=queries.version_of(viewer(), case_id, one.id))
    if then == SAVE:
        flash(_("Saved: {title}.").format(title=one.title), "success")
        return redirect(url_for("assessments.workbench", case_id=case_id, criterion=_next(bench, one)))
    flash(_("Your text is saved as it stands."), "success")
    picked = then.removeprefix(PICK) if then.startswith(PICK) else None
    anchor = "reasons" if then == INSERT else "evidence"
    return redirect(url_for("assessments.workbench", case_id=case_id, criterion=one.code, cite=picked, _anchor=anchor))


def _next(bench: queries.Workbench, saved: queries.Criterion) -> str:
    """After saving: the next criterion that waits, or the same one when all are done."""
    waits = [one.code for one in bench.criteria if one.id != saved.id and (not one.value or one.stale)]
    return waits[0] if waits else saved.code


@blueprint.post("/cases/<uuid:case_id>/assessment/criteria/<uuid:criterion_id>/holds")
@needs(Action.FINDING_RECORD)
def finding_holds(case_id: UUID, criterion_id: UUID) -> ResponseReturnValue:
    """The finding still holds, though something that it rests on has changed."""
    bench = queries.workbench(viewer(), case_id)
    one, form = _of_id(bench, criterion_id), forms.Holds()
    finding_id = one.finding_id
    if finding_id is None:
        raise NotFound("There is nothing here.")
    if form.carried_out(
        lambda: assessments.confirm_finding(
            viewer(), finding_id, version=form.version.data, read=read_version(form.read.data)
        ),
    ):
        flash(_("Confirmed: {title}.").format(title=one.title), "success")
        return redirect(url_for("assessments.workbench", case_id=case_id, criterion=_next(bench, one)))
    flash(_("It has changed meanwhile. Look at it again."), "error")
    return redirect(url_for("assessments.workbench", case_id=case_id, criterion=one.code))


@blueprint.post("/cases/<uuid:case_id>/assessment/criteria/<uuid:criterion_id>/input")
@needs(Action.INPUT_WRITE)
def write_input(case_id: UUID, criterion_id: UUID) -> ResponseReturnValue:
    """A specialist's own words on a criterion."""
    bench = queries.workbench(viewer(), case_id)
    one, form, desk_id = _of_id(bench, criterion_id), forms.Input(), desk_of(bench)
    if form.carried_out(
        lambda: assessments.write_input(
            viewer(), desk_id, criterion_id, text=form.text.data, version=form.version.data
        ),
    ):
        flash(_("Your input on “{title}” is saved.").format(title=one.title), "success")
        return redirect(url_for("assessments.workbench", case_id=case_id, criterion=one.code, _anchor="inputs"))
    at = _place(bench_of(case_id), one)
    if form.conflict is not None and at.beside.mine is not None:
        form.version.shows(at.beside.mine.version)
    return _show(at, _form(at, formdata=None), form)
