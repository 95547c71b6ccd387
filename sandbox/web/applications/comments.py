"""Comments between colleagues on the working copy: the firm reads and writes them, and nobody else."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.queries import applications as queries
from sandbox.services import applications as services
from sandbox.web.access import needs, viewer
from sandbox.web.applications.blueprint import blueprint
from sandbox.web.forms.applications import Comment
from sandbox.web.locale import _

COMMENTS = "/applications/<uuid:application_id>/comments"


def _page(application_id: UUID, form: Comment, only: str | None) -> str:
    found = queries.comments(viewer(), application_id, section=only)
    form.offer(found.sections)
    return render_template(
        "pages/applications/comments.html",
        found=found,
        head=found.head,
        form=form,
        only=only,
        may_write=queries.may(viewer(), Action.COMMENT_WRITE),
        may_settle=queries.may(viewer(), Action.COMMENT_SETTLE),
    )


@blueprint.get(COMMENTS)
@needs(Action.APPLICATION_READ)
def comments(application_id: UUID) -> ResponseReturnValue:
    """All comments, or those of one section (`?section=`), and the form to write one."""
    only = request.args.get("section") or None
    form = Comment(formdata=None)
    form.section.data = only or ""
    return _page(application_id, form, only)


@blueprint.post(COMMENTS)
@needs(Action.COMMENT_WRITE)
def comment(application_id: UUID) -> ResponseReturnValue:
    """Write a comment on a section, or on the whole."""
    form = Comment()
    form.offer(queries.comments(viewer(), application_id).sections)

    def act() -> None:
        services.comment(viewer(), application_id, section=str(form.section.data or ""), text=str(form.text.data or ""))

    if form.carried_out(act):
        flash(_("Your comment is there. Only your firm and counsel who act for it read it."), "success")
        return redirect(url_for("applications.comments", application_id=application_id), 303)
    return _page(application_id, form, None), form.status


@blueprint.post(COMMENTS + "/<uuid:comment_id>/settle")
@needs(Action.COMMENT_SETTLE)
def settle(application_id: UUID, comment_id: UUID) -> ResponseReturnValue:
    """Mark a comment as settled; it stays readable."""
    services.settle(viewer(), application_id, comment_id)
    flash(_("The comment is settled. It stays readable below the open ones."), "success")
    return redirect(url_for("applications.comments", application_id=application_id), 303)


__all__ = ["comment", "comments", "settle"]
