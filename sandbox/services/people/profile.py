"""The firm's profile: its legal entities, numbers in registers, controllers and licences.

The profile prefills the firm section of an application and names parties of its cases. A change of control during a
case is reported on the case (services.desks.parties), because the law gives that report its own clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.domain import audiences
from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.entities import COMPANY, FORMS, MOST
from sandbox.domain.entries import is_lei
from sandbox.domain.errors import BadInput, NotFound, NotNow
from sandbox.domain.firms import CONTROLLER_KINDS, WHOLE, Profile
from sandbox.domain.parties import Party
from sandbox.extensions import db
from sandbox.models import people
from sandbox.models.base import now
from sandbox.models.firms import Controller, Engagement, FirmIdentifier, LegalEntity, Licence
from sandbox.models.people import Firm
from sandbox.services import trail
from sandbox.services.engine import Matter, act
from sandbox.services.facts import draft_facts, engaged_now
from sandbox.services.people.registers import company_problem, scheme_of
from sandbox.services.people.registration import NewFirm, check_firm
from sandbox.services.unit import add, expect, get, use_case

Row = LegalEntity | FirmIdentifier | Controller | Licence
ROWS: dict[str, type[Row]] = {
    "entity": LegalEntity,
    "identifier": FirmIdentifier,
    "controller": Controller,
    "licence": Licence,
}
FIELDS: dict[str, tuple[str, ...]] = {
    "entity": ("name", "legal_form", "country", "address", "number", "lei"),
    "identifier": ("scheme", "number", "whose"),
    "controller": ("name", "kind", "share", "country"),
    "licence": ("authority", "number", "scope", "since"),
}
ROWS_MOST = {"entity": MOST - 1, "identifier": 30, "controller": 50, "licence": 50}


def _own(actor: Actor, firm_id: UUID, what: str, **detail: Any) -> Firm:
    """The firm, for a change: authorised, recorded and locked. Raises NotFound, NotAllowed."""
    matter = Matter(
        case_id=None,
        audience=(audiences.FIRM,),
        facts=draft_facts(firm_id),
        scope=trail.organisation_scope(firm_id),
        detail={"what": what, **detail},
    )
    act(actor, Action.FIRM_EDIT, matter)
    return get(Firm, firm_id, lock=True)


@use_case
def describe(actor: Actor, firm_id: UUID, firm: NewFirm, *, version: int | None = None) -> None:
    """Change what identifies the firm's first legal entity. Raises NotFound, NotAllowed, Conflict, BadInput."""
    row = _own(actor, firm_id, "identity")
    expect(row, version)
    check_firm(firm)
    row.legal_name, row.lei = firm.legal_name, firm.lei or None
    row.company_number, row.country, row.address = firm.company_number, firm.country, firm.address
    row.legal_form, row.group_name = firm.legal_form, firm.group or None
    get(people.Organisation, firm_id).name = firm.legal_name


def _model(kind: str) -> type[Row]:
    if kind not in ROWS:
        raise NotFound("There is nothing here.")
    return ROWS[kind]


def _row(kind: str, firm_id: UUID, row_id: UUID, version: int | None) -> Row:
    row: Row = get(_model(kind), row_id, lock=True)
    if row.firm_id != firm_id:
        raise NotFound("There is nothing here.")
    expect(row, version)
    return row


@use_case
def save(
    actor: Actor,
    firm_id: UUID,
    kind: str,
    values: Mapping[str, Any],
    *,
    row_id: UUID | None = None,
    version: int | None = None,
) -> UUID:
    """Add a row of a kind (entity, identifier, controller, licence), or change one. Gives its id.

    Raises NotFound, NotAllowed, Conflict, BadInput, NotNow when there are as many as can be.
    """
    model = _model(kind)
    _own(actor, firm_id, f"{kind} {'changed' if row_id else 'added'}")
    given = CHECKS[kind]({name: values.get(name) for name in FIELDS[kind]}, firm_id, row_id)
    if row_id is not None:
        row = _row(kind, firm_id, row_id, version)
        for name, value in given.items():
            setattr(row, name, value)
        return row.id
    count = db.session.scalar(select(func.count()).select_from(model).where(model.firm_id == firm_id))
    if (count or 0) >= ROWS_MOST[kind]:
        raise NotNow(f"There can be {ROWS_MOST[kind]} of them. Remove one first.")
    return add(model(firm_id=firm_id, **given)).id


@use_case
def remove(actor: Actor, firm_id: UUID, kind: str, row_id: UUID, *, version: int | None = None) -> None:
    """Remove a row from the profile. Applications keep what they say. Raises NotFound, NotAllowed, Conflict."""
    _model(kind)
    _own(actor, firm_id, f"{kind} removed")
    db.session.delete(_row(kind, firm_id, row_id, version))


# --- what a row must be ----------------------------------------------------------------------------------------------


def _text(value: Any) -> str:
    return str(value or "").strip()


def _refuse(problems: Mapping[str, str | None]) -> None:
    found = {name: problem for name, problem in problems.items() if problem}
    if found:
        raise BadInput(found)


def _entity(values: dict[str, Any], _firm_id: UUID, _row_id: UUID | None) -> dict[str, Any]:
    given = {name: _text(value) for name, value in values.items()}
    given["legal_form"] = given["legal_form"] or COMPANY
    _refuse(
        {
            "name": None if given["name"] else "Enter the name of the legal entity.",
            "legal_form": None if given["legal_form"] in FORMS else "Select what it is.",
            "country": None if len(given["country"]) == 2 else "Select the country of its registered office.",
            "number": company_problem(given["country"], given["number"]),
            "lei": None
            if not given["lei"] or is_lei(given["lei"])
            else "Enter the 20 characters of the LEI as they are in the register.",
        },
    )
    return given


def _identifier(values: dict[str, Any], firm_id: UUID, row_id: UUID | None) -> dict[str, Any]:
    scheme = scheme_of(_text(values["scheme"]))
    if scheme is None:
        raise BadInput({"scheme": "Select the register."})
    number = scheme.normal(_text(values["number"]))
    if not scheme.accepts(number):
        raise BadInput({"number": f"Enter the number as it is in the register, for example {scheme.example}."})
    given = {"scheme": scheme.code, "number": number, "whose": _text(values["whose"])}
    twin = db.session.scalar(
        select(FirmIdentifier.id).where(
            FirmIdentifier.firm_id == firm_id,
            FirmIdentifier.scheme == scheme.code,
            FirmIdentifier.number == number,
        ),
    )
    if twin is not None and twin != row_id:
        raise BadInput({"number": "This number is in your profile already."})
    return given


def _controller(values: dict[str, Any], firm_id: UUID, row_id: UUID | None) -> dict[str, Any]:
    share = values["share"]
    given = {"name": _text(values["name"]), "kind": _text(values["kind"]), "country": _text(values["country"])}
    _refuse(
        {
            "name": None if given["name"] else "Enter the name of the controller.",
            "kind": None if given["kind"] in CONTROLLER_KINDS else "Select what the controller is.",
            "share": None
            if share is None or (isinstance(share, Decimal) and 0 <= share <= WHOLE)
            else "Enter a share from 0 to 100 per cent.",
        },
    )
    return {**given, "share": share}


def _licence(values: dict[str, Any], _firm_id: UUID, _row_id: UUID | None) -> dict[str, Any]:
    since = values["since"]
    given = {name: _text(values[name]) for name in ("authority", "number", "scope")}
    _refuse(
        {
            "authority": None if given["authority"] else "Enter the authority that gave it.",
            "scope": None if given["scope"] else "Enter what it allows.",
            "since": None if since is None or isinstance(since, date) else "Enter the day since when it holds.",
        },
    )
    return {**given, "since": since}


CHECKS = {"entity": _entity, "identifier": _identifier, "controller": _controller, "licence": _licence}


# --- what others read ------------------------------------------------------------------------------------------------


def of_firm(firm_id: UUID) -> Profile:
    """The profile as applications are prefilled with it. The caller has asked who reads it."""
    firm = get(Firm, firm_id)
    entities = db.session.scalars(
        select(LegalEntity).where(LegalEntity.firm_id == firm_id).order_by(LegalEntity.added_at, LegalEntity.id),
    )
    controllers = db.session.scalars(
        select(Controller.name).where(Controller.firm_id == firm_id).order_by(Controller.added_at, Controller.id),
    )
    return Profile.of(firm, controllers, entities)


def parties(firm_id: UUID) -> tuple[Party, ...]:
    """Group, controllers, further entities and law firms of today's counsel, for declarations of interests."""
    known = of_firm(firm_id)
    group = [Party("group", known.group)] if known.group else []
    advisers = db.session.scalars(
        select(people.Organisation.name)
        .join(people.Person, people.Person.organisation_id == people.Organisation.id)
        .join(Engagement, Engagement.counsel_id == people.Person.id)
        .where(Engagement.firm_id == firm_id, engaged_now(now()))
        .order_by(people.Organisation.name)
        .distinct(),
    )
    return (
        *group,
        *(Party("counsel", name) for name in advisers),
        *(Party("controller", name) for name in known.controllers),
        *(Party("entity", str(one["name"])) for one in known.entities),
    )


__all__ = ["FIELDS", "ROWS", "describe", "of_firm", "parties", "remove", "save", "scheme_of"]
