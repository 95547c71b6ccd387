"""Enquiries before applying, as the firm that asked and the authority that was asked read them.

Rule: an enquiry has no case, so the firm is the one that asked, and an authority's intake officers and coordinators
read those put to it. Once it is linked to a case, who is recused there does not see it any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.conflicts import RECUSED
from sandbox.domain.errors import NotAllowed, NotFound
from sandbox.domain.policy import named
from sandbox.extensions import db
from sandbox.models.applications import Application
from sandbox.models.catalogue import Authority, Programme, ProgrammeAuthority
from sandbox.models.desks import Case, ConflictDeclaration, Post, Thread
from sandbox.models.people import Firm
from sandbox.queries import PAGE_SIZE, Page, page_of
from sandbox.queries.access import own_parties, visible
from sandbox.queries.desks.correspondence import Entry, ThreadRow, after_place, entries_of, threads_where


@dataclass(frozen=True, slots=True)
class Enquiry:
    """One enquiry. `application`: what the firm linked it to, shown to the authority once that is submitted."""

    row: ThreadRow
    firm: str
    authority: str
    code: str
    application: str | None
    case_id: UUID | None
    entries: Page[Entry]
    linkable: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class EnquiryRow:
    """One enquiry in a list. `answered`: the last entry is the authority's."""

    id: UUID
    subject: str
    firm: str
    authority: str
    code: str
    started_at: datetime
    last_at: datetime
    answered: bool


def _readable(viewer: Actor) -> ColumnElement[bool]:
    """The enquiries of the viewer's firm, or those put to the viewer's authority. Raises NotAllowed."""
    if not named(viewer, Action.ENQUIRY_READ):
        raise NotAllowed("Your role does not include this page.")
    mine = and_(Thread.kind == "enquiry", visible(Thread.id, "thread", own_parties(viewer)))
    if viewer.organisation is Organisation.FIRM:
        return and_(mine, Thread.firm_id == viewer.organisation_id)
    if viewer.organisation is not Organisation.AUTHORITY:
        return false()
    recused = (
        exists()
        .where(
            Case.application_id == Thread.application_id,
            ConflictDeclaration.case_id == Case.id,
            ConflictDeclaration.person_id == viewer.person_id,
            ConflictDeclaration.superseded_at.is_(None),
            ConflictDeclaration.outcome == RECUSED,
        )
        .correlate(Thread)
    )
    return and_(mine, Thread.authority_id == viewer.organisation_id, ~recused)


def enquiries(viewer: Actor, after: str | None = None) -> Page[EnquiryRow]:
    """The enquiries that the viewer reads, the last written in first, in one statement. Raises NotAllowed."""
    last = (
        select(Post.organisation_id)
        .where(Post.thread_id == Thread.id)
        .order_by(Post.written_at.desc(), Post.id.desc())
        .limit(1)
        .correlate(Thread)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Thread.id,
            Thread.subject,
            Firm.legal_name.label("firm"),
            Authority.name.label("authority"),
            Authority.code,
            Thread.started_at,
            Thread.last_at,
            (last == Thread.authority_id).label("answered"),
        )
        .join(Firm, Firm.id == Thread.firm_id)
        .join(Authority, Authority.id == Thread.authority_id)
        .where(_readable(viewer), *after_place(after))
        .order_by(Thread.last_at.desc(), Thread.id.desc())
        .limit(PAGE_SIZE + 1),
    ).all()
    found = [EnquiryRow(*row[:-1], answered=bool(row.answered)) for row in rows]
    return page_of(found, lambda row: (row.last_at.isoformat(), row.id))


def enquiry(viewer: Actor, thread_id: UUID, after: str | None = None) -> Enquiry:
    """One enquiry. Raises NotFound for everybody but the firm that asked and the authority that was asked."""
    rows = threads_where(Thread.id == thread_id, _readable(viewer))
    if not rows:
        raise NotFound("There is nothing here.")
    row = rows[0]
    firm, authority, code, title, case_id = db.session.execute(
        select(Firm.legal_name, Authority.name, Authority.code, Application.title, Case.id)
        .select_from(Thread)
        .join(Firm, Firm.id == Thread.firm_id)
        .join(Authority, Authority.id == Thread.authority_id)
        .outerjoin(Application, Application.id == Thread.application_id)
        .outerjoin(Case, Case.application_id == Application.id)
        .where(Thread.id == thread_id),
    ).one()
    asker = viewer.organisation is Organisation.FIRM
    return Enquiry(
        row=row,
        firm=firm,
        authority=authority,
        code=code,
        application=title if asker else None,
        case_id=case_id,
        entries=entries_of(viewer, thread_id, after),
        linkable=_applications(viewer) if asker and named(viewer, Action.ENQUIRY_LINK) else (),
    )


def _applications(viewer: Actor) -> tuple[tuple[UUID, str], ...]:
    """The newest applications of the viewer's own firm."""
    rows = db.session.execute(
        select(Application.id, Application.title)
        .where(Application.firm_id == viewer.organisation_id)
        .order_by(Application.created_at.desc(), Application.id)
        .limit(100),
    ).all()
    return tuple((row.id, row.title) for row in rows)


def askable(viewer: Actor) -> tuple[tuple[UUID, str, tuple[tuple[str, str], ...]], ...]:
    """Programmes with their authorities, for who may write an enquiry. Reference data. Raises NotAllowed."""
    if not named(viewer, Action.ENQUIRY_WRITE):
        raise NotAllowed("Your role does not include this page.")
    found: dict[UUID, tuple[str, list[tuple[str, str]]]] = {}
    for key, name, code, authority in db.session.execute(
        select(Programme.id, Programme.name, Authority.code, Authority.name)
        .join(ProgrammeAuthority, ProgrammeAuthority.programme_id == Programme.id)
        .join(Authority, Authority.id == ProgrammeAuthority.authority_id)
        .order_by(Programme.name, ProgrammeAuthority.position),
    ):
        found.setdefault(key, (name, []))[1].append((code, authority))
    return tuple((key, name, tuple(rows)) for key, (name, rows) in found.items())


__all__ = ["Enquiry", "EnquiryRow", "askable", "enquiries", "enquiry"]
