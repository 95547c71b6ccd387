"""The applications of a firm that go on: one is taken for each product."""

from __future__ import annotations

from uuid import UUID

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.products import product_key
from sandbox.extensions import db
from sandbox.models.applications import Application
from sandbox.models.decisions import live_applications
from sandbox.queries.access import draft_permitted
from sandbox.queries.applications.rows import Head, Live


def live(viewer: Actor, programme_id: UUID) -> tuple[Live, ...]:
    """What the viewer's own firm works on in a programme, the oldest first; nothing for people of no firm."""
    if viewer.organisation_id is None:
        return ()
    statement = live_applications(viewer.organisation_id, programme_id)
    rows = db.session.execute(statement.where(draft_permitted(viewer, Action.APPLICATION_READ)))
    return tuple(Live(row.id, row.title, row.state) for row in rows)


def twin_of(head: Head) -> UUID | None:
    """The application for the same product that was submitted already. The caller has asked who reads."""
    if head.state != "draft":
        return None
    statement = live_applications(head.firm_id, head.programme_id).where(Application.state == "submitted")
    rows = db.session.execute(statement)
    return next((row.id for row in rows if product_key(row.title) == product_key(head.title)), None)


__all__ = ["live", "twin_of"]
