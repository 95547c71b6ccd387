"""The sharing ledger of one desk as a record for a document: its own rows only."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import or_

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotFound
from sandbox.domain.sharing import ITEM_KINDS
from sandbox.models.base import now
from sandbox.models.desks import Share
from sandbox.queries.desks.sharing import ShareRow, items_where, shares_where
from sandbox.queries.desks.sight import sight


def extract(viewer: Actor, case_id: UUID, *, demo: bool) -> dict[str, Any]:
    """The ledger of the viewer's own desk as a record for a document (schema `sharing/1`).

    Raises NotFound, also where it is empty.

    Only shares of which the own desk is a side; labels only of items that it may open.
    """
    seen = sight(viewer, case_id, Action.SHARE_READ)
    mine = viewer.organisation_id
    rows = shares_where(seen, or_(Share.from_id == mine, Share.to_id == mine))
    if not rows:
        raise NotFound("There is nothing here.")
    labels: dict[UUID, list[dict[str, str]]] = {}
    for one in items_where(seen):
        row = {"kind": ITEM_KINDS[one.kind].words, "label": one.label, "sha256": one.sha256}
        labels.setdefault(one.share_id, []).append(row)
    return {
        "schema": "sharing/1",
        "number": f"{seen.reference}/S/{viewer.code}",
        "case": {"reference": seen.reference},
        "programme": {"name": seen.programme},
        "authority": {"code": viewer.code, "name": viewer.organisation_name},
        "as_of": now().isoformat(),
        "shared": [_entry(row, labels.get(row.id, [])) for row in rows if row.from_id == mine],
        "received": [_entry(row, labels.get(row.id, [])) for row in rows if row.to_id == mine],
        "verification": None,
        "demo": demo,
    }


def _entry(row: ShareRow, items: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "from": row.from_name,
        "to": row.to_name,
        "what": row.what,
        "items": items,
        "basis": row.basis_words,
        "purpose": row.purpose,
        "restriction": row.restriction,
        "onward": row.onward_words,
        "notify_before_use": row.notify_before_use,
        "retention": row.retention,
        "released_at": row.released_at.isoformat(),
        "released_by": row.released_by,
        "acknowledged_at": row.acknowledged_at.isoformat() if row.acknowledged_at else None,
        "recalled_at": row.recalled_at.isoformat() if row.recalled_at else None,
        "recall_reason": row.recall_reason or "",
        "sha256": row.sha256,
    }


__all__ = ["extract"]
