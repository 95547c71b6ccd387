"""Is this the issued document? For anybody, by its code or by the file itself.

Rule: nothing is told of a document that was not issued: a draft's code or file gets the answer that an unknown one
gets. "Issued" is said only for the very bytes that were issued, when all nine rules of the verifier hold.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import exists, or_, select

from sandbox.adapters import keys, verifying
from sandbox.adapters.blobs import BlobMissing, store_at
from sandbox.extensions import db, setting
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.decisions import Edition, SigningCertificate
from sandbox.queries.decisions.reading import Paper, paper, signatures_of

NOT_OURS = "The portal has issued no document with this code."
NO_RECORD = "This file carries no record of a document of this portal."
CODE = re.compile(r"[0-9A-Z]{20}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of a file. `ok`: these are the issued bytes and everything holds. `problems`: why not, all of them.

    `paper` is the issued document that the file is, or claims to be. `signatures` are those found in the file.
    """

    ok: bool
    paper: Paper | None
    problems: tuple[str, ...]
    sha256: str
    signatures: tuple[verifying.SignatureReport, ...] = ()
    time_proven: bool = False


def normal_code(typed: str) -> str | None:
    """A code as it is kept, however it was typed; None when it cannot be one."""
    bare = re.sub(r"[\s\-–—_.]", "", typed).upper()
    if not CODE.fullmatch(bare):
        return None
    return "-".join(bare[place : place + 5] for place in range(0, 20, 5))


def by_code(typed: str) -> Paper | None:
    """The issued document of a code, or None."""
    code = normal_code(typed)
    if code is None:
        return None
    return _paper(db.session.scalar(select(Edition).where(Edition.code == code, Edition.issued_at.is_not(None))))


def by_file(content: bytes) -> Answer:
    """Check a file against what the portal issued."""
    digest = hashlib.sha256(content).hexdigest()
    issued = select(Edition).where(Edition.issued_at.is_not(None))
    edition = db.session.scalar(issued.where(Edition.sha256 == digest).limit(1))
    record = None if edition is not None else verifying.read_record(content)
    if edition is None and record is not None:
        edition = db.session.scalar(issued.where(Edition.code == _claimed_code(record)))
    if edition is None:
        return _unknown(content, digest, record)
    expected = expected_of(edition)
    found, stored, issued_at = _paper(edition), edition.sha256, edition.issued_at
    db.session.rollback()  # nothing stays open while the file is checked
    answer = verifying.verify(content, expected=expected, roots=roots(), issued_at=issued_at, stored_sha256=stored)
    return Answer(answer.ok, found, answer.problems, digest, answer.signatures, answer.time_proven)


@dataclass(frozen=True, slots=True)
class Check:
    """The result of the verification before issue."""

    ok: bool
    problems: tuple[str, ...]
    sha256: str
    signatures: tuple[verifying.SignatureReport, ...]


def check(edition_id: UUID) -> Check:
    """All nine rules for a signed document that is not issued yet. Ask for who may issue it before."""
    edition = db.session.get_one(Edition, edition_id)
    expected, digest = expected_of(edition), edition.sha256
    db.session.rollback()
    try:
        content = store_at(setting("BLOBS")).get(digest)
    except BlobMissing:
        return Check(False, ("The stored file is missing.",), digest, ())
    answer = verifying.verify(content, expected=expected, roots=roots(), issued_at=now(), stored_sha256=digest)
    return Check(answer.ok, answer.problems, digest, answer.signatures)


def known(content: bytes) -> bool:
    """The portal has made the document that this file is or claims to be, issued or not. For the command line only."""
    record = verifying.read_record(content)
    code = _claimed_code(record) if record is not None else ""
    same = or_(Edition.sha256 == hashlib.sha256(content).hexdigest(), Edition.code == code)
    return bool(db.session.scalar(select(exists().where(same))))


def expected_of(edition: Edition) -> list[verifying.ExpectedSignature]:
    """The signatures that an edition must carry."""
    return [verifying.ExpectedSignature(one["field"], one["authority"], one["fingerprint"]) for one in edition.expected]


def without_portal(content: bytes, record: dict[str, Any] | None) -> verifying.Verification:
    """Rules 2 to 7 against the registered certificates, for a file of which the portal has no record."""
    expected = None
    registered = fingerprints()
    if record is not None and registered and _readable(record):
        expected = verifying.expected_from_record(record, registered)
    db.session.rollback()
    return verifying.verify(content, expected=expected, roots=roots(), issued_at=None, stored_sha256=None)


def fingerprints() -> dict[str, str]:
    """The certificates that are registered now, by code of the authority."""
    rows = db.session.execute(
        select(Authority.code, SigningCertificate.fingerprint)
        .join(Authority, Authority.id == SigningCertificate.authority_id)
        .where(SigningCertificate.retired_at.is_(None))
        .order_by(SigningCertificate.registered_at),
    )
    return {code: fingerprint for code, fingerprint in rows}


def roots() -> list[bytes]:
    """The root certificates that are trusted."""
    return keys.root_certificates(Path(setting("KEYS")))


def _unknown(content: bytes, digest: str, record: dict[str, Any] | None) -> Answer:
    answer = without_portal(content, record)
    first = NOT_OURS if record is not None else NO_RECORD
    return Answer(False, None, (first, *_short(answer.problems)), digest, answer.signatures)


def _short(problems: Iterable[str], most: int = 8) -> tuple[str, ...]:
    return tuple(problems)[:most]


def _claimed_code(record: dict[str, Any]) -> str:
    verification = record.get("verification")
    code = verification.get("code") if isinstance(verification, dict) else None
    return (normal_code(code) if isinstance(code, str) else None) or ""


def _readable(record: dict[str, Any]) -> bool:
    people = record.get("signatories")
    return isinstance(people, list) and all(isinstance(one, dict) and "authority" in one for one in people)


def _paper(edition: Edition | None) -> Paper | None:
    if edition is None:
        return None
    later = db.session.get(Edition, edition.superseded_by_id) if edition.superseded_by_id is not None else None
    return paper(edition, signatures_of([edition.id]), later)


__all__ = ["Answer", "by_code", "by_file", "check", "known", "normal_code", "without_portal"]
