"""Windows, cohort places and fees: entering a cohort by submitting, and the acts of the lead on places.

A place says in which cohort a firm would test. It changes no desk, no clock and no decision.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.calendars import instant_in_words
from sandbox.domain.errors import BadInput, NotFound, NotNow
from sandbox.domain.intake import IN_COHORT, WINDOW, Standing, Window, next_window, open_window
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.desks import Case
from sandbox.models.intake import Cohort, CohortPlace, FeeReceipt
from sandbox.services import desks
from sandbox.services.engine import Matter, act
from sandbox.services.unit import add, get, use_case


def windows_of(programme_id: UUID) -> tuple[Window, ...]:
    """The windows of a programme, oldest first."""
    rows = db.session.scalars(select(Cohort).where(Cohort.programme_id == programme_id).order_by(Cohort.opens_at))
    return tuple(Window(row.code, row.title, row.opens_at, row.closes_at, row.places) for row in rows)


def closed_now(programme: Programme) -> list[str]:
    """Why nothing can be submitted now, as problems; empty while the intake is open."""
    if programme.content.get("intake") != WINDOW:
        return []
    moment = now()
    windows = windows_of(programme.id)
    if open_window(windows, moment) is not None:
        return []
    following = next_window(windows, moment)
    if following is None:
        return ["No window for applications is open, and no further one is announced. Your draft is kept."]
    opens = instant_in_words(following.opens_at)
    return [f"No window for applications is open. “{following.title}” opens on {opens}. Your draft is kept."]


def enter(case: Case) -> None:
    """Note the cohort that a submitted case applies to; nothing in a rolling programme."""
    programme = get(Programme, case.programme_id)
    if programme.content.get("intake") != WINDOW:
        return
    window = open_window(windows_of(programme.id), now())
    if window is None:
        raise NotNow("The window has closed.")
    cohort = db.session.execute(
        select(Cohort.id).where(Cohort.programme_id == programme.id, Cohort.code == window.code)
    ).scalar_one()
    add(CohortPlace(case_id=case.id, cohort_id=cohort))


def leave(case: Case) -> None:
    """A case that ends holds no place any more. Call it inside the use case that ends it."""
    row = _live(case.id)
    if row is not None and row.standing in IN_COHORT:
        _follow(row, Standing.RELEASED, SYSTEM, reason="The case has ended.")


def _live(case_id: UUID) -> CohortPlace | None:
    return db.session.scalar(select(CohortPlace).where(CohortPlace.case_id == case_id, CohortPlace.until.is_(None)))


def _follow(row: CohortPlace, standing: Standing, actor: Actor, **more: Any) -> CohortPlace:
    """End a row and begin the next: no row is overwritten."""
    moment = now()
    row.until = moment
    db.session.flush()
    values: dict[str, Any] = {"cohort_id": row.cohort_id, "kept": row.kept, "reason": "", **more}
    return add(
        CohortPlace(case_id=row.case_id, standing=standing.value, since=moment, decided_by=actor.person_id, **values)
    )


def taken(cohort_id: UUID) -> int:
    """How many places of a cohort are taken."""
    return (
        db.session.scalar(
            select(func.count()).where(
                CohortPlace.cohort_id == cohort_id,
                CohortPlace.until.is_(None),
                CohortPlace.standing == Standing.PLACE.value,
            )
        )
        or 0
    )


def _waiting(case_id: UUID) -> tuple[Case, CohortPlace, Cohort]:
    """The case, locked, with its place and its cohort. Raises NotFound where there is none."""
    case = get(Case, case_id, lock=True)
    row = _live(case_id)
    if row is None:
        raise NotFound("There is nothing here.")
    return case, row, get(Cohort, row.cohort_id)


def _matter(case: Case, cohort: Cohort, *, to: str = "", **detail: Any) -> Matter:
    """An act on a place: the firm, all desks and the office may know of it."""
    return Matter(
        case_id=case.id,
        audience={audiences.FIRM, audiences.OFFICE, *audiences.desks(desks.codes(case.id))},
        detail={"cohort": cohort.title, **({"to": to} if to else {}), **detail},
        letter={"reference": case.reference, "cohort": to or cohort.title},
    )


def _locked(case: Case, cohort: Cohort) -> Cohort:
    """The cohort, locked, so that its last place is given once. Raises NotNow for a withdrawn case."""
    desks.refuse_if_withdrawn(case)
    return get(Cohort, cohort.id, lock=True)


def _refuse_if_full(cohort: Cohort) -> None:
    if taken(cohort.id) >= cohort.places:
        raise NotNow(f"All {cohort.places} places of “{cohort.title}” are taken. Put the case on the reserve list.")


@use_case
def give_place(actor: Actor, case_id: UUID) -> None:
    """Give the case a place in its cohort. Raises NotNow when every place is taken, or it has one."""
    case, row, cohort = _waiting(case_id)
    act(actor, Action.PLACE_GIVE, _matter(case, cohort), tells=("firm", "desks"))
    cohort = _locked(case, cohort)
    if row.standing not in (Standing.APPLIED, Standing.RESERVE):
        raise NotNow("The case does not wait for a place.")
    _refuse_if_full(cohort)
    _follow(row, Standing.PLACE, actor)


@use_case
def put_on_reserve(actor: Actor, case_id: UUID) -> None:
    """Put the case at the end of the reserve list of its cohort."""
    case, row, cohort = _waiting(case_id)
    act(actor, Action.PLACE_RESERVE, _matter(case, cohort), tells=("firm", "desks"))
    cohort = _locked(case, cohort)
    if row.standing != Standing.APPLIED:
        raise NotNow("Only a case that applied for a place can be put on the reserve list.")
    last = db.session.scalar(select(func.max(CohortPlace.rank)).where(CohortPlace.cohort_id == cohort.id)) or 0
    _follow(row, Standing.RESERVE, actor, rank=last + 1)


@use_case
def defer(actor: Actor, case_id: UUID, *, cohort: str, reason: str) -> None:
    """Move the case to a later cohort (its code). A place is taken along: the acceptance is kept.

    Source: firms that were accepted and not ready moved to the next cohort (FCA, first cohort). Raises BadInput, and
    NotNow when the later cohort is full.
    """
    case = get(Case, case_id)
    target = db.session.scalar(
        select(Cohort).where(Cohort.programme_id == case.programme_id, Cohort.code == cohort).with_for_update()
    )
    title = target.title if target is not None else ""
    case, row, present = _waiting(case_id)
    act(actor, Action.PLACE_DEFER, _matter(case, present, to=title, reason=reason), tells=("firm", "desks"))
    present = _locked(case, present)
    problems = {}
    if target is None or target.opens_at <= present.opens_at:
        problems["cohort"] = "Choose a later cohort."
    if not reason.strip():
        problems["reason"] = "Give the reason."
    if target is None or problems:
        raise BadInput(problems)
    if row.standing not in IN_COHORT:
        raise NotNow("The case is in no cohort.")
    accepted = row.standing == Standing.PLACE
    if accepted:
        _refuse_if_full(target)
    row.reason = reason.strip()
    _follow(
        row,
        Standing.PLACE if accepted else Standing.APPLIED,
        actor,
        cohort_id=target.id,
        kept=accepted,
        reason=reason.strip(),
    )


@use_case
def release(actor: Actor, case_id: UUID, *, reason: str) -> None:
    """Take the place back; the first of the reserve list can be given it."""
    case, row, cohort = _waiting(case_id)
    act(actor, Action.PLACE_RELEASE, _matter(case, cohort, reason=reason), tells=("firm", "desks"))
    desks.refuse_if_withdrawn(case)
    if row.standing != Standing.PLACE:
        raise NotNow("The case has no place.")
    if not reason.strip():
        raise BadInput({"reason": "Give the reason."})
    _follow(row, Standing.RELEASED, actor, reason=reason.strip())


# --- fees ------------------------------------------------------------------------------------------------------------


@use_case
def record_fee(
    actor: Actor, desk_id: UUID, *, fee: str, amount: Decimal, received_on: date, reference: str = ""
) -> UUID:
    """Note that the desk received a fee that its authority charges. Raises BadInput."""
    desk, case, code = desks.load(desk_id)
    charged = {row["code"]: row for row in get(Authority, desk.authority_id).content.get("fees") or ()}
    known = charged.get(fee)
    act(
        actor,
        Action.FEE_RECORD,
        desks.matter_of(
            desk,
            case,
            {audiences.FIRM, audiences.desk(code)},
            detail={"fee": known["title"] if known else fee, "amount": f"{amount:f}"},
        ),
        tells=("firm",),
    )
    problems = {}
    if known is None:
        problems["fee"] = "Choose a fee that your authority charges."
    if received_on > now().date():
        problems["received_on"] = "The day lies in the future."
    if known is None or problems:
        raise BadInput(problems)
    return add(
        FeeReceipt(
            desk_id=desk.id,
            fee=fee,
            title=known["title"],
            amount=amount,
            currency=known["currency"],
            received_on=received_on,
            reference=reference.strip(),
            recorded_by=actor.me,
        )
    ).id


@use_case
def strike_fee(actor: Actor, receipt_id: UUID, *, reason: str) -> None:
    """Strike a receipt that was entered by mistake; it stays readable."""
    row = get(FeeReceipt, receipt_id, lock=True)
    desk, case, code = desks.load(row.desk_id)
    act(
        actor,
        Action.FEE_STRIKE,
        desks.matter_of(
            desk, case, {audiences.FIRM, audiences.desk(code)}, detail={"fee": row.title, "reason": reason}
        ),
        tells=("firm",),
    )
    if row.struck_at is not None:
        raise NotNow("It is struck already.")
    if not reason.strip():
        raise BadInput({"reason": "Give the reason."})
    row.struck_at, row.struck_by, row.struck_reason = now(), actor.me, reason.strip()


__all__ = [
    "closed_now", "defer", "enter", "give_place", "leave", "put_on_reserve", "record_fee", "release",
    "strike_fee", "taken", "windows_of",
]  # fmt: skip
