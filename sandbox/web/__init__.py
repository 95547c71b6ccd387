"""The web room: the door, then one blueprint a column. A view is *form → use case → redirect* or *query → render*."""

from __future__ import annotations

from flask import Blueprint, Flask

from sandbox.web import (
    access,
    applications,
    assessments,
    calendars,
    coverage,
    decisions,
    desks,
    documents,
    errors,
    firms,
    home,
    intake,
    joining,
    people,
    programmes,
    rendering,
    security,
    session,
    teams,
    trail,
    trials,
    verify,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    home.blueprint,
    programmes.blueprint,
    people.blueprint,
    joining.blueprint,
    firms.blueprint,
    teams.blueprint,
    applications.blueprint,
    coverage.blueprint,
    desks.blueprint,
    intake.blueprint,
    assessments.blueprint,
    decisions.blueprint,
    trials.blueprint,
    calendars.blueprint,
    verify.blueprint,
    documents.blueprint,
    trail.blueprint,
)


def init_app(app: Flask) -> None:
    """Join the room to the application. Raises RuntimeError when a view does not say who may use it."""
    rendering.init_app(app)  # first, because others put their words into its environment
    security.init_app(app)
    session.init_app(app)
    access.init_app(app)
    errors.init_app(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    access.check(app)
