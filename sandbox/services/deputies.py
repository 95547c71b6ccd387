"""Who deputises for people that are away: letters go to them too, as far as they may know of the case themselves."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.policy import can
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.desks import Leave
from sandbox.services.facts import case_facts


def deputies(chosen: Mapping[UUID, Actor], staff: Mapping[UUID, Actor], case_id: UUID, sender: Actor) -> list[Actor]:
    """The deputies of today of those chosen; `staff` holds everybody of their organisations.

    The day is that of UTC: where the reader's differs for some hours, a letter goes to one person more or less, and
    none is lost.
    """
    today = now().date()
    rows = db.session.scalars(
        select(Leave.deputy_id).where(
            Leave.person_id.in_(sorted(chosen)),
            Leave.starts_on <= today,
            Leave.ends_on >= today,
            Leave.deputy_id.is_not(None),
        ),
    )
    found = [staff[one] for one in sorted(set(staff).intersection(rows) - set(chosen)) if one != sender.person_id]
    return [one for one in found if can(one, Action.CASE_GLANCE, case_facts(one, case_id))]


__all__ = ["deputies"]
