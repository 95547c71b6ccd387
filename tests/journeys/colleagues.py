"""Further people at a desk whose case is under way."""

from __future__ import annotations

from sandbox.domain.actors import Actor, Role
from sandbox.services import desks
from tests.factories import Maker
from tests.journeys.staging import SEALED, World


def second_officer(world: World, maker: Maker) -> Actor:
    """A second case officer of the sealed desk, who has declared and is assigned."""
    person = maker.person(maker.authority(SEALED), Role.CASE_OFFICER, name="Second Officer")
    desks.assign(world.staff("intake"), world.desk_id, person_id=person.me)
    desks.declare(person, world.case_id, outcome="none")
    return person
