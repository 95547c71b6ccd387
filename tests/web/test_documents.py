"""Files over HTTP: always attachments, checked, recorded before they are handed over."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask

from sandbox.adapters import access_log
from sandbox.adapters.access_log import files, lines
from sandbox.domain.actors import Actor, Role
from sandbox.extensions import db
from sandbox.models.applications import ApplicationVersion, DossierDocument
from sandbox.models.desks import Case
from sandbox.services import applications, documents
from tests.conftest import Client
from tests.factories import Maker


@pytest.fixture(autouse=True)
def log(app: Flask) -> Iterator[Path]:
    """An empty access log."""
    folder = Path(app.config["ACCESS_LOG"])
    for path in files(folder):
        path.unlink()
    yield folder
    for path in files(folder):
        path.unlink()


@pytest.fixture
def signatory(maker: Maker) -> Actor:
    return maker.person(maker.firm(), Role.SIGNATORY)


@pytest.fixture
def draft(maker: Maker, signatory: Actor) -> UUID:
    return applications.start(signatory, maker.programme(), title="Tokenised fund units")


@pytest.fixture
def browser(as_: Callable[[Actor], Client], signatory: Actor) -> Client:
    return as_(signatory)


def upload(browser: Client, draft: UUID, content: bytes, name: str, **more: object) -> object:
    return browser.send(
        f"/applications/{draft}/documents",
        {"file": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
        **more,
    )


def add(actor: Actor, draft: UUID, name: str = "plan.txt", content: bytes = b"A plan.") -> UUID:
    return documents.upload(actor, draft, name=name, stream=io.BytesIO(content))


def test_a_file_is_added_listed_and_removed(browser: Client, draft: UUID) -> None:
    page = upload(browser, draft, b"A plan.", "plan.txt", follow_redirects=True)
    assert page.status_code == 200 and "The file has been added." in page.text  # type: ignore[attr-defined]
    assert "plan.txt" in page.text and "Not scanned" in page.text  # type: ignore[attr-defined]
    page = upload(browser, draft, b"A plan.", "again.txt", follow_redirects=True)
    assert "already among the documents" in page.text and "again.txt" not in page.text  # type: ignore[attr-defined]
    document_id = db.session.query(DossierDocument).one().id
    question = browser.get(f"/documents/{document_id}/remove")
    assert "Remove this document?" in question.text and "plan.txt" in question.text
    after = browser.send(f"/documents/{document_id}/remove", follow_redirects=True)
    assert "has been removed" in after.text and "There are no documents yet." in after.text


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"MZ", "plan.exe", "files are not accepted"),
        (b"<html>", "plan.pdf", "its content is not a PDF"),
        (b"", "plan.txt", "The file is empty."),
    ],
)
def test_a_refused_file_says_why(browser: Client, draft: UUID, content: bytes, name: str, reason: str) -> None:
    page = upload(browser, draft, content, name)
    assert page.status_code == 422 and reason in page.text  # type: ignore[attr-defined]
    assert "Error: " in page.text  # type: ignore[attr-defined]


def test_nothing_chosen(browser: Client, draft: UUID) -> None:
    page = browser.send(f"/applications/{draft}/documents", {})
    assert page.status_code == 422 and "Choose a file." in page.text


def test_a_file_is_handed_over_as_an_attachment_without_rights(browser: Client, signatory: Actor, draft: UUID) -> None:
    document_id = add(signatory, draft)
    answer = browser.get(f"/documents/{document_id}")
    assert answer.data == b"A plan."
    assert answer.headers["Content-Disposition"] == "attachment; filename=plan.txt"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("name", "ascii_name", "full"),
    [
        ('a"b\\c;d.txt', "c;d.txt", None),
        ("a\r\nSet-Cookie: x=y.txt", "a Set-Cookie_ x=y.txt", None),
        ("計画 ü.txt", "u.txt", "%E8%A8%88%E7%94%BB%20%C3%BC.txt"),
        ("pl\u202efdp.txt", "plfdp.txt", None),
    ],
)
def test_names_cannot_add_headers(
    browser: Client, signatory: Actor, draft: UUID, name: str, ascii_name: str, full: str | None
) -> None:
    answer = browser.get(f"/documents/{add(signatory, draft, name)}")
    header = answer.headers["Content-Disposition"]
    assert header.startswith("attachment; filename=") and ascii_name in header
    assert "Set-Cookie" not in answer.headers or "x=y" not in answer.headers["Set-Cookie"]
    if full:
        assert f"filename*=UTF-8''{full}" in header


def test_the_view_is_recorded(browser: Client, signatory: Actor, draft: UUID, log: Path) -> None:
    document_id = add(signatory, draft)
    browser.get(f"/documents/{document_id}").close()
    entries = [line.entry for path in files(log) for line in lines(path, 0)]
    assert [(entry["kind"], entry["item"], entry["person"]) for entry in entries if entry] == [
        ("document.read", f"document {document_id}", str(signatory.person_id))
    ]


@pytest.mark.parametrize("with_file", [True, False])
def test_the_list_is_recorded_for_the_staff_of_an_authority(
    as_: Callable[[Actor], Client], maker: Maker, signatory: Actor, log: Path, with_file: bool
) -> None:
    case = maker.case(signatory)
    current = db.session.get_one(Case, case.id).current_version_id
    if with_file:
        row = DossierDocument(
            application_id=case.application_id, name="plan.txt", media_type="text/plain", size=7, sha256="0" * 64,
            uploaded_by=signatory.person_id, scanned="not_scanned",
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        version = db.session.get_one(ApplicationVersion, current)
        entry = {"id": str(row.id), "name": row.name, "sha256": row.sha256, "size": 7, "media_type": row.media_type}
        version.record = {**version.record, "documents": [entry]}
    db.session.commit()
    officer = maker.staff("FCA", Role.CASE_OFFICER)
    maker.assign(case, "FCA", officer)
    maker.declare(case, officer)
    page = as_(officer).get(f"/applications/{case.application_id}/documents")
    assert page.status_code == 200 and ("plan.txt" in page.text) is with_file
    as_(signatory).get(f"/applications/{case.application_id}/documents")
    entries = [line.entry for path in files(log) for line in lines(path, 0)]
    assert [(entry["kind"], entry["item"], entry["person"], entry["case"]) for entry in entries if entry] == [
        (
            "document.read",
            f"documents of application {case.application_id}",
            str(officer.person_id),
            str(case.id),
        )
    ]


def test_without_a_record_there_is_no_file(
    browser: Client, signatory: Actor, draft: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    document_id = add(signatory, draft)

    def full(*_: object) -> int:
        raise OSError("no space left")

    monkeypatch.setattr(access_log.AccessLog, "_file", full)
    answer = browser.get(f"/documents/{document_id}")
    assert answer.status_code == 503 and b"A plan." not in answer.data
    assert browser.get(f"/applications/{draft}/documents").status_code == 200


@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_damaged_file_is_not_handed_over(
    app: Flask, browser: Client, signatory: Actor, draft: UUID, damage: str
) -> None:
    document_id = add(signatory, draft, content=f"A {damage} plan.".encode())
    sha256 = db.session.get_one(DossierDocument, document_id).sha256
    db.session.rollback()
    path = Path(app.config["BLOBS"]) / sha256[:2] / sha256
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(b"B changed plan.")
    answer = browser.get(f"/documents/{document_id}")
    assert answer.status_code == 409 and "not as it was" in answer.text and b"plan." not in answer.data


def test_strangers_get_the_page_of_what_does_not_exist(
    as_: Callable[[Actor], Client], maker: Maker, signatory: Actor, draft: UUID
) -> None:
    document_id = add(signatory, draft)
    for stranger in (maker.person(maker.firm(), Role.SIGNATORY), maker.staff("FCA", Role.COORDINATOR)):
        browser = as_(stranger)
        known = browser.get(f"/documents/{document_id}")
        unknown = browser.get(f"/documents/{uuid4()}")
        assert known.status_code == unknown.status_code == 404
        assert known.data == unknown.data
        assert browser.get(f"/applications/{draft}/documents").status_code == 404


def test_the_door(client: Client, as_: Callable[[Actor], Client], maker: Maker, draft: UUID) -> None:
    assert client.get(f"/documents/{uuid4()}").status_code == 302
    office = as_(maker.staff("FCA", Role.AUTHORITY_ADMINISTRATOR))
    assert office.get(f"/documents/{uuid4()}").status_code == 403
    assert upload(office, draft, b"x", "x.txt").status_code == 403  # type: ignore[attr-defined]
