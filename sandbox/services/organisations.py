"""Organisations and their first people: made by the demonstration, the loader and the command line."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sandbox.adapters import passwords
from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Organisation
from sandbox.models import people
from sandbox.services import trail
from sandbox.services.people import allowed_roles, check_password, insert_person, record_change
from sandbox.services.unit import add, get, use_case


@use_case
def make_organisation(kind: Organisation, name: str, *, code: str | None = None, firm: bool = False) -> UUID:
    """A new organisation; `firm` also makes the record of its legal entity. Only SYSTEM acts here."""
    organisation = add(people.Organisation(kind=kind.value, name=name, code=code))
    if firm:
        add(people.Firm(id=organisation.id, legal_name=name))
    detail = {"what": "organisation made", "kind": kind.value, "name": name}
    trail.record(trail.organisation_scope(organisation.id), Action.CATALOGUE_LOAD, SYSTEM, (), detail=detail)
    return organisation.id


@use_case
def describe_firm(firm_id: UUID, **identity: str) -> None:
    """Set what identifies a firm's legal entity: lei, company_number, country, address. Only SYSTEM acts here."""
    firm = get(people.Firm, firm_id)
    for name in ("lei", "company_number", "country", "address"):
        if name in identity:
            setattr(firm, name, identity[name])


def make_person(
    organisation_id: UUID, *, email: str, name: str, roles: Iterable[str], password: str, **more: str
) -> UUID:
    """The first people of an organisation. `more`: title, time_zone. Only SYSTEM acts here. Raises BadInput."""
    check_password(password, email=email)
    return _make_person(organisation_id, email, name, tuple(roles), passwords.hash_password(password), more)


@use_case
def _make_person(
    organisation_id: UUID, email: str, name: str, roles: tuple[str, ...], kept: str, more: dict[str, str]
) -> UUID:
    organisation = get(people.Organisation, organisation_id)
    wanted = allowed_roles(Organisation(organisation.kind), roles)
    person = insert_person(organisation, email, name, wanted, kept, **more)
    record_change(SYSTEM, person, "added", roles=sorted(roles))
    return person.id
