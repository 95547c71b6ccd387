"""Signatures: in order, each with its own key, added to the bytes and never changing them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.adapters import keys, signing, verifying
from sandbox.adapters.signing import SignatureField
from tests.adapters import records
from tests.adapters.conftest import CREATED, PASSPHRASE, Issued, Office
from tests.pdf_tools import certificates
from tests.pdf_tools.programs import run

pytestmark = [pytest.mark.once, pytest.mark.pdf]


def refused(office: Office, document: bytes, field: str, code: str, **changes: object) -> str:
    with pytest.raises(signing.SigningRefused) as refusal:
        office.sign(document, field, code, **changes)
    return refusal.value.code


def test_a_signature_only_adds_bytes(slip: Issued, office: Office) -> None:
    first = office.sign(slip.unsigned, "FCA-1", "FCA")
    second = office.sign(first, "SEC-1", "SEC")
    assert first.startswith(slip.unsigned)
    assert second.startswith(first)
    assert len(slip.unsigned) < len(first) < len(second)


def test_other_readers_see_the_signatures_with_their_names(tmp_path: Path, notice: Issued, instrument: Issued) -> None:
    for issued, count in ((notice, 2), (instrument, 1)):
        (tmp_path / "signed.pdf").write_bytes(issued.pdf)
        seen = run("pdfsig", tmp_path / "signed.pdf")
        assert seen.count("Signature Validation: Signature is Valid.") == count
        assert seen.count("ETSI.CAdES.detached") == count
        assert seen.count("Signing Hash Algorithm: SHA-256") == count
        assert seen.count("Total document signed") == 1  # the last one
        assert "Signature Field Name: FCA-1" in seen
        assert "FCA (DEMO – not a real authority key)" in seen


def test_fields_come_from_the_signatories_in_order() -> None:
    record = {
        "signatories": [
            records.signatory("FCA", "A", "Head"), records.signatory("XYA", "B", "Head"),
            records.signatory("XYA", "C", "Chair"),
        ]
    }  # fmt: skip
    fields = signing.signature_fields(record)
    assert [field.name for field in fields] == ["FCA-1", "XYA-1", "XYA-2"]
    assert fields[2].label == "Signature of C for Example Authority of Third Country"


def test_an_authority_with_two_signatories_signs_twice_in_order(office: Office) -> None:
    signatories = [records.signatory("XYA", "First Person", "Head"), records.signatory("XYA", "Second Person", "Chair")]
    issued = office.issue(records.receipt(signatories=signatories), "receipt.html")
    assert [each.field for each in issued.expected] == ["XYA-1", "XYA-2"]
    answer = verifying.verify(
        issued.pdf, expected=issued.expected, roots=office.roots, issued_at=datetime.now(UTC), stored_sha256=None
    )
    assert answer.problems == ()
    assert [each.authority for each in answer.signatures] == ["XYA", "XYA"]


def test_a_wrong_field_or_order_is_refused(slip: Issued, office: Office) -> None:
    assert refused(office, slip.unsigned, "SEC-1", "SEC") == "order"
    assert refused(office, slip.unsigned, "SEC-2", "SEC") == "no-field"
    first = office.sign(slip.unsigned, "FCA-1", "FCA")
    assert refused(office, first, "FCA-1", "FCA") == "filled"
    assert refused(office, slip.pdf, "SEC-1", "SEC") == "filled"


def test_a_wrong_key_is_refused(slip: Issued, office: Office) -> None:
    right = office.fingerprint("FCA")
    assert refused(office, slip.unsigned, "FCA-1", "SEC", expected_fingerprint=right) == "other-certificate"
    assert refused(office, slip.unsigned, "FCA-1", "FCA", roots=[]) == "certificate"
    wrong = keys.KeyFile(office.key("FCA").path, b"wrong")
    assert refused(office, slip.unsigned, "FCA-1", "FCA", key=wrong) == "key"
    gone = keys.KeyFile(office.directory / "gone.p12", PASSPHRASE)
    assert refused(office, slip.unsigned, "FCA-1", "FCA", key=gone) == "no-file"


def test_a_certificate_about_to_expire_does_not_sign(slip: Issued, office: Office) -> None:
    ends = keys.load_certificate(office.directory, "FCA").not_after
    assert refused(office, slip.unsigned, "FCA-1", "FCA", at=ends - timedelta(days=29)) == "certificate"
    assert refused(office, slip.unsigned, "FCA-1", "FCA", at=ends + timedelta(days=1)) == "certificate"


def test_an_impostor_with_the_same_name_does_not_sign(slip: Issued, office: Office, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = certificates.make(key, None)
    path = certificates.store(tmp_path, "FCA", key, certificate, PASSPHRASE)
    changes = {
        "key": keys.KeyFile(path, PASSPHRASE), "roots": office.roots,
        "expected_fingerprint": keys.describe(certificate).fingerprint,
    }  # fmt: skip
    assert refused(office, slip.unsigned, "FCA-1", "FCA", **changes) == "certificate"


def test_the_moment_and_the_reason_are_those_given(slip: Issued, office: Office) -> None:
    signed = office.sign(slip.unsigned, "FCA-1", "FCA", at=CREATED, reason="for the FCA", signer_name="Zoë Ångström")
    (report,) = verifying.verify(
        signed, expected=None, roots=office.roots, issued_at=None, stored_sha256=None
    ).signatures
    assert (report.signed_at, report.reason, report.name) == (CREATED, "for the FCA", "Zoë Ångström")


def test_fields_are_added_once_and_with_usable_names(slip: Issued) -> None:
    with pytest.raises(signing.SigningRefused) as refusal:
        signing.prepare(slip.unsigned, [SignatureField("A-1", "A")])
    assert refusal.value.code == "fields-exist"
    for names in ([], ["a.b"], ["A", "A"], [""], [f"A-{number}" for number in range(41)]):
        with pytest.raises(ValueError, match="signature field"):
            signing.prepare(slip.unsigned, [SignatureField(name, "A") for name in names])


@pytest.mark.parametrize("document", [b"", b"%PDF-1.7\n", b"<html></html>", b"\x00" * 1000])
def test_what_is_no_pdf_is_not_signed(office: Office, document: bytes) -> None:
    with pytest.raises(signing.SigningRefused) as refusal:
        signing.prepare(document, [SignatureField("A-1", "A")])
    assert refusal.value.code == "unreadable"
    assert refused(office, document, "FCA-1", "FCA") == "unreadable"
