"""Procedure items of a decision: what the instrument's law asks for first, with its period and its end."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import BadInput, NotNow
from sandbox.domain.lifecycles import DESK
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.decisions import PROCEDURE_OUTCOMES, Decision, ProcedureItem
from sandbox.models.desks import Case, Desk
from sandbox.services import clocks, desks
from sandbox.services.decisions import drafting
from sandbox.services.engine import Matter, act, advance
from sandbox.services.unit import add, get, use_case


def _matter(desk: Desk, case: Case, code: str, detail: dict[str, str]) -> Matter:
    return Matter(
        case_id=case.id,
        audience={audiences.desk(code)},
        authority_id=desk.authority_id,
        detail=detail,
        letter={"reference": case.reference},
    )


@use_case
def start(actor: Actor, decision_id: UUID) -> None:
    """Begin the items that the drafted decision triggers; those with a clock get their last day."""
    decision = get(Decision, decision_id)
    desk, case, code = desks.load(decision.desk_id)
    items = drafting.open_items(decision)
    matter = _matter(desk, case, code, {"items": ", ".join(item["title"] for item in items)})
    if not items:
        act(actor, Action.DESK_START_PROCEDURE, matter)
        raise NotNow("This decision triggers no procedure item.")
    if decision.state != "drafted":
        raise NotNow("Procedure items run while the decision is drafted.")
    if desk.state == "deliberating":
        advance(DESK, desk, Action.DESK_START_PROCEDURE, actor, matter)
    else:
        act(actor, Action.DESK_START_PROCEDURE, matter)
    authority = get(Authority, desk.authority_id)
    today = clocks.local_day(now(), authority)
    known = set(db.session.scalars(select(ProcedureItem.code).where(ProcedureItem.decision_id == decision.id)))
    for item in items:
        if item["code"] in known:
            continue
        clock = clocks.clock_of(authority.id, item.get("clock") or "")
        due_on = clocks.due_from(authority, clock, today).at if clock else None
        add(
            ProcedureItem(
                decision_id=decision.id,
                code=item["code"],
                title=item["title"],
                started_on=today,
                due_on=due_on,
            ),
        )


@use_case
def complete(actor: Actor, item_id: UUID, *, outcome: str, note: str) -> None:
    """Record how an item ended. A period for the firm ends by its last day, or earlier by the firm's agreement."""
    item = get(ProcedureItem, item_id)
    decision = get(Decision, item.decision_id)
    desk, case, code = desks.load(decision.desk_id)
    act(actor, Action.PROCEDURE_COMPLETE, _matter(desk, case, code, {"item": item.title, "outcome": outcome}))
    if outcome not in PROCEDURE_OUTCOMES:
        raise BadInput({"outcome": "Choose how this ended."})
    if not note.strip():
        raise BadInput({"note": "Say what was done and where it is on file."})
    if item.done_at is not None:
        raise NotNow("This item has ended already.")
    today = clocks.local_day(now(), get(Authority, desk.authority_id))
    if item.due_on is not None and outcome != "agreed_by_firm" and today <= item.due_on:
        raise BadInput({"outcome": f"The period runs until {item.due_on.isoformat()}, unless the firm agrees earlier."})
    item.outcome, item.note, item.done_at, item.done_by = outcome, note, now(), actor.person_id


@use_case
def reopen(actor: Actor, decision_id: UUID) -> None:
    """Representations reopen the deliberation; the items stay on record."""
    decision = get(Decision, decision_id)
    desk, case, code = desks.load(decision.desk_id)
    advance(DESK, desk, Action.DESK_REOPEN_DELIBERATION, actor, _matter(desk, case, code, {}))
