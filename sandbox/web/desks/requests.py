"""Requests for information on the desk's side: list, draft, approve and send, accept, ask again, take back.

The firm's side of the same list is in `replies`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask import request as sent
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotFound, NotNow
from sandbox.queries import coverage
from sandbox.queries import desks as queries
from sandbox.queries.desks.requests import Question as QuestionRow
from sandbox.services.desks import requests as services
from sandbox.web.access import needs, viewer
from sandbox.web.desks.acting import own
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.desks.replies import list_for_firm
from sandbox.web.desks.tabs import tabs
from sandbox.web.forms.base import Form
from sandbox.web.forms.requests import AskAgain, Asked, Discard, Draft, Extend, First, Question, Send, TakeBack
from sandbox.web.locale import _
from sandbox.web.viewing import opened

ONE = "/cases/<uuid:case_id>/requests/<uuid:request_id>"


@blueprint.get("/cases/<uuid:case_id>/requests")
@needs(Action.REQUEST_READ)
def requests(case_id: UUID) -> ResponseReturnValue:
    """All requests of a case that the viewer may read; the firm gets the list of what it has to answer."""
    if viewer().firm_side:
        return list_for_firm(case_id)
    found = queries.requests(viewer(), case_id)
    opened(Action.REQUEST_READ, case_id, item="requests")
    return render_template("pages/desks/requests/list.html", found=found, tabs=tabs(found.sight, "requests"))


def _to(case_id: UUID, request_id: UUID, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("desks.one_request", case_id=case_id, request_id=request_id), 303)


@blueprint.route("/cases/<uuid:case_id>/requests/new", methods=["GET", "POST"])
@needs(Action.REQUEST_DRAFT)
def draft_request(case_id: UUID) -> ResponseReturnValue:
    """Begin a request with its first question; from an inconsistency, with the question already written."""
    found, desk_id, form = queries.requests(viewer(), case_id), own(case_id), First()
    form.offer(found.unlockable)
    if not found.may_draft:
        raise NotNow(_("Your authority can ask the firm from the beginning of its screening until it has decided."))
    if not form.is_submitted():
        _write(form, found, case_id)
    made: list[UUID] = []

    def act() -> None:
        made.append(
            services.begin(
                viewer(), desk_id, subject=form.subject.data, message=form.message.data or "", **_asked(form)
            )
        )

    if form.carried_out(act):
        return _to(case_id, made[0], _("The draft is saved. A colleague has to approve it before the firm gets it."))
    page = render_template("pages/desks/requests/new.html", found=found, form=form, tabs=tabs(found.sight, "requests"))
    return page, form.status


def _write(form: First, found: queries.Requests, case_id: UUID) -> None:
    """Write the first question of a request that begins at an inconsistency, or at answers that do not agree."""
    about = next((one for one in found.differing if str(one.id) == sent.args.get("about")), None)
    if about is not None:
        label = _(about.label)
        form.subject.data = _("Differing replies: {answer}").format(answer=label)[:120]
        form.text.data = _("Your replies to us and to another authority on “{answer}” differ. Which is right?").format(
            answer=label
        )
        form.unlocks.data = [about.path]
    if code := sent.args.get("disagreement"):
        page = coverage.desk(viewer(), case_id)
        for one in page.disagreements:
            if one.code == code:
                form.subject.data = _("Answers that do not agree: {answer}").format(answer=_(one.title))[:120]
                form.text.data = _("{rule} Which of these answers is right, or why do both stand?").format(
                    rule=_(one.message)
                )
                form.unlocks.data = [path for path in one.paths if path in found.unlockable]


def _asked(form: Asked) -> dict[str, Any]:
    return {
        "text": form.text.data,
        "why": form.why.data or "",
        "unlocks": form.unlocks.data or [],
        "wants_file": bool(form.wants_file.data),
    }


@blueprint.get(ONE)
@needs(Action.REQUEST_READ)
def one_request(case_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """One request of the own desk, with what the viewer can do."""
    found = queries.request(viewer(), case_id, request_id)
    opened(Action.REQUEST_READ, case_id, item=f"request {request_id}")
    return render_template(
        "pages/desks/requests/one.html",
        found=found,
        row=found.row,
        Action=Action,
        tabs=tabs(found.sight, "requests"),
    )


def _step(
    case_id: UUID,
    request_id: UUID,
    action: Action,
    form: Any,
    act: Callable[[], Any],
    template: str,
    done: str,
    **more: Any,
) -> ResponseReturnValue:
    """Form → use case → back to the request; what was refused is shown with what was typed."""
    found = queries.request(viewer(), case_id, request_id)
    if not form.is_submitted():
        form.version.data = found.row.version
    if form.carried_out(act):
        return _to(case_id, request_id, done)
    if action not in found.actions:
        raise NotNow(_("This cannot be done now: the request is “{state}”.").format(state=_(found.row.words)))
    page = render_template(
        f"pages/desks/requests/{template}.html",
        found=found,
        row=found.row,
        form=form,
        tabs=tabs(found.sight, "requests"),
        **more,
    )
    return page, form.status


@blueprint.route(f"{ONE}/edit", methods=["GET", "POST"])
@needs(Action.REQUEST_DRAFT)
def edit_request(case_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Change the subject and the covering message of a draft."""
    row = queries.request(viewer(), case_id, request_id).row
    form = Draft(data={"subject": row.subject, "message": row.message})
    return _step(
        case_id,
        request_id,
        Action.REQUEST_DRAFT,
        form,
        lambda: services.change(
            viewer(), request_id, subject=form.subject.data, message=form.message.data or "", version=form.version.data
        ),
        "edit",
        _("Saved, not sent."),
    )


@blueprint.route(f"{ONE}/questions/new", methods=["GET", "POST"])
@needs(Action.REQUEST_DRAFT)
def add_question(case_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Add a question to a draft."""
    form = Question()
    form.offer(queries.request(viewer(), case_id, request_id).unlockable)
    return _step(
        case_id,
        request_id,
        Action.REQUEST_DRAFT,
        form,
        lambda: services.add_question(viewer(), request_id, version=form.version.data, **_asked(form)),
        "question",
        _("The question is saved, not sent."),
        question=None,
    )


def _question(case_id: UUID, request_id: UUID, question_id: UUID) -> tuple[QuestionRow, Mapping[str, str]]:
    """The question, and what a question can unlock. Raises NotFound."""
    found = queries.request(viewer(), case_id, request_id)
    for question in found.row.questions:
        if question.id == question_id:
            return question, found.unlockable
    raise NotFound("There is nothing here.")


@blueprint.route(f"{ONE}/questions/<uuid:question_id>", methods=["GET", "POST"])
@needs(Action.REQUEST_DRAFT)
def edit_question(case_id: UUID, request_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Change a question of a draft."""
    row, answers = _question(case_id, request_id, question_id)
    form = Question(data={"text": row.text, "why": row.why, "unlocks": list(row.paths), "wants_file": row.wants_file})
    form.offer(answers)
    return _step(
        case_id,
        request_id,
        Action.REQUEST_DRAFT,
        form,
        lambda: services.change_question(viewer(), question_id, version=form.version.data, **_asked(form)),
        "question",
        _("The question is saved, not sent."),
        question=row,
    )


@blueprint.route(f"{ONE}/questions/<uuid:question_id>/remove", methods=["GET", "POST"])
@needs(Action.REQUEST_DRAFT)
def drop_question(case_id: UUID, request_id: UUID, question_id: UUID) -> ResponseReturnValue:
    """Take a question out of a draft, after asking."""
    (row, _answers), form = _question(case_id, request_id, question_id), Discard()
    return _step(
        case_id,
        request_id,
        Action.REQUEST_DRAFT,
        form,
        lambda: services.drop_question(viewer(), question_id, version=form.version.data),
        "drop",
        _("The question is taken out."),
        question=row,
    )


@blueprint.route(f"{ONE}/send", methods=["GET", "POST"])
@needs(Action.REQUEST_SEND)
def send_request(case_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Read what a colleague has written, and approve that it goes to the firm."""
    form, by_clock = Send(), queries.request(viewer(), case_id, request_id).by_clock
    if not form.is_submitted():
        form.due_on.data = by_clock
    return _step(
        case_id,
        request_id,
        Action.REQUEST_SEND,
        form,
        lambda: services.send(
            viewer(),
            request_id,
            version=form.version.data,
            due_on=form.due_on.data,
            due_reason=form.due_reason.data or "",
        ),
        "send",
        _("The request is with the firm."),
        by_clock=by_clock,
    )


@blueprint.route(f"{ONE}/date", methods=["GET", "POST"])
@needs(Action.REQUEST_EXTEND)
def extend_request(case_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Give the firm another date."""
    form = Extend()
    return _step(
        case_id,
        request_id,
        Action.REQUEST_EXTEND,
        form,
        lambda: services.extend(
            viewer(), request_id, due_on=form.due_on.data, reason=form.due_reason.data, version=form.version.data
        ),
        "date",
        _("The firm has been told the new date."),
    )


@blueprint.route(f"{ONE}/accept", methods=["GET", "POST"])
@needs(Action.REQUEST_ACCEPT)
def accept_reply(case_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """The answer does."""
    form = Discard()
    return _step(
        case_id,
        request_id,
        Action.REQUEST_ACCEPT,
        form,
        lambda: services.accept(viewer(), request_id, version=form.version.data),
        "accept",
        _("The answer is accepted."),
    )


@blueprint.route(f"{ONE}/ask-again", methods=["GET", "POST"])
@needs(Action.REQUEST_ASK_AGAIN)
def ask_again(case_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Begin the next round; it is approved and sent like the first."""
    form, made = AskAgain(), []
    form.questions.choices = [
        (str(one.id), one.text) for one in queries.request(viewer(), case_id, request_id).row.questions
    ]

    def act() -> None:
        chosen = [UUID(one) for one in form.questions.data or ()]
        version = form.version.data
        made.append(
            services.ask_again(viewer(), request_id, reason=form.reason.data, questions=chosen, version=version)
        )

    done = _("The next round is drafted. A colleague has to approve it before the firm gets it.")
    page = _step(case_id, request_id, Action.REQUEST_ASK_AGAIN, form, act, "again", done)
    return redirect(url_for("desks.one_request", case_id=case_id, request_id=made[0]), 303) if made else page


@blueprint.route(f"{ONE}/cancel", methods=["GET", "POST"])
@needs(Action.REQUEST_CANCEL)
def cancel_request(case_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Take a request back, or throw a draft away."""
    is_draft = queries.request(viewer(), case_id, request_id).row.sent_at is None
    form: Form = Discard() if is_draft else TakeBack()
    return _step(
        case_id,
        request_id,
        Action.REQUEST_CANCEL,
        form,
        lambda: services.cancel(
            viewer(), request_id, reason="" if is_draft else form["reason"].data, version=form["version"].data
        ),
        "cancel",
        _("The draft is thrown away.") if is_draft else _("The request is taken back. The firm has been told."),
    )


__all__ = ["requests"]
