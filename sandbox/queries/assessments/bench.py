"""The own desk's workbench: criteria with their findings, proposed conditions, and what is missing to file.

Rule: this is the desk's own view and nobody else's, before the opening and after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotFound
from sandbox.domain.needs import Assessment, a_recommendation, every_finding
from sandbox.extensions import db
from sandbox.models import catalogue
from sandbox.models.applications import ApplicationVersion
from sandbox.models.assessments import Finding, Position, ProposedCondition
from sandbox.models.desks import Desk
from sandbox.models.people import Person
from sandbox.queries.access import visible
from sandbox.queries.desks.sight import Sight, sight


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of the authority, and what the desk found on it so far (`value` empty: nothing yet)."""

    id: UUID
    code: str
    title: str
    question: str
    joint: str
    positive: tuple[str, ...]
    negative: tuple[str, ...]
    source: str
    value: str
    reasons: str
    indicators: tuple[str, ...]
    author: str
    updated_at: datetime | None
    stale: bool
    version: int


@dataclass(frozen=True, slots=True)
class Proposed:
    """A condition that the desk proposes."""

    id: UUID
    kind: str
    title: str
    text: str
    origin: str
    legal_basis: str
    jurisdictions: tuple[str, ...]
    metric: str | None
    comparator: str | None
    threshold: Decimal | None
    currency: str | None
    window: str | None
    due_rule: str | None
    precedent_to_start: bool
    version: int


@dataclass(frozen=True, slots=True)
class Metric:
    """What a limit can measure, from the programme."""

    code: str
    title: str
    kind: str
    comparator: str
    unit: str


@dataclass(frozen=True, slots=True)
class FirmLimit:
    """A limit of the firm's test plan, ready to become a proposed condition."""

    number: int
    metric: str
    title: str
    threshold: Decimal
    currency: str | None
    jurisdiction: str
    taken: bool


@dataclass(frozen=True, slots=True)
class Filed:
    """The desk's position, once filed."""

    recommendation: str
    summary: str
    sha256: str
    filed_at: datetime
    filed_by: str
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Workbench:
    """Everything that one desk's reviewers work with."""

    sight: Sight
    code: str
    jurisdiction: str
    currencies: dict[str, str]
    state: str
    part: str
    version: int
    sha256: str
    record: dict[str, Any]
    criteria: tuple[Criterion, ...]
    conditions: tuple[Proposed, ...]
    metrics: dict[str, Metric]
    limits: tuple[FirmLimit, ...]
    position: Filed | None

    @property
    def writable(self) -> bool:
        """Findings and conditions can be written now, by this viewer."""
        return self.state == "assessing" and self.sight.withdrawn_at is None and self.sight.may(Action.FINDING_RECORD)

    @property
    def may_file(self) -> bool:
        """The position can be filed now, by this viewer, if nothing is missing."""
        return self.state == "assessing" and self.sight.withdrawn_at is None and self.sight.may(Action.POSITION_FILE)

    @property
    def found(self) -> int:
        """How many criteria have a finding."""
        return sum(1 for one in self.criteria if one.value)

    def missing(self, recommendation: str | None = None, summary: str = "") -> list[str]:
        """Everything that keeps the position from being filed, in words; without arguments, of the findings only."""
        needs = Assessment(
            criteria=tuple(one.title for one in self.criteria),
            found=frozenset(one.title for one in self.criteria if one.value),
            unreasoned=tuple(one.title for one in self.criteria if one.value and not one.reasons.strip()),
            stale=tuple(one.title for one in self.criteria if one.stale),
            recommendation=recommendation or "",
            summary=summary,
            conditions=len(self.conditions),
        )
        found = list(every_finding(needs))
        return found if recommendation is None else [*found, *a_recommendation(needs)]


def _criteria(seen: Sight) -> tuple[Criterion, ...]:
    model = catalogue.Criterion
    rows = db.session.execute(
        select(model, Finding, Person.name)
        .outerjoin(Finding, and_(Finding.criterion_id == model.id, Finding.desk_id == seen.desk_id))
        .outerjoin(Person, Person.id == Finding.author_id)
        .where(
            model.authority_id == seen.viewer.organisation_id,
            or_(model.current.is_(True), Finding.id.is_not(None)),
        )
        .order_by(model.position, model.number),
    )
    return tuple(_criterion(seen, row, finding, name) for row, finding, name in rows)


def _criterion(seen: Sight, row: catalogue.Criterion, finding: Finding | None, author: str | None) -> Criterion:
    return Criterion(
        id=row.id,
        code=row.code,
        title=row.title,
        question=row.question,
        joint=row.joint,
        positive=tuple(row.content.get("positive") or ()),
        negative=tuple(row.content.get("negative") or ()),
        source=row.content.get("source", ""),
        value=finding.value if finding else "",
        reasons=finding.reasons if finding else "",
        indicators=tuple(finding.indicators) if finding else (),
        author=author or "",
        updated_at=finding.updated_at if finding else None,
        stale=finding is not None and finding.application_version_id != seen.version_id,
        version=finding.version if finding else 0,
    )


FIELDS = (
    "id", "kind", "title", "text", "origin", "legal_basis", "metric", "comparator", "threshold", "currency", "window",
    "due_rule", "precedent_to_start", "version",
)  # fmt: skip


def _proposed(row: Any) -> Proposed:
    return Proposed(**{name: getattr(row, name) for name in FIELDS}, jurisdictions=tuple(row.jurisdictions or ()))


_COLUMNS = (*(getattr(ProposedCondition, name) for name in FIELDS), ProposedCondition.jurisdictions)


def _conditions(seen: Sight) -> tuple[Proposed, ...]:
    rows = db.session.execute(
        select(*_COLUMNS).where(ProposedCondition.desk_id == seen.desk_id).order_by(ProposedCondition.ordinal),
    )
    return tuple(_proposed(row) for row in rows)


def _limits(
    record: Mapping[str, Any],
    metrics: Mapping[str, Metric],
    conditions: tuple[Proposed, ...],
    place: tuple[str, str],
) -> tuple[FirmLimit, ...]:
    """The firm's limits for this desk's jurisdiction (`place`: jurisdiction and its currency)."""
    jurisdiction, currency = place
    taken = {condition.metric for condition in conditions}
    found = []
    plan = (record.get("sections") or {}).get("test_plan") or {}
    for number, limit in enumerate(plan.get("limits") or ()):
        metric = metrics.get(str(limit.get("metric")))
        try:
            threshold = Decimal(str(limit.get("threshold")))
        except InvalidOperation:
            continue
        if metric is None or not threshold.is_finite() or limit.get("jurisdiction") not in (jurisdiction, None, ""):
            continue
        money = metric.kind == "money"
        found.append(
            FirmLimit(
                number=number,
                metric=metric.code,
                title=metric.title,
                threshold=threshold,
                currency=(limit.get("currency") or currency) if money else None,
                jurisdiction=jurisdiction,
                taken=metric.code in taken,
            ),
        )
    return tuple(found)


def _position(seen: Sight) -> Filed | None:
    row = db.session.execute(
        select(
            Position.recommendation,
            Position.summary,
            Position.sha256,
            Position.filed_at,
            Position.record,
            Person.name.label("filed_by"),
        )
        .join(Person, Person.id == Position.filed_by)
        .where(Position.desk_id == seen.desk_id, Position.superseded_at.is_(None)),
    ).one_or_none()
    return Filed(**row._asdict()) if row is not None else None


def _frame(seen: Sight) -> Any:
    """The desk, its authority, the programme and the submitted version."""
    version = ApplicationVersion
    return db.session.execute(
        select(
            Desk.state,
            Desk.part,
            catalogue.Authority.code,
            catalogue.Authority.jurisdiction,
            catalogue.Programme.content,
            version.number,
            version.sha256,
            version.record,
        )
        .join(catalogue.Authority, catalogue.Authority.id == Desk.authority_id)
        .join(catalogue.Programme, catalogue.Programme.id == seen.programme_id)
        .join(version, version.id == seen.version_id)
        .where(Desk.id == seen.desk_id, visible(version.id, "version", seen.parties)),
    ).one_or_none()


def workbench(viewer: Actor, case_id: UUID) -> Workbench:
    """The viewer's own desk's assessment, in six statements. Raises NotFound for everybody else."""
    seen = sight(viewer, case_id, Action.ASSESSMENT_READ)
    row = _frame(seen)
    if row is None:
        raise NotFound("There is nothing here.")
    names = ("code", "title", "kind", "comparator")
    metrics = {
        one["code"]: Metric(**{name: one[name] for name in names}, unit=one.get("unit", ""))
        for one in row.content["metrics"]
    }
    currencies = {
        code: currency
        for code, currency in db.session.execute(
            select(catalogue.Jurisdiction.code, catalogue.Jurisdiction.currency)
            .where(catalogue.Jurisdiction.code.in_(row.content["jurisdictions"]))
            .order_by(catalogue.Jurisdiction.code),
        )
    }
    conditions = _conditions(seen)
    return Workbench(
        sight=seen,
        code=row.code,
        jurisdiction=row.jurisdiction,
        currencies=currencies,
        state=row.state,
        part=row.part,
        version=row.number,
        sha256=row.sha256,
        record=row.record,
        criteria=_criteria(seen),
        conditions=conditions,
        metrics=metrics,
        limits=_limits(row.record, metrics, conditions, (row.jurisdiction, currencies.get(row.jurisdiction, ""))),
        position=_position(seen),
    )


def proposed(viewer: Actor, case_id: UUID, condition_id: UUID) -> Proposed:
    """One condition that the viewer's own desk proposes. Raises NotFound."""
    seen = sight(viewer, case_id, Action.ASSESSMENT_READ)
    row = db.session.execute(
        select(*_COLUMNS).where(ProposedCondition.id == condition_id, ProposedCondition.desk_id == seen.desk_id),
    ).one_or_none()
    if row is None:
        raise NotFound("There is nothing here.")
    return _proposed(row)


__all__ = ["Criterion", "Filed", "FirmLimit", "Metric", "Proposed", "Workbench", "proposed", "workbench"]
