"""Cases and desks: routing, assignment, declarations of interests, screening, opting out, closing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Actor
from sandbox.domain.errors import BadInput, NotFound, NotNow
from sandbox.domain.lifecycles import BEFORE_DECISION, DESK, ENDED_DESK
from sandbox.domain.needs import Reasoned, Screening
from sandbox.domain.routing import Rule, remit_problems, route
from sandbox.domain.sections import chosen
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion
from sandbox.models.assessments import Position
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme, ProgrammeAuthority, RoutingRule
from sandbox.models.desks import Case, CaseNumber, CompletenessLetter, ConflictDeclaration, Desk, DeskAssignment
from sandbox.models.people import Person
from sandbox.services import clocks, openings, trail
from sandbox.services.engine import Matter, act, advance
from sandbox.services.unit import add, get, use_case


def codes(case_id: UUID) -> list[str]:
    """The codes of the authorities with a desk on the case, sorted."""
    return sorted(
        db.session.scalars(
            select(Authority.code).join(Desk, Desk.authority_id == Authority.id).where(Desk.case_id == case_id),
        ),
    )


def code_of(desk: Desk) -> str:
    """The code of the desk's authority."""
    return get(Authority, desk.authority_id).code


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


def _matter(desk: Desk, case: Case, audience: Iterable[str], **more: Any) -> Matter:
    more.setdefault("letter", {"reference": case.reference})
    return Matter(case_id=case.id, audience=audience, authority_id=desk.authority_id, **more)


def load(desk_id: UUID) -> tuple[Desk, Case, str]:
    """The desk (its case locked), the case and the authority's code. Raises NotFound."""
    desk = get(Desk, desk_id)
    case = get(Case, desk.case_id, lock=True)
    return desk, case, code_of(desk)


@use_case
def assign(actor: Actor, desk_id: UUID, *, person_id: UUID) -> None:
    """Put a person of the same authority on the desk. Repeating it changes nothing."""
    desk, case, code = load(desk_id)
    person = get(Person, person_id)
    matter = _matter(desk, case, {audiences.desk(code)}, detail={"person": person.name})
    act(actor, Action.DESK_ASSIGN, matter)
    if person.organisation_id != desk.authority_id or not person.active:
        raise BadInput({"person_id": "Choose a person of your own authority who is active."})
    if db.session.get(DeskAssignment, (desk.id, person.id)) is None:
        add(DeskAssignment(desk_id=desk.id, person_id=person.id, assigned_by=actor.person_id))


@use_case
def unassign(actor: Actor, desk_id: UUID, *, person_id: UUID) -> None:
    """Take a person off the desk."""
    desk, case, code = load(desk_id)
    person = get(Person, person_id)
    act(
        actor,
        Action.DESK_ASSIGN,
        _matter(desk, case, {audiences.desk(code)}, detail={"person": person.name, "removed": True}),
    )
    held = db.session.get(DeskAssignment, (desk.id, person.id))
    if held is not None:
        db.session.delete(held)


@use_case
def declare(
    actor: Actor,
    case_id: UUID,
    *,
    outcome: str,
    kinds: Iterable[str] = (),
    details: str = "",
) -> None:
    """Declare interests for one case: none, managed or recused. Who is recused loses the case at once.

    A recusal is not undone by the person; anything else can be declared again.
    """
    case = get(Case, case_id, lock=True)
    desk = db.session.scalar(
        select(Desk).where(Desk.case_id == case_id, Desk.authority_id == actor.organisation_id),
    )
    if desk is None:
        raise NotFound("There is nothing here.")
    if outcome not in {"none", "managed", "recused"}:
        raise BadInput({"outcome": "Choose what applies to you."})
    if outcome != "none" and not details.strip():
        raise BadInput({"details": "Describe the interest, so that your authority can act on it."})
    act(
        actor,
        Action.DESK_DECLARE,
        _matter(desk, case, {audiences.desk(code_of(desk))}, detail={"outcome": outcome, "kinds": sorted(kinds)}),
    )
    db.session.execute(
        update(ConflictDeclaration)
        .where(
            ConflictDeclaration.case_id == case_id,
            ConflictDeclaration.person_id == actor.person_id,
            ConflictDeclaration.superseded_at.is_(None),
        )
        .values(superseded_at=now()),
    )
    add(
        ConflictDeclaration(
            case_id=case_id,
            person_id=actor.person_id,
            outcome=outcome,
            kinds=sorted(kinds),
            details=details,
        ),
    )


@use_case
def start_screening(actor: Actor, desk_id: UUID) -> None:
    """Begin to look whether the application is complete for this authority."""
    desk, case, code = load(desk_id)
    advance(DESK, desk, Action.DESK_SCREEN, actor, _matter(desk, case, {audiences.desk(code)}))


@use_case
def find_complete(actor: Actor, desk_id: UUID, *, message: str = "") -> None:
    """The application is complete for this desk; the firm gets a letter."""
    _screened(actor, desk_id, Action.DESK_FIND_COMPLETE, "complete", Screening(), message)


@use_case
def find_incomplete(actor: Actor, desk_id: UUID, *, missing: Iterable[str], message: str = "") -> None:
    """Something is missing for this desk; the firm gets a letter that lists it and can amend."""
    listed = tuple(line.strip() for line in missing if line.strip())
    _screened(actor, desk_id, Action.DESK_FIND_INCOMPLETE, "incomplete", Screening(missing=listed), message)


@use_case
def refuse_to_review(actor: Actor, desk_id: UUID, *, reason: str) -> None:
    """Refuse to review, where the authority's rules allow it."""
    desk = get(Desk, desk_id)
    allowed = get(Authority, desk.authority_id).may_refuse_to_review
    needs = Screening(may_refuse=allowed, reason=reason)
    _screened(actor, desk_id, Action.DESK_REFUSE_TO_REVIEW, "refused_to_review", needs, reason)


def _screened(actor: Actor, desk_id: UUID, action: Action, outcome: str, needs: Screening, message: str) -> None:
    desk, case, code = load(desk_id)
    parties = {audiences.FIRM, audiences.desk(code)}
    advance(
        DESK,
        desk,
        action,
        actor,
        _matter(desk, case, parties, needs=needs, detail={"missing": list(needs.missing), "message": message}),
    )
    letter = add(
        CompletenessLetter(
            case_id=case.id,
            desk_id=desk.id,
            outcome=outcome,
            missing=list(needs.missing),
            message=message,
            written_by=actor.person_id,
        ),
    )
    trail.show_to(letter, "letter", parties, case_id=case.id)
    if desk.state in ENDED_DESK:
        openings.open_if_complete(case)


def receive_amendment(case_id: UUID) -> None:
    """Desks that waited for an amendment screen again, and their letters are answered.

    Desks that had filed on the version before look again: their sealed position is superseded, findings are confirmed
    anew. Nobody outside learns of it. A desk that went ahead alone keeps its position.
    """
    case = get(Case, case_id)
    concerned = select(Desk).where(Desk.case_id == case_id, Desk.state.in_(("incomplete", "assessed")))
    for desk in db.session.scalars(concerned).all():
        own = audiences.desk(code_of(desk))
        parties = {own} if desk.state == "assessed" else {audiences.FIRM, own}
        advance(DESK, desk, Action.DESK_RECEIVE_AMENDMENT, SYSTEM, _matter(desk, case, parties))
        db.session.execute(
            update(Position)
            .where(Position.desk_id == desk.id, Position.superseded_at.is_(None))
            .values(superseded_at=now()),
        )
        db.session.execute(
            update(CompletenessLetter)
            .where(CompletenessLetter.desk_id == desk.id, CompletenessLetter.answered_at.is_(None))
            .values(answered_at=now()),
        )


@use_case
def opt_out(actor: Actor, desk_id: UUID, *, reason: str) -> None:
    """This authority takes no further part; the others go on."""
    desk, case, _ = load(desk_id)
    advance(
        DESK,
        desk,
        Action.DESK_OPT_OUT,
        actor,
        _matter(
            desk,
            case,
            {audiences.FIRM, audiences.OFFICE, *audiences.desks(codes(case.id))},
            needs=Reasoned(reason),
            detail={"reason": reason},
        ),
    )
    openings.open_if_complete(case)


def close_all(case_id: UUID) -> None:
    """Close the desks of a withdrawn case that have not decided."""
    case = get(Case, case_id)
    for desk in db.session.scalars(select(Desk).where(Desk.case_id == case_id, Desk.state.in_(BEFORE_DECISION))).all():
        advance(DESK, desk, Action.DESK_CLOSE, SYSTEM, _matter(desk, case, {audiences.desk(code_of(desk))}))


def current_version(case: Case) -> ApplicationVersion:
    """The last submitted version of the case's application."""
    return get(ApplicationVersion, case.current_version_id)


def refuse_if_withdrawn(case: Case) -> None:
    """Raises NotNow for a withdrawn case."""
    if case.withdrawn_at is not None:
        raise NotNow("The firm withdrew this case.")
