"""Routing: which desks a submitted application gets, why, and its reference."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects import postgresql, sqlite

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.parts import STARTS_AS
from sandbox.domain.policy import OBSERVES
from sandbox.domain.routing import Facts, Route, facts_of, fallbacks_of, remit_problems, route, rules_from, weigh
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Jurisdiction, Programme, ProgrammeAuthority, RuleSet
from sandbox.models.decisions import JointNotice
from sandbox.models.desks import Case, CaseNumber, Desk, DeskRouting
from sandbox.services import teams, trail
from sandbox.services.desks import lead, screening
from sandbox.services.desks.cases import codes
from sandbox.services.engine import Matter, act
from sandbox.services.unit import add, get

Sections = Mapping[str, Any]
DECIDES = "decides"


@dataclass(frozen=True, slots=True)
class Weighed:
    """An application held against one version of the rules.

    `reached`: authorities that it goes to; `everyone`: all that a rule names; `left`: jurisdictions without anybody.
    """

    rules: RuleSet
    reached: dict[str, Route]
    everyone: dict[str, Route]
    left: list[str]


def next_reference(programme_id: UUID) -> str:
    """The next reference of a programme, as JS-2026-0007. Never given twice."""
    prefix, year = get(Programme, programme_id).reference_prefix, now().year
    insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
    number = db.session.scalar(
        insert(CaseNumber)
        .values(prefix=prefix, year=year, last=1)
        .on_conflict_do_update(index_elements=["prefix", "year"], set_={"last": CaseNumber.last + 1})
        .returning(CaseNumber.last),
    )
    return f"{prefix}-{year}-{number:04d}"


# --- holding an application against the rules ------------------------------------------------------------------------


def rules_today(programme_id: UUID) -> RuleSet:
    """The version of the programme's rules that counts today. Raises NoResultFound for a programme without any."""
    return db.session.scalars(
        select(RuleSet)
        .where(RuleSet.programme_id == programme_id, RuleSet.valid_from <= now().date())
        .order_by(RuleSet.version.desc())
        .limit(1),
    ).one()


def members(programme_id: UUID) -> dict[str, ProgrammeAuthority]:
    """The authorities of a programme by code, in its order."""
    rows = db.session.execute(
        select(Authority.code, ProgrammeAuthority)
        .join(ProgrammeAuthority, ProgrammeAuthority.authority_id == Authority.id)
        .where(ProgrammeAuthority.programme_id == programme_id)
        .order_by(ProgrammeAuthority.position),
    )
    return {code: member for code, member in rows}


def homes(programme_id: UUID) -> dict[str, str]:
    """The jurisdiction of each authority of a programme that decides."""
    rows = db.session.execute(
        select(Authority.code, Authority.jurisdiction)
        .join(ProgrammeAuthority, ProgrammeAuthority.authority_id == Authority.id)
        .where(ProgrammeAuthority.programme_id == programme_id, ProgrammeAuthority.part == DECIDES),
    )
    return {code: place for code, place in rows}


def countries() -> dict[str, str]:
    """Jurisdiction → country."""
    return {code: country for code, country in db.session.execute(select(Jurisdiction.code, Jurisdiction.country))}


def facts(programme: Programme, sections: Sections) -> Facts:
    """What routing reads of a dossier."""
    return facts_of(sections, programme.content, countries())


def weighed(programme_id: UUID, sections: Sections) -> Weighed:
    """An application held against the rules that count today."""
    programme, version = get(Programme, programme_id), rules_today(programme_id)
    rules, known = rules_from(version.content), facts(programme, sections)
    reached, left = route(rules, known, homes=homes(programme_id), fallbacks=fallbacks_of(programme.content))
    return Weighed(version, reached, {**weigh(rules, known), **reached}, left)


def routes(programme_id: UUID, sections: Sections) -> dict[str, list[str]]:
    """Authority code → why the application comes to it."""
    return {code: one.because for code, one in weighed(programme_id, sections).reached.items()}


def routing_problems(programme_id: UUID, sections: Sections) -> list[str]:
    """Jurisdictions in which nobody takes the application, in words."""
    return remit_problems(weighed(programme_id, sections).left)


# --- desks -----------------------------------------------------------------------------------------------------------


def note(desk: Desk, case: Case, rules: RuleSet, found: Route, *, cause: str, reason: str = "") -> None:
    """Keep why a desk is (or is no longer) reached, by which version of the rules and for which dossier."""
    db.session.add(
        DeskRouting(
            case_id=case.id,
            desk_id=desk.id,
            rule_set_id=rules.id,
            application_version_id=case.current_version_id,
            cause=cause,
            reason=reason,
            won=[rule.code for rule in found.won],
            lost=[[rule.code, loss.kind, list(loss.about)] for rule, loss in found.lost],
            fallback=list(found.fallback),
            team=found.team,
        ),
    )


def _make(case: Case, member: ProgrammeAuthority, found: Route, because: list[str], *, required: bool) -> Desk:
    return add(
        Desk(
            case_id=case.id,
            authority_id=member.authority_id,
            part=member.part,
            state=STARTS_AS[member.part],
            required=required,
            routed_because=because,
            team_id=teams.team_for(member.authority_id, found.team or None),
        ),
    )


def open_case(actor: Actor, application: Application, version: ApplicationVersion, reference: str) -> Case:
    """Make the case of a submitted application, with a desk at each authority that the rules reach.

    The first required authority that decides leads. A desk that has the case from its fallback queue is optional
    until it keeps it.
    """
    sections = version.record["sections"]
    found = weighed(application.programme_id, sections)
    invited = [(code, row) for code, row in members(application.programme_id).items() if code in found.reached]
    ranked = sorted(invited, key=lambda pair: (pair[1].part != DECIDES, not pair[1].required))
    case = add(
        Case(
            reference=reference,
            application_id=application.id,
            programme_id=application.programme_id,
            firm_id=application.firm_id,
            title=application.title,
            current_version_id=version.id,
            lead_authority_id=ranked[0][1].authority_id,
            goes_on_with_fewer=bool((sections.get("jurisdictions") or {}).get("goes_on_with_fewer")),
        ),
    )
    lead.begin(case)
    for code, member in invited:
        one = found.reached[code]
        desk = _make(case, member, one, one.because, required=member.required and not one.fallback)
        note(desk, case, found.rules, one, cause="submitted")
        screening.acknowledge(desk, version.submitted_at)
    return case


def join(
    case: Case, code: str, found: Route, rules: RuleSet, *, cause: str, because: Iterable[str], reason: str = ""
) -> Desk:
    """A further authority joins a case that is under way. The firm and all desks are told.

    Its clocks start now. It reads the present version, and hand-over memos that were written before the opening; what
    the desks opened to each other it reads after filing its own position (services.openings). Where a joint notice has
    been issued without it, nothing waits for it: it is optional.
    """
    member = members(case.programme_id)[code]
    issued = db.session.scalar(
        select(exists().where(JointNotice.case_id == case.id, JointNotice.issued_at.is_not(None))),
    )
    desk = _make(case, member, found, list(because), required=member.required and not found.fallback and not issued)
    note(desk, case, rules, found, cause=cause, reason=reason)
    screening.acknowledge(desk, now())
    if member.part != OBSERVES:
        version = get(ApplicationVersion, case.current_version_id)
        trail.show_to(version, "version", (audiences.desk(code),), case_id=case.id)
        lead.show_memos(case, code)
    act(
        SYSTEM,
        Action.DESK_JOIN,
        Matter(
            case_id=case.id,
            audience={audiences.FIRM, audiences.OFFICE, *audiences.desks(codes(case.id))},
            authority_id=desk.authority_id,
            detail={"authority": code, "cause": cause, "rules": rules.version},
            letter={"reference": case.reference},
        ),
        tells=("firm", "desks"),
    )
    return desk


__all__ = [
    "Weighed", "countries", "facts", "homes", "join", "members", "next_reference", "note", "open_case", "routes",
    "routing_problems", "rules_today", "weighed",
]  # fmt: skip
