"""A firm's profile: its legal entities, numbers, controllers and licences; and counsel who act for it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.actors import Organisation
from sandbox.domain.countries import COUNTRIES
from sandbox.domain.entities import FORMS
from sandbox.domain.errors import NotFound
from sandbox.domain.firms import CONTROLLER_KINDS
from sandbox.queries import firms as queries
from sandbox.services import people as services
from sandbox.services.people.registration import NewFirm
from sandbox.web.access import needs, viewer
from sandbox.web.forms.base import Form
from sandbox.web.forms.people import Confirm
from sandbox.web.forms.profile import ROW_FORMS, Engage, Identity, share_of
from sandbox.web.locale import _
from sandbox.web.rendering import viewer_zone

blueprint = Blueprint("firms", __name__)
KIND = "any(entity,identifier,controller,licence)"
# Title of the list, of a new row, what an empty list says.
KINDS: dict[str, tuple[str, str, str]] = {
    "identifier": (_("Numbers in registers"), _("Add a number"), _("No numbers yet, such as FRN, CIK or NFA ID.")),
    "entity": (
        _("Further legal entities"),
        _("Add a legal entity"),
        _("No further legal entities. Add one if another company or a branch takes part in the test."),
    ),
    "controller": (
        _("Controllers and owners"),
        _("Add a controller"),
        _("No controllers yet. Add parents, controllers and owners of a tenth or more."),
    ),
    "licence": (
        _("Licences and permissions"),
        _("Add a licence"),
        _("No licences yet. Add what the firm holds anywhere."),
    ),
}


def _words() -> dict[str, Any]:
    """What the pages of the profile need beside the profile."""
    return {
        "kinds": KINDS,
        "forms": FORMS,
        "controller_kinds": CONTROLLER_KINDS,
        "countries": COUNTRIES,
        "schemes": {row.code: row for row in queries.schemes()},
    }


@blueprint.get("/firm")
@needs(Action.FIRM_READ)
def index() -> ResponseReturnValue:
    """The profile of the own firm; for counsel, the firms that they act for."""
    if viewer().organisation is Organisation.FIRM:
        return render_template("pages/firms/profile.html", page=queries.page(viewer()), **_words())
    return render_template("pages/firms/acting.html", rows=queries.engagements(viewer()))


@blueprint.get("/firms/<uuid:firm_id>")
@needs(Action.FIRM_READ)
def firm(firm_id: UUID) -> ResponseReturnValue:
    """The profile of a firm that counsel acts for."""
    return render_template("pages/firms/profile.html", page=queries.page(viewer(), firm_id), **_words())


def _own_firm() -> UUID:
    """The viewer's own firm. Raises NotFound for everybody else."""
    actor = viewer()
    if actor.organisation is not Organisation.FIRM or actor.organisation_id is None:
        raise NotFound("There is nothing here.")
    return actor.organisation_id


@blueprint.route("/firm/identity", methods=["GET", "POST"])
@needs(Action.FIRM_EDIT)
def identity() -> ResponseReturnValue:
    """What identifies the firm."""
    page = queries.page(viewer())
    known = page.profile
    names = ("legal_name", "legal_form", "country", "address", "company_number", "lei", "group")
    form = Identity(data={**{name: getattr(known, name) for name in names}, "version": page.version})

    def act() -> None:
        given = NewFirm(**{name: form[name].data or "" for name in names})
        services.profile.describe(viewer(), _own_firm(), given, version=form.version.data)

    if form.carried_out(act):
        flash(_("The profile is saved. Applications that you have begun keep what they say."), "success")
        return redirect(url_for("firms.index"))
    return render_template("pages/firms/identity.html", form=form), form.status


def _form(kind: str, data: dict[str, Any] | None = None) -> Form:
    """The form of a row, with the options that depend on the firm."""
    if data is not None and "share" in data:
        data = {**data, "share": share_of(data["share"])}
    form = ROW_FORMS[kind](data=data)
    if kind == "identifier":
        form.scheme.choices = [("", _("Select a register")), *((row.code, row.title) for row in queries.schemes())]
        page = queries.page(viewer())
        names = [row.title for row in page.rows["entity"]]
        form.whose.choices = [("", page.profile.legal_name), *((name, name) for name in names)]
    return form


def _given(form: Form) -> dict[str, Any]:
    return {field.name: field.data for field in form if field.name not in {"csrf_token", "version"}}


@blueprint.route(f"/firm/<{KIND}:kind>/new", methods=["GET", "POST"])
@needs(Action.FIRM_EDIT)
def add(kind: str) -> ResponseReturnValue:
    """A new row of the profile."""
    form = _form(kind)
    if form.carried_out(lambda: services.profile.save(viewer(), _own_firm(), kind, _given(form))):
        flash(_("Added to the profile."), "success")
        return redirect(url_for("firms.index", _anchor=kind))
    return render_template("pages/firms/row.html", form=form, kind=kind, row=None, **_words()), form.status


@blueprint.route(f"/firm/<{KIND}:kind>/<uuid:row_id>", methods=["GET", "POST"])
@needs(Action.FIRM_EDIT)
def change(kind: str, row_id: UUID) -> ResponseReturnValue:
    """Change a row of the profile."""
    found = queries.row(viewer(), kind, row_id)
    form = _form(kind, dict(found.values))
    seen = Confirm(data={"version": found.version})

    def act() -> None:
        version = seen.version.data
        services.profile.save(viewer(), _own_firm(), kind, _given(form), row_id=row_id, version=version)

    if seen.version.data is not None and form.carried_out(act):
        flash(_("The profile is saved."), "success")
        return redirect(url_for("firms.index", _anchor=kind))
    page = render_template("pages/firms/row.html", form=form, kind=kind, row=found, seen=seen, **_words())
    return page, form.status


@blueprint.route(f"/firm/<{KIND}:kind>/<uuid:row_id>/remove", methods=["GET", "POST"])
@needs(Action.FIRM_EDIT)
def remove(kind: str, row_id: UUID) -> ResponseReturnValue:
    """Ask first, then remove a row of the profile."""
    found = queries.row(viewer(), kind, row_id)
    form = Confirm(data={"version": found.version})
    if form.carried_out(
        lambda: services.profile.remove(viewer(), _own_firm(), kind, row_id, version=form.version.data)
    ):
        flash(_("Removed from the profile."), "success")
        return redirect(url_for("firms.index", _anchor=kind))
    return render_template("pages/firms/remove.html", form=form, row=found, kinds=KINDS), form.status


# --- counsel ---------------------------------------------------------------------------------------------------------


def _midnight(day: date | None, *, after: bool = False) -> datetime | None:
    """The instant at which a day begins where the viewer is, or ends."""
    if day is None:
        return None
    zone: ZoneInfo = viewer_zone()
    start = day + timedelta(days=1) if after else day
    return datetime.combine(start, time(), zone).astimezone(UTC)


@blueprint.route("/people/counsel/new", methods=["GET", "POST"])
@needs(Action.COUNSEL_ENGAGE)
def engage() -> ResponseReturnValue:
    """Ask outside counsel to act for the firm."""
    form = Engage(data={"begins_on": datetime.now(viewer_zone()).date()})

    def act() -> None:
        begins_at = _midnight(form.begins_on.data)
        assert begins_at is not None
        services.counsel.engage(
            viewer(),
            email=form.email.data,
            name=form.name.data,
            law_firm=form.law_firm.data,
            begins_at=begins_at,
            ends_at=_midnight(form.ends_on.data, after=True),
        )

    if form.carried_out(act):
        flash(_("An invitation is on its way to {email}.").format(email=form.email.data), "success")
        return redirect(url_for("people.index"))
    return render_template("pages/firms/engage.html", form=form), form.status


@blueprint.route("/people/counsel/<uuid:engagement_id>/end", methods=["GET", "POST"])
@needs(Action.COUNSEL_END)
def end(engagement_id: UUID) -> ResponseReturnValue:
    """Ask first, then end an engagement at once."""
    found = queries.engagement(viewer(), engagement_id)
    form = Confirm(data={"version": found.version})
    home = "people.index" if viewer().organisation is Organisation.FIRM else "firms.index"
    if form.carried_out(lambda: services.counsel.end(viewer(), engagement_id, version=form.version.data)):
        flash(_("The engagement has ended."), "success")
        return redirect(url_for(home))
    return render_template("pages/firms/end.html", form=form, row=found, home=url_for(home)), form.status
