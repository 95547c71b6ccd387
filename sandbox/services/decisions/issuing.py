"""One authority's act: sent to signature, signed by its own signatories, issued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.errors import Incomplete, NotNow
from sandbox.domain.lifecycles import CONDITION, DECISION, DESK
from sandbox.domain.needs import Reasoned, Signing, redone
from sandbox.models.base import now
from sandbox.models.decisions import Decision, Edition
from sandbox.models.desks import Case, Desk
from sandbox.services import clocks, desks, joint, trail
from sandbox.services.decisions import editions, records
from sandbox.services.decisions.drafting import draft_needs, load, matter_of, prepared_by, signatories
from sandbox.services.engine import act, advance, authorise, move
from sandbox.services.unit import expect, get, reading, use_case


@reading
def preview(actor: Actor, decision_id: UUID) -> dict[str, Any]:
    """What the instrument would say as the draft stands. Raises Incomplete when it has no action or instrument yet."""
    decision = get(Decision, decision_id)
    desk = get(Desk, decision.desk_id)
    case = get(Case, decision.case_id)
    authorise(actor, Action.DECISION_READ, matter_of(desk, case, desks.code_of(desk)))
    if decision.action is None or decision.instrument_id is None:
        raise Incomplete(["Choose the decision and the instrument first."])
    return records.instrument_record(decision, signatories(desk), "")


@reading
def _to_prepare(actor: Actor, decision_id: UUID, version: int) -> tuple[dict[str, Any], str, list[str]]:
    decision, desk, case, code = load(decision_id)
    authorise(actor, Action.DECISION_SEND_TO_SIGNATURE, matter_of(desk, case, code))
    expect(decision, version)
    desks.refuse_if_withdrawn(case)
    DECISION.step(Action.DECISION_SEND_TO_SIGNATURE, decision.state, draft_needs(decision, desk))
    people = signatories(desk)
    verification = editions.verification_code()
    return (
        records.instrument_record(decision, people, verification),
        verification,
        [str(person.id) for person in people],
    )


def send_to_signature(actor: Actor, decision_id: UUID, *, version: int) -> UUID:
    """Make the instrument's PDF and send it to its signatories. Returns the id of the edition.

    Raises Incomplete with all that is missing, BadInput for a character that documents cannot show.
    """
    record_, verification, people = _to_prepare(actor, decision_id, version)
    prepared = editions.prepare("instrument.html", record_, verification, people)
    return _ready(actor, decision_id, version, prepared)


@use_case
def _ready(actor: Actor, decision_id: UUID, version: int, prepared: editions.Prepared) -> UUID:
    decision, desk, case, code = load(decision_id)
    authorise(actor, Action.DECISION_SEND_TO_SIGNATURE, matter_of(desk, case, code))
    expect(decision, version)
    needs = draft_needs(decision, desk)
    DECISION.step(Action.DECISION_SEND_TO_SIGNATURE, decision.state, needs)
    edition = editions.keep(prepared, case.id, "instrument", f"Instrument of {code}")
    trail.show_to(edition, "edition", (audiences.desk(code),), case_id=case.id)
    decision.edition_id, decision.rejected_because = edition.id, None
    advance(
        DECISION,
        decision,
        Action.DECISION_SEND_TO_SIGNATURE,
        actor,
        matter_of(
            desk,
            case,
            code,
            needs=needs,
            detail={"decision": decision.number, "sha256": edition.sha256, "record": edition.record_sha256},
            froze=(decision, *records.conditions_of(decision.id)),
        ),
    )
    prepared_by(actor, desk.id)
    return edition.id


@use_case
def reject(actor: Actor, decision_id: UUID, *, reason: str) -> None:
    """Return a decision to its drafters; signatures made so far are void and kept."""
    decision, desk, case, code = load(decision_id)
    edition = get(Edition, decision.edition_id) if decision.edition_id else None
    matter = matter_of(desk, case, code, needs=Reasoned(reason), detail={"reason": reason})
    authorise(actor, Action.DECISION_REJECT, matter)
    released = (decision, *records.conditions_of(decision.id))
    advance(DECISION, decision, Action.DECISION_REJECT, actor, replace(matter, released=released))
    if edition is not None:
        editions.void(edition)
    decision.rejected_because = reason


@reading
def _to_sign(actor: Actor, decision_id: UUID, shown: str) -> tuple[dict[str, str], str]:
    decision, desk, case, code = load(decision_id)
    authorise(actor, Action.DECISION_SIGN, matter_of(desk, case, code))
    if decision.state != "ready_to_sign" or decision.edition_id is None:
        raise NotNow("This decision is not waiting for signature.")
    _refuse_quarantined(desk)
    edition = get(Edition, decision.edition_id)
    return editions.next_for(edition, actor, shown), case.reference


def _refuse_quarantined(desk: Desk) -> None:
    """Nothing is signed on the work of somebody with an interest. Raises Incomplete with what is to redo."""
    if lacking := list(redone(desks.to_redo(desk.id))):
        raise Incomplete(lacking)


def sign(actor: Actor, decision_id: UUID, *, shown: str) -> None:
    """Sign exactly the bytes whose hash the page showed. The last signature makes the decision.

    Raises Conflict when the bytes changed, NotAllowed for anybody but the next signatory (never an assessor).
    """
    field, reference = _to_sign(actor, decision_id, shown)
    at = now()
    reason = f"Instrument of {field['authority']} in case {reference}"
    signed = editions.sign_bytes(shown, field, actor, reason, at)
    _signed(actor, decision_id, field=field, shown=shown, signed=signed)


@use_case
def _signed(actor: Actor, decision_id: UUID, *, field: Mapping[str, str], shown: str, signed: str) -> None:
    decision, desk, case, code = load(decision_id)
    matter = matter_of(desk, case, code)
    authorise(actor, Action.DECISION_SIGN, matter)
    if decision.state != "ready_to_sign" or decision.edition_id is None:
        raise NotNow("This decision is not waiting for signature any more.")
    _refuse_quarantined(desk)
    edition = get(Edition, decision.edition_id, lock=True)
    editions.next_for(edition, actor, shown)
    signature = editions.add_signature(edition, field, actor, shown, signed, now())
    left = editions.waiting(edition)
    detail: dict[str, Any] = {
        "decision": decision.number, "field": field["field"], "shown": shown, "signed": signed,
    }  # fmt: skip
    if told := desks.disclosed(desk.id):  # that an assessor had an interest was disclosed to who signs
        detail["disclosed"] = told
    if left:
        act(actor, Action.DECISION_SIGN, replace(matter, detail=detail, froze=(signature,)))
        return
    decision.signed_at = now()
    needs = Signing(made=len(edition.expected), expected=len(edition.expected))
    advance(
        DECISION,
        decision,
        Action.DECISION_SIGN,
        actor,
        replace(matter, detail=detail, froze=(signature, decision), needs=needs),
    )
    advance(DESK, desk, Action.DESK_DECIDE, SYSTEM, matter_of(desk, case, code))
    clocks.stop(desk, "The decision is signed.", clocks.DECIDE)


@reading
def _to_issue(actor: Actor, decision_id: UUID) -> tuple[list[dict[str, str]], str]:
    decision, desk, case, code = load(decision_id)
    authorise(actor, Action.DECISION_ISSUE, matter_of(desk, case, code))
    DECISION.step(Action.DECISION_ISSUE, decision.state)
    edition = get(Edition, decision.edition_id)  # type: ignore[arg-type]
    return list(edition.expected), edition.sha256


def issue(actor: Actor, decision_id: UUID) -> None:
    """Verify the signed instrument, then issue it to the firm."""
    expected, digest = _to_issue(actor, decision_id)
    editions.check_before_issue(expected, digest)
    _issued(actor, decision_id, digest)


@use_case
def _issued(actor: Actor, decision_id: UUID, digest: str) -> None:
    decision, desk, case, code = load(decision_id)
    edition = get(Edition, decision.edition_id)  # type: ignore[arg-type]
    if edition.sha256 != digest:
        raise NotNow("The document changed while it was checked. Try again.")
    others = set(desks.codes(case.id)) - {code}
    reads = others - joint.sealed_from(case)
    parties = {audiences.FIRM, audiences.desk(code), *audiences.desks(reads)}
    decision.issued_at = edition.issued_at = now()
    edition.status = "in_force"
    advance(
        DECISION,
        decision,
        Action.DECISION_ISSUE,
        actor,
        matter_of(
            desk,
            case,
            code,
            audience=parties,
            detail={"decision": decision.number, "sha256": digest},
            froze=(edition, decision),
        ),
    )
    trail.show_to(edition, "edition", (audiences.FIRM,), case_id=case.id)
    trail.show_to(edition, "edition", audiences.desks(reads), case_id=case.id)
    trail.show_to(edition, "edition", audiences.desks(others - reads), case_id=case.id, visible=False)
    for condition in records.conditions_of(decision.id):
        move(CONDITION, condition, Action.CONDITION_AGREE if condition.origin == "firm" else Action.CONDITION_IMPOSE)
    advance(DESK, desk, Action.DESK_ISSUE, SYSTEM, matter_of(desk, case, code))
    desks.close_requests(desk, "The authority has decided.")
