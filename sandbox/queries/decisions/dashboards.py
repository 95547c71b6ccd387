"""What waits for a decision maker to sign, and for an issuing administrator to send, issue or prepare."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_, exists, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.extensions import db
from sandbox.models.decisions import Decision, Edition, JointNotice
from sandbox.models.desks import Case, Desk
from sandbox.models.people import Firm
from sandbox.queries.access import own_parties, permitted, visible
from sandbox.queries.decisions.reading import signatures_of, signed

MOST = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """One document that waits. `mine`: for the viewer now; `who`: for whom otherwise; `what`: sign, send, issue …"""

    kind: str
    what: str
    subject_id: UUID
    case_id: UUID
    reference: str
    firm: str
    number: str
    mine: bool
    who: str


def to_sign(viewer: Actor) -> tuple[Waiting, ...]:
    """Documents in whose list of signatories the viewer still stands, own turn first, in three statements."""
    if viewer.organisation is not Organisation.AUTHORITY or viewer.person_id is None:
        return ()
    found = [*_decisions(viewer), *_notices(viewer)]
    made = signatures_of(edition.id for _, _, edition, _, _ in found)
    rows = []
    for kind, subject, edition, reference, firm in found:
        at = {one.field: one.signed_at for one in made if one.edition_id == edition.id}
        left = [one for one in signed(edition, at) if one.at is None]
        if any(one.person == str(viewer.person_id) for one in left):
            mine = left[0].person == str(viewer.person_id)
            who = f"{left[0].name} ({left[0].authority})"
            rows.append(
                Waiting(kind, "sign", subject, edition.case_id, reference, firm, edition.number, mine, who),
            )
    return tuple(sorted(rows, key=lambda row: (not row.mine, row.reference, row.number)))


Found = list[tuple[str, UUID, Edition, str, str]]


def _decisions(viewer: Actor) -> Found:
    rows = db.session.execute(
        select(Decision.id, Edition, Case.reference, Firm.legal_name)
        .join(Edition, Edition.id == Decision.edition_id)
        .join(Desk, Desk.id == Decision.desk_id)
        .join(Case, Case.id == Decision.case_id)
        .join(Firm, Firm.id == Case.firm_id)
        .where(
            Decision.state == "ready_to_sign",
            Desk.authority_id == viewer.organisation_id,
            permitted(viewer, Action.DECISION_SIGN),
        )
        .order_by(Edition.created_at)
        .limit(MOST),
    )
    return [("decision", key, edition, reference, firm) for key, edition, reference, firm in rows]


def _notices(viewer: Actor) -> Found:
    rows = db.session.execute(
        select(JointNotice.id, Edition, Case.reference, Firm.legal_name)
        .join(Edition, Edition.id == JointNotice.edition_id)
        .join(Case, Case.id == JointNotice.case_id)
        .join(Firm, Firm.id == Case.firm_id)
        .where(
            JointNotice.state == "ready_to_sign",
            visible(JointNotice.id, "notice", own_parties(viewer)),
            permitted(viewer, Action.NOTICE_SIGN),
        )
        .order_by(Edition.created_at)
        .limit(MOST),
    )
    return [("notice", key, edition, reference, firm) for key, edition, reference, firm in rows]


def to_issue(viewer: Actor) -> tuple[Waiting, ...]:
    """What an issuing administrator can do now: send a draft, issue a signed document, prepare a joint notice."""
    if viewer.organisation is not Organisation.AUTHORITY:
        return ()
    rows = db.session.execute(
        select(Decision.id, Decision.case_id, Decision.number, Decision.state, Case.reference, Firm.legal_name)
        .join(Desk, Desk.id == Decision.desk_id)
        .join(Case, Case.id == Decision.case_id)
        .join(Firm, Firm.id == Case.firm_id)
        .where(
            Decision.state.in_(("drafted", "signed")),
            Desk.authority_id == viewer.organisation_id,
            Case.withdrawn_at.is_(None),
            permitted(viewer, Action.DECISION_ISSUE),
        )
        .order_by(Decision.state.desc(), Decision.created_at)
        .limit(MOST),
    )
    own = [
        Waiting("decision", "issue" if row.state == "signed" else "send", row.id, row.case_id, row.reference,
                row.legal_name, row.number, True, "")
        for row in rows
    ]  # fmt: skip
    return (*own, *_notices_to_issue(viewer))


def _notices_to_issue(viewer: Actor) -> tuple[Waiting, ...]:
    lead = and_(permitted(viewer, Action.NOTICE_ISSUE), Case.withdrawn_at.is_(None))
    signed_ones = db.session.execute(
        select(JointNotice.id, JointNotice.case_id, Edition.number, Case.reference, Firm.legal_name)
        .join(Edition, Edition.id == JointNotice.edition_id)
        .join(Case, Case.id == JointNotice.case_id)
        .join(Firm, Firm.id == Case.firm_id)
        .where(JointNotice.state == "signed", lead)
        .limit(MOST),
    )
    found = [
        Waiting("notice", "issue", row.id, row.case_id, row.reference, row.legal_name, row.number, True, "")
        for row in signed_ones
    ]
    working = exists().where(JointNotice.case_id == Case.id, JointNotice.state.in_(("ready_to_sign", "signed")))
    # An instrument issued after the joint notice: a next version tells of it.
    told = exists().where(
        JointNotice.case_id == Case.id,
        JointNotice.state == "issued",
        ~exists()
        .where(Decision.case_id == Case.id, Decision.issued_at > JointNotice.issued_at)
        .correlate(Case, JointNotice),
    )
    late = exists().where(
        Desk.case_id == Case.id, Desk.part == "decides", Desk.required.is_(True), Desk.state != "issued"
    )
    issued = exists().where(Decision.case_id == Case.id, Decision.state == "issued", Decision.action.like("approve%"))
    ready = db.session.execute(
        select(Case.id, Case.reference, Firm.legal_name)
        .join(Firm, Firm.id == Case.firm_id)
        .where(lead, Case.opened_at.is_not(None), ~working, ~told, ~late, issued)
        .order_by(Case.created_at)
        .limit(MOST),
    )
    return (
        *found,
        *(Waiting("notice", "prepare", row.id, row.id, row.reference, row.legal_name, "", True, "") for row in ready),
    )


__all__ = ["Waiting", "to_issue", "to_sign"]
