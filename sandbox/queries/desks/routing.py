"""Why each desk is on a case: which version of the rules brought it there, which rules won and which lost.

And who led the case when. Rule: the rules are no secret, so whoever reads the case reads all of this; the memo of a
hand-over is read by its audience only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import literal, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.dossier import Place, Vocabulary
from sandbox.domain.entities import LegalEntity, legal_entities
from sandbox.domain.errors import NotFound
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.routing import CAUSES, FALLBACK
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.catalogue import Authority, Jurisdiction, Programme, ProgrammeAuthority, RuleSet
from sandbox.models.desks import Desk, DeskRouting, LeadAssignment, Reclassification
from sandbox.models.people import Person
from sandbox.queries.access import visible
from sandbox.queries.desks.sight import Sight, sight

OF_THE_QUEUE = ("sent_on", "kept")
READS = (Action.CASE_READ, Action.DESK_READ, Action.CASE_OBSERVE)


@dataclass(frozen=True, slots=True)
class LostRule:
    """A rule that did not bring the case here: what it would have said, and the condition that failed."""

    why: str
    kind: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to "why here?" for a desk: by which version, when and on what occasion."""

    version: int
    at: datetime
    occasion: str
    reason: str
    won: tuple[str, ...]
    lost: tuple[LostRule, ...]
    fallback: bool
    reached: bool


@dataclass(frozen=True, slots=True)
class DeskWhy:
    """A desk with its answers to "why here?", the newest first."""

    id: UUID
    code: str
    name: str
    jurisdiction: str
    part: str
    required: bool
    mine: bool
    lead: bool
    ended: bool
    because: tuple[str, ...]
    answers: tuple[Answer, ...]

    @property
    def present(self) -> Answer | None:
        """The answer that counts."""
        return self.answers[0] if self.answers else None

    @property
    def queue(self) -> bool:
        """The desk has the case from its fallback queue, and has not kept it."""
        now = self.present
        return now is not None and now.fallback and now.occasion != CAUSES["kept"] and not self.ended

    @property
    def unreached(self) -> bool:
        """The rules reached this desk once and do so no longer."""
        now = self.present
        return now is not None and not now.reached and any(one.won for one in self.answers) and not self.ended


@dataclass(frozen=True, slots=True)
class Lead:
    """Who led the case from when until when. `memo` is empty for whom it is not meant for."""

    code: str
    name: str
    since: datetime
    until: datetime | None
    reason: str
    memo: str
    by: str


@dataclass(frozen=True, slots=True)
class Classified:
    """How the lead desk classified the case; `stands` until the firm's answers change."""

    activities: tuple[str, ...]
    asset_classes: tuple[str, ...]
    reason: str
    by: str
    at: datetime
    stands: bool


@dataclass(frozen=True, slots=True)
class RoutingPage:
    """Why the case is where it is."""

    sight: Sight
    vocabulary: Vocabulary
    desks: tuple[DeskWhy, ...]
    leads: tuple[Lead, ...]
    classified: tuple[Classified, ...]
    entities: tuple[LegalEntity, ...]
    activities: tuple[str, ...]
    asset_classes: tuple[str, ...]
    targets: tuple[tuple[str, str], ...]

    @property
    def mine(self) -> DeskWhy | None:
        """The viewer's own desk."""
        return next((desk for desk in self.desks if desk.mine), None)

    @property
    def next_leads(self) -> tuple[DeskWhy, ...]:
        """The desks that can take the lead now, unless they joined after the opening and have not filed."""
        return tuple(desk for desk in self.desks if desk.part == "decides" and not desk.lead and not desk.ended)


def _answer(row: DeskRouting, version: int, rules: Mapping[str, Mapping[str, Any]]) -> Answer:
    def why(code: str) -> str:
        return str(rules.get(code, {}).get("why", code))

    return Answer(
        version=version,
        at=row.at,
        occasion=CAUSES[row.cause],
        reason=row.reason if row.cause in OF_THE_QUEUE else "",  # others are told once, beside the classification
        won=(*(why(code) for code in row.won), *(FALLBACK.format(place=place) for place in row.fallback)),
        lost=tuple(LostRule(why(code), kind, _about(kind, about, rules)) for code, kind, about in row.lost),
        fallback=bool(row.fallback),
        reached=bool(row.won or row.fallback) or row.cause == "sent_on",
    )


def _about(kind: str, about: Iterable[str], rules: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """What the failed condition asked for; of an earlier rule, its words."""
    if kind == "stopped":
        return tuple(str(rules.get(code, {}).get("why", code)) for code in about)
    return tuple(about)


def _answers(case_id: UUID) -> dict[UUID, list[Answer]]:
    """Desk → its answers, the newest first. The rules of each version are read once."""
    rows = db.session.execute(
        select(DeskRouting, RuleSet.version, RuleSet.id.label("rules"))
        .join(RuleSet, RuleSet.id == DeskRouting.rule_set_id)
        .where(DeskRouting.case_id == case_id)
        .order_by(DeskRouting.at.desc(), DeskRouting.id.desc()),
    ).all()
    wanted = {row.rules for row in rows}
    versions = {
        key: {rule["code"]: rule for rule in content}
        for key, content in db.session.execute(select(RuleSet.id, RuleSet.content).where(RuleSet.id.in_(wanted)))
    }
    found: dict[UUID, list[Answer]] = {}
    for row in rows:
        answer = _answer(row.DeskRouting, row.version, versions[row.rules])
        found.setdefault(row.DeskRouting.desk_id, []).append(answer)
    return found


def _leads(seen: Sight) -> tuple[Lead, ...]:
    rows = db.session.execute(
        select(
            LeadAssignment,
            Authority.code,
            Authority.name,
            Person.name.label("person"),
            visible(LeadAssignment.id, "lead_memo", seen.parties).label("shown"),
        )
        .join(Authority, Authority.id == LeadAssignment.authority_id)
        .outerjoin(Person, Person.id == LeadAssignment.handed_over_by)
        .where(LeadAssignment.case_id == seen.case_id)
        .order_by(LeadAssignment.since.desc(), LeadAssignment.id),
    )
    return tuple(
        Lead(
            code=row.code,
            name=row.name,
            since=row.LeadAssignment.since,
            until=row.LeadAssignment.until,
            reason=row.LeadAssignment.reason,
            memo=row.LeadAssignment.memo if row.shown else "",
            by=row.person or "",
        )
        for row in rows
    )


def _classified(case_id: UUID) -> tuple[Classified, ...]:
    rows = db.session.execute(
        select(Reclassification, Person.name)
        .join(Person, Person.id == Reclassification.written_by)
        .where(Reclassification.case_id == case_id)
        .order_by(Reclassification.written_at.desc()),
    )
    return tuple(
        Classified(
            activities=tuple(row.activities),
            asset_classes=tuple(row.asset_classes),
            reason=row.reason,
            by=name,
            at=row.written_at,
            stands=row.superseded_at is None,
        )
        for row, name in rows
    )


def routing(viewer: Actor, case_id: UUID) -> RoutingPage:
    """Why the case is where it is, in eight statements. Raises NotFound for who does not read the case."""
    seen = sight(viewer, case_id)
    if not any(seen.may(action) for action in READS):
        raise NotFound("There is nothing here.")
    own = db.session.execute(
        select(ApplicationVersion.record, Programme.content)
        .join(Programme, Programme.id == literal(seen.programme_id, type_=Programme.id.type))
        .where(ApplicationVersion.id == seen.version_id),
    ).one()
    answers = _answers(case_id)
    desks, targets = _desks(seen, answers)
    classified = _classified(case_id)
    product = (own.record.get("sections") or {}).get("product") or {}
    standing = next((one for one in classified if one.stands), None)
    places = db.session.execute(select(Jurisdiction.code, Jurisdiction.name, Jurisdiction.currency))
    return RoutingPage(
        sight=seen,
        vocabulary=Vocabulary(own.content, {row.code: Place(*row) for row in places}),
        desks=desks,
        leads=_leads(seen),
        classified=classified,
        entities=legal_entities(own.record.get("sections") or {}) if seen.reads else (),
        activities=standing.activities if standing else tuple(product.get("activities") or ()),
        asset_classes=standing.asset_classes if standing else tuple(product.get("asset_classes") or ()),
        targets=targets,
    )


def _desks(
    seen: Sight, answers: Mapping[UUID, list[Answer]]
) -> tuple[tuple[DeskWhy, ...], tuple[tuple[str, str], ...]]:
    """The desks of the case, and the authorities of the viewer's jurisdiction that have none yet."""
    rows = db.session.execute(
        select(
            Authority.id.label("authority_id"),
            Authority.code,
            Authority.name,
            Authority.jurisdiction,
            ProgrammeAuthority.part.label("member"),
            Desk.id,
            Desk.part,
            Desk.required,
            Desk.state,
            Desk.routed_because,
        )
        .join(ProgrammeAuthority, ProgrammeAuthority.authority_id == Authority.id)
        .outerjoin(Desk, (Desk.authority_id == Authority.id) & (Desk.case_id == seen.case_id))
        .where(ProgrammeAuthority.programme_id == seen.programme_id)
        .order_by(ProgrammeAuthority.position),
    ).all()
    mine = seen.viewer.organisation_id
    here = next((row.jurisdiction for row in rows if row.authority_id == mine and row.id), None)
    desks = tuple(
        DeskWhy(
            id=row.id,
            code=row.code,
            name=row.name,
            jurisdiction=row.jurisdiction,
            part=row.part,
            required=row.required,
            mine=row.id == seen.desk_id,
            lead=row.authority_id == seen.lead_id,
            ended=row.state in ENDED_DESK,
            because=tuple(row.routed_because),
            answers=tuple(answers.get(row.id, ())),
        )
        for row in rows
        if row.id is not None
    )
    free = (row for row in rows if row.id is None and row.jurisdiction == here and row.member == "decides")
    return desks, tuple((row.code, row.name) for row in free)


__all__ = ["Answer", "Classified", "DeskWhy", "Lead", "LostRule", "RoutingPage", "routing"]
