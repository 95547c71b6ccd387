"""The sections of an application: write, save quietly or by the button, and choose between two people's texts.

Saved is not submitted, and every page says which. What was typed is shown again after every refusal. Each button saves
first: a further row of a table or the questions that follow are shown after that, with or without scripts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.dossier import plain, same
from sandbox.domain.errors import Conflict, NotNow
from sandbox.domain.progress import progress
from sandbox.domain.questions import Question
from sandbox.queries import applications as queries
from sandbox.services import applications as services
from sandbox.web.access import needs, viewer
from sandbox.web.applications.blueprint import blueprint
from sandbox.web.forms.answers import SectionForm, asked_of, filled, section_form
from sandbox.web.forms.rows import Rows
from sandbox.web.keeping import SHOW, whose
from sandbox.web.locale import _
from sandbox.web.rendering import viewer_zone

SECTION = "/applications/<uuid:application_id>/sections/<code:code>"
MINE, THEIRS = "mine", "theirs"
NEXT, HERE, AUTOSAVE, ROW, DROP = "next", "here", "autosave", "row:", "drop:"
OWN = frozenset({"csrf_token", "version", "opened", "then", "whose"})


def _order(opened: queries.OpenSection) -> list[str]:
    """The sections in which something is asked."""
    return list(opened.vocabulary.questions.asked(opened.sections))


def _page(opened: queries.OpenSection, form: SectionForm, *, shown_again: bool = False) -> str:
    if form.is_submitted():
        opened = queries.for_a_page(opened)
    steps = progress(opened.vocabulary.questions, opened.sections, opened.documents)
    here = next((step for step in steps if step.code == opened.section.code), None)
    return render_template(
        "pages/applications/section.html",
        opened=opened,
        head=opened.head,
        section=opened.section,
        words=opened.vocabulary,
        form=form,
        shown=form.shown(),
        intro=opened.vocabulary.questions.section(opened.section.code).intro,
        states=steps,
        number=steps.index(here) + 1 if here else None,
        lacking=here.lacking if here else (),
        shown_again=shown_again,
        unsaved=form.is_submitted(),
        whose=whose(),
        keeper=str(viewer().person_id)[:13],
    )


@blueprint.get(SECTION)
@needs(Action.APPLICATION_READ)
def section(application_id: UUID, code: str) -> ResponseReturnValue:
    """The form of a section; those who may only read get the page with all answers."""
    opened = queries.section(viewer(), application_id, code)
    if not opened.writable or not queries.may(viewer(), Action.APPLICATION_EDIT):
        return redirect(url_for("applications.check", application_id=application_id, _anchor=f"section-{code}"))
    return _page(opened, section_form(opened, more=request.args.get("row", "")))


@blueprint.post(SECTION)
@needs(Action.APPLICATION_EDIT)
def save(application_id: UUID, code: str) -> ResponseReturnValue:
    """Save a section as far as it goes. When somebody else was faster, show both texts and let the person choose."""
    opened = queries.section(viewer(), application_id, code, saving=True)
    then = request.form.get("then", "")
    form = section_form(opened, more=_part(then, ROW), dropped=_part(then, DROP))
    if then == SHOW:
        return _page(opened, form, shown_again=True)
    if then == AUTOSAVE:
        return _quietly(opened, form)
    answers: dict[str, Any] = {}

    def act() -> None:
        answers.update(_settled(form.saved(), opened))
        _save(opened, form, answers)

    try:
        saved = form.carried_out(act)
    except NotNow as closed:  # a signatory submitted it meanwhile: what was typed stays on the page, to be copied
        form.form_errors.append(str(closed))
        return _page(opened, form), 409
    if saved:
        return _after_saving(opened, form, answers, then)
    if form.conflict is None:
        return _page(opened, form), form.status
    stands = queries.section(viewer(), application_id, code)
    if _all_same(stands, answers):
        return _after_saving(stands, form, answers, then)
    return _conflict_page(stands, form, answers), 409


def _part(then: str, start: str) -> str:
    return then.removeprefix(start) if then.startswith(start) else ""


def _save(opened: queries.OpenSection, form: SectionForm, answers: Mapping[str, Any], *, quiet: bool = False) -> None:
    """Raises NotNow for answers that are not open, Conflict when somebody else saved meanwhile."""
    if opened.unlocked and form.touches_more_than(opened.unlocked):
        raise NotNow(_("Only the answers that an authority has asked about can be changed now."))
    services.save_section(
        viewer(), opened.head.id, opened.section.code, answers=answers, version=form.version.data, quiet=quiet
    )


def _all_same(stands: queries.OpenSection, answers: Mapping[str, Any]) -> bool:
    return all(same(answers.get(one.name), stands.section.answers.get(one.name)) for one in asked_of(stands))


def _settled(typed: Mapping[str, Any], opened: queries.OpenSection) -> dict[str, Any]:
    """The typed answers, with what stands now where the person chose it on the page of a conflict."""
    stands = opened.section.answers
    return {**typed, **{name: value for name, value in stands.items() if request.form.get(f"keep-{name}") == THEIRS}}


# --- quietly ---------------------------------------------------------------------------------------------------------


def _quietly(opened: queries.OpenSection, form: SectionForm) -> ResponseReturnValue:
    """Save what can be read, for the script; what cannot stays in the page, and the answer says so."""
    form.validate_on_submit()
    if unseen := [*form.version.errors, *form.opened.errors]:
        return jsonify(saved=False, said=str(unseen[0])), 422
    wrong = form.wrong
    answers = form.saved(without=wrong)

    def act() -> None:
        _save(opened, form, answers, quiet=True)

    form.form_errors, known = [], form.lines
    try:
        act()
    except NotNow as closed:
        return jsonify(saved=False, said=_("Not saved: {reason}").format(reason=closed)), 409
    except Conflict:
        stands = queries.section(viewer(), opened.head.id, opened.section.code)
        if not _all_same(stands, answers):
            said = _("Not saved: {name} saved this section meanwhile. Press “Save and continue” to see both texts.")
            return jsonify(saved=False, said=said.format(name=stands.section.saved_by)), 409
    stands = queries.section(viewer(), opened.head.id, opened.section.code)
    there = stands.section.saved_at.astimezone(viewer_zone())
    said = _("Saved {time}, not submitted.").format(time=f"{there:%H:%M %Z}")
    if wrong:
        said = f"{said} " + _("Not saved: {problems}").format(problems=" ".join(line["text"] for line in known))
    return jsonify(
        saved=True,
        version=stands.section.version,
        opened=filled(asked_of(stands), stands.section.answers),
        said=said,
        state="partly" if wrong else "saved",
        refused=sorted(wrong),
    )


# --- after saving ----------------------------------------------------------------------------------------------------


def _after_saving(
    opened: queries.OpenSection, form: SectionForm, answers: Mapping[str, Any], then: str
) -> ResponseReturnValue:
    application_id, code = opened.head.id, opened.section.code
    flash(request.path, "kept")  # the script need not keep it any more
    if then.startswith((ROW, DROP)):
        name = then.split(":")[1]
        more = _rows_more(form, name, answers) if then.startswith(ROW) else None
        here = url_for("applications.section", application_id=application_id, code=code, row=more, _anchor=name)
        return redirect(here, 303)
    _say(opened, answers)
    if opened.unlocked is not None:
        return redirect(url_for("desks.requests", case_id=opened.head.case_id), 303)
    if then == HERE:
        return redirect(url_for("applications.section", application_id=application_id, code=code), 303)
    if then != NEXT:
        return redirect(url_for("applications.overview", application_id=application_id), 303)
    return redirect(_following(opened), 303)


def _rows_more(form: SectionForm, name: str, answers: Mapping[str, Any]) -> str:
    """What the address says of further rows. Empty ones are not saved: their number comes along in it."""
    part = form.parts.get(name)
    empty = part.blank(answers.get(name) or ()) if isinstance(part, Rows) else 1
    return f"{name}.{empty}" if empty > 1 else name


def _following(opened: queries.OpenSection) -> str:
    """The next section that asks something, after the last one the page with all answers."""
    order = _order(opened)
    code = opened.section.code
    later = order[order.index(code) + 1 :] if code in order else []
    if not later:
        return url_for("applications.check", application_id=opened.head.id)
    return url_for("applications.section", application_id=opened.head.id, code=later[0])


def _say(opened: queries.OpenSection, answers: Mapping[str, Any]) -> None:
    title = _(opened.section.title)
    lacks = _lacking(opened, answers)
    if lacks:
        still = _("“{title}” is saved, not submitted. Still missing there: {missing}.")
        flash(still.format(title=title, missing="; ".join(lacks)))
    else:
        flash(_("“{title}” is saved and complete. It is not submitted yet.").format(title=title), "success")


def _lacking(opened: queries.OpenSection, answers: Mapping[str, Any]) -> Sequence[str]:
    code = opened.section.code
    return list(opened.vocabulary.questions.lacking(code, {**opened.sections, code: answers}))


# --- two people ------------------------------------------------------------------------------------------------------


def _conflict_page(stands: queries.OpenSection, form: SectionForm, answers: Mapping[str, Any]) -> str:
    """Both texts side by side. What the person did not touch is left to the one who saved first, unless they say so."""
    untouched = form.untouched()
    section = stands.section

    def row(question: Question) -> dict[str, Any]:
        mine, theirs = answers.get(question.name), section.answers.get(question.name)
        return {
            "question": question,
            "mine": plain(question, mine, stands.vocabulary),
            "theirs": plain(question, theirs, stands.vocabulary),
            "differs": not same(mine, theirs),
            "keep": THEIRS if question.name in untouched else MINE,
        }

    sent = [
        (name, value)
        for name, values in request.form.lists()
        if name not in OWN and not name.startswith("keep-")
        for value in values
    ]
    return render_template(
        "pages/applications/conflict.html",
        head=stands.head,
        section=section,
        rows=[row(question) for question in asked_of(stands) if question.name in form.parts],
        sent=sent,
        opened=filled(asked_of(stands), section.answers),
        whose=whose(),
    )


__all__ = ["save", "section"]
