"""Teams of one's authority, and leave. Nothing here names a case."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.actors import Role
from sandbox.queries import teams as queries
from sandbox.services import teams as services
from sandbox.web.access import needs, viewer
from sandbox.web.forms import teams as forms
from sandbox.web.locale import _

blueprint = Blueprint("teams", __name__)


@blueprint.get("/teams")
@needs(Action.TEAM_CHANGE)
def index() -> ResponseReturnValue:
    """The teams of one's authority."""
    return render_template("pages/people/teams.html", teams=queries.teams(viewer()), titles=dict(queries.subjects()))


def _members(form: forms.Team | forms.ChangeTeam) -> list[UUID]:
    return [UUID(one) for one in form.members.data or ()]


@blueprint.route("/teams/new", methods=["GET", "POST"])
@needs(Action.TEAM_CHANGE)
def add() -> ResponseReturnValue:
    """A new team."""
    form = forms.Team()
    form.subjects.choices, form.members.choices = queries.subjects(), queries.colleagues(viewer())
    if form.carried_out(
        lambda: services.set_team(
            viewer(),
            code=form.code.data,
            name=form.name.data,
            subjects=form.subjects.data or (),
            members=_members(form),
        ),
    ):
        flash(_("The team is there now."), "success")
        return redirect(url_for("teams.index"))
    return render_template("pages/people/team.html", form=form, team=None), form.status


@blueprint.route("/teams/<uuid:team_id>", methods=["GET", "POST"])
@needs(Action.TEAM_CHANGE)
def team(team_id: UUID) -> ResponseReturnValue:
    """Change a team."""
    found = queries.team(viewer(), team_id)
    form = forms.ChangeTeam(
        data={
            "name": found.name,
            "subjects": list(found.subjects),
            "members": [str(key) for key, _name in found.members],
            "version": found.version,
        },
    )
    form.subjects.choices, form.members.choices = queries.subjects(), queries.colleagues(viewer())
    if form.carried_out(
        lambda: services.set_team(
            viewer(),
            code=found.code,
            name=form.name.data,
            subjects=form.subjects.data or (),
            members=_members(form),
            team_id=team_id,
            version=form.version.data,
        ),
    ):
        flash(_("Saved."), "success")
        return redirect(url_for("teams.index"))
    return render_template("pages/people/team.html", form=form, team=found), form.status


@blueprint.route("/leave", methods=["GET", "POST"])
@needs(Action.LEAVE_RECORD)
def leave() -> ResponseReturnValue:
    """One's own leave; for the administrator everybody's."""
    actor = viewer()
    head = actor.has(Role.AUTHORITY_ADMINISTRATOR)
    form = forms.Leave(data={"person_id": str(actor.me)})
    people = queries.colleagues(actor)
    form.person_id.choices = people if head else [one for one in people if one[0] == str(actor.me)]
    form.deputy_id.choices = [("", _("Nobody")), *(one for one in people if head or one[0] != str(actor.me))]
    if form.carried_out(
        lambda: services.record_leave(
            actor,
            person_id=UUID(form.person_id.data),
            starts_on=form.starts_on.data,
            ends_on=form.ends_on.data,
            deputy_id=UUID(form.deputy_id.data) if form.deputy_id.data else None,
        ),
    ):
        flash(_("Leave is recorded."), "success")
        return redirect(url_for("teams.leave"))
    return render_template("pages/people/leave.html", form=form, rows=queries.leaves(actor), head=head), form.status


@blueprint.post("/leave/<uuid:leave_id>/remove")
@needs(Action.LEAVE_RECORD)
def remove_leave(leave_id: UUID) -> ResponseReturnValue:
    """Remove leave."""
    if forms.Remove().validate_on_submit():
        services.remove_leave(viewer(), leave_id)
    flash(_("Removed."), "success")
    return redirect(url_for("teams.leave"))
