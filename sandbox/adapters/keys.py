"""Keys and certificates of authorities: the demo certificate authority made at set-up, and what a key must be to sign.

A certificate is bound to one authority by its fingerprint. No key may serve two authorities, none may be weak, meant
for something else, or about to expire. Keys lie as PKCS#12 files with a passphrase, readable by their owner only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificateIssuerPrivateKeyTypes
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

DEMO_MARK = "DEMO – not a real authority key"
VALIDITY_LEFT = timedelta(days=30)  # what a certificate must still have on the day of signing
RSA_BITS = 3072
CURVE_BITS = 256
HASHES = frozenset({"sha256", "sha384", "sha512"})
_ROOT = "demo-root"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,30}")
_ROOT_YEARS, _KEY_YEARS = 20, 5
_YEARS_BACK = 3  # demonstration cases have a history; their signatures must fall into the validity

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class KeyProblem(Exception):
    """A key or certificate is missing, cannot be opened, or must not be used."""


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A PKCS#12 file and its passphrase; the passphrase never shows in a log."""

    path: Path
    passphrase: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CertificateInfo:
    """What is published about a certificate. `fingerprint` is SHA-256 of the DER in hexadecimal digits."""

    fingerprint: str
    pem: bytes
    subject: str
    authority: str
    not_before: datetime
    not_after: datetime


def make_demo_authority_keys(directory: Path, codes: Mapping[str, str], passphrase: bytes) -> None:
    """Make a demo root and one signing key for each authority (code → name); what exists is kept.

    Every other key is RSA-3072, the rest ECDSA P-256, so that both kinds are always in use. Raises KeyProblem for a
    code that cannot name a file, or where the root cannot be opened with the passphrase.
    """
    for code in codes:
        if not _CODE.fullmatch(code) or code == _ROOT:
            raise KeyProblem(f"{code!r} cannot be the name of a key.")
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    wanted = [code for code in codes if not _paths(directory, code)[0].exists()]
    if not wanted and _paths(directory, _ROOT)[1].exists():
        return
    root_key, root = _demo_root(directory, passphrase)
    for number, code in enumerate(codes, start=1):
        if code in wanted:
            key: PrivateKey = _rsa_key() if number % 2 else ec.generate_private_key(ec.SECP256R1())
            subject = _subject(f"{codes[code]} document signing", codes[code], code)
            certificate = _certify(subject, key, root.subject, root_key, years=_KEY_YEARS)
            _store(directory, code, key, certificate, [root], passphrase)


def key_file(directory: Path, code: str, passphrase: bytes) -> KeyFile:
    """The signing key of an authority. Raises KeyProblem when there is none."""
    path = _paths(directory, code)[0]
    if not path.is_file():
        raise KeyProblem(f"There is no signing key for {code}.")
    return KeyFile(path, passphrase)


def load_certificate(directory: Path, code: str) -> CertificateInfo:
    """The registered certificate of an authority. Raises KeyProblem when it is missing or unreadable."""
    path = _paths(directory, code)[1]
    try:
        return describe(x509.load_pem_x509_certificate(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise KeyProblem(f"There is no readable certificate for {code}.") from error


def root_certificates(directory: Path) -> list[bytes]:
    """The root certificates that are trusted here, as PEM: every `*root*.pem` of the directory."""
    return [path.read_bytes() for path in sorted(directory.glob("*root*.pem"))]


def describe(certificate: x509.Certificate) -> CertificateInfo:
    """The public facts of a certificate."""
    return CertificateInfo(
        fingerprint=certificate.fingerprint(hashes.SHA256()).hex(),
        pem=certificate.public_bytes(serialization.Encoding.PEM),
        subject=_one_name(certificate, NameOID.COMMON_NAME),
        authority=_one_name(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def start_up_problems(directory: Path, codes: Sequence[str], at: datetime) -> list[str]:
    """Everything that forbids signing with the keys of these authorities, in plain words; an empty list means: ready.

    Missing or weak certificates, wrong use, no chain to a trusted root, fewer than 30 days left, one for two.
    """
    problems: list[str] = []
    owners: dict[bytes, str] = {}
    roots = root_certificates(directory)
    for code in codes:
        try:
            certificate = x509.load_pem_x509_certificate(load_certificate(directory, code).pem)
        except KeyProblem as problem:
            problems.append(str(problem))
            continue
        problems += [f"{code}: {problem}" for problem in certificate_problems(certificate, roots, at)]
        key = certificate.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        if owner := owners.get(key):
            problems.append(f"{owner} and {code} have the same key; each authority needs its own.")
        owners.setdefault(key, code)
    return problems


def certificate_problems(certificate: x509.Certificate, roots: Sequence[bytes], at: datetime) -> list[str]:
    """Why this certificate must not sign at this moment, in plain words."""
    return [
        problem
        for problem in (
            _validity_problem(certificate, at),
            _strength_problem(certificate),
            _use_problem(certificate),
            None if _chains(certificate, roots) else "the certificate is not issued by a trusted root.",
        )
        if problem
    ]


def _validity_problem(certificate: x509.Certificate, at: datetime) -> str | None:
    if at < certificate.not_valid_before_utc:
        return f"the certificate is not valid before {certificate.not_valid_before_utc:%d %B %Y}."
    if certificate.not_valid_after_utc <= at:
        return f"the certificate expired on {certificate.not_valid_after_utc:%d %B %Y}."
    if certificate.not_valid_after_utc - at < VALIDITY_LEFT:
        return f"the certificate expires on {certificate.not_valid_after_utc:%d %B %Y}, in less than 30 days."
    return None


def _strength_problem(certificate: x509.Certificate) -> str | None:
    if weakness := weak_key(certificate.public_key()):
        return weakness
    algorithm = certificate.signature_hash_algorithm
    if algorithm is None or algorithm.name not in HASHES:
        return "the certificate is signed with a hash weaker than SHA-256."
    return None


def weak_key(key: object) -> str | None:
    """Why a public key is too weak to trust: RSA from 3072 bits and curves from P-256 are enough."""
    if isinstance(key, rsa.RSAPublicKey):
        return None if key.key_size >= RSA_BITS else f"the key is RSA with {key.key_size} bits, 3072 are needed."
    if isinstance(key, ec.EllipticCurvePublicKey):
        return None if key.key_size >= CURVE_BITS else f"the key is on a curve of {key.key_size} bits, 256 are needed."
    return "the key is neither RSA nor ECDSA."


def _use_problem(certificate: x509.Certificate) -> str | None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return "the certificate does not say what its key is for."
    if not usage.content_commitment:
        return "the certificate is not meant for signing documents."
    if usage.key_cert_sign:
        return "the key of a certificate authority must not sign documents."
    return None


def _chains(certificate: x509.Certificate, roots: Sequence[bytes]) -> bool:
    return any(_issued_by(certificate, x509.load_pem_x509_certificate(root)) for root in roots)


def _issued_by(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _demo_root(directory: Path, passphrase: bytes) -> tuple[PrivateKey, x509.Certificate]:
    path = _paths(directory, _ROOT)[0]
    if path.exists():
        try:
            key, certificate, _ = pkcs12.load_key_and_certificates(path.read_bytes(), passphrase)
        except ValueError as error:
            raise KeyProblem("The key of the demo certificate authority does not open with this passphrase.") from error
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) or certificate is None:
            raise KeyProblem("The file of the demo certificate authority holds no key.")
        return key, certificate
    root_key = ec.generate_private_key(ec.SECP384R1())
    subject = _subject("Demo certificate authority", "Joint sandbox portal", None)
    root = _certify(subject, root_key, subject, root_key, years=_ROOT_YEARS, authority=True)
    _store(directory, _ROOT, root_key, root, [], passphrase)
    return root_key, root


def _rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, RSA_BITS)


def _subject(name: str, organisation: str, code: str | None) -> x509.Name:
    parts = [(NameOID.ORGANIZATION_NAME, organisation[:64])]
    if code:
        parts.append((NameOID.ORGANIZATIONAL_UNIT_NAME, code))
    room = 64 - len(DEMO_MARK) - 3  # X.520 allows 64 characters; the mark must never be cut off
    parts.append((NameOID.COMMON_NAME, f"{(code or name)[:room]} ({DEMO_MARK})"))
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts])


def _certify(
    subject: x509.Name, key: PrivateKey, issuer: x509.Name, issuer_key: CertificateIssuerPrivateKeyTypes,
    *, years: int, authority: bool = False,
) -> x509.Certificate:  # fmt: skip
    start = datetime.now(UTC).replace(microsecond=0) - timedelta(days=365 * _YEARS_BACK)
    usage = x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority, key_cert_sign=authority, crl_sign=authority,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    issuer_public = issuer_key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=365 * (years + _YEARS_BACK)))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_public), critical=False)
    )
    return builder.sign(issuer_key, hashes.SHA256())


def _store(
    directory: Path, code: str, key: PrivateKey, certificate: x509.Certificate, chain: list[x509.Certificate],
    passphrase: bytes,
) -> None:  # fmt: skip
    bundle = pkcs12.serialize_key_and_certificates(
        code.encode(), key, certificate, chain, serialization.BestAvailableEncryption(passphrase)
    )
    path, public = _paths(directory, code)
    _write(public, certificate.public_bytes(serialization.Encoding.PEM), 0o644)
    _write(path, bundle, 0o600)  # last: where it exists, the certificate does too


def _write(path: Path, data: bytes, mode: int) -> None:
    """Written whole or not at all, and never for a moment readable by others than meant."""
    half = path.with_suffix(f".{os.getpid()}.part")
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(data)
    os.replace(half, path)


def _paths(directory: Path, code: str) -> tuple[Path, Path]:
    if not _CODE.fullmatch(code):
        raise KeyProblem(f"{code!r} cannot be the name of a key.")
    return directory / f"{code}.p12", directory / f"{code}.pem"


def _one_name(certificate: x509.Certificate, kind: x509.ObjectIdentifier) -> str:
    values = certificate.subject.get_attributes_for_oid(kind)
    return str(values[0].value) if values else ""
