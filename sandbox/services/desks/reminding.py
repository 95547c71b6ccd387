"""Reminders that a head of desk sends: to those of their own desks whose turn it is, once a day and desk."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.turns import Turn, holders
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import DeskReminder
from sandbox.services.clocks import local_day
from sandbox.services.desks.cases import load, matter_of
from sandbox.services.engine import act, authorise
from sandbox.services.unit import get, use_case

STEP, LEVEL = "asked", 0  # beside the reminders that the worker writes by itself


@use_case
def remind(actor: Actor, desk_ids: Iterable[UUID]) -> int:
    """Write to those whose turn it is on each desk. Returns on how many desks somebody was reminded.

    Left out are desks that wait for nobody of the authority, and those of which somebody was reminded today. Raises
    NotFound or NotAllowed for a desk whose people the actor may not remind; then nobody is.
    """
    return sum(_remind(actor, desk_id) for desk_id in sorted(set(desk_ids)))


def _remind(actor: Actor, desk_id: UUID) -> bool:
    desk, case, code = load(desk_id)
    roles = holders(Turn(desk.turn))
    matter = matter_of(desk, case, {audiences.desk(code)}, turn=roles)
    authorise(actor, Action.TURN_REMIND, matter)
    key = (desk.id, STEP, local_day(now(), get(Authority, desk.authority_id)), LEVEL)
    if not roles or case.withdrawn_at is not None or db.session.get(DeskReminder, key) is not None:
        return False
    db.session.add(DeskReminder(desk_id=desk.id, step=STEP, ready_on=key[2], level=LEVEL))
    act(actor, Action.TURN_REMIND, matter, tells=("turn",))
    return True


__all__ = ["remind"]
