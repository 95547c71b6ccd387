"""Views and consents of desks that do not decide, as one reader of the case may see them.

Rule: an answer is read through its audience, in SQL; what was superseded, only its own desk still reads.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select

from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Desk, DeskAnswer
from sandbox.queries.access import visible
from sandbox.queries.desks.sight import Sight


@dataclass(frozen=True, slots=True)
class Answer:
    """A view or a consent. `number` is the version of the application that it rests on."""

    id: UUID
    code: str
    name: str
    outcome: str
    reasons: str
    conditions: str
    number: int
    given_at: datetime
    superseded_at: datetime | None
    mine: bool
    stale: bool


def answers(seen: Sight) -> tuple[Answer, ...]:
    """The answers that the viewer's parties may see, newest first, in one statement."""
    rows = db.session.execute(
        select(
            DeskAnswer.id,
            Authority.code,
            Authority.name,
            DeskAnswer.outcome,
            DeskAnswer.reasons,
            DeskAnswer.conditions,
            ApplicationVersion.number,
            DeskAnswer.given_at,
            DeskAnswer.superseded_at,
            (DeskAnswer.desk_id == seen.desk_id).label("mine"),
            (DeskAnswer.application_version_id != seen.version_id).label("stale"),
        )
        .join(Desk, Desk.id == DeskAnswer.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .join(ApplicationVersion, ApplicationVersion.id == DeskAnswer.application_version_id)
        .where(
            DeskAnswer.case_id == seen.case_id,
            visible(DeskAnswer.id, "answer", seen.parties),
            or_(DeskAnswer.superseded_at.is_(None), DeskAnswer.desk_id == seen.desk_id),
        )
        .order_by(DeskAnswer.given_at.desc(), DeskAnswer.id),
    )
    return tuple(Answer(**row._asdict()) for row in rows)


__all__ = ["Answer", "answers"]
