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
from sandbox.services.desks.ledger import counted, items_of, letter, readers, received, side_of, tell_firm_of
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
    matter = Matter(case.id, readers(share), authority_id=share.to_id, detail={"share": str(share.id)})
    record(actor, Action.SHARE_ACKNOWLEDGE, matter)
    share.acknowledged_by, share.acknowledged_at = actor.person_id, now()
    for item in items_of(share.id):
        trail.show_to(item, "share_item", (audiences.desk(code),), case_id=case.id)


@use_case
def notify_use(actor: Actor, share_id: UUID, *, use: str) -> UUID:
    """Give everybody who provided what was received notice of a use of it. Returns the id of the notice."""
    share, _desk, case, code = received(actor, Action.SHARE_USE, share_id)
    if share.acknowledged_at is None:
        raise NotNow("Acknowledge the terms first.")
    if not use.strip():
        raise BadInput({"use": "Say what you are going to use it for."})
    row = add(ShareUse(share_id=share.id, use=use, notified_by=actor.person_id))
    detail = {"share": str(share.id), "use": str(row.id)}
    parties = readers(share)
    record(actor, Action.SHARE_USE, Matter(case.id, parties, detail=detail, froze=(row,)))
    providers = parties - {audiences.desk(code)}
    for key, its_code in db.session.execute(select(Authority.id, Authority.code).order_by(Authority.code)):
        if audiences.desk(its_code) in providers:
            tell(actor, Action.SHARE_USE, letter(case, key, share.to_id), ("desk",))
    return row.id


# --- the desk that shared --------------------------------------------------------------------------------------------


@use_case
def recall(actor: Actor, share_id: UUID, *, reason: str) -> None:
    """End further reading by the other desk, and of everything that was shared on from it, by whomever.

    What was read stays on record, and the entries of the ledger stay, without content.
    """
    share, _desk, case, _code = side_of(actor, Action.SHARE_RECALL, share_id, "from_id")
    if share.recalled_at is not None:
        raise NotNow("This was recalled already.")
    if not reason.strip():
        raise BadInput({"reason": "Give the reason."})
    _recall(actor, case, share, reason)


def _recall(actor: Actor, case: Case, share: Share, reason: str, *, onward: bool = False) -> None:
    """Recall a share and what was shared on from it. Of an onward share nobody keeps the copies.

    The desk that shared its own item keeps its copy. What was shared on and recalled before is walked through again:
    the desk in the middle could still read its copy.
    """
    if share.recalled_at is None:
        detail = {"share": str(share.id), "reason": reason}
        record(actor, Action.SHARE_RECALL, Matter(case.id, readers(share), detail=detail))
        share.recalled_by, share.recalled_at, share.recall_reason = actor.person_id, now(), reason
        tell(actor, Action.SHARE_RECALL, letter(case, share.to_id, share.from_id), ("desk",))
    keeps = [] if onward else [audiences.desk(get(Authority, share.from_id).code)]
    items = select(ShareItem.id).where(ShareItem.share_id == share.id)
    db.session.execute(
        delete(Audience)
        .where(Audience.item_id.in_(items), Audience.party.not_in(keeps))
        .execution_options(synchronize_session=False),
    )
    for row in db.session.scalars(select(Share).where(Share.onward_of == share.id)).all():
        _recall(actor, case, row, "The authority that provided this recalled it.", onward=True)


@use_case
def tell_firm(actor: Actor, share_id: UUID) -> None:
    """Tell the firm of a share that it has not been told of. Raises NotNow when it has."""
    share, _desk, case, code = side_of(actor, Action.SHARE_TELL, share_id, "from_id")
    if db.session.scalar(select(ShareNotice.id).where(ShareNotice.share_id == share.id)) is not None:
        raise NotNow("The firm has been told already.")
    tell_firm_of(actor, case, share, code, counted(items_of(share.id)))


__all__ = ["acknowledge", "notify_use", "recall", "tell_firm"]
