"""What each authority requires and how an application covers it; the equivalence map, and what a change of it touches.

The map is reference data and public. The coverage of an application is read by the firm, and by each desk for its own
authority only.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.catalogue import Relation
from sandbox.domain.coverage import State
from sandbox.domain.policy import named
from sandbox.queries import coverage as queries
from sandbox.web.access import needs, public, viewer, viewer_or_none
from sandbox.web.desks.tabs import tabs
from sandbox.web.locale import _
from sandbox.web.viewing import opened

blueprint = Blueprint("coverage", __name__)

STATES: dict[State, tuple[str, str]] = {
    State.EVIDENCED: (_("Covered"), "good"),
    State.PARTLY: (_("Covered in part"), "warning"),
    State.MISSING: (_("Not covered"), "bad"),
    State.FALLS_AWAY: (_("Falls away"), "sealed"),
    State.NOT_APPLICABLE: (_("Does not apply"), "neutral"),
}
RELATIONS: dict[str, tuple[str, str]] = {
    Relation.EQUIVALENT.value: (_("Equivalent"), "good"),
    Relation.PARTIAL.value: (_("Equivalent in part"), "warning"),
    Relation.NONE.value: (_("Not equivalent"), "neutral"),
    Relation.DEFERRED_TO.value: (_("Deferred to"), "info"),
}


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """The words of states and relations, for the parts that other pages use too."""
    return {"coverage_states": STATES, "relations": RELATIONS, "State": State}


@blueprint.get("/applications/<uuid:application_id>/coverage")
@needs(Action.APPLICATION_READ)
def application(application_id: UUID) -> ResponseReturnValue:
    """For the firm: every requirement of each authority concerned, the gaps, and what falls away."""
    return render_template("pages/coverage/application.html", page=queries.application(viewer(), application_id))


@blueprint.get("/cases/<uuid:case_id>/coverage")
@needs(Action.CASE_READ)
def desk(case_id: UUID) -> ResponseReturnValue:
    """For a desk: what of the own authority's requirements the submitted version covers."""
    asked = request.args.get("version", "")
    page = queries.desk(viewer(), case_id, int(asked) if asked.isdecimal() and len(asked) < 6 else None)
    opened(Action.CASE_READ, case_id, item=f"coverage of version {page.dossier.number}")
    return render_template("pages/coverage/desk.html", page=page, tabs=tabs(page.dossier.sight, "dossier"))


def _pick() -> tuple[queries.Pick, str | None]:
    """What the reader asks for, and what is wrong with the day that was typed."""
    typed, error, on = request.args.get("on", "").strip(), None, None
    if typed:
        try:
            on = date.fromisoformat(typed)
        except ValueError:
            error = _("Enter the day as year, month and day, for example 2026-11-21.")
    relation = request.args.get("relation", "")
    pick = queries.Pick(
        authority=request.args.get("from", ""),
        to=request.args.get("to", ""),
        relation=relation if relation in RELATIONS else "",
        on=on,
        history=request.args.get("history") == "yes",
    )
    return pick, error


@blueprint.get("/equivalences")
@public
def equivalences() -> ResponseReturnValue:
    """The map: which requirement of one authority stands how to which of another, on a day, or all there ever was."""
    pick, error = _pick()
    actor = viewer_or_none()
    page = render_template(
        "pages/coverage/equivalences.html",
        page=queries.equivalences(pick),
        error=error,
        typed=request.args.get("on", ""),
        may_trace=actor is not None and named(actor, Action.EQUIVALENCE_READ),
    )
    return page, 422 if error else 200


@blueprint.get("/equivalences/<uuid:row_id>/touches")
@needs(Action.EQUIVALENCE_READ)
def touches(row_id: UUID) -> ResponseReturnValue:
    """Which questions and which open cases a change of one row of the map would touch."""
    found = queries.touched(viewer(), queries.row_named(row_id))
    return render_template("pages/coverage/touches.html", found=found)


__all__ = ["blueprint"]
