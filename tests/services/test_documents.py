"""Documents: taken only while the application can be edited, counted, kept once, and left to submitted versions."""

from __future__ import annotations

import io
import threading
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from sandbox.adapters.blobs import FolderStore, store_at
from sandbox.adapters.inspection import Unacceptable
from sandbox.domain.actors import Actor, Role
from sandbox.domain.errors import NotAllowed, NotFound, NotNow
from sandbox.extensions import db
from sandbox.models.applications import Application, DossierDocument
from sandbox.models.desks import Desk
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


def test_number_and_size_of_files_are_limited(signatory: Actor, draft: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "FILES_MAX", 2)
    add(signatory, draft, b"one")
    two = add(signatory, draft, b"two")
    with pytest.raises(Unacceptable, match="2 documents"):
        add(signatory, draft, b"three")
    documents.remove(signatory, two)
    monkeypatch.setattr(documents, "BYTES_MAX", 8)
    add(signatory, draft, b"12345")
    documents.FILES_MAX = 9
    with pytest.raises(Unacceptable, match="MB together"):
        add(signatory, draft, b"6")


def test_parallel_uploads_do_not_pass_the_limit(
    app: Flask, signatory: Actor, draft: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "FILES_MAX", 3)
    refused: list[Unacceptable] = []

    def one(number: int) -> None:
        with app.app_context():
            try:
                add(signatory, draft, f"file {number}".encode())
            except Unacceptable as refusal:
                refused.append(refusal)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows(draft) == 3 and len(refused) == 3


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
