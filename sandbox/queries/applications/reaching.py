"""Where an application would go today: a dry routing of its answers, and whose overlays are asked for that reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import case, exists, false, select

from sandbox.domain.coverage import Link, Requirements, spared_paths
from sandbox.domain.questions import Problem, QuestionSet
from sandbox.domain.routing import facts_of, fallbacks_of, remit_problems, route, rules_from
from sandbox.domain.sections import PLACES, asked_in
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Jurisdiction, ProgrammeAuthority, RuleSet
from sandbox.models.desks import Desk
from sandbox.queries.applications.rows import Destination, Head
from sandbox.queries.requirements import reliances

Sections = Mapping[str, Mapping[str, Any]]


class Asked(NamedTuple):
    """The questions of an application as they are asked: with whose overlays, and without requiring what falls away."""

    questions: QuestionSet
    authorities: frozenset[str]
    spared: frozenset[str]


@dataclass(frozen=True, slots=True)
class Routing:
    """What a dry routing needs of a programme: its authorities in their order, and its rules of today."""

    content: Mapping[str, Any]
    members: tuple[Any, ...]
    requirements: Requirements = field(default_factory=dict)
    links: tuple[Link, ...] = ()

    def found(self, sections: Sections) -> tuple[tuple[Destination, ...], list[Problem]]:
        """The authorities that the answers reach, and jurisdictions that nobody covers."""
        if not self.members:
            return (), []
        found, left = route(
            rules_from(self.members[0].rules or ()),
            facts_of(sections, self.content, {row.jurisdiction: row.country for row in self.members}),
            homes={row.code: row.jurisdiction for row in self.members if row.part == "decides"},
            fallbacks=fallbacks_of(self.content),
        )
        return tuple(
            Destination(
                row.code,
                row.name,
                row.jurisdiction,
                row.part,
                row.required and not found[row.code].fallback,
                tuple(found[row.code].because),
            )
            for row in self.members
            if row.code in found
        ), [Problem(PLACES, text, "jurisdictions.jurisdictions") for text in remit_problems(left)]

    def authorities(self, sections: Sections) -> frozenset[str]:
        """Whose overlays are asked: the authorities that the answers reach, and those that have a desk in the case."""
        there = {row.code for row in self.members if row.there}
        return frozenset(one.code for one in self.found(sections)[0]).union(there)

    def asked(self, questions: QuestionSet, sections: Sections) -> Asked:
        """What is asked where these answers stand."""
        if not has_overlays(questions):
            return Asked(questions, frozenset(), frozenset())
        codes = self.authorities(sections)
        asked = questions.asked_by(codes)
        needed = {code: rows for code, rows in self.requirements.items() if code in codes}
        links = [one for one in self.links if {one.authority, one.to} <= codes]
        spared = spared_paths(asked, codes, needed, links, sections)
        return Asked(asked.sparing(spared), codes, spared)


def routings(programmes: Mapping[UUID, Mapping[str, Any]], case_id: UUID | None = None) -> dict[UUID, Routing]:
    """The same for several programmes (id → record), in two statements. `case_id`: whose desks count too."""
    member = ProgrammeAuthority
    rules = (
        select(RuleSet.content)
        .where(RuleSet.programme_id == member.programme_id, RuleSet.valid_from <= now().date())
        .order_by(RuleSet.version.desc())
        .limit(1)
        .correlate(member)
    )
    there = exists().where(Desk.case_id == case_id, Desk.authority_id == Authority.id) if case_id else false()
    rows = db.session.execute(
        select(
            member.programme_id,
            Authority.code,
            Authority.name,
            Authority.jurisdiction,
            Jurisdiction.country,
            member.part,
            member.required,
            case((member.position == 0, rules.scalar_subquery())).label("rules"),  # once is enough
            there.label("there"),
        )
        .join(member, member.authority_id == Authority.id)
        .join(Jurisdiction, Jurisdiction.code == Authority.jurisdiction)
        .where(member.programme_id.in_(list(programmes)))
        .order_by(member.programme_id, member.position),
    ).all()
    codes = sorted({row.code for row in rows})
    requirements, links = reliances(now().date(), codes)
    return {
        key: Routing(content, tuple(row for row in rows if row.programme_id == key), requirements, links)
        for key, content in programmes.items()
    }


def routing(head: Head) -> Routing:
    """The dry routing of one application."""
    return routings({head.programme_id: head.content}, head.case_id)[head.programme_id]


def has_overlays(questions: Collection[Any] | QuestionSet) -> bool:
    """Is anything asked for some authorities only?"""
    return any(question.authorities for question in questions)


def asked_of(head: Head, sections: Sections) -> Asked:
    """What an application is asked where these answers stand."""
    if not has_overlays(head.questions):
        return Asked(head.questions, frozenset(), frozenset())
    if not head.editable and not head.asked and head.record is not None:  # nothing moves: as it was submitted
        told = head.record.get("questions") or {}
        return Asked(
            asked_in(head.record, head.questions),
            frozenset(told.get("authorities") or ()),
            frozenset(told.get("spared") or ()),
        )
    return routing(head).asked(head.questions, sections)


__all__ = ["Asked", "Routing", "asked_of", "has_overlays", "routing", "routings"]
