"""The joint notice: what it waits for, who signs in which order, and that it never holds up an instrument."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from sandbox.adapters import calendars
from sandbox.domain.errors import Conflict, Incomplete, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.assessments import Divergence
from sandbox.models.catalogue import Authority
from sandbox.models.decisions import Condition, Decision, Edition, JointNotice, Signature
from sandbox.models.desks import Desk
from sandbox.models.trials import Milestone, Report, Trial, TrialJurisdiction
from sandbox.queries import trail
from sandbox.queries.decisions import verification
from sandbox.services import catalogue
from sandbox.services.decisions import drafting, issuing, notices
from tests.journeys import drive

THIRD = Path(__file__).parent.parent / "catalogue_third_country"


def edition_of(notice_id: object) -> Edition:
    """The document of a joint notice."""
    db.session.rollback()
    return db.session.scalars(
        select(Edition).join(JointNotice, JointNotice.edition_id == Edition.id).where(JointNotice.id == notice_id)
    ).one()


def test_all_that_is_missing_and_nothing_is_held_up(app: Flask) -> None:
    drive.demo_keys()
    cast = drive.cast(["FCA", "SEC"])
    fca, sec = cast.desks["FCA"], cast.desks["SEC"]
    asked = {"SEC": [drive.duty("Audit", origin="firm")]}
    case = drive.to_opening(cast, ["UK", "US"], conditions=asked)
    with pytest.raises(NotAllowed):
        notices.prepare(sec.issuer, case)  # does not lead
    decision_id = drive.decide(case, sec)
    with pytest.raises(Incomplete) as incomplete:
        notices.prepare(fca.issuer, case)
    told = incomplete.value.missing
    assert "Not every required authority has decided." in told
    assert "No authority has approved." not in told
    assert "SEC has not issued its instrument." in told
    assert any("“Audit” has no disposition" in line for line in told)
    drive.issue(decision_id, sec)  # an open divergence and an undecided desk do not stop it
    drive.settle(case, cast)
    drive.issue(drive.decide(case, fca), fca)
    notice_id = notices.prepare(fca.issuer, case)
    with pytest.raises(NotNow):
        notices.prepare(fca.issuer, case)

    # Signed in order, each for the own authority, by decision makers alone.
    shown = edition_of(notice_id).sha256
    with pytest.raises(NotNow):
        notices.sign(sec.signatories[0], notice_id, shown=shown)
    for actor in (fca.officer, fca.issuer, sec.coordinator, cast.company.signatory):
        with pytest.raises((NotAllowed, NotFound)):
            notices.sign(actor, notice_id, shown=shown)
    with pytest.raises(Conflict):
        notices.sign(fca.signatories[0], notice_id, shown="f" * 64)
    notices.sign(fca.signatories[0], notice_id, shown=shown)
    with pytest.raises(NotNow):
        notices.issue(fca.issuer, notice_id)

    # The second one returns it: the first signature is void and kept, a next version is made.
    notices.reject(sec.signatories[0], notice_id, reason="Milestone 2 is wrong.")
    void = db.session.scalars(select(Signature).where(Signature.edition_id == edition_of(notice_id).id)).one()
    assert void.void_at is not None
    assert db.session.get_one(JointNotice, notice_id).state == "void"
    again = drive.prepare_notice(case, cast)
    assert edition_of(again).number.endswith("/J/2")
    drive.sign_notice(again, cast)
    with pytest.raises(NotAllowed):
        notices.issue(sec.issuer, again)
    notices.issue(fca.issuer, again)
    assert db.session.get_one(JointNotice, again).state == "issued"
    record = edition_of(again).record
    assert [row["authority"] for row in record["signatories"]] == ["FCA", "SEC"]
    stands = db.session.scalars(
        select(Edition.sha256).where(Edition.kind == "instrument", Edition.issued_at.is_not(None))
    )
    assert {row["sha256"] for row in record["instruments"]} == set(stands)


def test_it_does_not_wait_for_an_optional_authority(app: Flask) -> None:
    drive.demo_keys()
    cast = drive.cast(["FCA", "SEC"])
    case = drive.to_opening(cast, ["UK", "US"])
    db.session.execute(update(Desk).where(Desk.id == drive.desk_of(case, "SEC")).values(required=False))
    db.session.commit()
    fca = cast.desks["FCA"]
    drive.issue(drive.decide(case, fca), fca)
    notice_id = notices.prepare(fca.issuer, case)
    assert edition_of(notice_id).record["outcome"] == "approved"
    assert [row["authority"]["code"] for row in edition_of(notice_id).record["parts"]] == ["FCA"]


def test_an_optional_authority_that_decides_later_joins_by_the_next_version(app: Flask) -> None:
    """DESIGN 2, rule 1: issued without it, re-issued with it; the firm accepts what was added; nothing else moves."""
    drive.demo_keys()
    cast = drive.cast(["FCA", "SEC"])
    asked = {"SEC": [drive.limit("total-value", "3000000", currency="USD", jurisdictions=["US"])]}
    case = drive.to_opening(cast, ["UK", "US"], conditions=asked)
    db.session.execute(update(Desk).where(Desk.id == drive.desk_of(case, "SEC")).values(required=False))
    db.session.commit()
    drive.settle(case, cast)
    fca, sec = cast.desks["FCA"], cast.desks["SEC"]
    drive.issue(drive.decide(case, fca), fca)
    first = drive.notice(case, cast)
    trial_id = drive.accept(case, cast.company)
    drive.start(trial_id, cast.company)
    with pytest.raises(NotNow):
        notices.prepare(fca.issuer, case)  # nothing new to tell
    before = db.session.get_one(Trial, trial_id)
    planned, reports = before.starts_on, db.session.scalar(select(func.count()).select_from(Report))

    drive.issue(drive.decide(case, sec), sec)
    with pytest.raises(Incomplete):
        drive.accept(case, cast.company)  # waits for the next version of the joint notice
    second = drive.notice(case, cast)
    record = edition_of(second).record
    assert [row["authority"]["code"] for row in record["parts"]] == ["FCA", "SEC"]
    assert record["replaces"] == {"number": edition_of(first).number, "sha256": edition_of(first).sha256}
    assert db.session.get_one(JointNotice, first).state == "superseded"
    told = verification.by_code(edition_of(first).code)
    assert told is not None
    assert (told.status, told.successor) == ("superseded", (edition_of(second).number, edition_of(second).code))
    assert list(trail.verify()) == []

    assert drive.accept(case, cast.company) == trial_id
    places = {row.jurisdiction: row.state for row in db.session.scalars(select(TrialJurisdiction))}
    assert places == {"UK": "live", "US": "ready"}
    assert {row.state for row in db.session.scalars(select(Condition))} == {"active"}
    owners = select(Authority.code).join(Milestone, Milestone.authority_id == Authority.id)
    assert set(db.session.scalars(owners)) == {"FCA", "SEC"}
    assert db.session.get_one(Trial, trial_id).starts_on == planned
    assert db.session.scalar(select(func.count()).select_from(Report)) == reports
    assert drive.accept(case, cast.company) == trial_id  # again changes nothing
    assert len(db.session.scalars(select(Milestone)).all()) == 6


@pytest.fixture
def third(app: Flask, empty_database: None) -> Iterator[None]:
    """A catalogue with a third country, from its data files alone."""
    del empty_database
    before = calendars._extra_directories
    calendars.add_directory(THIRD)
    catalogue.load(THIRD)
    drive.demo_keys()
    yield
    calendars._extra_directories = before


def test_three_countries_with_two_signatories_in_order(third: None) -> None:
    del third
    cast = drive.cast(["FCA", "SEC", "VDA"])
    vda = cast.desks["VDA"]
    asked = {
        "VDA": [drive.limit("total-value", "3000000", currency="VDC", jurisdictions=["VD"])],
        "SEC": [drive.limit("total-value", "8000000", currency="USD", jurisdictions=["US"])],
    }
    case = drive.to_opening(cast, ["UK", "US", "VD"], "uk-us-vd", asked)
    assert db.session.scalars(select(Divergence.key).where(Divergence.case_id == case, Divergence.kind == "condition"))
    drive.settle(case, cast)
    decision_id = drive.draft(case, vda)
    drive.send(decision_id, vda)
    edition_id = db.session.scalars(select(Decision.edition_id).where(Decision.id == decision_id)).one()
    shown = drive.hash_of(edition_id)  # type: ignore[arg-type]
    with pytest.raises(NotNow):
        issuing.sign(vda.signatories[1], decision_id, shown=shown)
    issuing.sign(vda.signatories[0], decision_id, shown=shown)
    assert db.session.get_one(Decision, decision_id).state == "ready_to_sign"  # partly signed
    with pytest.raises(Conflict):
        issuing.sign(vda.signatories[1], decision_id, shown=shown)  # the bytes are others now
    with pytest.raises(NotNow):
        drafting.set_condition(vda.officer, decision_id, condition=drive.duty("Late"))
    issuing.reject(vda.signatories[1], decision_id, reason="Not yet.")
    assert {row.void_at is not None for row in db.session.scalars(select(Signature))} == {True}
    drive.send(decision_id, vda)
    drive.sign(decision_id, vda)
    drive.issue(decision_id, vda)
    for code in ("FCA", "SEC"):
        drive.issue(drive.decide(case, cast.desks[code]), cast.desks[code])
    notice_id = drive.notice(case, cast)
    record = edition_of(notice_id).record
    assert sorted(row["authority"] for row in record["signatories"]) == ["FCA", "SEC", "VDA", "VDA"]
    assert [row["field"] for row in edition_of(notice_id).expected if row["authority"] == "VDA"] == ["VDA-1", "VDA-2"]
    trial_id = drive.accept(case, cast.company)
    places = db.session.scalars(select(TrialJurisdiction.jurisdiction).where(TrialJurisdiction.trial_id == trial_id))
    assert set(places) == {"UK", "US", "VD"}
    assert set(db.session.scalars(select(Milestone.calendar))) == {"GB-ENG", "US-FED", "VD"}
    over = drive.report(drive.first_report(trial_id), cast.company, {"total-value": "4000000"})
    assert len(over) == 1  # over the limit in VDC, within the one in USD
    assert db.session.scalars(select(Condition.state).distinct()).all() == ["active"]
