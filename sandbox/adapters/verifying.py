"""Whether a file is the issued document: nine rules, every failure said in plain words, no file can raise or hang.

1 the bytes are those stored; 2 the file begins as a PDF and is well formed; 3 exactly the expected fields, all signed,
in order; 4 each certificate is the one registered for that authority; 5 each signature is intact and was trusted at the
time of issue; 6 nothing but signatures was added after a signature, and the last one covers the whole file; 7 no weak
hash or key; 8 all in a limited child; 9 without the library's log. Rules 2 to 7 need no record of the portal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.adapters import child

BYTES_MAX = 20 * 2**20
LIMITS = child.Limits(memory_bytes=2**30, cpu_seconds=12, wall_seconds=25.0)


@dataclass(frozen=True, slots=True)
class ExpectedSignature:
    """What must stand in one field: the authority (its code) and the fingerprint registered for it at that time."""

    field: str
    authority: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature as found. `signed_at` is what the signer claimed; nothing in the file proves it."""

    field: str
    signer: str
    name: str
    authority: str
    fingerprint: str
    reason: str
    intact: bool
    trusted: bool
    covers_whole_file: bool
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer: `ok` only when no rule is broken. `time_proven` is false where only the signers' clocks speak."""

    ok: bool
    problems: tuple[str, ...]
    signatures: tuple[SignatureReport, ...] = ()
    time_proven: bool = False


def verify(
    pdf: bytes,
    *,
    expected: Sequence[ExpectedSignature] | None,
    roots: Sequence[bytes],
    issued_at: datetime | None,
    stored_sha256: str | None,
) -> Verification:
    """Apply the nine rules to a file.

    `expected` None: the signatories of the attached record and the codes in the certificates must agree instead.
    `issued_at` is the portal's record of the time of issue; without it certificates are judged at the claimed time of
    signing, and the answer says that the time is not proven. `stored_sha256` None leaves out rule 1. Never raises for
    what a file contains.
    """
    problems: list[str] = []
    if stored_sha256 is not None and hashlib.sha256(pdf).hexdigest() != stored_sha256.lower():
        problems.append("This is not the issued document: its bytes differ from those that were issued.")
    if obstacle := _obstacle(pdf):
        return Verification(ok=False, problems=(*problems, obstacle))
    values = {
        "expected": None if expected is None else [[each.field, each.authority, each.fingerprint] for each in expected],
        "issued_at": issued_at.astimezone(UTC).isoformat() if issued_at else None,
    }
    try:
        answer = child.call("verify", values, [pdf, *roots], LIMITS).values
    except child.ChildFailed as failure:
        return Verification(ok=False, problems=(*problems, f"The file could not be checked: {failure}."))
    except child.Refused as refusal:
        return Verification(ok=False, problems=(*problems, str(refusal.details.get("why", refusal.code))))
    problems += answer["problems"]
    reports = tuple(_report(each) for each in answer["signatures"])
    return Verification(
        ok=not problems and bool(reports),
        problems=tuple(problems),
        signatures=reports,
        time_proven=issued_at is not None and bool(reports) and all(each.trusted for each in reports),
    )


def read_record(pdf: bytes) -> dict[str, Any] | None:
    """The `record.json` attached to a document; None where there is none or the file cannot be read.

    It says nothing about signatures: believe it only after `verify`.
    """
    if _obstacle(pdf):
        return None
    try:
        record = child.call("read_record", {}, [pdf], LIMITS).values.get("record")
    except (child.ChildFailed, child.Refused):
        return None
    return record if isinstance(record, dict) else None


def expected_from_record(record: Mapping[str, Any], fingerprints: Mapping[str, str]) -> list[ExpectedSignature]:
    """What must be signed, from a record and the published certificates (authority → fingerprint).

    For readers without the portal's database. An authority without a published certificate gets an impossible
    fingerprint, so that its signature is never taken as good.
    """
    seen: dict[str, int] = {}
    expected = []
    for signatory in record["signatories"]:
        code = str(signatory["authority"])
        seen[code] = seen.get(code, 0) + 1
        expected.append(ExpectedSignature(f"{code}-{seen[code]}", code, fingerprints.get(code, "")))
    return expected


def _obstacle(pdf: bytes) -> str | None:
    if not pdf:
        return "The file is empty."
    if len(pdf) > BYTES_MAX:
        return f"The file is larger than {BYTES_MAX // 2**20} MiB; no issued document is."
    if not pdf.startswith(b"%PDF-"):
        return "The file does not begin as a PDF does; something stands before it, or it is no PDF."
    return None


def _report(values: dict[str, Any]) -> SignatureReport:
    moment = values.pop("signed_at")
    return SignatureReport(**values, signed_at=datetime.fromisoformat(moment) if moment else None)
