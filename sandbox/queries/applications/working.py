"""The working copy: the task list, one section, and the page that checks everything before it is submitted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from sandbox.adapters.fonts import unsupported_names
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Role
from sandbox.domain.canonical import record_hash
from sandbox.domain.dossier import Place, Vocabulary
from sandbox.domain.errors import NotFound
from sandbox.domain.routing import Rule, remit_problems, route
from sandbox.domain.sections import SECTIONS, Problem, chosen, dossier_problems, working_record
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion, DossierDocument, Section
from sandbox.models.catalogue import Authority, Jurisdiction, Programme, ProgrammeAuthority, RoutingRule
from sandbox.models.desks import Case, CompletenessLetter, Desk
from sandbox.models.people import Person, PersonRole
from sandbox.queries.access import draft_permitted, visible
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


def _head(viewer: Actor, application_id: UUID) -> Head:
    row = db.session.execute(
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
        )
        .join(Programme, Programme.id == Application.programme_id)
        .outerjoin(Case, Case.application_id == Application.id)
        .outerjoin(ApplicationVersion, ApplicationVersion.id == Case.current_version_id)
        .where(Application.id == application_id, draft_permitted(viewer, Action.APPLICATION_READ)),
    ).one_or_none()
    if row is None:
        raise NotFound("There is nothing here.")
    return Head(**row._asdict())


def _sections(application_id: UUID) -> tuple[SavedSection, ...]:
    rows = db.session.execute(
        select(Section.code, Section.answers, Section.version, Section.updated_at, Person.name)
        .join(Person, Person.id == Section.updated_by)
        .where(Section.application_id == application_id),
    )
    found = {row.code: SavedSection(*row) for row in rows}
    return tuple(found[code] for code in SECTIONS)


def _documents(application_id: UUID) -> tuple[Mapping[str, Any], ...]:
    rows = db.session.execute(
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
    return tuple(row._asdict() for row in rows)


def _answers(sections: Sequence[SavedSection]) -> dict[str, Mapping[str, Any]]:
    return {section.code: section.answers for section in sections}


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


def _letters(viewer: Actor, case_id: UUID | None) -> tuple[Letter, ...]:
    if case_id is None:
        return ()
    rows = db.session.execute(_letters_of(viewer).where(CompletenessLetter.case_id == case_id))
    return tuple(Letter(**row._asdict()) for row in rows)


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
    head = _head(viewer, application_id)
    sections, documents = _sections(application_id), _documents(application_id)
    letters = _letters(viewer, head.case_id)
    versions = tuple(Submitted(**row._asdict()) for row in db.session.execute(_versions(application_id)))
    unsent = head.editable and head.unsent(working_record(_answers(sections), documents))
    received = received_by(head.case_id) if head.case_id else ()
    return Overview(head, sections, documents, letters, versions, received, unsent)


def section(viewer: Actor, application_id: UUID, code: str) -> OpenSection:
    """One section as it stands. Raises NotFound."""
    head = _head(viewer, application_id)
    if code not in SECTIONS:
        raise NotFound("There is nothing here.")
    sections = {one.code: one for one in _sections(application_id)}
    where = tuple(sections["jurisdictions"].answers.get("jurisdictions") or ())
    return OpenSection(head, sections[code], vocabulary_of_content(head.content), where)


def _destinations(programme_id: UUID, record: Mapping[str, Any]) -> tuple[tuple[Destination, ...], list[Problem]]:
    rows = db.session.execute(
        select(
            RoutingRule.activity,
            RoutingRule.asset_class,
            RoutingRule.jurisdiction,
            Authority.code,
            RoutingRule.why,
            Authority.name,
            Authority.jurisdiction.label("home"),
            ProgrammeAuthority.part,
            ProgrammeAuthority.required,
            ProgrammeAuthority.position,
        )
        .join(Authority, Authority.id == RoutingRule.authority_id)
        .join(
            ProgrammeAuthority,
            and_(
                ProgrammeAuthority.authority_id == RoutingRule.authority_id,
                ProgrammeAuthority.programme_id == RoutingRule.programme_id,
            ),
        )
        .where(RoutingRule.programme_id == programme_id)
        .order_by(RoutingRule.position),
    ).all()
    picked = chosen(record["sections"])
    rules = [Rule(row.activity, row.asset_class, row.jurisdiction, row.code, row.why) for row in rows]
    found = route(rules, **picked)
    known = {row.code: row for row in sorted(rows, key=lambda row: row.position)}
    problems = remit_problems(picked["jurisdictions"], found, {code: row.home for code, row in known.items()})
    return tuple(
        Destination(code, row.name, row.home, row.part, row.required, tuple(found[code]))
        for code, row in known.items()
        if code in found
    ), [Problem("jurisdictions", text) for text in problems]


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
    head = _head(viewer, application_id)
    record = working_record(_answers(_sections(application_id)), _documents(application_id))
    problems = dossier_problems(record["sections"], unsupported_names)
    destinations, unrouted = _destinations(head.programme_id, record)
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
