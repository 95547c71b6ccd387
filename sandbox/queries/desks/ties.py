"""The desks of one's own authority, and what ties the viewer to each: what inbox, home page and search are made of.

The same grants as `queries.access.permitted`, said over joined rows, so that one statement reads thousands of desks.
Statements are built once for a set of roles and then run with `who(viewer)`: building one costs more than running it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.sql import Select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation, Role
from sandbox.domain.conflicts import EFFECTIVE, RECUSED
from sandbox.domain.errors import NotAllowed
from sandbox.domain.policy import DESK_TIES, GRANTS, Grant, Tie, named
from sandbox.domain.turns import TURNS, Turn
from sandbox.models.decisions import Decision, Signature
from sandbox.models.desks import Case, ConflictDeclaration, Desk, DeskAssignment, StandIn
from sandbox.models.duties import any_of, taken
from sandbox.models.people import Firm
from sandbox.queries.access import ME, MINE, who

RARE = frozenset({Turn.SIGNATURE, Turn.ISSUE, Turn.CONSENT, Turn.PROCEDURE})


@dataclass(frozen=True, slots=True)
class Held:
    """The roles that a statement is built for: everywhere, and for single cases."""

    roles: frozenset[Role]
    stands_in: frozenset[Role]


def held_by(viewer: Actor) -> Held:
    """The viewer's roles. Raises NotAllowed for anybody who is not staff of an authority."""
    if viewer.organisation is not Organisation.AUTHORITY or not named(viewer, Action.CASE_GLANCE):
        raise NotAllowed("Your role does not include this page.")
    return Held(viewer.roles, viewer.stands_in)


def base(*columns: Any, by_case: bool = False) -> Select[Any]:
    """Desks of the viewer's authority in cases that the viewer may know of, with what ties the viewer to them.

    `by_case`: few cases are wanted, or cases in their own order; the database must not walk all desks of the authority.
    """
    authority = func.coalesce(Desk.authority_id, Desk.authority_id) if by_case else Desk.authority_id
    said = and_(
        ConflictDeclaration.case_id == Desk.case_id,
        ConflictDeclaration.superseded_at.is_(None),
        ConflictDeclaration.person_id == ME,
    )
    return (
        select(*columns)
        .select_from(Desk)
        .join(Case, Case.id == Desk.case_id)
        .join(Firm, Firm.id == Case.firm_id)
        .outerjoin(ConflictDeclaration, said)
        .outerjoin(DeskAssignment, and_(DeskAssignment.desk_id == Desk.id, DeskAssignment.person_id == ME))
        .outerjoin(Decision, Decision.desk_id == Desk.id)
        .where(authority == MINE, func.coalesce(ConflictDeclaration.outcome, "") != RECUSED)
    )


_DECLARED = and_(ConflictDeclaration.outcome.in_(sorted(EFFECTIVE)), Desk.part != "observes")
HAS: dict[Tie, ColumnElement[bool]] = {
    Tie.DESK: Desk.part != "observes",
    Tie.DECLARED: _DECLARED,
    Tie.ASSIGNED: and_(_DECLARED, DeskAssignment.person_id.is_not(None)),
    Tie.OBSERVER: and_(ConflictDeclaration.outcome.in_(sorted(EFFECTIVE)), Desk.part == "observes"),
    Tie.LEAD: and_(_DECLARED, DeskAssignment.person_id.is_not(None), Case.lead_authority_id == Desk.authority_id),
}


def _stands_in(roles: frozenset[Role]) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            StandIn.case_id == Case.id,
            StandIn.person_id == ME,
            StandIn.role.in_(sorted(roles)),
            StandIn.ended_at.is_(None),
        )
        .correlate(Case)
    )


def _condition(held: Held, row: Grant) -> ColumnElement[bool]:
    if row.tie not in HAS or row.tie not in DESK_TIES:
        return false()
    for_one_case = held.stands_in & row.roles
    if held.roles & row.roles:
        condition = HAS[row.tie]
    elif for_one_case:
        condition = and_(HAS[row.tie], _stands_in(for_one_case))
    else:
        return false()
    if row.unless:
        condition = and_(condition, ~any_of(row.unless, taken(Desk.id, Desk.case_id, ME)))
    return condition


def granted(held: Held, action: Action) -> ColumnElement[bool]:
    """The action's grants over the rows of `base`."""
    return or_(false(), *(_condition(held, row) for row in GRANTS[action]))


def my_turn(held: Held) -> ColumnElement[bool]:
    """The rows of `base` in which the desk waits for the viewer, and has not got the viewer's part already."""
    found, mine = [], set()
    for turn, waiting in TURNS.items():
        if not any(_names(held, action) for action in waiting.actions):
            continue
        mine.add(turn)
        may = or_(*(granted(held, action) for action in waiting.actions))
        if turn is Turn.SIGNATURE:
            may = and_(may, ~_signed())
        found.append(and_(Desk.turn == turn.value, may))
    # Rare turns are looked up by an index of their own; the others are met soon in any order.
    rare = [Desk.turn.in_(sorted(mine))] if mine <= RARE else []
    return and_(*rare, or_(false(), *found))


def _names(held: Held, action: Action) -> bool:
    """Does a grant of the action name one of the roles?"""
    return any(row.roles & (held.roles | held.stands_in) for row in GRANTS[action])


def _signed() -> ColumnElement[bool]:
    """The viewer has signed the document that waits for signatures."""
    return (
        exists()
        .where(Signature.edition_id == Decision.edition_id, Signature.person_id == ME, Signature.void_at.is_(None))
        .correlate(Decision)
    )


__all__ = ["HAS", "ME", "MINE", "Held", "base", "granted", "held_by", "my_turn", "who"]
