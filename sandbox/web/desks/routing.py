"""Why a case is where it is, and moving it: classification, lead, fallback queue; and the programme's rules."""

from __future__ import annotations

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.entities import FORMS, PRESENCES
from sandbox.domain.errors import NotFound, NotNow
from sandbox.queries import desks as queries
from sandbox.services import desks
from sandbox.services.desks import dry_run
from sandbox.web.access import needs, viewer
from sandbox.web.desks.acting import own
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.desks.tabs import tabs
from sandbox.web.desks.words import PARTS
from sandbox.web.forms.base import Form
from sandbox.web.forms.routing import HandOver, Keep, Reclassify, SendOn, TryRules
from sandbox.web.locale import _
from sandbox.web.viewing import opened


def _after(case_id: UUID, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("desks.routing", case_id=case_id))


def _page(name: str, page: queries.RoutingPage, form: Form | None = None) -> ResponseReturnValue:
    shown = render_template(
        f"pages/desks/{name}.html",
        page=page,
        form=form,
        tabs=tabs(page.sight, "routing"),
        parts=PARTS,
        forms=FORMS,
        presences=PRESENCES,
        Action=Action,
    )
    return shown, form.status if form else 200


def _to_act(case_id: UUID, action: Action) -> queries.RoutingPage:
    """The page for somebody who may act on it now. Raises NotFound, NotNow."""
    page = queries.routing(viewer(), case_id)
    if not page.sight.may(action):
        raise NotFound("There is nothing here.")
    if page.sight.withdrawn_at is not None:
        raise NotNow(_("The firm withdrew this case."))
    return page


@blueprint.get("/cases/<uuid:case_id>/routing")
@needs(Action.CASE_GLANCE)
def routing(case_id: UUID) -> ResponseReturnValue:
    """Why each authority has the case, who led it when, and for whom the firm applies."""
    page = queries.routing(viewer(), case_id)
    opened(Action.CASE_GLANCE, case_id, item="routing")
    return _page("routing", page)


@blueprint.route("/cases/<uuid:case_id>/classification", methods=["GET", "POST"])
@needs(Action.CASE_RECLASSIFY)
def reclassify(case_id: UUID) -> ResponseReturnValue:
    """Classify the case anew; further authorities may join."""
    page = _to_act(case_id, Action.CASE_RECLASSIFY)
    form = Reclassify(data={"activities": list(page.activities), "asset_classes": list(page.asset_classes)})
    words = page.vocabulary
    form.activities.choices = [(code, row["title"]) for code, row in words.words("activities").items()]
    form.asset_classes.choices = [
        (code, f"{words.place(row['jurisdiction']).name}: {row['title']}")
        for code, row in words.words("asset_classes").items()
    ]
    joined: list[str] = []

    def act() -> None:
        joined.extend(
            desks.reclassify(
                viewer(),
                case_id,
                activities=form.activities.data or (),
                asset_classes=form.asset_classes.data or (),
                reason=form.reason.data,
            ),
        )

    if form.carried_out(act):
        told = _("The classification is recorded. The firm and all authorities are told.")
        return _after(case_id, " ".join((told, *(_("{code} joins the case.").format(code=code) for code in joined))))
    return _page("reclassify", page, form)


@blueprint.route("/cases/<uuid:case_id>/lead", methods=["GET", "POST"])
@needs(Action.LEAD_HAND_OVER)
def hand_over(case_id: UUID) -> ResponseReturnValue:
    """Hand the lead to another authority, after a page that says what that means."""
    page = _to_act(case_id, Action.LEAD_HAND_OVER)
    form = HandOver()
    form.authority.choices = [(desk.code, desk.name) for desk in page.next_leads]
    if form.carried_out(
        lambda: desks.hand_over(
            viewer(), case_id, authority=form.authority.data, reason=form.reason.data, memo=form.memo.data
        )
    ):
        return _after(case_id, _("The lead is handed over. The firm and all authorities are told."))
    return _page("hand_over", page, form)


def _in_queue(case_id: UUID, action: Action) -> queries.RoutingPage:
    page = _to_act(case_id, action)
    if page.mine is None or not page.mine.queue:
        raise NotNow(_("Your desk does not have this case from its fallback queue."))
    return page


@blueprint.route("/cases/<uuid:case_id>/desk/keep", methods=["GET", "POST"])
@needs(Action.FALLBACK_KEEP)
def keep(case_id: UUID) -> ResponseReturnValue:
    """Keep a case of the fallback queue."""
    page, form, desk_id = _in_queue(case_id, Action.FALLBACK_KEEP), Keep(), own(case_id)
    if form.carried_out(lambda: desks.keep(viewer(), desk_id, reason=form.reason.data)):
        return _after(case_id, _("Your authority keeps the case."))
    return _page("keep", page, form)


@blueprint.route("/cases/<uuid:case_id>/desk/send-on", methods=["GET", "POST"])
@needs(Action.FALLBACK_SEND_ON)
def send_on(case_id: UUID) -> ResponseReturnValue:
    """Send a case of the fallback queue on to the authority where it belongs."""
    page, form, desk_id = _in_queue(case_id, Action.FALLBACK_SEND_ON), SendOn(), own(case_id)
    form.authority.choices = page.targets
    if form.carried_out(
        lambda: desks.send_on(viewer(), desk_id, authority=form.authority.data, reason=form.reason.data)
    ):
        return _after(case_id, _("The case is sent on. Your authority has left it."))
    return _page("send_on", page, form)


# --- the programme's rules -------------------------------------------------------------------------------------------


def _rules(form: TryRules, result: dry_run.Trial | None = None) -> ResponseReturnValue:
    shown = render_template(
        "pages/desks/rules.html", programmes=queries.rule_sets(), form=form, result=result, presences=PRESENCES
    )
    return shown, form.status


@blueprint.get("/routing")
@needs(Action.ROUTING_READ)
def rules() -> ResponseReturnValue:
    """The versions of the routing rules, and a form to try others on past cases."""
    return _rules(TryRules(formdata=None))


@blueprint.post("/routing/trial")
@needs(Action.ROUTING_TRY)
def try_rules() -> ResponseReturnValue:
    """How many past cases would come to or go from each authority. Nothing changes but the record that it was tried."""
    form = TryRules()
    found: list[dry_run.Trial] = []
    done = form.carried_out(lambda: found.append(dry_run.try_rules(viewer(), form.rules.data)))
    return _rules(form, found[0] if done else None)


__all__ = ["routing", "rules"]
