"""Requests for information on the firm's side: one list of all desks' questions, replies saved and sent.

Saved is not sent, and every page says which. Two people who reply to the same question both keep their text.
"""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotFound
from sandbox.queries import applications as queries
from sandbox.services import applications as services
from sandbox.web.access import needs, viewer
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.desks.tabs import tabs
from sandbox.web.forms.requests import Reply, SendReplies
from sandbox.web.locale import _
from sandbox.web.viewing import opened


def list_for_firm(case_id: UUID) -> ResponseReturnValue:
    """All open questions of all desks, like ones together; below, what was answered before."""
    found = queries.answering(viewer(), case_id)
    opened(Action.REQUEST_READ, case_id, item="requests")
    return render_template("pages/desks/requests/firm.html", found=found, tabs=tabs(found.sight, "requests"))


def _found(found: queries.Answering, question_id: UUID) -> tuple[queries.OpenQuestion, list[queries.OpenQuestion]]:
    """The question and those of its group that have no reply yet. Raises NotFound where it is not open."""
    for group in found.groups:
        for question in group:
            if question.id == question_id:
                return question, [one for one in group if one is not question and not one.ready]
    raise NotFound("There is nothing here.")


@blueprint.route("/cases/<uuid:case_id>/requests/questions/<uuid:question_id>/reply", methods=["GET", "POST"])
@needs(Action.REQUEST_PREPARE)
def reply_to_question(case_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Write the reply to one question. When somebody else was faster, both texts are on the page."""
    found = queries.answering(viewer(), case_id)
    question, others = _found(found, question_id)
    form = Reply(data={"text": question.reply, "documents": list(question.documents)})
    form.documents.choices = [(str(one["id"]), one["name"]) for one in found.documents]
    if not form.is_submitted():
        form.version.data = question.version

    def act() -> None:
        services.prepare(
            viewer(),
            case_id,
            question_id,
            text=form.text.data or "",
            documents=[UUID(one) for one in form.documents.data or ()],
            version=form.version.data,
            also=[one.id for one in others] if form.also.data else (),
        )

    if form.carried_out(act):
        flash(_("Saved, not sent. A signatory of your firm sends the replies."), "success")
        return redirect(url_for("desks.requests", case_id=case_id, _anchor=f"question-{question_id}"), 303)
    stands = None
    if form.conflict is not None:  # the next save is made in the knowledge of both texts
        stands = question
        form.version.shows(question.version)
    opened(Action.REQUEST_READ, case_id, item=f"question {question_id}")
    page = render_template(
        "pages/desks/requests/reply.html", found=found, question=question, others=others, form=form, stands=stands
    )
    return page, form.status


@blueprint.route("/cases/<uuid:case_id>/requests/send-replies", methods=["GET", "POST"])
@needs(Action.REQUEST_ANSWER)
def send_replies(case_id: UUID) -> ResponseReturnValue:
    """Check every saved reply and what changes in the application, then send it all."""
    form = SendReplies()
    if form.carried_out(lambda: services.answer(viewer(), case_id, content=form.content.data)):
        flash(_("Your replies are with the authorities that asked."), "success")
        return redirect(url_for("desks.requests", case_id=case_id), 303)
    found = queries.answering(viewer(), case_id)
    opened(Action.REQUEST_READ, case_id, item="replies")
    status, changed = form.status, form.conflict is not None
    if form.is_submitted() and not (form.confirm.errors or form.content.errors):
        problems = list(form.form_errors)
        form = SendReplies(formdata=None)  # what stands now is confirmed anew
        form.form_errors = [] if changed else problems
    form.content.shows(found.content)
    return render_template("pages/desks/requests/send_replies.html", found=found, form=form, changed=changed), status


__all__ = ["list_for_firm", "reply_to_question", "send_replies"]
