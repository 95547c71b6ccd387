"""Who is written to: people of the named parties who may open the case, and nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation, Role
from sandbox.domain.policy import can
from sandbox.extensions import db
from sandbox.models import people
from sandbox.models.desks import Case, Desk, DeskAssignment
from sandbox.services.facts import case_facts

SIGNATORIES = "signatories"
ISSUERS = "issuers"
ONLY_ROLE = {SIGNATORIES: Role.DECISION_MAKER, ISSUERS: Role.ISSUING_ADMINISTRATOR}
HEADS = (Role.INTAKE_OFFICER, Role.COORDINATOR)


def parties_of(tells: Iterable[str], case_id: UUID, authority_id: UUID | None) -> list[tuple[UUID, str]]:
    """The organisations that the words of a lifecycle's `tells` mean, each with the word."""
    words = set(tells)
    found: list[tuple[UUID, str]] = []
    if audiences.FIRM in words:
        found.append((db.session.execute(select(Case.firm_id).where(Case.id == case_id)).scalar_one(), audiences.FIRM))
    if "desks" in words:
        found += [(row, "desk") for row in db.session.scalars(select(Desk.authority_id).where(Desk.case_id == case_id))]
    if authority_id is not None:
        found += [(authority_id, word) for word in words & {"desk", "owner", SIGNATORIES, ISSUERS}]
    return found


def actors_of(organisation_id: UUID) -> list[Actor]:
    """The active people of an organisation, as actors."""
    rows = db.session.execute(
        select(people.Person, people.Organisation)
        .join(people.Organisation, people.Organisation.id == people.Person.organisation_id)
        .where(people.Person.organisation_id == organisation_id, people.Person.active.is_(True))
        .order_by(people.Person.email),
    ).all()
    roles: dict[UUID, set[Role]] = {}
    for person_id, role in db.session.execute(
        select(people.PersonRole.person_id, people.PersonRole.role).where(
            people.PersonRole.person_id.in_([person.id for person, _ in rows]),
        ),
    ):
        roles.setdefault(person_id, set()).add(Role(role))
    return [
        Actor(
            person_id=person.id,
            organisation_id=organisation_id,
            organisation=Organisation(organisation.kind),
            roles=frozenset(roles.get(person.id, ())),
            name=person.name,
            organisation_name=organisation.name,
            code=organisation.code or "",
            time_zone=person.time_zone,
            email=person.email,
        )
        for person, organisation in rows
    ]


def recipients(tells: Iterable[str], case_id: UUID, authority_id: UUID | None, sender: Actor) -> list[Actor]:
    """The people to write to, without the sender. Everybody among them may at least glance at the case.

    Of an authority: those assigned to its desk, and its heads of desk; never anybody who is recused.
    """
    chosen: dict[UUID, Actor] = {}
    for organisation_id, word in parties_of(tells, case_id, authority_id):
        assigned = set(
            db.session.scalars(
                select(DeskAssignment.person_id)
                .join(Desk, Desk.id == DeskAssignment.desk_id)
                .where(Desk.case_id == case_id, Desk.authority_id == organisation_id),
            ),
        )
        for person in actors_of(organisation_id):
            if person.person_id is None or person.person_id == sender.person_id:
                continue
            staff = word == audiences.FIRM or person.person_id in assigned or person.has(*HEADS)
            wanted = word not in ONLY_ROLE or person.has(ONLY_ROLE[word])
            if staff and wanted and can(person, Action.CASE_GLANCE, case_facts(person, case_id)):
                chosen[person.person_id] = person
    return list(chosen.values())
