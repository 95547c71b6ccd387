"""Routing, lead, observers and legal entities from end to end: the edge cases 12, 23, 24 and 30, and re-routing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from sandbox.adapters import calendars
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import BadInput, NotAllowed, NotFound
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion, Section
from sandbox.models.assessments import Position
from sandbox.models.catalogue import Authority
from sandbox.models.decisions import Decision, Edition
from sandbox.models.desks import Case, ClockEvent, Desk, DeskRouting
from sandbox.models.messages import OutboxMessage
from sandbox.models.trials import TrialJurisdiction
from sandbox.queries import access
from sandbox.queries import decisions as of_decisions
from sandbox.queries import desks as queries
from sandbox.queries.trail import verify
from sandbox.services import applications, catalogue, desks
from sandbox.services.decisions import notices
from sandbox.services.facts import case_facts
from tests.journeys import drive

THIRD = Path(__file__).parents[1] / "catalogue_third_country"
As = Callable[[Actor], Any]
BOTH = ("UK", "US")
MEMO = "Agreed: one data room. Open: the date of the joint meeting."


def codes(case_id: UUID) -> set[str]:
    """The authorities with a desk on the case."""
    found = select(Authority.code).join(Desk, Desk.authority_id == Authority.id).where(Desk.case_id == case_id)
    return set(db.session.scalars(found))


def row(case_id: UUID, code: str) -> Desk:
    return db.session.get_one(Desk, drive.desk_of(case_id, code))


def told(action: Action) -> set[UUID]:
    """Who was written to about it."""
    return set(db.session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.action == action.value)))


@pytest.fixture
def cast(app: Flask) -> drive.Cast:
    """A firm and the people of all four authorities."""
    drive.demo_keys()
    return drive.cast(("FCA", "BoE", "SEC", "CFTC"))


def two(cast: drive.Cast) -> drive.Cast:
    """The same firm with the two authorities that a joint case usually has."""
    return drive.Cast(cast.company, {code: cast.desks[code] for code in ("FCA", "SEC")})


# --- 12: another authority leads -------------------------------------------------------------------------------------


def test_another_authority_takes_the_lead(cast: drive.Cast) -> None:
    cast = two(cast)
    case_id = drive.to_opening(cast, BOTH)
    fca, sec = cast.desks["FCA"], cast.desks["SEC"]
    assert drive.lead(case_id, cast) is fca
    before = {
        model: sorted(map(repr, db.session.execute(select(*model.__table__.columns)).all()))
        for model in (ClockEvent, Position, Decision)
    }
    dates = {code: row(case_id, code).due_on for code in cast.desks}

    with pytest.raises(NotAllowed):
        desks.hand_over(sec.coordinator, case_id, authority="SEC", reason="We have time.", memo=MEMO)
    with pytest.raises(NotAllowed):
        desks.hand_over(fca.officer, case_id, authority="SEC", reason="No capacity.", memo=MEMO)
    with pytest.raises(BadInput) as refused:
        desks.hand_over(fca.coordinator, case_id, authority="CFTC", reason=" ", memo="")
    assert set(refused.value.problems) == {"authority", "reason", "memo"}
    desks.hand_over(fca.coordinator, case_id, authority="SEC", reason="The FCA lacks staff.", memo=MEMO)

    # The tie follows at once, clocks and the ownership of decisions stay.
    assert drive.lead(case_id, cast) is sec
    may = {person: case_facts(person, case_id).lead for person in (fca.issuer, sec.issuer)}
    assert set(may.values()) == {sec.issuer.organisation_id}
    for model, rows in before.items():
        assert sorted(map(repr, db.session.execute(select(*model.__table__.columns)).all())) == rows, model
    assert {code: row(case_id, code).due_on for code in cast.desks} == dates
    with pytest.raises(NotAllowed):
        desks.hand_over(fca.coordinator, case_id, authority="SEC", reason="Again.", memo=MEMO)

    # The desks read the memo, the firm reads the reason; everybody is told.
    for reader, memo in ((fca.coordinator, MEMO), (sec.officer, MEMO), (cast.company.signatory, "")):
        present, earlier = queries.routing(reader, case_id).leads
        assert (present.code, present.reason, present.memo) == ("SEC", "The FCA lacks staff.", memo)
        assert (earlier.code, earlier.until) == ("FCA", present.since)
    expected = {sec.coordinator.me, sec.officer.me, fca.officer.me, cast.company.signatory.me}
    assert expected <= told(Action.LEAD_HAND_OVER)
    assert fca.coordinator.me not in told(Action.LEAD_HAND_OVER)

    drive.to_issued(case_id, cast)
    with pytest.raises(NotAllowed):
        notices.prepare(fca.issuer, case_id)
    drive.notice(case_id, cast)
    assert list(verify()) == []


# --- 23: an asset is classified anew, also during the live test ------------------------------------------------------


@pytest.mark.pdf
@pytest.mark.slow
def test_an_authority_joins_a_live_trial_when_an_asset_is_reclassified(cast: drive.Cast) -> None:
    pair = two(cast)
    case_id = drive.to_opening(pair, BOTH)
    drive.to_issued(case_id, pair)
    drive.notice(case_id, pair)
    trial_id = drive.accept(case_id, pair.company)
    states = select(TrialJurisdiction.jurisdiction, TrialJurisdiction.state).where(
        TrialJurisdiction.trial_id == trial_id
    )
    running = {place: state for place, state in db.session.execute(states)}

    fca, sec, cftc = (cast.desks[code] for code in ("FCA", "SEC", "CFTC"))
    asked = {
        "activities": ["custody", "transfer"],
        "asset_classes": ["uk-specified-investment", "us-digital-commodity"],
        "reason": "The token no longer represents a claim on the issuer.",
    }
    with pytest.raises(NotAllowed):
        desks.reclassify(sec.coordinator, case_id, **asked)
    with pytest.raises(BadInput) as refused:
        desks.reclassify(fca.coordinator, case_id, activities=["juggling"], asset_classes=[], reason="")
    assert set(refused.value.problems) == {"activities", "asset_classes", "reason"}
    assert desks.reclassify(fca.coordinator, case_id, **asked) == ["CFTC"]

    # A desk of its own, with clocks and the version of the rules; nothing else has changed.
    made = row(case_id, "CFTC")
    assert (made.state, made.part, made.required, made.opened_at) == ("routed", "decides", False, None)
    assert made.due_on is not None and "CFTC" in made.routed_because[0]
    answer = db.session.scalars(select(DeskRouting).where(DeskRouting.desk_id == made.id)).one()
    assert (answer.cause, answer.won) == ("reclassified", ["cftc-digital-commodity-custody"])
    assert {place: state for place, state in db.session.execute(states)} == running
    assert {code: row(case_id, code).state for code in ("FCA", "SEC")} == {"FCA": "issued", "SEC": "issued"}

    # Supervisors of the existing desks, the firm and the new authority are told; so is the one that is not reached.
    people = {fca.supervisor.me, sec.supervisor.me, cftc.coordinator.me, pair.company.signatory.me}
    assert people <= told(Action.DESK_JOIN)
    assert sec.coordinator.me in told(Action.DESK_REROUTE)
    assert fca.officer.me not in told(Action.DESK_REROUTE)
    seen = {desk.code: desk for desk in queries.routing(sec.coordinator, case_id).desks}
    assert seen["SEC"].unreached and not seen["FCA"].unreached
    lost = seen["SEC"].present
    assert lost is not None and lost.won == () and {rule.kind for rule in lost.lost} == {"activities", "asset_classes"}

    # It files before it reads: the dossier is there, positions and the joint notice are not.
    drive.staff(case_id, cftc)
    assert queries.dossier(cftc.officer, case_id).number == 1
    parties = access.parties(cftc.officer, case_id)
    positions = select(Position.id).where(Position.case_id == case_id)
    assert db.session.scalars(positions.where(access.visible(Position.id, "position", parties))).all() == []
    edition = db.session.scalars(
        select(Edition).where(Edition.case_id == case_id, Edition.kind == "joint_notice")
    ).one()
    with pytest.raises(NotFound):
        of_decisions.document(cftc.officer, edition.id)
    drive.screen(case_id, cftc)
    drive.assess(case_id, cftc)
    drive.file(case_id, cftc)
    shown = db.session.scalars(positions.where(access.visible(Position.id, "position", parties))).all()
    assert len(shown) == 3 and of_decisions.document(cftc.officer, edition.id).issued

    # The same classification again says so; the former one brings nobody and drops nobody.
    with pytest.raises(BadInput, match="already"):
        desks.reclassify(fca.coordinator, case_id, **asked)
    back = {**asked, "asset_classes": ["uk-specified-investment", "us-digital-security"]}
    assert desks.reclassify(fca.coordinator, case_id, **back) == []
    assert codes(case_id) == {"FCA", "SEC", "CFTC"}
    assert list(verify()) == []


def test_an_amended_version_that_asks_for_more_brings_further_authorities(cast: drive.Cast) -> None:
    pair = two(cast)
    case_id = drive.submit_application(pair.company, BOTH)
    fca = pair.desks["FCA"]
    drive.staff(case_id, fca)
    desks.start_screening(fca.officer, drive.desk_of(case_id, "FCA"))
    desks.find_incomplete(fca.officer, drive.desk_of(case_id, "FCA"), missing=["Which tokens?"])
    case = db.session.get_one(Case, case_id)
    drive.staff(case_id, pair.desks["SEC"])
    desks.reclassify(
        fca.coordinator,
        case_id,
        activities=["custody", "transfer"],
        asset_classes=["uk-specified-investment", "us-digital-security", "uk-qualifying-stablecoin"],
        reason="It is a stablecoin as well.",
    )
    assert not case.goes_on_with_fewer
    changes = {
        "product": {"asset_classes": ["uk-specified-investment", "us-digital-security", "us-digital-commodity"]},
        "jurisdictions": {"goes_on_with_fewer": True},
    }
    for code, change in changes.items():
        section = db.session.scalars(
            select(Section).where(Section.application_id == case.application_id, Section.code == code)
        ).one_or_none()
        if section is None:  # its programme does not ask for it
            continue
        rows = section.answers.get("classification")
        if rows:
            change["classification"] = [*rows, {**rows[0], "class": "us-digital-commodity"}]
        applications.save_section(
            pair.company.contributor,
            case.application_id,
            code,
            answers={**section.answers, **change},
            version=section.version,
        )
    shown = drive.record_hash(applications.working_record(case.application_id))
    applications.submit(pair.company.signatory, case.application_id, content=shown)

    assert codes(case_id) == {"FCA", "SEC", "CFTC"}
    assert db.session.get_one(Case, case_id).goes_on_with_fewer
    made = row(case_id, "CFTC")
    answer = db.session.scalars(select(DeskRouting).where(DeskRouting.desk_id == made.id)).one()
    version = db.session.get_one(ApplicationVersion, answer.application_version_id)
    assert (answer.cause, version.number, made.required) == ("amended", 2, True)
    (classified,) = queries.routing(fca.coordinator, case_id).classified
    assert not classified.stands, "the firm's new answers count"
    drive.staff(case_id, cast.desks["CFTC"])
    assert queries.dossier(cast.desks["CFTC"].officer, case_id).number == 2
    assert list(verify()) == []


# --- 24: a third authority, by files alone ---------------------------------------------------------------------------


@pytest.fixture
def third_country(empty_database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped catalogue and that of an invented country."""
    monkeypatch.setattr(calendars, "_extra_directories", [])
    calendars.add_directory(THIRD)
    assert catalogue.load(THIRD)
    drive.demo_keys()


def test_a_third_country_joins_a_case_under_way(third_country: None) -> None:
    cast = drive.cast(("FCA", "SEC", "VDA"))
    case_id = drive.submit_application(cast.company, BOTH, "uk-us-vd")
    assert codes(case_id) == {"FCA", "SEC"}
    fca, vda = cast.desks["FCA"], cast.desks["VDA"]
    drive.staff(case_id, fca)
    desk_id = drive.desk_of(case_id, "FCA")
    desks.start_screening(fca.officer, desk_id)
    desks.find_incomplete(fca.officer, desk_id, missing=["Where else will you test?"])
    case = db.session.get_one(Case, case_id)
    for code, values in drive.answers(("UK", "US", "VD")).items():
        section = db.session.scalars(
            select(Section).where(Section.application_id == case.application_id, Section.code == code)
        ).one_or_none()
        if section is None:  # its programme does not ask for it
            continue
        applications.save_section(
            cast.company.contributor, case.application_id, code, answers=values, version=section.version
        )
    shown = drive.record_hash(applications.working_record(case.application_id))
    applications.submit(cast.company.signatory, case.application_id, content=shown)

    assert codes(case_id) == {"FCA", "SEC", "VDA"}
    for code in ("SEC", "VDA"):
        drive.staff(case_id, cast.desks[code])
    desks.find_complete(fca.officer, desk_id)
    for code in ("SEC", "VDA"):
        drive.screen(case_id, cast.desks[code])
    for code, desk in cast.desks.items():
        assert db.session.get_one(Case, case_id).opened_at is None, code
        drive.assess(case_id, desk)
        drive.file(case_id, desk)
    assert db.session.get_one(Case, case_id).opened_at is not None
    assert row(case_id, "VDA").opened_at is not None
    assert "Veridia" in row(case_id, "VDA").routed_because[0]
    desks.hand_over(fca.coordinator, case_id, authority="VDA", reason="Head office moved.", memo=MEMO)
    assert drive.lead(case_id, cast) is vda


# --- 30: several legal entities --------------------------------------------------------------------------------------

AFFILIATE = {
    "name": "Example Ledger Inc", "country": "US", "legal_form": "company", "identifier": "7712345", "lei": "",
    "address": "1 Example Avenue\nExample City", "jurisdictions": ["US"],
}  # fmt: skip


def settles(**firm: object) -> dict[str, dict[str, object]]:
    """Answers of a firm that also settles."""
    return {"firm": firm, "product": {"activities": ["custody", "transfer", "settlement"]}}


def test_the_settlement_of_securities_needs_an_entity_established_in_the_country(cast: drive.Cast) -> None:
    here = drive.submit_application(cast.company, BOTH, **settles(entities=[AFFILIATE]))
    assert codes(here) == {"FCA", "BoE", "SEC"}
    branch = drive.submit_application(cast.company, BOTH, **settles(legal_form="branch", country="US"))
    assert codes(branch) == {"FCA", "SEC"}
    found = queries.routing(cast.company.signatory, here)
    assert [(one.name, one.jurisdictions) for one in found.entities] == [
        ("Example Ledger Ltd", ("UK",)),
        ("Example Ledger Inc", ("US",)),
    ]
    (fca,) = (desk for desk in queries.routing(cast.company.signatory, branch).desks if desk.code == "FCA")
    assert fca.present is not None and fca.present.won
    because = desks.routes(db.session.get_one(Case, branch).programme_id, drive.answers(BOTH, **settles()))
    assert "BoE" in because


def test_each_instrument_names_its_own_addressee(cast: drive.Cast) -> None:
    pair = two(cast)
    case_id = drive.to_opening(pair, BOTH, firm={"entities": [AFFILIATE]})
    drive.settle(case_id, pair)
    names = {}
    for code, desk in pair.desks.items():
        decision_id = drive.draft(case_id, desk)
        drive.run_procedure(decision_id, desk)
        drive.send(decision_id, desk)
        edition_id = db.session.get_one(Decision, decision_id).edition_id
        record = db.session.get_one(Edition, edition_id).record
        names[code] = (record["firm"]["name"], record["firm"]["country"], record["firm"]["company_number"])
    assert names == {
        "FCA": ("Example Ledger Ltd", "United Kingdom", "00000000"),
        "SEC": ("Example Ledger Inc", "United States", "7712345"),
    }
