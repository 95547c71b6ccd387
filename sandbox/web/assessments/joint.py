"""Contradictions with their resolution notes, and the joint position."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import Incomplete, NotFound
from sandbox.queries import assessments as queries
from sandbox.services import contradictions as services
from sandbox.services import joint_positions
from sandbox.web.access import needs, viewer
from sandbox.web.assessments.blueprint import blueprint
from sandbox.web.assessments.divergences import page
from sandbox.web.forms import joint as forms
from sandbox.web.forms.base import Form
from sandbox.web.locale import _

Used = tuple[str, Form]  # where the refused form stands on the page, and the form


# --- contradictions --------------------------------------------------------------------------------------------------


def _mark_form(found: queries.Contradictions) -> forms.Mark:
    form = forms.Mark(prefix="mark")
    options = [(side.name, f"{side.name}: {side.title}") for side in found.conditions]
    form.one.choices = form.other.choices = [("", _("Choose")), *options]
    return form


def _note_form(pair: queries.Pair, *, sent: bool) -> forms.Resolution:
    more: dict[str, Any] = {} if sent else {"formdata": None}
    start = {"text": pair.note.text if pair.note else "", "seen": pair.note.number if pair.note else 0}
    return forms.Resolution(prefix=f"n{pair.id.hex[:8]}", data=start, **more)


def _contradictions(found: queries.Contradictions, used: Used | None = None) -> ResponseReturnValue:
    place, refused = used or ("", None)
    unsent: dict[str, Any] = {"formdata": None}
    notes: dict[UUID, Form] = {pair.id: _note_form(pair, sent=False) for pair in found.pairs}
    signs: dict[UUID, Form] = {
        pair.id: forms.Shown(prefix=f"s{pair.id.hex[:8]}", data={"shown": pair.note.sha256}, **unsent)
        for pair in found.pairs
        if pair.note is not None
    }
    for pair in found.pairs:
        for name, kept in (("note", notes), ("sign", signs)):
            if refused is not None and place == f"{name} {pair.id}":
                kept[pair.id] = refused
    shown = page(
        "contradictions",
        found.sight,
        "contradictions",
        found=found,
        mark=refused if place == "mark" else _mark_form(found),
        notes=notes,
        signs=signs,
        refused=refused,
    )
    return shown, refused.status if refused is not None else 200


def _back(case_id: UUID, text: str) -> ResponseReturnValue:
    flash(text, "success")
    return redirect(url_for("assessments.contradictions", case_id=case_id))


def _pair(found: queries.Contradictions, is_it: Callable[[queries.Pair], bool]) -> queries.Pair:
    pair = next((one for one in found.pairs if is_it(one)), None)
    if pair is None:
        raise NotFound("There is nothing here.")
    return pair


@blueprint.get("/cases/<uuid:case_id>/contradictions")
@needs(Action.DIVERGENCE_READ)
def contradictions(case_id: UUID) -> ResponseReturnValue:
    """Conditions that cannot both be met, and how the desks resolve it."""
    return _contradictions(queries.contradictions(viewer(), case_id))


@blueprint.post("/cases/<uuid:case_id>/contradictions")
@needs(Action.CONTRADICTION_MARK)
def mark(case_id: UUID) -> ResponseReturnValue:
    """Mark two conditions as contradictory."""
    found = queries.contradictions(viewer(), case_id)
    form = _mark_form(found)
    if form.carried_out(
        lambda: services.mark(viewer(), case_id, one=form.one.data, other=form.other.data, reason=form.reason.data),
    ):
        return _back(case_id, _("Marked. The joint notice waits until every deciding desk has signed a note."))
    return _contradictions(found, ("mark", form))


@blueprint.post("/cases/<uuid:case_id>/contradictions/<uuid:contradiction_id>/note")
@needs(Action.CONTRADICTION_WRITE)
def write_note(case_id: UUID, contradiction_id: UUID) -> ResponseReturnValue:
    """Write the resolution note; a change of text voids the signatures under the one before."""
    found = queries.contradictions(viewer(), case_id)
    form = _note_form(_pair(found, lambda one: one.id == contradiction_id), sent=True)
    if form.carried_out(
        lambda: services.write(viewer(), contradiction_id, text=form.text.data, seen=form.seen.data),
    ):
        return _back(case_id, _("The note is written. Every deciding desk can sign it now."))
    if form.conflict is not None:
        found = queries.contradictions(viewer(), case_id)
        note = _pair(found, lambda one: one.id == contradiction_id).note
        form.seen.shows(note.number if note else 0)
    return _contradictions(found, (f"note {contradiction_id}", form))


@blueprint.post("/cases/<uuid:case_id>/resolution-notes/<uuid:note_id>/sign")
@needs(Action.CONTRADICTION_SIGN)
def sign_note(case_id: UUID, note_id: UUID) -> ResponseReturnValue:
    """Sign the resolution note for one's desk."""
    found = queries.contradictions(viewer(), case_id)
    pair = _pair(found, lambda one: any(note.id == note_id for note in one.notes))
    form = forms.Shown(prefix=f"s{pair.id.hex[:8]}")
    resolved: list[bool] = []
    if form.carried_out(lambda: resolved.append(services.sign(viewer(), note_id, shown=form.shown.data))):
        return _back(case_id, _("Signed. The contradiction is resolved.") if resolved[0] else _("Signed."))
    return _contradictions(found, (f"sign {pair.id}", form))


# --- the joint position ----------------------------------------------------------------------------------------------


def _joint(found: queries.JointPage, form: Form | None = None, missing: tuple[str, ...] = ()) -> ResponseReturnValue:
    endorse = form or forms.Shown(data={"shown": found.standing.sha256 if found.standing else ""})
    shown = page("joint_position", found.sight, "joint", found=found, form=endorse, refused_because=missing)
    return shown, 422 if missing else form.status if form is not None else 200


@blueprint.get("/cases/<uuid:case_id>/joint-position")
@needs(Action.DIVERGENCE_READ)
def joint_position(case_id: UUID) -> ResponseReturnValue:
    """What the desks hold together, and where they agree to differ."""
    return _joint(queries.joint_position(viewer(), case_id))


@blueprint.post("/cases/<uuid:case_id>/joint-position")
@needs(Action.JOINT_POSITION_RECORD)
def record_joint(case_id: UUID) -> ResponseReturnValue:
    """Record the joint position as the settled board yields it."""
    if forms.Button().validate_on_submit():
        try:
            joint_positions.record(viewer(), case_id)
        except Incomplete as incomplete:
            return _joint(queries.joint_position(viewer(), case_id), missing=tuple(incomplete.missing))
        flash(_("The joint position is recorded. Every deciding desk can endorse it."), "success")
    return redirect(url_for("assessments.joint_position", case_id=case_id))


@blueprint.post("/cases/<uuid:case_id>/joint-position/<uuid:joint_position_id>/endorse")
@needs(Action.JOINT_POSITION_ENDORSE)
def endorse(case_id: UUID, joint_position_id: UUID) -> ResponseReturnValue:
    """Endorse it for one's desk."""
    found, form = queries.joint_position(viewer(), case_id), forms.Shown()
    if all(one.id != joint_position_id for one in found.versions):
        raise NotFound("There is nothing here.")
    if form.carried_out(lambda: joint_positions.endorse(viewer(), joint_position_id, shown=form.shown.data)):
        flash(_("Endorsed for your authority."), "success")
        return redirect(url_for("assessments.joint_position", case_id=case_id))
    return _joint(queries.joint_position(viewer(), case_id), form)
