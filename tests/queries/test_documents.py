"""The firm reads its working copy, a desk what was submitted, everybody else nothing."""

from __future__ import annotations

import io
from uuid import UUID, uuid4

import pytest

from sandbox.domain.actors import Actor, Organisation, Role
from sandbox.domain.errors import NotFound
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion, DossierDocument
from sandbox.models.desks import Case, Desk
from sandbox.queries import documents as queries
from sandbox.services import applications, documents
from tests.factories import Made, Maker


@pytest.fixture
def signatory(maker: Maker) -> Actor:
    return maker.person(maker.firm(), Role.SIGNATORY)


@pytest.fixture
def case(maker: Maker, signatory: Actor) -> Made:
    """A submitted case whose SEC desk found something missing, so that the firm can change its files."""
    made = maker.case(signatory)
    db.session.get_one(Desk, made.desks["SEC"]).state = "incomplete"
    db.session.commit()
    return made


def add(actor: Actor, application_id: UUID, content: str) -> UUID:
    return documents.upload(actor, application_id, name=f"{content}.txt", stream=io.BytesIO(content.encode()))


def submit(case: Made, *document_ids: UUID) -> None:
    """Make these the documents of the last submitted version."""
    rows = [db.session.get_one(DossierDocument, key) for key in document_ids]
    current = db.session.get_one(Case, case.id).current_version_id
    version = db.session.get_one(ApplicationVersion, current)
    version.record = {
        **version.record,
        "documents": [
            {"id": str(row.id), "name": row.name, "sha256": row.sha256, "size": row.size, "media_type": row.media_type}
            for row in rows
        ],
    }
    db.session.commit()


def seen(viewer: Actor, application_id: UUID) -> list[str]:
    return [document.name for document in queries.of_application(viewer, application_id).documents]


@pytest.fixture
def officer(maker: Maker, case: Made) -> Actor:
    found = maker.staff("FCA", Role.CASE_OFFICER)
    maker.assign(case, "FCA", found)
    maker.declare(case, found)
    return found


def test_a_draft_is_its_firms_alone(maker: Maker, signatory: Actor) -> None:
    draft = applications.start(signatory, maker.programme(), title="Tokenised fund units")
    document_id = add(signatory, draft, "plan")
    reader = maker.person(signatory.organisation_id or uuid4(), Role.READ_ONLY)
    found = queries.of_application(signatory, draft)
    assert [document.name for document in found.documents] == ["plan.txt"] and found.editable
    assert not queries.of_application(reader, draft).editable
    assert queries.for_download(reader, document_id).case_id is None
    others = (
        maker.person(maker.firm(), Role.SIGNATORY),
        maker.staff("FCA", Role.COORDINATOR),
        maker.person(maker.organisation(Organisation.PROGRAMME_OFFICE), Role.SECRETARIAT),
        maker.person(maker.organisation(Organisation.AUDIT_BODY), Role.AUDITOR),
    )
    for other in others:
        with pytest.raises(NotFound):
            queries.of_application(other, draft)
        with pytest.raises(NotFound):
            queries.for_download(other, document_id)


def test_a_desk_reads_what_was_submitted_and_nothing_newer(case: Made, signatory: Actor, officer: Actor) -> None:
    old, gone = add(signatory, case.application_id, "old"), add(signatory, case.application_id, "gone")
    submit(case, old, gone)
    new = add(signatory, case.application_id, "new")
    documents.remove(signatory, gone)
    assert seen(signatory, case.application_id) == ["old.txt", "new.txt"]
    assert seen(officer, case.application_id) == ["old.txt", "gone.txt"]
    assert not queries.of_application(officer, case.application_id).editable
    assert queries.for_download(officer, gone).document.name == "gone.txt"
    assert queries.for_download(officer, old).case_id == case.id
    assert queries.for_download(signatory, gone).document.name == "gone.txt"
    with pytest.raises(NotFound):
        queries.for_download(officer, new)


def test_who_may_not_open_the_case_reads_nothing(maker: Maker, case: Made, signatory: Actor, officer: Actor) -> None:
    document_id = add(signatory, case.application_id, "plan")
    submit(case, document_id)
    recused = maker.staff("FCA", Role.CASE_OFFICER)
    maker.assign(case, "FCA", recused)
    maker.declare(case, recused, "recused")
    undeclared = maker.staff("FCA", Role.CASE_OFFICER)
    maker.assign(case, "FCA", undeclared)
    unassigned = maker.staff("FCA", Role.CASE_OFFICER)
    maker.declare(case, unassigned)
    issuer = maker.staff("FCA", Role.ISSUING_ADMINISTRATOR)
    maker.assign(case, "FCA", issuer)
    maker.declare(case, issuer)
    elsewhere = maker.staff("CFTC", Role.COORDINATOR)
    rival = maker.person(maker.firm(), Role.SIGNATORY)
    office = maker.person(maker.organisation(Organisation.PROGRAMME_OFFICE), Role.SECRETARIAT)
    for actor in (recused, undeclared, unassigned, issuer, elsewhere, rival, office):
        with pytest.raises(NotFound):
            queries.for_download(actor, document_id)
        with pytest.raises(NotFound):
            queries.of_application(actor, case.application_id)
    assert queries.for_download(officer, document_id).document.id == document_id


def test_what_does_not_exist(signatory: Actor) -> None:
    with pytest.raises(NotFound):
        queries.for_download(signatory, uuid4())
    with pytest.raises(NotFound):
        queries.of_application(signatory, uuid4())
