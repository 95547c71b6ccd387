"""Who is written to: people of the named parties who may open the case, and nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation, Role
from sandbox.domain.conflicts import EFFECTIVE, RECUSED
from sandbox.domain.lifecycles import ENDED_DESK
from sandbox.domain.policy import OBSERVES, CaseFacts, can
from sandbox.extensions import db
from sandbox.models import people
from sandbox.models.base import now
from sandbox.models.desks import Case, ConflictDeclaration, Desk, DeskAssignment
from sandbox.models.firms import Engagement
from sandbox.services.deputies import deputies
from sandbox.services.facts import acts_for, engaged_now, roles_for, stand_in_roles

SIGNATORIES = "signatories"
ISSUERS = "issuers"
OPENED = "opened"  # the deciding desks whose positions have opened to each other
TURN = "turn"  # those of the desk with one of the roles that the matter names
PERSON = "person"  # the one whom the matter is about, and no deputy
ONLY_ROLE = {SIGNATORIES: frozenset({Role.DECISION_MAKER}), ISSUERS: frozenset({Role.ISSUING_ADMINISTRATOR})}
HEADS = (Role.INTAKE_OFFICER, Role.COORDINATOR)


def parties_of(tells: Iterable[str], desks: Iterable[Any], authority_id: UUID | None) -> list[tuple[UUID, str]]:
    """The organisations that the words of a lifecycle's `tells` mean, each with the word. `desks`: rows of the case."""
    words, rows = set(tells), list(desks)
    found: list[tuple[UUID, str]] = [(rows[0].firm_id, audiences.FIRM)] if audiences.FIRM in words else []
    if "desks" in words:
        found += [(row.authority_id, "desk") for row in rows if row.part != OBSERVES]
    if audiences.OBSERVERS in words:
        found += [(row.authority_id, audiences.OBSERVERS) for row in rows if row.part == OBSERVES]
    if OPENED in words:
        found += [(row.authority_id, OPENED) for row in rows if row.opened_at and row.state not in ENDED_DESK]
    if authority_id is not None:
        found += [(authority_id, word) for word in sorted(words & {"desk", "owner", TURN, PERSON, *ONLY_ROLE})]
    return found


def _of(organisations: Iterable[UUID]) -> ColumnElement[bool]:
    """A condition on `Person`: works for one of the organisations, as its own or as counsel whom it engages now."""
    wanted = list(organisations)
    counsel = select(Engagement.counsel_id).where(Engagement.firm_id.in_(wanted), engaged_now(now()))
    return or_(people.Person.organisation_id.in_(wanted), people.Person.id.in_(counsel))


def actors_of(*organisations: UUID) -> list[Actor]:
    """The active people of some organisations and their counsel, as actors."""
    rows = db.session.execute(
        select(people.Person, people.Organisation, people.PersonRole.role)
        .join(people.Organisation, people.Organisation.id == people.Person.organisation_id)
        .outerjoin(people.PersonRole, people.PersonRole.person_id == people.Person.id)
        .where(_of(organisations), people.Person.active.is_(True))
        .order_by(people.Person.email),
    ).all()
    roles: dict[UUID, set[Role]] = {person.id: set() for person, _, _ in rows}
    for person, _, role in rows:
        if role is not None:
            roles[person.id].add(Role(role))
    staff = {person.id: (person, organisation) for person, organisation, _ in rows}
    standing_in = stand_in_roles(staff)
    lawyers = [person.id for person, home in staff.values() if home.kind == Organisation.LAW_FIRM]
    engaged = acts_for(lawyers) if lawyers else {}
    return [
        Actor(
            person_id=person.id,
            organisation_id=organisation.id,
            organisation=Organisation(organisation.kind),
            roles=frozenset(roles[person.id]),
            name=person.name,
            organisation_name=organisation.name,
            code=organisation.code or "",
            time_zone=person.time_zone,
            email=person.email,
            stands_in=standing_in.get(person.id, frozenset()),
            acts_for=engaged.get(person.id, frozenset()),
        )
        for person, organisation in staff.values()
    ]


def _facts(case_id: UUID, desks: list[Any], organisations: list[UUID]) -> dict[UUID, CaseFacts]:
    """What the lock must know of each person of these organisations to let them glance at the case."""
    said = and_(
        ConflictDeclaration.case_id == case_id,
        ConflictDeclaration.person_id == people.Person.id,
        ConflictDeclaration.superseded_at.is_(None),
    )
    own = and_(Desk.case_id == case_id, Desk.authority_id == people.Person.organisation_id)
    held = and_(DeskAssignment.desk_id == Desk.id, DeskAssignment.person_id == people.Person.id)
    rows = db.session.execute(
        select(people.Person.id, ConflictDeclaration.outcome, DeskAssignment.person_id.label("assigned"))
        .outerjoin(Desk, own)
        .outerjoin(ConflictDeclaration, said)
        .outerjoin(DeskAssignment, held)
        .where(_of(organisations)),
    )
    return {
        row.id: CaseFacts(
            firm_id=desks[0].firm_id,
            submitted=True,
            desks=frozenset(desk.authority_id for desk in desks),
            lead=desks[0].lead_authority_id,
            declared=row.outcome in EFFECTIVE,
            conflicted=row.outcome == RECUSED,
            assigned=row.assigned is not None,
        )
        for row in rows
    }


def _concerned(word: str, person: Actor, known: CaseFacts, only: frozenset[Role] | None) -> bool:
    """Does this word mean this person of a party? `only`: the roles that it is meant for."""
    # The ethics officer is never on a desk, and is meant only where it is their turn.
    ethics = only is not None and Role.ETHICS_OFFICER in only and person.has(Role.ETHICS_OFFICER)
    wanted = only is None or not only.isdisjoint(person.roles | known.stands_in)
    return wanted and (word == audiences.FIRM or known.assigned or person.has(*HEADS) or ethics)


def recipients(
    tells: Iterable[str],
    case_id: UUID,
    authority_id: UUID | None,
    sender: Actor,
    turn: frozenset[Role] = frozenset(),
    about: UUID | None = None,
) -> list[Actor]:
    """The people to write to, without the sender, in six statements. Everybody may at least glance at the case.

    Of an authority: those assigned to its desk, and its heads of desk; never anybody who is recused. `about`: whom
    the word “person” means.
    """
    words = tuple(tells)
    if not words:
        return []
    desks = db.session.execute(
        select(Case.firm_id, Case.lead_authority_id, Desk.authority_id, Desk.state, Desk.part, Desk.opened_at)
        .join(Desk, Desk.case_id == Case.id)
        .where(Case.id == case_id)
        .order_by(Desk.authority_id),  # the order of letters must not tell which desk was changed last
    ).all()
    parties = parties_of(words, desks, authority_id)
    organisations = sorted({organisation_id for organisation_id, _ in parties})
    if not organisations:
        return []
    facts = _facts(case_id, list(desks), organisations)
    staff = actors_of(*organisations)
    chosen: dict[UUID, Actor] = {}
    alone: dict[UUID, Actor] = {}
    for organisation_id, word in parties:
        for person in staff:
            works_there = organisation_id in {person.organisation_id, *person.acts_for}
            if not works_there or person.person_id in {None, sender.person_id}:
                continue
            known = facts[person.me]
            if person.stands_in:
                known = replace(known, stands_in=roles_for(person.me, case_id))
            only = turn if word == TURN else ONLY_ROLE.get(word)
            meant = person.me == about if word == PERSON else _concerned(word, person, known, only)
            if meant and can(person, Action.CASE_GLANCE, known):
                (alone if word == PERSON else chosen)[person.me] = person
    written = {**chosen, **alone}
    return [*written.values(), *deputies(chosen, {one.me: one for one in staff}, case_id, sender)]
