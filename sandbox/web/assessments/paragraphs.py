"""The library of standard paragraphs: read by reviewers, kept by coordinators. No case is named here."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.actors import Role
from sandbox.queries import assessments as queries
from sandbox.services import assessments
from sandbox.web.access import needs, viewer
from sandbox.web.assessments.blueprint import blueprint
from sandbox.web.forms import assessments as forms
from sandbox.web.locale import _


@blueprint.get("/paragraphs")
@needs(Action.PARAGRAPH_READ)
def paragraphs() -> ResponseReturnValue:
    """The standard paragraphs of one's authority."""
    return render_template(
        "pages/assessments/paragraphs.html",
        library=queries.library(viewer()),
        keeps=viewer().has(Role.COORDINATOR),
        form=forms.Drop(),
    )


def _form(before: queries.StandardParagraph | None = None) -> forms.Paragraph:
    start = {"title": before.title, "text": before.text, "criterion": before.criterion or ""} if before else {}
    form = forms.Paragraph(data=start)
    form.criterion.choices = [("", _("Every criterion")), *queries.library(viewer()).criteria.items()]
    return form


def _keep(form: forms.Paragraph, before: queries.StandardParagraph | None) -> ResponseReturnValue:
    if form.carried_out(
        lambda: assessments.keep_paragraph(
            viewer(),
            title=form.title.data,
            text=form.text.data,
            criterion=form.criterion.data or None,
            instead_of=before.id if before else None,
        ),
    ):
        flash(_("The paragraph can be inserted now."), "success")
        return redirect(url_for("assessments.paragraphs"))
    return render_template("pages/assessments/paragraph.html", form=form, before=before), form.status


@blueprint.route("/paragraphs/new", methods=["GET", "POST"])
@needs(Action.PARAGRAPH_KEEP)
def add_paragraph() -> ResponseReturnValue:
    """A new standard paragraph."""
    return _keep(_form(), None)


@blueprint.route("/paragraphs/<uuid:paragraph_id>", methods=["GET", "POST"])
@needs(Action.PARAGRAPH_KEEP)
def change_paragraph(paragraph_id: UUID) -> ResponseReturnValue:
    """The next version of a paragraph; findings that used the present one keep its words."""
    before = queries.paragraph(viewer(), paragraph_id)
    return _keep(_form(before), before)


@blueprint.post("/paragraphs/<uuid:paragraph_id>/retire")
@needs(Action.PARAGRAPH_KEEP)
def retire_paragraph(paragraph_id: UUID) -> ResponseReturnValue:
    """Take a paragraph out of the library."""
    queries.paragraph(viewer(), paragraph_id)
    if forms.Drop().carried_out(lambda: assessments.retire_paragraph(viewer(), paragraph_id)):
        flash(_("Nobody can insert the paragraph any more."), "success")
    else:
        flash(_("Somebody else has changed it meanwhile."), "error")
    return redirect(url_for("assessments.paragraphs"))
