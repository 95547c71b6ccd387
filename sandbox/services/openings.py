"""The opening: all sealed positions of a case open at once, when no deciding desk is left without one.

A desk that joins later files first; then its position opens to the desks that have opened, and theirs to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select, update

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
from sandbox.services import contradictions, divergences, joint, joint_positions
from sandbox.services.engine import Matter, authorise, move, record, tell

BEFORE_POSITION = frozenset({"routed", "screening", "incomplete", "assessing"})
Desks = dict[str, Desk]  # by the code of their authority
# What has been issued to the firm and to other desks is for a desk that files late as well.
ISSUED = ("edition", "notice")


def _deciding(case_id: UUID) -> tuple[Desks, dict[str, Position]]:
    """The deciding desks that take part, and the positions of theirs that stand."""
    standing = and_(Position.desk_id == Desk.id, Position.superseded_at.is_(None))
    rows = db.session.execute(
        select(Authority.code, Desk, Position)
        .join(Authority, Authority.id == Desk.authority_id)
        .outerjoin(Position, standing)
        .where(Desk.case_id == case_id, Desk.part == "decides", Desk.state.not_in(ENDED_DESK))
        .order_by(Authority.code),
    ).all()
    positions = {code: position for code, _, position in rows if position is not None}
    return {code: desk for code, desk, _ in rows}, positions


def _has_filed(case: Case, desk: Desk, position: Position | None) -> bool:
    """A position of the desk stands on the present version; one that went ahead alone keeps the version it had."""
    if desk.state in BEFORE_POSITION or position is None:
        return False
    return desk.state != "assessed" or position.application_version_id == case.current_version_id


def open_if_complete(case: Case) -> bool:
    """Open all positions at once when every deciding desk has filed on the present version.

    Asked after each filing, and when a desk leaves, since it may have been the last that the others waited for.
    Desks that went ahead alone have filed; theirs open with the rest. What a desk filed that left, and what a new
    version superseded, stays sealed. After the opening, a desk that has joined opens as soon as it has filed.
    Returns whether something opened.
    """
    db.session.flush()
    deciding, positions = _deciding(case.id)
    filed = {code: desk for code, desk in deciding.items() if _has_filed(case, desk, positions.get(code))}
    if case.opened_at is None:
        return len(filed) == len(deciding) > 0 and _open(case, positions, filed, {})
    opened = {code: desk for code, desk in filed.items() if desk.opened_at is not None}
    late = {code: desk for code, desk in filed.items() if desk.opened_at is None}
    return bool(late) and _open(case, positions, late, opened)


def _open(case: Case, filed: dict[str, Position], joining: Desks, opened: Desks) -> bool:
    moment, together = now(), {**opened, **joining}
    case.opened_at = case.opened_at or moment
    parties = audiences.desks(together)
    matter = Matter(case.id, parties, letter={"reference": case.reference}, detail={"desks": sorted(joining)})
    authorise(SYSTEM, Action.DESK_OPEN, matter)
    for desk in joining.values():
        desk.opened_at = moment
        if desk.state == "assessed":
            move(DESK, desk, Action.DESK_OPEN, Opening())
    positions = {code: position for code, position in filed.items() if code in together}
    _unseal(case, together, moment)
    _show_positions(case, positions, moment)
    if opened:
        _show_joint(case, opened, joining, moment)
    record(SYSTEM, Action.DESK_OPEN, matter)
    tell(SYSTEM, Action.DESK_OPEN, matter, ("opened",))
    records = {code: position.record for code, position in positions.items()}
    changed = divergences.find(case, records, joining)
    changed |= contradictions.find(case, records, parties)
    if opened and changed:
        joint_positions.supersede(case.id)
    return True


def _unseal(case: Case, together: Desks, moment: datetime) -> None:
    """What is sealed from a desk that opens becomes visible to it. What has left or been superseded stays sealed."""
    kept = (
        select(Position.id)
        .join(Desk, Desk.id == Position.desk_id)
        .where(Position.case_id == case.id, or_(Desk.state.in_(ENDED_DESK), Position.superseded_at.is_not(None)))
    )
    db.session.execute(
        update(Audience)
        .where(
            Audience.case_id == case.id,
            Audience.visible_from.is_(None),
            Audience.party.in_(sorted(audiences.desks(together))),
            Audience.item_id.not_in(kept),
        )
        .values(visible_from=moment)
        .execution_options(synchronize_session=False),
    )


def _add_missing(case: Case, items: dict[UUID, str], parties: Iterable[str], moment: datetime) -> None:
    """Give every party a visible row for every item (id → kind) that it has none for."""
    wanted = sorted(parties)
    known = db.session.execute(
        select(Audience.item_id, Audience.party).where(Audience.item_id.in_(items), Audience.party.in_(wanted)),
    )
    have = {(item, party) for item, party in known}
    db.session.add_all(
        Audience(item_id=item, party=party, item_kind=kind, case_id=case.id, visible_from=moment)
        for item, kind in items.items()
        for party in wanted
        if (item, party) not in have
    )


def _show_positions(case: Case, positions: dict[str, Position], moment: datetime) -> None:
    """Every deciding desk reads every position, also one that was filed before the desk was on the case."""
    items = {position.id: "position" for position in positions.values()}
    _add_missing(case, items, audiences.desks(positions), moment)


def _show_joint(case: Case, opened: Desks, joining: Desks, moment: datetime) -> None:
    """A desk that has filed late reads what the desks before it share, and what has been issued to all of them."""
    earlier = sorted(audiences.desks(opened))
    issued = select(Audience.item_id).where(
        Audience.case_id == case.id, Audience.party == audiences.FIRM, Audience.visible_from.is_not(None)
    )
    rows = db.session.execute(
        select(Audience.item_id, Audience.item_kind)
        .where(
            Audience.case_id == case.id,
            Audience.party.in_(earlier),
            Audience.visible_from.is_not(None),
            or_(
                Audience.item_kind.in_(joint.KINDS),
                and_(Audience.item_kind.in_(ISSUED), Audience.item_id.in_(issued)),
            ),
        )
        .distinct(),
    )
    _add_missing(case, {item: kind for item, kind in rows}, audiences.desks(joining), moment)


__all__ = ["BEFORE_POSITION", "open_if_complete"]
