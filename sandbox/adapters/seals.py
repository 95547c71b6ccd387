"""The key that seals the trail's checkpoints: Ed25519, made at need, in the folder of keys.

Public keys stay beside it as `trail-<fingerprint>.pub`, so that checkpoints still verify after the key was changed:
remove `trail.key` and the next checkpoint makes a new one.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PRIVATE = "trail.key"


class SealUnavailable(Exception):
    """The key is missing, unreadable, or does not open with the passphrase."""


def seal(folder: Path, passphrase: str, root: str) -> tuple[str, str]:
    """Sign a root. Returns the key's fingerprint and the signature, both hexadecimal. Raises SealUnavailable."""
    try:
        key = _load(folder / PRIVATE, passphrase) or _make(folder, passphrase)
    except (OSError, ValueError, TypeError) as error:
        raise SealUnavailable(f"The key of the trail cannot be used: {error}") from error
    return fingerprint(key.public_key()), key.sign(root.encode()).hex()


def holds(folder: Path, key: str, signature: str, root: str) -> bool:
    """True when the signature of the root was made with that key, and the key is known here."""
    path = folder / f"trail-{key}.pub"
    try:
        public = serialization.load_pem_public_key(path.read_bytes()) if key.isalnum() else None
        if not isinstance(public, Ed25519PublicKey) or fingerprint(public) != key:
            return False
        public.verify(bytes.fromhex(signature), root.encode())
    except (OSError, ValueError, InvalidSignature):
        return False
    return True


def fingerprint(key: Ed25519PublicKey) -> str:
    """SHA-256 of the public key, in hexadecimal."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()


def _load(path: Path, passphrase: str) -> Ed25519PrivateKey | None:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), passphrase.encode())
    except FileNotFoundError:
        return None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("it is not an Ed25519 key")
    return key


def _make(folder: Path, passphrase: str) -> Ed25519PrivateKey:
    key = Ed25519PrivateKey.generate()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    public = key.public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    _write(folder / f"trail-{fingerprint(public)}.pub", pem)
    locked = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    _write(folder / PRIVATE, locked)
    return key


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
