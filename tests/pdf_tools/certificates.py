"""Certificates that the portal would never make: weak, expired, misused or self-signed, for tests that refuse them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
Issuer = tuple[Key, x509.Certificate]


def demo_root(directory: Path, passphrase: bytes) -> Issuer:
    """The key and certificate of the demo certificate authority."""
    key, certificate, _ = pkcs12.load_key_and_certificates((directory / "demo-root.p12").read_bytes(), passphrase)
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    assert certificate is not None
    return key, certificate


def make(
    key: Key, issuer: Issuer | None, *, code: str = "FCA", starts: datetime | None = None, days: int = 365,
    content_commitment: bool = True, key_cert_sign: bool = False,
) -> x509.Certificate:  # fmt: skip
    """A certificate that names the authority `code` as a real one does; without an issuer it is self-signed."""
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, code), x509.NameAttribute(NameOID.COMMON_NAME, code)]
    )
    signer, name = (issuer[0], issuer[1].subject) if issuer else (key, subject)
    start = starts or datetime.now(UTC) - timedelta(days=1)
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=content_commitment, key_cert_sign=key_cert_sign, crl_sign=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
    )
    return builder.sign(signer, hashes.SHA256())


def store(folder: Path, name: str, key: Key, certificate: x509.Certificate, passphrase: bytes) -> Path:
    """The PKCS#12 file of a key and its certificate."""
    path = folder / f"{name}.p12"
    encryption = serialization.BestAvailableEncryption(passphrase)
    path.write_bytes(pkcs12.serialize_key_and_certificates(name.encode(), key, certificate, [], encryption))
    return path
