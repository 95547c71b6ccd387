"""The sharing ledger: what we shared, what was shared with us, and each act on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from flask import current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from sandbox.adapters.pdf import RenderFailed, render_document
from sandbox.domain.actions import Action
from sandbox.domain.errors import NotFound, NotNow
from sandbox.domain.sharing import ITEM_KINDS, shared_on
from sandbox.queries.desks import shareable as offers
from sandbox.queries.desks import sharing as queries
from sandbox.queries.desks.extract import extract as extract_record
from sandbox.queries.desks.told import told as told_of
from sandbox.services.desks import shared
from sandbox.services.desks import sharing as services
from sandbox.services.unit import reading
from sandbox.web.access import needs, viewer
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.desks.tabs import tabs
from sandbox.web.errors import page as refusal_page
from sandbox.web.forms import sharing as forms
from sandbox.web.forms.base import Form
from sandbox.web.locale import _
from sandbox.web.viewing import opened

LEDGER = "/cases/<uuid:case_id>/sharing"
SHARE = LEDGER + "/<uuid:share_id>"


@blueprint.get(LEDGER)
@needs(Action.SHARE_READ)
def sharing(case_id: UUID) -> ResponseReturnValue:
    """What the own desk shared, and what was shared with it."""
    found = queries.ledger(viewer(), case_id, request.args.get("after"))
    opened(Action.SHARE_READ, case_id, item="ledger")
    return render_template(
        "pages/desks/sharing/ledger.html", found=found, tabs=tabs(found.sight, "sharing"), Action=Action
    )


def _to_share(case_id: UUID, share_id: UUID, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("desks.share_page", case_id=case_id, share_id=share_id))


def _terms_page(
    case_id: UUID, form: forms.TermsForm, found: offers.Shareable, act: Callable[[], Any], name: str, **more: Any
) -> ResponseReturnValue:
    """The form of the terms, the page that says what follows, and the act itself."""
    page = {"found": found, "form": form, "kinds": ITEM_KINDS, **more}
    if form.validate_on_submit():
        if not form.confirmed:
            return render_template("pages/desks/sharing/confirm.html", **page)
        if form.carried_out(act):
            flash(_("Shared. The other authority reads it once it has acknowledged the terms."), "success")
            return redirect(url_for("desks.sharing", case_id=case_id))
    return render_template(f"pages/desks/sharing/{name}.html", **page), form.status


@blueprint.route(LEDGER + "/new", methods=["GET", "POST"])
@needs(Action.SHARE_RELEASE)
def share(case_id: UUID) -> ResponseReturnValue:
    """Share items of one's own desk, after a page that says what follows."""
    found, form = offers.shareable(viewer(), case_id), forms.Share()
    desk_id = found.sight.desk_id
    if desk_id is None:
        raise NotFound("There is nothing here.")
    form.offer(found)
    picked = [row for row in found.items if f"{row.kind}:{row.id}" in (form.items.data or ())]
    return _terms_page(
        case_id,
        form,
        found,
        lambda: services.release(viewer(), desk_id, to=form.to.data, items=form.chosen, terms=form.terms),
        "release",
        kept=form.terms,
        labels=[f"{ITEM_KINDS[row.kind].words}: {row.label}" for row in picked],
        sealed=found.sealed and any(row.sealed for row in picked),
        back=url_for("desks.sharing", case_id=case_id),
    )


@blueprint.route(SHARE + "/on", methods=["GET", "POST"])
@needs(Action.SHARE_RELEASE)
def share_on(case_id: UUID, share_id: UUID) -> ResponseReturnValue:
    """Share on what was received, where its terms allow that."""
    found, detail = offers.shareable(viewer(), case_id), queries.share(viewer(), case_id, share_id)
    if not detail.received:
        raise NotFound("There is nothing here.")
    if detail.row.onward != "allowed" or detail.row.state != "open":
        raise NotNow(_("The terms do not allow sharing this on."))
    form = forms.ShareOn()
    form.offer(found)
    form.to.choices = [(row.code, row.name) for row in found.receivers if row.code not in detail.row.readers]
    form.items.choices = [(str(row.id), f"{row.words}: {row.label}") for row in detail.items]
    picked = [row for row in detail.items if str(row.id) in (form.items.data or ())]
    return _terms_page(
        case_id,
        form,
        found,
        lambda: services.share_on(viewer(), share_id, to=form.to.data, items=form.chosen, terms=form.terms),
        "share_on",
        labels=[f"{row.words}: {row.label}" for row in picked],
        sealed=found.sealed and any(ITEM_KINDS[row.kind].sealed for row in picked),
        detail=detail,
        kept=shared_on(form.terms, detail.row, detail.row.to_code),
        back=url_for("desks.share_page", case_id=case_id, share_id=share_id),
    )


@blueprint.get(SHARE)
@needs(Action.SHARE_READ)
def share_page(case_id: UUID, share_id: UUID) -> ResponseReturnValue:
    """One share: its terms first, then its items."""
    found = queries.share(viewer(), case_id, share_id)
    opened(Action.SHARE_READ, case_id, item=f"share {share_id}")
    return render_template(
        "pages/desks/sharing/share.html", found=found, form=forms.Acknowledge(), tabs=tabs(found.sight, "sharing"),
        Action=Action,
    )  # fmt: skip


@blueprint.get(SHARE + "/items/<uuid:item_id>")
@needs(Action.SHARE_READ)
def shared_item(case_id: UUID, share_id: UUID, item_id: UUID) -> ResponseReturnValue:
    """One shared item, to be read."""
    found = queries.shared_item(viewer(), case_id, share_id, item_id)
    opened(Action.SHARE_READ, case_id, item=f"shared item {item_id}")
    return render_template("pages/desks/sharing/item.html", found=found, tabs=tabs(found.sight, "sharing"))


@blueprint.post(SHARE + "/acknowledge")
@needs(Action.SHARE_ACKNOWLEDGE)
def acknowledge(case_id: UUID, share_id: UUID) -> ResponseReturnValue:
    """Acknowledge the terms for the own desk."""
    _side(case_id, share_id, ours=False)
    if forms.Acknowledge().validate_on_submit():
        shared.acknowledge(viewer(), share_id)
    return _to_share(case_id, share_id, _("Acknowledged. Your desk can read it now."))


def _side(case_id: UUID, share_id: UUID, *, ours: bool) -> queries.ShareDetail:
    """A share that the own desk made, or else received. Raises NotFound for any other."""
    found = queries.share(viewer(), case_id, share_id)
    if not (found.ours if ours else found.received):
        raise NotFound("There is nothing here.")
    return found


def _act(
    case_id: UUID, share_id: UUID, form: Form, act: Callable[[], Any], name: str, message: str, *, ours: bool
) -> ResponseReturnValue:
    found = _side(case_id, share_id, ours=ours)
    if form.carried_out(act):
        return _to_share(case_id, share_id, message)
    return render_template(f"pages/desks/sharing/{name}.html", found=found, form=form), form.status


@blueprint.route(SHARE + "/recall", methods=["GET", "POST"])
@needs(Action.SHARE_RECALL)
def recall(case_id: UUID, share_id: UUID) -> ResponseReturnValue:
    """End further reading, after a page that says what follows."""
    form = forms.Recall()
    return _act(
        case_id, share_id, form, lambda: shared.recall(viewer(), share_id, reason=form.reason.data), "recall",
        _("Recalled. The other authority can no longer read it; what it has read stays on record."), ours=True,
    )  # fmt: skip


@blueprint.route(SHARE + "/use", methods=["GET", "POST"])
@needs(Action.SHARE_USE)
def use(case_id: UUID, share_id: UUID) -> ResponseReturnValue:
    """Give the provider notice of a use."""
    form, told = forms.Use(), queries.share(viewer(), case_id, share_id).row.providers
    return _act(
        case_id, share_id, form, lambda: shared.notify_use(viewer(), share_id, use=form.use.data), "use",
        _("Told: {names}.").format(names=", ".join(told)), ours=False,
    )  # fmt: skip


@blueprint.post(SHARE + "/tell")
@needs(Action.SHARE_TELL)
def tell(case_id: UUID, share_id: UUID) -> ResponseReturnValue:
    """Tell the firm of a share that it has not been told of."""
    _side(case_id, share_id, ours=True)
    if forms.Acknowledge().validate_on_submit():
        shared.tell_firm(viewer(), share_id)
    return _to_share(case_id, share_id, _("The firm has been told."))


@blueprint.get(LEDGER + "/extract")
@needs(Action.SHARE_READ)
def extract(case_id: UUID) -> ResponseReturnValue:
    """The own desk's ledger as a PDF, unsigned. No transaction is open while it is made."""
    record = reading(extract_record)(viewer(), case_id, demo=current_app.config["DEMO"])
    opened(Action.SHARE_READ, case_id, item="ledger extract")
    try:
        content = render_document(
            "sharing.html", record, identifier=record["number"], created=datetime.fromisoformat(record["as_of"])
        )
    except RenderFailed:
        current_app.logger.exception("The extract of the ledger of %s could not be made", record["number"])
        words = _("The document could not be made just now. Nothing was changed. Try again in a minute.")
        return refusal_page(503, _("The extract is not ready"), words)
    name = re.sub(r"[^A-Za-z0-9-]", "-", f"{record['number']}-sharing") + ".pdf"
    return send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name=name)


@blueprint.get("/cases/<uuid:case_id>/shared-about-us")
@needs(Action.CONSENT_READ)
def told(case_id: UUID) -> ResponseReturnValue:
    """What the firm was told of shares of its case."""
    found = told_of(viewer(), case_id, request.args.get("after"))
    opened(Action.CONSENT_READ, case_id, item="notices of shares")
    return render_template("pages/desks/sharing/told.html", found=found, tabs=tabs(found.sight, "told"))
