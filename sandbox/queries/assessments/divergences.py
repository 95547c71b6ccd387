"""The divergence board: each difference with the desks' words, how far apart they are, and what stands.

Rule: audience {deciding desks that have opened}; never the firm, the programme office, or a desk that has not filed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.conditions import limit_of
from sandbox.domain.divergences import DISPOSITIONS, FINDINGS, View, gap
from sandbox.domain.errors import NotFound
from sandbox.extensions import db
from sandbox.models.assessments import Disposition, Divergence, JointPost
from sandbox.models.catalogue import Authority
from sandbox.models.people import Person
from sandbox.queries import Page
from sandbox.queries.access import visible
from sandbox.queries.assessments.contradictions import Pair, pairs
from sandbox.queries.assessments.joint import SETTLERS, Colleague, Post, colleagues, desks_of, enter, posts
from sandbox.queries.desks.sight import Sight

SHOWN = ("all", "open", "mine", "overdue")


@dataclass(frozen=True, slots=True)
class Choice:
    """What one desk chose on a difference."""

    code: str
    choice: str
    words: str
    text: str
    by: str
    at: datetime
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One row on which the desks differ. `views`: for each desk its verdict and its words (None: it has none)."""

    id: UUID
    kind: str
    key: str
    title: str
    views: dict[str, tuple[str, str] | None]
    gap: str
    size: Decimal
    choices: tuple[Choice, ...]
    state: str
    disposition: str | None
    settled_at: datetime | None
    mine: Choice | None
    owner_id: UUID | None
    owner: str | None
    due_on: date | None
    posts: int
    version: int

    @property
    def settled(self) -> bool:
        """It has a disposition that stands."""
        return self.state == "settled"

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Deciding desks that have not chosen yet."""
        chose = {one.code for one in self.choices}
        return tuple(code for code in self.views if code not in chose)

    def overdue(self, today: date) -> bool:
        """It should have been settled before this day."""
        return not self.settled and self.due_on is not None and self.due_on < today


@dataclass(frozen=True, slots=True)
class Board:
    """All differences of a case that the viewer may read, the largest first; `rows` as filtered, `all` not."""

    sight: Sight
    desks: dict[str, str]
    all: tuple[Difference, ...]
    pairs: tuple[Pair, ...]
    shown: str
    today: date

    @property
    def rows(self) -> tuple[Difference, ...]:
        """The rows that the filter leaves."""
        keep = {
            "all": lambda row: True,
            "open": lambda row: not row.settled,
            "mine": lambda row: row.owner_id == self.sight.viewer.person_id,
            "overdue": lambda row: row.overdue(self.today),
        }[self.shown]
        return tuple(row for row in self.all if keep(row))

    @property
    def open(self) -> int:
        """How many have no disposition yet."""
        return sum(1 for row in self.all if not row.settled)

    @property
    def settled(self) -> int:
        """How many have a disposition that stands."""
        return len(self.all) - self.open

    @property
    def open_pairs(self) -> int:
        """How many contradictions no signed note resolves."""
        return sum(1 for pair in self.pairs if not pair.resolved)

    @property
    def may_settle(self) -> bool:
        """The viewer can choose for their desk."""
        return self.sight.withdrawn_at is None and self.sight.may(Action.DIVERGENCE_SETTLE)


@dataclass(frozen=True, slots=True)
class Discussion:
    """One difference with everything that was chosen and written about it."""

    sight: Sight
    desks: dict[str, str]
    row: Difference
    history: tuple[Choice, ...]
    posts: Page[Post]
    people: tuple[Colleague, ...]

    def may(self, action: Action) -> bool:
        """The viewer can do this now."""
        return self.sight.withdrawn_at is None and self.sight.may(action)


def _choices(seen: Sight, divergence_id: UUID | None = None) -> dict[UUID, list[Choice]]:
    """Every choice on each difference (or on one), the oldest first."""
    found: dict[UUID, list[Choice]] = {}
    statement = (
        select(
            Disposition.divergence_id,
            Disposition.choice,
            Disposition.text,
            Disposition.chosen_at,
            Disposition.superseded_at,
            Authority.code,
            Person.name,
        )
        .join(Divergence, Divergence.id == Disposition.divergence_id)
        .join(Authority, Authority.id == Disposition.authority_id)
        .join(Person, Person.id == Disposition.chosen_by)
        .where(Divergence.case_id == seen.case_id, visible(Divergence.id, "divergence", seen.parties))
        .order_by(Disposition.chosen_at, Disposition.id)
    )
    if divergence_id is not None:
        statement = statement.where(Divergence.id == divergence_id)
    for row in db.session.execute(statement):
        past = row.superseded_at is not None
        one = Choice(row.code, row.choice, DISPOSITIONS[row.choice], row.text, row.name, row.chosen_at, past)
        found.setdefault(row.divergence_id, []).append(one)
    return found


def _statement(seen: Sight) -> Select[Any]:
    written = (
        select(func.count())
        .where(JointPost.subject_id == Divergence.id, visible(JointPost.id, "joint_post", seen.parties))
        .correlate(Divergence)
        .scalar_subquery()
    )
    return (
        select(Divergence, Person.name.label("owner"), Authority.code.label("owner_code"), written.label("posts"))
        .outerjoin(Person, Person.id == Divergence.owner_id)
        .outerjoin(Authority, Authority.id == Person.organisation_id)
        .where(Divergence.case_id == seen.case_id, visible(Divergence.id, "divergence", seen.parties))
    )


def _view(stored: Any) -> View:
    limits = tuple(one for row in stored["limits"] if (one := limit_of(row)) is not None)
    return View(stored["authority"], stored["value"], stored["text"], stored["wording"], limits)


def _difference(seen: Sight, desks: dict[str, str], found: Any, choices: list[Choice]) -> Difference:
    row: Divergence = found.Divergence
    given = {view["authority"]: _view(view) for view in row.views}
    apart = gap(row.kind, given.values(), desks)
    newest = {one.code: one for one in choices if not one.superseded}
    views: dict[str, tuple[str, str] | None] = {}
    for code in desks:
        view = given.get(code)
        views[code] = None if view is None else (FINDINGS.get(view.value, view.value), view.text)
    return Difference(
        id=row.id,
        kind=row.kind,
        key=row.key,
        title=row.title,
        views=views,
        gap=apart.words,
        size=apart.size,
        choices=tuple(newest[code] for code in sorted(newest)),
        state=row.state,
        disposition=row.disposition,
        settled_at=row.settled_at,
        mine=newest.get(seen.viewer.code),
        owner_id=row.owner_id,
        owner=f"{found.owner} ({found.owner_code})" if found.owner else None,
        due_on=row.due_on,
        posts=found.posts,
        version=row.version,
    )


def board(viewer: Actor, case_id: UUID, today: date, shown: str = "all") -> Board:
    """The divergence board, in seven statements whatever its size. Raises NotFound for who may not read it (yet).

    `today` is the day where the viewer is.
    """
    seen = enter(viewer, case_id)
    desks, choices = desks_of(seen), _choices(seen)
    fetched = db.session.execute(_statement(seen))
    found = [_difference(seen, desks, row, choices.get(row.Divergence.id, [])) for row in fetched]
    found.sort(key=lambda row: (row.settled, -row.size, row.title, str(row.id)))
    return Board(seen, desks, tuple(found), pairs(seen), shown if shown in SHOWN else "all", today)


def discussion(viewer: Actor, case_id: UUID, divergence_id: UUID, after: str | None = None) -> Discussion:
    """One difference with its history and discussion. Raises NotFound."""
    seen = enter(viewer, case_id)
    row = db.session.execute(_statement(seen).where(Divergence.id == divergence_id)).one_or_none()
    if row is None:
        raise NotFound("There is nothing here.")
    desks, history = desks_of(seen), _choices(seen, divergence_id).get(divergence_id, [])
    return Discussion(
        sight=seen,
        desks=desks,
        row=_difference(seen, desks, row, history),
        history=tuple(reversed(history)),
        posts=posts(seen, divergence_id, after),
        people=colleagues(seen, SETTLERS),
    )


__all__ = ["SHOWN", "Board", "Choice", "Difference", "Discussion", "board", "discussion"]
