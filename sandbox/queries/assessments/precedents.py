"""Earlier decisions that are like the case on the workbench: same activities, classes of asset and scale.

Rule: only issued instruments that the viewer may open, in cases that a grant opens to them, in SQL. Six statements,
whatever their number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.conditions import Limit, limit_of
from sandbox.domain.precedents import Departure, departures, same_scale
from sandbox.domain.sections import chosen, plan_limits
from sandbox.extensions import db
from sandbox.models.assessments import CaseTrait
from sandbox.models.catalogue import Authority
from sandbox.models.decisions import Condition, Decision
from sandbox.models.desks import Case, Desk
from sandbox.queries.access import own_parties, permitted, visible
from sandbox.queries.assessments.bench import Workbench

MOST = 20
ALIKE = ("activities", "asset_classes")  # a precedent shares at least one of each
MEASURED = ("metric", "comparator", "threshold", "currency", "window", "jurisdictions")


@dataclass(frozen=True, slots=True)
class Precedent:
    """An issued instrument of a case that is alike, with its conditions. `shared`: kind → codes in common."""

    case_id: UUID
    reference: str
    title: str
    authority: str
    number: str
    action: str
    issued_at: datetime
    shared: dict[str, tuple[str, ...]]
    conditions: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Precedents:
    """The precedents of a case, the most alike first, and where the proposed conditions depart from their limits."""

    rows: tuple[Precedent, ...]
    departures: tuple[Departure, ...]


def _shares(kind: str, codes: Iterable[str]) -> Any:
    mine = exists().where(CaseTrait.kind == kind, CaseTrait.code.in_(sorted(codes)), CaseTrait.case_id == Case.id)
    return mine.correlate(Case)


def _candidates(viewer: Actor, case_id: UUID, traits: Mapping[str, list[str]]) -> list[Any]:
    return list(
        db.session.execute(
            select(
                Decision.id,
                Decision.number,
                Decision.action,
                Decision.issued_at,
                Case.id.label("case_id"),
                Case.reference,
                Case.title,
                Authority.code,
            )
            .join(Case, Case.id == Decision.case_id)
            .join(Desk, Desk.id == Decision.desk_id)
            .join(Authority, Authority.id == Desk.authority_id)
            .where(
                Decision.state == "issued",
                Case.id != case_id,
                permitted(viewer, Action.NOTICE_READ),
                visible(Decision.edition_id, "edition", own_parties(viewer)),
                *(_shares(kind, traits[kind]) for kind in ALIKE),
            )
            .order_by(Decision.issued_at.desc(), Decision.id)
            .limit(MOST),
        )
    )


def _shared(cases: Iterable[UUID], traits: Mapping[str, list[str]]) -> dict[UUID, dict[str, list[str]]]:
    found: dict[UUID, dict[str, list[str]]] = {}
    other = aliased(CaseTrait)
    rows = select(other.case_id, other.kind, other.code).where(other.case_id.in_(sorted(set(cases))))
    for case_id, kind, code in db.session.execute(rows.order_by(other.kind, other.code)):
        if code in traits.get(kind, ()):
            found.setdefault(case_id, {}).setdefault(kind, []).append(code)
    return found


def _conditions(decisions: Iterable[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {}
    rows = select(Condition).where(Condition.decision_id.in_(sorted(decisions))).order_by(Condition.ordinal)
    for row in db.session.scalars(rows):
        values = {name: getattr(row, name) for name in MEASURED}
        found.setdefault(row.decision_id, []).append({**values, "kind": row.kind, "title": row.title, "text": row.text})
    return found


def _measured(conditions: Iterable[Mapping[str, Any]]) -> list[Limit]:
    return [one for row in conditions if (one := limit_of(row)) is not None]


def _planned(record: Mapping[str, Any]) -> list[Limit]:
    usual = {"comparator": "at_most", "window": "at_any_time", "currency": None}
    return _measured({**usual, **row, "jurisdictions": [row.get("jurisdiction")]} for row in plan_limits(record))


def precedents(bench: Workbench) -> Precedents:
    """What is like the case of a workbench that its viewer has opened. Three statements more."""
    viewer, traits = bench.sight.viewer, chosen(bench.record.get("sections") or {})
    fetched = _candidates(viewer, bench.sight.case_id, traits)
    shared, conditions = _shared((row.case_id for row in fetched), traits), _conditions(row.id for row in fetched)
    planned = _planned(bench.record)
    rows = [
        Precedent(
            row.case_id, row.reference, row.title, row.code, row.number, row.action, row.issued_at,
            {kind: tuple(codes) for kind, codes in shared.get(row.case_id, {}).items()},
            tuple(conditions.get(row.id, ())),
        )
        for row in fetched
        if same_scale(planned, _measured(conditions.get(row.id, ())))
    ]  # fmt: skip
    rows.sort(key=lambda row: -sum(len(codes) for codes in row.shared.values()))
    ours = _measured({name: getattr(one, name) for name in MEASURED} for one in bench.conditions)
    theirs = _measured(one for row in rows for one in row.conditions)
    return Precedents(tuple(rows), tuple(departures(ours, theirs)))


__all__ = ["Departure", "Precedent", "Precedents", "precedents"]
