"""One authority's act, from its position to the issued instrument: who may do what, in which order, on which bytes."""

from __future__ import annotations

import threading
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from sandbox.domain.actors import Role
from sandbox.domain.errors import BadInput, Conflict, Incomplete, NotAllowed, NotFound, NotNow, Refusal
from sandbox.extensions import db, setting
from sandbox.models.base import now
from sandbox.models.catalogue import Instrument
from sandbox.models.decisions import Condition, Decision, Edition, Signature
from sandbox.models.desks import Desk
from sandbox.services import assessments, desks
from sandbox.services.decisions import drafting, issuing, procedures
from tests.journeys import drive
from tests.worlds import made_once


@pytest.fixture
def cast(app: Flask) -> drive.Cast:
    """A firm and the desks of FCA and SEC, with keys."""
    drive.demo_keys()
    return drive.cast(["FCA", "SEC"])


@pytest.fixture
def opened(cast: drive.Cast) -> UUID:
    """A case with opened positions, without conditions."""
    return drive.to_opening(cast, ["UK", "US"])


def state(decision_id: UUID) -> str:
    """The state of a decision."""
    db.session.rollback()
    return db.session.scalars(select(Decision.state).where(Decision.id == decision_id)).one()


def signatures(decision_id: UUID) -> list[Signature]:
    """All signatures ever made on a decision's documents of this case."""
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Signature)
            .join(Edition, Edition.id == Signature.edition_id)
            .join(Decision, Decision.case_id == Edition.case_id)
            .where(Decision.id == decision_id),
        ),
    )


def blob(digest: str) -> Path:
    """The stored file of a hash."""
    found = [
        path
        for path in Path(setting("BLOBS")).rglob("*")
        if path.is_file() and digest in path.as_posix().replace("/", "")
    ]
    return found[0]


@pytest.fixture
@made_once
def sent(cast: drive.Cast, opened: UUID) -> UUID:
    """The SEC's decision at signature."""
    decision_id = drive.draft(opened, cast.desks["SEC"])
    drive.send(decision_id, cast.desks["SEC"])
    return decision_id


def edition_of(decision_id: UUID) -> UUID:
    """The document of a decision."""
    return db.session.scalars(select(Decision.edition_id).where(Decision.id == decision_id)).one()  # type: ignore[return-value]


# --- drafting --------------------------------------------------------------------------------------------------------


def test_a_draft_takes_over_the_own_position(cast: drive.Cast) -> None:
    asked = {"SEC": [drive.limit("total-value", "8000000", currency="USD"), drive.duty("Audit")]}
    case = drive.to_opening(cast, ["UK", "US"], conditions=asked)
    desk = cast.desks["SEC"]
    decision_id = drafting.draft(desk.officer, drive.desk_of(case, "SEC"))
    assert drafting.draft(desk.issuer, drive.desk_of(case, "SEC")) == decision_id
    decision = db.session.get_one(Decision, decision_id)
    assert decision.action == "approve_with_conditions"
    assert "SEC finds" in decision.reasons
    rows = db.session.scalars(
        select(Condition).where(Condition.decision_id == decision_id).order_by(Condition.ordinal)
    ).all()
    assert [row.number for row in rows] == ["SEC-1", "SEC-2"]
    assert rows[0].threshold == 8000000


def test_the_stricter_limit_where_desks_agreed_on_it(cast: drive.Cast) -> None:
    asked = {code: [drive.limit("customers", number)] for code, number in (("FCA", "20"), ("SEC", "40"))}
    case = drive.to_opening(cast, ["UK", "US"], conditions=asked)
    drive.settle(case, cast, "stricter")
    decision_id = drafting.draft(cast.desks["SEC"].officer, drive.desk_of(case, "SEC"))
    row = db.session.scalars(select(Condition).where(Condition.decision_id == decision_id)).one()
    assert (row.threshold, row.origin) == (20, "harmonised")


def test_nobody_drafts_before_the_opening(cast: drive.Cast) -> None:
    case = drive.submit_application(cast.company, ["UK", "US"])
    desk = cast.desks["SEC"]
    drive.staff(case, desk)
    drive.screen(case, desk)
    drive.assess(case, desk)
    drive.file(case, desk)
    with pytest.raises(NotNow):
        drafting.draft(desk.officer, drive.desk_of(case, "SEC"))


def test_an_edit_is_refused_with_all_its_problems_and_on_an_old_version(cast: drive.Cast, opened: UUID) -> None:
    desk = cast.desks["SEC"]
    decision_id = drafting.draft(desk.officer, drive.desk_of(opened, "SEC"))
    day = now().date()
    mine = db.session.get_one(Desk, drive.desk_of(opened, "SEC")).authority_id
    wanted = (Instrument.code == "denial-letter", Instrument.authority_id == mine)
    denial = db.session.scalars(select(Instrument.id).where(*wanted)).one()
    values = {"version": drive.version_of(Decision, decision_id), "reasons": "x", "effective_on": day}
    with pytest.raises(BadInput) as bad:
        drafting.edit(
            desk.officer, decision_id, **values, action="approve", instrument_id=denial, expires_on=day,
        )  # fmt: skip
    assert set(bad.value.problems) == {"instrument_id", "expires_on"}
    drafting.edit(desk.officer, decision_id, **values, action="refuse", instrument_id=denial, expires_on=None)
    with pytest.raises(Conflict) as conflict:
        drafting.edit(desk.issuer, decision_id, **values, action="refuse", instrument_id=denial, expires_on=None)
    assert conflict.value.current == {"reasons": "x", "action": "refuse"}


def test_send_says_everything_that_is_missing_at_once(cast: drive.Cast) -> None:
    asked = {"FCA": [drive.limit("total-value", "1", currency="GBP")]}
    case = drive.to_opening(cast, ["UK", "US"], conditions=asked)
    desk = cast.desks["FCA"]
    decision_id = drafting.draft(desk.officer, drive.desk_of(case, "FCA"))
    desks.unassign(desk.coordinator, drive.desk_of(case, "FCA"), person_id=desk.signatories[0].person_id)  # type: ignore[arg-type]
    with pytest.raises(Incomplete) as incomplete:
        drive.send(decision_id, desk)
    told = " ".join(incomplete.value.missing)
    assert "date on which the decision takes effect" in told
    assert "Warning notice" in told and "Representations" in told
    assert "Assign 1 more decision maker" in told


def test_a_period_for_the_firm_runs_until_its_last_day(cast: drive.Cast) -> None:
    asked = {"FCA": [drive.limit("total-value", "1", currency="GBP")]}
    case = drive.to_opening(cast, ["UK", "US"], conditions=asked)
    desk = cast.desks["FCA"]
    decision_id = drive.draft(case, desk)
    procedures.start(desk.officer, decision_id)
    assert db.session.get_one(Desk, drive.desk_of(case, "FCA")).state == "procedure"
    item = db.session.scalars(
        select(procedures.ProcedureItem).where(procedures.ProcedureItem.due_on.is_not(None))
    ).one()
    with pytest.raises(BadInput):
        procedures.complete(desk.officer, item.id, outcome="period_ended", note="Nothing came.")
    procedures.complete(desk.officer, item.id, outcome="agreed_by_firm", note="Letter.")
    with pytest.raises(NotNow):
        procedures.complete(desk.officer, item.id, outcome="agreed_by_firm", note="Letter.")
    procedures.reopen(desk.officer, decision_id)
    assert db.session.get_one(Desk, drive.desk_of(case, "FCA")).state == "deliberating"


# --- signing ---------------------------------------------------------------------------------------------------------


def test_an_assessor_cannot_sign_nor_send_nor_issue(cast: drive.Cast, sent: UUID) -> None:
    desk = cast.desks["SEC"]
    shown = drive.hash_of(edition_of(sent))
    for actor in (desk.officer, desk.coordinator, desk.issuer, desk.supervisor):
        with pytest.raises(NotAllowed):
            issuing.sign(actor, sent, shown=shown)
    for actor in (desk.officer, desk.signatories[0]):
        with pytest.raises(NotAllowed):
            issuing.issue(actor, sent)
    assert state(sent) == "ready_to_sign" and signatures(sent) == []


def test_one_authority_never_signs_for_another(cast: drive.Cast, sent: UUID) -> None:
    shown = drive.hash_of(edition_of(sent))
    for actor in cast.desks["FCA"].everybody:
        with pytest.raises((NotAllowed, NotFound)):
            issuing.sign(actor, sent, shown=shown)
    with pytest.raises((NotAllowed, NotFound)):
        issuing.issue(cast.desks["FCA"].issuer, sent)
    assert signatures(sent) == []


def test_a_decision_maker_who_assessed_is_no_signatory(cast: drive.Cast) -> None:
    case = drive.submit_application(cast.company, ["UK", "US"])
    both = drive.person(
        drive.db.session.get_one(Desk, drive.desk_of(case, "SEC")).authority_id,
        "Both Hats",
        Role.CASE_OFFICER,
        Role.DECISION_MAKER,
    )
    desk = cast.desks["SEC"]
    busy = drive.Desktop(desk.code, desk.coordinator, both, (both,), desk.issuer, desk.supervisor)
    for one in (cast.desks["FCA"], busy):
        drive.staff(case, one)
        drive.screen(case, one)
        drive.assess(case, one)
        drive.file(case, one)
    decision_id = drive.draft(case, busy)
    with pytest.raises(Incomplete) as incomplete:
        drive.send(decision_id, busy)
    assert any("decision maker" in line for line in incomplete.value.missing)


def test_only_the_bytes_that_were_shown_are_signed(cast: drive.Cast, sent: UUID) -> None:
    maker = cast.desks["SEC"].signatories[0]
    shown = drive.hash_of(edition_of(sent))
    with pytest.raises(Conflict):
        issuing.sign(maker, sent, shown="0" * 64)
    file = blob(shown)
    before = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(before.replace(b"%PDF-1.7", b"%PDF-1.6", 1) if b"%PDF-1.7" in before else before + b" ")
    with pytest.raises(Conflict):
        issuing.sign(maker, sent, shown=shown)
    file.unlink()
    with pytest.raises(Conflict):
        issuing.sign(maker, sent, shown=shown)
    assert state(sent) == "ready_to_sign" and signatures(sent) == []
    file.write_bytes(before)
    issuing.sign(maker, sent, shown=shown)
    assert state(sent) == "signed"


def test_a_signature_is_made_once(cast: drive.Cast, sent: UUID) -> None:
    maker = cast.desks["SEC"].signatories[0]
    shown = drive.hash_of(edition_of(sent))
    issuing.sign(maker, sent, shown=shown)
    with pytest.raises(NotNow):
        issuing.sign(maker, sent, shown=shown)
    assert len(signatures(sent)) == 1


def test_two_requests_at_once_make_one_signature(app: Flask, cast: drive.Cast, sent: UUID) -> None:
    maker, shown = cast.desks["SEC"].signatories[0], drive.hash_of(edition_of(sent))
    db.session.rollback()
    gate, answers = threading.Barrier(2), []

    def sign() -> None:
        with app.app_context():
            gate.wait()
            try:
                issuing.sign(maker, sent, shown=shown)
                answers.append("signed")
            except Refusal as refusal:
                answers.append(type(refusal).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=sign) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count("signed") == 1, answers
    assert len(signatures(sent)) == 1 and state(sent) == "signed"


def test_returned_unsigned_it_can_be_changed_and_sent_again(cast: drive.Cast, sent: UUID) -> None:
    desk = cast.desks["SEC"]
    first = edition_of(sent)
    with pytest.raises(NotNow):
        drafting.set_condition(desk.officer, sent, condition=drive.duty("Late"))
    with pytest.raises(Incomplete):
        issuing.reject(desk.signatories[0], sent, reason=" ")
    issuing.reject(desk.signatories[0], sent, reason="The date is wrong.")
    assert state(sent) == "drafted"
    assert db.session.get_one(Edition, first).status == "void"
    with pytest.raises(NotNow):
        issuing.sign(desk.signatories[0], sent, shown=drive.hash_of(first))
    drafting.set_condition(desk.officer, sent, condition=drive.duty("Late"))
    drive.send(sent, desk)
    assert edition_of(sent) != first
    drive.sign(sent, desk)
    drive.issue(sent, desk)
    assert state(sent) == "issued"


def test_nothing_is_issued_before_it_is_signed(cast: drive.Cast, sent: UUID) -> None:
    desk = cast.desks["SEC"]
    with pytest.raises(NotNow):
        drive.issue(sent, desk)
    drive.sign(sent, desk)
    damaged = blob(drive.hash_of(edition_of(sent)))
    good = damaged.read_bytes()
    damaged.chmod(0o644)
    damaged.write_bytes(good + b"\n")
    with pytest.raises(Conflict):
        drive.issue(sent, desk)
    damaged.write_bytes(good)
    drive.issue(sent, desk)
    with pytest.raises(NotNow):
        drive.issue(sent, desk)
    assert state(sent) == "issued"


# --- alone -----------------------------------------------------------------------------------------------------------


def test_a_desk_alone_in_its_case_needs_no_other(app: Flask) -> None:
    drive.demo_keys()
    cast = drive.cast(["SEC"])
    case = drive.to_opening(cast, ["US"])
    decisions = drive.to_issued(case, cast)
    drive.notice(case, cast)
    assert state(decisions["SEC"]) == "issued"


def test_a_desk_that_goes_alone_issues_while_the_other_assesses(
    cast: drive.Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = drive.submit_application(cast.company, ["UK", "US"])
    desk, other = cast.desks["SEC"], cast.desks["FCA"]
    for one in (desk, other):
        drive.staff(case, one)
    drive.screen(case, desk)
    drive.assess(case, desk)
    drive.file(case, desk)
    monkeypatch.setattr("sandbox.services.clocks.warning_reached", lambda _desk: True)
    assessments.go_alone(desk.coordinator, drive.desk_of(case, "SEC"), reason="The standard is running out.")
    decision_id = drive.decide(case, desk)
    drive.issue(decision_id, desk)
    assert state(decision_id) == "issued"
