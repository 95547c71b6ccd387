"""The trial page of a case: what is to be accepted; then conditions with their use, dates, reports and breaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.outcomes import APPROVALS
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.catalogue import Authority
from sandbox.models.decisions import Decision
from sandbox.models.desks import Desk
from sandbox.models.trials import Breach
from sandbox.queries import Page
from sandbox.queries.access import visible
from sandbox.queries.decisions.reading import Paper, issued_papers
from sandbox.queries.desks import Sight
from sandbox.queries.trials.reading import (
    breaches,
    condition_lines,
    condition_rows,
    milestones,
    not_found,
    places,
    reader,
    report_page,
    reports,
    today_of,
    trial_of,
)
from sandbox.queries.trials.rows import BreachLine, ConditionLine, MilestoneLine, Place, ReportLine, newest


@dataclass(frozen=True, slots=True)
class Offer:
    """What the firm would accept. `missing`: why it cannot yet."""

    papers: tuple[Paper, ...]
    conditions: tuple[ConditionLine, ...]
    starts_on: date
    months: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TrialPage:
    """The trial as one viewer may see it; `offer` before acceptance, the rest after it."""

    seen: Sight
    firm: bool
    trial_id: UUID | None
    accepted_at: datetime | None
    plan_sha256: str
    offer: Offer | None
    conditions: tuple[ConditionLine, ...]
    places: tuple[Place, ...]
    milestones: tuple[MilestoneLine, ...]
    reports: tuple[ReportLine, ...]
    breaches: tuple[BreachLine, ...]
    actions: frozenset[Action]

    @property
    def limits(self) -> tuple[ConditionLine, ...]:
        """The conditions that are measured."""
        return tuple(one for one in self.conditions if one.metric)

    @property
    def duties(self) -> tuple[ConditionLine, ...]:
        """The conditions that are not measured."""
        return tuple(one for one in self.conditions if not one.metric)

    @property
    def open_breaches(self) -> tuple[BreachLine, ...]:
        """Those that are not closed."""
        return tuple(one for one in self.breaches if one.state != "closed")


OFFERED = frozenset({"agreed", "imposed"})  # issued, not accepted yet
ACTIONS = (
    Action.TRIAL_ACCEPT,
    Action.TRIAL_START,
    Action.REPORT_EDIT,
    Action.REPORT_CERTIFY,
    Action.CONDITION_DISCHARGE,
    Action.REPORT_ACCEPT,
    Action.BREACH_ANSWER,
)


def page(viewer: Actor, case_id: UUID) -> TrialPage:
    """The page, in at most eight statements. Raises NotFound."""
    seen, parties = reader(viewer, case_id)
    firm = viewer.firm_side
    trial, later = trial_of(case_id, parties)
    actions = frozenset(action for action in ACTIONS if seen.may(action) and seen.withdrawn_at is None)
    rows = condition_rows(case_id, parties)
    if trial is None:
        offer = _offer(seen, parties, condition_lines(rows, ())) if firm else None
        return TrialPage(seen, firm, None, None, "", offer, (), (), (), (), (), actions)
    offered = [row for row in rows if row.Condition.state in OFFERED]
    rows = [row for row in rows if row.Condition.state not in OFFERED]
    listed = reports(trial.id, viewer, parties)
    conditions = condition_lines(rows, newest(listed))
    return TrialPage(
        seen=seen,
        firm=firm,
        trial_id=trial.id,
        accepted_at=trial.accepted_at,
        plan_sha256=trial.plan_sha256,
        offer=_offer(seen, parties, condition_lines(offered, ()), trial.starts_on) if firm and later else None,
        conditions=conditions,
        places=places(trial.id, conditions),
        milestones=milestones(trial.id, today_of(viewer)),
        reports=listed,
        breaches=breaches(parties, Breach.case_id == case_id),
        actions=actions,
    )


@dataclass(frozen=True, slots=True)
class Reports:
    """All reports of a trial, a page at a time."""

    seen: Sight
    page: Page[ReportLine]


def all_reports(viewer: Actor, case_id: UUID, after: str | None = None) -> Reports:
    """One page of all reports, newest first. Raises NotFound, also where there is no trial yet."""
    seen, parties = reader(viewer, case_id)
    trial, _later = trial_of(case_id, parties)
    if trial is None:
        raise not_found()
    return Reports(seen, report_page(trial.id, viewer, parties, after))


def _offer(
    seen: Sight, parties: frozenset[str], conditions: tuple[ConditionLine, ...], starts_on: date | None = None
) -> Offer | None:
    """What has been issued to the firm, when the test can start, and what acceptance still waits for.

    `starts_on`: the day of a test that was accepted before, when this is a decision that came later.
    """
    papers = issued_papers(seen.case_id, parties)
    if not papers:
        return None
    plan = db.session.scalars(
        select(ApplicationVersion.record).where(ApplicationVersion.id == seen.version_id),
    ).one()["sections"]["test_plan"]
    rows = db.session.execute(
        select(Decision.action, Decision.effective_on, Decision.number, Desk.state, Desk.required, Authority.name)
        .select_from(Desk)
        .join(Authority, Authority.id == Desk.authority_id)
        .outerjoin(
            Decision,
            (Decision.desk_id == Desk.id)
            & Decision.issued_at.is_not(None)
            & visible(Decision.edition_id, "edition", parties),
        )
        .where(Desk.case_id == seen.case_id, Desk.part == "decides"),
    ).all()
    effective = [row.effective_on for row in rows if row.action in APPROVALS and row.effective_on is not None]
    return Offer(
        papers=papers,
        conditions=conditions,
        starts_on=starts_on or max([date.fromisoformat(plan["starts_on"]), *effective]),
        months=int(plan["duration_months"]),
        missing=tuple(_missing(seen, papers, rows)),
    )


def _missing(seen: Sight, papers: tuple[Paper, ...], rows: Sequence[Any]) -> list[str]:
    """Why the firm cannot accept yet; the use case decides, this only says it before."""
    if not any(row.action in APPROVALS for row in rows):
        return ["No authority has issued an approval."]
    if {row.number for row in rows if row.number} <= {number for one in papers for number in one.told}:
        return []
    required = [row for row in rows if row.required]
    gone = any(row.state in ENDED_DESK for row in required)
    all_told = all(row.action is not None for row in required)
    refused = all_told and any(row.action not in APPROVALS for row in required)
    alone = gone or (refused and not (seen.goes_on_with_fewer and seen.allows_fewer))
    return [] if alone else ["The joint notice has not been issued yet."]


__all__ = ["Reports", "TrialPage", "all_reports", "page"]
