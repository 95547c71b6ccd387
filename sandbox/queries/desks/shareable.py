"""What a desk could share: its own items, the other desks, its gateways, and where the firm gave its consent.

Rule: only for who may share; nothing of another desk is in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, or_, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotFound
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.policy import OBSERVES
from sandbox.domain.sections import agreed_to_sharing
from sandbox.domain.sharing import ITEM_KINDS
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.assessments import Finding, Position, ProposedCondition
from sandbox.models.catalogue import Authority, Criterion
from sandbox.models.desks import CompletenessLetter, Desk, Post, Request, SharingConsent, Thread
from sandbox.queries.access import visible
from sandbox.queries.desks.consents import Cell, not_agreed
from sandbox.queries.desks.sight import Sight, sight

MOST = 200  # threads that a form offers, newest first


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that can be shared."""

    kind: str
    id: UUID
    label: str

    @property
    def words(self) -> str:
        """What kind of item it is."""
        return ITEM_KINDS[self.kind].words

    @property
    def sealed(self) -> bool:
        """Part of the assessment, which nobody else reads before the opening."""
        return ITEM_KINDS[self.kind].sealed


@dataclass(frozen=True, slots=True)
class Receiver:
    """Another authority that takes part in the case."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Gateway:
    """A sharing instrument of the own authority."""

    code: str
    name: str
    with_whom: str
    restriction: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """A message of the firm, which may hold a consent."""

    id: UUID
    subject: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Shareable:
    """What the form of a share offers. `declared_in`: the version of the application that gives consent."""

    sight: Sight
    items: tuple[Candidate, ...]
    receivers: tuple[Receiver, ...]
    gateways: tuple[Gateway, ...]
    messages: tuple[Agreement, ...]
    declared_in: int | None
    not_agreed: tuple[Cell, ...]

    @property
    def sealed(self) -> bool:
        """The own desk has not opened: sharing a part of its assessment is an act of its own."""
        return self.sight.desk_opened_at is None


def _candidates(seen: Sight) -> Iterator[Candidate]:
    desk_id = seen.desk_id
    if seen.may(Action.SHARE_RELEASE_SEALED) or seen.desk_opened_at is not None:
        yield from _assessed(desk_id)
    letters = select(CompletenessLetter.id, CompletenessLetter.outcome, CompletenessLetter.written_at)
    letters = letters.where(CompletenessLetter.desk_id == desk_id, CompletenessLetter.outcome != "received")
    for key, outcome, at in db.session.execute(letters.order_by(CompletenessLetter.written_at)):
        yield Candidate("letter", key, f"{outcome.replace('_', ' ')}, {at:%d %B %Y}")
    sent = select(Request.id, Request.subject).where(Request.desk_id == desk_id, Request.sent_at.is_not(None))
    yield from _named("request", sent.order_by(Request.sent_at))
    own = [audiences.desk(seen.viewer.code)]
    threads = select(Thread.id, Thread.subject)
    begun = or_(Thread.authority_id == seen.viewer.organisation_id, Thread.authority_id.is_(None))  # by us or the firm
    threads = threads.where(Thread.case_id == seen.case_id, visible(Thread.id, "thread", own), begun)
    yield from _named("thread", threads.order_by(Thread.last_at.desc(), Thread.id).limit(MOST))


def _named(kind: str, statement: Select[UUID, str]) -> Iterator[Candidate]:
    for key, label in db.session.execute(statement):
        yield Candidate(kind, key, label)


def _assessed(desk_id: UUID | None) -> Iterator[Candidate]:
    findings = (
        select(Finding.id, Criterion.title)
        .join(Criterion, Criterion.id == Finding.criterion_id)
        .where(Finding.desk_id == desk_id, Finding.quarantined_at.is_(None), Finding.value != "")
        .order_by(Criterion.position)
    )
    yield from _named("finding", findings)
    conditions = select(ProposedCondition.id, ProposedCondition.title)
    conditions = conditions.where(ProposedCondition.desk_id == desk_id, ProposedCondition.quarantined_at.is_(None))
    yield from _named("condition", conditions.order_by(ProposedCondition.ordinal))
    positions = select(Position.id, Position.filed_at)
    positions = positions.where(Position.desk_id == desk_id, Position.superseded_at.is_(None))
    for key, at in db.session.execute(positions):
        yield Candidate("position", key, f"{at:%d %B %Y}")


def _messages(seen: Sight, firm_id: UUID) -> tuple[Agreement, ...]:
    own = [audiences.desk(seen.viewer.code)]
    rows = db.session.execute(
        select(Post.id, Thread.subject, Post.written_at)
        .join(Thread, Thread.id == Post.thread_id)
        .where(
            Thread.case_id == seen.case_id,
            Post.organisation_id == firm_id,
            visible(Thread.id, "thread", own),
        )
        .order_by(Post.written_at.desc(), Post.id)
        .limit(MOST),
    )
    return tuple(Agreement(*row) for row in rows)


def shareable(viewer: Actor, case_id: UUID) -> Shareable:
    """What the viewer's desk could share, and with whom. Raises NotFound for who may not share."""
    seen = sight(viewer, case_id, Action.SHARE_RELEASE)
    if seen.desk_id is None:
        raise NotFound("There is nothing here.")
    rows = db.session.execute(
        select(Authority.id, Authority.code, Authority.name, Authority.content, Desk.part, Desk.state)
        .join(Desk, Desk.authority_id == Authority.id)
        .where(Desk.case_id == case_id)
        .order_by(Authority.code),
    ).all()
    own = next(row for row in rows if row.id == viewer.organisation_id)
    version = db.session.execute(
        select(
            ApplicationVersion.number,
            ApplicationVersion.record,
            exists().where(SharingConsent.case_id == case_id, SharingConsent.given).label("later"),
        ).where(ApplicationVersion.id == seen.version_id),
    ).one()
    declared = agreed_to_sharing(version.record) or version.later
    return Shareable(
        sight=seen,
        items=tuple(_candidates(seen)),
        receivers=tuple(
            Receiver(row.code, row.name)
            for row in rows
            if row.id != own.id and row.part != OBSERVES and row.state not in ENDED_DESK
        ),
        gateways=tuple(
            Gateway(one["code"], one["name"], one["with_whom"], one["restriction"]) for one in own.content["sharing"]
        ),
        messages=_messages(seen, seen.facts.firm_id),
        declared_in=version.number if declared else None,
        not_agreed=not_agreed(seen),
    )


__all__ = ["Agreement", "Candidate", "Gateway", "Receiver", "Shareable", "shareable"]
