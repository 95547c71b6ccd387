"""Enquiries before applying: a firm asks an authority, which answers; later the firm can link it to an application.

Rule: the audience is {that firm, that authority}. Several authorities asked at once get an enquiry each, which the
others do not see. There is no case yet, so nobody is assigned: intake officers and coordinators read and answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.conflicts import RECUSED
from sandbox.domain.errors import BadInput, NotFound
from sandbox.extensions import db
from sandbox.models.applications import Application
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme, ProgrammeAuthority
from sandbox.models.desks import Case, ConflictDeclaration, Post, Thread
from sandbox.services import trail
from sandbox.services.desks.correspondence import parties_of
from sandbox.services.engine import Matter, authorise, record, tell
from sandbox.services.facts import draft_facts
from sandbox.services.unit import add, get, use_case


def _matter(firm_id: UUID, parties: Iterable[str], **more: Any) -> Matter:
    scope = trail.organisation_scope(firm_id)
    return Matter(None, parties, facts=draft_facts(firm_id), scope=scope, opens=Action.ENQUIRY_READ, **more)


@use_case
def enquire(actor: Actor, programme_id: UUID, *, to: Iterable[str], subject: str, text: str) -> list[UUID]:
    """Ask authorities of a programme, each apart. Returns the ids of the enquiries."""
    if actor.organisation is not Organisation.FIRM or actor.organisation_id is None:
        raise NotFound("There is nothing here.")
    firm_id = actor.organisation_id
    authorise(actor, Action.ENQUIRY_WRITE, _matter(firm_id, ()))
    known = {
        code: key
        for code, key in db.session.execute(
            select(Authority.code, Authority.id)
            .join(ProgrammeAuthority, ProgrammeAuthority.authority_id == Authority.id)
            .where(ProgrammeAuthority.programme_id == get(Programme, programme_id).id),
        )
    }
    chosen = list(dict.fromkeys(to))
    problems = {} if subject.strip() else {"subject": "Say what you ask about."}
    if not text.strip():
        problems["text"] = "Write your question."
    if not chosen or not set(chosen) <= set(known):
        problems["to"] = "Choose whom you ask."
    if problems:
        raise BadInput(problems)
    return [_ask(actor, firm_id, known[code], code, subject, text) for code in chosen]


def _ask(actor: Actor, firm_id: UUID, authority_id: UUID, code: str, subject: str, text: str) -> UUID:
    moment, parties = now(), {audiences.FIRM, audiences.desk(code)}
    thread = add(
        Thread(
            kind="enquiry",
            firm_id=firm_id,
            authority_id=authority_id,
            subject=subject,
            started_by=actor.person_id,
            started_at=moment,
            last_at=moment,
        ),
    )
    trail.show_to(thread, "thread", parties, case_id=None)
    post = _post(actor, thread, text)
    matter = _matter(firm_id, parties, authority_id=authority_id, detail=_detail(thread), froze=(thread, post))
    record(actor, Action.ENQUIRY_WRITE, matter)
    tell(actor, Action.ENQUIRY_WRITE, matter, ("desk",))
    return thread.id


def _detail(thread: Thread) -> dict[str, str]:
    return {"enquiry": str(thread.id)}


def _post(actor: Actor, thread: Thread, text: str) -> Post:
    moment = now()
    thread.last_at = moment
    return add(
        Post(
            thread_id=thread.id,
            organisation_id=actor.organisation_id,
            text=text,
            written_by=actor.person_id,
            written_at=moment,
        ),
    )


def _mine(actor: Actor, thread_id: UUID) -> tuple[Thread, frozenset[str]]:
    """An enquiry that the actor's organisation reads. Raises NotFound, also for who is recused from its case."""
    thread = get(Thread, thread_id, lock=True)
    parties = parties_of(thread.id, "thread")
    firm = actor.organisation is Organisation.FIRM and actor.organisation_id == thread.firm_id
    authority = actor.organisation is Organisation.AUTHORITY and actor.organisation_id == thread.authority_id
    if thread.kind != "enquiry" or not (firm or authority) or _recused(actor, thread):
        raise NotFound("There is nothing here.")
    return thread, parties


def _recused(actor: Actor, thread: Thread) -> bool:
    if thread.application_id is None:
        return False
    said = select(ConflictDeclaration.id).join(Case, Case.id == ConflictDeclaration.case_id).where(
        Case.application_id == thread.application_id,
        ConflictDeclaration.person_id == actor.person_id,
        ConflictDeclaration.superseded_at.is_(None),
        ConflictDeclaration.outcome == RECUSED,
    )  # fmt: skip
    return db.session.scalar(said) is not None


@use_case
def answer(actor: Actor, thread_id: UUID, *, text: str) -> UUID:
    """Write on an enquiry: the authority answers, the firm asks on. Returns the id of the entry."""
    thread, parties = _mine(actor, thread_id)
    firm = actor.organisation is Organisation.FIRM
    matter = _matter(thread.firm_id, parties, authority_id=thread.authority_id, detail=_detail(thread))
    authorise(actor, Action.ENQUIRY_WRITE if firm else Action.ENQUIRY_ANSWER, matter)
    if not text.strip():
        raise BadInput({"text": "Write the text."})
    post = _post(actor, thread, text)
    matter = _matter(
        thread.firm_id, parties, authority_id=thread.authority_id, detail=_detail(thread), froze=(post,)
    )  # fmt: skip
    if firm:
        record(actor, Action.ENQUIRY_WRITE, matter)
        tell(actor, Action.ENQUIRY_WRITE, matter, ("desk",))
    else:
        record(actor, Action.ENQUIRY_ANSWER, matter)
        tell(actor, Action.ENQUIRY_ANSWER, matter, ("firm",))
    return post.id


@use_case
def link(actor: Actor, thread_id: UUID, application_id: UUID) -> None:
    """Link an enquiry to an application of the same firm: the desk finds it with the case, once that is submitted."""
    thread, parties = _mine(actor, thread_id)
    authorise(actor, Action.ENQUIRY_LINK, _matter(thread.firm_id, parties))
    application = get(Application, application_id)
    if application.firm_id != thread.firm_id:
        raise NotFound("There is nothing here.")
    # The authority learns of it with the case: it knows nothing of drafts.
    detail = {**_detail(thread), "application": str(application.id)}
    record(actor, Action.ENQUIRY_LINK, _matter(thread.firm_id, {audiences.FIRM}, detail=detail))
    thread.application_id = application.id


__all__ = ["answer", "enquire", "link"]
