"""Lists of trials: all that the viewer takes part in, and what a dashboard shows of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select, tuple_

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.extensions import db
from sandbox.models.desks import Case
from sandbox.models.people import Firm
from sandbox.models.trials import Breach, Report, Trial, TrialJurisdiction
from sandbox.queries import Page, instant, page_of, place
from sandbox.queries.access import own_parties, permitted, standing, visible, who
from sandbox.queries.prepared import Prepared
from sandbox.queries.trials.reading import breaches, report_line, today_of
from sandbox.queries.trials.rows import OPEN_REPORTS, PLACES, BreachLine, ReportLine

SIZE = 25
SHOWN = 8


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A trial in a list: where it stands in each jurisdiction, the next report and the open breaches."""

    case_id: UUID
    reference: str
    title: str
    firm: str
    accepted_at: datetime
    places: tuple[tuple[str, str, str], ...]
    next_due: date | None
    late: bool
    breaches: int


@dataclass(frozen=True, slots=True)
class Dashboard:
    """For a firm: reports to prepare and open breaches. For a supervisor: reports to accept and breaches."""

    firm: bool
    reports: tuple[tuple[ReportLine, str, str], ...]
    breaches: tuple[BreachLine, ...]


def _windowed(somebody: Actor, parties: frozenset[str], statement: Any) -> Any:
    return statement.where(permitted(somebody, Action.TRIAL_READ), visible(Trial.id, "trial", parties))


@lru_cache(maxsize=128)
def _trials(somebody: Actor, parties: frozenset[str], *, paged: bool) -> Prepared:
    """Built once for each set of roles and parties."""
    due = (
        select(func.min(Report.due_on))
        .where(Report.trial_id == Trial.id, Report.state.in_(sorted(OPEN_REPORTS)))
        .correlate(Trial)
        .scalar_subquery()
    )
    broken = (
        select(func.count())
        .select_from(Breach)
        .where(Breach.case_id == Case.id, Breach.state != "closed", visible(Breach.id, "breach", parties))
        .correlate(Case)
        .scalar_subquery()
    )
    statement = _windowed(
        somebody,
        parties,
        select(
            Trial.id,
            Trial.accepted_at,
            Case.id.label("case_id"),
            Case.reference,
            Case.title,
            Firm.legal_name,
            due.label("due"),
            broken.label("broken"),
        )
        .join(Case, Case.id == Trial.case_id)
        .join(Firm, Firm.id == Case.firm_id),
    )
    if paged:
        there = tuple_(bindparam("after", type_=Trial.accepted_at.type), bindparam("after_id", type_=Trial.id.type))
        statement = statement.where(tuple_(Trial.accepted_at, Trial.id) < there)
    return Prepared(statement.order_by(Trial.accepted_at.desc(), Trial.id.desc()).limit(SIZE + 1))


def trials(viewer: Actor, *, after: str | None = None) -> Page[TrialRow]:
    """One page of the trials that the viewer may read, the newest first, in two statements."""
    start = place(after, instant, UUID)
    statement = _trials(standing(viewer), own_parties(viewer), paged=start is not None)
    values = who(viewer) | (dict(zip(("after", "after_id"), start, strict=True)) if start is not None else {})
    fetched = statement.all(values)
    places = _places([row.id for row in fetched])
    page = page_of(fetched, lambda row: (row.accepted_at.isoformat(), row.id), SIZE)
    today = today_of(viewer)
    rows = [
        TrialRow(
            case_id=row.case_id,
            reference=row.reference,
            title=row.title,
            firm=row.legal_name,
            accepted_at=row.accepted_at,
            places=tuple(places.get(row.id, ())),
            next_due=row.due,
            late=row.due is not None and row.due < today,
            breaches=row.broken,
        )
        for row in page.rows
    ]
    return Page(rows, page.after)


@cache
def _jurisdictions() -> Prepared:
    return Prepared(
        select(TrialJurisdiction.trial_id, TrialJurisdiction.jurisdiction, TrialJurisdiction.state)
        .where(TrialJurisdiction.trial_id.in_(bindparam("trials", expanding=True)))
        .order_by(TrialJurisdiction.jurisdiction)
    )


def _places(trials_shown: list[UUID]) -> dict[UUID, list[tuple[str, str, str]]]:
    found: dict[UUID, list[tuple[str, str, str]]] = {}
    if trials_shown:
        for row in _jurisdictions().all({"trials": trials_shown}):
            found.setdefault(row.trial_id, []).append((row.jurisdiction, *PLACES[row.state]))
    return found


def dashboard(viewer: Actor) -> Dashboard | None:
    """What waits in trials: for people of a firm, and for supervisors; None for others. Two statements."""
    firm = viewer.firm_side
    if not firm and not viewer.has(Role.SUPERVISOR):
        return None
    parties = own_parties(viewer)
    wanted = sorted(OPEN_REPORTS) if firm else ["certified"]
    statement = _windowed(
        viewer,
        parties,
        select(Report, Case.reference, Firm.legal_name)
        .join(Trial, Trial.id == Report.trial_id)
        .join(Case, Case.id == Trial.case_id)
        .join(Firm, Firm.id == Case.firm_id)
        .where(Report.state.in_(wanted)),
    )
    rows = db.session.execute(statement.order_by(Report.due_on, Report.id).limit(SHOWN))
    today = today_of(viewer)
    cases = select(Case.id).where(permitted(viewer, Action.TRIAL_READ))
    return Dashboard(
        firm=firm,
        reports=tuple((report_line(row.Report, True, firm, today), row.reference, row.legal_name) for row in rows),
        breaches=breaches(parties, Breach.state != "closed", Breach.case_id.in_(cases))[:SHOWN],
    )


__all__ = ["Dashboard", "TrialRow", "dashboard", "trials"]
