"""People: accounts and sessions, colleagues, invitations, counsel, and the firm's own registration and profile."""

from sandbox.services.people import counsel, invitations, profile, recovery, registration
from sandbox.services.people.accounts import (
    Limits,
    actor_of,
    change_password,
    check_password,
    end_session,
    record_change,
    seen,
    sign_in,
    token_hash,
)
from sandbox.services.people.colleagues import (
    allowed_roles,
    deactivate,
    hand_over,
    insert_person,
    leave,
    reactivate,
    set_roles,
)
from sandbox.services.people.invitations import accept, invite, send_again, withdraw

__all__ = [
    "Limits",
    "accept",
    "actor_of",
    "allowed_roles",
    "change_password",
    "check_password",
    "counsel",
    "deactivate",
    "end_session",
    "hand_over",
    "insert_person",
    "invitations",
    "invite",
    "leave",
    "profile",
    "reactivate",
    "record_change",
    "recovery",
    "registration",
    "seen",
    "send_again",
    "set_roles",
    "sign_in",
    "token_hash",
    "withdraw",
]
