"""Drafting one authority's decision: from its own filed position, with its conditions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.domain.conditions import CONDITION_FIELDS, Limit, stricter
from sandbox.domain.conflicts import EFFECTIVE
from sandbox.domain.errors import BadInput, NotNow
from sandbox.domain.lifecycles import DECISION
from sandbox.domain.needs import Draft
from sandbox.domain.policy import NEVER_SIGNS
from sandbox.domain.procedures import triggered
from sandbox.extensions import db
from sandbox.models.assessments import RECOMMENDATIONS, Divergence, Position
from sandbox.models.catalogue import Authority, Instrument
from sandbox.models.decisions import Condition, Decision, DecisionPreparer, ProcedureItem
from sandbox.models.desks import Case, ConflictDeclaration, Desk, DeskAssignment
from sandbox.models.duties import any_of, taken
from sandbox.models.people import Person, PersonRole
from sandbox.services import desks, trail
from sandbox.services.engine import Matter, advance, authorise, record
from sandbox.services.unit import add, expect, get, use_case


def matter_of(desk: Desk, case: Case, code: str, **more: Any) -> Matter:
    more.setdefault("audience", {audiences.desk(code)})
    return Matter(
        case_id=case.id,
        authority_id=desk.authority_id,
        letter={"reference": case.reference},
        **more,
    )


def load(decision_id: UUID) -> tuple[Decision, Desk, Case, str]:
    decision = get(Decision, decision_id)
    desk, case, code = desks.load(decision.desk_id)
    db.session.refresh(decision)
    return decision, desk, case, code


def prepared_by(actor: Actor, desk_id: UUID) -> None:
    """Note the actor for good as somebody who prepared what the desk signs: they never sign it."""
    if db.session.get(DecisionPreparer, (desk_id, actor.me)) is None:
        add(DecisionPreparer(desk_id=desk_id, person_id=actor.me))


@use_case
def draft(actor: Actor, desk_id: UUID) -> UUID:
    """Begin the desk's decision from its own filed position. Returns its id; the same one when it exists."""
    desk, case, code = desks.load(desk_id)
    authorise(actor, Action.DECISION_DRAFT, matter_of(desk, case, code))
    desks.refuse_if_withdrawn(case)
    known = db.session.scalar(select(Decision.id).where(Decision.desk_id == desk.id))
    if known is not None:
        return known
    if desk.state not in {"deliberating", "procedure"}:
        raise NotNow("A decision is drafted when the positions are open, or when the desk goes ahead alone.")
    position = db.session.scalars(
        select(Position).where(Position.desk_id == desk.id, Position.superseded_at.is_(None))
    ).one()
    instrument = _first_instrument(desk.authority_id, position.recommendation)
    decision = add(
        Decision(
            case_id=case.id,
            desk_id=desk.id,
            number=f"{case.reference}/{code}/1",
            action=position.recommendation,
            instrument_id=instrument,
            reasons=position.summary,
            application_version_id=position.application_version_id,
            drafted_by=actor.person_id,
        ),
    )
    prepared_by(actor, desk.id)
    trail.show_to(decision, "decision", (audiences.desk(code),), case_id=case.id)
    for place, proposed in enumerate(_harmonised(case, desk, position), start=1):
        add(
            Condition(
                case_id=case.id,
                decision_id=decision.id,
                authority_id=desk.authority_id,
                number=f"{code}-{place}",
                ordinal=place,
                **proposed,
            ),
        )
    record(actor, Action.DECISION_DRAFT, matter_of(desk, case, code, detail={"decision": decision.number}))
    return decision.id


def _first_instrument(authority_id: UUID, action: str) -> UUID | None:
    wanted = "approve" if action.startswith("approve") else action
    rows = db.session.scalars(
        select(Instrument).where(Instrument.authority_id == authority_id).order_by(Instrument.code),
    ).all()
    order = {row["code"]: place for place, row in enumerate(get(Authority, authority_id).content["instruments"])}
    fitting = [row for row in rows if wanted in row.content["actions"]]
    return min(fitting, key=lambda row: order.get(row.code, 99)).id if fitting else None


def _limit(condition: Mapping[str, Any]) -> Limit | None:
    if not condition["metric"]:
        return None
    return Limit(
        metric=condition["metric"],
        comparator=condition["comparator"],
        threshold=Decimal(str(condition["threshold"])),
        window=condition["window"] or "at_any_time",
        currency=condition["currency"],
    )


def _harmonised(case: Case, desk: Desk, position: Position) -> list[dict[str, Any]]:
    """The desk's proposed conditions; where the desks settled on the stricter limit, with that threshold."""
    agreed = set(
        db.session.scalars(
            select(Divergence.key).where(
                Divergence.case_id == case.id,
                Divergence.kind == "condition",
                Divergence.disposition == "stricter",
            ),
        ),
    )
    others: list[Limit] = []
    if agreed and desk.opened_at is not None:
        for other in db.session.scalars(
            select(Position.record).where(
                Position.case_id == case.id,
                Position.desk_id != desk.id,
                Position.superseded_at.is_(None),
            ),
        ):
            others += [limit for one in other["conditions"] if (limit := _limit(one)) is not None]
    return [_strictest(one, others if one["metric"] in agreed else []) for one in position.record["conditions"]]


def _strictest(condition: Mapping[str, Any], others: list[Limit]) -> dict[str, Any]:
    values = {name: condition[name] for name in CONDITION_FIELDS}
    own = _limit(condition)
    if own is None:
        return values
    best = own
    for other in others:
        if best.comparable(other):
            best = stricter(best, other)
    values["threshold"] = best.threshold
    if best.threshold != own.threshold:
        values["origin"] = "harmonised"
    return values


@use_case
def edit(
    actor: Actor,
    decision_id: UUID,
    *,
    version: int,
    action: str,
    instrument_id: UUID | None,
    reasons: str,
    effective_on: date | None,
    expires_on: date | None,
) -> None:
    """Change a drafted decision. Raises Conflict when somebody else changed it meanwhile."""
    decision, desk, case, code = load(decision_id)
    authorise(actor, Action.DECISION_EDIT, matter_of(desk, case, code))
    expect(decision, version, current={"reasons": decision.reasons, "action": decision.action})
    problems = _edit_problems(desk, action, instrument_id, effective_on, expires_on)
    if problems:
        raise BadInput(problems)
    advance(DECISION, decision, Action.DECISION_EDIT, actor, matter_of(desk, case, code, detail={"action": action}))
    prepared_by(actor, desk.id)
    decision.action, decision.instrument_id, decision.reasons = action, instrument_id, reasons
    decision.effective_on, decision.expires_on = effective_on, expires_on


def _edit_problems(
    desk: Desk,
    action: str,
    instrument_id: UUID | None,
    effective_on: date | None,
    expires_on: date | None,
) -> dict[str, str]:
    problems = {}
    if action not in RECOMMENDATIONS:
        problems["action"] = "Choose the decision."
    instrument = db.session.get(Instrument, instrument_id) if instrument_id else None
    wanted = "approve" if action.startswith("approve") else action
    if instrument is None or instrument.authority_id != desk.authority_id:
        problems["instrument_id"] = "Choose an instrument of your authority."
    elif wanted not in instrument.content["actions"]:
        problems["instrument_id"] = f"“{instrument.name}” cannot carry this decision. Choose another instrument."
    if effective_on and expires_on and expires_on <= effective_on:
        problems["expires_on"] = "The end must be after the date on which the decision takes effect."
    return problems


@use_case
def set_condition(
    actor: Actor,
    decision_id: UUID,
    *,
    condition: Mapping[str, Any],
    condition_id: UUID | None = None,
    version: int | None = None,
) -> UUID:
    """Add a condition to a drafted decision, or change the one named. Returns its id."""
    decision, desk, case, code = load(decision_id)
    advance(
        DECISION,
        decision,
        Action.DECISION_EDIT,
        actor,
        matter_of(desk, case, code, detail={"condition": condition.get("title")}),
    )
    prepared_by(actor, desk.id)
    values = {name: condition.get(name) for name in CONDITION_FIELDS}
    if condition_id is not None:
        row = get(Condition, condition_id)
        if row.decision_id != decision.id:
            raise BadInput({"condition": "This condition belongs to another decision."})
        expect(row, version, current={"title": row.title, "text": row.text})
        for name, value in values.items():
            setattr(row, name, value)
        return row.id
    last = db.session.scalar(
        select(func.coalesce(func.max(Condition.ordinal), 0)).where(Condition.decision_id == decision.id),
    )
    place = (last or 0) + 1
    row = add(
        Condition(
            case_id=case.id,
            decision_id=decision.id,
            authority_id=desk.authority_id,
            number=f"{code}-{place}",
            ordinal=place,
            **values,
        ),
    )
    return row.id


@use_case
def drop_condition(actor: Actor, condition_id: UUID) -> None:
    """Take a condition out of a drafted decision."""
    row = get(Condition, condition_id)
    decision, desk, case, code = load(row.decision_id)
    advance(
        DECISION,
        decision,
        Action.DECISION_EDIT,
        actor,
        matter_of(desk, case, code, detail={"condition": row.title, "removed": True}),
    )
    prepared_by(actor, desk.id)
    db.session.delete(row)


def signatories(desk: Desk) -> list[Person]:
    """Who signs for the desk, in order of assignment: decision makers who declared and did nothing that bars them."""
    rows = db.session.scalars(
        select(Person)
        .join(DeskAssignment, DeskAssignment.person_id == Person.id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .join(
            ConflictDeclaration,
            (ConflictDeclaration.person_id == Person.id)
            & (ConflictDeclaration.case_id == desk.case_id)
            & ConflictDeclaration.superseded_at.is_(None)
            & ConflictDeclaration.outcome.in_(EFFECTIVE),
        )
        .where(
            DeskAssignment.desk_id == desk.id,
            PersonRole.role == Role.DECISION_MAKER.value,
            Person.active.is_(True),
            ~any_of(NEVER_SIGNS, taken(desk.id, desk.case_id, Person.id)),
        )
        .order_by(DeskAssignment.assigned_at, Person.id),
    )
    needed = get(Authority, desk.authority_id).signatories_required
    return list(rows)[:needed]


def open_items(decision: Decision) -> list[Mapping[str, Any]]:
    """The procedure items that this decision triggers and that are not done."""
    if decision.instrument_id is None or decision.action is None:
        return []
    origins = db.session.scalars(select(Condition.origin).where(Condition.decision_id == decision.id)).all()
    instrument = get(Instrument, decision.instrument_id)
    wanted = triggered(instrument.content["procedure_items"], action=decision.action, origins=origins)
    done = set(
        db.session.scalars(
            select(ProcedureItem.code).where(
                ProcedureItem.decision_id == decision.id,
                ProcedureItem.done_at.is_not(None),
            ),
        ),
    )
    return [item for item in wanted if item["code"] not in done]


def draft_needs(decision: Decision, desk: Desk) -> Draft:
    conditions = db.session.scalar(
        select(func.count()).select_from(Condition).where(Condition.decision_id == decision.id),
    )
    return Draft(
        action=decision.action or "",
        instrument=str(decision.instrument_id or ""),
        reasons=decision.reasons,
        effective_on=decision.effective_on is not None,
        procedure_open=tuple(item["title"] for item in open_items(decision)),
        signatories=tuple(person.name for person in signatories(desk)),
        signatories_needed=get(Authority, desk.authority_id).signatories_required,
        conditions=conditions or 0,
        quarantined=desks.to_redo(desk.id),
    )
