"""Edge case 14: applying again. Answers go along; what desks wrote on the old case does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from sqlalchemy import select, update

from sandbox.cli.demo import story
from sandbox.domain.actors import Role
from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import Incomplete, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.applications import Application, DossierDocument, Section
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.decisions import Decision
from sandbox.models.desks import Case, Desk
from sandbox.queries import applications as queries
from sandbox.queries import desks as of_desks
from sandbox.services import applications, desks
from tests.factories import Maker
from tests.journeys.staging import OTHER, World, build
from tests.services import asking

NEW = "BoE"  # a partner that had no desk on the old case


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment at two desks."""
    return build(maker)


def withdrawn(world: World) -> UUID:
    """The firm withdraws; its application."""
    application_id = story.application_of(world.case_id)
    applications.withdraw(asking.firm(world, "signatory"), application_id, reason="We rework the plan.")
    return application_id


def saved(application_id: UUID, code: str) -> Section:
    db.session.rollback()
    return db.session.scalars(
        select(Section).where(Section.application_id == application_id, Section.code == code)
    ).one()


def resubmitted(world: World, fresh: UUID, **plan: object) -> UUID:
    """Declare anew, change the plan, submit: the new case."""
    contributor, signatory = asking.firm(world, "contributor"), asking.firm(world, "signatory")
    whole = dict.fromkeys(("accurate", "authorised", "consent_sharing", "not_in_default"), True)
    story.fill(contributor, fresh, {"declarations": whole})
    if plan:
        answers = {**saved(fresh, "test_plan").answers, **plan}
        db.session.rollback()
        story.fill(contributor, fresh, {"test_plan": answers})
    return story.submit(signatory, fresh)


def test_only_what_came_to_nothing_can_be_followed(world: World) -> None:
    application_id = story.application_of(world.case_id)
    with pytest.raises(NotNow):
        applications.start_again(asking.firm(world, "contributor"), application_id)
    withdrawn(world)
    with pytest.raises(NotFound):
        applications.start_again(world.outsiders["signatory@tessellate.example"], application_id)
    with pytest.raises(NotAllowed):
        applications.start_again(asking.firm(world, "certifier"), application_id)
    with pytest.raises(NotFound):
        applications.start_again(world.staff("case"), application_id)


def test_answers_and_files_go_along_and_declarations_do_not(world: World) -> None:
    old = withdrawn(world)
    fresh = applications.start_again(asking.firm(world, "contributor"), old)
    row = db.session.get_one(Application, fresh)
    assert (row.state, row.follows_id) == ("draft", old)
    assert saved(fresh, "test_plan").answers == saved(old, "test_plan").answers
    assert saved(fresh, "declarations").answers == {}
    files = {
        key: set(db.session.scalars(select(DossierDocument.sha256).where(DossierDocument.application_id == key)))
        for key in (old, fresh)
    }
    assert files[old] and files[fresh] == files[old]


def test_a_case_that_every_authority_has_left_can_be_followed(world: World) -> None:
    application_id = story.application_of(world.case_id)
    desks.opt_out(world.staff("coordinator"), world.desk_id, reason="No capacity.")
    with pytest.raises(NotNow):
        applications.start_again(asking.firm(world, "contributor"), application_id)
    desks.opt_out(world.other("coordinator"), story.desk_of(world.case_id, OTHER), reason="No remit.")
    assert applications.start_again(asking.firm(world, "contributor"), application_id)


def test_an_approved_application_is_not_followed(world: World) -> None:
    db.session.add(
        Decision(
            case_id=world.case_id,
            desk_id=world.desk_id,
            number="FCA/2026/1",
            action="approve",
            application_version_id=asking.current(world).id,
            drafted_by=world.staff("case").me,
        ),
    )
    db.session.execute(update(Desk).where(Desk.case_id == world.case_id).values(state="issued"))
    db.session.commit()
    with pytest.raises(NotNow):
        applications.start_again(asking.firm(world, "contributor"), story.application_of(world.case_id))


def test_the_programme_can_ask_the_firm_to_wait(world: World) -> None:
    start = datetime(2026, 12, 1, 12, tzinfo=UTC)
    with time_machine.travel(start) as clock:
        old = withdrawn(world)
        programme = db.session.scalars(select(Programme)).first()
        assert programme is not None
        before = programme.content
        programme.content = {**before, "cooling_off_days": 30}
        db.session.commit()
        try:
            fresh = applications.start_again(asking.firm(world, "contributor"), old)
            with pytest.raises(Incomplete, match="31 December 2026"):
                resubmitted(world, fresh)
            clock.move_to(start + timedelta(days=30))
            later = (start + timedelta(days=30)).date().isoformat()
            plan = dict(saved(fresh, "test_plan").answers)  # whose days have passed meanwhile
            steps = [{**row, "day": later} for row in plan["milestones"]]
            db.session.rollback()
            contributor = asking.firm(world, "contributor")
            story.fill(contributor, fresh, {"test_plan": {**plan, "starts_on": later, "milestones": steps}})
            content = record_hash(applications.working_record(fresh))
            db.session.rollback()
            assert applications.submit(asking.firm(world, "signatory"), fresh, content=content)
        finally:
            db.session.rollback()
            db.session.get_one(Programme, programme.id).content = before
            db.session.commit()


def test_the_difference_is_read_and_nothing_else_of_the_old_case(world: World, maker: Maker) -> None:
    asking.reply(world, asking.sent(world), "Words between the firm and the FCA.")
    asking.answer(world)
    old_case = world.case_id
    old = withdrawn(world)
    fresh = applications.start_again(asking.firm(world, "contributor"), old)
    new_case = resubmitted(world, fresh, exit_plan="A better plan.")
    assert new_case != old_case
    firm = queries.since(asking.firm(world, "signatory"), fresh)
    assert [one.path for one in firm.changes] == ["test_plan.exit_plan"]
    assert firm.changes[0].after == ("A better plan.",)
    # A partner that joins the new case had no desk on the old one.
    newcomer = maker.staff(NEW, Role.COORDINATOR)
    authority_id = db.session.scalars(select(Authority.id).where(Authority.code == NEW)).one()
    if NEW not in story.codes_of(new_case):
        db.session.add(Desk(case_id=new_case, authority_id=authority_id, state="assessing"))
        db.session.commit()
    desks.declare(newcomer, new_case, outcome="none")
    seen = queries.earlier(newcomer, new_case)
    assert [one.path for one in seen.changes] == ["test_plan.exit_plan"]
    assert (seen.case_id, seen.reference) == (None, None)
    assert of_desks.requests(newcomer, new_case).rows == ()
    for read in (of_desks.case, of_desks.requests, of_desks.dossier):
        with pytest.raises(NotFound):
            read(newcomer, old_case)
    known = queries.earlier(declared(world, new_case), new_case)
    reference = db.session.execute(select(Case.reference).where(Case.id == old_case)).scalar_one()
    assert known.reference == reference


def declared(world: World, case_id: UUID) -> object:
    """The coordinator who knows the old case, declared on the new one."""
    head = world.staff("coordinator")
    desks.declare(head, case_id, outcome="none")
    return head
