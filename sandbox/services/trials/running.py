"""The live test: acceptance by the firm, preconditions, start; milestones and reports with their due dates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.errors import Incomplete, NotNow
from sandbox.domain.lifecycles import CONDITION, REPORT, TRIAL
from sandbox.domain.needs import Trial as Needs
from sandbox.domain.outcomes import APPROVALS, Outcome
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.decisions import Condition, Decision
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


def _approvals(case_id: UUID, *, accepted: bool) -> list[tuple[Decision, Authority]]:
    """The issued approving decisions with their authorities: those that the firm has accepted, or has not yet."""
    answered = Decision.accepted_at.is_not(None) if accepted else Decision.accepted_at.is_(None)
    return [
        (decision, authority)
        for decision, authority in db.session.execute(
            select(Decision, Authority)
            .join(Desk, Desk.id == Decision.desk_id)
            .join(Authority, Authority.id == Desk.authority_id)
            .where(Decision.case_id == case_id, Decision.state == "issued", Decision.action.in_(APPROVALS), answered)
            .order_by(Authority.code),
        )
    ]


def codes_of_trial(case_id: UUID) -> list[str]:
    """The authorities whose approval the firm accepted: with the firm the parties of its reports."""
    return [authority.code for _, authority in _approvals(case_id, accepted=True)]


def _acceptable(case: Case, offered: list[tuple[Decision, Authority]]) -> list[str]:
    if not offered:
        return ["No authority has issued an approval."]
    if not notices.tells_everything(case) and notices.joint_outcome(case).outcome not in ALONE:
        return ["The joint notice has not been issued yet."]
    return []


@use_case
def accept(actor: Actor, case_id: UUID) -> UUID:
    """The firm accepts the decisions: conditions become active and the trial is set up. Returns the trial's id.

    An approval that came later (an optional authority's, in the next version of the joint notice) is accepted in the
    same way and joins the trial. Accepting again when nothing is new changes nothing.
    """
    case = get(Case, case_id, lock=True)
    authorise(actor, Action.TRIAL_ACCEPT, Matter(case.id, ()))
    trial = db.session.scalar(select(Trial).where(Trial.case_id == case_id))
    offered = _approvals(case.id, accepted=False)
    if trial is not None and not offered:
        return trial.id
    desks.refuse_if_withdrawn(case)
    missing = _acceptable(case, offered)
    if missing:
        raise Incomplete(missing)
    joining = [authority for _, authority in offered]
    codes = [authority.code for authority in joining]
    matter = matter_of(case, [*codes_of_trial(case.id), *codes], detail={"authorities": codes})
    if trial is None:
        trial = add(
            Trial(
                case_id=case.id,
                plan_sha256=desks.current_version(case).record["test_plan_sha256"],
                starts_on=notices.start_of_test(case),
                accepted_by=actor.person_id,
                accepted_at=now(),
            ),
        )
        trail.show_to(trial, "trial", matter.audience, case_id=case.id)
    else:
        trail.show_to(trial, "trial", audiences.desks(codes), case_id=case.id)
    for decision, _ in offered:
        decision.accepted_at = now()
    for condition in _conditions(case.id, [decision.id for decision, _ in offered]):
        move(CONDITION, condition, Action.CONDITION_ACTIVATE)
    _join(case, trial, joining)
    matter = replace(matter, detail={"plan": trial.plan_sha256, **matter.detail})
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


def _join(case: Case, trial: Trial, joining: list[Authority]) -> None:
    """Authorities join the trial: their jurisdictions, their milestones on their calendars, their dates for reports."""
    programme = get(Programme, case.programme_id)
    here = select(TrialJurisdiction.jurisdiction).where(TrialJurisdiction.trial_id == trial.id)
    places = set(db.session.scalars(here))
    for code in sorted({authority.jurisdiction for authority in joining} - places):
        add(TrialJurisdiction(trial_id=trial.id, jurisdiction=code))
    by_code = {authority.code: authority.id for authority in joining}
    for row in schedules.milestones(programme, joining, trial.starts_on, notices.planned_months(case)):
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
    _date_reports(case, trial, joining)


def _date_reports(case: Case, trial: Trial, joining: list[Authority]) -> None:
    """A report for each period, due on the earliest date of the authorities in the trial."""
    rhythm = schedules.cadence(get(Programme, case.programme_id))
    known = {row.period_from: row for row in db.session.scalars(select(Report).where(Report.trial_id == trial.id))}
    spans = schedules.periods(trial.starts_on, notices.planned_months(case), rhythm)
    for number, period in enumerate(spans, start=1):
        due_on = min(schedules.report_due(authority, period, rhythm).at for authority in joining)
        report = known.get(period.start)
        if report is None:
            title = f"{rhythm['title']} report {number}"
            add(
                Report(trial_id=trial.id, title=title, period_from=period.start, period_to=period.end, due_on=due_on),
            )
        elif report.state == REPORT.start:
            report.due_on = min(report.due_on, due_on)


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
        codes = codes_of_trial(case.id)
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
    instruments = _approvals(case.id, accepted=True)
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
        trial.starts_on, notices.planned_months(case), schedules.cadence(get(Programme, case.programme_id))
    )[-1].end
