"""Who may read a trial, and its rows: through the audience of the trial, of its reports and of its breaches.

Rule: the parties of a trial are the firm and the authorities that approved. A report is the firm's alone until it is
certified; a breach is the firm's and that of the limit's owner.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, case, exists, literal, or_, select, tuple_

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotFound
from sandbox.domain.outcomes import APPROVALS
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.decisions import Condition, Decision
from sandbox.models.trials import Breach, Milestone, Report, Trial, TrialJurisdiction
from sandbox.queries import PAGE_SIZE, Page, page_of, place
from sandbox.queries.access import own_parties, visible
from sandbox.queries.desks import Sight, sight
from sandbox.queries.trials.rows import (
    BREACHES,
    OPEN_REPORTS,
    PLACES,
    REPORTS,
    BreachLine,
    ConditionLine,
    MilestoneLine,
    Place,
    ReportLine,
    Value,
    uses,
)

SHOWN = 12  # reports on the page of a trial; the rest is a list of its own
CERTIFIED = ("certified", "accepted")


def reader(viewer: Actor, case_id: UUID) -> tuple[Sight, frozenset[str]]:
    """The case, and the parties as which the viewer reads its trial. Raises NotFound."""
    seen = sight(viewer, case_id, Action.TRIAL_READ)
    return seen, own_parties(viewer)


def today_of(viewer: Actor) -> date:
    """The day where the viewer is."""
    return now().astimezone(ZoneInfo(viewer.time_zone)).date()


def trial_of(case_id: UUID, parties: frozenset[str]) -> tuple[Trial | None, bool]:
    """The trial of a case, if these parties take part in it; and whether an approval came after its acceptance."""
    later = exists().where(
        Decision.case_id == Trial.case_id,
        Decision.issued_at.is_not(None),
        Decision.action.in_(APPROVALS),
        Decision.accepted_at.is_(None),
        visible(Decision.edition_id, "edition", parties),
    )
    row = db.session.execute(
        select(Trial, later.correlate(Trial).label("later")).where(
            Trial.case_id == case_id, visible(Trial.id, "trial", parties)
        ),
    ).one_or_none()
    return (row.Trial, row.later) if row is not None else (None, False)


def condition_rows(case_id: UUID, parties: frozenset[str]) -> list[Any]:
    """The conditions of issued approvals that these parties may read, with code and id of the owner."""
    return list(
        db.session.execute(
            select(Condition, Authority.code)
            .join(Decision, Decision.id == Condition.decision_id)
            .join(Authority, Authority.id == Condition.authority_id)
            .where(
                Condition.case_id == case_id,
                Decision.issued_at.is_not(None),
                Decision.action.in_(APPROVALS),
                visible(Decision.edition_id, "edition", parties),
            )
            .order_by(Authority.code, Condition.ordinal),
        ),
    )


def condition_lines(rows: Iterable[Any], last: Iterable[Value]) -> tuple[ConditionLine, ...]:
    """Conditions with what was reported last."""
    known = tuple(last)
    return tuple(_condition(row.Condition, row.code, known) for row in rows)


def _condition(row: Condition, code: str, last: tuple[Value, ...]) -> ConditionLine:
    return ConditionLine(
        id=row.id,
        number=row.number,
        owner=code,
        owner_id=row.authority_id,
        kind=row.kind,
        title=row.title,
        text=row.text,
        origin=row.origin,
        state=row.state,
        jurisdictions=tuple(row.jurisdictions),
        metric=row.metric,
        comparator=row.comparator,
        threshold=row.threshold,
        currency=row.currency,
        window=row.window,
        due_rule=row.due_rule,
        precedent_to_start=row.precedent_to_start,
        uses=uses(row, last),
    )


def places(trial_id: UUID, conditions: Iterable[ConditionLine]) -> tuple[Place, ...]:
    """The jurisdictions of a trial with the preconditions that are still open there."""
    waiting = [one for one in conditions if one.precedent_to_start and one.state == "active"]
    rows = db.session.scalars(
        select(TrialJurisdiction)
        .where(TrialJurisdiction.trial_id == trial_id)
        .order_by(TrialJurisdiction.jurisdiction),
    )
    return tuple(
        Place(
            jurisdiction=row.jurisdiction,
            state=row.state,
            words=PLACES[row.state][0],
            tone=PLACES[row.state][1],
            started_on=row.started_on,
            ends_on=row.ends_on,
            open_preconditions=tuple(
                f"{one.number} {one.title}"
                for one in waiting
                if not one.jurisdictions or row.jurisdiction in one.jurisdictions
            ),
        )
        for row in rows
    )


def milestones(trial_id: UUID, today: date) -> tuple[MilestoneLine, ...]:
    """What is due, in order."""
    rows = db.session.execute(
        select(Milestone, Authority.code)
        .join(Authority, Authority.id == Milestone.authority_id)
        .where(Milestone.trial_id == trial_id)
        .order_by(Milestone.due_on, Milestone.title, Authority.code),
    )
    return tuple(
        MilestoneLine(
            title=row.Milestone.title,
            owner=row.code,
            due_on=row.Milestone.due_on,
            calendar=row.Milestone.calendar,
            steps=tuple(row.Milestone.steps),
            provisional=row.Milestone.provisional,
            past=row.Milestone.due_on < today,
        )
        for row in rows
    )


def _readable(viewer: Actor, parties: frozenset[str]) -> ColumnElement[bool]:
    return literal(True) if viewer.firm_side else visible(Report.id, "report", parties)


def reports(trial_id: UUID, viewer: Actor, parties: frozenset[str]) -> tuple[ReportLine, ...]:
    """The last reports whose period has begun (with fewer, the first to come too), and the last that was certified.

    The firm reads its drafts too, authorities what was certified.
    """
    today, readable = today_of(viewer), _readable(viewer, parties)
    begun, of_trial = Report.period_from <= today, Report.trial_id == trial_id
    near = (case((begun, 0), else_=1), case((begun, Report.due_on)).desc(), Report.due_on, Report.id)
    last = select(Report.id).where(of_trial).order_by(*near).limit(SHOWN)
    certified = select(Report.id).where(of_trial, Report.state.in_(CERTIFIED), readable)
    newest = certified.order_by(Report.period_to.desc(), Report.id).limit(1)
    rows = db.session.execute(
        select(Report, readable.label("readable"))
        .where(or_(Report.id.in_(last.correlate(None)), Report.id == newest.correlate(None).scalar_subquery()))
        .order_by(Report.period_from, Report.id),
    )
    firm = viewer.firm_side
    return tuple(report_line(row.Report, bool(row.readable), firm, today) for row in rows)


def report_page(trial_id: UUID, viewer: Actor, parties: frozenset[str], after: str | None) -> Page[ReportLine]:
    """One page of all reports of a trial, newest first."""
    statement = select(Report, _readable(viewer, parties).label("readable")).where(Report.trial_id == trial_id)
    start = place(after, date.fromisoformat, UUID)
    if start is not None:
        there = tuple_(literal(start[0], Report.due_on.type), literal(start[1], Report.id.type))
        statement = statement.where(tuple_(Report.due_on, Report.id) < there)
    found = db.session.execute(statement.order_by(Report.due_on.desc(), Report.id.desc()).limit(PAGE_SIZE + 1))
    firm, today = viewer.firm_side, today_of(viewer)
    rows = [report_line(row.Report, bool(row.readable), firm, today) for row in found]
    return page_of(rows, lambda row: (row.due_on, row.id))


def report_line(row: Report, readable: bool, firm: bool, today: date) -> ReportLine:
    """A report as the reader may know it: a draft is the firm's own, others read that it is due."""
    state = row.state if firm or row.state != "draft" else "returned" if row.record else "due"
    words, tone = REPORTS[state]
    came_late = row.certified_at is not None and row.certified_at.date() > row.due_on
    return ReportLine(
        id=row.id,
        title=row.title,
        period_from=row.period_from,
        period_to=row.period_to,
        due_on=row.due_on,
        state=state,
        words=words,
        tone=tone,
        late=row.due_on < today if state in OPEN_REPORTS else came_late,
        readable=readable,
        certified_at=row.certified_at if readable and state not in OPEN_REPORTS else None,
        record=row.record if readable else None,
    )


def breaches(parties: frozenset[str], *where: Any) -> tuple[BreachLine, ...]:
    """The breaches that these parties may read, newest first."""
    rows = db.session.execute(
        select(
            Breach,
            Authority.code,
            Report.title.label("report"),
            Condition.number,
            Condition.title,
            Condition.metric,
            Condition.comparator,
            Condition.currency,
        )
        .join(Condition, Condition.id == Breach.condition_id)
        .join(Report, Report.id == Breach.report_id)
        .join(Authority, Authority.id == Breach.authority_id)
        .where(visible(Breach.id, "breach", parties), *where)
        .order_by(Breach.opened_at.desc(), Breach.id),
    )
    return tuple(
        BreachLine(
            id=row.Breach.id,
            case_id=row.Breach.case_id,
            report_id=row.Breach.report_id,
            report=row.report,
            number=row.number,
            title=row.title,
            owner=row.code,
            owner_id=row.Breach.authority_id,
            metric=row.metric or "",
            comparator=row.comparator or "",
            currency=row.currency,
            jurisdiction=row.Breach.jurisdiction,
            value=row.Breach.value,
            threshold=row.Breach.threshold,
            state=row.Breach.state,
            words=BREACHES[row.Breach.state][0],
            tone=BREACHES[row.Breach.state][1],
            answer=row.Breach.answer,
            remark=row.Breach.remark,
            opened_at=row.Breach.opened_at,
        )
        for row in rows
    )


def not_found() -> NotFound:
    """What may not be seen does not exist."""
    return NotFound("There is nothing here.")


__all__ = [
    "SHOWN", "breaches", "condition_lines", "condition_rows", "milestones", "not_found", "places", "reader",
    "report_line", "report_page", "reports", "today_of", "trial_of",
]  # fmt: skip
