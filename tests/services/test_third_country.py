"""A further country is data alone: an invented one joins, and a case with three desks gets its joint notice."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from sandbox.adapters import calendars, keys, verifying
from sandbox.domain.actors import Actor
from sandbox.domain.errors import Conflict, Incomplete, NotAllowed, NotNow
from sandbox.extensions import db
from sandbox.models.assessments import Divergence
from sandbox.models.catalogue import Authority, Criterion, Instrument, Jurisdiction
from sandbox.models.decisions import Condition, Decision, Edition, JointNotice, Signature
from sandbox.models.desks import Case, Desk
from sandbox.queries.trail import verify
from sandbox.services import catalogue
from sandbox.services.decisions import editions, issuing, notices
from tests.journeys import drive

THIRD = Path(__file__).parents[1] / "catalogue_third_country"
CODES = ("FCA", "SEC", "VDA")


@pytest.fixture
def third_country(empty_database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shipped catalogue and that of the invented country, with keys for all."""
    monkeypatch.setattr(calendars, "_extra_directories", [])
    calendars.add_directory(THIRD)
    assert catalogue.load(THIRD)
    editions.make_demo_keys()


@pytest.fixture
def cast(third_country: None) -> drive.Cast:
    """A firm, and the people of three authorities."""
    return drive.Cast(drive.company(), {code: drive.desktop(code) for code in CODES})


def test_the_files_alone_make_the_authority(third_country: None) -> None:
    row = db.session.scalars(select(Authority).where(Authority.code == "VDA")).one()
    assert (row.signatories_required, row.calendar, row.jurisdiction) == (2, "VD", "VD")
    assert db.session.get_one(Jurisdiction, "VD").currency == "VDC"
    criteria = db.session.scalars(select(Criterion.code).where(Criterion.authority_id == row.id)).all()
    assert set(criteria) == {"harbour-order", "customer-care", "green-ledger"}
    assert set(db.session.scalars(select(Instrument.code).where(Instrument.authority_id == row.id))) == {
        "act-of-admission",
        "act-of-refusal",
    }
    assert not catalogue.load(THIRD)


def refused(actor: Actor, decision_id: object, error: type[Exception], shown: str | None = None) -> None:
    """This person cannot sign this decision now."""
    decision = db.session.get_one(Decision, decision_id)
    with pytest.raises(error):
        issuing.sign(actor, decision.id, shown=shown or drive.hash_of(decision.edition_id))  # type: ignore[arg-type]


@pytest.mark.pdf
@pytest.mark.slow
def test_three_desks_reach_their_joint_notice(app: Flask, cast: drive.Cast) -> None:
    vda = cast.desks["VDA"]
    asked = {
        "FCA": [drive.limit("total-value", "4000000", currency="GBP", jurisdictions=["UK"])],
        "VDA": [
            drive.limit("total-value", "9000000.50", currency="VDC", jurisdictions=["VD"]),
            drive.duty("Harbour log"),
        ],
    }
    case_id = drive.to_opening(cast, ("UK", "US", "VD"), "uk-us-vd", asked)

    # Routed by the table to all three; opened together; compared on the joint criteria and on the metrics.
    because = dict(
        db.session.execute(
            select(Authority.code, Desk.routed_because)
            .join(Authority, Authority.id == Desk.authority_id)
            .where(Desk.case_id == case_id)
        ).all()
    )
    assert because["VDA"] == ["All tokens offered in Veridia."] and set(because) == set(CODES)
    case = db.session.get_one(Case, case_id)
    assert case.reference.startswith("VJ-") and case.opened_at is not None
    (value,) = db.session.scalars(select(Divergence).where(Divergence.key == "total-value")).all()
    assert [view["authority"] for view in value.views] == ["FCA", "VDA"]
    assert "VDC" in value.views[1]["value"]
    drive.settle(case_id, cast)

    # Two signatories, in order.
    decision_id = drive.draft(case_id, vda)
    drive.run_procedure(decision_id, vda)
    drive.send(decision_id, vda)
    first, second = vda.signatories
    edition = db.session.get_one(Edition, db.session.get_one(Decision, decision_id).edition_id)
    assert [row["person"] for row in edition.expected] == [str(first.person_id), str(second.person_id)]
    assert [row["title"] for row in edition.record["signatories"]] == ["Registrar", "President of the Authority"]
    refused(second, decision_id, NotNow)
    refused(cast.desks["FCA"].signatories[0], decision_id, Exception)
    refused(vda.officer, decision_id, NotAllowed)
    drive_hash = drive.hash_of(edition.id)
    issuing.sign(first, decision_id, shown=drive_hash)
    refused(second, decision_id, Conflict, shown=drive_hash)  # not what the page shows since the first signed
    refused(first, decision_id, NotNow)
    with pytest.raises(NotNow):
        issuing.issue(vda.issuer, decision_id)
    assert db.session.get_one(Decision, decision_id).state == "ready_to_sign"
    issuing.sign(second, decision_id, shown=drive.hash_of(edition.id))
    assert db.session.get_one(Decision, decision_id).state == "signed"
    issuing.issue(vda.issuer, decision_id)
    assert signed_by(edition.id) == [("VDA", first.name), ("VDA", second.name)]
    condition = db.session.scalars(
        select(Condition).where(Condition.decision_id == decision_id, Condition.metric == "total-value")
    ).one()
    assert (condition.currency, str(condition.threshold)) == ("VDC", "9000000.5000")

    # No joint notice before the others have decided and issued; then one, signed by all, each as to its own part.
    with pytest.raises(Incomplete):
        drive.prepare_notice(case_id, cast)
    for code in ("FCA", "SEC"):
        drive.issue(drive.decide(case_id, cast.desks[code]), cast.desks[code])
    notice_id = drive.prepare_notice(case_id, cast)
    notice = db.session.get_one(JointNotice, notice_id)
    joint = db.session.get_one(Edition, notice.edition_id)
    assert notice.outcome == "approved_with_differing_conditions"
    assert [row["authority"] for row in joint.expected] == ["FCA", "SEC", "VDA", "VDA"]
    with pytest.raises(NotNow, match="FCA"):
        notices.sign(first, notice_id, shown=drive.hash_of(joint.id))
    drive.sign_notice(notice_id, cast)
    notices.issue(cast.desks["FCA"].issuer, notice_id)

    names = [one.name for code in CODES for one in cast.desks[code].signatories]
    assert signed_by(joint.id) == list(zip(("FCA", "SEC", "VDA", "VDA"), names, strict=True))
    assert db.session.get_one(JointNotice, notice_id).state == "issued"
    part = next(row for row in joint.record["parts"] if row["authority"]["code"] == "VDA")
    assert [row["currency"] for row in part["conditions"]] == ["VDC", None]
    assert {row["criterion"] for row in part["findings"]} == {
        "Order of the harbour",
        "Care for customers",
        "Green ledger",
    }
    assert {row["calendar"] for row in joint.record["milestones"] if row["authority"] == "VDA"} == {"VD"}
    assert list(verify()) == []


def signed_by(edition_id: object) -> list[tuple[str, str]]:
    """Authority and name of each signature, in the file and in the rows, which must agree."""
    edition = db.session.get_one(Edition, edition_id)
    answer = verifying.verify(
        editions.content(edition.sha256),
        expected=[
            verifying.ExpectedSignature(row["field"], row["authority"], row["fingerprint"]) for row in edition.expected
        ],
        roots=keys.root_certificates(Path(editions.setting("KEYS"))),
        issued_at=edition.issued_at,
        stored_sha256=edition.sha256,
    )
    assert answer.ok, answer.problems
    rows = db.session.scalars(select(Signature).where(Signature.edition_id == edition.id).order_by(Signature.signed_at))
    assert [row.field for row in rows] == [row["field"] for row in edition.expected]
    return [(one.authority, one.name) for one in answer.signatures]
