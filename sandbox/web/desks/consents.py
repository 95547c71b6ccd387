"""The firm's consents to sharing: read by the firm and the desks, given and withdrawn by the firm."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotFound
from sandbox.queries.desks.consents import consents as read
from sandbox.services.desks import consents as services
from sandbox.web.access import needs, viewer
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.desks.tabs import tabs
from sandbox.web.forms.sharing import GiveConsent, WithdrawConsent
from sandbox.web.locale import _
from sandbox.web.viewing import opened

CONSENT = (
    "/cases/<uuid:case_id>/consents/<code:authority>/<any(dossier,answers,monitoring,incidents,assessments):category>"
)


@blueprint.get("/cases/<uuid:case_id>/consents")
@needs(Action.CASE_READ)
def consents(case_id: UUID) -> ResponseReturnValue:
    """What the firm agrees that each authority may share."""
    found = read(viewer(), case_id)
    opened(Action.CASE_READ, case_id, item="consents")
    return render_template(
        "pages/desks/sharing/consents.html", found=found, tabs=tabs(found.sight, "told"), Action=Action
    )


def _act(case_id: UUID, authority: str, category: str, *, given: bool) -> ResponseReturnValue:
    found = read(viewer(), case_id)
    if not found.sight.may(Action.CONSENT_GIVE if given else Action.CONSENT_WITHDRAW):
        raise NotFound("There is nothing here.")
    row, cell = found.cell(authority, category)
    form = GiveConsent() if given else WithdrawConsent()

    def act() -> None:
        if given:
            services.give(viewer(), case_id, authority=authority, category=category)
        else:
            services.withdraw(
                viewer(), case_id, authority=authority, category=category, reason=form["reason"].data or ""
            )

    if form.carried_out(act):
        done = _("Recorded. All authorities of the case are told.")
        flash(done, "success")
        return redirect(url_for("desks.consents", case_id=case_id))
    shown = render_template("pages/desks/sharing/consent.html", found=found, row=row, cell=cell, form=form, given=given)
    return shown, form.status


@blueprint.route(f"{CONSENT}/give", methods=["GET", "POST"])
@needs(Action.CONSENT_GIVE)
def give_consent(case_id: UUID, authority: str, category: str) -> ResponseReturnValue:
    """Agree, after a page with the text."""
    return _act(case_id, authority, category, given=True)


@blueprint.route(f"{CONSENT}/withdraw", methods=["GET", "POST"])
@needs(Action.CONSENT_WITHDRAW)
def withdraw_consent(case_id: UUID, authority: str, category: str) -> ResponseReturnValue:
    """No longer agree, after a page that says what follows and what does not."""
    return _act(case_id, authority, category, given=False)
