"""One function, one transaction: commit, or no trace at all; who was second gets a conflict."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Role
from sandbox.domain.errors import BadInput, Conflict, Incomplete, NotAllowed, NotFound, NotNow, Refusal
from sandbox.extensions import db
from sandbox.models.applications import Application, Section
from sandbox.models.people import Organisation, Person
from sandbox.services import applications, desks, trail
from sandbox.services.unit import add, expect, get, reading, use_case
from tests.factories import Made, Maker
from tests.migrations.rows import everything


def stored() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, read by a connection of its own."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return everything(connection)


def somebody(name: str = "Quiet Harbour") -> Organisation:
    return Organisation(kind="firm", name=name)


def names() -> list[str]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Organisation.name).where(Organisation.kind == "firm")))


@use_case
def write(name: str, fault: BaseException | None = None) -> UUID:
    row = add(somebody(name))
    trail.record(trail.PROGRAMME, Action.PEOPLE_CHANGE, SYSTEM, ())
    if fault is not None:
        raise fault
    return row.id


def test_what_ends_well_is_there(app: Flask) -> None:
    write("One")
    assert names() == ["One"]


@pytest.mark.parametrize("fault", [NotNow("no"), RuntimeError("bug"), KeyboardInterrupt(), SystemExit()], ids=repr)
def test_what_ends_badly_leaves_no_trace(app: Flask, fault: BaseException) -> None:
    before = stored()
    with pytest.raises(type(fault)):
        write("One", fault)
    assert stored() == before
    write("Two")  # and the next one is a use case of its own again
    assert names() == ["Two"]


def test_a_use_case_within_a_use_case_joins_it(app: Flask) -> None:
    @use_case
    def both(fault: Exception | None = None) -> None:
        write("Inner")
        add(somebody("Outer"))
        if fault:
            raise fault

    before = stored()
    with pytest.raises(RuntimeError):
        both(RuntimeError("after the inner one"))
    assert stored() == before
    both()
    assert names() == ["Inner", "Outer"]


def test_a_fault_within_undoes_the_outer_one_too(app: Flask) -> None:
    @use_case
    def outer() -> None:
        try:
            write("Inner", NotNow("no"))
        except NotNow as refusal:
            raise Conflict("The inner one was refused.") from refusal

    before = stored()
    with pytest.raises(Conflict):
        outer()
    assert stored() == before


def test_a_use_case_begins_with_what_is_stored_now(app: Flask, maker: Maker) -> None:
    """What was read before it, in a transaction of its own, is not what it builds on."""
    key = maker.firm("Before")
    row = db.session.get_one(Organisation, key)
    assert row.name == "Before"
    with db.engine.begin() as other:
        other.execute(update(Organisation).where(Organisation.id == key).values(name="Meanwhile"))

    @use_case
    def read() -> str:
        return get(Organisation, key).name

    assert read() == "Meanwhile"


def test_what_a_reading_changes_is_not_kept(app: Flask) -> None:
    @reading
    def read() -> int:
        add(somebody("Not kept"))
        return 7

    before = stored()
    assert read() == 7
    assert stored() == before


def test_there_is_nothing_here(app: Flask) -> None:
    with pytest.raises(NotFound):
        get(Organisation, uuid4())


def test_the_second_of_two_gets_a_conflict(app: Flask, maker: Maker) -> None:
    person = maker.person(maker.firm(), Role.OWNER)

    @use_case
    def rename() -> None:
        row = get(Person, person.me)
        # Somebody else was faster, after this one had read.
        db.session.connection().execute(text("UPDATE person SET version = version + 1"))
        row.name = "Second"

    before = stored()
    with pytest.raises(Conflict):
        rename()
    assert stored() == before


@pytest.mark.parametrize(("posted", "ok"), [(None, True), (1, True), (2, False), (0, False)])
def test_the_posted_version_must_be_the_stored_one(app: Flask, maker: Maker, posted: int | None, ok: bool) -> None:
    row = db.session.get_one(Person, maker.person(maker.firm(), Role.OWNER).me)
    if ok:
        expect(row, posted)
        return
    with pytest.raises(Conflict) as refusal:
        expect(row, posted, current={"name": row.name})
    assert refusal.value.current == {"name": row.name}


# --- a refusal of each kind, by the use cases themselves -------------------------------------------------------------


class World:
    """A draft and a submitted case, and people who may and may not."""

    def __init__(self, maker: Maker):
        firm_id = maker.firm()
        self.signatory = maker.person(firm_id, Role.SIGNATORY, Role.OWNER)
        self.contributor = maker.person(firm_id, Role.CONTRIBUTOR)
        self.stranger = maker.person(maker.firm(), Role.SIGNATORY, Role.OWNER)
        self.case: Made = maker.case(self.signatory, desks=("FCA",), state="screening")
        self.head = maker.staff("FCA", Role.INTAKE_OFFICER)
        maker.declare(self.case, self.head)
        self.other = maker.staff("SEC", Role.INTAKE_OFFICER)
        self.desk_id = self.case.desks["FCA"]
        self.draft = applications.start(self.contributor, maker.programme(), title="A draft")


REFUSALS: list[tuple[str, type[Refusal], Callable[[World], object]]] = [
    (
        "another firm's draft is not there",
        NotFound,
        lambda w: applications.save_section(w.stranger, w.draft, "firm", answers={}, version=1),
    ),
    (
        "another authority's desk is not there",
        NotFound,
        lambda w: desks.find_complete(w.other, w.desk_id),
    ),
    (
        "a contributor does not submit",
        NotAllowed,
        lambda w: applications.submit(w.contributor, w.draft, content="0" * 64),
    ),
    (
        "an officer who is not assigned does not opt out",
        NotAllowed,
        lambda w: desks.opt_out(w.head, w.desk_id, reason="We have no remit."),
    ),
    (
        "a desk that screens already does not begin to",
        NotNow,
        lambda w: desks.start_screening(w.head, w.desk_id),
    ),
    (
        "a submitted application is not discarded",
        NotNow,
        lambda w: applications.discard(w.signatory, w.case.application_id),
    ),
    (
        "a letter that names nothing missing is not sent",
        Incomplete,
        lambda w: desks.find_incomplete(w.head, w.desk_id, missing=[" "]),
    ),
    (
        "an older version is not saved over a newer one",
        Conflict,
        lambda w: applications.save_section(w.contributor, w.draft, "firm", answers={"a": "b"}, version=7),
    ),
    (
        "what was not shown is not submitted",
        Conflict,
        lambda w: applications.submit(w.signatory, w.draft, content="0" * 64),
    ),
    (
        "a person of another authority is not assigned, though the act was recorded before that was seen",
        BadInput,
        lambda w: desks.assign(w.head, w.desk_id, person_id=w.other.me),
    ),
    (
        "an interest without a description is not declared",
        BadInput,
        lambda w: desks.declare(w.head, w.case.id, outcome="managed"),
    ),
]


@pytest.mark.parametrize(("words", "kind", "try_it"), REFUSALS, ids=[words for words, *_ in REFUSALS])
def test_a_refused_act_leaves_no_trace(
    maker: Maker, words: str, kind: type[Refusal], try_it: Callable[[World], object]
) -> None:
    world = World(maker)
    before = stored()
    with pytest.raises(kind):
        try_it(world)
    assert stored() == before


def test_every_kind_of_refusal_is_tried() -> None:
    assert {kind for _, kind, _ in REFUSALS} == set(Refusal.__subclasses__()) - {
        kind for kind in Refusal.__subclasses__() if kind.__module__ != Refusal.__module__
    }


def test_two_who_save_the_same_form_keep_one_and_tell_the_other(maker: Maker) -> None:
    world = World(maker)
    applications.save_section(world.contributor, world.draft, "firm", answers={"country": "GB"}, version=1)
    with pytest.raises(Conflict) as refusal:
        applications.save_section(world.signatory, world.draft, "firm", answers={"country": "US"}, version=1)
    assert refusal.value.current == {"country": "GB"}
    section = db.session.scalars(
        select(Section).where(Section.application_id == world.draft, Section.code == "firm")
    ).one()
    assert (section.answers, section.version) == ({"country": "GB"}, 2)
    assert db.session.get_one(Application, world.draft).state == "draft"
