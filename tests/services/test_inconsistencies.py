"""Edge case 10: the firm tells two desks different things. Both learn of it, neither reads the other's reply."""

from __future__ import annotations

from uuid import UUID

import pytest
from sqlalchemy import select, update

from sandbox.cli.demo import story
from sandbox.domain import audiences
from sandbox.extensions import db
from sandbox.models.applications import Section
from sandbox.models.desks import Inconsistency
from sandbox.models.messages import OutboxMessage
from sandbox.models.people import Person
from sandbox.models.trail import Audience, TrailBody
from sandbox.queries import desks as queries
from sandbox.queries.trail import verify
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build
from tests.services import asking
from tests.services.asking import EXIT


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment at two desks."""
    return build(maker)


def standing() -> list[Inconsistency]:
    db.session.rollback()
    return list(db.session.scalars(select(Inconsistency).where(Inconsistency.ended_at.is_(None))))


def answered(world: World, code: str, text: str) -> UUID:
    """A desk asks about the exit plan and the firm replies at once."""
    key = asking.sent(world, code)
    asking.reply(world, key, text)
    asking.answer(world)
    return key


def test_different_replies_are_reported_to_both_without_either_text(world: World) -> None:
    answered(world, SEALED, "Harbour Trust returns them.")
    assert standing() == []
    answered(world, OTHER, "Nobody returns them.")
    (found,) = standing()
    assert (found.field, found.kind) == (EXIT, "replies")
    parties = set(db.session.scalars(select(Audience.party).where(Audience.item_id == found.id)))
    assert parties == {audiences.desk(SEALED), audiences.desk(OTHER)}
    told = set(
        db.session.scalars(
            select(Person.email)
            .join(OutboxMessage, OutboxMessage.person_id == Person.id)
            .where(OutboxMessage.action == "inconsistency.report"),
        ),
    )
    assert {"case@fca.example", "case@sec.example"} <= told
    assert all(one.endswith(("@fca.example", "@sec.example")) for one in told)
    for code, other in ((SEALED, OTHER), (OTHER, SEALED)):
        seen = queries.requests(world.cast.staff(code, "case"), world.case_id)
        assert [one.code for one in seen.differing] == [other]
        assert all(row.code == code for row in seen.rows)
    bodies = [str(body) for body in db.session.scalars(select(TrailBody.body))]
    assert not any("Nobody returns them" in body for body in bodies)
    assert list(verify()) == []


def test_the_same_words_are_no_inconsistency_and_end_one(world: World) -> None:
    answered(world, SEALED, "Harbour Trust returns them.")
    answered(world, OTHER, "harbour trust returns them")
    assert standing() == []
    answered(world, OTHER, "Another trust.")
    assert len(standing()) == 1
    answered(world, OTHER, "Another trust, still.")
    assert len(standing()) == 1, "reported once"
    answered(world, OTHER, "Harbour Trust returns them!")
    assert standing() == []


def test_an_answer_changed_for_one_desk_after_another_had_its_reply(world: World) -> None:
    answered(world, SEALED, "As in the plan.")
    key = asking.sent(world, OTHER)
    asking.change(world, exit_plan="Within thirty days.")
    asking.reply(world, key, "As in the plan.")
    asking.answer(world)
    (found,) = standing()
    assert found.kind == "dossier"


def test_replies_about_different_answers_are_not_compared(world: World) -> None:
    answered(world, SEALED, "Harbour Trust returns them.")
    key = asking.sent(world, OTHER, {"text": "How many customers?", "unlocks": ["test_plan.customers"]})
    asking.reply(world, key, "Forty.")
    asking.answer(world)
    assert standing() == []


def test_without_consent_nothing_is_compared_across_desks(world: World) -> None:
    answered(world, SEALED, "Harbour Trust returns them.")
    version = asking.current(world)
    withheld = {**version.record, "sections": {**version.record["sections"], "declarations": {"accurate": True}}}
    db.session.execute(update(type(version)).where(type(version).id == version.id).values(record=withheld))
    db.session.commit()
    assert db.session.scalar(select(Section.id).limit(1)) and story.codes_of(world.case_id) == [SEALED, OTHER]
    answered(world, OTHER, "Nobody returns them.")
    assert standing() == []
