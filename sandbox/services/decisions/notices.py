"""The joint notice: made from issued instruments, signed by every authority that decided, each as to its own part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import exists, func, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.conditions import in_words, key_of_condition
from sandbox.domain.errors import Incomplete, NotNow
from sandbox.domain.lifecycles import NOTICE
from sandbox.domain.needs import JointNotice as Needs
from sandbox.domain.needs import Reasoned, Signing, a_joint_outcome
from sandbox.domain.outcomes import APPROVALS, DeskDecision, JointOutcome, combine
from sandbox.extensions import db
from sandbox.models.assessments import Divergence
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.decisions import Condition, Decision, Edition, JointNotice
from sandbox.models.desks import Case, Desk
from sandbox.models.trials import Trial
from sandbox.services import contradictions, desks, trail
from sandbox.services.decisions import editions, records, schedules
from sandbox.services.decisions.drafting import prepared_by
from sandbox.services.engine import Matter, act, advance, authorise, move, record, tell
from sandbox.services.unit import add, get, reading, use_case


def joint_outcome(case: Case, *, for_notice: bool = False) -> JointOutcome:
    """The joint outcome as the desks' decisions stand. Nobody types it.

    A joint notice does not wait for optional authorities: `for_notice` leaves out those that have not decided.
    """
    rows = db.session.execute(
        select(Desk, Authority.code, Decision)
        .join(Authority, Authority.id == Desk.authority_id)
        .outerjoin(Decision, Decision.desk_id == Desk.id)
        .where(Desk.case_id == case.id, Desk.part == "decides")
        .order_by(Authority.code),
    ).all()
    keys: dict[UUID, set[str]] = {}
    for condition in db.session.scalars(select(Condition).where(Condition.case_id == case.id)):
        plain = {
            "metric": condition.metric,
            "kind": condition.kind,
            "title": condition.title,
            "text": condition.text,
            "threshold": condition.threshold,
            "currency": condition.currency,
            "comparator": condition.comparator,
            "window": condition.window,
        }
        keys.setdefault(condition.decision_id, set()).add(f"{key_of_condition(plain)} {in_words(plain)}")
    programme = get(Programme, case.programme_id)
    return combine(
        (
            DeskDecision(
                authority=code,
                required=desk.required,
                state=desk.state,
                action=decision.action if decision is not None and decision.signed_at else None,
                conditions=frozenset(keys.get(decision.id, ())) if decision is not None else frozenset(),
            )
            for desk, code, decision in rows
            if not for_notice or desk.required or (decision is not None and decision.signed_at)
        ),
        withdrawn=case.withdrawn_at is not None,
        firm_goes_on_with_fewer=case.goes_on_with_fewer,
        programme_allows_fewer=programme.allows_fewer,
    )


def _decided(case: Case) -> list[tuple[Decision, str, UUID]]:
    """Signed decisions of the case: lead desk first, then by code."""
    rows = db.session.execute(
        select(Decision, Authority.code, Authority.id)
        .join(Desk, Desk.id == Decision.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(Decision.case_id == case.id, Decision.signed_at.is_not(None))
        .order_by(Authority.code),
    )
    found = [(decision, code, key) for decision, code, key in rows]
    return sorted(found, key=lambda row: (row[2] != case.lead_authority_id, row[1]))


def _needs(case: Case) -> Needs:
    outcome = joint_outcome(case, for_notice=True)
    unsettled = db.session.scalars(
        select(Divergence.title)
        .where(Divergence.case_id == case.id, Divergence.state == "open")
        .order_by(Divergence.title),
    ).all()
    return Needs(
        outcome=outcome.outcome.value,
        unsettled=tuple(unsettled),
        contradictions=contradictions.open_titles(case.id),
        unissued=tuple(code for decision, code, _ in _decided(case) if decision.state == "signed"),
        approvals=len(outcome.approving),
    )


def _matter(case: Case, authority_id: UUID | None, **more: Any) -> Matter:
    parties = audiences.desks(code for _, code, _ in _decided(case))
    return Matter(
        case_id=case.id,
        audience=more.pop("audience", parties),
        authority_id=authority_id,
        letter={"reference": case.reference},
        **more,
    )


def start_of_test(case: Case) -> date:
    """When the test can start: the plan's day, but not before every approving instrument takes effect.

    What the firm has accepted stays: a decision that comes later moves nothing.
    """
    accepted = db.session.scalar(select(Trial.starts_on).where(Trial.case_id == case.id))
    if accepted is not None:
        return accepted
    version = desks.current_version(case)
    planned = date.fromisoformat(version.record["sections"]["test_plan"]["starts_on"])
    effective = [
        decision.effective_on
        for decision, _, _ in _decided(case)
        if decision.action in APPROVALS and decision.effective_on is not None
    ]
    return max([planned, *effective])


def planned_months(case: Case) -> int:
    """How long the test plan lasts, in months."""
    return int(desks.current_version(case).record["sections"]["test_plan"]["duration_months"])


def approving(case: Case) -> list[Authority]:
    """The authorities whose decision approves, lead first."""
    return [get(Authority, key) for decision, _, key in _decided(case) if decision.action in APPROVALS]


@reading
def _to_prepare(actor: Actor, case_id: UUID) -> tuple[dict[str, Any], str, list[str], str]:
    case = get(Case, case_id)
    authorise(actor, Action.NOTICE_PREPARE, _matter(case, actor.organisation_id))
    missing = list(a_joint_outcome(_needs(case)))
    if missing:
        raise Incomplete(missing)
    _refuse_if_standing(case)
    replaced = issued_notice(case_id)
    outcome = joint_outcome(case, for_notice=True)
    number = _next_number(case_id)
    parts, people = [], []
    for decision, _, _ in _decided(case):
        edition = get(Edition, decision.edition_id)  # type: ignore[arg-type]
        parts.append({"record": edition.record, "sha256": edition.sha256})
        people += [one["person"] for one in edition.expected]
    dates = schedules.milestones(
        get(Programme, case.programme_id),
        approving(case),
        start_of_test(case),
        planned_months(case),
    )
    code = editions.verification_code()
    milestones = [
        {"title": row.title, "authority": row.authority, "due_on": row.due_on.isoformat(), "calendar": row.calendar,
         "basis": row.basis}
        for row in dates
    ]  # fmt: skip
    words = {"code": outcome.outcome.value, "title": outcome.title, "reason": outcome.reason}
    earlier = get(Edition, replaced.edition_id) if replaced is not None else None
    made = records.notice_record(case, number, words, parts, milestones, code, earlier)
    return made, code, people, outcome.outcome.value


def _next_number(case_id: UUID) -> int:
    last = db.session.scalar(
        select(func.coalesce(func.max(JointNotice.number), 0)).where(JointNotice.case_id == case_id),
    )
    return (last or 0) + 1


def _in_work(case_id: UUID) -> bool:
    working = ("ready_to_sign", "signed")
    return bool(
        db.session.scalar(
            select(exists().where(JointNotice.case_id == case_id, JointNotice.state.in_(working))),
        ),
    )


def issued_notice(case_id: UUID) -> JointNotice | None:
    """The joint notice that counts now."""
    return db.session.scalar(
        select(JointNotice).where(JointNotice.case_id == case_id, JointNotice.state == "issued"),
    )


def tells_everything(case: Case) -> bool:
    """True when the issued joint notice carries the decision of every authority that has decided."""
    notice = issued_notice(case.id)
    if notice is None:
        return False
    told = {row["number"] for row in get(Edition, notice.edition_id).record["instruments"]}
    return told >= {decision.number for decision, _, _ in _decided(case)}


def _refuse_if_standing(case: Case) -> None:
    """A next version follows only a decision that the issued one does not carry (an optional authority's, later)."""
    if _in_work(case.id) or tells_everything(case):
        raise NotNow("There is a joint notice already.")


def prepare(actor: Actor, case_id: UUID) -> UUID:
    """Make the joint notice and send it to all signatories. Returns its id.

    Raises Incomplete with everything that stands in the way; that never holds up an instrument.
    """
    record_, code, people, outcome = _to_prepare(actor, case_id)
    prepared = editions.prepare("joint_notice.html", record_, code, people)
    return _ready(actor, case_id, prepared, outcome)


@use_case
def _ready(actor: Actor, case_id: UUID, prepared: editions.Prepared, outcome: str) -> UUID:
    case = get(Case, case_id, lock=True)
    matter = _matter(case, actor.organisation_id)
    authorise(actor, Action.NOTICE_PREPARE, matter)
    missing = list(a_joint_outcome(_needs(case)))
    if missing:
        raise Incomplete(missing)
    _refuse_if_standing(case)
    if prepared.record["version"] != _next_number(case_id):
        raise NotNow("Another version of the joint notice was made meanwhile. Try again.")
    edition = editions.keep(prepared, case.id, "joint_notice", "Joint notice")
    trail.show_to(edition, "edition", matter.audience, case_id=case.id)
    number = prepared.record["version"]
    notice = add(JointNotice(case_id=case.id, number=number, outcome=outcome, edition_id=edition.id))
    trail.show_to(notice, "notice", matter.audience, case_id=case.id)
    record(
        actor,
        Action.NOTICE_PREPARE,
        replace(matter, detail={"number": edition.number, "sha256": edition.sha256}, froze=(notice,)),
    )
    prepared_by(actor, _desk_of(actor, case))
    for _, _, authority_id in _decided(case):
        tell(actor, Action.NOTICE_PREPARE, replace(matter, authority_id=authority_id), ("signatories",))
    return notice.id


def _desk_of(actor: Actor, case: Case) -> UUID:
    own = select(Desk.id).where(Desk.case_id == case.id, Desk.authority_id == actor.organisation_id)
    return db.session.scalars(own).one()


def _load(notice_id: UUID) -> tuple[JointNotice, Case, Edition]:
    notice = get(JointNotice, notice_id)
    case = get(Case, notice.case_id, lock=True)
    db.session.refresh(notice)
    return notice, case, get(Edition, notice.edition_id)


@use_case
def reject(actor: Actor, notice_id: UUID, *, reason: str) -> None:
    """Refuse to sign: the notice is void, signatures made so far are kept as void, a next version can be made."""
    notice, case, edition = _load(notice_id)
    matter = _matter(case, actor.organisation_id, needs=Reasoned(reason), detail={"reason": reason}, froze=(notice,))
    advance(NOTICE, notice, Action.NOTICE_REJECT, actor, matter)
    editions.void(edition)
    notice.rejected_because = reason
    tell(actor, Action.NOTICE_REJECT, replace(matter, authority_id=case.lead_authority_id), ("issuers",))


@reading
def _to_sign(actor: Actor, notice_id: UUID, shown: str) -> tuple[dict[str, str], str]:
    notice, case, edition = _load(notice_id)
    authorise(actor, Action.NOTICE_SIGN, _matter(case, actor.organisation_id))
    if notice.state != "ready_to_sign":
        raise NotNow("This joint notice is not waiting for signature.")
    return editions.next_for(edition, actor, shown), case.reference


def sign(actor: Actor, notice_id: UUID, *, shown: str) -> None:
    """Sign exactly the bytes shown, for the actor's authority, as to its own part only."""
    field, reference = _to_sign(actor, notice_id, shown)
    at = now()
    reason = f"Joint notice in case {reference}: for {field['authority']}, as to its own part only"
    signed = editions.sign_bytes(shown, field, actor, reason, at)
    _signed(actor, notice_id, field=field, shown=shown, signed=signed)


@use_case
def _signed(actor: Actor, notice_id: UUID, *, field: Mapping[str, str], shown: str, signed: str) -> None:
    notice, case, edition = _load(notice_id)
    matter = _matter(case, actor.organisation_id)
    authorise(actor, Action.NOTICE_SIGN, matter)
    if notice.state != "ready_to_sign":
        raise NotNow("This joint notice is not waiting for signature any more.")
    editions.next_for(edition, actor, shown)
    signature = editions.add_signature(edition, field, actor, shown, signed, now())
    detail = {"number": edition.number, "field": field["field"], "shown": shown, "signed": signed}
    if editions.waiting(edition):
        act(actor, Action.NOTICE_SIGN, replace(matter, detail=detail, froze=(signature,)))
        return
    notice.signed_at = now()
    needs = Signing(made=len(edition.expected), expected=len(edition.expected))
    issuer = replace(matter, detail=detail, froze=(signature, notice), needs=needs)
    advance(NOTICE, notice, Action.NOTICE_SIGN, actor, issuer)
    tell(actor, Action.NOTICE_SIGN, replace(matter, authority_id=case.lead_authority_id), ("issuers",))


@reading
def _to_issue(actor: Actor, notice_id: UUID) -> tuple[list[dict[str, str]], str]:
    notice, case, edition = _load(notice_id)
    authorise(actor, Action.NOTICE_ISSUE, _matter(case, actor.organisation_id))
    NOTICE.step(Action.NOTICE_ISSUE, notice.state)
    return list(edition.expected), edition.sha256


def issue(actor: Actor, notice_id: UUID) -> None:
    """Verify the fully signed notice, then issue it to the firm and all desks that decided."""
    expected, digest = _to_issue(actor, notice_id)
    editions.check_before_issue(expected, digest)
    _issued(actor, notice_id, digest)


@use_case
def _issued(actor: Actor, notice_id: UUID, digest: str) -> None:
    notice, case, edition = _load(notice_id)
    if edition.sha256 != digest:
        raise NotNow("The document changed while it was checked. Try again.")
    outside = (audiences.FIRM, audiences.OBSERVERS)
    parties = {*outside, *audiences.desks(code for _, code, _ in _decided(case))}
    _supersede(case, edition)
    notice.issued_at = edition.issued_at = now()
    edition.status = "in_force"
    advance(
        NOTICE,
        notice,
        Action.NOTICE_ISSUE,
        actor,
        _matter(
            case,
            actor.organisation_id,
            audience=parties,
            detail={"number": edition.number, "sha256": digest},
            froze=(edition, notice),
        ),
    )
    trail.show_to(edition, "edition", outside, case_id=case.id)
    trail.show_to(notice, "notice", outside, case_id=case.id)


def _supersede(case: Case, successor: Edition) -> None:
    """Mark the version issued before. Its bytes stay, and whoever verifies them is told of the next version."""
    earlier = issued_notice(case.id)
    if earlier is None:
        return
    edition = get(Edition, earlier.edition_id)
    earlier_parties = {audiences.FIRM, *audiences.desks(row["authority"] for row in edition.record["instruments"])}
    move(NOTICE, earlier, Action.NOTICE_SUPERSEDE)
    edition.status, edition.superseded_by_id = "superseded", successor.id
    db.session.flush()
    detail = {"number": edition.number, "by": successor.number}
    record(
        SYSTEM,
        Action.NOTICE_SUPERSEDE,
        _matter(case, None, audience=earlier_parties, detail=detail, released=(earlier,), froze=(earlier,)),
    )


__all__ = [
    "approving", "issue", "issued_notice", "joint_outcome", "planned_months", "prepare", "reject", "sign",
    "start_of_test", "tells_everything",
]  # fmt: skip
