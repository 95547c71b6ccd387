"""What you sign: the exact document, its text, its hash; signing, refusing to sign, issuing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotNow
from sandbox.queries import decisions as queries
from sandbox.services.decisions import issuing, notices
from sandbox.web.access import needs, viewer
from sandbox.web.decisions.blueprint import blueprint, open_page, own_decision, show, steps
from sandbox.web.desks.tabs import tabs
from sandbox.web.forms import decisions as forms
from sandbox.web.locale import _
from sandbox.web.viewing import opened

Finder = Callable[[Any, UUID], queries.ToSign]
DECISION: tuple[Finder, Any, str, Action] = (
    queries.decision_to_sign,
    issuing,
    "decisions.case",
    Action.DECISION_READ,
)
NOTICE: tuple[Finder, Any, str, Action] = (queries.notice_to_sign, notices, "decisions.notice", Action.NOTICE_READ)
Side = tuple[Finder, Any, str, Action]


def _sign(side: Side, subject_id: UUID) -> ResponseReturnValue:
    find, service, back, read = side
    found = find(viewer(), subject_id)
    opened(read, found.case_id, item=f"to sign {found.number}")
    form = forms.Sign(data={"shown": found.sha256})
    if form.is_submitted() and found.done:
        return _signed(found, back)  # sent twice: the signature is made already
    if form.carried_out(lambda: service.sign(viewer(), subject_id, shown=form.shown.data)):
        return _signed(find(viewer(), subject_id), back)
    if form.conflict is not None:
        found = find(viewer(), subject_id)
        form.shown.shows(found.sha256)
    return _page("sign", found, form), form.status


def _signed(found: queries.ToSign, back: str) -> ResponseReturnValue:
    if found.next is not None:
        text = _("You have signed. Next: {name} for the {authority}.")
        flash(text.format(name=found.next.name, authority=found.next.authority), "success")
    else:
        flash(_("You have signed. Everybody has signed now; the document can be issued."), "success")
    return redirect(url_for(back, case_id=found.case_id))


def _reject(side: Side, subject_id: UUID) -> ResponseReturnValue:
    find, service, back, read = side
    found = find(viewer(), subject_id)
    opened(read, found.case_id, item=f"to sign {found.number}")
    form = forms.Reject()
    if form.carried_out(lambda: service.reject(viewer(), subject_id, reason=form.reason.data)):
        flash(_("Returned unsigned. Signatures made so far are void and stay on record."), "success")
        return redirect(url_for(back, case_id=found.case_id))
    return _page("reject", found, form), form.status


def _page(template: str, found: queries.ToSign, form: Any) -> str:
    one = found.subject_id
    if found.kind == "decision":
        here, reject = _address("sign_decision", decision_id=one), _address("reject_decision", decision_id=one)
        back = _address("case", case_id=found.case_id)
    else:
        here, reject = _address("sign_notice", notice_id=one), _address("reject_notice", notice_id=one)
        back = _address("notice", case_id=found.case_id)
    return render_template(
        f"pages/decisions/{template}.html", found=found, form=form, here=here, reject_href=reject, back=back
    )


def _address(name: str, **values: Any) -> str:
    return url_for(f"decisions.{name}", **values)


@blueprint.route("/decisions/<uuid:decision_id>/sign", methods=["GET", "POST"])
@needs(Action.DECISION_SIGN)
def sign_decision(decision_id: UUID) -> ResponseReturnValue:
    """Sign the own authority's instrument."""
    return _sign(DECISION, decision_id)


@blueprint.route("/decisions/<uuid:decision_id>/reject", methods=["GET", "POST"])
@needs(Action.DECISION_REJECT)
def reject_decision(decision_id: UUID) -> ResponseReturnValue:
    """Return the instrument unsigned."""
    return _reject(DECISION, decision_id)


@blueprint.route("/notices/<uuid:notice_id>/sign", methods=["GET", "POST"])
@needs(Action.NOTICE_SIGN)
def sign_notice(notice_id: UUID) -> ResponseReturnValue:
    """Sign the joint notice, for the own authority as to its own part."""
    return _sign(NOTICE, notice_id)


@blueprint.route("/notices/<uuid:notice_id>/reject", methods=["GET", "POST"])
@needs(Action.NOTICE_REJECT)
def reject_notice(notice_id: UUID) -> ResponseReturnValue:
    """Return the joint notice unsigned."""
    return _reject(NOTICE, notice_id)


# --- issuing ---------------------------------------------------------------------------------------------------------


@blueprint.route("/cases/<uuid:case_id>/decision/issue", methods=["GET", "POST"])
@needs(Action.DECISION_ISSUE)
def issue_decision(case_id: UUID) -> ResponseReturnValue:
    """Check the signed instrument, then issue it to the firm."""
    page = open_page(case_id)
    own = own_decision(page)
    form = forms.Issue()
    if form.carried_out(lambda: issuing.issue(viewer(), own.id)):
        flash(_("Issued. The firm can open the instrument now and has been written to."), "success")
        return redirect(url_for("decisions.case", case_id=case_id))
    if own.edition_id is None or own.state != "signed":
        raise NotNow(_("There is no signed document to issue."))
    checks = queries.check(own.edition_id)
    back = url_for("decisions.case", case_id=case_id)
    return show("issue", page, form=form, checks=checks, number=own.number, back=back), form.status


@blueprint.get("/cases/<uuid:case_id>/notice")
@needs(Action.NOTICE_READ)
def notice(case_id: UUID) -> ResponseReturnValue:
    """The joint outcome, what is missing for the joint notice, and where it stands."""
    return _notice("notice", case_id, form=forms.Press())


def _notice(template: str, case_id: UUID, **more: Any) -> str:
    page = queries.notice_page(viewer(), case_id)
    opened(Action.NOTICE_READ, case_id, item="joint notice")
    return render_template(
        f"pages/decisions/{template}.html",
        page=page,
        seen=page.seen,
        tabs=tabs(page.seen, "decision"),
        steps=steps(case_id, "notice"),
        Action=Action,
        **more,
    )


@blueprint.post("/cases/<uuid:case_id>/notice/prepare")
@needs(Action.NOTICE_PREPARE)
def prepare_notice(case_id: UUID) -> ResponseReturnValue:
    """Make the joint notice and send it to all signatories."""
    queries.notice_page(viewer(), case_id)
    form = forms.Press()
    if form.carried_out(lambda: notices.prepare(viewer(), case_id)):
        flash(_("The joint notice is made and has gone to its signatories."), "success")
        return redirect(url_for("decisions.notice", case_id=case_id))
    return _notice("notice", case_id, form=form), form.status


@blueprint.route("/cases/<uuid:case_id>/notice/issue", methods=["GET", "POST"])
@needs(Action.NOTICE_ISSUE)
def issue_notice(case_id: UUID) -> ResponseReturnValue:
    """Check the signed joint notice, then issue it."""
    page = queries.notice_page(viewer(), case_id)
    live = page.live
    if live is None or live.state != "signed":
        raise NotNow(_("There is no fully signed joint notice to issue."))
    form = forms.Issue()
    if form.carried_out(lambda: notices.issue(viewer(), live.id)):
        flash(_("Issued. The firm and the authorities can open the joint notice now."), "success")
        return redirect(url_for("decisions.notice", case_id=case_id))
    back = url_for("decisions.notice", case_id=case_id)
    checks = queries.check(live.edition_id)
    return _notice("issue", case_id, form=form, checks=checks, number=live.number, back=back), form.status


__all__ = ["sign_decision", "sign_notice"]
