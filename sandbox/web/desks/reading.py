"""Pages of one case that only read: the case, the dossier, the own desk."""

from __future__ import annotations

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.queries import applications as dossiers
from sandbox.queries import desks as queries
from sandbox.web.access import needs, viewer
from sandbox.web.desks.answers import answers
from sandbox.web.desks.blueprint import blueprint
from sandbox.web.desks.conflicts import show_declaration
from sandbox.web.desks.tabs import tabs
from sandbox.web.desks.words import PARTS, RECOMMENDATIONS, next_steps, stages
from sandbox.web.forms.conflicts import Declare
from sandbox.web.forms.desks import Assign, Screen
from sandbox.web.viewing import opened


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
    steps = next_steps(page)
    return render_template(
        "pages/desks/case.html",
        page=page,
        answers=answers(page, steps),
        tabs=tabs(page.sight, "overview"),
        stages_shown=stages(page),
        steps=steps,
        parts=PARTS,
        recommendations=RECOMMENDATIONS,
    )


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
        vocabulary=dossiers.vocabulary_of_version(found.id),
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
