"""Passwords: argon2id with the parameters that OWASP recommends, and never more than a few at a time.

Source of the parameters: OWASP Password Storage Cheat Sheet (m = 19 MiB, t = 2, p = 1). The library's defaults cost
64 MiB a sign-in: twenty at once take seconds and more than a gigabyte.
"""

from __future__ import annotations

import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LONGEST = 128  # characters; checked before hashing, so that a huge password costs nothing
SHORTEST = 15  # NIST SP 800-63B-4 for a password that is the only factor
_AT_ONCE = 4
_PATIENCE_SECONDS = 10.0

_hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, hash_len=32, salt_len=16)
_places = threading.BoundedSemaphore(_AT_ONCE)


class Busy(Exception):
    """Too many passwords are being checked at this moment."""


@cache
def _nobody() -> str:
    """A hash that no password matches: unknown accounts cost as much time as known ones."""
    return _hasher.hash(secrets.token_hex(32))


def acceptable(password: str) -> bool:
    """True when the password can be hashed at all: not empty, not too long, real text."""
    if not 0 < len(password) <= LONGEST:
        return False
    try:
        password.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    return True


def hash_password(password: str) -> str:
    """The hash to keep. Raises ValueError for a password that is not acceptable, Busy under load."""
    if not acceptable(password):
        raise ValueError("The password is empty, too long, or not text.")
    if not _places.acquire(timeout=_PATIENCE_SECONDS):
        raise Busy
    try:
        return _hasher.hash(password)
    finally:
        _places.release()


def verify_password(kept: str | None, password: str) -> bool:
    """True when the password is the one of the kept hash; `None` (no such account) takes the same time and fails.

    Raises Busy under load.
    """
    if not acceptable(password):
        return False
    nobody = _nobody()  # also for known accounts: the first call makes it
    if not _places.acquire(timeout=_PATIENCE_SECONDS):
        raise Busy
    try:
        return _hasher.verify(kept or nobody, password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _places.release()


def outdated(kept: str) -> bool:
    """True when the hash was made with other parameters than those of today."""
    return _hasher.check_needs_rehash(kept)
