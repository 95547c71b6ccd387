"""The personal address under which a calendar program reads somebody's dates: made, renewed, ended."""

from __future__ import annotations

import hashlib
import secrets

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.people import CalendarFeed
from sandbox.services import trail
from sandbox.services.engine import Matter, act
from sandbox.services.unit import use_case


def _concerns(actor: Actor, what: str) -> Matter:
    """Nobody but the audit body reads that somebody has a feed."""
    scope = trail.organisation_scope(actor.organisation_id)
    return Matter(case_id=None, audience=(), detail={"feed": what}, scope=scope)


@use_case
def renew_feed(actor: Actor) -> str:
    """Give the actor a new secret address; the one before stops at once. Returns the token, which is kept nowhere."""
    act(actor, Action.CALENDAR_FEED, _concerns(actor, "renewed"))
    token = secrets.token_hex(32)
    row = db.session.get(CalendarFeed, actor.me) or CalendarFeed(person_id=actor.me)
    row.token_hash, row.created_at = hashlib.sha256(token.encode()).hexdigest(), now()
    db.session.add(row)
    return token


@use_case
def end_feed(actor: Actor) -> None:
    """The address stops at once."""
    act(actor, Action.CALENDAR_FEED, _concerns(actor, "ended"))
    row = db.session.get(CalendarFeed, actor.me)
    if row is not None:
        db.session.delete(row)


__all__ = ["end_feed", "renew_feed"]
