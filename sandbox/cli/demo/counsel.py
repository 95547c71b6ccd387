"""Outside counsel of the demonstration, and what two firms say of themselves beyond their first legal entity."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select

from sandbox.cli.demo.personas import PASSWORD, ZONES
from sandbox.domain.actors import Organisation
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.firms import Engagement
from sandbox.models.people import Person
from sandbox.services import organisations
from sandbox.services.people import actor_of, profile
from sandbox.services.unit import add, use_case

ENGAGED_BY = ("harbourlight", "tessellate")
NUMBERS = (("gb-frn", "900001"), ("us-nfa", "0900001"))


def _owner(code: str) -> UUID:
    return db.session.execute(select(Person.id).where(Person.email == f"owner@{code}.example")).scalar_one()


@use_case
def _engage(firm_id: UUID, counsel_id: UUID, by: UUID, moment: datetime) -> None:
    add(Engagement(firm_id=firm_id, counsel_id=counsel_id, begins_at=moment, made_by=by))


def load() -> None:
    """One law firm with one counsel whom two firms engage; numbers and a licence of the first firm."""
    law_firm = organisations.make_organisation(Organisation.LAW_FIRM, "Lark & Lawson LLP")
    lawyer = organisations.make_person(
        law_firm,
        email="counsel@larklawson.example",
        name="Lavinia Lark",
        roles=["counsel"],
        password=PASSWORD,
        title="Partner",
        time_zone=ZONES["UK"],
    )
    for code in ENGAGED_BY:
        owner = actor_of(_owner(code))
        assert owner.organisation_id is not None
        _engage(owner.organisation_id, lawyer, owner.me, now())
    owner = actor_of(_owner(ENGAGED_BY[0]))
    assert owner.organisation_id is not None
    for scheme, number in NUMBERS:
        profile.save(owner, owner.organisation_id, "identifier", {"scheme": scheme, "number": number})
    licence = {
        "authority": "Financial Conduct Authority",
        "number": NUMBERS[0][1],
        "scope": "Arranging deals in investments (invented for the demonstration)",
        "since": date(2019, 3, 27),
    }
    profile.save(owner, owner.organisation_id, "licence", licence)


__all__ = ["load"]
