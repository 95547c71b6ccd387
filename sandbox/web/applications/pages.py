"""The firm's side: start an application, fill its sections, check, submit, and keep the receipt.

Saved is not submitted, and every page says which. What was typed is shown again after every refusal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from sandbox.adapters.pdf import RenderFailed, render_document
from sandbox.domain.actions import Action
from sandbox.domain.dossier import FIELDS, Field, fingerprints, plain, same
from sandbox.domain.errors import NotNow
from sandbox.domain.sections import SECTIONS
from sandbox.queries import applications as queries
from sandbox.services import applications as services
from sandbox.services.unit import reading
from sandbox.web import viewing
from sandbox.web.access import needs, viewer
from sandbox.web.errors import page as refusal_page
from sandbox.web.forms.answers import SectionForm
from sandbox.web.forms.applications import Discard, Start, Submit, Withdraw, section_form
from sandbox.web.locale import _

blueprint = Blueprint("applications", __name__)

ORDER = list(SECTIONS)
SECTION = "<any(firm,product,jurisdictions,test_plan,declarations):code>"
MINE, THEIRS = "mine", "theirs"


def _may() -> dict[str, bool]:
    """What the viewer's roles allow on applications of the firm; the state of things is asked elsewhere."""
    actor = viewer()
    return {
        "edit": queries.may(actor, Action.APPLICATION_EDIT),
        "submit": queries.may(actor, Action.APPLICATION_SUBMIT),
        "discard": queries.may(actor, Action.APPLICATION_DISCARD),
        "withdraw": queries.may(actor, Action.APPLICATION_WITHDRAW),
        "start": queries.may(actor, Action.APPLICATION_START),
        "start_again": queries.may(actor, Action.APPLICATION_START_AGAIN),
        "upload": queries.may(actor, Action.DOCUMENT_UPLOAD),
    }


@blueprint.app_context_processor
def links() -> dict[str, Any]:
    """Addresses of pages of other columns; None where a column is not there."""
    return {"case_href": _href("desks.case", "case_id"), "documents_href": _href("documents.index", "application_id")}


def _href(endpoint: str, name: str) -> Callable[[UUID], str | None]:
    def href(key: UUID) -> str | None:
        values: dict[str, Any] = {name: key}
        return url_for(endpoint, **values) if endpoint in current_app.view_functions else None

    return href


# --- list and start --------------------------------------------------------------------------------------------------


@blueprint.get("/applications")
@needs(Action.APPLICATION_READ)
def index() -> ResponseReturnValue:
    """The applications of the viewer's firm."""
    page = queries.list_of_firm(viewer(), after=request.args.get("after"))
    return render_template("pages/applications/index.html", page=page, may=_may())


def _start_form() -> tuple[Start, list[tuple[UUID, str, Mapping[str, Any]]]]:
    known = queries.programmes()
    form = Start()
    form.programme_id.choices = [(str(key), name) for key, name, _content in known]
    if len(known) == 1 and not form.is_submitted():
        form.programme_id.data = str(known[0][0])
    return form, known


@blueprint.get("/applications/new")
@needs(Action.APPLICATION_START)
def new() -> ResponseReturnValue:
    """Choose a programme and name the product."""
    form, known = _start_form()
    return render_template("pages/applications/new.html", form=form, programmes=known)


@blueprint.post("/applications")
@needs(Action.APPLICATION_START)
def start() -> ResponseReturnValue:
    """Start the application and go to its list of tasks."""
    form, known = _start_form()
    made: list[UUID] = []

    def act() -> None:
        programme = UUID(str(form.programme_id.data))
        made.append(services.start(viewer(), programme, title=str(form.title.data)))

    if form.carried_out(act):
        return redirect(url_for("applications.overview", application_id=made[0]), 303)
    return render_template("pages/applications/new.html", form=form, programmes=known), form.status


@blueprint.get("/applications/<uuid:application_id>")
@needs(Action.APPLICATION_READ)
def overview(application_id: UUID) -> ResponseReturnValue:
    """The list of tasks, the letters that wait for an answer, and what was submitted."""
    found = queries.overview(viewer(), application_id)
    return render_template("pages/applications/overview.html", found=found, head=found.head, may=_may())


# --- sections --------------------------------------------------------------------------------------------------------


def _section_page(opened: queries.OpenSection, form: SectionForm) -> str:
    return render_template(
        f"pages/applications/sections/{'unlocked' if opened.unlocked else opened.section.code}.html",
        opened=opened,
        head=opened.head,
        section=opened.section,
        words=opened.vocabulary,
        form=form,
        number=ORDER.index(opened.section.code) + 1,
    )


@blueprint.get(f"/applications/<uuid:application_id>/sections/{SECTION}")
@needs(Action.APPLICATION_READ)
def section(application_id: UUID, code: str) -> ResponseReturnValue:
    """The form of a section; those who may only read get the page with all answers."""
    opened = queries.section(viewer(), application_id, code)
    if not opened.writable or not queries.may(viewer(), Action.APPLICATION_EDIT):
        return redirect(url_for("applications.check", application_id=application_id, _anchor=f"section-{code}"))
    return _section_page(opened, section_form(opened))


@blueprint.post(f"/applications/<uuid:application_id>/sections/{SECTION}")
@needs(Action.APPLICATION_EDIT)
def save(application_id: UUID, code: str) -> ResponseReturnValue:
    """Save a section as far as it goes. When somebody else was faster, show both texts and let the person choose."""
    opened = queries.section(viewer(), application_id, code)
    form = section_form(opened)
    answers: dict[str, Any] = {}

    def act() -> None:
        if opened.unlocked and form.touches_more_than(opened.unlocked, request.form):
            raise NotNow(_("Only the answers that an authority has asked about can be changed now."))
        answers.update(_settled(form.saved(), opened))
        services.save_section(viewer(), application_id, code, answers=answers, version=form.version.data)

    try:
        saved = form.carried_out(act)
    except NotNow as closed:  # a signatory submitted it meanwhile: what was typed stays on the page, to be copied
        form.form_errors.append(str(closed))
        return _section_page(opened, form), 409
    if saved:
        return _after_saving(opened, replace(opened.section, answers=answers).lacking)
    if form.conflict is None:
        return _section_page(opened, form), form.status
    stands = queries.section(viewer(), application_id, code)
    if all(same(answers.get(field.name), stands.section.answers.get(field.name)) for field in FIELDS[code]):
        return _after_saving(stands, stands.section.lacking)
    return _conflict_page(stands, form, answers), 409


def _settled(typed: dict[str, Any], opened: queries.OpenSection) -> dict[str, Any]:
    """The typed answers, with what stands now where it is not open or the person chose it on the page of a conflict."""
    stands = opened.section.answers
    if opened.unlocked is not None:
        typed = {**stands, **{name: value for name, value in typed.items() if name in opened.unlocked}}
    taken = {name: value for name, value in stands.items() if request.form.get(f"keep-{name}") == THEIRS}
    return {**typed, **taken}


def _after_saving(opened: queries.OpenSection, lacks: Sequence[str]) -> ResponseReturnValue:
    application_id, code = opened.head.id, opened.section.code
    title = _(SECTIONS[code])
    if lacks:
        still = _("“{title}” is saved, not submitted. Still missing there: {missing}.")
        flash(still.format(title=title, missing="; ".join(lacks)))
    else:
        flash(_("“{title}” is saved and complete. It is not submitted yet.").format(title=title), "success")
    following = ORDER.index(code) + 1
    then = request.form.get("then")
    if then == "entity":  # one more block for a legal entity; what was typed so far is saved
        more = str(int(request.form.get("blocks") or "0") + 1) if request.form.get("blocks", "0").isdecimal() else "1"
        here = url_for("applications.section", application_id=application_id, code=code, blocks=more[:2])
        return redirect(f"{here}#entity-{more[:2]}", 303)
    if opened.unlocked is not None:
        return redirect(url_for("desks.requests", case_id=opened.head.case_id), 303)
    if then != "next":
        return redirect(url_for("applications.overview", application_id=application_id), 303)
    if following == len(ORDER):
        return redirect(url_for("applications.check", application_id=application_id), 303)
    return redirect(url_for("applications.section", application_id=application_id, code=ORDER[following]), 303)


def _conflict_page(stands: queries.OpenSection, form: SectionForm, answers: Mapping[str, Any]) -> str:
    """Both texts side by side. What the person did not touch is left to the one who saved first, unless they say so."""
    untouched = form.untouched()
    section = stands.section

    def row(field: Field) -> dict[str, Any]:
        mine, theirs = answers.get(field.name), section.answers.get(field.name)
        return {
            "field": field,
            "mine": plain(field, mine, stands.vocabulary),
            "theirs": plain(field, theirs, stands.vocabulary),
            "differs": not same(mine, theirs),
            "keep": THEIRS if field.name in untouched else MINE,
        }

    sent = [
        (name, value)
        for name, values in request.form.lists()
        if name not in {"csrf_token", "version", "opened", "then"} and not name.startswith("keep-")
        for value in values
    ]
    return render_template(
        "pages/applications/conflict.html",
        head=stands.head,
        section=section,
        rows=[row(field) for field in FIELDS[section.code]],
        sent=sent,
        opened=fingerprints(section.code, section.answers),
    )


# --- check and submit ------------------------------------------------------------------------------------------------


def _check_page(found: queries.Check, form: Submit, *, changed: bool = False) -> str:
    form.content.data = found.content
    return render_template(
        "pages/applications/check.html",
        found=found,
        head=found.head,
        form=form,
        changed=changed,
        may=_may(),
    )


@blueprint.get("/applications/<uuid:application_id>/check")
@needs(Action.APPLICATION_READ)
def check(application_id: UUID) -> ResponseReturnValue:
    """All answers, all that is missing, where it will go, and the button. What was submitted is read as it was."""
    found = queries.check(viewer(), application_id)
    head = found.head
    if not head.editable and head.version_id is not None:
        return redirect(url_for("applications.version", application_id=application_id, version_id=head.version_id))
    return _check_page(found, Submit(formdata=None))


@blueprint.post("/applications/<uuid:application_id>/submit")
@needs(Action.APPLICATION_SUBMIT)
def submit(application_id: UUID) -> ResponseReturnValue:
    """Submit what the page showed. Sent twice, it leads to the same receipt."""
    form = Submit()
    made: list[UUID] = []

    def act() -> None:
        made.append(services.submit(viewer(), application_id, content=str(form.content.data)))

    if form.carried_out(act):
        return redirect(url_for("applications.receipt", application_id=application_id, version_id=made[0]), 303)
    if form.confirm.errors:
        return _check_page(queries.check(viewer(), application_id), form), 422
    # Changed meanwhile, or not complete: the page says all of it from what stands now, to be confirmed anew.
    changed = form.conflict is not None
    found = queries.check(viewer(), application_id)
    return _check_page(found, Submit(formdata=None), changed=changed), 409 if changed else 422


# --- what was submitted ----------------------------------------------------------------------------------------------

VERSION = "/applications/<uuid:application_id>/{}/<uuid:version_id>"


@blueprint.get(VERSION.format("receipt"))
@needs(Action.APPLICATION_READ)
def receipt(application_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """The proof of a submission, and what happens next."""
    found = queries.submitted_version(viewer(), application_id, version_id)
    viewing.opened(Action.APPLICATION_READ, found.case_id, item=f"receipt {version_id}")
    return render_template("pages/applications/receipt.html", found=found)


@blueprint.get(VERSION.format("receipt") + "/file")
@needs(Action.APPLICATION_READ)
def receipt_file(application_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """The receipt as a PDF. The same version always gives the same bytes; no transaction is open while it is made."""
    actor = viewer()
    found = reading(queries.submitted_version)(actor, application_id, version_id)
    viewing.opened(Action.APPLICATION_READ, found.case_id, item=f"receipt {version_id}")
    record = queries.receipt_record(found, demo=current_app.config["DEMO"])
    try:
        content = render_document(
            "receipt.html",
            record,
            identifier=str(found.version_id),
            created=found.submitted_at,
        )
    except RenderFailed:
        current_app.logger.exception("The receipt of %s could not be made", found.reference)
        words = _("The document could not be made just now. Your submission is safe. Try again in a minute.")
        return refusal_page(503, _("The receipt is not ready"), words)
    name = re.sub(r"[^A-Za-z0-9-]", "-", f"{found.reference}-receipt-{found.number}") + ".pdf"
    return send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name=name)


@blueprint.get(VERSION.format("versions"))
@needs(Action.APPLICATION_READ)
def version(application_id: UUID, version_id: UUID) -> ResponseReturnValue:
    """What was submitted, to be read."""
    found = queries.submitted_version(viewer(), application_id, version_id)
    viewing.opened(Action.APPLICATION_READ, found.case_id, item=f"version {version_id}")
    words = queries.vocabulary_of_content(found.content)
    return render_template("pages/applications/version.html", found=found, words=words)


# --- giving up -------------------------------------------------------------------------------------------------------


@blueprint.route("/applications/<uuid:application_id>/withdraw", methods=["GET", "POST"])
@needs(Action.APPLICATION_WITHDRAW)
def withdraw(application_id: UUID) -> ResponseReturnValue:
    """Withdraw a submitted application, after a page that says what that means."""
    found = queries.overview(viewer(), application_id)
    if found.head.state != "submitted":
        raise NotNow(_("Only a submitted application can be withdrawn."))
    form = Withdraw()
    if form.carried_out(lambda: services.withdraw(viewer(), application_id, reason=str(form.reason.data))):
        flash(_("The application is withdrawn. The authorities have been told."), "success")
        return redirect(url_for("applications.overview", application_id=application_id), 303)
    return render_template("pages/applications/withdraw.html", found=found, head=found.head, form=form), form.status


@blueprint.route("/applications/<uuid:application_id>/discard", methods=["GET", "POST"])
@needs(Action.APPLICATION_DISCARD)
def discard(application_id: UUID) -> ResponseReturnValue:
    """Delete a draft, after a page that says what is lost."""
    found = queries.overview(viewer(), application_id)
    if found.head.state != "draft":
        raise NotNow(_("Only a draft can be deleted. A submitted application can be withdrawn."))
    form = Discard()
    if form.carried_out(lambda: services.discard(viewer(), application_id)):
        flash(_("The draft “{title}” is deleted.").format(title=found.head.title), "success")
        return redirect(url_for("applications.index"), 303)
    return render_template("pages/applications/discard.html", found=found, head=found.head, form=form), form.status
