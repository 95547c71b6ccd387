"""The firm's profile, how it differs from what applications say, and counsel who act for the firm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.errors import NotFound
from sandbox.domain.firms import Difference, Profile, differences
from sandbox.domain.policy import CaseFacts, can, demand
from sandbox.extensions import db
from sandbox.models.applications import Application, Section
from sandbox.models.base import now
from sandbox.models.catalogue import IdentifierScheme
from sandbox.models.firms import Controller, Engagement, FirmIdentifier, LegalEntity, Licence
from sandbox.models.people import Firm, Person, PersonRole
from sandbox.models.people import Organisation as OrganisationRow
from sandbox.queries.access import draft_permitted


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the profile: entity, identifier, controller or licence, with its values by name."""

    id: UUID
    kind: str
    title: str
    version: int
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Drift:
    """A draft application whose firm section says something else than the profile."""

    application_id: UUID
    title: str
    found: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class FirmPage:
    """The profile as its page shows it."""

    firm_id: UUID
    version: int
    profile: Profile
    rows: dict[str, tuple[Row, ...]]
    may_edit: bool
    drifts: tuple[Drift, ...]


@dataclass(frozen=True, slots=True)
class SchemeRow:
    """A register whose numbers can be given."""

    code: str
    title: str
    hint: str
    example: str


@dataclass(frozen=True, slots=True)
class EngagementRow:
    """Counsel who acts, will act or acted for a firm."""

    id: UUID
    firm_id: UUID
    firm: str
    name: str
    email: str
    law_firm: str
    begins_at: datetime
    ends_at: datetime | None
    version: int
    state: str  # active, later, ended


COLUMNS: dict[str, tuple[type[Any], tuple[str, ...], str]] = {
    "identifier": (FirmIdentifier, ("scheme", "number", "whose"), "number"),
    "entity": (LegalEntity, ("name", "legal_form", "country", "address", "number", "lei"), "name"),
    "controller": (Controller, ("name", "kind", "share", "country"), "name"),
    "licence": (Licence, ("authority", "number", "scope", "since"), "authority"),
}


def _firm_of(viewer: Actor, firm_id: UUID | None) -> UUID:
    """The firm that is meant: the own one, or the one that counsel names. Raises NotFound."""
    known = firm_id or (viewer.organisation_id if viewer.organisation is Organisation.FIRM else None)
    if known is None or known not in viewer.firms:
        raise NotFound("There is nothing here.")
    demand(viewer, Action.FIRM_READ, CaseFacts(firm_id=known))
    return known


def _rows(kind: str, firm_id: UUID) -> tuple[Row, ...]:
    model, names, title = COLUMNS[kind]
    found = db.session.scalars(select(model).where(model.firm_id == firm_id).order_by(model.added_at, model.id))
    return tuple(
        Row(one.id, kind, getattr(one, title), one.version, {name: getattr(one, name) for name in names})
        for one in found
    )


def _profile(firm: Firm, rows: dict[str, tuple[Row, ...]]) -> Profile:
    return Profile.of(
        firm,
        controllers=(row.values["name"] for row in rows["controller"]),
        entities=(SimpleNamespace(**row.values) for row in rows["entity"]),
    )


def page(viewer: Actor, firm_id: UUID | None = None) -> FirmPage:
    """The profile of the own firm, or of one that engages the viewer, in a fixed number of statements.

    Raises NotFound.
    """
    known = _firm_of(viewer, firm_id)
    firm = db.session.get(Firm, known)
    if firm is None:
        raise NotFound("There is nothing here.")
    rows = {kind: _rows(kind, known) for kind in COLUMNS}
    profile = _profile(firm, rows)
    may_edit = can(viewer, Action.FIRM_EDIT, CaseFacts(firm_id=known))
    return FirmPage(known, firm.version, profile, rows, may_edit, _drifts(profile, known))


def row(viewer: Actor, kind: str, row_id: UUID) -> Row:
    """One row of the profile of the own firm. Raises NotFound."""
    if kind not in COLUMNS:
        raise NotFound("There is nothing here.")
    found = next((one for one in _rows(kind, _firm_of(viewer, None)) if one.id == row_id), None)
    if found is None:
        raise NotFound("There is nothing here.")
    return found


def _drifts(profile: Profile, firm_id: UUID) -> tuple[Drift, ...]:
    drafts = db.session.execute(
        select(Application.id, Application.title, Section.answers)
        .join(Section, Section.application_id == Application.id)
        .where(Application.firm_id == firm_id, Application.state == "draft", Section.code == "firm")
        .order_by(Application.created_at, Application.id),
    )
    found = (Drift(key, title, differences(profile, answers)) for key, title, answers in drafts)
    return tuple(drift for drift in found if drift.found)


def differences_of(viewer: Actor, application_id: UUID) -> tuple[Difference, ...]:
    """What the firm section of an application says otherwise than the firm's profile. Raises NotFound."""
    known = db.session.execute(
        select(Application.firm_id, Section.answers)
        .join(Section, Section.application_id == Application.id)
        .where(
            Application.id == application_id,
            Section.code == "firm",
            draft_permitted(viewer, Action.APPLICATION_READ),
        ),
    ).one_or_none()
    if known is None:
        raise NotFound("There is nothing here.")
    firm = db.session.get_one(Firm, known.firm_id)
    rows = {kind: _rows(kind, known.firm_id) for kind in ("entity", "controller")}
    return differences(_profile(firm, rows), known.answers)


def schemes() -> tuple[SchemeRow, ...]:
    """The registers whose numbers can be given; reference data, open to everybody."""
    model = IdentifierScheme
    rows = db.session.execute(
        select(model.code, model.title, model.hint, model.example).order_by(model.position, model.code)
    )
    return tuple(SchemeRow(*one) for one in rows)


def engagements(viewer: Actor) -> tuple[EngagementRow, ...]:
    """Who acts as counsel for the own firm, or for whom the viewer acts; the newest first. Raises NotAllowed."""
    demand(viewer, Action.PEOPLE_READ)
    if not viewer.firm_side:
        return ()
    own = viewer.organisation is Organisation.FIRM
    mine = Engagement.firm_id == viewer.organisation_id if own else Engagement.counsel_id == viewer.person_id
    rows = db.session.execute(
        select(
            Engagement.id,
            Engagement.firm_id,
            Firm.legal_name,
            Person.name,
            Person.email,
            OrganisationRow.name.label("law_firm"),
            Engagement.begins_at,
            Engagement.ends_at,
            Engagement.version,
        )
        .join(Firm, Firm.id == Engagement.firm_id)
        .join(Person, Person.id == Engagement.counsel_id)
        .join(OrganisationRow, OrganisationRow.id == Person.organisation_id)
        .where(mine)
        .order_by(Engagement.made_at.desc(), Engagement.id)
        .limit(200),
    )
    moment = now()
    return tuple(EngagementRow(*one, _state(one.begins_at, one.ends_at, moment)) for one in rows)


def _state(begins_at: datetime, ends_at: datetime | None, moment: datetime) -> str:
    if ends_at is not None and ends_at <= max(moment, begins_at):
        return "ended"
    return "later" if begins_at > moment else "active"


def engagement(viewer: Actor, engagement_id: UUID) -> EngagementRow:
    """One engagement of the own firm, or the viewer's own. Raises NotFound."""
    found = next((one for one in engagements(viewer) if one.id == engagement_id), None)
    if found is None:
        raise NotFound("There is nothing here.")
    return found


def missing_roles(viewer: Actor, roles: Sequence[str]) -> tuple[str, ...]:
    """Those of the roles that nobody active of the own organisation holds. Raises NotAllowed."""
    demand(viewer, Action.PEOPLE_READ)
    held = db.session.execute(
        select(PersonRole.role, func.count())
        .join(Person, Person.id == PersonRole.person_id)
        .where(Person.organisation_id == viewer.organisation_id, Person.active.is_(True))
        .group_by(PersonRole.role),
    )
    known = {role for role, _ in held}
    return tuple(role for role in roles if role not in known)


__all__ = [
    "COLUMNS", "Drift", "EngagementRow", "FirmPage", "Row", "SchemeRow", "differences_of", "engagement", "engagements",
    "missing_roles", "page", "row", "schemes",
]  # fmt: skip
