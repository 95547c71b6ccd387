"""The bytes of a document, through its audience only, compared with their hash before anybody gets them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotFound
from sandbox.extensions import db
from sandbox.models.decisions import Edition
from sandbox.queries.access import OBSERVER_PARTIES, opens, own_parties, visible


@dataclass(frozen=True, slots=True)
class Document:
    """A document that the viewer may have: the name of its file, and the hash of its bytes."""

    id: UUID
    case_id: UUID
    file_name: str
    sha256: str
    issued: bool


def document(viewer: Actor, edition_id: UUID) -> Document:
    """A document of a case, issued or at signature. Raises NotFound for who is not of its audience."""
    row = db.session.execute(
        select(
            Edition.id,
            Edition.case_id,
            Edition.number,
            Edition.sha256,
            Edition.issued_at,
            visible(Edition.id, "edition", own_parties(viewer)).label("own"),
            visible(Edition.id, "edition", OBSERVER_PARTIES).label("observed"),
        ).where(Edition.id == edition_id),
    ).one_or_none()
    # Everybody is of the public; for a party of the case its grants are asked as well.
    action = Action.CASE_READ if viewer.firm_side else Action.DECISION_READ
    if row is None or not (
        (row.own and opens(viewer, action, row.case_id))
        or (row.observed and opens(viewer, Action.CASE_OBSERVE, row.case_id))
    ):
        raise NotFound("There is nothing here.")
    return Document(row.id, row.case_id, file_name(row.number), row.sha256, row.issued_at is not None)


def file_name(number: str) -> str:
    """The name of the file of a document: `JS-2026-0007-FCA-1.pdf`."""
    return f"{number.replace('/', '-')}.pdf"


__all__ = ["Document", "document", "file_name"]
