"""Carrying an application to the newest version of its programme's questions: the firm's own act, never done for it."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.carrying import carried
from sandbox.domain.errors import Conflict, NotNow
from sandbox.extensions import db
from sandbox.models.applications import Application, Section
from sandbox.models.base import now
from sandbox.models.catalogue import QuestionSet
from sandbox.services import questions
from sandbox.services.applications.working import answers_of, editable, matter_of
from sandbox.services.engine import act
from sandbox.services.unit import get, use_case


@use_case
def carry(actor: Actor, application_id: UUID, *, version: int) -> None:
    """Answer the newest questions from now on; `version` is the one that the page showed.

    Answers of the same path and kind stay, and nothing that was written is lost. What was submitted is read with the
    questions that it answered. Raises NotNow for an application that cannot be changed now or that has the newest
    questions already, Conflict when a newer version than that of the page counts by now.
    """
    application = get(Application, application_id, lock=True)
    newest = questions.newest(application.programme_id)
    before = get(QuestionSet, application.question_set_id)
    detail = {"application": str(application.id), "before": before.version, "after": newest.version}
    act(actor, Action.APPLICATION_CARRY, matter_of(application, detail=detail))
    if not editable(application_id):
        raise NotNow("This application has been submitted. It can be changed only when an authority asks for it.")
    if newest.version <= before.version:
        raise NotNow("This application has the newest questions already.")
    if newest.version != version:
        raise Conflict("There are newer questions than those that this page showed. Look at them first.")
    found = carried(questions.questions(before.id), questions.questions(newest.id), answers_of(application_id))
    rows = {
        row.code: row
        for row in db.session.scalars(select(Section).where(Section.application_id == application_id).with_for_update())
    }
    for code, answers in found.items():
        row = rows.get(code)
        if row is None:
            db.session.add(Section(application_id=application_id, code=code, answers=answers, updated_by=actor.me))
        elif row.answers != answers:
            row.answers, row.updated_at, row.updated_by = answers, now(), actor.me
    application.question_set_id = newest.id


__all__ = ["carry"]
