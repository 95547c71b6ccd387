"""The live test: acceptance by the firm, preconditions, start; milestones and reports with their due dates."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.errors import Incomplete, NotNow
from sandbox.domain.lifecycles import CONDITION, TRIAL
from sandbox.domain.needs import Trial as Needs
from sandbox.domain.outcomes import APPROVALS, Outcome
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.decisions import Condition, Decision, JointNotice
from sandbox.models.desks import Case, Desk
from sandbox.models.trials import Milestone, Report, Trial, TrialJurisdiction
from sandbox.services import clocks, desks, trail
from sandbox.services.decisions import notices, schedules
from sandbox.services.engine import Matter, advance, authorise, move, record, tell
from sandbox.services.unit import add, get, use_case

ALONE = frozenset({Outcome.NOT_JOINT, Outcome.COLLAPSED})


def matter_of(case: Case, codes: Iterable[str], **more: Any) -> Matter:
    """What concerns the firm and the desks that approved."""
    more.setdefault("audience", {audiences.FIRM, *audiences.desks(codes)})
    return Matter(case_id=case.id, letter={"reference": case.reference}, **more)


def _instruments(case_id: UUID) -> list[tuple[Decision, Authority]]:
    """The issued approving decisions with their authorities."""
    return [
        (decision, authority)
        for decision, authority in db.session.execute(
            select(Decision, Authority)
            .join(Desk, Desk.id == Decision.desk_id)
            .join(Authority, Authority.id == Desk.authority_id)
            .where(Decision.case_id == case_id, Decision.state == "issued", Decision.action.in_(APPROVALS))
            .order_by(Authority.code),
        )
    ]


def codes_of_trial(case_id: UUID) -> list[str]:
    """The authorities whose approval is in the trial: with the firm the parties of its reports."""
    return [authority.code for _, authority in _instruments(case_id)]


def _acceptable(case: Case) -> list[str]:
    notice = db.session.scalar(
        select(JointNotice.id).where(JointNotice.case_id == case.id, JointNotice.state == "issued"),
    )
    if not _instruments(case.id):
        return ["No authority has issued an approval."]
    if notice is None and notices.joint_outcome(case).outcome not in ALONE:
        return ["The joint notice has not been issued yet."]
    return []


@use_case
def accept(actor: Actor, case_id: UUID) -> UUID:
    """The firm accepts the decisions: conditions become active and the trial is set up. Returns the trial's id."""
    case = get(Case, case_id, lock=True)
    authorise(actor, Action.TRIAL_ACCEPT, Matter(case.id, ()))
    known = db.session.scalar(select(Trial.id).where(Trial.case_id == case_id))
    if known is not None:
        return known
    desks.refuse_if_withdrawn(case)
    missing = _acceptable(case)
    if missing:
        raise Incomplete(missing)
    instruments = _instruments(case.id)
    codes = [authority.code for _, authority in instruments]
    version = desks.current_version(case)
    trial = add(
        Trial(
            case_id=case.id,
            plan_sha256=version.record["test_plan_sha256"],
            accepted_by=actor.person_id,
            accepted_at=now(),
        ),
    )
    for code in sorted({authority.jurisdiction for _, authority in instruments}):
        add(TrialJurisdiction(trial_id=trial.id, jurisdiction=code))
    for condition in _conditions(case.id, [decision.id for decision, _ in instruments]):
        move(CONDITION, condition, Action.CONDITION_ACTIVATE)
    _schedule(case, trial, [authority for _, authority in instruments])
    matter = matter_of(case, codes, detail={"plan": trial.plan_sha256, "authorities": codes})
    trail.show_to(trial, "trial", matter.audience, case_id=case.id)
    record(actor, Action.TRIAL_ACCEPT, matter)
    tell(actor, Action.TRIAL_ACCEPT, matter, ("desks",))
    make_ready(trial, case)
    return trial.id


def _conditions(case_id: UUID, decisions: Iterable[UUID]) -> list[Condition]:
    return list(
        db.session.scalars(
            select(Condition)
            .where(Condition.case_id == case_id, Condition.decision_id.in_(list(decisions)))
            .order_by(Condition.number),
        ),
    )


def _schedule(case: Case, trial: Trial, authorities: list[Authority]) -> None:
    """Milestones on each authority's calendar; a report for each period, due on the earliest of their dates."""
    programme = get(Programme, case.programme_id)
    start, months = notices.start_of_test(case), notices.planned_months(case)
    by_code = {authority.code: authority.id for authority in authorities}
    for row in schedules.milestones(programme, authorities, start, months):
        add(
            Milestone(
                trial_id=trial.id,
                authority_id=by_code[row.authority],
                code=row.code,
                title=row.title,
                due_on=row.due_on,
                calendar=row.calendar,
                steps=list(row.steps),
                provisional=row.provisional,
            ),
        )
    rhythm = schedules.cadence(programme)
    for number, period in enumerate(schedules.periods(start, months, rhythm), start=1):
        add(
            Report(
                trial_id=trial.id,
                title=f"{rhythm['title']} report {number}",
                period_from=period.start,
                period_to=period.end,
                due_on=min(schedules.report_due(authority, period, rhythm).at for authority in authorities),
            ),
        )


def _open_preconditions(case_id: UUID, jurisdiction: str) -> list[Condition]:
    return [
        row
        for row in db.session.scalars(
            select(Condition).where(
                Condition.case_id == case_id,
                Condition.precedent_to_start.is_(True),
                Condition.state == "active",
            ),
        )
        if not row.jurisdictions or jurisdiction in row.jurisdictions
    ]


def make_ready(trial: Trial, case: Case) -> None:
    """Jurisdictions whose preconditions are all met become ready."""
    waiting = db.session.scalars(
        select(TrialJurisdiction).where(
            TrialJurisdiction.trial_id == trial.id,
            TrialJurisdiction.state == TRIAL.start,
        ),
    ).all()
    for place in waiting:
        open_ones = _open_preconditions(case.id, place.jurisdiction)
        if open_ones:
            continue
        codes = [authority.code for _, authority in _instruments(case.id)]
        advance(
            TRIAL,
            place,
            Action.TRIAL_MEET_PRECONDITIONS,
            SYSTEM,
            matter_of(case, codes, needs=Needs(), detail={"jurisdiction": place.jurisdiction}),
        )


@use_case
def discharge(actor: Actor, condition_id: UUID) -> None:
    """A supervisor of the owner records that a precondition is met; the trial becomes ready when it was the last."""
    condition = get(Condition, condition_id)
    case = get(Case, condition.case_id, lock=True)
    code = get(Authority, condition.authority_id).code
    advance(
        CONDITION,
        condition,
        Action.CONDITION_DISCHARGE,
        actor,
        matter_of(case, [code], authority_id=condition.authority_id, detail={"condition": condition.number}),
    )
    trial = db.session.scalars(select(Trial).where(Trial.case_id == case.id)).one_or_none()
    if trial is not None:
        make_ready(trial, case)


@use_case
def start(actor: Actor, trial_id: UUID, jurisdiction: str) -> None:
    """The firm starts the live test in one jurisdiction. Raises Incomplete with what stands in the way."""
    trial = get(Trial, trial_id)
    case = get(Case, trial.case_id, lock=True)
    place = db.session.scalar(
        select(TrialJurisdiction).where(
            TrialJurisdiction.trial_id == trial_id,
            TrialJurisdiction.jurisdiction == jurisdiction,
        ),
    )
    authorise(actor, Action.TRIAL_START, Matter(case.id, ()))
    if place is None:
        raise NotNow("The test does not run in this jurisdiction.")
    instruments = _instruments(case.id)
    here = [(decision, authority) for decision, authority in instruments if authority.jurisdiction == jurisdiction]
    early = [
        f"{authority.name} ({decision.effective_on.isoformat()})"
        for decision, authority in here
        if decision.effective_on is not None and clocks.local_day(now(), authority) < decision.effective_on
    ]
    needs = Needs(
        preconditions=tuple(row.title for row in _open_preconditions(case.id, jurisdiction)),
        not_in_force=tuple(early),
    )
    codes = [authority.code for _, authority in instruments]
    advance(
        TRIAL,
        place,
        Action.TRIAL_START,
        actor,
        matter_of(case, codes, needs=needs, detail={"jurisdiction": jurisdiction}),
    )
    place.started_on = clocks.local_day(now(), here[0][1])
    # The end is the plan's, as the joint notice and the milestones say it: a late start does not move it.
    place.ends_on = schedules.periods(
        notices.start_of_test(case), notices.planned_months(case), schedules.cadence(get(Programme, case.programme_id))
    )[-1].end
