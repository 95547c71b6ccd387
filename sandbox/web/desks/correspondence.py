"""Correspondence of a case: its threads, one thread, and what is written in them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.audiences import desk as desk_party
from sandbox.domain.correspondence import KINDS
from sandbox.domain.errors import NotFound
from sandbox.queries.desks import Sight
from sandbox.queries.desks import correspondence as queries
from sandbox.services.desks import correspondence as services
from sandbox.web.access import needs, viewer
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.desks.tabs import tabs
from sandbox.web.forms import correspondence as forms
from sandbox.web.locale import _
from sandbox.web.viewing import opened

LIST = "/cases/<uuid:case_id>/correspondence"
THREAD = LIST + "/<uuid:thread_id>"
STARTS = {
    "message": _("Write a message"),
    "meeting": _("Record a meeting"),
    "note": _("File a note"),
    "consulted": _("File a consulted body’s view"),
}


def _starts(seen: Sight) -> list[tuple[str, str]]:
    """What the viewer can begin: kind and words."""
    firm = seen.desk_id is None
    return [
        (kind, words)
        for kind, words in STARTS.items()
        if seen.may(KINDS[kind].write) and (kind == "message" or not firm)
    ]


@blueprint.get(LIST)
@needs(Action.MESSAGE_READ)
def correspondence(case_id: UUID) -> ResponseReturnValue:
    """The threads that the viewer reads, the last written in first."""
    found = queries.correspondence(
        viewer(), case_id, kind=request.args.get("kind", ""), after=request.args.get("after")
    )
    opened(Action.MESSAGE_READ, case_id, item="correspondence")
    return render_template(
        "pages/desks/correspondence/list.html",
        found=found,
        tabs=tabs(found.sight, "correspondence"),
        starts=_starts(found.sight),
        kinds={code: KINDS[code].words for code in KINDS},
    )


def _begin(case_id: UUID, kind: str) -> ResponseReturnValue:
    found = queries.writing(viewer(), case_id, kind)
    form = forms.FORMS[kind]()
    form.offer(found.desks)
    thread: list[UUID] = []

    def act() -> None:
        more: dict[str, Any] = form.values()
        if kind == "meeting":
            more["agreed"] = form.agreed(desk_party(viewer().code))
        thread.append(services.begin(viewer(), case_id, kind=kind, **more))

    if form.carried_out(act):
        flash(_("It is part of the record now."), "success")
        return redirect(url_for("desks.thread", case_id=case_id, thread_id=thread[0]))
    shown = render_template(
        "pages/desks/correspondence/new.html", found=found, form=form, kind=kind, title=STARTS[kind], rows=forms.ACTIONS
    )
    return shown, form.status


@blueprint.route(LIST + "/message", methods=["GET", "POST"])
@needs(Action.MESSAGE_WRITE)
def new_message(case_id: UUID) -> ResponseReturnValue:
    """A message between the firm and one desk or several."""
    return _begin(case_id, "message")


@blueprint.route(LIST + "/meeting", methods=["GET", "POST"])
@needs(Action.MEETING_RECORD)
def new_meeting(case_id: UUID) -> ResponseReturnValue:
    """A note of a meeting with the firm, or within the desk, with what was agreed."""
    return _begin(case_id, "meeting")


@blueprint.route(LIST + "/note", methods=["GET", "POST"])
@needs(Action.NOTE_WRITE)
def new_note(case_id: UUID) -> ResponseReturnValue:
    """A file note of the own desk."""
    return _begin(case_id, "note")


@blueprint.route(LIST + "/consulted", methods=["GET", "POST"])
@needs(Action.NOTE_WRITE)
def new_consulted(case_id: UUID) -> ResponseReturnValue:
    """The view of a body that was consulted and has no account."""
    return _begin(case_id, "consulted")


@blueprint.get(THREAD)
@needs(Action.MESSAGE_READ)
def thread(case_id: UUID, thread_id: UUID) -> ResponseReturnValue:
    """One thread, oldest entry first."""
    return _thread(case_id, thread_id, forms.Reply(), None)


def _thread(case_id: UUID, thread_id: UUID, form: forms.Reply, corrects: UUID | None) -> ResponseReturnValue:
    found = queries.thread(viewer(), case_id, thread_id, request.args.get("after"))
    opened(Action.MESSAGE_READ, case_id, item=f"thread {thread_id}")
    shown = render_template(
        "pages/desks/correspondence/thread.html", found=found, form=form, corrects=corrects,
        tabs=tabs(found.sight, "correspondence"), Action=Action,
    )  # fmt: skip
    return shown, form.status


@blueprint.get(THREAD + "/corrections/<uuid:post_id>")
@needs(Action.MESSAGE_READ)
def correction(case_id: UUID, thread_id: UUID, post_id: UUID) -> ResponseReturnValue:
    """The form of a correction, with the words that are corrected."""
    found = queries.thread(viewer(), case_id, thread_id)
    old = queries.entry(found, post_id)
    if not found.may(found.write) or not old.own:
        raise NotFound("There is nothing here.")
    return _thread(case_id, thread_id, forms.Reply(data={"text": old.text}), post_id)


@blueprint.post(THREAD + "/reply")
@needs(Action.MESSAGE_WRITE)
def reply(case_id: UUID, thread_id: UUID) -> ResponseReturnValue:
    """Write more in a conversation, or answer a meeting note as the firm."""
    return _written(case_id, thread_id)


@blueprint.post(THREAD + "/entries")
@needs(Action.NOTE_WRITE)
def add_entry(case_id: UUID, thread_id: UUID) -> ResponseReturnValue:
    """Add to a note of the own desk."""
    return _written(case_id, thread_id)


def _written(case_id: UUID, thread_id: UUID) -> ResponseReturnValue:
    found = queries.thread(viewer(), case_id, thread_id)
    if not found.may(found.write):
        raise NotFound("There is nothing here.")
    form = forms.Reply()
    corrects = form.corrected
    if form.carried_out(
        lambda: services.write(viewer(), thread_id, text=form.text.data, corrects_id=corrects),
    ):
        flash(_("It is part of the record now."), "success")
        return redirect(url_for("desks.thread", case_id=case_id, thread_id=thread_id))
    return _thread(case_id, thread_id, form, corrects)


@blueprint.post(THREAD + "/done/<uuid:action_id>")
@needs(Action.MEETING_FINISH)
def agreed_done(case_id: UUID, thread_id: UUID, action_id: UUID) -> ResponseReturnValue:
    """Record that an agreed action is done."""
    found = queries.thread(viewer(), case_id, thread_id)
    if action_id not in {row.id for row in found.agreed}:
        raise NotFound("There is nothing here.")
    if forms.Empty().validate_on_submit():
        services.finish(viewer(), action_id)
    flash(_("Recorded as done."), "success")
    return redirect(url_for("desks.thread", case_id=case_id, thread_id=thread_id))


__all__ = ["correspondence", "thread"]
