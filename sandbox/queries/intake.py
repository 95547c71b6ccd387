"""Windows and cohorts: what anybody may know of them, the place of one case, and the fees of its desks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.errors import NotFound
from sandbox.domain.intake import IN_COHORT, Standing, Window
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.desks import Case, Desk
from sandbox.models.intake import Cohort, CohortPlace, FeeReceipt
from sandbox.models.people import Firm, Person
from sandbox.queries.access import permitted
from sandbox.queries.desks.sight import Sight, sight

TAKEN = CohortPlace.standing == Standing.PLACE.value
LIVE = CohortPlace.until.is_(None)


@dataclass(frozen=True, slots=True)
class CohortRow:
    """A cohort with how many of its places are taken and how many wait."""

    id: UUID
    programme: str
    window: Window
    state: str
    taken: int
    waiting: int


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A case in a cohort, as the office and the desks of the case read it."""

    case_id: UUID
    reference: str
    firm: str
    standing: str
    rank: int | None
    kept: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the history of a place."""

    cohort: str
    standing: str
    rank: int | None
    kept: bool
    reason: str
    since: datetime
    until: datetime | None
    by: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """A fee that was received; struck when entered by mistake."""

    id: UUID
    title: str
    amount: Decimal
    currency: str
    received_on: date
    reference: str
    struck_because: str | None


@dataclass(frozen=True, slots=True)
class DeskFees:
    """What one desk charges and what it has received. `mine`: the viewer's own desk."""

    desk_id: UUID
    code: str
    name: str
    charged: tuple[Mapping[str, Any], ...]
    receipts: tuple[Receipt, ...]
    mine: bool


@dataclass(frozen=True, slots=True)
class PlacePage:
    """The place of a case with its history, the later cohorts, and the fees that the viewer may know."""

    sight: Sight
    cohort: CohortRow | None
    steps: tuple[Step, ...]
    later: tuple[tuple[str, str], ...]
    fees: tuple[DeskFees, ...]

    @property
    def standing(self) -> str | None:
        """How the case stands now."""
        return self.steps[0].standing if self.steps else None

    def may(self, action: Action) -> bool:
        """May the viewer do this now?"""
        if self.cohort is None or self.sight.withdrawn_at is not None or not self.sight.may(action):
            return False
        allowed = {
            Action.PLACE_GIVE: {Standing.APPLIED, Standing.RESERVE}
            if self.cohort.taken < self.cohort.window.places
            else set(),
            Action.PLACE_RESERVE: {Standing.APPLIED},
            Action.PLACE_DEFER: set(IN_COHORT) if self.later else set(),
            Action.PLACE_RELEASE: {Standing.PLACE},
        }
        return self.standing in allowed.get(action, set())


def windows(programme_id: UUID) -> tuple[tuple[Window, str], ...]:
    """The windows of a programme with their state, oldest first; for anybody."""
    rows = db.session.scalars(select(Cohort).where(Cohort.programme_id == programme_id).order_by(Cohort.opens_at))
    moment = now()
    found = (Window(row.code, row.title, row.opens_at, row.closes_at, row.places) for row in rows)
    return tuple((one, one.state(moment)) for one in found)


def _count(*where: Any) -> Any:
    return (
        select(func.count())
        .select_from(CohortPlace)
        .where(CohortPlace.cohort_id == Cohort.id, LIVE, *where)
        .correlate(Cohort)
        .scalar_subquery()
    )


def _cohorts(*where: Any) -> tuple[CohortRow, ...]:
    rows = db.session.execute(
        select(
            Cohort,
            Programme.name,
            _count(TAKEN).label("taken"),
            _count(CohortPlace.standing.in_((Standing.APPLIED.value, Standing.RESERVE.value))).label("waiting"),
        )
        .join(Programme, Programme.id == Cohort.programme_id)
        .where(*where)
        .order_by(Cohort.opens_at.desc(), Cohort.code)
    )
    moment = now()
    found = []
    for row in rows:
        one: Cohort = row.Cohort
        window = Window(one.code, one.title, one.opens_at, one.closes_at, one.places)
        found.append(CohortRow(one.id, row.name, window, window.state(moment), row.taken, row.waiting))
    return tuple(found)


def cohorts() -> tuple[CohortRow, ...]:
    """All cohorts, the newest first. Numbers only: places are no secret, whose they are is asked case by case."""
    return _cohorts()


def cohort(viewer: Actor, cohort_id: UUID) -> tuple[CohortRow, tuple[PlaceRow, ...]]:
    """One cohort with the cases that the viewer may know of. Raises NotFound."""
    found = _cohorts(Cohort.id == cohort_id)
    if not found:
        raise NotFound("There is nothing here.")
    rows = db.session.execute(
        select(
            Case.id,
            Case.reference,
            Firm.legal_name,
            CohortPlace.standing,
            CohortPlace.rank,
            CohortPlace.kept,
            CohortPlace.since,
        )
        .join(Case, Case.id == CohortPlace.case_id)
        .join(Firm, Firm.id == Case.firm_id)
        .where(CohortPlace.cohort_id == cohort_id, LIVE, permitted(viewer, Action.CASE_GLANCE))
        .order_by(CohortPlace.standing, CohortPlace.rank, Case.reference)
    )
    return found[0], tuple(PlaceRow(*row) for row in rows)


def place(viewer: Actor, case_id: UUID) -> PlacePage:
    """The place of a case and its fees, for whoever may glance at it. Raises NotFound."""
    seen = sight(viewer, case_id)
    if not seen.may(Action.CASE_GLANCE):
        raise NotFound("There is nothing here.")
    rows = db.session.execute(
        select(CohortPlace, Cohort.title, Cohort.opens_at, Person.name)
        .join(Cohort, Cohort.id == CohortPlace.cohort_id)
        .outerjoin(Person, Person.id == CohortPlace.decided_by)
        .where(CohortPlace.case_id == case_id)
        .order_by(CohortPlace.since.desc(), CohortPlace.until.is_not(None))
    ).all()
    staff = seen.viewer.organisation is Organisation.AUTHORITY
    steps = tuple(
        Step(
            row.title,
            row.CohortPlace.standing,
            row.CohortPlace.rank,
            row.CohortPlace.kept,
            row.CohortPlace.reason,
            row.CohortPlace.since,
            row.CohortPlace.until,
            (row.name or "") if staff else "",
        )
        for row in rows
    )
    fees = _fees(seen)
    if not rows and not fees:
        raise NotFound("There is nothing here.")
    present: CohortRow | None = None
    later: tuple[tuple[str, str], ...] = ()
    if rows:
        present = _cohorts(Cohort.id == rows[0].CohortPlace.cohort_id)[0]
        later = tuple(
            (row.code, row.title)
            for row in db.session.execute(
                select(Cohort.code, Cohort.title)
                .where(Cohort.programme_id == seen.programme_id, Cohort.opens_at > present.window.opens_at)
                .order_by(Cohort.opens_at)
            )
        )
    return PlacePage(seen, present, steps, later, fees)


def _fees(seen: Sight) -> tuple[DeskFees, ...]:
    """The fees of all desks for the firm, of the own desk for staff who read it; of nobody for others."""
    if not (seen.may(Action.APPLICATION_READ) or seen.may(Action.DESK_READ)):
        return ()
    wanted = [Desk.case_id == seen.case_id]
    if not seen.may(Action.APPLICATION_READ):
        wanted.append(Desk.id == seen.desk_id)
    desks = db.session.execute(
        select(Desk.id, Authority.code, Authority.name, Authority.content)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(*wanted, Authority.charges_fees.is_(True))
        .order_by(Authority.code)
    ).all()
    charging = {row.id: row for row in desks}
    if not charging:
        return ()
    receipts: dict[UUID, list[Receipt]] = {}
    for one in db.session.scalars(
        select(FeeReceipt).where(FeeReceipt.desk_id.in_(charging)).order_by(FeeReceipt.received_on, FeeReceipt.id)
    ):
        receipts.setdefault(one.desk_id, []).append(
            Receipt(
                one.id,
                one.title,
                one.amount,
                one.currency,
                one.received_on,
                one.reference,
                one.struck_reason if one.struck_at is not None else None,
            )
        )
    return tuple(
        DeskFees(
            key,
            row.code,
            row.name,
            tuple(row.content["fees"]),
            tuple(receipts.get(key, ())),
            mine=key == seen.desk_id and seen.may(Action.FEE_RECORD),
        )
        for key, row in charging.items()
    )


__all__ = [
    "CohortRow", "DeskFees", "PlacePage", "PlaceRow", "Receipt", "Step", "cohort", "cohorts", "place", "windows",
]  # fmt: skip
