"""Declarations of interests: before anything of a case opens to a person."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select, update

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import BadInput, NotFound
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.desks import Case, ConflictDeclaration, Desk
from sandbox.services.desks.cases import code_of, matter_of
from sandbox.services.engine import act
from sandbox.services.unit import add, get, use_case


@use_case
def declare(
    actor: Actor,
    case_id: UUID,
    *,
    outcome: str,
    kinds: Iterable[str] = (),
    details: str = "",
) -> None:
    """Declare interests for one case: none, managed or recused. Who is recused loses the case at once.

    A recusal is not undone by the person; anything else can be declared again.
    """
    case = get(Case, case_id, lock=True)
    desk = db.session.scalar(
        select(Desk).where(Desk.case_id == case_id, Desk.authority_id == actor.organisation_id),
    )
    if desk is None:
        raise NotFound("There is nothing here.")
    if outcome not in {"none", "managed", "recused"}:
        raise BadInput({"outcome": "Choose what applies to you."})
    if outcome != "none" and not details.strip():
        raise BadInput({"details": "Describe the interest, so that your authority can act on it."})
    act(
        actor,
        Action.DESK_DECLARE,
        matter_of(desk, case, {audiences.desk(code_of(desk))}, detail={"outcome": outcome, "kinds": sorted(kinds)}),
    )
    db.session.execute(
        update(ConflictDeclaration)
        .where(
            ConflictDeclaration.case_id == case_id,
            ConflictDeclaration.person_id == actor.person_id,
            ConflictDeclaration.superseded_at.is_(None),
        )
        .values(superseded_at=now()),
    )
    add(
        ConflictDeclaration(
            case_id=case_id,
            person_id=actor.person_id,
            outcome=outcome,
            kinds=sorted(kinds),
            details=details,
        ),
    )
