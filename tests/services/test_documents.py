"""Documents: taken only while the application can be edited, counted, kept once, and left to submitted versions."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from sandbox.adapters.blobs import FolderStore, store_at
from sandbox.adapters.inspection import Unacceptable
from sandbox.domain.actors import Actor, Role
from sandbox.domain.documents import Said, marks
from sandbox.domain.errors import BadInput, Conflict, NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.applications import Application, ApplicationVersion, DossierDocument
from sandbox.models.desks import Case, Desk
from sandbox.models.trail import TrailEvent
from sandbox.services import applications, documents
from tests.factories import Made, Maker


@pytest.fixture
def signatory(maker: Maker) -> Actor:
    return maker.person(maker.firm(), Role.SIGNATORY)


@pytest.fixture
def draft(maker: Maker, signatory: Actor) -> UUID:
    return applications.start(signatory, maker.programme(), title="Tokenised fund units")


def add(actor: Actor, application_id: UUID, content: bytes = b"A plan.", name: str = "plan.txt") -> UUID:
    return documents.upload(actor, application_id, name=name, stream=io.BytesIO(content))


def events() -> list[str]:
    wanted = TrailEvent.kind.startswith("document.")
    found = list(db.session.scalars(select(TrailEvent.kind).where(wanted).order_by(TrailEvent.sequence)))
    db.session.rollback()
    return found


def rows(application_id: UUID) -> int:
    count = db.session.scalar(
        select(func.count()).where(
            DossierDocument.application_id == application_id, DossierDocument.removed_at.is_(None)
        )
    )
    db.session.rollback()
    return count or 0


def test_a_file_is_kept_with_its_trail(app: Flask, signatory: Actor, draft: UUID) -> None:
    document_id = add(signatory, draft, name="../../plan\u202e.txt")
    row = db.session.get_one(DossierDocument, document_id)
    assert (row.name, row.media_type, row.size, row.scanned) == ("plan.txt", "text/plain", 7, "not_scanned")
    assert row.uploaded_by == signatory.person_id
    assert store_at(app.config["BLOBS"]).get(row.sha256) == b"A plan."
    db.session.rollback()
    assert events() == ["document.upload"]


def test_the_same_content_again_is_the_same_document(signatory: Actor, draft: UUID) -> None:
    first = add(signatory, draft)
    assert add(signatory, draft, name="copy.txt") == first
    assert rows(draft) == 1 and events() == ["document.upload"]
    assert add(signatory, draft, b"Another plan.") != first
    assert rows(draft) == 2


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "plan.txt"), (b"MZ\0", "plan.exe"), (b"<p>", "plan.pdf"), (b"a\0b", "plan.csv")]
)
def test_a_refused_file_leaves_no_trace(app: Flask, signatory: Actor, draft: UUID, content: bytes, name: str) -> None:
    before = sorted(Path(app.config["BLOBS"]).rglob("*"))
    with pytest.raises(Unacceptable):
        add(signatory, draft, content, name)
    assert rows(draft) == 0 and events() == []
    assert sorted(Path(app.config["BLOBS"]).rglob("*")) == before


def test_a_file_over_the_limit_is_refused(app: Flask, signatory: Actor, draft: UUID) -> None:
    limit = app.config["MAX_UPLOAD"]

    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            assert self.given < limit + 2**20, "it goes on reading after the limit"
            return b"x" * size

    with pytest.raises(Unacceptable, match="larger than 20 MB"):
        documents.upload(signatory, draft, name="plan.txt", stream=Endless())  # type: ignore[arg-type]


def test_a_full_disk_keeps_nothing_and_says_so(signatory: Actor, draft: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FolderStore, "put", full)
    with pytest.raises(Unacceptable, match="could not be stored"):
        add(signatory, draft)
    assert rows(draft) == 0 and events() == []


def test_strangers_learn_nothing_and_read_only_people_may_not(maker: Maker, signatory: Actor, draft: UUID) -> None:
    document_id = add(signatory, draft)
    stranger = maker.person(maker.firm(), Role.SIGNATORY)
    reader = maker.person(signatory.organisation_id or uuid4(), Role.READ_ONLY)
    officer = maker.staff("FCA", Role.CASE_OFFICER)
    for actor in (stranger, officer):
        with pytest.raises(NotFound):
            add(actor, draft, b"x")
        with pytest.raises(NotFound):
            documents.remove(actor, document_id)
    with pytest.raises(NotFound):
        add(signatory, uuid4())
    with pytest.raises(NotFound):
        documents.remove(signatory, uuid4())
    with pytest.raises(NotAllowed):
        add(reader, draft, b"x")
    assert rows(draft) == 1


def test_a_removed_file_leaves_the_working_copy_only(app: Flask, signatory: Actor, draft: UUID) -> None:
    document_id = add(signatory, draft)
    assert documents.remove(signatory, document_id) == draft
    assert documents.remove(signatory, document_id) == draft
    row = db.session.get_one(DossierDocument, document_id)
    assert row.removed_at is not None and store_at(app.config["BLOBS"]).exists(row.sha256)
    db.session.rollback()
    assert events() == ["document.upload", "document.remove"]
    assert add(signatory, draft) != document_id


# --- versions ---


def replace(actor: Actor, application_id: UUID, document_id: UUID, content: bytes = b"A newer plan.") -> UUID:
    stream = io.BytesIO(content)
    return documents.upload(actor, application_id, name="plan 2.txt", stream=stream, replaces=document_id)


def test_a_new_version_keeps_its_predecessor_and_what_was_said_of_it(app: Flask, signatory: Actor, draft: UUID) -> None:
    said = Said("commercial", {"sec-rule-83": "business"}, "All pages.", ("product.summary",))
    stream = io.BytesIO(b"A plan.")
    old = documents.upload(signatory, draft, name="plan.txt", stream=stream, said=said)
    new = replace(signatory, draft, old)
    before, after = db.session.get_one(DossierDocument, old), db.session.get_one(DossierDocument, new)
    assert (before.number, before.name, before.sha256) != (after.number, after.name, after.sha256)
    assert (after.number, after.replaces_id, after.name) == (2, old, "plan 2.txt")
    assert (after.handling, after.supports) == (before.handling, before.supports) and after.supports
    assert before.removed_at is not None and after.removed_at is None
    store = store_at(app.config["BLOBS"])
    assert (store.get(before.sha256), store.get(after.sha256)) == (b"A plan.", b"A newer plan.")
    db.session.rollback()
    third = replace(signatory, draft, new, b"A third plan.")
    assert db.session.get_one(DossierDocument, third).number == 3
    db.session.rollback()
    assert rows(draft) == 1


def test_the_very_same_file_is_no_new_version(signatory: Actor, draft: UUID) -> None:
    old, other = add(signatory, draft), add(signatory, draft, b"Another plan.")
    for content in (b"A plan.", b"Another plan."):
        with pytest.raises(Unacceptable, match="there already"):
            replace(signatory, draft, old, content)
    assert rows(draft) == 2 and other != old


def test_only_what_stands_in_this_application_can_be_replaced(maker: Maker, signatory: Actor, draft: UUID) -> None:
    old = add(signatory, draft)
    elsewhere = applications.start(signatory, maker.programme(), title="Another product")
    with pytest.raises(NotFound):
        replace(signatory, elsewhere, old)
    with pytest.raises(NotFound):
        replace(signatory, draft, uuid4())
    replace(signatory, draft, old)
    with pytest.raises(NotNow, match="replaced or removed"):
        replace(signatory, draft, old, b"From an old tab.")
    assert rows(draft) == 1


def test_the_same_name_twice_is_two_documents(signatory: Actor, draft: UUID) -> None:
    assert add(signatory, draft, b"one") != add(signatory, draft, b"two")
    assert rows(draft) == 2


# --- what is said of a document ---


def test_a_document_has_the_usual_class_until_something_else_is_said(signatory: Actor, draft: UUID) -> None:
    document_id = add(signatory, draft)
    row = db.session.get_one(DossierDocument, document_id)
    assert row.handling == {"code": "confidential", "title": "Confidential", "claims": [], "note": ""}
    assert row.supports == []
    version = row.version
    db.session.rollback()
    said = Said("commercial", {"sec-rule-83": "business", "cftc-145-9": "secrets"}, "Pages 3 to 9.", ("aml.travel",))
    assert documents.describe(signatory, document_id, said=said, version=version) == draft
    row = db.session.get_one(DossierDocument, document_id)
    legend = "Confidential Treatment Requested by Harbour Tokens Ltd"
    assert [(one["legend"], one["rule"]) for one in row.handling["claims"]] == [
        (legend, "17 CFR 145.9"), (legend, "17 CFR 200.83")
    ]  # fmt: skip
    assert (row.handling["title"], row.supports) == ("Commercially sensitive", ["aml.travel"])
    db.session.rollback()
    assert events() == ["document.upload", "document.describe"]
    with pytest.raises(Conflict):
        documents.describe(signatory, document_id, said=Said(), version=version)


@pytest.mark.parametrize("said", [Said("secret"), Said("", {"sec-rule-83": "none"}), Said("", {"made-up": "x"})])
def test_words_that_the_programme_does_not_have_are_refused(signatory: Actor, draft: UUID, said: Said) -> None:
    with pytest.raises(BadInput):
        documents.upload(signatory, draft, name="plan.txt", stream=io.BytesIO(b"A plan."), said=said)
    document_id = add(signatory, draft)
    with pytest.raises(BadInput):
        documents.describe(signatory, document_id, said=said)
    assert events() == ["document.upload"]


def test_the_record_that_is_submitted_says_all_of_it(signatory: Actor, draft: UUID) -> None:
    old = add(signatory, draft)
    documents.describe(signatory, old, said=Said("commercial", {"sec-rule-83": "privacy"}, "", ("product.summary",)))
    new = replace(signatory, draft, old)
    (entry,) = applications.working_record(draft)["documents"]
    db.session.rollback()
    assert (entry["id"], entry["replaces"], entry["number"]) == (str(new), str(old), 2)
    assert entry["supports"] == ["product.summary"] and entry["scanned"] == "not_scanned" and len(entry["sha256"]) == 64
    assert marks(entry) == [
        "Version 2",
        "Commercially sensitive",
        "Confidential Treatment Requested by Harbour Tokens Ltd (SEC, 17 CFR 200.83)",
    ]


@pytest.fixture
def submitted(maker: Maker, signatory: Actor) -> Made:
    return maker.case(signatory)


def test_after_submission_only_while_a_desk_waits(submitted: Made, signatory: Actor) -> None:
    with pytest.raises(NotNow):
        add(signatory, submitted.application_id)
    desk = db.session.get_one(Desk, submitted.desks["SEC"])
    desk.state = "incomplete"
    db.session.commit()
    document_id = add(signatory, submitted.application_id)
    assert db.session.scalars(select(TrailEvent.scope)).all() == [f"case:{submitted.id}"]
    db.session.rollback()
    db.session.get_one(Desk, submitted.desks["SEC"]).state = "screening"
    db.session.commit()
    with pytest.raises(NotNow):
        documents.remove(signatory, document_id)


def test_where_only_a_file_was_asked_for_what_was_submitted_stays(
    submitted: Made, signatory: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    db.session.get_one(Desk, submitted.desks["SEC"]).state = "incomplete"
    db.session.commit()
    old = add(signatory, submitted.application_id)
    case = db.session.get_one(Case, submitted.id)
    version = db.session.get_one(ApplicationVersion, case.current_version_id)
    version.record = {**version.record, "documents": [{"id": str(old), "name": "plan.txt", "sha256": "0" * 64}]}
    db.session.get_one(Desk, submitted.desks["SEC"]).state = "screening"
    db.session.commit()
    monkeypatch.setattr(documents, "unlocked", lambda _key: frozenset({"documents"}))
    with pytest.raises(NotNow):
        documents.remove(signatory, old)
    with pytest.raises(NotNow):
        documents.describe(signatory, old, said=Said("public"))
    new = replace(signatory, submitted.application_id, old)
    documents.describe(signatory, new, said=Said("public"))
    assert rows(submitted.application_id) == 1


def test_a_withdrawn_application_takes_nothing(submitted: Made, signatory: Actor) -> None:
    db.session.get_one(Application, submitted.application_id).state = "withdrawn"
    db.session.commit()
    with pytest.raises(NotNow):
        add(signatory, submitted.application_id)


def test_the_sweeper_keeps_what_a_row_names(app: Flask, signatory: Actor, draft: UUID) -> None:
    removed = add(signatory, draft)
    documents.remove(signatory, removed)
    orphan = store_at(app.config["BLOBS"]).put(b"nobody names me")
    named = documents.hashes_in_use()
    assert db.session.get_one(DossierDocument, removed).sha256 in named and orphan.sha256 not in named
    db.session.rollback()
    assert documents.sweep() == []
