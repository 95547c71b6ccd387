"""Keys of authorities: made once, kept safe, and refused when they must not sign."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from sandbox.adapters import keys
from tests.adapters.conftest import AUTHORITIES, PASSPHRASE, Office
from tests.pdf_tools import certificates

pytestmark = pytest.mark.once
NOW = datetime.now(UTC)


def test_keys_are_made_once_and_nobody_else_can_read_them(office: Office) -> None:
    before = {path.name: path.read_bytes() for path in office.directory.iterdir()}
    keys.make_demo_authority_keys(office.directory, AUTHORITIES, PASSPHRASE)
    assert {path.name: path.read_bytes() for path in office.directory.iterdir()} == before
    for path in office.directory.glob("*.p12"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(office.directory.stat().st_mode) == 0o700


def test_an_authority_that_joins_later_gets_its_key_from_the_same_root(tmp_path: Path) -> None:
    keys.make_demo_authority_keys(tmp_path, {"AAA": "First"}, PASSPHRASE)
    root, first = keys.root_certificates(tmp_path), keys.load_certificate(tmp_path, "AAA")
    keys.make_demo_authority_keys(tmp_path, {"AAA": "First", "BBB": "Second"}, PASSPHRASE)
    assert keys.root_certificates(tmp_path) == root
    assert keys.load_certificate(tmp_path, "AAA") == first
    assert keys.start_up_problems(tmp_path, ["AAA", "BBB"], NOW) == []
    with pytest.raises(keys.KeyProblem, match="passphrase"):
        keys.make_demo_authority_keys(tmp_path, {"AAA": "First", "CCC": "Third"}, b"another")


def test_both_kinds_of_key_are_in_use_and_say_that_they_are_no_real_ones(office: Office) -> None:
    kinds = set()
    for code in AUTHORITIES:
        facts = keys.load_certificate(office.directory, code)
        certificate = x509.load_pem_x509_certificate(facts.pem)
        kinds.add(type(certificate.public_key()).__name__)
        assert "DEMO – not a real authority key" in facts.subject
        assert facts.authority == code
        assert len(facts.fingerprint) == 64
    assert kinds == {"RSAPublicKey", "ECPublicKey"}


def test_the_passphrase_does_not_show(office: Office) -> None:
    assert "only for tests" not in repr(office.key("FCA"))


@pytest.mark.parametrize("code", ["../FCA", "a/b", "", "x" * 40, "demo-root"])
def test_a_code_that_is_no_file_name_is_refused(tmp_path: Path, code: str) -> None:
    with pytest.raises(keys.KeyProblem):
        keys.make_demo_authority_keys(tmp_path, {code: "Name"}, PASSPHRASE)


def test_start_up_names_a_missing_certificate_and_one_key_for_two(office: Office, tmp_path: Path) -> None:
    for source, copies in (("FCA", ("FCA", "ZZZ")), ("demo-root", ("demo-root",))):
        for copy in copies:
            (tmp_path / f"{copy}.pem").write_bytes((office.directory / f"{source}.pem").read_bytes())
    problems = keys.start_up_problems(tmp_path, ["FCA", "ZZZ", "SEC"], NOW)
    assert problems == [
        "FCA and ZZZ have the same key; each authority needs its own.",
        "There is no readable certificate for SEC.",
    ]


def test_a_certificate_with_less_than_thirty_days_left_is_refused(office: Office) -> None:
    ends = keys.load_certificate(office.directory, "FCA").not_after
    assert keys.start_up_problems(office.directory, ["FCA"], ends - timedelta(days=31)) == []
    assert "in less than 30 days" in keys.start_up_problems(office.directory, ["FCA"], ends - timedelta(days=29))[0]
    assert "expired" in keys.start_up_problems(office.directory, ["FCA"], ends)[0]
    starts = keys.load_certificate(office.directory, "FCA").not_before
    assert "not valid before" in keys.start_up_problems(office.directory, ["FCA"], starts - timedelta(days=1))[0]


def test_weak_misused_and_foreign_certificates_are_refused(office: Office) -> None:
    issuer = certificates.demo_root(office.directory, PASSPHRASE)
    strong = ec.generate_private_key(ec.SECP256R1())
    cases = {
        "2048 bits": certificates.make(rsa.generate_private_key(65537, 2048), issuer),
        "curve of 192 bits": certificates.make(ec.generate_private_key(ec.SECP192R1()), issuer),
        "not meant for signing": certificates.make(strong, issuer, content_commitment=False),
        "must not sign documents": certificates.make(strong, issuer, key_cert_sign=True),
        "not issued by a trusted root": certificates.make(strong, None),
    }
    for words, certificate in cases.items():
        problems = keys.certificate_problems(certificate, office.roots, NOW)
        assert len(problems) == 1, (words, problems)
        assert words in problems[0]
