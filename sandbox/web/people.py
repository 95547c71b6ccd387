"""The people column: signing in and out, and the people of one's own organisation."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import BadInput
from sandbox.queries import people as queries
from sandbox.services import people as services
from sandbox.services.throttle import TooMany
from sandbox.web import session
from sandbox.web.access import needs, public, signed_in, viewer, viewer_or_none
from sandbox.web.forms.people import AddPerson, Confirm, Password, Roles, SignIn, role_choices
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
            session.begin(form.email.data, form.password.data)
        except BadInput as bad:
            form.refuse(bad.problems)
        except TooMany as many:
            form.form_errors.append(str(many))
            return render_template("pages/people/sign_in.html", form=form), 429, {"Retry-After": str(many.retry_after)}
        else:
            return redirect(target or url_for("home.dashboard"))
    status = form.status
    return render_template("pages/people/sign_in.html", form=form), status


@blueprint.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    """The way out. Also right for somebody whose session has ended already."""
    session.end()
    flash(_("You are signed out."), "success")
    return redirect(url_for("people.sign_in"))


@blueprint.get("/people")
@needs(Action.PEOPLE_READ)
def index() -> ResponseReturnValue:
    """The people of one's own organisation."""
    find = (request.args.get("find") or "").strip()[:100]
    page = queries.colleagues(viewer(), after=request.args.get("after"), find=find)
    return render_template(
        "pages/people/index.html", page=page, find=find, may_change=queries.may_change_people(viewer())
    )


@blueprint.route("/people/new", methods=["GET", "POST"])
@needs(Action.PEOPLE_CHANGE)
def add() -> ResponseReturnValue:
    """Add somebody; the page after it shows the first password once."""
    form = AddPerson()
    form.roles.choices = role_choices(viewer().organisation)
    made: list[str] = []

    def act() -> None:
        made.append(
            services.add_person(
                viewer(),
                email=form.email.data,
                name=form.name.data,
                roles=form.roles.data,
                title=form.title.data or "",
                time_zone=form.time_zone.data,
            )[1],
        )

    if form.carried_out(act):
        # No redirect: the password is shown here and nowhere else, and not kept in a cookie on the way.
        return render_template("pages/people/added.html", name=form.name.data, email=form.email.data, password=made[0])
    return render_template("pages/people/add.html", form=form), form.status


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
