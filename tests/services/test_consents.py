"""What the firm agrees to, by authority and category: the application speaks first, the firm's last word counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.cli.demo.firms import FIRMS
from sandbox.cli.demo.talk import GATEWAY
from sandbox.domain.actors import Actor
from sandbox.domain.consents import CATEGORIES, Said, stands
from sandbox.domain.errors import BadInput, NotAllowed, NotFound, NotNow
from sandbox.domain.sharing import DECLARED
from sandbox.extensions import db
from sandbox.models.assessments import Finding
from sandbox.models.desks import CompletenessLetter, Share
from sandbox.models.messages import OutboxMessage
from sandbox.queries.desks.consents import consents as read
from sandbox.services import applications
from sandbox.services.desks import consents, sharing
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build

NEIGHBOUR = next(email for email, _name, role in FIRMS[1].people if role == "signatory")
CONSENT = replace(GATEWAY, basis="consent", consent=DECLARED, instrument="", provision="")


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment."""
    return build(maker)


def firm(world: World) -> Actor:
    return world.outsiders["signatory@harbourlight.example"]


def share(world: World, kind: str, key: UUID) -> UUID:
    """The sealed desk shares one item on consent."""
    made = sharing.release(world.staff("coordinator"), world.desk_id, to=[OTHER], items=[(kind, key)], terms=CONSENT)
    return made[0]


def finding(world: World) -> UUID:
    return db.session.scalars(select(Finding.id).where(Finding.desk_id == world.desk_id).limit(1)).one()


def letter(world: World) -> UUID:
    rows = select(CompletenessLetter.id).where(CompletenessLetter.desk_id == world.desk_id).limit(1)
    return db.session.scalars(rows).one()


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_last_word_counts_and_only_for_its_authority(category: str) -> None:
    declared = CATEGORIES[category].declared
    said: list[Said] = []
    assert stands(said, declared=True, authority="A", category=category) is declared
    assert stands(said, declared=False, authority="A", category=category) is False
    said.append(Said("A", category, given=False))
    assert stands(said, declared=True, authority="A", category=category) is False
    assert stands(said, declared=True, authority="B", category=category) is declared
    said.append(Said("A", category, given=True))
    assert stands(said, declared=False, authority="A", category=category) is True


def test_withdrawal_stops_new_shares_and_leaves_old_ones_and_gateways(world: World) -> None:
    """Edge case 27."""
    made = share(world, "letter", letter(world))
    consents.withdraw(firm(world), world.case_id, authority=SEALED, category="dossier", reason="We changed our mind.")
    with pytest.raises(BadInput, match="does not agree that your authority shares: The application"):
        share(world, "letter", letter(world))
    db.session.rollback()
    assert db.session.get_one(Share, made).recalled_at is None
    sharing.release(
        world.staff("coordinator"), world.desk_id, to=[OTHER], items=[("letter", letter(world))], terms=GATEWAY
    )
    told = set(db.session.scalars(select(OutboxMessage.person_id).where(OutboxMessage.action == "consent.withdraw")))
    assert {world.staff("coordinator").person_id, world.other("coordinator").person_id} <= told


def test_assessments_need_a_consent_of_their_own(world: World) -> None:
    with pytest.raises(BadInput, match="Assessments"):
        share(world, "finding", finding(world))
    consents.give(firm(world), world.case_id, authority=SEALED, category="assessments")
    made = share(world, "finding", finding(world))
    db.session.rollback()
    kept: Any = db.session.get_one(Share, made).consent
    assert kept["where"] == "Consents of the firm"
    assert "version 1" in kept["text"]


def test_it_is_said_once_and_by_the_firm_only(world: World) -> None:
    with pytest.raises(NotNow):
        consents.give(firm(world), world.case_id, authority=SEALED, category="dossier")
    with pytest.raises(NotNow):
        consents.withdraw(firm(world), world.case_id, authority=SEALED, category="incidents")
    for authority, category in (("CFTC", "dossier"), (SEALED, "everything")):
        with pytest.raises(BadInput):
            consents.give(firm(world), world.case_id, authority=authority, category=category)
    with pytest.raises(NotAllowed):
        consents.withdraw(
            world.outsiders["contributor@harbourlight.example"], world.case_id, authority=SEALED, category="dossier"
        )
    for person in (world.staff("coordinator"), world.outsiders[NEIGHBOUR]):
        with pytest.raises((NotFound, NotAllowed)):
            consents.withdraw(person, world.case_id, authority=SEALED, category="dossier")
    applications.withdraw(firm(world), story.application_of(world.case_id), reason="We stop.")
    with pytest.raises(NotNow):
        consents.withdraw(firm(world), world.case_id, authority=SEALED, category="dossier")


def test_firm_and_desks_read_it_and_nobody_else(world: World) -> None:
    consents.withdraw(firm(world), world.case_id, authority=SEALED, category="answers", reason="Ask us first.")
    for person in (firm(world), world.staff("case"), world.other("coordinator")):
        found = read(person, world.case_id)
        _row, cell = found.cell(SEALED, "answers")
        assert not cell.agreed
        assert found.cell(OTHER, "answers")[1].agreed
        assert [one.reason for one in found.history] == ["Ask us first."]
    for email in ("secretariat@programme_office.example", "auditor@audit_body.example"):
        with pytest.raises(NotFound):
            read(world.outsiders[email], world.case_id)
