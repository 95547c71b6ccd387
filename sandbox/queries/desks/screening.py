"""The checklist of the own desk: what the authority looks for, and what the screener found.

Rule: a desk's own, read by nobody else. The letter that follows from it is the firm's too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from sandbox.domain.questions import Question, from_text
from sandbox.domain.screening import MET, MISSING, Missing, missing
from sandbox.domain.sections import asked_in
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.catalogue import Authority, QuestionSet
from sandbox.models.desks import ScreeningCheck
from sandbox.models.people import Person
from sandbox.queries.desks.sight import Sight
from sandbox.queries.questions import CONTENT

SCREENING = ("screening", "incomplete")


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the list. `result` is None while nobody has looked; `number` is the version that was looked at."""

    code: str
    question: str
    concerns: Missing
    source: str
    sure: str
    result: str | None
    note: str
    by: str | None
    at: datetime | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Screening:
    """The list as it stands, and what the firm was asked: title of a section, its questions."""

    items: tuple[Item, ...]
    asked: tuple[tuple[str, tuple[Question, ...]], ...] = ()

    @property
    def met(self) -> int:
        """How many items are met."""
        return sum(item.result == MET for item in self.items)

    @property
    def missing(self) -> tuple[Item, ...]:
        """The items that are marked missing."""
        return tuple(item for item in self.items if item.result == MISSING)

    @property
    def open(self) -> int:
        """How many items nobody has looked at."""
        return sum(item.result is None for item in self.items)


def screening(seen: Sight) -> Screening:
    """The list of the viewer's own desk, in two statements. The caller has asked whether the viewer may."""
    rows = {
        row.item: row
        for row in db.session.execute(
            select(
                ScreeningCheck.item,
                ScreeningCheck.result,
                ScreeningCheck.note,
                ScreeningCheck.checked_at,
                Person.name,
                ApplicationVersion.number,
            )
            .join(Person, Person.id == ScreeningCheck.checked_by)
            .join(ApplicationVersion, ApplicationVersion.id == ScreeningCheck.application_version_id)
            .where(ScreeningCheck.desk_id == seen.desk_id),
        )
    }
    content, text, record = db.session.execute(
        select(Authority.content, CONTENT, ApplicationVersion.record)
        .select_from(Authority)
        .join(ApplicationVersion, ApplicationVersion.id == seen.version_id)
        .join(QuestionSet, QuestionSet.id == ApplicationVersion.question_set_id)
        .where(Authority.id == seen.viewer.organisation_id),
    ).one()
    questions = from_text(text)
    items = []
    for item in content.get("checklist") or ():
        row = rows.get(item["code"])
        items.append(
            Item(
                code=item["code"],
                question=item["question"],
                concerns=missing(item["question"], item["fields"], questions),
                source=item["source"],
                sure=item["sure"],
                result=row.result if row else None,
                note=row.note if row else "",
                by=row.name if row else None,
                at=row.checked_at if row else None,
                number=row.number if row else None,
            ),
        )
    every = asked_in(record, questions).asked(record["sections"])
    return Screening(tuple(items), tuple((questions.titles[code], every[code]) for code in every))


__all__ = ["SCREENING", "Item", "Screening", "screening"]
