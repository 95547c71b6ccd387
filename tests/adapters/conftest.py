"""Keys and signed documents that the tests of documents share; made once, since keys and pages take seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sandbox.adapters import keys, pdf, signing, verifying
from sandbox.adapters.inspection import Unacceptable, inspect
from tests.adapters import records
from tests.adapters.samples import Check

PASSPHRASE = b"only for tests"
CREATED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
AUTHORITIES = {code: facts["name"] for code, facts in records.AUTHORITIES.items()}


@dataclass(frozen=True)
class Issued:
    """A signed document with all that its verification needs."""

    record: Mapping[str, Any]
    unsigned: bytes
    pdf: bytes
    expected: list[verifying.ExpectedSignature]


@dataclass(frozen=True)
class Office:
    """The keys of all authorities, and the steps from a record to a signed document."""

    directory: Path

    @property
    def roots(self) -> list[bytes]:
        return keys.root_certificates(self.directory)

    def key(self, code: str) -> keys.KeyFile:
        return keys.key_file(self.directory, code, PASSPHRASE)

    def fingerprint(self, code: str) -> str:
        return keys.load_certificate(self.directory, code).fingerprint

    def prepare(self, record: Mapping[str, Any], template: str) -> bytes:
        page = pdf.render_document(template, record, identifier=record["number"], created=CREATED)
        return signing.prepare(page, signing.signature_fields(record))

    def sign(self, document: bytes, field: str, code: str, **changes: Any) -> bytes:
        facts = {
            "key": self.key(code), "signer_name": "A. Signatory", "reason": f"for {code}, as to its own part only",
            "expected_fingerprint": self.fingerprint(code),
        }  # fmt: skip
        return signing.sign(document, field=field, **(facts | changes))

    def issue(self, record: Mapping[str, Any], template: str) -> Issued:
        unsigned = document = self.prepare(record, template)
        expected = verifying.expected_from_record(record, {code: self.fingerprint(code) for code in AUTHORITIES})
        for each in expected:
            document = self.sign(document, each.field, each.authority)
        return Issued(record, unsigned, document, expected)


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Demo keys of three authorities."""
    directory = tmp_path_factory.mktemp("keys")
    keys.make_demo_authority_keys(directory, AUTHORITIES, PASSPHRASE)
    return Office(directory)


@pytest.fixture(scope="session")
def instrument(office: Office) -> Issued:
    """An instrument signed by its authority alone."""
    return office.issue(records.instrument(), "instrument.html")


@pytest.fixture(scope="session")
def notice(office: Office) -> Issued:
    """A joint notice signed by two authorities."""
    return office.issue(records.joint_notice(), "joint_notice.html")


@pytest.fixture(scope="session")
def slip(office: Office) -> Issued:
    """A short document with two signatures, for the many tests that change one."""
    record = records.receipt(signatories=records.joint_notice()["signatories"])
    return office.issue(record, "receipt.html")


@pytest.fixture
def refused(tmp_path: Path) -> Check:
    """The reason for which some content under a name is refused; empty when it is taken."""

    def check(content: bytes, name: str) -> str:
        path = tmp_path / "received"
        path.write_bytes(content)
        try:
            inspect(path, name)
        except Unacceptable as refusal:
            return refusal.reason
        return ""

    return check
