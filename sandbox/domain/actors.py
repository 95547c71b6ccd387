"""Who acts: a person with roles in exactly one organisation, or time itself (SYSTEM)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Organisation(StrEnum):
    """Kinds of organisation a person can belong to."""

    FIRM = "firm"
    LAW_FIRM = "law_firm"
    AUTHORITY = "authority"
    PROGRAMME_OFFICE = "programme_office"
    AUDIT_BODY = "audit_body"
    NONE = "none"


class Role(StrEnum):
    """Roles of people. SYSTEM (time) is a role that no person can hold."""

    # firm
    OWNER = "owner"
    CONTRIBUTOR = "contributor"
    SIGNATORY = "signatory"
    CERTIFIER = "certifier"
    READ_ONLY = "read_only"
    COUNSEL = "counsel"
    # authority
    INTAKE_OFFICER = "intake_officer"
    CASE_OFFICER = "case_officer"
    SPECIALIST = "specialist"
    COORDINATOR = "coordinator"
    DECISION_MAKER = "decision_maker"
    ISSUING_ADMINISTRATOR = "issuing_administrator"
    SUPERVISOR = "supervisor"
    RECORDS_OFFICER = "records_officer"
    ETHICS_OFFICER = "ethics_officer"
    AUTHORITY_ADMINISTRATOR = "authority_administrator"
    # programme office and audit
    SECRETARIAT = "secretariat"
    PROGRAMME_ADMINISTRATOR = "programme_administrator"
    AUDITOR = "auditor"
    SYSTEM = "system"


ROLES_OF: dict[Organisation, frozenset[Role]] = {
    Organisation.FIRM: frozenset(
        {Role.OWNER, Role.CONTRIBUTOR, Role.SIGNATORY, Role.CERTIFIER, Role.READ_ONLY},
    ),
    Organisation.LAW_FIRM: frozenset({Role.COUNSEL}),
    Organisation.AUTHORITY: frozenset(
        {
            Role.INTAKE_OFFICER,
            Role.CASE_OFFICER,
            Role.SPECIALIST,
            Role.COORDINATOR,
            Role.DECISION_MAKER,
            Role.ISSUING_ADMINISTRATOR,
            Role.SUPERVISOR,
            Role.RECORDS_OFFICER,
            Role.ETHICS_OFFICER,
            Role.AUTHORITY_ADMINISTRATOR,
        },
    ),
    Organisation.PROGRAMME_OFFICE: frozenset({Role.SECRETARIAT, Role.PROGRAMME_ADMINISTRATOR}),
    Organisation.AUDIT_BODY: frozenset({Role.AUDITOR}),
}

CASE_ROLES: frozenset[Role] = ROLES_OF[Organisation.AUTHORITY] - {Role.AUTHORITY_ADMINISTRATOR}
# Roles that one person may not hold together: administrators read no case; who prepares and issues an
# instrument does not sign it; who signs does not assess.
EXCLUSIVE: tuple[tuple[frozenset[Role], frozenset[Role]], ...] = (
    (frozenset({Role.AUTHORITY_ADMINISTRATOR}), CASE_ROLES),
    (frozenset({Role.DECISION_MAKER}), frozenset({Role.ISSUING_ADMINISTRATOR, Role.CASE_OFFICER, Role.SPECIALIST})),
    (frozenset({Role.ISSUING_ADMINISTRATOR}), frozenset({Role.CASE_OFFICER, Role.SPECIALIST})),
)


def clashing(roles: frozenset[Role]) -> frozenset[Role]:
    """The roles among these that one person may not hold together; empty when all go together."""
    found: set[Role] = set()
    for one, others in EXCLUSIVE:
        if roles & one and roles & others:
            found |= (roles & one) | (roles & others)
    return frozenset(found)


ROLE_TITLES: dict[Role, str] = {role: role.value.replace("_", " ").capitalize() for role in Role}


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or SYSTEM) behind an act. `code` is the authority's code, empty for everybody else.

    `stands_in`: roles held for some case only. They open doors; the case itself is asked by lock and window.
    `acts_for`: the firms that engage this counsel at this moment.
    """

    person_id: UUID | None
    organisation_id: UUID | None
    organisation: Organisation
    roles: frozenset[Role]
    name: str = ""
    organisation_name: str = ""
    code: str = ""
    time_zone: str = "UTC"
    email: str = ""
    stands_in: frozenset[Role] = frozenset()
    acts_for: frozenset[UUID] = frozenset()

    @property
    def firm_side(self) -> bool:
        """True for people of firms and for counsel: they read as the firm, never as an authority."""
        return self.organisation in {Organisation.FIRM, Organisation.LAW_FIRM}

    @property
    def firms(self) -> frozenset[UUID]:
        """The firms that the actor works for: the own one, or those that engage this counsel now."""
        if self.organisation is Organisation.FIRM and self.organisation_id is not None:
            return frozenset({self.organisation_id})
        return self.acts_for if self.organisation is Organisation.LAW_FIRM else frozenset()

    @property
    def me(self) -> UUID:
        """The id of the person. Raises ValueError for SYSTEM, which is nobody."""
        if self.person_id is None:
            raise ValueError("SYSTEM is no person.")
        return self.person_id

    def has(self, *roles: Role) -> bool:
        """True when the actor holds any of the roles."""
        return not self.roles.isdisjoint(roles)


SYSTEM = Actor(None, None, Organisation.NONE, frozenset({Role.SYSTEM}), name="System", organisation_name="Portal")
