"""A copy of an item for another desk: title, facts and texts in plain words, whatever kind it is.

Rule: only what the desk itself wrote or received is copied, as it is at this moment. Raises NotFound for anything else.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from sandbox.domain.audiences import desk as desk_party
from sandbox.domain.canonical import record_hash
from sandbox.domain.conditions import condition_record
from sandbox.domain.correspondence import KINDS
from sandbox.domain.divergences import FINDINGS
from sandbox.domain.errors import NotFound
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.assessments import Finding, Position, ProposedCondition
from sandbox.models.catalogue import Criterion
from sandbox.models.desks import CompletenessLetter, Desk, Post, Thread
from sandbox.models.desks.requests import Request, RequestQuestion, RequestReply
from sandbox.models.people import Organisation
from sandbox.models.trail import Audience

Sheet = dict[str, Any]
LETTERS = {
    "complete": "The application is complete",
    "incomplete": "Something is missing",
    "refused_to_review": "Does not review the application",
}

OWN_ENTRIES = "Only those of the authority that shares this and of the firm"


def sheet(title: str, facts: list[tuple[str, Any]], texts: list[tuple[str, str]]) -> Sheet:
    """The copy: `facts` are short lines, `texts` are prose under a heading. What is empty is left out."""
    return {
        "schema": "share-item/1",
        "title": title,
        "facts": [[name, _shown(value)] for name, value in facts if value not in (None, "", [])],
        "texts": [[heading, text] for heading, text in texts if text],
    }


def _shown(value: Any) -> str:
    return f"{value.day} {value:%B %Y}" if isinstance(value, date) else str(value)


def _found(row: Any) -> Any:
    if row is None:
        raise NotFound("There is nothing here.")
    return row


def _words(value: str) -> str:
    return value.replace("_", " ").capitalize()


def _finding(desk: Desk, key: UUID) -> Sheet:
    row = _found(
        db.session.execute(
            select(Finding, Criterion.title, Criterion.question, ApplicationVersion.number)
            .join(Criterion, Criterion.id == Finding.criterion_id)
            .join(ApplicationVersion, ApplicationVersion.id == Finding.application_version_id)
            .where(
                Finding.id == key,
                Finding.desk_id == desk.id,
                Finding.quarantined_at.is_(None),
                Finding.value != "",
            ),
        ).one_or_none(),
    )
    finding, title, question, number = row
    facts = [("Question", question), ("Finding", FINDINGS[finding.value]), ("Version of the application", number)]
    return sheet(title, facts, [("Reasons", finding.reasons), ("Indicators seen", "\n".join(finding.indicators))])


def _condition(desk: Desk, key: UUID) -> Sheet:
    row = _found(
        db.session.scalar(
            select(ProposedCondition).where(
                ProposedCondition.id == key,
                ProposedCondition.desk_id == desk.id,
                ProposedCondition.quarantined_at.is_(None),
            ),
        ),
    )
    return sheet(row.title, _condition_facts(condition_record(row)), [("Text", row.text)])


def _condition_facts(record: dict[str, Any]) -> list[tuple[str, Any]]:
    measured = [record["metric"], record["comparator"], record["threshold"], record["currency"], record["window"]]
    limit = " ".join(str(part).replace("_", " ") for part in measured if part) if record["metric"] else ""
    return [
        ("Kind", _words(record["kind"])),
        ("Limit", limit),
        ("Where", ", ".join(record["jurisdictions"] or ())),
        ("Legal basis", record["legal_basis"]),
    ]


def _position(desk: Desk, key: UUID) -> Sheet:
    row = _found(
        db.session.scalar(
            select(Position).where(Position.id == key, Position.desk_id == desk.id, Position.superseded_at.is_(None)),
        ),
    )
    findings = [
        (one["title"], f"{FINDINGS[one['value']]}\n\n{one['reasons']}".strip()) for one in row.record["findings"]
    ]
    conditions = [(one["title"], _condition_text(one)) for one in row.record["conditions"]]
    facts = [("Recommendation", _words(row.recommendation)), ("Filed", row.filed_at.date()), ("SHA-256", row.sha256)]
    return sheet("Position", facts, [("Summary", row.summary), *findings, *conditions])


def _condition_text(record: dict[str, Any]) -> str:
    facts = [f"{name}: {value}" for name, value in _condition_facts(record) if value]
    return "\n".join([*facts, record["text"]])


def _letter(desk: Desk, key: UUID) -> Sheet:
    row = _found(
        db.session.scalar(
            select(CompletenessLetter).where(CompletenessLetter.id == key, CompletenessLetter.desk_id == desk.id),
        ),
    )
    missing = [one["reason"] if isinstance(one, dict) else one for one in row.missing]
    texts = [("What is missing", "\n".join(missing)), ("Message to the firm", row.message)]
    return sheet(LETTERS.get(row.outcome, _words(row.outcome)), [("Written", row.written_at.date())], texts)


def _thread(desk: Desk, key: UUID) -> Sheet:
    """What this desk and the firm wrote in a thread that one of them began, without the names of people.

    Rule (DESIGN 2): another desk's words are that desk's to share; its subject, facts and entries are not copied.
    """
    own = select(Organisation.code).where(Organisation.id == desk.authority_id).scalar_subquery()
    thread = _found(
        db.session.scalar(
            select(Thread)
            .join(Audience, Audience.item_id == Thread.id)
            .where(
                Thread.id == key,
                Thread.case_id == desk.case_id,
                Audience.party == desk_party("") + own,
                or_(Thread.authority_id == desk.authority_id, Thread.authority_id.is_(None)),
            ),
        ),
    )
    posts = db.session.execute(
        select(Post.text, Post.written_at, Post.corrects_id, Organisation.name)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(Post.thread_id == key, Post.organisation_id.in_([desk.authority_id, thread.firm_id]))
        .order_by(Post.written_at, Post.id),
    )
    texts = [
        (f"{row.name}, {row.written_at.date()}{' (a correction)' if row.corrects_id else ''}", row.text)
        for row in posts
    ]
    facts = [("Kind", KINDS[thread.kind].words), ("Entries", OWN_ENTRIES)]
    facts += [(_words(name), value) for name, value in sorted(thread.facts.items())]
    return sheet(thread.subject, facts, texts)


def _request(desk: Desk, key: UUID) -> Sheet:
    """A request that was sent, with the replies that the firm has sent."""
    request = _found(
        db.session.scalar(
            select(Request).where(Request.id == key, Request.desk_id == desk.id, Request.sent_at.is_not(None)),
        ),
    )
    replied = and_(RequestReply.question_id == RequestQuestion.id, RequestReply.sent_at.is_not(None))
    rows = db.session.execute(
        select(RequestQuestion.position, RequestQuestion.text, RequestReply.text.label("reply"), RequestReply.sent_at)
        .outerjoin(RequestReply, replied)
        .where(RequestQuestion.request_id == key)
        .order_by(RequestQuestion.position),
    )
    texts = [("Message", request.message)]
    for row in rows:
        reply = f"Reply of {row.sent_at.date()}: {row.reply}" if row.sent_at else "No reply yet."
        texts.append((f"Question {row.position}", f"{row.text}\n\n{reply}"))
    return sheet(request.subject, [("Sent", request.sent_at.date()), ("Answer due", request.due_on)], texts)


SOURCES: dict[str, Callable[[Desk, UUID], Sheet]] = {
    "finding": _finding,
    "condition": _condition,
    "position": _position,
    "letter": _letter,
    "request": _request,
    "thread": _thread,
}


def copy_of(desk: Desk, kind: str, key: UUID) -> tuple[str, Sheet, str]:
    """Label, copy and hash of an item of this desk. Raises NotFound."""
    source = SOURCES.get(kind)
    if source is None:
        raise NotFound("There is nothing here.")
    content = source(desk, key)
    return content["title"], content, record_hash(content)


__all__ = ["SOURCES", "Sheet", "copy_of", "sheet"]
