"""Uploads over HTTP, as attackers send them. Group UP of the threats, and the test of each:

| id    | threat                                        | test                                                             |
|-------|-----------------------------------------------|------------------------------------------------------------------|
| UP-01 | extension and content differ; empty; one byte | test_what_is_not_what_it_says_leaves_nothing, adapters/test_inspection `test_wrong_files_are_refused` |
| UP-02 | sizes, lengths that lie, parts and fields     | test_a_file_at_its_limit…, test_more_than_a_request_may_hold…, test_a_body_without_a_length…, test_many_parts… |
| UP-03 | zip bombs                                     | adapters/test_hostile_files `test_bombs_cost_little`, `test_an_encrypted_or_forged_entry…`, `test_overlapping…` |
| UP-04 | a million strings, billion laughs, DTD        | adapters/test_hostile_files `test_office_files_that_are_not_plain…`, `test_a_million_strings…` |
| UP-05 | SVG                                           | test_what_is_not_what_it_says_leaves_nothing                     |
| UP-06 | an uploaded file shown as a page              | test_documents `test_a_file_is_handed_over_as_an_attachment_without_rights` |
| UP-07 | hostile names                                 | test_hostile_names_are_only_text, adapters/test_inspection `test_names_are_made_safe` |
| UP-08 | headers made by names                         | test_documents `test_names_cannot_add_headers`                   |
| UP-09 | quotas, also in parallel                      | services/test_quotas                                             |
| UP-10 | links, absolute paths, devices, setuid        | adapters/test_hostile_files `test_special_entries_in_a_zip_are_refused` |
| UP-11 | huge, moving, odd pictures                    | adapters/test_hostile_files `test_pictures_are_judged_before_they_are_decoded` |
| UP-12 | XML with external entities                    | adapters/test_hostile_files `test_foreign_entities_are_never_asked_for` |
| UP-13 | a virus                                       | test_an_infected_file_is_refused, adapters/test_scanner `test_the_scanner_says_clean…` |
| UP-14 | the scanner is away, slow, cuts off           | test_without_its_scanner_the_portal_takes_nothing, adapters/test_scanner `test_a_scanner_…` |
| UP-15 | PDFs that act, lock, hide                     | adapters/test_inspection `test_a_pdf_that_acts…`, `test_a_pdf_that_was_saved_in_stages…` |
| UP-16 | the same file, the same name, a newer version | test_uploads `test_versions_are_kept_and_shown`, services/test_documents        |
| UP-17 | a foreign draft, a closed one, a broken line  | test_strangers_and_closed_applications_take_nothing, test_a_line_that_breaks_leaves_nothing |
"""  # noqa: E501 - a table

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from sandbox.domain.actors import Actor, Role
from sandbox.extensions import db
from sandbox.models.applications import DossierDocument
from sandbox.services import documents
from tests.conftest import Client
from tests.factories import Maker
from tests.web.uploading import browser, draft, rows, send, signatory

__all__ = ["browser", "draft", "signatory"]  # fixtures

HTML_IN_PDF = b"%PDF-1.7\n<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


@pytest.fixture
def traceless(app: Flask, draft: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever the test does leaves no row, no stored file and no temporary one."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    place = Path(app.config["BLOBS"])

    def files() -> set[Path]:
        return {*place.rglob("*"), *tmp_path.rglob("*")} - {place / "incoming"}

    before = files()
    yield
    assert files() == before
    assert rows(draft) == 0


# --- as attackers send them ---


@pytest.mark.usefixtures("traceless")
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\0", "plan.pdf"),
        (HTML_IN_PDF, "plan.pdf"),
        (SVG, "plan.png"),
        (SVG, "plan.svg"),
        (SVG, "plan.txt"),
        (b"PK\x05\x06" + b"\0" * 18, "plan.docx"),
        (b"", "plan.pdf"),
        (b"%", "plan.pdf"),
        (b"x", "plan.docm"),
        (b"x", "plan.pdf.exe"),
        (b"x", "plan"),
        (b"x", ".pdf\0.exe"),
    ],
)
def test_what_is_not_what_it_says_leaves_nothing(browser: Client, draft: UUID, content: bytes, name: str) -> None:
    page = send(browser, draft, (content, name))
    assert page.status_code == 422 and "There is a problem" in page.text


@pytest.mark.parametrize(("more", "status"), [(-1, 302), (0, 302), (1, 422)])
def test_a_file_at_its_limit_is_taken_and_one_byte_more_is_not(
    app: Flask, browser: Client, draft: UUID, monkeypatch: pytest.MonkeyPatch, more: int, status: int
) -> None:
    monkeypatch.setitem(app.config, "MAX_UPLOAD", 3 * 2**20)
    line = b"a line of text that is forty-eight bytes long..\n"
    content = (line * (app.config["MAX_UPLOAD"] // len(line) + 1))[: app.config["MAX_UPLOAD"] + more]
    page = browser.post(  # by hand: the client leaves its file for large forms open
        f"/applications/{draft}/documents",
        data=form_head(browser) + content + b"\r\n--b--\r\n",
        content_type="multipart/form-data; boundary=b",
    )
    assert page.status_code == status and rows(draft) == (status == 302)
    assert ("larger than 3 MB" in page.text) is (status == 422)


def form_head(browser: Client, name: str = "plan.txt") -> bytes:
    """A form with files up to the content of its file."""
    token = browser.token("/account/password")
    return (
        f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    ).encode()


class Endless(io.RawIOBase):
    """A body that goes on; it notes how much of it was read."""

    def __init__(self, head: bytes, length: int) -> None:
        self.head, self.length, self.given, self.place = head, length, 0, 0

    def seek(self, place: int, whence: int = 0) -> int:
        self.place = self.length if whence else place
        return self.place

    def tell(self) -> int:
        return self.place

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        content, self.head = self.head[: len(buffer)], self.head[len(buffer) :]
        content = content.ljust(len(buffer), b"x")
        buffer[:] = content
        self.given += len(content)
        assert self.given < 64 * 2**20, "it goes on reading"
        return len(content)


# The framework leaves the nameless temporary file of a body that it stopped reading to the garbage collector.
stopped = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@stopped
@pytest.mark.usefixtures("traceless")
@pytest.mark.parametrize("chunked", [False, True])
def test_more_than_a_request_may_hold_is_cut_off(browser: Client, draft: UUID, chunked: bool) -> None:
    """Five gigabytes, announced or in chunks without a length."""
    body = Endless(form_head(browser), 5 * 2**30)
    answer = browser.post(
        f"/applications/{draft}/documents",
        input_stream=body,
        content_type="multipart/form-data; boundary=b",
        environ_overrides=CHUNKED if chunked else {},
    )
    assert answer.status_code == 413 and "too large" in answer.text
    assert body.given <= 23 * 2**20


CHUNKED = {"CONTENT_LENGTH": "", "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}


@stopped
@pytest.mark.usefixtures("traceless")
def test_a_line_that_breaks_leaves_nothing(browser: Client, draft: UUID) -> None:
    """Cut off at half of what was announced (UP-17), and a length that is too small (UP-02)."""
    content = form_head(browser) + b"A plan. " * 1000
    for announced in (2 * len(content), len(content) // 2):
        answer = browser.post(
            f"/applications/{draft}/documents",
            input_stream=io.BytesIO(content),
            content_type="multipart/form-data; boundary=b",
            environ_overrides={"CONTENT_LENGTH": str(announced)},
        )
        assert 400 <= answer.status_code < 500


@pytest.mark.usefixtures("traceless")
@pytest.mark.parametrize(
    "body",
    [
        b"".join(b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n' for _ in range(1001)) + b"--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n' + b"x" * (5 * 2**20) + b"\r\n--b--\r\n",
        b"".join(b"--b%d\r\nContent-Type: multipart/mixed; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(200)),
        b"--b\r\nContent-Disposition: form-data; name=\r\n\r\n" + b"\xff" * 99 + b"\r\n--b--",
        b"",
    ],
    ids=["1001 parts", "5 MB of text", "200 deep", "broken", "nothing"],
)
def test_many_parts_and_long_fields_are_refused(browser: Client, draft: UUID, body: bytes) -> None:
    place = f"/applications/{draft}/documents"
    answer = browser.post(place, data=body, content_type="multipart/form-data; boundary=b")
    assert 400 <= answer.status_code < 500


@pytest.mark.usefixtures("traceless")
def test_a_hundred_thousand_fields_are_refused(browser: Client, draft: UUID) -> None:
    answer = browser.post(
        f"/applications/{draft}/documents", data=b"a=1&" * 100_000, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 413


NAMES = {
    "<img src=x onerror=alert(1)>.txt": "_img src=x onerror=alert(1)_.txt",
    "'-alert(1)-'.txt": "&#39;-alert(1)-&#39;.txt",
    "{{7*7}}${7*7}.txt": "{{7_7}}${7_7}.txt",
    "../../etc/passwd.txt": "passwd.txt",
    "javascript:alert(1).txt": "javascript_alert(1).txt",
    "\u202etxt.plan.txt": "txt.plan.txt",
    "con.txt": "_con.txt",
    "a" * 300 + ".txt": "a" * 116 + ".txt",
}


@pytest.mark.parametrize(("name", "shown"), NAMES.items(), ids=range(len(NAMES)))
def test_hostile_names_are_only_text(browser: Client, draft: UUID, name: str, shown: str) -> None:
    assert send(browser, draft, (b"A plan.", name)).status_code == 302
    page = browser.get(f"/applications/{draft}/documents").text
    assert f"<bdi>{shown}</bdi>" in page and "<img src=x" not in page and "\u202e" not in page
    key = db.session.scalar(select(DossierDocument.id).where(DossierDocument.application_id == draft))
    for place in ("remove", "replace", "describe"):
        text = browser.get(f"/documents/{key}/{place}").text
        assert shown in text and "<img src=x" not in text
    refused = send(browser, draft, (b"", name))
    assert refused.status_code == 422 and "<img src=x" not in refused.text
    assert "<" not in send(browser, draft, (b"", name), json=True).get_json()["results"][0]["name"]


@pytest.mark.usefixtures("traceless")
def test_an_infected_file_is_refused(browser: Client, draft: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.adapters.scanner._ask_clamd", lambda *_: "stream: Eicar-Test-Signature FOUND")
    with scanning(browser, monkeypatch):
        page = send(browser, draft, (b"A plan.", "plan.txt"))
    assert page.status_code == 422 and "Eicar-Test-Signature" in page.text


@pytest.mark.usefixtures("traceless")
@pytest.mark.parametrize("fault", [ConnectionRefusedError, TimeoutError, BrokenPipeError])
def test_without_its_scanner_the_portal_takes_nothing(
    browser: Client, draft: UUID, monkeypatch: pytest.MonkeyPatch, fault: type[OSError]
) -> None:
    def away(*_: object) -> str:
        raise fault

    monkeypatch.setattr("sandbox.adapters.scanner._ask_clamd", away)
    with scanning(browser, monkeypatch):
        page = send(browser, draft, (b"A plan.", "plan.txt"))
    assert page.status_code == 422 and "could not be scanned" in page.text


def scanning(browser: Client, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch.context:  # type: ignore[valid-type]
    """The portal has a scanner."""
    monkeypatch.setitem(browser.application.config, "SCANNER", "clamd://127.0.0.1:1")
    return monkeypatch.context()


def test_strangers_and_closed_applications_take_nothing(
    as_: Callable[[Actor], Client], maker: Maker, browser: Client, signatory: Actor, draft: UUID
) -> None:
    key = documents.upload(signatory, draft, name="plan.txt", stream=io.BytesIO(b"A plan."))
    file = {"content_type": "multipart/form-data"}
    stranger = as_(maker.person(maker.firm(), Role.SIGNATORY))
    for application in (draft, uuid4()):
        assert send(stranger, application, (b"x", "x.txt")).status_code == 404
    for place in ("replace", "describe", "remove"):
        answer = stranger.send(f"/documents/{key}/{place}", {"file": (io.BytesIO(b"x"), "x.txt")}, **file)
        assert answer.status_code == 404
    reader = as_(maker.person(signatory.organisation_id or uuid4(), Role.READ_ONLY))
    assert send(reader, draft, (b"x", "x.txt")).status_code == 403
    submitted = maker.case(signatory).application_id
    for json in (False, True):
        closed = send(browser, submitted, (b"x", "x.txt"), json=json)
        assert closed.status_code == 409 and "has been submitted" in closed.text
    assert (rows(draft), rows(submitted)) == (1, 0)
    assert browser.post(f"/applications/{draft}/documents", data={}).status_code == 400  # without a token
