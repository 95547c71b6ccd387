"""The sharing ledger: what one desk showed to another, on what basis, under which terms.

What is shared is a copy of the item as it was: its later versions stay where they are. Audience of a share: the two
desks. Of its items: the desk that shares, and the other one once it has acknowledged the terms, until it is recalled.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.sharing import BASES, ITEM_KINDS, ONWARD
from sandbox.models.base import Base, Created, Digest, JsonText, Key, key_of, one_of


class Share(Base):
    """One act of sharing, from one authority to another. `onward_of`: what was received and is shared on.

    `instrument`: code, name and restriction of the gateway as the catalogue had it. `consent`: where and when the firm
    agreed, and to which text. `sha256`: over the terms and the items.
    """

    __tablename__ = "share"
    __table_args__ = (
        CheckConstraint(one_of("basis", BASES), name="basis"),
        CheckConstraint(one_of("onward", ONWARD), name="onward"),
        CheckConstraint("instrument IS NULL OR basis = 'gateway'", name="gateway"),
        CheckConstraint("consent IS NULL OR basis = 'consent'", name="agreed"),
        Index(None, "case_id", "released_at", "id"),
    )
    __frozen__ = (
        "case_id", "from_id", "to_id", "onward_of", "basis", "instrument", "provision", "consent", "purpose",
        "restriction", "onward", "notify_before_use", "retention", "before_opening", "tell_firm", "tell_reason",
        "sha256", "released_by", "released_at",
    )  # fmt: skip

    id: Mapped[Key]
    case_id: Mapped[UUID] = key_of("case", index=False)
    from_id: Mapped[UUID] = key_of("authority", index=False)
    to_id: Mapped[UUID] = key_of("authority", index=False)
    onward_of: Mapped[UUID | None] = key_of("share", nullable=True)
    basis: Mapped[str] = mapped_column(String(12))
    instrument: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    provision: Mapped[str] = mapped_column(default="")
    consent: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    purpose: Mapped[str]
    restriction: Mapped[str]
    onward: Mapped[str] = mapped_column(String(8), default="none")
    notify_before_use: Mapped[bool] = mapped_column(default=False)
    retention: Mapped[str] = mapped_column(default="")
    before_opening: Mapped[bool]
    tell_firm: Mapped[bool]
    tell_reason: Mapped[str] = mapped_column(default="")
    sha256: Mapped[Digest]
    released_by: Mapped[UUID] = key_of("person", index=False)
    released_at: Mapped[Created]
    acknowledged_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    acknowledged_at: Mapped[datetime | None]
    recalled_by: Mapped[UUID | None] = key_of("person", nullable=True, index=False)
    recalled_at: Mapped[datetime | None]
    recall_reason: Mapped[str | None]


class ShareItem(Base):
    """A copy of one item as it was shared. `source_id`: the item itself, or the copy that was received."""

    __tablename__ = "share_item"
    __table_args__ = (CheckConstraint(one_of("kind", ITEM_KINDS), name="kind"),)
    __frozen__ = ("share_id", "ordinal", "kind", "source_id", "label", "content", "sha256")

    id: Mapped[Key]
    share_id: Mapped[UUID] = key_of("share")
    ordinal: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    source_id: Mapped[UUID]
    label: Mapped[str]
    content: Mapped[dict[str, Any]] = mapped_column(JsonText)
    sha256: Mapped[Digest]


class ShareUse(Base):
    """A notice of the receiving desk that it is going to use what it received. Audience: that of the share."""

    __tablename__ = "share_use"
    __frozen__ = ("share_id", "use", "notified_by", "notified_at")

    id: Mapped[Key]
    share_id: Mapped[UUID] = key_of("share")
    use: Mapped[str]
    notified_by: Mapped[UUID] = key_of("person", index=False)
    notified_at: Mapped[Created]


class ShareNotice(Base):
    """What the firm is told of a share. Audience: the firm and the desk that shared."""

    __tablename__ = "share_notice"
    __table_args__ = (UniqueConstraint("share_id"), Index(None, "case_id", "told_at", "id"))
    __frozen__ = ("share_id", "case_id", "from_id", "to_id", "basis", "kinds", "purpose", "told_by", "told_at")

    id: Mapped[Key]
    share_id: Mapped[UUID] = key_of("share", index=False)
    case_id: Mapped[UUID] = key_of("case", index=False)
    from_id: Mapped[UUID] = key_of("authority", index=False)
    to_id: Mapped[UUID] = key_of("authority", index=False)
    basis: Mapped[str]
    kinds: Mapped[list[Any]] = mapped_column(JsonText)
    purpose: Mapped[str]
    told_by: Mapped[UUID] = key_of("person", index=False)
    told_at: Mapped[Created]


__all__ = ["Share", "ShareItem", "ShareNotice", "ShareUse"]
