"""What the firm reads of shares of its case: those on its consent, and others where the desk decided to tell it.

Rule: it reads the notices that were written to it, never the ledger; of other shares it learns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.sharing import ITEM_KINDS
from sandbox.extensions import db
from sandbox.models.catalogue import Authority
from sandbox.models.desks import ShareNotice
from sandbox.queries import PAGE_SIZE, Page, instant, page_of, place
from sandbox.queries.access import visible
from sandbox.queries.desks.sight import Sight, sight

FROM, TO = aliased(Authority), aliased(Authority)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """What the firm was told of one share."""

    id: UUID
    from_name: str
    to_name: str
    basis: str
    kinds: tuple[str, ...]
    purpose: str
    told_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What the firm was told of shares of its case."""

    sight: Sight
    notices: Page[NoticeRow]


def told(viewer: Actor, case_id: UUID, after: str | None = None) -> Told:
    """The shares that the firm was told of, in two statements. Raises NotFound."""
    seen = sight(viewer, case_id, Action.CONSENT_READ)
    statement = (
        select(
            ShareNotice.id,
            FROM.name.label("from_name"),
            TO.name.label("to_name"),
            ShareNotice.basis,
            ShareNotice.kinds,
            ShareNotice.purpose,
            ShareNotice.told_at,
        )
        .join(FROM, FROM.id == ShareNotice.from_id)
        .join(TO, TO.id == ShareNotice.to_id)
        .where(ShareNotice.case_id == seen.case_id, visible(ShareNotice.id, "share_notice", seen.parties))
        .order_by(ShareNotice.told_at.desc(), ShareNotice.id.desc())
        .limit(PAGE_SIZE + 1)
    )
    if (start := place(after, instant, UUID)) is not None:
        moment, key = start
        earlier = and_(ShareNotice.told_at == moment, ShareNotice.id < key)
        statement = statement.where(or_(ShareNotice.told_at < moment, earlier))
    rows = [
        NoticeRow(
            row.id,
            row.from_name,
            row.to_name,
            row.basis,
            tuple(ITEM_KINDS[kind].words for kind in row.kinds),
            row.purpose,
            row.told_at,
        )
        for row in db.session.execute(statement)
    ]
    return Told(seen, page_of(rows, lambda row: (row.told_at.isoformat(), row.id)))


__all__ = ["NoticeRow", "Told", "told"]
