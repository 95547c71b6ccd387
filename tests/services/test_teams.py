"""Teams, leave, deputies and suggestions: kept inside the authority, and what they change for letters and desks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.domain.actors import Actor, Role
from sandbox.domain.errors import BadInput, Conflict, NotAllowed, NotFound
from sandbox.extensions import db
from sandbox.models.desks import Desk, DeskAssignment, Leave, Team, TeamMember
from sandbox.models.messages import OutboxMessage
from sandbox.services import desks, teams
from tests.factories import Maker
from tests.journeys.staging import SEALED, World, build


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed; the sealed desk's authority has a second case officer."""
    made = build(maker)
    maker.person(maker.authority(SEALED), Role.CASE_OFFICER, name="Aaron Second", email="second@fca.example")
    return made


def today() -> datetime:
    """Now."""
    return datetime.now(UTC)


def away(person: Actor, deputy: Actor | None = None, days: int = 5) -> None:
    """The person is on leave from today."""
    start = today().date()
    teams.record_leave(
        person,
        person_id=person.me,
        starts_on=start - timedelta(days=1),
        ends_on=start + timedelta(days=days),
        deputy_id=deputy.me if deputy else None,
    )


# --- teams -----------------------------------------------------------------------------------------------------------


def test_an_administrator_keeps_teams(world: World) -> None:
    admin = world.staff("admin")
    team = teams.set_team(
        admin, code="digital-assets", name="Digital assets", subjects=["custody"], members=[world.staff("case").me]
    )
    assert teams.team_for(admin.organisation_id, "digital-assets") == team  # type: ignore[arg-type]
    assert teams.team_for(world.other("admin").organisation_id, "digital-assets") is None  # type: ignore[arg-type]
    teams.set_team(admin, code="x", name="Assets", members=[], team_id=team, version=1)
    row = db.session.get_one(Team, team)
    assert (row.code, row.name, row.subjects, row.version) == ("digital-assets", "Assets", [], 2)
    assert db.session.scalars(select(TeamMember.person_id)).all() == []
    with pytest.raises(Conflict):
        teams.set_team(admin, code="x", name="Stale", team_id=team, version=1)


def test_teams_are_the_authoritys_own(world: World) -> None:
    admin = world.staff("admin")
    team = teams.set_team(admin, code="payments", name="Payments")
    with pytest.raises(NotFound):
        teams.set_team(world.other("admin"), code="payments", name="Ours now", team_id=team, version=1)
    for nobody in (world.staff("coordinator"), world.staff("ethics"), world.outsiders["owner@harbourlight.example"]):
        with pytest.raises(NotAllowed):
            teams.set_team(nobody, code="mine", name="Mine")
    for wrong in (
        {"code": "payments", "name": "Twice"},
        {"code": "Pay Ments", "name": "Spaces"},
        {"code": "-x", "name": "Hyphen"},
        {"code": "ok", "name": " "},
        {"code": "ok", "name": "Strangers", "members": [world.other("case").me]},
    ):
        with pytest.raises(BadInput):
            teams.set_team(admin, **wrong)  # type: ignore[arg-type]


# --- leave -----------------------------------------------------------------------------------------------------------


def test_leave_is_recorded_by_oneself_or_the_administrator(world: World) -> None:
    away(world.staff("case"), world.staff("specialist"))
    start = today().date() + timedelta(days=30)
    given = {"person_id": world.staff("specialist").me, "starts_on": start, "ends_on": start}
    with pytest.raises(NotAllowed):
        teams.record_leave(world.staff("case"), **given)
    leave = teams.record_leave(world.staff("admin"), **given)
    with pytest.raises(BadInput):
        teams.record_leave(world.other("admin"), **given)
    with pytest.raises(NotFound):
        teams.remove_leave(world.other("admin"), leave)
    with pytest.raises(NotFound):
        teams.remove_leave(world.staff("case"), leave)
    teams.remove_leave(world.staff("specialist"), leave)
    assert db.session.get(Leave, leave) is None


@pytest.mark.parametrize("wrong", ["backwards", "too long", "overlap", "own deputy", "stranger"])
def test_leave_that_cannot_be(world: World, wrong: str) -> None:
    person = world.staff("case")
    start = today().date() + timedelta(days=10)
    given = {"person_id": person.me, "starts_on": start, "ends_on": start + timedelta(days=3)}
    if wrong == "overlap":
        teams.record_leave(person, **given)
    given |= {
        "backwards": {"ends_on": start - timedelta(days=1)},
        "too long": {"ends_on": start + timedelta(days=500)},
        "own deputy": {"deputy_id": person.me},
        "stranger": {"deputy_id": world.other("case").me},
    }.get(wrong, {})
    with pytest.raises(BadInput):
        teams.record_leave(person, **given)


def told(world: World, action: str) -> set[str]:
    """Who of the sealed desk's authority was written to."""
    people = {world.staff(duty).me: duty for duty in ("case", "intake", "coordinator", "records", "supervisor")}
    people[world.cast["second@fca.example"].me] = "second"
    rows = db.session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.action == action))
    return {people[row] for row in rows if row in people}


def test_letters_also_go_to_the_deputy_while_somebody_is_away(world: World) -> None:
    away(world.staff("coordinator"), world.staff("records"))
    story.file(world.cast, world.case_id, "SEC", "approve", "Fine.")
    story.file(world.cast, world.case_id, SEALED, "approve", "Fine.")
    assert "records" in told(world, "desk.open") and "coordinator" in told(world, "desk.open")


def test_no_letter_goes_to_a_deputy_after_leave_or_who_is_recused(world: World) -> None:
    away(world.staff("coordinator"), world.staff("records"))
    desks.declare(world.staff("records"), world.case_id, outcome="recused", details="Too close.")
    start = today().date() - timedelta(days=20)
    db.session.add(
        Leave(
            person_id=world.staff("intake").me,
            starts_on=start,
            ends_on=start + timedelta(days=3),
            deputy_id=world.cast["second@fca.example"].me,
        )
    )
    db.session.commit()
    story.file(world.cast, world.case_id, "SEC", "approve", "Fine.")
    story.file(world.cast, world.case_id, SEALED, "approve", "Fine.")
    assert told(world, "desk.open") & {"records", "second"} == set()


# --- the suggestion --------------------------------------------------------------------------------------------------


def test_who_is_not_suggested_needs_a_reason_that_stays(world: World) -> None:
    """The first case officer works on an open case already, so the second is suggested."""
    head, desk_id = world.staff("intake"), story.desk_of(world.routed_id, SEALED)
    desks.declare(head, world.routed_id, outcome="none")
    with pytest.raises(BadInput) as refused:
        desks.assign(head, desk_id, person_id=world.staff("case").me)
    assert "Aaron Second" in refused.value.problems["reason"]
    desks.assign(head, desk_id, person_id=world.staff("case").me, reason="Knows the firm's product.")
    row = db.session.get_one(DeskAssignment, (desk_id, world.staff("case").me))
    assert row.reason == "Knows the firm's product."
    desks.assign(head, desk_id, person_id=world.cast["second@fca.example"].me)
    assert db.session.get_one(DeskAssignment, (desk_id, world.cast["second@fca.example"].me)).reason is None


def test_a_team_comes_before_load(world: World) -> None:
    head, desk_id = world.staff("intake"), story.desk_of(world.routed_id, SEALED)
    team = teams.set_team(world.staff("admin"), code="bonds", name="Bonds", members=[world.staff("case").me])
    db.session.get_one(Desk, desk_id).team_id = team
    db.session.commit()
    desks.declare(head, world.routed_id, outcome="none")
    desks.assign(head, desk_id, person_id=world.staff("case").me)
    with pytest.raises(BadInput):
        desks.unassign(head, desk_id, person_id=world.staff("case").me)
        desks.assign(head, desk_id, person_id=world.cast["second@fca.example"].me)


def test_a_deputy_of_somebody_on_the_desk_is_assigned_in_one_click(world: World) -> None:
    third = Maker().person(Maker().authority(SEALED), Role.CASE_OFFICER, name="Abel Third", email="third@fca.example")
    away(world.staff("case"), third)
    story.desk_of(world.case_id, SEALED)
    desks.assign(world.staff("intake"), world.desk_id, person_id=third.me)
    assert db.session.get(DeskAssignment, (world.desk_id, third.me)) is not None
