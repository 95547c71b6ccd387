"""What follows on a share: the other desk acknowledges, gives notice of a use; the desk recalls it, tells the firm."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import BadInput, NotNow
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Share, ShareItem, ShareNotice, ShareUse
from sandbox.models.trail import Audience
from sandbox.services import trail
from sandbox.services.desks.ledger import both, counted, items_of, letter, received, side_of, tell_firm_of
from sandbox.services.engine import Matter, record, tell
from sandbox.services.unit import add, get, use_case


@use_case
def acknowledge(actor: Actor, share_id: UUID) -> None:
    """Acknowledge the terms for the own desk: from now on it reads the items. Doing it again changes nothing."""
    share, _desk, case, code = received(actor, Action.SHARE_ACKNOWLEDGE, share_id)
    if share.recalled_at is not None:
        raise NotNow("This was recalled before your authority read it.")
    if share.acknowledged_at is not None:
        return
    matter = Matter(case.id, both(share), authority_id=share.to_id, detail={"share": str(share.id)})
    record(actor, Action.SHARE_ACKNOWLEDGE, matter)
    share.acknowledged_by, share.acknowledged_at = actor.person_id, now()
    for item in items_of(share.id):
        trail.show_to(item, "share_item", (audiences.desk(code),), case_id=case.id)


@use_case
def notify_use(actor: Actor, share_id: UUID, *, use: str) -> UUID:
    """Give the provider notice of a use of what was received. Returns the id of the notice."""
    share, _desk, case, _code = received(actor, Action.SHARE_USE, share_id)
    if share.acknowledged_at is None:
        raise NotNow("Acknowledge the terms first.")
    if not use.strip():
        raise BadInput({"use": "Say what you are going to use it for."})
    row = add(ShareUse(share_id=share.id, use=use, notified_by=actor.person_id))
    detail = {"share": str(share.id), "use": str(row.id)}
    record(actor, Action.SHARE_USE, Matter(case.id, both(share), detail=detail, froze=(row,)))
    tell(actor, Action.SHARE_USE, letter(case, share.from_id, share.to_id), ("desk",))
    return row.id


# --- the desk that shared --------------------------------------------------------------------------------------------


@use_case
def recall(actor: Actor, share_id: UUID, *, reason: str) -> None:
    """End further reading by the other desk, and by those to which it shared on. What was read stays on record."""
    share, _desk, case, _code = side_of(actor, Action.SHARE_RECALL, share_id, "from_id")
    if share.recalled_at is not None:
        raise NotNow("This was recalled already.")
    if not reason.strip():
        raise BadInput({"reason": "Give the reason."})
    _recall(actor, case, share, reason)


def _recall(actor: Actor, case: Case, share: Share, reason: str) -> None:
    receiver = get(Authority, share.to_id)
    detail = {"share": str(share.id), "reason": reason}
    record(actor, Action.SHARE_RECALL, Matter(case.id, both(share), detail=detail))
    share.recalled_by, share.recalled_at, share.recall_reason = actor.person_id, now(), reason
    items = select(ShareItem.id).where(ShareItem.share_id == share.id)
    db.session.execute(
        delete(Audience)
        .where(Audience.item_id.in_(items), Audience.party == audiences.desk(receiver.code))
        .execution_options(synchronize_session=False),
    )
    tell(actor, Action.SHARE_RECALL, letter(case, share.to_id, share.from_id), ("desk",))
    onward = select(Share).where(Share.onward_of == share.id, Share.recalled_at.is_(None))
    for row in db.session.scalars(onward).all():
        _recall(actor, case, row, "The authority that provided this recalled it.")


@use_case
def tell_firm(actor: Actor, share_id: UUID) -> None:
    """Tell the firm of a share that it has not been told of. Raises NotNow when it has."""
    share, _desk, case, code = side_of(actor, Action.SHARE_TELL, share_id, "from_id")
    if db.session.scalar(select(ShareNotice.id).where(ShareNotice.share_id == share.id)) is not None:
        raise NotNow("The firm has been told already.")
    tell_firm_of(actor, case, share, code, counted(items_of(share.id)))


__all__ = ["acknowledge", "notify_use", "recall", "tell_firm"]
