"""The clocks of a case: why each date, what it would be if something happened, and the notices to the firm."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.clocks import ClockError, Unit
from sandbox.queries import desks as queries
from sandbox.web.access import needs, viewer
from sandbox.web.calendars import instants
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.desks.tabs import tabs
from sandbox.web.forms.clocks import Plan
from sandbox.web.locale import _
from sandbox.web.viewing import opened


@blueprint.get("/cases/<uuid:case_id>/clocks")
@needs(Action.CLOCK_READ)
def clocks(case_id: UUID) -> ResponseReturnValue:
    """The clocks as this viewer may know them. A plan is computed from the address and stored nowhere."""
    page = queries.clocks(viewer(), case_id)
    opened(Action.CLOCK_READ, case_id, item="clocks")
    form = Plan(request.args)
    form.clock.choices = [
        (one.code, _(one.step).capitalize())
        for one in page.clocks
        if one.run.rule.unit is not Unit.HOURS and one.stopped_on is None
    ]
    planned = _planned(form, page) if form.asked(request.args) else None
    shown = render_template(
        "pages/desks/clocks.html",
        page=page,
        tabs=tabs(page.sight, "clocks"),
        form=form,
        planned=planned,
        instants={one.code: instants(one.due.at) for one in page.clocks},
    )
    return shown, form.status


def _planned(form: Plan, page: queries.ClocksPage) -> queries.Planned | None:
    clock = page.clock(form.clock.data or "")
    if clock is None:
        return None
    try:
        return queries.plan(
            clock, asked=form.asked_on.data, answered=form.answered_on.data, decided=form.decided_on.data
        )
    except ClockError as error:
        form.refuse({"clock": str(error)})
        return None
