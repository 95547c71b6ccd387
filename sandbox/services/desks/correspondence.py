"""Correspondence in a case: messages with the firm, meeting notes with agreed actions, file notes, consulted views.

Rule: the audience is fixed when a thread begins. What is written is part of the record and stays: a correction is a new
entry that names the old one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.correspondence import IN_CASE, KINDS, audience
from sandbox.domain.errors import BadInput, NotFound, NotNow
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.policy import OBSERVES
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import AgreedAction, Case, Desk, Post, Thread
from sandbox.models.trail import Audience
from sandbox.services import search, trail
from sandbox.services.engine import Matter, authorise, record, tell
from sandbox.services.unit import add, get, use_case


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something that a meeting agreed: what, by which party of its audience, and by when."""

    text: str
    party: str
    due_on: date | None = None


def _desks(case: Case) -> dict[str, UUID]:
    """The authorities that can be written to: those that take part, without observers."""
    rows = db.session.execute(
        select(Authority.code, Authority.id)
        .join(Desk, Desk.authority_id == Authority.id)
        .where(Desk.case_id == case.id, Desk.part != OBSERVES, Desk.state.not_in(ENDED_DESK)),
    )
    return {code: key for code, key in rows}


def _own(actor: Actor) -> str:
    """The party as which the actor writes."""
    return audiences.FIRM if actor.firm_side else audiences.desk(actor.code)


def _matter(actor: Actor, case: Case, **more: Any) -> Matter:
    mine = actor.organisation_id if actor.organisation is Organisation.AUTHORITY else None
    return Matter(case.id, (), authority_id=mine, **more)


@use_case
def begin(
    actor: Actor,
    case_id: UUID,
    *,
    kind: str,
    subject: str,
    text: str,
    desks: Iterable[str] = (),
    with_firm: bool = False,
    facts: dict[str, str] | None = None,
    agreed: Iterable[ToDo] = (),
) -> UUID:
    """Begin a thread of a kind. `desks`: codes of the authorities that are written to, besides the own one.

    Raises BadInput for what is missing, NotFound for who may not know of the case, NotAllowed for the wrong role.
    """
    if kind not in IN_CASE:
        raise NotFound("There is nothing here.")
    case = get(Case, case_id, lock=True)
    action, chosen, agreed = KINDS[kind].write, list(dict.fromkeys(desks)), list(agreed)
    authorise(actor, action, _matter(actor, case))
    firm = actor.firm_side
    if firm and kind != "message":
        raise NotFound("There is nothing here.")
    parties = audiences.desks(chosen) | {audiences.FIRM} if firm else audience(
        kind, actor.code, chosen, with_firm=with_firm
    )  # fmt: skip
    known = _desks(case)
    problems = {} if subject.strip() else {"subject": "Say what it is about."}
    if not text.strip():
        problems["text"] = "Write the text."
    if (firm and not chosen) or not set(chosen) <= set(known):
        problems["desks"] = "Choose authorities of this case."
    if any(not one.text.strip() or one.party not in parties for one in agreed):
        problems["agreed"] = "Say what was agreed, and which of those who read this does it."
    if problems:
        raise BadInput(problems)
    moment = now()
    thread = add(
        Thread(
            kind=kind,
            case_id=case.id,
            firm_id=case.firm_id,
            authority_id=None if firm else actor.organisation_id,
            subject=subject,
            facts=facts or {},
            started_by=actor.person_id,
            started_at=moment,
            last_at=moment,
        ),
    )
    trail.show_to(thread, "thread", parties, case_id=case.id)
    rows = [
        add(AgreedAction(thread_id=thread.id, ordinal=place, text=one.text, party=one.party, due_on=one.due_on))
        for place, one in enumerate(agreed)
    ]
    post = _write(actor, thread, text, None)
    _recorded(actor, action, case, thread, parties, (thread, post, *rows))
    return thread.id


def _write(actor: Actor, thread: Thread, text: str, corrects_id: UUID | None) -> Post:
    moment = now()
    post = add(
        Post(
            thread_id=thread.id,
            corrects_id=corrects_id,
            organisation_id=actor.organisation_id,
            text=text,
            written_by=actor.person_id,
            written_at=moment,
        ),
    )
    thread.last_at = moment
    if thread.case_id is not None:
        search.index("thread", thread.id, thread.case_id, search.thread_text(thread))
    return post


def _recorded(
    actor: Actor, action: Action, case: Case, thread: Thread, parties: Iterable[str], froze: Iterable[Any]
) -> None:
    """Into the trail of the thread's audience, and a letter to everybody else in it."""
    parties = frozenset(parties)
    detail = {"thread": str(thread.id), "kind": thread.kind}
    record(actor, action, Matter(case.id, parties, detail=detail, froze=tuple(froze)))
    others = parties - {_own(actor)}
    letter = {"reference": case.reference, "authority": actor.organisation_name}
    if audiences.FIRM in others:
        matter = Matter(case.id, (), letter=letter, opens=Action.MESSAGE_READ)
        tell(actor, Action.MESSAGE_WRITE, matter, ("firm",))
    for code, key in sorted(_desks(case).items()):
        if audiences.desk(code) in others:
            matter = Matter(case.id, (), authority_id=key, letter=letter, opens=Action.MESSAGE_READ)
            tell(actor, Action.MESSAGE_WRITE, matter, ("desk",))


def parties_of(item_id: UUID, kind: str) -> frozenset[str]:
    """The parties that see an item."""
    rows = select(Audience.party).where(
        Audience.item_id == item_id, Audience.item_kind == kind, Audience.visible_from.is_not(None)
    )
    return frozenset(db.session.scalars(rows))


def _mine(actor: Actor, action: Action, thread_id: UUID) -> tuple[Thread, Case, frozenset[str]]:
    """A thread of a case that the actor reads and may act on. Raises NotFound, NotAllowed."""
    thread = get(Thread, thread_id)
    if thread.case_id is None:
        raise NotFound("There is nothing here.")
    case = get(Case, thread.case_id, lock=True)
    parties = parties_of(thread.id, "thread")
    if _own(actor) not in parties:
        raise NotFound("There is nothing here.")
    authorise(actor, action, _matter(actor, case))
    db.session.refresh(thread)
    return thread, case, parties


def _add_action(actor: Actor, thread: Thread) -> Action:
    """The firm answers a meeting note as it answers a message."""
    return Action.MESSAGE_WRITE if actor.firm_side else KINDS[thread.kind].write


@use_case
def write(actor: Actor, thread_id: UUID, *, text: str, corrects_id: UUID | None = None) -> UUID:
    """Add to a thread, or correct what the own organisation wrote in it. Returns the id of the entry."""
    action = _add_action(actor, get(Thread, thread_id))
    thread, case, parties = _mine(actor, action, thread_id)
    if not text.strip():
        raise BadInput({"text": "Write the text."})
    if corrects_id is not None:
        old = get(Post, corrects_id)
        if old.thread_id != thread.id or old.organisation_id != actor.organisation_id:
            raise NotFound("There is nothing here.")
    post = _write(actor, thread, text, corrects_id)
    _recorded(actor, action, case, thread, parties, (post,))
    return post.id


@use_case
def finish(actor: Actor, action_id: UUID) -> None:
    """Record that an agreed action is done; only who does it, or the desk that keeps the note, can say so."""
    row = get(AgreedAction, action_id)
    thread, case, parties = _mine(actor, Action.MEETING_FINISH, row.thread_id)
    if _own(actor) != row.party and actor.organisation_id != thread.authority_id:
        raise NotFound("There is nothing here.")
    db.session.refresh(row)
    if row.done_at is not None:
        raise NotNow("This action is done already.")
    row.done_at, row.done_by = now(), actor.person_id
    detail = {"thread": str(thread.id), "action": row.text}
    record(actor, Action.MEETING_FINISH, Matter(case.id, parties, detail=detail))


__all__ = ["ToDo", "begin", "finish", "parties_of", "write"]
