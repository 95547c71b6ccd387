"""What a signatory signs: exactly the bytes whose hash the page shows, with the record that they were made from.

Rule: only a decision maker who may sign for the own desk sees these pages; others get 404, colleagues 403.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotFound
from sandbox.extensions import db
from sandbox.models.decisions import Decision, Edition, JointNotice
from sandbox.models.desks import Desk
from sandbox.queries.access import demand_case, own_parties, visible
from sandbox.queries.decisions.reading import Signed, signatures_of, signed
from sandbox.queries.desks.quarantine import NOTHING, Quarantined, count_of, quarantined


@dataclass(frozen=True, slots=True)
class ToSign:
    """A document at signature. `next`: whose turn it is; `mine`: it is the viewer's; `done`: the viewer has signed."""

    kind: str
    subject_id: UUID
    case_id: UUID
    reference: str
    state: str
    edition_id: UUID
    number: str
    sha256: str
    record: Mapping[str, Any]
    statement: str
    signatures: tuple[Signed, ...]
    viewer_id: str
    aside: Quarantined = NOTHING

    @property
    def waiting(self) -> tuple[Signed, ...]:
        """Who has not signed, in order."""
        return tuple(one for one in self.signatures if one.at is None)

    @property
    def next(self) -> Signed | None:
        """Who signs now."""
        return self.waiting[0] if self.waiting and self.state == "ready_to_sign" else None

    @property
    def mine(self) -> bool:
        """It is the viewer's turn."""
        return self.next is not None and self.next.person == self.viewer_id

    @property
    def done(self) -> bool:
        """The viewer has signed."""
        return any(one.at is not None and one.person == self.viewer_id for one in self.signatures)

    @property
    def later(self) -> bool:
        """The viewer signs after somebody else."""
        return not self.mine and any(one.person == self.viewer_id for one in self.waiting)


def decision_to_sign(viewer: Actor, decision_id: UUID) -> ToSign:
    """The own desk's decision at signature. Raises NotFound, or NotAllowed for colleagues who may not sign."""
    row = db.session.execute(
        select(Decision, Edition, Desk.authority_id, count_of(Desk.id).label("set_aside"))
        .join(Desk, Desk.id == Decision.desk_id)
        .join(Edition, Edition.id == Decision.edition_id)
        .where(Decision.id == decision_id, visible(Decision.id, "decision", own_parties(viewer))),
    ).one_or_none()
    if row is None or row.authority_id != viewer.organisation_id:
        raise NotFound("There is nothing here.")
    demand_case(viewer, Action.DECISION_SIGN, row.Decision.case_id)
    code = row.Edition.record["authority"]["code"]
    name = row.Edition.record["instrument"]["name"]
    statement = f"I sign this {name} for the {code}, as to its own part only."
    aside = quarantined(row.Decision.desk_id) if row.set_aside else NOTHING
    return _to_sign("decision", row.Decision, row.Edition, viewer, statement, aside)


def notice_to_sign(viewer: Actor, notice_id: UUID) -> ToSign:
    """A joint notice at signature, for the decision makers of the desks that decided."""
    row = db.session.execute(
        select(JointNotice, Edition)
        .join(Edition, Edition.id == JointNotice.edition_id)
        .where(JointNotice.id == notice_id, visible(JointNotice.id, "notice", own_parties(viewer))),
    ).one_or_none()
    if row is None:
        raise NotFound("There is nothing here.")
    demand_case(viewer, Action.NOTICE_SIGN, row.JointNotice.case_id)
    statement = f"I sign this joint notice for the {viewer.code}, as to its own part only."
    return _to_sign("notice", row.JointNotice, row.Edition, viewer, statement)


def _to_sign(
    kind: str, subject: Any, edition: Edition, viewer: Actor, statement: str, aside: Quarantined = NOTHING
) -> ToSign:
    at = {one.field: one.signed_at for one in signatures_of([edition.id])}
    return ToSign(
        kind=kind,
        subject_id=subject.id,
        case_id=subject.case_id,
        reference=edition.record["case"]["reference"],
        state=subject.state,
        edition_id=edition.id,
        number=edition.number,
        sha256=edition.sha256,
        record=edition.record,
        statement=statement,
        signatures=signed(edition, at),
        viewer_id=str(viewer.person_id),
        aside=aside,
    )


__all__ = ["ToSign", "decision_to_sign", "notice_to_sign"]
