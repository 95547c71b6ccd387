"""What somebody did on a desk, asked of the rows that say so: the bars of the grants table (separation of duties)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, exists, false, or_

from sandbox.domain.policy import Bar
from sandbox.models.assessments import AssessmentReview, Assessor
from sandbox.models.decisions import DecisionPreparer, Edition, Signature


def taken(desk_id: Any, case_id: Any, person_id: Any) -> dict[Bar, ColumnElement[bool]]:
    """Bar → a condition: it stands for this person on this desk of the case. Columns, parameters or values.

    A void signature counts: it was made. PREPARED is a fact about one report; its use case asks for it.
    """
    made = (Signature.edition_id == Edition.id, Edition.case_id == case_id, Signature.person_id == person_id)
    return {
        Bar.ASSESSED: _of(Assessor, Assessor.desk_id == desk_id, Assessor.person_id == person_id),
        Bar.REVIEWED: _of(
            AssessmentReview, AssessmentReview.desk_id == desk_id, AssessmentReview.reviewed_by == person_id
        ),
        Bar.DRAFTED: _of(
            DecisionPreparer, DecisionPreparer.desk_id == desk_id, DecisionPreparer.person_id == person_id
        ),
        Bar.SIGNED: exists().where(*made).correlate_except(Signature, Edition),
    }


def any_of(bars: Iterable[Bar], duties: Mapping[Bar, ColumnElement[bool]]) -> ColumnElement[bool]:
    """A condition: one of these bars stands."""
    return or_(false(), *(duties[bar] for bar in sorted(bars) if bar in duties))


def _of(table: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(*conditions).correlate_except(table)


__all__ = ["any_of", "taken"]
