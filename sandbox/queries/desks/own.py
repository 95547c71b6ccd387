"""The own desk: who works on it and whether they have declared, screening, and its clock with the reasons.

Rule: only this authority's staff read it, after declaring. A period set by the programme is never shown as law.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.catalogue.terms import Part
from sandbox.domain.errors import NotFound
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.desks import Desk
from sandbox.queries.desks.answers import Answer, answers
from sandbox.queries.desks.clocks import Clock, desk_clocks
from sandbox.queries.desks.page import Letter, letters, possible
from sandbox.queries.desks.quarantine import NOTHING, Quarantined, count_of, quarantined
from sandbox.queries.desks.screening import SCREENING, Screening, screening
from sandbox.queries.desks.sight import Sight, sight
from sandbox.queries.desks.staffing import Colleague, staff
from sandbox.queries.desks.states import STATE_WORDS, TONES, whose_turn


@dataclass(frozen=True, slots=True)
class OwnDesk:
    """The viewer's own desk of a case."""

    sight: Sight
    code: str
    name: str
    state: str
    words: str
    tone: str
    turn: str
    part: str
    required: bool
    why: tuple[str, ...]
    alone_reason: str | None
    may_refuse: bool
    staff: tuple[Colleague, ...]
    clocks: tuple[Clock, ...]
    screening: Screening | None
    letters: tuple[Letter, ...]
    answers: tuple[Answer, ...]
    actions: frozenset[Action]
    aside: Quarantined = NOTHING

    @property
    def clock(self) -> Clock | None:
        """The clock by which the desk has to answer."""
        return next((one for one in self.clocks if one.main), None)

    @property
    def may_go_alone(self) -> bool:
        """Going alone is offered at the clock's warning point only."""
        reached = self.clock is not None and self.clock.warning_reached
        return Action.DESK_GO_ALONE in self.actions and reached and self.sight.opened_at is None


def own_desk(viewer: Actor, case_id: UUID) -> OwnDesk:
    """The viewer's own desk, in five statements; two more while it screens, one more where answers can be seen.

    Raises NotFound for everybody else.
    """
    seen = sight(viewer, case_id, Action.DESK_READ)
    if seen.desk_id is None:
        raise NotFound("There is nothing here.")
    row = db.session.execute(
        select(
            Desk.state,
            Desk.turn,
            Desk.part,
            Desk.required,
            Desk.routed_because,
            Desk.alone_reason,
            count_of(Desk.id).label("set_aside"),
            Authority.code,
            Authority.name,
            Authority.time_zone,
            Authority.may_refuse_to_review,
        )
        .join(Authority, Authority.id == Desk.authority_id)
        .where(Desk.id == seen.desk_id),
    ).one()
    return OwnDesk(
        sight=seen,
        code=row.code,
        name=row.name,
        state=row.state,
        words=STATE_WORDS[row.state],
        tone=TONES.get(row.state, "neutral"),
        turn=whose_turn(row.turn),
        part=row.part,
        required=row.required,
        why=tuple(row.routed_because),
        alone_reason=row.alone_reason,
        may_refuse=row.may_refuse_to_review,
        staff=staff(seen.desk_id, now().astimezone(ZoneInfo(row.time_zone)).date()),
        clocks=desk_clocks(seen.desk_id),
        screening=screening(seen) if row.state in SCREENING else None,
        letters=letters(seen),
        answers=answers(seen) if row.part != Part.DECIDES or seen.desk_opened_at is not None else (),
        actions=possible(seen),
        aside=quarantined(seen.desk_id) if row.set_aside else NOTHING,
    )


__all__ = ["Clock", "Colleague", "OwnDesk", "own_desk"]
