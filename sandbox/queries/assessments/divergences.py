"""The divergence board: each difference with the desks' words, what each desk chose, and what stands.

Rule: audience {deciding desks}, from the opening on; never the firm, never the programme office.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.divergences import DISPOSITIONS, FINDINGS
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.extensions import db
from sandbox.models.assessments import Disposition, Divergence, Position
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Desk
from sandbox.models.people import Person
from sandbox.queries.access import visible
from sandbox.queries.desks.sight import Sight, sight


@dataclass(frozen=True, slots=True)
class Choice:
    """What one desk chose last on a difference."""

    code: str
    choice: str
    words: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Difference:
    """One row on which the desks differ. `views`: for each desk its verdict and its words (None: it has none)."""

    id: UUID
    kind: str
    key: str
    title: str
    views: dict[str, tuple[str, str] | None]
    gap: str
    choices: tuple[Choice, ...]
    state: str
    disposition: str | None
    settled_at: datetime | None
    mine: Choice | None

    @property
    def settled(self) -> bool:
        """It has a disposition that stands."""
        return self.state == "settled"

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Deciding desks that have not chosen yet."""
        chose = {one.code for one in self.choices}
        return tuple(code for code in self.views if code not in chose)


@dataclass(frozen=True, slots=True)
class Board:
    """All differences of a case that the viewer may read."""

    sight: Sight
    desks: dict[str, str]
    rows: tuple[Difference, ...]

    @property
    def open(self) -> int:
        """How many have no disposition yet."""
        return sum(1 for row in self.rows if not row.settled)

    @property
    def may_settle(self) -> bool:
        """The viewer can choose for their desk."""
        return self.sight.withdrawn_at is None and self.sight.may(Action.DIVERGENCE_SETTLE)


def _desks(seen: Sight) -> dict[str, str]:
    rows = db.session.execute(
        select(Authority.code, Authority.name)
        .join(Desk, Desk.authority_id == Authority.id)
        .where(Desk.case_id == seen.case_id, Desk.part == "decides", Desk.state.not_in(ENDED_DESK))
        .order_by(Authority.code),
    )
    return {code: name for code, name in rows}


def _choices(seen: Sight) -> dict[UUID, dict[str, Choice]]:
    """The newest choice of each desk on each difference."""
    found: dict[UUID, dict[str, Choice]] = {}
    rows = db.session.execute(
        select(
            Disposition.divergence_id,
            Disposition.choice,
            Disposition.text,
            Disposition.chosen_at,
            Authority.code,
            Person.name,
        )
        .join(Divergence, Divergence.id == Disposition.divergence_id)
        .join(Authority, Authority.id == Disposition.authority_id)
        .join(Person, Person.id == Disposition.chosen_by)
        .where(Divergence.case_id == seen.case_id, visible(Divergence.id, "divergence", seen.parties))
        .order_by(Disposition.chosen_at, Disposition.id),
    )
    for row in rows:
        one = Choice(row.code, row.choice, DISPOSITIONS[row.choice], row.text, row.name, row.chosen_at)
        found.setdefault(row.divergence_id, {})[row.code] = one
    return found


def _thresholds(seen: Sight) -> dict[str, dict[str, tuple[Decimal, str]]]:
    """Metric → desk → threshold and currency, from the opened positions."""
    found: dict[str, dict[str, tuple[Decimal, str]]] = {}
    rows = db.session.execute(
        select(Authority.code, Position.record)
        .join(Desk, Desk.id == Position.desk_id)
        .join(Authority, Authority.id == Desk.authority_id)
        .where(
            Position.case_id == seen.case_id,
            Position.superseded_at.is_(None),
            visible(Position.id, "position", seen.parties),
        ),
    )
    for code, record in rows:
        for condition in record.get("conditions") or ():
            try:
                threshold = Decimal(str(condition.get("threshold")))
            except InvalidOperation:
                continue
            if condition.get("metric"):
                found.setdefault(condition["metric"], {})[code] = (threshold, condition.get("currency") or "")
    return found


def _views(row: Any, desks: dict[str, str]) -> dict[str, tuple[str, str] | None]:
    given = {view["authority"]: view for view in row.views}
    views: dict[str, tuple[str, str] | None] = {}
    for code in desks:
        view = given.get(code)
        verdict = FINDINGS.get(view["value"], view["value"]) if view else ""
        views[code] = (verdict, view["text"]) if view else None
    return views


def _gap(row: Any, views: dict[str, tuple[str, str] | None], limits: dict[str, tuple[Decimal, str]]) -> str:
    """How far apart the views are, in one line."""
    if row.kind == "criterion":
        verdicts = dict.fromkeys(view[0] for view in views.values() if view is not None)
        return " / ".join(verdicts)
    absent = [code for code, view in views.items() if view is None]
    if absent:
        return f"No such condition: {', '.join(absent)}"
    values = [value for value, _ in limits.values()]
    currencies = {currency for _, currency in limits.values()}
    if len(values) > 1 and len(currencies) == 1 and min(values) > 0:
        return (
            f"{max(values) - min(values):,f} {next(iter(currencies))}".strip()
            + f" ({max(values) / min(values):.2g} times)"
        )
    return "Different currencies" if len(currencies) > 1 else "Different wording"


def board(viewer: Actor, case_id: UUID) -> Board:
    """The divergence board, in five statements whatever its size. Raises NotFound for who may not read it."""
    seen = sight(viewer, case_id, Action.DIVERGENCE_READ)
    desks, choices, limits = _desks(seen), _choices(seen), _thresholds(seen)
    rows = db.session.execute(
        select(
            Divergence.id,
            Divergence.kind,
            Divergence.key,
            Divergence.title,
            Divergence.views,
            Divergence.state,
            Divergence.disposition,
            Divergence.settled_at,
        )
        .where(Divergence.case_id == case_id, visible(Divergence.id, "divergence", seen.parties))
        .order_by(Divergence.kind.desc(), Divergence.title, Divergence.id),
    )
    found = []
    for row in rows:
        views, chosen = _views(row, desks), choices.get(row.id, {})
        found.append(
            Difference(
                id=row.id,
                kind=row.kind,
                key=row.key,
                title=row.title,
                views=views,
                gap=_gap(row, views, limits.get(row.key, {})),
                choices=tuple(chosen[code] for code in sorted(chosen)),
                state=row.state,
                disposition=row.disposition,
                settled_at=row.settled_at,
                mine=chosen.get(viewer.code),
            ),
        )
    return Board(seen, desks, tuple(found))


__all__ = ["Board", "Choice", "Difference", "board"]
