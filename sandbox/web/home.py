"""The first pages: what the portal is, where one's own work is, and whether it answers."""

from __future__ import annotations

import tempfile
from pathlib import Path

from flask import Blueprint, current_app, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from sandbox.domain.actions import Action
from sandbox.domain.actors import Organisation, Role
from sandbox.domain.policy import named
from sandbox.queries import applications as of_applications
from sandbox.queries import decisions as of_decisions
from sandbox.queries import desks as of_desks
from sandbox.queries import home as queries
from sandbox.queries import trials as of_trials
from sandbox.web.access import public, signed_in, viewer, viewer_or_none
from sandbox.web.locale import _

blueprint = Blueprint("home", __name__)

# Title, what it is for, endpoint, and the action whose roles get the card (None: everybody).
CARDS: tuple[tuple[str, str, str, Action | None], ...] = (
    (_("Applications"), _("What is written, missing and submitted."), "applications.index", Action.APPLICATION_READ),
    (_("Inbox"), _("The cases of your desk: what is new, due, or waits for you."), "desks.index", Action.DESK_READ),
    (_("Trials"), _("Reports, limits and deadlines of live tests."), "trials.index", Action.TRIAL_READ),
    (
        _("Firm"),
        _("Legal entities, numbers, controllers and licences: what applications begin with."),
        "firms.index",
        Action.FIRM_READ,
    ),
    (_("People"), _("Who can sign in for your organisation, and as what."), "people.index", Action.PEOPLE_READ),
    (
        _("Declarations"),
        _("Interests of colleagues, and stand-ins."),
        "desks.declarations",
        Action.DECLARATION_READ,
    ),
    (
        _("My interests"),
        _("Your own list; nobody else reads it."),
        "desks.my_interests",
        Action.INTERESTS_EDIT,
    ),
    (
        _("Routing rules"),
        _("Which authorities an application goes to, and a dry run."),
        "desks.rules",
        Action.ROUTING_READ,
    ),
    (
        _("Map of equivalences"),
        _("How requirements of authorities stand to each other, and what a change touches."),
        "coverage.equivalences",
        Action.EQUIVALENCE_READ,
    ),
    (
        _("Standard paragraphs"),
        _("Texts that reviewers of your authority insert into their reasons."),
        "assessments.paragraphs",
        Action.PARAGRAPH_READ,
    ),
    (_("Teams"), _("The teams of your authority and what they work on."), "teams.index", Action.TEAM_CHANGE),
    (_("Leave"), _("Days away, and who deputises."), "teams.leave", Action.LEAVE_RECORD),
    (_("Password"), _("Change the password that you sign in with."), "people.password", None),
)


@blueprint.get("/")
@public
def start() -> ResponseReturnValue:
    """What the portal is, for strangers; those who are signed in go on to their work."""
    if viewer_or_none() is not None:
        return redirect(url_for("home.dashboard"))
    return render_template("pages/home/start.html")


@blueprint.get("/home")
@signed_in
def dashboard() -> ResponseReturnValue:
    """One's own work, by role."""
    actor = viewer()
    cards = [
        {"title": title, "text": text, "href": url_for(endpoint)}
        for title, text, endpoint, action in CARDS
        if endpoint in current_app.view_functions and (action is None or named(actor, action))
    ]
    firm = of_applications.dashboard(actor) if actor.firm_side else None
    may_start = of_applications.may(actor, Action.APPLICATION_START)
    staff = actor.organisation is Organisation.AUTHORITY and named(actor, Action.DESK_READ)
    office = actor.organisation is Organisation.PROGRAMME_OFFICE and named(actor, Action.CASE_GLANCE)
    return render_template(
        "pages/home/dashboard.html",
        cards=cards,
        firm=firm,
        may_start=may_start,
        work=of_desks.dashboard(actor) if staff else None,
        pipeline=of_desks.pipeline(actor, size=8) if office else None,
        to_sign=of_decisions.to_sign(actor) if actor.has(Role.DECISION_MAKER) else (),
        to_issue=of_decisions.to_issue(actor) if actor.has(Role.ISSUING_ADMINISTRATOR) else (),
        trials_found=of_trials.dashboard(actor),
    )


@blueprint.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    """What was done so that everybody can use the portal, and what is known to be missing."""
    return render_template("pages/home/accessibility.html")


@blueprint.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """200 when database and storage answer, otherwise 503; no versions, no counts."""
    answers = {"database": queries.database_answers(), "storage": _storage_answers()}
    healthy = all(answers.values())
    parts = {name: "ok" if up else "down" for name, up in answers.items()}
    return jsonify(status="ok" if healthy else "unavailable", **parts), 200 if healthy else 503


def _storage_answers() -> bool:
    """A byte can be written to the folder of documents; before the first one, to the folder that it will be made in."""
    folder = Path(current_app.config["BLOBS"])
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b".")
            probe.flush()
    except OSError:
        return False
    return True
