"""What a firm has to answer now: the open questions of all desks in one list, its saved replies, and what they change.

Rule: like questions stand together, each stays a row of its desk; what is shown here to be sent is what is hashed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from sandbox.adapters.fonts import unsupported_names
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.changes import Change, differences
from sandbox.domain.dossier import Vocabulary, plain, same
from sandbox.domain.errors import NotFound
from sandbox.domain.questions import from_text
from sandbox.domain.requests import FILES, content_of, groups, merged, unlockable
from sandbox.domain.sections import saved_record, submission_problems
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme, QuestionSet
from sandbox.models.desks import Desk, Request, RequestQuestion, RequestReply, open_questions
from sandbox.models.people import Person
from sandbox.queries.applications.working import answers_of, documents_of
from sandbox.queries.desks.requests import RequestRow, read
from sandbox.queries.desks.sight import Sight, sight
from sandbox.queries.questions import CONTENT, vocabulary_of_content


@dataclass(frozen=True, slots=True)
class Unlocked:
    """An answer that a question opens: what the authorities read, and what the firm has saved instead."""

    path: str
    section: str
    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    changed: bool


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question of one desk that waits for a reply, with the reply that the firm has saved. `version` 0: none yet."""

    id: UUID
    request_id: UUID
    code: str
    name: str
    number: int
    due_on: date
    overdue: bool
    text: str
    why: str
    wants_file: bool
    unlocks: tuple[Unlocked, ...]
    reply: str
    documents: tuple[str, ...]
    version: int
    saved_at: datetime | None
    saved_by: str | None

    @property
    def ready(self) -> bool:
        """It has a reply that would be sent now."""
        return bool(self.reply.strip())


@dataclass(frozen=True, slots=True)
class Answering:
    """The list for the firm. `changes`: what the dossier's next version would change; `content`: the hash of it all."""

    sight: Sight
    groups: tuple[tuple[OpenQuestion, ...], ...]
    earlier: tuple[RequestRow, ...]
    messages: tuple[RequestRow, ...]
    documents: tuple[Mapping[str, Any], ...]
    changes: tuple[Change, ...]
    problems: tuple[str, ...]
    content: str

    @property
    def questions(self) -> tuple[OpenQuestion, ...]:
        """All open questions."""
        return tuple(question for group in self.groups for question in group)

    @property
    def ready(self) -> tuple[OpenQuestion, ...]:
        """Those that would be answered now."""
        return tuple(question for question in self.questions if question.ready)

    @property
    def may_send(self) -> bool:
        """The viewer is a signatory of the firm."""
        return self.sight.may(Action.REQUEST_ANSWER)

    @property
    def may_write(self) -> bool:
        """The viewer writes for the firm."""
        return self.sight.may(Action.REQUEST_PREPARE)


def _unlocked(path: str, before: Mapping[str, Any], after: Mapping[str, Any], words: Vocabulary) -> Unlocked:
    question = words.questions.question(path)
    code, name = question.section, question.name
    old, new = (record["sections"].get(code, {}).get(name) for record in (before, after))
    lines = tuple(plain(question, old, words)), tuple(plain(question, new, words))
    return Unlocked(path, code, unlockable(words.questions)[path], *lines, not same(old, new))


def _open(case_id: UUID) -> list[Any]:
    return list(
        db.session.execute(
            open_questions(
                RequestQuestion,
                Request.id.label("request_id"),
                Request.number,
                Request.due_on,
                Authority.code,
                Authority.name,
                Authority.time_zone,
                RequestReply.text.label("reply"),
                RequestReply.documents,
                RequestReply.version,
                RequestReply.saved_at,
                Person.name.label("saved_by"),
            )
            .join(Desk, Desk.id == Request.desk_id)
            .join(Authority, Authority.id == Desk.authority_id)
            .outerjoin(RequestReply, RequestReply.question_id == RequestQuestion.id)
            .outerjoin(Person, Person.id == RequestReply.saved_by)
            .where(Request.case_id == case_id)
            .order_by(Request.due_on, Request.sent_at, Request.id, RequestQuestion.position),
        ),
    )


def answering(viewer: Actor, case_id: UUID) -> Answering:
    """What the firm has to answer in a case, in a fixed number of statements. Raises NotFound for everybody else."""
    seen = sight(viewer, case_id, Action.REQUEST_READ)
    if seen.facts.firm_id not in viewer.firms:
        raise NotFound("There is nothing here.")
    submitted, content, text = db.session.execute(
        select(ApplicationVersion.record, Programme.content, CONTENT)
        .select_from(ApplicationVersion)
        .join(QuestionSet, QuestionSet.id == ApplicationVersion.question_set_id)
        .join(Programme, Programme.id == seen.programme_id)
        .where(ApplicationVersion.id == seen.version_id),
    ).one()
    questions = from_text(text)
    rows = read(seen, unlockable(questions))
    words, documents = vocabulary_of_content(content, questions), documents_of(seen.application_id)
    working = saved_record(answers_of(seen.application_id), documents)
    asked = tuple(_question(row, submitted, working, words) for row in _open(case_id))
    ready = [one for one in asked if one.ready]
    paths = {unlocked.path for one in ready for unlocked in one.unlocks}
    paths |= {FILES} if any(one.wants_file for one in ready) else set()
    record = merged(submitted, working, paths, questions)
    waiting = {one.request_id for one in asked}
    together = groups(asked, lambda one: one.text, lambda one: [unlocked.path for unlocked in one.unlocks])
    return Answering(
        sight=seen,
        groups=tuple(tuple(group) for group in together),
        earlier=tuple(row for row in rows if row.replied or row.id not in waiting),
        messages=tuple(row for row in rows if row.id in waiting and row.message),
        documents=documents,
        changes=differences(submitted, record, words),
        problems=tuple(
            problem.text for problem in submission_problems(questions, record, unsupported_names, agreeing=False)
        ),
        content=content_of(((one.id, one.reply, one.documents) for one in ready), record),
    )


def _question(row: Any, submitted: Mapping[str, Any], working: Mapping[str, Any], words: Vocabulary) -> OpenQuestion:
    one = row.RequestQuestion
    return OpenQuestion(
        id=one.id,
        request_id=row.request_id,
        code=row.code,
        name=row.name,
        number=row.number,
        due_on=row.due_on,
        overdue=now().astimezone(ZoneInfo(row.time_zone)).date() > row.due_on,
        text=one.text,
        why=one.why,
        wants_file=one.wants_file,
        unlocks=tuple(_unlocked(path, submitted, working, words) for path in one.unlocks),
        reply=row.reply or "",
        documents=tuple(row.documents or ()),
        version=row.version or 0,
        saved_at=row.saved_at,
        saved_by=row.saved_by,
    )


__all__ = ["Answering", "OpenQuestion", "Unlocked", "answering"]
