"""What colleagues said about an application, for people of its firm and its counsel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from sandbox.domain.actors import Actor
from sandbox.extensions import db
from sandbox.models.applications import ApplicationComment
from sandbox.models.people import Person
from sandbox.queries.applications.rows import Head
from sandbox.queries.applications.working import head_of

MOST = 200


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One comment. `section`: the title of its section; None: about the whole application."""

    id: UUID
    code: str
    section: str | None
    text: str
    by: str
    at: datetime
    settled_at: datetime | None
    settled_by: str | None


@dataclass(frozen=True, slots=True)
class Comments:
    """The comments of an application, open ones before settled ones, the newest first; of each section on request.

    `more`: there are older ones than those that are shown.
    """

    head: Head
    sections: dict[str, str]
    rows: tuple[CommentRow, ...]
    more: bool


def comments(viewer: Actor, application_id: UUID, *, section: str | None = None) -> Comments:
    """The comments of an application of the viewer's firm, all or those of one section. Raises NotFound."""
    head = head_of(viewer, application_id)
    titles = head.questions.titles
    settler = aliased(Person)
    statement = (
        select(
            ApplicationComment.id,
            ApplicationComment.section.label("code"),
            ApplicationComment.text,
            Person.name.label("by"),
            ApplicationComment.written_at.label("at"),
            ApplicationComment.settled_at,
            settler.name.label("settled_by"),
        )
        .join(Person, Person.id == ApplicationComment.written_by)
        .outerjoin(settler, settler.id == ApplicationComment.settled_by)
        .where(ApplicationComment.application_id == head.id)
        .order_by(
            ApplicationComment.settled_at.is_not(None), ApplicationComment.written_at.desc(), ApplicationComment.id
        )
    )
    if section is not None:
        statement = statement.where(ApplicationComment.section == section)
    rows = db.session.execute(statement.limit(MOST + 1)).all()
    shown = tuple(CommentRow(**row._asdict(), section=titles.get(row.code)) for row in rows[:MOST])
    return Comments(head, titles, shown, len(rows) > MOST)


__all__ = ["CommentRow", "Comments", "comments"]
