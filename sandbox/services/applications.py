"""The firm's side: start, save a section, submit, amend, withdraw, discard."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete, exists, func, select

from sandbox.adapters.fonts import unsupported_names
from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import Conflict, NotFound, NotNow
from sandbox.domain.lifecycles import APPLICATION
from sandbox.domain.needs import Dossier
from sandbox.domain.sections import SECTIONS, dossier_problems
from sandbox.domain.sections import working_record as build_record
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion, DossierDocument, Section
from sandbox.models.base import now
from sandbox.models.catalogue import Programme
from sandbox.models.desks import Case, Desk
from sandbox.models.people import Firm
from sandbox.services import desks, trail
from sandbox.services.engine import Matter, act, advance, authorise, record
from sandbox.services.facts import draft_facts
from sandbox.services.unit import add, expect, get, use_case


def _matter(application: Application, **more: Any) -> Matter:
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
    state = db.session.scalar(select(Application.state).where(Application.id == application_id))
    waiting = select(
        exists().where(
            Case.application_id == application_id,
            Desk.case_id == Case.id,
            Desk.state == "incomplete",
            Case.withdrawn_at.is_(None),
        ),
    )
    return state == "draft" or (state == "submitted" and bool(db.session.scalar(waiting)))


def _own(actor: Actor, action: Action, application_id: UUID, *, lock: bool = False) -> Application:
    application = get(Application, application_id, lock=lock)
    authorise(actor, action, _matter(application))
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
    record(actor, Action.APPLICATION_START, _matter(application, detail={"application": str(application.id)}))
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

    Raises NotNow when the application is submitted and nobody asked for changes, Conflict (with the answers that
    stand now) when somebody else saved after the form was opened.
    """
    application = _own(actor, Action.APPLICATION_EDIT, application_id)
    if not editable(application_id):
        raise NotNow("This application has been submitted. It can be changed only when an authority asks for it.")
    section = db.session.scalar(
        select(Section).where(Section.application_id == application_id, Section.code == code).with_for_update(),
    )
    if section is None:
        raise NotFound("There is nothing here.")
    expect(section, version, current=section.answers)
    section.answers = dict(answers)
    section.updated_at, section.updated_by = now(), actor.me
    if code == "product" and answers.get("name"):
        application.title = answers["name"]
    record(
        actor,
        Action.APPLICATION_EDIT,
        _matter(application, detail={"application": str(application.id), "section": code}),
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


def _submission_key(application_id: UUID, number: int, content: str) -> str:
    # With the number: going back to the content of an earlier version is a submission of its own.
    return hashlib.sha256(f"{application_id}|{number}|{content}".encode()).hexdigest()


@use_case
def submit(actor: Actor, application_id: UUID, *, content: str) -> UUID:
    """Submit what the check-answers page showed; `content` is the hash printed on that page.

    Idempotent: the same content submitted again gives the same version. Returns the id of the version. Raises
    Incomplete with all missing things, Conflict when the answers changed since the page was shown.
    """
    application = _own(actor, Action.APPLICATION_SUBMIT, application_id, lock=True)
    last = db.session.execute(
        select(ApplicationVersion.id, ApplicationVersion.number, ApplicationVersion.submission_key)
        .where(ApplicationVersion.application_id == application_id)
        .order_by(ApplicationVersion.number.desc())
        .limit(1),
    ).one_or_none()
    if last is not None and last.submission_key == _submission_key(application_id, last.number, content):
        known: UUID = last.id
        return known
    working = working_record(application_id)
    if record_hash(working) != content:
        raise Conflict("The answers have changed since this page was shown. Check them again.")
    step = _first if application.state == "draft" else _again
    return step(actor, application, working, _submission_key(application_id, 1 + (last.number if last else 0), content))


def _dossier_problems(application: Application, sections: Mapping[str, Any]) -> list[str]:
    found = [problem.text for problem in dossier_problems(sections, unsupported_names)]
    if not found:
        found += desks.routing_problems(application.programme_id, sections)
    return found


def _freeze(
    actor: Actor, application: Application, working: dict[str, Any], key: str, case: dict[str, Any]
) -> ApplicationVersion:
    number = 1 + (
        db.session.scalar(
            select(func.max(ApplicationVersion.number)).where(ApplicationVersion.application_id == application.id),
        )
        or 0
    )
    frozen = {
        **working,
        **case,
        "version": number,
        "test_plan_sha256": record_hash(working["sections"]["test_plan"]),
    }
    return add(
        ApplicationVersion(
            application_id=application.id,
            number=number,
            record=frozen,
            sha256=record_hash(frozen),
            submission_key=key,
            submitted_by=actor.person_id,
            submitted_at=now(),
        ),
    )


def _first(actor: Actor, application: Application, working: dict[str, Any], key: str) -> UUID:
    found = _dossier_problems(application, working["sections"])
    step_needs = Dossier(problems=tuple(found))
    APPLICATION.step(Action.APPLICATION_SUBMIT, application.state, step_needs)
    reference = desks.next_reference(application.programme_id)
    programme = get(Programme, application.programme_id)
    version = _freeze(actor, application, working, key, {"reference": reference, "programme": programme.code})
    case = desks.open_case(actor, application, version, reference)
    application.submitted_at = version.submitted_at
    codes = desks.codes(case.id)
    parties = (audiences.FIRM, audiences.OFFICE, *audiences.desks(codes))
    trail.show_to(version, "version", (audiences.FIRM, *audiences.desks(codes)), case_id=case.id)
    advance(
        APPLICATION,
        application,
        Action.APPLICATION_SUBMIT,
        actor,
        Matter(
            case_id=case.id,
            audience=parties,
            needs=step_needs,
            detail={"reference": reference, "version": version.number, "sha256": version.sha256},
            letter={"reference": reference, "sha256": version.sha256},
            froze=(version,),
        ),
    )
    return version.id


def _again(actor: Actor, application: Application, working: dict[str, Any], key: str) -> UUID:
    case = db.session.execute(
        select(Case).where(Case.application_id == application.id).with_for_update(),
    ).scalar_one()
    needs = Dossier(
        problems=tuple(_dossier_problems(application, working["sections"])),
        answers_incompleteness=editable(application.id),
    )
    APPLICATION.step(Action.APPLICATION_AMEND, application.state, needs)
    programme = get(Programme, application.programme_id)
    version = _freeze(actor, application, working, key, {"reference": case.reference, "programme": programme.code})
    case.current_version_id = version.id
    case.title = application.title
    codes = desks.codes(case.id)
    trail.show_to(version, "version", (audiences.FIRM, *audiences.desks(codes)), case_id=case.id)
    advance(
        APPLICATION,
        application,
        Action.APPLICATION_AMEND,
        actor,
        Matter(
            case_id=case.id,
            audience=(audiences.FIRM, audiences.OFFICE, *audiences.desks(codes)),
            needs=needs,
            detail={"reference": case.reference, "version": version.number, "sha256": version.sha256},
            letter={"reference": case.reference, "sha256": version.sha256},
            froze=(version,),
        ),
    )
    desks.receive_amendment(case.id)
    return version.id


@use_case
def withdraw(actor: Actor, application_id: UUID, *, reason: str) -> None:
    """Withdraw the case: every desk that has not decided closes, drafts of decisions go nowhere."""
    application = _own(actor, Action.APPLICATION_WITHDRAW, application_id, lock=True)
    case = db.session.execute(
        select(Case).where(Case.application_id == application.id).with_for_update(),
    ).scalar_one_or_none()
    if case is None:
        raise NotNow("A draft is not withdrawn but discarded.")
    codes = desks.codes(case.id)
    advance(
        APPLICATION,
        application,
        Action.APPLICATION_WITHDRAW,
        actor,
        Matter(
            case_id=case.id,
            audience=(audiences.FIRM, audiences.OFFICE, *audiences.desks(codes)),
            detail={"reason": reason},
            letter={"reference": case.reference},
        ),
    )
    case.withdrawn_at = now()
    desks.close_all(case.id)


@use_case
def discard(actor: Actor, application_id: UUID) -> None:
    """Delete a draft. Its documents stay in the store until the sweeper finds them unused."""
    application = _own(actor, Action.APPLICATION_DISCARD, application_id, lock=True)
    if application.state != APPLICATION.start:
        raise NotNow("A submitted application cannot be discarded. You can withdraw it.")
    act(actor, Action.APPLICATION_DISCARD, _matter(application, detail={"title": application.title}))
    for model in (DossierDocument, Section):
        db.session.execute(delete(model).where(model.application_id == application.id))
    db.session.delete(application)


__all__ = ["discard", "editable", "save_section", "start", "submit", "withdraw", "working_record"]
