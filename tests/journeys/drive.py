"""Drives a case through the use cases, as the people of a firm and of its authorities would: one function a stage.

Rule: only services are called, each act by the person whose role it is, so that a driven case is like a real one.
Every function may be left out or repeated by a test that stops in the middle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.domain.canonical import record_hash
from sandbox.extensions import db
from sandbox.models.applications import Application, Section
from sandbox.models.assessments import Divergence
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Criterion, Programme
from sandbox.models.decisions import Decision, Edition, JointNotice, ProcedureItem
from sandbox.models.desks import Case, Desk
from sandbox.models.trials import Report, Trial, TrialJurisdiction
from sandbox.services import applications, assessments, desks, divergences
from sandbox.services.decisions import drafting, editions, issuing, notices, procedures
from sandbox.services.trials import reports, running
from tests.journeys.people import Cast as Cast
from tests.journeys.people import Company as Company
from tests.journeys.people import Desktop as Desktop
from tests.journeys.people import answers as answers
from tests.journeys.people import cast as cast
from tests.journeys.people import company as company
from tests.journeys.people import desktop as desktop
from tests.journeys.people import person as person
from tests.worlds import made_once

demo_keys = made_once(editions.make_demo_keys)


@made_once
def submit_application(
    firm: Company,
    jurisdictions: Iterable[str],
    programme: str = "uk-us-digital-assets",
    /,
    **changes: Mapping[str, Any],
) -> UUID:
    """Start, fill and submit an application, each of a firm's for a product of its own. Returns the id of the case."""
    key = db.session.scalars(select(Programme.id).where(Programme.code == programme)).one()
    earlier = select(func.count()).where(Application.firm_id == firm.signatory.organisation_id)
    number = 1 + (db.session.scalar(earlier) or 0)
    name = "Same-day settlement of tokenised bonds" + (f", part {number}" if number > 1 else "")
    changes["product"] = {"name": name, **changes.get("product", {})}
    application_id = applications.start(firm.signatory, key, title=str(changes["product"]["name"]))
    saved = select(Section.code, Section.version).where(Section.application_id == application_id)
    versions = {row.code: row.version for row in db.session.execute(saved)}
    for code, values in answers(jurisdictions, **changes).items():
        if code not in versions:  # this programme does not ask for it
            continue
        version = versions[code]
        applications.save_section(firm.contributor, application_id, code, answers=values, version=version)
    shown = record_hash(applications.working_record(application_id))
    applications.submit(firm.signatory, application_id, content=shown)
    return db.session.scalars(select(Case.id).where(Case.application_id == application_id)).one()


# --- desks -----------------------------------------------------------------------------------------------------------


def desk_of(case_id: UUID, code: str) -> UUID:
    """The id of an authority's desk on a case."""
    found = select(Desk.id).join(Authority, Authority.id == Desk.authority_id)
    return db.session.scalars(found.where(Desk.case_id == case_id, Authority.code == code)).one()


@made_once
def staff(case_id: UUID, desk: Desktop) -> None:
    """Everybody of the desk declares that they have no interest, and is assigned."""
    desk_id = desk_of(case_id, desk.code)
    for somebody in desk.everybody:
        desks.declare(somebody, case_id, outcome="none")
    for somebody in desk.everybody:
        if somebody.person_id is not None:
            desks.assign(desk.coordinator, desk_id, person_id=somebody.person_id)


@made_once
def screen(case_id: UUID, desk: Desktop) -> None:
    """The desk finds the application complete."""
    desk_id = desk_of(case_id, desk.code)
    desks.start_screening(desk.officer, desk_id)
    desks.find_complete(desk.officer, desk_id)


def limit(metric: str, threshold: str, *, currency: str | None = None, **more: Any) -> dict[str, Any]:
    """A condition that is a limit, as forms post it."""
    return {
        "kind": "limit",
        "title": metric.replace("-", " ").capitalize(),
        "text": "The firm keeps within this limit at all times.",
        "origin": "imposed",
        "legal_basis": "",
        "jurisdictions": [],
        "metric": metric,
        "comparator": "at_most",
        "threshold": Decimal(threshold),
        "currency": currency,
        "window": "at_any_time",
        "due_rule": None,
        "precedent_to_start": False,
    } | more


def duty(title: str, **more: Any) -> dict[str, Any]:
    """A condition that is no limit."""
    empty = {"metric": None, "comparator": None, "threshold": None, "currency": None, "window": None}
    return limit("total-value", "1") | empty | {"kind": "governance", "title": title, "text": f"{title}."} | more


def assess(case_id: UUID, desk: Desktop, *, value: str = "met", conditions: Iterable[Mapping[str, Any]] = ()) -> None:
    """A finding with reasons on every criterion, and the conditions that the desk proposes."""
    desk_id = desk_of(case_id, desk.code)
    criteria = db.session.execute(
        select(Criterion.id, Criterion.title)
        .join(Authority, Authority.id == Criterion.authority_id)
        .where(Authority.code == desk.code, Criterion.current.is_(True))
        .order_by(Criterion.position)
    ).all()
    for key, title in criteria:
        assessments.record_finding(desk.officer, desk_id, key, value=value, reasons=f"The file shows it for “{title}”.")
    for condition in conditions:
        assessments.propose_condition(desk.officer, desk_id, condition=condition)


def file(case_id: UUID, desk: Desktop, recommendation: str = "approve") -> UUID:
    """File the position, reviewed where the authority asks for it. Positions open with the last one."""
    desk_id = desk_of(case_id, desk.code)
    if assessments.lacks_review(db.session.get_one(Desk, desk_id)):
        assessments.review(desk.coordinator, desk_id, outcome="approved")
    return assessments.file_position(
        desk.officer,
        desk_id,
        recommendation=recommendation,
        summary=f"The {desk.code} finds that the firm is ready and that possible harm is contained.",
    )


def settle(case_id: UUID, people_of: Cast, choice: str = "agree_to_differ") -> int:
    """Give every open divergence the same disposition by every desk. Returns how many there were."""
    keys = db.session.scalars(
        select(Divergence.id).where(Divergence.case_id == case_id, Divergence.state == "open")
    ).all()
    for key in keys:
        for desk in people_of.desks.values():
            if divergences.settle(desk.officer, key, choice=choice, text="Each law has its own measure."):
                break
    return len(keys)


# --- decisions -------------------------------------------------------------------------------------------------------


def version_of(model: Any, key: UUID) -> int:
    """The version that a form would post now."""
    return int(db.session.scalars(select(model.version).where(model.id == key)).one())


def draft(case_id: UUID, desk: Desktop, *, effective_in: int = -1) -> UUID:
    """Draft the decision and give it its date, `effective_in` days from today."""
    decision_id = drafting.draft(desk.officer, desk_of(case_id, desk.code))
    decision = db.session.get_one(Decision, decision_id)
    values = {
        "version": decision.version,
        "action": decision.action or "",
        "instrument_id": decision.instrument_id,
        "reasons": decision.reasons,
    }
    today = now().date()
    drafting.edit(
        desk.officer,
        decision_id,
        **values,
        effective_on=today + timedelta(days=effective_in),
        expires_on=today + timedelta(days=400),
    )
    return decision_id


def run_procedure(decision_id: UUID, desk: Desktop) -> int:
    """Start and end the procedure items that the decision triggers. Returns how many there were."""
    items = drafting.open_items(db.session.get_one(Decision, decision_id))
    if not items:
        return 0
    procedures.start(desk.officer, decision_id)
    rows = db.session.execute(
        select(ProcedureItem.id, ProcedureItem.due_on).where(ProcedureItem.decision_id == decision_id)
    ).all()
    for key, due_on in rows:
        procedures.complete(
            desk.officer, key, outcome="agreed_by_firm" if due_on else "done", note="On file: letter of the firm."
        )
    return len(rows)


def send(decision_id: UUID, desk: Desktop) -> UUID:
    """Make the instrument and send it to signature. Returns the id of the edition."""
    return issuing.send_to_signature(desk.issuer, decision_id, version=version_of(Decision, decision_id))


def hash_of(edition_id: UUID) -> str:
    """The hash of an edition's bytes as they stand: what the page that is signed shows."""
    return db.session.scalars(select(Edition.sha256).where(Edition.id == edition_id)).one()


def sign(decision_id: UUID, desk: Desktop) -> None:
    """All signatories of the desk sign in order."""
    edition_id = db.session.scalars(select(Decision.edition_id).where(Decision.id == decision_id)).one()
    for signatory in desk.signatories:
        issuing.sign(signatory, decision_id, shown=hash_of(edition_id))


def decide(case_id: UUID, desk: Desktop, *, effective_in: int = -1) -> UUID:
    """From the opened positions to the signed decision. Returns its id."""
    decision_id = draft(case_id, desk, effective_in=effective_in)
    run_procedure(decision_id, desk)
    send(decision_id, desk)
    sign(decision_id, desk)
    return decision_id


def issue(decision_id: UUID, desk: Desktop) -> None:
    """Issue the signed instrument."""
    issuing.issue(desk.issuer, decision_id)


def lead(case_id: UUID, people_of: Cast) -> Desktop:
    """The desk that leads the case."""
    found = select(Authority.code).join(Case, Case.lead_authority_id == Authority.id).where(Case.id == case_id)
    return people_of.desks[db.session.scalars(found).one()]


def prepare_notice(case_id: UUID, people_of: Cast) -> UUID:
    """Make the joint notice. Returns its id."""
    return notices.prepare(lead(case_id, people_of).issuer, case_id)


def sign_notice(notice_id: UUID, people_of: Cast) -> None:
    """Everybody whose signature the joint notice expects signs, in order."""
    edition_id = db.session.scalars(select(JointNotice.edition_id).where(JointNotice.id == notice_id)).one()
    expected = db.session.scalars(select(Edition.expected).where(Edition.id == edition_id)).one()
    by_id = {str(one.person_id): one for desk in people_of.desks.values() for one in desk.signatories}
    for row in expected:
        notices.sign(by_id[row["person"]], notice_id, shown=hash_of(edition_id))


def notice(case_id: UUID, people_of: Cast) -> UUID:
    """The joint notice: prepared, signed by everybody, issued. Returns its id."""
    notice_id = prepare_notice(case_id, people_of)
    sign_notice(notice_id, people_of)
    notices.issue(lead(case_id, people_of).issuer, notice_id)
    return notice_id


# --- the live test ---------------------------------------------------------------------------------------------------


def accept(case_id: UUID, firm: Company) -> UUID:
    """The firm accepts. Returns the id of the trial."""
    return running.accept(firm.signatory, case_id)


def start(trial_id: UUID, firm: Company) -> None:
    """Start the test in every jurisdiction that is ready."""
    places = db.session.scalars(
        select(TrialJurisdiction.jurisdiction).where(
            TrialJurisdiction.trial_id == trial_id, TrialJurisdiction.state == "ready"
        )
    ).all()
    for place in places:
        running.start(firm.signatory, trial_id, place)


def first_report(trial_id: UUID) -> UUID:
    """The id of the report that is due first."""
    return db.session.scalars(
        select(Report.id).where(Report.trial_id == trial_id).order_by(Report.period_from).limit(1)
    ).one()


def report(report_id: UUID, firm: Company, values: Mapping[str, str] | None = None) -> list[UUID]:
    """Prepare and certify a report. `values` are by metric, for all jurisdictions; 1 otherwise. Returns breaches."""
    trial_id = db.session.scalars(select(Report.trial_id).where(Report.id == report_id)).one()
    given = {one.key: Decimal((values or {}).get(one.metric, "1")) for one in reports.asked(trial_id)}
    reports.save(
        firm.contributor,
        report_id,
        version=version_of(Report, report_id),
        narrative="The test ran as planned.",
        values=given,
    )
    return reports.certify(firm.certifier, report_id, version=version_of(Report, report_id))


# --- several stages --------------------------------------------------------------------------------------------------


@made_once
def to_opening(
    people_of: Cast,
    jurisdictions: Iterable[str],
    programme: str = "uk-us-digital-assets",
    conditions: Mapping[str, Iterable[Mapping[str, Any]]] | None = None,
    **changes: Mapping[str, Any],
) -> UUID:
    """From the submission to opened positions. `conditions` are by code of the authority. Returns the case's id."""
    case_id = submit_application(people_of.company, jurisdictions, programme, **changes)
    for desk in people_of.desks.values():
        staff(case_id, desk)
        screen(case_id, desk)
        asked = list((conditions or {}).get(desk.code, ()))
        assess(case_id, desk, conditions=asked)
        file(case_id, desk, "approve_with_conditions" if asked else "approve")
    return case_id


@made_once
def to_issued(case_id: UUID, people_of: Cast) -> dict[str, UUID]:
    """From opened positions to issued instruments. Returns the decisions by code."""
    settle(case_id, people_of)
    found = {}
    for code, desk in people_of.desks.items():
        found[code] = decide(case_id, desk)
        issue(found[code], desk)
    return found


def trial_of(case_id: UUID) -> UUID:
    """The id of the case's trial."""
    return db.session.scalars(select(Trial.id).where(Trial.case_id == case_id)).one()
