"""Pages that only read: inbox, pipeline, the case, the dossier, the own desk."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.errors import NotFound
from sandbox.queries import applications as dossiers
from sandbox.queries import desks as queries
from sandbox.web.access import needs, viewer
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.desks.tabs import tabs
from sandbox.web.desks.words import PARTS, RECOMMENDATIONS, next_steps, stages
from sandbox.web.forms.desks import Assign, Declare, Screen
from sandbox.web.viewing import opened


def _asked() -> str:
    return (request.args.get("find") or "").strip()[:100]


@blueprint.get("/inbox")
@needs(Action.DESK_READ)
def index() -> ResponseReturnValue:
    """The desks of one's own authority."""
    show = request.args.get("show", "all")
    show = show if show in queries.FILTERS else "all"
    page = queries.inbox(viewer(), after=request.args.get("after"), show=show, find=_asked())
    return render_template("pages/desks/index.html", page=page, show=show, find=_asked(), filters=queries.FILTERS)


@blueprint.get("/pipeline")
@needs(Action.CASE_GLANCE)
def pipeline() -> ResponseReturnValue:
    """All cases of the programme for its office: states and dates."""
    page = queries.pipeline(viewer(), after=request.args.get("after"), find=_asked())
    return render_template("pages/desks/pipeline.html", page=page, find=_asked())


def show_declaration(case_id: UUID, form: Declare) -> ResponseReturnValue:
    """What is needed to declare, with the form for those who can."""
    page = queries.case(viewer(), case_id)
    may = page.sight.may(Action.DESK_DECLARE)
    return render_template("pages/desks/declare.html", page=page, form=form, may_declare=may), form.status


@blueprint.get("/cases/<uuid:case_id>")
@needs(Action.CASE_GLANCE)
def case(case_id: UUID) -> ResponseReturnValue:
    """A case: firm, desks and programme office each see their cut of the same page.

    Staff who have not declared see what is needed to declare, and nothing else.
    """
    page = queries.case(viewer(), case_id)
    if page.sight.must_declare:
        return show_declaration(case_id, Declare())
    opened(Action.CASE_READ if page.sight.reads else Action.CASE_GLANCE, case_id, item="case")
    return render_template(
        "pages/desks/case.html",
        page=page,
        tabs=tabs(page.sight, "overview"),
        stages_shown=stages(page),
        steps=next_steps(page),
        parts=PARTS,
        recommendations=RECOMMENDATIONS,
    )


@blueprint.get("/cases/<uuid:case_id>/declaration")
@needs(Action.CASE_GLANCE)
def declaration(case_id: UUID) -> ResponseReturnValue:
    """Declare interests again, when something has changed."""
    if not queries.sight(viewer(), case_id).may(Action.DESK_DECLARE):
        raise NotFound("There is nothing here.")
    return show_declaration(case_id, Declare())


@blueprint.get("/cases/<uuid:case_id>/dossier")
@needs(Action.CASE_READ)
def dossier(case_id: UUID) -> ResponseReturnValue:
    """What the firm submitted, in the last version or the one asked for."""
    asked = request.args.get("version", "")
    found = queries.dossier(viewer(), case_id, int(asked) if asked.isdecimal() and len(asked) < 6 else None)
    opened(Action.CASE_READ, case_id, item=f"dossier version {found.number}")
    return render_template(
        "pages/desks/dossier.html",
        found=found,
        tabs=tabs(found.sight, "dossier"),
        vocabulary=dossiers.vocabulary_of(found.sight.programme_id),
    )


@blueprint.get("/cases/<uuid:case_id>/desk")
@needs(Action.DESK_READ)
def desk(case_id: UUID) -> ResponseReturnValue:
    """The own desk: screening, people, clock, stepping out."""
    found = queries.own_desk(viewer(), case_id)
    opened(Action.DESK_READ, case_id, item="desk")
    return render_template(
        "pages/desks/desk.html",
        desk=found,
        tabs=tabs(found.sight, "desk"),
        screen=Screen(),
        assign=Assign(),
        Action=Action,
    )


__all__ = ["show_declaration"]
