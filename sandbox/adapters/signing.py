"""Signatures of authorities in a document: empty fields first, then one PAdES signature a field, strictly in order.

The first signature certifies the document (only filling of its fields stays allowed), later ones approve it. All of
them are invisible: what a reader sees of a signatory is text of the page. Old bytes are never changed, only added to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandbox.adapters import child
from sandbox.adapters.keys import KeyFile, root_certificates

FIELD_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
FIELDS_MAX = 40
LIMITS = child.Limits(memory_bytes=2**30, cpu_seconds=15, wall_seconds=30.0)
_WORDS = {
    "unreadable": "The file cannot be read as a PDF.",
    "no-field": "The document has no signature field of this name.",
    "filled": "This field is signed already.",
    "order": "An earlier field is not signed yet; signatures are made in order.",
    "fields-exist": "The document has signature fields already.",
    "key": "The key does not open with this passphrase.",
    "no-file": "There is no key file.",
    "other-certificate": "The key does not belong to the certificate registered for this authority.",
    "certificate": "The certificate must not sign:",
    "not-signed": "The signature could not be added to this document.",
}


class SigningFailed(Exception):
    """The machine did not make the signature: killed, over its limits, or a fault. It can be tried again."""


class SigningRefused(Exception):
    """The signature must not be made. `code` is for programs, the text is for people."""

    def __init__(self, code: str, detail: str = ""):
        self.code = code
        super().__init__(" ".join(part for part in (_WORDS.get(code, code), detail) if part))


@dataclass(frozen=True, slots=True)
class SignatureField:
    """One place for a signature. `name` stands in the file, `label` is what a reader is told."""

    name: str
    label: str


def signature_fields(record: Mapping[str, Any]) -> tuple[SignatureField, ...]:
    """The fields of a document, one for each signatory of its record, in order: `FCA-1`, `FCA-2`, `SEC-1` …"""
    seen: Counter[str] = Counter()
    fields = []
    for signatory in record["signatories"]:
        code = signatory["authority"]
        seen[code] += 1
        label = f"Signature of {signatory['name']} for {signatory['authority_name']}"
        fields.append(SignatureField(f"{code}-{seen[code]}", label))
    return tuple(fields)


def prepare(pdf: bytes, fields: Sequence[SignatureField]) -> bytes:
    """The document with empty invisible fields added in this order; it stays PDF/A-3a and PDF/UA-1.

    Raises SigningRefused (`fields-exist`, `unreadable`), SigningFailed, or ValueError for names that are unusable,
    doubled or too many.
    """
    names = [field.name for field in fields]
    if not names or len(names) > FIELDS_MAX or len(set(names)) != len(names):
        raise ValueError(f"A document has one to {FIELDS_MAX} signature fields, each with its own name.")
    if unusable := [name for name in names if not FIELD_NAME.fullmatch(name)]:
        raise ValueError(f"{unusable[0]!r} cannot be the name of a signature field.")
    return _call("prepare", {"fields": [[field.name, field.label] for field in fields]}, [pdf], pdf)


def sign(
    pdf: bytes,
    *,
    field: str,
    key: KeyFile,
    signer_name: str,
    reason: str,
    expected_fingerprint: str,
    roots: Sequence[bytes] | None = None,
    at: datetime | None = None,
) -> bytes:
    """The document with one more PAdES B-B signature (ETSI.CAdES.detached, SHA-256); the old bytes are its beginning.

    `expected_fingerprint` is the SHA-256 of the certificate registered for the authority; `roots` (PEM) default to
    those beside the key; `at` is the moment of signing (with a zone), now by default. Raises SigningRefused for a wrong
    field, order or certificate, and SigningFailed where the machine did not do it.
    """
    moment = at or datetime.now(UTC)
    if moment.tzinfo is None:
        raise ValueError("The moment of signing needs a time zone.")
    trusted = list(root_certificates(key.path.parent) if roots is None else roots)
    values = {
        "field": field,
        "key": str(key.path),
        "passphrase": key.passphrase.hex(),
        "signer_name": signer_name,
        "reason": reason,
        "fingerprint": expected_fingerprint.lower(),
        "at": moment.astimezone(UTC).replace(microsecond=0).isoformat(),
    }
    return _call("sign", values, [pdf, *trusted], pdf)


def _call(task: str, values: dict[str, Any], blobs: list[bytes], before: bytes) -> bytes:
    try:
        answer = child.call(task, values, blobs, LIMITS)
    except child.Refused as refusal:
        raise SigningRefused(refusal.code, refusal.details.get("why", "")) from None
    except child.ChildFailed as failure:
        raise SigningFailed(f"The document was not signed: {failure}.") from failure
    after = answer.blobs[0]
    if not after.startswith(before) or len(after) == len(before):
        raise SigningFailed("The document was not signed: the result is no continuation of it.")
    return after
