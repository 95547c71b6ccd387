"""Requests for information on the side of the desk: drafted, approved by somebody else, sent, accepted or asked again.

Rules: four eyes before anything goes to the firm; the due date is that of the authority's own clock unless a reason is
given; only the asking desk's clocks stand while the firm is asked, each by its own rule. Until it is sent a request is
{desk}, from then on {the firm, desk}; nobody else learns more than that one is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import BadInput, NotNow
from sandbox.domain.lifecycles import REQUEST
from sandbox.domain.needs import Asking, Reasoned
from sandbox.domain.requests import ASKING_IN, OPEN, REPLY_CLOCK, unlockable
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, Desk, Request, RequestQuestion
from sandbox.services import clocks, search, trail
from sandbox.services.desks.cases import load, matter_of, refuse_if_withdrawn
from sandbox.services.desks.closing import release, take_back
from sandbox.services.engine import act, advance, authorise
from sandbox.services.questions import of_version
from sandbox.services.unit import add, expect, get, use_case

QUESTIONS_MAX = 30


def _of(request: Request) -> tuple[Desk, Case, str]:
    """The desk (its case locked), the case and the authority's code; the request as it stands after the lock."""
    found = load(request.desk_id)
    db.session.refresh(request)
    return found


def _name(request: Request) -> dict[str, Any]:
    """What the trail says of a request: its number, never its words."""
    return {"request": str(request.id), "number": request.number, "round": request.round}


def _may_ask(desk: Desk, case: Case) -> None:
    """Raises NotNow where the desk cannot ask the firm now."""
    refuse_if_withdrawn(case)
    if desk.state not in ASKING_IN:
        raise NotNow("Your authority can ask the firm from the beginning of its screening until it has decided.")


def _asked(request: Request, text: str, unlocks: Iterable[str]) -> list[str]:
    """The paths that a question unlocks. Raises BadInput."""
    paths = list(dict.fromkeys(unlocks))
    if not text.strip():
        raise BadInput({"text": "Write the question."})
    version_id = get(Case, request.case_id).current_version_id
    if paths and not unlockable(of_version(version_id)).keys() >= set(paths):
        raise BadInput({"unlocks": "Select answers of the application."})
    return paths


def questions_of(request_id: UUID) -> list[RequestQuestion]:
    """The questions of a request in their order."""
    return list(
        db.session.scalars(
            select(RequestQuestion).where(RequestQuestion.request_id == request_id).order_by(RequestQuestion.position),
        ),
    )


def index(request: Request) -> None:
    """Make the request findable by its words and those of the replies that were sent."""
    db.session.flush()
    for _key, _case, words, _parties in search.request_texts(Request.id == request.id):
        search.index("request", request.id, request.case_id, words)


# --- drafting --------------------------------------------------------------------------------------------------------


@use_case
def draft(actor: Actor, desk_id: UUID, *, subject: str, message: str = "", follows_id: UUID | None = None) -> UUID:
    """Begin a request; only the desk knows of it. Returns its id. Raises NotFound, NotAllowed, NotNow, BadInput."""
    desk, case, code = load(desk_id)
    own = {audiences.desk(code)}
    authorise(actor, Action.REQUEST_DRAFT, matter_of(desk, case, own))
    _may_ask(desk, case)
    if not subject.strip():
        raise BadInput({"subject": "Say in a few words what it is about."})
    earlier = get(Request, follows_id) if follows_id else None
    last = db.session.scalar(select(func.coalesce(func.max(Request.number), 0)).where(Request.desk_id == desk.id))
    request = add(
        Request(
            case_id=case.id,
            desk_id=desk.id,
            number=earlier.number if earlier else (last or 0) + 1,
            round=earlier.round + 1 if earlier else 1,
            follows_id=follows_id,
            subject=subject,
            message=message,
            authors=[str(actor.me)],
        ),
    )
    trail.show_to(request, "request", own, case_id=case.id)
    act(actor, Action.REQUEST_DRAFT, matter_of(desk, case, own, detail=_name(request)))
    index(request)
    return request.id


@use_case
def begin(
    actor: Actor, desk_id: UUID, *, subject: str, message: str, text: str, why: str, unlocks: Iterable[str],
    wants_file: bool,
) -> UUID:  # fmt: skip
    """Begin a request with its first question. Returns its id."""
    key = draft(actor, desk_id, subject=subject, message=message)
    add_question(actor, key, text=text, why=why, unlocks=unlocks, wants_file=wants_file)
    return key


def _drafting(actor: Actor, request_id: UUID, version: int | None) -> Request:
    """The draft, to be changed by this person, who cannot approve it from now on."""
    request = get(Request, request_id)
    desk, case, code = _of(request)
    matter = matter_of(desk, case, {audiences.desk(code)}, detail=_name(request))
    authorise(actor, Action.REQUEST_DRAFT, matter)
    expect(request, version, current={"subject": request.subject, "message": request.message})
    advance(REQUEST, request, Action.REQUEST_DRAFT, actor, matter)
    request.authors, request.drafted_at = sorted({*request.authors, str(actor.me)}), now()
    return request


@use_case
def change(actor: Actor, request_id: UUID, *, subject: str, message: str, version: int) -> None:
    """Change the subject and the covering words of a draft. Raises Conflict with what stands now."""
    request = _drafting(actor, request_id, version)
    if not subject.strip():
        raise BadInput({"subject": "Say in a few words what it is about."})
    request.subject, request.message = subject, message
    index(request)


@use_case
def add_question(
    actor: Actor,
    request_id: UUID,
    *,
    text: str,
    why: str = "",
    unlocks: Iterable[str] = (),
    wants_file: bool = False,
    version: int | None = None,
) -> UUID:
    """Add a question to a draft. `unlocks`: the answers that the firm may change to reply. Returns its id."""
    request = _drafting(actor, request_id, version)
    paths = _asked(request, text, unlocks)
    standing = questions_of(request.id)
    if len(standing) >= QUESTIONS_MAX:
        raise NotNow(f"A request can have {QUESTIONS_MAX} questions. Begin another one.")
    question = add(
        RequestQuestion(
            request_id=request.id,
            position=standing[-1].position + 1 if standing else 1,
            text=text,
            why=why,
            unlocks=paths,
            wants_file=wants_file,
        ),
    )
    index(request)
    return question.id


@use_case
def change_question(
    actor: Actor,
    question_id: UUID,
    *,
    text: str,
    why: str,
    unlocks: Iterable[str],
    wants_file: bool,
    version: int,
) -> None:
    """Change a question of a draft."""
    question = get(RequestQuestion, question_id)
    request = _drafting(actor, question.request_id, version)
    question.unlocks = _asked(request, text, unlocks)
    question.text, question.why, question.wants_file = text, why, wants_file
    index(request)


@use_case
def drop_question(actor: Actor, question_id: UUID, *, version: int) -> None:
    """Take a question out of a draft."""
    question = get(RequestQuestion, question_id)
    request = _drafting(actor, question.request_id, version)
    db.session.delete(question)
    index(request)


# --- sending ---------------------------------------------------------------------------------------------------------


def reply_due(authority: Authority) -> tuple[date, tuple[date, ...]]:
    """By when the firm has to reply to what is sent today, and the days on which it is reminded.

    Rule: the authority's own clock `rfi-reply`; ten working days are what every shipped authority grants.
    """
    clock = clocks.clock_of(authority.id, REPLY_CLOCK)
    if clock is None:
        raise NotNow("Your authority has no period for replies. The programme administrator sets it.")
    result = clocks.due_from(authority, clock, clocks.local_day(now(), authority))
    return result.at, tuple(result.warnings)


def _warnings(due_on: date, by_clock: date, warnings: Iterable[date]) -> list[str]:
    """The chasers keep their distance from the end when another end is set; none on a day that is over."""
    found = {due_on - (by_clock - day) for day in warnings}
    today = now().date()
    return [day.isoformat() for day in sorted(found) if day > today] or [(due_on - timedelta(days=1)).isoformat()]


@use_case
def send(actor: Actor, request_id: UUID, *, version: int, due_on: date | None = None, due_reason: str = "") -> None:
    """Approve a request and send it to the firm: frozen from now on, and the desk's clocks stand by their rules.

    `due_on`: None for the date of the authority's clock, another one needs a reason. Raises Incomplete for whoever
    wrote it, Conflict when the draft changed since it was read.
    """
    request = get(Request, request_id)
    desk, case, code = _of(request)
    parties = {audiences.FIRM, audiences.desk(code)}
    authorise(actor, Action.REQUEST_SEND, matter_of(desk, case, parties))
    _may_ask(desk, case)
    expect(request, version)
    by_clock, warnings = reply_due(get(Authority, desk.authority_id))
    wanted, standing = due_on or by_clock, questions_of(request.id)
    matter = matter_of(
        desk,
        case,
        parties,
        needs=Asking(
            questions=len(standing),
            wrote_it=str(actor.me) in request.authors,
            past=wanted <= now().date(),
            moved=wanted != by_clock,
            reason=due_reason,
        ),
        detail={**_name(request), "due_on": wanted.isoformat(), "reason": due_reason},
        froze=(request, *standing),
    )
    REQUEST.step(Action.REQUEST_SEND, request.state, matter.needs)
    request.sent_at, request.sent_by = now(), actor.me
    request.clock_due_on, request.due_on, request.due_reason = by_clock, wanted, due_reason
    request.warn_on = _warnings(wanted, by_clock, warnings)
    advance(REQUEST, request, Action.REQUEST_SEND, actor, matter)
    trail.show_to(request, "request", {audiences.FIRM}, case_id=case.id)
    for clock in clocks.running(desk):
        clocks.pause(desk, clock, request.sent_at, f"Request {request.number} to the firm", request.id)


@use_case
def extend(actor: Actor, request_id: UUID, *, due_on: date, reason: str, version: int) -> None:
    """Give the firm another date, with the reason; the chasers move with it."""
    request = get(Request, request_id)
    desk, case, code = _of(request)
    needs = Asking(past=due_on <= now().date(), moved=True, reason=reason)
    parties = {audiences.FIRM, audiences.desk(code)}
    detail = {**_name(request), "due_on": due_on.isoformat(), "reason": reason}
    matter = matter_of(desk, case, parties, needs=needs, detail=detail)
    authorise(actor, Action.REQUEST_EXTEND, matter)
    expect(request, version)
    advance(REQUEST, request, Action.REQUEST_EXTEND, actor, matter)
    before = request.due_on or due_on
    request.warn_on = _warnings(due_on, before, map(date.fromisoformat, request.warn_on))
    request.due_on, request.due_reason, request.chased = due_on, reason, 0


# --- what the firm answered ------------------------------------------------------------------------------------------


@use_case
def accept(actor: Actor, request_id: UUID, *, version: int) -> None:
    """The answer does. From a part of an answer, the rest is asked no more."""
    request = get(Request, request_id)
    desk, case, code = _of(request)
    matter = matter_of(desk, case, {audiences.FIRM, audiences.desk(code)}, detail=_name(request))
    authorise(actor, Action.REQUEST_ACCEPT, matter)
    expect(request, version)
    still_open = request.state in OPEN
    advance(REQUEST, request, Action.REQUEST_ACCEPT, actor, matter)
    request.closed_at = now()
    if still_open:
        release(desk, request, "The authority accepted what the firm had answered.")


@use_case
def ask_again(actor: Actor, request_id: UUID, *, reason: str, questions: Iterable[UUID], version: int) -> UUID:
    """The answer does not do: begin the next round with these questions. Returns the id of the new draft.

    It goes through approval like the first one; the firm reads the reason when it is sent.
    """
    request, wanted = get(Request, request_id), set(questions)
    desk, case, code = _of(request)
    needs = Reasoned(reason)
    matter = matter_of(desk, case, {audiences.desk(code)}, needs=needs, detail=_name(request))
    authorise(actor, Action.REQUEST_ASK_AGAIN, matter)
    _may_ask(desk, case)
    expect(request, version)
    chosen = [row for row in questions_of(request.id) if row.id in wanted]
    if not chosen:
        raise BadInput({"questions": "Select what you want to ask again."})
    advance(REQUEST, request, Action.REQUEST_ASK_AGAIN, actor, matter)
    request.closed_at = now()
    following = draft(actor, desk.id, subject=request.subject, message=reason, follows_id=request.id)
    for row in chosen:
        add_question(actor, following, text=row.text, why=row.why, unlocks=row.unlocks, wants_file=row.wants_file)
    return following


@use_case
def cancel(actor: Actor, request_id: UUID, *, reason: str, version: int | None = None) -> None:
    """Take a request back, or throw a draft away. The firm hears of it only when it had been sent."""
    request = get(Request, request_id)
    desk, case, code = _of(request)
    authorise(actor, Action.REQUEST_CANCEL, matter_of(desk, case, {audiences.desk(code)}))
    expect(request, version)
    take_back(actor, desk, case, request, reason)


__all__ = [
    "accept", "add_question", "ask_again", "begin", "cancel", "change", "change_question", "draft",
    "drop_question", "extend", "index", "questions_of", "reply_due", "send",
]  # fmt: skip
