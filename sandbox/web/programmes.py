"""Before applying: what a programme is, what each authority says of itself, and whether the programme suits a firm.

Public pages. The fit check is asked by GET and kept nowhere: the address of the answer can be sent to a colleague, and
carried into an application.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.policy import named
from sandbox.queries import intake
from sandbox.queries import programmes as queries
from sandbox.web.access import public, viewer_or_none
from sandbox.web.forms.fit import fit_form
from sandbox.web.intake import STATES

blueprint = Blueprint("programmes", __name__)


@blueprint.get("/programmes")
@public
def index() -> ResponseReturnValue:
    """All programmes; where there is one only, that one."""
    found = queries.programmes()
    if len(found) == 1:
        return redirect(url_for("programmes.programme", code=found[0].code))
    return render_template("pages/programmes/index.html", programmes=found)


def _may_start() -> bool:
    """Strangers are asked to sign in; of people who are signed in, those whose roles start applications."""
    actor = viewer_or_none()
    return actor is None or named(actor, Action.APPLICATION_START)


@blueprint.get("/programmes/<code:code>")
@public
def programme(code: str) -> ResponseReturnValue:
    """What the programme is, who takes part, how long it takes, what a test plan may limit."""
    page = queries.programme(code)
    return render_template(
        "pages/programmes/programme.html",
        page=page,
        windows=intake.windows(page.id),
        states=STATES,
        may_start=_may_start(),
    )


@blueprint.get("/programmes/<code:code>/fit")
@public
def check(code: str) -> ResponseReturnValue:
    """A few questions, and who would have a remit, what may stop the firm, and what is missing."""
    page = queries.programme(code)
    form = fit_form(page, request.args or None)
    if not request.args or request.args.get("change"):
        return render_template("pages/programmes/check.html", page=page, form=form)
    if not form.validate():
        return render_template("pages/programmes/check.html", page=page, form=form), 422
    answers = form.answers()
    sent = [(name, value) for name, value in request.args.items(multi=True) if name not in ("asked", "change")]
    return render_template(
        "pages/programmes/fit.html",
        page=page,
        answers=answers,
        checked=queries.check(page, answers),
        sent=sent,
        may_start=_may_start(),
    )


@blueprint.get("/authorities/<code:code>")
@public
def authority(code: str) -> ResponseReturnValue:
    """The compendium record of an authority."""
    return render_template("pages/programmes/authority.html", found=queries.authority(code))
