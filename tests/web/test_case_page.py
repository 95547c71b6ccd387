"""The head of a case: where it is, whose turn it is, what is due, who else can see it; and the groups of its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from sandbox.cli.demo import scenes, story
from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.assessments import Finding, Position, ProposedCondition
from sandbox.models.base import now
from sandbox.models.desks import Desk
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
    assert answers(as_(world.staff("coordinator")), world)["Whose turn is it?"] == "Case officer"
    story.file(world.cast, world.case_id, SEALED, "refuse", "Sealed summary.")
    found = answers(as_(world.staff("case")), world)
    assert (found["Where is it?"], found["Whose turn is it?"]) == ("Position filed", "The other authorities")


def test_a_finding_that_waits_to_be_confirmed_does_not_count(world: World, as_: As) -> None:
    officer, path = as_(world.staff("case")), f"/cases/{world.case_id}"
    whole = officer.get(path).text
    assert "File the position of your desk" in whole and "To confirm again or redo" not in whole
    row = db.session.scalars(select(Finding).where(Finding.desk_id == world.desk_id).limit(1)).one()
    row.stale = ["test_plan.exit_plan"]
    db.session.commit()
    page = officer.get(path).text
    assert "4 of 5 findings recorded. To confirm again or redo: 1." in page
    assert "File the position of your desk" not in page
    row = db.session.get_one(Finding, row.id)
    row.stale = []
    condition = db.session.scalars(select(ProposedCondition).where(ProposedCondition.desk_id == world.desk_id)).first()
    assert condition is not None
    condition.stale = ["test_plan.limits.total-value.UK"]
    db.session.commit()
    page = officer.get(path).text
    assert "Look again at the proposed conditions" in page and "File the position of your desk" not in page


def test_an_unchanged_position_is_confirmed_from_the_case_page(world: World, as_: As) -> None:
    story.file(world.cast, world.case_id, SEALED, "approve", "As found.")
    db.session.execute(update(Position).where(Position.desk_id == world.desk_id).values(superseded_at=now()))
    db.session.execute(update(Desk).where(Desk.id == world.desk_id).values(state="assessing"))
    db.session.commit()
    page = as_(world.staff("case")).get(f"/cases/{world.case_id}").text
    assert "Confirm your position on version 1" in page and "File the position of your desk" not in page


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
