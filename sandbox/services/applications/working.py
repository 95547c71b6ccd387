"""The working copy: start, save a section, discard; what of it can be changed at the moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotFound, NotNow
from sandbox.domain.lifecycles import APPLICATION
from sandbox.domain.requests import FILES, fields_of, locked
from sandbox.domain.sections import SECTIONS
from sandbox.domain.sections import working_record as build_record
from sandbox.extensions import db
from sandbox.models.applications import Application, DossierDocument, Section
from sandbox.models.base import now
from sandbox.models.catalogue import Programme
from sandbox.models.desks import Case, Desk, RequestQuestion, open_questions
from sandbox.models.people import Firm
from sandbox.services import trail
from sandbox.services.engine import Matter, act, authorise, record
from sandbox.services.facts import draft_facts
from sandbox.services.unit import add, expect, get, use_case


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
def start(actor: Actor, programme_id: UUID, *, title: str) -> UUID:
    """Start an application of the actor's firm to a programme; the firm's section is prefilled. Returns its id."""
    if actor.organisation_id is None:
        raise NotFound("There is nothing here.")
    authorise(actor, Action.APPLICATION_START, Matter(None, ()))
    firm = get(Firm, actor.organisation_id)
    application = add(
        Application(
            firm_id=firm.id,
            programme_id=get(Programme, programme_id).id,
            title=title,
            created_by=actor.person_id,
        ),
    )
    known = {
        "legal_name": firm.legal_name,
        "lei": firm.lei or "",
        "company_number": firm.company_number,
        "country": firm.country,
        "address": firm.address,
        "contact_name": actor.name,
        "contact_email": actor.email,
    }
    for code in SECTIONS:
        answers = known if code == "firm" else {"name": title} if code == "product" else {}
        db.session.add(
            Section(application_id=application.id, code=code, answers=answers, updated_by=actor.person_id),
        )
    record(actor, Action.APPLICATION_START, matter_of(application, detail={"application": str(application.id)}))
    return application.id


@use_case
def save_section(
    actor: Actor,
    application_id: UUID,
    code: str,
    *,
    answers: Mapping[str, Any],
    version: int,
) -> None:
    """Save the working copy of a section. Saved is not submitted.

    Raises NotNow when the application is submitted and nobody asked for changes, or for these; Conflict (with the
    answers that stand now) when somebody else saved after the form was opened.
    """
    application = own(actor, Action.APPLICATION_EDIT, application_id)
    open_names = None if editable(application_id) else fields_of(unlocked(application_id), code)
    if open_names is not None and not open_names:
        raise NotNow("This application has been submitted. It can be changed only when an authority asks for it.")
    section = db.session.scalar(
        select(Section).where(Section.application_id == application_id, Section.code == code).with_for_update(),
    )
    if section is None:
        raise NotFound("There is nothing here.")
    expect(section, version, current=section.answers)
    if open_names is not None and locked(section.answers, answers, open_names):
        raise NotNow("Only the answers that an authority has asked about can be changed now.")
    section.answers = dict(answers)
    section.updated_at, section.updated_by = now(), actor.me
    if code == "product" and answers.get("name"):
        application.title = answers["name"]
    record(
        actor,
        Action.APPLICATION_EDIT,
        matter_of(application, detail={"application": str(application.id), "section": code}),
    )


def working_record(application_id: UUID) -> dict[str, Any]:
    """What would be submitted now: sections and documents."""
    sections = {
        row.code: row.answers
        for row in db.session.scalars(select(Section).where(Section.application_id == application_id))
    }
    documents = db.session.execute(
        select(
            DossierDocument.id,
            DossierDocument.name,
            DossierDocument.sha256,
            DossierDocument.size,
            DossierDocument.media_type,
        )
        .where(DossierDocument.application_id == application_id, DossierDocument.removed_at.is_(None))
        .order_by(DossierDocument.uploaded_at, DossierDocument.id),
    )
    return build_record(sections, [row._asdict() for row in documents])


@use_case
def discard(actor: Actor, application_id: UUID) -> None:
    """Delete a draft. Its documents stay in the store until the sweeper finds them unused."""
    application = own(actor, Action.APPLICATION_DISCARD, application_id, lock=True)
    if application.state != APPLICATION.start:
        raise NotNow("A submitted application cannot be discarded. You can withdraw it.")
    act(actor, Action.APPLICATION_DISCARD, matter_of(application, detail={"title": application.title}))
    for model in (DossierDocument, Section):
        db.session.execute(delete(model).where(model.application_id == application.id))
    db.session.delete(application)


__all__ = ["discard", "editable", "matter_of", "own", "save_section", "start", "unlocked", "working_record"]
