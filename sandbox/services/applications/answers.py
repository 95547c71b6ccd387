"""The firm's replies to requests for information: saved a question at a time, sent together by a signatory.

Rules: a reply and its question are {firm, asking desk}; what it changes in the dossier is a new version for all desks.
Only the answers that the answered questions unlock go into that version, whatever else the working copy holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.changes import changed
from sandbox.domain.errors import BadInput, Conflict, Incomplete, NotFound, NotNow
from sandbox.domain.lifecycles import REQUEST
from sandbox.domain.requests import FILES, content_of, merged
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion, DossierDocument
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk, Request, RequestQuestion, RequestReply, open_questions
from sandbox.services import clocks, desks, questions
from sandbox.services.applications.submitting import amend
from sandbox.services.applications.working import saved
from sandbox.services.desks import inconsistencies
from sandbox.services.desks.requests import index
from sandbox.services.engine import Matter, act, advance, authorise
from sandbox.services.unit import expect, get, use_case


@use_case
def prepare(
    actor: Actor,
    case_id: UUID,
    question_id: UUID,
    *,
    text: str,
    documents: Iterable[UUID] = (),
    version: int = 0,
    also: Iterable[UUID] = (),
) -> None:
    """Save the firm's reply to an open question. Saved is not sent; only the firm reads it.

    `version`: that of the reply the form was opened with (0: there was none); Conflict gives the text that stands.
    `also`: further open questions that get the same words where the firm has none there yet. Each stays a row of its
    own desk. Raises NotFound for a question that is not open in this case, BadInput for a file of another dossier.
    """
    case = get(Case, case_id, lock=True)
    named = sorted(str(one) for one in documents)
    detail = {"question": str(question_id)}
    act(actor, Action.REQUEST_PREPARE, Matter(case_id, (audiences.FIRM,), detail=detail))
    desks.refuse_if_withdrawn(case)
    waiting = set(db.session.scalars(open_questions(RequestQuestion.id).where(Request.case_id == case_id)))
    if question_id not in waiting:
        known = select(Request.case_id).join(RequestQuestion, RequestQuestion.request_id == Request.id)
        if db.session.scalar(known.where(RequestQuestion.id == question_id, Request.sent_at.is_not(None))) != case_id:
            raise NotFound("There is nothing here.")
        raise NotNow("This question is not open any more.")
    working = select(DossierDocument.id).where(
        DossierDocument.application_id == case.application_id, DossierDocument.removed_at.is_(None)
    )
    if not {str(key) for key in db.session.scalars(working)} >= set(named):
        raise BadInput({"documents": "Select documents of this application."})
    reply = _reply(question_id)
    if reply is None and version:
        raise Conflict
    if reply is not None:
        expect(reply, version, current=reply.text)
    _save(actor, reply, question_id, text, named)
    for other in sorted(set(also) & waiting - {question_id}):
        standing = _reply(other)
        if standing is None or not standing.text.strip():
            _save(actor, standing, other, text, named)


def _reply(question_id: UUID) -> RequestReply | None:
    return db.session.scalar(select(RequestReply).where(RequestReply.question_id == question_id))


def _save(actor: Actor, reply: RequestReply | None, question_id: UUID, text: str, documents: list[str]) -> None:
    if reply is None:
        reply = RequestReply(question_id=question_id)
        db.session.add(reply)
    reply.text, reply.documents = text, documents
    reply.saved_at, reply.saved_by = now(), actor.me


# --- sending ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Ready:
    """An open question with the firm's saved reply."""

    request: Request
    question: RequestQuestion
    reply: RequestReply


def _ready(case_id: UUID) -> list[_Ready]:
    rows = db.session.execute(
        open_questions(Request, RequestQuestion, RequestReply)
        .join(RequestReply, RequestReply.question_id == RequestQuestion.id)
        .where(Request.case_id == case_id, func.trim(RequestReply.text) != "")
        .order_by(Request.sent_at, Request.id, RequestQuestion.position)
        .execution_options(populate_existing=True),
    )
    return [_Ready(*row) for row in rows]


@use_case
def answer(actor: Actor, case_id: UUID, *, content: str) -> None:
    """Send every saved reply, with the changed answers as a new version of the dossier where there are any.

    `content` is the hash that the page showed. Sent twice, it is sent once. Raises Incomplete with everything that
    the dossier lacks, Conflict when something changed since the page was shown.
    """
    application = get(Application, get(Case, case_id).application_id, lock=True)
    case = get(Case, case_id, lock=True)
    authorise(actor, Action.REQUEST_ANSWER, Matter(case_id, (audiences.FIRM,)))
    if _sent_before(case_id, content):
        return
    desks.refuse_if_withdrawn(case)
    ready = _ready(case_id)
    if not ready:
        raise Incomplete(["Write a reply to at least one question."])
    before = get(ApplicationVersion, case.current_version_id)
    paths = {path for one in ready for path in one.question.unlocks}
    paths |= {FILES} if any(one.question.wants_file for one in ready) else set()
    record = merged(before.record, saved(application.id), paths, questions.questions(before.question_set_id))
    if content_of(((one.question.id, one.reply.text, one.reply.documents) for one in ready), record) != content:
        raise Conflict("The replies or the answers have changed since this page was shown. Check them again.")
    _all_there(ready, record)
    version = before
    if changed(before.record, record):
        key = hashlib.sha256(f"{application.id}|{before.number + 1}|{content}".encode()).hexdigest()
        version = amend(actor, application, record, key, asked=True, question_set_id=before.question_set_id)
    for one in ready:
        one.reply.sent_at, one.reply.sent_by = now(), actor.me
        one.reply.version_id, one.reply.sending = version.id, content
    db.session.flush()
    for request in dict.fromkeys(one.request for one in ready):
        _answered(actor, case, request, [one.reply for one in ready if one.request is request], version)
    inconsistencies.look(case, [one.question.id for one in ready], before.record, version.record)


def _sent_before(case_id: UUID, content: str) -> bool:
    sent = (
        select(RequestReply.id)
        .join(RequestQuestion, RequestQuestion.id == RequestReply.question_id)
        .join(Request, Request.id == RequestQuestion.request_id)
        .where(Request.case_id == case_id, RequestReply.sending == content)
    )
    return db.session.scalar(sent.limit(1)) is not None


def _all_there(ready: Iterable[_Ready], record: Mapping[str, Any]) -> None:
    """A reply may point only to files that the desk can open. Raises Incomplete."""
    sent = {str(one["id"]) for one in record["documents"]}
    if any(set(one.reply.documents) - sent for one in ready):
        raise Incomplete(["A reply points to a document that does not go with it. Look at the documents again."])


def _answered(
    actor: Actor, case: Case, request: Request, replies: Sequence[RequestReply], version: ApplicationVersion
) -> None:
    desk = get(Desk, request.desk_id)
    code = get(Authority, desk.authority_id).code
    left = db.session.scalar(open_questions(func.count()).where(Request.id == request.id))
    complete = not left
    advance(
        REQUEST,
        request,
        Action.REQUEST_ANSWER if complete else Action.REQUEST_ANSWER_PART,
        actor,
        Matter(
            case_id=case.id,
            audience={audiences.FIRM, audiences.desk(code)},
            authority_id=desk.authority_id,
            detail={
                "request": str(request.id),
                "number": request.number,
                "round": request.round,
                "version": version.number,
            },
            letter={"reference": case.reference},
            froze=tuple(replies),
            opens=Action.REQUEST_READ,
        ),
    )
    if complete:
        request.answered_at = now()
    for clock in clocks.running(desk):
        clocks.resume(desk, clock, now(), f"The firm answered request {request.number}", request.id, complete=complete)
    index(request)


__all__ = ["answer", "prepare"]
