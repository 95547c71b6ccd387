"""The rows that the case page is made of. Each statement is built once for a set of parties, then only run."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Uuid,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
)

from sandbox.domain.actions import Action
from sandbox.domain.findings import DRAFT
from sandbox.domain.screening import COMPLETE
from sandbox.models.applications import ApplicationVersion
from sandbox.models.assessments import Divergence, Finding, Position, ProposedCondition
from sandbox.models.base import JsonText
from sandbox.models.catalogue import Authority, Criterion
from sandbox.models.decisions import Condition, Decision, JointNotice
from sandbox.models.desks import CompletenessLetter, Desk, DeskAssignment, Request, asked_since
from sandbox.models.trials import Trial
from sandbox.queries.access import visible
from sandbox.queries.desks.sight import Sight
from sandbox.queries.prepared import Prepared

Parties = frozenset[str]
CASE = bindparam("case", type_=Uuid())
OWN = bindparam("desk", type_=Uuid())
MINE = bindparam("authority", type_=Uuid())


@lru_cache(maxsize=128)
def _desks(parties: Parties) -> Prepared:
    issued = and_(
        Decision.issued_at.is_not(None), visible(type_coerce(Decision.edition_id, Uuid()), "edition", parties)
    )
    own = and_(bindparam("reads_own", type_=Boolean()), Desk.id == OWN)
    shown = and_(Decision.desk_id == Desk.id, or_(own, visible(Decision.id, "decision", parties), issued))
    admitted = exists().where(CompletenessLetter.desk_id == Desk.id, CompletenessLetter.outcome == COMPLETE)
    return Prepared(
        select(
            Desk.id,
            Desk.authority_id,
            Desk.state,
            Desk.part,
            Desk.required,
            Desk.routed_because,
            Desk.opened_at,
            Desk.turn,
            Desk.turn_since,
            Desk.due_on,
            Desk.due_kind,
            Desk.left_because,
            admitted.label("admitted"),
            asked_since().label("asked_since"),
            Authority.code,
            Authority.name,
            Authority.jurisdiction,
            Decision.id.label("decision_id"),
            Decision.action,
            Decision.number,
            Decision.state.label("decision"),
            Decision.signed_at,
        )
        .join(Authority, Authority.id == Desk.authority_id)
        .outerjoin(Decision, shown)
        .where(Desk.case_id == CASE)
        .order_by(Authority.code)
    )


def desk_rows(seen: Sight) -> list[Any]:
    """The desks, with what of their decisions this viewer may see."""
    values = {"case": seen.case_id, "desk": seen.desk_id, "reads_own": seen.may(Action.DECISION_READ)}
    return _desks(seen.parties).all(values)


@cache
def _conditions() -> Prepared:
    statement = select(
        Condition.decision_id,
        Condition.metric,
        Condition.comparator,
        Condition.threshold,
        Condition.currency,
        Condition.window,
        Condition.kind,
        Condition.title,
        Condition.text,
    ).where(Condition.case_id == CASE, Condition.decision_id.in_(bindparam("decisions", expanding=True)))
    return Prepared(statement)


def condition_rows(seen: Sight, decisions: list[UUID]) -> list[Any]:
    """What makes the conditions of these decisions the same or not."""
    return _conditions().all({"case": seen.case_id, "decisions": decisions})


@lru_cache(maxsize=128)
def _letters(parties: Parties) -> Prepared:
    return Prepared(
        select(
            CompletenessLetter.id,
            CompletenessLetter.outcome,
            CompletenessLetter.missing,
            CompletenessLetter.message,
            CompletenessLetter.written_at,
            CompletenessLetter.answered_at,
            Authority.code,
        )
        .join(Desk, Desk.id == CompletenessLetter.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(CompletenessLetter.case_id == CASE, visible(CompletenessLetter.id, "letter", parties))
        .order_by(CompletenessLetter.written_at.desc(), CompletenessLetter.id)
    )


def letter_rows(seen: Sight) -> list[Any]:
    """The letters that the viewer's parties may see, newest first."""
    return _letters(seen.parties).all({"case": seen.case_id})


def _waits(row: type[Finding] | type[ProposedCondition]) -> ColumnElement[bool]:
    """It does not count as it stands: what it rests on has changed, or somebody else has to redo it."""
    return or_(row.stale != literal([], JsonText), row.quarantined_at.is_not(None))


@lru_cache(maxsize=128)
def _numbers(parties: Parties) -> Prepared:
    shown = and_(Divergence.case_id == CASE, visible(Divergence.id, "divergence", parties))
    notice = (
        select(JointNotice.state)
        .where(JointNotice.case_id == CASE, visible(JointNotice.id, "notice", parties))
        .order_by(JointNotice.number.desc())
        .limit(1)
    )
    counted = {
        "criteria": (Criterion.authority_id == MINE, Criterion.current.is_(True)),
        "findings": (Finding.desk_id == OWN, Finding.value != DRAFT, ~_waits(Finding)),
        "again": (Finding.desk_id == OWN, _waits(Finding)),
        "conditions_again": (ProposedCondition.desk_id == OWN, _waits(ProposedCondition)),
        "assigned": (DeskAssignment.desk_id == OWN,),
        "filed": (Position.desk_id == OWN, Position.superseded_at.is_(None)),
        "before": (Position.desk_id == OWN, Position.superseded_at.is_not(None)),
        "divergences": (shown,),
        "open": (shown, Divergence.state == "open"),
        "answered": (Request.desk_id == OWN, Request.state == "answered"),
        "trial": (Trial.case_id == CASE,),
    }
    statement = select(
        *(select(func.count()).where(*where).scalar_subquery().label(name) for name, where in counted.items()),
        notice.scalar_subquery().label("notice"),
        notice.with_only_columns(JointNotice.edition_id).scalar_subquery().label("notice_edition"),
        ApplicationVersion.number,
        ApplicationVersion.submitted_at,
    ).where(ApplicationVersion.id == bindparam("version", type_=Uuid()))
    return Prepared(statement)


def numbers(seen: Sight) -> Any:
    """Numbers of the own desk, with the version, the notice and the trial, in one statement."""
    values = {
        "case": seen.case_id,
        "desk": seen.desk_id,
        "authority": seen.viewer.organisation_id,
        "version": seen.version_id,
    }
    return _numbers(seen.parties).one_or_none(values)


__all__ = ["condition_rows", "desk_rows", "letter_rows", "numbers"]
