"""What the deciding desks of a case share after the opening: who they are, and how one of them acts on it.

Rule: the audience is {deciding desks that have opened}, never the firm, the office, observers, or a desk that joined
late and has not filed; to those, nothing of it exists.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import select, true

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotFound, NotNow
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.policy import can
from sandbox.extensions import db
from sandbox.models.base import Base
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk
from sandbox.services import engine, trail
from sandbox.services.engine import Matter
from sandbox.services.facts import case_facts
from sandbox.services.people import actor_of
from sandbox.services.unit import get

# The kinds of item that a desk which files late gets to read with the positions.
KINDS = ("divergence", "joint_post", "contradiction", "joint_position", "joint_meeting", "lead_memo", "answer")


@dataclass(frozen=True, slots=True)
class Joint:
    """A case whose deciding desks act together: its desks by code, and the matter of this act."""

    case: Case
    desks: dict[str, UUID]
    matter: Matter

    def about(self, **more: Any) -> Matter:
        """The matter with details, needs, frozen rows."""
        return replace(self.matter, **more)

    def show(self, item: Base, kind: str) -> None:
        """Let the deciding desks read an item."""
        trail.show_to(item, kind, audiences.desks(self.desks), case_id=self.case.id)

    def record(self, actor: Actor, action: Action, **more: Any) -> None:
        """Record an act that `enter` has authorised."""
        engine.record(actor, action, self.about(**more))


def opened_desks(case: Case) -> dict[str, UUID]:
    """The deciding desks that have opened and take part (of a withdrawn case: took part): code → authority, by code."""
    rows = db.session.execute(
        select(Authority.code, Authority.id)
        .join(Desk, Desk.authority_id == Authority.id)
        .where(
            Desk.case_id == case.id,
            Desk.part == "decides",
            Desk.state.not_in(ENDED_DESK if case.withdrawn_at is None else ()),
            Desk.opened_at.is_not(None),
        )
        .order_by(Authority.code),
    )
    return {code: key for code, key in rows}


def sealed_from(case: Case) -> set[str]:
    """The desks that may not read yet what another desk has issued: all of them before the opening; after it, a
    deciding desk that has joined and not filed."""
    late = Desk.part == "decides" if case.opened_at is not None else true()
    return set(
        db.session.scalars(
            select(Authority.code)
            .join(Desk, Desk.authority_id == Authority.id)
            .where(Desk.case_id == case.id, Desk.opened_at.is_(None), late),
        ),
    )


def enter(actor: Actor, action: Action, case_id: UUID) -> Joint:
    """Lock the case and let somebody of a deciding desk act on what the desks share.

    Raises NotFound for everybody to whom it does not exist, NotAllowed for the wrong role, NotNow once withdrawn.
    """
    case = get(Case, case_id, lock=True)
    desks = opened_desks(case)
    matter = Matter(
        case_id=case_id,
        audience=audiences.desks(desks),
        authority_id=actor.organisation_id,
        letter={"reference": case.reference},
    )
    engine.authorise(actor, action, matter)
    if actor.code not in desks:
        raise NotFound("There is nothing here.")
    if case.withdrawn_at is not None:
        raise NotNow("The firm withdrew this case.")
    return Joint(case, desks, matter)


def of_the_desks(joint: Joint, person_id: UUID, action: Action) -> Actor | None:
    """The person as an actor when they are of a deciding desk and may do this to the case; otherwise None."""
    try:
        person = actor_of(person_id)
    except NotFound:
        return None
    allowed = person.code in joint.desks and can(person, action, case_facts(person, joint.case.id))
    return person if allowed else None


__all__ = ["KINDS", "Joint", "enter", "of_the_desks", "opened_desks", "sealed_from"]
