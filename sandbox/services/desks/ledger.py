"""What the acts of the ledger have in common: who acts for which side, who is written to, what the firm reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk, Share, ShareItem, ShareNotice
from sandbox.models.trail import Audience
from sandbox.services import trail
from sandbox.services.desks import bases
from sandbox.services.desks.cases import load
from sandbox.services.engine import Matter, authorise, record, tell
from sandbox.services.unit import add, get


def counted(rows: Iterable[ShareItem]) -> dict[str, int]:
    """How many items of each kind."""
    return dict(Counter(row.kind for row in rows))


def letter(case: Case, authority_id: UUID, sender_id: UUID) -> Matter:
    """A letter to the people of a desk who may open what is shared; it says no more than that there is something."""
    content = {"reference": case.reference, "authority": get(Authority, sender_id).name}
    return Matter(case.id, (), authority_id=authority_id, letter=content, opens=Action.SHARE_READ)


def items_of(share_id: UUID) -> Sequence[ShareItem]:
    """The copies of a share, in their order."""
    return db.session.scalars(
        select(ShareItem).where(ShareItem.share_id == share_id).order_by(ShareItem.ordinal),
    ).all()


def side_of(actor: Actor, action: Action, share_id: UUID, side: str) -> tuple[Share, Desk, Case, str]:
    """The share, with the desk of one of its sides (`from_id` or `to_id`), for its people. Locks the case."""
    share = get(Share, share_id)
    authority_id = getattr(share, side)
    desk_id = db.session.execute(
        select(Desk.id).where(Desk.case_id == share.case_id, Desk.authority_id == authority_id),
    ).scalar_one()
    desk, case, code = load(desk_id)
    if actor.organisation_id != authority_id:
        raise NotFound("There is nothing here.")
    authorise(actor, action, Matter(case.id, (), authority_id=authority_id))
    db.session.refresh(share)
    return share, desk, case, code


def received(actor: Actor, action: Action, share_id: UUID) -> tuple[Share, Desk, Case, str]:
    """The share for the people of the desk that received it. Raises NotFound for everybody else."""
    return side_of(actor, action, share_id, "to_id")


def readers(share: Share) -> frozenset[str]:
    """The parties that read a share: its two desks, and every desk that provided what it shares on."""
    return frozenset(db.session.scalars(select(Audience.party).where(Audience.item_id == share.id)))


def readable(share: Share) -> None:
    """Raise NotNow unless the receiving desk reads the items: acknowledged, and not recalled."""
    if share.recalled_at is not None:
        raise NotNow("This was recalled. What you learned from it stays under its restrictions.")
    if share.acknowledged_at is None:
        raise NotNow("Acknowledge the terms first.")


def tell_firm_of(actor: Actor, case: Case, share: Share, code: str, kinds: dict[str, int]) -> None:
    """Write what the firm reads of a share: from whom to whom, on what basis, which kinds of item, and the purpose."""
    parties = {audiences.FIRM, audiences.desk(code)}
    notice = add(
        ShareNotice(
            share_id=share.id,
            case_id=case.id,
            from_id=share.from_id,
            to_id=share.to_id,
            basis=bases.words(share),
            kinds=sorted(kinds),
            purpose=share.purpose,
            told_by=actor.person_id,
        ),
    )
    trail.show_to(notice, "share_notice", parties, case_id=case.id)
    matter = Matter(
        case.id,
        parties,
        authority_id=share.from_id,
        letter={"reference": case.reference},
        detail={"notice": str(notice.id)},
        froze=(notice,),
        opens=Action.CONSENT_READ,
    )
    record(actor, Action.SHARE_TELL, matter)
    tell(actor, Action.SHARE_TELL, matter, ("firm",))


__all__ = ["counted", "items_of", "letter", "readable", "readers", "received", "side_of", "tell_firm_of"]
