"""The working copy: the task list, one section, and the page that checks everything before it is submitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, or_, select

from sandbox.adapters.fonts import unsupported_names
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.domain.canonical import record_hash
from sandbox.domain.documents import with_documents
from sandbox.domain.errors import NotFound
from sandbox.domain.questions import COMPLETE, DOCUMENT, QuestionSet, from_text
from sandbox.domain.requests import fields_of
from sandbox.domain.screening import missing_from
from sandbox.domain.sections import PLACES, submission_problems, working_record
from sandbox.extensions import db
from sandbox.models.applications import (
    DOCUMENT_FACTS,
    Application,
    ApplicationComment,
    ApplicationVersion,
    DossierDocument,
    Section,
)
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme, ProgrammeAuthority
from sandbox.models.catalogue import QuestionSet as StoredQuestions
from sandbox.models.decisions import came_to_nothing
from sandbox.models.desks import Case, CompletenessLetter, Desk, RequestQuestion, open_questions
from sandbox.models.people import Person, PersonRole
from sandbox.queries.access import draft_permitted, visible
from sandbox.queries.applications.reaching import asked_of, routing
from sandbox.queries.applications.rows import (
    Check,
    Destination,
    Head,
    Letter,
    OpenSection,
    Overview,
    SavedSection,
    Submitted,
)
from sandbox.queries.applications.twins import twin_of
from sandbox.queries.applications.window import FIRM_ONLY, desk_waits, may
from sandbox.queries.questions import CONTENT, vocabulary_of_content


def _open_comments(*of: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many comments of colleagues are not settled."""
    counted = select(func.count()).where(ApplicationComment.settled_at.is_(None), *of)
    return counted.correlate(Application, Section).scalar_subquery()


def head_of(viewer: Actor, application_id: UUID) -> Head:
    """What every page of one application says first. Raises NotFound for another firm's."""
    waiting = open_questions(func.count()).where(Case.application_id == application_id)
    asked = waiting.correlate(None).scalar_subquery()
    newest = (
        select(func.max(StoredQuestions.version))
        .where(StoredQuestions.programme_id == Programme.id, StoredQuestions.valid_from <= now().date())
        .correlate(Programme)
    )
    row = db.session.execute(
        select(
            Application.id,
            Application.title,
            Application.state,
            Application.created_at,
            Application.firm_id,
            Application.programme_id,
            Programme.name.label("programme"),
            Programme.allows_fewer,
            Programme.content,
            Case.id.label("case_id"),
            Case.reference,
            Case.withdrawn_at,
            ApplicationVersion.id.label("version_id"),
            ApplicationVersion.number,
            ApplicationVersion.submitted_at,
            ApplicationVersion.record,
            or_(Application.state == "draft", and_(Application.state == "submitted", desk_waits())).label("editable"),
            asked.label("asked"),
            and_(Case.id.is_not(None), came_to_nothing()).label("over"),
            Application.follows_id,
            CONTENT.label("questions"),
            newest.scalar_subquery().label("newest"),
            _open_comments(ApplicationComment.application_id == Application.id).label("comments"),
        )
        .join(Programme, Programme.id == Application.programme_id)
        .join(StoredQuestions, StoredQuestions.id == Application.question_set_id)
        .outerjoin(Case, Case.application_id == Application.id)
        .outerjoin(ApplicationVersion, ApplicationVersion.id == Case.current_version_id)
        .where(Application.id == application_id, draft_permitted(viewer, Action.APPLICATION_READ)),
    ).one_or_none()
    if row is None:
        raise NotFound("There is nothing here.")
    return Head(**{**row._asdict(), "questions": from_text(row.questions)})


def _rows(application_id: UUID) -> dict[str, SavedSection]:
    """The working copies of all sections, as they are stored."""
    rows = db.session.execute(
        select(
            Section.code,
            Section.answers,
            Section.version,
            Section.updated_at,
            Person.name,
            _open_comments(
                ApplicationComment.application_id == Section.application_id, ApplicationComment.section == Section.code
            ),
        )
        .join(Person, Person.id == Section.updated_by)
        .where(Section.application_id == application_id),
    )
    return {row.code: SavedSection(*row) for row in rows}


def _sections(
    rows: Mapping[str, SavedSection], asked: QuestionSet, documents: Sequence[Mapping[str, Any]]
) -> tuple[SavedSection, ...]:
    """The sections in which something is asked, with what each still lacks."""
    paths = [question.path for question in asked.of_kind(DOCUMENT)]
    sections = with_documents(_answers(rows), paths, documents)
    missing: dict[str, list[str]] = {}
    for question, words in asked.flaws(sections):
        missing.setdefault(question.section, []).append(words)
    return tuple(
        replace(rows[code], title=asked.titles[code], state=state, lacking=tuple(missing.get(code, ())))
        for code, state in asked.states(sections).items()
        if code in rows
    )


def documents_of(application_id: UUID) -> tuple[Mapping[str, Any], ...]:
    """The documents of the working copy. The caller has asked who reads them."""
    rows = db.session.execute(
        select(*DOCUMENT_FACTS)
        .where(DossierDocument.application_id == application_id, DossierDocument.removed_at.is_(None))
        .order_by(DossierDocument.uploaded_at, DossierDocument.id),
    )
    return tuple(row._asdict() for row in rows)


def answers_of(application_id: UUID) -> dict[str, Mapping[str, Any]]:
    """The working copy of all sections. The caller has asked who reads it."""
    return _answers(_rows(application_id))


def _answers(rows: Mapping[str, SavedSection]) -> dict[str, Mapping[str, Any]]:
    return {code: row.answers for code, row in rows.items()}


def record_now(head: Head) -> dict[str, Any]:
    """What would be submitted now. The caller has asked who reads it."""
    answers = answers_of(head.id)
    _asked, authorities, spared = asked_of(head, answers)
    return working_record(head.questions, authorities, answers, documents_of(head.id), spared)


def _letters_of(viewer: Actor) -> Select[*tuple[Any, ...]]:
    return (
        select(
            CompletenessLetter.id,
            Authority.code.label("authority"),
            Authority.name,
            CompletenessLetter.outcome,
            CompletenessLetter.missing,
            CompletenessLetter.message,
            CompletenessLetter.written_at,
            CompletenessLetter.answered_at,
        )
        .join(Desk, Desk.id == CompletenessLetter.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .join(Case, Case.id == CompletenessLetter.case_id)
        .join(Application, Application.id == Case.application_id)
        .where(draft_permitted(viewer, Action.APPLICATION_READ), visible(CompletenessLetter.id, "letter", FIRM_ONLY))
        .order_by(CompletenessLetter.written_at.desc(), CompletenessLetter.id)
    )


def _letters(viewer: Actor, case_id: UUID | None, questions: QuestionSet) -> tuple[Letter, ...]:
    if case_id is None:
        return ()
    rows = db.session.execute(_letters_of(viewer).where(CompletenessLetter.case_id == case_id))
    return tuple(Letter(**{**row._asdict(), "missing": missing_from(row.missing, questions)}) for row in rows)


def _versions(application_id: UUID) -> Select[*tuple[Any, ...]]:
    return (
        select(
            ApplicationVersion.id,
            ApplicationVersion.number,
            ApplicationVersion.sha256,
            ApplicationVersion.submitted_at,
            Person.name.label("submitted_by"),
        )
        .join(Person, Person.id == ApplicationVersion.submitted_by)
        .where(ApplicationVersion.application_id == application_id)
        .order_by(ApplicationVersion.number.desc())
    )


def received_by(case_id: UUID) -> tuple[Destination, ...]:
    """Who a version went to: the parties of a case are no secret of any desk."""
    rows = db.session.execute(
        select(Authority.code, Authority.name, Authority.jurisdiction, Desk.part, Desk.required, Desk.routed_because)
        .join(Desk, Desk.authority_id == Authority.id)
        .join(Case, Case.id == Desk.case_id)
        .outerjoin(
            ProgrammeAuthority,
            and_(
                ProgrammeAuthority.authority_id == Authority.id,
                ProgrammeAuthority.programme_id == Case.programme_id,
            ),
        )
        .where(Desk.case_id == case_id)
        .order_by(ProgrammeAuthority.position, Authority.code),
    )
    return tuple(
        Destination(row.code, row.name, row.jurisdiction, row.part, row.required, tuple(row.routed_because))
        for row in rows
    )


def overview(viewer: Actor, application_id: UUID) -> Overview:
    """The task list. Raises NotFound for another firm's."""
    head = head_of(viewer, application_id)
    rows, documents = _rows(application_id), documents_of(application_id)
    asked, authorities, spared = asked_of(head, _answers(rows))
    letters = _letters(viewer, head.case_id, head.questions)
    versions = tuple(Submitted(**row._asdict()) for row in db.session.execute(_versions(application_id)))
    unsent = head.editable and head.unsent(
        working_record(head.questions, authorities, _answers(rows), documents, spared)
    )
    received = received_by(head.case_id) if head.case_id else ()
    return Overview(
        head,
        _sections(rows, asked, documents),
        documents,
        letters,
        versions,
        received,
        unsent,
        asked,
        _answers(rows),
    )


def section(viewer: Actor, application_id: UUID, code: str, *, saving: bool = False) -> OpenSection:
    """One section as it stands. Raises NotFound for one that the questions do not have.

    `saving`: leave the documents out where the section asks for none; `for_a_page` adds them.

    A section in which nothing is asked any more is found: what somebody was typing in it meanwhile must not be lost.
    """
    head = head_of(viewer, application_id)
    rows = _rows(application_id)
    answers = _answers(rows)
    asked = asked_of(head, answers).questions
    needed = not saving or any(one.kind == DOCUMENT and one.section == code for one in asked)
    documents = documents_of(application_id) if needed else ()
    found = {one.code: one for one in _sections(rows, asked, documents)}
    if code not in rows or code not in asked.titles:
        raise NotFound("There is nothing here.")
    return OpenSection(
        head=head,
        section=found.get(code) or replace(rows[code], title=asked.titles[code], state=COMPLETE),
        vocabulary=vocabulary_of_content(head.content, asked),
        chosen=tuple((answers.get(PLACES) or {}).get("jurisdictions") or ()),
        unlocked=None if head.editable else _unlocked(head, code) if head.asked else frozenset(),
        sections=answers,
        documents=documents,
    )


def for_a_page(opened: OpenSection) -> OpenSection:
    """The same with its documents, for a page that shows how far every section is."""
    return opened if opened.documents else replace(opened, documents=documents_of(opened.head.id))


def _unlocked(head: Head, code: str) -> frozenset[str]:
    """The answers of a section that open requests for information open for change, and those that hang on them."""
    paths = db.session.scalars(open_questions(RequestQuestion.unlocks).where(Case.application_id == head.id))
    return fields_of(head.questions.with_dependents(path for unlocks in paths for path in unlocks), code)


def _signatories(application_id: UUID) -> tuple[str, ...]:
    firm = select(Application.firm_id).where(Application.id == application_id).scalar_subquery()
    return tuple(
        db.session.scalars(
            select(Person.name)
            .join(PersonRole, PersonRole.person_id == Person.id)
            .where(
                Person.organisation_id == firm,
                Person.active.is_(True),
                PersonRole.role == Role.SIGNATORY,
            )
            .order_by(Person.name),
        ),
    )


def check(viewer: Actor, application_id: UUID) -> Check:
    """All answers, all problems at once, where it will go, and the hash that submitting has to name.

    Raises NotFound for another firm's.
    """
    head = head_of(viewer, application_id)
    answers, dry = answers_of(application_id), routing(head)
    asked, authorities, spared = dry.asked(head.questions, answers)
    record = working_record(head.questions, authorities, answers, documents_of(application_id), spared)
    first_on = now().date() if head.state == "draft" else None
    problems = submission_problems(head.questions, record, unsupported_names, first_on=first_on)
    destinations, unrouted = dry.found(answers)
    return Check(
        head=head,
        record=record,
        content=record_hash(record),
        vocabulary=vocabulary_of_content(head.content, asked),
        # Where the answers are not whole yet, "nobody has a remit" would only be noise.
        problems=tuple(problems or unrouted),
        destinations=destinations,
        signatories=() if may(viewer, Action.APPLICATION_SUBMIT) else _signatories(application_id),
        unsent=head.unsent(record),
        set_aside=head.questions.set_aside(authorities, answers),
        twin=twin_of(head),
    )
