"""The firm's files as their readers may see them.

The firm sees its working copy, earlier versions, and what it ever submitted. A desk's people see the documents of the
submitted versions of a case that they may open, and nothing that was added since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.documents import claims, entry, marks
from sandbox.domain.errors import NotFound
from sandbox.domain.policy import named
from sandbox.domain.questions import from_text
from sandbox.extensions import db
from sandbox.models.applications import DOCUMENT_FACTS, Application, ApplicationVersion, DossierDocument
from sandbox.models.catalogue import Programme, QuestionSet
from sandbox.models.desks import Case, Desk, RequestQuestion, open_questions
from sandbox.models.people import Person
from sandbox.queries.access import draft_permitted, own_parties, permitted, visible
from sandbox.queries.questions import CONTENT


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a dossier. `facts` is what the record says of it; `earlier`: the versions before it, newest first."""

    id: UUID
    facts: Mapping[str, Any]
    uploaded_at: datetime
    uploaded_by: str
    removed_at: datetime | None = None
    version: int = 1  # of the row, for the form that describes it
    earlier: tuple[Document, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)  # what the questions of the application are called

    @property
    def name(self) -> str:
        """The name of the file."""
        return str(self.facts["name"])

    @property
    def media_type(self) -> str:
        """The type that its content was checked to have."""
        return str(self.facts["media_type"])

    @property
    def size(self) -> int:
        """In bytes."""
        return int(self.facts["size"])

    @property
    def sha256(self) -> str:
        """The hash of its content."""
        return str(self.facts["sha256"])

    @property
    def scanned(self) -> str:
        """`clean` or `not_scanned`."""
        return str(self.facts.get("scanned") or "not_scanned")

    @property
    def remark(self) -> str:
        """What readers should know of its structure; mostly empty."""
        return str(self.facts.get("remark") or "")

    @property
    def number(self) -> int:
        """Which version of the document it is, from 1."""
        return int(self.facts.get("number") or 1)

    @property
    def handling(self) -> Mapping[str, Any]:
        """Class, claims and note, as the firm said them."""
        return self.facts.get("handling") or {}

    @property
    def marks(self) -> list[str]:
        """What stands beside it wherever it is listed."""
        return marks(self.facts)

    @property
    def claims(self) -> list[str]:
        """Its claims to confidential treatment, each with its legend, rule and ground."""
        return claims(self.facts)

    @property
    def supports(self) -> tuple[str, ...]:
        """The paths of the questions that it supports."""
        return tuple(self.facts.get("supports") or ())

    @property
    def questions(self) -> list[str]:
        """The same in words; a question that is not known any more stays as it is."""
        return [self.names.get(path, path) for path in self.supports]


@dataclass(frozen=True, slots=True)
class Dossier:
    """The files of one application for one viewer, and whether they may be changed now.

    `fixed`: those that stay as they are, because only a further file was asked for. `removed`: files that left the
    working copy; only the firm sees them. `content` is the programme's record, with its classes and claims.
    """

    application_id: UUID
    documents: tuple[Document, ...]
    editable: bool
    title: str = ""
    reference: str | None = None
    fixed: frozenset[UUID] = frozenset()
    removed: tuple[Document, ...] = ()
    content: Mapping[str, Any] = field(default_factory=dict)
    case_id: UUID | None = None
    names: Mapping[str, str] = field(default_factory=dict)  # the questions that a document can support, by path

    @property
    def size(self) -> int:
        """All of its files together, in bytes."""
        return sum(one.size for one in self.documents)

    def one(self, document_id: UUID) -> Document:
        """A document of the working copy. Raises NotFound."""
        found = next((one for one in self.documents if one.id == document_id), None)
        if found is None:
            raise NotFound("There is nothing here.")
        return found


@dataclass(frozen=True, slots=True)
class Download:
    """One file to be handed over, and the case that it belongs to, if there is one yet."""

    document: Document
    application_id: UUID
    case_id: UUID | None


COLUMNS = (
    *DOCUMENT_FACTS,
    DossierDocument.uploaded_at,
    Person.name.label("uploaded_by_name"),
    DossierDocument.removed_at,
    DossierDocument.version,
)


def _document(row: Any, earlier: tuple[Document, ...] = ()) -> Document:
    known = entry(row._mapping)
    return Document(row.id, known, row.uploaded_at, row.uploaded_by_name, row.removed_at, row.version, earlier)


def of_application(viewer: Actor, application_id: UUID) -> Dossier:
    """The files of an application: the firm's working copy, or what a desk's people may read. Raises NotFound."""
    if viewer.firm_side:
        return _working_copy(viewer, application_id)
    row = db.session.execute(
        select(
            ApplicationVersion.record,
            Application.title,
            Case.reference,
            Case.id,
            Programme.content,
            CONTENT.label("questions"),
        )
        .join(QuestionSet, QuestionSet.id == ApplicationVersion.question_set_id)
        .join(Case, Case.current_version_id == ApplicationVersion.id)
        .join(Application, Application.id == Case.application_id)
        .join(Programme, Programme.id == Application.programme_id)
        .where(Case.application_id == application_id, permitted(viewer, Action.DOCUMENT_READ)),
    ).one_or_none()
    if row is None:
        raise NotFound("There is nothing here.")
    names = from_text(row.questions).names
    return Dossier(
        application_id,
        tuple(replace(one, names=names) for one in _submitted(row.record)),
        editable=False,
        title=row.title,
        reference=row.reference,
        content=row.content,
        case_id=row.id,
        names=names,
    )


def _working_copy(viewer: Actor, application_id: UUID) -> Dossier:
    head = db.session.execute(
        select(
            Application.state,
            Application.title,
            Programme.content,
            Case.id,
            Case.reference,
            CONTENT.label("questions"),
        )
        .join(QuestionSet, QuestionSet.id == Application.question_set_id)
        .join(Programme, Programme.id == Application.programme_id)
        .outerjoin(Case, Case.application_id == Application.id)
        .where(Application.id == application_id, draft_permitted(viewer, Action.DOCUMENT_READ)),
    ).one_or_none()
    if head is None:
        raise NotFound("There is nothing here.")
    rows = db.session.execute(
        select(*COLUMNS)
        .join(Person, Person.id == DossierDocument.uploaded_by)
        .where(DossierDocument.application_id == application_id)
        .order_by(DossierDocument.uploaded_at, DossierDocument.id),
    ).all()
    names = from_text(head.questions).names
    documents, removed = (tuple(replace(one, names=names) for one in some) for some in _sorted(rows))
    more = {
        "title": head.title, "reference": head.reference, "removed": removed, "content": head.content,
        "case_id": head.id, "names": names,
    }  # fmt: skip
    if not named(viewer, Action.DOCUMENT_UPLOAD):
        return Dossier(application_id, documents, editable=False, **more)
    if _open(application_id, head.state):
        return Dossier(application_id, documents, editable=True, **more)
    asked = db.session.scalar(
        open_questions(func.count()).where(Case.application_id == application_id, RequestQuestion.wants_file),
    )
    return Dossier(application_id, documents, bool(asked), fixed=_in_last_version(application_id), **more)


def _sorted(rows: Iterable[Any]) -> tuple[tuple[Document, ...], tuple[Document, ...]]:
    """The documents that stand, each with its earlier versions; then those that were removed, with theirs."""
    known = {row.id: row for row in rows}
    replaced = {row.replaces for row in known.values()}

    def whole(row: Any) -> Document:
        earlier = []
        before = known.get(row.replaces)
        while before is not None:
            earlier.append(_document(before))
            before = known.get(before.replaces)
        return _document(row, tuple(earlier))

    last = [row for row in known.values() if row.id not in replaced]
    return (
        tuple(whole(row) for row in last if row.removed_at is None),
        tuple(whole(row) for row in last if row.removed_at is not None),
    )


def _in_last_version(application_id: UUID) -> frozenset[UUID]:
    record = db.session.scalar(
        select(ApplicationVersion.record)
        .join(Case, Case.current_version_id == ApplicationVersion.id)
        .where(Case.application_id == application_id),
    )
    return frozenset(UUID(one["id"]) for one in (record or {}).get("documents", ()))


def _open(application_id: UUID, state: str) -> bool:
    """A draft, or a submitted application while a desk waits for what was incomplete."""
    waiting = exists().where(
        Case.application_id == application_id,
        Desk.case_id == Case.id,
        Desk.state == "incomplete",
        Case.withdrawn_at.is_(None),
    )
    return state == "draft" or (state == "submitted" and bool(db.session.scalar(select(waiting))))


def _submitted(record: Mapping[str, Any]) -> Iterable[Document]:
    """The documents that a submitted version names, as they were submitted."""
    entries = {UUID(entry["id"]): entry for entry in record.get("documents", ())}
    if not entries:
        return
    rows = {
        row.id: row
        for row in db.session.execute(
            select(*COLUMNS)
            .join(Person, Person.id == DossierDocument.uploaded_by)
            .where(DossierDocument.id.in_(entries)),
        )
    }
    for key, said in entries.items():
        if key in rows:
            row = rows[key]
            # Records of before this was part of them do not say whether the file was scanned.
            facts = {"scanned": row.scanned, **said}
            yield Document(key, facts, row.uploaded_at, "")


def for_download(viewer: Actor, document_id: UUID) -> Download:
    """One file for a viewer who may read it. Raises NotFound, also where it merely may not be known."""
    row = db.session.execute(
        select(*COLUMNS, DossierDocument.application_id, Case.id.label("case_id"))
        .join(Person, Person.id == DossierDocument.uploaded_by)
        .outerjoin(Case, Case.application_id == DossierDocument.application_id)
        .where(DossierDocument.id == document_id),
    ).one_or_none()
    if row is None:
        raise NotFound("There is nothing here.")
    if viewer.firm_side:
        return _of_the_firm(viewer, row)
    found = next((one for one in _in_versions(viewer, row.application_id) if one.id == document_id), None)
    if found is None:
        raise NotFound("There is nothing here.")
    return Download(found, row.application_id, row.case_id)


def _in_versions(viewer: Actor, application_id: UUID) -> Iterable[Document]:
    """The documents of every submitted version that the viewer's desk may read, those of the present one first."""
    present = Case.current_version_id == ApplicationVersion.id
    shown = visible(ApplicationVersion.id, "version", own_parties(viewer))
    records = db.session.scalars(
        select(ApplicationVersion.record)
        .join(Case, Case.application_id == ApplicationVersion.application_id)
        .where(
            and_(Case.application_id == application_id, permitted(viewer, Action.DOCUMENT_READ)), or_(present, shown)
        )
        .order_by(ApplicationVersion.number.desc()),
    ).all()
    for record in records:
        yield from _submitted(record)


def _of_the_firm(viewer: Actor, row: Any) -> Download:
    """Also a removed or replaced one: it stays readable for the firm."""
    mine = db.session.scalar(
        select(Application.id).where(
            Application.id == row.application_id,
            draft_permitted(viewer, Action.DOCUMENT_READ),
        ),
    )
    if mine is None:
        raise NotFound("There is nothing here.")
    return Download(_document(row), row.application_id, row.case_id)


__all__ = ["Document", "Dossier", "Download", "for_download", "of_application"]
