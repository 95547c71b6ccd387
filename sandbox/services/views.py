"""Saved views of the inbox: a person's own names for questions. They show nothing; the inbox does, to whom it may."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import BadInput, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.desks import SavedView
from sandbox.services import trail
from sandbox.services.engine import Matter, act
from sandbox.services.unit import add, use_case

MOST = 20


def _note(actor: Actor, **detail: Any) -> None:
    scope = trail.organisation_scope(actor.organisation_id)
    act(actor, Action.VIEW_KEEP, Matter(None, (), scope=scope, detail=detail))


def _opens_with(actor: Actor, view: SavedView | None) -> None:
    others = update(SavedView).where(SavedView.person_id == actor.me, SavedView.opens.is_(True))
    db.session.execute(others.values(opens=False))
    if view is not None:
        view.opens = True


@use_case
def keep(actor: Actor, *, name: str, query: str, opens: bool = False) -> UUID:
    """Keep a question under a name; a name that is there already gets the new question. Returns its id.

    Raises BadInput without a name, NotNow when there are `MOST` views.
    """
    name = name.strip()
    _note(actor, view=name)
    if not name:
        raise BadInput({"name": "Give the view a name."})
    view = db.session.scalar(select(SavedView).where(SavedView.person_id == actor.me, SavedView.name == name))
    if view is None:
        held = db.session.scalar(select(func.count()).where(SavedView.person_id == actor.me))
        if (held or 0) >= MOST:
            raise NotNow(f"You have {MOST} views. Remove one first.")
        view = add(SavedView(person_id=actor.me, name=name, query=query))
    view.query = query
    if opens:
        _opens_with(actor, view)
    return view.id


def _own(actor: Actor, view_id: UUID) -> SavedView:
    view = db.session.get(SavedView, view_id)
    if view is None or view.person_id != actor.me:
        raise NotFound("There is nothing here.")
    return view


@use_case
def remove(actor: Actor, view_id: UUID) -> None:
    """Remove a view of one's own. Raises NotFound for another's."""
    view = _own(actor, view_id)
    _note(actor, view=view.name, removed=True)
    db.session.delete(view)


@use_case
def open_with(actor: Actor, view_id: UUID | None) -> None:
    """The inbox opens with this view of one's own, or (None) with all cases. Raises NotFound for another's."""
    view = _own(actor, view_id) if view_id is not None else None
    _note(actor, opens_with=view.name if view else None)
    _opens_with(actor, view)


__all__ = ["keep", "open_with", "remove"]
