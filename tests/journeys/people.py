"""The people of a driven case, and a whole dossier for them to submit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from sandbox.cli.demo.answering import completed, newest
from sandbox.domain.actors import Actor, Organisation, Role
from sandbox.extensions import db
from sandbox.models import people
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.services.people import actor_of
from sandbox.services.unit import use_case
from tests.factories import Maker
from tests.worlds import made_once


@dataclass(frozen=True)
class Desktop:
    """The people of one authority who work on a case."""

    code: str
    coordinator: Actor
    officer: Actor
    signatories: tuple[Actor, ...]
    issuer: Actor
    supervisor: Actor

    @property
    def everybody(self) -> tuple[Actor, ...]:
        """All of them."""
        return (self.coordinator, self.officer, *self.signatories, self.issuer, self.supervisor)


@dataclass(frozen=True)
class Company:
    """The people of a firm who matter to a case."""

    firm_id: UUID
    signatory: Actor
    contributor: Actor
    certifier: Actor


@dataclass
class Cast:
    """Everybody: the firm, and the desks by the code of their authority."""

    company: Company
    desks: dict[str, Desktop] = field(default_factory=dict)


def person(organisation_id: UUID, name: str, *roles: Role, title: str = "", zone: str = "UTC") -> Actor:
    """Somebody new of an organisation, as an actor, who can sign in with `Maker.password`."""
    local = name.lower().replace(" ", ".")
    made = Maker().person(organisation_id, *roles, name=name, email=f"{local}.{uuid4().hex[:8]}@people.example")
    row = db.session.get_one(people.Person, made.person_id)
    row.title, row.time_zone = title, zone
    db.session.commit()
    return actor_of(row.id)


@use_case
def _firm(name: str, lei: str | None) -> UUID:
    organisation = people.Organisation(kind=Organisation.FIRM.value, name=name)
    db.session.add(organisation)
    db.session.flush()
    db.session.add(
        people.Firm(
            id=organisation.id, legal_name=name, lei=lei, company_number="00000000", country="GB",
            address="1 Example Street\nExample Town EX1 1EX",
        )
    )  # fmt: skip
    return organisation.id


@made_once
def company(name: str = "Example Ledger Ltd", lei: str | None = None) -> Company:
    """A firm with a signatory, a contributor and a certifier."""
    firm_id = _firm(name, lei)
    return Company(
        firm_id,
        person(firm_id, "Ada Example", Role.OWNER, Role.SIGNATORY, title="Director", zone="Europe/London"),
        person(firm_id, "Ben Example", Role.CONTRIBUTOR, title="Product lead", zone="Europe/London"),
        person(firm_id, "Cleo Example", Role.CERTIFIER, title="Head of compliance", zone="Europe/London"),
    )


def desktop(code: str) -> Desktop:
    """The people of an authority's desk; as many decision makers as its sign-off rule asks for."""
    authority = db.session.scalars(select(Authority).where(Authority.code == code)).one()
    key, zone, count = authority.id, authority.time_zone, authority.signatories_required
    titles = [row["title"] for row in authority.content["sign_off"]]
    names = [(f"{code} Signatory {place + 1}", titles[place % len(titles)]) for place in range(count)]
    return Desktop(
        code,
        person(key, f"{code} Coordinator", Role.COORDINATOR, Role.INTAKE_OFFICER, zone=zone),
        person(key, f"{code} Officer", Role.CASE_OFFICER, zone=zone),
        tuple(person(key, name, Role.DECISION_MAKER, title=title, zone=zone) for name, title in names),
        person(key, f"{code} Issuer", Role.ISSUING_ADMINISTRATOR, zone=zone),
        person(key, f"{code} Supervisor", Role.SUPERVISOR, zone=zone),
    )


@made_once
def cast(codes: Iterable[str], name: str = "Example Ledger Ltd") -> Cast:
    """A firm and the desks of these authorities."""
    return Cast(company(name), {code: desktop(code) for code in codes})


# --- the firm --------------------------------------------------------------------------------------------------------

CLASSES = {"UK": "uk-specified-investment", "US": "us-digital-security", "VD": "vd-token"}
CURRENCIES = {"UK": "GBP", "US": "USD", "VD": "VDC"}


def answers(jurisdictions: Iterable[str], **changes: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """A whole dossier for these jurisdictions: custody and transfer of tokenised securities."""
    places = list(jurisdictions)
    starts = (now() + timedelta(days=30)).date()
    limits = [
        {
            "metric": metric,
            "comparator": "at_most",
            "threshold": threshold,
            "window": "at_any_time",
            "currency": CURRENCIES[place] if money else None,
            "jurisdiction": place,
        }
        for place in places
        for metric, threshold, money in (("total-value", "5000000", True), ("customers", "40", False))
    ]
    sections: dict[str, dict[str, Any]] = {
        "firm": {
            "legal_name": "Example Ledger Ltd",
            "lei": "",
            "company_number": "00000000",
            "country": "GB",
            "address": "1 Example Street\nExample Town EX1 1EX",
            "contact_name": "Ada Example",
            "contact_email": "ada@ledger.example",
        },
        "product": {
            "name": "Same-day settlement of tokenised bonds",
            "summary": "A ledger on which professional clients hold and transfer tokenised bonds.",
            "innovation": "Delivery and payment happen in the same second.",
            "activities": ["custody", "transfer"],
            "asset_classes": [CLASSES[place] for place in places],
            "customers": "Professional clients only.",
        },
        "jurisdictions": {
            "jurisdictions": places,
            "rationale": {place: f"Clients in {place} have asked for it." for place in places},
            "goes_on_with_fewer": False,
        },
        "test_plan": {
            "starts_on": starts.isoformat(),
            "duration_months": 6,
            "customers": "Forty professional clients, chosen from those who have signed a letter of intent.",
            "limits": limits,
            "safeguards": ["segregation", "halt"],
            "safeguards_text": "Assets are held apart and reconciled every day.",
            "exit_plan": "Tokens are redeemed at par within ten days.",
        },
        "declarations": dict.fromkeys(("accurate", "authorised", "consent_sharing", "not_in_default"), True),
    }
    for code, values in changes.items():
        sections[code] = {**sections.get(code, {}), **values}
    return completed(newest(), sections)
