"""The window: the grants table said in SQL. Which rows may this person see?

`permitted` says for cases exactly what `policy.can` says with `services.facts.case_facts`; a test keeps them equal for
every role, tie and action. Items of a case are seen only through their audience (`visible`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, cast
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, Uuid, and_, bindparam, exists, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation, Role
from sandbox.domain.conflicts import EFFECTIVE, RECUSED
from sandbox.domain.errors import NotAllowed, NotFound
from sandbox.domain.policy import DESK_TIES, GRANTS, OBSERVES, Bar, Grant, Tie
from sandbox.extensions import db
from sandbox.models.applications import Application
from sandbox.models.desks import Case, ConflictDeclaration, Desk, DeskAssignment, StandIn
from sandbox.models.duties import any_of, taken
from sandbox.models.trail import Audience

Condition = ColumnElement[bool]
EFFECTIVE_SORTED = tuple(sorted(EFFECTIVE))  # the same SQL every time


def _desk_of(actor: Actor, *more: Condition) -> Condition:
    """The actor's authority has a desk on the case (and more is true of that desk)."""
    return exists().where(Desk.case_id == Case.id, Desk.authority_id == actor.organisation_id, *more).correlate(Case)


def _declaration(actor: Actor, *more: Condition) -> Condition:
    """The actor's live declaration of interests for the case exists (and more is true of it)."""
    return (
        exists()
        .where(
            ConflictDeclaration.case_id == Case.id,
            ConflictDeclaration.person_id == actor.person_id,
            ConflictDeclaration.superseded_at.is_(None),
            *more,
        )
        .correlate(Case)
    )


def _assigned(actor: Actor) -> Condition:
    mine = exists().where(DeskAssignment.desk_id == Desk.id, DeskAssignment.person_id == actor.person_id)
    return _desk_of(actor, mine.correlate(Desk), Desk.part != OBSERVES)


def _only(kind: Organisation) -> Callable[[Actor], Condition]:
    return lambda actor: true() if actor.organisation is kind else false()


def _at_firm(actor: Actor) -> Condition:
    return Case.firm_id.in_(sorted(actor.firms)) if actor.firms else false()


def _at_desk(actor: Actor) -> Condition:
    if actor.organisation is not Organisation.AUTHORITY:
        return false()
    return and_(_desk_of(actor), ~_declaration(actor, ConflictDeclaration.outcome == RECUSED))


def _has_declared(actor: Actor) -> Condition:
    if actor.organisation is not Organisation.AUTHORITY:
        return false()
    # One look at the declaration says both: there is one, and it opens the case.
    return and_(
        _desk_of(actor, Desk.part != OBSERVES), _declaration(actor, ConflictDeclaration.outcome.in_(EFFECTIVE_SORTED))
    )


def _is_assigned(actor: Actor) -> Condition:
    if actor.organisation is not Organisation.AUTHORITY:
        return false()
    return and_(_assigned(actor), _declaration(actor, ConflictDeclaration.outcome.in_(EFFECTIVE_SORTED)))


def _observes(actor: Actor) -> Condition:
    if actor.organisation is not Organisation.AUTHORITY:
        return false()
    return and_(
        _desk_of(actor, Desk.part == OBSERVES), _declaration(actor, ConflictDeclaration.outcome.in_(EFFECTIVE_SORTED))
    )


def _leads(actor: Actor) -> Condition:
    return and_(_is_assigned(actor), Case.lead_authority_id == actor.organisation_id)


TIES: dict[Tie, Callable[[Actor], Condition]] = {
    Tie.NONE: lambda _actor: true(),
    Tie.FIRM: _at_firm,
    Tie.DESK: _at_desk,
    Tie.DECLARED: _has_declared,
    Tie.ASSIGNED: _is_assigned,
    Tie.LEAD: _leads,
    Tie.OBSERVER: _observes,
    Tie.PROGRAMME: _only(Organisation.PROGRAMME_OFFICE),
    Tie.AUDIT: _only(Organisation.AUDIT_BODY),
}


def _barred(actor: Actor, bars: Iterable[Bar]) -> Condition:
    """One of the bars stands for the actor on the own desk of the case."""
    return _desk_of(actor, any_of(bars, taken(Desk.id, Desk.case_id, actor.person_id)))


def _grants(actor: Actor, action: Action) -> Iterable[Grant]:
    return (row for row in GRANTS.get(action, ()) if not actor.roles.isdisjoint(row.roles))


def _stands_in(actor: Actor, row: Grant) -> Condition | None:
    """The actor holds a role of the grant for the case only. None: the actor stands in nowhere as any of them."""
    roles = sorted((actor.stands_in & row.roles) - actor.roles)
    if not roles or row.tie not in DESK_TIES:
        return None
    held = exists().where(
        StandIn.case_id == Case.id,
        StandIn.person_id == actor.person_id,
        StandIn.role.in_(roles),
        StandIn.ended_at.is_(None),
    )
    return held.correlate(Case)


ME: BindParameter[UUID] = bindparam("me", type_=Uuid())
MINE: BindParameter[UUID] = bindparam("organisation", type_=Uuid())


def standing(actor: Actor) -> Actor:
    """Somebody with these roles, whoever it is: for statements that are built once and run with `who(viewer)`."""
    return Actor(cast(UUID, ME), cast(UUID, MINE), actor.organisation, actor.roles, stands_in=actor.stands_in)


def who(viewer: Actor) -> dict[str, Any]:
    """The values that tie such a statement to the viewer."""
    return {"me": viewer.person_id, "organisation": viewer.organisation_id}


def permitted(actor: Actor, action: Action, *, subject_authority: UUID | None = None) -> Condition:
    """A condition on `Case`: the actor may do this to it. `subject_authority`: the desk that the act concerns."""
    foreign = subject_authority is not None and subject_authority != actor.organisation_id
    found = []
    for row in GRANTS.get(action, ()):
        if foreign and row.tie in DESK_TIES:
            continue
        own = not actor.roles.isdisjoint(row.roles)
        standing_in = None if own else _stands_in(actor, row)
        if not own and standing_in is None:
            continue
        condition = TIES[row.tie](actor)
        if standing_in is not None:
            condition = and_(condition, standing_in)
        if row.unless:
            condition = and_(condition, ~_barred(actor, row.unless))
        found.append(condition)
    return or_(false(), *found)


def draft_permitted(actor: Actor, action: Action) -> Condition:
    """A condition on `Application`, with or without a case: what the firm itself may do."""
    ties = {row.tie for row in _grants(actor, action)}
    at_firm = bool(actor.firms) and Tie.FIRM in ties
    found = [true()] if Tie.NONE in ties else [Application.firm_id.in_(sorted(actor.firms))] if at_firm else []
    return or_(false(), *found)


def opens(actor: Actor, action: Action, case_id: UUID) -> bool:
    """True when the case exists and the actor may do this to it."""
    return bool(db.session.scalar(select(exists().where(Case.id == case_id, permitted(actor, action)))))


def demand_case(actor: Actor, action: Action, case_id: UUID) -> None:
    """The lock of reading. Raises NotFound when the actor may not know of the case, NotAllowed when only this is."""
    row = db.session.execute(
        select(
            permitted(actor, action).label("may"),
            permitted(actor, Action.CASE_GLANCE).label("knows"),
        ).where(Case.id == case_id),
    ).one_or_none()
    if row is None or not (row.may or row.knows):
        raise NotFound("There is nothing here.")
    if not row.may:
        raise NotAllowed("Your role does not allow this on this case.")


def own_parties(actor: Actor) -> frozenset[str]:
    """The parties that the actor belongs to in every case that a grant opens to them."""
    if actor.firm_side:
        return frozenset({audiences.FIRM, audiences.PUBLIC})
    if actor.organisation is Organisation.AUTHORITY:
        return frozenset({audiences.desk(actor.code), audiences.PUBLIC})
    if actor.organisation is Organisation.PROGRAMME_OFFICE and actor.has(Role.SECRETARIAT):
        return frozenset({audiences.OFFICE, audiences.PUBLIC})
    return frozenset({audiences.PUBLIC})


OBSERVER_PARTIES = frozenset({audiences.OBSERVERS, audiences.PUBLIC})  # of a case that one's authority observes


def parties(actor: Actor, case_id: UUID, action: Action = Action.CASE_READ) -> frozenset[str]:
    """The parties that the actor belongs to in this case: only "public" where no grant of the action opens it.

    For people of an authority who read only part of a case, name the action that opens that part (DECISION_READ).
    The secretariat reads states and dates only: for it a glance is enough.
    """
    asked = Action.CASE_GLANCE if actor.organisation is Organisation.PROGRAMME_OFFICE else action
    return own_parties(actor) if opens(actor, asked, case_id) else frozenset({audiences.PUBLIC})


def visible(item_id: InstrumentedAttribute[Any] | ColumnElement[Any], kind: str, viewers: Iterable[str]) -> Condition:
    """A condition: the item (its id column) has an open audience row for one of the parties."""
    return (
        exists()
        .where(
            Audience.item_id == item_id,
            Audience.party.in_(sorted(viewers)),
            Audience.item_kind == kind,
            Audience.visible_from.is_not(None),
        )
        .correlate_except(Audience)
    )


__all__ = [
    "ME", "MINE", "OBSERVER_PARTIES", "demand_case", "draft_permitted", "opens", "own_parties", "parties", "permitted",
    "standing", "visible", "who",
]  # fmt: skip
