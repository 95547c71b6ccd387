"""The sharing ledger as its two sides read it.

Rule: a share is read by the two desks (and by who provided what is shared on); its items by the receiving desk only
after it has acknowledged the terms, and until a recall. Everything goes through audience rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotFound
from sandbox.domain.sharing import BASES, ITEM_KINDS, ONWARD
from sandbox.extensions import db
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Share, ShareItem, ShareNotice, ShareUse
from sandbox.models.people import Person
from sandbox.models.trail import Audience
from sandbox.queries import PAGE_SIZE, Page, instant, page_of, place
from sandbox.queries.access import visible
from sandbox.queries.desks.consents import Cell, not_agreed
from sandbox.queries.desks.sight import Sight, sight

STATES = {
    "waiting": ("Terms not acknowledged yet", "warning"),
    "open": ("Open to read", "good"),
    "recalled": ("Recalled", "neutral"),
}


@dataclass(frozen=True, slots=True)
class ShareRow:
    """One entry of the ledger. `kinds`: how many items of which kind; `ours`: the viewer's desk shared it."""

    id: UUID
    from_id: UUID
    from_code: str
    from_name: str
    to_id: UUID
    to_code: str
    to_name: str
    basis: str
    instrument: dict[str, Any] | None
    provision: str
    consent: dict[str, Any] | None
    purpose: str
    restriction: str
    onward: str
    onward_of: UUID | None
    notify_before_use: bool
    retention: str
    before_opening: bool
    tell_firm: bool
    tell_reason: str
    sha256: str
    released_by: str
    released_at: datetime
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    recalled_at: datetime | None
    recall_reason: str | None
    kinds: tuple[tuple[str, int], ...]
    labels: tuple[str, ...]  # of the items that the viewer's desk may open
    readers: tuple[str, ...]  # codes of all desks that read this entry: both sides, and who provided what is shared on

    @property
    def providers(self) -> tuple[str, ...]:
        """Codes of the desks that what was shared came from: the other side, and those before it."""
        return tuple(code for code in self.readers if code != self.to_code)

    @property
    def state(self) -> str:
        """Where it stands: waiting, open or recalled."""
        return "recalled" if self.recalled_at else "open" if self.acknowledged_at else "waiting"

    @property
    def state_words(self) -> tuple[str, str]:
        """The state in words, and the tone of its tag."""
        return STATES[self.state]

    @property
    def basis_words(self) -> str:
        """The basis, with the gateway, consent or provision that it rests on."""
        if self.instrument is not None:
            named = [self.instrument["name"]]
        elif self.consent is not None:
            named = [BASES[self.basis], self.consent["text"], self.consent["where"]]
        else:
            named = [BASES[self.basis]]
        return "; ".join((*named, *([self.provision] if self.provision else [])))

    @property
    def onward_words(self) -> str:
        """The rule about sharing it on."""
        return ONWARD[self.onward]

    @property
    def what(self) -> str:
        """What kinds of item it holds, in words."""
        return ", ".join(
            f"{count} × {ITEM_KINDS[kind].words}" if count > 1 else ITEM_KINDS[kind].words for kind, count in self.kinds
        )


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a share, as a line."""

    id: UUID
    kind: str
    label: str
    sha256: str

    @property
    def words(self) -> str:
        """What kind of item it is."""
        return ITEM_KINDS[self.kind].words


@dataclass(frozen=True, slots=True)
class UseRow:
    """A notice of use."""

    use: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of one case as one desk reads it."""

    sight: Sight
    shares: Page[ShareRow]
    not_agreed: tuple[Cell, ...]

    def may(self, action: Action) -> bool:
        """Is this granted to the viewer on this case?"""
        return self.sight.may(action)


@dataclass(frozen=True, slots=True)
class ShareDetail:
    """One share with what the viewer may read of it. `items` is empty until the viewer's desk may open them."""

    sight: Sight
    row: ShareRow
    items: tuple[ItemRow, ...]
    uses: tuple[UseRow, ...]
    firm_told_at: datetime | None

    @property
    def ours(self) -> bool:
        """The viewer's authority shared it."""
        return self.row.from_id == self.sight.viewer.organisation_id

    @property
    def received(self) -> bool:
        """It was shared with the viewer's authority."""
        return self.row.to_id == self.sight.viewer.organisation_id

    def may(self, action: Action) -> bool:
        """Is this granted to the viewer on this case?"""
        return self.sight.may(action)


@dataclass(frozen=True, slots=True)
class SharedItem:
    """One shared item to be read: the copy as it was released. `readers`: codes of the desks that may open it."""

    sight: Sight
    share: ShareRow
    item: ItemRow
    content: dict[str, Any]
    readers: tuple[str, ...]


def _seen_by(item_id: InstrumentedAttribute[UUID]) -> ScalarSelect[str | None]:
    """The parties of an item, in one column."""
    told = select(func.aggregate_strings(Audience.party, ",")).where(Audience.item_id == item_id)
    return told.correlate_except(Audience).scalar_subquery()


def _codes(told: str | None) -> tuple[str, ...]:
    return tuple(sorted(party.removeprefix(audiences.desk("")) for party in (told or "").split(",") if party))


FROM, TO, RELEASER, READER = aliased(Authority), aliased(Authority), aliased(Person), aliased(Person)


def shares_where(seen: Sight, *where: ColumnElement[bool], limit: int | None = None) -> list[ShareRow]:
    """The entries of the ledger that the viewer's parties see, newest first, in two statements."""
    rows = db.session.execute(
        select(
            Share,
            FROM.code.label("from_code"),
            FROM.name.label("from_name"),
            TO.code.label("to_code"),
            TO.name.label("to_name"),
            RELEASER.name.label("releaser"),
            READER.name.label("reader"),
            _seen_by(Share.id).label("readers"),
        )
        .join(FROM, FROM.id == Share.from_id)
        .join(TO, TO.id == Share.to_id)
        .join(RELEASER, RELEASER.id == Share.released_by)
        .outerjoin(READER, READER.id == Share.acknowledged_by)
        .where(Share.case_id == seen.case_id, visible(Share.id, "share", seen.parties), *where)
        .order_by(Share.released_at.desc(), Share.id.desc())
        .limit(limit),
    ).all()
    items = _items(seen, (row.Share.id for row in rows))
    return [_row(seen, row, items.get(row.Share.id, ())) for row in rows]


def _items(seen: Sight, shares: Iterable[UUID]) -> dict[UUID, list[tuple[str, str | None]]]:
    """Share → the kinds of its items; with a label only where the viewer's desk may open the item: it may say more."""
    found: dict[UUID, list[tuple[str, str | None]]] = {}
    label = case((visible(ShareItem.id, "share_item", seen.parties), ShareItem.label))
    for share_id, kind, told in db.session.execute(
        select(ShareItem.share_id, ShareItem.kind, label)
        .where(ShareItem.share_id.in_(list(shares)))
        .order_by(ShareItem.share_id, ShareItem.kind, ShareItem.ordinal),
    ):
        found.setdefault(share_id, []).append((kind, told))
    return found


def _row(seen: Sight, row: Any, items: Sequence[tuple[str, str | None]]) -> ShareRow:
    share, mine = row.Share, seen.viewer.organisation_id
    return ShareRow(
        id=share.id,
        from_id=share.from_id,
        from_code=row.from_code,
        from_name=row.from_name,
        to_id=share.to_id,
        to_code=row.to_code,
        to_name=row.to_name,
        basis=share.basis,
        instrument=share.instrument,
        provision=share.provision,
        consent=share.consent,
        purpose=share.purpose,
        restriction=share.restriction,
        onward=share.onward,
        onward_of=share.onward_of,
        notify_before_use=share.notify_before_use,
        retention=share.retention,
        before_opening=share.before_opening,
        tell_firm=share.tell_firm if share.from_id == mine else False,
        tell_reason=share.tell_reason if share.from_id == mine else "",
        sha256=share.sha256,
        released_by=row.releaser if share.from_id == mine else "",
        released_at=share.released_at,
        acknowledged_by=row.reader if share.to_id == mine else None,
        acknowledged_at=share.acknowledged_at,
        recalled_at=share.recalled_at,
        recall_reason=share.recall_reason,
        kinds=tuple(Counter(kind for kind, _ in items).items()),
        labels=tuple(label for _, label in items if label),
        readers=_codes(row.readers),
    )


def ledger(viewer: Actor, case_id: UUID, after: str | None = None) -> Ledger:
    """What the viewer's desk shared and received, newest first, in four statements. Raises NotFound."""
    seen = sight(viewer, case_id, Action.SHARE_READ)
    where: list[ColumnElement[bool]] = []
    if (start := place(after, instant, UUID)) is not None:
        moment, key = start
        where.append(or_(Share.released_at < moment, and_(Share.released_at == moment, Share.id < key)))
    rows = shares_where(seen, *where, limit=PAGE_SIZE + 1)
    return Ledger(seen, page_of(rows, lambda row: (row.released_at.isoformat(), row.id)), not_agreed(seen))


def _one(seen: Sight, share_id: UUID) -> ShareRow:
    rows = shares_where(seen, Share.id == share_id)
    if not rows:
        raise NotFound("There is nothing here.")
    return rows[0]


def items_where(seen: Sight, *where: ColumnElement[bool]) -> Sequence[Any]:
    """The items of shares that the viewer's desk may open."""
    return db.session.execute(
        select(
            ShareItem.id,
            ShareItem.share_id,
            ShareItem.kind,
            ShareItem.label,
            ShareItem.sha256,
            ShareItem.content,
            _seen_by(ShareItem.id).label("readers"),
        )
        .join(Share, Share.id == ShareItem.share_id)
        .where(Share.case_id == seen.case_id, visible(ShareItem.id, "share_item", seen.parties), *where)
        .order_by(ShareItem.share_id, ShareItem.ordinal),
    ).all()


def share(viewer: Actor, case_id: UUID, share_id: UUID) -> ShareDetail:
    """One share with its terms, and its items where the viewer's desk may open them. Raises NotFound."""
    seen = sight(viewer, case_id, Action.SHARE_READ)
    row = _one(seen, share_id)
    uses = db.session.execute(
        select(ShareUse.use, Authority.code, ShareUse.notified_at)
        .join(Person, Person.id == ShareUse.notified_by)
        .join(Authority, Authority.id == Person.organisation_id)
        .where(ShareUse.share_id == row.id)
        .order_by(ShareUse.notified_at, ShareUse.id),
    )
    told = select(ShareNotice.told_at).where(
        ShareNotice.share_id == row.id, visible(ShareNotice.id, "share_notice", seen.parties)
    )
    return ShareDetail(
        sight=seen,
        row=row,
        items=tuple(
            ItemRow(one.id, one.kind, one.label, one.sha256) for one in items_where(seen, ShareItem.share_id == row.id)
        ),
        uses=tuple(UseRow(*use) for use in uses),
        firm_told_at=db.session.scalar(told),
    )


def shared_item(viewer: Actor, case_id: UUID, share_id: UUID, item_id: UUID) -> SharedItem:
    """One shared item to be read. Raises NotFound where it is not acknowledged, recalled, or not for the viewer."""
    seen = sight(viewer, case_id, Action.SHARE_READ)
    row = _one(seen, share_id)
    found = items_where(seen, ShareItem.share_id == row.id, ShareItem.id == item_id)
    if not found:
        raise NotFound("There is nothing here.")
    one = found[0]
    return SharedItem(seen, row, ItemRow(one.id, one.kind, one.label, one.sha256), one.content, _codes(one.readers))


__all__ = [
    "ItemRow",
    "Ledger",
    "ShareDetail",
    "ShareRow",
    "SharedItem",
    "items_where",
    "ledger",
    "share",
    "shared_item",
    "shares_where",
]
