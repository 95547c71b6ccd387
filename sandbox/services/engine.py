"""The only mover: authorise → ask the table → move → record → tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.domain.policy import CaseFacts, can, demand
from sandbox.domain.workflow import Lifecycle, Step
from sandbox.extensions import db
from sandbox.models.base import Base
from sandbox.models.catalogue import Authority
from sandbox.models.messages import OutboxMessage
from sandbox.services import trail
from sandbox.services.facts import case_facts
from sandbox.services.recipients import actors_of, recipients
from sandbox.services.unit import get


@dataclass(frozen=True, slots=True)
class Matter:
    """What an act concerns: its case, its desk's authority, who may see that it happened, and the details.

    `needs` is what the lifecycle's needs read. `facts` replaces the facts of the case (a draft has no case). `turn`:
    the roles whose turn it is, for letters to “turn”; without a case only people with one of them are written to.
    `opens`: letters go only to who may do this; needed where there is no case. `person_id`: for letters to “person”.
    `receipt`: the path of the proof of what was done; whoever did it gets a letter too, which leads there.
    """

    case_id: UUID | None
    audience: Iterable[str]
    authority_id: UUID | None = None
    needs: Any = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    letter: Mapping[str, Any] = field(default_factory=dict)
    froze: Iterable[Base] = ()
    released: Iterable[Base] = ()
    facts: CaseFacts | None = None
    scope: str | None = None
    turn: frozenset[Role] = frozenset()
    opens: Action | None = None
    person_id: UUID | None = None
    receipt: str = ""


def authorise(actor: Actor, action: Action, matter: Matter) -> None:
    """The lock. Raises NotFound or NotAllowed."""
    if matter.facts is not None or matter.case_id is None or actor.has(Role.SYSTEM):  # time has no tie to a case
        demand(actor, action, matter.facts)
    else:
        demand(actor, action, case_facts(actor, matter.case_id, subject_authority=matter.authority_id))


def record(actor: Actor, action: Action, matter: Matter) -> None:
    """Append the act to the trail of its case, or of its scope."""
    scope = matter.scope or (trail.case_scope(matter.case_id) if matter.case_id else trail.PROGRAMME)
    trail.record(
        scope,
        action,
        actor,
        matter.audience,
        case_id=matter.case_id,
        detail=matter.detail,
        froze=matter.froze,
        released=matter.released,
    )


def _readers(actor: Actor, matter: Matter, tells: Iterable[str]) -> list[Actor]:
    """Who is written to. Without a case: people of the firm or the authority concerned."""
    if matter.case_id is not None:
        found = recipients(tells, matter.case_id, matter.authority_id, actor, matter.turn, matter.person_id)
        if matter.opens is None:
            return found
        return [one for one in found if can(one, matter.opens, case_facts(one, matter.case_id))]
    if matter.facts is None or matter.opens is None:
        return []
    concerned = {audiences.FIRM: matter.facts.firm_id, "desk": matter.authority_id}
    chosen = [key for word, key in concerned.items() if word in set(tells) and key is not None]
    found = [one for one in actors_of(*chosen) if one.me != actor.person_id and can(one, matter.opens, matter.facts)]
    return [one for one in found if not matter.turn or not one.roles.isdisjoint(matter.turn)]


def tell(actor: Actor, action: Action, matter: Matter, tells: Iterable[str]) -> None:
    """Put letters into the outbox, one a person; the worker sends them after the commit."""
    content = dict(matter.letter)
    if matter.authority_id is not None:
        content.setdefault("authority", get(Authority, matter.authority_id).name)
    letters = [(person.me, content) for person in _readers(actor, matter, tells)]
    if matter.receipt:
        letters.append((actor.me, {**content, "receipt": matter.receipt}))
    for person_id, said in letters:
        db.session.add(
            OutboxMessage(person_id=person_id, case_id=matter.case_id, action=action.value, content=said),
        )


def act(actor: Actor, action: Action, matter: Matter, *, tells: Iterable[str] = ()) -> None:
    """An act that moves nothing: authorise → record → tell. Call it first; change rows after it."""
    authorise(actor, action, matter)
    record(actor, action, matter)
    tell(actor, action, matter, tells)


def move(lifecycle: Lifecycle, subject: Any, action: Action, needs: Any = None) -> Step:
    """Ask the table and set the state. Nobody else assigns `state`."""
    step = lifecycle.step(action, subject.state, needs)
    subject.state = step.target
    return step


def advance(lifecycle: Lifecycle, subject: Any, action: Action, actor: Actor, matter: Matter) -> Step:
    """Authorise → table → move → record → tell.

    Raises NotFound, NotAllowed, NotNow or Incomplete (with all that is missing); nothing has changed then.
    """
    authorise(actor, action, matter)
    step = move(lifecycle, subject, action, matter.needs)
    record(actor, action, matter)
    tell(actor, action, matter, step.tells)
    return step


__all__ = ["Matter", "act", "advance", "authorise", "move", "record", "tell"]
