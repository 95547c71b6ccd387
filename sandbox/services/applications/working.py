"""The working copy: start, save a section, discard; what of it can be changed at the moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.agreement import EXPLANATIONS, disagreements, marked
from sandbox.domain.errors import NotFound, NotNow
from sandbox.domain.lifecycles import APPLICATION
from sandbox.domain.requests import FILES, fields_of, locked
from sandbox.domain.sections import FIRM, PRODUCT, saved_record
from sandbox.domain.sections import working_record as build_record
from sandbox.extensions import db
from sandbox.models.applications import DOCUMENT_FACTS, Application, ApplicationComment, DossierDocument, Section
from sandbox.models.base import now
from sandbox.models.catalogue import Programme
from sandbox.models.desks import Case, Desk, RequestQuestion, open_questions
from sandbox.models.intake import WindowReminder
from sandbox.models.people import Firm
from sandbox.services import questions, trail
from sandbox.services.applications.asking import authorities, spared
from sandbox.services.applications.twins import refuse_twin
from sandbox.services.engine import Matter, act, authorise, record
from sandbox.services.facts import draft_facts
from sandbox.services.people import profile
from sandbox.services.unit import add, expect, get, use_case

QUIET = timedelta(minutes=10)  # a person's quiet saves of a section within the same ten minutes are one event


def matter_of(application: Application, **more: Any) -> Matter:
    """Of a draft only its firm knows; its trail is the firm's own."""
    return Matter(
        case_id=None,
        audience=(audiences.FIRM,),
        facts=draft_facts(application.firm_id),
        scope=trail.organisation_scope(application.firm_id),
        **more,
    )


def editable(application_id: UUID) -> bool:
    """A draft can be edited; a submitted application while a desk waits for what was incomplete."""
    state = get(Application, application_id).state
    waiting = select(
        exists().where(
            Case.application_id == application_id,
            Desk.case_id == Case.id,
            Desk.state == "incomplete",
            Case.withdrawn_at.is_(None),
        ),
    )
    return state == "draft" or (state == "submitted" and bool(db.session.scalar(waiting)))


def unlocked(application_id: UUID) -> frozenset[str]:
    """The paths that open requests for information open for change, `documents` for files that may be added."""
    found: set[str] = set()
    for row in db.session.execute(
        open_questions(RequestQuestion.unlocks, RequestQuestion.wants_file).where(
            Case.application_id == application_id,
        ),
    ):
        found.update(row.unlocks, {FILES} if row.wants_file else ())
    return frozenset(found)


def own(actor: Actor, action: Action, application_id: UUID, *, lock: bool = False) -> Application:
    application = get(Application, application_id, lock=lock)
    authorise(actor, action, matter_of(application))
    return application


@use_case
def start(
    actor: Actor, programme_id: UUID, *, title: str, begun: Mapping[str, Mapping[str, Any]] | None = None
) -> UUID:
    """Start an application of the actor's firm to a programme; the firm's section is prefilled. Returns its id.

    `begun`: answers that were given before, by section (the fit check); what the profile and `title` say goes before
    them. Raises AlreadyThere when the firm works on this product already.
    """
    if actor.organisation_id is None:
        raise NotFound("There is nothing here.")
    authorise(actor, Action.APPLICATION_START, Matter(None, ()))
    refuse_twin(actor.organisation_id, programme_id, title)
    firm = get(Firm, actor.organisation_id)
    asked = questions.newest(programme_id)
    application = add(
        Application(
            firm_id=firm.id,
            programme_id=get(Programme, programme_id).id,
            question_set_id=asked.id,
            title=title,
            created_by=actor.person_id,
        ),
    )
    known = {**profile.of_firm(firm.id).answers(), "contact_name": actor.name, "contact_email": actor.email}
    prefilled = {FIRM: known, PRODUCT: {"name": title}}
    for code in questions.questions(asked.id).titles:
        answers = _filled((begun or {}).get(code, {})) | _filled(prefilled.get(code, {}))
        db.session.add(
            Section(application_id=application.id, code=code, answers=answers, updated_by=actor.person_id),
        )
    record(actor, Action.APPLICATION_START, matter_of(application, detail={"application": str(application.id)}))
    return application.id


def _filled(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answers.items() if value not in ("", None, [])}


@use_case
def save_section(
    actor: Actor,
    application_id: UUID,
    code: str,
    *,
    answers: Mapping[str, Any],
    version: int,
    quiet: bool = False,
) -> None:
    """Save the working copy of a section. Saved is not submitted.

    `quiet`: by the script, every few seconds; of these the trail gets one event a person and section in ten minutes.
    Raises NotNow when the application is submitted and nobody asked for changes, or for these; Conflict (with the
    answers that stand now) when somebody else saved after the form was opened.
    """
    found = db.session.execute(
        select(Application, Section)
        .join(Section, Section.application_id == Application.id)
        .where(Application.id == application_id, Section.code == code)
        .with_for_update(of=Section),
    ).one_or_none()
    if found is None:
        raise NotFound("There is nothing here.")
    application, section = found
    authorise(actor, Action.APPLICATION_EDIT, matter_of(application))
    answers = _marked(application, section, answers)
    open_names = None
    if not editable(application_id):
        asked = questions.questions(application.question_set_id)
        open_names = fields_of(asked.with_dependents(unlocked(application_id)), code)
    if open_names is not None and not open_names:
        raise NotNow("This application has been submitted. It can be changed only when an authority asks for it.")
    expect(section, version, current=section.answers)
    if open_names is not None and locked(section.answers, answers, open_names):
        raise NotNow("Only the answers that an authority has asked about can be changed now.")
    if quiet and section.answers == answers:
        return
    noted = quiet and section.updated_by == actor.me and _slot(section.updated_at) == _slot(now())
    section.answers = dict(answers)
    section.updated_at, section.updated_by = now(), actor.me
    if code == PRODUCT and answers.get("name"):
        application.title = answers["name"]
    if not noted:
        record(
            actor,
            Action.APPLICATION_EDIT,
            matter_of(application, detail={"application": str(application.id), "section": code}),
        )


def _marked(application: Application, section: Section, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """The answers of a section; explanations keep for which answers they were written."""
    code, _, name = EXPLANATIONS.partition(".")
    if section.code != code or not answers.get(name):
        return answers
    asked = questions.questions(application.question_set_id)
    sections = {**answers_of(application.id), code: dict(answers)}
    known = asked.asked_by(authorities(application, asked, sections)).submitted(sections)
    found = disagreements(asked.contradictions, known)
    return {**answers, name: marked(answers[name], section.answers.get(name), found, known)}


def _slot(moment: datetime) -> int:
    return int(moment.timestamp() // QUIET.total_seconds())


def answers_of(application_id: UUID) -> dict[str, dict[str, Any]]:
    """The working copy of all sections."""
    rows = db.session.scalars(select(Section).where(Section.application_id == application_id))
    return {row.code: row.answers for row in rows}


def _documents(application_id: UUID) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(*DOCUMENT_FACTS)
        .where(DossierDocument.application_id == application_id, DossierDocument.removed_at.is_(None))
        .order_by(DossierDocument.uploaded_at, DossierDocument.id),
    )
    return [row._asdict() for row in rows]


def saved(application_id: UUID) -> dict[str, Any]:
    """The working copy as it stands."""
    return saved_record(answers_of(application_id), _documents(application_id))


def working_record(application_id: UUID) -> dict[str, Any]:
    """What would be submitted now: the answers to the questions that apply, and the documents."""
    application = get(Application, application_id)
    asked, sections = questions.questions(application.question_set_id), answers_of(application_id)
    codes = authorities(application, asked, sections)
    return build_record(asked, codes, sections, _documents(application_id), spared(asked, codes, sections))


@use_case
def discard(actor: Actor, application_id: UUID) -> None:
    """Delete a draft. Its documents stay in the store until the sweeper finds them unused."""
    application = own(actor, Action.APPLICATION_DISCARD, application_id, lock=True)
    if application.state != APPLICATION.start:
        raise NotNow("A submitted application cannot be discarded. You can withdraw it.")
    act(actor, Action.APPLICATION_DISCARD, matter_of(application, detail={"title": application.title}))
    for model in (ApplicationComment, WindowReminder, DossierDocument, Section):
        db.session.execute(delete(model).where(model.application_id == application.id))
    db.session.delete(application)


__all__ = [
    "answers_of",
    "discard",
    "editable",
    "matter_of",
    "own",
    "save_section",
    "saved",
    "start",
    "unlocked",
    "working_record",
]
