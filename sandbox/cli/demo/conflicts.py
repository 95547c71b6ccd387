"""Interests, teams and leave in the demonstration: a register with a match, something to settle, a recusal, a team."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sandbox.cli.demo import story
from sandbox.cli.demo.story import Cast
from sandbox.models.base import now
from sandbox.services import desks, teams
from sandbox.services.desks import interests


def show(cast: Cast, case_id: UUID) -> None:
    """At the first desk of a case of Larkspur: one interest waits for the ethics officer, one person is recused.

    The records officer's register has lines that look like that firm, for whoever declares as them.
    """
    code = story.codes_of(case_id)[0]
    desk_id = story.desk_of(case_id, code)
    interests.add_interest(cast.staff(code, "records"), kind="employer", name="Larkspur Payments")
    interests.add_interest(cast.staff(code, "records"), kind="domain", name="larkspur.example")
    desks.declare(
        cast.staff(code, "supervisor"),
        case_id,
        outcome="managed",
        kinds=["adviser"],
        details="I advised one of the founders on a charity board in 2024, without pay.",
        measures="I leave everything about governance and key people to others.",
    )
    desks.recuse(
        cast.staff(code, "ethics"),
        desk_id,
        person_id=cast.staff(code, "issuing").me,
        reason="Holds tokens of the firm. Disclosed in the yearly return.",
    )
    desks.appoint(
        cast.staff(code, "ethics"),
        desk_id,
        person_id=cast.staff(code, "records").me,
        role="issuing_administrator",
        reason="The only issuing administrator is recused from this case.",
    )
    teams.set_team(
        cast.staff(code, "admin"),
        code="payments",
        name="Payments and stablecoins",
        subjects=["stablecoin-issuance"],
        members=[cast.staff(code, duty).me for duty in ("case", "specialist")],
    )
    today = now().date()
    teams.record_leave(
        cast.staff(code, "coordinator"),
        person_id=cast.staff(code, "coordinator").me,
        starts_on=today + timedelta(days=10),
        ends_on=today + timedelta(days=20),
        deputy_id=cast.staff(code, "intake").me,
    )
