"""The index of full-text search, written in the transaction of the change.

`index` is called where an item is written, `forget` where one is deleted. What is indexed says nothing about who finds
it: that is the item's audience, and the grant of its kind (`domain.search.KINDS`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import TableClause, and_, column, delete, exists, insert, select, table, update

from sandbox.domain.audiences import desk as desk_party
from sandbox.domain.dossier import Vocabulary
from sandbox.domain.search import KINDS, searchable
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.assessments import (
    Divergence,
    Finding,
    JointMeeting,
    JointPost,
    Position,
    SpecialistInput,
)
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import (
    Case,
    CompletenessLetter,
    Desk,
    DeskAnswer,
    Post,
    Request,
    RequestQuestion,
    RequestReply,
    Thread,
)
from sandbox.models.people import Firm
from sandbox.models.search import INDEX, SearchEntry
from sandbox.models.trail import Audience
from sandbox.services.questions import vocabulary
from sandbox.services.unit import add, use_case

CHUNK = 500  # cases read at a time when all is indexed again
Found = tuple[UUID, UUID, str, tuple[str, ...]]  # item, case, text, parties of a desk's own item


def _texts() -> TableClause:
    """The database's index of words; its key is called differently."""
    return table(INDEX, column("rowid" if db.engine.dialect.name == "sqlite" else "id"), column("body"))


def _entry(kind: str, item_id: UUID) -> Any:
    return select(SearchEntry.id).where(SearchEntry.item_id == item_id, SearchEntry.item_kind == kind)


def index(item_kind: str, item_id: UUID, case_id: UUID, words: str, parties: Iterable[str] | None = None) -> None:
    """Make an item findable by these words, in place of those it had. Call it inside a use case.

    `parties`: for a desk's own item that has no audience rows yet; they are written here. Raises KeyError for a kind
    that is not registered.
    """
    KINDS[item_kind]
    texts, body = _texts(), searchable(words)
    db.session.flush()
    known = db.session.scalar(_entry(item_kind, item_id))
    if known is not None:
        db.session.execute(update(texts).where(texts.columns[0] == known).values(body=body))
        return
    entry = add(SearchEntry(case_id=case_id, item_kind=item_kind, item_id=item_id))
    db.session.execute(insert(texts).values({texts.columns[0].name: entry.id, "body": body}))
    for party in sorted(set(parties or ())):
        row = Audience(item_id=item_id, party=party, item_kind=item_kind, case_id=case_id, visible_from=now())
        db.session.add(row)


def forget(item_kind: str, item_id: UUID) -> None:
    """Nobody finds the item any more. Its audience rows stay."""
    _drop(select(SearchEntry.id).where(SearchEntry.item_id == item_id, SearchEntry.item_kind == item_kind))


def _drop(entries: Any) -> None:
    keys = list(db.session.scalars(entries))
    texts = _texts()
    if keys:
        db.session.execute(delete(texts).where(texts.columns[0].in_(keys)))
        db.session.execute(delete(SearchEntry).where(SearchEntry.id.in_(keys)))


def index_case(case: Case, version: ApplicationVersion) -> None:
    """The case itself and the last submitted version of its dossier; earlier versions are found no more."""
    firm = db.session.execute(select(Firm.legal_name).where(Firm.id == case.firm_id)).scalar_one()
    index("case", case.id, case.id, f"{case.reference} {firm}")
    index("title", case.id, case.id, case.title)
    _drop(select(SearchEntry.id).where(SearchEntry.case_id == case.id, SearchEntry.item_kind == "version"))
    index("version", version.id, case.id, dossier_text(version.record, vocabulary(version.question_set_id)))


# --- texts -----------------------------------------------------------------------------------------------------------


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)


def dossier_text(record: dict[str, Any], words: Vocabulary) -> str:
    """All answers of a frozen version as people read them, and the names of its documents."""
    names = [document.get("name", "") for document in record.get("documents", ())]
    return " ".join((*words.all_lines(record.get("sections", {})), *names))


def position_text(position: Position) -> str:
    """The summary and the proposed conditions; findings are found by themselves."""
    return position_words(position.summary, position.record.get("conditions", ()))


def position_words(summary: str, conditions: Iterable[Mapping[str, Any]]) -> str:
    """The same from its parts."""
    return " ".join((summary, *(f"{one.get('title', '')} {one.get('text', '')}" for one in conditions)))


def letter_text(letter: CompletenessLetter) -> str:
    """What a letter about completeness says."""
    return " ".join((*_leaves(letter.missing), letter.message))


def thread_text(thread: Thread) -> str:
    """The subject and everything that is written in a thread."""
    texts = select(Post.text).where(Post.thread_id == thread.id).order_by(Post.written_at, Post.id)
    return " ".join((thread.subject, *db.session.scalars(texts)))


# --- all of it again -------------------------------------------------------------------------------------------------


def _cases(cases: Sequence[UUID]) -> Iterator[Found]:
    rows = (
        select(Case.id, Case.reference, Firm.legal_name).join(Firm, Firm.id == Case.firm_id).where(Case.id.in_(cases))
    )
    for key, reference, firm in db.session.execute(rows):
        yield key, key, f"{reference} {firm}", ()


def _titles(cases: Sequence[UUID]) -> Iterator[Found]:
    for key, title in db.session.execute(select(Case.id, Case.title).where(Case.id.in_(cases))):
        yield key, key, title, ()


def _versions(cases: Sequence[UUID]) -> Iterator[Found]:
    version = ApplicationVersion
    rows = select(version.id, Case.id, version.record, version.question_set_id).join(
        Case, Case.current_version_id == version.id
    )
    words = cache(vocabulary)
    for key, case_id, record, question_set_id in db.session.execute(rows.where(Case.id.in_(cases))).all():
        yield key, case_id, dossier_text(record, words(question_set_id)), ()


def _findings(cases: Sequence[UUID]) -> Iterator[Found]:
    rows = (
        select(Finding.id, Desk.case_id, Finding.reasons, Authority.code)
        .join(Desk, Desk.id == Finding.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
    )
    for key, case_id, reasons, code in db.session.execute(rows.where(Desk.case_id.in_(cases))):
        yield key, case_id, reasons, (desk_party(code),)


def _inputs(cases: Sequence[UUID]) -> Iterator[Found]:
    rows = (
        select(SpecialistInput.id, Desk.case_id, SpecialistInput.text, Authority.code)
        .join(Desk, Desk.id == SpecialistInput.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
    )
    for key, case_id, words, code in db.session.execute(rows.where(Desk.case_id.in_(cases))):
        yield key, case_id, words, (desk_party(code),)


def _positions(cases: Sequence[UUID]) -> Iterator[Found]:
    rows = select(Position).where(Position.case_id.in_(cases), Position.superseded_at.is_(None))
    for row in db.session.scalars(rows):
        yield row.id, row.case_id, position_text(row), ()


def _letters(cases: Sequence[UUID]) -> Iterator[Found]:
    for row in db.session.scalars(select(CompletenessLetter).where(CompletenessLetter.case_id.in_(cases))):
        yield row.id, row.case_id, letter_text(row), ()


def request_texts(*conditions: Any) -> Iterator[Found]:
    """Requests for information, each with its questions and the replies that the firm sent."""
    words: dict[UUID, list[str]] = {}
    sent = and_(RequestReply.question_id == RequestQuestion.id, RequestReply.sent_at.is_not(None))
    asked = (
        select(RequestQuestion.request_id, RequestQuestion.text, RequestReply.text.label("reply"))
        .join(Request, Request.id == RequestQuestion.request_id)
        .outerjoin(RequestReply, sent)
        .order_by(RequestQuestion.position)
    )
    for row in db.session.execute(asked.where(*conditions)):
        words.setdefault(row.request_id, []).extend((row.text, row.reply or ""))
    rows = select(Request.id, Request.case_id, Request.subject, Request.message).where(*conditions)
    for key, case_id, subject, message in db.session.execute(rows):
        yield key, case_id, " ".join((subject, message, *words.get(key, ()))), ()


def _requests(cases: Sequence[UUID]) -> Iterator[Found]:
    yield from request_texts(Request.case_id.in_(cases))


def _answers(cases: Sequence[UUID]) -> Iterator[Found]:
    for row in db.session.scalars(select(DeskAnswer).where(DeskAnswer.case_id.in_(cases))):
        yield row.id, row.case_id, f"{row.reasons} {row.conditions}", ()


def _threads(cases: Sequence[UUID]) -> Iterator[Found]:
    for row in db.session.scalars(select(Thread).where(Thread.case_id.in_(cases))):
        if row.case_id is not None:
            yield row.id, row.case_id, thread_text(row), ()


def discussed(title: str, subject_id: UUID) -> str:
    """What desks wrote to each other on a subject, with its title."""
    texts = select(JointPost.text).where(JointPost.subject_id == subject_id)
    return " ".join((title, *db.session.scalars(texts.order_by(JointPost.posted_at, JointPost.id))))


def _divergences(cases: Sequence[UUID]) -> Iterator[Found]:
    written = exists().where(JointPost.subject_id == Divergence.id)
    rows = select(Divergence.id, Divergence.case_id, Divergence.title).where(Divergence.case_id.in_(cases), written)
    for key, case_id, title in db.session.execute(rows).all():
        yield key, case_id, discussed(title, key), ()


def _meetings(cases: Sequence[UUID]) -> Iterator[Found]:
    rows = select(JointMeeting.id, JointMeeting.case_id, JointMeeting.purpose).where(JointMeeting.case_id.in_(cases))
    for key, case_id, purpose in db.session.execute(rows).all():
        yield key, case_id, discussed(purpose, key), ()


# Kind → all items of some cases. Every kind of `domain.search.KINDS` has a line here (a test says so).
SOURCES: dict[str, Callable[[Sequence[UUID]], Iterable[Found]]] = {
    "case": _cases,
    "title": _titles,
    "version": _versions,
    "letter": _letters,
    "request": _requests,
    "finding": _findings,
    "input": _inputs,
    "position": _positions,
    "thread": _threads,
    "answer": _answers,
    "divergence": _divergences,
    "joint_meeting": _meetings,
}


@use_case
def rebuild() -> int:
    """Empty the index and fill it from the cases that are there, oldest first. Returns how many items there are."""
    db.session.execute(delete(SearchEntry))
    db.session.execute(delete(_texts()))
    cases = list(db.session.scalars(select(Case.id).order_by(Case.created_at, Case.id)))
    total = 0
    for start in range(0, len(cases), CHUNK):
        some = cases[start : start + CHUNK]
        found = [(kind, *row) for kind, read in SOURCES.items() for row in read(some)]
        place = {case_id: number for number, case_id in enumerate(some)}
        found.sort(key=lambda row: place[row[2]])
        total += len(found)
        if found:
            _put(found)
        db.session.expunge_all()
    return total


def _put(found: list[tuple[str, UUID, UUID, str, tuple[str, ...]]]) -> None:
    rows = [{"item_kind": kind, "item_id": item, "case_id": case_id} for kind, item, case_id, _, _ in found]
    keys = db.session.scalars(insert(SearchEntry).returning(SearchEntry.id, sort_by_parameter_order=True), rows).all()
    texts = _texts()
    name = texts.columns[0].name
    bodies = [{name: key, "body": searchable(row[3])} for key, row in zip(keys, found, strict=True)]
    db.session.execute(insert(texts), bodies)
    _show([row for row in found if row[4]])


def _show(found: list[tuple[str, UUID, UUID, str, tuple[str, ...]]]) -> None:
    """Audience rows of desks' own items that have none, as items written before they could be found."""
    known = set(db.session.scalars(select(Audience.item_id).where(Audience.item_id.in_([row[1] for row in found]))))
    moment = now()
    rows = [
        {"item_id": item, "party": party, "item_kind": kind, "case_id": case_id, "visible_from": moment}
        for kind, item, case_id, _, parties in found
        if item not in known
        for party in parties
    ]
    if rows:
        db.session.execute(insert(Audience), rows)


__all__ = [
    "SOURCES",
    "dossier_text",
    "forget",
    "index",
    "index_case",
    "letter_text",
    "position_text",
    "position_words",
    "rebuild",
    "request_texts",
    "thread_text",
]
