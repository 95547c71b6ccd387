"""Submitting: the first version with its case, further versions, and withdrawing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.adapters.fonts import unsupported_names
from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import Conflict, NotNow
from sandbox.domain.lifecycles import APPLICATION
from sandbox.domain.needs import Dossier
from sandbox.domain.questions import QuestionSet
from sandbox.domain.sections import PLAN, answer, submission_problems
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion
from sandbox.models.base import now
from sandbox.models.catalogue import Programme
from sandbox.models.desks import Case
from sandbox.services import desks, intake, questions, search, staleness, trail
from sandbox.services.applications.again import cooling
from sandbox.services.applications.twins import submitted_twin
from sandbox.services.applications.working import editable, own, working_record
from sandbox.services.engine import Matter, advance
from sandbox.services.unit import add, get, use_case


def _submission_key(application_id: UUID, number: int, content: str) -> str:
    # With the number: going back to the content of an earlier version is a submission of its own.
    return hashlib.sha256(f"{application_id}|{number}|{content}".encode()).hexdigest()


@use_case
def submit(actor: Actor, application_id: UUID, *, content: str) -> UUID:
    """Submit what the check-answers page showed; `content` is the hash printed on that page.

    Idempotent: the same content submitted again gives the same version. Returns the id of the version. Raises
    Incomplete with all missing things, Conflict when the answers changed since the page was shown.
    """
    application = own(actor, Action.APPLICATION_SUBMIT, application_id, lock=True)
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
    key = _submission_key(application_id, 1 + (last.number if last else 0), content)
    if application.state == "draft":
        return _first(actor, application, working, key)
    return amend(actor, application, working, key, asked=editable(application_id)).id


def _dossier_problems(
    application: Application, asked: QuestionSet, record: Mapping[str, Any], *, agreeing: bool = True
) -> list[str]:
    first_on = now().date() if application.submitted_at is None else None
    problems = submission_problems(asked, record, unsupported_names, agreeing=agreeing, first_on=first_on)
    found = [problem.text for problem in problems]
    if not found:
        found += desks.routing_problems(application.programme_id, record["sections"])
    return found


def _freeze(
    actor: Actor,
    application: Application,
    working: dict[str, Any],
    key: str,
    case: dict[str, Any],
    question_set_id: UUID,
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
        "test_plan_sha256": record_hash(working["sections"][PLAN]),
    }
    return add(
        ApplicationVersion(
            application_id=application.id,
            question_set_id=question_set_id,
            number=number,
            record=frozen,
            sha256=record_hash(frozen),
            submission_key=key,
            submitted_by=actor.person_id,
            submitted_at=now(),
        ),
    )


def _receipt(version: ApplicationVersion) -> str:
    return f"/applications/{version.application_id}/receipt/{version.id}"


def _first(actor: Actor, application: Application, working: dict[str, Any], key: str) -> UUID:
    asked = questions.questions(application.question_set_id)
    programme = get(Programme, application.programme_id)
    found = [
        *_dossier_problems(application, asked, working),
        *submitted_twin(application),
        *cooling(application),
        *intake.closed_now(programme),
    ]
    step_needs = Dossier(problems=tuple(found))
    APPLICATION.step(Action.APPLICATION_SUBMIT, application.state, step_needs)
    reference = desks.next_reference(application.programme_id)
    of_case = {"reference": reference, "programme": programme.code}
    version = _freeze(actor, application, working, key, of_case, application.question_set_id)
    case = desks.open_case(actor, application, version, reference)
    intake.enter(case)
    desks.take_from(case, version.record)
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
            receipt=_receipt(version),
            froze=(version,),
        ),
    )
    search.index_case(case, version)
    staleness.keep_traits(case, version.record)
    return version.id


def amend(
    actor: Actor,
    application: Application,
    working: dict[str, Any],
    key: str,
    *,
    asked: bool,
    question_set_id: UUID | None = None,
) -> ApplicationVersion:
    """Freeze the record as the next version and hand it to all desks. `asked`: an authority asked for these changes.

    `question_set_id`: the questions that the record answers, where these are not those of the application now. Call it
    inside a use case with the application locked. Raises Incomplete with all problems.
    """
    case = db.session.execute(
        select(Case).where(Case.application_id == application.id).with_for_update(),
    ).scalar_one()
    set_id = question_set_id or application.question_set_id
    needs = Dossier(
        # A reply to a request changes only what was opened: it need not agree with all else.
        problems=tuple(
            _dossier_problems(application, questions.questions(set_id), working, agreeing=question_set_id is None)
        ),
        answers_incompleteness=asked,
    )
    APPLICATION.step(Action.APPLICATION_AMEND, application.state, needs)
    programme = get(Programme, application.programme_id)
    of_case = {"reference": case.reference, "programme": programme.code}
    version = _freeze(actor, application, working, key, of_case, set_id)
    before = get(ApplicationVersion, case.current_version_id).record["sections"]
    case.current_version_id = version.id
    case.title = answer(working["sections"], "product.name") or application.title
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
            receipt=_receipt(version),
            froze=(version,),
        ),
    )
    desks.receive_amendment(case.id)
    desks.take_from(case, version.record)
    desks.amended(case, before, version.record["sections"])
    search.index_case(case, version)
    staleness.keep_traits(case, version.record)
    return version


@use_case
def withdraw(actor: Actor, application_id: UUID, *, reason: str) -> None:
    """Withdraw the case: every desk that has not decided closes, drafts of decisions go nowhere."""
    application = own(actor, Action.APPLICATION_WITHDRAW, application_id, lock=True)
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
    intake.leave(case)


__all__ = ["amend", "submit", "withdraw"]
