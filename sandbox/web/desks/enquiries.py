"""Enquiries before applying: the firm asks, an authority answers, the firm links it to an application later."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotFound
from sandbox.domain.policy import named
from sandbox.queries.desks import enquiries as queries
from sandbox.services.desks import enquiries as services
from sandbox.web.access import needs, viewer
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.forms import correspondence as forms
from sandbox.web.locale import _
from sandbox.web.viewing import opened

ONE = "/enquiries/<uuid:enquiry_id>"


@blueprint.get("/enquiries")
@needs(Action.ENQUIRY_READ)
def enquiries() -> ResponseReturnValue:
    """The firm's enquiries, or those that were put to the authority."""
    page = queries.enquiries(viewer(), request.args.get("after"))
    opened(Action.ENQUIRY_READ, item="enquiries")
    return render_template(
        "pages/desks/correspondence/enquiries.html", page=page, may_ask=named(viewer(), Action.ENQUIRY_WRITE)
    )


@blueprint.route("/enquiries/new", methods=["GET", "POST"])
@needs(Action.ENQUIRY_WRITE)
def new_enquiry() -> ResponseReturnValue:
    """Ask authorities of a programme, each apart."""
    programmes = queries.askable(viewer())
    form = forms.Enquire()
    form.to.choices = [
        (f"{key}:{code}", f"{name} ({programme})" if len(programmes) > 1 else name)
        for key, programme, rows in programmes
        for code, name in rows
    ]
    if form.carried_out(lambda: _ask(form)):
        flash(_("Sent. You are told when there is an answer."), "success")
        return redirect(url_for("desks.enquiries"))
    return render_template("pages/desks/correspondence/enquire.html", form=form), form.status


def _ask(form: forms.Enquire) -> None:
    """One use case a programme; the first that is refused sends nothing more."""
    chosen: dict[str, list[str]] = {}
    for value in form.to.data or ():
        programme, _sign, code = value.partition(":")
        chosen.setdefault(programme, []).append(code)
    for programme, codes in chosen.items():
        services.enquire(viewer(), UUID(programme), to=codes, subject=form.subject.data, text=form.text.data)


@blueprint.get(ONE)
@needs(Action.ENQUIRY_READ)
def enquiry(enquiry_id: UUID) -> ResponseReturnValue:
    """One enquiry with its answers."""
    return _show(enquiry_id, forms.Reply())


def _show(enquiry_id: UUID, form: forms.Reply) -> ResponseReturnValue:
    found = queries.enquiry(viewer(), enquiry_id, request.args.get("after"))
    opened(Action.ENQUIRY_READ, found.case_id, item=f"enquiry {enquiry_id}")
    shown = render_template(
        "pages/desks/correspondence/enquiry.html",
        found=found,
        form=form,
        may_ask=named(viewer(), Action.ENQUIRY_WRITE),
        may_answer=named(viewer(), Action.ENQUIRY_ANSWER),
        may_link=named(viewer(), Action.ENQUIRY_LINK),
    )
    return shown, form.status


def _written(enquiry_id: UUID) -> ResponseReturnValue:
    queries.enquiry(viewer(), enquiry_id)
    form = forms.Reply()
    if form.carried_out(lambda: services.answer(viewer(), enquiry_id, text=form.text.data)):
        flash(_("Sent."), "success")
        return redirect(url_for("desks.enquiry", enquiry_id=enquiry_id))
    return _show(enquiry_id, form)


@blueprint.post(ONE + "/answer")
@needs(Action.ENQUIRY_ANSWER)
def answer_enquiry(enquiry_id: UUID) -> ResponseReturnValue:
    """Answer as the authority that was asked."""
    return _written(enquiry_id)


@blueprint.post(ONE + "/more")
@needs(Action.ENQUIRY_WRITE)
def ask_on(enquiry_id: UUID) -> ResponseReturnValue:
    """Write more as the firm that asked."""
    return _written(enquiry_id)


@blueprint.route(ONE + "/link", methods=["GET", "POST"])
@needs(Action.ENQUIRY_LINK)
def link_enquiry(enquiry_id: UUID) -> ResponseReturnValue:
    """Link it to an application of the firm."""
    found = queries.enquiry(viewer(), enquiry_id)
    if not found.linkable:
        raise NotFound("There is nothing here.")
    form = forms.Link()
    form.application_id.choices = [(str(key), title) for key, title in found.linkable]
    if form.carried_out(lambda: services.link(viewer(), enquiry_id, UUID(form.application_id.data))):
        flash(_("Linked. The authority finds it with the case once the application is submitted."), "success")
        return redirect(url_for("desks.enquiry", enquiry_id=enquiry_id))
    return render_template("pages/desks/correspondence/link.html", found=found, form=form), form.status


__all__ = ["enquiries", "enquiry"]
