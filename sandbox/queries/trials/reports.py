"""One report and one breach as their readers may see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select, true

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.people import Person
from sandbox.models.trials import Breach, Report, ReportPreparer, ReportValue, Trial
from sandbox.queries.access import own_parties, visible
from sandbox.queries.desks import Sight
from sandbox.queries.trials.reading import (
    breaches,
    condition_lines,
    condition_rows,
    not_found,
    places,
    reader,
    report_line,
    today_of,
)
from sandbox.queries.trials.rows import BreachLine, ConditionLine, ReportLine, Value, values_of

Key = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class Asked:
    """A value that a report asks for, the limits that it is held against, and what was typed so far."""

    metric: str
    jurisdiction: str
    currency: str | None
    limits: tuple[ConditionLine, ...]
    value: Decimal | None

    @property
    def key(self) -> Key:
        """What tells it from the others."""
        return self.metric, self.jurisdiction, self.currency

    @property
    def field(self) -> str:
        """The name of its field in a form."""
        return "__".join((self.metric, self.jurisdiction, self.currency or "none"))


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A report with all it asks for. Authorities read the certified record, the firm also its draft."""

    seen: Sight
    firm: bool
    line: ReportLine
    narrative: str
    asked: tuple[Asked, ...]
    values: tuple[Value, ...]
    version: int
    sha256: str
    prepared_by: str
    prepared_by_me: bool
    certified_by: str
    returned_because: str | None
    breaches: tuple[BreachLine, ...]
    missing: tuple[Asked, ...]
    actions: frozenset[Action]


def report(viewer: Actor, report_id: UUID) -> ReportPage:
    """One report. Raises NotFound, for authorities also before it was certified for the first time."""
    firm = viewer.firm_side
    row = db.session.execute(
        select(Report, Trial.case_id)
        .join(Trial, Trial.id == Report.trial_id)
        .where(
            Report.id == report_id,
            visible(Trial.id, "trial", own_parties(viewer)),
            true() if firm else visible(Report.id, "report", own_parties(viewer)),
        ),
    ).one_or_none()
    if row is None:
        raise not_found()
    seen, parties = reader(viewer, row.case_id)
    found: Report = row.Report
    line = report_line(found, True, firm, today_of(viewer))
    conditions = condition_lines(condition_rows(row.case_id, parties), ())
    running = tuple(one.jurisdiction for one in places(found.trial_id, conditions))
    typed = _typed(found.id) if firm else {}
    asked = _asked(conditions, running, typed)
    names = _names(found.prepared_by, found.certified_by)
    return ReportPage(
        seen=seen,
        firm=firm,
        line=line,
        narrative=found.narrative if firm else (found.record or {}).get("narrative", ""),
        asked=asked,
        values=values_of(found.record, found.title),
        version=found.version,
        sha256=found.sha256 or "",
        prepared_by=names.get(found.prepared_by, "") if firm else "",
        prepared_by_me=firm and _wrote(found.id, viewer),
        certified_by=names.get(found.certified_by, ""),
        returned_because=found.returned_because,
        breaches=breaches(parties, Breach.report_id == found.id),
        missing=tuple(one for one in asked if one.value is None),
        actions=_possible(seen, found, firm),
    )


def _wrote(report_id: UUID, viewer: Actor) -> bool:
    """Did the viewer ever write on this report?"""
    mine = exists().where(ReportPreparer.report_id == report_id, ReportPreparer.person_id == viewer.person_id)
    return bool(db.session.scalar(select(mine)))


def _typed(report_id: UUID) -> dict[Key, Decimal]:
    rows = db.session.scalars(select(ReportValue).where(ReportValue.report_id == report_id))
    return {(row.metric, row.jurisdiction, row.currency): row.value for row in rows}


def _names(*people: UUID | None) -> dict[UUID | None, str]:
    keys = [one for one in people if one is not None]
    if not keys:
        return {}
    return {key: name for key, name in db.session.execute(select(Person.id, Person.name).where(Person.id.in_(keys)))}


def _asked(
    conditions: Iterable[ConditionLine], running: tuple[str, ...], typed: dict[Key, Decimal]
) -> tuple[Asked, ...]:
    """Each limited metric in each jurisdiction and currency, as `services.trials.reports.asked` asks for them."""
    found: dict[Key, list[ConditionLine]] = {}
    for condition in conditions:
        if condition.metric is None or condition.state != "active":
            continue
        for place in condition.jurisdictions or running:
            if place in running:
                found.setdefault((condition.metric, place, condition.currency), []).append(condition)
    ordered = sorted(found, key=lambda key: (key[1], key[0], key[2] or ""))
    return tuple(Asked(*key, tuple(found[key]), typed.get(key)) for key in ordered)


# fmt: off
_WHEN: dict[Action, tuple[str, ...]] = {
    Action.REPORT_EDIT:    ("due", "draft", "returned"),
    Action.REPORT_CERTIFY: ("draft",),
    Action.REPORT_ACCEPT:  ("certified",),
    Action.REPORT_RETURN:  ("certified",),
}
# fmt: on


def _possible(seen: Sight, row: Report, firm: bool) -> frozenset[Action]:
    state = row.state if firm or row.state != "draft" else "due"
    return frozenset(action for action, states in _WHEN.items() if state in states and seen.may(action))


@dataclass(frozen=True, slots=True)
class BreachPage:
    """A breach with what the viewer can do about it."""

    seen: Sight
    firm: bool
    line: BreachLine
    actions: frozenset[Action]


_JUDGING: dict[Action, tuple[str, ...]] = {
    Action.BREACH_ANSWER: ("open",),
    Action.BREACH_CURE: ("answered",),
    Action.BREACH_WAIVE: ("answered",),
    Action.BREACH_ESCALATE: ("open", "answered"),
    Action.BREACH_CLOSE: ("cured", "waived", "escalated"),
}


def breach(viewer: Actor, breach_id: UUID) -> BreachPage:
    """One breach, for the firm and the owner of the limit. Raises NotFound."""
    found: tuple[Any, ...] = breaches(own_parties(viewer), Breach.id == breach_id)
    if not found:
        raise not_found()
    line = found[0]
    seen, _ = reader(viewer, line.case_id)
    firm = viewer.firm_side
    actions = {action for action, states in _JUDGING.items() if line.state in states and seen.may(action)}
    return BreachPage(seen, firm, line, frozenset(actions))


__all__ = ["Asked", "BreachPage", "ReportPage", "breach", "report"]
