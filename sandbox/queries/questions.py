"""The question sets that are stored, as a statement reads them, and the words of a programme with its questions.

Reference data: no party is asked. Whoever may read a dossier has been asked before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Text, select, type_coerce

from sandbox.domain.dossier import NO_QUESTIONS, Place, Vocabulary
from sandbox.domain.questions import QuestionSet as Questions
from sandbox.domain.questions import from_text
from sandbox.domain.sections import asked_in
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.catalogue import Jurisdiction, Programme, QuestionSet

# As text: `domain.questions.from_text` reads each version once in a process.
CONTENT = type_coerce(QuestionSet.content, Text).label("questions")


def of_version(version_id: UUID) -> Questions:
    """The questions that a submitted version answers, with all overlays: what its paths are called."""
    found = select(CONTENT).join(ApplicationVersion, ApplicationVersion.question_set_id == QuestionSet.id)
    return from_text(db.session.scalars(found.where(ApplicationVersion.id == version_id)).one())


def vocabulary_of_content(content: Mapping[str, Any], questions: Questions = NO_QUESTIONS) -> Vocabulary:
    """The words of a programme from its record, with the names of its jurisdictions, and questions where given."""
    known = content.get("places")  # loading puts them there; a record from before has their codes only
    if known is None:
        codes = list(content.get("jurisdictions") or ())
        rows = db.session.execute(
            select(Jurisdiction.code, Jurisdiction.name, Jurisdiction.currency).where(Jurisdiction.code.in_(codes)),
        )
        found = {row.code: Place(*row) for row in rows}
        return Vocabulary(content, {code: found[code] for code in codes if code in found}, questions)
    return Vocabulary(
        content, {row["code"]: Place(row["code"], row["name"], row["currency"]) for row in known}, questions
    )


def vocabulary_of(programme_id: UUID) -> Vocabulary:
    """The words of a programme without questions, for pages that show no dossier."""
    content = db.session.execute(select(Programme.content).where(Programme.id == programme_id)).scalar_one()
    return vocabulary_of_content(content)


def vocabulary_of_version(version_id: UUID) -> Vocabulary:
    """The words of a programme with the questions as they were asked for a submitted version."""
    row = db.session.execute(
        select(Programme.content, CONTENT.label("questions"), ApplicationVersion.record)
        .join(QuestionSet, QuestionSet.id == ApplicationVersion.question_set_id)
        .join(Programme, Programme.id == QuestionSet.programme_id)
        .where(ApplicationVersion.id == version_id),
    ).one()
    return vocabulary_of_content(row.content, asked_in(row.record, from_text(row.questions)))


__all__ = ["CONTENT", "of_version", "vocabulary_of", "vocabulary_of_content", "vocabulary_of_version"]
