"""Requests for information as the people of two desks and a firm handle them: what their tests start from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.cli.demo.firms import FIRMS
from sandbox.domain.actors import Actor
from sandbox.domain.requests import FILES, content_of, merged
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion, Section
from sandbox.models.desks import Case, ClockEvent, Request, RequestQuestion, RequestReply, open_questions
from sandbox.models.messages import OutboxMessage
from sandbox.models.people import Person
from sandbox.models.trail import Audience
from sandbox.services import applications
from sandbox.services import questions as question_sets
from sandbox.services.applications import working
from sandbox.services.desks import requests
from tests.journeys.staging import World

EXIT = "test_plan.exit_plan"
QUESTION = {"text": "Who returns the assets if the custodian fails?", "why": "The plan names no one."}


def firm(world: World, role: str) -> Actor:
    """Somebody of the case's firm."""
    return world.cast[next(email for email, _, held in FIRMS[0].people if held == role)]


def drafted(world: World, code: str = "FCA", *questions: Mapping[str, Any], subject: str = "The exit plan") -> UUID:
    """A request drafted by the case officer of a desk."""
    officer = world.cast.staff(code, "case")
    key = requests.draft(officer, story.desk_of(world.case_id, code), subject=subject, message="Please be exact.")
    for question in questions or ({**QUESTION, "unlocks": [EXIT]},):
        requests.add_question(officer, key, **question)
    return key


def version(request_id: UUID) -> int:
    """The version of a request as its pages post it."""
    db.session.rollback()
    return db.session.execute(select(Request.version).where(Request.id == request_id)).scalar_one()


def sent(world: World, code: str = "FCA", *questions: Mapping[str, Any], **more: Any) -> UUID:
    """A request that the coordinator has approved and sent."""
    key = drafted(world, code, *questions, **more)
    requests.send(world.cast.staff(code, "coordinator"), key, version=version(key))
    return key


def questions(request_id: UUID) -> Sequence[UUID]:
    """The questions of a request in their order."""
    rows = select(RequestQuestion.id).where(RequestQuestion.request_id == request_id)
    return db.session.scalars(rows.order_by(RequestQuestion.position)).all()


def state(request_id: UUID) -> str:
    """The state of a request."""
    db.session.rollback()
    return db.session.execute(select(Request.state).where(Request.id == request_id)).scalar_one()


def reply(world: World, request_id: UUID, text: str = "Harbour Trust does.", which: int = 0, **more: Any) -> None:
    """The firm's contributor saves a reply."""
    key = questions(request_id)[which]
    db.session.rollback()
    applications.prepare(firm(world, "contributor"), world.case_id, key, text=text, **more)


def change(world: World, section: str = "test_plan", **answers: Any) -> None:
    """The firm's contributor saves changed answers in the working copy."""
    application_id = story.application_of(world.case_id)
    row = db.session.execute(
        select(Section.answers, Section.version).where(
            Section.application_id == application_id, Section.code == section
        ),
    ).one()
    db.session.rollback()
    applications.save_section(
        firm(world, "contributor"),
        application_id,
        section,
        answers={**row.answers, **answers},
        version=row.version,
    )


def content(world: World) -> str:
    """What the signatory's page would show, as its hash."""
    db.session.rollback()
    case = db.session.get_one(Case, world.case_id)
    ready = db.session.execute(
        open_questions(RequestQuestion, RequestReply)
        .join(RequestReply, RequestReply.question_id == RequestQuestion.id)
        .where(Request.case_id == world.case_id, RequestReply.text != ""),
    ).all()
    paths = {path for question, _ in ready for path in question.unlocks}
    paths |= {FILES for question, _ in ready if question.wants_file}
    version = db.session.get_one(ApplicationVersion, case.current_version_id)
    asked = question_sets.questions(version.question_set_id)
    record = merged(version.record, working.saved(case.application_id), paths, asked)
    found = content_of(((question.id, row.text, row.documents) for question, row in ready), record)
    db.session.rollback()
    return found


def answer(world: World) -> None:
    """The firm's signatory sends every saved reply."""
    applications.answer(firm(world, "signatory"), world.case_id, content=content(world))


def current(world: World) -> ApplicationVersion:
    """The version of the dossier that counts."""
    db.session.rollback()
    return db.session.get_one(ApplicationVersion, db.session.get_one(Case, world.case_id).current_version_id)


def parties(item_id: UUID) -> set[str]:
    """Who can see an item."""
    return set(db.session.scalars(select(Audience.party).where(Audience.item_id == item_id)))


def letters(action: str) -> set[str]:
    """Who was written to about an action."""
    rows = select(Person.email).join(OutboxMessage, OutboxMessage.person_id == Person.id)
    return set(db.session.scalars(rows.where(OutboxMessage.action == action)))


def paused(world: World, code: str) -> list[str]:
    """What happened to the clock for deciding of a desk, after its start."""
    rows = select(ClockEvent.kind).where(
        ClockEvent.desk_id == story.desk_of(world.case_id, code),
        ClockEvent.clock == "decide",
        ClockEvent.kind != "started",
    )
    return list(db.session.scalars(rows.order_by(ClockEvent.at)))
