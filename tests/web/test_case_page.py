"""The head of a case: where it is, whose turn it is, what is due, who else can see it; and the groups of its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.cli.demo import scenes, story
from sandbox.domain.actors import Actor
from sandbox.web.desks.tabs import GROUPS, TABS
from tests.factories import Maker
from tests.journeys.staging import SEALED, World, build

As = Callable[[Actor], Any]
ANSWER = re.compile(r"<dt>([^<]+)</dt><dd>([^<]*)")


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment and one just routed."""
    return build(maker)


def answers(browser: Any, world: World) -> dict[str, str]:
    """Question → answer, as the page says them."""
    text = browser.get(f"/cases/{world.case_id}").text
    part = text[text.index('class="portal-answers"') :]
    return dict(ANSWER.findall(part[: part.index("</dl>")]))


def test_every_page_of_a_case_stands_in_one_group() -> None:
    grouped = [name for names in GROUPS for name in names]
    assert len(grouped) == len(set(grouped))
    assert {name for name, *_ in TABS} <= set(grouped)


def test_a_desks_staff_read_their_own_state_turn_and_date(world: World, as_: As) -> None:
    found = answers(as_(world.staff("case")), world)
    assert found["Where is it?"] == "Assessing" and found["Whose turn is it?"] == "Yours"
    assert found["What is due?"].startswith(f"{SEALED} decides by ")
    assert answers(as_(world.staff("coordinator")), world)["Whose turn is it?"] == "Reviewers"
    story.file(world.cast, world.case_id, SEALED, "refuse", "Sealed summary.")
    found = answers(as_(world.staff("case")), world)
    assert (found["Where is it?"], found["Whose turn is it?"]) == ("Position filed", "The other authorities")


def test_outsiders_read_the_same_before_and_after_a_sealed_act(world: World, as_: As) -> None:
    outside = [as_(world.outsiders[email]) for email in ("signatory@harbourlight.example",
                                                         "secretariat@programme_office.example")]  # fmt: skip
    outside.append(as_(world.other("case")))
    before = [answers(browser, world) for browser in outside]
    story.file(world.cast, world.case_id, SEALED, "refuse", "Sealed summary.")
    assert [answers(browser, world) for browser in outside] == before
    assert before[0]["Whose turn is it?"] == "The authorities’"
    assert before[0]["Who else can see this case?"] == "FCA, SEC"
    assert before[1]["Where is it?"] == "Assessment"


def test_a_withdrawn_case_waits_for_nobody(world: World, as_: As) -> None:
    signatory = world.outsiders["signatory@harbourlight.example"]
    scenes.applications.withdraw(signatory, story.application_of(world.case_id), reason="Reworking.")
    for person in (signatory, world.staff("case")):
        found = answers(as_(person), world)
        assert found["Where is it?"] == "Withdrawn by the firm" and found["Whose turn is it?"] == "Nobody’s"
        assert found["What is due?"] == "Nothing with a date"
