"""Joint meetings of the deciding desks: calling, holding, notes, agreed actions, votes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotFound
from sandbox.queries import assessments as queries
from sandbox.services import joint_meetings as services
from sandbox.web.access import needs, viewer
from sandbox.web.assessments.blueprint import blueprint
from sandbox.web.assessments.divergences import page, people_options
from sandbox.web.forms import joint as forms
from sandbox.web.forms.base import Form
from sandbox.web.locale import _


@blueprint.get("/cases/<uuid:case_id>/joint-meetings")
@needs(Action.DIVERGENCE_READ)
def meetings(case_id: UUID) -> ResponseReturnValue:
    """All joint meetings of the case."""
    found = queries.meetings(viewer(), case_id)
    return page("meetings", found.sight, "meetings", found=found)


@blueprint.route("/cases/<uuid:case_id>/joint-meetings/new", methods=["GET", "POST"])
@needs(Action.JOINT_MEETING_CALL)
def call_meeting(case_id: UUID) -> ResponseReturnValue:
    """Call a meeting; what is open between the desks is its agenda."""
    found = queries.meetings(viewer(), case_id)
    if not found.may(Action.JOINT_MEETING_CALL):
        raise NotFound("There is nothing here.")
    form = forms.Call()
    form.zone = viewer().time_zone
    form.participants.choices = people_options(found.people)
    if not found.votes:
        del form.motion
    made: list[UUID] = []

    def call() -> None:
        moment = form.moment()
        assert moment is not None  # the form has looked
        made.append(
            services.call(
                viewer(),
                case_id,
                starts_at=moment,
                purpose=form.purpose.data,
                participants=[UUID(one) for one in form.participants.data],
                motion=form.motion.data if found.votes else "",
                items=form.items.data.splitlines(),
            ),
        )

    if form.carried_out(call):
        flash(_("The meeting is called. The deciding desks are told."), "success")
        return redirect(url_for("assessments.meeting", case_id=case_id, meeting_id=made[0]))
    return page("meeting_call", found.sight, "meetings", found=found, form=form), form.status


def _forms(found: queries.Record) -> dict[str, Form]:
    """Every form of the page, filled from what was sent where it was sent."""
    hold = forms.Hold(
        prefix="hold",
        data={"present": [one["person"] for one in found.meeting.participants], "version": found.meeting.version},
    )
    invited = [(one["person"], f"{one['name']} ({one['authority']})") for one in found.meeting.participants]
    hold.present.choices = list(dict([*invited, *people_options(found.people)]).items())
    agree = forms.Agree(prefix="agree")
    agree.owner.choices = [("", _("Choose")), *people_options(found.people)]
    mine = found.votes.get(viewer().code)
    vote = forms.Vote(prefix="vote", data={"choice": mine.choice, "reason": mine.reason} if mine else None)
    return {
        "hold": hold,
        "cancel": forms.Cancel(prefix="cancel"),
        "note": forms.Say(prefix="note"),
        "agree": agree,
        "vote": vote,
    }


def _meeting(found: queries.Record, prepared: dict[str, Form], refused: Form | None = None) -> ResponseReturnValue:
    shown = page("meeting", found.sight, "meetings", found=found, forms=prepared, refused=refused)
    return shown, refused.status if refused is not None else 200


def _acted(case_id: UUID, meeting_id: UUID, name: str, act: Callable[[Any], Any], done: str) -> ResponseReturnValue:
    """Carry out the form of that name, or show it again."""
    found = queries.meeting(viewer(), case_id, meeting_id)
    prepared = _forms(found)
    form = prepared[name]
    if form.carried_out(lambda: act(form)):
        flash(done, "success")
        return redirect(url_for("assessments.meeting", case_id=case_id, meeting_id=meeting_id))
    return _meeting(queries.meeting(viewer(), case_id, meeting_id), prepared, form)


@blueprint.get("/cases/<uuid:case_id>/joint-meetings/<uuid:meeting_id>")
@needs(Action.DIVERGENCE_READ)
def meeting(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    """One meeting: agenda, who takes part, notes, agreed actions, votes."""
    found = queries.meeting(viewer(), case_id, meeting_id, request.args.get("after"))
    return _meeting(found, _forms(found))


@blueprint.post("/cases/<uuid:case_id>/joint-meetings/<uuid:meeting_id>/hold")
@needs(Action.JOINT_MEETING_HOLD)
def hold_meeting(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    """Record that it was held, and who was present."""

    def act(form: forms.Hold) -> None:
        present = [UUID(one) for one in form.present.data]
        services.hold(viewer(), meeting_id, present=present, version=form.version.data)

    return _acted(case_id, meeting_id, "hold", act, _("Recorded."))


@blueprint.post("/cases/<uuid:case_id>/joint-meetings/<uuid:meeting_id>/cancel")
@needs(Action.JOINT_MEETING_CANCEL)
def cancel_meeting(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    """Cancel it; the others are told."""

    def act(form: forms.Cancel) -> None:
        services.cancel(viewer(), meeting_id, reason=form.reason.data)

    return _acted(case_id, meeting_id, "cancel", act, _("The meeting is cancelled."))


@blueprint.post("/cases/<uuid:case_id>/joint-meetings/<uuid:meeting_id>/notes")
@needs(Action.JOINT_MEETING_NOTE)
def note_meeting(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    """Write a note of the meeting. It stays as it was written."""

    def act(form: forms.Say) -> None:
        services.note(viewer(), meeting_id, text=form.text.data)

    return _acted(case_id, meeting_id, "note", act, _("The note is on record."))


@blueprint.post("/cases/<uuid:case_id>/joint-meetings/<uuid:meeting_id>/actions")
@needs(Action.JOINT_MEETING_AGREE)
def agree_action(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    """Record what was agreed."""

    def act(form: forms.Agree) -> None:
        services.agree(viewer(), meeting_id, text=form.text.data, owner_id=UUID(form.owner.data), due_on=form.due.data)

    return _acted(case_id, meeting_id, "agree", act, _("The agreed action is on record."))


@blueprint.post("/cases/<uuid:case_id>/joint-meetings/<uuid:meeting_id>/actions/<uuid:action_id>/done")
@needs(Action.JOINT_MEETING_FINISH)
def finish_action(case_id: UUID, meeting_id: UUID, action_id: UUID) -> ResponseReturnValue:
    """An agreed action is done."""
    found = queries.meeting(viewer(), case_id, meeting_id)
    if all(one.id != action_id for one in found.actions):
        raise NotFound("There is nothing here.")
    if forms.Button().validate_on_submit():
        services.finish(viewer(), action_id)
        flash(_("Done."), "success")
    return redirect(url_for("assessments.meeting", case_id=case_id, meeting_id=meeting_id))


@blueprint.post("/cases/<uuid:case_id>/joint-meetings/<uuid:meeting_id>/votes")
@needs(Action.JOINT_MEETING_VOTE)
def vote(case_id: UUID, meeting_id: UUID) -> ResponseReturnValue:
    """Record the vote of one's own desk."""

    def act(form: forms.Vote) -> None:
        services.vote(viewer(), meeting_id, choice=form.choice.data, reason=form.reason.data)

    return _acted(case_id, meeting_id, "vote", act, _("The vote of your authority is on record."))
