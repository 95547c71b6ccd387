"""What letters say: tests read the links in them, as whoever gets them does. Nothing else knows a link."""

from __future__ import annotations

import re
from email.message import EmailMessage

from sandbox.adapters import mail
from sandbox.services.outbox import deliver_all

LINK = re.compile(r"/join/([0-9a-f]{64})")


def letters_to(email: str) -> list[EmailMessage]:
    """Every letter that has left for an address, the oldest first; those that wait leave now."""
    deliver_all()
    return [one for one in mail.sent if [to.addr_spec for to in one["To"].addresses] == [email]]


def text_of(letter: EmailMessage) -> str:
    """What a letter says."""
    return str(letter.get_content())


def tokens_for(email: str) -> list[str]:
    """The links in all letters to an address, the oldest first."""
    return [found for one in letters_to(email) for found in LINK.findall(text_of(one))]


def token_for(email: str) -> str:
    """The link in the newest letter to an address."""
    return tokens_for(email)[-1]
