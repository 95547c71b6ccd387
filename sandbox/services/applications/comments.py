"""Comments between colleagues on the working copy: of the firm, never of a desk, in no version and no search."""

from __future__ import annotations

from uuid import UUID

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import BadInput, NotFound, NotNow
from sandbox.models.applications import ApplicationComment
from sandbox.models.base import now
from sandbox.services import questions
from sandbox.services.applications.working import matter_of, own
from sandbox.services.engine import record
from sandbox.services.unit import add, get, use_case

LONGEST = 4000  # characters


@use_case
def comment(actor: Actor, application_id: UUID, *, section: str, text: str) -> UUID:
    """Write a comment on a section (its code), or on the whole (an empty one). Returns its id. Raises BadInput."""
    application = own(actor, Action.COMMENT_WRITE, application_id)
    problems = {}
    if section and section not in questions.questions(application.question_set_id).titles:
        problems["section"] = "Choose a section of this application."
    if not text.strip():
        problems["text"] = "Write the comment."
    elif len(text.strip()) > LONGEST:
        problems["text"] = f"Shorten it to {LONGEST} characters."
    if problems:
        raise BadInput(problems)
    row = add(
        ApplicationComment(application_id=application.id, section=section, text=text.strip(), written_by=actor.me)
    )
    detail = {"application": str(application.id), "section": section}
    record(actor, Action.COMMENT_WRITE, matter_of(application, detail=detail))
    return row.id


@use_case
def settle(actor: Actor, application_id: UUID, comment_id: UUID) -> None:
    """Mark a comment as settled; it stays readable. Raises NotFound, NotNow when it is settled already."""
    application = own(actor, Action.COMMENT_SETTLE, application_id)
    row = get(ApplicationComment, comment_id, lock=True)
    if row.application_id != application.id:
        raise NotFound("There is nothing here.")
    if row.settled_at is not None:
        raise NotNow("It is settled already.")
    row.settled_at, row.settled_by = now(), actor.me
    detail = {"application": str(application.id), "section": row.section}
    record(actor, Action.COMMENT_SETTLE, matter_of(application, detail=detail))


__all__ = ["comment", "settle"]
