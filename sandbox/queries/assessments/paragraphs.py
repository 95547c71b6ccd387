"""The library of standard paragraphs of the viewer's own authority. No case is named here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotFound
from sandbox.domain.policy import demand
from sandbox.extensions import db
from sandbox.models.assessments import Paragraph
from sandbox.models.catalogue import Criterion
from sandbox.models.people import Person


@dataclass(frozen=True, slots=True)
class StandardParagraph:
    """One version of a paragraph. `criterion` None: it serves all criteria."""

    id: UUID
    number: int
    title: str
    text: str
    criterion: str | None
    by: str
    at: datetime
    retired: bool


@dataclass(frozen=True, slots=True)
class Library:
    """The paragraphs of an authority; `criteria` are its current ones, code → title."""

    rows: tuple[StandardParagraph, ...]
    criteria: dict[str, str]


def _rows(viewer: Actor, *more: object) -> tuple[StandardParagraph, ...]:
    model = Paragraph
    rows = db.session.execute(
        select(model, Person.name)
        .join(Person, Person.id == model.written_by)
        .where(model.authority_id == viewer.organisation_id, *more)  # type: ignore[arg-type]
        .order_by(model.title, model.number.desc(), model.id),
    )
    return tuple(
        StandardParagraph(
            row.id, row.number, row.title, row.text, row.criterion, name, row.written_at, row.retired_at is not None
        )
        for row, name in rows
    )


def library(viewer: Actor) -> Library:
    """The paragraphs that can be inserted now, in two statements. Raises NotAllowed."""
    demand(viewer, Action.PARAGRAPH_READ)
    criteria = db.session.execute(
        select(Criterion.code, Criterion.title)
        .where(Criterion.authority_id == viewer.organisation_id, Criterion.current.is_(True))
        .order_by(Criterion.position),
    )
    return Library(_rows(viewer, Paragraph.retired_at.is_(None)), {code: title for code, title in criteria})


def paragraph(viewer: Actor, paragraph_id: UUID) -> StandardParagraph:
    """One version of a paragraph of the own authority, retired or not. Raises NotFound, NotAllowed."""
    demand(viewer, Action.PARAGRAPH_READ)
    found = _rows(viewer, Paragraph.id == paragraph_id)
    if not found:
        raise NotFound("There is nothing here.")
    return found[0]


__all__ = ["Library", "StandardParagraph", "library", "paragraph"]
