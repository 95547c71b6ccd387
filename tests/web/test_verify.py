"""The public page and the command line that tell an issued document from everything else."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from flask import Flask
from sqlalchemy import select

from sandbox.adapters import keys, signing
from sandbox.extensions import db, setting
from sandbox.models.base import now
from sandbox.models.decisions import Decision, Edition
from sandbox.models.people import SignInAttempt
from sandbox.services import throttle
from sandbox.services.decisions import editions
from tests.conftest import Client
from tests.journeys import drive
from tests.pdf_tools import certificates, tampering
from tests.web.test_decisions_pages import LIMITS, text_of

Forge = Callable[["Issued"], bytes]


class Issued:
    """A case with an issued joint notice: its bytes, and those before any signature."""

    def __init__(self, case: UUID, cast: drive.Cast, folder: Path):
        self.case, self.cast, self.folder = case, cast, folder
        row = db.session.scalars(select(Edition).where(Edition.case_id == case, Edition.kind == "joint_notice")).one()
        self.code, self.number, self.sha256 = row.code, row.number, row.sha256
        self.fields = [(one["field"], one["authority"]) for one in row.expected]
        self.pdf, self.unsigned = editions.store().get(row.sha256), editions.store().get(row.prepared_sha256)
        self.reference = row.record["case"]["reference"]

    def first_signed(self) -> bytes:
        """With the first signature only."""
        field, authority = self.fields[0]
        folder = Path(setting("KEYS"))
        return signing.sign(
            self.unsigned,
            field=field,
            key=keys.key_file(folder, authority, setting("KEY_PASSPHRASE").encode()),
            signer_name="Somebody",
            reason="",
            expected_fingerprint=keys.load_certificate(folder, authority).fingerprint,
        )


@pytest.fixture
def issued(app: Flask, tmp_path: Path) -> Iterator[Issued]:
    """An issued joint notice of FCA and SEC."""
    drive.demo_keys()
    cast = drive.cast(["FCA", "SEC"])
    case = drive.to_opening(cast, ["UK", "US"], conditions=LIMITS)
    drive.to_issued(case, cast)
    drive.notice(case, cast)
    yield Issued(case, cast, tmp_path)


def _forged(issued: Issued, *, days: int, issuer: bool) -> bytes:
    """The last field signed with a certificate that names the authority but is not its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    field, authority = issued.fields[-1]
    root = certificates.demo_root(Path(setting("KEYS")), setting("KEY_PASSPHRASE").encode())
    start = tampering.now() - timedelta(days=100)
    made = certificates.make(key, root if issuer else None, code=authority, starts=start, days=days)
    return tampering.sign_unchecked(issued.first_signed(), field, key, made)


def _one_key_for_both(issued: Issued) -> bytes:
    folder, authority = Path(setting("KEYS")), issued.fields[0][1]
    return signing.sign(
        issued.first_signed(),
        field=issued.fields[-1][0],
        key=keys.key_file(folder, authority, setting("KEY_PASSPHRASE").encode()),
        signer_name="Somebody",
        reason="",
        expected_fingerprint=keys.load_certificate(folder, authority).fingerprint,
    )


# Each row of the table in which every other reader of PDFs is wrong about one or more.
FORGERIES: dict[str, Forge] = {
    "one byte flipped": lambda issued: tampering.flip_one_byte(issued.pdf),
    "page drawn over": lambda issued: tampering.draw_over_page(issued.pdf),
    "annotation": lambda issued: tampering.annotate(issued.pdf),
    "title changed": lambda issued: tampering.change_title(issued.pdf),
    "bytes appended": lambda issued: tampering.append_bytes(issued.pdf),
    "cut back": lambda issued: tampering.cut_back(issued.pdf),
    "one key for both": _one_key_for_both,
    "expired certificate": lambda issued: _forged(issued, days=50, issuer=True),
    "self-signed certificate": lambda issued: _forged(issued, days=365, issuer=False),
    "page before it": lambda issued: tampering.prepend_page(issued.pdf),
    "saved again": lambda issued: tampering.save_again(issued.pdf, issued.folder),
    "not signed at all": lambda issued: issued.unsigned,
    "nothing": lambda issued: b"",
    "no PDF": lambda issued: b"%PDF-1.7\nhello",
}


def upload(client: Client, content: bytes, name: str = "notice.pdf") -> Any:
    """Send a file to the page."""
    return client.send("/verify", {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def test_the_issued_document_and_every_forgery(app: Flask, client: Client, issued: Issued, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    page = upload(client, issued.pdf)
    assert page.status_code == 200
    told = text_of(page)
    assert "This is the issued document: Issued and in force" in told
    for fact in (issued.number, "Financial Conduct Authority", "Securities and Exchange Commission", "Joint notice"):
        assert fact in told
    assert issued.sha256[:8] in page.text
    file = tmp_path / "file.pdf"
    file.write_bytes(issued.pdf)
    answer = runner.invoke(args=["decisions", "verify", str(file)])
    assert answer.exit_code == 0, answer.output
    assert issued.number in answer.output and "issued and in force" in answer.output
    for name, forge in FORGERIES.items():
        content = forge(issued)
        db.session.execute(SignInAttempt.__table__.delete())
        db.session.commit()
        told = text_of(upload(client, content))
        assert "This is not the issued document" in told, name
        assert "This is the issued document" not in told, name
        file.write_bytes(content)
        answer = runner.invoke(args=["decisions", "verify", str(file)])
        assert answer.exit_code == 1, (name, answer.output)
        assert "Not the issued document: " in answer.output, name


def test_a_document_that_was_not_issued_answers_like_an_unknown_one(app: Flask, client: Client) -> None:
    drive.demo_keys()
    cast = drive.cast(["SEC"])
    case = drive.to_opening(cast, ["US"])
    decision_id = drive.draft(case, cast.desks["SEC"])
    edition_id = drive.send(decision_id, cast.desks["SEC"])
    drive.sign(decision_id, cast.desks["SEC"])
    edition = db.session.get_one(Edition, edition_id)
    known, content = edition.code, editions.store().get(edition.sha256)
    assert db.session.get_one(Decision, decision_id).state == "signed"
    unknown = "".join("2" if sign == known[0] else sign for sign in "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ")
    one, other = client.get(f"/verify/{known}"), client.get(f"/verify/{unknown}")
    assert (one.status_code, other.status_code) == (404, 404)
    assert one.text.replace(known, unknown) == other.text
    told = text_of(upload(client, content))
    assert "The portal has issued no document with this code" in told
    assert "JS-" not in told.split("Signatures in the file")[0]
    file = Path(app.instance_path) / "signed.pdf"
    file.write_bytes(content)
    assert app.test_cli_runner().invoke(args=["decisions", "verify", str(file)]).exit_code == 1


def test_a_file_of_somebody_else_and_no_file(client: Client) -> None:
    drive.demo_keys()
    told = text_of(upload(client, tampering.many_signatures(2)))
    assert "carries no record of a document of this portal" in told
    assert client.send("/verify", {}).status_code == 422
    assert client.post("/verify", data={"file": (io.BytesIO(b"%PDF"), "a.pdf")}).status_code == 400  # without the token


def test_checks_are_limited_politely(client: Client) -> None:
    key = throttle.key_of("verify", "127.0.0.1")
    db.session.add_all(SignInAttempt(key=key, at=now()) for _ in range(60))
    db.session.commit()
    page = upload(client, b"%PDF-")
    assert page.status_code == 429 and "Wait a few minutes" in page.text and int(page.headers["Retry-After"]) > 0
    assert client.get("/verify").status_code == 200


def test_by_code_and_the_command_line(app: Flask, client: Client, issued: Issued, tmp_path: Path) -> None:
    for typed in (issued.code, issued.code.lower(), issued.code.replace("-", ""), f" {issued.code.replace('-', ' ')} "):
        page = client.get("/verify", query_string={"code": typed}, follow_redirects=True)
        assert page.status_code == 200 and issued.number in page.text, typed
    for typed in ("AAAAA-BBBBB-CCCCC-DDDDD", "nonsense", "'; DROP TABLE edition", "\u202e"):
        page = client.get("/verify", query_string={"code": typed}, follow_redirects=True)
        assert page.status_code in (404, 422) and issued.number not in page.text
    assert client.get("/verify", query_string={"code": ""}).status_code == 422
    assert client.get("/verify").status_code == 200

    # flask decisions list, export, keys
    runner = app.test_cli_runner()
    answer = runner.invoke(args=["decisions", "list", "--json"])
    rows = json.loads(answer.output)
    (row,) = rows
    assert (row["case"], row["number"], row["status"]) == (issued.reference, issued.number, "in_force")
    assert row["verification_code"] == issued.code
    assert [(one["name"], one["kind"], one["signatures"]) for one in row["editions"]] == [
        ("Joint notice", "joint_notice", 2),
        ("Instrument of FCA", "instrument", 1),
        ("Instrument of SEC", "instrument", 1),
    ]
    out = tmp_path / "out.pdf"
    for name in ("Joint notice", "joint-notice"):
        made = runner.invoke(
            args=["decisions", "export", issued.reference, "--edition", name, "--out", str(out)],
        )
        assert made.exit_code == 0, made.output
        assert out.read_bytes() == issued.pdf
    refused = runner.invoke(args=["decisions", "export", issued.reference, "--edition", "Secret", "--out", str(out)])
    assert refused.exit_code == 1
    assert runner.invoke(args=["decisions", "keys"]).exit_code == 0
