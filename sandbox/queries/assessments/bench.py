"""The own desk's workbench: criteria with their findings, proposed conditions, and what is missing to file.

Rule: this is the desk's own view and nobody else's, before the opening and after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.dossier import Place, Vocabulary
from sandbox.domain.errors import NotFound
from sandbox.domain.findings import RELIES
from sandbox.domain.needs import Assessment, a_recommendation, a_review, every_finding
from sandbox.domain.questions import from_text
from sandbox.domain.reliance import STANDING
from sandbox.domain.sections import asked_in
from sandbox.extensions import db
from sandbox.models import catalogue
from sandbox.models.applications import ApplicationVersion
from sandbox.models.assessments import AssessmentReview, Finding, Position
from sandbox.models.base import now
from sandbox.models.desks import Desk
from sandbox.models.people import Person
from sandbox.queries.access import visible
from sandbox.queries.assessments.conditions import FirmLimit, Metric, Proposed, conditions_of, limits_of
from sandbox.queries.desks.sight import Sight, sight
from sandbox.queries.questions import CONTENT

REDONE_IN = ("deliberating", "procedure")


@dataclass(frozen=True, slots=True)
class Partner:
    """An authority on whose finding a criterion can rest, as the standing equivalence says."""

    id: UUID
    code: str
    name: str
    relation: str
    reason: str


@dataclass(frozen=True, slots=True)
class Review:
    """The last quality review of the assessment. `stands`: it covers the findings and conditions as they are."""

    outcome: str
    remarks: str
    by: str
    at: datetime
    stands: bool


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of the authority, and what the desk found on it so far (`value` empty: nothing yet, or a draft).

    `stale` are the paths that changed under it since the version of the dossier that it rests on (`version_id`).
    """

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
    evidence: tuple[dict[str, Any], ...]
    standards: tuple[str, ...]
    paragraphs: tuple[str, ...]
    relies_on: UUID | None
    partners: tuple[Partner, ...]
    author: str
    updated_at: datetime | None
    confirmed_by: str
    confirmed_at: datetime | None
    finding_id: UUID | None
    version_id: UUID | None
    stale: tuple[str, ...]
    quarantined: bool
    version: int

    @property
    def partner(self) -> Partner | None:
        """The authority that the finding relies on, as long as the equivalence stands."""
        return next((one for one in self.partners if one.id == self.relies_on), None)


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
    vocabulary: Vocabulary
    criteria: tuple[Criterion, ...]
    conditions: tuple[Proposed, ...]
    metrics: dict[str, Metric]
    limits: tuple[FirmLimit, ...]
    position: Filed | None
    before: Filed | None  # what was filed on an earlier version, and waits to be confirmed or written anew
    review_required: bool
    review: Review | None

    @property
    def writable(self) -> bool:
        """Findings and conditions can be written now, by this viewer."""
        return self.state == "assessing" and self.sight.withdrawn_at is None and self.sight.may(Action.FINDING_RECORD)

    @property
    def may_advise(self) -> bool:
        """The viewer can write their own input now, as a specialist."""
        return self.state == "assessing" and self.sight.withdrawn_at is None and self.sight.may(Action.INPUT_WRITE)

    def open_to_change(self, one: Criterion | Proposed) -> bool:
        """This one can be written now by this viewer: also after filing, where somebody's work has to be redone."""
        redo = one.quarantined and self.state in REDONE_IN and self.sight.may(Action.FINDING_RECORD)
        return self.writable or (redo and self.sight.withdrawn_at is None)

    @property
    def may_review(self) -> bool:
        """The viewer can be the second person that looks at the assessment now."""
        asked = self.review_required and self.state == "assessing" and self.sight.withdrawn_at is None
        return asked and self.sight.may(Action.ASSESSMENT_REVIEW)

    @property
    def covers(self) -> list[str]:
        """The findings and conditions in their versions: what a review made now would cover."""
        found = [f"{one.finding_id}:{one.version}" for one in self.criteria if one.finding_id]
        return sorted([*found, *(f"{one.id}:{one.version}" for one in self.conditions)])

    @property
    def unreviewed(self) -> bool:
        """A review is asked for, and none approves what is there now."""
        return self.review_required and (
            self.review is None or self.review.outcome != "approved" or not self.review.stands
        )

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
            stale_conditions=tuple(one.title for one in self.conditions if one.stale),
            unfounded=tuple(one.title for one in self.criteria if one.value == RELIES and one.partner is None),
            quarantined=(
                *(one.title for one in self.criteria if one.quarantined),
                *(one.title for one in self.conditions if one.quarantined),
            ),
            recommendation=recommendation or "",
            summary=summary,
            conditions=len(self.conditions),
            unreviewed=self.unreviewed,
        )
        found = [*every_finding(needs), *a_review(needs)]
        return found if recommendation is None else [*found, *a_recommendation(needs)]


def _partners(seen: Sight) -> dict[str, list[Partner]]:
    """The standing equivalences of the own authority, by the code of its criterion."""
    model, today = catalogue.Equivalence, now().date()
    rows = db.session.execute(
        select(
            model.from_criterion,
            model.relation,
            model.reason,
            catalogue.Authority.id,
            catalogue.Authority.code,
            catalogue.Authority.name,
        )
        .join(catalogue.Authority, catalogue.Authority.id == model.to_authority_id)
        .where(
            model.from_authority_id == seen.viewer.organisation_id,
            model.relation.in_(sorted(STANDING)),
            model.valid_from <= today,
            or_(model.valid_until.is_(None), model.valid_until >= today),
        )
        .order_by(catalogue.Authority.code, model.valid_from),
    )
    found: dict[str, list[Partner]] = {}
    for row in rows:
        found.setdefault(row.from_criterion, []).append(Partner(row.id, row.code, row.name, row.relation, row.reason))
    return found


def _criteria(seen: Sight) -> tuple[Criterion, ...]:
    model, confirmer = catalogue.Criterion, aliased(Person)
    rows = db.session.execute(
        select(model, Finding, Person.name, confirmer.name)
        .outerjoin(Finding, and_(Finding.criterion_id == model.id, Finding.desk_id == seen.desk_id))
        .outerjoin(Person, Person.id == Finding.author_id)
        .outerjoin(confirmer, confirmer.id == Finding.confirmed_by)
        .where(
            model.authority_id == seen.viewer.organisation_id,
            or_(model.current.is_(True), Finding.id.is_not(None)),
        )
        .order_by(model.position, model.number),
    ).all()
    partners = _partners(seen)
    return tuple(
        _criterion(row, finding, (author or "", confirmed or ""), tuple(partners.get(row.code, ())))
        for row, finding, author, confirmed in rows
    )


def _criterion(
    row: catalogue.Criterion, finding: Finding | None, names: tuple[str, str], partners: tuple[Partner, ...]
) -> Criterion:
    found = finding or Finding(
        value="", reasons="", indicators=[], evidence=[], standards=[], paragraphs=[], stale=[], version=0
    )
    return Criterion(
        id=row.id,
        code=row.code,
        title=row.title,
        question=row.question,
        joint=row.joint,
        positive=tuple(row.content.get("positive") or ()),
        negative=tuple(row.content.get("negative") or ()),
        source=row.content.get("source", ""),
        value=found.value,
        reasons=found.reasons,
        indicators=tuple(found.indicators),
        evidence=tuple(found.evidence),
        standards=tuple(found.standards),
        paragraphs=tuple(found.paragraphs),
        relies_on=found.relies_on_id,
        partners=partners,
        author=names[0],
        updated_at=found.updated_at,
        confirmed_by=names[1],
        confirmed_at=found.confirmed_at,
        finding_id=found.id,
        version_id=found.application_version_id,
        stale=tuple(found.stale),
        quarantined=found.quarantined_at is not None,
        version=found.version,
    )


def _last_position(seen: Sight) -> tuple[Filed | None, Filed | None]:
    """The position that stands; or the last one, where nothing stands since it was superseded."""
    row = db.session.execute(
        select(
            Position.recommendation,
            Position.summary,
            Position.sha256,
            Position.filed_at,
            Position.record,
            Person.name.label("filed_by"),
            Position.superseded_at,
        )
        .join(Person, Person.id == Position.filed_by)
        .where(Position.desk_id == seen.desk_id)
        .order_by(Position.superseded_at.is_not(None), Position.filed_at.desc())
        .limit(1),
    ).one_or_none()
    if row is None:
        return None, None
    filed = Filed(row.recommendation, row.summary, row.sha256, row.filed_at, row.filed_by, row.record)
    return (filed, None) if row.superseded_at is None else (None, filed)


def _review(seen: Sight, covers: list[str]) -> Review | None:
    row = db.session.execute(
        select(AssessmentReview, Person.name)
        .join(Person, Person.id == AssessmentReview.reviewed_by)
        .where(AssessmentReview.desk_id == seen.desk_id)
        .order_by(AssessmentReview.reviewed_at.desc())
        .limit(1),
    ).one_or_none()
    if row is None:
        return None
    last, name = row
    return Review(last.outcome, last.remarks, name, last.reviewed_at, last.covers == covers)


def _frame(seen: Sight) -> Any:
    """The desk, its authority, the programme and the submitted version."""
    version = ApplicationVersion
    return db.session.execute(
        select(
            Desk.state,
            Desk.part,
            catalogue.Authority.code,
            catalogue.Authority.jurisdiction,
            catalogue.Authority.quality_review,
            catalogue.Programme.content,
            version.number,
            version.sha256,
            version.record,
            CONTENT.label("questions"),
        )
        .join(catalogue.Authority, catalogue.Authority.id == Desk.authority_id)
        .join(catalogue.Programme, catalogue.Programme.id == seen.programme_id)
        .join(version, version.id == seen.version_id)
        .join(catalogue.QuestionSet, catalogue.QuestionSet.id == version.question_set_id)
        .where(Desk.id == seen.desk_id, visible(version.id, "version", seen.parties)),
    ).one_or_none()


def workbench(viewer: Actor, case_id: UUID) -> Workbench:
    """The viewer's own desk's assessment, in seven statements (with a review eight). Raises NotFound for all others."""
    seen = sight(viewer, case_id, Action.ASSESSMENT_READ)
    row = _frame(seen)
    if row is None:
        raise NotFound("There is nothing here.")
    names = ("code", "title", "kind", "comparator")
    metrics = {
        one["code"]: Metric(**{name: one[name] for name in names}, unit=one.get("unit", ""))
        for one in row.content["metrics"]
    }
    jurisdiction = catalogue.Jurisdiction
    known = {
        row.code: Place(*row)
        for row in db.session.execute(
            select(jurisdiction.code, jurisdiction.name, jurisdiction.currency)
            .where(jurisdiction.code.in_(row.content["jurisdictions"]))
            .order_by(jurisdiction.code),
        )
    }
    currencies = {code: place.currency for code, place in known.items()}
    places = {code: known[code] for code in row.content["jurisdictions"] if code in known}
    conditions = conditions_of(seen)
    standing, before = _last_position(seen)
    found = Workbench(
        sight=seen,
        code=row.code,
        jurisdiction=row.jurisdiction,
        currencies=currencies,
        state=row.state,
        part=row.part,
        version=row.number,
        sha256=row.sha256,
        record=row.record,
        vocabulary=Vocabulary(row.content, places, asked_in(row.record, from_text(row.questions))),
        criteria=_criteria(seen),
        conditions=conditions,
        metrics=metrics,
        limits=limits_of(row.record, metrics, conditions, (row.jurisdiction, currencies.get(row.jurisdiction, ""))),
        position=standing,
        before=before,
        review_required=row.quality_review,
        review=None,
    )
    return replace(found, review=_review(seen, found.covers)) if row.quality_review else found


__all__ = ["Criterion", "Filed", "Partner", "Review", "Workbench", "workbench"]
