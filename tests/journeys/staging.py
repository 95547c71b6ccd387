"""A case in assessment at two desks, with everybody who could look at it: what tests of desks and pages start from."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from sandbox.cli.demo import scenes, story
from sandbox.cli.demo.firms import FIRMS
from sandbox.cli.demo.story import Cast
from sandbox.domain.actors import ROLES_OF, Actor, Organisation, Role
from sandbox.services import assessments
from tests.factories import Maker
from tests.worlds import made_once

SEALED, OTHER = "FCA", "SEC"
DUTIES = {
    "intake": Role.INTAKE_OFFICER,
    "case": Role.CASE_OFFICER,
    "specialist": Role.SPECIALIST,
    "coordinator": Role.COORDINATOR,
    "decision": Role.DECISION_MAKER,
    "issuing": Role.ISSUING_ADMINISTRATOR,
    "supervisor": Role.SUPERVISOR,
    "records": Role.RECORDS_OFFICER,
    "ethics": Role.ETHICS_OFFICER,
    "admin": Role.AUTHORITY_ADMINISTRATOR,
}


@dataclass(slots=True)
class World:
    """Who is there, and the case with its sealed desk."""

    cast: Cast
    case_id: UUID
    routed_id: UUID
    outsiders: dict[str, Actor] = field(default_factory=dict)

    def other(self, duty: str) -> Actor:
        """Somebody of the other desk."""
        return self.cast.staff(OTHER, duty)

    @property
    def desk_id(self) -> UUID:
        """The desk whose acts are sealed."""
        return story.desk_of(self.case_id, SEALED)

    def staff(self, duty: str) -> Actor:
        """Somebody of the sealed desk."""
        return self.cast.staff(SEALED, duty)


def people(maker: Maker) -> dict[str, Actor]:
    """Makes everybody; gives those outside the sealed desk, by email."""
    outsiders: dict[str, Actor] = {}
    for code in (SEALED, OTHER):
        for duty, role in DUTIES.items():
            email = f"{duty}@{code.lower()}.example"
            person = maker.person(maker.authority(code), role, name=f"{duty} of {code}".title(), email=email)
            if code == OTHER:
                outsiders[email] = person
    for place, firm in enumerate(FIRMS[:3]):
        firm_id = maker.firm(firm.name)
        for email, name, role in firm.people:
            person = maker.person(firm_id, Role(role), name=name, email=email)
            if place == 0 or role == "signatory":
                outsiders[email] = person
    for kind in (Organisation.PROGRAMME_OFFICE, Organisation.AUDIT_BODY):
        organisation_id = maker.organisation(kind, kind.value)
        for role in sorted(ROLES_OF[kind]):
            email = f"{role.value}@{kind.value}.example"
            outsiders[email] = maker.person(organisation_id, role, name=role.value, email=email)
    return outsiders


@made_once
def build(maker: Maker) -> World:
    """A case in assessment at two desks, findings recorded at both, and a second one just routed.

    The firms are FIRMS[0] and FIRMS[1]; both cases go to the same two authorities.
    """
    return cases(people(maker))


def cases(outsiders: dict[str, Actor]) -> World:
    """The two cases of `build`, once the people are there."""
    cast = Cast()
    case_id, routed_id = (scenes.submitted(cast, firm) for firm in FIRMS[:2])
    for code in (SEALED, OTHER):
        story.staff_desk(cast, case_id, code)
        story.screen(cast, case_id, code)
        story.assess(cast, case_id, code, conditions=[story.reporting("UK" if code == SEALED else "US")])
    return World(cast, case_id, routed_id, outsiders)


@made_once
def open_positions(world: World) -> None:
    """Both desks file; they differ on the total value."""
    for code, total in ((SEALED, "2000000"), (OTHER, "500000")):
        place, money = ("UK", "GBP") if code == SEALED else ("US", "USD")
        limit = story.limit(place, "total-value", total, money, "Total value outstanding")
        assessments.propose_condition(
            world.cast.staff(code, "case"), story.desk_of(world.case_id, code), condition=limit
        )
        story.file(world.cast, world.case_id, code, "approve_with_conditions", f"{code} approves with conditions.")
