"""Edge case 9 from end to end: one authority asks; only its clock stands; the others see that it asks, and no more.

And the fault: the firm answers while the desk files its position, at the same instant.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.cli.demo.firms import FIRMS
from sandbox.domain import audiences
from sandbox.domain.actors import Actor
from sandbox.domain.errors import Incomplete, NotNow
from sandbox.extensions import db
from sandbox.models.assessments import Position
from sandbox.models.desks import Case, Desk
from sandbox.models.messages import OutboxMessage
from sandbox.models.people import Person
from sandbox.queries.trail import verify
from sandbox.services import applications, assessments
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build
from tests.journeys.test_seal import Stage, chance, differences, frozen, stage  # noqa: F401 - fixtures
from tests.services import asking
from tests.services.asking import EXIT

As = Callable[[Actor], Any]
WORDS = ("Harbour Trust holds the keys", "Who holds the keys at night", "Night custody", "asked in confidence")
OUTSIDE = ["case@sec.example", "coordinator@sec.example", "secretariat@programme_office.example"]
TOLD = frozenset({email for email, _, _ in FIRMS[0].people} | {audiences.FIRM})


@pytest.fixture
def world(maker: Maker) -> World:
    """A case in assessment at two desks."""
    return build(maker)


def ask(world: World) -> UUID:
    """The sealed desk asks about the exit plan."""
    question = {"text": "Who holds the keys at night?", "why": "asked in confidence", "unlocks": [EXIT]}
    return asking.sent(world, SEALED, question, subject="Night custody")


def due(world: World, code: str) -> date | None:
    db.session.rollback()
    return db.session.get_one(Desk, story.desk_of(world.case_id, code)).due_on


def test_one_authority_asks_and_the_other_sees_that_it_asks(world: World, as_: As) -> None:
    before = {code: due(world, code) for code in (SEALED, OTHER)}
    key = ask(world)
    asking.change(world, exit_plan="Assets go back within ten days.")
    asking.reply(world, key, "Harbour Trust holds the keys.")
    asking.answer(world)
    assert due(world, OTHER) == before[OTHER]
    browsers = {email: as_(world.outsiders[email]) for email in OUTSIDE}
    for email, browser in browsers.items():
        pages = {
            path: browser.get(path).text
            for path in (
                f"/cases/{world.case_id}",
                f"/cases/{world.case_id}/requests",
                f"/cases/{world.case_id}/dossier",
                f"/cases/{world.case_id}/clocks",
                f"/cases/{world.case_id}/trail",
                f"/cases/{world.case_id}/correspondence",
                "/inbox",
                "/inbox?find=custody",
                "/inbox?find=harbour+trust",
                "/pipeline",
                "/home",
            )
        }
        for path, page in pages.items():
            assert not any(words in page for words in WORDS), (email, path)
            assert str(key) not in page, (email, path)
    dossier = browsers["case@sec.example"].get(f"/cases/{world.case_id}/dossier").text
    assert "Assets go back within ten days." in dossier, "the dossier is everybody’s"
    told = db.session.execute(
        select(Person.email, OutboxMessage.action, OutboxMessage.content).join(
            Person, Person.id == OutboxMessage.person_id
        ),
    ).all()
    to_others = {row.action for row in told if row.email.endswith("@sec.example")}
    assert "application.amend" in to_others
    assert not {action for action in to_others if action.startswith(("request.", "clock."))}
    assert not any(words in str(row.content) for row in told for words in WORDS)
    assert list(verify()) == []


@pytest.mark.slow
def test_what_is_asked_cannot_be_told_from_outside(stage: Stage) -> None:  # noqa: F811
    def draft(world: World) -> None:
        asking.drafted(world)

    def plain(world: World) -> None:
        asking.sent(world)

    def other(world: World) -> None:
        several = [{"text": f"Question {number}?", "wants_file": True} for number in range(3)]
        asking.sent(world, SEALED, *several, subject="Quite another matter")
        asking.drafted(world)

    nothing, drafted = (stage.show(act, OUTSIDE, TOLD) for act in (None, draft))
    assert differences(nothing, drafted) == [], "a draft is the desk’s own"
    one, another = (stage.show(act, OUTSIDE, TOLD) for act in (plain, other))
    assert differences(one, another) == [], "which request is open, and how much it asks, is between desk and firm"
    assert differences(nothing, one) != [], "that one is open is known"


# --- at the same instant ---------------------------------------------------------------------------------------------

ROUNDS = 4


def both_at_once(app: Flask, *acts: Callable[[], object]) -> Iterator[object]:
    """Run acts in threads of their own from the same instant; what each refused or gave."""
    start, found = threading.Barrier(len(acts)), dict.fromkeys(range(len(acts)))

    def go(place: int) -> None:
        with app.app_context():
            start.wait()
            try:
                found[place] = acts[place]()  # type: ignore[assignment]
            except Exception as refused:  # what it was is looked at below
                found[place] = refused  # type: ignore[assignment]
            finally:
                db.session.remove()

    threads = [threading.Thread(target=go, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    yield from found.values()


@pytest.mark.slow
def test_an_answer_and_a_position_at_the_same_instant(app: Flask, world: World) -> None:
    officer, signatory, desk_id = world.staff("case"), asking.firm(world, "signatory"), world.desk_id
    for number in range(1, ROUNDS + 1):
        key = ask(world)
        asking.change(world, exit_plan=f"Plan {number}.")
        asking.reply(world, key, f"Harbour Trust holds the keys, answer {number}.")
        content = asking.content(world)
        db.session.remove()
        answered, filed = both_at_once(
            app,
            lambda content=content: applications.answer(signatory, world.case_id, content=content),  # type: ignore[misc]
            lambda: assessments.file_position(officer, desk_id, recommendation="approve", summary="Ready."),
        )
        assert answered is None, answered
        assert asking.state(key) == "answered"
        version = asking.current(world)
        assert version.number == number + 1
        assert version.record["sections"]["test_plan"]["exit_plan"] == f"Plan {number}."
        standing = db.session.scalars(
            select(Position).where(Position.desk_id == desk_id, Position.superseded_at.is_(None))
        ).all()
        desk, case = db.session.get_one(Desk, desk_id), db.session.get_one(Case, world.case_id)
        if desk.state == "assessed":
            assert [row.application_version_id for row in standing] == [case.current_version_id]
        else:
            assert desk.state == "assessing" and standing == []
            assert isinstance(filed, UUID | Incomplete | NotNow), filed
        db.session.rollback()
    assert list(verify()) == []
