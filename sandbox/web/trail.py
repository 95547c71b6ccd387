"""The trail column: the history of a case for those who may read it, and the audit body's page."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.queries import trail as queries
from sandbox.queries.desks import sight
from sandbox.web.access import needs, viewer
from sandbox.web.desks.tabs import tabs
from sandbox.web.viewing import opened

blueprint = Blueprint("trail", __name__)


@blueprint.get("/cases/<uuid:case_id>/trail")
@needs(Action.TRAIL_READ)
def case(case_id: UUID) -> ResponseReturnValue:
    """What happened in a case, as far as the viewer's side may see it; `?views=1` adds who opened what."""
    seen = sight(viewer(), case_id, Action.TRAIL_READ)
    views = request.args.get("views") == "1"
    history = queries.of_case(viewer(), case_id, request.args.get("after"), views=views)
    opened(Action.TRAIL_READ, case_id, item="history")
    return render_template("pages/trail/case.html", history=history, views=views, tabs=tabs(seen, "trail"))


@blueprint.get("/trail")
@needs(Action.TRAIL_AUDIT)
def audit() -> ResponseReturnValue:
    """Whether the record is kept and whole: metadata only."""
    found = queries.audit(viewer(), request.args.get("after"))
    return render_template("pages/trail/audit.html", audit=found)


__all__ = ["blueprint"]
