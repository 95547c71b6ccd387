"""Quality review inside the desk: where the authority asks for it, a second person looks before filing."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import BadInput, Conflict, NotNow
from sandbox.extensions import db
from sandbox.models.assessments import REVIEW_OUTCOMES, AssessmentReview, Finding, ProposedCondition
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Desk
from sandbox.services import desks
from sandbox.services.assessments.common import assessing, own_matter
from sandbox.services.engine import Matter, authorise, record, tell
from sandbox.services.unit import add, get, use_case


def covered(desk_id: UUID) -> list[str]:
    """The findings and conditions of a desk in their versions: what a review covers."""
    found = []
    for model in (Finding, ProposedCondition):
        rows = db.session.execute(select(model.id, model.version).where(model.desk_id == desk_id))
        found += [f"{key}:{version}" for key, version in rows]
    return sorted(found)


@use_case
def review(actor: Actor, desk_id: UUID, *, outcome: str, remarks: str = "", covers: str | None = None) -> UUID:
    """Approve the desk's assessment, or send it back with remarks. Who took part in it cannot review it.

    Who reviewed it never signs for the desk. `covers` is the hash of what the page showed (None: what there is now).
    Raises NotNow where the authority asks for no review, Conflict when the assessment has changed since.
    """
    desk, case, code = desks.load(desk_id)
    matter = own_matter(desk, case, code, detail={"outcome": outcome})
    authorise(actor, Action.ASSESSMENT_REVIEW, matter)
    if not get(Authority, desk.authority_id).quality_review:
        raise NotNow("Your authority asks for no quality review.")
    assessing(desk)
    if outcome not in REVIEW_OUTCOMES:
        raise BadInput({"outcome": "Approve the assessment, or send it back."})
    if outcome == "returned" and not remarks.strip():
        raise BadInput({"remarks": "Say what has to be done."})
    present = covered(desk_id)
    if covers is not None and covers != record_hash(present):
        raise Conflict("The assessment has changed since this page was shown. Look at it again.")
    row = add(
        AssessmentReview(
            desk_id=desk_id,
            outcome=outcome,
            remarks=remarks.strip(),
            covers=present,
            reviewed_by=actor.me,
            reviewed_at=now(),
        ),
    )
    record(actor, Action.ASSESSMENT_REVIEW, Matter(case.id, matter.audience, detail=matter.detail, froze=(row,)))
    tell(actor, Action.ASSESSMENT_REVIEW, matter, ("desk",))
    return row.id


def lacks_review(desk: Desk) -> bool:
    """The authority asks for a review, and none approves the findings and conditions as they are."""
    if not get(Authority, desk.authority_id).quality_review:
        return False
    last = db.session.scalars(
        select(AssessmentReview)
        .where(AssessmentReview.desk_id == desk.id)
        .order_by(AssessmentReview.reviewed_at.desc())
        .limit(1),
    ).one_or_none()
    return last is None or last.outcome != "approved" or last.covers != covered(desk.id)


__all__ = ["covered", "lacks_review", "review"]
