"""The people column: signing in and out, and the people of one's own organisation."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.actors import Organisation, Role
from sandbox.domain.errors import BadInput
from sandbox.domain.policy import named
from sandbox.queries import firms as of_firms
from sandbox.queries import invitations as of_invitations
from sandbox.queries import people as queries
from sandbox.services import people as services
from sandbox.services.throttle import TooMany
from sandbox.web import keeping, session
from sandbox.web.access import needs, public, signed_in, viewer, viewer_or_none
from sandbox.web.forms.joining import Accept
from sandbox.web.forms.people import Confirm, HandOver, Invite, Password, Roles, SignIn, role_choices
from sandbox.web.locale import _

blueprint = Blueprint("people", __name__)


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """The way in. Leads on to the page that was asked for, if it is one of this portal."""
    form = SignIn()
    target = session.same_site(form.next.data or request.args.get("next"))
    if request.method == "GET" and viewer_or_none() is not None:
        return redirect(target or url_for("home.dashboard"))
    form.next.data = target or ""
    status = form.status
    if form.validate_on_submit():
        try:
            actor = session.begin(form.email.data, form.password.data)
        except BadInput as bad:
            form.refuse(bad.problems)
        except TooMany as many:
            form.form_errors.append(str(many))
            return render_template("pages/people/sign_in.html", form=form), 429, {"Retry-After": str(many.retry_after)}
        else:
            typed = keeping.after_sign_in(form.kept.data, actor) if form.kept.data else None
            return typed or redirect(target or url_for("home.dashboard"))
    status = form.status
    return render_template("pages/people/sign_in.html", form=form), status


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """The way out. Also right for somebody whose session has ended already."""
    session.end()
    flash(_("You are signed out."), "success")
    return redirect(url_for("people.sign_in"))


NEEDED = (Role.OWNER, Role.SIGNATORY, Role.CERTIFIER)  # without them a firm can manage, submit or report nothing


@blueprint.get("/people")
@needs(Action.PEOPLE_READ)
def index() -> ResponseReturnValue:
    """The people of one's own organisation, whom it has invited, and counsel who act for it."""
    actor = viewer()
    find = (request.args.get("find") or "").strip()[:100]
    is_firm = actor.organisation is Organisation.FIRM
    return render_template(
        "pages/people/index.html",
        page=queries.colleagues(actor, after=request.args.get("after"), find=find),
        find=find,
        may_change=queries.may_change_people(actor),
        may_leave=named(actor, Action.PEOPLE_LEAVE),
        may_hand_over=named(actor, Action.PEOPLE_HAND_OVER),
        invitations=of_invitations.open_ones(actor) if named(actor, Action.PEOPLE_INVITE) else (),
        engagements=of_firms.engagements(actor) if is_firm else (),
        missing=of_firms.missing_roles(actor, NEEDED) if is_firm else (),
        is_firm=is_firm,
    )


@blueprint.route("/people/new", methods=["GET", "POST"])
@needs(Action.PEOPLE_INVITE)
def add() -> ResponseReturnValue:
    """Invite somebody. What follows is the same whether or not the address has an account elsewhere."""
    form = Invite()
    form.roles.choices = role_choices(viewer().organisation)

    def act() -> None:
        services.invite(
            viewer(),
            email=form.email.data,
            name=form.name.data,
            roles=form.roles.data,
            title=form.title.data or "",
            time_zone=form.time_zone.data,
        )

    if form.carried_out(act):
        flash(_("An invitation is on its way to {email}.").format(email=form.email.data), "success")
        return redirect(url_for("people.index"))
    return render_template("pages/people/add.html", form=form), form.status


@blueprint.post("/people/invitations/<uuid:invitation_id>/again")
@needs(Action.PEOPLE_INVITE)
def invite_again(invitation_id: UUID) -> ResponseReturnValue:
    """Send an invitation anew; the old link stops working."""
    found = of_invitations.one(viewer(), invitation_id)
    form = Confirm()
    if form.carried_out(lambda: services.send_again(viewer(), invitation_id, version=form.version.data)):
        flash(_("A new link is on its way to {email}. The old one works no more.").format(email=found.email), "success")
        return redirect(url_for("people.index"))
    return render_template("pages/people/withdraw.html", form=form, invitation=found), form.status


@blueprint.route("/people/invitations/<uuid:invitation_id>/withdraw", methods=["GET", "POST"])
@needs(Action.INVITATION_WITHDRAW)
def withdraw_invitation(invitation_id: UUID) -> ResponseReturnValue:
    """Ask first, then take the invitation back."""
    found = of_invitations.one(viewer(), invitation_id)
    form = Confirm(data={"version": found.version})
    if form.carried_out(lambda: services.withdraw(viewer(), invitation_id, version=form.version.data)):
        flash(_("The invitation to {email} is withdrawn.").format(email=found.email), "success")
        return redirect(url_for("people.index"))
    return render_template("pages/people/withdraw.html", form=form, invitation=found), form.status


@blueprint.route("/people/leave", methods=["GET", "POST"])
@needs(Action.PEOPLE_LEAVE)
def leave() -> ResponseReturnValue:
    """Ask first, then close one's own account."""
    form = Accept()
    if form.carried_out(lambda: services.leave(viewer())):
        session.end()
        flash(_("Your account is closed. Goodbye."), "success")
        return redirect(url_for("home.start"))
    return render_template("pages/people/leave_organisation.html", form=form), form.status


@blueprint.route("/people/hand-over", methods=["GET", "POST"])
@needs(Action.PEOPLE_HAND_OVER)
def hand_over() -> ResponseReturnValue:
    """Make a colleague the owner in one's own place."""
    others = queries.can_take_over(viewer())
    form = HandOver()
    form.person.choices = [("", _("Choose a colleague")), *((str(key), name) for key, name in others)]
    form.keeps.choices = [row for row in role_choices(viewer().organisation) if row[0] != Role.OWNER]
    if form.carried_out(lambda: services.hand_over(viewer(), UUID(form.person.data), keeps=form.keeps.data)):
        flash(_("The ownership is handed over."), "success")
        return redirect(url_for("people.index"))
    return render_template("pages/people/hand_over.html", form=form, others=others), form.status


@blueprint.route("/people/<uuid:person_id>", methods=["GET", "POST"])
@needs(Action.PEOPLE_CHANGE)
def person(person_id: UUID) -> ResponseReturnValue:
    """One person's roles and account."""
    colleague = queries.colleague(viewer(), person_id)
    form = Roles(data={"roles": list(colleague.roles), "version": colleague.version})
    form.roles.choices = role_choices(viewer().organisation)
    if form.carried_out(
        lambda: services.set_roles(viewer(), person_id, roles=form.roles.data, version=form.version.data)
    ):
        flash(_("The roles of {name} have changed.").format(name=colleague.name), "success")
        return redirect(url_for("people.index"))
    return render_template("pages/people/person.html", form=form, person=colleague), form.status


@blueprint.route("/people/<uuid:person_id>/deactivate", methods=["GET", "POST"])
@needs(Action.PEOPLE_CHANGE)
def deactivate(person_id: UUID) -> ResponseReturnValue:
    """Ask first, then close the account."""
    colleague = queries.colleague(viewer(), person_id)
    form = Confirm(data={"version": colleague.version})
    if form.carried_out(lambda: services.deactivate(viewer(), person_id, version=form.version.data)):
        flash(_("{name} can no longer sign in.").format(name=colleague.name), "success")
        return redirect(url_for("people.index"))
    return render_template("pages/people/deactivate.html", form=form, person=colleague), form.status


@blueprint.post("/people/<uuid:person_id>/password")
@needs(Action.PEOPLE_CHANGE)
def send_password(person_id: UUID) -> ResponseReturnValue:
    """Send a link with which the person sets a new password."""
    colleague = queries.colleague(viewer(), person_id)
    form = Accept()
    if form.carried_out(lambda: services.recovery.send(viewer(), person_id)):
        flash(_("A link is on its way to {email}.").format(email=colleague.email), "success")
    return redirect(url_for("people.person", person_id=person_id))


@blueprint.post("/people/<uuid:person_id>/reactivate")
@needs(Action.PEOPLE_CHANGE)
def reactivate(person_id: UUID) -> ResponseReturnValue:
    """Open the account again."""
    colleague = queries.colleague(viewer(), person_id)
    form = Confirm()
    if not form.carried_out(lambda: services.reactivate(viewer(), person_id, version=form.version.data)):
        return render_template("pages/people/deactivate.html", form=form, person=colleague), form.status
    flash(_("{name} can sign in again.").format(name=colleague.name), "success")
    return redirect(url_for("people.index"))


@blueprint.route("/account/password", methods=["GET", "POST"])
@signed_in
def password() -> ResponseReturnValue:
    """Change one's own password; every session ends."""
    form = Password()
    if form.carried_out(
        lambda: services.change_password(
            viewer(), current=form.current.data, new=form.password.data, limits=session.limits()
        )
    ):
        session.end()
        flash(_("Your password has changed. Sign in with the new one."), "success")
        return redirect(url_for("people.sign_in"))
    return render_template("pages/people/password.html", form=form), form.status
