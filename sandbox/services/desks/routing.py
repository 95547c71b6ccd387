"""Routing: which desks a submitted application gets, and its reference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from sandbox.domain.actors import Actor
from sandbox.domain.routing import Rule, remit_problems, route
from sandbox.domain.sections import chosen
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme, ProgrammeAuthority, RoutingRule
from sandbox.models.desks import Case, CaseNumber, Desk
from sandbox.services import clocks
from sandbox.services.unit import add, get


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


def routes(programme_id: UUID, sections: Mapping[str, Any]) -> dict[str, list[str]]:
    """Authority code → why the application comes to it."""
    rows = db.session.execute(
        select(RoutingRule, Authority.code)
        .join(Authority, Authority.id == RoutingRule.authority_id)
        .where(RoutingRule.programme_id == programme_id)
        .order_by(RoutingRule.position),
    ).all()
    rules = [Rule(row.activity, row.asset_class, row.jurisdiction, code, row.why) for row, code in rows]
    return route(rules, **chosen(sections))


def routing_problems(programme_id: UUID, sections: Mapping[str, Any]) -> list[str]:
    """Jurisdictions in which nobody has a remit for the chosen activities and assets, in words."""
    found = routes(programme_id, sections)
    where = {code: place for code, place in db.session.execute(select(Authority.code, Authority.jurisdiction))}
    return remit_problems(chosen(sections)["jurisdictions"], found, where)


def open_case(actor: Actor, application: Application, version: ApplicationVersion, reference: str) -> Case:
    """Make the case of a submitted application, with a desk at each authority with a remit."""
    sections = version.record["sections"]
    because = routes(application.programme_id, sections)
    members = db.session.execute(
        select(ProgrammeAuthority, Authority.code)
        .join(Authority, Authority.id == ProgrammeAuthority.authority_id)
        .where(ProgrammeAuthority.programme_id == application.programme_id)
        .order_by(ProgrammeAuthority.position),
    ).all()
    invited = [(member, code) for member, code in members if code in because]
    lead = next((member for member, _ in invited if member.required and member.part == "decides"), invited[0][0])
    case = add(
        Case(
            reference=reference,
            application_id=application.id,
            programme_id=application.programme_id,
            firm_id=application.firm_id,
            title=application.title,
            current_version_id=version.id,
            lead_authority_id=lead.authority_id,
            goes_on_with_fewer=bool((sections.get("jurisdictions") or {}).get("goes_on_with_fewer")),
        ),
    )
    for member, code in invited:
        desk = add(
            Desk(
                case_id=case.id,
                authority_id=member.authority_id,
                part=member.part,
                required=member.required,
                routed_because=because[code],
            ),
        )
        clocks.start(desk, version.submitted_at, "The application was received.")
    return case
