"""What people do to a case, step by step, through the ordinary use cases: the demonstration makes its cases with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.cli.demo.answering import completed, newest
from sandbox.domain.actors import Actor
from sandbox.domain.canonical import record_hash
from sandbox.extensions import db
from sandbox.models.applications import Application, Section
from sandbox.models.assessments import Divergence
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Criterion, Programme
from sandbox.models.decisions import Decision, Edition, JointNotice
from sandbox.models.desks import Case, Desk
from sandbox.models.people import Person
from sandbox.models.trials import Report, Trial, TrialJurisdiction
from sandbox.services import applications, assessments, desks, divergences, documents
from sandbox.services.decisions import drafting, issuing, notices
from sandbox.services.people import actor_of
from sandbox.services.trials import reports, running

PDF_TEXT = "Custody arrangements and recovery drill, in outline.\n\n1. Keys are split between three sites.\n"


@dataclass(slots=True)
class Cast:
    """Everybody by email, as actors."""

    people: dict[str, UUID] = field(default_factory=dict)

    def __getitem__(self, email: str) -> Actor:
        if email not in self.people:
            self.people[email] = db.session.execute(select(Person.id).where(Person.email == email)).scalar_one()
        return actor_of(self.people[email])

    def staff(self, code: str, duty: str) -> Actor:
        """A member of an authority's staff by duty, as `case` or `decision`."""
        return self[f"{duty}@{code.lower()}.example"]


def full_answers(
    *,
    firm: Mapping[str, Any],
    product: Mapping[str, Any],
    jurisdictions: Iterable[str],
    limits: Iterable[Mapping[str, Any]],
    fewer: bool = False,
    months: int = 6,
    starts_in: int = 0,
) -> dict[str, dict[str, Any]]:
    """Answers that lack nothing, to all that the newest questions ask."""
    places = list(jurisdictions)
    start = now().date() + timedelta(days=starts_in)
    written = {
        "firm": dict(firm),
        "product": dict(product),
        "jurisdictions": {
            "jurisdictions": places,
            "rationale": {
                code: f"The firm has named customers in {code} and a team that serves them from there."
                for code in places
            },
            "goes_on_with_fewer": fewer,
        },
        "test_plan": {
            "starts_on": start.isoformat(),
            "duration_months": months,
            "customers": "Professional customers who asked to take part; at most the number in the limits below.",
            "limits": [dict(limit) for limit in limits],
            "safeguards": ["segregation", "disclosure", "halt"],
            "safeguards_text": "Customer assets are kept apart and reconciled each day. A named person can halt the "
            "test within minutes. Customers get the risk disclosure before they join.",
            "exit_plan": "At the end positions are closed or moved to an authorised firm within 30 days. If the firm "
            "stops early, the custodian returns assets to customers from the daily reconciled list.",
        },
        "declarations": {
            "accurate": True,
            "authorised": True,
            "consent_sharing": True,
            "not_in_default": True,
        },
    }
    return completed(newest(), written)


def usual_limits(jurisdictions: Iterable[str], customers: int = 200, total: int = 2_000_000) -> list[dict[str, Any]]:
    """Two limits for each jurisdiction: customers, and total value in its currency."""
    money = {"UK": "GBP", "US": "USD"}
    found = []
    for code in jurisdictions:
        base = {"jurisdiction": code, "comparator": "at_most", "window": "at_any_time"}
        found.append({**base, "metric": "customers", "threshold": str(customers), "currency": None})
        if code in money:
            found.append({**base, "metric": "total-value", "threshold": str(total), "currency": money[code]})
    return found


def asked(programme: str, answers: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Of these answers, those to questions that are asked: the overlays of authorities that they reach."""
    key = db.session.execute(select(Programme.id).where(Programme.code == programme)).scalar_one()
    return newest(programme).asked_by(desks.routes(key, answers)).submitted(answers)


def start(actor: Actor, programme: str, title: str) -> UUID:
    """Start an application. Returns its id."""
    programme_id = db.session.execute(select(Programme.id).where(Programme.code == programme)).scalar_one()
    return applications.start(actor, programme_id, title=title)


def fill(actor: Actor, application_id: UUID, answers: Mapping[str, Mapping[str, Any]]) -> None:
    """Save sections."""
    saved = select(Section.code, Section.version).where(Section.application_id == application_id)
    versions = {row.code: row.version for row in db.session.execute(saved)}
    for code, values in answers.items():
        if code not in versions:  # this programme does not ask for it
            continue
        version = versions[code]
        applications.save_section(actor, application_id, code, answers=values, version=version)


def upload(actor: Actor, application_id: UUID, name: str = "Custody outline.txt", text: str = PDF_TEXT) -> None:
    """Upload a small document."""
    documents.upload(actor, application_id, name=name, stream=BytesIO(text.encode()))


def submit(actor: Actor, application_id: UUID) -> UUID:
    """Submit what is there. Returns the id of the case."""
    content = record_hash(applications.working_record(application_id))
    db.session.rollback()
    applications.submit(actor, application_id, content=content)
    return db.session.execute(select(Case.id).where(Case.application_id == application_id)).scalar_one()


def application_of(case_id: UUID) -> UUID:
    """The application of a case."""
    return db.session.execute(
        select(Application.id).join(Case, Case.application_id == Application.id).where(Case.id == case_id),
    ).scalar_one()


def codes_of(case_id: UUID) -> list[str]:
    """The authorities with a desk on the case."""
    return desks.codes(case_id)


def desk_of(case_id: UUID, code: str) -> UUID:
    """The desk of an authority."""
    return db.session.execute(
        select(Desk.id)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(Desk.case_id == case_id, Authority.code == code),
    ).scalar_one()


TEAM = ("case", "specialist", "decision", "issuing", "supervisor")


def staff_desk(cast: Cast, case_id: UUID, code: str, team: Iterable[str] = TEAM) -> None:
    """The intake officer declares and assigns the team; everybody in it declares no interest."""
    desk_id, intake = desk_of(case_id, code), cast.staff(code, "intake")
    for head in ("intake", "coordinator"):
        desks.declare(cast.staff(code, head), case_id, outcome="none")
    for duty in team:
        person = cast.staff(code, duty)
        assert person.person_id is not None
        desks.assign(intake, desk_id, person_id=person.person_id)
        desks.declare(person, case_id, outcome="none")


def screen(cast: Cast, case_id: UUID, code: str, missing: Iterable[str] = ()) -> None:
    """Screen: complete, or incomplete with what is missing."""
    desk_id, intake = desk_of(case_id, code), cast.staff(code, "intake")
    desks.start_screening(intake, desk_id)
    if listed := list(missing):
        desks.find_incomplete(intake, desk_id, missing=listed, message="Please answer within ten working days.")
    else:
        desks.find_complete(intake, desk_id, message="The application is complete for our purposes.")


def assess(
    cast: Cast,
    case_id: UUID,
    code: str,
    *,
    views: Mapping[str, str] | None = None,
    conditions: Iterable[Mapping[str, Any]] = (),
) -> None:
    """Record a finding for every criterion (`views`: criterion → finding, met by default) and propose conditions."""
    desk_id, officer = desk_of(case_id, code), cast.staff(code, "case")
    criteria = db.session.execute(
        select(Criterion.id, Criterion.code, Criterion.title, Criterion.content)
        .join(Authority, Authority.id == Criterion.authority_id)
        .where(Authority.code == code, Criterion.current.is_(True))
        .order_by(Criterion.position),
    ).all()
    for criterion_id, criterion, title, content in criteria:
        value = (views or {}).get(criterion, "met")
        assessments.record_finding(
            officer,
            desk_id,
            criterion_id,
            value=value,
            reasons=REASONS[value].format(title=title),
            indicators=content["positive"][:1] if value == "met" else content["negative"][:1],
        )
    for condition in conditions:
        assessments.propose_condition(officer, desk_id, condition=condition)


REASONS = {
    "met": "On “{title}” the dossier is clear: the test plan, the limits and the safeguards answer the question, and "
    "the documents support them.",
    "partly": "On “{title}” the dossier answers in part: the plan is sound, but it depends on arrangements that are "
    "not yet in place. A condition can answer that.",
    "not_met": "On “{title}” the dossier does not answer the question. Customers would be left exposed.",
}


def limit(code: str, metric: str, threshold: str, currency: str | None, title: str, **more: Any) -> dict[str, Any]:
    """A condition that is a limit, asked for by the firm unless `origin` says otherwise."""
    return {
        "kind": "limit",
        "title": title,
        "text": f"{title}: the firm keeps within this limit at any time and stops taking on more before it is reached.",
        "origin": "firm",
        "legal_basis": "",
        "jurisdictions": [code],
        "metric": metric,
        "comparator": "at_most",
        "threshold": Decimal(threshold),
        "currency": currency,
        "window": "at_any_time",
        "due_rule": None,
        "precedent_to_start": False,
        **more,
    }


def reporting(code: str) -> dict[str, Any]:
    """The condition to report each month."""
    return {
        "kind": "reporting",
        "title": "Monthly report",
        "text": "The firm reports volumes, incidents, complaints and the use of every limit each month, certified by a "
        "person who did not prepare the report.",
        "origin": "firm",
        "jurisdictions": [code],
        "due_rule": "within 10 working days after the end of each month",
        "precedent_to_start": False,
    }


def file(cast: Cast, case_id: UUID, code: str, recommendation: str, summary: str) -> None:
    """File the desk's position, reviewed by a second person where the authority asks for it."""
    desk = db.session.get_one(Desk, desk_of(case_id, code))
    if assessments.lacks_review(desk):
        assessments.review(cast.staff(code, "coordinator"), desk.id, outcome="approved")
    assessments.file_position(
        cast.staff(code, "case"), desk_of(case_id, code), recommendation=recommendation, summary=summary
    )


def settle(cast: Cast, case_id: UUID, choices: Mapping[str, str] | None = None) -> None:
    """Settle every divergence: the same choice by every desk (`choices`: key → disposition)."""
    rows = db.session.execute(
        select(Divergence.id, Divergence.kind, Divergence.key).where(Divergence.case_id == case_id),
    ).all()
    for divergence_id, kind, key in rows:
        fallback = "both" if kind == "condition" else "agree_to_differ"
        choice = (choices or {}).get(key, fallback)
        for code in codes_of(case_id):
            words = "Each authority keeps its own view under its own law." if choice == "agree_to_differ" else ""
            if divergences.settle(cast.staff(code, "case"), divergence_id, choice=choice, text=words):
                break


def decide(cast: Cast, case_id: UUID, code: str, *, starts_in: int = -1, send: bool = True, **changes: Any) -> UUID:
    """Draft the decision, set its dates, send it to signature. Returns its id."""
    officer, issuer = cast.staff(code, "case"), cast.staff(code, "issuing")
    decision_id = drafting.draft(officer, desk_of(case_id, code))
    row = db.session.get(Decision, decision_id)
    assert row is not None
    start_day = now().date() + timedelta(days=starts_in)
    approves = (changes.get("action") or row.action or "").startswith("approve")
    values = {
        "action": row.action,
        "instrument_id": row.instrument_id,
        "reasons": row.reasons,
        "effective_on": start_day if approves else None,
        "expires_on": start_day + timedelta(days=365) if approves else None,
        **changes,
    }
    drafting.edit(officer, decision_id, version=row.version, **values)
    if send:
        version = db.session.execute(select(Decision.version).where(Decision.id == decision_id)).scalar_one()
        issuing.send_to_signature(issuer, decision_id, version=version)
    return decision_id


def edition_of(decision_id: UUID) -> Edition:
    """The document of a decision."""
    return db.session.execute(
        select(Edition).join(Decision, Decision.edition_id == Edition.id).where(Decision.id == decision_id),
    ).scalar_one()


def sign_and_issue(cast: Cast, decision_id: UUID, code: str) -> None:
    """All signatories sign in order; the issuing administrator issues."""
    expected = [UUID(one["person"]) for one in edition_of(decision_id).expected]
    for person_id in expected:
        shown = edition_of(decision_id).sha256
        issuing.sign(actor_of(person_id), decision_id, shown=shown)
    issuing.issue(cast.staff(code, "issuing"), decision_id)


def joint_notice(cast: Cast, case_id: UUID, *, issue: bool = True) -> UUID:
    """Prepare the joint notice, let every authority sign, issue it. Returns its id."""
    lead = db.session.execute(
        select(Authority.code).join(Case, Case.lead_authority_id == Authority.id).where(Case.id == case_id),
    ).scalar_one()
    notice_id = notices.prepare(cast.staff(lead, "issuing"), case_id)
    edition_id = db.session.execute(select(JointNotice.edition_id).where(JointNotice.id == notice_id)).scalar_one()
    expected = db.session.execute(select(Edition.expected).where(Edition.id == edition_id)).scalar_one()
    for one in expected:
        shown = db.session.execute(select(Edition.sha256).where(Edition.id == edition_id)).scalar_one()
        notices.sign(actor_of(UUID(one["person"])), notice_id, shown=shown)
    if issue:
        notices.issue(cast.staff(lead, "issuing"), notice_id)
    return notice_id


def run_trial(actor: Actor, case_id: UUID) -> UUID:
    """The firm accepts and starts wherever it may. Returns the trial's id."""
    trial_id = running.accept(actor, case_id)
    places = db.session.scalars(
        select(TrialJurisdiction.jurisdiction)
        .where(TrialJurisdiction.trial_id == trial_id, TrialJurisdiction.state == "ready")
        .order_by(TrialJurisdiction.jurisdiction),
    ).all()
    for place in places:
        running.start(actor, trial_id, place)
    return trial_id


def first_report(trial_id: UUID) -> Report:
    """The first report of a trial."""
    return db.session.scalars(
        select(Report).where(Report.trial_id == trial_id).order_by(Report.period_from).limit(1),
    ).one()


def report(preparer: Actor, certifier: Actor, trial_id: UUID, over: Iterable[tuple[str, str]] = ()) -> list[UUID]:
    """Prepare and certify the first report; values for `over` (metric, jurisdiction) break their limit."""
    row = first_report(trial_id)
    trial = db.session.get(Trial, trial_id)
    assert trial is not None
    broken = set(over)
    values = {}
    for one in reports.asked(trial_id):
        small = Decimal("150") if one.currency is None else Decimal("1250000.00")
        large = Decimal("231") if one.currency is None else Decimal("2600000.00")
        values[one.key] = large if (one.metric, one.jurisdiction) in broken else small
    reports.save(
        preparer,
        row.id,
        version=row.version,
        narrative="The test ran as planned. Two customers asked about fees; one reconciliation was repeated by hand.",
        values=values,
    )
    version = db.session.execute(select(Report.version).where(Report.id == row.id)).scalar_one()
    return reports.certify(certifier, row.id, version=version)
