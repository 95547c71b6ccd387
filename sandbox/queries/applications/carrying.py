"""What would change if an application were carried to the newest questions of its programme."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actors import Actor
from sandbox.domain.carrying import Difference, differences
from sandbox.domain.errors import NotFound
from sandbox.domain.questions import from_text
from sandbox.extensions import db
from sandbox.models.catalogue import QuestionSet
from sandbox.queries.applications.rows import Head
from sandbox.queries.applications.working import answers_of, head_of
from sandbox.queries.questions import CONTENT


@dataclass(frozen=True, slots=True)
class Carrying:
    """The newer version of the questions, and every question that differs."""

    head: Head
    version: int
    changes: tuple[Difference, ...]

    def of(self, what: str) -> tuple[Difference, ...]:
        """The differences of one sort: new, gone, other or changed."""
        return tuple(one for one in self.changes if one.what == what)


def carrying(viewer: Actor, application_id: UUID) -> Carrying:
    """The list that a person reads before carrying. Raises NotFound where there is nothing to carry to."""
    head = head_of(viewer, application_id)
    if not head.newer:
        raise NotFound("There is nothing here.")
    text = select(CONTENT).where(QuestionSet.programme_id == head.programme_id, QuestionSet.version == head.newest)
    newest = from_text(db.session.scalars(text).one())
    return Carrying(head, head.newest, differences(head.questions, newest, answers_of(application_id)))


__all__ = ["Carrying", "carrying"]
