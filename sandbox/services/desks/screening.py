"""Screening for completeness, its letters, and the amendments that answer them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.errors import BadInput, NotNow
from sandbox.domain.lifecycles import DESK, ENDED_DESK
from sandbox.domain.needs import Screening
from sandbox.domain.parts import CLOCKS
from sandbox.domain.screening import COMPLETE, INCOMPLETE, MISSING, RECEIVED, REFUSED, RESULTS, Missing
from sandbox.extensions import db
from sandbox.models.assessments import Position
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Case, CompletenessLetter, Desk, ScreeningCheck
from sandbox.services import clocks, openings, search, staleness, trail
from sandbox.services.desks.cases import code_of, load, matter_of
from sandbox.services.desks.closing import close_requests
from sandbox.services.engine import act, advance
from sandbox.services.unit import add, get, use_case

COMPLETENESS = "completeness"


@use_case
def start_screening(actor: Actor, desk_id: UUID) -> None:
    """Begin to look whether the application is complete for this authority."""
    desk, case, code = load(desk_id)
    advance(DESK, desk, Action.DESK_SCREEN, actor, matter_of(desk, case, {audiences.desk(code)}))


def checklist(desk: Desk) -> dict[str, Mapping[str, Any]]:
    """The authority's list for screening, by code."""
    content = get(Authority, desk.authority_id).content
    return {item["code"]: item for item in content.get("checklist") or ()}


def _missing(desk: Desk) -> tuple[Missing, ...]:
    """What the desk has marked as missing on its list, in the order of the list."""
    marked = dict(
        db.session.execute(
            select(ScreeningCheck.item, ScreeningCheck.note).where(
                ScreeningCheck.desk_id == desk.id, ScreeningCheck.result == MISSING
            ),
        ).all(),
    )
    items = checklist(desk)
    return tuple(
        Missing(marked[code] or item["question"], tuple(item["fields"]))
        for code, item in items.items()
        if code in marked
    )


@use_case
def check(actor: Actor, desk_id: UUID, *, results: Mapping[str, tuple[str, str]]) -> None:
    """Record what items of the desk's own list came to: code → (met or missing, note). Items left out stay as they are.

    Raises NotNow when the desk is not screening, BadInput for an item or a result that there is not.
    """
    desk, case, code = load(desk_id)
    detail = {"items": {item: result for item, (result, _) in results.items()}}
    act(actor, Action.DESK_CHECK, matter_of(desk, case, {audiences.desk(code)}, detail=detail))
    if desk.state != "screening":
        raise NotNow("The checklist is filled in while the desk screens.")
    known = checklist(desk)
    if any(item not in known or result not in RESULTS for item, (result, _) in results.items()):
        raise BadInput({"form": "Choose what each item came to."})
    before = {
        row.item: row for row in db.session.scalars(select(ScreeningCheck).where(ScreeningCheck.desk_id == desk.id))
    }
    for item, (result, note) in results.items():
        row = before.get(item) or ScreeningCheck(desk_id=desk.id, item=item)
        row.result, row.note, row.application_version_id = result, note.strip(), case.current_version_id
        row.checked_by, row.checked_at = actor.me, now()
        db.session.add(row)


@use_case
def find_complete(actor: Actor, desk_id: UUID, *, message: str = "") -> None:
    """The application is complete for this desk; the firm gets a letter. Nothing on its list may be marked missing."""
    desk = get(Desk, desk_id)
    needs = Screening(marked=tuple(one.reason for one in _missing(desk)))
    _screened(actor, desk_id, Action.DESK_FIND_COMPLETE, COMPLETE, needs, message)


@use_case
def find_incomplete(actor: Actor, desk_id: UUID, *, missing: Iterable[str] = (), message: str = "") -> None:
    """Something is missing for this desk; the firm gets a letter that lists it and can amend.

    The letter lists what the desk has marked on its list, each with the answers that it concerns, then `missing` in
    words.
    """
    more = (Missing(line.strip()) for line in missing if line.strip())
    listed = (*_missing(get(Desk, desk_id)), *more)
    needs = Screening(missing=tuple(one.reason for one in listed))
    _screened(actor, desk_id, Action.DESK_FIND_INCOMPLETE, INCOMPLETE, needs, message, listed)


@use_case
def refuse_to_review(actor: Actor, desk_id: UUID, *, reason: str) -> None:
    """Refuse to review, where the authority's rules allow it."""
    desk = get(Desk, desk_id)
    allowed = get(Authority, desk.authority_id).may_refuse_to_review
    needs = Screening(may_refuse=allowed, reason=reason)
    _screened(actor, desk_id, Action.DESK_REFUSE_TO_REVIEW, REFUSED, needs, reason)


def _screened(
    actor: Actor,
    desk_id: UUID,
    action: Action,
    outcome: str,
    needs: Screening,
    message: str,
    missing: Iterable[Missing] = (),
) -> None:
    desk, case, code = load(desk_id)
    parties = {audiences.FIRM, audiences.desk(code)}
    advance(
        DESK,
        desk,
        action,
        actor,
        matter_of(desk, case, parties, needs=needs, detail={"missing": list(needs.missing), "message": message}),
    )
    _write(desk, case, outcome, parties, missing=missing, message=message, by=actor.person_id)
    clocks.stop(desk, "The desk has screened the application.", None if desk.state in ENDED_DESK else COMPLETENESS)
    if desk.state in ENDED_DESK:
        close_requests(desk, "The authority does not review the application.")
        openings.open_if_complete(case)


def _write(
    desk: Desk,
    case: Case,
    outcome: str,
    parties: Iterable[str],
    *,
    missing: Iterable[Missing] = (),
    message: str = "",
    by: UUID | None = None,
) -> None:
    letter = add(
        CompletenessLetter(
            case_id=case.id,
            desk_id=desk.id,
            outcome=outcome,
            missing=[one.row() for one in missing],
            message=message,
            written_by=by,
        ),
    )
    trail.show_to(letter, "letter", parties, case_id=case.id)
    search.index("letter", letter.id, case.id, search.letter_text(letter))


def acknowledge(desk: Desk, at: datetime) -> None:
    """Receipt: the clocks of the desk's part start, and the firm has a letter from that authority at once.

    A desk that only observes has nothing to acknowledge.
    """
    if not CLOCKS[desk.part]:
        return
    case, code = get(Case, desk.case_id), code_of(desk)
    parties = {audiences.FIRM, audiences.desk(code)}
    act(SYSTEM, Action.DESK_ACKNOWLEDGE, matter_of(desk, case, parties, detail={"received_at": at.isoformat()}))
    clocks.receive(desk, at)
    _write(desk, case, RECEIVED, parties)


def receive_amendment(case_id: UUID) -> None:
    """Desks that waited for an amendment screen again, and their letters are answered.

    Findings and conditions that rest on what changed become stale; the others carry over. A sealed position of the
    version before is superseded, so that none of an old version can count at the opening: its desk confirms it as it
    stood where nothing is stale, or looks again. Nobody outside learns of it. A desk that went ahead alone keeps its
    position.
    """
    case = get(Case, case_id)
    staleness.renew(case)
    concerned = select(Desk).where(Desk.case_id == case_id, Desk.state.in_(("incomplete", "assessed")))
    for desk in db.session.scalars(concerned).all():
        own = audiences.desk(code_of(desk))
        again = desk.state == "incomplete"
        parties = {audiences.FIRM, own} if again else {own}
        advance(DESK, desk, Action.DESK_RECEIVE_AMENDMENT, SYSTEM, matter_of(desk, case, parties))
        db.session.execute(
            update(Position)
            .where(Position.desk_id == desk.id, Position.superseded_at.is_(None))
            .values(superseded_at=now()),
        )
        db.session.execute(
            update(CompletenessLetter)
            .where(
                CompletenessLetter.desk_id == desk.id,
                CompletenessLetter.outcome == INCOMPLETE,
                CompletenessLetter.answered_at.is_(None),
            )
            .values(answered_at=now()),
        )
        if again:
            clocks.start(desk, now(), "A new version was received.", COMPLETENESS)
