"""The verifier: a genuine file passes, every forgery fails with a reason, and no file can hurt it."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from sandbox.adapters import child, keys, verifying
from sandbox.adapters.verifying import Verification
from tests.adapters.conftest import PASSPHRASE, Issued, Office
from tests.pdf_tools import certificates, tampering

pytestmark = [pytest.mark.once, pytest.mark.pdf]
Forge = Callable[[Issued, Office, Path], bytes]


def verify(issued: Issued, office: Office, pdf: bytes, issued_at: datetime | None = None) -> Verification:
    """As the portal does, but without the hash that it stored: rules 2 to 7."""
    return verifying.verify(
        pdf, expected=issued.expected, roots=office.roots, issued_at=issued_at or tampering.now(), stored_sha256=None
    )


def verify_alone(office: Office, pdf: bytes) -> Verification:
    """As somebody without the portal's records."""
    return verifying.verify(pdf, expected=None, roots=office.roots, issued_at=None, stored_sha256=None)


def test_a_genuine_file_passes_with_and_without_records(notice: Issued, office: Office) -> None:
    stored = hashlib.sha256(notice.pdf).hexdigest()
    answer = verifying.verify(
        notice.pdf, expected=notice.expected, roots=office.roots, issued_at=tampering.now(), stored_sha256=stored
    )
    assert (answer.ok, answer.problems, answer.time_proven) == (True, (), True)
    assert [(each.field, each.authority) for each in answer.signatures] == [("FCA-1", "FCA"), ("SEC-1", "SEC")]
    assert [each.covers_whole_file for each in answer.signatures] == [False, True]
    assert all(each.intact and each.trusted for each in answer.signatures)
    alone = verify_alone(office, notice.pdf)
    assert (alone.ok, alone.problems, alone.time_proven) == (True, (), False)


def test_an_instrument_with_one_signature_passes(instrument: Issued, office: Office) -> None:
    assert verify(instrument, office, instrument.pdf).problems == ()


def expired(issued: Issued, office: Office, folder: Path) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = certificates.demo_root(office.directory, PASSPHRASE)
    start = tampering.now() - timedelta(days=100)
    certificate = certificates.make(key, issuer, code="SEC", starts=start, days=50)
    return tampering.sign_unchecked(office.sign(issued.unsigned, "FCA-1", "FCA"), "SEC-1", key, certificate)


def self_signed(issued: Issued, office: Office, folder: Path) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certificates.make(key, None, code="SEC")
    return tampering.sign_unchecked(office.sign(issued.unsigned, "FCA-1", "FCA"), "SEC-1", key, certificate)


def weak(issued: Issued, office: Office, folder: Path) -> bytes:
    key = rsa.generate_private_key(65537, 2048)
    certificate = certificates.make(key, certificates.demo_root(office.directory, PASSPHRASE), code="SEC")
    return tampering.sign_unchecked(office.sign(issued.unsigned, "FCA-1", "FCA"), "SEC-1", key, certificate)


def one_key_for_both(issued: Issued, office: Office, folder: Path) -> bytes:
    return office.sign(office.sign(issued.unsigned, "FCA-1", "FCA"), "SEC-1", "FCA")


def not_certified(issued: Issued, office: Office, folder: Path) -> bytes:
    key, certificate, _ = pkcs12.load_key_and_certificates(office.key("FCA").path.read_bytes(), PASSPHRASE)
    assert isinstance(key, rsa.RSAPrivateKey)
    assert isinstance(certificate, x509.Certificate)
    return office.sign(tampering.sign_unchecked(issued.unsigned, "FCA-1", key, certificate), "SEC-1", "SEC")


FORGERIES: dict[str, tuple[Forge, str]] = {
    "one byte flipped": (lambda issued, office, folder: tampering.flip_one_byte(issued.pdf), "changed after signing"),
    "page drawn over": (lambda issued, office, folder: tampering.draw_over_page(issued.pdf), "was added to the file"),
    "annotation": (lambda issued, office, folder: tampering.annotate(issued.pdf), "was added to the file"),
    "title changed": (lambda issued, office, folder: tampering.change_title(issued.pdf), "was added to the file"),
    "bytes appended": (lambda issued, office, folder: tampering.append_bytes(issued.pdf), "was added to the file"),
    "cut back": (lambda issued, office, folder: tampering.cut_back(issued.pdf), "“SEC-1” is not signed"),
    "one key for both": (one_key_for_both, "“SEC-1” was not made with the key registered for SEC"),
    "expired certificate": (expired, "not trusted"),
    "self-signed certificate": (self_signed, "not trusted"),
    "weak key": (weak, "too weak"),
    "not certified": (not_certified, "does not lock the document"),
    "page prepended": (lambda issued, office, folder: tampering.prepend_page(issued.pdf), "does not begin as a PDF"),
    "saved again": (lambda issued, office, folder: tampering.save_again(issued.pdf, folder), "changed after signing"),
    "never signed": (lambda issued, office, folder: issued.unsigned, "“FCA-1” is not signed"),
}
# Somebody without the portal's records reads the authority from the certificate itself.
ALONE = {"one key for both": "“SEC-1” was made with a key of FCA"}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forgery_is_rejected_with_a_reason(forgery: str, slip: Issued, office: Office, tmp_path: Path) -> None:
    forge, reason = FORGERIES[forgery]
    forged = forge(slip, office, tmp_path)
    answer = verify(slip, office, forged)
    assert not answer.ok
    assert reason in " ".join(answer.problems)
    alone = verify_alone(office, forged)
    if forgery == "expired certificate":  # a claimed time is no proof, and the answer says so
        assert not alone.time_proven
    assert not alone.ok
    assert ALONE.get(forgery, reason) in " ".join(alone.problems)


def test_any_other_bytes_are_not_the_issued_document(notice: Issued, instrument: Issued, office: Office) -> None:
    stored = hashlib.sha256(notice.pdf).hexdigest()
    answer = verifying.verify(
        instrument.pdf, expected=notice.expected, roots=office.roots, issued_at=tampering.now(), stored_sha256=stored
    )
    assert "This is not the issued document" in answer.problems[0]
    assert any("not the 2 expected ones" in problem for problem in answer.problems)


def test_a_certificate_that_has_expired_since_does_not_spoil_a_genuine_file(slip: Issued, office: Office) -> None:
    late = keys.load_certificate(office.directory, "SEC").not_after + timedelta(days=1)
    assert verify(slip, office, slip.pdf).ok
    assert "not valid at the time of issue" in " ".join(verify(slip, office, slip.pdf, issued_at=late).problems)


def test_nothing_is_trusted_without_a_root(slip: Issued) -> None:
    answer = verifying.verify(slip.pdf, expected=slip.expected, roots=[], issued_at=None, stored_sha256=None)
    assert not answer.ok
    assert not any(each.trusted for each in answer.signatures)


@pytest.mark.parametrize(
    "document",
    [
        b"",
        b"%PDF-1.7",
        b"%PDF-1.7\n%%EOF\n",
        b"%PDF-1.7\n<html><script>alert(1)</script>",
        b"%PDF-1.7\nxref\n0 2147483647\ntrailer<</Size 2147483647/Root 1 0 R>>\nstartxref\n9\n%%EOF\n",
        b"%PDF-1.7\n" + b"[" * 200_000,
        b"\xff\xd8\xff\xe0" + b"\x00" * 1000,
    ],
)
def test_hostile_files_are_no_issued_documents(document: bytes, slip: Issued, office: Office) -> None:
    answer = verify(slip, office, document)
    assert not answer.ok
    assert answer.problems
    assert verifying.read_record(document) is None


def test_many_signatures_cost_little(slip: Issued, office: Office) -> None:
    started = time.monotonic()
    answer = verify(slip, office, tampering.many_signatures(10_000))
    assert "more than 40 signature fields" in " ".join(answer.problems)
    assert sum(map(len, answer.problems)) < 20_000
    assert time.monotonic() - started < verifying.LIMITS.wall_seconds


def test_a_file_that_unpacks_to_gigabytes_is_stopped(office: Office) -> None:
    assert verifying.read_record(tampering.bomb()) is None
    assert not verify_alone(office, tampering.bomb()).ok


def test_every_truncation_is_rejected(slip: Issued, office: Office) -> None:
    for part in (0.1, 0.5, 0.9, 0.99):
        assert not verify(slip, office, slip.pdf[: int(len(slip.pdf) * part)]).ok


def test_a_file_that_is_too_large_is_not_even_read(
    slip: Issued, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "BYTES_MAX", 1000)
    assert "larger than" in verify(slip, office, slip.pdf).problems[0]


def test_a_check_that_takes_too_long_is_an_answer(
    slip: Issued, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "LIMITS", child.Limits(wall_seconds=0.02))
    answer = verify(slip, office, slip.pdf)
    assert "could not be checked" in answer.problems[0]


def test_the_record_of_a_document_can_be_read(notice: Issued) -> None:
    record = verifying.read_record(notice.pdf)
    assert record is not None
    assert record["number"] == notice.record["number"]
