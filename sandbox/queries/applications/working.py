"""The working copy: the task list, one section, and the page that checks everything before it is submitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, Uuid, and_, bindparam, case, func, or_, select

from sandbox.adapters.fonts import unsupported_names
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.domain.canonical import record_hash
from sandbox.domain.dossier import Place, Vocabulary
from sandbox.domain.errors import NotFound
from sandbox.domain.requests import fields_of
from sandbox.domain.routing import facts_of, fallbacks_of, remit_problems, route, rules_from
from sandbox.domain.screening import missing_from
from sandbox.domain.sections import SECTIONS, Problem, dossier_problems, working_record
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion, DossierDocument, Section
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Jurisdiction, Programme, ProgrammeAuthority, RuleSet
from sandbox.models.decisions import came_to_nothing
from sandbox.models.desks import Case, CompletenessLetter, Desk, RequestQuestion, open_questions
from sandbox.models.people import Person, PersonRole
from sandbox.queries.access import draft_permitted, standing, visible, who
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
from sandbox.queries.applications.window import FIRM_ONLY, desk_waits, may
from sandbox.queries.prepared import Prepared

APPLICATION: BindParameter[UUID] = bindparam("application", type_=Uuid())


@lru_cache(maxsize=64)
def _head(somebody: Actor) -> Prepared:
    """Built once for each set of roles."""
    waiting = open_questions(func.count()).where(Case.application_id == APPLICATION)
    asked = waiting.correlate(None).scalar_subquery()
    return Prepared(
        select(
            Application.id,
            Application.title,
            Application.state,
            Application.created_at,
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
        )
        .join(Programme, Programme.id == Application.programme_id)
        .outerjoin(Case, Case.application_id == Application.id)
        .outerjoin(ApplicationVersion, ApplicationVersion.id == Case.current_version_id)
        .where(Application.id == APPLICATION, draft_permitted(somebody, Action.APPLICATION_READ)),
    )


def head_of(viewer: Actor, application_id: UUID) -> Head:
    """What every page of one application says first. Raises NotFound for another firm's."""
    row = _head(standing(viewer)).one_or_none(who(viewer) | {"application": application_id})
    if row is None:
        raise NotFound("There is nothing here.")
    return Head(**row._asdict())


@cache
def _saved() -> Prepared:
    return Prepared(
        select(Section.code, Section.answers, Section.version, Section.updated_at, Person.name)
        .join(Person, Person.id == Section.updated_by)
        .where(Section.application_id == APPLICATION),
    )


def _sections(application_id: UUID) -> tuple[SavedSection, ...]:
    found = {row.code: SavedSection(*row) for row in _saved().all({"application": application_id})}
    return tuple(found[code] for code in SECTIONS)


@cache
def _documents() -> Prepared:
    return Prepared(
        select(
            DossierDocument.id,
            DossierDocument.name,
            DossierDocument.sha256,
            DossierDocument.size,
            DossierDocument.media_type,
        )
        .where(DossierDocument.application_id == APPLICATION, DossierDocument.removed_at.is_(None))
        .order_by(DossierDocument.uploaded_at, DossierDocument.id),
    )


def documents_of(application_id: UUID) -> tuple[Mapping[str, Any], ...]:
    """The documents of the working copy. The caller has asked who reads them."""
    return tuple(row._asdict() for row in _documents().all({"application": application_id}))


def answers_of(application_id: UUID) -> dict[str, Mapping[str, Any]]:
    """The working copy of all sections. The caller has asked who reads it."""
    return _answers(_sections(application_id))


def _answers(sections: Sequence[SavedSection]) -> dict[str, Mapping[str, Any]]:
    return {section.code: section.answers for section in sections}


@lru_cache(maxsize=64)
def _letters_of(somebody: Actor) -> Prepared:
    return Prepared(
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
        .where(
            CompletenessLetter.case_id == bindparam("case", type_=Uuid()),
            draft_permitted(somebody, Action.APPLICATION_READ),
            visible(CompletenessLetter.id, "letter", FIRM_ONLY),
        )
        .order_by(CompletenessLetter.written_at.desc(), CompletenessLetter.id)
    )


def _letters(viewer: Actor, case_id: UUID | None) -> tuple[Letter, ...]:
    if case_id is None:
        return ()
    rows = _letters_of(standing(viewer)).all(who(viewer) | {"case": case_id})
    return tuple(Letter(**{**row._asdict(), "missing": missing_from(row.missing)}) for row in rows)


@cache
def _versions() -> Prepared:
    return Prepared(
        select(
            ApplicationVersion.id,
            ApplicationVersion.number,
            ApplicationVersion.sha256,
            ApplicationVersion.submitted_at,
            Person.name.label("submitted_by"),
        )
        .join(Person, Person.id == ApplicationVersion.submitted_by)
        .where(ApplicationVersion.application_id == APPLICATION)
        .order_by(ApplicationVersion.number.desc())
    )


def vocabulary_of_content(content: Mapping[str, Any]) -> Vocabulary:
    """The words of a programme from its record, with the names of its jurisdictions."""
    codes = list(content.get("jurisdictions") or ())
    rows = db.session.execute(
        select(Jurisdiction.code, Jurisdiction.name, Jurisdiction.currency).where(Jurisdiction.code.in_(codes)),
    )
    found = {row.code: Place(*row) for row in rows}
    return Vocabulary(content, {code: found[code] for code in codes if code in found})


def vocabulary_of(programme_id: UUID) -> Vocabulary:
    """The words of a programme, for whoever may read one of its dossiers. Reference data: no party is asked."""
    content = db.session.execute(select(Programme.content).where(Programme.id == programme_id)).scalar_one()
    return vocabulary_of_content(content)


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
    sections, documents = _sections(application_id), documents_of(application_id)
    letters = _letters(viewer, head.case_id)
    versions = tuple(Submitted(**row._asdict()) for row in _versions().all({"application": application_id}))
    unsent = head.editable and head.unsent(working_record(_answers(sections), documents))
    received = received_by(head.case_id) if head.case_id else ()
    return Overview(head, sections, documents, letters, versions, received, unsent)


def section(viewer: Actor, application_id: UUID, code: str) -> OpenSection:
    """One section as it stands. Raises NotFound."""
    head = head_of(viewer, application_id)
    if code not in SECTIONS:
        raise NotFound("There is nothing here.")
    sections = {one.code: one for one in _sections(application_id)}
    where = tuple(sections["jurisdictions"].answers.get("jurisdictions") or ())
    names = None if head.editable else _unlocked(application_id, code) if head.asked else frozenset()
    return OpenSection(head, sections[code], vocabulary_of_content(head.content), where, names)


def _unlocked(application_id: UUID, code: str) -> frozenset[str]:
    """The answers of a section that open requests for information open for change."""
    paths = db.session.scalars(open_questions(RequestQuestion.unlocks).where(Case.application_id == application_id))
    return fields_of((path for unlocks in paths for path in unlocks), code)


def _destinations(head: Head, record: Mapping[str, Any]) -> tuple[tuple[Destination, ...], list[Problem]]:
    """Where the application would go today, and jurisdictions that nobody covers."""
    rules = (
        select(RuleSet.content)
        .where(RuleSet.programme_id == head.programme_id, RuleSet.valid_from <= now().date())
        .order_by(RuleSet.version.desc())
        .limit(1)
    )
    members = db.session.execute(
        select(
            Authority.code,
            Authority.name,
            Authority.jurisdiction,
            Jurisdiction.country,
            ProgrammeAuthority.part,
            ProgrammeAuthority.required,
            case((ProgrammeAuthority.position == 0, rules.scalar_subquery())).label("rules"),  # once is enough
        )
        .join(ProgrammeAuthority, ProgrammeAuthority.authority_id == Authority.id)
        .join(Jurisdiction, Jurisdiction.code == Authority.jurisdiction)
        .where(ProgrammeAuthority.programme_id == head.programme_id)
        .order_by(ProgrammeAuthority.position),
    ).all()
    found, left = route(
        rules_from(members[0].rules),
        facts_of(record["sections"], head.content, {row.jurisdiction: row.country for row in members}),
        homes={row.code: row.jurisdiction for row in members if row.part == "decides"},
        fallbacks=fallbacks_of(head.content),
    )
    return tuple(
        Destination(
            row.code,
            row.name,
            row.jurisdiction,
            row.part,
            row.required and not found[row.code].fallback,
            tuple(found[row.code].because),
        )
        for row in members
        if row.code in found
    ), [Problem("jurisdictions", text) for text in remit_problems(left)]


def _signatories(viewer: Actor) -> tuple[str, ...]:
    return tuple(
        db.session.scalars(
            select(Person.name)
            .join(PersonRole, PersonRole.person_id == Person.id)
            .where(
                Person.organisation_id == viewer.organisation_id,
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
    record = working_record(_answers(_sections(application_id)), documents_of(application_id))
    problems = dossier_problems(record["sections"], unsupported_names)
    destinations, unrouted = _destinations(head, record)
    return Check(
        head=head,
        record=record,
        content=record_hash(record),
        vocabulary=vocabulary_of_content(head.content),
        # Where the answers are not whole yet, "nobody has a remit" would only be noise.
        problems=tuple(problems or unrouted),
        destinations=destinations,
        signatories=() if may(viewer, Action.APPLICATION_SUBMIT) else _signatories(viewer),
        unsent=head.unsent(record),
    )
