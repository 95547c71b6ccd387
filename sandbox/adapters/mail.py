"""Letters leave the house here: to files, to a mail server, or into memory for tests, by configuration.

A name or a subject can never add a header: line breaks are taken out, and what the standard library then still
refuses is a `BadLetter`. The Message-ID is that of the outbox row, so a second sending is known as the same letter.
"""

from __future__ import annotations

import re
import smtplib
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "emails"
SECONDS = 20
SUBJECT_MAX = 150

sent: list[EmailMessage] = []  # what MAIL=memory kept


class BadLetter(Exception):
    """The letter cannot be written: no template, or an address or header that mail does not allow."""


class MailUnavailable(Exception):
    """The letter did not leave; trying again later may help."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one person. `key` is the id of the outbox row."""

    key: UUID
    name: str
    address: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Post:
    """How letters leave: kind `file`, `smtp` or `memory`, the sender's address, and where to."""

    kind: str
    sender: str
    folder: str = ""
    smtp_url: str = ""


def one_line(text: str, limit: int = SUBJECT_MAX) -> str:
    """Text for a header: no line breaks, no control or direction signs, shortened."""
    kept = "".join(" " if sign in "\r\n\t" else sign for sign in text if sign in "\r\n\t" or _printable(sign))
    kept = " ".join(kept.split())
    return kept if len(kept) <= limit else f"{kept[: limit - 1]}…"


def _printable(sign: str) -> bool:
    return unicodedata.category(sign)[0] not in {"C", "Z"} or sign == " "


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=False,  # plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals["_"] = lambda text: text
    return environment


def write(action: str, context: Mapping[str, Any]) -> tuple[str, str]:
    """Subject and text of the letter for an action: `templates/emails/<action>.txt`, whose first line is the subject.

    Values are shown as they are, never read as a template. Raises BadLetter when there is no template.
    """
    try:
        template = _environment().get_template(f"{action}.txt")
    except TemplateNotFound as error:
        raise BadLetter(f"There is no letter for {action}.") from error
    subject, _, text = template.render(context).partition("\n")
    subject = one_line(subject)
    return subject[:1].upper() + subject[1:], re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def compose(letter: Letter, sender: str) -> EmailMessage:
    """The message as it leaves. Raises BadLetter."""
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address("Joint sandbox portal", addr_spec=sender)
        message["To"] = Address(one_line(letter.name, 100), addr_spec=letter.address)
        message["Subject"] = one_line(letter.subject)
        message["Message-ID"] = f"<{letter.key}@{sender.rpartition('@')[2]}>"
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Auto-Submitted"] = "auto-generated"  # answering machines keep quiet
        message.set_content(letter.text, cte="quoted-printable")
        message.as_bytes()
    except (ValueError, IndexError, UnicodeError) as error:
        raise BadLetter("The address or the name is not one that mail can carry.") from error
    return message


def send(letter: Letter, post: Post) -> None:
    """Let a letter leave. Raises BadLetter (it never will) or MailUnavailable (perhaps later)."""
    message = compose(letter, post.sender)
    if post.kind == "memory":
        sent.append(message)
    elif post.kind == "file":
        _to_file(letter.key, message, Path(post.folder))
    elif post.kind == "smtp":
        _to_server(message, post.smtp_url)
    else:
        raise ValueError(f"MAIL: “{post.kind}” is none of file, smtp, memory.")


def _to_file(key: UUID, message: EmailMessage, folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        waiting = folder / f".{key}"
        waiting.write_bytes(message.as_bytes())
        waiting.rename(folder / f"{key}.eml")
    except OSError as error:
        raise MailUnavailable(str(error)) from error


def _to_server(message: EmailMessage, url: str) -> None:
    """`smtp://host:25`, `smtp+tls://user:password@host:587` (STARTTLS), `smtps://host:465`."""
    where = urlsplit(url)
    host = where.hostname or "localhost"
    server: smtplib.SMTP | None = None
    try:
        kind, port = (smtplib.SMTP_SSL, 465) if where.scheme == "smtps" else (smtplib.SMTP, 25)
        server = kind(host, where.port or port, timeout=SECONDS)
        if where.scheme == "smtp+tls":
            server.starttls()
        if where.username:
            server.login(unquote(where.username), unquote(where.password or ""))
        server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise MailUnavailable(f"{type(error).__name__}: {error}"[:500]) from error
    finally:
        if server is not None:
            with suppress(OSError, smtplib.SMTPException):  # it has the letter; how it says goodbye does not matter
                server.quit()
            server.close()
