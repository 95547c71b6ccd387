"""Interests: declaring them, one's own register, and what the ethics officer and the coordinator decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.conflicts import KINDS, PENDING, RECUSED
from sandbox.domain.errors import NotFound, NotNow
from sandbox.domain.parties import PARTY_KINDS
from sandbox.queries import desks as queries
from sandbox.services import desks
from sandbox.services.desks import interests as register
from sandbox.web.access import needs, viewer
from sandbox.web.desks.acting import own
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.forms import conflicts as forms
from sandbox.web.forms.base import Form
from sandbox.web.locale import _
from sandbox.web.viewing import opened


def show_declaration(case_id: UUID, form: forms.Declare) -> ResponseReturnValue:
    """What is needed to declare, with the form for those who can."""
    page = queries.case(viewer(), case_id)
    shown = render_template(
        "pages/desks/declare.html",
        page=page,
        form=form,
        known=queries.declaring(page.sight),
        kinds=KINDS,
        party_kinds=PARTY_KINDS,
        may_declare=page.sight.may(Action.DESK_DECLARE),
        may_decide=page.sight.may(Action.DECLARATION_READ),
    )
    return shown, form.status


@blueprint.get("/cases/<uuid:case_id>/declaration")
@needs(Action.CASE_GLANCE)
def declaration(case_id: UUID) -> ResponseReturnValue:
    """Declare interests again, when something has changed."""
    if not queries.sight(viewer(), case_id).may(Action.DESK_DECLARE):
        raise NotFound("There is nothing here.")
    return show_declaration(case_id, forms.Declare())


@blueprint.post("/cases/<uuid:case_id>/declaration")
@needs(Action.DESK_DECLARE)
def declare(case_id: UUID) -> ResponseReturnValue:
    """Declare interests; who must not take part loses the case at once."""
    form = forms.Declare()
    own(case_id)
    has_one = form.outcome.data != "none"
    if not form.carried_out(
        lambda: desks.declare(
            viewer(),
            case_id,
            outcome=form.outcome.data,
            kinds=(form.kinds.data or ()) if has_one else (),
            details=(form.details.data or "") if has_one else "",
            measures=(form.measures.data or "") if form.outcome.data == "managed" else "",
            reason="" if has_one else form.reason.data or "",
        ),
    ):
        return show_declaration(case_id, form)
    if form.outcome.data == RECUSED:
        flash(_("Your declaration is recorded. You no longer have access to this case."), "success")
        return redirect(url_for("home.dashboard"))
    if form.outcome.data == "managed":
        flash(_("Your declaration is recorded. The case opens when the measures are confirmed."), "success")
    else:
        flash(_("Your declaration is recorded."), "success")
    return redirect(url_for("desks.case", case_id=case_id))


# --- what is decided on declarations ---------------------------------------------------------------------------------


@blueprint.get("/declarations")
@needs(Action.DECLARATION_READ)
def declarations() -> ResponseReturnValue:
    """The declarations of one's authority: those that wait for a decision, those with an interest, all."""
    show = request.args.get("show", "pending")
    show = show if show in {"pending", "interests", "all"} else "pending"
    find = (request.args.get("find") or "").strip()[:100]
    page = queries.declarations(viewer(), show=show, find=find, after=request.args.get("after"))
    opened(Action.DECLARATION_READ, item="declarations")
    return render_template("pages/desks/declarations.html", page=page, show=show, find=find)


@blueprint.get("/cases/<uuid:case_id>/declarations")
@needs(Action.DECLARATION_READ)
def case_declarations(case_id: UUID) -> ResponseReturnValue:
    """The interests of one's colleagues in one case, and who stands in for whom."""
    found = queries.of_case(viewer(), case_id)
    opened(Action.DECLARATION_READ, case_id, item="declarations")
    return render_template("pages/desks/case_declarations.html", found=found, Action=Action, PENDING=PENDING)


def _decide(
    case_id: UUID, person_id: UUID, action: Action, name: str, form: Form, act: Callable[[UUID], Any], message: str
) -> ResponseReturnValue:
    found, person, said = queries.colleague(viewer(), case_id, person_id)
    if not found.sight.may(action) or person_id == viewer().person_id:
        raise NotFound("There is nothing here.")
    if form.carried_out(lambda: act(found.desk_id)):
        flash(message.format(name=person), "success")
        return redirect(url_for("desks.case_declarations", case_id=case_id))
    if action is not Action.DECLARATION_RECUSE and (said is None or said.outcome != PENDING):
        raise NotNow(_("There is no interest of this person to decide on any more."))
    opened(Action.DECLARATION_READ, case_id, item="declarations")
    return render_template(f"pages/desks/{name}.html", found=found, person=person, said=said, form=form), form.status


@blueprint.route("/cases/<uuid:case_id>/declarations/<uuid:person_id>/confirm", methods=["GET", "POST"])
@needs(Action.DECLARATION_CONFIRM)
def confirm(case_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Confirm how an interest is managed."""
    _found, _person, said = queries.colleague(viewer(), case_id, person_id)
    form = forms.Confirm(data={"measures": said.measures if said else ""})
    return _decide(
        case_id,
        person_id,
        Action.DECLARATION_CONFIRM,
        "confirm_measures",
        form,
        lambda desk_id: desks.confirm(viewer(), desk_id, person_id=person_id, measures=form.measures.data),
        _("The measures for {name} are confirmed. The case opens to them."),
    )


@blueprint.route("/cases/<uuid:case_id>/declarations/<uuid:person_id>/waive", methods=["GET", "POST"])
@needs(Action.DECLARATION_WAIVE)
def waive(case_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Waive an interest."""
    form = forms.Waive()
    return _decide(
        case_id,
        person_id,
        Action.DECLARATION_WAIVE,
        "waive",
        form,
        lambda desk_id: desks.waive(viewer(), desk_id, person_id=person_id, reason=form.reason.data),
        _("The interest of {name} is waived. The case opens to them."),
    )


@blueprint.route("/cases/<uuid:case_id>/declarations/<uuid:person_id>/recuse", methods=["GET", "POST"])
@needs(Action.DECLARATION_RECUSE)
def recuse(case_id: UUID, person_id: UUID) -> ResponseReturnValue:
    """Take somebody off the case, after a page that says what follows."""
    form = forms.Recuse()
    return _decide(
        case_id,
        person_id,
        Action.DECLARATION_RECUSE,
        "recuse",
        form,
        lambda desk_id: desks.recuse(viewer(), desk_id, person_id=person_id, reason=form.reason.data),
        _("{name} takes no part in this case any more."),
    )


@blueprint.route("/cases/<uuid:case_id>/stand-ins/new", methods=["GET", "POST"])
@needs(Action.DESK_APPOINT)
def appoint(case_id: UUID) -> ResponseReturnValue:
    """Give a colleague a role for this case."""
    found = queries.of_case(viewer(), case_id)
    if not found.sight.may(Action.DESK_APPOINT):
        raise NotFound("There is nothing here.")
    form = forms.Appoint()
    out = {row.person_id for row in found.live if row.outcome == RECUSED}
    people = {**dict(found.silent), **{row.person_id: row.person for row in found.live if row.person_id in found.roles}}
    form.person_id.choices = [
        ("", _("Select")),
        *(
            (str(key), f"{name} ({', '.join(found.roles[key])})")
            for key, name in sorted(people.items(), key=lambda one: one[1])
            if key not in out
        ),
    ]
    if form.carried_out(
        lambda: desks.appoint(
            viewer(),
            found.desk_id,
            person_id=UUID(form.person_id.data),
            role=form.role.data,
            reason=form.reason.data,
        ),
    ):
        flash(_("Appointed for this case. The stand-in declares interests before anything opens."), "success")
        return redirect(url_for("desks.case_declarations", case_id=case_id))
    return render_template("pages/desks/appoint.html", found=found, form=form), form.status


@blueprint.post("/cases/<uuid:case_id>/stand-ins/<uuid:stand_in_id>/end")
@needs(Action.DESK_APPOINT)
def dismiss(case_id: UUID, stand_in_id: UUID) -> ResponseReturnValue:
    """End a stand-in's role."""
    found = queries.of_case(viewer(), case_id)
    if stand_in_id not in {row.id for row in found.stand_ins}:
        raise NotFound("There is nothing here.")
    if forms.Empty().validate_on_submit():
        desks.dismiss(viewer(), stand_in_id)
    flash(_("The role for this case has ended."), "success")
    return redirect(url_for("desks.case_declarations", case_id=case_id))


# --- one's own register ----------------------------------------------------------------------------------------------


@blueprint.route("/account/interests", methods=["GET", "POST"])
@needs(Action.INTERESTS_EDIT)
def my_interests() -> ResponseReturnValue:
    """One's own register of interests; nobody else reads it."""
    form = forms.Interest()
    if form.carried_out(
        lambda: register.add_interest(
            viewer(), kind=form.kind.data, name=form.name.data, since=form.since.data, until=form.until.data
        ),
    ):
        flash(_("Added to your interests."), "success")
        return redirect(url_for("desks.my_interests"))
    rows = queries.interests(viewer())
    words = dict(forms.INTEREST_CHOICES)
    return render_template("pages/desks/interests.html", form=form, rows=rows, words=words), form.status


@blueprint.post("/account/interests/<uuid:interest_id>/remove")
@needs(Action.INTERESTS_EDIT)
def remove_interest(interest_id: UUID) -> ResponseReturnValue:
    """Remove a line of one's own register."""
    if forms.Empty().validate_on_submit():
        register.remove_interest(viewer(), interest_id)
    flash(_("Removed from your interests."), "success")
    return redirect(url_for("desks.my_interests"))


__all__ = ["show_declaration"]
