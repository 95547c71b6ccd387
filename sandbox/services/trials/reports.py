"""Reports of the firm: prepared by one person, certified by another; values over a limit open breaches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.canonical import record_hash
from sandbox.domain.conditions import Limit
from sandbox.domain.errors import BadInput
from sandbox.domain.lifecycles import BREACH, REPORT
from sandbox.domain.needs import Reasoned
from sandbox.domain.needs import Report as Needs
from sandbox.domain.policy import Bar, CaseFacts, demand
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.decisions import Condition
from sandbox.models.desks import Case
from sandbox.models.trail import Audience
from sandbox.models.trials import Breach, Report, ReportPreparer, ReportValue, Trial, TrialJurisdiction
from sandbox.services import trail
from sandbox.services.engine import Matter, advance, authorise, record, tell
from sandbox.services.facts import case_facts
from sandbox.services.trials import running
from sandbox.services.unit import add, expect, get, use_case

Key = tuple[str, str, str | None]  # metric, jurisdiction, currency (None where the metric is no money)


@dataclass(frozen=True, slots=True)
class Asked:
    """One value that a report asks for."""

    metric: str
    jurisdiction: str
    currency: str | None

    @property
    def key(self) -> Key:
        """What tells it from the others."""
        return self.metric, self.jurisdiction, self.currency


def asked(trial_id: UUID) -> list[Asked]:
    """The values a report asks for: each limited metric in each jurisdiction of the trial it concerns."""
    trial = get(Trial, trial_id)
    places = db.session.scalars(
        select(TrialJurisdiction.jurisdiction)
        .where(TrialJurisdiction.trial_id == trial_id)
        .order_by(TrialJurisdiction.jurisdiction),
    ).all()
    found: dict[Key, Asked] = {}
    for condition in _limits(trial.case_id):
        for place in condition.jurisdictions or places:
            if place in places and condition.metric:
                one = Asked(condition.metric, place, condition.currency)
                found.setdefault(one.key, one)
    return sorted(found.values(), key=lambda one: (one.jurisdiction, one.metric, one.currency or ""))


def _limits(case_id: UUID) -> list[Condition]:
    return list(
        db.session.scalars(
            select(Condition)
            .where(Condition.case_id == case_id, Condition.state == "active", Condition.metric.is_not(None))
            .order_by(Condition.number),
        ),
    )


def _load(report_id: UUID) -> tuple[Report, Trial, Case, list[str]]:
    report = get(Report, report_id)
    trial = get(Trial, report.trial_id)
    case = get(Case, trial.case_id, lock=True)
    db.session.refresh(report)
    return report, trial, case, running.codes_of_trial(case.id)


def _matter(case: Case, parties: Iterable[str], **more: Any) -> Matter:
    return Matter(case_id=case.id, audience=parties, letter={"reference": case.reference}, **more)


@use_case
def save(
    actor: Actor,
    report_id: UUID,
    *,
    version: int,
    narrative: str,
    values: Mapping[Key, Decimal],
) -> None:
    """Save a report's draft. `values` maps (metric, jurisdiction, currency) to its value. Saved is not certified."""
    report, trial, case, _ = _load(report_id)
    authorise(actor, Action.REPORT_EDIT, _matter(case, ()))
    expect(report, version, current={"narrative": report.narrative})
    wanted = {one.key: one for one in asked(trial.id)}
    if any(key not in wanted or not value.is_finite() for key, value in values.items()):
        raise BadInput({"values": "Give numbers, and only for what this report asks for. Reload the page."})
    advance(
        REPORT,
        report,
        Action.REPORT_EDIT,
        actor,
        _matter(case, {audiences.FIRM}, detail={"report": report.title}),
    )
    report.narrative, report.prepared_by = narrative, actor.person_id
    if db.session.get(ReportPreparer, (report.id, actor.me)) is None:
        db.session.add(ReportPreparer(report_id=report.id, person_id=actor.me))
    db.session.execute(delete(ReportValue).where(ReportValue.report_id == report.id))
    for key, value in values.items():
        one = wanted[key]
        add(
            ReportValue(
                report_id=report.id,
                metric=one.metric,
                jurisdiction=one.jurisdiction,
                value=value,
                currency=one.currency,
            ),
        )


def _values(report_id: UUID) -> list[ReportValue]:
    return list(
        db.session.scalars(
            select(ReportValue)
            .where(ReportValue.report_id == report_id)
            .order_by(ReportValue.metric, ReportValue.jurisdiction),
        ),
    )


def _titles(case: Case) -> dict[str, str]:
    return {row["code"]: row["title"] for row in get(Programme, case.programme_id).content["metrics"]}


def _certifier_facts(actor: Actor, case: Case, report: Report) -> CaseFacts:
    facts = case_facts(actor, case.id)
    wrote = db.session.get(ReportPreparer, (report.id, actor.me)) is not None
    return replace(facts, bars=facts.bars | {Bar.PREPARED}) if wrote else facts


@use_case
def certify(actor: Actor, report_id: UUID, *, version: int) -> list[UUID]:
    """Certify a report: frozen, shown to the desks, and each value over a limit opens a breach to the limit's owner.

    Returns the ids of the breaches. Raises NotAllowed for the person who prepared it.
    """
    report, trial, case, codes = _load(report_id)
    facts = _certifier_facts(actor, case, report)
    demand(actor, Action.REPORT_CERTIFY, facts)
    expect(report, version)
    values = _values(report.id)
    given = {(row.metric, row.jurisdiction, row.currency) for row in values}
    titles = _titles(case)
    missing = tuple(
        f"Give the value of “{titles.get(one.metric, one.metric)}” for {one.jurisdiction}"
        f"{f' in {one.currency}' if one.currency else ''}."
        for one in asked(trial.id)
        if one.key not in given
    )
    if not report.narrative.strip():
        missing = (*missing, "Describe the period in a few sentences.")
    parties = {audiences.FIRM, *audiences.desks(codes)}
    REPORT.step(Action.REPORT_CERTIFY, report.state, Needs(missing))
    frozen = {
        "schema": "report/1",
        "title": report.title,
        "from": report.period_from.isoformat(),
        "to": report.period_to.isoformat(),
        "narrative": report.narrative,
        "values": [
            {
                "metric": row.metric,
                "jurisdiction": row.jurisdiction,
                "value": format(row.value.normalize(), "f"),
                "currency": row.currency,
            }
            for row in values
        ],
    }
    report.record, report.sha256 = frozen, record_hash(frozen)
    report.certified_by, report.certified_at, report.returned_because = actor.person_id, now(), None
    advance(
        REPORT,
        report,
        Action.REPORT_CERTIFY,
        actor,
        _matter(
            case, parties, needs=Needs(missing), facts=facts, detail={"report": report.title, "sha256": report.sha256},
            froze=(report,),
        ),
    )  # fmt: skip
    _show(report, parties, case)
    return [breach.id for breach in _breaches(case, report, values)]


def _show(report: Report, parties: Iterable[str], case: Case) -> None:
    """From its first certification on the desks may read it."""
    known = db.session.scalar(select(exists().where(Audience.item_id == report.id)))
    if not known:
        trail.show_to(report, "report", parties, case_id=case.id)


def _breaches(case: Case, report: Report, values: list[ReportValue]) -> list[Breach]:
    found = []
    for condition in _limits(case.id):
        limit = Limit(
            metric=condition.metric or "",
            comparator=condition.comparator or "at_most",
            threshold=condition.threshold if condition.threshold is not None else Decimal(0),
            currency=condition.currency,
        )
        for row in values:
            concerned = not condition.jurisdictions or row.jurisdiction in condition.jurisdictions
            same = row.metric == limit.metric and row.currency == limit.currency
            if concerned and same and limit.breached_by(row.value):
                found.append(_open(case, report, condition, row, limit))
    return found


def _open(case: Case, report: Report, condition: Condition, row: ReportValue, limit: Limit) -> Breach:
    """Open a breach; one that this report has opened before, in an earlier certification, stands with the new value."""
    code = get(Authority, condition.authority_id).code
    parties = {audiences.FIRM, audiences.desk(code)}
    breach = db.session.scalar(
        select(Breach).where(
            Breach.condition_id == condition.id,
            Breach.report_id == report.id,
            Breach.jurisdiction == row.jurisdiction,
        ),
    )
    if breach is None:
        breach = add(
            Breach(
                case_id=case.id,
                condition_id=condition.id,
                report_id=report.id,
                authority_id=condition.authority_id,
                jurisdiction=row.jurisdiction,
                value=row.value,
                threshold=limit.threshold,
            ),
        )
        trail.show_to(breach, "breach", parties, case_id=case.id)
    breach.value, breach.threshold = row.value, limit.threshold
    matter = _matter(
        case,
        parties,
        authority_id=condition.authority_id,
        detail={"condition": condition.number, "value": str(row.value), "threshold": str(limit.threshold)},
    )
    record(SYSTEM, Action.BREACH_OPEN, matter)
    tell(SYSTEM, Action.BREACH_OPEN, matter, ("firm", "owner"))
    return breach


@use_case
def accept(actor: Actor, report_id: UUID) -> None:
    """A supervisor accepts a certified report."""
    report, _, case, codes = _load(report_id)
    parties = {audiences.FIRM, *audiences.desks(codes)}
    advance(REPORT, report, Action.REPORT_ACCEPT, actor, _supervised(actor, case, parties, report))


@use_case
def give_back(actor: Actor, report_id: UUID, *, reason: str) -> None:
    """A supervisor returns a certified report with a reason; the firm prepares it again."""
    report, _, case, codes = _load(report_id)
    parties = {audiences.FIRM, *audiences.desks(codes)}
    matter = replace(_supervised(actor, case, parties, report), needs=Reasoned(reason), released=(report,))
    advance(REPORT, report, Action.REPORT_RETURN, actor, matter)
    report.returned_because = reason


def _supervised(actor: Actor, case: Case, parties: Iterable[str], report: Report) -> Matter:
    return _matter(case, parties, authority_id=actor.organisation_id, detail={"report": report.title})


def _breach_matter(breach: Breach, case: Case, words: str) -> Matter:
    code = get(Authority, breach.authority_id).code
    return _matter(
        case,
        {audiences.FIRM, audiences.desk(code)},
        authority_id=breach.authority_id,
        needs=Reasoned(words),
        detail={"words": words},
    )


@use_case
def answer_breach(actor: Actor, breach_id: UUID, *, answer: str) -> None:
    """The firm answers: what happened and what it does about it."""
    breach = get(Breach, breach_id)
    case = get(Case, breach.case_id, lock=True)
    matter = replace(_breach_matter(breach, case, answer), facts=case_facts(actor, case.id))
    advance(BREACH, breach, Action.BREACH_ANSWER, actor, matter)
    breach.answer = answer


@use_case
def judge_breach(actor: Actor, breach_id: UUID, *, action: str, remark: str) -> None:
    """The owner's supervisor finds a breach cured, waives it, escalates it, or closes it. `action` names the act."""
    acts = {
        "cure": Action.BREACH_CURE,
        "waive": Action.BREACH_WAIVE,
        "escalate": Action.BREACH_ESCALATE,
        "close": Action.BREACH_CLOSE,
    }
    if action not in acts:
        raise BadInput({"action": "Choose what to do with the breach."})
    breach = get(Breach, breach_id)
    case = get(Case, breach.case_id, lock=True)
    advance(BREACH, breach, acts[action], actor, _breach_matter(breach, case, remark))
    breach.remark = remark or breach.remark
