"""The library of standard paragraphs of an authority: kept by its coordinators, copied by its reviewers.

A changed text is a new version; the one before it is retired and stays, since findings name the version they used.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import BadInput, Conflict, NotFound
from sandbox.domain.policy import demand
from sandbox.extensions import db
from sandbox.models.assessments import Paragraph
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Criterion
from sandbox.services import trail
from sandbox.services.unit import add, get, use_case


def _entered(actor: Actor) -> Authority:
    """The actor's own authority, locked. Raises NotAllowed."""
    demand(actor, Action.PARAGRAPH_KEEP)
    if actor.organisation_id is None:
        raise NotFound("There is nothing here.")
    return get(Authority, actor.organisation_id, lock=True)


def _record(actor: Actor, row: Paragraph, froze: tuple[Paragraph, ...] = ()) -> None:
    detail = {"paragraph": row.title, "number": row.number, "retired": not froze}
    scope = trail.organisation_scope(actor.organisation_id)
    trail.record(scope, Action.PARAGRAPH_KEEP, actor, (), detail=detail, froze=froze)


def _own(actor: Actor, paragraph_id: UUID) -> Paragraph:
    """A paragraph of one's own authority. Raises NotFound, and Conflict when it is not the present version."""
    row = get(Paragraph, paragraph_id)
    if row.authority_id != actor.organisation_id:
        raise NotFound("There is nothing here.")
    if row.retired_at is not None:
        raise Conflict(current={"title": row.title, "text": row.text})
    return row


def _checked(authority: Authority, title: str, text: str, criterion: str | None) -> None:
    problems = {}
    if not title.strip():
        problems["title"] = "Give the paragraph a title."
    if not text.strip():
        problems["text"] = "Write the paragraph."
    known = select(Criterion.id).where(
        Criterion.authority_id == authority.id, Criterion.code == criterion, Criterion.current.is_(True)
    )
    if criterion and db.session.scalar(known) is None:
        problems["criterion"] = "Choose one of your authority’s criteria, or all of them."
    if problems:
        raise BadInput(problems)


@use_case
def keep_paragraph(
    actor: Actor, *, title: str, text: str, criterion: str | None = None, instead_of: UUID | None = None
) -> UUID:
    """Add a paragraph, or its next version `instead_of` the present one. Returns the id of the version.

    Raises NotAllowed, BadInput, Conflict when somebody else changed or retired it meanwhile.
    """
    authority = _entered(actor)
    _checked(authority, title, text, criterion)
    before = _own(actor, instead_of) if instead_of is not None else None
    if before is not None:
        before.retired_at = now()
    row = add(
        Paragraph(
            authority_id=authority.id,
            key=before.key if before else uuid4(),
            number=before.number + 1 if before else 1,
            title=title.strip(),
            text=text.strip(),
            criterion=criterion or None,
            written_by=actor.me,
            written_at=now(),
        ),
    )
    _record(actor, row, froze=(row,))
    return row.id


@use_case
def retire_paragraph(actor: Actor, paragraph_id: UUID) -> None:
    """Nobody can insert the paragraph any more; findings that used it keep its words."""
    _entered(actor)
    row = _own(actor, paragraph_id)
    row.retired_at = now()
    _record(actor, row)


__all__ = ["keep_paragraph", "retire_paragraph"]
