"""Requests for information as they are read: who finds them, in how many statements, and what like questions are."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from sandbox.cli.demo import story
from sandbox.domain.errors import NotFound
from sandbox.queries import applications as of_firm
from sandbox.queries import desks as queries
from sandbox.services import applications
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build
from tests.services import asking
from tests.services.asking import EXIT

Counting = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment at two desks."""
    return build(maker)


def test_pages_send_as_many_statements_for_many_questions_as_for_one(world: World, statements: Counting) -> None:
    def counted() -> tuple[int, int, int]:
        with statements() as firm:
            of_firm.answering(asking.firm(world, "signatory"), world.case_id)
        with statements() as desk:
            queries.requests(world.staff("case"), world.case_id)
        with statements() as other:
            queries.requests(world.other("case"), world.case_id)
        return len(firm), len(desk), len(other)

    asking.reply(world, asking.sent(world))
    asking.answer(world)
    asking.sent(world)
    few = counted()
    for number in range(3):
        several = [{"text": f"Question {number}.{one}?", "unlocks": ["test_plan.customers"]} for one in range(4)]
        asking.sent(world, SEALED, *several)
    asking.reply(world, asking.sent(world, OTHER))
    asking.answer(world)
    assert max(few) <= 12
    assert counted()[:2] == few[:2]
    assert counted()[2] <= few[2] + 2, "its own requests and their questions"


def test_only_the_asking_desk_finds_the_words(world: World) -> None:
    asking.reply(world, asking.sent(world, SEALED, {"text": "Who keeps the zanzibar ledger?"}), "The quagga trust.")
    asking.answer(world)
    for words in ("zanzibar", "quagga"):
        assert [hit.kind for hit in queries.search(world.staff("case"), words).rows] == ["request"]
        assert queries.search(world.other("case"), words).rows == []


def test_a_saved_reply_is_found_by_nobody(world: World) -> None:
    asking.reply(world, asking.sent(world), "The quagga trust.")
    assert queries.search(world.staff("case"), "quagga").rows == []
    seen = queries.requests(world.staff("case"), world.case_id)
    assert all(question.reply is None for row in seen.rows for question in row.questions)


def test_the_list_of_the_firm_is_for_the_firm(world: World) -> None:
    asking.sent(world)
    for person in (world.staff("case"), world.other("case"), world.outsiders["signatory@tessellate.example"]):
        with pytest.raises(NotFound):
            of_firm.answering(person, world.case_id)
    for email in ("secretariat@programme_office.example", "auditor@audit_body.example"):
        with pytest.raises(NotFound):
            queries.requests(world.outsiders[email], world.case_id)


def test_like_questions_stand_together_and_others_apart(world: World) -> None:
    asking.sent(world, SEALED, {"text": "Who returns the assets?", "unlocks": [EXIT]}, {"text": "How many funds?"})
    asking.sent(
        world, OTHER, {"text": "When do customers leave?", "unlocks": [EXIT]}, {"text": "How many funds, if any?"}
    )
    found = of_firm.answering(asking.firm(world, "contributor"), world.case_id)
    together = [sorted((one.code, one.text) for one in group) for group in found.groups]
    assert together[0] == [(SEALED, "Who returns the assets?"), (OTHER, "When do customers leave?")]
    assert len(found.questions) == 4 and len(together) == 3


def test_a_withdrawn_case_asks_nothing_any_more(world: World) -> None:
    key = asking.sent(world)
    applications.withdraw(
        asking.firm(world, "signatory"), story.application_of(world.case_id), reason="We rework the plan."
    )
    assert asking.state(key) == "cancelled"
    assert of_firm.answering(asking.firm(world, "signatory"), world.case_id).questions == ()
