"""A new firm registers itself: the address is confirmed by a link before anything else is asked or written.

Rule: whether an address has an account is never said on a page; its holder reads it in the letter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import SYSTEM, Organisation, Role
from sandbox.domain.entities import COMPANY, FORMS
from sandbox.domain.entries import is_lei
from sandbox.domain.errors import BadInput
from sandbox.domain.invitations import FIRM
from sandbox.domain.policy import demand
from sandbox.extensions import db
from sandbox.models import people
from sandbox.services import throttle, trail
from sandbox.services.letters import letter_to
from sandbox.services.people.accounts import normal_email
from sandbox.services.people.colleagues import insert_person
from sandbox.services.people.invitations import accepted, limit_letters, make, new_password, waiting
from sandbox.services.people.registers import company_problem
from sandbox.services.unit import add, use_case

FROM_ONE_PLACE = 20  # addresses that one place may have confirmed in an hour
PROTECTED = (Organisation.AUTHORITY, Organisation.PROGRAMME_OFFICE, Organisation.AUDIT_BODY)


@dataclass(frozen=True, slots=True)
class NewFirm:
    """What a firm says of itself when it registers."""

    legal_name: str
    country: str
    legal_form: str = COMPANY
    address: str = ""
    company_number: str = ""
    lei: str = ""
    group: str = ""


def confirm_address(email: str, *, place: str, then: str = "") -> None:
    """Send a link to an address that wants to register a firm. Raises TooMany; nothing else tells addresses apart.

    `then`: the path of this portal that was asked for before; it waits with the invitation and goes with it.
    """
    throttle.take({throttle.key_of("registers", place): FROM_ONE_PLACE}, timedelta(hours=1))
    limit_letters(None, email)
    _confirm_address(email, then)


@use_case
def _confirm_address(email: str, then: str) -> None:
    demand(SYSTEM, Action.ADDRESS_CONFIRM)
    row = make(FIRM, email, None, None, content={"then": then} if then else {})
    detail = {"invitation": str(row.id), "account": throttle.key_of("account", normal_email(email))}
    trail.record(trail.SIGN_INS, Action.ADDRESS_CONFIRM, SYSTEM, (), detail=detail)
    letter_to(Action.ADDRESS_CONFIRM, invitation=row)


def check_name(name: str, field: str) -> None:
    """Nobody registers under the name or the code of an authority or an office. Raises BadInput at `field`."""
    folded = " ".join(name.split()).casefold()
    known = select(people.Organisation.name, people.Organisation.code).where(
        people.Organisation.kind.in_([kind.value for kind in PROTECTED]),
        or_(
            func.lower(people.Organisation.name) == folded,
            func.lower(people.Organisation.code) == folded,
        ),
    )
    if db.session.execute(known).first() is not None:
        raise BadInput({field: "This is the name of an authority. Enter the name of your own organisation."})


def check_firm(firm: NewFirm) -> None:
    """Raise BadInput with everything that is wrong with what a firm says of itself."""
    problems = {}
    if not firm.legal_name.strip():
        problems["legal_name"] = "Enter the legal name of the firm."
    if len(firm.country) != 2:
        problems["country"] = "Select the country of the registered office."
    if firm.legal_form not in FORMS:
        problems["legal_form"] = "Select what the firm is."
    if firm.lei and not is_lei(firm.lei):
        problems["lei"] = "Enter the 20 characters of the LEI as they are in the register."
    if wrong := company_problem(firm.country, firm.company_number):
        problems["company_number"] = wrong
    if problems:
        raise BadInput(problems)
    check_name(firm.legal_name, "legal_name")


def register(token: str, firm: NewFirm, *, name: str, password: str, title: str = "", time_zone: str = "UTC") -> UUID:
    """Make the firm and its first owner, with a password of their own; gives the id of the person.

    Raises NotFound when the link does not work (any more), BadInput, TooMany.
    """
    waiting(token, FIRM)
    check_firm(firm)
    return _register(token, firm, name, new_password(token, FIRM, password), title, time_zone)


@use_case
def _register(token: str, firm: NewFirm, name: str, kept: str, title: str, time_zone: str) -> UUID:
    row = waiting(token, FIRM, lock=True)
    check_firm(firm)
    organisation = add(people.Organisation(kind=Organisation.FIRM.value, name=firm.legal_name))
    add(
        people.Firm(
            id=organisation.id,
            legal_name=firm.legal_name,
            lei=firm.lei or None,
            company_number=firm.company_number,
            country=firm.country,
            address=firm.address,
            legal_form=firm.legal_form,
            group_name=firm.group or None,
        ),
    )
    roles = frozenset({Role.OWNER})
    person = insert_person(organisation, row.email, name, roles, kept, title=title, time_zone=time_zone)
    actor = accepted(row, person)
    row.content = {}
    demand(actor, Action.FIRM_REGISTER)
    detail = {"what": "firm registered", "name": firm.legal_name, "person": str(person.id)}
    trail.record(trail.organisation_scope(organisation.id), Action.FIRM_REGISTER, actor, (), detail=detail)
    letter_to(Action.FIRM_REGISTER, people=[person.id], content={"firm": firm.legal_name})
    return person.id


__all__ = ["NewFirm", "check_firm", "check_name", "confirm_address", "register"]
