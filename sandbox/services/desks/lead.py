"""The lead of a case: who coordinates it, its history, and handing it over.

The lead coordinates and decides for nobody: a hand-over leaves clocks, positions and decisions where they are. Who may
act as lead follows `Case.lead_authority_id` at once.
"""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import BadInput
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk, LeadAssignment
from sandbox.services import trail
from sandbox.services.desks.cases import codes, refuse_if_withdrawn
from sandbox.services.engine import Matter, act
from sandbox.services.unit import add, get, use_case


def begin(case: Case) -> None:
    """Note the first lead of a case."""
    db.session.add(LeadAssignment(case_id=case.id, authority_id=case.lead_authority_id))


def eligible(case: Case) -> dict[str, UUID]:
    """Authorities that can take the lead: another desk that decides, takes part and is as open as the case is.

    A desk that joined after the opening reads nothing joint before it has filed, so it cannot coordinate yet.
    """
    rows = db.session.execute(
        select(Authority.code, Desk.authority_id, Desk.opened_at)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(
            Desk.case_id == case.id,
            Desk.part == "decides",
            Desk.state.not_in(ENDED_DESK),
            Desk.authority_id != case.lead_authority_id,
        )
        .order_by(Authority.code),
    )
    return {row.code: row.authority_id for row in rows if case.opened_at is None or row.opened_at is not None}


def _readers(case: Case) -> list[str]:
    """The desks that read what is written to all: before the opening all that take part, later those that opened."""
    rows = db.session.execute(
        select(Authority.code, Desk.opened_at)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(Desk.case_id == case.id, Desk.part != "observes", Desk.state.not_in(ENDED_DESK)),
    )
    return [row.code for row in rows if case.opened_at is None or row.opened_at is not None]


def pass_on(case: Case, authority_id: UUID, *, reason: str, memo: str = "", by: Actor) -> LeadAssignment:
    """End the present assignment and begin the next. The memo is shown to the desks, never to the firm."""
    present = db.session.scalar(
        select(LeadAssignment).where(LeadAssignment.case_id == case.id, LeadAssignment.until.is_(None)),
    )
    moment = now()
    if present is None:  # a case from before the history was kept
        present = add(
            LeadAssignment(case_id=case.id, authority_id=case.lead_authority_id, since=case.created_at, until=moment)
        )
    present.until = moment
    db.session.flush()
    following = add(
        LeadAssignment(
            case_id=case.id,
            authority_id=authority_id,
            since=moment,
            reason=reason,
            memo=memo,
            handed_over_by=by.person_id,
        ),
    )
    trail.show_to(following, "lead_memo", audiences.desks(_readers(case)), case_id=case.id)
    case.lead_authority_id = authority_id
    return following


@use_case
def hand_over(actor: Actor, case_id: UUID, *, authority: str, reason: str, memo: str) -> None:
    """Hand the lead of a case to another authority (its code). All desks and the firm are told, with the reason.

    Raises BadInput for an authority that cannot lead, or without reason or memo.
    """
    case = get(Case, case_id, lock=True)
    choices = eligible(case)
    chosen = choices.get(authority)
    name = get(Authority, chosen).name if chosen is not None else ""
    act(
        actor,
        Action.LEAD_HAND_OVER,
        Matter(
            case_id=case.id,
            audience={audiences.FIRM, audiences.OFFICE, *audiences.desks(codes(case.id))},
            detail={"from": get(Authority, case.lead_authority_id).code, "to": authority, "reason": reason},
            letter={"reference": case.reference, "authority": name},
        ),
        tells=("firm", "desks"),
    )
    refuse_if_withdrawn(case)
    problems = {}
    if chosen is None:
        problems["authority"] = "Choose an authority that decides in this case and takes part in it."
    if not reason.strip():
        problems["reason"] = "Give the reason."
    if not memo.strip():
        problems["memo"] = "Write what the next lead needs to know."
    if chosen is None or problems:
        raise BadInput(problems)
    pass_on(case, chosen, reason=reason, memo=memo, by=actor)


def show_memos(case: Case, code: str) -> None:
    """Show the memos so far to a desk that joins before the opening."""
    if case.opened_at is None:
        for row in db.session.scalars(select(LeadAssignment).where(LeadAssignment.case_id == case.id)):
            trail.show_to(row, "lead_memo", (audiences.desk(code),), case_id=case.id)


__all__ = ["begin", "eligible", "hand_over", "pass_on", "show_memos"]
