"""Documents of decisions: rendered, stored and signed outside any transaction; rows follow when the bytes are safe."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from sandbox.adapters import keys, pdf, signing, verifying
from sandbox.adapters.blobs import BlobMissing, BlobStore, store_at
from sandbox.domain.actors import Actor
from sandbox.domain.canonical import record_hash
from sandbox.domain.errors import BadInput, Conflict, NotAllowed, NotNow
from sandbox.extensions import db, setting
from sandbox.models.base import now
from sandbox.models.catalogue import Authority
from sandbox.models.decisions import Edition, Signature, SigningCertificate
from sandbox.models.people import Person
from sandbox.services.trail import sha256
from sandbox.services.unit import add, get, reading, use_case

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letters or digits that look alike


def store() -> BlobStore:
    """The store of documents."""
    return store_at(setting("BLOBS"))


TRY_AGAIN = "The document could not be made just now. Nothing was changed. Wait a minute, then try again."


def content(digest: str) -> bytes:
    """The stored bytes of that hash. Raises Conflict when they are missing or are not those bytes any more."""
    try:
        found = store().get(digest)
    except BlobMissing as missing:
        raise Conflict("The stored document is missing. Nothing was done.") from missing
    if sha256(found) != digest:
        raise Conflict("The stored document is not the one that was shown: it is damaged. Nothing was done.")
    return found


def verification_code() -> str:
    """A code that nobody can guess, in groups of five: 20 characters of 30, about 98 bits."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(20))
    return "-".join(drawn[place : place + 5] for place in range(0, 20, 5))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A rendered document whose bytes are in the store, before any row knows of it."""

    template: str
    record: dict[str, Any]
    code: str
    sha256: str
    expected: tuple[dict[str, str], ...]


def certificate_for(authority_id: UUID) -> SigningCertificate:
    """The certificate registered for the authority now. Raises NotNow when it has none."""
    row = db.session.scalar(
        select(SigningCertificate)
        .where(SigningCertificate.authority_id == authority_id, SigningCertificate.retired_at.is_(None))
        .order_by(SigningCertificate.registered_at.desc())
        .limit(1),
    )
    if row is None:
        raise NotNow("No signing certificate is registered for this authority.")
    return row


@reading
def _certificates(codes: frozenset[str]) -> dict[str, str]:
    rows = db.session.execute(select(Authority.code, Authority.id).where(Authority.code.in_(codes)))
    return {code: certificate_for(key).fingerprint for code, key in rows.all()}


def prepare(template: str, record: dict[str, Any], code: str, people: list[str]) -> Prepared:
    """Render a record, add the empty signature fields, store the bytes.

    `people` are the ids of the signatories in the order of the record's. Raises BadInput when a character cannot be
    shown in documents: the text has to be changed.
    """
    fields = signing.signature_fields(record)
    fingerprints = _certificates(frozenset(one["authority"] for one in record["signatories"]))
    try:
        rendered = pdf.render_document(template, record, identifier=f"{record['number']} {code}", created=now())
    except pdf.UnsupportedCharacter as unsupported:
        raise BadInput({"reasons": f"{unsupported} Replace it, then send to signature again."}) from unsupported
    except pdf.RenderFailed as failed:
        raise NotNow(TRY_AGAIN) from failed
    try:
        document = signing.prepare(rendered, fields)
    except signing.SigningFailed as failed:
        raise NotNow(TRY_AGAIN) from failed
    expected = tuple(
        {
            "field": field.name,
            "authority": signatory["authority"],
            "person": person,
            "name": signatory["name"],
            "fingerprint": fingerprints[signatory["authority"]],
        }
        for field, signatory, person in zip(fields, record["signatories"], people, strict=True)
    )
    return Prepared(template, record, code, store().put(document).sha256, expected)


def keep(prepared: Prepared, case_id: UUID, kind: str, name: str) -> Edition:
    """The row of a prepared document."""
    return add(
        Edition(
            case_id=case_id,
            kind=kind,
            name=name,
            number=prepared.record["number"],
            record=prepared.record,
            record_sha256=record_hash(prepared.record),
            prepared_sha256=prepared.sha256,
            sha256=prepared.sha256,
            code=prepared.code,
            expected=list(prepared.expected),
        ),
    )


def made(edition: Edition) -> list[Signature]:
    """The signatures that stand, in the order they were made."""
    return list(
        db.session.scalars(
            select(Signature)
            .where(Signature.edition_id == edition.id, Signature.void_at.is_(None))
            .order_by(Signature.signed_at),
        ),
    )


def waiting(edition: Edition) -> list[dict[str, str]]:
    """The expected signatures that are not made yet, in order."""
    done = {signature.field for signature in made(edition)}
    return [one for one in edition.expected if one["field"] not in done]


def next_for(edition: Edition, actor: Actor, shown: str) -> dict[str, str]:
    """The field this actor signs now.

    Raises NotAllowed when the next signature is not theirs, Conflict when the document is no longer what was shown.
    """
    left = waiting(edition)
    if not left:
        raise NotNow("Everybody has signed.")
    me = str(actor.person_id)
    if left[0]["person"] != me:
        if any(one["person"] == me for one in left):
            raise NotNow(f"Signatures are made in order. {left[0]['name']} ({left[0]['authority']}) signs first.")
        if any(one["person"] == me for one in edition.expected):
            raise NotNow("You have signed this document already.")
        raise NotAllowed("You are not a signatory of this document.")
    if edition.sha256 != shown:
        raise Conflict("The document has changed since this page was shown. Read it again before you sign.")
    return left[0]


def sign_bytes(shown: str, field: Mapping[str, str], actor: Actor, reason: str, at: datetime) -> str:
    """Sign and store; returns the hash of the new bytes. Raises Conflict when the stored bytes are not those shown."""
    document = content(shown)
    folder = Path(setting("KEYS"))
    try:
        key = keys.key_file(folder, field["authority"], setting("KEY_PASSPHRASE").encode())
        signed = signing.sign(
            document,
            field=field["field"],
            key=key,
            signer_name=actor.name,
            reason=reason,
            expected_fingerprint=field["fingerprint"],
            at=at,
        )
    except (signing.SigningRefused, keys.KeyProblem) as refused:
        raise NotNow(str(refused)) from refused
    except signing.SigningFailed as failed:
        raise NotNow("The signature could not be made just now. Nothing was changed. Try again.") from failed
    return store().put(signed).sha256


def add_signature(
    edition: Edition, field: Mapping[str, str], actor: Actor, shown: str, signed: str, at: datetime
) -> Signature:
    """The row of a signature; the edition's bytes become the signed ones."""
    if edition.sha256 != shown:
        raise Conflict("The document has changed since this page was shown. Read it again before you sign.")
    edition.sha256 = signed
    return add(
        Signature(
            edition_id=edition.id,
            field=field["field"],
            authority_id=actor.organisation_id,
            person_id=actor.person_id,
            fingerprint=field["fingerprint"],
            shown_sha256=shown,
            signed_sha256=signed,
            signed_at=at,
        ),
    )


def void(edition: Edition) -> list[Signature]:
    """Void an edition that was not issued; the signatures made so far are kept, marked void."""
    signatures = made(edition)
    for signature in signatures:
        signature.void_at = now()
    edition.status = "void"
    return signatures


def check_before_issue(expected: list[dict[str, str]], stored: str) -> None:
    """The full verification of the stored bytes, before anything is issued. Raises NotNow with the first problem."""
    answer = verifying.verify(
        content(stored),
        expected=[verifying.ExpectedSignature(one["field"], one["authority"], one["fingerprint"]) for one in expected],
        roots=keys.root_certificates(Path(setting("KEYS"))),
        issued_at=now(),
        stored_sha256=stored,
    )
    if not answer.ok:
        raise NotNow(f"The document does not pass verification and is not issued: {answer.problems[0]}")


@use_case
def register_certificates() -> int:
    """Register the certificates in the key folder for their authorities; a new one retires the old. Gives how many."""
    folder = Path(setting("KEYS"))
    count = 0
    for authority in db.session.scalars(select(Authority).order_by(Authority.code)):
        try:
            found = keys.load_certificate(folder, authority.code)
        except keys.KeyProblem:
            continue
        known = select(SigningCertificate).where(SigningCertificate.authority_id == authority.id)
        rows = db.session.scalars(known.where(SigningCertificate.retired_at.is_(None))).all()
        if any(row.fingerprint == found.fingerprint for row in rows):
            continue
        for row in rows:
            row.retired_at = now()
        add(
            SigningCertificate(
                authority_id=authority.id,
                fingerprint=found.fingerprint,
                subject=found.subject,
                pem=found.pem.decode(),
                not_before=found.not_before,
                not_after=found.not_after,
                demo=bool(setting("DEMO")),
            ),
        )
        count += 1
    return count


def make_demo_keys() -> None:
    """Make the demonstration certificate authority and one key an authority, then register the certificates."""
    keys.make_demo_authority_keys(Path(setting("KEYS")), _names(), setting("KEY_PASSPHRASE").encode())
    register_certificates()


@reading
def _names() -> dict[str, str]:
    return {code: name for code, name in db.session.execute(select(Authority.code, Authority.name))}


def people_of(expected: list[dict[str, str]]) -> list[Person]:
    """The signatories of an edition, in order."""
    return [get(Person, UUID(one["person"])) for one in expected]
