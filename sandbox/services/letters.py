"""Letters that concern no case: about one's own account, and to whom an invitation is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from sandbox.domain.actions import Action
from sandbox.extensions import db
from sandbox.models.firms import Invitation
from sandbox.models.messages import OutboxMessage


def letter_to(
    action: Action,
    *,
    people: Iterable[UUID] = (),
    invitation: Invitation | None = None,
    content: Mapping[str, Any] | None = None,
) -> None:
    """Put a letter into the outbox for each person, or one for whom the invitation is for."""
    said = dict(content or {})
    for person_id in dict.fromkeys(people):
        db.session.add(OutboxMessage(person_id=person_id, action=action.value, content=said))
    if invitation is not None:
        db.session.add(OutboxMessage(invitation_id=invitation.id, action=action.value, content=said))


__all__ = ["letter_to"]
