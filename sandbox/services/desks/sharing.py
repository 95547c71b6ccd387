"""Showing an item of one desk to another.

Rule: this is the only way in which an item of a desk reaches another desk before the opening. The copy is released with
its ledger entry in one transaction; the other desk reads it once it has acknowledged the terms; a recall ends further
reading, and what was read stays in the access log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import BadInput, NotNow
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.policy import OBSERVES
from sandbox.domain.sharing import ITEM_KINDS, Terms, problems, shared_on
from sandbox.extensions import db
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk, Share, ShareItem
from sandbox.services import trail
from sandbox.services.desks import bases
from sandbox.services.desks.cases import load
from sandbox.services.desks.ledger import counted, items_of, letter, readable, readers, received, tell_firm_of
from sandbox.services.desks.sheets import Sheet, copy_of
from sandbox.services.engine import Matter, authorise, record, tell
from sandbox.services.unit import add, use_case

Copied = list[tuple[str, UUID, str, Sheet, str]]  # kind, source, label, content, hash


def _receivers(case: Case, own: UUID) -> dict[str, Desk]:
    """The desks of the other authorities that take part, by code. Observers read joint material only."""
    rows = db.session.execute(
        select(Authority.code, Desk)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(
            Desk.case_id == case.id,
            Desk.authority_id != own,
            Desk.part != OBSERVES,
            Desk.state.not_in(ENDED_DESK),
        ),
    )
    return {code: desk for code, desk in rows}


def _action(desk: Desk, receivers: Iterable[Desk], kinds: Iterable[str]) -> Action:
    """What sharing this is: an act of its own where part of an assessment goes to a desk that has not opened."""
    opened = all(one.opened_at is not None for one in (desk, *receivers))
    sealed = not opened and any(ITEM_KINDS[kind].sealed for kind in kinds if kind in ITEM_KINDS)
    return Action.SHARE_RELEASE_SEALED if sealed else Action.SHARE_RELEASE


@use_case
def release(
    actor: Actor,
    desk_id: UUID,
    *,
    to: Iterable[str],
    items: Iterable[tuple[str, UUID]],
    terms: Terms,
) -> list[UUID]:
    """Share copies of items with the authorities of these codes: one share each. Returns the ids of the shares.

    While the positions are sealed, what is part of the assessment is shared by the coordinator only. Raises BadInput
    with everything that is wrong, NotFound for an item of somebody else.
    """
    desk, case, code = load(desk_id)
    chosen = list(dict.fromkeys(items))
    others = _receivers(case, desk.authority_id)
    to = list(dict.fromkeys(to))
    action = _action(desk, [others[one] for one in to if one in others], (kind for kind, _ in chosen))
    authorise(actor, action, Matter(case.id, (), authority_id=desk.authority_id))
    wrong = problems(terms, (kind for kind, _ in chosen))
    if not to or not set(to) <= set(others):
        wrong["to"] = "Choose the authorities that you share with."
    if wrong:
        raise BadInput(wrong)
    copies = [(kind, key, *copy_of(desk, kind, key)) for kind, key in chosen]
    sender = _Sender(actor, case, desk, code, action)
    return [sender.share(one, others[one], terms, copies) for one in to]


@use_case
def share_on(actor: Actor, share_id: UUID, *, to: Iterable[str], items: Iterable[UUID], terms: Terms) -> list[UUID]:
    """Share on what was received, where its terms allow that; the provider's restrictions go with it.

    Raises NotNow where they do not allow it, or it is not acknowledged, or recalled.
    """
    share, desk, case, code = received(actor, Action.SHARE_RELEASE, share_id)
    if share.onward != "allowed":
        raise NotNow("The terms do not allow sharing this on.")
    readable(share)
    knows = readers(share)
    others = {one: row for one, row in _receivers(case, desk.authority_id).items() if audiences.desk(one) not in knows}
    wanted, to = set(items), list(dict.fromkeys(to))
    rows = [row for row in items_of(share.id) if row.id in wanted]
    bound = shared_on(terms, share, code)
    wrong = problems(bound, (row.kind for row in rows))
    if not to or not set(to) <= set(others):
        wrong["to"] = "Choose the authorities that you share with."
    if wrong:
        raise BadInput(wrong)
    action = _action(desk, [others[one] for one in to], (row.kind for row in rows))
    authorise(actor, action, Matter(case.id, (), authority_id=desk.authority_id))
    copies: Copied = [(row.kind, row.id, row.label, row.content, row.sha256) for row in rows]
    sender = _Sender(actor, case, desk, code, action, onward_of=share)
    return [sender.share(one, others[one], bound, copies) for one in to]


class _Sender:
    """One act of releasing the same copies to several desks."""

    def __init__(self, actor: Actor, case: Case, desk: Desk, code: str, action: Action, onward_of: Share | None = None):
        self.actor, self.case, self.desk, self.code, self.action = actor, case, desk, code, action
        self.onward_of = onward_of

    def share(self, code: str, receiver: Desk, terms: Terms, copies: Copied) -> UUID:
        """Write the ledger entry with its items, record it, tell the other desk, and the firm if so decided."""
        told = terms.tell_firm or terms.basis == "consent"
        consent = (
            bases.consent(self.case, self.desk, terms.consent, [one[0] for one in copies])
            if terms.basis == "consent"
            else None
        )
        instrument = bases.instrument(self.desk, terms, code) if terms.basis == "gateway" else None
        share = add(
            Share(
                case_id=self.case.id,
                from_id=self.desk.authority_id,
                to_id=receiver.authority_id,
                onward_of=self.onward_of.id if self.onward_of else None,
                basis=terms.basis,
                instrument=instrument,
                provision=terms.provision,
                consent=consent,
                purpose=terms.purpose,
                restriction=terms.restriction,
                onward=terms.onward,
                notify_before_use=terms.notify_before_use,
                retention=terms.retention,
                before_opening=self.case.opened_at is None,
                tell_firm=told,
                tell_reason=terms.tell_reason,
                sha256=record_hash({"terms": asdict(terms), "items": [row[-1] for row in copies]}),
                released_by=self.actor.person_id,
            ),
        )
        rows = [
            add(ShareItem(share_id=share.id, ordinal=place, kind=kind, source_id=key, label=label, content=content,
                          sha256=digest))
            for place, (kind, key, label, content, digest) in enumerate(copies)
        ]  # fmt: skip
        came_from = readers(self.onward_of) if self.onward_of else ()  # whoever provided it learns of it
        parties = {audiences.desk(self.code), audiences.desk(code), *came_from}
        trail.show_to(share, "share", parties, case_id=self.case.id)
        for row in rows:
            trail.show_to(row, "share_item", (audiences.desk(self.code),), case_id=self.case.id)
        kinds = counted(rows)
        matter = Matter(
            self.case.id,
            parties,
            detail={"share": str(share.id), "to": code, "basis": terms.basis, "items": kinds, "sha256": share.sha256},
            froze=(share, *rows),
        )
        record(self.actor, self.action, matter)
        tell(
            self.actor,
            Action.SHARE_RELEASE,
            letter(self.case, receiver.authority_id, self.desk.authority_id),
            ("desk",),
        )
        if told:
            tell_firm_of(self.actor, self.case, share, self.code, kinds)
        return share.id


__all__ = ["release", "share_on"]
