"""Invitations and other links by mail: what they are for, how long they work, where one stands. Computed, not kept."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

FIRM, MEMBER, COUNSEL, PASSWORD = "firm", "member", "counsel", "password"
# How long a link works. A stranger who registers is at the screen; a colleague may be away for some days.
KINDS: dict[str, timedelta] = {
    FIRM: timedelta(hours=24),
    MEMBER: timedelta(days=7),
    COUNSEL: timedelta(days=7),
    PASSWORD: timedelta(hours=1),
}


class State(StrEnum):
    """Where an invitation stands."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def state_of(
    *, accepted_at: datetime | None, withdrawn_at: datetime | None, expires_at: datetime, at: datetime
) -> State:
    """Where an invitation stands at a moment. What was accepted stays so, whatever came after it."""
    if accepted_at is not None:
        return State.ACCEPTED
    if withdrawn_at is not None:
        return State.WITHDRAWN
    return State.EXPIRED if expires_at <= at else State.WAITING


__all__ = ["COUNSEL", "FIRM", "KINDS", "MEMBER", "PASSWORD", "State", "state_of"]
