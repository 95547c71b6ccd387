"""Routing again: a case that is classified anew, a version that asks for other things, and the fallback queue.

Rule: an authority that the rules reach now joins; nobody is dropped. Whom no rule reaches any more is told, and can opt
out itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.errors import BadInput, NotNow
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.routing import Route
from sandbox.domain.sections import chosen
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.desks import Case, Desk, DeskRouting, Reclassification
from sandbox.services.desks import lead, routing
from sandbox.services.desks.cases import code_of, codes, load, matter_of, opt_out, refuse_if_withdrawn
from sandbox.services.engine import Matter, act
from sandbox.services.unit import add, get, use_case

WORDS = ("activities", "asset_classes")


def standing(desk_id: UUID) -> DeskRouting | None:
    """The newest answer to "why here?"; None for a desk from before such answers were kept."""
    return db.session.scalar(
        select(DeskRouting)
        .where(DeskRouting.desk_id == desk_id)
        .order_by(DeskRouting.at.desc(), DeskRouting.id.desc())
        .limit(1),
    )


def _reroute(case: Case, sections: Mapping[str, Any], *, cause: str, reason: str = "") -> list[str]:
    """Hold the case against the rules again. Returns the authorities that joined."""
    found = routing.weighed(case.programme_id, sections)
    desks = {code_of(desk): desk for desk in db.session.scalars(select(Desk).where(Desk.case_id == case.id))}
    for code, desk in desks.items():
        _weigh_again(case, desk, found.everyone.get(code, Route()), found, cause=cause, reason=reason)
    joined = [code for code in found.reached if code not in desks]
    for code in joined:
        one = found.reached[code]
        routing.join(case, code, one, found.rules, cause=cause, because=one.because, reason=reason)
    return joined


def _weigh_again(case: Case, desk: Desk, one: Route, found: routing.Weighed, *, cause: str, reason: str) -> None:
    """Keep the new answer of an existing desk; where the rules no longer reach it, tell its people."""
    before = standing(desk.id)
    routing.note(desk, case, found.rules, one, cause=cause, reason=reason)
    if one.reached:
        desk.routed_because = one.because
    elif before is not None and before.won and desk.state not in ENDED_DESK:
        audience = {audiences.FIRM, *audiences.desks(codes(case.id))}
        detail = {"authority": code_of(desk), "reached": False, "rules": found.rules.version}
        act(SYSTEM, Action.DESK_REROUTE, matter_of(desk, case, audience, detail=detail), tells=("desk",))


def reclassified(cases: Iterable[UUID]) -> dict[UUID, Reclassification]:
    """The lead desks' classifications that stand, by case."""
    rows = db.session.scalars(
        select(Reclassification)
        .where(Reclassification.case_id.in_(list(cases)), Reclassification.superseded_at.is_(None))
        .order_by(Reclassification.written_at),
    )
    return {row.case_id: row for row in rows}


def as_classified(sections: Mapping[str, Any], anew: Reclassification | None) -> dict[str, Any]:
    """The sections of a dossier with the lead desk's classification in place of the firm's, where there is one."""
    if anew is None:
        return dict(sections)
    changed = {name: getattr(anew, name) for name in WORDS}
    return {**sections, "product": {**(sections.get("product") or {}), **changed}}


def classified(case: Case) -> dict[str, Any]:
    """What routing reads of the case now: the present version, with the lead desk's classification where it stands."""
    sections = get(ApplicationVersion, case.current_version_id).record["sections"]
    return as_classified(sections, reclassified([case.id]).get(case.id))


@use_case
def reclassify(
    actor: Actor, case_id: UUID, *, activities: Iterable[str], asset_classes: Iterable[str], reason: str
) -> list[str]:
    """Say which activities and classes of asset the case has, where that differs from the firm's answers.

    A desk is made at every authority that the rules reach now. Returns the codes of those that joined. Raises BadInput
    for a code that the programme does not have, nothing chosen, nothing changed, or no reason.
    """
    case = get(Case, case_id, lock=True)
    programme = get(Programme, case.programme_id)
    given = {"activities": list(activities), "asset_classes": list(asset_classes)}
    picked = {name: [row["code"] for row in programme.content[name] if row["code"] in given[name]] for name in WORDS}
    act(
        actor,
        Action.CASE_RECLASSIFY,
        Matter(
            case_id=case.id,
            audience={audiences.FIRM, *audiences.desks(codes(case.id))},
            detail={**picked, "reason": reason},
            letter={"reference": case.reference},
        ),
        tells=("firm", "desks"),
    )
    refuse_if_withdrawn(case)
    sections = classified(case)
    present = chosen(sections)
    problems = {
        name: "Choose at least one, from those of the programme."
        for name in WORDS
        if not picked[name] or len(picked[name]) != len(set(given[name]))
    }
    if not problems and all(set(picked[name]) == set(present[name]) for name in WORDS):
        problems["activities"] = "This is how the case is classified already."
    if not reason.strip():
        problems["reason"] = "Give the reason."
    if problems:
        raise BadInput(problems)
    _supersede(case.id)
    add(Reclassification(case_id=case.id, reason=reason, written_by=actor.me, **picked))
    sections["product"] = {**(sections.get("product") or {}), **picked}
    return _reroute(case, sections, cause="reclassified", reason=reason)


def _supersede(case_id: UUID) -> None:
    db.session.execute(
        update(Reclassification)
        .where(Reclassification.case_id == case_id, Reclassification.superseded_at.is_(None))
        .values(superseded_at=now()),
    )


def amended(case: Case, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Take what a new version says of the case itself: going on with fewer, and what routing reads (sections of both).

    Where routing reads other answers than before, these count from now on, and the case is routed again. Returns the
    codes of the authorities that joined.
    """
    case.goes_on_with_fewer = bool((after.get("jurisdictions") or {}).get("goes_on_with_fewer"))
    programme = get(Programme, case.programme_id)
    if routing.facts(programme, before) == routing.facts(programme, after):
        return []
    if chosen(before) != chosen(after):
        _supersede(case.id)
    return _reroute(case, classified(case), cause="amended")


# --- the fallback queue ----------------------------------------------------------------------------------------------


def _in_queue(desk: Desk) -> DeskRouting:
    found = standing(desk.id)
    if found is None or not found.fallback or found.cause == "kept" or desk.state in ENDED_DESK:
        raise NotNow("This desk does not have the case from its fallback queue.")
    return found


@use_case
def keep(actor: Actor, desk_id: UUID, *, reason: str) -> None:
    """The authority has a remit after all and keeps the case of its fallback queue; it is as required as elsewhere."""
    desk, case, code = load(desk_id)
    audience = {audiences.FIRM, audiences.OFFICE, *audiences.desks(codes(case.id))}
    act(
        actor,
        Action.FALLBACK_KEEP,
        matter_of(desk, case, audience, detail={"authority": code, "reason": reason}),
        tells=("firm", "desks"),
    )
    refuse_if_withdrawn(case)
    found = _in_queue(desk)
    if not reason.strip():
        raise BadInput({"reason": "Give the reason."})
    desk.required = routing.members(case.programme_id)[code].required
    desk.routed_because = [*desk.routed_because, reason]
    rules = routing.rules_today(case.programme_id)
    routing.note(desk, case, rules, Route(fallback=tuple(found.fallback)), cause="kept", reason=reason)


def _targets(case: Case, desk: Desk) -> set[str]:
    """The authorities that a fallback queue can send a case on to: of its jurisdiction, without a desk yet."""
    here = get(Authority, desk.authority_id).jurisdiction
    taken = set(db.session.scalars(select(Desk.authority_id).where(Desk.case_id == case.id)))
    free = {code: row for code, row in routing.members(case.programme_id).items() if row.authority_id not in taken}
    places = routing.homes(case.programme_id)
    return {code for code in free if places.get(code) == here}


@use_case
def send_on(actor: Actor, desk_id: UUID, *, authority: str, reason: str) -> None:
    """Send a case of the fallback queue on to another authority of the jurisdiction, and leave it oneself.

    Where the desk led the case, the authority leads that the case is sent to. Raises BadInput, NotNow.
    """
    desk, case, code = load(desk_id)
    audience = {audiences.FIRM, audiences.OFFICE, *audiences.desks(codes(case.id))}
    detail = {"from": code, "to": authority, "reason": reason}
    act(actor, Action.FALLBACK_SEND_ON, matter_of(desk, case, audience, detail=detail))
    refuse_if_withdrawn(case)
    _in_queue(desk)
    problems = {}
    if authority not in _targets(case, desk):
        problems["authority"] = "Choose an authority of this jurisdiction that has no desk on the case yet."
    if not reason.strip():
        problems["reason"] = "Give the reason."
    if problems:
        raise BadInput(problems)
    because = [f"Sent on from the fallback queue of {code}: {reason}"]
    rules = routing.rules_today(case.programme_id)
    made = routing.join(case, authority, Route(), rules, cause="sent_on", because=because, reason=reason)
    if case.lead_authority_id == desk.authority_id:
        lead.pass_on(case, made.authority_id, reason=because[0], by=actor)
    opt_out(actor, desk.id, reason=reason)


__all__ = ["amended", "as_classified", "classified", "keep", "reclassified", "reclassify", "send_on", "standing"]
