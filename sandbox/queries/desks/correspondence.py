"""Correspondence as its audience reads it: the threads of a case, and one thread.

Rule: a thread is read by the parties of its audience and exists for nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.correspondence import KINDS
from sandbox.domain.errors import NotFound
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.policy import OBSERVES
from sandbox.extensions import db
from sandbox.models.catalogue import Authority
from sandbox.models.desks import AgreedAction, Desk, Post, Thread
from sandbox.models.people import Organisation as OrganisationRow
from sandbox.models.people import Person
from sandbox.models.trail import Audience
from sandbox.queries import PAGE_SIZE, Page, instant, page_of, place
from sandbox.queries.access import own_parties, visible
from sandbox.queries.desks.sight import Sight, sight

DAYS = frozenset({"held_on", "received_on"})
ENTRIES = 50  # of a thread on one page, oldest first


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One thread in a list. `audience`: the parties that read it."""

    id: UUID
    kind: str
    subject: str
    by: str
    started_at: datetime
    last_at: datetime
    entries: int
    facts: dict[str, Any]
    authority_id: UUID | None
    application_id: UUID | None
    audience: tuple[str, ...]

    @property
    def words(self) -> str:
        """What kind it is."""
        return KINDS[self.kind].words

    @property
    def added(self) -> list[tuple[str, Any]]:
        """What its kind adds, days as days."""
        return [(name, date.fromisoformat(value) if name in DAYS else value) for name, value in self.facts.items()]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something written. `who` names a person to their own organisation only."""

    id: UUID
    who: str
    own: bool
    text: str
    at: datetime
    corrects_id: UUID | None
    corrected: bool


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreed action. `mine`: the viewer's organisation does it, or keeps the note."""

    id: UUID
    text: str
    party: str
    due_on: date | None
    done_at: datetime | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Correspondence:
    """The threads of a case that the viewer reads."""

    sight: Sight
    threads: Page[ThreadRow]
    kind: str

    def may(self, action: Action) -> bool:
        """Is this granted to the viewer on this case?"""
        return self.sight.may(action)


@dataclass(frozen=True, slots=True)
class Writing:
    """Whom the viewer can write to: the other authorities that take part, as code and name."""

    sight: Sight
    kind: str
    desks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """One thread with what is written in it."""

    sight: Sight
    row: ThreadRow
    entries: Page[Entry]
    agreed: tuple[Agreed, ...]
    write: Action

    def may(self, action: Action) -> bool:
        """Is this granted to the viewer on this case?"""
        return self.sight.may(action)


def threads_where(*where: ColumnElement[bool], limit: int | None = None) -> list[ThreadRow]:
    """Threads with who began them, their length and their audience, newest first, in two statements."""
    entries = select(func.count()).where(Post.thread_id == Thread.id).correlate(Thread).scalar_subquery()
    rows = db.session.execute(
        select(Thread, OrganisationRow.name, entries.label("entries"))
        .join(Person, Person.id == Thread.started_by)
        .join(OrganisationRow, OrganisationRow.id == Person.organisation_id)
        .where(*where)
        .order_by(Thread.last_at.desc(), Thread.id.desc())
        .limit(limit),
    ).all()
    seen_by = _audiences(row.Thread.id for row in rows)
    return [
        ThreadRow(
            id=row.Thread.id,
            kind=row.Thread.kind,
            subject=row.Thread.subject,
            by=row.name,
            started_at=row.Thread.started_at,
            last_at=row.Thread.last_at,
            entries=row.entries,
            facts=row.Thread.facts,
            authority_id=row.Thread.authority_id,
            application_id=row.Thread.application_id,
            audience=seen_by.get(row.Thread.id, ()),
        )
        for row in rows
    ]


def _audiences(threads: Iterable[UUID]) -> dict[UUID, tuple[str, ...]]:
    found: dict[UUID, list[str]] = {}
    for item_id, party in db.session.execute(
        select(Audience.item_id, Audience.party)
        .where(Audience.item_id.in_(list(threads)), Audience.item_kind == "thread", Audience.visible_from.is_not(None))
        .order_by(Audience.party),
    ):
        found.setdefault(item_id, []).append(party)
    # The firm first: it is the one that everybody looks for.
    return {key: tuple(sorted(value, key=lambda party: party != "firm")) for key, value in found.items()}


def after_place(after: str | None) -> list[ColumnElement[bool]]:
    """The condition of the page after a cursor."""
    start = place(after, instant, UUID)
    if start is None:
        return []
    moment, key = start
    return [or_(Thread.last_at < moment, and_(Thread.last_at == moment, Thread.id < key))]


def _of_case(seen: Sight) -> ColumnElement[bool]:
    """Threads of the case, and enquiries that the firm linked to its application, as far as the viewer reads them."""
    linked = and_(Thread.kind == "enquiry", Thread.application_id == seen.application_id)
    if not seen.may(Action.ENQUIRY_READ):
        linked = false()
    return and_(or_(Thread.case_id == seen.case_id, linked), visible(Thread.id, "thread", seen.parties))


def correspondence(viewer: Actor, case_id: UUID, *, kind: str = "", after: str | None = None) -> Correspondence:
    """The threads of a case, the last written in first, in four statements. Raises NotFound."""
    seen = sight(viewer, case_id, Action.MESSAGE_READ)
    chosen = kind if kind in KINDS else ""
    where = [_of_case(seen), *after_place(after)]
    if chosen:
        where.append(Thread.kind == chosen)
    rows = threads_where(*where, limit=PAGE_SIZE + 1)
    return Correspondence(seen, page_of(rows, lambda row: (row.last_at.isoformat(), row.id)), chosen)


def _entries(viewer: Actor, thread_id: UUID) -> Select[*tuple[Any, ...]]:
    corrected = select(Post.corrects_id).where(Post.thread_id == thread_id, Post.corrects_id.is_not(None))
    return (
        select(
            Post.id,
            (Post.organisation_id == viewer.organisation_id).label("own"),
            OrganisationRow.name.label("organisation"),
            Person.name,
            Post.text,
            Post.written_at,
            Post.corrects_id,
            Post.id.in_(corrected).label("corrected"),
        )
        .join(OrganisationRow, OrganisationRow.id == Post.organisation_id)
        .join(Person, Person.id == Post.written_by)
        .where(Post.thread_id == thread_id)
        .order_by(Post.written_at, Post.id)
    )


def _entry(row: Any) -> Entry:
    who = f"{row.name} ({row.organisation})" if row.own else row.organisation
    return Entry(row.id, who, bool(row.own), row.text, row.written_at, row.corrects_id, bool(row.corrected))


def entries_of(viewer: Actor, thread_id: UUID, after: str | None) -> Page[Entry]:
    """What is written in a thread that the viewer reads, oldest first."""
    statement = _entries(viewer, thread_id).limit(ENTRIES + 1)
    if (start := place(after, instant, UUID)) is not None:
        moment, key = start
        statement = statement.where(or_(Post.written_at > moment, and_(Post.written_at == moment, Post.id > key)))
    rows = [_entry(row) for row in db.session.execute(statement)]
    return page_of(rows, lambda row: (row.at.isoformat(), row.id), ENTRIES)


def entry(page: ThreadPage, post_id: UUID) -> Entry:
    """One entry of a thread that the viewer reads. Raises NotFound."""
    found = db.session.execute(_entries(page.sight.viewer, page.row.id).where(Post.id == post_id)).one_or_none()
    if found is None:
        raise NotFound("There is nothing here.")
    return _entry(found)


def thread(viewer: Actor, case_id: UUID, thread_id: UUID, after: str | None = None) -> ThreadPage:
    """One thread of a case. Raises NotFound for everybody outside its audience."""
    seen = sight(viewer, case_id, Action.MESSAGE_READ)
    rows = threads_where(Thread.id == thread_id, Thread.case_id == case_id, visible(Thread.id, "thread", seen.parties))
    if not rows:
        raise NotFound("There is nothing here.")
    row = rows[0]
    actions = db.session.execute(
        select(
            AgreedAction.id, AgreedAction.text, AgreedAction.party, AgreedAction.due_on, AgreedAction.done_at
        )
        .where(AgreedAction.thread_id == thread_id)
        .order_by(AgreedAction.ordinal),
    )  # fmt: skip
    keeps = viewer.organisation_id == row.authority_id
    mine = own_parties(viewer)
    firm = viewer.firm_side
    return ThreadPage(
        sight=seen,
        row=row,
        entries=entries_of(viewer, thread_id, after),
        agreed=tuple(Agreed(*one, mine=keeps or one.party in mine) for one in actions),
        write=Action.MESSAGE_WRITE if firm else KINDS[row.kind].write,
    )


def writing(viewer: Actor, case_id: UUID, kind: str) -> Writing:
    """Whom somebody can write to with a thread of this kind. Raises NotFound for who may not write it."""
    seen = sight(viewer, case_id, KINDS[kind].write)
    if viewer.firm_side and kind != "message":
        raise NotFound("There is nothing here.")
    rows = db.session.execute(
        select(Authority.code, Authority.name)
        .join(Desk, Desk.authority_id == Authority.id)
        .where(
            Desk.case_id == case_id,
            Desk.authority_id != viewer.organisation_id,
            Desk.part != OBSERVES,
            Desk.state.not_in(ENDED_DESK),
        )
        .order_by(Authority.code),
    )
    return Writing(seen, kind, tuple((row.code, row.name) for row in rows))


__all__ = [
    "Agreed",
    "Correspondence",
    "Entry",
    "ThreadPage",
    "ThreadRow",
    "Writing",
    "after_place",
    "correspondence",
    "entries_of",
    "entry",
    "thread",
    "threads_where",
    "writing",
]
