"""Makes what tests start from: organisations, people with roles, and cases as bare rows."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from uuid import UUID, uuid4

from sqlalchemy import select

from sandbox.adapters.passwords import hash_password
from sandbox.domain.actors import Actor, Organisation, Role
from sandbox.extensions import db
from sandbox.models import people
from sandbox.models.applications import Application, ApplicationVersion
from sandbox.models.base import now
from sandbox.models.catalogue import Authority, Programme, QuestionSet
from sandbox.models.desks import Case, ConflictDeclaration, Desk, DeskAssignment
from sandbox.services.people import actor_of

PASSWORD = "seven blue lighthouses wait"
_numbers = itertools.count(1)


@cache
def _hash() -> str:
    return hash_password(PASSWORD)


@dataclass(frozen=True, slots=True)
class Made:
    """A case as bare rows. `desks` by the authority's code."""

    id: UUID
    firm_id: UUID
    application_id: UUID
    desks: dict[str, UUID]


@dataclass(frozen=True, slots=True)
class Maker:
    """Every method commits."""

    password = PASSWORD

    def organisation(self, kind: Organisation, name: str = "") -> UUID:
        """An organisation of a kind that the catalogue does not bring."""
        row = people.Organisation(
            kind=kind.value, name=name or f"{kind.value.replace('_', ' ').title()} {next(_numbers)}"
        )
        db.session.add(row)
        db.session.commit()
        return row.id

    def firm(self, name: str = "") -> UUID:
        """A firm with the record of its legal entity."""
        key = self.organisation(Organisation.FIRM, name or f"Harbour Tokens {next(_numbers)} Ltd")
        db.session.add(people.Firm(id=key, legal_name=name or "Harbour Tokens Ltd"))
        db.session.commit()
        return key

    def authority(self, code: str = "FCA") -> UUID:
        """An authority of the catalogue."""
        return db.session.execute(select(Authority.id).where(Authority.code == code)).scalar_one()

    def authorities(self) -> dict[str, UUID]:
        """All authorities of the catalogue by code."""
        return {row.code: row.id for row in db.session.execute(select(Authority.code, Authority.id))}

    def programme(self) -> UUID:
        """The first programme of the catalogue."""
        return db.session.execute(select(Programme.id).order_by(Programme.code).limit(1)).scalar_one()

    def questions(self, version: int | None = None) -> UUID:
        """The newest question set of the first programme, or that version of it."""
        found = select(QuestionSet.id).where(QuestionSet.programme_id == self.programme())
        found = (
            found.order_by(QuestionSet.version.desc())
            if version is None
            else found.where(QuestionSet.version == version)
        )
        return db.session.scalars(found.limit(1)).one()

    def person(self, organisation_id: UUID, *roles: Role, name: str = "", email: str = "") -> Actor:
        """Somebody who can sign in with `password`."""
        number = next(_numbers)
        row = people.Person(
            organisation_id=organisation_id,
            email=email or f"person{number}@firm{number}.example",
            name=name or f"Robin Person {number}",
            password_hash=_hash(),
        )
        db.session.add(row)
        db.session.flush()
        db.session.add_all(people.PersonRole(person_id=row.id, role=role.value) for role in roles)
        db.session.commit()
        return actor_of(row.id)

    def staff(self, code: str, *roles: Role) -> Actor:
        """Somebody of an authority of the catalogue."""
        return self.person(self.authority(code), *roles)

    def case(
        self,
        firm_person: Actor,
        *,
        desks: Iterable[str] = ("FCA", "SEC"),
        lead: str = "FCA",
        state: str = "assessing",
        title: str = "Tokenised fund units",
    ) -> Made:
        """A submitted case as bare rows, without trail or letters; for what only reads."""
        assert firm_person.organisation_id is not None
        number = next(_numbers)
        application_id, version_id, case_id = uuid4(), uuid4(), uuid4()
        firm_id, programme_id = firm_person.organisation_id, self.programme()
        db.session.add(
            Application(
                id=application_id,
                firm_id=firm_id,
                programme_id=programme_id,
                question_set_id=self.questions(),
                title=title,
                state="submitted",
                created_by=firm_person.person_id,
                submitted_at=now(),
            )
        )
        db.session.flush()
        db.session.add(
            ApplicationVersion(
                id=version_id,
                application_id=application_id,
                question_set_id=self.questions(),
                number=1,
                record={"title": title},
                sha256="0" * 64,
                submission_key=str(uuid4()),
                submitted_by=firm_person.person_id,
                submitted_at=now(),
            )
        )
        db.session.flush()
        db.session.add(
            Case(
                id=case_id,
                reference=f"JS-2026-{number:04}",
                application_id=application_id,
                programme_id=programme_id,
                firm_id=firm_id,
                title=title,
                current_version_id=version_id,
                lead_authority_id=self.authority(lead),
            )
        )
        db.session.flush()
        made = {}
        for code in desks:
            desk = Desk(case_id=case_id, authority_id=self.authority(code), state=state)
            db.session.add(desk)
            db.session.flush()
            made[code] = desk.id
        db.session.commit()
        return Made(case_id, firm_id, application_id, made)

    def assign(self, case: Made, code: str, actor: Actor) -> None:
        """Put a person on a desk."""
        db.session.add(DeskAssignment(desk_id=case.desks[code], person_id=actor.person_id))
        db.session.commit()

    def declare(self, case: Made, actor: Actor, outcome: str = "none") -> None:
        """A declaration of interests: none, managed, waived or recused."""
        db.session.add(ConflictDeclaration(case_id=case.id, person_id=actor.person_id, outcome=outcome))
        db.session.commit()
