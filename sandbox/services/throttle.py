"""How many attempts are allowed: to sign in, to register, to invite. Counted in the database, over all workers.

An attempt is written down before the password is looked at, and taken back when it was right: many attempts at the
same moment cannot slip through together. The limit is each account's and each address's own, never one for everybody.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from sandbox.domain.errors import Refusal
from sandbox.extensions import db
from sandbox.models.base import now
from sandbox.models.people import SignInAttempt
from sandbox.services.unit import use_case

ADDRESS_FACTOR = 10  # a whole office may share one address
KEPT = timedelta(days=1)  # longer than any window


class TooMany(Refusal):
    """Too many attempts. `retry_after` is in seconds."""

    def __init__(self, retry_after: int):
        self.retry_after = retry_after
        super().__init__("There were too many attempts. Wait a few minutes, then try again.")


def key_of(kind: str, value: str) -> str:
    """The key of an account or an address: a hash, so that the table names nobody."""
    return hashlib.sha256(f"{kind}:{value}".encode("utf-8", "replace")).hexdigest()


def _one_at_a_time(key: str) -> None:
    """Let nobody else count the same key until this transaction ends. SQLite has one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(int(key[:15], 16))))


def _recent(key: str, since: datetime) -> tuple[int, datetime | None]:
    row = db.session.execute(
        select(func.count(), func.min(SignInAttempt.at)).where(SignInAttempt.key == key, SignInAttempt.at > since),
    ).one()
    return row[0], row[1]


@use_case
def take(keys: dict[str, int], window: timedelta) -> None:
    """Write down one attempt under each key. Raises TooMany when any key has reached its limit within the window."""
    moment = now()
    for key, limit in sorted(keys.items()):
        _one_at_a_time(key)
        count, oldest = _recent(key, moment - window)
        if count >= limit and oldest is not None:
            raise TooMany(max(1, int((oldest + window - moment).total_seconds())))
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.at < moment - KEPT))
    for key in keys:
        db.session.add(SignInAttempt(key=key, at=moment))


def forget(key: str) -> None:
    """Forget the attempts under a key. Called inside a use case."""
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.key == key))


def give_back(account: str, address: str) -> None:
    """The attempt was right: forget those of the account, and one of the address. Called inside a use case."""
    forget(account)
    newest = select(SignInAttempt.id).where(SignInAttempt.key == address).order_by(SignInAttempt.at.desc()).limit(1)
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.id.in_(newest.scalar_subquery())))
