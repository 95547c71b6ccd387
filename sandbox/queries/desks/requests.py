"""Requests for information as the asking desk and the firm read them; for everybody else, that one is open.

Rule: question and reply are {firm, asking desk}. Other desks, the programme office and observers learn that a request
is open and since which day (edge case 9); neither how many, nor about what, nor until when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from sandbox.adapters.calendars import calendar
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.clocks import due, rule_from_content
from sandbox.domain.documents import marks
from sandbox.domain.errors import NotFound
from sandbox.domain.lifecycles import REQUEST
from sandbox.domain.requests import ASKING_IN, OPEN, REPLY_CLOCK, unlockable
from sandbox.extensions import db
from sandbox.models.applications import DOCUMENT_FACTS, ApplicationVersion, DossierDocument
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, ClockRule
from sandbox.models.desks import Desk, Inconsistency, Request, RequestQuestion, RequestReply
from sandbox.models.people import Person
from sandbox.queries.access import visible
from sandbox.queries.desks.sight import Sight, sight
from sandbox.queries.questions import of_version

WORDS = {
    "drafted": ("Draft, not sent", "warning"),
    "sent": ("With the firm", "info"),
    "part_answered": ("Answered in part", "progress"),
    "answered": ("Answered", "good"),
    "accepted": ("Accepted", "neutral"),
    "asked_again": ("Asked again", "neutral"),
    "cancelled": ("Taken back", "neutral"),
}


@dataclass(frozen=True, slots=True)
class File:
    """A document that a reply points to."""

    id: UUID
    name: str
    marks: tuple[str, ...] = ()  # its class and legends


@dataclass(frozen=True, slots=True)
class Reply:
    """What the firm sent as a reply, and the version of the dossier that it came with."""

    text: str
    documents: tuple[File, ...]
    sent_at: datetime
    sent_by: str
    number: int


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a request. `unlocks`: what the answers that the firm may change are called; `paths`: where."""

    id: UUID
    text: str
    why: str
    paths: tuple[str, ...]
    wants_file: bool
    reply: Reply | None
    unlocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One round of a request with its questions."""

    id: UUID
    case_id: UUID
    code: str
    name: str
    number: int
    round: int
    state: str
    subject: str
    message: str
    wrote_it: bool
    sent_at: datetime | None
    clock_due_on: date | None
    due_on: date | None
    due_reason: str
    overdue: bool
    answered_at: datetime | None
    closed_at: datetime | None
    closed_because: str
    version: int
    questions: tuple[Question, ...]

    @property
    def words(self) -> str:
        """The state in words."""
        return WORDS[self.state][0]

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return WORDS[self.state][1]

    @property
    def open(self) -> bool:
        """The firm has something to answer."""
        return self.state in OPEN

    @property
    def replied(self) -> int:
        """How many questions have a reply."""
        return sum(question.reply is not None for question in self.questions)


@dataclass(frozen=True, slots=True)
class Fact:
    """That a request of an authority is open, and since which day (where that authority is)."""

    code: str
    name: str
    since: date


@dataclass(frozen=True, slots=True)
class Differing:
    """The firm told two authorities different things about one answer. `other`: the other authority."""

    id: UUID
    path: str
    label: str
    kind: str
    code: str
    other: str
    found_at: datetime


@dataclass(frozen=True, slots=True)
class Requests:
    """The requests of a case that this viewer may read, and what is known of the others."""

    sight: Sight
    rows: tuple[RequestRow, ...]
    facts: tuple[Fact, ...]
    differing: tuple[Differing, ...]
    unlockable: Mapping[str, str]  # what a question can unlock: path and name

    @property
    def may_draft(self) -> bool:
        """The viewer can begin a request now."""
        seen = self.sight
        return seen.may(Action.REQUEST_DRAFT) and seen.desk_state in ASKING_IN and seen.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class OneRequest:
    """One request of the viewer's own desk, and what the viewer can do with it now."""

    sight: Sight
    row: RequestRow
    actions: frozenset[Action]
    by_clock: date | None  # by when the firm has to reply to what is sent today
    unlockable: Mapping[str, str]  # what a question can unlock: path and name


def unlockable_in(seen: Sight) -> dict[str, str]:
    """The answers of the present version that a question can unlock: path and name."""
    return unlockable(of_version(seen.version_id)) if seen.version_id else {}


def read(seen: Sight, names: Mapping[str, str], *conditions: Any) -> tuple[RequestRow, ...]:
    """The requests that the viewer's parties may read, newest first, in at most three statements.

    `names`: path → what the answer is called.
    """
    rows = db.session.execute(
        select(Request, Authority.code, Authority.name, Authority.time_zone)
        .join(Desk, Desk.id == Request.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(Request.case_id == seen.case_id, visible(Request.id, "request", seen.parties), *conditions)
        .order_by(Request.drafted_at.desc(), Request.id),
    ).all()
    questions = _questions([row.Request.id for row in rows], names) if rows else {}
    me = str(seen.viewer.person_id)
    return tuple(
        RequestRow(
            id=one.id,
            case_id=one.case_id,
            code=code,
            name=name,
            number=one.number,
            round=one.round,
            state=one.state,
            subject=one.subject,
            message=one.message,
            wrote_it=me in one.authors,
            sent_at=one.sent_at,
            clock_due_on=one.clock_due_on,
            due_on=one.due_on,
            due_reason=one.due_reason,
            overdue=one.state in OPEN and one.due_on is not None and _today(zone) > one.due_on,
            answered_at=one.answered_at,
            closed_at=one.closed_at,
            closed_because=one.closed_because,
            version=one.version,
            questions=questions.get(one.id, ()),
        )
        for one, code, name, zone in rows
    )


def _today(zone: str) -> date:
    return now().astimezone(ZoneInfo(zone)).date()


def _questions(request_ids: Iterable[UUID], names: Mapping[str, str]) -> dict[UUID, tuple[Question, ...]]:
    """The questions of some requests, with the replies that were sent."""
    sent = and_(RequestReply.question_id == RequestQuestion.id, RequestReply.sent_at.is_not(None))
    rows = db.session.execute(
        select(
            RequestQuestion,
            RequestReply.text.label("reply"),
            RequestReply.documents,
            RequestReply.sent_at,
            Person.name,
            ApplicationVersion.number,
        )
        .outerjoin(RequestReply, sent)
        .outerjoin(Person, Person.id == RequestReply.sent_by)
        .outerjoin(ApplicationVersion, ApplicationVersion.id == RequestReply.version_id)
        .where(RequestQuestion.request_id.in_(request_ids))
        .order_by(RequestQuestion.position),
    ).all()
    files = files_of({key for row in rows for key in row.documents or ()})
    found: dict[UUID, list[Question]] = {}
    for row in rows:
        one = row.RequestQuestion
        pointed = tuple(files[key] for key in row.documents or () if key in files)
        reply = None if row.sent_at is None else Reply(row.reply, pointed, row.sent_at, row.name, row.number)
        unlocks = tuple(names.get(path, path) for path in one.unlocks)
        question = Question(one.id, one.text, one.why, tuple(one.unlocks), one.wants_file, reply, unlocks)
        found.setdefault(one.request_id, []).append(question)
    return {key: tuple(several) for key, several in found.items()}


def files_of(keys: Iterable[str]) -> dict[str, File]:
    """Documents by id, for replies that point to them."""
    wanted = [UUID(key) for key in keys]
    if not wanted:
        return {}
    rows = db.session.execute(
        select(*DOCUMENT_FACTS).where(DossierDocument.id.in_(wanted)),
    )
    return {str(row.id): File(row.id, row.name, tuple(marks(row._asdict()))) for row in rows}


def _facts(seen: Sight) -> tuple[Fact, ...]:
    """Of the other authorities only: that a request is open, and since when."""
    rows = db.session.execute(
        select(Authority.code, Authority.name, Authority.time_zone, func.min(Request.sent_at).label("since"))
        .join(Desk, Desk.authority_id == Authority.id)
        .join(Request, Request.desk_id == Desk.id)
        .where(
            Desk.case_id == seen.case_id,
            Authority.id != seen.viewer.organisation_id,
            Request.state.in_(sorted(OPEN)),
        )
        .group_by(Authority.code, Authority.name, Authority.time_zone)
        .order_by(Authority.code),
    )
    return tuple(Fact(row.code, row.name, row.since.astimezone(ZoneInfo(row.time_zone)).date()) for row in rows)


def _differing(seen: Sight, names: Mapping[str, str]) -> tuple[Differing, ...]:
    """Where the firm told the viewer's desk and another one different things."""
    one, other = aliased(Desk), aliased(Desk)
    rows = db.session.execute(
        select(Inconsistency, Authority.code, Authority.name)
        .join(one, one.id == Inconsistency.one_desk_id)
        .join(other, other.id == Inconsistency.other_desk_id)
        .join(
            Authority,
            and_(
                Authority.id.in_((one.authority_id, other.authority_id)),
                Authority.id != seen.viewer.organisation_id,
            ),
        )
        .where(
            Inconsistency.case_id == seen.case_id,
            Inconsistency.ended_at.is_(None),
            visible(Inconsistency.id, "inconsistency", seen.parties),
        )
        .order_by(Inconsistency.found_at.desc(), Inconsistency.id),
    )
    return tuple(
        Differing(row.id, row.field, names.get(row.field, row.field), row.kind, code, name, row.found_at)
        for row, code, name in rows
    )


def requests(viewer: Actor, case_id: UUID) -> Requests:
    """The requests of a case, in a fixed number of statements. Raises NotFound for whoever may read none."""
    seen = sight(viewer, case_id, Action.REQUEST_READ)
    desk, names = viewer.organisation is Organisation.AUTHORITY, unlockable_in(seen)
    return Requests(
        sight=seen,
        rows=read(seen, names),
        facts=_facts(seen) if desk else (),
        differing=_differing(seen, names) if desk else (),
        unlockable=names,
    )


def request(viewer: Actor, case_id: UUID, request_id: UUID) -> OneRequest:
    """One request of the viewer's own desk. Raises NotFound, also for one of another case."""
    seen = sight(viewer, case_id, Action.REQUEST_READ)
    names = unlockable_in(seen)
    rows = read(seen, names, Request.id == request_id, Request.desk_id == seen.desk_id)
    if not rows:
        raise NotFound("There is nothing here.")
    row = rows[0]
    granted = {one for one in REQUEST.actions() if REQUEST.find(one, row.state) is not None and seen.may(one)}
    if row.wrote_it:
        granted.discard(Action.REQUEST_SEND)
    if seen.withdrawn_at is not None or seen.desk_state not in ASKING_IN:
        granted -= {Action.REQUEST_DRAFT, Action.REQUEST_SEND, Action.REQUEST_ASK_AGAIN, Action.REQUEST_EXTEND}
    return OneRequest(seen, row, frozenset(granted), _reply_due(seen.viewer) if row.sent_at is None else None, names)


def _reply_due(viewer: Actor) -> date | None:
    clock = db.session.execute(
        select(ClockRule.content, Authority.calendar, Authority.time_zone)
        .join(Authority, Authority.id == ClockRule.authority_id)
        .where(Authority.id == viewer.organisation_id, ClockRule.code == REPLY_CLOCK),
    ).one_or_none()
    if clock is None:
        return None
    return due(rule_from_content(clock.content), _today(clock.time_zone), (calendar(clock.calendar),)).at


__all__ = [
    "WORDS",
    "Differing",
    "Fact",
    "File",
    "OneRequest",
    "Question",
    "Reply",
    "RequestRow",
    "Requests",
    "files_of",
    "read",
    "request",
    "requests",
]  # fmt: skip
