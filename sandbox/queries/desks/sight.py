"""What one viewer may know of one case, in one statement: header, ties, own desk, parties.

Rule: what is not granted does not exist (NotFound), whatever the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation, Role
from sandbox.domain.catalogue.terms import Part
from sandbox.domain.conflicts import EFFECTIVE, RECUSED
from sandbox.domain.errors import NotFound
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.policy import OBSERVES, Bar, CaseFacts, Tie, can, granted, ties
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.desks import Case, ConflictDeclaration, Desk, DeskAssignment, StandIn
from sandbox.models.duties import taken
from sandbox.models.intake import CohortPlace
from sandbox.models.people import Firm
from sandbox.queries.access import OBSERVER_PARTIES, own_parties
from sandbox.queries.prepared import Prepared


@dataclass(frozen=True, slots=True)
class Sight:
    """What one viewer may know of one case, and as which parties."""

    viewer: Actor
    facts: CaseFacts
    case_id: UUID
    reference: str
    title: str
    firm: str
    application_id: UUID
    programme: str
    programme_id: UUID
    version_id: UUID
    lead_id: UUID
    goes_on_with_fewer: bool
    allows_fewer: bool
    created_at: datetime
    opened_at: datetime | None
    withdrawn_at: datetime | None
    desk_id: UUID | None
    desk_state: str | None
    desk_opened_at: datetime | None
    joint_meeting: bool = False  # the programme holds joint meetings of the deciding desks
    ties: frozenset[Tie] = frozenset()  # of the viewer to the case
    has_place: bool = False  # the case is in a cohort, or an authority of it charges fees
    late: bool = False  # the case has opened, and the viewer's deciding desk has still to file its position
    said: str | None = None  # the outcome of the viewer's live declaration, which may not open anything yet

    def may(self, action: Action) -> bool:
        """Is this granted to the viewer on this case? The state of things is asked elsewhere."""
        return granted(self.viewer, action, self.facts, self.ties)

    @property
    def opened(self) -> bool:
        """The positions are open to the viewer: a desk that joined late, or went alone, files before it reads any."""
        return self.opened_at is not None and not self.late

    @property
    def must_declare(self) -> bool:
        """Staff who have not declared see what is needed to declare, and nothing else."""
        return self.desk_id is not None and not self.facts.declared

    @property
    def reads(self) -> bool:
        """May the viewer read the case itself, beyond reference, parties, state and dates?"""
        return self.may(Action.CASE_READ)

    @property
    def parties(self) -> frozenset[str]:
        """As which parties of the case the viewer reads its items."""
        if self.may(Action.CASE_OBSERVE):
            return OBSERVER_PARTIES
        office = self.viewer.organisation is Organisation.PROGRAMME_OFFICE
        return own_parties(self.viewer) if self.reads or office else frozenset({audiences.PUBLIC})


@cache
def _statement() -> Prepared:
    """Built once: building it costs more than running it."""
    me: BindParameter[Any] = bindparam("me")
    mine_is: BindParameter[Any] = bindparam("organisation")
    mine = and_(Desk.case_id == Case.id, Desk.authority_id == mine_is)
    said = and_(
        ConflictDeclaration.case_id == Case.id,
        ConflictDeclaration.person_id == me,
        ConflictDeclaration.superseded_at.is_(None),
    )
    held = and_(DeskAssignment.desk_id == Desk.id, DeskAssignment.person_id == me)
    duties = taken(Desk.id, Desk.case_id, me)
    in_cohort = exists().where(CohortPlace.case_id == Case.id)
    other = aliased(Desk)
    charging = exists().where(
        other.case_id == Case.id, Authority.id == other.authority_id, Authority.charges_fees.is_(True)
    )
    standing_in = (
        select(func.aggregate_strings(StandIn.role, ","))
        .where(StandIn.case_id == Case.id, StandIn.person_id == me, StandIn.ended_at.is_(None))
        .correlate(Case)
        .scalar_subquery()
    )
    return Prepared(
        select(
            Case.id,
            Case.reference,
            Case.title,
            Case.firm_id,
            Case.application_id,
            Case.programme_id,
            Case.current_version_id,
            Case.lead_authority_id,
            Case.goes_on_with_fewer,
            Case.created_at,
            Case.opened_at,
            Case.withdrawn_at,
            Firm.legal_name,
            Programme.name.label("programme"),
            Programme.allows_fewer,
            Programme.joint_meeting,
            Desk.id.label("desk_id"),
            Desk.authority_id,
            Desk.state.label("desk_state"),
            Desk.opened_at.label("desk_opened_at"),
            Desk.part,
            ConflictDeclaration.outcome,
            DeskAssignment.person_id.label("assigned"),
            *(done.label(bar.value) for bar, done in duties.items()),
            standing_in.label("stands_in"),
            or_(in_cohort, charging).label("has_place"),
        )
        .join(Firm, Firm.id == Case.firm_id)
        .join(Programme, Programme.id == Case.programme_id)
        .outerjoin(Desk, mine)
        .outerjoin(ConflictDeclaration, said)
        .outerjoin(DeskAssignment, held)
        .where(Case.id == bindparam("case"))
    )


def _row(viewer: Actor, case_id: UUID) -> Any:
    values = {"me": viewer.person_id, "organisation": viewer.organisation_id, "case": case_id}
    return _statement().one_or_none(values)


def _facts(row: Any) -> CaseFacts:
    return CaseFacts(
        firm_id=row.firm_id,
        submitted=True,
        desks=frozenset({row.authority_id} if row.authority_id else ()),
        lead=row.lead_authority_id,
        declared=row.outcome in EFFECTIVE,
        conflicted=row.outcome == RECUSED,
        assigned=row.assigned is not None,
        observes=row.part == OBSERVES,
        bars=frozenset(bar for bar in Bar if getattr(row, bar.value, False)),
        stands_in=frozenset(Role(role) for role in (row.stands_in or "").split(",") if role),
    )


def sight(viewer: Actor, case_id: UUID, action: Action = Action.CASE_GLANCE) -> Sight:
    """What the viewer may know of the case, in one statement.

    Raises NotFound when the action is not granted: what may not be seen does not exist.
    """
    row = _row(viewer, case_id)
    facts = _facts(row) if row is not None else None
    if facts is None or not can(viewer, action, facts):
        raise NotFound("There is nothing here.")
    return Sight(
        viewer=viewer,
        facts=facts,
        case_id=row.id,
        reference=row.reference,
        title=row.title,
        firm=row.legal_name,
        application_id=row.application_id,
        programme=row.programme,
        programme_id=row.programme_id,
        version_id=row.current_version_id,
        lead_id=row.lead_authority_id,
        goes_on_with_fewer=row.goes_on_with_fewer,
        allows_fewer=row.allows_fewer,
        joint_meeting=row.joint_meeting,
        has_place=row.has_place,
        created_at=row.created_at,
        opened_at=row.opened_at,
        withdrawn_at=row.withdrawn_at,
        desk_id=row.desk_id,
        desk_state=row.desk_state,
        desk_opened_at=row.desk_opened_at,
        late=(
            row.opened_at is not None
            and row.part == Part.DECIDES
            and row.desk_opened_at is None
            and row.desk_state not in ENDED_DESK
        ),
        ties=ties(viewer, facts),
        said=row.outcome,
    )


__all__ = ["Sight", "sight"]
