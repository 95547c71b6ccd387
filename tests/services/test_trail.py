"""The trail's writers: chains that fit, the access log taken in exactly once, and the worker's tasks."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from sandbox.adapters.access_log import AccessLog, files
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor, Role
from sandbox.extensions import db
from sandbox.models.trail import AccessIntake, Audience, TrailBody, TrailEvent, TrailScope
from sandbox.queries import trail as queries
from sandbox.services import access_events, trail
from sandbox.services.unit import use_case
from tests.factories import Made, Maker


@pytest.fixture(autouse=True)
def log(app: Flask) -> Iterator[AccessLog]:
    """An empty access log of its own."""
    folder = Path(app.config["ACCESS_LOG"])
    for path in files(folder):
        path.unlink()
    yield AccessLog(folder)
    for path in files(folder):
        path.unlink()


@pytest.fixture
def officer(maker: Maker) -> Actor:
    return maker.staff("FCA", Role.CASE_OFFICER)


@pytest.fixture
def case(maker: Maker) -> Made:
    return maker.case(maker.person(maker.firm(), Role.SIGNATORY))


@use_case
def record(scope: str, number: int = 0) -> None:
    trail.record(scope, Action.CASE_READ, SYSTEM, {"firm"}, detail={"number": number})


def whole() -> list[str]:
    return [str(problem) for problem in queries.verify()]


def test_two_hundred_events_at_once_make_gapless_chains(app: Flask) -> None:
    def work(name: int) -> None:
        with app.app_context():
            for number in range(25):
                record(f"organisation:{name % 2}", number)

    threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert dict(db.session.execute(select(TrailScope.scope, TrailScope.size)).all()) == {
        "organisation:0": 100,
        "organisation:1": 100,
    }
    assert whole() == []


def test_a_refused_act_leaves_no_event(app: Flask) -> None:
    @use_case
    def refused() -> None:
        trail.record("programme", Action.CASE_READ, SYSTEM, ())
        raise RuntimeError

    with pytest.raises(RuntimeError):
        refused()
    assert db.session.scalar(select(func.count()).select_from(TrailScope)) == 0


# --- the access log ---


def views() -> list[tuple[str, str, set[str], dict[str, object]]]:
    """Scope, kind, audience and body of all events, in order."""
    db.session.rollback()
    rows = db.session.execute(
        select(TrailEvent, TrailBody.body)
        .join(TrailBody, TrailBody.event_id == TrailEvent.id)
        .order_by(TrailEvent.scope, TrailEvent.sequence)
    ).all()
    found = [
        (
            event.scope,
            event.kind,
            set(db.session.scalars(select(Audience.party).where(Audience.item_id == event.id))),
            body,
        )
        for event, body in rows
    ]
    db.session.rollback()
    return found


def test_a_view_comes_into_the_chain_of_its_case_for_the_viewers_own_side(
    log: AccessLog, case: Made, officer: Actor
) -> None:
    log.opened(officer, Action.CASE_READ, case_id=case.id, item="case page")
    assert access_events.take_in() == 1
    ((scope, kind, audience, body),) = views()
    assert (scope, kind, audience) == (f"case:{case.id}", "case.read", {"desk:FCA"})
    assert body["detail"]["item"] == "case page" and body["actor"]["name"] == officer.name  # type: ignore[index]
    assert access_events.take_in() == 0 and len(views()) == 1
    assert whole() == []


def test_refused_attempts_go_to_the_organisation_and_strangers_to_sign_ins(log: AccessLog, officer: Actor) -> None:
    log.denied(officer, Action.CASE_READ, item=f"/cases/{uuid4()}")
    log.denied(None, None, item="/trail")
    assert access_events.take_in() == 2
    assert [(scope, kind, audience) for scope, kind, audience, _ in views()] == [
        (f"organisation:{officer.organisation_id}", "access.denied", set()),
        ("sign-ins", "access.denied", set()),
    ]


def test_an_invented_case_makes_no_chain(log: AccessLog, officer: Actor) -> None:
    log.opened(officer, Action.CASE_READ, case_id=uuid4())
    access_events.take_in()
    assert [scope for scope, *_ in views()] == [f"organisation:{officer.organisation_id}"]


def test_lines_are_taken_exactly_once_in_batches(log: AccessLog, case: Made, officer: Actor) -> None:
    for number in range(120):
        log.opened(officer, Action.CASE_READ, case_id=case.id, item=str(number))
    assert access_events.take_in() == 120
    log.opened(officer, Action.CASE_READ, case_id=case.id, item="120")
    assert access_events.take_in() == 1
    assert [body["detail"]["item"] for *_, body in views()] == [str(number) for number in range(121)]  # type: ignore[index]


def test_a_worker_that_is_killed_in_a_batch_loses_and_doubles_nothing(
    log: AccessLog, case: Made, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(70):
        log.opened(officer, Action.CASE_READ, case_id=case.id, item=str(number))
    take, count = access_events._take, 0

    def dying(*arguments: object) -> None:
        nonlocal count
        count += 1
        if count == 60:
            raise KeyboardInterrupt
        take(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(access_events, "_take", dying)
        with pytest.raises(KeyboardInterrupt):
            access_events.take_in()
    assert len(views()) == 50
    assert access_events.take_in() == 20
    assert [body["detail"]["item"] for *_, body in views()] == [str(number) for number in range(70)]  # type: ignore[index]


def test_two_workers_take_each_line_once(app: Flask, log: AccessLog, case: Made, officer: Actor) -> None:
    for number in range(150):
        log.opened(officer, Action.CASE_READ, case_id=case.id, item=str(number))

    def work() -> None:
        with app.app_context():
            access_events.take_in()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(body["detail"]["item"]) for *_, body in views()) == list(range(150))  # type: ignore[index,call-overload]


def test_an_unfinished_line_waits_and_an_unreadable_one_is_recorded_as_such(log: AccessLog, app: Flask) -> None:
    path = Path(app.config["ACCESS_LOG"]) / "a.jsonl"
    path.parent.mkdir(exist_ok=True)
    bad = json.dumps({"kind": "case.read", "at": "yesterday", "name": "\ud800\0", "organisation": 7, "item": None})
    path.write_text("rubbish\n" + bad + '\n{"kind":')
    assert access_events.take_in() == 2
    assert [body["detail"]["readable"] for *_, body in views()] == [False, True]  # type: ignore[index]
    with path.open("a") as file:
        file.write('"access.denied"}\n')
    assert access_events.take_in() == 1
    assert whole() == []


def test_old_files_are_removed_when_they_are_wholly_taken(log: AccessLog, officer: Actor, app: Flask) -> None:
    log.denied(officer, None)
    (path,) = files(Path(app.config["ACCESS_LOG"]))
    access_events.take_in()
    assert path.exists()
    os.utime(path, (1, 1))
    access_events.take_in()
    assert not path.exists()
    assert db.session.scalar(select(func.count()).select_from(AccessIntake)) == 0
    db.session.rollback()
    log.denied(officer, None)
    assert access_events.take_in() == 1


def test_the_command_takes_in(app: Flask, log: AccessLog, officer: Actor) -> None:
    log.denied(officer, None)
    assert app.test_cli_runner().invoke(args=["trail", "take-in"]).output == "1 lines taken in.\n"


def test_ids_of_scopes() -> None:
    key = UUID(int=7)
    assert trail.case_scope(key) == f"case:{key}" and trail.organisation_scope(key) == f"organisation:{key}"
