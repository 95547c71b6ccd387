"""The question sets that are stored: the one of an application, of a submitted version, and the newest."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Text, select, type_coerce

from sandbox.domain.dossier import Place, Vocabulary
from sandbox.domain.errors import NotNow
from sandbox.domain.questions import QuestionSet as Questions
from sandbox.domain.questions import from_text
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.base import now
from sandbox.models.catalogue import Jurisdiction, Programme, QuestionSet

CONTENT = type_coerce(QuestionSet.content, Text).label("questions")


def questions(question_set_id: UUID) -> Questions:
    """The questions of one stored version. Raises NoResultFound."""
    return from_text(db.session.scalars(select(CONTENT).where(QuestionSet.id == question_set_id)).one())


def of_version(version_id: UUID) -> Questions:
    """The questions that a submitted version answers, with all overlays."""
    found = select(CONTENT).join(ApplicationVersion, ApplicationVersion.question_set_id == QuestionSet.id)
    return from_text(db.session.scalars(found.where(ApplicationVersion.id == version_id)).one())


def vocabulary(question_set_id: UUID) -> Vocabulary:
    """The words of the programme of a question set, with its questions."""
    content = db.session.scalars(
        select(Programme.content)
        .join(QuestionSet, QuestionSet.programme_id == Programme.id)
        .where(QuestionSet.id == question_set_id),
    ).one()
    rows = db.session.execute(select(Jurisdiction.code, Jurisdiction.name, Jurisdiction.currency))
    found = {row.code: Place(*row) for row in rows}
    places = {code: found[code] for code in content["jurisdictions"] if code in found}
    return Vocabulary(content, places, questions(question_set_id))


def newest(programme_id: UUID) -> QuestionSet:
    """The version that an application begins with today. Raises NotNow for a programme that asks nothing yet."""
    found = db.session.scalar(
        select(QuestionSet)
        .where(QuestionSet.programme_id == programme_id, QuestionSet.valid_from <= now().date())
        .order_by(QuestionSet.version.desc())
        .limit(1),
    )
    if found is None:
        raise NotNow("This programme does not take applications yet.")
    return found


__all__ = ["newest", "of_version", "questions", "vocabulary"]
