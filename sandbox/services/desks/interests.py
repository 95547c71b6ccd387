"""A person's own register of interests: earlier employers, addresses, holdings. Nobody else reads it.

It is compared with the names of the parties when the person declares interests in a case (5 CFR 2635.402: interests
that somebody knows of).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.conflicts import INTEREST_KINDS, domain_of, skeleton
from sandbox.domain.errors import BadInput, NotFound
from sandbox.domain.policy import demand
from sandbox.extensions import db
from sandbox.models.desks import StandingInterest
from sandbox.services import trail
from sandbox.services.unit import add, get, use_case


def _record(actor: Actor, what: str) -> None:
    # That it changed is on record, what it says is not: it is the person's own.
    trail.record(
        trail.organisation_scope(actor.organisation_id),
        Action.INTERESTS_EDIT,
        actor,
        (),
        detail={"what": what, "person": str(actor.person_id)},
    )


@use_case
def add_interest(actor: Actor, *, kind: str, name: str, since: date | None = None, until: date | None = None) -> UUID:
    """Add a line to one's own register. Raises BadInput."""
    demand(actor, Action.INTERESTS_EDIT)
    problems = {}
    if kind not in INTEREST_KINDS:
        problems["kind"] = "Choose what it is."
    elif kind == "domain" and "." not in domain_of(name):
        problems["name"] = "Enter a domain or an e-mail address, as in example.com."
    elif kind != "domain" and not skeleton(name):
        problems["name"] = "Enter a name."
    if since and until and until < since:
        problems["until"] = "The end must not be before the start."
    if problems:
        raise BadInput(problems)
    kept = domain_of(name) if kind == "domain" else name.strip()
    row = add(StandingInterest(person_id=actor.me, kind=kind, name=kept, since=since, until=until))
    _record(actor, "added")
    return row.id


@use_case
def remove_interest(actor: Actor, interest_id: UUID) -> None:
    """Remove a line of one's own register. Declarations made with it stay as they were. Raises NotFound."""
    demand(actor, Action.INTERESTS_EDIT)
    row = get(StandingInterest, interest_id)
    if row.person_id != actor.person_id:
        raise NotFound("There is nothing here.")
    db.session.delete(row)
    _record(actor, "removed")


__all__ = ["add_interest", "remove_interest"]
