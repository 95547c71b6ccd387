"""The opening: all sealed positions of a case open at once, when no deciding desk is left without one."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select, update

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM
from sandbox.domain.lifecycles import DESK, ENDED_DESK
from sandbox.domain.needs import Opening
from sandbox.extensions import db
from sandbox.models.assessments import Position
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk
from sandbox.models.trail import Audience
from sandbox.services import divergences
from sandbox.services.engine import Matter, advance

BEFORE_POSITION = frozenset({"routed", "screening", "incomplete", "assessing"})


def _deciding(case_id: UUID) -> list[tuple[Desk, str]]:
    return [
        (desk, code)
        for desk, code in db.session.execute(
            select(Desk, Authority.code)
            .join(Authority, Authority.id == Desk.authority_id)
            .where(Desk.case_id == case_id, Desk.part == "decides", Desk.state.not_in(ENDED_DESK))
            .order_by(Authority.code),
        )
    ]


def open_if_complete(case: Case) -> bool:
    """Open all positions at once when every deciding desk has filed on the present version.

    Asked after each filing, and when a desk leaves, since it may have been the last that the others waited for.
    Desks that went ahead alone have filed; theirs open with the rest. What a desk filed that left, and what a new
    version superseded, stays sealed. Returns whether it opened.
    """
    db.session.flush()
    deciding = _deciding(case.id)
    waiting = tuple(code for desk, code in deciding if desk.state in BEFORE_POSITION)
    if not deciding or waiting or case.opened_at is not None:
        return False
    moment = now()
    case.opened_at = moment
    kept = (
        select(Position.id)
        .join(Desk, Desk.id == Position.desk_id)
        .where(Position.case_id == case.id, or_(Desk.state.in_(ENDED_DESK), Position.superseded_at.is_not(None)))
    )
    db.session.execute(
        update(Audience)
        .where(Audience.case_id == case.id, Audience.visible_from.is_(None), Audience.item_id.not_in(kept))
        .values(visible_from=moment),
    )
    for desk, code in deciding:
        desk.opened_at = moment
        if desk.state == "assessed":
            matter = Matter(
                case_id=case.id,
                audience={audiences.desk(code)},
                authority_id=desk.authority_id,
                needs=Opening(waiting),
                letter={"reference": case.reference},
            )
            advance(DESK, desk, Action.DESK_OPEN, SYSTEM, matter)
    divergences.find(case, [code for _, code in deciding])
    return True
