"""The own desk: who works on it and whether they have declared, screening, and its clock with the reasons.

Rule: only this authority's staff read it, after declaring. A period set by the programme is never shown as law.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, select

from sandbox.adapters.calendars import calendar
from sandbox.domain.actions import Action
from sandbox.domain.actors import ROLE_TITLES, Actor, Role
from sandbox.domain.catalogue import ClockKind
from sandbox.domain.clocks import due, rule_from_text
from sandbox.domain.errors import NotFound
from sandbox.domain.policy import CASE_STAFF
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, ClockRule
from sandbox.models.desks import ClockEvent, ConflictDeclaration, Desk, DeskAssignment
from sandbox.models.people import Person, PersonRole
from sandbox.queries.desks.page import Letter, letters, possible
from sandbox.queries.desks.sight import Sight, sight
from sandbox.queries.desks.states import STATE_WORDS, TONES, whose_turn

CLOCK = "decide"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the authority who can work on cases. `declared` is the outcome of their declaration, or None."""

    id: UUID
    name: str
    roles: tuple[str, ...]
    assigned: bool
    declared: str | None


@dataclass(frozen=True, slots=True)
class Clock:
    """When the desk has to decide, and the steps that lead to that date."""

    due_on: date
    kind: str
    by_law: bool
    step: str
    source: str
    started_on: date
    steps: tuple[str, ...]
    provisional: bool
    warnings: tuple[date, ...]
    warning_reached: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class OwnDesk:
    """The viewer's own desk of a case."""

    sight: Sight
    code: str
    name: str
    state: str
    words: str
    tone: str
    turn: str
    part: str
    required: bool
    why: tuple[str, ...]
    alone_reason: str | None
    may_refuse: bool
    staff: tuple[Colleague, ...]
    clock: Clock | None
    letters: tuple[Letter, ...]
    actions: frozenset[Action]

    @property
    def may_go_alone(self) -> bool:
        """Going alone is offered at the clock's warning point only."""
        reached = self.clock is not None and self.clock.warning_reached
        return Action.DESK_GO_ALONE in self.actions and reached and self.sight.opened_at is None


def _staff(seen: Sight) -> tuple[Colleague, ...]:
    roles = (
        select(PersonRole.person_id, func.aggregate_strings(PersonRole.role, ",").label("roles"))
        .where(PersonRole.role.in_(CASE_STAFF))
        .group_by(PersonRole.person_id)
        .subquery()
    )
    said = and_(
        ConflictDeclaration.person_id == Person.id,
        ConflictDeclaration.case_id == seen.case_id,
        ConflictDeclaration.superseded_at.is_(None),
    )
    held = and_(DeskAssignment.person_id == Person.id, DeskAssignment.desk_id == seen.desk_id)
    rows = db.session.execute(
        select(Person.id, Person.name, roles.c.roles, DeskAssignment.desk_id, ConflictDeclaration.outcome)
        .join(roles, roles.c.person_id == Person.id)
        .outerjoin(ConflictDeclaration, said)
        .outerjoin(DeskAssignment, held)
        .where(Person.organisation_id == seen.viewer.organisation_id, Person.active.is_(True))
        .order_by(Person.name, Person.id),
    )
    return tuple(
        Colleague(
            id=row.id,
            name=row.name,
            roles=tuple(ROLE_TITLES[Role(role)] for role in sorted(row.roles.split(","))),
            assigned=row.desk_id is not None,
            declared=row.outcome,
        )
        for row in rows
    )


def _clock(row: Any) -> Clock | None:
    if row.started is None or row.rule is None:
        return None
    rule = rule_from_text(
        row.rule["length"],
        row.rule["unit"],
        count_start_day=row.rule.get("count_start_day", False),
        roll_forward=row.rule.get("roll_forward", False),
        warn_at=tuple(row.rule.get("warn_at") or ()),
    )
    here = ZoneInfo(row.time_zone)
    start = row.started.astimezone(here).date()
    result = due(rule, start, (calendar(row.calendar),))
    today = now().astimezone(here).date()
    return Clock(
        due_on=result.at,
        kind=row.kind,
        by_law=row.kind == ClockKind.LAW.value,
        step=row.rule.get("step", ""),
        source=row.rule.get("source", ""),
        started_on=start,
        steps=result.explain(),
        provisional=result.provisional,
        warnings=result.warnings,
        warning_reached=bool(result.warnings) and today >= result.warnings[0],
        overdue=today > result.at,
    )


def own_desk(viewer: Actor, case_id: UUID) -> OwnDesk:
    """The viewer's own desk, in four statements. Raises NotFound for everybody else."""
    seen = sight(viewer, case_id, Action.DESK_READ)
    if seen.desk_id is None:
        raise NotFound("There is nothing here.")
    started = (
        select(func.min(ClockEvent.at))
        .where(ClockEvent.desk_id == Desk.id, ClockEvent.clock == CLOCK, ClockEvent.kind == "started")
        .scalar_subquery()
    )
    row = db.session.execute(
        select(
            Desk.state,
            Desk.part,
            Desk.required,
            Desk.routed_because,
            Desk.alone_reason,
            Authority.code,
            Authority.name,
            Authority.calendar,
            Authority.time_zone,
            Authority.may_refuse_to_review,
            ClockRule.content.label("rule"),
            ClockRule.kind,
            started.label("started"),
        )
        .join(Authority, Authority.id == Desk.authority_id)
        .outerjoin(ClockRule, and_(ClockRule.authority_id == Authority.id, ClockRule.code == CLOCK))
        .where(Desk.id == seen.desk_id),
    ).one()
    return OwnDesk(
        sight=seen,
        code=row.code,
        name=row.name,
        state=row.state,
        words=STATE_WORDS[row.state],
        tone=TONES.get(row.state, "neutral"),
        turn=whose_turn(row.state, None),
        part=row.part,
        required=row.required,
        why=tuple(row.routed_because),
        alone_reason=row.alone_reason,
        may_refuse=row.may_refuse_to_review,
        staff=_staff(seen),
        clock=_clock(row),
        letters=letters(seen),
        actions=possible(seen),
    )


__all__ = ["Clock", "Colleague", "OwnDesk", "own_desk"]
