"""A new version of the dossier: only what rests on what changed is stale, and no position of an old version counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from sandbox.cli.demo import scenes, story
from sandbox.cli.demo.firms import FIRMS
from sandbox.cli.demo.story import Cast
from sandbox.domain.actors import Actor, Role
from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import BadInput, Conflict, Incomplete, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion, Section
from sandbox.models.assessments import Finding, Position, ProposedCondition
from sandbox.models.catalogue import Criterion
from sandbox.models.desks import Case, Desk
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import Audience
from sandbox.services import applications, assessments, desks
from sandbox.services.assessments import Grounds
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, people
from tests.worlds import made_once

PLAN = ("readiness", "consumer-benefit")  # cite the limits, and the exit plan, which changes


@dataclass(slots=True)
class Waiting:
    """A case that one desk assesses while the other waits for the firm to amend its application."""

    cast: Cast
    case_id: UUID
    firm: Actor

    @property
    def desk_id(self) -> UUID:
        """The desk that assesses."""
        return story.desk_of(self.case_id, SEALED)

    @property
    def officer(self) -> Actor:
        """Its case officer."""
        return self.cast.staff(SEALED, "case")

    def cite(self, code: str, *paths: str, **more: Any) -> None:
        """Record the finding on a criterion, resting on these places."""
        finding = self.finding(code)
        assessments.record_finding(
            self.officer, self.desk_id, finding.criterion_id, value="met", reasons=f"Seen for {code}.",
            version=finding.version, grounds=Grounds(evidence=[{"path": path} for path in paths]), **more,
        )  # fmt: skip

    def finding(self, code: str) -> Finding:
        """The desk's finding on a criterion, fresh."""
        db.session.rollback()
        found = select(Finding).join(Criterion, Criterion.id == Finding.criterion_id)
        return db.session.scalars(found.where(Finding.desk_id == self.desk_id, Criterion.code == code)).one()

    def stale(self) -> dict[str, list[str]]:
        """What is stale: criterion → paths."""
        db.session.rollback()
        rows = select(Criterion.code, Finding.stale).join(Finding, Finding.criterion_id == Criterion.id)
        return {code: paths for code, paths in db.session.execute(rows.where(Finding.desk_id == self.desk_id)) if paths}

    def ask_again(self) -> None:
        """The other desk finds the new version incomplete too."""
        intake, desk_id = self.cast.staff(OTHER, "intake"), story.desk_of(self.case_id, OTHER)
        desks.find_incomplete(intake, desk_id, missing=["Say more."])

    def file_or_not(self) -> None:
        """The desk files, or it is not its turn any more."""
        try:
            assessments.file_position(self.officer, self.desk_id, recommendation="approve", summary="Ready.")
        except NotNow:
            db.session.rollback()

    def change(self, section: str, **answers: Any) -> None:
        """The firm changes its working copy."""
        application_id = story.application_of(self.case_id)
        row = db.session.scalars(
            select(Section).where(Section.application_id == application_id, Section.code == section)
        ).one()
        given = {**row.answers, **answers}
        applications.save_section(self.firm, application_id, section, answers=given, version=row.version)

    def submit(self) -> None:
        """The firm submits the next version."""
        application_id = story.application_of(self.case_id)
        content = record_hash(applications.working_record(application_id))
        applications.submit(self.firm, application_id, content=content)

    def amend(self, section: str = "test_plan", **answers: Any) -> None:
        """Both."""
        self.change(section, **answers)
        self.submit()

    def state(self) -> str:
        """The state of the desk."""
        db.session.rollback()
        return db.session.scalars(select(Desk.state).where(Desk.id == self.desk_id)).one()

    def standing(self) -> int:
        """How many positions of the desk stand."""
        found = select(func.count()).where(Position.desk_id == self.desk_id, Position.superseded_at.is_(None))
        return db.session.scalar(found) or 0


@pytest.fixture
@made_once
def waiting(maker: Maker) -> Waiting:
    """One desk has findings on everything, each with evidence; the other found the application incomplete."""
    people(maker)
    cast = Cast()
    case_id = scenes.submitted(cast, FIRMS[0])
    for code in (SEALED, OTHER):
        story.staff_desk(cast, case_id, code)
        story.screen(cast, case_id, code, ["Say more on the exit."] if code == OTHER else ())
    story.assess(cast, case_id, SEALED)
    found = Waiting(cast, case_id, scenes.person(cast, FIRMS[0], "signatory"))
    for code in ("in-scope", "genuine-innovation", "need-for-support"):
        found.cite(code, "product.innovation")
    found.cite("readiness", "test_plan.limits.total-value.UK", "product.summary")
    found.cite("consumer-benefit", "test_plan.exit_plan")
    return found


def limits(total: str) -> list[dict[str, Any]]:
    """The usual limits with another total for the United Kingdom."""
    rows = story.usual_limits(["UK", "US"])
    return [
        {**row, "threshold": total} if (row["metric"], row["jurisdiction"]) == ("total-value", "UK") else row
        for row in rows
    ]


def test_only_what_rests_on_what_changed_is_stale(waiting: Waiting) -> None:
    waiting.amend(exit_plan="Positions move to a trustee.", limits=limits("1500000"))
    assert waiting.stale() == {
        "readiness": ["test_plan.limits.total-value.UK"],
        "consumer-benefit": ["test_plan.exit_plan"],
    }


def test_a_finding_that_cites_nothing_is_stale_on_any_change(waiting: Waiting) -> None:
    waiting.cite("in-scope")
    waiting.amend(exit_plan="Positions move to a trustee.")
    assert waiting.stale().keys() == {"in-scope", "consumer-benefit"}


def test_what_goes_back_to_what_it_was_is_not_stale(waiting: Waiting) -> None:
    before = waiting.finding("consumer-benefit").application_version_id
    whole = db.session.get_one(ApplicationVersion, before).record["sections"]["test_plan"]["exit_plan"]
    waiting.amend(exit_plan="Something else.")
    assert "consumer-benefit" in waiting.stale()
    waiting.ask_again()
    waiting.amend(exit_plan=whole)
    assert waiting.stale() == {}


def test_a_stale_finding_keeps_the_position_from_being_filed_until_it_is_confirmed(
    waiting: Waiting, maker: Maker
) -> None:
    waiting.amend(exit_plan="Positions move to a trustee.")
    with pytest.raises(Incomplete, match="what it rests on has changed"):
        story.file(waiting.cast, waiting.case_id, SEALED, "approve", "Ready.")
    finding = waiting.finding("consumer-benefit")
    case = db.session.get_one(Case, waiting.case_id)
    outsider, other = waiting.cast.staff(OTHER, "case"), maker.person(maker.authority(SEALED), Role.CASE_OFFICER)
    desks.assign(waiting.cast.staff(SEALED, "intake"), waiting.desk_id, person_id=other.me)
    desks.declare(other, waiting.case_id, outcome="none")
    with pytest.raises(NotFound):
        assessments.confirm_finding(outsider, finding.id, version=finding.version, read=case.current_version_id)
    with pytest.raises(Conflict):
        assessments.confirm_finding(other, finding.id, version=finding.version - 1, read=case.current_version_id)
    words = finding.reasons
    assessments.confirm_finding(other, finding.id, version=finding.version, read=case.current_version_id)
    confirmed = waiting.finding("consumer-benefit")
    assert (confirmed.reasons, confirmed.author_id) == (words, waiting.officer.person_id)
    assert confirmed.confirmed_by == other.person_id and confirmed.stale == []
    with pytest.raises(NotNow):
        assessments.confirm_finding(other, finding.id, version=confirmed.version, read=case.current_version_id)
    story.file(waiting.cast, waiting.case_id, SEALED, "approve", "Ready.")
    assert waiting.state() == "assessed"


def test_who_read_the_version_before_does_not_confirm_the_present_one(waiting: Waiting) -> None:
    """An amendment between reading and saving: what was written rests on what was read."""
    read = waiting.finding("consumer-benefit").application_version_id
    waiting.amend(exit_plan="Positions move to a trustee.")
    waiting.cite("consumer-benefit", "test_plan.exit_plan", read=read)
    assert waiting.stale() == {"consumer-benefit": ["test_plan.exit_plan"]}
    waiting.cite("consumer-benefit", "test_plan.exit_plan")
    assert waiting.stale() == {}


def test_a_version_of_another_case_is_not_there(waiting: Waiting) -> None:
    other_id = scenes.submitted(waiting.cast, FIRMS[1])
    foreign = db.session.get_one(Case, other_id).current_version_id
    with pytest.raises(NotFound):
        waiting.cite("readiness", read=foreign)


def test_a_filed_position_of_the_version_before_counts_no_more_and_is_confirmed_by_one_act(waiting: Waiting) -> None:
    story.file(waiting.cast, waiting.case_id, SEALED, "approve", "Ready.")
    with pytest.raises(NotNow):
        assessments.confirm_position(waiting.officer, waiting.desk_id)
    first = db.session.scalars(select(Position).where(Position.desk_id == waiting.desk_id)).one()
    sent = db.session.scalar(select(func.count()).select_from(OutboxMessage))
    waiting.amend("product", customers="Pension funds and treasuries.")
    assert (waiting.state(), waiting.standing(), waiting.stale()) == ("assessing", 0, {})
    with pytest.raises(NotFound):
        assessments.confirm_position(waiting.cast.staff(OTHER, "case"), waiting.desk_id)
    key = assessments.confirm_position(waiting.officer, waiting.desk_id)
    again = db.session.get_one(Position, key)
    case = db.session.get_one(Case, waiting.case_id)
    assert again.application_version_id == case.current_version_id != first.application_version_id
    same = ("recommendation", "summary", "findings", "conditions")
    assert {name: again.record[name] for name in same} == {name: first.record[name] for name in same}
    assert again.record["dossier"]["version"] == 2 and again.sha256 != first.sha256
    shown = select(Audience.visible_from).where(Audience.item_id == key, Audience.party == f"desk:{OTHER}")
    assert db.session.scalar(shown) is None, "sealed as the first one was"
    own = select(OutboxMessage.action).where(OutboxMessage.action.like("position%"))
    assert sent and db.session.scalars(own).all() == []


def test_a_confirmation_needs_what_filing_needs(waiting: Waiting) -> None:
    story.file(waiting.cast, waiting.case_id, SEALED, "approve", "Ready.")
    waiting.amend(exit_plan="Positions move to a trustee.")
    with pytest.raises(Incomplete, match="Consumer benefit"):
        assessments.confirm_position(waiting.officer, waiting.desk_id)
    assert waiting.standing() == 0


def propose(waiting: Waiting, threshold: str) -> UUID:
    """A total value that the firm is said to have proposed."""
    condition = story.limit("UK", "total-value", threshold, "GBP", "Total value outstanding")
    return assessments.propose_condition(waiting.officer, waiting.desk_id, condition=condition)


def test_a_condition_on_a_changed_limit_is_confirmed_again_and_imposed_when_the_firm_goes_higher(
    waiting: Waiting,
) -> None:
    key = propose(waiting, "2000000")
    assert db.session.get_one(ProposedCondition, key).origin == "firm"
    waiting.amend(limits=limits("3000000"))
    row = db.session.get_one(ProposedCondition, key)
    assert row.stale == ["test_plan.limits.total-value.UK"]
    assert row.origin == "imposed", "the firm now asks for more"
    version, read = row.version, db.session.get_one(Case, waiting.case_id).current_version_id
    finding = waiting.finding("readiness")
    assessments.confirm_finding(waiting.officer, finding.id, version=finding.version, read=read)
    with pytest.raises(Incomplete, match="the firm has changed its limit"):
        story.file(waiting.cast, waiting.case_id, SEALED, "approve_with_conditions", "Ready.")
    assessments.confirm_condition(waiting.officer, key, version=version, read=read)
    with pytest.raises(NotNow):
        assessments.confirm_condition(waiting.officer, key, version=version + 1, read=read)
    story.file(waiting.cast, waiting.case_id, SEALED, "approve_with_conditions", "Ready.")


@pytest.mark.parametrize(
    ("threshold", "origin"), [("2000000", "firm"), ("2500000", "firm"), ("1999999.99", "imposed"), ("1", "imposed")]
)
def test_stricter_than_the_firm_proposed_is_imposed_whatever_is_said(
    waiting: Waiting, threshold: str, origin: str
) -> None:
    assert db.session.get_one(ProposedCondition, propose(waiting, threshold)).origin == origin


def test_one_taken_over_and_then_made_stricter_is_imposed(waiting: Waiting) -> None:
    key = propose(waiting, "2000000")
    stricter = story.limit("UK", "total-value", "500000", "GBP", "Total value outstanding")
    assessments.change_condition(waiting.officer, key, condition=stricter, version=1)
    assert db.session.get_one(ProposedCondition, key).origin == "imposed"
    report = assessments.propose_condition(waiting.officer, waiting.desk_id, condition=story.reporting("UK"))
    assert db.session.get_one(ProposedCondition, report).origin == "firm", "words are the officer's to judge"


def test_evidence_must_be_in_the_dossier(waiting: Waiting) -> None:
    with pytest.raises(BadInput):
        waiting.cite("readiness", "test_plan.moon_phase")
    with pytest.raises(BadInput):
        waiting.cite("readiness", "document:00000000-0000-0000-0000-000000000000")


@pytest.mark.slow
def test_an_amendment_at_the_instant_of_filing_leaves_no_old_position_standing(app: Flask, waiting: Waiting) -> None:
    """Whatever comes first: a position that stands rests on the present version, and the desk's state agrees."""
    for turn in range(6):
        if turn:
            waiting.ask_again()
        waiting.change("product", customers=f"Customers of turn {turn}.")
        start, problems = threading.Barrier(2), []

        def go(act: Callable[[], None], start: threading.Barrier = start, problems: list[object] = problems) -> None:
            with app.app_context():
                start.wait()
                try:
                    act()
                except Exception as error:
                    problems.append(error)
                finally:
                    db.session.remove()

        db.session.remove()
        threads = [threading.Thread(target=go, args=(act,)) for act in (waiting.submit, waiting.file_or_not)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert problems == []
        state = waiting.state()
        version = db.session.get_one(Case, waiting.case_id).current_version_id
        standing = db.session.scalars(
            select(Position.application_version_id).where(
                Position.desk_id == waiting.desk_id, Position.superseded_at.is_(None)
            )
        ).all()
        assert standing == ([version] if state == "assessed" else [])
