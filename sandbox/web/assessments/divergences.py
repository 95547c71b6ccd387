"""The divergence board, and each divergence with its discussion."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotFound
from sandbox.queries import assessments as queries
from sandbox.queries.desks import Sight
from sandbox.services import divergences
from sandbox.web.access import needs, viewer
from sandbox.web.assessments.blueprint import WORDS, blueprint
from sandbox.web.desks.tabs import tabs
from sandbox.web.errors import refused
from sandbox.web.forms import joint as forms
from sandbox.web.locale import _
from sandbox.web.viewing import opened

STANDS = {
    "stricter": _("the stricter applies to both"),
    "both": _("both apply, each in its own jurisdiction"),
    "adopt": _("one desk’s view is adopted"),
    "new_text": _("new joint text"),
    "agree_to_differ": _("the authorities agree to differ"),
}
FILTERS = {"all": _("All"), "open": _("Open"), "mine": _("Mine"), "overdue": _("Overdue")}


def today() -> date:
    """The day where the viewer is."""
    return datetime.now(ZoneInfo(viewer().time_zone)).date()


PAGES = (
    ("board", _("Board"), "assessments.divergences"),
    ("contradictions", _("Contradictions"), "assessments.contradictions"),
    ("joint", _("Joint position"), "assessments.joint_position"),
    ("meetings", _("Joint meetings"), "assessments.meetings"),
)


def _pages(seen: Sight) -> tuple[tuple[str, str, str], ...]:
    return tuple(one for one in PAGES if seen.joint_meeting or one[0] != "meetings")


def steps(seen: Sight, active: str) -> list[dict[str, Any]]:
    """The pages of what the deciding desks do together, as a second row of tabs."""
    return [
        {"text": text, "href": url_for(endpoint, case_id=seen.case_id), "active": name == active}
        for name, text, endpoint in _pages(seen)
    ]


def page(template: str, seen: Sight, active: str, **more: Any) -> str:
    """A page of the deciding desks, and a line that it was opened."""
    opened(Action.DIVERGENCE_READ, seen.case_id, item=active)
    return render_template(
        f"pages/assessments/{template}.html",
        seen=seen,
        tabs=tabs(seen, "divergences"),
        steps=steps(seen, active),
        words=WORDS,
        stands=STANDS,
        Action=Action,
        **more,
    )


@blueprint.errorhandler(queries.NotOpen)
def not_open(refusal: queries.NotOpen) -> ResponseReturnValue:
    """Until the positions open to a desk its joint pages all say the same, and nothing is found on them."""
    here = {endpoint: name for name, _text, endpoint in _pages(refusal.seen)}.get(request.endpoint or "")
    if request.method != "GET" or here is None:
        return refused(refusal)
    return page("not_open", refusal.seen, here)


def people_options(people: Iterable[Any]) -> list[tuple[str, str]]:
    """People of the deciding desks as options."""
    return [(str(one.id), f"{one.name} ({one.code})") for one in people]


def _disposition_form(desks: dict[str, str], row: queries.Difference, *, sent: bool) -> forms.Disposition:
    prefix = row.id.hex[:8]
    more: dict[str, Any] = {} if sent else {"formdata": None}
    mine = row.mine
    start = {}
    if mine is not None:
        start = {"choice": mine.choice, "adopt" if mine.choice == "adopt" else "text": mine.text}
    form = forms.Disposition(prefix=prefix, data=start, **more)
    form.adopt.choices = [("", _("Choose")), *desks.items()]
    return form


def _board(board: queries.Board, used: tuple[UUID, forms.Disposition] | None = None) -> ResponseReturnValue:
    prepared = {row.id: _disposition_form(board.desks, row, sent=False) for row in board.rows if not row.settled}
    if used is not None:
        prepared[used[0]] = used[1]
    shown = page(
        "divergences",
        board.sight,
        "board",
        board=board,
        forms=prepared,
        refused=used[1] if used else None,
        filters=FILTERS,
    )
    return shown, used[1].status if used else 200


@blueprint.get("/cases/<uuid:case_id>/divergences", endpoint="divergences")
@needs(Action.DIVERGENCE_READ)
def board(case_id: UUID) -> ResponseReturnValue:
    """Each difference with the desks' words, and what each desk chose."""
    return _board(queries.board(viewer(), case_id, today(), request.args.get("show", "all")))


@blueprint.post("/cases/<uuid:case_id>/divergences/<uuid:divergence_id>")
@needs(Action.DIVERGENCE_SETTLE)
def settle(case_id: UUID, divergence_id: UUID) -> ResponseReturnValue:
    """Record the choice of one's own desk."""
    board = queries.board(viewer(), case_id, today())
    row = next((one for one in board.rows if one.id == divergence_id), None)
    if row is None:
        raise NotFound("There is nothing here.")
    form = _disposition_form(board.desks, row, sent=True)
    settled: list[bool] = []
    if form.carried_out(
        lambda: settled.append(
            divergences.settle(viewer(), divergence_id, choice=form.choice.data, text=form.words()),
        ),
    ):
        flash(
            _("Settled.") if settled[0] else _("Recorded. It is settled when every authority has chosen the same."),
            "success",
        )
        return redirect(url_for("assessments.divergences", case_id=case_id, _anchor=f"d-{divergence_id}"))
    return _board(board, (divergence_id, form))


# --- one divergence --------------------------------------------------------------------------------------------------


def _found(case_id: UUID, divergence_id: UUID) -> queries.Discussion:
    return queries.discussion(viewer(), case_id, divergence_id, request.args.get("after"))


def _plan_form(found: queries.Discussion) -> forms.Plan:
    row = found.row
    form = forms.Plan(
        prefix="plan",
        data={
            "owner": str(row.owner_id) if row.owner_id else "",
            "due": row.due_on,
            "version": row.version,
        },
    )
    options = people_options(found.people)
    if row.owner_id and str(row.owner_id) not in dict(options):
        options.append((str(row.owner_id), row.owner or ""))  # who has left meanwhile: shown until replaced
    form.owner.choices = [("", _("Nobody yet")), *options]
    return form


def _one(found: queries.Discussion, plan: forms.Plan | None, say: forms.Say | None) -> ResponseReturnValue:
    refused = plan or say
    shown = page(
        "divergence",
        found.sight,
        "board",
        found=found,
        plan=plan or _plan_form(found),
        say=say or forms.Say(prefix="say"),
        refused=refused,
        today=today(),
    )
    return shown, refused.status if refused is not None else 200


@blueprint.get("/cases/<uuid:case_id>/divergences/<uuid:divergence_id>")
@needs(Action.DIVERGENCE_READ)
def divergence(case_id: UUID, divergence_id: UUID) -> ResponseReturnValue:
    """One divergence: the views, everything that was chosen, the discussion."""
    return _one(_found(case_id, divergence_id), None, None)


@blueprint.post("/cases/<uuid:case_id>/divergences/<uuid:divergence_id>/plan")
@needs(Action.DIVERGENCE_PLAN)
def plan(case_id: UUID, divergence_id: UUID) -> ResponseReturnValue:
    """Say who takes it forward, and by when."""
    found = _found(case_id, divergence_id)
    form = _plan_form(found)
    if form.carried_out(
        lambda: divergences.plan(
            viewer(),
            divergence_id,
            owner_id=forms.person_of(form.owner.data),
            due_on=form.due.data,
            version=form.version.data,
        ),
    ):
        flash(_("Saved."), "success")
        return redirect(url_for("assessments.divergence", case_id=case_id, divergence_id=divergence_id))
    if form.conflict is not None:
        found = _found(case_id, divergence_id)
        form.version.shows(found.row.version)
    return _one(found, form, None)


@blueprint.post("/cases/<uuid:case_id>/divergences/<uuid:divergence_id>/posts")
@needs(Action.DIVERGENCE_DISCUSS)
def say(case_id: UUID, divergence_id: UUID) -> ResponseReturnValue:
    """Write to the deciding desks. A post stays as it was written."""
    found, form = _found(case_id, divergence_id), forms.Say(prefix="say")
    if form.carried_out(lambda: divergences.discuss(viewer(), divergence_id, text=form.text.data)):
        flash(_("Sent to the deciding desks."), "success")
        url = url_for("assessments.divergence", case_id=case_id, divergence_id=divergence_id, _anchor="discussion")
        return redirect(url)
    return _one(found, None, form)


__all__ = ["page", "people_options", "steps", "today"]
