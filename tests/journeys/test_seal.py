"""The seal, proved: worlds that differ only in one sealed act are the same world to everybody outside the desk.

Each world is built twice from the same seeds at the same frozen moment, once with the act and once without. Then every
outside person asks for every page of the portal; responses, letters, ids and versions must be equal byte for byte. A
leak planted on purpose shows that the comparison can fail.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, true

from sandbox.cli.demo import scenes, story
from sandbox.cli.demo.answering import newest
from sandbox.cli.demo.firms import FIRMS
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.policy import named
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion, DossierDocument
from sandbox.models.assessments import Finding
from sandbox.models.catalogue import Authority, Criterion
from sandbox.models.desks import Case, Desk
from sandbox.models.messages import OutboxMessage
from sandbox.models.trail import Audience
from sandbox.services import assessments, desks
from sandbox.services.decisions import drafting, editions
from sandbox.services.desks import correspondence
from sandbox.web.access import access_of
from tests import conftest, factories
from tests.factories import Maker
from tests.journeys.staging import OTHER, SEALED, World, build

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
LATER = START + timedelta(days=75)  # after the first warning point of the service standard
# Not pages of anybody's case: built files, and an answer about the machine.
LEFT_OUT = frozenset({"static", "home.healthz"})


class Chance:
    """A source of random bytes that can be set back, under uuid4 and secrets."""

    def __init__(self) -> None:
        self.random = random.Random()

    def seed(self, word: str) -> None:
        """Begin again from this word."""
        self.random.seed(hashlib.sha256(word.encode()).digest())

    def urandom(self, size: int) -> bytes:
        """What os.urandom gives."""
        return self.random.randbytes(size)


@pytest.fixture
def chance(monkeypatch: pytest.MonkeyPatch) -> Chance:
    """Seeded bytes instead of the machine's; the time stands still."""
    factories._hash()
    source = Chance()
    monkeypatch.setattr(os, "urandom", source.urandom)
    monkeypatch.setattr(random, "_urandom", source.urandom)
    return source


@pytest.fixture
def frozen() -> Iterator[time_machine.Traveller]:
    """Time that does not pass."""
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def later_acts(world: World) -> None:
    """What others do afterwards: their ids and versions must not show that something sealed came before."""
    officer, desk_id = world.cast.staff(OTHER, "case"), story.desk_of(world.case_id, OTHER)
    criterion = db.session.execute(
        select(Criterion.id)
        .join(Authority, Authority.id == Criterion.authority_id)
        .where(Authority.code == OTHER, Criterion.current.is_(True))
        .order_by(Criterion.position)
        .limit(1),
    ).scalar_one()
    assessments.record_finding(officer, desk_id, criterion, value="partly", reasons="On reflection.", version=1)
    desks.assign(world.cast.staff(OTHER, "intake"), desk_id, person_id=world.cast.staff(OTHER, "records").me)
    scenes.submitted(world.cast, FIRMS[2])


# --- the sealed acts -------------------------------------------------------------------------------------------------


def find(world: World) -> None:
    """A reviewer changes a finding."""
    finding = db.session.execute(
        select(Finding.criterion_id, Finding.version).where(Finding.desk_id == world.desk_id).limit(1),
    ).one()
    assessments.record_finding(
        world.staff("case"),
        world.desk_id,
        finding.criterion_id,
        value="not_met",
        reasons="Sealed words.",
        version=finding.version,
    )


def propose(world: World) -> None:
    """A reviewer proposes a condition."""
    condition = story.limit("UK", "customers", "77", None, "Sealed limit")
    assessments.propose_condition(world.staff("case"), world.desk_id, condition=condition)


def file(world: World) -> None:
    """The case officer files the position."""
    story.file(world.cast, world.case_id, SEALED, "refuse", "Sealed summary.")


def recuse(world: World) -> None:
    """Somebody of the desk declares a conflict."""
    desks.declare(world.staff("specialist"), world.case_id, outcome="recused", details="Sealed interest.")


def assign(world: World) -> None:
    """The desk takes on somebody more."""
    desks.assign(world.staff("intake"), world.desk_id, person_id=world.staff("records").me)


def screen(world: World) -> None:
    """The desk starts screening the other case."""
    desks.declare(world.staff("intake"), world.routed_id, outcome="none")
    desks.start_screening(world.staff("intake"), story.desk_of(world.routed_id, SEALED))


def go_alone(world: World) -> None:
    """The desk files, goes ahead alone and drafts its decision."""
    file(world)
    assessments.go_alone(world.staff("coordinator"), world.desk_id, reason="Sealed reason.")
    drafting.draft(world.staff("case"), world.desk_id)


def note(world: World) -> None:
    """The desk files notes for itself: a file note, a meeting within the desk, a consulted body's view."""
    for kind in ("note", "meeting", "consulted"):
        correspondence.begin(
            world.staff("case"), world.case_id, kind=kind, subject="Sealed subject", text="Sealed note."
        )


def everything(world: World) -> None:
    """All that a desk does in confidence, up to the draft of a decision of its own."""
    for act in (find, propose, assign, screen, go_alone, recuse):
        act(world)


def issue_alone(world: World) -> None:
    """The desk goes ahead alone, decides, signs and issues its instrument to the firm."""
    editions.make_demo_keys()
    story.file(world.cast, world.case_id, SEALED, "approve_with_conditions", "Sealed summary.")
    assessments.go_alone(world.staff("coordinator"), world.desk_id, reason="Sealed reason.")
    story.sign_and_issue(world.cast, story.decide(world.cast, world.case_id, SEALED), SEALED)


# --- looking from outside --------------------------------------------------------------------------------------------

Seen = dict[tuple[str, str], tuple[int, tuple[tuple[str, str], ...], bytes]]


def values(world: World) -> dict[str, list[str]]:
    """What is filled into the addresses of pages, by the name of the parameter."""

    def ids(column: Any, *where: Any) -> list[str]:
        return [str(one) for one in db.session.scalars(select(column).where(*where).order_by(column))]

    both = (world.case_id, world.routed_id)
    return {
        "case_id": [str(one) for one in both],
        "application_id": ids(Case.application_id, Case.id.in_(both)),
        "version_id": ids(ApplicationVersion.id),
        "document_id": ids(DossierDocument.id),
        "desk_id": ids(Desk.id),
        "divergence_id": [str(world.case_id)],
        "person_id": [str(world.outsiders["case@sec.example"].me)],
    }


NOBODY = "00000000-0000-4000-8000-000000000000"


def addresses(app: Flask, world: World) -> list[tuple[str, Action | None]]:
    """Every page of the portal that can be asked for, with every thing of this world filled in."""
    known = values(world)
    known["code"] = list(newest().titles)
    found: dict[str, Action | None] = {}
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint in LEFT_OUT:
            continue
        filled: list[dict[str, Any]] = [{}]
        for name in sorted(rule.arguments):
            given = known.get(name) or ([NOBODY] if name.endswith("_id") else ["A"])
            filled = [{**one, name: value} for one in filled for value in given]
        for arguments in filled:
            typed = {name: _typed(rule, name, value) for name, value in arguments.items()}
            access = access_of(app, rule.endpoint)
            found[adapter.build(rule.endpoint, typed)] = access.action if access else None
    searched = {f"{path}?{query}": found[path] for path, queries in SEARCHES.items() for query in queries}
    return sorted((found | searched).items(), key=lambda one: one[0])


SEARCHES = {
    "/inbox": ("find=a", "find=JS-2026", "find=sealed", "show=turn", "show=waiting", "show=due", "show=declare"),
    "/pipeline": ("find=a", "find=sealed"),
}


def _typed(rule: Any, name: str, value: str) -> Any:
    converter = type(rule._converters[name]).__name__
    if converter == "UUIDConverter":
        return UUID(value) if _is_uuid(value) else UUID(NOBODY)
    if converter == "IntegerConverter":
        return 1
    if converter == "AnyConverter":
        return next(iter(rule._converters[name].items))
    return value


def _is_uuid(value: str) -> bool:
    try:
        return bool(UUID(value))
    except ValueError:
        return False


def look(app: Flask, world: World, as_: Callable[[Actor], Any], chance: Chance, who: list[str]) -> Seen:
    """All responses to these people (empty name: somebody who is not signed in)."""
    seen: Seen = {}
    pages = addresses(app, world)
    for email in who:
        chance.seed(f"session {email}")
        person = world.outsiders.get(email)
        client = as_(person) if person else app.test_client()
        for page, action in pages:
            if person is not None and action is not None and not named(person, action):
                continue  # the door refuses by role alone: it knows no case
            chance.seed(f"{email} {page}")
            response = client.get(page)
            headers = tuple(sorted((name, value) for name, value in response.headers.items()))
            seen[email, page] = (response.status_code, headers, response.data)
    return seen


def letters(world: World, told: frozenset[str] = frozenset()) -> list[tuple[Any, ...]]:
    """The letters to people outside, whole rows. `told`: who may know of the act (people by email, parties)."""
    people = {one.person_id: email for email, one in world.outsiders.items() if email not in told}
    rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.person_id.in_(people))).all()
    return sorted(
        (str(row.id), people[row.person_id], row.action, str(row.content), str(row.created_at)) for row in rows
    )


def audiences(told: frozenset[str] = frozenset()) -> list[tuple[str, str, str]]:
    """The items that parties outside can see, and since when: their ids must not tell either."""
    rows = db.session.execute(
        select(Audience.item_kind, Audience.item_id, Audience.visible_from).where(
            Audience.party.not_in({f"desk:{SEALED}", *told}),
            Audience.visible_from.is_not(None),
        ),
    )
    return sorted((kind, str(item), str(since)) for kind, item, since in rows)


def outside(app: Flask, world: World, as_: Any, chance: Chance, who: list[str], told: frozenset[str]) -> dict[str, Any]:
    """Everything that can be known outside the sealed desk, by people and parties who are not told."""
    return {
        "letters": letters(world, told),
        "audiences": audiences(told),
        "versions": sorted((str(row.id), row.version) for row in db.session.scalars(select(Application))),
        **{
            f"{email or 'anonymous'} {page}": seen for (email, page), seen in look(app, world, as_, chance, who).items()
        },
    }


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """What is not the same in two worlds."""
    return [name for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]


class Stage:
    """Builds worlds, each from nothing, and looks at them."""

    def __init__(self, app: Flask, maker: Maker, as_: Any, chance: Chance, frozen: time_machine.Traveller):
        self.app, self.maker, self.as_, self.chance, self.frozen = app, maker, as_, chance, frozen

    def show(
        self,
        act: Callable[[World], None] | None,
        who: list[str] | None = None,
        told: frozenset[str] = frozenset(),
    ) -> dict[str, Any]:
        """A world with this act (None: without any), as seen from outside, by all but those who are told of it."""
        db.session.remove()
        conftest.empty()
        self.frozen.move_to(START)
        self.chance.seed("the same world")
        world = build(self.maker)
        self.frozen.move_to(LATER)
        self.chance.seed("the sealed act")
        if act is not None:
            act(world)
        self.chance.seed("what others do")
        later_acts(world)
        everybody = ["", *(email for email in world.outsiders if email not in told)]
        return outside(self.app, world, self.as_, self.chance, everybody if who is None else who, told)


@pytest.fixture
def stage(app: Flask, maker: Maker, as_: Any, chance: Chance, frozen: time_machine.Traveller) -> Stage:
    """The worlds of one test."""
    return Stage(app, maker, as_, chance, frozen)


def test_a_sealed_act_changes_nothing_for_anybody_outside(stage: Stage) -> None:
    without = stage.show(None)
    shown = [name for name, seen in without.items() if " /" in name and seen[0] == 200]
    assert len(shown) > 200, "the portal has pages, and many people look at them"
    assert sum(" /cases/" in name for name in shown) > 50
    for act in (file, everything):
        assert differences(without, stage.show(act)) == [], f"{act.__name__}: {act.__doc__}"


OFFICER, OFFICE = "case@sec.example", "secretariat@programme_office.example"


def test_the_comparison_sees_planted_leaks(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.queries.assessments.positions.visible", lambda *_: true())
    monkeypatch.setattr("sandbox.queries.desks.office.shown_state", lambda state, **_: state)
    without, filed = (stage.show(act, [OFFICER, OFFICE]) for act in (None, file))
    found = differences(without, filed)
    assert any(name.startswith(f"{OFFICER} /cases/") and name.endswith("/positions") for name in found)
    assert f"{OFFICE} /pipeline" in found
    assert not [name for name in found if not name.endswith("/positions") and not name.startswith(OFFICE)]


def test_the_comparison_sees_a_letter_too_many(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def told(world: World) -> None:
        file(world)
        secretariat = world.outsiders[OFFICE]
        db.session.add(OutboxMessage(person_id=secretariat.me, case_id=world.case_id, action="position.file"))
        db.session.commit()

    assert "letters" in differences(stage.show(None, [OFFICE]), stage.show(told, [OFFICE]))


@pytest.mark.pdf
def test_an_instrument_issued_alone_is_known_to_the_desk_and_its_firm_only(stage: Stage) -> None:
    """No other desk, no office, no rival: neither in pages, letters, lists nor history."""
    told = frozenset({"firm", *(email for email, _, _ in FIRMS[0].people)})
    without = stage.show(lambda _world: editions.make_demo_keys(), told=told)
    assert sum(" /cases/" in name for name in without) > 50
    assert differences(without, stage.show(issue_alone, told=told)) == []
    issued = select(Audience.visible_from).where(Audience.item_kind == "edition", Audience.party == f"desk:{OTHER}")
    assert set(db.session.scalars(issued)) == {None}, "the other desk reads it once it has filed"
