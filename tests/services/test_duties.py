"""Separation of duties holds for what somebody did, whatever their roles become afterwards."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.domain.errors import BadInput, NotAllowed
from sandbox.domain.policy import Bar, can
from sandbox.extensions import db
from sandbox.models.decisions import Condition, Decision
from sandbox.models.desks import StandIn
from sandbox.queries.access import opens
from sandbox.queries.desks import sight
from sandbox.services import desks, people
from sandbox.services.decisions import drafting, issuing, notices
from sandbox.services.facts import case_facts
from sandbox.services.people import actor_of
from tests.factories import Maker
from tests.journeys import drive
from tests.journeys.staging import World, build
from tests.worlds import made_once

SIGNING = (Action.DECISION_SIGN, Action.DECISION_REJECT, Action.NOTICE_SIGN, Action.NOTICE_REJECT)
PREPARING = (Action.DECISION_DRAFT, Action.DECISION_EDIT, Action.DECISION_SEND_TO_SIGNATURE)


@pytest.fixture
def cast(app: Flask) -> drive.Cast:
    """A firm and the desks of FCA and SEC, with keys."""
    drive.demo_keys()
    return drive.cast(["FCA", "SEC"])


@pytest.fixture
@made_once
def case(cast: drive.Cast) -> UUID:
    """A case with opened positions and a condition of the SEC."""
    return drive.to_opening(cast, ["UK", "US"], conditions={"SEC": [drive.duty("Audit", origin="firm")]})


def become(maker: Maker, person: Actor, *roles: Role) -> Actor:
    """The administrator of their authority gives them other roles; gives who they are now."""
    administrator = maker.staff(person.code, Role.AUTHORITY_ADMINISTRATOR)
    people.set_roles(administrator, person.me, roles=sorted(roles))
    return actor_of(person.me)


def may(person: Actor, action: Action, case_id: UUID) -> bool:
    """What lock, window and page say alike."""
    db.session.rollback()
    locked = can(person, action, case_facts(person, case_id))
    assert opens(person, action, case_id) is locked
    assert sight(person, case_id).may(action) is locked
    return locked


def test_who_signed_neither_issues_nor_prepares(cast: drive.Cast, case: UUID, maker: Maker) -> None:
    desk = cast.desks["SEC"]
    decision_id = drive.draft(case, desk)
    drive.run_procedure(decision_id, desk)
    drive.send(decision_id, desk)
    drive.sign(decision_id, desk)
    signatory = desk.signatories[0]
    assert may(signatory, Action.DECISION_SIGN, case)
    signatory = become(maker, signatory, Role.ISSUING_ADMINISTRATOR)
    for action in (*PREPARING, Action.DECISION_ISSUE, Action.NOTICE_PREPARE, Action.NOTICE_ISSUE):
        assert not may(signatory, action, case), action
    with pytest.raises(NotAllowed):
        issuing.issue(signatory, decision_id)
    assert db.session.get_one(Decision, decision_id).state == "signed"
    drive.issue(decision_id, desk)


@pytest.mark.parametrize("act", ["draft", "edit", "add", "drop", "send"])
def test_whoever_touched_the_draft_never_signs(cast: drive.Cast, case: UUID, maker: Maker, act: str) -> None:
    desk = cast.desks["SEC"]
    issuer = desk.issuer
    if act == "draft":
        drafting.draft(issuer, drive.desk_of(case, "SEC"))
    else:
        _touch(act, drive.draft(case, desk), desk, issuer)
    assert case_facts(issuer, case).bars == {Bar.DRAFTED}
    maker_now = become(maker, issuer, Role.DECISION_MAKER)
    assert not any(may(maker_now, action, case) for action in SIGNING)
    own = desks.load(drive.desk_of(case, "SEC"))[0]
    assert issuer.me not in {one.id for one in drafting.signatories(own)}


def _touch(act: str, decision_id: UUID, desk: drive.Desktop, issuer: Actor) -> None:
    decision = db.session.get_one(Decision, decision_id)
    row = db.session.query(Condition).filter_by(decision_id=decision_id).first()
    assert row is not None
    duty = drive.duty("Report", origin="firm")
    acts: dict[str, Callable[[], object]] = {
        "edit": lambda: drafting.edit(
            issuer,
            decision_id,
            version=decision.version,
            action=decision.action or "",
            instrument_id=decision.instrument_id,
            reasons="Other reasons.",
            effective_on=decision.effective_on,
            expires_on=None,
        ),
        "add": lambda: drafting.set_condition(issuer, decision_id, condition=duty),
        "drop": lambda: drafting.drop_condition(issuer, row.id),
        "send": lambda: drive.send(decision_id, desk),
    }
    if act == "send":
        drive.run_procedure(decision_id, desk)
    acts[act]()


def test_who_prepared_the_joint_notice_never_signs_it(cast: drive.Cast, case: UUID, maker: Maker) -> None:
    drive.to_issued(case, cast)
    lead = drive.lead(case, cast)
    second = maker.staff(lead.code, Role.ISSUING_ADMINISTRATOR)
    desks.assign(lead.coordinator, drive.desk_of(case, lead.code), person_id=second.me, reason="More hands.")
    desks.declare(second, case, outcome="none")
    assert case_facts(second, case).bars == frozenset()
    notices.prepare(second, case)
    second = become(maker, second, Role.DECISION_MAKER)
    assert not any(may(second, action, case) for action in SIGNING)


# --- a role held for one case counts like any other ------------------------------------------------------------------


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment, with every duty of its desk."""
    return build(maker)


def test_a_role_that_does_not_go_with_one_held_for_a_case_is_not_given(world: World) -> None:
    stand_in, administrator = world.staff("records"), world.staff("admin")
    desks.appoint(
        world.staff("ethics"), world.desk_id, person_id=stand_in.me, role="issuing_administrator", reason="Long leave."
    )
    with pytest.raises(BadInput) as refused:
        people.set_roles(administrator, stand_in.me, roles=["records_officer", "decision_maker"])
    assert "Issuing administrator" in refused.value.problems["roles"]
    assert world.staff("records").roles == {Role.RECORDS_OFFICER}
    people.set_roles(administrator, stand_in.me, roles=["records_officer", "supervisor"])
    db.session.rollback()
    desks.dismiss(world.staff("ethics"), db.session.query(StandIn).one().id)
    people.set_roles(administrator, stand_in.me, roles=["decision_maker"])
