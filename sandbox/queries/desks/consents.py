"""The firm's consents as the firm and the desks of the case read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor, Organisation
from sandbox.domain.consents import CATEGORIES, Category, Said, stands
from sandbox.domain.errors import NotFound
from sandbox.domain.policy import OBSERVES
from sandbox.domain.sections import agreed_to_sharing
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion
from sandbox.models.catalogue import Authority, Programme
from sandbox.models.desks import Desk, SharingConsent
from sandbox.models.people import Person
from sandbox.queries.desks.sight import Sight, sight


@dataclass(frozen=True, slots=True)
class Cell:
    """One category for one authority: does the firm agree, and since when it says so (None: it has said nothing)."""

    category: str
    about: Category
    agreed: bool
    since: datetime | None

    @property
    def words(self) -> str:
        """Where it stands."""
        return "Agreed" if self.agreed else "Withdrawn" if self.since else "Not agreed"


@dataclass(frozen=True, slots=True)
class AuthorityConsents:
    """All categories for one authority."""

    code: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class SaidRow:
    """One act of the firm."""

    name: str
    category: str
    given: bool
    text: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Consents:
    """The consents of a case. `version`: of the application that agrees, None where it does not; and its moment."""

    sight: Sight
    rows: tuple[AuthorityConsents, ...]
    history: tuple[SaidRow, ...]
    text: dict[str, Any] | None
    version: int | None
    declared_at: datetime | None

    def cell(self, code: str, category: str) -> tuple[AuthorityConsents, Cell]:
        """One of them. Raises NotFound."""
        for row in self.rows:
            for cell in row.cells:
                if (row.code, cell.category) == (code, category):
                    return row, cell
        raise NotFound("There is nothing here.")


def consents(viewer: Actor, case_id: UUID) -> Consents:
    """What the firm agrees to, in four statements. For the firm, and for who reads the case at a desk."""
    seen = sight(viewer, case_id)
    if not (seen.may(Action.CONSENT_READ) or seen.may(Action.CASE_READ)):
        raise NotFound("There is nothing here.")
    desks = db.session.execute(
        select(Authority.id, Authority.code, Authority.name)
        .join(Desk, Desk.authority_id == Authority.id)
        .where(Desk.case_id == case_id, Desk.part != OBSERVES)
        .order_by(Authority.code)
    ).all()
    version = db.session.execute(
        select(
            ApplicationVersion.number,
            ApplicationVersion.record,
            ApplicationVersion.submitted_at,
            Programme.content,
        )
        .join(Application, Application.id == ApplicationVersion.application_id)
        .join(Programme, Programme.id == Application.programme_id)
        .where(ApplicationVersion.id == seen.version_id)
    ).one()
    acts = db.session.execute(
        select(SharingConsent, Authority.code, Authority.name, Person.name.label("by"))
        .join(Authority, Authority.id == SharingConsent.authority_id)
        .join(Person, Person.id == SharingConsent.said_by)
        .where(SharingConsent.case_id == case_id)
        .order_by(SharingConsent.said_at, SharingConsent.id)
    ).all()
    said = [Said(row.code, row.SharingConsent.category, row.SharingConsent.given) for row in acts]
    since = {(row.code, row.SharingConsent.category): row.SharingConsent.said_at for row in acts}
    declared = agreed_to_sharing(version.record)
    firm = viewer.organisation is not Organisation.AUTHORITY
    return Consents(
        seen,
        tuple(
            AuthorityConsents(
                desk.code,
                desk.name,
                _cells(desk.code, said, since, declared=declared),
            )
            for desk in desks
        ),
        tuple(
            SaidRow(
                row.name,
                CATEGORIES[row.SharingConsent.category].title,
                row.SharingConsent.given,
                row.SharingConsent.text,
                row.SharingConsent.reason,
                row.by if firm else "",
                row.SharingConsent.said_at,
            )
            for row in reversed(acts)
        ),
        next((one for one in version.content.get("texts") or () if one["code"] == "consent-sharing"), None),
        version.number if declared else None,
        version.submitted_at if declared else None,
    )


def _cells(
    authority: str, said: Sequence[Said], since: Mapping[tuple[str, str], datetime], *, declared: bool
) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            code,
            about,
            stands(said, declared=declared, authority=authority, category=code),
            since.get((authority, code)),
        )
        for code, about in CATEGORIES.items()
    )


def not_agreed(seen: Sight) -> tuple[Cell, ...]:
    """What the firm does not agree that the viewer's own authority shares, in one statement. `seen`: the case."""
    own = seen.viewer.code
    of_ours = and_(SharingConsent.case_id == seen.case_id, SharingConsent.authority_id == seen.viewer.organisation_id)
    rows = db.session.execute(
        select(ApplicationVersion.record, SharingConsent.category, SharingConsent.given, SharingConsent.said_at)
        .outerjoin(SharingConsent, of_ours)
        .where(ApplicationVersion.id == seen.version_id)
        .order_by(SharingConsent.said_at, SharingConsent.id)
    ).all()
    acts = [row for row in rows if row.category is not None]
    cells = _cells(
        own,
        [Said(own, row.category, row.given) for row in acts],
        {(own, row.category): row.said_at for row in acts},
        declared=agreed_to_sharing(rows[0].record),
    )
    return tuple(cell for cell in cells if not cell.agreed)


__all__ = ["AuthorityConsents", "Cell", "Consents", "SaidRow", "consents", "not_agreed"]
