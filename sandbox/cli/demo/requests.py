"""Scenes of requests for information: one open, one answered, one draft that waits for approval; applying again."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from sandbox.cli.demo import story
from sandbox.cli.demo.story import Cast
from sandbox.domain.actors import Actor
from sandbox.domain.requests import content_of
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.desks import Case, Request, RequestQuestion
from sandbox.services import applications
from sandbox.services.desks import requests

HALT = "Who can halt the test outside business hours, and how fast is that person reached?"
REPLY = (
    "The head of operations or, in her absence, the duty officer. Both carry a phone that is tested each Monday; the "
    "last ten tests were answered within four minutes."
)


def _sent(cast: Cast, case_id: UUID, code: str, subject: str, *asked: tuple[str, str, tuple[str, ...]]) -> UUID:
    """A request that the case officer wrote and the coordinator approved."""
    officer = cast.staff(code, "case")
    key = requests.draft(officer, story.desk_of(case_id, code), subject=subject, message="Short answers are enough.")
    for text, why, unlocks in asked:
        requests.add_question(officer, key, text=text, why=why, unlocks=unlocks)
    version = db.session.execute(select(Request.version).where(Request.id == key)).scalar_one()
    requests.send(cast.staff(code, "coordinator"), key, version=version)
    return key


def _question(request_id: UUID) -> UUID:
    rows = select(RequestQuestion.id).where(RequestQuestion.request_id == request_id)
    return db.session.execute(rows.order_by(RequestQuestion.position).limit(1)).scalar_one()


def asked(cast: Cast, case_id: UUID, writer: Actor, signatory: Actor, first: str, second: str) -> None:
    """The second desk has an answer, and asks on with a reply saved but not sent; the first desk drafts the like."""
    why = "The plan says that customers are protected by a halt, not who gives it."
    answered = _question(_sent(cast, case_id, second, "Halting the test", (HALT, why, ())))
    applications.prepare(writer, case_id, answered, text=REPLY)
    case = db.session.get_one(Case, case_id)
    record = db.session.get_one(ApplicationVersion, case.current_version_id).record
    applications.answer(signatory, case_id, content=content_of([(answered, REPLY, [])], record))
    open_one = _sent(
        cast,
        case_id,
        second,
        "Leaving the test early",
        ("Who returns the assets if the custodian fails during the test?", "", ("test_plan.exit_plan",)),
        ("How many of the customers are funds?", "For the limits that we consider.", ("test_plan.customers",)),
    )
    applications.prepare(writer, case_id, _question(open_one), text="The trustee named in the custody contract does.")
    officer = cast.staff(first, "case")
    draft = requests.draft(officer, story.desk_of(case_id, first), subject="Return of assets")
    question = "Who returns the assets when the custodian fails?"
    requests.add_question(officer, draft, text=question, unlocks=["test_plan.exit_plan"], wants_file=True)


def applies_again(writer: Actor, application_id: UUID) -> None:
    """After a withdrawal: the same answers in a new draft, with another exit plan."""
    fresh = applications.start_again(writer, application_id)
    plan = dict(applications.working_record(fresh)["sections"]["test_plan"])
    plan["exit_plan"] = (
        "Positions are closed within ten days of the end. A second custodian stands by from the first day."
    )
    story.fill(writer, fresh, {"test_plan": plan})


__all__ = ["applies_again", "asked"]
