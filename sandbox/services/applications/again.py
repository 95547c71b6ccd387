"""Applying again after a case that came to nothing: the answers are copied, the new application names the old one.

Rule: the programme may ask a firm to wait (`cooling_off_days`); the day is said before it is refused. Nothing of the
old case but the firm's own answers and files goes along: notes, positions and requests stay where they are.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.carrying import carried, without_declarations
from sandbox.domain.errors import NotNow
from sandbox.extensions import db
from sandbox.models.applications import Application, DossierDocument, Section
from sandbox.models.base import now
from sandbox.models.catalogue import Programme
from sandbox.models.decisions import came_to_nothing
from sandbox.models.desks import Case, Desk
from sandbox.services import questions
from sandbox.services.applications.twins import refuse_twin
from sandbox.services.applications.working import answers_of, matter_of
from sandbox.services.engine import act
from sandbox.services.unit import add, get, use_case


def ended_at(case: Case) -> datetime | None:
    """When the case came to nothing: withdrawn, or every deciding desk is done and none approved. None: it has not."""
    if case.withdrawn_at is not None:
        return case.withdrawn_at
    if not db.session.scalar(select(came_to_nothing()).where(Case.id == case.id)):
        return None
    return db.session.scalar(select(func.max(Desk.turn_since)).where(Desk.case_id == case.id))


def _old_case(application: Application) -> Case | None:
    return db.session.scalar(select(Case).where(Case.application_id == application.follows_id))


def free_from(application: Application) -> date | None:
    """The day from which an application that follows an earlier one can be submitted; None: at once."""
    old = _old_case(application) if application.follows_id else None
    ended = ended_at(old) if old is not None else None
    days = int(get(Programme, application.programme_id).content.get("cooling_off_days", 0))
    return ended.date() + timedelta(days=days) if ended is not None and days else None


def cooling(application: Application) -> list[str]:
    """What is said against submitting before the programme's waiting time is over."""
    day = free_from(application)
    if day is None or now().date() >= day:
        return []
    return [f"You can submit this application from {day.day} {day:%B %Y}: the programme asks firms to wait."]


@use_case
def start_again(actor: Actor, application_id: UUID) -> UUID:
    """Copy an application that was withdrawn or refused into a new draft. Declarations are made anew.

    Returns the id of the new application. Raises NotFound, NotAllowed, NotNow, AlreadyThere.
    """
    old = get(Application, application_id)
    matter = matter_of(old, detail={"application": str(old.id)})
    act(actor, Action.APPLICATION_START_AGAIN, matter)
    case = db.session.scalar(select(Case).where(Case.application_id == old.id))
    if case is None or ended_at(case) is None:
        raise NotNow("You can apply again once your application was withdrawn, or every authority has refused it.")
    refuse_twin(old.firm_id, old.programme_id, old.title)
    newest = questions.newest(old.programme_id)
    fresh = add(
        Application(
            firm_id=old.firm_id,
            programme_id=old.programme_id,
            question_set_id=newest.id,
            follows_id=old.id,
            title=old.title,
            created_by=actor.person_id,
        ),
    )
    asked = questions.questions(newest.id)
    kept = carried(questions.questions(old.question_set_id), asked, answers_of(old.id))
    for code, answers in without_declarations(asked, kept).items():
        db.session.add(Section(application_id=fresh.id, code=code, answers=answers, updated_by=actor.person_id))
    files = select(DossierDocument).where(
        DossierDocument.application_id == old.id, DossierDocument.removed_at.is_(None)
    )
    for one in db.session.scalars(files.order_by(DossierDocument.uploaded_at, DossierDocument.id)).all():
        db.session.add(
            DossierDocument(
                application_id=fresh.id,
                name=one.name,
                media_type=one.media_type,
                size=one.size,
                sha256=one.sha256,
                scanned=one.scanned,
                remark=one.remark,
                handling=one.handling,
                supports=one.supports,
                uploaded_by=actor.person_id,
            ),
        )
    return fresh.id


__all__ = ["cooling", "ended_at", "free_from", "start_again"]
