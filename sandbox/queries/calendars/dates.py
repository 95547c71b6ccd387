"""The dates that one viewer has to know: of own desks, of requests, of reports and milestones.

Rule: each kind asks the same window as the page that it leads to, in SQL, so that a recusal takes the dates away at
once. A date says which case and what kind of date, and nothing of what is in the case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select, true

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.lifecycles import BEFORE_DECISION
from sandbox.domain.requests import OPEN
from sandbox.extensions import db
from sandbox.models.desks import Case, Desk, Request
from sandbox.models.trials import Milestone, Report, Trial
from sandbox.queries.access import own_parties, permitted, visible
from sandbox.queries.trials.rows import OPEN_REPORTS

LONGEST = 500  # dates that are read at once


class Kind(StrEnum):
    """What has to be done on a date."""

    DESK = "desk"
    REQUEST = "request"
    REPORT = "report"
    MILESTONE = "milestone"


@dataclass(frozen=True, slots=True)
class Meet:
    """A date to meet. `id` is that of the thing that is due, the same at every reading."""

    kind: Kind
    id: UUID
    case_id: UUID
    reference: str
    day: date


def _desks(viewer: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(Desk.id, Case.id.label("case_id"), Case.reference, Desk.due_on)
        .join(Case, Case.id == Desk.case_id)
        .where(
            Desk.authority_id == viewer.organisation_id,
            Desk.state.in_(BEFORE_DECISION),
            permitted(viewer, Action.DESK_READ),
        )
    )


def _requests(viewer: Actor) -> Select[*tuple[Any, ...]]:
    own = Desk.authority_id == viewer.organisation_id
    mine = own if viewer.organisation is Organisation.AUTHORITY else Case.firm_id.in_(viewer.firms)
    return (
        select(Request.id, Case.id.label("case_id"), Case.reference, Request.due_on)
        .join(Desk, Desk.id == Request.desk_id)
        .join(Case, Case.id == Request.case_id)
        .where(
            mine,
            Request.state.in_(sorted(OPEN)),
            permitted(viewer, Action.CASE_READ),
            visible(Request.id, "request", own_parties(viewer)),
        )
    )


def _reports(viewer: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(Report.id, Case.id.label("case_id"), Case.reference, Report.due_on)
        .join(Trial, Trial.id == Report.trial_id)
        .join(Case, Case.id == Trial.case_id)
        .where(
            Report.state.in_(sorted(OPEN_REPORTS)),
            permitted(viewer, Action.TRIAL_READ),
            visible(Trial.id, "trial", own_parties(viewer)),
        )
    )


def _milestones(viewer: Actor) -> Select[*tuple[Any, ...]]:
    whole = viewer.firm_side  # an authority reads its own milestones
    return (
        select(Milestone.id, Case.id.label("case_id"), Case.reference, Milestone.due_on)
        .join(Trial, Trial.id == Milestone.trial_id)
        .join(Case, Case.id == Trial.case_id)
        .where(
            true() if whole else Milestone.authority_id == viewer.organisation_id,
            Milestone.done_at.is_(None),
            permitted(viewer, Action.TRIAL_READ),
            visible(Trial.id, "trial", own_parties(viewer)),
        )
    )


SOURCES: dict[Kind, tuple[Callable[[Actor], Select[*tuple[Any, ...]]], Any]] = {
    Kind.DESK: (_desks, Desk.due_on),
    Kind.REQUEST: (_requests, Request.due_on),
    Kind.REPORT: (_reports, Report.due_on),
    Kind.MILESTONE: (_milestones, Milestone.due_on),
}


def dates(viewer: Actor, first: date, last: date) -> tuple[Meet, ...]:
    """The viewer's dates from `first` to `last`, in order, in one statement a kind; LONGEST of a kind at most."""
    found: list[Meet] = []
    for kind, (statement, due_on) in SOURCES.items():
        rows = db.session.execute(
            statement(viewer).where(due_on.between(first, last)).order_by(due_on, Case.id).limit(LONGEST)
        )
        found += [Meet(kind, *row) for row in rows]
    return tuple(sorted(found, key=lambda one: (one.day, one.reference, one.kind)))


__all__ = ["LONGEST", "Kind", "Meet", "dates"]
