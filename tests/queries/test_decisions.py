"""What reads of decisions cost, what they show to whom, and what waits for whom."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from sandbox.domain.actors import Role
from sandbox.domain.errors import NotFound
from sandbox.extensions import db
from sandbox.queries import decisions as queries
from sandbox.services import assessments
from tests.factories import Maker
from tests.journeys import drive

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def cast(app: Flask) -> drive.Cast:
    """A firm and the desks of FCA and SEC, with keys."""
    drive.demo_keys()
    return drive.cast(["FCA", "SEC"])


@pytest.mark.slow
def test_pages_cost_few_statements_and_waiting_lists_name_whose_turn_it_is(
    cast: drive.Cast, statements: Counting
) -> None:
    asked = {"FCA": [drive.limit("total-value", "5", currency="GBP"), drive.duty("Audit")]}
    case = drive.to_opening(cast, ["UK", "US"], conditions=asked)
    drive.settle(case, cast)
    fca, sec = cast.desks["FCA"], cast.desks["SEC"]
    decision_id = drive.draft(case, fca)
    assert [(one.what, one.kind) for one in queries.to_issue(fca.issuer)] == [("send", "decision")]
    drive.run_procedure(decision_id, fca)
    drive.send(decision_id, fca)
    (waiting,) = queries.to_sign(fca.signatories[0])
    assert waiting.mine and waiting.subject_id == decision_id
    assert queries.to_sign(sec.signatories[0]) == () == queries.to_sign(fca.officer)
    drive.sign(decision_id, fca)
    assert [one.what for one in queries.to_issue(fca.issuer)] == ["issue"]
    drive.issue(decision_id, fca)
    drive.issue(drive.decide(case, sec), sec)
    assert [one.what for one in queries.to_issue(fca.issuer)] == ["prepare"]
    assert queries.to_issue(sec.issuer) == ()
    notice_id = drive.prepare_notice(case, cast)
    (first,) = queries.to_sign(fca.signatories[0])
    (second,) = queries.to_sign(sec.signatories[0])
    assert first.mine and not second.mine and "FCA Signatory 1" in second.who
    drive.sign_notice(notice_id, cast)
    assert [(one.what, one.kind) for one in queries.to_issue(fca.issuer)] == [("issue", "notice")]
    for actor in (fca.officer, fca.issuer, cast.company.signatory):
        db.session.rollback()
        with statements() as seen:
            queries.case_page(actor, case)
        assert len(seen) <= 10, seen
    db.session.rollback()
    with statements() as seen:
        page = queries.notice_page(sec.issuer, case)
    assert len(seen) <= 10, seen
    assert page.outcome.outcome == "approved_with_differing_conditions"
    for actor in (cast.company.signatory, fca.signatories[0]):
        if actor is cast.company.signatory:
            with pytest.raises(NotFound):
                queries.notice_page(actor, case)


def test_an_instrument_issued_alone_is_the_desks_and_the_firms_until_the_opening(
    cast: drive.Cast, monkeypatch: pytest.MonkeyPatch, maker: Maker
) -> None:
    case = drive.submit_application(cast.company, ["UK", "US"])
    alone, other = cast.desks["SEC"], cast.desks["FCA"]
    for desk in (alone, other):
        drive.staff(case, desk)
        drive.screen(case, desk)
        drive.assess(case, desk)
    drive.file(case, alone)
    monkeypatch.setattr("sandbox.services.clocks.warning_reached", lambda _desk: True)
    assessments.go_alone(alone.coordinator, drive.desk_of(case, "SEC"), reason="The standard is running out.")
    decision_id = drive.decide(case, alone)
    drive.issue(decision_id, alone)
    (paper,) = queries.case_page(cast.company.signatory, case).papers
    assert paper.name == "Instrument of SEC" and paper.status == "in_force"
    for actor in (other.officer, other.issuer, other.coordinator):
        page = queries.case_page(actor, case)
        assert page.papers == () and [one.words for one in page.others] == ["Assessing"]
        rows = {row.code: row for row in queries.notice_page(actor, case).desks}
        assert rows["SEC"].words == "Assessing" and rows["SEC"].number == ""
        with pytest.raises(NotFound):
            queries.document(actor, paper.id)
    drive.file(case, other)  # the positions open, and with them what was issued
    assert [one.id for one in queries.case_page(other.officer, case).papers] == [paper.id]
    assert queries.document(other.officer, paper.id).sha256 == paper.sha256
    for stranger in (maker.staff("FCA", Role.CASE_OFFICER), maker.staff("CFTC", Role.COORDINATOR)):
        with pytest.raises(NotFound):
            queries.document(stranger, paper.id)
