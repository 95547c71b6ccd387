"""Lists of applications, the firm's dashboard, and what was submitted: versions and receipts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, and_, literal, or_, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.countries import country_name
from sandbox.domain.documents import printed
from sandbox.domain.errors import NotFound
from sandbox.domain.lifecycles import APPLICATION
from sandbox.domain.policy import demand
from sandbox.domain.questions import COMPLETE, from_text
from sandbox.domain.requests import OPEN
from sandbox.domain.sections import answer, asked_in
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion, Section
from sandbox.models.catalogue import Authority, Programme, QuestionSet
from sandbox.models.desks import Case, CompletenessLetter, Desk, Request
from sandbox.models.people import Firm, Person
from sandbox.queries import PAGE_SIZE, Page, instant, page_of, place
from sandbox.queries.access import draft_permitted, visible
from sandbox.queries.applications.reaching import routings
from sandbox.queries.applications.rows import Dashboard, Line, Receipt
from sandbox.queries.applications.window import FIRM_ONLY, facts
from sandbox.queries.applications.working import received_by
from sandbox.queries.questions import CONTENT

SHOWN = 20  # on the dashboard


def _lines() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Application.id,
            Application.title,
            Programme.name.label("programme"),
            Firm.legal_name.label("firm"),
            Application.state,
            Application.created_at,
            Case.id.label("case_id"),
            Case.reference,
            Application.submitted_at,
            Application.programme_id,
            Application.question_set_id,
        )
        .join(Programme, Programme.id == Application.programme_id)
        .join(Firm, Firm.id == Application.firm_id)
        .outerjoin(Case, Case.application_id == Application.id)
        .order_by(Application.created_at.desc(), Application.id.desc())
    )


@dataclass(frozen=True, slots=True)
class _Progress:
    """How far one application is: sections that lack nothing, of how many, and who saved last."""

    complete: int
    sections: int
    saved_at: datetime
    saved_by: str


def _progress(rows: Sequence[Row[Any]]) -> dict[UUID, _Progress]:
    """Application → how far it is; a fixed number of statements for the whole page."""
    saved: dict[UUID, list[Row[Any]]] = {row.id: [] for row in rows}
    for row in db.session.execute(
        select(Section.application_id, Section.code, Section.answers, Section.updated_at, Person.name)
        .join(Person, Person.id == Section.updated_by)
        .where(Section.application_id.in_(list(saved)))
        .order_by(Section.updated_at),
    ):
        saved[row.application_id].append(row)
    states = _states([row for row in rows if row.state == APPLICATION.start], saved)
    return {
        row.id: _Progress(
            states.get(row.id, []).count(COMPLETE), len(states.get(row.id, ())), last[-1].updated_at, last[-1].name
        )
        for row in rows
        if (last := saved[row.id])
    }


def _states(drafts: Sequence[Row[Any]], saved: Mapping[UUID, Sequence[Row[Any]]]) -> dict[UUID, list[str]]:
    """The states of the sections of drafts; of what was submitted nobody counts them."""
    if not drafts:
        return {}
    sets, programmes = {}, {}
    for row in db.session.execute(
        select(QuestionSet.id, CONTENT.label("questions"), QuestionSet.programme_id, Programme.content)
        .join(Programme, Programme.id == QuestionSet.programme_id)
        .where(QuestionSet.id.in_({row.question_set_id for row in drafts})),
    ):
        sets[row.id], programmes[row.programme_id] = from_text(row.questions), row.content
    dry = routings(programmes)
    found = {}
    for row in drafts:
        answers = {one.code: one.answers for one in saved[row.id]}
        asked = dry[row.programme_id].asked(sets[row.question_set_id], answers).questions
        found[row.id] = list(asked.states(answers).values())
    return found


def _asked(viewer: Actor, ids: Sequence[UUID]) -> dict[tuple[UUID, str], list[str]]:
    """What authorities wait for, with their codes: (application, `letter` about something missing, or `request`)."""
    mine = (
        draft_permitted(viewer, Action.APPLICATION_READ),
        Case.application_id.in_(ids),
        Case.withdrawn_at.is_(None),
    )
    letters = (
        select(Case.application_id, Authority.code, literal("letter").label("kind"))
        .join(CompletenessLetter, CompletenessLetter.case_id == Case.id)
        .join(Desk, Desk.id == CompletenessLetter.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .join(Application, Application.id == Case.application_id)
        .where(
            *mine,
            Desk.state == "incomplete",
            CompletenessLetter.outcome == "incomplete",
            CompletenessLetter.answered_at.is_(None),
            visible(CompletenessLetter.id, "letter", FIRM_ONLY),
        )
    )
    requests = (
        select(Case.application_id, Authority.code, literal("request").label("kind"))
        .join(Request, Request.case_id == Case.id)
        .join(Desk, Desk.id == Request.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .join(Application, Application.id == Case.application_id)
        .where(*mine, Request.state.in_(sorted(OPEN)), visible(Request.id, "request", FIRM_ONLY))
        .distinct()
    )
    found: dict[tuple[UUID, str], list[str]] = {}
    for application_id, code, kind in db.session.execute(letters.union_all(requests).order_by("code")):
        found.setdefault((application_id, kind), []).append(code)
    return found


def _complete(viewer: Actor, rows: Sequence[Row[Any]]) -> list[Line]:
    ids = [row.id for row in rows]
    progress = _progress(rows) if ids else {}
    asked = _asked(viewer, ids) if any(row.case_id for row in rows) else {}  # nobody asks about drafts
    return [
        Line(
            **_named(row, progress.get(row.id) or _Progress(0, 0, row.created_at, "")),
            waiting=tuple(asked.get((row.id, "letter"), ())),
            asked=tuple(asked.get((row.id, "request"), ())),
        )
        for row in rows
    ]


def _named(row: Row[Any], progress: _Progress) -> dict[str, Any]:
    told = {name: value for name, value in row._asdict().items() if name not in {"programme_id", "question_set_id"}}
    return {**told, **asdict(progress)}


def list_of_firm(viewer: Actor, *, after: str | None = None, size: int = PAGE_SIZE) -> Page[Line]:
    """The applications of the viewer's firm, or of those that engage them, newest first. Raises NotAllowed."""
    if viewer.firms or not viewer.firm_side:  # counsel whom nobody engages has an empty list
        demand(viewer, Action.APPLICATION_READ, facts(viewer), glance=True)
    statement = _lines().where(draft_permitted(viewer, Action.APPLICATION_READ))
    start = place(after, instant, UUID)
    if start is not None:
        moment, key = start
        older = Application.created_at < moment
        statement = statement.where(or_(older, and_(Application.created_at == moment, Application.id < key)))
    rows = db.session.execute(statement.limit(size + 1)).all()
    page = page_of(rows, lambda row: (row.created_at.isoformat(), row.id), size)
    return Page(_complete(viewer, page.rows), page.after)


def dashboard(viewer: Actor) -> Dashboard:
    """The firm's work at a glance; the newest applications only."""
    statement = (
        _lines()
        .where(draft_permitted(viewer, Action.APPLICATION_READ), Application.state.in_(("draft", "submitted")))
        .limit(SHOWN)
    )
    lines = _complete(viewer, db.session.execute(statement).all())
    return Dashboard(
        drafts=tuple(line for line in lines if line.state == "draft"),
        waiting=tuple(line for line in lines if line.waiting or line.asked),
        submitted=tuple(line for line in lines if line.state == "submitted" and not line.waiting and not line.asked),
    )


def programmes() -> list[tuple[UUID, str, Mapping[str, Any]]]:
    """The programmes that take applications: id, name and record. Reference data: no party is asked."""
    rows = db.session.execute(select(Programme.id, Programme.name, Programme.content).order_by(Programme.name))
    return [(row.id, row.name, row.content) for row in rows]


def submitted_version(viewer: Actor, application_id: UUID, version_id: UUID) -> Receipt:
    """What was submitted in one version, with its receipt. Raises NotFound for another firm's."""
    row = db.session.execute(
        select(
            Application.id.label("application_id"),
            ApplicationVersion.id.label("version_id"),
            ApplicationVersion.number,
            (Case.current_version_id == ApplicationVersion.id).label("current"),
            Application.title,
            Programme.name.label("programme"),
            Case.id.label("case_id"),
            Case.reference,
            ApplicationVersion.sha256,
            ApplicationVersion.record,
            ApplicationVersion.submitted_at,
            Person.name.label("submitted_by"),
            Programme.content,
            CONTENT.label("questions"),
        )
        .join(QuestionSet, QuestionSet.id == ApplicationVersion.question_set_id)
        .join(Application, Application.id == ApplicationVersion.application_id)
        .join(Programme, Programme.id == Application.programme_id)
        .join(Case, Case.application_id == Application.id)
        .join(Person, Person.id == ApplicationVersion.submitted_by)
        .where(
            ApplicationVersion.id == version_id,
            Application.id == application_id,
            draft_permitted(viewer, Action.APPLICATION_READ),
            visible(ApplicationVersion.id, "version", FIRM_ONLY),
        ),
    ).one_or_none()
    if row is None:
        raise NotFound("There is nothing here.")
    questions = asked_in(row.record, from_text(row.questions))
    return Receipt(**{**row._asdict(), "questions": questions}, destinations=received_by(row.case_id))


def receipt_record(receipt: Receipt, *, demo: bool) -> dict[str, Any]:
    """The record of the receipt's document, from what was frozen (schema `receipt/1`)."""
    firm = receipt.record["sections"]["firm"]
    return {
        "schema": "receipt/1",
        "number": f"{receipt.reference}/R/{receipt.number}",
        "case": {"reference": receipt.reference, "title": answer(receipt.record["sections"], "product.name")},
        "programme": {"name": receipt.programme},
        "firm": {
            "name": firm["legal_name"],
            "lei": firm.get("lei") or "",
            "company_number": firm.get("company_number") or "",
            "country": country_name(firm.get("country") or ""),
            "address": ", ".join((firm.get("address") or "").splitlines()),
        },
        "dossier": {
            "version": receipt.number,
            "sha256": receipt.sha256,
            "submitted_at": receipt.submitted_at.isoformat(),
            "documents": [printed(one) for one in receipt.documents],
        },
        "submitted_by": receipt.submitted_by,
        "authorities": [{"code": one.code, "name": one.name} for one in receipt.destinations],
        "verification": None,
        "demo": demo,
    }
