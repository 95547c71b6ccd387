"""Reports and breaches: which values break a limit, who prepares and who certifies. Conditions stand as bare rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from sandbox.domain.actors import Actor, Role
from sandbox.domain.errors import BadInput, Conflict, Incomplete, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.base import now
from sandbox.models.catalogue import Instrument
from sandbox.models.decisions import Condition, Decision, Edition
from sandbox.models.trail import Audience
from sandbox.models.trials import Breach, Report, Trial, TrialJurisdiction
from sandbox.services.trials import reports
from tests.factories import Made, Maker
from tests.journeys import drive


@dataclass(frozen=True)
class Test:
    """A trial of FCA and SEC as bare rows."""

    __test__ = False

    case: Made
    report_id: UUID
    preparer: Actor
    certifier: Actor
    supervisors: dict[str, Actor]


def _approval(maker: Maker, case: Made, code: str, by: Actor, conditions: list[dict[str, Any]]) -> None:
    authority = maker.authority(code)
    version = db.session.scalars(
        select(ApplicationVersion.id).where(ApplicationVersion.application_id == case.application_id)
    ).one()
    instrument = db.session.scalars(select(Instrument.id).where(Instrument.authority_id == authority).limit(1)).one()
    edition = Edition(
        case_id=case.id, kind="instrument", name=f"Instrument of {code}", number=f"{case.id.hex[:8]}/{code}",
        record={}, record_sha256="0" * 64, prepared_sha256="0" * 64, sha256="0" * 64, code=f"{case.id.hex[:20]}-{code}",
        expected=[], status="in_force", issued_at=now(),
    )  # fmt: skip
    db.session.add(edition)
    db.session.flush()
    decision = Decision(
        case_id=case.id, desk_id=case.desks[code], number=f"{case.id.hex[:8]}/{code}/1", state="issued",
        action="approve_with_conditions", instrument_id=instrument, application_version_id=version,
        edition_id=edition.id, drafted_by=by.person_id, issued_at=now(), signed_at=now(), accepted_at=now(),
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    for place, condition in enumerate(conditions, start=1):
        db.session.add(
            Condition(
                case_id=case.id, decision_id=decision.id, authority_id=authority, number=f"{code}-{place}",
                ordinal=place, state="active", **{**condition, "threshold": Decimal(condition["threshold"])},
            )
        )  # fmt: skip


@pytest.fixture
def trial(app: Flask, maker: Maker) -> Callable[..., Test]:
    """Makes a trial whose authorities ask for these limits."""

    def make(**limits: list[dict[str, Any]]) -> Test:
        firm = maker.firm()
        preparer, certifier = maker.person(firm, Role.CONTRIBUTOR), maker.person(firm, Role.CERTIFIER)
        case = maker.case(preparer, state="issued")
        supervisors = {}
        for code in ("FCA", "SEC"):
            supervisors[code] = maker.staff(code, Role.SUPERVISOR)
            maker.assign(case, code, supervisors[code])
            maker.declare(case, supervisors[code])
            _approval(maker, case, code, supervisors[code], limits.get(code, []))
        row = Trial(
            case_id=case.id, plan_sha256="0" * 64, starts_on=date(2026, 11, 1), accepted_by=preparer.person_id,
            accepted_at=now(),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        db.session.add_all(TrialJurisdiction(trial_id=row.id, jurisdiction=code, state="live") for code in ("UK", "US"))
        report = Report(
            trial_id=row.id, title="Monthly report 1", period_from=date(2026, 11, 1), period_to=date(2026, 11, 30),
            due_on=date(2026, 12, 14),
        )  # fmt: skip
        db.session.add(report)
        db.session.commit()
        return Test(case, report.id, preparer, certifier, supervisors)

    return make


def save(test: Test, values: dict[reports.Key, str], actor: Actor | None = None) -> None:
    """Save a draft with these values."""
    reports.save(
        actor or test.preparer,
        test.report_id,
        version=drive.version_of(Report, test.report_id),
        narrative="Quiet.",
        values={key: Decimal(value) for key, value in values.items()},
    )


def certify(test: Test, actor: Actor | None = None) -> list[Breach]:
    """Certify, and the breaches that this opened."""
    version = drive.version_of(Report, test.report_id)
    found = reports.certify(actor or test.certifier, test.report_id, version=version)
    return [db.session.get_one(Breach, key) for key in found]


UK, US = ("total-value", "UK", "GBP"), ("total-value", "US", "USD")


@pytest.mark.parametrize(
    ("comparator", "value", "broken"),
    [
        ("at_most", "100", False),
        ("at_most", "100.0001", True),
        ("at_most", "0", False),
        ("at_least", "100", False),
        ("at_least", "99.9999", True),
    ],
)
def test_a_value_equal_to_the_limit_keeps_it(
    trial: Callable[..., Test], comparator: str, value: str, broken: bool
) -> None:
    test = trial(FCA=[drive.limit("uptime", "100", comparator=comparator, jurisdictions=["UK"])])
    save(test, {("uptime", "UK", None): value})
    assert len(certify(test)) == broken


def test_each_limit_is_held_against_its_own_currency_and_place(trial: Callable[..., Test]) -> None:
    test = trial(
        FCA=[drive.limit("total-value", "100", currency="GBP")],  # everywhere
        SEC=[drive.limit("total-value", "100", currency="USD", jurisdictions=["US"])],
    )
    asked = {one.key for one in reports.asked(db.session.scalars(select(Trial.id)).one())}
    assert asked == {UK, US, ("total-value", "US", "GBP")}
    save(test, {UK: "100", US: "101", ("total-value", "US", "GBP"): "500"})
    found = {(one.jurisdiction, one.value) for one in certify(test)}
    assert found == {("US", Decimal(101)), ("US", Decimal(500))}
    owners = {one.authority_id for one in db.session.scalars(select(Breach))}
    assert len(owners) == 2
    for breach in db.session.scalars(select(Breach)):
        parties = set(db.session.scalars(select(Audience.party).where(Audience.item_id == breach.id)))
        assert "firm" in parties and len(parties) == 2  # the firm and the owner alone


def test_bad_values_are_refused(trial: Callable[..., Test]) -> None:
    test = trial(FCA=[drive.limit("total-value", "100", currency="GBP", jurisdictions=["UK"])])
    for values in ({UK: "NaN"}, {UK: "Infinity"}, {US: "1"}, {("total-value", "UK", "EUR"): "1"}):
        with pytest.raises(BadInput):
            save(test, values)
    assert db.session.get_one(Report, test.report_id).state == "due"


def test_the_preparer_does_not_certify(trial: Callable[..., Test], maker: Maker) -> None:
    test = trial(FCA=[drive.limit("total-value", "100", currency="GBP", jurisdictions=["UK"])])
    assert test.preparer.organisation_id is not None
    both = maker.person(test.preparer.organisation_id, Role.CONTRIBUTOR, Role.CERTIFIER)
    save(test, {UK: "1"}, both)
    save(test, {UK: "1"})  # whoever saves last, both have written on it
    for actor in (both, test.preparer):
        with pytest.raises(NotAllowed):
            certify(test, actor)
    with pytest.raises(NotFound):
        certify(test, maker.person(maker.firm(), Role.CERTIFIER))
    assert certify(test) == []
    with pytest.raises(NotNow):
        certify(test)


def test_all_that_is_missing_is_said_at_once_in_words(trial: Callable[..., Test]) -> None:
    test = trial(
        FCA=[drive.limit("total-value", "100", currency="GBP", jurisdictions=["UK"]), drive.limit("customers", "9")]
    )
    save(test, {})
    with pytest.raises(Incomplete) as incomplete:
        certify(test)
    assert len(incomplete.value.missing) == 3
    assert "Give the value of “Total value outstanding” for UK in GBP." in incomplete.value.missing


def test_two_colleagues_at_once(trial: Callable[..., Test]) -> None:
    test = trial(FCA=[drive.limit("total-value", "100", currency="GBP", jurisdictions=["UK"])])
    version = drive.version_of(Report, test.report_id)
    save(test, {UK: "1"})
    with pytest.raises(Conflict):
        reports.save(test.preparer, test.report_id, version=version, narrative="Mine.", values={UK: Decimal(2)})
    with pytest.raises(Conflict):
        reports.certify(test.certifier, test.report_id, version=version)


def test_a_breach_is_answered_judged_and_closed_by_its_owner(trial: Callable[..., Test]) -> None:
    test = trial(FCA=[drive.limit("total-value", "100", currency="GBP", jurisdictions=["UK"])])
    save(test, {UK: "101"})
    (breach,) = certify(test)
    key, owner, other = breach.id, test.supervisors["FCA"], test.supervisors["SEC"]
    with pytest.raises(NotNow):
        reports.judge_breach(owner, key, action="cure", remark="")
    with pytest.raises(Incomplete):
        reports.answer_breach(test.preparer, key, answer=" ")
    with pytest.raises((NotAllowed, NotFound)):
        reports.answer_breach(owner, key, answer="No.")
    reports.answer_breach(test.preparer, key, answer="Paid in twice.")
    with pytest.raises((NotAllowed, NotFound)):
        reports.judge_breach(other, key, action="waive", remark="Not mine.")
    with pytest.raises(Incomplete):
        reports.judge_breach(owner, key, action="waive", remark="")
    with pytest.raises(BadInput):
        reports.judge_breach(owner, key, action="forget", remark="")
    reports.judge_breach(owner, key, action="escalate", remark="Third time.")
    reports.judge_breach(owner, key, action="close", remark="")
    assert db.session.get_one(Breach, key).state == "closed"


def test_a_returned_report_is_certified_again(trial: Callable[..., Test]) -> None:
    test = trial(FCA=[drive.limit("total-value", "100", currency="GBP", jurisdictions=["UK"])])
    save(test, {UK: "101"})
    assert len(certify(test)) == 1
    reports.give_back(test.supervisors["FCA"], test.report_id, reason="Which client?")
    with pytest.raises(NotNow):
        reports.accept(test.supervisors["FCA"], test.report_id)
    save(test, {UK: "102"})
    (again,) = certify(test)
    assert again.value == 102
    assert len(db.session.scalars(select(Breach)).all()) == 1
    reports.accept(test.supervisors["SEC"], test.report_id)
    assert db.session.get_one(Report, test.report_id).state == "accepted"
