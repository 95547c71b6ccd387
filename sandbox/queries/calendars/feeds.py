"""Whose calendar feed an address is."""

from __future__ import annotations

import hashlib
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.people import CalendarFeed, Person


def owner(token: str) -> UUID | None:
    """The active person whose feed has this secret token; None when nobody's has."""
    digest = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
    return db.session.scalar(
        select(CalendarFeed.person_id)
        .join(Person, Person.id == CalendarFeed.person_id)
        .where(CalendarFeed.token_hash == digest, Person.active.is_(True)),
    )


def has_feed(viewer: Actor) -> bool:
    """Does the viewer have an address for their calendar program?"""
    return db.session.scalar(select(CalendarFeed.person_id).where(CalendarFeed.person_id == viewer.me)) is not None


__all__ = ["has_feed", "owner"]
