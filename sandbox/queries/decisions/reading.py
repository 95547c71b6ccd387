"""Who may read what of decisions: the parties as which a viewer reads them, and how a document stands.

Rule: a decision is its own desk's; a document is read through its audience only; what may not be seen does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from sandbox.domain.actions import Action
from sandbox.domain.actors import Actor
from sandbox.domain.errors import NotFound
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.decisions import Edition, Signature
from sandbox.queries.access import own_parties, visible
from sandbox.queries.desks import Sight, sight

KINDS = {"instrument": "Instrument", "joint_notice": "Joint notice", "public": "Public edition"}
ORDER = {"joint_notice": 0, "instrument": 1, "public": 2}
STATUS = {
    "in_force": ("Issued and in force", "good"),
    "later": ("Issued, takes effect later", "info"),
    "expired": ("Issued, has expired", "warning"),
    "superseded": ("Issued, then replaced by a later version", "warning"),
    "revoked": ("Issued, then revoked", "bad"),
}


@dataclass(frozen=True, slots=True)
class Signed:
    """One expected signature of a document; `at` is None while it is not made."""

    field: str
    authority: str
    name: str
    at: datetime | None
    person: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One issued document as its readers see it. `authorities`: codes and names of those that signed.

    `successor`: number and verification code of the version that replaced it. `told`: the numbers of the decisions
    that a joint notice in force carries.
    """

    id: UUID
    case_id: UUID
    kind: str
    name: str
    number: str
    sha256: str
    code: str
    status: str
    authorities: tuple[tuple[str, str], ...]
    firm: str
    case: str
    issued_at: datetime
    effective_on: date | None
    expires_on: date | None
    signatures: tuple[Signed, ...]
    successor: tuple[str, str] | None = None
    told: frozenset[str] = frozenset()

    @property
    def kind_words(self) -> str:
        """The kind in words."""
        return KINDS[self.kind]

    @property
    def status_words(self) -> str:
        """The status in words."""
        return STATUS[self.status][0]

    @property
    def tone(self) -> str:
        """The tone of the status."""
        return STATUS[self.status][1]


def reader(viewer: Actor, case_id: UUID) -> tuple[Sight, frozenset[str]]:
    """The case, and as which parties the viewer reads decisions of it.

    Of an authority: who reads its own decision material. Of the firm: everybody. Raises NotFound for all others.
    """
    seen = sight(viewer, case_id)
    firm = viewer.firm_side
    if not seen.may(Action.CASE_READ if firm else Action.DECISION_READ):
        raise NotFound("There is nothing here.")
    return seen, own_parties(viewer)


def day(value: Any) -> date | None:
    """A day of a record."""
    return date.fromisoformat(value) if isinstance(value, str) else None


def standing(status: str, record: Mapping[str, Any]) -> str:
    """How an issued document stands today: what was decided about it later, then its own dates.

    The day is that of the authority which issued it. A joint notice has no dates of its own.
    """
    if status != "in_force":
        return status
    zone = record.get("authority", {}).get("time_zone", "UTC")
    today = now().astimezone(ZoneInfo(zone)).date()
    starts, ends = day(record.get("effective_on")), day(record.get("expires_on"))
    if ends is not None and today > ends:
        return "expired"
    return "later" if starts is not None and today < starts else "in_force"


def authorities_of(record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The authorities that sign, in order, each once."""
    found = {row["authority"]: row["authority_name"] for row in record["signatories"]}
    return tuple(found.items())


def paper(edition: Edition, made: Iterable[Signature], successor: Edition | None = None) -> Paper:
    """An issued edition as its readers see it."""
    assert edition.issued_at is not None
    at = {row.field: row.signed_at for row in made if row.edition_id == edition.id and row.void_at is None}
    record = edition.record
    return Paper(
        id=edition.id,
        case_id=edition.case_id,
        kind=edition.kind,
        name=edition.name,
        number=edition.number,
        sha256=edition.sha256,
        code=edition.code,
        status=standing(edition.status, record),
        authorities=authorities_of(record),
        firm=record["firm"]["name"],
        case=record["case"]["reference"],
        issued_at=edition.issued_at,
        effective_on=day(record.get("effective_on")),
        expires_on=day(record.get("expires_on")),
        signatures=signed(edition, at),
        successor=(successor.number, successor.code) if successor is not None else None,
        told=frozenset(one["number"] for one in record["instruments"])
        if edition.kind == "joint_notice"
        else frozenset(),
    )


def signed(edition: Edition, at: Mapping[str, datetime]) -> tuple[Signed, ...]:
    """The expected signatures in order, with when they were made."""
    return tuple(
        Signed(one["field"], one["authority"], one["name"], at.get(one["field"]), one["person"])
        for one in edition.expected
    )


def signatures_of(editions: Iterable[UUID]) -> list[Signature]:
    """The standing signatures of some editions, in one statement."""
    keys = list(editions)
    if not keys:
        return []
    return list(
        db.session.scalars(
            select(Signature).where(Signature.edition_id.in_(keys), Signature.void_at.is_(None)),
        ),
    )


@dataclass(frozen=True, slots=True)
class Shelf:
    """All documents of a case that somebody may read, issued or not, with their standing signatures."""

    editions: tuple[Edition, ...]
    made: tuple[Signature, ...]

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The issued ones, the joint notice first."""
        issued = [one for one in self.editions if one.issued_at is not None]
        ordered = sorted(issued, key=lambda one: (ORDER[one.kind], one.number))
        return tuple(paper(one, self.made, self.edition(one.superseded_by_id)) for one in ordered)

    def edition(self, edition_id: UUID | None) -> Edition | None:
        """One of them."""
        return next((one for one in self.editions if one.id == edition_id), None)

    def times(self, edition_id: UUID) -> dict[str, datetime]:
        """When the signatures of one of them were made, by field."""
        return {row.field: row.signed_at for row in self.made if row.edition_id == edition_id}


def shelf(case_id: UUID, parties: frozenset[str]) -> Shelf:
    """The documents of a case that these parties may read, in two statements."""
    editions = db.session.scalars(
        select(Edition).where(Edition.case_id == case_id, visible(Edition.id, "edition", parties)),
    ).all()
    return Shelf(tuple(editions), tuple(signatures_of(one.id for one in editions)))


def issued_papers(case_id: UUID, parties: frozenset[str]) -> tuple[Paper, ...]:
    """The issued documents of a case that these parties may read, joint notice first, in two statements."""
    return shelf(case_id, parties).papers


__all__ = [
    "KINDS", "STATUS", "Paper", "Shelf", "Signed", "day", "issued_papers", "paper", "reader", "shelf", "signatures_of",
    "signed", "standing",
]  # fmt: skip
